/* Enumerate, Pull and Release: from the request to an enumeration and its pages. */
#include <errno.h>
#include <time.h>

#include "cim/core/codes.h"
#include "cim/core/count.h"
#include "server/http/wsman_service.h"
#include "server/proto/wsman_model.h"

/* Of a query and what comes with it: it lives as long as its enumeration. */
enum { QUERY_ARENA = 4 << 20 };

struct start {
    struct exchange *x;
    const struct wsman_service *service;
    const struct wsman_request *q;
    struct core_namespace *ns; /* a reference */
    struct arena arena;        /* the enumeration's, once there is one */
    struct wsman_selection selection;
    struct association_request *association;
    int64_t total; /* -1 = unknown */
};

/* ---- What is asked for */

/* A filter must not borrow from the HTTP request, which ends with the first page: it is read once more into the
 * arena of the enumeration. */
static int own_request(struct start *s, struct wsman_fault *f)
{
    struct wsman_request *own;

    if (s->q->filter.dialect == WSMAN_FILTER_NONE)
        return 0;
    own = wsman_decode_again(s->x, &s->arena, s->q, f);
    if (!own)
        return f->type ? 1 : -ENOMEM;
    s->q = own;
    return 0;
}

static const char *const *names_of(struct arena *a, const struct text *names, uint32_t n)
{
    const char **list = n ? arena_zalloc(a, (n + 1) * sizeof(*list)) : NULL;

    for (uint32_t i = 0; list && i < n; i++)
        list[i] = arena_strndup(a, names[i].s, names[i].n);
    return list;
}

/* ClassDefsOnly asks for classes, which WS-Man has no items for. */
static int prepare_association(struct start *s, struct wsman_fault *f)
{
    const struct wsman_association_selection *a = s->selection.association;
    static const char *const keys[] = {NULL};

    if (a->class_only)
        return wsman_fail(f, WSEN_CANNOT_PROCESS_FILTER, NULL,
                          "ClassDefsOnly and SchemaOnly are not served over WS-Man");
    s->association = arena_zalloc(&s->arena, sizeof(*s->association));
    if (!s->association)
        return -ENOMEM;
    *s->association = (struct association_request){
        .object = &a->object,
        .references = a->references,
        .association_class = a->association_class,
        .result_class = a->result_class,
        .role = a->role,
        .result_role = a->result_role,
        .names = a->keys_only || s->q->items == WSXML_EPR
                     ? keys
                     : names_of(&s->arena, s->selection.names, s->selection.n_names),
    };
    return 0;
}

static int select_instances(struct start *s, struct wsman_fault *f)
{
    int r = own_request(s, f);

    if (r == 0)
        r = wsman_select(&s->arena, s->q, s->ns->schema, &s->selection, f);
    if (r == 0 && s->selection.association)
        r = prepare_association(s, f);
    return r;
}

static bool find_namespace(struct start *s)
{
    struct wsman_fault f = {0};

    s->ns = core_namespace(s->service->core,
                           s->q->target.namespace.n ? s->q->target.namespace : TEXT(CORE_DEFAULT_NAMESPACE));
    if (s->ns)
        return true;
    wsman_fault_no_namespace(&f, &s->q->target);
    wsman_reply_fault(s->x, s->q, &f);
    return false;
}

/* ---- The enumeration */

static enum context_needs needs_of(const struct wsman_request *q)
{
    if (q->items == WSXML_EPR)
        return NEEDS_KEYS;
    return q->polymorphism == WSMAN_EXCLUDE_SUBCLASS_PROPERTIES ? NEEDS_BASE : NEEDS_ALL;
}

static struct wsman_plans *plans_for(const struct start *s)
{
    struct wsxml_style style = wsman_style(s->q, s->ns->name);

    style.items = s->q->items;
    style.names = s->selection.names;
    style.n_names = s->selection.n_names;
    if (s->q->polymorphism == WSMAN_EXCLUDE_SUBCLASS_PROPERTIES)
        return wsman_plans_new(s->ns->schema, &style, s->selection.class);
    return wsman_plan_cache_get(s->service->plans, s->ns->schema, &style);
}

