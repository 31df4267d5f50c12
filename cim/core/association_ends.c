/* Traversal of associations: which of the instances that come refer to the object, and what is at their other ends. */
#include "cim/core/association_impl.h"
#include "cim/core/cinstance.h"
#include "cim/core/operation.h"
#include "cim/core/reference.h"

enum { SCRATCH = 1 << 20 };

/* ---- Which property may lead where */

static bool is_reference(const struct cim_property *p)
{
    return p->type == CIM_REFERENCE && !p->is_array;
}

static bool has_name(const struct cim_property *p, struct text filter)
{
    return filter.n == 0 || text_ieq(p->name, filter);
}

/* A target class that is not declared may be anything. */
static const struct cim_class *target(const struct cim_class *link, const struct cim_property *p)
{
    return schema_class(link->schema, text_of(p->ref_class));
}

static bool is_related(const struct cim_class *a, const struct cim_class *b)
{
    return class_is_a(a, b) || class_is_a(b, a);
}

/* The property may refer to a result. */
static bool ends_at(const struct traversal *t, const struct cim_class *link, const struct cim_property *p)
{
    const struct cim_class *c;

    if (!is_reference(p) || !has_name(p, t->result_role))
        return false;
    c = target(link, p);
    return !t->result || !c || is_related(c, t->result);
}

bool traversal_starts_at(const struct traversal *t, const struct cim_class *link, const struct cim_property *p)
{
    const struct cim_class *c;

    if (!is_reference(p) || !has_name(p, t->role))
        return false;
    c = target(link, p);
    if (c && !class_is_a(t->class, c))
        return false;
    for (uint16_t k = 0; k < link->n_properties; k++)
        if (t->references || (k != p->index && ends_at(t, link, &link->properties[k])))
            return true;
    return false;
}

/* ---- Which object a reference means */

struct visit {
    const struct traversal *t;
    CInstance *link;
    MethodContext *call; /* that the association instance came with */
    MethodContext *root; /* the callback's */
    struct arena scratch;
};

/* The path that the property holds, in its local form. NULL: nothing, or something on another host. -ENOMEM or 0. */
static int read_reference(struct visit *v, const struct cim_property *p, const struct cim_path **ret)
{
    struct cim_value value = v->link->values[p->index];
    int r;

    *ret = NULL;
    if (value_is_null(&value))
        return 0;
    r = reference_localise(&v->scratch, v->t->ns, &value);
    if (r == 0 && value.path->host.n == 0)
        *ret = value.path;
    return r;
}

/* Of two paths in local form: a class and one below it have the same keys, so one may stand for the other. */
static bool is_same(const struct core_namespace *ns, const struct cim_path *a, const struct cim_path *b)
{
    const struct cim_class *ca = schema_class(ns->schema, a->class_name), *cb = schema_class(ns->schema, b->class_name);
    struct cim_path x = *a;

    if (ca && cb && is_related(ca, cb))
        x.class_name = b->class_name;
    return path_equal(&x, b);
}

/* The first property that refers to the object, if this call was made for it: an instance that refers to the object
 * twice comes once. */
static int find_start(struct visit *v, const struct cim_property **ret)
{
    const struct cim_class *link = v->link->instance.class;
    const struct text asked = v->call->query.query->where->chain.names[0];

    *ret = NULL;
    for (uint16_t k = 0; k < link->n_properties; k++) {
        const struct cim_property *p = &link->properties[k];
        const struct cim_path *path;
        int r;

        if (!traversal_starts_at(v->t, link, p))
            continue;
        r = read_reference(v, p, &path);
        if (r)
            return r;
        if (path && is_same(v->t->ns, path, &v->t->object)) {
            *ret = text_ieq(p->name, asked) ? p : NULL;
            return 0;
        }
    }
    return 0;
}

/* ---- The other ends */

/* By name: the end may be in another namespace. */
static bool is_kind_of(const struct cim_class *c, const struct cim_class *base)
{
    while (c && !text_ieq(c->name, base->name))
        c = c->superclass;
    return c != NULL;
}

