#include "server/run/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { IDLE_SECONDS = 10, STACK_BYTES = 512 << 10 };

struct job {
    void (*fn)(void *arg);
    void *arg;
};

struct pool_thread {
    struct pool *pool;
    bool disowned, waiting;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work;  /* a job and a slot may be there */
    pthread_cond_t slot;  /* a slot is free for a thread that comes back from a wait */
    pthread_cond_t empty; /* threads and disowned went down */
    pthread_attr_t attr;
    unsigned max_slots, max_waiting, max_queue;
    unsigned threads;   /* own ones, waiting included */
    unsigned running;   /* hold a slot */
    unsigned idle;      /* wait for work */
    unsigned waiting;   /* inside pool_wait_begin … end, without a slot */
    unsigned returning; /* of those: in pool_wait_end */
    unsigned disowned;
    bool stopping, has_gone;
    pthread_t gone;        /* the last thread that went: it has joined the one before it, and is still to be joined */
    unsigned head, queued; /* ring */
    struct job queue[];
};

static _Thread_local struct pool_thread *self;

static void init_cond(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

struct pool *pool_new(unsigned slots, unsigned waiting, unsigned queue)
{
    struct pool *p;

    assert(slots && waiting && queue);
    p = calloc(1, sizeof(*p) + queue * sizeof(p->queue[0]));
    if (!p)
        return NULL;
    p->max_slots = slots;
    p->max_waiting = waiting;
    p->max_queue = queue;
    pthread_mutex_init(&p->lock, NULL);
    init_cond(&p->work);
    init_cond(&p->slot);
    init_cond(&p->empty);
    pthread_attr_init(&p->attr);
    pthread_attr_setstacksize(&p->attr, STACK_BYTES);
    return p;
}

static bool slot_free(const struct pool *p)
{
    return p->running + p->returning < p->max_slots;
}

static void *thread_main(void *arg);

/* Lock held. Sees to it that somebody takes the next job if a slot is free for it. */
static void dispatch(struct pool *p)
{
    struct pool_thread *t;
    pthread_t id;

    if (p->returning && p->running < p->max_slots) {
        pthread_cond_signal(&p->slot);
        return;
    }
    if (!p->queued || !slot_free(p))
        return;
    if (p->idle) {
        pthread_cond_signal(&p->work);
        return;
    }
    t = calloc(1, sizeof(*t));
    if (!t)
        return;
    t->pool = p;
    if (pthread_create(&id, &p->attr, thread_main, t) != 0) {
        free(t);
        return;
    }
    p->threads++;
}

static struct timespec deadline_in(unsigned ms)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += (long)(ms % 1000) * 1000000;
    if (ts.tv_nsec >= 1000000000) {
        ts.tv_sec++;
        ts.tv_nsec -= 1000000000;
    }
    return ts;
}

/* Lock held. False when the thread has been idle for long or the pool stops. */
static bool next_job(struct pool *p, struct job *ret)
{
    struct timespec until = deadline_in(IDLE_SECONDS * 1000);
    bool late = false;

    while (!p->queued || !slot_free(p)) {
        if (late || (p->stopping && !p->queued))
            return false;
        p->idle++;
        late = pthread_cond_timedwait(&p->work, &p->lock, &until) != 0;
        p->idle--;
    }
    *ret = p->queue[p->head];
    p->head = (p->head + 1) % p->max_queue;
    p->queued--;
    p->running++;
    return true;
}

/* Lock held on entry, not on return. Libraries free what they keep for a thread while it ends: that must be over when the pool has stopped. */
static void go(struct pool *p)
{
    bool join = p->has_gone;
    pthread_t before = p->gone;

    p->has_gone = true;
    p->gone = pthread_self();
    pthread_mutex_unlock(&p->lock);
    if (join)
        pthread_join(before, NULL);
}

