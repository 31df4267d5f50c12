#include "cim/core/context.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cim/core/cinstance.h"
#include "cim/core/walk.h"

enum { QUERY_ARENA = 1 << 20, OPTION_ARENA = 4 * CONTEXT_OPTION_BYTES /* with what its blocks waste */ };

int64_t core_now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static struct context_shared *shared_new(struct core *c, const char *user, int authn)
{
    struct context_shared *s = calloc(1, sizeof(*s));

    if (!s)
        return NULL;
    s->user = strdup(user ? user : "");
    if (!s->user) {
        free(s);
        return NULL;
    }
    atomic_init(&s->refs, 0);
    s->core = c;
    s->authn = authn;
    s->status = WBEM_S_FALSE;
    s->last_option = &s->options;
    arena_init(&s->option_arena, OPTION_ARENA);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void shared_unref(struct context_shared *s)
{
    if (atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (unsigned i = 0; i < s->n_namespaces; i++)
        core_namespace_unref(s->namespaces[i]);
    pthread_mutex_destroy(&s->lock);
    arena_fini(&s->option_arena);
    free(s->user);
    free(s);
}

static MethodContext *alloc_context(struct context_shared *s)
{
    MethodContext *ctx = calloc(1, sizeof(*ctx));

    if (!ctx)
        return NULL;
    atomic_init(&ctx->refs, 1);
    atomic_init(&ctx->state, CALL_RUNNING);
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    ctx->shared = s;
    arena_init(&ctx->query.arena, QUERY_ARENA);
    return ctx;
}

MethodContext *context_new(struct core *c, const char *user, int authn)
{
    struct context_shared *s = shared_new(c, user, authn);
    MethodContext *ctx = s ? alloc_context(s) : NULL;

    if (s && !ctx) {
        atomic_store(&s->refs, 1);
        shared_unref(s);
    }
    return ctx;
}

MethodContext *context_child(MethodContext *parent, const struct served *s)
{
    MethodContext *ctx = alloc_context(parent->shared);

    if (!ctx)
        return NULL;
    MethodContext_AddRef(parent);
    ctx->parent = parent;
    ctx->depth = parent->depth + 1;
    ctx->served = s;
    ctx->started_us = core_now_us();
    ctx->seen_ms = ctx->started_us / 1000;
    return ctx;
}

long MethodContext_AddRef(MethodContext *ctx)
{
    return atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed) + 1;
}

long MethodContext_Release(MethodContext *ctx)
{
    long left = atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) - 1;

    if (left > 0)
        return left;
    if (ctx->front && ctx->shared->executor && ctx->shared->executor->front_free)
        ctx->shared->executor->front_free(ctx->shared->executor, ctx->front);
    if (ctx->parent)
        MethodContext_Release(ctx->parent);
    arena_fini(&ctx->query.arena);
    shared_unref(ctx->shared);
    free(ctx);
    return 0;
}

void context_lend(MethodContext *ctx, struct cim_executor *x, bool continue_on_error)
{
    ctx->shared->executor = x;
    ctx->shared->continue_on_error = continue_on_error;
}

void context_set_needs(MethodContext *ctx, enum context_needs needs)
{
    ctx->shared->needs = needs;
}

void context_set_stall(MethodContext *ctx, int64_t ms)
{
    atomic_store(&ctx->shared->stall_ms, ms);
}

int context_add_option(MethodContext *ctx, struct text name, struct text value)
{
    struct context_shared *s = ctx->shared;
    struct context_option *o;

    if (s->n_options == CONTEXT_MAX_OPTIONS || name.n + value.n > CONTEXT_OPTION_BYTES - s->option_bytes)
        return CIM_ERR_SERVER_LIMITS_EXCEEDED;
    o = arena_zalloc(&s->option_arena, sizeof(*o));
    if (!o)
        return -ENOMEM;
    o->name = arena_strndup(&s->option_arena, name.s, name.n);
    o->value = arena_strndup(&s->option_arena, value.s, value.n);
    if (!o->name || !o->value)
        return -ENOMEM;
    *s->last_option = o;
    s->last_option = &o->next;
    s->n_options++;
    s->option_bytes += name.n + value.n;
    return 0;
}

