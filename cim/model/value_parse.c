/* Text to value, and value of one type to value of another. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cim/model/path.h"
#include "cim/model/value.h"

enum { REAL_MAX_TEXT = 511, SHOWN = 60 }; /* longest real text read; bytes of bad text shown in a sentence */

static int refuse(struct cim_error *err, int status, enum cim_type type, struct text t)
{
    struct text shown = text_head(t, SHOWN);

    if (status == CIM_ERR_INVALID_PARAMETER)
        return cim_fail(err, status, "\"%.*s\" is out of the range of %s", (int)shown.n, shown.s, type_name(type));
    return cim_fail(err, status, "\"%.*s\" is no %s", (int)shown.n, shown.s, type_name(type));
}

/* 0 or CIM_ERR_INVALID_PARAMETER; err is the caller's matter */
static int put_integer(enum cim_type type, bool minus, uint64_t magnitude, struct cim_value *ret)
{
    if (!minus || magnitude == 0) {
        if (magnitude > type_max(type))
            return CIM_ERR_INVALID_PARAMETER;
        *ret = value_uint(type, magnitude);
        return 0;
    }
    if (magnitude > 0 - (uint64_t)type_min(type))
        return CIM_ERR_INVALID_PARAMETER;
    *ret = value_sint(type, (int64_t)(0 - magnitude));
    return 0;
}

