/* One answer's share of a stream: whole fragments up to a number, a size or a count of characters. The consumer side
 * of stream.h for Enumerate, Pull and everything that pages. One thread at a time.
 */
#ifndef SERVER_RUN_PAGE_H
#define SERVER_RUN_PAGE_H

#include "server/run/stream.h"

struct page_limits {
    uint64_t items, bytes, characters; /* UINT64_MAX = none; characters are Unicode characters of the fragments */
};

struct page {
    struct stream *stream;
    struct page_limits left;
    uint64_t items;     /* taken so far */
    struct span span;   /* being copied: fragments first … end of a block, chosen within the limits */
    uint32_t at, until; /* bytes of it */
    bool full;          /* a limit was reached */
    bool too_large;     /* the next fragment alone is beyond the limits; it is still in the stream */
};

void page_init(struct page *p, struct stream *s, const struct page_limits *l);

/* PAGE_DONE: no more for this page: full, too_large or the stream's end (page_is_last). */
enum page_state { PAGE_BYTES, PAGE_EMPTY, PAGE_DONE };

/* Copies what there is; PAGE_EMPTY only when nothing was copied and, with wait, the consumer's wake has been asked
 * for. Takes the lock for short moments. */
enum page_state page_read(struct page *p, char *out, size_t room, size_t *ret_n, bool wait);

/* The same with the stream's lock held throughout, for small amounts. */
enum page_state page_read_locked(struct page *p, char *out, size_t room, size_t *ret_n, bool wait);

/* Lock held. True when a page that is done has also seen the last fragment of the stream. */
bool page_is_last(struct page *p);

/* Lock held. Drops the fragment that was too large. */
void page_skip(struct page *p);

#endif
