/* Methods and their parameters. */
#include <errno.h>
#include <string.h>

#include "cim/model/schema_impl.h"

int schema_inherit_method(struct schema_making *m, struct cim_method *method)
{
    struct cim_property *parameters;
    int r;

    if (method->flags & FEATURE_PROPAGATED)
        return 0;
    r = schema_inherit_qualifiers(m, &method->qualifiers, &method->qualifiers);
    method->flags |= FEATURE_PROPAGATED;
    parameters = arena_alloc(&m->schema->arena, method->n_parameters * sizeof(*parameters));
    if (!parameters)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < method->n_parameters; i++) {
        parameters[i] = method->parameters[i];
        r = schema_inherit_property(m, &parameters[i]);
    }
    method->parameters = parameters;
    return r;
}

static const struct cim_property *find_parameter(const struct cim_property *p, uint32_t n, struct text name)
{
    for (uint32_t i = 0; i < n; i++)
        if (text_ieq(p[i].name, name))
            return &p[i];
    return NULL;
}

static int add_parameter(struct making_class *mc, struct cim_property *p, const struct decl_property *d,
                         const struct cim_property *inherited)
{
    const struct element e = {.kind = "parameter",
                              .class_name = mc->class->name,
                              .name = d->name,
                              .scopes = d->type == CIM_REFERENCE ? SCOPE_PARAMETER | SCOPE_REFERENCE : SCOPE_PARAMETER,
                              .written = d->qualifiers,
                              .inherited = inherited ? &inherited->qualifiers : NULL};
    int r;

    *p = (struct cim_property){.array_size = d->array_size};
    r = schema_copy_text(mc->m, d->name, &p->name);
    if (r == 0)
        r = schema_fill_property(mc, p, d, &e);
    if (r)
        return r;
    p->hash = text_ihash(p->name);
    p->value = value_null(property_value_type(p), p->is_array);
    return 0;
}

/* method holds what is inherited, or no parameters */
static int resolve_parameters(struct making_class *mc, struct cim_method *method, const struct decl_method *d)
{
    struct cim_property *parameters;
    uint32_t n = 0;

    for (const struct decl_property *p = d->parameters; p; p = p->next)
        n++;
    if (n > SCHEMA_MAX_FEATURES) {
        schema_feature_problem(mc, &d->place, CIM_ERR_SERVER_LIMITS_EXCEEDED, d->name, "too many parameters");
        return 0;
    }
    parameters = arena_alloc(&mc->m->schema->arena, n * sizeof(*parameters));
    if (!parameters)
        return -ENOMEM;
    n = 0;
    for (const struct decl_property *p = d->parameters; p; p = p->next) {
        int r = add_parameter(mc, &parameters[n], p, find_parameter(method->parameters, method->n_parameters, p->name));

        if (r)
            return r;
        if (find_parameter(parameters, n, p->name))
            schema_feature_problem(mc, &p->place, CIM_ERR_INVALID_PARAMETER, d->name,
                                   "two parameters have the same name");
        if ((parameters[n].flags & FEATURE_OUT) && text_ieqs(p->name, "ReturnValue"))
            schema_feature_problem(mc, &p->place, CIM_ERR_INVALID_PARAMETER, d->name,
                                   "an output parameter has the name of the return value");
        parameters[n].index = (uint16_t)n;
        n++;
    }
    method->parameters = parameters;
    method->n_parameters = n;
    return 0;
}

/* ---- The parameters as classes */

static int name_class(struct making_class *mc, const struct cim_method *method, const char *suffix)
{
    char *name = arena_alloc(&mc->m->schema->arena, method->name.n + strlen(suffix) + 1);

    if (!name)
        return -ENOMEM;
    memcpy(name, method->name.s, method->name.n);
    memcpy(name + method->name.n, suffix, strlen(suffix) + 1);
    mc->class->name = text_of(name);
    return 0;
}

/* The method's qualifiers say what its return value is. */
static int add_return_value(struct making_class *mc, const struct cim_method *method)
{
    struct cim_property *p = &mc->properties[mc->class->n_properties];
    int r;

    *p = (struct cim_property){.name = TEXT("ReturnValue"), .type = method->type, .qualifiers = method->qualifiers};
    p->hash = text_ihash(p->name);
    r = schema_apply_qualifiers(mc->m, p);
    p->flags &= p->type == CIM_STRING ? FEATURE_EMBEDDED_INSTANCE | FEATURE_EMBEDDED_OBJECT : 0;
    p->flags |= FEATURE_OUT;
    p->value = value_null(property_value_type(p), false);
    schema_enter_property(mc);
    return r;
}

