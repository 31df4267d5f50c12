#include "cim/model/value.h"

#include <math.h>
#include <string.h>

#include "cim/model/instance.h"
#include "cim/model/path.h"

enum kind { OTHER, UNSIGNED, SIGNED, REAL };

static const struct {
    const char *name;
    enum kind kind;
    uint8_t bits;
} types[CIM_TYPE_COUNT] = {
    [CIM_BOOLEAN] = {"boolean", OTHER, 0},     [CIM_UINT8] = {"uint8", UNSIGNED, 8},
    [CIM_SINT8] = {"sint8", SIGNED, 8},        [CIM_UINT16] = {"uint16", UNSIGNED, 16},
    [CIM_SINT16] = {"sint16", SIGNED, 16},     [CIM_UINT32] = {"uint32", UNSIGNED, 32},
    [CIM_SINT32] = {"sint32", SIGNED, 32},     [CIM_UINT64] = {"uint64", UNSIGNED, 64},
    [CIM_SINT64] = {"sint64", SIGNED, 64},     [CIM_REAL32] = {"real32", REAL, 32},
    [CIM_REAL64] = {"real64", REAL, 64},       [CIM_CHAR16] = {"char16", OTHER, 16},
    [CIM_STRING] = {"string", OTHER, 0},       [CIM_DATETIME] = {"datetime", OTHER, 0},
    [CIM_REFERENCE] = {"reference", OTHER, 0}, [CIM_INSTANCE] = {"instance", OTHER, 0},
};

struct cim_value value_null(enum cim_type type, bool is_array)
{
    return (struct cim_value){.type = (uint8_t)type, .flags = is_array ? CIM_VALUE_ARRAY : 0};
}

struct cim_value value_boolean(bool b)
{
    return (struct cim_value){.type = CIM_BOOLEAN, .flags = CIM_VALUE_SET, .boolean = b};
}

struct cim_value value_uint(enum cim_type type, uint64_t v)
{
    return (struct cim_value){.type = (uint8_t)type, .flags = CIM_VALUE_SET, .uint = v};
}

struct cim_value value_sint(enum cim_type type, int64_t v)
{
    return (struct cim_value){.type = (uint8_t)type, .flags = CIM_VALUE_SET, .sint = v};
}

struct cim_value value_real(enum cim_type type, double v)
{
    return (struct cim_value){.type = (uint8_t)type, .flags = CIM_VALUE_SET, .real = v};
}

struct cim_value value_char16(uint16_t c)
{
    return (struct cim_value){.type = CIM_CHAR16, .flags = CIM_VALUE_SET, .char16 = c};
}

struct cim_value value_string(struct text borrowed)
{
    return (struct cim_value){.type = CIM_STRING, .flags = CIM_VALUE_SET, .len = (uint32_t)borrowed.n, .str = borrowed.s};
}

struct cim_value value_array(enum cim_type type, const struct cim_value *items, uint32_t n)
{
    return (struct cim_value){.type = (uint8_t)type, .flags = CIM_VALUE_SET | CIM_VALUE_ARRAY, .len = n, .items = items};
}

const char *type_name(enum cim_type type)
{
    return type < CIM_TYPE_COUNT ? types[type].name : NULL;
}

enum cim_type type_of(struct text name)
{
    for (enum cim_type t = CIM_BOOLEAN; t < CIM_INSTANCE; t++)
        if (text_ieqs(name, types[t].name))
            return t;
    return CIM_TYPE_NONE;
}

