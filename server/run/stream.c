#include "server/run/stream.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

void stream_init(struct stream *s, struct pool *p, unsigned max_blocks)
{
    *s = (struct stream){.pool = p, .max_blocks = max_blocks, .wake_bytes = STREAM_WAKE_BYTES};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->room, NULL);
}

static void block_unref(struct block *b)
{
    if (b && atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1)
        free(b);
}

void stream_fini(struct stream *s)
{
    assert(!s->lanes);
    while (s->head) {
        struct block *next = s->head->next;

        block_unref(s->head);
        s->head = next;
    }
    free(s->spare);
    pthread_cond_destroy(&s->room);
    pthread_mutex_destroy(&s->lock);
}

void stream_lock(struct stream *s)
{
    pthread_mutex_lock(&s->lock);
}

void stream_unlock(struct stream *s)
{
    pthread_mutex_unlock(&s->lock);
}

/* Lock held. */
static void wake(struct stream *s)
{
    if (atomic_exchange(&s->waiting, false) && s->wake)
        s->wake(s->consumer);
}

static void push(struct stream *s, struct block *b)
{
    b->next = NULL;
    if (s->tail)
        s->tail->next = b;
    else
        s->head = b;
    s->tail = b;
}

/* ---- Producers */

void lane_init(struct lane *l, struct stream *s, MethodContext *call)
{
    *l = (struct lane){.stream = s, .call = call, .thread = pool_self()};
    pthread_mutex_lock(&s->lock);
    l->next = s->lanes;
    s->lanes = l;
    pthread_mutex_unlock(&s->lock);
}

/* Lock held. */
static void unlink_lane(struct lane *l)
{
    struct lane **at = &l->stream->lanes;

    while (*at && *at != l)
        at = &(*at)->next;
    if (*at)
        *at = l->next;
}

/* Lock held. An empty block is not worth queueing. */
static void hand_over(struct lane *l)
{
    struct block *b = l->block;
    struct stream *s = l->stream;

    l->block = NULL;
    if (!b)
        return;
    if (b->taken < atomic_load_explicit(&b->items, memory_order_relaxed)) {
        push(s, b);
        return;
    }
    s->n_blocks--;
    block_unref(b);
    pthread_cond_signal(&s->room);
}

void lane_close(struct lane *l)
{
    struct stream *s = l->stream;

    pthread_mutex_lock(&s->lock);
    hand_over(l);
    unlink_lane(l);
    pthread_mutex_unlock(&s->lock);
}

void lane_abandon(struct lane *l)
{
    struct stream *s = l->stream;
    struct block *b;

    pthread_mutex_lock(&s->lock);
    atomic_store(&l->abandoned, true);
    b = l->block;
    if (b) { /* both sides hold it now: the producer may be writing behind the limit */
        b->limit = atomic_load_explicit(&b->items, memory_order_acquire);
        s->n_blocks--;
        if (b->taken < b->limit) {
            atomic_fetch_add(&b->refs, 1);
            push(s, b);
            s->n_blocks++;
        }
    }
    unlink_lane(l);
    pthread_cond_broadcast(&s->room);
    pthread_mutex_unlock(&s->lock);
}

void lane_orphan(struct lane *l)
{
    block_unref(l->block);
    l->block = NULL;
}

/* Lock held. A block that holds a fragment of n bytes, or NULL. */
static struct block *new_block(struct stream *s, size_t n)
{
    size_t size = STREAM_BLOCK - sizeof(struct block);
    struct block *b = NULL;

    if (n + sizeof(uint32_t) > size)
        size = (n + 2 * sizeof(uint32_t)) & ~(sizeof(uint32_t) - 1);
    else if (s->spare) {
        b = s->spare;
        s->spare = NULL;
    }
    if (!b)
        b = malloc(sizeof(*b) + size);
    if (!b)
        return NULL;
    b->next = NULL;
    atomic_init(&b->refs, 1);
    atomic_init(&b->items, 0);
    b->limit = UINT32_MAX;
    b->taken = b->used = 0;
    b->size = (uint32_t)size;
    s->n_blocks++;
    return b;
}

static bool stopped(const struct lane *l)
{
    return atomic_load_explicit(&l->stream->cancelled, memory_order_relaxed) ||
           atomic_load_explicit(&l->abandoned, memory_order_relaxed);
}

/* Lock held on entry and return. False when too many wait already. */
static bool wait_for_room(struct lane *l)
{
    struct stream *s = l->stream;

    if (!pool_may_wait(s->pool))
        return false;
    pthread_mutex_unlock(&s->lock);
    context_waiting(l->call, true);
    pool_wait_begin(s->pool);
    pthread_mutex_lock(&s->lock);
    s->room_waiters++;
    while (s->n_blocks >= s->max_blocks && !stopped(l))
        pthread_cond_wait(&s->room, &s->lock);
    s->room_waiters--;
    pthread_mutex_unlock(&s->lock);
    pool_wait_end(s->pool);
    context_waiting(l->call, false);
    pthread_mutex_lock(&s->lock);
    return true;
}

