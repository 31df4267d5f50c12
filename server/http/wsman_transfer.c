/* Get, Put, Create, Delete and Invoke: one instance, one answer. What needs the request is read first, into the memory of
 * the guard; then the provider is called, and whatever comes first, its return or the deadline, is the answer.
 */
#include <errno.h>

#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "server/http/wsman_service.h"
#include "server/proto/fragment.h"
#include "server/proto/wsman_model.h"
#include "server/run/guard.h"

enum { CALL_ARENA = 64 << 20 };

/* What the call of the provider uses: in the guard's arena, which outlives a provider that is late. */
struct call {
    struct arena *arena;
    struct cim_path path;
    const char *namespace;
    const char *method;
    struct cim_instance *body;
    bool *given;
    const struct fragment *fragment;
    const struct wsman_request *own; /* the request again, for a fragment that is put */
    struct wsman_fault fault;        /* found during the call */
};

/* In the exchange's arena. */
struct transfer {
    struct exchange *x;
    const struct wsman_request *q;
    MethodContext *ctx;
    const struct core_namespace *ns; /* the context's */
    const struct cim_class *class;
    struct call *call;
};

/* ---- Reading the request: 0, 1 with a fault, -ENOMEM */

static int find_class(struct transfer *t, struct wsman_fault *f)
{
    const struct wsman_epr *target = &t->q->target;

    t->call->namespace = target->namespace.n ? arena_strndup(t->call->arena, target->namespace.s, target->namespace.n)
                                             : CORE_DEFAULT_NAMESPACE;
    if (!t->call->namespace)
        return -ENOMEM;
    t->ns = context_namespace(t->ctx, t->call->namespace);
    if (!t->ns)
        return wsman_fault_no_namespace(f, target);
    t->class = schema_class(t->ns->schema, target->class_name);
    return t->class ? 0 : wsman_fault_no_class(f, t->ns->name, target);
}

static int read_path(struct transfer *t, struct wsman_fault *f)
{
    struct cim_path path;
    int r = wsman_bind_path(exchange_arena(t->x), &t->q->target, t->class, &path, f);

    if (r)
        return r;
    path.namespace = text_of(t->ns->name);
    return path_copy(t->call->arena, &path, &t->call->path) ? 0 : -ENOMEM;
}

static int read_instance_path(struct transfer *t, struct wsman_fault *f)
{
    int r = read_path(t, f);

    if (r == 0 && t->call->path.n_keys == 0 && !t->call->path.is_singleton)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "InsufficientSelectors",
                          "no selectors: class %s has instances that are told apart by keys", t->class->name.s);
    return r;
}

/* Copies of what may borrow from the request. */
static int keep_body(struct transfer *t, const struct cim_instance *i, const bool *given)
{
    struct call *c = t->call;

    c->body = instance_copy(c->arena, i);
    c->given = arena_zalloc(c->arena, (i->class->n_properties + 1u) * sizeof(*given));
    if (!c->body || !c->given)
        return -ENOMEM;
    for (uint32_t k = 0; given && k < i->class->n_properties; k++)
        c->given[k] = given[k];
    return 0;
}

static int read_body(struct transfer *t, struct wsman_fault *f)
{
    struct cim_instance *i;
    bool *given;
    int r = wsman_decode_instance(exchange_arena(t->x), t->q, t->class, &i, &given, f);

    return r ? r : keep_body(t, i, given);
}

static int read_fragment(struct transfer *t, struct wsman_fault *f)
{
    struct fragment *fragment;
    char *path;

    if (!t->q->has_fragment)
        return 0;
    fragment = arena_zalloc(t->call->arena, sizeof(*fragment));
    path = arena_strndup(t->call->arena, t->q->fragment.s, t->q->fragment.n);
    if (!fragment || !path)
        return -ENOMEM;
    t->call->fragment = fragment;
    return fragment_parse(t->call->arena, (struct text){path, t->q->fragment.n}, t->class, fragment, f);
}

static int read_get(struct transfer *t, struct wsman_fault *f)
{
    int r = read_instance_path(t, f);

    return r ? r : read_fragment(t, f);
}

/* A fragment changes an instance that must be read first: what is put waits as it came. */
static int read_put(struct transfer *t, struct wsman_fault *f)
{
    int r = read_get(t, f);

    if (r)
        return r;
    if (!t->call->fragment)
        return read_body(t, f);
    t->call->own = wsman_decode_again(t->x, t->call->arena, t->q, f);
    return t->call->own ? 0 : f->type ? 1 : -ENOMEM;
}

static int read_create(struct transfer *t, struct wsman_fault *f)
{
    return read_body(t, f); /* selectors, which some clients repeat, say nothing that the body does not */
}

static int read_delete(struct transfer *t, struct wsman_fault *f)
{
    return read_instance_path(t, f);
}

