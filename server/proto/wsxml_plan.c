/* Building plans: not on the hot path. */
#include <stdlib.h>

#include "server/proto/escape.h"
#include "server/proto/number.h"
#include "server/proto/wsxml_impl.h"

/* A pool of 64 MiB holds any class that a schema can hold. */
enum { POOL_MAX = 64 << 20 };

/* Constant text is gathered in between until the next value comes; then the runs of the value before it are known. */
struct builder {
    struct wsxml_plan *plan;
    struct wsxml_op *ops; /* of the plan; places in the pool are kept as offsets until it is whole */
    struct buf pool, between;
    struct buf open, close, nil; /* of the newest value */
};

/* A place in the pool, made a pointer by builder_fini */
static const char *place(size_t offset)
{
    return (const char *)(uintptr_t)offset;
}

static void finish_run(struct builder *b, struct text open)
{
    struct wsxml_plan *p = b->plan;
    struct wsxml_op *op = p->n_ops ? &b->ops[p->n_ops - 1] : NULL;
    size_t start = b->pool.len;

    if (op)
        buf_text(&b->pool, buf_view(&b->close));
    buf_text(&b->pool, buf_view(&b->between));
    buf_text(&b->pool, open);
    if (!op) {
        p->head_len = (uint32_t)b->pool.len;
        p->fixed += p->head_len;
    } else {
        op->after = place(start);
        op->after_len = (uint32_t)(b->pool.len - start);
        op->close_len = (uint32_t)b->close.len;
        op->nil = place(b->pool.len);
        buf_text(&b->pool, buf_view(&b->nil));
        buf_text(&b->pool, buf_view(&b->between));
        buf_text(&b->pool, open);
        op->nil_len = (uint32_t)(b->pool.len - (uintptr_t)op->nil);
        p->fixed += op->after_len > op->nil_len ? op->after_len : op->nil_len;
    }
    buf_reset(&b->between);
}

/* Most that a value of fixed size takes */
static size_t fixed_size(const struct wsxml_op *op)
{
    return op->writer == WRITE_DATETIME || op->writer == WRITE_DATETIME_KEY
               ? sizeof("<cim:CIM_DateTime></cim:CIM_DateTime>") + NUMBER_DATETIME_ROOM
               : NUMBER_ROOM;
}

static bool is_variable(const struct wsxml_op *op)
{
    return op->writer >= WRITE_REFERENCE;
}

/* The next value, with the tags in b->open, b->close, b->nil. nil_item: where there may be NULL items, else empty. */
static void add_op(struct builder *b, const struct cim_property *property, struct wsxml_op op, struct text nil_item)
{
    struct wsxml_plan *p = b->plan;
    struct cim_value v = {.type = (uint8_t)property_value_type(property),
                          .flags = CIM_VALUE_SET | (property->is_array ? CIM_VALUE_ARRAY : 0)};

    op.index = property->index;
    op.tag = wsxml_tag(&v);
    op.open_len = (uint32_t)b->open.len;
    op.open = place(b->pool.len - b->open.len);
    op.nil_item = place(b->pool.len);
    op.nil_item_len = (uint32_t)nil_item.n;
    buf_text(&b->pool, nil_item);
    if (op.writer == WRITE_STRING)
        p->strings[p->n_strings++] = op.index;
    else if (is_variable(&op))
        p->variable[p->n_variable++] = p->n_ops;
    else
        p->fixed += fixed_size(&op);
    b->ops[p->n_ops++] = op;
}

static void set_tags(struct builder *b, struct text name, const char *attributes)
{
    buf_reset(&b->open);
    buf_printf(&b->open, "<p:%.*s%s", (int)name.n, name.s, attributes);
    finish_run(b, buf_view(&b->open));
    buf_reset(&b->close);
    buf_printf(&b->close, "</p:%.*s>", (int)name.n, name.s);
    buf_reset(&b->nil);
    if (!b->plan->omit_null)
        buf_printf(&b->nil, "<p:%.*s xsi:nil=\"true\"/>", (int)name.n, name.s);
}

static void add_property(struct builder *b, const struct cim_property *p)
{
    enum wsxml_writer w = wsxml_writer_of(property_value_type(p), false);
    struct wsxml_op op = {.writer = (uint8_t)(p->is_array ? WRITE_ARRAY : w), .item_writer = (uint8_t)w};
    struct buf item;

    if (p->is_array && p->flags & FEATURE_OCTETSTRING && p->type == CIM_UINT8)
        op.writer = WRITE_OCTETS;
    set_tags(b, p->name,
             op.writer == WRITE_OCTETS ? " xsi:type=\"cim:cimBase64Binary\">"
             : w == WRITE_EMBEDDED     ? ""
                                       : ">");
    buf_init(&item, POOL_MAX);
    if (p->is_array)
        buf_printf(&item, "<p:%.*s xsi:nil=\"true\"/>", (int)p->name.n, p->name.s);
    add_op(b, p, op, buf_view(&item));
    buf_fini(&item);
}

static void put_uri(struct builder *b, struct text class_name)
{
    size_t bound = wsxml_class_uri_bound(b->plan, (struct text){0}, class_name);
    char *uri = malloc(bound);

    if (!uri) {
        b->pool.failed = true;
        return;
    }
    buf_put(&b->between, uri, (size_t)(wsxml_put_class_uri(b->plan, (struct text){0}, class_name, uri) - uri));
    free(uri);
}

