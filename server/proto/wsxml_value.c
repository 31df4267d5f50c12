/* Values that are rare or have parts of their own. Each put function has a bound function beside it that counts
 * the same bytes. */
#include <stdlib.h>

#include "server/proto/escape.h"
#include "server/proto/number.h"
#include "server/proto/utf.h"
#include "server/proto/wsxml_impl.h"

#define DMTF_CLASS_URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define WMI_CLASS_URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/"

#define EPR_HEAD                                                                                 \
    "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>" \
    "<wsa:ReferenceParameters><wsman:ResourceURI>"
#define EPR_NAMESPACE "</wsman:ResourceURI><wsman:SelectorSet><wsman:Selector Name=\"__cimnamespace\">"
#define EPR_TAIL "</wsman:SelectorSet></wsa:ReferenceParameters>"
#define SELECTOR_HEAD "<wsman:Selector Name=\""
#define SELECTOR_TAIL "</wsman:Selector>"
#define EPR_OPEN "<wsa:EndpointReference>"
#define EPR_CLOSE "</wsa:EndpointReference>"

#define LEN(literal) (sizeof(literal) - 1)
#define PUT(out, literal) ((char *)memcpy((out), (literal), LEN(literal)) + LEN(literal))

static char *put_text(char *out, struct text t)
{
    if (t.n)
        memcpy(out, t.s, t.n);
    return out + t.n;
}

char *wsxml_put_class_uri(const struct wsxml_plan *p, struct text namespace, struct text class_name, char *out)
{
    struct text ns = namespace.n ? namespace : p->namespace;

    if (p->wmi_uri) {
        out = escape_attr(PUT(out, WMI_CLASS_URI), ns.s, ns.n);
        *out++ = '/';
    } else {
        out = PUT(out, DMTF_CLASS_URI);
    }
    return escape_attr(out, class_name.s, class_name.n);
}

size_t wsxml_class_uri_bound(const struct wsxml_plan *p, struct text namespace, struct text class_name)
{
    size_t ns = namespace.n ? namespace.n : p->namespace.n;

    return LEN(DMTF_CLASS_URI) + LEN(WMI_CLASS_URI) + 1 + (ns + class_name.n) * ESCAPE_ATTR_MAX;
}

/* ---- Datetimes: cim:Interval, cim:Datetime, cim:Date where the whole time is unknown, else the 25 characters ------------------- */

enum {
    DATE_DIGITS = 8,
    ALL_DIGITS = 20,
    DATETIME_BOUND = LEN("<cim:CIM_DateTime></cim:CIM_DateTime>") + NUMBER_DATETIME_ROOM
};

/* The date, and the zone that stands behind the time */
static char *put_date(const struct cim_datetime *d, char *out)
{
    char text[NUMBER_DATETIME_ROOM];
    size_t n = (size_t)(number_datetime(text, d) - text);

    out = put_text(PUT(out, "<cim:Date>"), (struct text){text, 10});
    out = put_text(out, (struct text){text + 19, n - 19}); /* an unknown time is 00:00:00 */
    return PUT(out, "</cim:Date>");
}

static char *put_datetime(const struct cim_datetime *d, char *out)
{
    if (d->digits >= ALL_DIGITS && d->interval)
        return PUT(number_datetime(PUT(out, "<cim:Interval>"), d), "</cim:Interval>");
    if (d->digits >= ALL_DIGITS)
        return PUT(number_datetime(PUT(out, "<cim:Datetime>"), d), "</cim:Datetime>");
    if (d->digits == DATE_DIGITS && !d->interval)
        return put_date(d, out);
    out = PUT(out, "<cim:CIM_DateTime>");
    datetime_print(d, out);
    return PUT(out + DATETIME_TEXT, "</cim:CIM_DateTime>");
}

static char *put_datetime_key(const struct cim_datetime *d, char *out)
{
    if (d->digits >= ALL_DIGITS)
        return number_datetime(out, d);
    datetime_print(d, out);
    return out + DATETIME_TEXT;
}

/* ---- References --------------------------------------------------------------------------------------------------------------- */

static bool is_key(const struct cim_value *v, unsigned depth)
{
    return !value_is_null(v) && !value_is_array(v) && v->type != CIM_INSTANCE && v->type != CIM_TYPE_NONE &&
           (v->type != CIM_REFERENCE || depth + 1 < WSXML_MAX_NESTING);
}

