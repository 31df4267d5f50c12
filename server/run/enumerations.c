#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "cim/base/log.h"
#include "server/run/enumeration_impl.h"

/* The ticker's pace. Fast while a consumer waits for bytes, so that the first fragment of a slow provider leaves
 * within a millisecond and later ones within COALESCE of them; slower while consumers are busy; asleep after
 * LINGER ms without any. */
enum { FAST_MS = 1, SLOW_MS = 5, COALESCE = 4, LINGER_MS = 200, ASLEEP_MS = 60000, WATCH_MS = 50, FORGOTTEN_MS = 2000 };

static void *ticker(void *arg);

struct enumerations *enumerations_new(const struct enumerations_limits *l)
{
    struct enumerations *t = calloc(1, sizeof(*t));
    pthread_condattr_t attr;

    if (!t)
        return NULL;
    t->limits = *l;
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&t->changed, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&t->thread, NULL, ticker, t) != 0) {
        pthread_cond_destroy(&t->changed);
        pthread_mutex_destroy(&t->lock);
        free(t);
        return NULL;
    }
    return t;
}

/* Table lock held. The kept one that nobody has pulled for the longest time, at least for a moment; NULL if there
 * is none. */
static struct enumeration *most_forgotten(struct enumerations *t)
{
    struct enumeration *worst = NULL;
    int64_t latest = now_ms() - FORGOTTEN_MS;

    for (struct enumeration *e = t->all; e; e = e->next)
        if (e->kept && e->idle_since_ms && e->idle_since_ms <= latest && !atomic_load(&e->cancelled)) {
            latest = e->idle_since_ms;
            worst = e;
        }
    return worst ? enumeration_ref(worst) : NULL;
}

/* Clients that go without Release must not keep others out: the context that is most likely such a one makes room. */
static void make_room(struct enumerations *t)
{
    struct enumeration *e = NULL;

    pthread_mutex_lock(&t->lock);
    if (t->n >= t->limits.max)
        e = most_forgotten(t);
    pthread_mutex_unlock(&t->lock);
    if (!e)
        return;
    log_line(LOG_LEVEL_INFO, "context", e->request.id, "ended for another: max_contexts are open and nobody pulled it");
    enumeration_cancel(e);
    enumeration_unref(e);
}

int enumerations_add(struct enumerations *t, struct enumeration *e)
{
    bool wake = false;
    int status = 0;

    make_room(t);
    pthread_mutex_lock(&t->lock);
    if (t->closed || t->n >= t->limits.max) {
        status = CIM_ERR_SERVER_LIMITS_EXCEEDED;
    } else {
        e->idle_ms = t->limits.idle_ms;
        e->idle_since_ms = t->last_new_ms = now_ms();
        e->next = t->all;
        e->link = &t->all;
        if (e->next)
            e->next->link = &e->next;
        t->all = enumeration_ref(e);
        t->n++;
        wake = t->asleep;
        t->asleep = false;
    }
    pthread_mutex_unlock(&t->lock);
    if (wake)
        pthread_cond_signal(&t->changed);
    return status;
}

void enumerations_settle(struct enumeration *e)
{
    struct enumerations *t = e->table;
    bool out = false;

    pthread_mutex_lock(&t->lock);
    if (e->link && atomic_load(&e->cancelled) && (atomic_load(&e->ended) || !atomic_load(&e->started))) {
        *e->link = e->next;
        if (e->next)
            e->next->link = e->link;
        e->link = NULL;
        t->n--;
        out = true;
    }
    pthread_mutex_unlock(&t->lock);
    if (out)
        enumeration_unref(e);
}

void enumerations_idle(struct enumeration *e, bool idle)
{
    pthread_mutex_lock(&e->table->lock);
    e->idle_since_ms = idle ? now_ms() : 0;
    pthread_mutex_unlock(&e->table->lock);
}

/* ---- Contexts */

static bool make_id(char id[ENUMERATION_ID])
{
    unsigned char random[(ENUMERATION_ID - 1) / 2];

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return false;
    for (size_t i = 0; i < sizeof(random); i++)
        (void)snprintf(id + 2 * i, 3, "%02x", random[i]);
    return true;
}

