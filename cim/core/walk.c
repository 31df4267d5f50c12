#include "cim/core/walk.h"

#include <stdlib.h>

#include "cim/core/call.h"
#include "cim/core/cinstance.h"

struct walk {
    atomic_uint refs;
    struct walk_request r;
    struct query query;
    struct arena arena;
    MethodContext *ctx; /* a reference */
    struct cim_executor *x;
    atomic_bool stop; /* no new calls, and running ones end at their next delivery */

    pthread_mutex_t lock; /* the rest */
    pthread_cond_t ended_cond;
    HRESULT hr;                           /* why it stopped */
    bool partial, gave_up, ending, ended; /* gave_up: a call that hung */
    uint32_t n, next, outstanding;
    struct walk_task *tasks;
    MethodContext **calls; /* running ones, a reference each */
};

struct walk *walk_ref(struct walk *w)
{
    atomic_fetch_add_explicit(&w->refs, 1, memory_order_relaxed);
    return w;
}

struct walk *walk_unref(struct walk *w)
{
    if (!w || atomic_fetch_sub_explicit(&w->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    arena_fini(&w->arena);
    MethodContext_Release(w->ctx);
    pthread_cond_destroy(&w->ended_cond);
    pthread_mutex_destroy(&w->lock);
    free(w->tasks);
    free(w->calls);
    free(w);
    return NULL;
}

/* Each provider once, however many classes of the closure it serves; who is known to have nothing is not asked. */
static void choose_tasks(struct walk *w, const struct served *slice, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        bool skip = served_is_empty(&slice[i]);

        for (uint32_t k = 0; k < w->n && !skip; k++)
            skip = w->tasks[k].served->provider == slice[i].provider;
        if (!skip && slice[i].provider->vtbl->EnumerateInstances)
            w->tasks[w->n++] = (struct walk_task){&slice[i], w->r.query, NULL};
    }
}

/* Those of the request, or the ones that its class needs. */
static bool set_up_tasks(struct walk *w)
{
    const struct served *slice = NULL;
    uint32_t n = w->r.n_tasks;

    if (w->r.base && w->r.exact) {
        slice = namespace_serving(w->r.ns, w->r.base);
        n = slice != NULL;
    } else if (w->r.base) {
        slice = namespace_served(w->r.ns, w->r.base, &n);
    }
    w->tasks = calloc(n + 1, sizeof(*w->tasks));
    w->calls = calloc(n + 1, sizeof(MethodContext *));
    if (!w->tasks || !w->calls)
        return false;
    if (w->r.base) {
        choose_tasks(w, slice, n);
        return true;
    }
    for (uint32_t i = 0; i < n; i++)
        w->tasks[w->n++] = w->r.tasks[i];
    return true;
}

static struct walk *walk_new(MethodContext *ctx, const struct walk_request *r)
{
    struct walk *w = calloc(1, sizeof(*w));

    if (!w)
        return NULL;
    atomic_init(&w->refs, 1);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->ended_cond, NULL);
    MethodContext_AddRef(ctx);
    w->ctx = ctx;
    w->r = *r;
    if (r->query) {
        w->query = *r->query;
        w->r.query = &w->query;
    }
    /* a provider's own calls have its thread and no executor */
    w->x = r->serial || ctx->served ? NULL : ctx->shared->executor;
    if (!set_up_tasks(w))
        return walk_unref(w);
    if (r->arena) {
        w->arena = *r->arena;
        arena_init(r->arena, r->arena->max);
    }
    return w;
}

static bool set_up_query(struct walk *w, MethodContext *call, const struct walk_task *t)
{
    struct CFrameworkQuery *q = &call->query;

    q->ns = w->r.ns;
    q->class = w->r.base ? w->r.base : t->served->class;
    q->exact = !w->r.base || w->r.exact;
    q->query = t->query;
    q->names = t->names;
    /* a nested call asks for itself: what the client needs is nothing to it */
    return query_require(q, call->served->class, call->depth > 1 ? NEEDS_ALL : call->shared->needs);
}

