#include "cim/core/record.h"

#include <errno.h>
#include <string.h>

enum { VERSION = 1, IS_ARRAY = 0x20, IS_SET = 0x40, TYPE_MASK = 0x1F };

struct reader {
    const unsigned char *at, *end;
    struct arena *arena;
    const struct cim_schema *schema;
    unsigned depth;
    int status; /* the first failure stays */
};

struct codec {
    void (*write)(struct buf *b, const struct cim_value *v);
    void (*read)(struct reader *r, struct cim_value *v); /* type and flags are set */
};

static const struct codec codecs[CIM_TYPE_COUNT];

static void write_instance(struct buf *b, const struct cim_instance *i);
static void read_instance(struct reader *r, struct cim_instance *i);

/* ---- Parts */

static void write_number(struct buf *b, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_char(b, (char)(n | 0x80));
    buf_char(b, (char)n);
}

static void write_signed(struct buf *b, int64_t n)
{
    write_number(b, (uint64_t)n << 1 ^ (uint64_t)(n >> 63));
}

static void write_text(struct buf *b, struct text t)
{
    write_number(b, t.n);
    buf_text(b, t);
}

static void damaged(struct reader *r)
{
    if (!r->status)
        r->status = -EBADMSG;
}

static unsigned read_byte(struct reader *r)
{
    if (r->status || r->at == r->end) {
        damaged(r);
        return 0;
    }
    return *r->at++;
}

static uint64_t read_number(struct reader *r)
{
    uint64_t n = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        const unsigned byte = read_byte(r);

        n |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return n;
    }
    damaged(r);
    return 0;
}

static int64_t read_signed(struct reader *r)
{
    const uint64_t n = read_number(r);

    return (int64_t)(n >> 1 ^ -(n & 1));
}

/* Borrowed from the data. */
static struct text read_text(struct reader *r)
{
    const uint64_t n = read_number(r);
    struct text t = {"", 0};

    if (n > (uint64_t)(r->end - r->at))
        damaged(r);
    if (r->status)
        return t;
    t = (struct text){(const char *)r->at, n};
    r->at += n;
    return t;
}

static void *take(struct reader *r, size_t n)
{
    void *p = r->status ? NULL : arena_alloc(r->arena, n);

    if (!p && !r->status)
        r->status = -ENOMEM;
    return p;
}

/* ---- Scalars */

static void write_boolean(struct buf *b, const struct cim_value *v)
{
    buf_char(b, v->boolean);
}

static void read_boolean(struct reader *r, struct cim_value *v)
{
    v->boolean = read_byte(r) != 0;
}

static void write_uint(struct buf *b, const struct cim_value *v)
{
    write_number(b, v->uint);
}

static void read_uint(struct reader *r, struct cim_value *v)
{
    v->uint = read_number(r);
    if (v->uint > type_max(v->type))
        damaged(r);
}

static void write_sint(struct buf *b, const struct cim_value *v)
{
    write_signed(b, v->sint);
}

static void read_sint(struct reader *r, struct cim_value *v)
{
    v->sint = read_signed(r);
    if (v->sint < type_min(v->type) || (v->sint > 0 && (uint64_t)v->sint > type_max(v->type)))
        damaged(r);
}

static void write_real(struct buf *b, const struct cim_value *v)
{
    uint64_t bits;

    memcpy(&bits, &v->real, sizeof(bits));
    for (unsigned i = 0; i < sizeof(bits); i++)
        buf_char(b, (char)(bits >> 8 * i));
}

static void read_real(struct reader *r, struct cim_value *v)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < sizeof(bits); i++)
        bits |= (uint64_t)read_byte(r) << 8 * i;
    memcpy(&v->real, &bits, sizeof(bits));
}

static void write_char16(struct buf *b, const struct cim_value *v)
{
    write_number(b, v->char16);
}

static void read_char16(struct reader *r, struct cim_value *v)
{
    const uint64_t c = read_number(r);

    if (c > UINT16_MAX)
        damaged(r);
    v->char16 = (uint16_t)c;
}

static void write_string(struct buf *b, const struct cim_value *v)
{
    write_text(b, value_text(v));
}

static void read_string(struct reader *r, struct cim_value *v)
{
    const struct text t = read_text(r);
    char *copy = take(r, t.n + 1);

    if (!copy)
        return;
    memcpy(copy, t.s, t.n);
    copy[t.n] = '\0';
    if (t.n > UINT32_MAX)
        damaged(r);
    v->str = copy;
    v->len = (uint32_t)t.n;
}