int64_t enumeration_set_life(struct enumeration *e, int64_t idle_ms)
{
    struct enumerations *t = e->table;
    int64_t granted;

    pthread_mutex_lock(&t->lock);
    if (idle_ms >= 0)
        e->idle_ms = idle_ms < t->limits.max_idle_ms ? idle_ms : t->limits.max_idle_ms;
    granted = e->idle_ms;
    pthread_mutex_unlock(&t->lock);
    return granted;
}

const char *enumeration_id(struct enumeration *e)
{
    pthread_mutex_lock(&e->table->lock);
    if (!e->kept)
        e->kept = make_id(e->id);
    pthread_mutex_unlock(&e->table->lock);
    return e->id;
}

/* Table lock held. */
static struct enumeration *lookup(struct enumerations *t, struct text id)
{
    for (struct enumeration *e = t->all; e; e = e->next)
        if (e->kept && !atomic_load(&e->cancelled) && text_eq(id, (struct text){e->id, ENUMERATION_ID - 1}))
            return e;
    return NULL;
}

int enumeration_find(struct enumerations *t, struct text id, const char *user, struct enumeration **ret)
{
    struct enumeration *e;
    int status = CIM_ERR_INVALID_ENUMERATION_CONTEXT;

    pthread_mutex_lock(&t->lock);
    e = lookup(t, id);
    if (e && strcmp(e->request.user, user) != 0) {
        status = CIM_ERR_ACCESS_DENIED;
    } else if (e) {
        *ret = enumeration_ref(e);
        status = 0;
    }
    pthread_mutex_unlock(&t->lock);
    return status;
}

/* ---- The ticker */

/* True while the consumer waits for bytes. */
static bool tick_consumer(struct enumeration *e, int64_t now, unsigned beat)
{
    bool waiting;

    stream_lock(&e->stream);
    waiting = e->attached && atomic_load(&e->stream.waiting);
    if (waiting && (e->stream.wake_bytes == STREAM_FIRST_BYTES || beat % COALESCE == 0))
        stream_tick(&e->stream);
    if (e->attached && e->consumer.deadline_ms && now >= e->consumer.deadline_ms) {
        e->consumer.deadline_ms = 0;
        e->consumer.late(e->consumer.consumer);
    }
    stream_unlock(&e->stream);
    return waiting;
}

static bool expired(struct enumeration *e, int64_t now)
{
    bool over;

    pthread_mutex_lock(&e->table->lock);
    over = e->idle_since_ms && e->kept && now - e->idle_since_ms > e->idle_ms;
    pthread_mutex_unlock(&e->table->lock);
    return over;
}

static bool tick(struct enumeration *e, int64_t now, unsigned beat)
{
    bool waiting = tick_consumer(e, now, beat);

    if (now < e->next_watch_ms)
        return waiting;
    e->next_watch_ms = now + WATCH_MS;
    if (atomic_load(&e->started) && !atomic_load(&e->ended))
        context_watch(e->ctx, now);
    if (expired(e, now)) {
        enumeration_cancel(e);
        log_line(LOG_LEVEL_INFO, "context", e->request.id, "expired: nobody pulled for %lld s",
                 (long long)(e->idle_ms / 1000));
    }
    return waiting;
}

/* References to all of them, so that ticks run without the table's lock. Table lock held. Returns how many. */
static unsigned gather(struct enumerations *t, struct enumeration **ret, unsigned max)
{
    unsigned n = 0;

    for (struct enumeration *e = t->all; e && n < max; e = e->next)
        ret[n++] = enumeration_ref(e);
    return n;
}

static void wait_ms(struct enumerations *t, int64_t ms)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_nsec += ms % 1000 * 1000000;
    ts.tv_sec += ms / 1000 + ts.tv_nsec / 1000000000;
    ts.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&t->changed, &t->lock, &ts); /* either way it is time to look */
}

/* Lock held on entry and return. Returns the pace. */
static int64_t beat_once(struct enumerations *t, struct enumeration **some, unsigned beat)
{
    unsigned n = gather(t, some, t->limits.max);
    bool waiting = false;
    int64_t now = now_ms();

    pthread_mutex_unlock(&t->lock);
    for (unsigned i = 0; i < n; i++) {
        waiting |= tick(some[i], now, beat);
        enumeration_unref(some[i]);
    }
    pthread_mutex_lock(&t->lock);
    return waiting ? FAST_MS : SLOW_MS;
}