static HRESULT call_provider(const struct walk *w, MethodContext *call)
{
    Provider *p = call->served->provider;
    HRESULT hr = WBEM_E_PROVIDER_NOT_CAPABLE;

    if (w->r.call)
        return w->r.call(call, w->r.user);
    if (call->query.query && p->vtbl->ExecQuery)
        hr = p->vtbl->ExecQuery(p, call, &call->query, 0);
    if (hr == WBEM_E_PROVIDER_NOT_CAPABLE)
        hr = p->vtbl->EnumerateInstances(p, call, 0);
    return hr;
}

static void count_call(MethodContext *call, HRESULT hr, bool abandoned)
{
    if (!abandoned)
        atomic_fetch_add_explicit(&call->served->provider->state->instances, call->n_instances, memory_order_relaxed);
    call_count(call, FAILED(hr), abandoned);
}

/* Lock held. */
static void note_outcome(struct walk *w, HRESULT provider_hr, HRESULT delivery_hr)
{
    if (delivery_hr != WBEM_S_NO_ERROR) {
        if (!w->stop)
            w->hr = delivery_hr;
        w->stop = true;
    } else if (FAILED(provider_hr) && w->ctx->shared->continue_on_error && w->x) {
        w->partial = true;
    } else if (FAILED(provider_hr)) {
        if (!w->stop)
            w->hr = provider_hr;
        w->stop = true;
    }
}

static HRESULT outcome(const struct walk *w)
{
    if (w->r.more && w->gave_up) /* the thread that would go on may be the one that hangs */
        return WBEM_E_PROVIDER_TIMED_OUT;
    return w->hr == WBEM_S_NO_ERROR && w->partial ? WBEM_S_PARTIAL_RESULTS : w->hr;
}

