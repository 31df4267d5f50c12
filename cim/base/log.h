/* One event, one line: `level module [request] text`, to standard error. Level says who must act: error the
 * administrator now, warning the administrator some day, info nobody, debug a developer. Library code stays at debug.
 * Any thread.
 */
#ifndef CIM_BASE_LOG_H
#define CIM_BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Set once before threads start. */
void log_set_level(enum log_level max);

/* request is the request's number, 0 where there is none. Control characters of the text are replaced, so a line
 * stays one. */
void log_line(enum log_level level, const char *module, uint64_t request, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
