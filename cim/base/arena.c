#include "cim/base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_ALIGN = 16, ARENA_FIRST = 1024, ARENA_LARGEST = 1 << 20 };

struct arena_block {
    alignas(ARENA_ALIGN) struct arena_block *next;
    size_t size; /* header included */
    char data[];
};

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

static void use_block(struct arena *a, struct arena_block *b)
{
    a->cur = (char *)b + sizeof(*b);
    a->end = (char *)b + b->size;
}

static void free_chain(struct arena_block *b, const struct arena_block *stop)
{
    while (b != stop) {
        struct arena_block *next = b->next;

        free(b);
        b = next;
    }
}

void arena_fini(struct arena *a)
{
    free_chain(a->blocks, NULL);
    arena_init(a, a->max);
}

void arena_reset(struct arena *a)
{
    struct arena_block *oldest = a->blocks;

    if (!oldest)
        return;
    while (oldest->next)
        oldest = oldest->next;
    free_chain(a->blocks, oldest);
    a->blocks = oldest;
    a->used = oldest->size;
    use_block(a, oldest);
}

static struct arena_block *grow(struct arena *a, size_t n)
{
    size_t size = a->blocks ? a->blocks->size * 2 : ARENA_FIRST;
    struct arena_block *b;

    if (size > ARENA_LARGEST)
        size = ARENA_LARGEST;
    if (n > SIZE_MAX - sizeof(*b) - ARENA_ALIGN)
        return NULL;
    if (size < n + sizeof(*b))
        size = n + sizeof(*b);
    if (a->used + size > a->max) /* the ceiling counts, not the comfort of a larger block */
        size = n + sizeof(*b);
    if (size > a->max || a->used > a->max - size)
        return NULL;
    b = malloc(size);
    if (!b)
        return NULL;
    b->next = a->blocks;
    b->size = size;
    a->blocks = b;
    a->used += size;
    use_block(a, b);
    return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    void *p;

    if (n > SIZE_MAX - ARENA_ALIGN)
        return NULL;
    n = (n + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (n > (size_t)(a->end - a->cur) && !grow(a, n))
        return NULL;
    if (!a->cur && !grow(a, n))
        return NULL;
    p = a->cur;
    a->cur += n;
    return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
    void *p = arena_alloc(a, n);

    return p ? memset(p, 0, n) : NULL;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = n == SIZE_MAX ? NULL : arena_alloc(a, n + 1);

    if (!p)
        return NULL;
    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}