static char *put_key(const struct wsxml_plan *p, const struct cim_key *k, unsigned depth, char *out)
{
    bool reference = k->value.type == CIM_REFERENCE;

    out = escape_attr(PUT(out, SELECTOR_HEAD), k->name.s, k->name.n);
    out = PUT(out, "\">");
    out = reference ? PUT(out, EPR_OPEN) : out;
    out = wsxml_put_value(p, wsxml_writer_of(k->value.type, true), &k->value, depth + 1, out);
    out = reference ? PUT(out, EPR_CLOSE) : out;
    return PUT(out, SELECTOR_TAIL);
}

/* The content of an EPR */
static char *put_reference(const struct wsxml_plan *p, const struct cim_path *path, unsigned depth, char *out)
{
    struct text ns = path->namespace.n ? path->namespace : p->namespace;

    out = wsxml_put_class_uri(p, path->namespace, path->class_name, PUT(out, EPR_HEAD));
    out = escape_text(PUT(out, EPR_NAMESPACE), ns.s, ns.n);
    out = PUT(out, SELECTOR_TAIL);
    for (uint32_t i = 0; i < path->n_keys; i++)
        if (is_key(&path->keys[i].value, depth))
            out = put_key(p, &path->keys[i], depth, out);
    return PUT(out, EPR_TAIL);
}

static size_t reference_bound(const struct wsxml_plan *p, const struct cim_path *path, unsigned depth)
{
    size_t ns = path->namespace.n ? path->namespace.n : p->namespace.n;
    size_t sum = LEN(EPR_HEAD EPR_NAMESPACE SELECTOR_TAIL EPR_TAIL) + ns * ESCAPE_TEXT_MAX +
                 wsxml_class_uri_bound(p, path->namespace, path->class_name);

    for (uint32_t i = 0; i < path->n_keys; i++) {
        const struct cim_key *k = &path->keys[i];

        if (is_key(&k->value, depth))
            sum += LEN(SELECTOR_HEAD "\">" EPR_OPEN EPR_CLOSE SELECTOR_TAIL) + k->name.n * ESCAPE_ATTR_MAX +
                   wsxml_value_bound(p, wsxml_writer_of(k->value.type, true), &k->value, depth + 1);
    }
    return sum;
}

/* ---- Octet strings ------------------------------------------------------------------------------------------------------------ */

/* Octets to write, from the first one that is no part of the length */
static uint32_t octets(const struct cim_value *v, const struct cim_value **ret_first)
{
    uint64_t length = 0;

    *ret_first = v->items;
    if (v->len < 4)
        return v->len;
    for (unsigned i = 0; i < 4; i++)
        length = length << 8 | (value_is_null(&v->items[i]) ? 0 : v->items[i].uint & 0xFF);
    if (length != v->len)
        return v->len;
    *ret_first = v->items + 4;
    return v->len - 4;
}

static uint32_t octet(const struct cim_value *items, uint32_t n, uint32_t at)
{
    return at < n && !value_is_null(&items[at]) ? items[at].uint & 0xFF : 0;
}

char *wsxml_put_octets(const struct cim_value *v, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const struct cim_value *items;
    uint32_t n = octets(v, &items);

    for (uint32_t i = 0; i < n; i += 3) {
        uint32_t bits = octet(items, n, i) << 16 | octet(items, n, i + 1) << 8 | octet(items, n, i + 2);

        out[0] = digits[bits >> 18];
        out[1] = digits[bits >> 12 & 63];
        out[2] = digits[bits >> 6 & 63];
        out[3] = digits[bits & 63];
        out += 4;
    }
    if (n % 3)
        out[-1] = '=';
    if (n % 3 == 1)
        out[-2] = '=';
    return out;
}

size_t wsxml_octets_bound(const struct cim_value *v)
{
    return ((size_t)v->len + 2) / 3 * 4;
}

/* ---- Embedded instances: prefix q, then q1, q2, ... on the way in -------------------------------------------------------------- */

enum { TAGS_BOUND = LEN("<q1:></q1:> xsi:nil=\"true\" xsi:type=\"cim:cimBase64Binary\">") };

static char *put_prefix(char *out, unsigned depth)
{
    *out++ = 'q';
    if (depth)
        *out++ = (char)('0' + depth);
    return out;
}

