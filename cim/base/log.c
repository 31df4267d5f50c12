#include "cim/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level log_max = LOG_LEVEL_INFO;

/* syslog priorities, as a journal reads them from standard error (sd-daemon(3)) */
static const struct {
    const char *prefix, *name;
} levels[] = {
    [LOG_LEVEL_ERROR] = {"<3>", "error"},
    [LOG_LEVEL_WARNING] = {"<4>", "warning"},
    [LOG_LEVEL_INFO] = {"<6>", "info"},
    [LOG_LEVEL_DEBUG] = {"<7>", "debug"},
};

void log_set_level(enum log_level max)
{
    log_max = max;
}

/* The place behind n more bytes, cut to the room there is. */
static size_t advance(size_t at, size_t size, int n)
{
    if (n < 0)
        return at;
    return at + (size_t)n < size - 1 ? at + (size_t)n : size - 2;
}

void log_line(enum log_level level, const char *module, uint64_t request, const char *fmt, ...)
{
    char line[1024];
    size_t at = 0, start;
    va_list ap;

    if (level > log_max)
        return;
    if (!isatty(STDERR_FILENO))
        at = advance(at, sizeof(line), snprintf(line, sizeof(line), "%s", levels[level].prefix));
    at = advance(at, sizeof(line), snprintf(line + at, sizeof(line) - at, "%-7s %-8s ", levels[level].name, module));
    if (request)
        at = advance(at, sizeof(line), snprintf(line + at, sizeof(line) - at, "[%llu] ", (unsigned long long)request));
    start = at;
    va_start(ap, fmt);
    at = advance(at, sizeof(line), vsnprintf(line + at, sizeof(line) - at, fmt, ap));
    va_end(ap);
    for (size_t i = start; i < at; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[at++] = '\n';
    (void)!write(STDERR_FILENO, line, at); /* nobody is left to tell */
}
