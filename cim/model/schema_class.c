/* Resolves one class: its superclass' features copied, its own put over them or behind them, and the rules of
 * DSP0004 asked. */
#include <errno.h>

#include "cim/model/schema_impl.h"

void schema_feature_problem(const struct making_class *mc, const struct decl_place *place, int status,
                            struct text feature, const char *what)
{
    schema_problem(mc->m, place, status, "%.*s.%.*s: %s", TEXT_ARGS(mc->class->name), TEXT_ARGS(feature), what);
}

const struct decl_qualifier *schema_written(const struct decl_qualifier *q, const char *name)
{
    while (q && !text_ieqs(q->name, name))
        q = q->next;
    return q;
}

/* Override("Name"), Override("Class.Name") and plain Override all name the feature itself. */
bool schema_overrides(const struct decl_qualifier *q, struct text name)
{
    struct text t;

    if (!q || !q->has_value || value_is_null(&q->value))
        return q != NULL;
    if (q->value.type != CIM_STRING || value_is_array(&q->value))
        return false;
    t = value_text(&q->value);
    for (size_t i = t.n; i-- > 0;)
        if (t.s[i] == '.')
            return text_ieq((struct text){t.s + i + 1, t.n - i - 1}, name);
    return text_ieq(t, name);
}

int schema_copy_text(struct schema_making *m, struct text t, struct text *ret)
{
    *ret = (struct text){arena_strndup(&m->schema->arena, t.s, t.n), t.n};
    return ret->s ? 0 : -ENOMEM;
}

static int make_heritage(struct schema_making *m, struct schema_node *n)
{
    const struct cim_class *c = n->class;
    struct heritage *h = arena_zalloc(m->scratch, sizeof(*h));
    int r;

    if (!h)
        return -ENOMEM;
    h->properties = arena_alloc(m->scratch, c->n_properties * sizeof(*h->properties));
    h->methods = arena_alloc(m->scratch, c->n_methods * sizeof(*h->methods));
    if (!h->properties || !h->methods)
        return -ENOMEM;
    r = schema_inherit_qualifiers(m, &c->qualifiers, &h->qualifiers);
    for (uint16_t i = 0; r == 0 && i < c->n_properties; i++) {
        h->properties[i] = c->properties[i];
        r = schema_inherit_property(m, &h->properties[i]);
    }
    for (uint32_t i = 0; r == 0 && i < c->n_methods; i++) {
        h->methods[i] = c->methods[i];
        r = schema_inherit_method(m, &h->methods[i]);
    }
    n->heritage = h;
    return r;
}

static uint16_t class_flags(const struct cim_qualifiers *q)
{
    return (uint16_t)((qualifier_true(q, "Abstract") ? CLASS_ABSTRACT : 0) |
                      (qualifier_true(q, "Association") ? CLASS_ASSOCIATION : 0) |
                      (qualifier_true(q, "Indication") ? CLASS_INDICATION : 0) |
                      (qualifier_true(q, "Terminal") ? CLASS_TERMINAL : 0));
}

/* What the class is, as far as the scopes of its qualifiers go: its superclass and what it says itself decide. */
static uint8_t class_scopes(const struct cim_class *super, const struct decl_class *d)
{
    uint8_t scopes = SCOPE_CLASS;

    if ((super && (super->flags & CLASS_ASSOCIATION)) || schema_written(d->qualifiers, "Association"))
        scopes |= SCOPE_ASSOCIATION;
    if ((super && (super->flags & CLASS_INDICATION)) || schema_written(d->qualifiers, "Indication"))
        scopes |= SCOPE_INDICATION;
    return scopes;
}

static int resolve_class_qualifiers(struct making_class *mc, const struct decl_class *d)
{
    struct cim_class *c = mc->class;
    const struct element e = {.kind = "class",
                              .class_name = c->name,
                              .scopes = class_scopes(c->superclass, d),
                              .written = d->qualifiers,
                              .inherited = mc->heritage ? &mc->heritage->qualifiers : NULL};
    int r = schema_resolve_qualifiers(mc->m, &e, &c->qualifiers);

    if (r == 0)
        c->flags = class_flags(&c->qualifiers);
    return r;
}

static void check_class(const struct making_class *mc, const struct decl_class *d)
{
    const struct cim_class *c = mc->class;
    uint32_t references = 0;

    if (c->superclass && (c->superclass->flags & CLASS_TERMINAL))
        schema_problem(mc->m, &d->place, CIM_ERR_INVALID_PARAMETER, "class %.*s derives from the terminal class %.*s",
                       TEXT_ARGS(d->name), TEXT_ARGS(c->superclass->name));
    for (uint16_t i = 0; i < c->n_properties; i++)
        references += c->properties[i].type == CIM_REFERENCE;
    if ((c->flags & CLASS_ASSOCIATION) && references < 2)
        schema_problem(mc->m, &d->place, CIM_ERR_INVALID_PARAMETER, "association %.*s needs two references",
                       TEXT_ARGS(d->name));
    if (!(c->flags & CLASS_ASSOCIATION) && references)
        schema_problem(mc->m, &d->place, CIM_ERR_INVALID_PARAMETER, "class %.*s has references, but is no association",
                       TEXT_ARGS(d->name));
}

int schema_resolve_class(struct schema_making *m, struct schema_node *n)
{
    struct making_class mc = {.m = m, .class = n->class};
    int r;

    if (n->super && !n->super->heritage && make_heritage(m, n->super))
        return -ENOMEM;
    mc.heritage = n->super ? n->super->heritage : NULL;
    n->class->superclass = n->super ? n->super->class : NULL;
    n->class->schema = m->schema;
    r = schema_copy_text(m, n->decl->name, &n->class->name);
    if (r == 0)
        r = resolve_class_qualifiers(&mc, n->decl);
    if (r == 0)
        r = schema_resolve_properties(&mc, n->decl);
    if (r == 0)
        r = schema_resolve_methods(&mc, n->decl);
    if (r == 0)
        check_class(&mc, n->decl);
    return r;
}
