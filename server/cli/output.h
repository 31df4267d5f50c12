/* Standard output: what cannot be written is said once; who does not read it any more ends the program as SIGPIPE
 * would. Main thread.
 */
#ifndef SERVER_CLI_OUTPUT_H
#define SERVER_CLI_OUTPUT_H

#include "cim/base/buf.h"

/* Writes out what stdio holds. */
bool output_flush(void);

/* The buffer, and empties it. False also for one that has failed. */
bool output_put(struct buf *b);

#endif