static void *thread_main(void *arg)
{
    struct pool_thread *t = arg;
    struct pool *p = t->pool;
    struct job job;

    self = t;
    pthread_mutex_lock(&p->lock);
    while (!t->disowned && next_job(p, &job)) {
        if (p->queued)
            dispatch(p);
        pthread_mutex_unlock(&p->lock);
        job.fn(job.arg);
        pthread_mutex_lock(&p->lock);
        if (!t->disowned) {
            p->running--;
            if (p->returning)
                dispatch(p);
        }
    }
    if (t->disowned)
        p->disowned--;
    else
        p->threads--;
    dispatch(p); /* it may have left a job that came while it went */
    pthread_cond_broadcast(&p->empty);
    self = NULL;
    free(t);
    go(p);
    return NULL;
}

bool pool_submit(struct pool *p, void (*fn)(void *arg), void *arg)
{
    bool taken = false, idle = false;

    pthread_mutex_lock(&p->lock);
    if (!p->stopping && p->queued < p->max_queue) {
        p->queue[(p->head + p->queued) % p->max_queue] = (struct job){fn, arg};
        p->queued++;
        taken = true;
        idle = p->idle && slot_free(p);
        if (!idle)
            dispatch(p);
    }
    pthread_mutex_unlock(&p->lock);
    if (idle) /* without the lock: who wakes needs it at once. The pool outlives whoever may submit */
        pthread_cond_signal(&p->work);
    return taken;
}

bool pool_may_wait(struct pool *p)
{
    bool may;

    pthread_mutex_lock(&p->lock);
    may = p->waiting < p->max_waiting;
    pthread_mutex_unlock(&p->lock);
    return may;
}

void pool_wait_begin(struct pool *p)
{
    struct pool_thread *t = self;

    if (!t)
        return;
    pthread_mutex_lock(&p->lock);
    if (!t->disowned) {
        assert(!t->waiting);
        t->waiting = true;
        p->running--;
        p->waiting++;
        dispatch(p);
    }
    pthread_mutex_unlock(&p->lock);
}

void pool_wait_end(struct pool *p)
{
    struct pool_thread *t = self;

    if (!t)
        return;
    pthread_mutex_lock(&p->lock);
    if (t->waiting && !t->disowned) {
        p->returning++;
        while (p->running >= p->max_slots && !t->disowned)
            pthread_cond_wait(&p->slot, &p->lock);
        p->returning--;
    }
    if (t->waiting && !t->disowned) {
        p->waiting--;
        p->running++;
    }
    t->waiting = false;
    pthread_mutex_unlock(&p->lock);
}

struct pool_thread *pool_self(void)
{
    return self;
}

void pool_disown(struct pool *p, struct pool_thread *token)
{
    pthread_mutex_lock(&p->lock);
    if (!token->disowned) {
        token->disowned = true;
        p->threads--;
        p->disowned++;
        if (token->waiting)
            p->waiting--;
        else
            p->running--;
        pthread_cond_broadcast(&p->slot);
        dispatch(p);
    }
    pthread_mutex_unlock(&p->lock);
}

void pool_counts(struct pool *p, struct pool_counts *ret)
{
    pthread_mutex_lock(&p->lock);
    *ret = (struct pool_counts){p->threads, p->running, p->waiting, p->queued, p->disowned};
    pthread_mutex_unlock(&p->lock);
}

bool pool_stop(struct pool *p, unsigned deadline_ms)
{
    struct timespec until = deadline_in(deadline_ms);
    bool done;

    if (!p)
        return true;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->work);
    while ((p->threads || p->disowned) && pthread_cond_timedwait(&p->empty, &p->lock, &until) == 0)
        ;
    done = !p->threads && !p->disowned;
    pthread_mutex_unlock(&p->lock);
    if (!done)
        return false;
    if (p->has_gone)
        pthread_join(p->gone, NULL);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->slot);
    pthread_cond_destroy(&p->empty);
    pthread_mutex_destroy(&p->lock);
    pthread_attr_destroy(&p->attr);
    free(p);
    return true;
}
