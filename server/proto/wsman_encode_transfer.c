/* Answers of Transfer and Invoke: one instance, or none. */

#include "server/proto/cimxml_class.h"
#include "server/proto/escape.h"
#include "server/proto/fragment.h"
#include "server/proto/wsman_encode_impl.h"
#include "server/proto/xml.h"

#define WXF_URI "http://schemas.xmlsoap.org/ws/2004/09/transfer"

/* ---- Header RequestedEPR (DSP0226 section 6.5) */

static void put_epr(struct buf *b, const struct wsman_epr *e, struct text namespace);

static void put_selector(struct buf *b, const struct wsman_selector *s, struct text namespace)
{
    buf_puts(b, "<wsman:Selector Name=\"");
    escape_put_attr(b, s->name);
    buf_puts(b, "\">");
    if (s->epr)
        put_epr(b, s->epr, namespace);
    else
        escape_put_text(b, s->value);
    buf_puts(b, "</wsman:Selector>");
}

/* Without a namespace it is the service's default, and if there is nothing else either, there is no set. */
static void put_selectors(struct buf *b, const struct wsman_epr *e, struct text namespace)
{
    const struct wsman_selector where = {.name = TEXT("__cimnamespace"),
                                         .value = e->namespace.n ? e->namespace : namespace};

    if (!where.value.n && !e->n_selectors)
        return;
    buf_puts(b, "<wsman:SelectorSet>");
    if (where.value.n)
        put_selector(b, &where, namespace);
    for (uint32_t i = 0; i < e->n_selectors; i++)
        put_selector(b, &e->selectors[i], namespace);
    buf_puts(b, "</wsman:SelectorSet>");
}

/* What the client named, with the namespace that it meant */
static void put_epr(struct buf *b, const struct wsman_epr *e, struct text namespace)
{
    buf_puts(b, "<wsa:EndpointReference>"
                "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>"
                "<wsa:ReferenceParameters><wsman:ResourceURI>");
    escape_put_text(b, e->resource_uri);
    buf_puts(b, "</wsman:ResourceURI>");
    put_selectors(b, e, namespace);
    buf_puts(b, "</wsa:ReferenceParameters></wsa:EndpointReference>");
}

static struct wsxml_style with_items(const struct wsxml_style *style, enum wsxml_items items)
{
    struct wsxml_style s = *style;

    s.items = items;
    return s;
}

/* i NULL: as the client named it */
static void put_requested_epr(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                              const struct cim_instance *i)
{
    const struct wsxml_style epr = with_items(style, WSXML_EPR);

    if (!q->request_epr)
        return;
    buf_puts(b, "<wsman:RequestedEPR>");
    if (i)
        wsxml_put(b, &epr, i);
    else
        put_epr(b, &q->target, style->namespace);
    buf_puts(b, "</wsman:RequestedEPR>");
}

static void put_epr_word(struct buf *b, const struct wsman_request *q, const char *word)
{
    if (q->request_epr)
        buf_printf(b, "<wsman:RequestedEPR><wsman:%s/></wsman:RequestedEPR>", word);
}

/* ---- Transfer */

static void put_object(struct buf *b, const struct wsxml_style *style, const struct cim_instance *i)
{
    const struct wsxml_style object = with_items(style, WSXML_OBJECT);

    wsxml_put(b, &object, i);
}

/* The header is repeated, so that the client knows that it was obeyed (DSP0226 R7.7) */
static void put_fragment_header(struct buf *b, const struct wsman_request *q)
{
    buf_puts(b, "<wsman:FragmentTransfer s:mustUnderstand=\"true\">");
    escape_put_text(b, q->fragment);
    buf_puts(b, "</wsman:FragmentTransfer>");
}

static void put_fragment(struct buf *b, const struct fragment *f, const struct wsxml_style *style,
                         const struct cim_instance *i)
{
    buf_puts(b, "<wsman:XmlFragment>");
    fragment_encode(b, f, style, i);
    buf_puts(b, "</wsman:XmlFragment>");
}

void wsman_encode_get(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                      const struct cim_instance *i)
{
    wsman_put_head(b, q, TEXT(WXF_URI "/Get"), "Response");
    put_requested_epr(b, q, style, i);
    wsman_put_body(b);
    put_object(b, style, i);
    wsman_put_tail(b);
}

void wsman_encode_get_fragment(struct buf *b, const struct wsman_request *q, const struct fragment *f,
                               const struct wsxml_style *style, const struct cim_instance *i)
{
    wsman_put_head(b, q, TEXT(WXF_URI "/Get"), "Response");
    put_fragment_header(b, q);
    put_requested_epr(b, q, style, i);
    wsman_put_body(b);
    put_fragment(b, f, style, i);
    wsman_put_tail(b);
}

void wsman_encode_put(struct buf *b, const struct wsman_request *q, const struct fragment *f,
                      const struct wsxml_style *style, const struct cim_instance *i)
{
    wsman_put_head(b, q, TEXT(WXF_URI "/Put"), "Response");
    if (f)
        put_fragment_header(b, q);
    put_requested_epr(b, q, style, i);
    wsman_put_body(b);
    if (i && f)
        put_fragment(b, f, style, i);
    else if (i)
        put_object(b, style, i);
    wsman_put_tail(b);
}

void wsman_encode_create(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                         const struct cim_instance *i)
{
    const struct wsxml_style reference = with_items(style, WSXML_REFERENCE);

    wsman_put_head(b, q, TEXT(WXF_URI "/Create"), "Response");
    put_epr_word(b, q, "EPRUnknown"); /* what was addressed is not what is there now: the body tells */
    wsman_put_body(b);
    buf_puts(b, "<wxf:ResourceCreated>");
    wsxml_put(b, &reference, i);
    buf_puts(b, "</wxf:ResourceCreated>");
    wsman_put_tail(b);
}

void wsman_encode_delete(struct buf *b, const struct wsman_request *q)
{
    wsman_put_head(b, q, TEXT(WXF_URI "/Delete"), "Response");
    put_epr_word(b, q, "EPRInvalid"); /* the exchange made it so */
    wsman_put_body(b);
    wsman_put_tail(b);
}

/* ---- Invoke */

void wsman_encode_invoke(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                         const struct cim_instance *out)
{
    const struct wsxml_style parameters = {.namespace = style->namespace,
                                           .wmi_uri = style->wmi_uri,
                                           .precise_arrays = style->precise_arrays,
                                           .uri = q->target.resource_uri};

    wsman_put_head(b, q, q->action_uri, "Response");
    put_requested_epr(b, q, style, NULL);
    wsman_put_body(b);
    wsxml_put(b, &parameters, out);
    wsman_put_tail(b);
}

/* ---- Metadata */

/* What an option says, or usual where it is absent */
static bool option(const struct wsman_request *q, const char *name, bool usual)
{
    for (uint32_t i = 0; i < q->n_options; i++)
        if (text_ieqs(q->options[i].name, name))
            return xml_true(q->options[i].value);
    return usual;
}

void wsman_encode_class(struct buf *b, const struct wsman_request *q, const struct cim_class *c)
{
    const struct wsxml_style nowhere = {0};
    const struct cimxml_class_options options = {.qualifiers = option(q, "IncludeQualifiers", true),
                                                 .class_origin = option(q, "IncludeClassOrigin", false),
                                                 .inherited = option(q, "IncludeInheritedElements", true)};

    wsman_put_head(b, q, TEXT(WXF_URI "/Get"), "Response");
    put_requested_epr(b, q, &nowhere, NULL);
    wsman_put_body(b);
    cimxml_put_class(b, c, &options);
    wsman_put_tail(b);
}