static void write_datetime(struct buf *b, const struct cim_value *v)
{
    char text[DATETIME_TEXT + 1];

    datetime_print(v->datetime, text);
    buf_put(b, text, DATETIME_TEXT);
}

static void read_datetime(struct reader *r, struct cim_value *v)
{
    struct cim_datetime *d = take(r, sizeof(*d));

    if (!d)
        return;
    if (r->end - r->at < DATETIME_TEXT || !datetime_parse((struct text){(const char *)r->at, DATETIME_TEXT}, d)) {
        damaged(r);
        return;
    }
    r->at += DATETIME_TEXT;
    v->datetime = d;
}

/* What would not be read again is not written. */
static void write_reference(struct buf *b, const struct cim_value *v)
{
    struct cim_path again;
    struct arena a;
    struct buf text;

    buf_init(&text, PATH_MAX_TEXT);
    arena_init(&a, 64 * PATH_MAX_TEXT);
    path_print(&text, v->path, PATH_WBEM_URI);
    if (!buf_ok(&text) || path_parse(&a, buf_view(&text), &again, NULL) != 0)
        b->failed = true;
    write_text(b, buf_view(&text));
    arena_fini(&a);
    buf_fini(&text);
}

static void read_reference(struct reader *r, struct cim_value *v)
{
    const struct text t = read_text(r);
    struct cim_path *path = take(r, sizeof(*path));
    char *copy = take(r, t.n + 1); /* a path borrows its text */
    int status;

    if (!path || !copy)
        return;
    memcpy(copy, t.s, t.n);
    status = path_parse(r->arena, (struct text){copy, t.n}, path, NULL);
    if (status)
        r->status = status < 0 ? status : -EBADMSG;
    v->path = path;
}

static void write_embedded(struct buf *b, const struct cim_value *v)
{
    write_text(b, v->instance->class->name);
    write_instance(b, v->instance);
}

/* One whose class is gone is read over, and is NULL. */
static void read_embedded(struct reader *r, struct cim_value *v)
{
    const struct cim_class *c = schema_class(r->schema, read_text(r));
    struct cim_instance *i = NULL;

    if (++r->depth > RECORD_MAX_DEPTH)
        damaged(r);
    if (c && !r->status && !(i = instance_new(r->arena, c)))
        r->status = -ENOMEM;
    read_instance(r, i);
    r->depth--;
    v->instance = i;
    if (!i)
        *v = value_null(CIM_INSTANCE, false);
}

static const struct codec codecs[CIM_TYPE_COUNT] = {
    [CIM_BOOLEAN] = {write_boolean, read_boolean},
    [CIM_UINT8] = {write_uint, read_uint},
    [CIM_SINT8] = {write_sint, read_sint},
    [CIM_UINT16] = {write_uint, read_uint},
    [CIM_SINT16] = {write_sint, read_sint},
    [CIM_UINT32] = {write_uint, read_uint},
    [CIM_SINT32] = {write_sint, read_sint},
    [CIM_UINT64] = {write_uint, read_uint},
    [CIM_SINT64] = {write_sint, read_sint},
    [CIM_REAL32] = {write_real, read_real},
    [CIM_REAL64] = {write_real, read_real},
    [CIM_CHAR16] = {write_char16, read_char16},
    [CIM_STRING] = {write_string, read_string},
    [CIM_DATETIME] = {write_datetime, read_datetime},
    [CIM_REFERENCE] = {write_reference, read_reference},
    [CIM_INSTANCE] = {write_embedded, read_embedded},
};

/* ---- Values */

static void write_value(struct buf *b, const struct cim_value *v)
{
    buf_char(b, (char)(v->type | (value_is_array(v) ? IS_ARRAY : 0) | (value_is_null(v) ? 0 : IS_SET)));
    if (value_is_null(v))
        return;
    if (!value_is_array(v)) {
        codecs[v->type].write(b, v);
        return;
    }
    write_number(b, v->len);
    for (uint32_t i = 0; i < v->len; i++) {
        buf_char(b, !value_is_null(&v->items[i]));
        if (!value_is_null(&v->items[i]))
            codecs[v->type].write(b, &v->items[i]);
    }
}

