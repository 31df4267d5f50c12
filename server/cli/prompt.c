#include "server/cli/prompt.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

bool prompt_line(FILE *from, char *line, size_t size)
{
    size_t n;

    if (!fgets(line, (int)size, from))
        return false;
    n = strcspn(line, "\n");
    if (line[n] == '\0' && n == size - 1)
        return false;
    line[n] = '\0';
    return true;
}

/* Keys that would end the program are taken as characters, so that the echo always comes back. */
bool prompt_password(const char *prompt, char *line, size_t size)
{
    struct termios old, quiet;
    bool good;

    if (tcgetattr(STDIN_FILENO, &old) != 0)
        return false;
    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return false;
    (void)fputs(prompt, stderr); /* what is typed from now on counts */
    good = prompt_line(stdin, line, size);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old); /* it could be set before */
    (void)fputc('\n', stderr);
    return good;
}
