#include "cim/model/decl.h"

/* Every function appends to the list whose end is *tail; false when memory is out. */

static bool add_qualifiers(struct arena *a, const struct cim_qualifiers *q, struct decl_qualifier **tail)
{
    for (uint32_t i = 0; i < q->n; i++) {
        const struct cim_qualifier *from = &q->items[i];
        struct decl_qualifier *d;

        if (from->propagated)
            continue;
        d = arena_zalloc(a, sizeof(*d));
        if (!d)
            return false;
        d->name = text_of(from->type->name);
        d->has_value = true;
        d->value = from->value;
        d->flavors_set = from->flavors;
        d->flavors_clear = (uint8_t)(~from->flavors & FLAVOR_ALL);
        *tail = d;
        tail = &d->next;
    }
    return true;
}

static struct decl_property *property(struct arena *a, const struct cim_property *p)
{
    struct decl_property *d = arena_zalloc(a, sizeof(*d));

    if (!d)
        return NULL;
    d->name = p->name;
    d->type = p->type;
    d->ref_class = p->type == CIM_REFERENCE ? text_of(p->ref_class) : (struct text){0};
    d->is_array = p->is_array;
    d->array_size = p->array_size;
    d->has_value = p->flags & FEATURE_OWN_DEFAULT;
    d->value = p->value;
    return add_qualifiers(a, &p->qualifiers, &d->qualifiers) ? d : NULL;
}

static bool add_properties(struct arena *a, const struct cim_property *p, uint32_t n, struct decl_property **tail)
{
    for (uint32_t i = 0; i < n; i++) {
        struct decl_property *d;

        if (p[i].flags & FEATURE_PROPAGATED)
            continue;
        d = property(a, &p[i]);
        if (!d)
            return false;
        *tail = d;
        tail = &d->next;
    }
    return true;
}

static bool add_methods(struct arena *a, const struct cim_method *m, uint32_t n, struct decl_method **tail)
{
    for (uint32_t i = 0; i < n; i++) {
        struct decl_method *d;

        if (m[i].flags & FEATURE_PROPAGATED)
            continue;
        d = arena_zalloc(a, sizeof(*d));
        if (!d)
            return false;
        d->name = m[i].name;
        d->type = m[i].type;
        *tail = d;
        tail = &d->next;
        if (!add_properties(a, m[i].parameters, m[i].n_parameters, &d->parameters) ||
            !add_qualifiers(a, &m[i].qualifiers, &d->qualifiers))
            return false;
    }
    return true;
}

struct decl_class *decl_from_class(struct arena *a, const struct cim_class *c)
{
    struct decl_class *d = arena_zalloc(a, sizeof(*d));

    if (!d)
        return NULL;
    d->name = c->name;
    if (c->superclass)
        d->superclass = c->superclass->name;
    if (!add_qualifiers(a, &c->qualifiers, &d->qualifiers) ||
        !add_properties(a, c->properties, c->n_properties, &d->properties) ||
        !add_methods(a, c->methods, c->n_methods, &d->methods))
        return NULL;
    return d;
}

struct decl_qualifier_type *decl_from_qualifier_type(struct arena *a, const struct cim_qualifier_type *t)
{
    struct decl_qualifier_type *d = arena_zalloc(a, sizeof(*d));

    if (!d)
        return NULL;
    d->type = *t;
    d->has_value = true;
    return d;
}
