#include "server/cli/request.h"

#include <string.h>

#include "server/proto/escape.h"

#define WXF "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define WSEN "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define CLASSES "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define ALL_CLASSES "http://schemas.dmtf.org/wbem/wscim/1/*"
#define METADATA "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/"

enum { MAX_KEY = PATH_MAX_TEXT };

/* ---- Parts */

static void put_element(struct buf *b, const char *name, struct text value)
{
    buf_printf(b, "<%s>", name);
    escape_put_text(b, value);
    buf_printf(b, "</%s>", name);
}

/* NULL writes nothing */
static void put_optional(struct buf *b, const char *name, const char *value)
{
    if (value)
        put_element(b, name, text_of(value));
}

static void put_uri(struct buf *b, const char *base, struct text class_name)
{
    if (text_eq(class_name, TEXT("*"))) {
        buf_puts(b, ALL_CLASSES);
        return;
    }
    buf_puts(b, base);
    escape_put_attr(b, class_name);
}

static void put_reference(struct buf *b, const struct cim_path *p, struct text namespace);

static void put_value_text(struct buf *b, const struct cim_value *v)
{
    struct buf text;

    buf_init(&text, MAX_KEY);
    value_print(&text, v);
    escape_put_text(b, buf_view(&text));
    b->failed |= text.failed;
    buf_fini(&text);
}

static void put_selector(struct buf *b, const struct cim_key *k, struct text namespace)
{
    buf_puts(b, "<wsman:Selector Name=\"");
    escape_put_attr(b, k->name);
    buf_puts(b, "\">");
    if (k->value.type == CIM_REFERENCE) {
        buf_puts(b, "<wsa:EndpointReference>");
        put_reference(b, k->value.path, namespace);
        buf_puts(b, "</wsa:EndpointReference>");
    } else {
        put_value_text(b, &k->value);
    }
    buf_puts(b, "</wsman:Selector>");
}

/* p NULL: the namespace alone */
static void put_selectors(struct buf *b, const struct cim_path *p, struct text namespace)
{
    const struct text inner = p && p->namespace.n ? p->namespace : namespace;

    if (!inner.n && (!p || !p->n_keys))
        return;
    buf_puts(b, "<wsman:SelectorSet>");
    if (inner.n) {
        buf_puts(b, "<wsman:Selector Name=\"__cimnamespace\">");
        escape_put_text(b, inner);
        buf_puts(b, "</wsman:Selector>");
    }
    for (uint32_t i = 0; p && i < p->n_keys; i++)
        put_selector(b, &p->keys[i], inner);
    buf_puts(b, "</wsman:SelectorSet>");
}

/* What is inside of an endpoint reference; paths do not nest deeper than PATH_MAX_DEPTH. */
static void put_reference(struct buf *b, const struct cim_path *p, struct text namespace)
{
    buf_puts(b, "<wsa:Address>" ANONYMOUS "</wsa:Address><wsa:ReferenceParameters><wsman:ResourceURI>");
    put_uri(b, CLASSES, p->class_name);
    buf_puts(b, "</wsman:ResourceURI>");
    put_selectors(b, p, namespace);
    buf_puts(b, "</wsa:ReferenceParameters>");
}

/* ---- The envelope */

static void put_start(struct buf *b)
{
    buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
                " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
                " xmlns:wsman=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""
                " xmlns:wsmb=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\""
                " xmlns:wsen=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""
                " xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\""
                " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
}

/* What is asked of: a class or an instance, in one of the families of URIs. */
struct addressee {
    const char *base;
    struct text class_name;
    const struct cim_path *path; /* NULL without keys */
    const char *options;         /* an OptionSet, or NULL */
};