static void read_items(struct reader *r, struct cim_value *v)
{
    const uint64_t n = read_number(r);
    struct cim_value *items;

    if (n > (uint64_t)(r->end - r->at)) /* an item has a byte at least */
        damaged(r);
    items = take(r, n * sizeof(*items));
    for (uint64_t i = 0; items && !r->status && i < n; i++) {
        items[i] = value_null(v->type, false);
        if (read_byte(r) == 0)
            continue;
        items[i].flags |= CIM_VALUE_SET;
        codecs[v->type].read(r, &items[i]);
    }
    v->items = items;
    v->len = (uint32_t)n;
}

static struct cim_value read_value(struct reader *r)
{
    const unsigned head = read_byte(r), type = head & TYPE_MASK;
    struct cim_value v = value_null(CIM_STRING, false);

    if (type >= CIM_TYPE_COUNT || !codecs[type].read)
        damaged(r);
    if (r->status)
        return v;
    v = value_null((enum cim_type)type, head & IS_ARRAY);
    if (!(head & IS_SET))
        return v;
    v.flags |= CIM_VALUE_SET;
    if (head & IS_ARRAY)
        read_items(r, &v);
    else
        codecs[type].read(r, &v);
    return v;
}

/* ---- Instances */

static bool is_written(const struct cim_instance *i, uint16_t k)
{
    return !value_is_null(&i->values[k]) || !value_is_null(&i->class->defaults[k]);
}

static void write_instance(struct buf *b, const struct cim_instance *i)
{
    uint64_t n = 0;

    for (uint16_t k = 0; k < i->class->n_properties; k++)
        n += is_written(i, k);
    write_number(b, n);
    for (uint16_t k = 0; k < i->class->n_properties; k++)
        if (is_written(i, k)) {
            write_text(b, i->class->properties[k].name);
            write_value(b, &i->values[k]);
        }
}

/* As it is if the property is what it was; else converted, if that can be. */
static void assign(struct reader *r, struct cim_instance *i, const struct cim_property *p, const struct cim_value *v)
{
    const bool same = v->type == property_value_type(p) && value_is_array(v) == p->is_array;

    if (value_is_null(v))
        i->values[p->index] = value_null(property_value_type(p), p->is_array);
    else if (same && v->type != CIM_INSTANCE)
        i->values[p->index] = *v;
    else if (instance_set(i, r->arena, p->name, v, NULL) == -ENOMEM)
        r->status = -ENOMEM;
}

/* i NULL: only reads over it. */
static void read_instance(struct reader *r, struct cim_instance *i)
{
    for (uint64_t n = read_number(r); n > 0 && !r->status; n--) {
        const struct text name = read_text(r);
        const struct cim_property *p = i ? class_property(i->class, name) : NULL;
        const struct cim_value v = read_value(r);

        if (p && !r->status)
            assign(r, i, p, &v);
    }
}

static bool value_is_too_deep(const struct cim_value *v, unsigned depth);

static bool is_too_deep(const struct cim_instance *i, unsigned depth)
{
    bool deep = depth > RECORD_MAX_DEPTH;

    for (uint16_t k = 0; !deep && k < i->class->n_properties; k++)
        deep = i->values[k].type == CIM_INSTANCE && value_is_too_deep(&i->values[k], depth);
    return deep;
}

static bool value_is_too_deep(const struct cim_value *v, unsigned depth)
{
    bool deep = false;

    if (value_is_null(v))
        return false;
    if (!value_is_array(v))
        return is_too_deep(v->instance, depth + 1);
    for (uint32_t k = 0; !deep && k < v->len; k++)
        deep = !value_is_null(&v->items[k]) && is_too_deep(v->items[k].instance, depth + 1);
    return deep;
}

void record_write(struct buf *b, const struct cim_instance *i)
{
    if (is_too_deep(i, 0)) {
        b->failed = true;
        return;
    }
    buf_char(b, VERSION);
    write_instance(b, i);
}

int record_read(struct arena *a, const struct cim_schema *s, struct text data, struct cim_instance *i)
{
    struct reader r = {.at = (const unsigned char *)data.s,
                       .end = (const unsigned char *)data.s + data.n,
                       .arena = a,
                       .schema = s};

    if (read_byte(&r) != VERSION)
        damaged(&r);
    read_instance(&r, i);
    if (r.at != r.end)
        damaged(&r);
    return r.status;
}
