#include "server/run/page.h"

#include <string.h>

void page_init(struct page *p, struct stream *s, const struct page_limits *l)
{
    *p = (struct page){.stream = s, .left = *l};
}

static uint64_t count_characters(const char *s, size_t n)
{
    uint64_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

/* How many fragments of the span fit, taken off the limits. */
static uint32_t choose(struct page *p, const struct span *span)
{
    uint32_t i = span->first, start = block_start(span->block, i);

    while (i < span->end && p->left.items > 0) {
        uint32_t end = block_start(span->block, i + 1);

        if (p->left.bytes != UINT64_MAX || p->left.characters != UINT64_MAX) {
            uint64_t bytes = end - start, characters = 0;

            if (p->left.characters != UINT64_MAX)
                characters = count_characters(span->block->data + start, bytes);
            if (bytes > p->left.bytes || characters > p->left.characters)
                break;
            p->left.bytes -= p->left.bytes == UINT64_MAX ? 0 : bytes;
            p->left.characters -= p->left.characters == UINT64_MAX ? 0 : characters;
        }
        p->left.items -= p->left.items == UINT64_MAX ? 0 : 1;
        start = end;
        i++;
    }
    return i;
}

/* Lock held. */
static enum page_state next_span(struct page *p, bool wait)
{
    struct span span;
    uint32_t end;

    if (p->full)
        return PAGE_DONE;
    switch (stream_look(p->stream, &span)) {
    case STREAM_END:
        return PAGE_DONE;
    case STREAM_EMPTY:
        return wait && !stream_wait(p->stream) ? next_span(p, wait) : PAGE_EMPTY;
    case STREAM_SPAN:
        break;
    }
    end = choose(p, &span);
    if (end == span.first) {
        p->full = true;
        p->too_large = p->items == 0 && p->left.items > 0;
        return PAGE_DONE;
    }
    p->full = p->left.items == 0;
    p->items += end - span.first;
    p->at = block_start(span.block, span.first);
    p->until = block_start(span.block, end);
    p->span = (struct span){span.block, span.first, end};
    return PAGE_BYTES;
}

static size_t copy(struct page *p, char *out, size_t room)
{
    size_t n = p->until - p->at < room ? p->until - p->at : room;

    memcpy(out, p->span.block->data + p->at, n);
    p->at += (uint32_t)n;
    return n;
}

/* Lock held. */
static void done_with_span(struct page *p)
{
    stream_take(p->stream, p->span.block, p->span.end - p->span.first);
    p->span.block = NULL;
}

static enum page_state read_some(struct page *p, char *out, size_t room, size_t *ret_n, bool wait, bool locked)
{
    enum page_state state = PAGE_BYTES;
    size_t n = 0;

    while (n < room) {
        if (!p->span.block || p->at == p->until) {
            if (!locked)
                stream_lock(p->stream);
            if (p->span.block)
                done_with_span(p);
            state = next_span(p, wait && n == 0);
            if (!locked)
                stream_unlock(p->stream);
            if (state != PAGE_BYTES)
                break;
        }
        n += copy(p, out + n, room - n);
    }
    *ret_n = n;
    return n ? PAGE_BYTES : state;
}

enum page_state page_read(struct page *p, char *out, size_t room, size_t *ret_n, bool wait)
{
    return read_some(p, out, room, ret_n, wait, false);
}

enum page_state page_read_locked(struct page *p, char *out, size_t room, size_t *ret_n, bool wait)
{
    return read_some(p, out, room, ret_n, wait, true);
}

bool page_is_last(struct page *p)
{
    struct span span;

    return stream_look(p->stream, &span) == STREAM_END;
}

void page_skip(struct page *p)
{
    struct span span;

    if (stream_look(p->stream, &span) == STREAM_SPAN)
        stream_take(p->stream, span.block, 1);
}
