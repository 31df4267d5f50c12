/* What an Enumerate selects: the filter in terms of classes. */
#include <errno.h>
#include <string.h>

#include "cim/model/path.h"
#include "server/proto/wsman_impl.h"
#include "server/proto/wsman_model.h"

struct selecting {
    struct arena *arena;
    const struct wsman_request *q;
    const struct cim_schema *schema;
    const struct cim_class *target; /* of the URI; NULL for all classes */
    struct wsman_selection *ret;
    struct wsman_fault *f;
};

#define FILTER_FAIL(s, ...) wsman_fail((s)->f, WSEN_CANNOT_PROCESS_FILTER, NULL, __VA_ARGS__)

static int no_class(struct selecting *s, struct text name)
{
    s->f->cim_status = CIM_ERR_INVALID_CLASS;
    return wsman_fail(s->f, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "there is no class %.*s",
                      name.n > 128 ? 128 : (int)name.n, name.s);
}

static int failed(struct selecting *s, int status, const struct cim_error *err)
{
    return status > 0 ? FILTER_FAIL(s, "%s", err->message) : status;
}

/* ---- Queries */

/* The query's own class, which must be the URI's or one below it. */
static int choose_class(struct selecting *s, struct text name)
{
    const struct cim_class *c = name.n ? schema_class(s->schema, name) : s->target;

    if (!c)
        return name.n ? no_class(s, name)
                      : FILTER_FAIL(s, "the filter names no class, and the resource URI none either");
    if (s->target && !class_is_a(c, s->target))
        return FILTER_FAIL(s, "the filter is about class %s, the resource URI about %s", c->name.s, s->target->name.s);
    s->ret->class = c;
    return 0;
}

/* Columns: the first names of the chains, each once. */
static int take_projection(struct selecting *s, const struct query *q)
{
    struct text *names = q->n_select ? arena_alloc(s->arena, q->n_select * sizeof(*names)) : NULL;

    if (q->n_select == 0)
        return 0;
    if (!names)
        return -ENOMEM;
    for (uint32_t i = 0; i < q->n_select; i++)
        names[i] = q->select[i].names[0];
    s->ret->names = names;
    s->ret->n_names = q->n_select;
    return 0;
}

static int take_query(struct selecting *s, const struct query *parsed)
{
    struct query *bound = arena_zalloc(s->arena, sizeof(*bound));
    struct cim_error err = {0};
    int r = bound ? choose_class(s, parsed->class_name) : -ENOMEM;

    if (r)
        return r;
    r = query_bind(s->arena, parsed, s->ret->class, bound, &err);
    if (r)
        return failed(s, r, &err);
    s->ret->query = bound;
    return take_projection(s, bound);
}

static int select_text(struct selecting *s,
                       int (*parse)(struct arena *a, struct text source, struct query *ret, struct cim_error *err))
{
    struct query parsed = {0};
    struct cim_error err = {0};
    int r = parse(s->arena, s->q->filter.text, &parsed, &err);

    return r ? failed(s, r, &err) : take_query(s, &parsed);
}

static int select_pairs(struct selecting *s)
{
    const struct wsman_filter *filter = &s->q->filter;
    struct query_pair *pairs = arena_alloc(s->arena, (filter->n_selectors + 1) * sizeof(*pairs));
    struct query parsed = {0};
    struct cim_error err = {0};
    int r;

    if (!pairs)
        return -ENOMEM;
    if (!s->target)
        return FILTER_FAIL(s, "a selector filter goes with the URI of a class");
    for (uint32_t i = 0; i < filter->n_selectors; i++) {
        if (filter->selectors[i].epr)
            return FILTER_FAIL(s, "a selector filter compares plain values, not references");
        pairs[i] = (struct query_pair){filter->selectors[i].name, filter->selectors[i].value};
    }
    r = query_from_pairs(s->arena, s->target->name, pairs, filter->n_selectors, &parsed, &err);
    return r ? failed(s, r, &err) : take_query(s, &parsed);
}

/* ---- Associations */

static int name_of(struct selecting *s, struct text t, const char **ret)
{
    *ret = t.n ? arena_strndup(s->arena, t.s, t.n) : NULL;
    return t.n && !*ret ? -ENOMEM : 0;
}

static int take_names(struct selecting *s, struct wsman_association_selection *a, struct text association_class,
                      struct text result_class, struct text role, struct text result_role)
{
    int r = name_of(s, association_class, &a->association_class);

    r = r ? r : name_of(s, result_class, &a->result_class);
    r = r ? r : name_of(s, role, &a->role);
    return r ? r : name_of(s, result_role, &a->result_role);
}

