#include "server/proto/wscim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cim/base/base64.h"
#include "server/proto/wsman_impl.h"

static bool is_nil(const struct xml_element *e)
{
    return xml_true(xml_xsi(e, "nil"));
}

/* What clients that use precise arrays mark a NULL array with, and so do we. */
static bool is_null_array(const struct xml_element *e)
{
    return is_nil(e) || xml_true(xml_attribute(e, XML_NS_MS_WSMAN, "IsNullArray"));
}

static bool has_text(const struct xml_element *e)
{
    return text_trim(e->text).n > 0;
}

static struct text local_name(struct text qname)
{
    for (size_t i = 0; i < qname.n; i++)
        if (qname.s[i] == ':')
            return (struct text){qname.s + i + 1, qname.n - i - 1};
    return qname;
}

/* xsi:type names a class as CLASS_Type. */
static const struct cim_class *class_of_type(const struct cim_schema *s, const struct xml_element *e)
{
    struct text type = local_name(text_trim(xml_xsi(e, "type"))), suffix = TEXT("_Type");

    if (type.n > suffix.n && text_eq((struct text){type.s + type.n - suffix.n, suffix.n}, suffix))
        type.n -= suffix.n;
    return type.n ? schema_class(s, type) : NULL;
}

static const struct cim_class *class_of_uri(const struct cim_schema *s, struct text uri)
{
    struct wsman_epr epr = {0};
    struct cim_error err;
    struct arena scratch;
    const struct cim_class *c = NULL;

    arena_init(&scratch, 4096);
    if (uri_parse(&scratch, uri, &epr, &err) == 0)
        c = schema_class(s, epr.class_name);
    arena_fini(&scratch);
    return c;
}

const struct cim_class *wscim_class(const struct cim_schema *s, const struct xml_element *e)
{
    const struct cim_class *c = class_of_uri(s, e->uri), *type = class_of_type(s, e);

    if (!c || !text_ieq(e->name, c->name))
        return NULL;
    return type && class_is_a(type, c) ? type : c;
}

/* ---- Scalars */

/* A day, perhaps with its zone, as the 25 characters, in which the time is unknown. */
static bool day_text(struct text t, char *ret, size_t room)
{
    struct cim_datetime midnight;
    char iso[64];
    int n;

    if (t.n < 10 || t.n > 16)
        return false;
    n = snprintf(iso, sizeof(iso), "%.10sT00:00:00%.*s", t.s, (int)t.n - 10, t.s + 10);
    if (!datetime_parse_iso((struct text){iso, (size_t)n}, &midnight))
        return false;
    (void)snprintf(ret, room, "%.4s%.2s%.2s******.******%+04d", t.s, t.s + 5, t.s + 8, midnight.utc_offset);
    return true;
}

/* cim:Date leaves the time unknown; the others hold what the 25 characters or ISO 8601 can say. */
static int read_datetime(struct arena *a, const struct xml_element *e, struct cim_value *ret, struct cim_error *err)
{
    const struct xml_element *form = e->children ? e->children : e;
    struct text t = text_trim(form->text);
    char day[32];

    if (e->children && (form->ns != XML_NS_CIM || form->children || form->next || has_text(e)))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "a datetime is text or one element of WS-CIM");
    if (!xml_is(form, XML_NS_CIM, "Date"))
        return value_parse(a, CIM_DATETIME, t, ret, err);
    if (!day_text(t, day, sizeof(day)))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "this is no date");
    return value_parse(a, CIM_DATETIME, text_of(day), ret, err);
}

static int read_reference(struct arena *a, const struct cim_class *c, const struct xml_element *e,
                          struct cim_value *ret, struct cim_error *err)
{
    struct cim_path *path = arena_zalloc(a, sizeof(*path));
    struct wsman_fault f = {0};
    struct wsman_epr epr;
    int r;

    if (!path)
        return -ENOMEM;
    *ret = (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = path};
    if (!e->children)
        return path_text_bind(a, text_trim(e->text), c->schema, path, err);
    if (has_text(e))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "a reference is text or elements, not both");
    r = epr_read(a, e, 0, &epr, &f);
    if (r == 0)
        r = epr_bind(a, &epr, c->schema, path, &f);
    return r > 0 ? cim_fail(err, CIM_ERR_INVALID_PARAMETER, "%s", f.reason) : r;
}

/* As xsi:type says, which must fit. Else by the namespace of what is inside, which may be that of the whole; else as the
 * property was declared. NULL: none of them. */
static const struct cim_class *embedded_class(const struct cim_class *c, const struct cim_property *p,
                                              const struct xml_element *e)
{
    const struct cim_class *declared = p->ref_class ? schema_class(c->schema, text_of(p->ref_class)) : NULL,
                           *said = class_of_type(c->schema, e),
                           *inside = e->children ? class_of_uri(c->schema, e->children->uri) : NULL;

    if (said)
        return !declared || class_is_a(said, declared) ? said : NULL;
    return inside && (!declared || class_is_a(inside, declared)) ? inside : declared;
}

static int read_embedded(struct arena *a, const struct cim_class *c, const struct cim_property *p,
                         const struct xml_element *e, struct cim_value *ret, struct cim_error *err)
{
    const struct cim_class *class = embedded_class(c, p, e);
    struct cim_instance *i;
    int r;

    if (!class)
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "the class of an embedded object is not known, or not one declared");
    i = instance_new(a, class);
    if (!i)
        return -ENOMEM;
    r = wscim_properties(a, e, i, NULL, err); /* as deep as the parser lets elements nest */
    *ret = (struct cim_value){.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = i};
    return r;
}