/* UTF-8 of one code unit; half a surrogate pair is no character */
static void print_char16(struct buf *b, unsigned c)
{
    if (c >= 0xD800 && c <= 0xDFFF)
        c = 0xFFFD;
    if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        buf_char(b, (char)(0xC0 | c >> 6));
        buf_char(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_char(b, (char)(0xE0 | c >> 12));
        buf_char(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_char(b, (char)(0x80 | (c & 0x3F)));
    }
}

/* The spelling of xs:double */
static void print_real(struct buf *b, double v, int precision)
{
    if (isnan(v))
        buf_puts(b, "NaN");
    else if (isinf(v))
        buf_puts(b, v < 0 ? "-INF" : "INF");
    else
        buf_printf(b, "%.*g", precision, v);
}

static void print_datetime(struct buf *b, const struct cim_datetime *d)
{
    char text[DATETIME_TEXT + 1];

    datetime_print(d, text);
    buf_put(b, text, DATETIME_TEXT);
}

void value_print(struct buf *b, const struct cim_value *v)
{
    if (value_is_null(v) || value_is_array(v))
        return;
    if (type_is_unsigned(v->type))
        buf_u64(b, v->uint);
    else if (type_is_signed(v->type))
        buf_s64(b, v->sint);
    else if (type_is_real(v->type))
        print_real(b, v->real, v->type == CIM_REAL32 ? 9 : 17);
    else if (v->type == CIM_BOOLEAN)
        buf_puts(b, v->boolean ? "true" : "false");
    else if (v->type == CIM_CHAR16)
        print_char16(b, v->char16);
    else if (v->type == CIM_STRING)
        buf_text(b, value_text(v));
    else if (v->type == CIM_DATETIME)
        print_datetime(b, v->datetime);
    else if (v->type == CIM_REFERENCE)
        path_print(b, v->path, PATH_WBEM_URI);
}

static bool copy_items(struct arena *a, struct cim_value *v)
{
    struct cim_value *items = arena_alloc(a, (size_t)v->len * sizeof(*items));

    if (!items)
        return false;
    for (uint32_t i = 0; i < v->len; i++)
        if (!value_copy(a, &v->items[i], &items[i]))
            return false;
    v->items = items;
    return true;
}

static bool copy_datetime(struct arena *a, struct cim_value *v)
{
    struct cim_datetime *d = arena_alloc(a, sizeof(*d));

    if (!d)
        return false;
    *d = *v->datetime;
    v->datetime = d;
    return true;
}

static bool copy_path(struct arena *a, struct cim_value *v)
{
    struct cim_path *p = arena_alloc(a, sizeof(*p));

    if (!p || !path_copy(a, v->path, p))
        return false;
    v->path = p;
    return true;
}

bool value_copy(struct arena *a, const struct cim_value *v, struct cim_value *ret)
{
    struct cim_value copy = *v;
    bool ok = true;

    if (value_is_null(v)) {
        copy = value_null(v->type, value_is_array(v));
    } else if (value_is_array(v)) {
        ok = copy_items(a, &copy);
    } else if (v->type == CIM_STRING) {
        copy.str = arena_strndup(a, v->str, v->len);
        ok = copy.str != NULL;
    } else if (v->type == CIM_DATETIME) {
        ok = copy_datetime(a, &copy);
    } else if (v->type == CIM_REFERENCE) {
        ok = copy_path(a, &copy);
    } else if (v->type == CIM_INSTANCE) {
        copy.instance = instance_copy(a, v->instance);
        ok = copy.instance != NULL;
    }
    if (ok)
        *ret = copy;
    return ok;
}

static double as_real(const struct cim_value *v)
{
    if (type_is_real(v->type))
        return v->real;
    return type_is_signed(v->type) ? (double)v->sint : (double)v->uint;
}

static bool numbers_equal(const struct cim_value *a, const struct cim_value *b)
{
    double x, y;

    if (type_is_integer(a->type) && type_is_integer(b->type)) /* the same bits, unless one of them is negative */
        return a->uint == b->uint && (type_is_signed(a->type) == type_is_signed(b->type) || a->sint >= 0);
    x = as_real(a);
    y = as_real(b);
    return isnan(x) ? isnan(y) : x == y;
}

static bool items_equal(const struct cim_value *a, const struct cim_value *b)
{
    if (a->len != b->len)
        return false;
    for (uint32_t i = 0; i < a->len; i++)
        if (!value_equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}

bool value_equal(const struct cim_value *a, const struct cim_value *b)
{
    if (value_is_null(a) || value_is_null(b))
        return value_is_null(a) && value_is_null(b);
    if (value_is_array(a) || value_is_array(b))
        return value_is_array(a) && value_is_array(b) && items_equal(a, b);
    if (type_is_numeric(a->type) && type_is_numeric(b->type))
        return numbers_equal(a, b);
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case CIM_BOOLEAN:
        return a->boolean == b->boolean;
    case CIM_CHAR16:
        return a->char16 == b->char16;
    case CIM_STRING:
        return text_eq(value_text(a), value_text(b));
    case CIM_DATETIME:
        return datetime_compare(a->datetime, b->datetime) == 0;
    case CIM_REFERENCE:
        return path_equal(a->path, b->path);
    case CIM_INSTANCE:
        return instance_equal(a->instance, b->instance);
    default:
        return false;
    }
}
