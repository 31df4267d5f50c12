#include "server/run/guard.h"

#include <stdio.h>
#include <stdlib.h>

#include "cim/base/log.h"
#include "cim/core/call.h"
#include "server/run/enumeration_impl.h"

struct guard {
    struct alarm alarm; /* first: the ticker gives it back to us */
    atomic_uint refs;
    struct enumerations *table;
    MethodContext *ctx;
    struct arena arena;
    uint64_t id;
    int64_t timeout_ms;              /* 0 = none */
    int64_t patience_ms, give_up_ms; /* monotonic: until when the client waits, and when the provider is left alone */
    struct pool_thread *thread;      /* that runs it */
    void (*done)(void *user, const struct guard_outcome *outcome);
    void *user;

    pthread_mutex_t lock; /* the rest; the pool's may be taken under it */
    bool answered, returned;
};

struct guard *guard_new(const struct guard_request *r)
{
    struct guard *g = calloc(1, sizeof(*g));

    if (!g)
        return NULL;
    g->ctx = context_new(r->table->limits.core, r->user, r->authn);
    if (!g->ctx) {
        free(g);
        return NULL;
    }
    context_set_stall(g->ctx, r->table->limits.stall_ms);
    atomic_init(&g->refs, 1);
    g->table = r->table;
    g->id = r->id;
    g->timeout_ms = r->timeout_ms;
    arena_init(&g->arena, r->max_bytes);
    pthread_mutex_init(&g->lock, NULL);
    return g;
}

struct guard *guard_unref(struct guard *g)
{
    if (!g || atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    pthread_mutex_destroy(&g->lock);
    arena_fini(&g->arena);
    MethodContext_Release(g->ctx);
    free(g);
    return NULL;
}

struct arena *guard_arena(struct guard *g)
{
    return &g->arena;
}

MethodContext *guard_context(struct guard *g)
{
    return g->ctx;
}

/* ---- The answer: whoever takes it gives it, and only then ends what the other one still does */

static bool take_answer(struct guard *g, bool returned)
{
    bool first;

    pthread_mutex_lock(&g->lock);
    first = !g->answered;
    g->answered = true;
    g->returned |= returned;
    pthread_mutex_unlock(&g->lock);
    return first;
}

static bool has_returned(struct guard *g)
{
    bool returned;

    pthread_mutex_lock(&g->lock);
    returned = g->returned;
    pthread_mutex_unlock(&g->lock);
    return returned;
}

static void answer_failure(struct guard *g, HRESULT hr, const char *provider, const char *message)
{
    const struct guard_outcome o = {.hr = hr, .provider = provider, .message = message};

    g->done(g->user, &o);
}

static void answer_result(struct guard *g, HRESULT hr, CInstance *i)
{
    struct guard_outcome o = {.hr = hr, .message = "", .instance = SUCCEEDED(hr) ? i : NULL};

    if (hr == WBEM_E_PROVIDER_TIMED_OUT)
        o.provider = call_blamed(g->ctx);
    if (FAILED(hr))
        (void)MethodContext_GetStatusObject(g->ctx, &o.message); /* none: the code says it */
    g->done(g->user, &o);
}

static void answer_closed(struct guard *g)
{
    answer_failure(g, WBEM_E_SHUTTING_DOWN, NULL, "the server stops");
}

/* ---- The deadlines, on the ticker's thread */

/* The thread is still inside of guard_run, or nothing happens. */
static void disown(struct guard *g)
{
    pthread_mutex_lock(&g->lock);
    if (!g->returned && g->thread)
        pool_disown(g->table->limits.pool, g->thread);
    pthread_mutex_unlock(&g->lock);
}

/* The provider may never come back: its thread is not counted on any more. */
static void leave_alone(struct guard *g)
{
    bool first = take_answer(g, false);
    const char *name = has_returned(g) ? NULL : call_give_up(g->ctx);
    double seconds = (double)g->table->limits.stall_ms / 1000;
    char message[256];

    disown(g); /* who gets its slot finds the provider marked */
    if (name) {
        (void)snprintf(message, sizeof(message), "%s missed its deadline of %g s", name, seconds);
        log_line(LOG_LEVEL_WARNING, "provider", g->id, "%s missed its deadline and is left alone until it returns",
                 name);
    } else {
        (void)snprintf(message, sizeof(message), "the operation was not done within %g s", seconds);
    }
    if (first)
        answer_failure(g, name ? WBEM_E_PROVIDER_TIMED_OUT : WBEM_E_TIMED_OUT, name, message);
}

/* The client's time is over, the provider's is not: it is watched on. True if there is nothing to watch any more. */
static bool end_patience(struct guard *g)
{
    char message[128];

    if (take_answer(g, false)) {
        context_cancel(g->ctx);
        (void)snprintf(message, sizeof(message), "the operation was not done within the %g s that the request allows",
                       (double)g->timeout_ms / 1000);
        answer_failure(g, WBEM_E_TIMED_OUT, NULL, message);
    }
    if (!enumerations_set_alarm(g->table, &g->alarm, g->give_up_ms))
        return true;
    return has_returned(g) && enumerations_clear_alarm(g->table, &g->alarm);
}

static void end_all(struct guard *g)
{
    bool first = take_answer(g, false);

    context_cancel(g->ctx);
    if (first)
        answer_closed(g);
}

static void ring(struct alarm *a, bool closing)
{
    struct guard *g = (struct guard *)a;

    if (closing)
        end_all(g);
    else if (now_ms() >= g->give_up_ms)
        leave_alone(g);
    else if (!end_patience(g))
        return; /* with the reference */
    guard_unref(g);
}

/* ---- The operation */

static bool set_alarm(struct guard *g)
{
    int64_t now = now_ms(), stall = g->table->limits.stall_ms;

    g->alarm.ring = ring;
    g->give_up_ms = stall > 0 ? now + stall : INT64_MAX;
    g->patience_ms = g->timeout_ms > 0 && g->timeout_ms < g->give_up_ms - now ? now + g->timeout_ms : g->give_up_ms;
    atomic_fetch_add_explicit(&g->refs, 1, memory_order_relaxed);
    if (enumerations_set_alarm(g->table, &g->alarm, g->patience_ms))
        return true;
    guard_unref(g);
    return false;
}

void guard_run(struct guard *g, HRESULT (*run)(MethodContext *ctx, void *state, CInstance **ret), void *state,
               void (*done)(void *user, const struct guard_outcome *outcome), void *user)
{
    CInstance *i = NULL;
    HRESULT hr;
    bool first;

    g->done = done;
    g->user = user;
    g->thread = pool_self();
    if (!set_alarm(g)) {
        answer_closed(g);
        return;
    }
    hr = run(g->ctx, state, &i);
    first = take_answer(g, true); /* before the alarm is cleared: nobody sets it again then */
    if (enumerations_clear_alarm(g->table, &g->alarm))
        guard_unref(g);
    if (first)
        answer_result(g, hr, i);
    if (i)
        CInstance_Release(i);
}