/* ---- Alarms */

bool enumerations_set_alarm(struct enumerations *t, struct alarm *a, int64_t due_ms)
{
    bool set, wake = false;

    pthread_mutex_lock(&t->lock);
    set = !t->closed;
    if (set) {
        a->due_ms = due_ms;
        a->next = t->alarms;
        a->link = &t->alarms;
        if (a->next)
            a->next->link = &a->next;
        t->alarms = a;
        wake = t->asleep && due_ms < t->wakes_ms;
    }
    pthread_mutex_unlock(&t->lock);
    if (wake)
        pthread_cond_signal(&t->changed);
    return set;
}

/* Table lock held. */
static bool take_out(struct alarm *a)
{
    if (!a->link)
        return false;
    *a->link = a->next;
    if (a->next)
        a->next->link = a->link;
    a->link = NULL;
    return true;
}

bool enumerations_clear_alarm(struct enumerations *t, struct alarm *a)
{
    bool was_set;

    pthread_mutex_lock(&t->lock);
    was_set = take_out(a);
    pthread_mutex_unlock(&t->lock);
    return was_set;
}

/* Lock held on entry and return. Rings one that is due by then; false if there is none. */
static bool ring_one(struct enumerations *t, int64_t by_ms, bool closing)
{
    struct alarm *a = t->alarms;

    while (a && a->due_ms > by_ms)
        a = a->next;
    if (!a)
        return false;
    (void)take_out(a); /* it is in: the list had it */
    pthread_mutex_unlock(&t->lock);
    a->ring(a, closing);
    pthread_mutex_lock(&t->lock);
    return true;
}

/* Lock held. Until somebody comes, or an alarm is due. */
static void doze(struct enumerations *t)
{
    int64_t now = now_ms();

    t->wakes_ms = now + ASLEEP_MS;
    for (const struct alarm *a = t->alarms; a; a = a->next)
        if (a->due_ms < t->wakes_ms)
            t->wakes_ms = a->due_ms;
    if (t->wakes_ms > now)
        wait_ms(t, t->wakes_ms - now);
}

static void *ticker(void *arg)
{
    struct enumerations *t = arg;
    struct enumeration **some = calloc(t->limits.max, sizeof(struct enumeration *));
    int64_t pace;

    pthread_mutex_lock(&t->lock);
    for (unsigned beat = 0; some && !t->stop; beat++) {
        pace = t->n ? beat_once(t, some, beat) : FAST_MS;
        t->asleep = !t->n && now_ms() - t->last_new_ms > LINGER_MS;
        while (t->asleep && !t->stop)
            if (!ring_one(t, now_ms(), false))
                doze(t);
        while (!t->stop && ring_one(t, now_ms(), false))
            ;
        if (!t->stop)
            wait_ms(t, pace); /* also after sleep: the new one that woke us is to have its time */
    }
    pthread_mutex_unlock(&t->lock);
    free(some);
    return NULL;
}

/* ---- The end */

void enumerations_cancel(struct enumerations *t)
{
    struct enumeration *e;

    pthread_mutex_lock(&t->lock);
    t->closed = true;
    for (;;) {
        for (e = t->all; e && atomic_load(&e->cancelled); e = e->next)
            ;
        if (!e)
            break;
        enumeration_ref(e);
        pthread_mutex_unlock(&t->lock);
        enumeration_cancel(e);
        enumeration_unref(e);
        pthread_mutex_lock(&t->lock);
    }
    while (ring_one(t, INT64_MAX, true))
        ;
    pthread_mutex_unlock(&t->lock);
}

struct enumerations *enumerations_free(struct enumerations *t)
{
    if (!t)
        return NULL;
    pthread_mutex_lock(&t->lock);
    t->stop = true;
    pthread_cond_signal(&t->changed);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    free(t);
    return NULL;
}

void enumerations_counts(struct enumerations *t, struct enumerations_counts *ret)
{
    *ret = (struct enumerations_counts){0};
    pthread_mutex_lock(&t->lock);
    ret->listed = t->n;
    for (struct enumeration *e = t->all; e; e = e->next)
        ret->running += atomic_load(&e->started) && !atomic_load(&e->ended);
    pthread_mutex_unlock(&t->lock);
}
