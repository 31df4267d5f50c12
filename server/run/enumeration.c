#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/base/log.h"
#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "cim/core/walk.h"
#include "server/run/enumeration_impl.h"

/* The front of one provider call: its lane into the stream. Lives as long as the call's context. */
struct front {
    struct lane lane;
    struct enumeration *enumeration; /* a reference */
};

static struct enumeration *of(struct cim_executor *x)
{
    return (struct enumeration *)x;
}

/* ---- What the walk asks of its executor */

static bool run_on_pool(struct cim_executor *x, void (*fn)(void *arg), void *arg)
{
    return pool_submit(of(x)->table->limits.pool, fn, arg);
}

static void wait_begin(struct cim_executor *x)
{
    pool_wait_begin(of(x)->table->limits.pool);
}

static void wait_end(struct cim_executor *x)
{
    pool_wait_end(of(x)->table->limits.pool);
}

static bool call_begin(struct cim_executor *x, MethodContext *call)
{
    struct front *f = calloc(1, sizeof(*f));

    if (!f)
        return false;
    f->enumeration = enumeration_ref(of(x));
    lane_init(&f->lane, &of(x)->stream, call);
    call->front = f;
    return true;
}

/* One line for people: who is missing and why. Stream lock held. */
static void add_missed(struct enumeration *e, const char *why)
{
    size_t at = strlen(e->missed);

    if (!strstr(e->missed, why)) /* a provider may be asked in several ways and fail in all of them */
        (void)snprintf(e->missed + at, sizeof(e->missed) - at, "%s%s", at ? "; " : "", why);
}

static void note_missed(struct enumeration *e, MethodContext *call, HRESULT hr, bool abandoned)
{
    const char *name = context_provider_name(call), *text = NULL;
    char why[sizeof(e->missed)];

    if (hr == WBEM_E_CALL_CANCELLED || hr == WBEM_E_SHUTTING_DOWN)
        return;
    (void)MethodContext_GetStatusObject(call, &text); /* none: the code says it */
    if (hr == WBEM_E_PROVIDER_TIMED_OUT)
        (void)snprintf(why, sizeof(why), "%s: missed its deadline of %g s", name,
                       (double)e->table->limits.stall_ms / 1000);
    else
        (void)snprintf(why, sizeof(why), "%s: failed with %s%s%s", name, hresult_name(hr), text && *text ? ", " : "",
                       text ? text : "");
    stream_lock(&e->stream);
    add_missed(e, why);
    stream_unlock(&e->stream);
    log_line(LOG_LEVEL_WARNING, "provider", e->request.id, "%s %s", name,
             abandoned ? "missed its deadline and is left alone until it returns" : hresult_name(hr));
}

static void call_end(struct cim_executor *x, MethodContext *call, HRESULT hr, bool abandoned)
{
    struct front *f = call->front;

    if (FAILED(hr))
        note_missed(of(x), call, hr, abandoned);
    if (!abandoned) {
        lane_close(&f->lane);
        return;
    }
    lane_abandon(&f->lane);
    if (f->lane.thread)
        pool_disown(of(x)->table->limits.pool, f->lane.thread);
}

static void front_free(struct cim_executor *x, void *front)
{
    struct front *f = front;
    struct enumeration *e = f->enumeration;

    (void)x;
    lane_orphan(&f->lane);
    free(f);
    enumeration_unref(e);
}

static void walk_end(struct cim_executor *x, HRESULT hr)
{
    struct enumeration *e = of(x);

    if (atomic_exchange(&e->ended, true))
        return;
    stream_lock(&e->stream);
    e->hr = hr;
    stream_unlock(&e->stream);
    stream_finish(&e->stream);
    enumerations_settle(e);
}

/* ---- The callback: an instance becomes a fragment */

static HRESULT deliver(Provider *pProvider, CInstance *pInstance, MethodContext *pMethodContext, void *pUserData)
{
    struct enumeration *e = pUserData;
    struct lane *l = &((struct front *)context_front(CInstance_GetMethodContext(pInstance)))->lane;
    const struct cim_instance *i = cinstance_view(pInstance);
    HRESULT hr = WBEM_S_NO_ERROR;
    char *out;

    (void)pProvider;
    (void)pMethodContext;
    if (l->class != i->class) {
        l->plan = e->request.format->plan(e->request.format_state, i->class);
        l->class = l->plan ? i->class : NULL;
        if (!l->plan)
            return WBEM_E_OUT_OF_MEMORY;
    }
    out = lane_room(l, e->request.format->bound(l->plan, i), &hr);
    if (out)
        lane_commit(l, e->request.format->encode(l->plan, i, out));
    return hr;
}

/* ---- Life */

static void set_executor(struct enumeration *e)
{
    e->executor = (struct cim_executor){
        .parallel = e->table->limits.parallel,
        .run = run_on_pool,
        .wait_begin = wait_begin,
        .wait_end = wait_end,
        .call_begin = call_begin,
        .call_end = call_end,
        .front_free = front_free,
        .walk_end = walk_end,
    };
    context_lend(e->ctx, &e->executor, true);
    context_set_needs(e->ctx, e->request.needs);
    context_set_stall(e->ctx, e->table->limits.stall_ms);
}

