#include "cim/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cim/base/text.h"

int cim_fail(struct cim_error *err, int status, const char *fmt, ...)
{
    char message[sizeof(err->message) + 1]; /* one more: shows whether a character would be cut in two */
    struct text kept;
    va_list ap;

    if (!err || err->status)
        return status;
    err->status = status;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap); /* a cut sentence is better than none */
    va_end(ap);
    kept = text_head(text_of(message), sizeof(err->message) - 1);
    memcpy(err->message, kept.s, kept.n);
    err->message[kept.n] = '\0';
    return status;
}
