#include "server/cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/cli/interrupt.h"

static int failure; /* errno of the first */

static void note(int code)
{
    if (failure)
        return;
    failure = code ? code : EIO;
    if (failure == EPIPE)
        interrupt_note_pipe();
    else if (!interrupt_pending())
        (void)fprintf(stderr, "cimstream: standard output: %s\n", strerror(failure));
}

bool output_flush(void)
{
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        note(errno);
    return failure == 0;
}

bool output_put(struct buf *b)
{
    const bool good = buf_ok(b);

    errno = 0;
    if (!good)
        (void)fputs("cimstream: the answer is too large to be printed\n", stderr);
    else if (fwrite(buf_view(b).s, 1, b->len, stdout) < b->len)
        note(errno);
    buf_reset(b);
    return output_flush() && good;
}
