/* A line from a file or, without echo, from the terminal. Main thread. */
#ifndef SERVER_CLI_PROMPT_H
#define SERVER_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A line without its end; false at the end of the input or when it is too long for size. */
bool prompt_line(FILE *from, char *line, size_t size);

/* A line that is typed at standard input without echo; false where that is no terminal, too. */
bool prompt_password(const char *prompt, char *line, size_t size);

#endif
