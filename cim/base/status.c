#include "cim/base/status.h"

#include <stdarg.h>
#include <stdio.h>

int cim_fail(struct cim_error *err, int status, const char *fmt, ...)
{
    va_list ap;

    if (!err || err->status)
        return status;
    err->status = status;
    va_start(ap, fmt);
    (void)vsnprintf(err->message, sizeof(err->message), fmt, ap); /* a cut sentence is better than none */
    va_end(ap);
    return status;
}
