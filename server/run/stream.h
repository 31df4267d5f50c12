/* A bounded stream of fragments from some producers to one consumer. Each producer has a lane: a block of its own
 * that it fills without a lock; only handing a full block over takes one. The consumer reads full blocks, and what is
 * committed of the open ones, so nothing is held back behind a slow producer. A fragment is never split between
 * blocks.
 *
 * Memory: at most max_blocks blocks of STREAM_BLOCK bytes (a fragment larger than that has a block of its own), and
 * one more for each abandoned lane until its producer comes back.
 *
 * Threads: a lane belongs to its producer's thread; the consumer side to one thread at a time; cancel, finish and
 * abandon to any. The consumer's wake is called with the stream's lock held: it may call what says "lock held", and
 * must not call the rest.
 */
#ifndef SERVER_RUN_STREAM_H
#define SERVER_RUN_STREAM_H

#include <pthread.h>
#include <stdatomic.h>

#include "cim/core/context.h"
#include "server/run/pool.h"

enum {
    STREAM_BLOCK = 64 << 10,
    STREAM_MAX_FRAGMENT = 128 << 20,
    STREAM_FIRST_BYTES = 16 << 10, /* a reply starts when so much is there, or after a tick, or at the end */
    STREAM_WAKE_BYTES = 128 << 10, /* a running one goes on when so much is there, or after some ticks */
};

struct block {
    struct block *next;
    atomic_uint refs;
    atomic_uint items; /* committed fragments */
    uint32_t limit;    /* of those, how many count: fewer after the lane was abandoned */
    uint32_t taken;    /* by the consumer */
    uint32_t used;     /* bytes; the producer's */
    uint32_t size;     /* of data; the ends of the fragments grow down from there */
    char data[];
};

struct lane;

struct stream {
    pthread_mutex_t lock;
    pthread_cond_t room;
    struct pool *pool;
    unsigned max_blocks, n_blocks; /* n_blocks: in lanes and queue */
    unsigned room_waiters;
    struct block *head, *tail; /* full ones */
    struct block *spare;
    struct lane *lanes;
    bool finished; /* no lane will be opened or written any more */
    atomic_bool cancelled;
    atomic_bool waiting;          /* the consumer wants a wake */
    _Atomic uint32_t wake_bytes;  /* written with the lock held */
    void (*wake)(void *consumer); /* lock held */
    void *consumer;
};

/* Part of a lane that the producer touches with every fragment */
struct lane {
    struct lane *next;
    struct stream *stream;
    struct block *block;
    uint32_t fresh; /* bytes committed since the consumer was last woken */
    atomic_bool abandoned;
    MethodContext *call;        /* borrowed: outlives the lane */
    struct pool_thread *thread; /* that the producer runs on, NULL outside the pool */
    const void *class, *plan;   /* the encoder's for the last instance: see enumeration.c */
};

void stream_init(struct stream *s, struct pool *p, unsigned max_blocks);
void stream_fini(struct stream *s);

/* ---- Producers */

void lane_init(struct lane *l, struct stream *s, MethodContext *call);
/* Hands over what is left. The lane is not in the stream any more. */
void lane_close(struct lane *l);
/* The producer is given up: what it committed so far counts, what comes later does not. Its thread still calls
 * lane_orphan when it is back. */
void lane_abandon(struct lane *l);
/* Lets the block of an abandoned lane go. */
void lane_orphan(struct lane *l);

/* Room for a fragment of at most n bytes. Waits while the stream is full, giving the run slot back. NULL:
 * cancelled, abandoned, too many wait already, or no memory: *ret_hr says which. */
char *lane_room_slow(struct lane *l, size_t n, HRESULT *ret_hr);
void lane_wake_slow(struct lane *l);

static inline uint32_t *block_ends(struct block *b)
{
    return (uint32_t *)(void *)(b->data + b->size);
}

static inline char *lane_room(struct lane *l, size_t n, HRESULT *ret_hr)
{
    struct block *b = l->block;

    if (b) {
        uint32_t items = atomic_load_explicit(&b->items, memory_order_relaxed);

        if (b->used + n + (items + 1) * sizeof(uint32_t) <= b->size)
            return b->data + b->used;
    }
    return lane_room_slow(l, n, ret_hr);
}

/* The fragment ends at end; it may leave now. */
static inline void lane_commit(struct lane *l, char *end)
{
    struct block *b = l->block;
    uint32_t items = atomic_load_explicit(&b->items, memory_order_relaxed), used = (uint32_t)(end - b->data);

    l->fresh += used - b->used;
    b->used = used;
    block_ends(b)[-1 - (int64_t)items] = used;
    atomic_store_explicit(&b->items, items + 1, memory_order_release);
    if (l->fresh >= atomic_load_explicit(&l->stream->wake_bytes, memory_order_relaxed) &&
        atomic_load_explicit(&l->stream->waiting, memory_order_relaxed))
        lane_wake_slow(l);
}

/* No producer will come any more. */
void stream_finish(struct stream *s);
/* Lock held. All is over: producers end at their next fragment, waiting ones at once, and the consumer is at the
 * end at once. */
void stream_cancel_locked(struct stream *s);

/* ---- Consumer */

void stream_lock(struct stream *s);
void stream_unlock(struct stream *s);

/* Lock held. From now on wake is called when there is something to read and the consumer waits. */
void stream_attach(struct stream *s, void (*wake)(void *consumer), void *consumer, uint32_t wake_bytes);
void stream_detach(struct stream *s);
/* Lock held. Asks for a wake; false if there is something to read (or the end) already. */
bool stream_wait(struct stream *s);
/* Lock held. Wakes a waiting consumer if there is something to read. For the ticker. */
void stream_tick(struct stream *s);

/* Fragments that can be read now: items number from first to end of block. */
struct span {
    struct block *block;
    uint32_t first, end;
};

enum stream_state { STREAM_SPAN, STREAM_EMPTY, STREAM_END };
/* Lock held. Looks, takes nothing. */
enum stream_state stream_look(struct stream *s, struct span *ret);
/* Lock held. n fragments of the span's block have been read; the block is not to be touched any more if that was
 * all of it. */
void stream_take(struct stream *s, struct block *b, uint32_t n);

static inline uint32_t block_start(struct block *b, uint32_t item)
{
    return item ? block_ends(b)[-(int64_t)item] : 0;
}

#endif
