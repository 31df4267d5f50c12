/* Declared instances into instances of a schema's classes: types, aliases, embedded instances. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cim/model/instance.h"
#include "cim/mof/unit.h"

struct builder {
    struct mof_unit *unit;
    const struct cim_schema *schema;
    struct arena *arena;
    unsigned depth; /* of aliases in keys of aliases, and of embedded instances */
    bool keys_only; /* on behalf of an alias: silent, because what is wrong is told when the instance's own turn comes */
};

static int build(const struct builder *b, const struct decl_instance *d, struct cim_instance **ret);

__attribute__((format(printf, 4, 5))) static int fail(const struct builder *b, const struct decl_place *place,
                                                      int status, const char *fmt, ...)
{
    char message[400];
    va_list ap;

    if (status <= 0 || b->keys_only)
        return status;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap); /* a cut sentence is better than none */
    va_end(ap);
    mof_unit_fail(b->unit, place, "%s", message);
    return status;
}

static int class_of(const struct builder *b, const struct decl_instance *d, const struct cim_class **ret)
{
    const struct text name = d->class_name;

    *ret = schema_class(b->schema, name);
    if (!*ret)
        return fail(b, &d->place, CIM_ERR_INVALID_CLASS, "there is no class %.*s", (int)name.n, name.s);
    if ((*ret)->flags & CLASS_ABSTRACT)
        return fail(b, &d->place, CIM_ERR_INVALID_CLASS, "class %.*s is abstract and has no instances", (int)name.n,
                    name.s);
    return 0;
}

/* ---- aliases ---- */

static bool is_alias(const struct cim_value *v)
{
    return v->type == CIM_REFERENCE && !value_is_null(v) && v->path->class_name.n && v->path->class_name.s[0] == '$';
}

static int path_of_alias(const struct builder *b, const struct decl_instance *d, struct cim_path *ret)
{
    const struct builder inner = {b->unit, b->schema, b->arena, b->depth + 1, true};
    struct cim_instance *i;
    int r = b->depth < PATH_MAX_DEPTH ? build(&inner, d, &i) : CIM_ERR_INVALID_PARAMETER;

    return r ? r : instance_path(i, b->arena, d->namespace, ret, NULL);
}

static int resolve_alias(const struct builder *b, const struct decl_place *place, struct cim_value *v)
{
    const struct text name = v->path->class_name;
    const struct decl_instance *d = mof_unit_alias(b->unit, (struct text){name.s + 1, name.n - 1});
    struct cim_path *path = arena_zalloc(b->arena, sizeof(*path));
    int r;

    if (!path)
        return -ENOMEM;
    if (!d)
        return fail(b, place, CIM_ERR_NOT_FOUND, "no instance has the alias %.*s", (int)name.n, name.s);
    r = path_of_alias(b, d, path);
    if (r)
        return fail(b, place, r,
                    "the instance with the alias %.*s has no path: a key is missing, wrong or refers to itself",
                    (int)name.n, name.s);
    v->path = path;
    return 0;
}

/* ---- embedded instances ---- */

struct embedded {
    const struct builder *outer;
    const struct decl_place *place; /* of the property that holds the text */
    bool told;
};

/* The text of an embedded instance has no file of its own: its first problem stands at the property. */
static void report_embedded(void *user, const struct mof_diagnostic *d)
{
    struct embedded *e = user;

    if (!e->told && !e->outer->keys_only)
        mof_unit_fail(e->outer->unit, e->place, "embedded instance, line %u: %s", d->place.line, d->message);
    e->told = true;
}

/* The one instance that the text declares. Setting values copies them: it borrows nothing of inner. */
static int build_inner(struct embedded *e, struct mof_unit *inner, struct text text, struct cim_value *v)
{
    const struct builder b = {inner, e->outer->schema, e->outer->arena, e->outer->depth + 1, false};
    const struct decl_instance *d;
    struct cim_instance *i = NULL;
    int r = mof_unit_text(inner, "", text);

    if (r)
        return r;
    d = mof_unit_instances(inner);
    if (!d || d->next)
        return fail(e->outer, e->place, CIM_ERR_INVALID_PARAMETER,
                    "the text of an embedded instance is one instance in MOF");
    r = build(&b, d, &i);
    if (r)
        return r;
    *v = value_null(CIM_INSTANCE, false);
    v->flags |= CIM_VALUE_SET;
    v->instance = i;
    return 0;
}

