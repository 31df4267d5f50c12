#include "server/proto/cimxml_class.h"

#include "cim/model/path.h"
#include "server/proto/escape.h"

enum { MAX_VALUE = 1 << 26 };

static void put_attribute(struct buf *b, const char *name, struct text value)
{
    buf_char(b, ' ');
    buf_puts(b, name);
    buf_puts(b, "=\"");
    escape_put_attr(b, value);
    buf_char(b, '"');
}

/* One that has a default is written where it differs */
static void put_flag(struct buf *b, const char *name, bool value, bool usual)
{
    if (value != usual)
        put_attribute(b, name, value ? TEXT("true") : TEXT("false"));
}

static void put_name(struct buf *b, const char *element, struct text name)
{
    buf_char(b, '<');
    buf_puts(b, element);
    put_attribute(b, "NAME", name);
}

static void put_close(struct buf *b, const char *element)
{
    buf_puts(b, "</");
    buf_puts(b, element);
    buf_char(b, '>');
}

static void put_type(struct buf *b, enum cim_type type)
{
    put_attribute(b, "TYPE", text_of(type_name(type)));
}

static void put_array_size(struct buf *b, bool is_array, uint32_t size)
{
    if (is_array && size)
        buf_printf(b, " ARRAYSIZE=\"%u\"", size);
}

/* ---- Values */

static void put_scalar_text(struct buf *b, const struct cim_value *v)
{
    struct buf text;

    if (v->type == CIM_BOOLEAN) {
        buf_puts(b, v->boolean ? "TRUE" : "FALSE");
        return;
    }
    buf_init(&text, MAX_VALUE);
    value_print(&text, v);
    escape_put_text(b, buf_view(&text));
    b->failed |= text.failed;
    buf_fini(&text);
}

static void put_reference(struct buf *b, const struct cim_path *p);

static void put_key(struct buf *b, const struct cim_key *k)
{
    const struct cim_value *v = &k->value;

    put_name(b, "KEYBINDING", k->name);
    buf_char(b, '>');
    if (v->type == CIM_REFERENCE) {
        put_reference(b, v->path);
    } else {
        buf_puts(b, "<KEYVALUE");
        put_attribute(b, "VALUETYPE",
                      type_is_numeric(v->type) ? TEXT("numeric")
                      : v->type == CIM_BOOLEAN ? TEXT("boolean")
                                               : TEXT("string"));
        put_type(b, v->type);
        buf_char(b, '>');
        put_scalar_text(b, v);
        put_close(b, "KEYVALUE");
    }
    put_close(b, "KEYBINDING");
}

static void put_namespace(struct buf *b, struct text namespace)
{
    buf_puts(b, "<LOCALNAMESPACEPATH>");
    while (namespace.n) {
        const char *slash = memchr(namespace.s, '/', namespace.n);
        size_t n = slash ? (size_t)(slash - namespace.s) : namespace.n;

        put_name(b, "NAMESPACE", (struct text){namespace.s, n});
        buf_puts(b, "/>");
        n += slash != NULL;
        namespace = (struct text){namespace.s + n, namespace.n - n};
    }
    put_close(b, "LOCALNAMESPACEPATH");
}

/* The host is left out: a reference that a class has as a default is to something local */
static void put_reference(struct buf *b, const struct cim_path *p)
{
    buf_puts(b, "<VALUE.REFERENCE>");
    if (p->namespace.n) {
        buf_puts(b, "<LOCALINSTANCEPATH>");
        put_namespace(b, p->namespace);
    }
    buf_puts(b, "<INSTANCENAME");
    put_attribute(b, "CLASSNAME", p->class_name);
    buf_char(b, '>');
    for (uint32_t i = 0; i < p->n_keys; i++)
        put_key(b, &p->keys[i]);
    put_close(b, "INSTANCENAME");
    if (p->namespace.n)
        put_close(b, "LOCALINSTANCEPATH");
    put_close(b, "VALUE.REFERENCE");
}

static void put_scalar(struct buf *b, const struct cim_value *v)
{
    if (value_is_null(v)) {
        buf_puts(b, "<VALUE.NULL/>");
    } else if (v->type == CIM_REFERENCE) {
        put_reference(b, v->path);
    } else {
        buf_puts(b, "<VALUE>");
        put_scalar_text(b, v);
        put_close(b, "VALUE");
    }
}

/* NULL is no element */
static void put_value(struct buf *b, const struct cim_value *v)
{
    if (value_is_null(v))
        return;
    if (!value_is_array(v)) {
        put_scalar(b, v);
        return;
    }
    buf_puts(b, "<VALUE.ARRAY>");
    for (uint32_t i = 0; i < v->len; i++)
        put_scalar(b, &v->items[i]);
    put_close(b, "VALUE.ARRAY");
}

