#include "cim/core/association.h"

#include "cim/core/association_impl.h"
#include "cim/core/cinstance.h"
#include "cim/core/hint.h"
#include "cim/core/lookup.h"
#include "cim/core/walk.h"

enum { TRAVERSAL_ARENA = 16 << 20, OBJECT_ARENA = 1 << 20 };

static const char *const keys_only[] = {NULL};

static HRESULT refuse(MethodContext *ctx, HRESULT hr, const char *what, const char *name)
{
    struct cim_error err = {0};

    (void)cim_fail(&err, CIM_ERR_FAILED, "%s %s", what, name); /* for its text alone */
    MethodContext_SetStatusObject(ctx, hr, err.message);
    return hr;
}

/* ---- The filters */

static HRESULT read_class(MethodContext *ctx, const struct core_namespace *ns, const char *name, bool association,
                          const struct cim_class **ret)
{
    const struct cim_class *c;

    if (!name || !*name)
        return WBEM_S_NO_ERROR;
    c = schema_class(ns->schema, text_of(name));
    if (!c)
        return refuse(ctx, WBEM_E_INVALID_CLASS, "there is no class", name);
    if (association && !(c->flags & CLASS_ASSOCIATION))
        return refuse(ctx, WBEM_E_INVALID_CLASS, "not an association: class", name);
    *ret = c;
    return WBEM_S_NO_ERROR;
}

static HRESULT read_role(MethodContext *ctx, const struct core_namespace *ns, const char *name, struct text *ret)
{
    uint32_t n;
    const struct cim_class *classes = schema_classes(ns->schema, &n);

    if (!name || !*name)
        return WBEM_S_NO_ERROR;
    for (uint32_t i = 0; i < n; i++) {
        const struct cim_property *p =
            classes[i].flags & CLASS_ASSOCIATION ? class_property(&classes[i], text_of(name)) : NULL;

        if (p && p->type == CIM_REFERENCE) {
            *ret = p->name;
            return WBEM_S_NO_ERROR;
        }
    }
    return refuse(ctx, WBEM_E_INVALID_PARAMETER, "no association has a role", name);
}

/* Names that outlive the caller's. */
static HRESULT copy_names(struct arena *a, const char *const *names, const char *const **ret)
{
    const char **copy;
    size_t n = 0;

    if (!names)
        return WBEM_S_NO_ERROR;
    while (names[n])
        n++;
    copy = arena_zalloc(a, (n + 1) * sizeof(*copy));
    for (size_t i = 0; copy && i < n; i++)
        if (!(copy[i] = arena_strdup(a, names[i])))
            return WBEM_E_OUT_OF_MEMORY;
    *ret = copy;
    return copy ? WBEM_S_NO_ERROR : WBEM_E_OUT_OF_MEMORY;
}

static HRESULT read_filters(MethodContext *ctx, struct arena *a, const struct association_request *r,
                            struct traversal *t)
{
    HRESULT hr;

    t->names = ctx->shared->needs == NEEDS_KEYS ? keys_only : NULL;
    hr = read_class(ctx, t->ns, r->references ? r->result_class : r->association_class, true, &t->links);
    if (SUCCEEDED(hr) && !r->references)
        hr = read_class(ctx, t->ns, r->result_class, false, &t->result);
    if (SUCCEEDED(hr))
        hr = read_role(ctx, t->ns, r->role, &t->role);
    if (SUCCEEDED(hr) && !r->references)
        hr = read_role(ctx, t->ns, r->result_role, &t->result_role);
    return FAILED(hr) ? hr : copy_names(a, r->names, &t->names);
}

/* ---- The object: a walk of its own, so that a provider that hangs there is given up like any other */

/* In the walk's arena, for calls that come back late. */
struct search {
    struct cim_path path; /* of the object, as it was given */
    pthread_mutex_t lock; /* the rest */
    bool over;            /* nobody takes what is found now */
    CInstance *found;     /* a reference */
};