/* action NULL is a method of the class */
static void put_head(struct buf *b, const struct message *m, const struct addressee *to, const char *action,
                     const char *method)
{
    put_start(b);
    buf_puts(b, "<s:Header><wsa:Action s:mustUnderstand=\"true\">");
    if (action) {
        buf_puts(b, action);
    } else {
        put_uri(b, to->base, to->class_name);
        buf_char(b, '/');
        escape_put_text(b, text_of(method));
    }
    buf_puts(b, "</wsa:Action><wsa:To s:mustUnderstand=\"true\">");
    escape_put_text(b, text_of(m->to));
    buf_puts(b, "</wsa:To><wsman:ResourceURI s:mustUnderstand=\"true\">");
    put_uri(b, to->base, to->class_name);
    buf_printf(b, "</wsman:ResourceURI><wsa:MessageID s:mustUnderstand=\"true\">%s</wsa:MessageID>", m->id);
    buf_puts(b, "<wsa:ReplyTo><wsa:Address>" ANONYMOUS "</wsa:Address></wsa:ReplyTo>");
    buf_printf(b, "<wsman:MaxEnvelopeSize s:mustUnderstand=\"true\">%d</wsman:MaxEnvelopeSize>", REQUEST_ENVELOPE);
    if (m->timeout) {
        buf_puts(b, "<wsman:OperationTimeout>PT");
        buf_u64(b, m->timeout);
        buf_puts(b, "S</wsman:OperationTimeout>");
    }
    put_selectors(b, to->path, m->namespace);
    if (to->options)
        buf_puts(b, to->options);
    buf_puts(b, "</s:Header><s:Body>");
}

static void put_tail(struct buf *b)
{
    buf_puts(b, "</s:Body></s:Envelope>");
}

void request_identify(struct buf *b)
{
    put_start(b);
    buf_puts(b, "<s:Header/><s:Body><wsmid:Identify/>");
    put_tail(b);
}

/* ---- Enumeration */

static void put_association(struct buf *b, const struct request_association *q, struct text namespace)
{
    const char *name = q->references ? "wsmb:AssociationInstances" : "wsmb:AssociatedInstances";

    buf_printf(b, "<%s><wsmb:Object>", name);
    put_reference(b, q->object, namespace);
    buf_puts(b, "</wsmb:Object>");
    put_optional(b, "wsmb:AssociationClassName", q->association_class);
    put_optional(b, "wsmb:Role", q->role);
    put_optional(b, "wsmb:ResultClassName", q->result_class);
    put_optional(b, "wsmb:ResultRole", q->result_role);
    for (uint32_t i = 0; i < q->n_properties; i++)
        put_element(b, "wsmb:IncludeResultProperty", q->properties[i]);
    buf_printf(b, "</%s>", name);
}

static void put_filter(struct buf *b, const struct request_list *l, struct text namespace)
{
    static const char *const dialects[] = {
        [REQUEST_WQL] = "http://schemas.microsoft.com/wbem/wsman/1/WQL",
        [REQUEST_CQL] = "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf",
        [REQUEST_ASSOCIATION] = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter",
    };

    if (l->dialect == REQUEST_NO_FILTER)
        return;
    buf_printf(b, "<wsman:Filter Dialect=\"%s\">", dialects[l->dialect]);
    if (l->dialect == REQUEST_ASSOCIATION)
        put_association(b, l->association, namespace);
    else
        escape_put_text(b, l->query);
    buf_puts(b, "</wsman:Filter>");
}

static struct addressee list_of(const struct request_list *l)
{
    return (struct addressee){.base = CLASSES, .class_name = l->class_name};
}

static void put_number(struct buf *b, const char *name, uint64_t n)
{
    buf_printf(b, "<%s>", name);
    buf_u64(b, n);
    buf_printf(b, "</%s>", name);
}

void request_enumerate(struct buf *b, const struct message *m, const struct request_list *l, uint64_t max_elements)
{
    static const char *const depths[] = {[REQUEST_SHALLOW] = "None", [REQUEST_BASE] = "ExcludeSubClassProperties"};
    const struct addressee to = list_of(l);

    put_head(b, m, &to, WSEN "Enumerate", NULL);
    buf_puts(b, "<wsen:Enumerate><wsman:OptimizeEnumeration/>");
    put_number(b, "wsman:MaxElements", max_elements);
    put_filter(b, l, m->namespace);
    if (l->paths)
        buf_puts(b, "<wsman:EnumerationMode>EnumerateEPR</wsman:EnumerationMode>");
    if (l->depth != REQUEST_DEEP)
        put_element(b, "wsmb:PolymorphismMode", text_of(depths[l->depth]));
    buf_puts(b, "</wsen:Enumerate>");
    put_tail(b);
}