char *lane_room_slow(struct lane *l, size_t n, HRESULT *ret_hr)
{
    struct stream *s = l->stream;
    bool room = true;

    if (n > STREAM_MAX_FRAGMENT) {
        *ret_hr = WBEM_E_QUOTA_VIOLATION;
        return NULL;
    }
    pthread_mutex_lock(&s->lock);
    if (!stopped(l))
        hand_over(l);
    if (l->fresh >= s->wake_bytes || s->n_blocks >= s->max_blocks) {
        l->fresh = 0;
        wake(s);
    }
    while (room && s->n_blocks >= s->max_blocks && !stopped(l))
        room = wait_for_room(l);
    if (room && !stopped(l))
        l->block = new_block(s, n);
    pthread_mutex_unlock(&s->lock);
    if (stopped(l))
        *ret_hr = WBEM_E_CALL_CANCELLED;
    else if (!l->block)
        *ret_hr = room ? WBEM_E_OUT_OF_MEMORY : WBEM_E_QUOTA_VIOLATION;
    return l->block && !stopped(l) ? l->block->data : NULL;
}

void lane_wake_slow(struct lane *l)
{
    struct stream *s = l->stream;

    l->fresh = 0;
    pthread_mutex_lock(&s->lock);
    wake(s);
    pthread_mutex_unlock(&s->lock);
}

void stream_finish(struct stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->finished = true;
    wake(s);
    pthread_mutex_unlock(&s->lock);
}

void stream_cancel_locked(struct stream *s)
{
    atomic_store(&s->cancelled, true);
    pthread_cond_broadcast(&s->room);
    wake(s); /* a hung provider would keep the reader waiting */
}

/* ---- Consumer */

void stream_attach(struct stream *s, void (*wake_fn)(void *consumer), void *consumer, uint32_t wake_bytes)
{
    assert(!s->wake);
    s->wake = wake_fn;
    s->consumer = consumer;
    s->wake_bytes = wake_bytes;
}

void stream_detach(struct stream *s)
{
    s->wake = NULL;
    s->consumer = NULL;
    atomic_store(&s->waiting, false);
}

static bool readable(struct block *b, struct span *ret)
{
    uint32_t items = atomic_load_explicit(&b->items, memory_order_acquire), end = items < b->limit ? items : b->limit;

    if (b->taken >= end)
        return false;
    *ret = (struct span){b, b->taken, end};
    return true;
}

/* Lock held. The oldest full block has been read. */
static void drop_head(struct stream *s)
{
    struct block *b = s->head;

    s->head = b->next;
    if (!s->head)
        s->tail = NULL;
    s->n_blocks--;
    if (!s->spare && atomic_load(&b->refs) == 1 && b->size == STREAM_BLOCK - sizeof(*b))
        s->spare = b;
    else
        block_unref(b);
    /* waking a producer for each block would cost more than the block: half of them at a time */
    if (s->room_waiters && (!s->head || s->n_blocks <= s->max_blocks / 2))
        pthread_cond_broadcast(&s->room);
}

enum stream_state stream_look(struct stream *s, struct span *ret)
{
    if (atomic_load(&s->cancelled))
        return STREAM_END;
    while (s->head) {
        if (readable(s->head, ret))
            return STREAM_SPAN;
        drop_head(s); /* it was read to its end while it was still open */
    }
    for (struct lane *l = s->lanes; l; l = l->next)
        if (l->block && readable(l->block, ret))
            return STREAM_SPAN;
    return s->finished ? STREAM_END : STREAM_EMPTY;
}

bool stream_wait(struct stream *s)
{
    struct span span;

    atomic_store(&s->waiting, true); /* before looking: a fragment committed meanwhile is seen here or wakes */
    if (stream_look(s, &span) == STREAM_EMPTY)
        return true;
    atomic_store(&s->waiting, false);
    return false;
}

void stream_tick(struct stream *s)
{
    struct span span;

    if (atomic_load(&s->waiting) && stream_look(s, &span) != STREAM_EMPTY)
        wake(s);
}

void stream_take(struct stream *s, struct block *b, uint32_t n)
{
    uint32_t items = atomic_load_explicit(&b->items, memory_order_relaxed), end = items < b->limit ? items : b->limit;

    b->taken += n;
    assert(b->taken <= end);
    if (b == s->head && b->taken == end)
        drop_head(s);
}
