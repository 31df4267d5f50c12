#include "cim/core/call.h"

#include <assert.h>

static void blame(struct context_shared *s, const char *name)
{
    if (!s->blamed)
        s->blamed = name;
}

bool call_refused(MethodContext *ctx, const struct served *s)
{
    struct context_shared *shared = ctx->shared;

    if (atomic_load(&s->provider->state->stuck) == 0)
        return false;
    pthread_mutex_lock(&shared->lock);
    blame(shared, s->provider->name);
    pthread_mutex_unlock(&shared->lock);
    return true;
}

const char *call_blamed(const MethodContext *ctx)
{
    const char *name;

    pthread_mutex_lock(&ctx->shared->lock);
    name = ctx->shared->blamed;
    pthread_mutex_unlock(&ctx->shared->lock);
    return name;
}

void call_enter(MethodContext *call)
{
    struct context_shared *s = call->shared;

    if (s->executor) /* its walks have a watch of their own, and several threads */
        return;
    pthread_mutex_lock(&s->lock);
    if (!s->outermost)
        s->outermost = call;
    pthread_mutex_unlock(&s->lock);
}

bool call_leave(MethodContext *call)
{
    struct context_shared *s = call->shared;
    bool wanted = true;

    if (s->executor)
        return true;
    pthread_mutex_lock(&s->lock);
    if (s->outermost == call) {
        s->outermost = NULL;
        wanted = atomic_load(&call->state) != CALL_ABANDONED;
    }
    pthread_mutex_unlock(&s->lock);
    if (!wanted)
        atomic_fetch_sub(&call->served->provider->state->stuck, 1);
    return wanted;
}

void call_count(MethodContext *call, bool failed, bool abandoned)
{
    struct ProviderState *s = call->served->provider->state;

    atomic_fetch_add_explicit(&s->calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->microseconds, (unsigned long long)(core_now_us() - call->started_us),
                              memory_order_relaxed);
    if (abandoned)
        atomic_fetch_add_explicit(&s->timeouts, 1, memory_order_relaxed);
    else if (failed)
        atomic_fetch_add_explicit(&s->failures, 1, memory_order_relaxed);
}

HRESULT call_begin(MethodContext *ctx, const struct core_namespace *ns, const struct cim_class *class,
                   const struct served *s, const char *const *names, MethodContext **ret)
{
    MethodContext *call;

    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    if (ctx->depth >= CONTEXT_MAX_DEPTH)
        return WBEM_E_FAILED;
    if (call_refused(ctx, s))
        return WBEM_E_PROVIDER_TIMED_OUT;
    call = context_child(ctx, s);
    if (!call)
        return WBEM_E_OUT_OF_MEMORY;
    call->query.ns = ns;
    call->query.class = class;
    call->query.names = names;
    if (!query_require(&call->query, s->class, NEEDS_ALL)) {
        MethodContext_Release(call);
        return WBEM_E_OUT_OF_MEMORY;
    }
    call_enter(call);
    *ret = call;
    return WBEM_S_NO_ERROR;
}

HRESULT call_end(MethodContext *call, HRESULT hr)
{
    if (call_leave(call))
        call_count(call, FAILED(hr) && hr != WBEM_E_NOT_FOUND && hr != WBEM_E_CALL_CANCELLED, false);
    else /* it was counted when it was given up */
        hr = WBEM_E_CALL_CANCELLED;
    MethodContext_Release(call);
    return hr;
}

const char *call_give_up(MethodContext *root)
{
    struct context_shared *s = root->shared;
    const char *name = NULL;

    assert(!s->executor);
    context_cancel(root);
    pthread_mutex_lock(&s->lock);
    if (s->outermost && atomic_load(&s->outermost->state) != CALL_ABANDONED) { /* it lives: leaving takes the lock */
        name = context_provider_name(s->outermost);
        blame(s, name);
        atomic_fetch_add(&s->outermost->served->provider->state->stuck, 1);
        atomic_store(&s->outermost->state, CALL_ABANDONED);
        call_count(s->outermost, false, true);
    }
    pthread_mutex_unlock(&s->lock);
    return name;
}