static void detach_watch(struct walk *w)
{
    struct context_shared *s = w->ctx->shared;
    struct walk *watched = NULL;

    pthread_mutex_lock(&s->lock);
    if (s->walk == w) {
        watched = w;
        s->walk = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    walk_unref(watched);
}

/* Lock held on entry, not on return. Tells the world when nothing is left. */
static void unlock_and_end(struct walk *w)
{
    bool last = !w->ending && w->outstanding == 0 && (w->stop || w->next == w->n);
    HRESULT hr = outcome(w);

    if (last)
        w->ending = true;
    pthread_mutex_unlock(&w->lock);
    if (!last)
        return;
    detach_watch(w);
    if (w->x && w->x->walk_end && !(w->r.more && (hr == WBEM_S_NO_ERROR || hr == WBEM_S_OPERATION_CANCELLED)))
        w->x->walk_end(w->x, hr);
    pthread_mutex_lock(&w->lock);
    w->ended = true;
    pthread_cond_broadcast(&w->ended_cond);
    pthread_mutex_unlock(&w->lock);
}

static void runner(void *arg);

/* No thread can be had for the providers that were not called yet. */
static void give_up_rest(struct walk *w)
{
    pthread_mutex_lock(&w->lock);
    note_outcome(w, WBEM_S_NO_ERROR, WBEM_E_SERVER_TOO_BUSY);
    unlock_and_end(w);
    walk_unref(w);
}

/* The call is over for the walk: by its thread, or by the watch. */
static void settle(struct walk *w, uint32_t i, MethodContext *call, HRESULT hr, bool abandoned)
{
    bool replace;

    if (w->x && w->x->call_end)
        w->x->call_end(w->x, call, hr, abandoned);
    pthread_mutex_lock(&w->lock);
    note_outcome(w, hr, abandoned ? WBEM_S_NO_ERROR : call->hr);
    w->calls[i] = NULL;
    w->outstanding--;
    w->gave_up |= abandoned;
    replace = abandoned && !w->stop && w->next < w->n;
    unlock_and_end(w);
    MethodContext_Release(call); /* that of w->calls */
    if (replace && !w->x->run(w->x, runner, walk_ref(w)))
        give_up_rest(w);
}

/* A call that cannot even begin ends the walk. */
static void fail_start(struct walk *w, MethodContext *call, HRESULT hr)
{
    if (call)
        MethodContext_Release(call);
    pthread_mutex_lock(&w->lock);
    note_outcome(w, WBEM_S_NO_ERROR, hr);
    w->outstanding--;
    unlock_and_end(w);
}

static void run_call(struct walk *w, uint32_t i, MethodContext *call)
{
    struct ProviderState *state = call->served->provider->state;
    int running = CALL_RUNNING;
    HRESULT hr;
    bool given_up;

    call->walk = w;
    pthread_mutex_lock(&w->lock);
    MethodContext_AddRef(call);
    w->calls[i] = call;
    pthread_mutex_unlock(&w->lock);
    call_enter(call);
    hr = call_refused(call, call->served) ? WBEM_E_PROVIDER_TIMED_OUT : call_provider(w, call);
    given_up = !call_leave(call);
    call->walk = NULL; /* an instance that is kept and committed later finds nobody */
    cinstance_drop_spare(call);
    if (call->hr != WBEM_S_NO_ERROR && hr == (FAILED(call->hr) ? call->hr : WBEM_E_CALL_CANCELLED))
        hr = WBEM_S_NO_ERROR; /* it only passed on what the delivery told it */
    if (SUCCEEDED(hr) && FAILED(call->shortfall))
        hr = call->shortfall;
    if (given_up) { /* and counted: nobody waits for the walk, but this thread ends it in order */
        settle(w, i, call, WBEM_E_CALL_CANCELLED, false);
    } else if (atomic_compare_exchange_strong(&call->state, &running, CALL_DONE)) {
        count_call(call, hr, false);
        settle(w, i, call, hr, false);
    } else {
        atomic_fetch_sub(&state->stuck, 1);
    }
    MethodContext_Release(call);
}

/* Takes the next provider and calls it. False when there is none left. */
static bool run_next(struct walk *w)
{
    MethodContext *call;
    uint32_t i;

    pthread_mutex_lock(&w->lock);
    if (w->stop || w->next == w->n) {
        pthread_mutex_unlock(&w->lock);
        return false;
    }
    i = w->next++;
    w->outstanding++;
    pthread_mutex_unlock(&w->lock);
    if (MethodContext_IsCancelled(w->ctx)) {
        fail_start(w, NULL, WBEM_E_CALL_CANCELLED);
        return false;
    }
    call = context_child(w->ctx, w->tasks[i].served);
    if (!call || !set_up_query(w, call, &w->tasks[i]) || (w->x && w->x->call_begin && !w->x->call_begin(w->x, call))) {
        fail_start(w, call, WBEM_E_OUT_OF_MEMORY);
        return false;
    }
    run_call(w, i, call);
    return true;
}

static void runner(void *arg)
{
    struct walk *w = arg;

    while (run_next(w))
        ;
    walk_unref(w);
}

static void start_helpers(struct walk *w)
{
    struct context_shared *s = w->ctx->shared;

    pthread_mutex_lock(&s->lock);
    if (!s->walk)
        s->walk = walk_ref(w);
    pthread_mutex_unlock(&s->lock);
    for (uint32_t i = 1; i < w->n && i < w->x->parallel; i++)
        if (!w->x->run(w->x, runner, walk_ref(w))) {
            walk_unref(w);
            return;
        }
}

static void wait_for_helpers(struct walk *w)
{
    bool ended;

    pthread_mutex_lock(&w->lock);
    ended = w->ended;
    pthread_mutex_unlock(&w->lock);
    if (ended)
        return;
    if (w->x && w->x->wait_begin)
        w->x->wait_begin(w->x);
    pthread_mutex_lock(&w->lock);
    while (!w->ended)
        pthread_cond_wait(&w->ended_cond, &w->lock);
    pthread_mutex_unlock(&w->lock);
    if (w->x && w->x->wait_end)
        w->x->wait_end(w->x);
}

HRESULT walk_run(MethodContext *ctx, const struct walk_request *r)
{
    struct walk *w;
    HRESULT hr;

    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    if (ctx->depth >= CONTEXT_MAX_DEPTH)
        return WBEM_E_FAILED;
    w = walk_new(ctx, r);
    if (!w)
        return WBEM_E_OUT_OF_MEMORY;
    if (w->x)
        start_helpers(w);
    while (run_next(w))
        ;
    if (w->n == 0) {
        pthread_mutex_lock(&w->lock);
        unlock_and_end(w);
    }
    wait_for_helpers(w);
    hr = outcome(w);
    if (r->ret_walk)
        *r->ret_walk = walk_ref(w);
    walk_unref(w);
    return hr;
}

static bool wanted(const struct walk *w, const CInstance *i)
{
    if (!w->r.base)
        return true;
    if (w->r.exact ? i->instance.class != w->r.base : !class_is_a(i->instance.class, w->r.base))
        return false;
    return !w->r.query || query_matches(w->r.query, &i->instance);
}

/* One thread writes: no read-modify-write needed. */
static inline void sign_of_life(MethodContext *call)
{
    atomic_store_explicit(&call->delivered, atomic_load_explicit(&call->delivered, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

/* The calls that a nested one runs inside of are alive as long as it is. False if one of them was given up. */
static bool tell_callers(MethodContext *call)
{
    bool wanted_still = true;

    for (MethodContext *c = call->parent; c->served; c = c->parent) {
        sign_of_life(c);
        wanted_still &= atomic_load_explicit(&c->state, memory_order_relaxed) != CALL_ABANDONED;
    }
    return wanted_still;
}

HRESULT walk_deliver(MethodContext *call, CInstance *i)
{
    struct walk *w = call->walk;
    HRESULT hr;

    if (!w || call->delivering)
        return WBEM_E_INVALID_OPERATION;
    if (call->hr != WBEM_S_NO_ERROR)
        return FAILED(call->hr) ? call->hr : WBEM_E_CALL_CANCELLED;
    if (MethodContext_IsCancelled(call) || atomic_load_explicit(&w->stop, memory_order_relaxed))
        return call->hr = WBEM_E_CALL_CANCELLED;
    sign_of_life(call);
    if (call->depth > 1 && !tell_callers(call))
        return call->hr = WBEM_E_CALL_CANCELLED;
    if (!wanted(w, i))
        return WBEM_S_NO_ERROR;
    call->delivering = true;
    hr = w->r.callback(w->r.requester, i, w->ctx, w->r.user);
    call->delivering = false;
    if (FAILED(hr) || hr == WBEM_S_OPERATION_CANCELLED) {
        call->hr = hr;
        return FAILED(hr) ? hr : WBEM_E_CALL_CANCELLED;
    }
    call->n_instances++;
    return WBEM_S_NO_ERROR;
}

/* True when the call has been silent for too long. */
static bool is_hung(MethodContext *call, int64_t now_ms, int64_t stall_ms)
{
    unsigned delivered = atomic_load_explicit(&call->delivered, memory_order_relaxed);

    if (delivered != call->seen || atomic_load_explicit(&call->waiting, memory_order_relaxed)) {
        call->seen = delivered;
        call->seen_ms = now_ms;
        return false;
    }
    return now_ms - call->seen_ms >= stall_ms;
}

static MethodContext *nth_call(struct walk *w, uint32_t i)
{
    MethodContext *call;

    pthread_mutex_lock(&w->lock);
    call = w->calls[i];
    if (call)
        MethodContext_AddRef(call);
    pthread_mutex_unlock(&w->lock);
    return call;
}

void walk_watch(struct walk *w, int64_t now_ms, int64_t stall_ms)
{
    for (uint32_t i = 0; i < w->n; i++) {
        MethodContext *call = nth_call(w, i);
        int running = CALL_RUNNING;

        if (!call)
            continue;
        if (is_hung(call, now_ms, stall_ms)) {
            struct ProviderState *state = call->served->provider->state;

            atomic_fetch_add(&state->stuck, 1); /* before the state: the provider's thread takes it back */
            if (atomic_compare_exchange_strong(&call->state, &running, CALL_ABANDONED)) {
                count_call(call, WBEM_E_PROVIDER_TIMED_OUT, true);
                settle(w, i, call, WBEM_E_PROVIDER_TIMED_OUT, true);
            } else {
                atomic_fetch_sub(&state->stuck, 1);
            }
        }
        MethodContext_Release(call);
    }
}

void context_watch(MethodContext *ctx, int64_t now_ms)
{
    struct context_shared *s = ctx->shared;
    int64_t stall = atomic_load(&s->stall_ms);
    struct walk *w = NULL;

    pthread_mutex_lock(&s->lock);
    if (s->walk && stall > 0)
        w = walk_ref(s->walk);
    pthread_mutex_unlock(&s->lock);
    if (!w)
        return;
    walk_watch(w, now_ms, stall);
    walk_unref(w);
}
