/* Qualifier types, and the qualifiers of one element: what is written joined with what is inherited (DSP0004
 * section 5.1.2). */
#include <errno.h>
#include <string.h>

#include "cim/model/schema_impl.h"

/* What a literal may become without being rewritten: text is no number, even if it reads like one */
static bool literal_fits(enum cim_type type, const struct cim_value *v)
{
    if (v->type != CIM_STRING)
        return true;
    return type == CIM_STRING || type == CIM_DATETIME || type == CIM_REFERENCE;
}

int schema_convert(struct schema_making *m, enum cim_type type, bool is_array, uint32_t array_size,
                   const struct cim_value *written, struct cim_value *ret, struct cim_error *err)
{
    if (value_is_null(written)) {
        *ret = value_null(type, is_array);
        return 0;
    }
    if (value_is_array(written) != is_array)
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, is_array ? "an array is wanted" : "an array is too much");
    if (is_array && array_size && written->len > array_size)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "%u items are too many for %u", written->len, array_size);
    for (uint32_t i = 0; is_array && i < written->len; i++)
        if (!value_is_null(&written->items[i]) && !literal_fits(type, &written->items[i]))
            return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "text is no %s", type_name(type));
    if (!is_array && !literal_fits(type, written))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "text is no %s", type_name(type));
    return value_convert(&m->schema->arena, type, written, ret, err);
}

static int resolve_type(struct schema_making *m, const struct decl_qualifier_type *d, struct cim_qualifier_type *ret)
{
    struct cim_error err = {0};
    int r = 0;

    *ret = d->type;
    ret->name = arena_strdup(&m->schema->arena, d->type.name);
    if (!ret->name)
        return -ENOMEM;
    ret->value = value_null(d->type.type, d->type.is_array);
    if (d->has_value)
        r = schema_convert(m, d->type.type, d->type.is_array, d->type.array_size, &d->type.value, &ret->value, &err);
    if (r <= 0)
        return r;
    schema_problem(m, &d->place, r, "default of qualifier type %s: %s", d->type.name, err.message);
    return 0;
}

int schema_resolve_types(struct schema_making *m, const struct decl_qualifier_type *const *decls, uint32_t n)
{
    struct cim_qualifier_type *types = arena_alloc(&m->schema->arena, n * sizeof(*types));

    if (!types)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        int r = resolve_type(m, decls[i], &types[i]);

        if (r)
            return r;
    }
    m->schema->qualifier_types = types;
    m->schema->n_qualifier_types = n;
    return 0;
}

static void problem(struct schema_making *m, const struct element *e, const struct decl_qualifier *d, int status,
                    const char *what)
{
    if (e->name.n)
        schema_problem(m, &d->place, status, "qualifier %.*s of %s %.*s.%.*s: %s", TEXT_ARGS(d->name), e->kind,
                       TEXT_ARGS(e->class_name), TEXT_ARGS(e->name), what);
    else
        schema_problem(m, &d->place, status, "qualifier %.*s of %s %.*s: %s", TEXT_ARGS(d->name), e->kind,
                       TEXT_ARGS(e->class_name), what);
}

/* A boolean without a value is TRUE, of other types the default of the declaration stands in. 0, -ENOMEM or a CIM
 * status. */
static int qualifier_value(struct schema_making *m, const struct cim_qualifier_type *t, const struct decl_qualifier *d,
                           struct cim_value *ret, struct cim_error *err)
{
    if (d->has_value)
        return schema_convert(m, t->type, t->is_array, t->array_size, &d->value, ret, err);
    *ret = t->type == CIM_BOOLEAN && !t->is_array ? value_boolean(true) : t->value;
    return 0;
}

/* One written qualifier on top of the inherited one of its name, if there is any. What is wrong with it is reported,
 * and then it is as good as not written.
 */
