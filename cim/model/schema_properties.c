/* Properties and references of a class, and what parameters have in common with them. */
#include <errno.h>
#include <string.h>

#include "cim/model/schema_impl.h"

enum {
    PARAMETER_FLAGS = FEATURE_REQUIRED | FEATURE_EMBEDDED_OBJECT | FEATURE_IN | FEATURE_OUT | FEATURE_OCTETSTRING,
    PROPERTY_FLAGS = ~(FEATURE_IN | FEATURE_OUT),
};

static const struct {
    const char *name;
    uint16_t flag;
    bool otherwise; /* what holds without the qualifier */
} flag_qualifiers[] = {
    {"Key", FEATURE_KEY, false},
    {"Required", FEATURE_REQUIRED, false},
    {"Read", FEATURE_READ, true},
    {"Write", FEATURE_WRITE, false},
    {"Static", FEATURE_STATIC, false},
    {"EmbeddedObject", FEATURE_EMBEDDED_OBJECT, false},
    {"In", FEATURE_IN, true},
    {"Out", FEATURE_OUT, false},
    {"OctetString", FEATURE_OCTETSTRING, false},
};

uint16_t schema_qualifier_flags(const struct cim_qualifiers *q)
{
    uint16_t flags = 0;

    for (size_t i = 0; i < sizeof(flag_qualifiers) / sizeof(flag_qualifiers[0]); i++) {
        const char *name = flag_qualifiers[i].name;

        if (flag_qualifiers[i].otherwise ? !qualifier_find(q, name) || qualifier_true(q, name) : qualifier_true(q, name))
            flags |= flag_qualifiers[i].flag;
    }
    return flags;
}

int schema_apply_qualifiers(struct schema_making *m, struct cim_property *p)
{
    const struct cim_qualifier *embedded = qualifier_find(&p->qualifiers, "EmbeddedInstance");

    p->flags = (schema_qualifier_flags(&p->qualifiers) & (p->origin ? PROPERTY_FLAGS : PARAMETER_FLAGS)) |
               (p->flags & (FEATURE_PROPAGATED | FEATURE_OWN_DEFAULT));
    if (p->type == CIM_REFERENCE)
        return 0;
    p->ref_class = NULL;
    if (!embedded || embedded->value.type != CIM_STRING || value_is_null(&embedded->value) ||
        value_is_array(&embedded->value))
        return 0;
    p->flags |= FEATURE_EMBEDDED_INSTANCE;
    p->ref_class = arena_strndup(&m->schema->arena, embedded->value.str, embedded->value.len);
    return p->ref_class ? 0 : -ENOMEM;
}

int schema_inherit_property(struct schema_making *m, struct cim_property *p)
{
    int r;

    if (p->flags & FEATURE_PROPAGATED) /* through here before */
        return 0;
    r = schema_inherit_qualifiers(m, &p->qualifiers, &p->qualifiers);
    p->flags |= FEATURE_PROPAGATED;
    p->flags &= (uint16_t)~FEATURE_OWN_DEFAULT;
    return r ? r : schema_apply_qualifiers(m, p);
}

/* The class that a reference or an embedded instance names must exist. */
static void check_target(const struct making_class *mc, const struct cim_property *p, const struct decl_property *d)
{
    const struct schema_node *target = p->ref_class ? schema_node_find(mc->m, text_of(p->ref_class)) : NULL;

    if (p->ref_class && (!target || !target->decl))
        schema_problem(mc->m, &d->place, mc->m->strict ? CIM_ERR_INVALID_PARAMETER : CIM_OK,
                       "%.*s.%.*s: class %s does not exist", TEXT_ARGS(mc->class->name), TEXT_ARGS(d->name),
                       p->ref_class);
}