/* False if the path alone tells that the filter will not let its object through. */
static bool may_pass(const struct traversal *t, const struct cim_path *path)
{
    const struct cim_class *c =
        text_ieqs(path->namespace, t->ns->name) ? schema_class(t->ns->schema, path->class_name) : NULL;

    return !t->result || !c || is_related(c, t->result);
}

/* A reference to what is not there leads nowhere; that of a failure is told with the answer. */
static HRESULT note_unread(const struct visit *v, HRESULT hr, const struct cim_path *path)
{
    struct cim_error err = {0};

    if (hr == WBEM_E_NOT_FOUND || hr == WBEM_E_INVALID_CLASS || hr == WBEM_E_INVALID_NAMESPACE ||
        hr == WBEM_E_INVALID_OBJECT_PATH)
        return WBEM_S_NO_ERROR;
    if (hr == WBEM_E_CALL_CANCELLED)
        return hr;
    (void)cim_fail(&err, CIM_ERR_FAILED, "an object of class %.*s at the other end cannot be read",
                   (int)path->class_name.n, path->class_name.s);
    MethodContext_SetStatusObject(v->call, hr, err.message);
    if (!v->t->goes_on)
        return hr;
    v->call->shortfall = hr;
    return WBEM_S_NO_ERROR;
}

static HRESULT deliver_end(struct visit *v, const struct cim_path *path)
{
    const struct traversal *t = v->t;
    CInstance *end = NULL;
    HRESULT hr;

    if (!may_pass(t, path))
        return WBEM_S_NO_ERROR;
    hr = operation_get(v->call, path, t->names, &end);
    if (FAILED(hr))
        return note_unread(v, hr, path);
    hr = WBEM_S_NO_ERROR;
    if (!t->result || is_kind_of(end->instance.class, t->result))
        hr = t->callback(t->requester, end, v->root, t->user);
    CInstance_Release(end);
    return hr;
}

/* True if an earlier property of the same instance led there already. */
static int came_before(struct visit *v, const struct cim_property *start, const struct cim_property *p,
                       const struct cim_path *path, bool *ret)
{
    const struct cim_class *link = v->link->instance.class;

    *ret = false;
    for (uint16_t k = 0; k < p->index && !*ret; k++) {
        const struct cim_path *other;
        int r;

        if (k == start->index || !ends_at(v->t, link, &link->properties[k]))
            continue;
        r = read_reference(v, &link->properties[k], &other);
        if (r)
            return r;
        *ret = other && is_same(v->t->ns, other, path);
    }
    return 0;
}

static HRESULT deliver_ends(struct visit *v, const struct cim_property *start)
{
    const struct cim_class *link = v->link->instance.class;
    HRESULT hr = WBEM_S_NO_ERROR;

    for (uint16_t k = 0; k < link->n_properties && SUCCEEDED(hr) && hr != WBEM_S_OPERATION_CANCELLED; k++) {
        const struct cim_property *p = &link->properties[k];
        const struct cim_path *path;
        bool before = false;

        if (p == start || !ends_at(v->t, link, p))
            continue;
        if (read_reference(v, p, &path) != 0 || (path && came_before(v, start, p, path, &before) != 0))
            return WBEM_E_OUT_OF_MEMORY;
        if (path && !before)
            hr = deliver_end(v, path);
    }
    return hr;
}

HRESULT traversal_deliver(Provider *pRequester, CInstance *pInstance, MethodContext *pMethodContext, void *pUserData)
{
    struct visit v = {.t = pUserData, .link = pInstance, .call = pInstance->ctx, .root = pMethodContext};
    const struct cim_property *start;
    HRESULT hr = WBEM_S_NO_ERROR;

    if (pInstance->instance.class != v.call->served->class) /* that class is asked for by a call of its own */
        return WBEM_S_NO_ERROR;
    arena_init(&v.scratch, SCRATCH);
    if (find_start(&v, &start) != 0)
        hr = WBEM_E_OUT_OF_MEMORY;
    else if (start && v.t->references)
        hr = v.t->callback(pRequester, pInstance, pMethodContext, v.t->user);
    else if (start)
        hr = deliver_ends(&v, start);
    arena_fini(&v.scratch);
    return hr;
}