static int read_invoke(struct transfer *t, struct wsman_fault *f)
{
    const struct cim_method *m = class_method(t->class, t->q->method);
    struct cim_instance *in;
    int r;

    if (!m) {
        f->cim_status = CIM_ERR_METHOD_NOT_FOUND;
        return wsman_fail(f, WSA_ACTION_NOT_SUPPORTED, NULL, "class %s has no method %.*s", t->class->name.s,
                          (int)t->q->method.n, t->q->method.s);
    }
    r = m->flags & FEATURE_STATIC ? read_path(t, f) : read_instance_path(t, f);
    if (r)
        return r;
    t->call->method = arena_strndup(t->call->arena, m->name.s, m->name.n);
    r = wsman_decode_parameters(exchange_arena(t->x), t->q, m, &in, f);
    return r ? r : t->call->method ? keep_body(t, in, NULL) : -ENOMEM;
}

/* ---- The calls: on a worker, perhaps still when the answer has long been sent */

static HRESULT call_get(MethodContext *ctx, void *state, CInstance **ret)
{
    struct call *c = state;

    return operation_get(ctx, &c->path, NULL, ret);
}

static HRESULT put_fragment(MethodContext *ctx, struct call *c, CInstance **ret)
{
    CInstance *present = NULL;
    struct cim_instance *i;
    bool *given;
    int r = -ENOMEM;
    HRESULT hr = operation_get(ctx, &c->path, NULL, &present);

    if (FAILED(hr))
        return hr;
    i = instance_copy(c->arena, cinstance_view(present));
    given = i ? arena_zalloc(c->arena, (i->class->n_properties + 1u) * sizeof(*given)) : NULL;
    CInstance_Release(present);
    if (given)
        r = fragment_apply(c->arena, c->fragment, c->own, i, given, &c->fault);
    if (r)
        return r < 0 ? WBEM_E_OUT_OF_MEMORY : WBEM_E_INVALID_PARAMETER;
    return operation_modify(ctx, &c->path, i, given, ret);
}

static HRESULT call_put(MethodContext *ctx, void *state, CInstance **ret)
{
    struct call *c = state;

    return c->fragment ? put_fragment(ctx, c, ret) : operation_modify(ctx, &c->path, c->body, c->given, ret);
}

static HRESULT call_create(MethodContext *ctx, void *state, CInstance **ret)
{
    struct call *c = state;

    return operation_create(ctx, c->namespace, c->body, ret);
}

static HRESULT call_delete(MethodContext *ctx, void *state, CInstance **ret)
{
    struct call *c = state;

    (void)ret;
    return operation_delete(ctx, &c->path);
}

static HRESULT call_invoke(MethodContext *ctx, void *state, CInstance **ret)
{
    struct call *c = state;

    return operation_invoke(ctx, &c->path, c->method, c->body, ret);
}

/* ---- Answers */

static void answer_get(struct transfer *t, struct buf *b, const struct cim_instance *i)
{
    struct wsxml_style style = wsman_style(t->q, t->ns->name);

    if (t->call->fragment)
        wsman_encode_get_fragment(b, t->q, t->call->fragment, &style, i);
    else
        wsman_encode_get(b, t->q, &style, i);
}

static void answer_put(struct transfer *t, struct buf *b, const struct cim_instance *i)
{
    struct wsxml_style style = wsman_style(t->q, t->ns->name);

    wsman_encode_put(b, t->q, t->call->fragment, &style, i);
}

static void answer_create(struct transfer *t, struct buf *b, const struct cim_instance *i)
{
    struct wsxml_style style = wsman_style(t->q, t->ns->name);

    wsman_encode_create(b, t->q, &style, i);
}

static void answer_delete(struct transfer *t, struct buf *b, const struct cim_instance *i)
{
    (void)i;
    wsman_encode_delete(b, t->q);
}

static void answer_invoke(struct transfer *t, struct buf *b, const struct cim_instance *i)
{
    struct wsxml_style style = wsman_style(t->q, t->ns->name);

    wsman_encode_invoke(b, t->q, &style, i);
}

static const struct {
    int (*read)(struct transfer *t, struct wsman_fault *f);
    HRESULT (*call)(MethodContext *ctx, void *state, CInstance **ret);
    void (*answer)(struct transfer *t, struct buf *b, const struct cim_instance *i);
    /* what is wrong when the model says "invalid parameter" */
    enum wsman_fault_code invalid;
    const char *invalid_detail;
} kinds[] = {
    [WSMAN_GET] = {read_get, call_get, answer_get, WSMAN_INVALID_SELECTORS, "InvalidValue"},
    [WSMAN_PUT] = {read_put, call_put, answer_put, WSXF_INVALID_REPRESENTATION, "InvalidValues"},
    [WSMAN_CREATE] = {read_create, call_create, answer_create, WSXF_INVALID_REPRESENTATION, "InvalidValues"},
    [WSMAN_DELETE] = {read_delete, call_delete, answer_delete, WSMAN_INVALID_SELECTORS, "InvalidValue"},
    [WSMAN_INVOKE] = {read_invoke, call_invoke, answer_invoke, WSMAN_INVALID_PARAMETER, NULL},
};