static int read_embedded(const struct builder *b, const struct decl_place *place, struct cim_value *v)
{
    struct embedded e = {.outer = b, .place = place};
    struct mof_unit *inner;
    int r;

    if (b->depth == PATH_MAX_DEPTH)
        return fail(b, place, CIM_ERR_INVALID_PARAMETER, "instances are embedded too deep");
    inner = mof_unit_new("", report_embedded, &e);
    if (!inner)
        return -ENOMEM;
    r = build_inner(&e, inner, value_text(v), v);
    mof_unit_free(inner);
    return r;
}

/* ---- properties ---- */

/* What the model's conversion does not know: aliases and the text of instances. */
static int settle_scalar(const struct builder *b, const struct cim_property *p, const struct decl_place *place,
                         struct cim_value *v)
{
    if (is_alias(v))
        return resolve_alias(b, place, v);
    if (property_value_type(p) == CIM_INSTANCE && v->type == CIM_STRING && !value_is_null(v))
        return read_embedded(b, place, v);
    return 0;
}

static int settle(const struct builder *b, const struct cim_property *p, const struct decl_place *place,
                  struct cim_value *v)
{
    struct cim_value *items;
    int r = 0;

    if (!value_is_array(v) || value_is_null(v))
        return settle_scalar(b, p, place, v);
    items = arena_alloc(b->arena, v->len * sizeof(*items));
    if (!items)
        return -ENOMEM;
    if (v->len)
        memcpy(items, v->items, v->len * sizeof(*items));
    for (uint32_t i = 0; r == 0 && i < v->len; i++)
        r = settle_scalar(b, p, place, &items[i]);
    v->items = items;
    return r;
}

static bool is_repeated(const struct decl_instance *d, const struct decl_property *p)
{
    for (const struct decl_property *q = d->properties; q != p; q = q->next)
        if (text_ieq(q->name, p->name))
            return true;
    return false;
}

static int set_property(const struct builder *b, const struct decl_property *d, struct cim_instance *i)
{
    const struct cim_property *p = class_property(i->class, d->name);
    struct cim_value v = d->value;
    struct cim_error error = {0};
    int r;

    if (p) {
        r = settle(b, p, &d->place, &v);
        if (r)
            return r;
    }
    r = instance_set(i, b->arena, d->name, &v, &error);
    return fail(b, &d->place, r, "%s", error.message);
}

static bool is_wanted(const struct builder *b, const struct decl_property *d, const struct cim_class *c)
{
    const struct cim_property *p = b->keys_only ? class_property(c, d->name) : NULL;

    return !b->keys_only || (p && (p->flags & FEATURE_KEY));
}

static int check_keys(const struct builder *b, const struct decl_instance *d, const struct cim_instance *i)
{
    const struct cim_class *c = i->class;

    for (uint16_t k = 0; k < c->n_keys; k++)
        if (value_is_null(&i->values[c->keys[k]]))
            return fail(b, &d->place, CIM_ERR_INVALID_PARAMETER, "key %s of class %s is not set",
                        c->properties[c->keys[k]].name.s, c->name.s);
    return 0;
}

/* Goes on after a problem, so that all of an instance are told at once. */
static int build(const struct builder *b, const struct decl_instance *d, struct cim_instance **ret)
{
    const struct cim_class *c;
    struct cim_instance *i;
    int status = class_of(b, d, &c);

    if (status)
        return status;
    i = instance_new(b->arena, c);
    if (!i)
        return -ENOMEM;
    for (const struct decl_property *p = d->properties; p; p = p->next) {
        int r = is_repeated(d, p)    ? fail(b, &p->place, CIM_ERR_INVALID_PARAMETER, "property is set twice")
                : is_wanted(b, p, c) ? set_property(b, p, i)
                                     : 0;

        if (r < 0 || (r && (b->keys_only || mof_unit_stopped(b->unit))))
            return r;
        if (status == 0)
            status = r;
    }
    if (status == 0)
        *ret = i;
    return status;
}

int mof_unit_instance(struct mof_unit *u, const struct decl_instance *d, const struct cim_schema *s, struct arena *a,
                      struct cim_instance **ret)
{
    const struct builder b = {.unit = u, .schema = s, .arena = a};
    struct cim_instance *i = NULL;
    int r = build(&b, d, &i);

    if (r == 0)
        r = check_keys(&b, d, i);
    if (r == 0)
        *ret = i;
    return r;
}