/* ---- Qualifiers */

static void put_qualifier(struct buf *b, const struct cim_qualifier *q)
{
    put_name(b, "QUALIFIER", text_of(q->type->name));
    put_type(b, q->type->type);
    put_flag(b, "PROPAGATED", q->propagated, false);
    put_flag(b, "OVERRIDABLE", q->flavors & FLAVOR_OVERRIDABLE, true);
    put_flag(b, "TOSUBCLASS", q->flavors & FLAVOR_TOSUBCLASS, true);
    put_flag(b, "TOINSTANCE", q->flavors & FLAVOR_TOINSTANCE, false);
    put_flag(b, "TRANSLATABLE", q->flavors & FLAVOR_TRANSLATABLE, false);
    buf_char(b, '>');
    put_value(b, &q->value);
    put_close(b, "QUALIFIER");
}

static void put_qualifiers(struct buf *b, const struct cim_qualifiers *list, const struct cimxml_class_options *o)
{
    for (uint32_t i = 0; i < list->n && o->qualifiers; i++)
        if (o->inherited || !list->items[i].propagated)
            put_qualifier(b, &list->items[i]);
}

/* ---- Properties, methods, parameters */

static void put_origin(struct buf *b, const struct cim_class *origin, uint16_t flags,
                       const struct cimxml_class_options *o)
{
    if (o->class_origin)
        put_attribute(b, "CLASSORIGIN", origin->name);
    put_flag(b, "PROPAGATED", flags & FEATURE_PROPAGATED, false);
}

/* Attributes that properties and parameters share */
static void put_shape(struct buf *b, const struct cim_property *p)
{
    if (p->type != CIM_REFERENCE)
        put_type(b, p->type);
    else if (p->ref_class)
        put_attribute(b, "REFERENCECLASS", text_of(p->ref_class));
    put_array_size(b, p->is_array, p->array_size);
}

static void put_property(struct buf *b, const struct cim_property *p, const struct cimxml_class_options *o)
{
    const char *element = p->type == CIM_REFERENCE ? "PROPERTY.REFERENCE" : p->is_array ? "PROPERTY.ARRAY" : "PROPERTY";

    put_name(b, element, p->name);
    put_shape(b, p);
    put_origin(b, p->origin, p->flags, o);
    if (p->flags & FEATURE_EMBEDDED_INSTANCE)
        put_attribute(b, "EmbeddedObject", TEXT("instance"));
    else if (p->flags & FEATURE_EMBEDDED_OBJECT)
        put_attribute(b, "EmbeddedObject", TEXT("object"));
    buf_char(b, '>');
    put_qualifiers(b, &p->qualifiers, o);
    put_value(b, &p->value);
    put_close(b, element);
}

static void put_parameter(struct buf *b, const struct cim_property *p, const struct cimxml_class_options *o)
{
    static const char *const elements[2][2] = {{"PARAMETER", "PARAMETER.ARRAY"},
                                               {"PARAMETER.REFERENCE", "PARAMETER.REFARRAY"}};
    const char *element = elements[p->type == CIM_REFERENCE][p->is_array];

    put_name(b, element, p->name);
    put_shape(b, p);
    buf_char(b, '>');
    put_qualifiers(b, &p->qualifiers, o);
    put_close(b, element);
}

static void put_method(struct buf *b, const struct cim_method *m, const struct cimxml_class_options *o)
{
    put_name(b, "METHOD", m->name);
    put_type(b, m->type);
    put_origin(b, m->origin, m->flags, o);
    buf_char(b, '>');
    put_qualifiers(b, &m->qualifiers, o);
    for (uint32_t i = 0; i < m->n_parameters; i++)
        put_parameter(b, &m->parameters[i], o);
    put_close(b, "METHOD");
}

void cimxml_put_class(struct buf *b, const struct cim_class *c, const struct cimxml_class_options *o)
{
    put_name(b, "CLASS", c->name);
    if (c->superclass)
        put_attribute(b, "SUPERCLASS", c->superclass->name);
    buf_char(b, '>');
    put_qualifiers(b, &c->qualifiers, o);
    for (uint16_t i = 0; i < c->n_properties; i++)
        if (o->inherited || !(c->properties[i].flags & FEATURE_PROPAGATED))
            put_property(b, &c->properties[i], o);
    for (uint32_t i = 0; i < c->n_methods; i++)
        if (o->inherited || !(c->methods[i].flags & FEATURE_PROPAGATED))
            put_method(b, &c->methods[i], o);
    put_close(b, "CLASS");
}
