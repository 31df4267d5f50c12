/* Schema elements and values as MOF text. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/model/instance.h"
#include "cim/mof/mof.h"

enum { LITERAL_MAX = 80, INNER_MAX = 16 << 20 };

/* ---- values ---- */

static void write_char_escape(struct buf *b, unsigned c)
{
    static const char codes[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
    const char *found = c ? strchr(codes, (int)c) : NULL;

    buf_char(b, '\\');
    if (c < 0x80 && found)
        buf_char(b, letters[found - codes]);
    else
        buf_printf(b, "x%04X", c);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != 0x7F && c != '"' && c != '\\';
}

/* Long text becomes several literals, cut behind blanks and line feeds. */
static void write_string(struct buf *b, struct text t)
{
    const char *literal = t.s;

    buf_char(b, '"');
    for (size_t i = 0; i < t.n; i++) {
        const unsigned char c = (unsigned char)t.s[i];

        if (is_plain(c))
            buf_char(b, (char)c);
        else
            write_char_escape(b, c);
        if ((c == ' ' || c == '\n') && t.s + i - literal >= LITERAL_MAX && i + 1 < t.n) {
            buf_puts(b, "\"\n        \"");
            literal = t.s + i + 1;
        }
    }
    buf_char(b, '"');
}

static void write_boolean(struct buf *b, const struct cim_value *v)
{
    buf_puts(b, v->boolean ? "TRUE" : "FALSE");
}

static void write_number(struct buf *b, const struct cim_value *v)
{
    value_print(b, v);
}

/* MOF has no exponent without a point, and neither infinity nor NaN. */
static void write_real(struct buf *b, const struct cim_value *v)
{
    const bool narrow = v->type == CIM_REAL32;
    char digits[40], *exponent;
    int n = 0, precision = narrow ? 6 : 15;

    if (!isfinite(v->real)) {
        buf_puts(b, "NULL");
        return;
    }
    do { /* the fewest digits that read back to the same */
        n = snprintf(digits, sizeof(digits), "%.*g", precision++, v->real);
    } while (precision <= 17 && (narrow ? strtof(digits, NULL) != (float)v->real : strtod(digits, NULL) != v->real));
    if (memchr(digits, '.', (size_t)n)) {
        buf_puts(b, digits);
        return;
    }
    exponent = strchr(digits, 'e');
    buf_put(b, digits, exponent ? (size_t)(exponent - digits) : (size_t)n);
    buf_puts(b, ".0");
    if (exponent)
        buf_puts(b, exponent);
}

static void write_char16(struct buf *b, const struct cim_value *v)
{
    buf_char(b, '\'');
    if (v->char16 < 0x7F && v->char16 != '\'' && is_plain((unsigned char)v->char16))
        buf_char(b, (char)v->char16);
    else
        buf_printf(b, "\\x%04X", v->char16);
    buf_char(b, '\'');
}

static void write_text(struct buf *b, const struct cim_value *v)
{
    write_string(b, value_text(v));
}

/* Whatever print appends, as one string. */
static void write_quoted(struct buf *b, const struct cim_value *v,
                         void (*print)(struct buf *b, const struct cim_value *v))
{
    struct buf inner;

    buf_init(&inner, INNER_MAX);
    print(&inner, v);
    if (buf_ok(&inner))
        write_string(b, buf_view(&inner));
    else
        b->failed = true;
    buf_fini(&inner);
}

static void write_datetime(struct buf *b, const struct cim_value *v)
{
    write_quoted(b, v, value_print);
}

static void write_reference(struct buf *b, const struct cim_value *v)
{
    if (v->path->class_name.n && v->path->class_name.s[0] == '$')
        buf_text(b, v->path->class_name);
    else
        write_quoted(b, v, value_print);
}

static void print_instance(struct buf *b, const struct cim_value *v)
{
    mof_write_instance(b, v->instance);
}

static void write_embedded(struct buf *b, const struct cim_value *v)
{
    write_quoted(b, v, print_instance);
}

static void (*const writers[CIM_TYPE_COUNT])(struct buf *b, const struct cim_value *v) = {
    [CIM_BOOLEAN] = write_boolean,   [CIM_UINT8] = write_number,      [CIM_SINT8] = write_number,
    [CIM_UINT16] = write_number,     [CIM_SINT16] = write_number,     [CIM_UINT32] = write_number,
    [CIM_SINT32] = write_number,     [CIM_UINT64] = write_number,     [CIM_SINT64] = write_number,
    [CIM_REAL32] = write_real,       [CIM_REAL64] = write_real,       [CIM_CHAR16] = write_char16,
    [CIM_STRING] = write_text,       [CIM_DATETIME] = write_datetime, [CIM_REFERENCE] = write_reference,
    [CIM_INSTANCE] = write_embedded,
};

static void write_scalar(struct buf *b, const struct cim_value *v)
{
    if (value_is_null(v) || !writers[v->type])
        buf_puts(b, "NULL");
    else
        writers[v->type](b, v);
}

void mof_write_value(struct buf *b, const struct cim_value *v)
{
    if (!value_is_array(v) || value_is_null(v)) {
        write_scalar(b, v);
        return;
    }
    buf_char(b, '{');
    for (uint32_t i = 0; i < v->len; i++) {
        if (i)
            buf_puts(b, ", ");
        write_scalar(b, &v->items[i]);
    }
    buf_char(b, '}');
}

/* ---- qualifiers ---- */

static const struct {
    uint8_t flavor;
    const char *set, *clear;
} flavor_words[] = {
    {FLAVOR_OVERRIDABLE, "EnableOverride", "DisableOverride"},
    {FLAVOR_TOSUBCLASS, "ToSubclass", "Restricted"},
    {FLAVOR_TOINSTANCE, "ToInstance", "NotToInstance"},
    {FLAVOR_TRANSLATABLE, "Translatable", NULL},
};

/* The words that make flavors out of basis, each behind first or next. */
static void write_flavors(struct buf *b, unsigned basis, unsigned flavors, const char *first, const char *next)
{
    for (size_t i = 0; i < sizeof(flavor_words) / sizeof(flavor_words[0]); i++) {
        const unsigned bit = flavor_words[i].flavor;
        const char *word = flavors & bit ? flavor_words[i].set : flavor_words[i].clear;

        if (!((basis ^ flavors) & bit) || !word)
            continue;
        buf_puts(b, first);
        buf_puts(b, word);
        first = next;
    }
}

static void write_qualifier(struct buf *b, const struct cim_qualifier *q)
{
    const bool bare =
        q->value.type == CIM_BOOLEAN && !value_is_array(&q->value) && !value_is_null(&q->value) && q->value.boolean;
    const bool list = value_is_array(&q->value) && !value_is_null(&q->value);

    buf_puts(b, q->type->name);
    if (!bare) {
        buf_puts(b, list ? " " : "(");
        mof_write_value(b, &q->value);
        buf_puts(b, list ? "" : ")");
    }
    write_flavors(b, q->type->flavors, q->flavors, " : ", " ");
}

/* The qualifiers written on the element itself; end stands behind their bracket. */
static void write_qualifiers(struct buf *b, const struct cim_qualifiers *list, const char *indent, const char *end)
{
    bool any = false;

    for (uint32_t i = 0; i < list->n; i++) {
        if (list->items[i].propagated)
            continue;
        if (any)
            buf_printf(b, ",\n%s ", indent);
        else
            buf_printf(b, "%s[", indent);
        write_qualifier(b, &list->items[i]);
        any = true;
    }
    if (any)
        buf_printf(b, "]%s", end);
}

static const struct {
    uint8_t scope;
    const char *name;
} scope_words[] = {
    {SCOPE_CLASS, "class"},         {SCOPE_ASSOCIATION, "association"}, {SCOPE_INDICATION, "indication"},
    {SCOPE_PROPERTY, "property"},   {SCOPE_REFERENCE, "reference"},     {SCOPE_METHOD, "method"},
    {SCOPE_PARAMETER, "parameter"},
};

static void write_scopes(struct buf *b, unsigned scopes)
{
    const char *between = "";

    if (scopes == SCOPE_ANY) {
        buf_puts(b, "any");
        return;
    }
    for (size_t i = 0; i < sizeof(scope_words) / sizeof(scope_words[0]); i++)
        if (scopes & scope_words[i].scope) {
            buf_puts(b, between);
            buf_puts(b, scope_words[i].name);
            between = ", ";
        }
}

static void write_array(struct buf *b, bool is_array, uint32_t size)
{
    if (is_array && size)
        buf_printf(b, "[%u]", size);
    else if (is_array)
        buf_puts(b, "[]");
}

void mof_write_qualifier_type(struct buf *b, const struct cim_qualifier_type *t)
{
    buf_printf(b, "Qualifier %s : %s", t->name, type_name(t->type));
    write_array(b, t->is_array, t->array_size);
    buf_puts(b, " = ");
    mof_write_value(b, &t->value);
    buf_puts(b, ",\n    Scope(");
    write_scopes(b, t->scopes);
    buf_puts(b, "),\n    Flavor(");
    write_flavors(b, ~(unsigned)t->flavors & ~(unsigned)FLAVOR_TOINSTANCE, t->flavors, "", ", ");
    buf_puts(b, ");\n");
}

/* ---- classes and instances ---- */

static void write_typed_name(struct buf *b, const struct cim_property *p)
{
    if (p->type == CIM_REFERENCE)
        buf_printf(b, "%s ref ", p->ref_class);
    else
        buf_printf(b, "%s ", type_name(p->type));
    buf_text(b, p->name);
    write_array(b, p->is_array, p->array_size);
    if (p->flags & FEATURE_OWN_DEFAULT) {
        buf_puts(b, " = ");
        mof_write_value(b, &p->value);
    }
}

static void write_property(struct buf *b, const struct cim_property *p)
{
    buf_char(b, '\n');
    write_qualifiers(b, &p->qualifiers, "    ", "\n");
    buf_puts(b, "    ");
    write_typed_name(b, p);
    buf_puts(b, ";\n");
}

static void write_method(struct buf *b, const struct cim_method *m)
{
    buf_char(b, '\n');
    write_qualifiers(b, &m->qualifiers, "    ", "\n");
    buf_printf(b, "    %s ", m->type == CIM_TYPE_NONE ? "void" : type_name(m->type));
    buf_text(b, m->name);
    buf_char(b, '(');
    for (uint32_t i = 0; i < m->n_parameters; i++) {
        const struct cim_property *p = &m->parameters[i];

        buf_puts(b, i ? ",\n" : "\n");
        write_qualifiers(b, &p->qualifiers, "        ", "\n");
        buf_puts(b, "        ");
        write_typed_name(b, p);
    }
    buf_puts(b, ");\n");
}

void mof_write_class(struct buf *b, const struct cim_class *c)
{
    write_qualifiers(b, &c->qualifiers, "", "\n");
    buf_puts(b, "class ");
    buf_text(b, c->name);
    if (c->superclass) {
        buf_puts(b, " : ");
        buf_text(b, c->superclass->name);
    }
    buf_puts(b, " {\n");
    for (uint32_t i = 0; i < c->n_properties; i++)
        if (!(c->properties[i].flags & FEATURE_PROPAGATED))
            write_property(b, &c->properties[i]);
    for (uint32_t i = 0; i < c->n_methods; i++)
        if (!(c->methods[i].flags & FEATURE_PROPAGATED))
            write_method(b, &c->methods[i]);
    buf_puts(b, "};\n");
}

void mof_write_instance(struct buf *b, const struct cim_instance *i)
{
    const struct cim_class *c = i->class;

    buf_puts(b, "instance of ");
    buf_text(b, c->name);
    buf_puts(b, " {\n");
    for (uint32_t k = 0; k < c->n_properties; k++) {
        if (value_equal(&i->values[k], &c->properties[k].value))
            continue;
        buf_puts(b, "    ");
        buf_text(b, c->properties[k].name);
        buf_puts(b, " = ");
        mof_write_value(b, &i->values[k]);
        buf_puts(b, ";\n");
    }
    buf_puts(b, "};\n");
}