static void keep(struct search *s, CInstance *i)
{
    CInstance *unwanted = i;

    pthread_mutex_lock(&s->lock);
    if (!s->over && !s->found) {
        s->found = i;
        unwanted = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    if (unwanted)
        CInstance_Release(unwanted);
}

static CInstance *take(struct search *s)
{
    CInstance *i;

    pthread_mutex_lock(&s->lock);
    s->over = true;
    i = s->found;
    pthread_mutex_unlock(&s->lock);
    return i;
}

/* What one of those says that may have it. */
static HRESULT look(MethodContext *call, void *user)
{
    struct search *s = user;
    CInstance *i = NULL;
    struct lookup l;
    HRESULT hr;

    lookup_init(&l, call, keys_only);
    hr = lookup_bind(&l, &s->path);
    if (SUCCEEDED(hr))
        hr = lookup_ask(&l, call->served, &i);
    lookup_fini(&l);
    if (SUCCEEDED(hr)) {
        keep(s, i);
        call->hr = WBEM_S_OPERATION_CANCELLED; /* the others need not look */
    }
    return hr == WBEM_E_NOT_FOUND ? WBEM_S_NO_ERROR : hr;
}

/* One task for each provider that may have the object. */
static bool make_tasks(struct arena *a, const struct served *candidates, uint32_t n, struct walk_request *r)
{
    struct walk_task *tasks = arena_zalloc(a, (n + 1) * sizeof(*tasks));

    for (uint32_t i = 0; tasks && i < n; i++)
        if (!served_is_empty(&candidates[i]))
            tasks[r->n_tasks++] = (struct walk_task){&candidates[i], NULL, keys_only};
    r->tasks = tasks;
    return tasks != NULL;
}

static HRESULT search_object(struct lookup *l, bool serial, struct arena *a, CInstance **ret)
{
    struct search *s = arena_zalloc(a, sizeof(*s));
    struct walk *w = NULL;
    struct walk_request r = {
        .ns = l->ns, .call = look, .more = true, .serial = serial, .arena = a, .ret_walk = &w, .user = s};
    uint32_t n;
    const struct served *candidates = lookup_candidates(l, &n);
    HRESULT hr;

    if (!s || !path_copy(a, &l->path, &s->path) || !make_tasks(a, candidates, n, &r))
        return WBEM_E_OUT_OF_MEMORY;
    pthread_mutex_init(&s->lock, NULL);
    hr = walk_run(l->ctx, &r);
    if (w)
        *ret = take(s);
    walk_unref(w);
    if (hr == WBEM_S_NO_ERROR)
        return refuse(l->ctx, WBEM_E_NOT_FOUND, "there is no such object of class", l->class->name.s);
    return hr == WBEM_S_OPERATION_CANCELLED ? WBEM_S_NO_ERROR : hr;
}

/* Fills in the object's real class and its path. */
static HRESULT settle_object(struct traversal *t, struct arena *a, MethodContext *ctx, const CInstance *i)
{
    struct lookup l;
    HRESULT hr;

    lookup_init(&l, ctx, NULL);
    hr = lookup_bind_instance(&l, t->ns, &i->instance);
    if (SUCCEEDED(hr) && !path_copy(a, &l.path, &t->object))
        hr = WBEM_E_OUT_OF_MEMORY;
    lookup_fini(&l);
    t->class = i->instance.class;
    return hr;
}

static HRESULT find_object(struct lookup *l, struct traversal *t, bool serial, struct arena *a)
{
    CInstance *i = NULL;
    struct arena b;
    HRESULT hr;

    arena_init(&b, OBJECT_ARENA);
    hr = search_object(l, serial, &b, &i);
    arena_fini(&b);
    if (hr == WBEM_S_NO_ERROR)
        hr = settle_object(t, a, l->ctx, i);
    if (i)
        CInstance_Release(i);
    return hr;
}

/* ---- Whom to ask: each association class once for each of its roles that the object may have */

static const char *const *wanted_names(const struct traversal *t, const struct cim_class *link, struct arena *a)
{
    const char **names;
    size_t n = 0, given = 0;

    while (t->references && t->names && t->names[given])
        given++;
    names = arena_alloc(a, (given + link->n_properties + 1) * sizeof(*names));
    if (!names)
        return NULL;
    for (; n < given; n++)
        names[n] = t->names[n];
    for (uint16_t k = 0; k < link->n_properties; k++) /* whether they are keys or not: the traversal reads them */
        if (link->properties[k].type == CIM_REFERENCE)
            names[n++] = link->properties[k].name.s;
    names[n] = NULL;
    return names;
}

static bool add_task(const struct traversal *t, struct arena *a, const struct served *s, const struct cim_property *p,
                     struct walk_task *ret)
{
    const struct cim_value object = {.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = &t->object};
    struct query *q = arena_alloc(a, sizeof(*q));

    if (!q)
        return false;
    hint_init(q, s->class);
    *ret = (struct walk_task){s, q, NULL};
    if (!t->references || t->names)
        ret->names = wanted_names(t, s->class, a);
    return hint_equal(q, a, p, &object) && hint_finish(q, a) && (ret->names || (t->references && !t->names));
}

static uint32_t count_starts(const struct traversal *t, const struct served *s)
{
    uint32_t n = 0;

    if (!(s->class->flags & CLASS_ASSOCIATION) || served_is_empty(s) || !s->provider->vtbl->EnumerateInstances)
        return 0;
    for (uint16_t k = 0; k < s->class->n_properties; k++)
        n += traversal_starts_at(t, s->class, &s->class->properties[k]);
    return n;
}

static HRESULT add_tasks(const struct traversal *t, struct arena *a, const struct served *s, struct walk_task *tasks)
{
    for (uint16_t k = 0; k < s->class->n_properties; k++) {
        const struct cim_property *p = &s->class->properties[k];

        if (traversal_starts_at(t, s->class, p) && !add_task(t, a, s, p, tasks++))
            return WBEM_E_OUT_OF_MEMORY;
    }
    return WBEM_S_NO_ERROR;
}

static HRESULT plan(const struct traversal *t, struct arena *a, struct walk_request *r)
{
    uint32_t n = t->ns->n_served, all = 0, done = 0;
    const struct served *served = t->links ? namespace_served(t->ns, t->links, &n) : t->ns->served;
    struct walk_task *tasks;
    HRESULT hr = WBEM_S_NO_ERROR;

    for (uint32_t i = 0; i < n; i++)
        all += count_starts(t, &served[i]);
    tasks = arena_zalloc(a, (all + 1) * sizeof(*tasks));
    if (!tasks)
        return WBEM_E_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < n && SUCCEEDED(hr); i++) {
        uint32_t starts = count_starts(t, &served[i]);

        if (starts)
            hr = add_tasks(t, a, &served[i], tasks + done);
        done += starts;
    }
    r->tasks = tasks;
    r->n_tasks = all;
    return hr;
}

