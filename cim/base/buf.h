/* A growable byte buffer with a ceiling. The first failure (ceiling, memory) latches: later calls do nothing and the
 * end asks buf_ok once. Owned by one thread.
 */
#ifndef CIM_BASE_BUF_H
#define CIM_BASE_BUF_H

#include "cim/base/text.h"

struct buf {
    char *data;
    size_t len, cap, max;
    bool failed, full; /* full: the ceiling was the reason */
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* keeps the memory, clears the failure */

void buf_put(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_text(struct buf *b, struct text t);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v);
void buf_s64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

static inline struct text buf_view(const struct buf *b)
{
    return (struct text){b->data ? b->data : "", b->len};
}

/* NUL-ended view, valid until the next call; "" when empty or failed. */
const char *buf_cstr(struct buf *b);

#endif