static void add_object(struct builder *b, const struct cim_class *as)
{
    buf_puts(&b->between, "<p:");
    buf_text(&b->between, as->name);
    buf_puts(&b->between, " xmlns:p=\"");
    put_uri(b, as->name);
    buf_puts(&b->between, "\">");
    for (uint16_t i = 0; i < as->n_properties; i++)
        add_property(b, &as->properties[i]);
    /* The runs of the last property end with what follows now */
    buf_puts(&b->between, "</p:");
    buf_text(&b->between, as->name);
    buf_puts(&b->between, ">");
}

/* A NULL key is left out: whoever uses such an EPR is told what is missing */
static void add_key(struct builder *b, const struct cim_property *p)
{
    enum wsxml_writer w = wsxml_writer_of(property_value_type(p), true);
    bool reference = w == WRITE_REFERENCE;

    if (p->is_array || w == WRITE_EMBEDDED) /* no keys */
        return;
    buf_reset(&b->open);
    buf_printf(&b->open, "<wsman:Selector Name=\"%.*s\">%s", (int)p->name.n, p->name.s,
               reference ? "<wsa:EndpointReference>" : "");
    finish_run(b, buf_view(&b->open));
    buf_reset(&b->nil);
    buf_reset(&b->close);
    buf_printf(&b->close, "%s</wsman:Selector>", reference ? "</wsa:EndpointReference>" : "");
    add_op(b, p, (struct wsxml_op){.writer = (uint8_t)w, .item_writer = (uint8_t)w}, (struct text){0});
}

static void add_epr(struct builder *b, const struct cim_class *c)
{
    buf_puts(&b->between, "<wsa:EndpointReference>"
                          "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>"
                          "<wsa:ReferenceParameters><wsman:ResourceURI>");
    put_uri(b, c->name);
    buf_puts(&b->between, "</wsman:ResourceURI><wsman:SelectorSet><wsman:Selector Name=\"__cimnamespace\">");
    escape_put_text(&b->between, b->plan->namespace);
    buf_puts(&b->between, "</wsman:Selector>");
    for (uint16_t i = 0; i < c->n_keys; i++)
        add_key(b, &c->properties[c->keys[i]]);
    buf_puts(&b->between, "</wsman:SelectorSet></wsa:ReferenceParameters></wsa:EndpointReference>");
}

static void add_fragment(struct builder *b, const struct cim_class *c, const struct cim_class *as,
                         enum wsxml_items items)
{
    if (items == WSXML_OBJECT_AND_EPR)
        buf_puts(&b->between, "<wsman:Item>");
    if (items != WSXML_EPR)
        add_object(b, as);
    if (items != WSXML_OBJECT)
        add_epr(b, c);
    if (items == WSXML_OBJECT_AND_EPR)
        buf_puts(&b->between, "</wsman:Item>");
    finish_run(b, (struct text){"", 0});
    for (unsigned i = 0; i < WSXML_SLACK; i++)
        buf_char(&b->pool, ' ');
    b->plan->fixed += WSXML_SLACK;
}

static void builder_init(struct builder *b, struct wsxml_plan *p, struct wsxml_op *ops)
{
    b->plan = p;
    b->ops = ops;
    buf_init(&b->pool, POOL_MAX);
    buf_init(&b->between, POOL_MAX);
    buf_init(&b->open, POOL_MAX);
    buf_init(&b->close, POOL_MAX);
    buf_init(&b->nil, POOL_MAX);
}

/* Gives the pool to the plan if nothing failed */
static bool builder_fini(struct builder *b)
{
    bool ok = buf_ok(&b->pool) && buf_ok(&b->between) && buf_ok(&b->open) && buf_ok(&b->close) && buf_ok(&b->nil);

    if (ok) {
        for (uint16_t i = 0; i < b->plan->n_ops; i++) {
            struct wsxml_op *op = &b->ops[i];

            op->after = b->pool.data + (uintptr_t)op->after;
            op->nil = b->pool.data + (uintptr_t)op->nil;
            op->open = b->pool.data + (uintptr_t)op->open;
            op->nil_item = b->pool.data + (uintptr_t)op->nil_item;
        }
        b->plan->pool = b->pool.data;
        b->pool.data = NULL;
    }
    buf_fini(&b->pool);
    buf_fini(&b->between);
    buf_fini(&b->open);
    buf_fini(&b->close);
    buf_fini(&b->nil);
    return ok;
}

struct wsxml_plan *wsxml_plan_new(const struct cim_class *instance_class, const struct cim_class *as,
                                  const struct wsxml_style *style)
{
    size_t n = (size_t)as->n_properties + instance_class->n_keys;
    size_t each = sizeof(struct wsxml_op) + 2 * sizeof(uint16_t);
    struct wsxml_plan *p = calloc(1, sizeof(*p) + n * each + style->namespace.n);
    struct wsxml_op *ops = (struct wsxml_op *)(p + 1);
    struct builder b;
    char *namespace;

    if (!p)
        return NULL;
    p->ops = ops;
    p->strings = (uint16_t *)(ops + n);
    p->variable = p->strings + n;
    namespace = (char *)(p->variable + n);
    if (style->namespace.n)
        memcpy(namespace, style->namespace.s, style->namespace.n);
    p->namespace = (struct text){namespace, style->namespace.n};
    p->wmi_uri = style->wmi_uri;
    p->omit_null = style->omit_null;
    builder_init(&b, p, ops);
    add_fragment(&b, instance_class, as, style->items);
    return builder_fini(&b) ? p : wsxml_plan_free(p);
}

struct wsxml_plan *wsxml_plan_free(struct wsxml_plan *p)
{
    if (p)
        free(p->pool);
    free(p);
    return NULL;
}