/* The object must be one instance (R8.2.1-4). */
static int take_object(struct selecting *s, struct wsman_association_selection *a, const struct wsman_epr *object)
{
    const struct cim_class *c = schema_class(s->schema, object->class_name);
    struct wsman_fault why = {0};
    int r;

    if (object->metadata)
        return FILTER_FAIL(s, "the object is a class: it must be one instance");
    if (!c)
        return FILTER_FAIL(s, "the object's class %.*s is not known", (int)object->class_name.n, object->class_name.s);
    r = wsman_bind_path(s->arena, object, c, &a->object, &why);
    if (r > 0)
        return FILTER_FAIL(s, "the object: %s", why.reason);
    if (r == 0 && a->object.n_keys == 0 && !a->object.is_singleton)
        return FILTER_FAIL(s, "the object has no selectors: it must be one instance");
    return r;
}

static int select_association(struct selecting *s)
{
    const struct wsman_association *from = s->q->filter.association;
    struct wsman_association_selection *a = arena_zalloc(s->arena, sizeof(*a));
    int r = a ? take_object(s, a, &from->object) : -ENOMEM;

    if (r)
        return r;
    a->references = from->references;
    if (!a->object.namespace.n)
        a->object.namespace = s->q->target.namespace;
    s->ret->association = a;
    s->ret->names = from->n_properties ? from->properties : NULL;
    s->ret->n_names = from->n_properties;
    return take_names(s, a, from->association_class, from->result_class, from->role, from->result_role);
}

static int bind_object(struct selecting *s, struct wsman_association_selection *a, struct text text)
{
    struct cim_error err = {0};
    const struct cim_class *c;
    struct cim_path path;
    int r = path_parse(s->arena, text, &path, &err);

    if (r)
        return failed(s, r, &err);
    c = schema_class(s->schema, path.class_name);
    if (!c)
        return FILTER_FAIL(s, "the object's class %.*s is not known", (int)path.class_name.n, path.class_name.s);
    r = path_bind(s->arena, &path, c, &a->object, &err);
    if (r)
        return failed(s, r, &err);
    if (!a->object.namespace.n)
        a->object.namespace = s->q->target.namespace;
    return 0;
}

static int select_associators(struct selecting *s)
{
    struct wsman_association_selection *a = arena_zalloc(s->arena, sizeof(*a));
    struct query_associators parsed = {0};
    struct cim_error err = {0};
    int r = a ? associators_parse(s->arena, s->q->filter.text, &parsed, &err) : -ENOMEM;

    if (r)
        return failed(s, r, &err);
    a->references = parsed.references;
    a->class_only = parsed.class_defs_only || parsed.schema_only;
    a->keys_only = parsed.keys_only;
    s->ret->association = a;
    r = bind_object(s, a, parsed.path);
    return r ? r : take_names(s, a, parsed.assoc_class, parsed.result_class, parsed.role, parsed.result_role);
}

/* ---- Dialects */

static int select_wql(struct selecting *s)
{
    return query_is_associators(s->q->filter.text) ? select_associators(s) : select_text(s, wql_parse);
}

static int select_cql(struct selecting *s)
{
    return select_text(s, cql_parse);
}

static int select_xpath(struct selecting *s)
{
    return select_text(s, xpath_parse);
}

static int select_all(struct selecting *s)
{
    s->ret->class = s->target;
    return s->target ? 0
                     : wsman_fail(s->f, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI",
                                  "the resource URI names no class, and no filter does");
}

static int (*const dialects[])(struct selecting *s) = {
    [WSMAN_FILTER_NONE] = select_all,       [WSMAN_FILTER_WQL] = select_wql,
    [WSMAN_FILTER_CQL] = select_cql,        [WSMAN_FILTER_XPATH] = select_xpath,
    [WSMAN_FILTER_SELECTOR] = select_pairs, [WSMAN_FILTER_ASSOCIATION] = select_association,
};

int wsman_select(struct arena *a, const struct wsman_request *q, const struct cim_schema *s,
                 struct wsman_selection *ret, struct wsman_fault *ret_fault)
{
    struct selecting selecting = {.arena = a, .q = q, .schema = s, .ret = ret, .f = ret_fault};

    *ret = (struct wsman_selection){.class = NULL};
    if (q->target.metadata)
        return wsman_fail(ret_fault, WSA_ACTION_NOT_SUPPORTED, "ActionMismatch",
                          "classes are read one by one, with Get; they are not enumerated");
    if (!text_eq(q->target.class_name, TEXT("*"))) {
        selecting.target = schema_class(s, q->target.class_name);
        if (!selecting.target)
            return no_class(&selecting, q->target.class_name);
    }
    return dialects[q->filter.dialect](&selecting);
}