int wscim_scalar(struct arena *a, const struct cim_class *c, const struct cim_property *p, const struct xml_element *e,
                 struct cim_value *ret, struct cim_error *err)
{
    enum cim_type type = property_value_type(p);

    *ret = value_null(type, false);
    if (is_nil(e))
        return 0;
    switch (type) {
    case CIM_DATETIME:
        return read_datetime(a, e, ret, err);
    case CIM_REFERENCE:
        return read_reference(a, c, e, ret, err);
    case CIM_INSTANCE:
        return read_embedded(a, c, p, e, ret, err);
    default:
        if (e->children)
            return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "elements where a %s is expected", type_name(type));
        return value_parse(a, type, e->text, ret, err);
    }
}

/* ---- Properties */

static bool is_of(const struct xml_element *e, const struct cim_property *p)
{
    return text_ieq(e->name, p->name);
}

static const struct xml_element *next_of(const struct xml_element *e, const struct cim_property *p)
{
    while (e && !is_of(e, p))
        e = e->next;
    return e;
}

/* Base64 in XML may be broken into lines. ret has room for t. */
static size_t without_blanks(struct text t, char *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < t.n; i++)
        if (!memchr(" \t\r\n", t.s[i], 4))
            ret[n++] = t.s[i];
    return n;
}

/* An octet string may come whole, as base64. */
static int read_octets(struct arena *a, const struct xml_element *e, struct cim_value *ret, struct cim_error *err)
{
    char *digits = arena_alloc(a, e->text.n + 1);
    size_t n = digits ? without_blanks(e->text, digits) : 0, room = n / 4 * 3 + 3;
    unsigned char *bytes = arena_alloc(a, room);
    struct cim_value *items = arena_alloc(a, room * sizeof(*items));

    if (!digits || !bytes || !items)
        return -ENOMEM;
    if (e->children || !base64_decode((struct text){digits, n}, bytes, room, &n))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "this is no base64");
    for (size_t k = 0; k < n; k++)
        items[k] = value_uint(CIM_UINT8, bytes[k]);
    *ret = value_array(CIM_UINT8, items, (uint32_t)n);
    return 0;
}

static bool is_base64(const struct cim_property *p, const struct xml_element *e)
{
    return p->type == CIM_UINT8 && text_ieqs(local_name(text_trim(xml_xsi(e, "type"))), "cimBase64Binary");
}

/* One nil element is an array that is NULL; among others it is an item that is. */
static int read_array(struct arena *a, const struct cim_class *c, const struct cim_property *p,
                      const struct xml_element *first, struct cim_value *ret, struct cim_error *err)
{
    enum cim_type type = property_value_type(p);
    struct cim_value *items;
    uint32_t n = 0, k = 0;
    int r = 0;

    for (const struct xml_element *e = first; e; e = next_of(e->next, p))
        n++;
    *ret = value_null(type, true);
    if (n == 1 && is_null_array(first))
        return 0;
    if (n == 1 && is_base64(p, first))
        return read_octets(a, first, ret, err);
    items = arena_alloc(a, n * sizeof(*items));
    if (!items)
        return -ENOMEM;
    for (const struct xml_element *e = first; e && r == 0; e = next_of(e->next, p))
        r = wscim_scalar(a, c, p, e, &items[k++], err);
    if (r == 0)
        *ret = value_array(type, items, n);
    return r;
}

static int read_property(struct arena *a, const struct cim_class *c, const struct cim_property *p,
                         const struct xml_element *first, struct cim_value *ret, struct cim_error *err)
{
    struct cim_error why = {0};
    int r;

    if (p->is_array)
        r = read_array(a, c, p, first, ret, &why);
    else if (next_of(first->next, p))
        r = cim_fail(&why, CIM_ERR_TYPE_MISMATCH, "given twice, and it is no array");
    else
        r = wscim_scalar(a, c, p, first, ret, &why);
    return r > 0 ? cim_fail(err, r, "%s: %s", p->name.s, why.message) : r;
}

int wscim_property(struct arena *a, const struct cim_class *c, const struct cim_property *p,
                   const struct xml_element *parent, struct cim_value *ret, struct cim_error *err)
{
    const struct xml_element *first = next_of(parent->children, p);

    return first ? read_property(a, c, p, first, ret, err)
                 : cim_fail(err, CIM_ERR_NOT_FOUND, "there is no element %s", p->name.s);
}

static int read_element(struct arena *a, const struct xml_element *e, struct cim_instance *i, bool *seen,
                        struct cim_error *err)
{
    const struct cim_property *p = class_property(i->class, e->name);
    struct cim_value v;
    int r;

    if (!p)
        return cim_fail(err, CIM_ERR_NO_SUCH_PROPERTY, "%s has no %.*s", i->class->name.s,
                        e->name.n > 128 ? 128 : (int)e->name.n, e->name.s);
    if (seen[p->index])
        return 0; /* a further item of an array */
    seen[p->index] = true;
    r = read_property(a, i->class, p, e, &v, err);
    return r ? r : instance_set(i, a, p->name, &v, err);
}

int wscim_properties(struct arena *a, const struct xml_element *parent, struct cim_instance *i, bool *given,
                     struct cim_error *err)
{
    bool *seen = given ? given : arena_zalloc(a, i->class->n_properties + 1u);
    int r = 0;

    if (!seen)
        return -ENOMEM;
    if (has_text(parent))
        return cim_fail(err, CIM_ERR_TYPE_MISMATCH, "%s is elements, not text", i->class->name.s);
    for (const struct xml_element *e = parent->children; e && r == 0; e = e->next)
        if (!xml_is(e, XML_NS_CIM, "Location"))
            r = read_element(a, e, i, seen, err);
    return r;
}
