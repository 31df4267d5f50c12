/* SelectorSet and endpoint references (DSP0226 sections 5.1 and 5.4, digest section 4), read from XML. */
#include <errno.h>

#include "cim/model/path.h"
#include "server/proto/wsman_impl.h"

/* EPRs in selectors of EPRs in selectors: no association of associations is deeper. */
enum { EPR_MAX_DEPTH = 4 };

static int add_namespace(struct arena *a, struct wsman_epr *epr, const struct xml_element *e, bool *seen,
                         struct wsman_fault *f)
{
    struct cim_error err = {0};
    struct text namespace;
    int r;

    if (*seen)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "DuplicateSelectors", "selector __cimnamespace is given twice");
    *seen = true;
    r = namespace_normalise(a, text_trim(e->text), &namespace, &err);
    if (r > 0)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "InvalidValue", "__cimnamespace: %s", err.message);
    if (r == 0 && epr->wmi_uri && !text_ieq(epr->namespace, namespace))
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "UnexpectedSelectors",
                          "__cimnamespace is not the namespace of the resource URI");
    if (r == 0)
        epr->namespace = namespace;
    return r;
}

/* White space around a nested EPR, or around the elements of one, is none of the value. */
static int add_selector(struct arena *a, struct wsman_epr *epr, struct wsman_selector *list, struct text name,
                        const struct xml_element *e, unsigned depth, struct wsman_fault *f)
{
    struct wsman_epr *inner = NULL;
    int r = 0;

    for (uint32_t i = 0; i < epr->n_selectors; i++)
        if (text_ieq(list[i].name, name))
            return wsman_fail(f, WSMAN_INVALID_SELECTORS, "DuplicateSelectors", "selector %.*s is given twice",
                              (int)name.n, name.s);
    if (e->children) {
        inner = arena_zalloc(a, sizeof(*inner));
        r = inner ? epr_read(a, e, depth + 1, inner, f) : -ENOMEM;
    }
    list[epr->n_selectors++] =
        (struct wsman_selector){.name = name, .value = inner ? (struct text){"", 0} : e->text, .epr = inner};
    return r;
}

/* Of class metadata: the class, beside a URI that says "all". */
static int take_class_name(struct wsman_epr *epr, struct text name, struct wsman_fault *f)
{
    if (name.n == 0)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "InvalidValue", "selector ClassName is empty");
    if (!text_eq(epr->class_name, TEXT("*")) && !text_ieq(epr->class_name, name))
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "UnexpectedSelectors",
                          "selector ClassName is not the class that was named before");
    epr->class_name = name;
    return 0;
}

static int read_selector(struct arena *a, struct wsman_epr *epr, struct wsman_selector *list, bool *has_namespace,
                         const struct xml_element *e, unsigned depth, struct wsman_fault *f)
{
    struct text name = text_trim(xml_attribute(e, XML_NS_NONE, "Name"));

    if (!xml_is(e, XML_NS_WSMAN, "Selector") || name.n == 0 || name.n > WSMAN_MAX_URI)
        return wsman_fail(f, WSMAN_SCHEMA_VALIDATION_ERROR, NULL,
                          "wsman:SelectorSet holds something that is no wsman:Selector with a Name");
    if (text_ieqs(name, "__cimnamespace"))
        return add_namespace(a, epr, e, has_namespace, f);
    if (epr->metadata && text_ieqs(name, "ClassName"))
        return take_class_name(epr, text_trim(e->text), f);
    if (epr->n_selectors == WSMAN_MAX_SELECTORS)
        return wsman_fail(f, WSMAN_ENCODING_LIMIT, "SelectorLimit", "more than 64 selectors");
    return add_selector(a, epr, list, name, e, depth, f);
}

int selectors_read(struct arena *a, const struct xml_element *set, unsigned depth, struct wsman_epr *epr,
                   struct wsman_fault *f)
{
    struct wsman_selector *list;
    bool has_namespace = false;
    uint32_t n = 0;
    int r = 0;

    for (const struct xml_element *e = set->children; e && n < WSMAN_MAX_SELECTORS; e = e->next)
        n++;
    list = arena_alloc(a, (n + 1) * sizeof(*list));
    if (!list)
        return -ENOMEM;
    epr->selectors = list;
    for (const struct xml_element *e = set->children; e && r == 0; e = e->next)
        r = read_selector(a, epr, list, &has_namespace, e, depth, f);
    return r;
}

/* ReferenceProperties are what some clients of the 2004/08 version write. */
static const struct xml_element *parameters_of(const struct xml_element *e)
{
    const struct xml_element *parameters = xml_child(e, XML_NS_WSA, "ReferenceParameters");

    return parameters ? parameters : xml_child(e, XML_NS_WSA, "ReferenceProperties");
}

int epr_read(struct arena *a, const struct xml_element *e, unsigned depth, struct wsman_epr *ret, struct wsman_fault *f)
{
    const struct xml_element *wrapped = xml_child(e, XML_NS_WSA, "EndpointReference"),
                             *parameters = parameters_of(wrapped ? wrapped : e), *uri, *set;
    struct cim_error err = {0};
    int r;

    *ret = (struct wsman_epr){.class_name = {"", 0}, .namespace = {"", 0}};
    if (depth > EPR_MAX_DEPTH)
        return wsman_fail(f, WSMAN_ENCODING_LIMIT, "SelectorLimit", "endpoint references are nested too deep");
    uri = parameters ? xml_child(parameters, XML_NS_WSMAN, "ResourceURI") : NULL;
    if (!uri)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "InvalidValue",
                          "an endpoint reference has no wsa:ReferenceParameters with a wsman:ResourceURI");
    ret->resource_uri = text_trim(uri->text);
    if (ret->resource_uri.n > WSMAN_MAX_URI)
        return wsman_fail(f, WSMAN_ENCODING_LIMIT, "URILimitExceeded", "the resource URI is longer than 2048 bytes");
    r = uri_parse(a, ret->resource_uri, ret, &err);
    if (r > 0)
        return wsman_fail(f, WSMAN_INVALID_SELECTORS, "InvalidValue", "an endpoint reference: %s", err.message);
    set = r == 0 ? xml_child(parameters, XML_NS_WSMAN, "SelectorSet") : NULL;
    return set ? selectors_read(a, set, depth, ret, f) : r;
}
