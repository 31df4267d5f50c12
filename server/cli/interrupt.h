/* Signals that end the program: they are kept until what is open at the server has been released. Main thread. */
#ifndef SERVER_CLI_INTERRUPT_H
#define SERVER_CLI_INTERRUPT_H

#include <stdbool.h>

void interrupt_catch(void);     /* from now on SIGINT and SIGTERM are kept, SIGPIPE is an error of the write */
bool interrupt_pending(void);   /* one is kept */
bool interrupt_stops(void);     /* and what runs is to stop */
void interrupt_note_pipe(void); /* a write found nobody who reads: as if SIGPIPE had come */
void interrupt_obey(void);      /* ends the program by the signal that is kept, if there is one */

/* What is done behind a pending signal (the release) is not cut short by it; a second signal ends the program. */
void interrupt_hold(void);

#endif