static bool copy_request(struct enumeration *e, const struct enumeration_request *r)
{
    e->request = *r;
    e->request.user = strdup(r->user);
    e->request.class_name = strdup(r->class_name ? r->class_name : "");
    return e->request.user && e->request.class_name;
}

/* What comes with a request is taken over whatever becomes of it. */
static void drop_request(const struct enumeration_request *r)
{
    r->format->free(r->format_state);
    if (r->arena)
        arena_fini(r->arena);
}

int enumeration_new(struct enumerations *t, const struct enumeration_request *r, struct enumeration **ret)
{
    struct enumeration *e = calloc(1, sizeof(*e));
    int status = -ENOMEM;

    if (!e) {
        drop_request(r);
        return -ENOMEM;
    }
    atomic_init(&e->refs, 1);
    e->table = t;
    if (r->arena) {
        e->arena = *r->arena;
        arena_init(r->arena, 0);
    }
    stream_init(&e->stream, t->limits.pool, t->limits.blocks);
    if (copy_request(e, r))
        e->ctx = context_new(t->limits.core, r->user, r->authn);
    if (e->ctx) {
        context_pin(e->ctx, r->ns);
        set_executor(e);
        status = enumerations_add(t, e);
    }
    if (status == 0)
        *ret = e;
    else
        enumeration_unref(e);
    return status;
}

struct enumeration *enumeration_ref(struct enumeration *e)
{
    atomic_fetch_add_explicit(&e->refs, 1, memory_order_relaxed);
    return e;
}

struct enumeration *enumeration_unref(struct enumeration *e)
{
    if (!e || atomic_fetch_sub_explicit(&e->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    if (e->ctx)
        MethodContext_Release(e->ctx);
    stream_fini(&e->stream);
    e->request.format->free(e->request.format_state);
    free((char *)e->request.user); /* ours since copy_request */
    free((char *)e->request.class_name);
    arena_fini(&e->arena);
    free(e);
    return NULL;
}

/* Stream lock held. */
static void cancel_locked(struct enumeration *e)
{
    atomic_store(&e->cancelled, true);
    context_cancel(e->ctx);
    stream_cancel_locked(&e->stream);
}

static HRESULT walk_class(struct enumeration *e)
{
    const struct enumeration_request *q = &e->request;
    struct walk_request r = {.ns = context_namespace(e->ctx, q->ns->name),
                             .exact = q->exact || (q->query && q->query->exact_class),
                             .query = q->query,
                             .callback = deliver,
                             .user = e};

    r.base = schema_class(r.ns->schema, text_of(q->class_name));
    return r.base ? walk_run(e->ctx, &r) : WBEM_E_INVALID_CLASS;
}

static HRESULT traverse(struct enumeration *e)
{
    struct association_request r = *e->request.association;

    r.serial = false;
    r.requester = NULL;
    r.callback = deliver;
    r.user = e;
    return association_run(e->ctx, &r);
}

void enumeration_run(struct enumeration *e)
{
    HRESULT hr;

    if (atomic_exchange(&e->started, true))
        return;
    enumeration_ref(e);
    hr = e->request.association ? traverse(e) : walk_class(e);
    walk_end(&e->executor, hr); /* a walk that could not begin has not said so */
    enumeration_unref(e);
}

void enumeration_cancel(struct enumeration *e)
{
    stream_lock(&e->stream);
    cancel_locked(e);
    stream_unlock(&e->stream);
    enumerations_settle(e);
}

struct stream *enumeration_stream(struct enumeration *e)
{
    return &e->stream;
}

MethodContext *enumeration_context(struct enumeration *e)
{
    return e->ctx;
}

/* ---- The consumer */

bool enumeration_attach(struct enumeration *e, const struct enumeration_consumer *c)
{
    bool free_now;

    stream_lock(&e->stream);
    free_now = !e->attached && !atomic_load(&e->cancelled);
    if (free_now) {
        e->attached = true;
        e->consumer = *c;
        enumerations_idle(e, false);
        stream_attach(&e->stream, c->wake, c->consumer, c->wake_bytes);
    }
    stream_unlock(&e->stream);
    return free_now;
}

void enumeration_detach_locked(struct enumeration *e, bool over)
{
    assert(e->attached);
    e->attached = false;
    stream_detach(&e->stream);
    if (over)
        cancel_locked(e);
    enumerations_idle(e, true);
    enumerations_settle(e);
}

void enumeration_detach(struct enumeration *e, bool over)
{
    enumeration_ref(e); /* the table's may be the last one */
    stream_lock(&e->stream);
    enumeration_detach_locked(e, over);
    stream_unlock(&e->stream);
    enumeration_unref(e);
}

HRESULT enumeration_outcome(struct enumeration *e, const char **ret_missed)
{
    *ret_missed = e->missed;
    return atomic_load(&e->cancelled) ? WBEM_E_CALL_CANCELLED : e->hr; /* the walk may not know yet */
}