/* Those of one direction, FEATURE_IN or FEATURE_OUT. The class has no place in the order of classes: it is of no
 * kind, and nothing is of its kind. */
static int make_class(struct schema_making *m, const struct cim_method *method, uint16_t direction,
                      const struct cim_class **ret)
{
    struct cim_class *c = arena_zalloc(&m->schema->arena, sizeof(*c));
    struct making_class mc = {.m = m, .class = c};
    uint32_t n = direction == FEATURE_OUT;
    int r;

    if (!c)
        return -ENOMEM;
    c->schema = m->schema;
    c->index = c->end = UINT32_MAX;
    for (uint32_t i = 0; i < method->n_parameters; i++)
        n += (method->parameters[i].flags & direction) != 0;
    r = name_class(&mc, method, direction == FEATURE_IN ? "_INPUT" : "_OUTPUT");
    if (r == 0)
        r = schema_start_properties(&mc, n);
    for (uint32_t i = 0; r == 0 && i < method->n_parameters; i++)
        if (method->parameters[i].flags & direction) {
            mc.properties[c->n_properties] = method->parameters[i];
            schema_enter_property(&mc);
        }
    if (r == 0 && direction == FEATURE_OUT)
        r = add_return_value(&mc, method);
    *ret = c;
    return r ? r : schema_finish_properties(&mc);
}

static int make_classes(struct schema_making *m, struct cim_method *method)
{
    int r = make_class(m, method, FEATURE_IN, &method->input);

    return r ? r : make_class(m, method, FEATURE_OUT, &method->output);
}

/* ---- The methods */

static const char *method_problem(const struct cim_method *inherited, const struct decl_method *d)
{
    const struct decl_qualifier *q = schema_written(d->qualifiers, "Override");

    if (!inherited)
        return q ? "there is nothing to override" : NULL;
    if (!(inherited->flags & FEATURE_PROPAGATED))
        return "declared twice";
    if (!schema_overrides(q, d->name))
        return "an inherited method of this name wants the qualifier Override";
    return inherited->type != d->type ? "the method that it overrides has another type" : NULL;
}

static int add_method(struct making_class *mc, const struct decl_method *d)
{
    const struct cim_method *found = class_method(mc->class, d->name);
    struct cim_method *method = &mc->methods[found ? found - mc->class->methods : mc->class->n_methods];
    const struct cim_qualifiers inherited = found ? found->qualifiers : (struct cim_qualifiers){0};
    const struct element e = {.kind = "method",
                              .class_name = mc->class->name,
                              .name = d->name,
                              .scopes = SCOPE_METHOD,
                              .written = d->qualifiers,
                              .inherited = &inherited};
    const char *what = method_problem(found, d);
    int r = 0;

    if (what) {
        schema_feature_problem(mc, &d->place, CIM_ERR_INVALID_PARAMETER, d->name, what);
        return 0;
    }
    if (!found) {
        *method = (struct cim_method){.type = d->type, .origin = mc->class};
        r = schema_copy_text(mc->m, d->name, &method->name);
        mc->class->n_methods++;
    }
    if (r == 0)
        r = schema_resolve_qualifiers(mc->m, &e, &method->qualifiers);
    if (r)
        return r;
    method->flags = schema_qualifier_flags(&method->qualifiers) & FEATURE_STATIC;
    r = resolve_parameters(mc, method, d);
    return r ? r : make_classes(mc->m, method);
}

int schema_resolve_methods(struct making_class *mc, const struct decl_class *d)
{
    struct cim_class *c = mc->class;
    uint32_t n_own = 0;
    int r = 0;

    c->n_methods = c->superclass ? c->superclass->n_methods : 0;
    for (const struct decl_method *m = d->methods; m; m = m->next)
        n_own++;
    mc->methods = arena_alloc(&mc->m->schema->arena, (c->n_methods + n_own) * sizeof(*mc->methods));
    if (!mc->methods)
        return -ENOMEM;
    for (uint32_t i = 0; i < c->n_methods; i++)
        mc->methods[i] = mc->heritage->methods[i];
    c->methods = mc->methods;
    for (const struct decl_method *m = d->methods; r == 0 && m; m = m->next)
        r = add_method(mc, m);
    return r;
}