const char *MethodContext_GetOption(const MethodContext *ctx, const char *pszName)
{
    for (const struct context_option *o = ctx->shared->options; o; o = o->next)
        if (text_ieqs(text_of(pszName), o->name))
            return o->value;
    return NULL;
}

void context_cancel(MethodContext *ctx)
{
    atomic_store(&ctx->shared->cancelled, true);
}

void context_waiting(MethodContext *call, bool waiting)
{
    /* a wait that ends counts as progress: the watch starts anew */
    if (!waiting)
        atomic_fetch_add_explicit(&call->delivered, 1, memory_order_relaxed);
    atomic_store_explicit(&call->waiting, waiting, memory_order_relaxed);
}

bool MethodContext_IsCancelled(const MethodContext *ctx)
{
    return atomic_load_explicit(&ctx->shared->cancelled, memory_order_relaxed) ||
           atomic_load_explicit(&ctx->state, memory_order_relaxed) == CALL_ABANDONED;
}

int64_t MethodContext_GetTimeLeft(const MethodContext *ctx)
{
    int64_t stall = atomic_load(&ctx->shared->stall_ms), left;

    if (stall == 0)
        return INT64_MAX;
    left = ctx->started_us / 1000 + stall - core_now_us() / 1000;
    return left > 0 ? left : 0;
}

const char *MethodContext_GetUserName(const MethodContext *ctx)
{
    return ctx->shared->user;
}

int MethodContext_GetAuthenticationLevel(const MethodContext *ctx)
{
    return ctx->shared->authn;
}

CFrameworkQuery *MethodContext_GetQuery(MethodContext *ctx)
{
    return ctx->served ? &ctx->query : NULL;
}

bool MethodContext_Needs(const MethodContext *ctx, unsigned slot)
{
    const struct served *s = ctx->served;
    unsigned index;

    if (!s || slot >= s->n_slots || s->slots[slot] == SLOT_MISSING)
        return false;
    index = s->slots[slot];
    return ctx->query.all || (ctx->query.required[index / 64] >> index % 64 & 1);
}

bool MethodContext_SetStatusObject(MethodContext *ctx, HRESULT hr, const char *pszDescription)
{
    struct context_shared *s = ctx->shared;
    bool first;

    pthread_mutex_lock(&s->lock);
    first = s->status == WBEM_S_FALSE;
    if (first) {
        s->status = hr;
        (void)snprintf(s->status_text, sizeof(s->status_text), "%s",
                       pszDescription ? pszDescription : ""); /* may be cut */
    }
    pthread_mutex_unlock(&s->lock);
    return first;
}

HRESULT MethodContext_GetStatusObject(const MethodContext *ctx, const char **ppszDescription)
{
    struct context_shared *s = ctx->shared;
    HRESULT hr;

    pthread_mutex_lock(&s->lock);
    hr = s->status;
    pthread_mutex_unlock(&s->lock);
    if (hr != WBEM_S_FALSE && ppszDescription)
        *ppszDescription = s->status_text; /* written once, before status */
    return hr;
}

void context_pin(MethodContext *ctx, struct core_namespace *ns)
{
    struct context_shared *s = ctx->shared;

    assert(s->n_namespaces == 0);
    atomic_fetch_add_explicit(&ns->refs, 1, memory_order_relaxed);
    s->namespaces[s->n_namespaces++] = ns;
}

const struct core_namespace *context_namespace(MethodContext *ctx, const char *name)
{
    struct context_shared *s = ctx->shared;
    struct core_namespace *ns = core_namespace(s->core, text_of(name && *name ? name : CORE_DEFAULT_NAMESPACE));
    struct core_namespace *found = NULL;

    if (!ns)
        return NULL;
    pthread_mutex_lock(&s->lock);
    for (unsigned i = 0; i < s->n_namespaces && !found; i++)
        if (text_ieqs(text_of(s->namespaces[i]->name), ns->name))
            found = s->namespaces[i];
    if (!found && s->n_namespaces < CONTEXT_MAX_NAMESPACES) {
        found = s->namespaces[s->n_namespaces++] = ns;
        ns = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    core_namespace_unref(ns);
    return found;
}