static int put_real(enum cim_type type, double v, struct cim_value *ret)
{
    if (type == CIM_REAL32 && isfinite(v)) {
        v = (double)(float)v;
        if (isinf(v))
            return CIM_ERR_INVALID_PARAMETER;
    }
    *ret = value_real(type, v);
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Digits of base 10 or 16: 0, CIM_ERR_TYPE_MISMATCH for anything else, CIM_ERR_INVALID_PARAMETER beyond 64 bits */
static int read_digits(struct text t, unsigned base, uint64_t *ret)
{
    uint64_t v = 0;
    bool over = false;

    if (t.n == 0)
        return CIM_ERR_TYPE_MISMATCH;
    for (size_t i = 0; i < t.n; i++) {
        int d = hex_digit(t.s[i]);

        if (d < 0 || (unsigned)d >= base)
            return CIM_ERR_TYPE_MISMATCH;
        over |= v > (UINT64_MAX - (unsigned)d) / base;
        v = v * base + (unsigned)d;
    }
    *ret = v;
    return over ? CIM_ERR_INVALID_PARAMETER : 0;
}

static int parse_integer(enum cim_type type, struct text t, struct cim_value *ret)
{
    bool minus = t.n && t.s[0] == '-';
    unsigned base = 10;
    uint64_t v;
    int r;

    if (t.n && (t.s[0] == '-' || t.s[0] == '+'))
        t = (struct text){t.s + 1, t.n - 1};
    if (t.n > 2 && t.s[0] == '0' && (t.s[1] | 0x20) == 'x') {
        t = (struct text){t.s + 2, t.n - 2};
        base = 16;
    }
    r = read_digits(t, base, &v);
    return r ? r : put_integer(type, minus, v, ret);
}

static int parse_real(enum cim_type type, struct text t, struct cim_value *ret)
{
    char text[REAL_MAX_TEXT + 1], *end;
    double v;

    if (text_eq(t, TEXT("INF")) || text_eq(t, TEXT("-INF")))
        return put_real(type, t.s[0] == '-' ? -HUGE_VAL : HUGE_VAL, ret);
    if (text_eq(t, TEXT("NaN")))
        return put_real(type, (double)NAN, ret);
    if (t.n == 0 || t.n > REAL_MAX_TEXT)
        return CIM_ERR_TYPE_MISMATCH;
    for (size_t i = 0; i < t.n; i++)
        if (!memchr("0123456789+-.eE", t.s[i], 15))
            return CIM_ERR_TYPE_MISMATCH;
    memcpy(text, t.s, t.n);
    text[t.n] = '\0';
    v = strtod(text, &end);
    if (end != text + t.n)
        return CIM_ERR_TYPE_MISMATCH;
    return isinf(v) ? CIM_ERR_INVALID_PARAMETER : put_real(type, v, ret);
}

static int parse_boolean(struct text t, struct cim_value *ret)
{
    bool yes = text_ieqs(t, "true") || text_eq(t, TEXT("1"));

    if (!yes && !text_ieqs(t, "false") && !text_eq(t, TEXT("0")))
        return CIM_ERR_TYPE_MISMATCH;
    *ret = value_boolean(yes);
    return 0;
}

/* One character of the basic plane, from UTF-8 */
static int parse_char16(struct text t, struct cim_value *ret)
{
    const unsigned char *s = (const unsigned char *)t.s;
    size_t want;

    if (t.n == 0 || !text_is_utf8(t))
        return CIM_ERR_TYPE_MISMATCH;
    want = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (t.n != want)
        return CIM_ERR_TYPE_MISMATCH;
    if (want == 4)
        return CIM_ERR_INVALID_PARAMETER;
    if (want == 1)
        *ret = value_char16(s[0]);
    else if (want == 2)
        *ret = value_char16((uint16_t)((s[0] & 0x1F) << 6 | (s[1] & 0x3F)));
    else
        *ret = value_char16((uint16_t)((s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F)));
    return 0;
}

static int parse_datetime(struct arena *a, struct text t, struct cim_value *ret)
{
    struct cim_datetime d, *copy;

    if (!datetime_parse(t, &d) && !datetime_parse_iso(t, &d))
        return CIM_ERR_TYPE_MISMATCH;
    copy = arena_alloc(a, sizeof(*copy));
    if (!copy)
        return -ENOMEM;
    *copy = d;
    *ret = (struct cim_value){.type = CIM_DATETIME, .flags = CIM_VALUE_SET, .datetime = copy};
    return 0;
}

static int parse_string(struct arena *a, struct text t, struct cim_value *ret)
{
    char *s;

    if (t.n > UINT32_MAX)
        return CIM_ERR_INVALID_PARAMETER;
    s = arena_strndup(a, t.s, t.n);
    if (!s)
        return -ENOMEM;
    *ret = value_string((struct text){s, t.n});
    return 0;
}

static int parse_reference(struct arena *a, struct text t, struct cim_value *ret, struct cim_error *err)
{
    struct cim_path *p = arena_alloc(a, sizeof(*p));
    int r = p ? path_parse(a, t, p, err) : -ENOMEM;

    if (r == 0)
        *ret = (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = p};
    return r;
}

static int parse_scalar(struct arena *a, enum cim_type type, struct text t, struct cim_value *ret, struct cim_error *err)
{
    if (type_is_integer(type))
        return parse_integer(type, text_trim(t), ret);
    if (type_is_real(type))
        return parse_real(type, text_trim(t), ret);
    switch (type) {
    case CIM_BOOLEAN:
        return parse_boolean(text_trim(t), ret);
    case CIM_CHAR16:
        return parse_char16(t, ret);
    case CIM_STRING:
        return parse_string(a, t, ret);
    case CIM_DATETIME:
        return parse_datetime(a, text_trim(t), ret);
    case CIM_REFERENCE:
        return parse_reference(a, t, ret, err);
    default:
        return CIM_ERR_TYPE_MISMATCH;
    }
}

int value_parse(struct arena *a, enum cim_type type, struct text t, struct cim_value *ret, struct cim_error *err)
{
    int r = parse_scalar(a, type, t, ret, err);

    return r > 0 ? refuse(err, r, type, t) : r; /* an object path has said more already */
}

static int convert_items(struct arena *a, enum cim_type type, const struct cim_value *v, struct cim_value *ret,
                         struct cim_error *err)
{
    struct cim_value *items = arena_alloc(a, (size_t)v->len * sizeof(*items));

    if (!items)
        return -ENOMEM;
    for (uint32_t i = 0; i < v->len; i++) {
        int r = value_convert(a, type, &v->items[i], &items[i], err);

        if (r)
            return r;
    }
    *ret = value_array(type, items, v->len);
    return 0;
}

static int convert_number(enum cim_type type, const struct cim_value *v, struct cim_value *ret)
{
    bool minus = type_is_signed(v->type) && v->sint < 0;

    if (type_is_integer(type) && type_is_integer(v->type))
        return put_integer(type, minus, minus ? 0 - (uint64_t)v->sint : v->uint, ret);
    if (!type_is_real(type))
        return CIM_ERR_TYPE_MISMATCH;
    if (type_is_real(v->type))
        return put_real(type, v->real, ret);
    return put_real(type, minus ? (double)v->sint : (double)v->uint, ret);
}

static int char16_to_string(struct arena *a, const struct cim_value *v, struct cim_value *ret)
{
    struct buf b;
    int r;

    buf_init(&b, 4);
    value_print(&b, v);
    r = buf_ok(&b) ? parse_string(a, buf_view(&b), ret) : -ENOMEM;
    buf_fini(&b);
    return r;
}

static int convert_scalar(struct arena *a, enum cim_type type, const struct cim_value *v, struct cim_value *ret,
                          struct cim_error *err)
{
    int r = CIM_ERR_TYPE_MISMATCH;
    struct buf shown;

    if (v->type == type)
        return value_copy(a, v, ret) ? 0 : -ENOMEM;
    if (v->type == CIM_STRING)
        return value_parse(a, type, value_text(v), ret, err);
    if (type_is_numeric(type) && type_is_numeric(v->type))
        r = convert_number(type, v, ret);
    else if (type == CIM_STRING && v->type == CIM_CHAR16)
        return char16_to_string(a, v, ret);
    if (r == CIM_ERR_TYPE_MISMATCH)
        return cim_fail(err, r, "a %s is no %s", type_name(v->type), type_name(type));
    if (r == 0)
        return 0;
    buf_init(&shown, 512);
    value_print(&shown, v);
    r = refuse(err, r, type, buf_view(&shown));
    buf_fini(&shown);
    return r;
}

int value_convert(struct arena *a, enum cim_type type, const struct cim_value *v, struct cim_value *ret,
                  struct cim_error *err)
{
    if (value_is_null(v)) {
        *ret = value_null(type, value_is_array(v));
        return 0;
    }
    return value_is_array(v) ? convert_items(a, type, v, ret, err) : convert_scalar(a, type, v, ret, err);
}