static int make_enumeration(struct start *s, struct enumeration **ret)
{
    const struct wsman_selection *sel = &s->selection;
    const struct enumeration_request r = {
        .user = exchange_user(s->x),
        .authn = WBEM_AUTHN_PASSWORD,
        .id = exchange_id(s->x),
        .ns = s->ns,
        .class_name = sel->class ? sel->class->name.s : NULL,
        .exact = s->q->polymorphism == WSMAN_POLYMORPHISM_NONE || (sel->query && sel->query->exact_class),
        .query = sel->query,
        .association = s->association,
        .arena = &s->arena,
        .needs = needs_of(s->q),
        .format = &wsman_format,
        .format_state = plans_for(s),
    };
    int status = r.format_state ? enumeration_new(s->service->enumerations, &r, ret) : -ENOMEM;

    return status ? status : wsman_add_options(enumeration_context(*ret), s->q);
}

/* The number of instances, where it was asked for and every provider knows. */
static int64_t count(const struct start *s, struct enumeration *e)
{
    uint64_t n;

    if (!s->q->total_items_estimate || s->selection.query || s->selection.association ||
        !core_count_instances(enumeration_context(e), s->ns, s->selection.class,
                              s->q->polymorphism == WSMAN_POLYMORPHISM_NONE, &n))
        return -1;
    return n <= INT64_MAX ? (int64_t)n : -1;
}

/* An Enumerate that is not optimized: the context alone. */
static void reply_context(const struct start *s, struct enumeration *e, int64_t expires_ms)
{
    struct wsman_page page = {.context = enumeration_id(e), .expires_ms = expires_ms, .total = s->total};
    struct buf b;

    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_page_head(&b, s->q, &page);
    wsman_encode_page_tail(&b, s->q, &page, false, NULL);
    enumeration_unref(e);
    wsman_reply(s->x, s->q, 200, &b);
}

/* Milliseconds from now for the expiration asked for; -1 = none was; false after a fault. */
static bool wanted_life(struct exchange *x, const struct wsman_request *q, int64_t *ret_ms)
{
    struct wsman_fault f = {0};

    *ret_ms = q->expires_ms;
    if (q->expires_at == 0)
        return true;
    *ret_ms = (q->expires_at - (int64_t)time(NULL)) * 1000;
    if (*ret_ms > 0)
        return true;
    wsman_fail(&f, WSEN_INVALID_EXPIRATION_TIME, NULL, "the expiration time has passed already");
    wsman_reply_fault(x, q, &f);
    return false;
}

static void start(struct start *s, const struct wsman_request *q, int64_t life)
{
    struct wsman_fault f = {0};
    struct enumeration *e = NULL;
    int64_t granted;
    int r = select_instances(s, &f);

    if (r) {
        wsman_reply_decode_failure(s->x, q, r, &f);
        return;
    }
    r = make_enumeration(s, &e);
    if (r) {
        enumeration_unref(e);
        wsman_reply_failure(s->x, q, r, "too many enumerations are open: release or finish some");
        return;
    }
    s->q = q; /* pages answer the request of the exchange; the enumeration keeps the other */
    s->total = count(s, e);
    granted = enumeration_set_life(e, life);
    if (q->optimize)
        wsman_page_serve(s->x, s->service, q, e, life >= 0 ? granted : -1, s->total);
    else
        reply_context(s, e, life >= 0 ? granted : -1);
}

void wsman_enumerate(struct exchange *x, const struct wsman_service *service, const struct wsman_request *q)
{
    struct start s = {.x = x, .service = service, .q = q};
    int64_t life;

    if (!wanted_life(x, q, &life) || !find_namespace(&s))
        return;
    arena_init(&s.arena, QUERY_ARENA);
    start(&s, q, life);
    arena_fini(&s.arena); /* empty if it was taken over */
    core_namespace_unref(s.ns);
}

/* ---- Kept enumerations */

static struct enumeration *find_context(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct enumeration *e = NULL;
    struct wsman_fault f = {0};
    int r = enumeration_find(s->enumerations, q->context, exchange_user(x), &e);

    if (r == 0)
        return e;
    if (r == CIM_ERR_ACCESS_DENIED)
        wsman_fail(&f, WSMAN_ACCESS_DENIED, NULL, "this enumeration belongs to another user");
    else
        wsman_fail(&f, WSEN_INVALID_ENUMERATION_CONTEXT, NULL,
                   "there is no such enumeration: it is finished, released or expired");
    f.cim_status = r;
    wsman_reply_fault(x, q, &f);
    return NULL;
}

void wsman_pull(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct enumeration *e = find_context(x, s, q);

    if (e)
        wsman_page_serve(x, s, q, e, -1, -1);
}

void wsman_release(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct enumeration *e = find_context(x, s, q);
    struct buf b;

    if (!e)
        return;
    enumeration_cancel(e);
    enumeration_unref(e);
    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_release(&b, q);
    wsman_reply(x, q, 200, &b);
}
