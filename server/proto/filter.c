/* wsman:Filter of an Enumerate (DSP0226 section 8.2.1, DSP0227 section 8.2, digest section 5.3): dialects and their bodies. */
#include <errno.h>
#include <string.h>

#include "server/proto/wsman_impl.h"

enum { MAX_RESULT_PROPERTIES = 1024 };

/* ---- wsmb:AssociatedInstances and wsmb:AssociationInstances */

struct association_reader {
    struct decode *d;
    struct wsman_association *ret;
    struct text *properties;
    bool has_object;
    unsigned names; /* that were there, a bit each */
};

static void read_object(struct association_reader *r, const struct xml_element *e)
{
    struct wsman_fault f = {0};
    int status;

    if (r->has_object) {
        (void)DECODE_FAIL(r->d, WSEN_CANNOT_PROCESS_FILTER, NULL, "the association filter holds Object twice");
        return;
    }
    r->has_object = true;
    status = epr_read(r->d->arena, e, 0, &r->ret->object, &f);
    r->d->no_memory |= status == -ENOMEM;
    if (status > 0)
        (void)DECODE_FAIL(r->d, WSEN_CANNOT_PROCESS_FILTER, NULL, "wsmb:Object: %s", f.reason);
}

static void read_result_property(struct association_reader *r, const struct xml_element *e)
{
    if (r->ret->n_properties == MAX_RESULT_PROPERTIES)
        (void)DECODE_FAIL(r->d, WSEN_CANNOT_PROCESS_FILTER, NULL, "more than 1024 of wsmb:IncludeResultProperty");
    else
        r->properties[r->ret->n_properties++] = text_trim(e->text);
}

static void read_name(struct association_reader *r, const struct xml_element *e)
{
    const struct {
        const char *name;
        struct text *to;
        bool of_references;
    } names[] = {
        {"AssociationClassName", &r->ret->association_class, false},
        {"Role", &r->ret->role, true},
        {"ResultClassName", &r->ret->result_class, true},
        {"ResultRole", &r->ret->result_role, false},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (xml_is(e, XML_NS_WSMB, names[i].name) && (names[i].of_references || !r->ret->references)) {
            if (r->names & 1u << i)
                (void)DECODE_FAIL(r->d, WSEN_CANNOT_PROCESS_FILTER, NULL, "the association filter holds %s twice",
                                  names[i].name);
            r->names |= 1u << i;
            *names[i].to = text_trim(e->text);
            return;
        }
    (void)DECODE_FAIL(r->d, WSEN_CANNOT_PROCESS_FILTER, NULL, "the association filter holds %.*s",
                      e->name.n > 64 ? 64 : (int)e->name.n, e->name.s);
}

static void read_association(struct decode *d, const struct xml_element *e)
{
    struct association_reader r = {.d = d, .ret = arena_zalloc(d->arena, sizeof(*r.ret))};
    uint32_t n = 0;

    for (const struct xml_element *c = e->children; c && n < MAX_RESULT_PROPERTIES; c = c->next)
        n++;
    r.properties = arena_zalloc(d->arena, (n + 1) * sizeof(*r.properties));
    if (!r.ret || !r.properties) {
        d->no_memory = true;
        return;
    }
    d->q->filter.association = r.ret;
    r.ret->references = xml_is(e, XML_NS_WSMB, "AssociationInstances");
    r.ret->properties = r.properties;
    for (const struct xml_element *c = e->children; c; c = c->next)
        if (xml_is(c, XML_NS_WSMB, "Object"))
            read_object(&r, c);
        else if (xml_is(c, XML_NS_WSMB, "IncludeResultProperty"))
            read_result_property(&r, c);
        else
            read_name(&r, c);
    if (!r.has_object)
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "the association filter has no wsmb:Object");
}

/* ---- Dialects, a function each */

static void filter_association(struct decode *d, const struct xml_element *e)
{
    const struct xml_element *c = e->children;

    if (c && (xml_is(c, XML_NS_WSMB, "AssociatedInstances") || xml_is(c, XML_NS_WSMB, "AssociationInstances")))
        read_association(d, c);
    else
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL,
                          "an association filter is wsmb:AssociatedInstances or wsmb:AssociationInstances");
}

static void filter_selectors(struct decode *d, const struct xml_element *e)
{
    struct wsman_epr epr = {.class_name = {"", 0}};
    struct wsman_fault f = {0};
    int r;

    if (!e->children || !xml_is(e->children, XML_NS_WSMAN, "SelectorSet")) {
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "a selector filter is one wsman:SelectorSet");
        return;
    }
    r = selectors_read(d->arena, e->children, 0, &epr, &f);
    d->no_memory |= r == -ENOMEM;
    if (r > 0)
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "%s", f.reason);
    if (epr.namespace.n)
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "__cimnamespace is no property to filter by");
    d->q->filter.selectors = epr.selectors;
    d->q->filter.n_selectors = epr.n_selectors;
}

static void filter_text(struct decode *d, const struct xml_element *e)
{
    d->q->filter.text = text_trim(e->text);
    if (e->children)
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "a query is text, without elements");
}

static const struct {
    const char *uri; /* its end */
    enum wsman_dialect dialect;
    void (*read)(struct decode *d, const struct xml_element *e);
} dialects[] = {
    {"/wbem/wsman/1/WQL", WSMAN_FILTER_WQL, filter_text},
    {"/wbem/cql/1/dsp0202.pdf", WSMAN_FILTER_CQL, filter_text},
    {"/wbem/cql/1/dsp0202", WSMAN_FILTER_CQL, filter_text},
    {XPATH_DIALECT, WSMAN_FILTER_XPATH, filter_text},
    {"/wbem/wsman/1/wsman/SelectorFilter", WSMAN_FILTER_SELECTOR, filter_selectors},
    {"/wbem/wsman/1/cimbinding/associationFilter", WSMAN_FILTER_ASSOCIATION, filter_association},
};

enum { DIALECTS = sizeof(dialects) / sizeof(*dialects) };

/* Hosts vary (schemas.microsoft.com, schemas.dmtf.org), and winrm writes AssociationFilter: the end counts, without
 * case. */
static size_t dialect_of(struct text t)
{
    size_t i = 0;

    if (t.n == 0)
        t = TEXT(XPATH_DIALECT);
    for (; i < DIALECTS; i++) {
        size_t n = strlen(dialects[i].uri);

        if (t.n >= n && text_ieqs((struct text){t.s + t.n - n, n}, dialects[i].uri))
            break;
    }
    return i;
}

void filter_read(struct decode *d, const struct xml_element *e)
{
    struct text dialect = text_trim(xml_attribute(e, XML_NS_NONE, "Dialect"));
    size_t i = dialect_of(dialect);
    bool has_text = text_trim(e->text).n > 0;

    if (i == DIALECTS) {
        (void)DECODE_FAIL(d, WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE, NULL, "filter dialect %.*s is not known",
                          dialect.n > 128 ? 128 : (int)dialect.n, dialect.s);
        return;
    }
    if (e->children ? has_text || e->children->next : !has_text) {
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "a filter is text or one element");
        return;
    }
    d->q->filter.dialect = dialects[i].dialect;
    dialects[i].read(d, e);
}
