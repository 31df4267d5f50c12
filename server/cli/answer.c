#include "server/cli/answer.h"

#include <errno.h>
#include <string.h>

/* Behind the last of these characters. */
static struct text behind(struct text t, char mark)
{
    const char *found = t.n ? memrchr(t.s, mark, t.n) : NULL;

    return found ? (struct text){found + 1, t.n - (size_t)(found + 1 - t.s)} : t;
}

/* ---- Faults */

/* First element of that name anywhere below. */
static const struct xml_element *below(const struct xml_element *e, enum xml_ns ns, const char *name)
{
    const struct xml_element *found = xml_child(e, ns, name);

    for (const struct xml_element *c = e->children; c && !found; c = c->next)
        found = below(c, ns, name);
    return found;
}

static struct text text_in(const struct xml_element *e, enum xml_ns ns, const char *name)
{
    const struct xml_element *found = e ? xml_child(e, ns, name) : NULL;

    return found ? text_trim(found->text) : (struct text){"", 0};
}

/* s:Code/s:Subcode/s:Value, else s:Code/s:Value */
static struct text fault_code(const struct xml_element *fault)
{
    const struct xml_element *code = xml_child(fault, XML_NS_SOAP, "Code");
    const struct xml_element *subcode = code ? xml_child(code, XML_NS_SOAP, "Subcode") : NULL;
    struct text t = text_in(subcode, XML_NS_SOAP, "Value");

    return behind(t.n ? t : text_in(code, XML_NS_SOAP, "Value"), ':');
}

static int64_t cim_status(const struct xml_element *detail)
{
    int64_t n = 0;

    for (const struct xml_element *e = detail->children; e; e = e->next)
        if (text_eq(e->name, TEXT("CIM_Error")))
            for (const struct xml_element *p = e->children; p; p = p->next)
                if (text_eq(p->name, TEXT("CIMStatusCode")) && !text_to_s64(text_trim(p->text), &n))
                    n = 0;
    return n;
}

static void read_fault(const struct xml_element *fault, struct answer *ret)
{
    const struct xml_element *detail = xml_child(fault, XML_NS_SOAP, "Detail"), *provider;

    ret->is_fault = true;
    ret->code = fault_code(fault);
    ret->reason = text_in(xml_child(fault, XML_NS_SOAP, "Reason"), XML_NS_SOAP, "Text");
    if (!detail)
        return;
    ret->detail = behind(text_in(detail, XML_NS_WSMAN, "FaultDetail"), '/');
    ret->cim_status = cim_status(detail);
    provider = below(detail, XML_NS_MS_FAULT, "ProviderFault");
    if (provider)
        ret->provider = xml_attribute(provider, XML_NS_NONE, "provider");
}

int answer_read(struct arena *a, struct text bytes, struct answer *ret, struct cim_error *err)
{
    const struct xml_element *root, *body;
    int r = xml_parse(a, bytes, &root, err);

    *ret = (struct answer){0};
    if (r)
        return r < 0 ? r : 1;
    body = xml_is(root, XML_NS_SOAP, "Envelope") ? xml_child(root, XML_NS_SOAP, "Body") : NULL;
    if (!body)
        return cim_fail(err, 1, "the answer is no SOAP 1.2 message");
    ret->content = body->children;
    if (ret->content && xml_is(ret->content, XML_NS_SOAP, "Fault"))
        read_fault(ret->content, ret);
    return 0;
}

/* ---- Pages */

bool answer_page(const struct answer *answer, struct answer_page *ret)
{
    const struct xml_element *e = answer->content;

    *ret = (struct answer_page){0};
    if (!e || (!xml_is(e, XML_NS_WSEN, "EnumerateResponse") && !xml_is(e, XML_NS_WSEN, "PullResponse")))
        return false;
    for (const struct xml_element *c = e->children; c; c = c->next) {
        if (text_eq(c->name, TEXT("Items")))
            ret->items = c->children;
        else if (text_eq(c->name, TEXT("EndOfSequence")))
            ret->end = true;
        else if (xml_is(c, XML_NS_WSEN, "EnumerationContext"))
            ret->context = text_trim(c->text);
        else if (xml_is(c, XML_NS_MS_FAULT, "ProviderFault"))
            ret->missed = text_trim(c->text);
    }
    return true;
}

/* ---- Items */

static void read_fragment(const struct xml_element *e, struct item *ret)
{
    ret->object = e;
    if (e->children)
        ret->class_name = behind(e->children->uri, '/');
}

