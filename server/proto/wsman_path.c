/* Selectors as the keys of a class: which instance is meant. */
#include <errno.h>

#include "cim/model/path.h"
#include "server/proto/wsman_impl.h"
#include "server/proto/wsman_model.h"

static int bad_value(struct wsman_fault *f, int status, const struct cim_property *p, const char *why)
{
    return wsman_fail(f, WSMAN_INVALID_SELECTORS, status == CIM_ERR_TYPE_MISMATCH ? "TypeMismatch" : "InvalidValue",
                      "selector %s: %s", p->name.s, why);
}

static int reference_key(struct arena *a, const struct wsman_selector *s, const struct cim_class *c,
                         const struct cim_property *p, struct cim_value *ret, struct wsman_fault *f)
{
    struct cim_path *path = arena_zalloc(a, sizeof(*path));
    struct cim_error err = {0};
    int r;

    if (!path)
        return -ENOMEM;
    *ret = (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = path};
    if (s->epr)
        return epr_bind(a, s->epr, c->schema, path, f);
    r = path_text_bind(a, text_trim(s->value), c->schema, path, &err);
    return r > 0 ? bad_value(f, r, p, err.message) : r;
}

static int key_value(struct arena *a, const struct wsman_selector *s, const struct cim_class *c,
                     const struct cim_property *p, struct cim_value *ret, struct wsman_fault *f)
{
    struct cim_error err = {0};
    int r;

    if (p->type == CIM_REFERENCE)
        return reference_key(a, s, c, p, ret, f);
    if (s->epr)
        return bad_value(f, CIM_ERR_TYPE_MISMATCH, p, "an endpoint reference where a plain value is expected");
    r = value_parse(a, p->type, s->value, ret, &err);
    return r > 0 ? bad_value(f, r, p, err.message) : r;
}

static const struct wsman_selector *selector_of(const struct wsman_epr *e, const struct cim_property *p)
{
    for (uint32_t i = 0; i < e->n_selectors; i++)
        if (text_ieq(e->selectors[i].name, p->name))
            return &e->selectors[i];
    return NULL;
}

static int check_names(const struct wsman_epr *e, const struct cim_class *c, struct wsman_fault *f)
{
    for (uint32_t i = 0; i < e->n_selectors; i++) {
        const struct cim_property *p = class_property(c, e->selectors[i].name);

        if (!p || !(p->flags & FEATURE_KEY))
            return wsman_fail(f, WSMAN_INVALID_SELECTORS, "UnexpectedSelectors", "%.*s is no key of class %s",
                              e->selectors[i].name.n > 128 ? 128 : (int)e->selectors[i].name.n, e->selectors[i].name.s,
                              c->name.s);
    }
    return 0;
}

int wsman_bind_path(struct arena *a, const struct wsman_epr *e, const struct cim_class *c, struct cim_path *ret,
                    struct wsman_fault *ret_fault)
{
    struct cim_key *keys = arena_zalloc(a, (c->n_keys + 1u) * sizeof(*keys));
    int r = keys ? check_names(e, c, ret_fault) : -ENOMEM;

    *ret = (struct cim_path){.namespace = e->namespace, .class_name = c->name, .keys = keys};
    ret->is_singleton = c->n_keys == 0;
    for (uint16_t k = 0; k < c->n_keys && e->n_selectors && r == 0; k++) {
        const struct cim_property *p = &c->properties[c->keys[k]];
        const struct wsman_selector *s = selector_of(e, p);

        if (!s)
            return wsman_fail(ret_fault, WSMAN_INVALID_SELECTORS, "InsufficientSelectors",
                              "key %s of class %s is missing", p->name.s, c->name.s);
        keys[k].name = p->name;
        r = key_value(a, s, c, p, &keys[k].value, ret_fault);
        ret->n_keys = k + 1u;
    }
    return r;
}

/* Of a class that this schema does not have: another service's, perhaps. Its keys stay as they were written. */
static int unbound_path(struct arena *a, const struct wsman_epr *e, const struct cim_schema *s, struct cim_path *ret,
                        struct wsman_fault *f)
{
    struct cim_key *keys = arena_zalloc(a, (e->n_selectors + 1u) * sizeof(*keys));
    int r = keys ? 0 : -ENOMEM;

    *ret = (struct cim_path){.namespace = e->namespace, .class_name = e->class_name, .keys = keys};
    for (uint32_t i = 0; i < e->n_selectors && r == 0; i++) {
        struct cim_path *inner = e->selectors[i].epr ? arena_zalloc(a, sizeof(*inner)) : NULL;

        keys[i].name = e->selectors[i].name;
        keys[i].value = value_string(e->selectors[i].value);
        if (inner)
            keys[i].value = (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = inner};
        if (e->selectors[i].epr)
            r = inner ? epr_bind(a, e->selectors[i].epr, s, inner, f) : -ENOMEM;
        ret->n_keys = i + 1;
    }
    return r;
}

int path_text_bind(struct arena *a, struct text t, const struct cim_schema *s, struct cim_path *ret,
                   struct cim_error *err)
{
    struct cim_path parsed;
    const struct cim_class *c;
    int r = path_parse(a, t, &parsed, err);

    if (r)
        return r;
    c = schema_class(s, parsed.class_name);
    if (c)
        return path_bind(a, &parsed, c, ret, err);
    *ret = parsed;
    return 0;
}

int epr_bind(struct arena *a, const struct wsman_epr *e, const struct cim_schema *s, struct cim_path *ret,
             struct wsman_fault *f)
{
    const struct cim_class *c = schema_class(s, e->class_name);
    int r;

    if (!c)
        return unbound_path(a, e, s, ret, f);
    r = wsman_bind_path(a, e, c, ret, f);
    if (r == 0 && ret->n_keys == 0 && !ret->is_singleton)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "InsufficientSelectors",
                          "an endpoint reference to class %s has no selectors", c->name.s);
    return r;
}
