/* Gives back what the start of the process touched and its life does not need. */
#ifndef SERVER_RUN_TRIM_H
#define SERVER_RUN_TRIM_H

/* Free heap memory and the read-only pages of the program and its libraries go back to the system; the latter come
 * again from the page cache when they are used. Relocation and the initialisers of libraries touch several times what
 * serving does. Once, when everything has started; any thread.
 */
void trim_memory(void);

#endif