void request_pull(struct buf *b, const struct message *m, const struct request_list *l, struct text context,
                  uint64_t max_elements)
{
    const struct addressee to = list_of(l);

    put_head(b, m, &to, WSEN "Pull", NULL);
    buf_puts(b, "<wsen:Pull>");
    put_element(b, "wsen:EnumerationContext", context);
    put_number(b, "wsen:MaxElements", max_elements);
    buf_puts(b, "</wsen:Pull>");
    put_tail(b);
}

void request_release(struct buf *b, const struct message *m, const struct request_list *l, struct text context)
{
    const struct addressee to = list_of(l);

    put_head(b, m, &to, WSEN "Release", NULL);
    buf_puts(b, "<wsen:Release>");
    put_element(b, "wsen:EnumerationContext", context);
    buf_puts(b, "</wsen:Release>");
    put_tail(b);
}

/* ---- Transfer and Invoke */

static void put_item(struct buf *b, const struct assignment *x, struct text item, struct text namespace)
{
    struct arena a;
    struct cim_path p;

    if (!x->is_reference) {
        escape_put_text(b, item);
        return;
    }
    arena_init(&a, 1 << 20);
    if (words_like_path(&a, item, &p))
        put_reference(b, &p, namespace);
    else
        b->failed = true; /* it was one when is_reference was set: memory is out */
    arena_fini(&a);
}

static void put_values(struct buf *b, const struct assignment *values, uint32_t n, struct text namespace)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct assignment *x = &values[i];
        const int length = (int)x->name.n;

        if (x->is_null)
            buf_printf(b, "<p:%.*s xsi:nil=\"true\"/>", length, x->name.s);
        for (uint32_t k = 0; k < x->n_items; k++) {
            buf_printf(b, "<p:%.*s>", length, x->name.s);
            put_item(b, x, x->items[k], namespace);
            buf_printf(b, "</p:%.*s>", length, x->name.s);
        }
    }
}

/* <p:NAMEsuffix xmlns:p="URI of the class">values</...> */
static void put_object(struct buf *b, struct text name, const char *suffix, struct text class_name,
                       const struct assignment *values, uint32_t n, struct text namespace)
{
    buf_printf(b, "<p:%.*s%s xmlns:p=\"", (int)name.n, name.s, suffix);
    put_uri(b, CLASSES, class_name);
    buf_puts(b, "\">");
    put_values(b, values, n, namespace);
    buf_printf(b, "</p:%.*s%s>", (int)name.n, name.s, suffix);
}

static struct addressee instance_of(const struct cim_path *p)
{
    return (struct addressee){.base = CLASSES, .class_name = p->class_name, .path = p};
}

void request_get(struct buf *b, const struct message *m, const struct cim_path *p)
{
    const struct addressee to = instance_of(p);

    put_head(b, m, &to, WXF "Get", NULL);
    put_tail(b);
}

void request_put(struct buf *b, const struct message *m, const struct cim_path *p, const struct assignment *values,
                 uint32_t n)
{
    const struct addressee to = instance_of(p);

    put_head(b, m, &to, WXF "Put", NULL);
    put_object(b, p->class_name, "", p->class_name, values, n, m->namespace);
    put_tail(b);
}

void request_create(struct buf *b, const struct message *m, struct text class_name, const struct assignment *values,
                    uint32_t n)
{
    const struct addressee to = {.base = CLASSES, .class_name = class_name};

    put_head(b, m, &to, WXF "Create", NULL);
    put_object(b, class_name, "", class_name, values, n, m->namespace);
    put_tail(b);
}

void request_delete(struct buf *b, const struct message *m, const struct cim_path *p)
{
    const struct addressee to = instance_of(p);

    put_head(b, m, &to, WXF "Delete", NULL);
    put_tail(b);
}

void request_invoke(struct buf *b, const struct message *m, const struct cim_path *p, const char *method,
                    const struct assignment *values, uint32_t n)
{
    const struct addressee to = instance_of(p);

    put_head(b, m, &to, NULL, method);
    put_object(b, text_of(method), "_INPUT", p->class_name, values, n, m->namespace);
    put_tail(b);
}

void request_class(struct buf *b, const struct message *m, struct text class_name)
{
    const struct addressee to = {.base = METADATA,
                                 .class_name = class_name,
                                 .options =
                                     "<wsman:OptionSet><wsman:Option Name=\"IncludeQualifiers\">true</wsman:Option>"
                                     "</wsman:OptionSet>"};

    put_head(b, m, &to, WXF "Get", NULL);
    put_tail(b);
}