/* ---- The whole */

static HRESULT run(MethodContext *ctx, const struct association_request *r, struct lookup *l, struct arena *a)
{
    struct traversal *t = arena_zalloc(a, sizeof(*t));
    struct walk_request walk = {.serial = r->serial, .arena = a, .requester = r->requester, .user = t};
    HRESULT hr;

    if (!t)
        return WBEM_E_OUT_OF_MEMORY;
    hr = lookup_bind(l, r->object);
    if (FAILED(hr))
        return hr;
    t->ns = walk.ns = l->ns;
    t->references = r->references;
    t->goes_on = ctx->shared->continue_on_error && ctx->shared->executor && !r->serial && !ctx->served;
    t->requester = r->requester;
    t->callback = r->callback;
    t->user = r->user;
    hr = read_filters(ctx, a, r, t);
    if (SUCCEEDED(hr))
        hr = find_object(l, t, r->serial, a);
    if (hr == WBEM_S_NO_ERROR)
        hr = plan(t, a, &walk);
    walk.callback = traversal_deliver;
    return hr == WBEM_S_NO_ERROR ? walk_run(ctx, &walk) : hr;
}

HRESULT association_run(MethodContext *ctx, const struct association_request *r)
{
    struct lookup l;
    struct arena a;
    HRESULT hr;

    if (!ctx || !r->object || !r->callback)
        return WBEM_E_INVALID_PARAMETER;
    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    lookup_init(&l, ctx, NULL);
    arena_init(&a, TRAVERSAL_ARENA);
    hr = run(ctx, r, &l, &a);
    arena_fini(&a);
    lookup_fini(&l);
    return hr;
}
