#include "cim/model/instance.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void instance_clear(struct cim_instance *i)
{
    if (i->class->n_properties)
        memcpy(i->values, i->class->defaults, i->class->n_properties * sizeof(*i->values));
}

static struct cim_instance *blank(struct arena *a, const struct cim_class *c)
{
    struct cim_instance *i = arena_alloc(a, sizeof(*i));

    if (!i)
        return NULL;
    i->class = c;
    i->values = arena_alloc(a, c->n_properties * sizeof(*i->values));
    return i->values ? i : NULL;
}

struct cim_instance *instance_new(struct arena *a, const struct cim_class *c)
{
    struct cim_instance *i = blank(a, c);

    if (i)
        instance_clear(i);
    return i;
}

/* By name: the instance may come from another snapshot of the schema */
static bool is_kind_of(const struct cim_class *c, const char *name)
{
    while (c && !text_ieqs(c->name, name))
        c = c->superclass;
    return c != NULL;
}

static int check_embedded(const struct cim_property *p, const struct cim_value *v, struct cim_error *err)
{
    const struct cim_class *c;

    if (value_is_null(v))
        return 0;
    if (value_is_array(v)) {
        int r = 0;

        for (uint32_t i = 0; r == 0 && i < v->len; i++)
            r = check_embedded(p, &v->items[i], err);
        return r;
    }
    if (v->type != CIM_INSTANCE)
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "property %s holds embedded instances, a %s is none", p->name.s,
                        type_name(v->type));
    c = v->instance->class;
    if (p->ref_class && !is_kind_of(c, p->ref_class))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "property %s holds instances of %s, %s is none", p->name.s,
                        p->ref_class, c->name.s);
    return 0;
}

/* Whether v has the shape that p wants; the items are the conversion's matter */
static int check_shape(const struct cim_property *p, const struct cim_value *v, struct cim_error *err)
{
    if (value_is_null(v))
        return 0;
    if (value_is_array(v) != p->is_array)
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "property %s is %s array", p->name.s, p->is_array ? "an" : "no");
    if (p->is_array && p->array_size && v->len > p->array_size)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "property %s has room for %u items", p->name.s, p->array_size);
    return property_value_type(p) == CIM_INSTANCE ? check_embedded(p, v, err) : 0;
}

int instance_set(struct cim_instance *i, struct arena *a, struct text name, const struct cim_value *v,
                 struct cim_error *err)
{
    const struct cim_property *p = class_property(i->class, name);
    struct cim_error why = {0};
    struct cim_value value;
    int r;

    if (!p)
        return cim_fail(err, CIM_ERR_NO_SUCH_PROPERTY, "class %s has no property %.*s", i->class->name.s, (int)name.n,
                        name.s);
    r = check_shape(p, v, err);
    if (r)
        return r;
    r = value_convert(a, property_value_type(p), v, &value, &why);
    if (r > 0)
        return cim_fail(err, r, "property %s: %s", p->name.s, why.message);
    if (r)
        return r;
    i->values[p->index] = value_is_null(&value) ? value_null(property_value_type(p), p->is_array) : value;
    return 0;
}

const struct cim_value *instance_get(const struct cim_instance *i, struct text name)
{
    const struct cim_property *p = class_property(i->class, name);

    return p ? &i->values[p->index] : NULL;
}

int instance_path(const struct cim_instance *i, struct arena *a, struct text namespace, struct cim_path *ret,
                  struct cim_error *err)
{
    const struct cim_class *c = i->class;
    struct cim_key *keys = arena_alloc(a, c->n_keys * sizeof(*keys));

    if (!keys)
        return -ENOMEM;
    for (uint16_t k = 0; k < c->n_keys; k++) {
        const struct cim_property *p = &c->properties[c->keys[k]];

        if (value_is_null(&i->values[p->index]))
            return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "key %s of class %s is not set", p->name.s, c->name.s);
        keys[k] = (struct cim_key){p->name, i->values[p->index]};
    }
    *ret = (struct cim_path){
        .namespace = namespace, .class_name = c->name, .keys = keys, .n_keys = c->n_keys, .is_singleton = !c->n_keys};
    return 0;
}

struct cim_instance *instance_copy(struct arena *a, const struct cim_instance *i)
{
    struct cim_instance *copy = blank(a, i->class);

    for (uint16_t k = 0; copy && k < i->class->n_properties; k++)
        if (!value_copy(a, &i->values[k], &copy->values[k]))
            return NULL;
    return copy;
}

bool instance_equal(const struct cim_instance *a, const struct cim_instance *b)
{
    if (a->class != b->class &&
        (!text_ieq(a->class->name, b->class->name) || a->class->n_properties != b->class->n_properties))
        return false;
    for (uint16_t k = 0; k < a->class->n_properties; k++)
        if (!value_equal(&a->values[k], &b->values[k]))
            return false;
    return true;
}
