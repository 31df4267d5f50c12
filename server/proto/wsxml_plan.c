/* Building plans: not on the hot path. */
#include <stdlib.h>

#include "server/proto/escape.h"
#include "server/proto/number.h"
#include "server/proto/wsxml_impl.h"

/* A pool of 64 MiB holds any class that a schema can hold. */
enum { POOL_MAX = 64 << 20 };

/* Constant text is gathered in between until the next value comes; then the runs of the value before it are known. */
struct builder {
    const struct cim_class *class, *as;
    const struct wsxml_style *style;
    struct wsxml_plan *plan;
    struct wsxml_op *ops; /* of the plan; places in the pool are kept as offsets until it is whole */
    struct buf pool, between;
    struct buf declaration;      /* of p, in the element of every property; empty where one around them has it */
    struct buf open, close, nil; /* of the newest value */
};

/* A place in the pool, made a pointer by builder_fini */
static const char *place(size_t offset)
{
    return (const char *)(uintptr_t)offset;
}

/* Empties a part; that it failed stays known. */
static void renew(struct builder *b, struct buf *part)
{
    b->pool.failed |= part->failed;
    buf_reset(part);
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
    renew(b, &b->between);
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

static void put_open(struct builder *b, struct buf *to, struct text name, const char *attributes)
{
    buf_printf(to, "<p:%.*s%s%s", (int)name.n, name.s, buf_cstr(&b->declaration), attributes);
}

static void set_tags(struct builder *b, const struct cim_property *p, const char *attributes)
{
    renew(b, &b->open);
    put_open(b, &b->open, p->name, attributes);
    finish_run(b, buf_view(&b->open));
    renew(b, &b->close);
    buf_printf(&b->close, "</p:%.*s>", (int)p->name.n, p->name.s);
    renew(b, &b->nil);
    if (p->is_array && b->plan->precise_arrays)
        put_open(b, &b->nil, p->name, WSXML_NULL_ARRAY);
    else if (!b->plan->omit_null)
        put_open(b, &b->nil, p->name, " xsi:nil=\"true\"/>");
}

static void add_property(struct builder *b, const struct cim_property *p)
{
    enum wsxml_writer w = wsxml_writer_of(property_value_type(p), false);
    struct wsxml_op op = {.writer = (uint8_t)(p->is_array ? WRITE_ARRAY : w), .item_writer = (uint8_t)w};
    struct buf item;

    if (p->is_array && p->flags & FEATURE_OCTETSTRING && p->type == CIM_UINT8)
        op.writer = WRITE_OCTETS;
    set_tags(b, p, op.writer == WRITE_OCTETS ? " xsi:type=\"cim:cimBase64Binary\">" : w == WRITE_EMBEDDED ? "" : ">");
    buf_init(&item, POOL_MAX);
    if (p->is_array)
        put_open(b, &item, p->name, " xsi:nil=\"true\"/>");
    add_op(b, p, op, buf_view(&item));
    renew(b, &item);
    buf_fini(&item);
}

static void put_class_uri(struct builder *b, struct buf *to, struct text class_name)
{
    size_t bound = wsxml_class_uri_bound(b->plan, (struct text){0}, class_name);
    char *uri = malloc(bound);

    if (!uri) {
        b->pool.failed = true;
        return;
    }
    buf_put(to, uri, (size_t)(wsxml_put_class_uri(b->plan, (struct text){0}, class_name, uri) - uri));
    free(uri);
}

static void put_declaration(struct builder *b, struct buf *to, const struct cim_class *c)
{
    buf_puts(to, " xmlns:p=\"");
    if (b->style->uri.n)
        escape_put_attr(to, b->style->uri);
    else
        put_class_uri(b, to, c->name);
    buf_puts(to, "\"");
}

/* A NULL key is left out: whoever uses such an EPR is told what is missing */
static void add_key(struct builder *b, const struct cim_property *p)
{
    enum wsxml_writer w = wsxml_writer_of(property_value_type(p), true);
    bool reference = w == WRITE_REFERENCE;

    if (p->is_array || w == WRITE_EMBEDDED) /* no keys */
        return;
    renew(b, &b->open);
    buf_printf(&b->open, "<wsman:Selector Name=\"%.*s\">%s", (int)p->name.n, p->name.s,
               reference ? "<wsa:EndpointReference>" : "");
    finish_run(b, buf_view(&b->open));
    renew(b, &b->nil);
    renew(b, &b->close);
    buf_printf(&b->close, "%s</wsman:Selector>", reference ? "</wsa:EndpointReference>" : "");
    add_op(b, p, (struct wsxml_op){.writer = (uint8_t)w, .item_writer = (uint8_t)w}, (struct text){0});
}

/* The content of an EPR */
static void add_reference(struct builder *b)
{
    const struct cim_class *c = b->class;

    buf_puts(&b->between, "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>"
                          "<wsa:ReferenceParameters><wsman:ResourceURI>");
    put_class_uri(b, &b->between, c->name);
    buf_puts(&b->between, "</wsman:ResourceURI><wsman:SelectorSet><wsman:Selector Name=\"__cimnamespace\">");
    escape_put_text(&b->between, b->plan->namespace);
    buf_puts(&b->between, "</wsman:Selector>");
    for (uint16_t i = 0; i < c->n_keys; i++)
        add_key(b, &c->properties[c->keys[i]]);
    buf_puts(&b->between, "</wsman:SelectorSet></wsa:ReferenceParameters>");
}

static void add_epr(struct builder *b)
{
    buf_puts(&b->between, "<wsa:EndpointReference>");
    add_reference(b);
    buf_puts(&b->between, "</wsa:EndpointReference>");
}

static bool is_chosen(const struct wsxml_style *style, struct text name)
{
    bool found = !style->names;

    for (uint32_t i = 0; i < style->n_names && !found; i++)
        found = text_ieq(style->names[i], name);
    return found;
}

static void add_properties(struct builder *b)
{
    for (uint16_t i = 0; i < b->as->n_properties; i++)
        if (is_chosen(b->style, b->as->properties[i].name))
            add_property(b, &b->as->properties[i]);
}

/* Whatever stands behind the properties belongs to the runs of the last one */
static void add_whole(struct builder *b)
{
    buf_puts(&b->between, "<p:");
    buf_text(&b->between, b->as->name);
    put_declaration(b, &b->between, b->as);
    buf_puts(&b->between, ">");
    add_properties(b);
    if (b->style->location) {
        buf_puts(&b->between, "<cim:Location>");
        add_reference(b);
        buf_puts(&b->between, "</cim:Location>");
    }
    buf_puts(&b->between, "</p:");
    buf_text(&b->between, b->as->name);
    buf_puts(&b->between, ">");
}

static void add_projection(struct builder *b)
{
    buf_puts(&b->between, "<wsman:XmlFragment");
    put_declaration(b, &b->between, b->as);
    buf_puts(&b->between, ">");
    add_properties(b);
    buf_puts(&b->between, "</wsman:XmlFragment>");
}

static void add_object(struct builder *b)
{
    if (b->style->names)
        add_projection(b);
    else
        add_whole(b);
}

static void add_object_and_epr(struct builder *b)
{
    buf_puts(&b->between, "<wsman:Item>");
    add_object(b);
    add_epr(b);
    buf_puts(&b->between, "</wsman:Item>");
}

static void add_bare_properties(struct builder *b)
{
    put_declaration(b, &b->declaration, b->as);
    add_properties(b);
}

static void (*const forms[])(struct builder *b) = {
    [WSXML_OBJECT] = add_object,
    [WSXML_EPR] = add_epr,
    [WSXML_OBJECT_AND_EPR] = add_object_and_epr,
    [WSXML_REFERENCE] = add_reference,
    [WSXML_PROPERTIES] = add_bare_properties,
};

static void add_fragment(struct builder *b)
{
    forms[b->style->items](b);
    finish_run(b, (struct text){"", 0});
    for (unsigned i = 0; i < WSXML_SLACK; i++)
        buf_char(&b->pool, ' ');
    b->plan->fixed += WSXML_SLACK;
}

static void builder_init(struct builder *b)
{
    buf_init(&b->pool, POOL_MAX);
    buf_init(&b->between, POOL_MAX);
    buf_init(&b->declaration, POOL_MAX);
    buf_init(&b->open, POOL_MAX);
    buf_init(&b->close, POOL_MAX);
    buf_init(&b->nil, POOL_MAX);
}

static bool is_whole(const struct builder *b)
{
    return buf_ok(&b->pool) && buf_ok(&b->between) && buf_ok(&b->declaration) && buf_ok(&b->open) &&
           buf_ok(&b->close) && buf_ok(&b->nil);
}

/* Gives the pool to the plan if nothing failed */
static bool builder_fini(struct builder *b)
{
    bool ok = is_whole(b);

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
    buf_fini(&b->declaration);
    buf_fini(&b->open);
    buf_fini(&b->close);
    buf_fini(&b->nil);
    return ok;
}

struct wsxml_plan *wsxml_plan_new(const struct cim_class *instance_class, const struct cim_class *as,
                                  const struct wsxml_style *style)
{
    /* The keys may be there twice: in an EPR and in cim:Location */
    size_t n = (size_t)as->n_properties + 2 * (size_t)instance_class->n_keys;
    size_t each = sizeof(struct wsxml_op) + 2 * sizeof(uint16_t);
    struct wsxml_plan *p = calloc(1, sizeof(*p) + n * each + style->namespace.n);
    struct builder b = {.class = instance_class, .as = as, .style = style, .plan = p};
    char *namespace;

    if (!p)
        return NULL;
    b.ops = (struct wsxml_op *)(p + 1);
    p->ops = b.ops;
    p->strings = (uint16_t *)(b.ops + n);
    p->variable = p->strings + n;
    namespace = (char *)(p->variable + n);
    if (style->namespace.n)
        memcpy(namespace, style->namespace.s, style->namespace.n);
    p->namespace = (struct text){namespace, style->namespace.n};
    p->wmi_uri = style->wmi_uri;
    p->omit_null = style->omit_null;
    p->precise_arrays = style->precise_arrays;
    builder_init(&b);
    add_fragment(&b);
    return builder_fini(&b) ? p : wsxml_plan_free(p);
}

struct wsxml_plan *wsxml_plan_free(struct wsxml_plan *p)
{
    if (p)
        free(p->pool);
    free(p);
    return NULL;
}

void wsxml_put(struct buf *b, const struct wsxml_style *style, const struct cim_instance *i)
{
    struct wsxml_plan *p = wsxml_plan_new(i->class, i->class, style);
    char *out = p ? malloc(wsxml_bound(p, i)) : NULL;

    if (out)
        buf_put(b, out, (size_t)(wsxml_encode(p, i, out) - out));
    else
        b->failed = true;
    free(out);
    wsxml_plan_free(p);
}