int schema_fill_property(const struct making_class *mc, struct cim_property *p, const struct decl_property *d,
                         const struct element *e)
{
    int r = schema_resolve_qualifiers(mc->m, e, &p->qualifiers);

    p->type = d->type;
    p->is_array = d->is_array;
    p->ref_class = NULL;
    p->flags = 0;
    if (r == 0 && d->type == CIM_REFERENCE) {
        p->ref_class = arena_strndup(&mc->m->schema->arena, d->ref_class.s, d->ref_class.n);
        r = p->ref_class ? 0 : -ENOMEM;
    }
    if (r == 0)
        r = schema_apply_qualifiers(mc->m, p);
    if (r)
        return r;
    check_target(mc, p, d);
    if (property_value_type(p) == CIM_INSTANCE && d->type != CIM_STRING)
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name,
                               "only a string can hold an embedded object");
    return 0;
}

static int set_default(struct making_class *mc, struct cim_property *p, const struct decl_property *d)
{
    struct cim_error err = {0};
    int r = schema_convert(mc->m, property_value_type(p), p->is_array, p->array_size, &d->value, &p->value, &err);

    p->flags |= FEATURE_OWN_DEFAULT;
    mc->own_defaults = true;
    if (r > 0)
        schema_feature_problem(mc, &d->place, r, d->name, err.message);
    return r < 0 ? r : 0;
}

/* True if class (without case) is base or derives from it; unknown classes are reported elsewhere and count as well. */
static bool narrows(const struct schema_making *m, struct text class, struct text base)
{
    const struct schema_node *n = schema_node_find(m, class);

    if (!n || !schema_node_find(m, base))
        return true;
    for (unsigned i = 0; n && i <= SCHEMA_MAX_DEPTH; n = n->super, i++)
        if (text_ieq(n->name, base))
            return true;
    return false;
}

/* NULL if d may stand over the inherited p, else what is wrong. */
static const char *override_problem(const struct making_class *mc, const struct cim_property *p,
                                    const struct decl_property *d)
{
    if (!(p->flags & FEATURE_PROPAGATED))
        return "declared twice";
    if (!schema_overrides(schema_written(d->qualifiers, "Override"), p->name))
        return "an inherited property of this name wants the qualifier Override";
    if (d->type != p->type || d->is_array != p->is_array || (d->array_size && d->array_size != p->array_size))
        return "the property that it overrides has another type";
    if (d->type == CIM_REFERENCE && !narrows(mc->m, d->ref_class, text_of(p->ref_class)))
        return "the reference that it overrides allows another class only";
    return NULL;
}

static int override_property(struct making_class *mc, struct cim_property *p, const struct decl_property *d,
                             struct element *e)
{
    const struct cim_qualifiers inherited = p->qualifiers;
    const char *what = override_problem(mc, p, d);
    bool key = p->flags & FEATURE_KEY;
    int r;

    if (what) {
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name, what);
        return 0;
    }
    e->inherited = &inherited;
    r = schema_fill_property(mc, p, d, e);
    if (r)
        return r;
    if (!key && (p->flags & FEATURE_KEY) && mc->class->superclass->n_keys)
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name, "the superclass has its keys already");
    return d->has_value ? set_default(mc, p, d) : 0;
}

static int new_property(struct making_class *mc, struct cim_property *p, const struct decl_property *d,
                        const struct element *e)
{
    const struct cim_class *super = mc->class->superclass;
    int r;

    *p = (struct cim_property){.array_size = d->array_size, .origin = mc->class};
    r = schema_copy_text(mc->m, d->name, &p->name);
    if (r == 0)
        r = schema_fill_property(mc, p, d, e);
    if (r)
        return r;
    p->hash = text_ihash(p->name);
    p->value = value_null(property_value_type(p), p->is_array);
    if (schema_written(d->qualifiers, "Override"))
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name, "there is nothing to override");
    if (super && super->n_keys && (p->flags & FEATURE_KEY))
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name, "the superclass has its keys already");
    return d->has_value ? set_default(mc, p, d) : 0;
}

static void enter_lookup(struct making_class *mc, const struct cim_property *p)
{
    uint32_t at = p->hash & mc->class->lookup_mask;

    while (mc->lookup[at])
        at = (at + 1) & mc->class->lookup_mask;
    mc->lookup[at] = (uint16_t)(p->index + 1);
}

void schema_enter_property(struct making_class *mc)
{
    struct cim_property *p = &mc->properties[mc->class->n_properties];

    p->index = mc->class->n_properties++;
    enter_lookup(mc, p);
}