static void fault_of(const struct transfer *t, const struct guard_outcome *o, struct wsman_fault *f)
{
    int status = status_of_hresult(o->hr);

    if (o->hr == WBEM_E_PROVIDER_TIMED_OUT || o->hr == WBEM_E_TIMED_OUT) {
        wsman_fail(f, WSMAN_TIMED_OUT, NULL, "%s did not answer in time", o->provider ? o->provider : "the operation");
        f->provider = o->provider;
        return;
    }
    wsman_fault_from_status(f, status, *o->message ? o->message : hresult_name(o->hr));
    if (status == CIM_ERR_INVALID_PARAMETER || o->hr == WBEM_E_INVALID_OBJECT) {
        f->type = kinds[t->q->action].invalid;
        f->detail = kinds[t->q->action].invalid_detail;
    }
}

static bool exceeds_envelope(const struct wsman_request *q, const struct buf *b)
{
    return q->max_envelope && b->len * (q->utf16 ? 2 : 1) > q->max_envelope;
}

/* What was asked for has happened, but for Get, where nothing had to. */
static void fault_too_large(const struct wsman_request *q, struct wsman_fault *f)
{
    bool read_only = q->action == WSMAN_GET;

    wsman_fail(f, WSMAN_ENCODING_LIMIT, read_only ? "MaxEnvelopeSizeExceeded" : "UnreportableSuccess",
               "%sthe answer is larger than wsman:MaxEnvelopeSize allows", read_only ? "" : "it was done, but ");
}

static void done(void *user, const struct guard_outcome *o)
{
    struct transfer *t = user;
    struct wsman_fault f = {0};
    struct buf b;

    if (FAILED(o->hr)) {
        fault_of(t, o, &f);
        /* what the call found in the request; a late one may still be writing it */
        wsman_reply_fault(t->x, t->q, o->hr == WBEM_E_INVALID_PARAMETER && t->call->fault.type ? &t->call->fault : &f);
        return;
    }
    buf_init(&b, WSMAN_MAX_REPLY);
    kinds[t->q->action].answer(t, &b, o->instance ? cinstance_view(o->instance) : NULL);
    if (exceeds_envelope(t->q, &b)) {
        buf_fini(&b);
        fault_too_large(t->q, &f);
        wsman_reply_fault(t->x, t->q, &f);
        return;
    }
    wsman_reply(t->x, t->q, 200, &b);
}

/* ---- The operation */

static int prepare(struct transfer *t, struct wsman_fault *f)
{
    int r = find_class(t, f);

    if (r == 0 && !t->q->target.metadata)
        r = kinds[t->q->action].read(t, f);
    else if (r == 0 && t->q->action != WSMAN_GET)
        r = wsman_fail(f, WSA_ACTION_NOT_SUPPORTED, "ActionMismatch", "classes can be read over WS-Man, and only that");
    return r ? r : wsman_add_options(t->ctx, t->q);
}

static struct transfer *make_transfer(struct exchange *x, const struct wsman_request *q, struct guard *g)
{
    struct transfer *t = arena_zalloc(exchange_arena(x), sizeof(*t));
    struct call *c = arena_zalloc(guard_arena(g), sizeof(*c));

    if (!t || !c)
        return NULL;
    c->arena = guard_arena(g);
    *t = (struct transfer){.x = x, .q = q, .ctx = guard_context(g), .call = c};
    return t;
}

/* The class itself, from the cim-xml resource URI. */
static void reply_class(struct transfer *t)
{
    struct buf b;

    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_class(&b, t->q, t->class);
    wsman_reply(t->x, t->q, 200, &b);
}

static struct guard *make_guard(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    const struct guard_request r = {
        .table = s->enumerations,
        .user = exchange_user(x),
        .authn = WBEM_AUTHN_PASSWORD,
        .id = exchange_id(x),
        .timeout_ms = q->operation_timeout_ms > 0 ? q->operation_timeout_ms : 0,
        .max_bytes = CALL_ARENA,
    };

    return guard_new(&r);
}

void wsman_transfer(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct guard *g = make_guard(x, s, q);
    struct transfer *t = g ? make_transfer(x, q, g) : NULL;
    struct wsman_fault f = {0};
    int r = t ? prepare(t, &f) : -ENOMEM;

    if (r)
        wsman_reply_decode_failure(x, q, r, &f);
    else if (q->target.metadata)
        reply_class(t);
    else
        guard_run(g, kinds[q->action].call, t->call, done, t);
    guard_unref(g);
}