static int join(struct schema_making *m, const struct element *e, const struct decl_qualifier *d,
                const struct cim_qualifier_type *t, struct cim_qualifier *slot, bool inherited)
{
    uint8_t flavors = inherited ? slot->flavors : t->flavors;
    struct cim_error err = {0};
    struct cim_value value;
    int r = qualifier_value(m, t, d, &value, &err);

    if (r > 0)
        problem(m, e, d, r, err.message);
    if (r)
        return r;
    if (d->flavors_set & d->flavors_clear)
        problem(m, e, d, CIM_ERR_INVALID_PARAMETER, "its flavors contradict each other");
    flavors = (uint8_t)((flavors | d->flavors_set) & ~d->flavors_clear);
    if (inherited && !(slot->flavors & FLAVOR_OVERRIDABLE)) {
        if (!value_equal(&slot->value, &value))
            problem(m, e, d, CIM_ERR_INVALID_PARAMETER, "a superclass forbids to override it");
        flavors &= (uint8_t)~FLAVOR_OVERRIDABLE;
    }
    *slot = (struct cim_qualifier){.type = t, .value = value, .flavors = flavors};
    return 0;
}

static struct cim_qualifier *find(struct cim_qualifier *items, uint32_t n, const struct cim_qualifier_type *t)
{
    for (uint32_t i = 0; i < n; i++)
        if (items[i].type == t)
            return &items[i];
    return NULL;
}

static int add_written(struct schema_making *m, const struct element *e, const struct decl_qualifier *d,
                       struct cim_qualifier *items, uint32_t *n)
{
    const struct cim_qualifier_type *t = schema_qualifier_type(m->schema, d->name);
    struct cim_qualifier *slot;
    int r;

    if (!t) {
        problem(m, e, d, CIM_ERR_INVALID_PARAMETER, "no such qualifier type is declared");
        return 0;
    }
    if (!(t->scopes & e->scopes))
        problem(m, e, d, CIM_ERR_INVALID_PARAMETER, "its scope does not allow it here");
    slot = find(items, *n, t);
    if (slot && !slot->propagated) {
        problem(m, e, d, CIM_ERR_INVALID_PARAMETER, "written twice");
        return 0;
    }
    r = join(m, e, d, t, slot ? slot : &items[*n], slot != NULL);
    if (r == 0 && !slot)
        ++*n;
    return r < 0 ? r : 0;
}

int schema_resolve_qualifiers(struct schema_making *m, const struct element *e, struct cim_qualifiers *ret)
{
    uint32_t n = e->inherited ? e->inherited->n : 0, room = n;
    struct cim_qualifier *items;

    if (!e->written) {
        *ret = e->inherited ? *e->inherited : (struct cim_qualifiers){0};
        return 0;
    }
    for (const struct decl_qualifier *d = e->written; d; d = d->next)
        room++;
    items = arena_alloc(&m->schema->arena, room * sizeof(*items));
    if (!items)
        return -ENOMEM;
    if (n)
        memcpy(items, e->inherited->items, n * sizeof(*items));
    for (const struct decl_qualifier *d = e->written; d; d = d->next) {
        int r = add_written(m, e, d, items, &n);

        if (r)
            return r;
    }
    *ret = (struct cim_qualifiers){items, n};
    return 0;
}

int schema_inherit_qualifiers(struct schema_making *m, const struct cim_qualifiers *from, struct cim_qualifiers *ret)
{
    struct cim_qualifier *items;
    uint32_t same = 0, n = 0;

    while (same < from->n && from->items[same].propagated && (from->items[same].flavors & FLAVOR_TOSUBCLASS))
        same++;
    if (same == from->n) {
        *ret = *from;
        return 0;
    }
    items = arena_alloc(&m->schema->arena, from->n * sizeof(*items));
    if (!items)
        return -ENOMEM;
    for (uint32_t i = 0; i < from->n; i++)
        if (from->items[i].flavors & FLAVOR_TOSUBCLASS) {
            items[n] = from->items[i];
            items[n++].propagated = true;
        }
    *ret = (struct cim_qualifiers){items, n};
    return 0;
}