static int add_property(struct making_class *mc, const struct decl_property *d)
{
    const struct cim_property *found = class_property(mc->class, d->name);
    uint16_t at = found ? found->index : mc->class->n_properties;
    struct cim_property *p = &mc->properties[at];
    struct element e = {.kind = d->type == CIM_REFERENCE ? "reference" : "property",
                        .class_name = mc->class->name,
                        .name = d->name,
                        .scopes = d->type == CIM_REFERENCE ? SCOPE_REFERENCE | SCOPE_PROPERTY : SCOPE_PROPERTY,
                        .written = d->qualifiers};
    int r = found ? override_property(mc, p, d, &e) : new_property(mc, p, d, &e);

    if (r)
        return r;
    if ((p->flags & FEATURE_KEY) && (p->is_array || property_value_type(p) == CIM_INSTANCE))
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name,
                               "an array or embedded object cannot be a key");
    if (!found)
        schema_enter_property(mc);
    return 0;
}

int schema_start_properties(struct making_class *mc, uint32_t n_own)
{
    struct cim_class *c = mc->class;
    uint32_t n = c->superclass ? c->superclass->n_properties : 0, size = 4;

    while (size < (n + n_own) * 2)
        size *= 2;
    mc->properties = arena_alloc(&mc->m->schema->arena, (n + n_own) * sizeof(*mc->properties));
    mc->lookup = arena_zalloc(&mc->m->schema->arena, size * sizeof(*mc->lookup));
    if (!mc->properties || !mc->lookup)
        return -ENOMEM;
    c->properties = mc->properties;
    c->n_properties = (uint16_t)n;
    c->lookup = mc->lookup;
    c->lookup_mask = size - 1;
    for (uint32_t i = 0; i < n; i++) {
        mc->properties[i] = mc->heritage->properties[i];
        enter_lookup(mc, &mc->properties[i]);
    }
    return 0;
}

static int finish_defaults(struct making_class *mc)
{
    struct cim_class *c = mc->class;
    struct cim_value *defaults;

    if (c->superclass && !mc->own_defaults && c->n_properties == c->superclass->n_properties) {
        c->defaults = c->superclass->defaults;
        return 0;
    }
    defaults = arena_alloc(&mc->m->schema->arena, c->n_properties * sizeof(*defaults));
    if (!defaults)
        return -ENOMEM;
    for (uint16_t i = 0; i < c->n_properties; i++)
        defaults[i] = c->properties[i].value;
    c->defaults = defaults;
    return 0;
}

static int finish_keys(struct making_class *mc)
{
    struct cim_class *c = mc->class;
    uint16_t *keys, n = 0;

    for (uint16_t i = 0; i < c->n_properties; i++)
        n += (c->properties[i].flags & FEATURE_KEY) != 0;
    keys = arena_alloc(&mc->m->schema->arena, n * sizeof(*keys));
    if (!keys)
        return -ENOMEM;
    c->keys = keys;
    c->n_keys = n;
    for (uint16_t i = 0; i < c->n_properties; i++)
        if (c->properties[i].flags & FEATURE_KEY)
            *keys++ = i;
    return 0;
}

int schema_finish_properties(struct making_class *mc)
{
    int r = finish_keys(mc);

    return r ? r : finish_defaults(mc);
}

int schema_resolve_properties(struct making_class *mc, const struct decl_class *d)
{
    uint32_t n_own = 0, n_super = mc->class->superclass ? mc->class->superclass->n_properties : 0;
    int r;

    for (const struct decl_property *p = d->properties; p; p = p->next)
        n_own++;
    if (n_own > SCHEMA_MAX_FEATURES - n_super) {
        schema_problem(mc->m, &d->place, CIM_ERR_SERVER_LIMITS_EXCEEDED, "class %.*s has more than %u properties",
                       TEXT_ARGS(d->name), SCHEMA_MAX_FEATURES);
        n_own = 0;
    }
    r = schema_start_properties(mc, n_own);
    for (const struct decl_property *p = d->properties; r == 0 && p && n_own; p = p->next)
        r = add_property(mc, p);
    return r ? r : schema_finish_properties(mc);
}
