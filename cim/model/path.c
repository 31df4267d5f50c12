#include "cim/model/path.h"

#include <errno.h>
#include <string.h>

#include "cim/model/class.h"
#include "cim/model/schema.h"

static bool copy_text(struct arena *a, struct text t, struct text *ret)
{
    *ret = (struct text){arena_strndup(a, t.s, t.n), t.n};
    return ret->s != NULL;
}

bool path_copy(struct arena *a, const struct cim_path *p, struct cim_path *ret)
{
    struct cim_key *keys = arena_alloc(a, p->n_keys * sizeof(*keys));
    struct cim_path copy = {.keys = keys, .n_keys = p->n_keys, .is_singleton = p->is_singleton};

    if (!keys || !copy_text(a, p->host, &copy.host) || !copy_text(a, p->namespace, &copy.namespace) ||
        !copy_text(a, p->class_name, &copy.class_name))
        return false;
    for (uint32_t i = 0; i < p->n_keys; i++)
        if (!copy_text(a, p->keys[i].name, &keys[i].name) || !value_copy(a, &p->keys[i].value, &keys[i].value))
            return false;
    *ret = copy;
    return true;
}

static const struct cim_key *find_key(const struct cim_path *p, struct text name)
{
    for (uint32_t i = 0; i < p->n_keys; i++)
        if (text_ieq(p->keys[i].name, name))
            return &p->keys[i];
    return NULL;
}

bool path_equal(const struct cim_path *a, const struct cim_path *b)
{
    if (!text_ieq(a->host, b->host) || !text_ieq(a->namespace, b->namespace) ||
        !text_ieq(a->class_name, b->class_name) || a->n_keys != b->n_keys || a->is_singleton != b->is_singleton)
        return false;
    for (uint32_t i = 0; i < a->n_keys; i++) {
        const struct cim_key *other = find_key(b, a->keys[i].name);

        if (!other || !value_equal(&a->keys[i].value, &other->value))
            return false;
    }
    return true;
}

/* ---- Namespaces -------------------------------------------------------------------------------------------------------------- */

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

static bool is_namespace_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 ||
           c == '_' || c == '-' || c == '.';
}

/* Components of name characters with one separator between them. Makes the separators '/'. */
static bool tidy_namespace(char *s, size_t n)
{
    size_t start = 0;

    for (size_t i = 0; i <= n; i++) {
        if (i < n && is_namespace_char(s[i]))
            continue;
        if (i == start || s[start] == '.' || (i < n && !is_slash(s[i])))
            return false;
        if (i < n)
            s[i] = '/';
        start = i + 1;
    }
    return n > 0;
}

int namespace_normalise(struct arena *a, struct text t, struct text *ret, struct cim_error *err)
{
    struct text name = t;
    char *s;

    if (name.n > 3 && is_slash(name.s[0]) && is_slash(name.s[1]) && name.s[2] == '.' && is_slash(name.s[3]))
        name = (struct text){name.s + 3, name.n - 3}; /* the local host */
    if (name.n && is_slash(name.s[0]))
        name = (struct text){name.s + 1, name.n - 1};
    if (name.n && is_slash(name.s[name.n - 1]))
        name.n--;
    s = name.n <= PATH_MAX_TEXT ? arena_strndup(a, name.s, name.n) : NULL;
    if (!s && name.n <= PATH_MAX_TEXT)
        return -ENOMEM;
    if (!s || !tidy_namespace(s, name.n))
        return cim_fail(err, CIM_ERR_INVALID_NAMESPACE, "\"%.*s\" is no namespace name", (int)text_head(t, 80).n, t.s);
    *ret = (struct text){s, name.n};
    return 0;
}

/* ---- Binding to a class ------------------------------------------------------------------------------------------------------ */

static int bind_path(struct arena *a, const struct cim_path *p, const struct cim_class *c, struct cim_path *ret,
                     struct cim_error *err, unsigned depth);

/* A reference key: read if it is text still, and bound itself if its class is known here. */
static int bind_reference(struct arena *a, const struct cim_value *v, const struct cim_class *c, struct cim_value *ret,
                          struct cim_error *err, unsigned depth)
{
    const struct cim_class *target;
    struct cim_path *bound;
    int r = value_convert(a, CIM_REFERENCE, v, ret, err);

    if (r)
        return r;
    target = schema_class(c->schema, ret->path->class_name);
    if (!target)
        return 0;
    bound = arena_alloc(a, sizeof(*bound));
    r = bound ? bind_path(a, ret->path, target, bound, err, depth + 1) : -ENOMEM;
    if (r == 0)
        ret->path = bound;
    return r;
}

static int bind_key(struct arena *a, const struct cim_path *p, const struct cim_class *c,
                    const struct cim_property *property, struct cim_key *ret, struct cim_error *err, unsigned depth)
{
    const struct cim_key *key = p->n_keys == 1 && p->keys[0].name.n == 0 ? p->keys : find_key(p, property->name);
    struct cim_error why = {0};
    int r;

    if (!key || value_is_null(&key->value))
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "key %s of class %s is missing", property->name.s, c->name.s);
    if (value_is_array(&key->value))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "key %s of class %s: an array is no key", property->name.s,
                        c->name.s);
    ret->name = property->name;
    r = property->type == CIM_REFERENCE ? bind_reference(a, &key->value, c, &ret->value, &why, depth)
                                        : value_convert(a, property->type, &key->value, &ret->value, &why);
    return r > 0 ? cim_fail(err, r, "key %s of class %s: %s", property->name.s, c->name.s, why.message) : r;
}

/* Every key of the path is a key of the class, once. */
static int check_keys(const struct cim_path *p, const struct cim_class *c, struct cim_error *err)
{
    if (p->n_keys == 1 && p->keys[0].name.n == 0) {
        if (c->n_keys == 1)
            return 0;
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "class %s has %u keys, the path must name them", c->name.s,
                        c->n_keys);
    }
    for (uint32_t i = 0; i < p->n_keys; i++) {
        struct text name = p->keys[i].name;
        const struct cim_property *property = class_property(c, name);

        if (!property || !(property->flags & FEATURE_KEY))
            return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "class %s has no key %.*s", c->name.s, (int)name.n, name.s);
        if (find_key(p, name) != &p->keys[i])
            return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "key %.*s is given twice", (int)name.n, name.s);
    }
    return 0;
}

static int bind_path(struct arena *a, const struct cim_path *p, const struct cim_class *c, struct cim_path *ret,
                     struct cim_error *err, unsigned depth)
{
    struct cim_path bound = {.n_keys = c->n_keys, .is_singleton = p->is_singleton};
    struct cim_key *keys = arena_alloc(a, c->n_keys * sizeof(*keys));
    int r;

    if (depth > PATH_MAX_DEPTH)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "object paths are nested more than %d deep", PATH_MAX_DEPTH);
    r = check_keys(p, c, err);
    if (r)
        return r;
    if (!keys || !copy_text(a, p->host, &bound.host) || !copy_text(a, p->namespace, &bound.namespace) ||
        !copy_text(a, p->class_name, &bound.class_name))
        return -ENOMEM;
    for (uint16_t i = 0; i < c->n_keys; i++) {
        r = bind_key(a, p, c, &c->properties[c->keys[i]], &keys[i], err, depth);
        if (r)
            return r;
    }
    bound.keys = keys;
    *ret = bound;
    return 0;
}

int path_bind(struct arena *a, const struct cim_path *p, const struct cim_class *c, struct cim_path *ret,
              struct cim_error *err)
{
    return bind_path(a, p, c, ret, err, 1);
}