static char *put_tag(char *out, const char *bracket, unsigned depth, struct text name)
{
    out = put_prefix(put_text(out, text_of(bracket)), depth);
    *out++ = ':';
    return put_text(out, name);
}

static char *put_element(const struct wsxml_plan *p, const struct cim_property *property, const struct cim_value *v,
                         unsigned depth, char *out)
{
    enum wsxml_writer w = wsxml_writer_of(property_value_type(property), false);

    out = put_tag(out, "<", depth, property->name);
    if (value_is_null(v) || v->type != property_value_type(property))
        return PUT(out, " xsi:nil=\"true\"/>");
    if (w != WRITE_EMBEDDED)
        *out++ = '>';
    out = put_tag(wsxml_put_value(p, w, v, depth + 1, out), "</", depth, property->name);
    *out++ = '>';
    return out;
}

static bool is_octets(const struct cim_property *property, const struct cim_value *v)
{
    return property->flags & FEATURE_OCTETSTRING && property->type == CIM_UINT8 && v->type == CIM_UINT8;
}

static char *put_property(const struct wsxml_plan *p, const struct cim_property *property, const struct cim_value *v,
                          unsigned depth, char *out)
{
    if (value_is_null(v) && property->is_array && p->precise_arrays)
        return PUT(put_tag(out, "<", depth, property->name), WSXML_NULL_ARRAY);
    if (value_is_null(v) && p->omit_null)
        return out;
    if (value_is_null(v) || !value_is_array(v))
        return put_element(p, property, v, depth, out);
    if (is_octets(property, v)) {
        out = PUT(put_tag(out, "<", depth, property->name), " xsi:type=\"cim:cimBase64Binary\">");
        out = put_tag(wsxml_put_octets(v, out), "</", depth, property->name);
        *out++ = '>';
        return out;
    }
    for (uint32_t i = 0; i < v->len; i++)
        out = put_element(p, property, &v->items[i], depth, out);
    return out;
}

static char *put_embedded(const struct wsxml_plan *p, const struct cim_instance *i, unsigned depth, char *out)
{
    const struct cim_class *c = i->class;

    if (depth >= WSXML_MAX_NESTING)
        return PUT(out, " xsi:nil=\"true\">");
    out = put_prefix(PUT(out, " xmlns:"), depth);
    out = wsxml_put_class_uri(p, (struct text){0}, c->name, PUT(out, "=\""));
    out = put_tag(out, "\" xsi:type=\"", depth, c->name);
    out = PUT(out, "_Type\">");
    for (uint16_t k = 0; k < c->n_properties; k++)
        out = put_property(p, &c->properties[k], &i->values[k], depth, out);
    return out;
}

static size_t property_bound(const struct wsxml_plan *p, const struct cim_property *property, const struct cim_value *v,
                             unsigned depth)
{
    enum wsxml_writer w = wsxml_writer_of(property_value_type(property), false);
    size_t tags = TAGS_BOUND + 2 * property->name.n, sum = 0;

    if (value_is_null(v))
        return tags + LEN(WSXML_NULL_ARRAY);
    if (!value_is_array(v))
        return tags + (v->type == property_value_type(property) ? wsxml_value_bound(p, w, v, depth + 1) : 0);
    if (is_octets(property, v))
        return tags + wsxml_octets_bound(v);
    for (uint32_t i = 0; i < v->len; i++)
        sum +=
            tags +
            (v->items[i].type == property_value_type(property) ? wsxml_value_bound(p, w, &v->items[i], depth + 1) : 0);
    return sum;
}

static size_t embedded_bound(const struct wsxml_plan *p, const struct cim_instance *i, unsigned depth)
{
    const struct cim_class *c = i->class;
    size_t sum = LEN(" xmlns:q1=\"\" xsi:type=\"q1:_Type\"> xsi:nil=\"true\"") + c->name.n +
                 wsxml_class_uri_bound(p, (struct text){0}, c->name);

    if (depth >= WSXML_MAX_NESTING)
        return sum;
    for (uint16_t k = 0; k < c->n_properties; k++)
        sum += property_bound(p, &c->properties[k], &i->values[k], depth);
    return sum;
}

/* ---- Any single value ---------------------------------------------------------------------------------------------------------- */

