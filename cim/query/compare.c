#include "cim/query/compare.h"

#include <string.h>

/* ---- numbers, text, time ---- */

static int sign(long double a, long double b)
{
    return (a > b) - (a < b);
}

static bool is_negative(const struct cim_value *v)
{
    return type_is_signed(v->type) && v->sint < 0;
}

static long double as_real(const struct cim_value *v)
{
    return type_is_real(v->type)     ? (long double)v->real
           : type_is_signed(v->type) ? (long double)v->sint
                                     : (long double)v->uint;
}

/* Exact for integers: both halves of a comparison have the same sign when they are compared as unsigned. */
static bool order_numbers(const struct cim_value *a, const struct cim_value *b, int *ret)
{
    if (type_is_real(a->type) || type_is_real(b->type)) {
        const long double x = as_real(a), y = as_real(b);

        *ret = sign(x, y);
        return x == x && y == y; /* NaN is no number */
    }
    if (is_negative(a) != is_negative(b))
        *ret = is_negative(a) ? -1 : 1;
    else
        *ret = (a->uint > b->uint) - (a->uint < b->uint);
    return true;
}

static int order_upper(struct text a, struct text b)
{
    const size_t n = a.n < b.n ? a.n : b.n;

    for (size_t i = 0; i < n; i++) {
        const unsigned char x = (unsigned char)a.s[i], y = (unsigned char)b.s[i];
        const int difference = (x >= 'a' && x <= 'z' ? x - 0x20 : x) - y;

        if (difference)
            return difference;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static int order_bytes(struct text a, struct text b)
{
    const size_t n = a.n < b.n ? a.n : b.n;
    const int difference = n ? memcmp(a.s, b.s, n) : 0;

    return difference ? difference : (a.n > b.n) - (a.n < b.n);
}

static int order_texts(struct text a, struct text b, enum compare_case how)
{
    return how == COMPARE_FOLDED ? text_icmp(a, b) : how == COMPARE_UPPER ? order_upper(a, b) : order_bytes(a, b);
}

static bool order_datetimes(const struct cim_datetime *a, const struct cim_datetime *b, int *ret)
{
    if (a->interval != b->interval)
        return false;
    *ret = datetime_compare(a, b);
    return true;
}

/* A constant in a chain into an embedded object of unknown class is text still. */
static bool order_datetime_text(const struct cim_value *a, struct text t, int *ret)
{
    struct cim_datetime d;

    return datetime_parse(t, &d) && order_datetimes(a->datetime, &d, ret);
}

/* ---- paths ---- */

static bool paths_equal(const struct cim_path *a, const struct cim_path *b, unsigned depth);

/* A key that somebody read from text without its class, against one that has its type. */
static bool text_equals_key(const struct cim_value *text, const struct cim_value *typed, unsigned depth)
{
    struct cim_value v;
    struct arena a;
    bool equal;

    arena_init(&a, 4 * PATH_MAX_TEXT);
    equal = value_parse(&a, typed->type, value_text(text), &v, NULL) == 0 &&
            (v.type == CIM_REFERENCE ? paths_equal(v.path, typed->path, depth + 1) : value_equal(&v, typed));
    arena_fini(&a);
    return equal;
}

static bool keys_equal(const struct cim_value *a, const struct cim_value *b, unsigned depth)
{
    if (value_is_null(a) || value_is_null(b) || value_is_array(a) || value_is_array(b))
        return false;
    if (a->type == CIM_REFERENCE && b->type == CIM_REFERENCE)
        return paths_equal(a->path, b->path, depth + 1);
    if (a->type == CIM_STRING && b->type != CIM_STRING && b->type != CIM_INSTANCE)
        return text_equals_key(a, b, depth);
    if (b->type == CIM_STRING && a->type != CIM_STRING && a->type != CIM_INSTANCE)
        return text_equals_key(b, a, depth);
    return value_equal(a, b);
}

/* `Class="v"` names its single key by its class alone. */
static const struct cim_key *find_key(const struct cim_path *p, struct text name)
{
    if (p->n_keys == 1 && (p->keys[0].name.n == 0 || name.n == 0))
        return &p->keys[0];
    for (uint32_t i = 0; i < p->n_keys; i++)
        if (text_ieq(p->keys[i].name, name))
            return &p->keys[i];
    return NULL;
}

static bool same_if_both(struct text a, struct text b)
{
    return a.n == 0 || b.n == 0 || text_ieq(a, b);
}

static bool paths_equal(const struct cim_path *a, const struct cim_path *b, unsigned depth)
{
    if (!same_if_both(a->host, b->host) || !same_if_both(a->namespace, b->namespace) ||
        !text_ieq(a->class_name, b->class_name) || a->n_keys != b->n_keys || a->is_singleton != b->is_singleton ||
        depth > PATH_MAX_DEPTH)
        return false;
    for (uint32_t i = 0; i < a->n_keys; i++) {
        const struct cim_key *other = find_key(b, a->keys[i].name);

        if (!other || !keys_equal(&a->keys[i].value, &other->value, depth))
            return false;
    }
    return true;
}

/* ---- any two ---- */

bool compare_values(const struct cim_value *a, const struct cim_value *b, enum compare_case how, int *ret)
{
    if (type_is_numeric(a->type) && type_is_numeric(b->type))
        return order_numbers(a, b, ret);
    if (a->type == CIM_DATETIME && b->type == CIM_STRING)
        return order_datetime_text(a, value_text(b), ret);
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case CIM_STRING:
        *ret = order_texts(value_text(a), value_text(b), how);
        return true;
    case CIM_BOOLEAN:
        *ret = a->boolean - b->boolean;
        return true;
    case CIM_CHAR16:
        *ret = a->char16 - b->char16;
        return true;
    case CIM_DATETIME:
        return order_datetimes(a->datetime, b->datetime, ret);
    case CIM_REFERENCE:
        *ret = !paths_equal(a->path, b->path, 0);
        return true;
    default:
        return false;
    }
}
