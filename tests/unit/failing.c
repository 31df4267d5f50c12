#include "tests/unit/failing.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cim/base/arena.h"

static atomic_bool on, lasting, elsewhere;
static atomic_ulong owner; /* the thread of failing_begin */
static atomic_uint counted, at, failures;

bool failing_next(struct failing *f)
{
    if (f->n && !f->failed) {
        if (f->lasting)
            return false;
        f->lasting = true;
        f->n = 0;
    }
    f->n += f->n ? f->stride : 1;
    f->failed = false;
    return true;
}

void failing_begin(const struct failing *f)
{
    atomic_store(&owner, pthread_self());
    atomic_store(&elsewhere, f->where == FAILING_ELSEWHERE);
    atomic_store(&lasting, f->lasting);
    atomic_store(&at, f->n);
    atomic_store(&counted, 0);
    atomic_store(&failures, 0);
    atomic_store(&on, true);
}

void failing_end(struct failing *f)
{
    atomic_store(&on, false);
    f->failed = atomic_load(&failures) > 0;
}

bool failing_now(void)
{
    unsigned n;

    if (!atomic_load(&on) || (atomic_load(&owner) == pthread_self()) == atomic_load(&elsewhere))
        return false;
    n = atomic_fetch_add(&counted, 1) + 1;
    if (n != atomic_load(&at) && (n < atomic_load(&at) || !atomic_load(&lasting)))
        return false;
    atomic_fetch_add(&failures, 1);
    errno = ENOMEM;
    return true;
}

/* ---- What the linker puts before the functions of these names */

#define BEFORE(type, name, failure, parameters, arguments)          \
    type __real_##name parameters;                                  \
    type __wrap_##name parameters;                                  \
    type __wrap_##name parameters                                   \
    {                                                               \
        return failing_now() ? (failure) : __real_##name arguments; \
    }

BEFORE(void *, malloc, NULL, (size_t n), (n))
BEFORE(void *, calloc, NULL, (size_t n, size_t size), (n, size))
BEFORE(void *, realloc, NULL, (void *p, size_t n), (p, n))
BEFORE(void *, reallocarray, NULL, (void *p, size_t n, size_t size), (p, n, size))
BEFORE(char *, strdup, NULL, (const char *s), (s))
BEFORE(char *, strndup, NULL, (const char *s, size_t n), (s, n))
BEFORE(void *, arena_alloc, NULL, (struct arena * a, size_t n), (a, n))
BEFORE(void *, arena_zalloc, NULL, (struct arena * a, size_t n), (a, n))
BEFORE(char *, arena_strndup, NULL, (struct arena * a, const char *s, size_t n), (a, s, n))
BEFORE(char *, arena_strdup, NULL, (struct arena * a, const char *s), (a, s))
BEFORE(int, pthread_create, EAGAIN, (pthread_t * t, const pthread_attr_t *a, void *(*fn)(void *), void *arg),
       (t, a, fn, arg))
BEFORE(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
BEFORE(int, deflateInit2_, Z_MEM_ERROR,
       (z_streamp z, int level, int method, int bits, int memory, int strategy, const char *version, int size),
       (z, level, method, bits, memory, strategy, version, size))
BEFORE(int, inflateInit2_, Z_MEM_ERROR, (z_streamp z, int bits, const char *version, int size), (z, bits, version, size))
BEFORE(struct MHD_Response *, MHD_create_response_from_buffer, NULL,
       (size_t n, void *bytes, enum MHD_ResponseMemoryMode mode), (n, bytes, mode))
BEFORE(struct MHD_Response *, MHD_create_response_from_callback, NULL,
       (uint64_t n, size_t block, MHD_ContentReaderCallback read, void *user, MHD_ContentReaderFreeCallback end),
       (n, block, read, user, end))
BEFORE(enum MHD_Result, MHD_add_response_header, MHD_NO, (struct MHD_Response * r, const char *name, const char *value),
       (r, name, value))

int __wrap_asprintf(char **ret, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));

int __wrap_asprintf(char **ret, const char *format, ...)
{
    va_list ap;
    int n = -1;

    va_start(ap, format);
    if (!failing_now())
        n = vasprintf(ret, format, ap);
    va_end(ap);
    return n;
}

int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...)
{
    va_list ap;
    int n = -1;

    (void)flag;
    va_start(ap, format);
    if (!failing_now())
        n = vasprintf(ret, format, ap);
    va_end(ap);
    return n;
}
