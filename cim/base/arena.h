/* A bump allocator with a ceiling. One request, one schema or one instance owns an arena; everything in it dies
 * together. Nothing in it outlives its owner and nothing outside points in. Not thread safe: one thread at a time.
 */
#ifndef CIM_BASE_ARENA_H
#define CIM_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; the oldest is kept by arena_reset */
    char *cur, *end;            /* free room of the newest block */
    size_t used;                /* bytes taken from malloc, headers included */
    size_t max;                 /* ceiling for used; reaching it makes arena_alloc return NULL */
};

/* No memory is taken before the first allocation. max is in bytes. */
void arena_init(struct arena *a, size_t max);
void arena_fini(struct arena *a);

/* Forgets everything, keeps the oldest block so that a warm arena allocates nothing. */
void arena_reset(struct arena *a);

/* 16-byte aligned, not zeroed; NULL when the ceiling is reached or memory is out. n may be 0. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_zalloc(struct arena *a, size_t n);

/* A copy with a NUL behind it; s may be NULL when n is 0. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);

#endif