enum wsxml_writer wsxml_writer_of(enum cim_type type, bool key)
{
    switch (type) {
    case CIM_BOOLEAN:
        return WRITE_BOOLEAN;
    case CIM_REAL32:
        return WRITE_REAL32;
    case CIM_REAL64:
        return WRITE_REAL64;
    case CIM_CHAR16:
        return WRITE_CHAR16;
    case CIM_DATETIME:
        return key ? WRITE_DATETIME_KEY : WRITE_DATETIME;
    case CIM_REFERENCE:
        return WRITE_REFERENCE;
    case CIM_INSTANCE:
        return WRITE_EMBEDDED;
    case CIM_STRING:
        return WRITE_STRING;
    default:
        return type_is_signed(type) ? WRITE_SIGNED : WRITE_UNSIGNED;
    }
}

/* A code unit of UCS-2; half a surrogate pair is no character, and becomes U+FFFD with the others that XML cannot
 * hold. */
static char *put_char16(uint16_t c, char *out)
{
    char utf8[4];
    uint32_t character = c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c;

    return escape_any(out, utf8, (size_t)(utf8_put(utf8, character) - utf8));
}

char *wsxml_put_value(const struct wsxml_plan *p, enum wsxml_writer w, const struct cim_value *v, unsigned depth,
                      char *out)
{
    switch (w) {
    case WRITE_UNSIGNED:
        return number_u64(out, v->uint);
    case WRITE_SIGNED:
        return number_s64(out, v->sint);
    case WRITE_STRING:
        return escape_text(out, v->str, v->len);
    case WRITE_BOOLEAN:
        return v->boolean ? PUT(out, "true") : PUT(out, "false");
    case WRITE_DATETIME:
        return put_datetime(v->datetime, out);
    case WRITE_DATETIME_KEY:
        return put_datetime_key(v->datetime, out);
    case WRITE_REAL32:
    case WRITE_REAL64:
        return number_real(out, v->real, w == WRITE_REAL32);
    case WRITE_CHAR16:
        return put_char16(v->char16, out);
    case WRITE_REFERENCE:
        return put_reference(p, v->path, depth, out);
    case WRITE_EMBEDDED:
        return put_embedded(p, v->instance, depth, out);
    case WRITE_OCTETS:
    case WRITE_ARRAY:
        break; /* no single values */
    }
    return out;
}

size_t wsxml_value_bound(const struct wsxml_plan *p, enum wsxml_writer w, const struct cim_value *v, unsigned depth)
{
    if (value_is_null(v))
        return 0;
    switch (w) {
    case WRITE_STRING:
        return (size_t)v->len * ESCAPE_TEXT_MAX;
    case WRITE_DATETIME:
    case WRITE_DATETIME_KEY:
        return DATETIME_BOUND;
    case WRITE_REFERENCE:
        return reference_bound(p, v->path, depth);
    case WRITE_EMBEDDED:
        return embedded_bound(p, v->instance, depth);
    default:
        return NUMBER_ROOM;
    }
}

static void put_scalar_text(struct buf *b, const struct cim_property *p, const struct cim_value *v)
{
    static const struct wsxml_plan none = {0}; /* only references and embedded instances ask it */
    enum wsxml_writer w = wsxml_writer_of(v->type, true);
    char *out;

    if (value_is_null(v) || v->type != p->type || v->type == CIM_REFERENCE)
        return;
    out = malloc(wsxml_value_bound(&none, w, v, 0) + 1);
    if (out)
        buf_put(b, out, (size_t)(wsxml_put_value(&none, w, v, 0, out) - out));
    else
        b->failed = true;
    free(out);
}

static void put_octets_text(struct buf *b, const struct cim_value *v)
{
    char *out = malloc(wsxml_octets_bound(v) + 1);

    if (out)
        buf_put(b, out, (size_t)(wsxml_put_octets(v, out) - out));
    else
        b->failed = true;
    free(out);
}

void wsxml_put_text(struct buf *b, const struct cim_property *p, const struct cim_value *v)
{
    if (!value_is_array(v))
        put_scalar_text(b, p, v);
    else if (value_is_null(v))
        return;
    else if (is_octets(p, v))
        put_octets_text(b, v);
    else
        for (uint32_t i = 0; i < v->len; i++)
            put_scalar_text(b, p, &v->items[i]);
}