static void read_one(const struct xml_element *e, struct item *ret)
{
    if (xml_is(e, XML_NS_WSA, "EndpointReference")) {
        ret->epr = e;
    } else if (xml_is(e, XML_NS_WSMAN, "XmlFragment")) {
        read_fragment(e, ret);
    } else {
        ret->object = e;
        ret->class_name = e->name;
    }
}

void item_read(const struct xml_element *e, struct item *ret)
{
    *ret = (struct item){0};
    if (!xml_is(e, XML_NS_WSMAN, "Item")) {
        read_one(e, ret);
        return;
    }
    for (const struct xml_element *c = e->children; c; c = c->next)
        read_one(c, ret);
}

/* ---- Properties */

static bool is_property(const struct xml_element *e)
{
    return e->ns != XML_NS_CIM;
}

static struct field field_at(const struct xml_element *e)
{
    struct field f = {e, 0};

    while (e && is_property(e) && text_eq(e->name, f.first->name)) {
        f.n++;
        e = e->next;
    }
    return f;
}

bool field_next(const struct xml_element *object, struct field *f)
{
    const struct xml_element *e = f->first ? f->first : object->children;

    for (uint32_t i = 0; f->first && i < f->n; i++)
        e = e->next;
    while (e && !is_property(e))
        e = e->next;
    if (!e)
        return false;
    *f = field_at(e);
    return true;
}

struct field field_find(const struct xml_element *object, struct text name)
{
    for (const struct xml_element *e = object->children; e; e = e->next)
        if (is_property(e) && text_ieq(e->name, name))
            return field_at(e);
    return (struct field){0};
}

enum content content_of(const struct xml_element *e, struct text *ret_text)
{
    const struct xml_element *c = e->children;

    if (xml_true(xml_xsi(e, "nil")))
        return CONTENT_NULL;
    *ret_text = c ? c->text : e->text;
    if (!c)
        return xml_xsi(e, "type").n && content_class(e).n ? CONTENT_OBJECT : CONTENT_TEXT;
    if (c->ns == XML_NS_CIM)
        return CONTENT_TEXT;
    return c->ns == XML_NS_WSA ? CONTENT_REFERENCE : CONTENT_OBJECT;
}

struct text content_class(const struct xml_element *e)
{
    const struct text type = behind(text_trim(xml_xsi(e, "type")), ':'), suffix = TEXT("_Type");

    if (type.n > suffix.n && text_eq((struct text){type.s + type.n - suffix.n, suffix.n}, suffix))
        return (struct text){type.s, type.n - suffix.n};
    return (struct text){"", 0};
}

/* ---- Paths */

static bool read_selector(struct arena *a, const struct xml_element *e, struct cim_key *ret)
{
    const struct xml_element *epr = xml_child(e, XML_NS_WSA, "EndpointReference");
    struct cim_path *p;

    ret->name = xml_attribute(e, XML_NS_NONE, "Name");
    if (!epr && !e->children) {
        ret->value = value_string(e->text);
        return true;
    }
    p = arena_alloc(a, sizeof(*p));
    ret->value = (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = p};
    return p && epr_path(a, epr ? epr : e, p);
}

static bool is_namespace(const struct xml_element *e)
{
    return text_eq(xml_attribute(e, XML_NS_NONE, "Name"), TEXT("__cimnamespace"));
}

static bool read_selectors(struct arena *a, const struct xml_element *set, struct cim_path *ret)
{
    struct cim_key *keys = arena_zalloc(a, PATH_MAX_KEYS * sizeof(*keys));

    for (const struct xml_element *e = set->children; e && keys; e = e->next) {
        if (is_namespace(e))
            ret->namespace = text_trim(e->text);
        else if (ret->n_keys == PATH_MAX_KEYS || !read_selector(a, e, &keys[ret->n_keys++]))
            return false;
    }
    ret->keys = keys;
    return keys != NULL;
}

bool epr_path(struct arena *a, const struct xml_element *e, struct cim_path *ret)
{
    const struct xml_element *parameters = xml_child(e, XML_NS_WSA, "ReferenceParameters"), *set;

    *ret = (struct cim_path){0};
    if (!parameters) /* OMI's spelling */
        parameters = xml_child(e, XML_NS_WSA, "ReferenceProperties");
    if (!parameters)
        return false;
    ret->class_name = behind(text_in(parameters, XML_NS_WSMAN, "ResourceURI"), '/');
    set = xml_child(parameters, XML_NS_WSMAN, "SelectorSet");
    return ret->class_name.n && (!set || read_selectors(a, set, ret));
}
