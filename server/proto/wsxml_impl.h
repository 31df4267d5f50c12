/* Between wsxml.c, wsxml_plan.c and wsxml_value.c; nobody else includes it.
 *
 * A plan is a run of constant text, then one op a value. What stands between two values is the same for every
 * instance (`</p:A><p:B>`), so it is one copy. It is copied before it is known whether the next value is there; a
 * NULL takes the opening tag back (open_len bytes) and copies its own run instead (`<p:B xsi:nil="true"/><p:C>`).
 */
#ifndef SERVER_PROTO_WSXML_IMPL_H
#define SERVER_PROTO_WSXML_IMPL_H

#include <string.h>

#include "server/proto/wsxml.h"

/* Embedded instances in embedded instances; one that lies deeper is written as NULL. Also the keys of references
 * that are references. */
enum { WSXML_MAX_NESTING = 8 };

/* Behind the name of an element that stands for a NULL array (MS-WSMV, option UsePreciseArrays). Its prefix is
 * declared where it is used: NULL arrays are rare, envelopes are not. */
#define WSXML_NULL_ARRAY \
    " xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\" xsi:nil=\"true\" m:IsNullArray=\"true\"/>"

/* Constant runs are copied in steps of so many bytes: the pool may be read, the output written so far beyond the
 * end. */
enum { WSXML_SLACK = 32 };

enum wsxml_writer {
    WRITE_UNSIGNED,
    WRITE_SIGNED,
    WRITE_STRING,
    WRITE_BOOLEAN,
    WRITE_DATETIME,     /* with its cim:Datetime, cim:Interval, ... element */
    WRITE_DATETIME_KEY, /* as text, in a selector */
    WRITE_REAL32,
    WRITE_REAL64,
    WRITE_CHAR16,
    WRITE_REFERENCE,
    WRITE_EMBEDDED, /* the opening tag is still open, for xsi:type */
    WRITE_OCTETS,   /* an octet string as base64 */
    WRITE_ARRAY,    /* item by item, each with item_writer */
};

struct wsxml_op {
    uint16_t tag; /* type and flags of the values that writer can write, see wsxml_tag; all others are written as NULL */
    uint16_t index; /* in cim_instance.values */
    uint8_t writer, item_writer;
    uint32_t open_len, after_len, close_len, nil_len, nil_item_len;
    const char *after;    /* `</p:B><p:C>`; the first close_len bytes are `</p:B>` */
    const char *nil;      /* `<p:B xsi:nil="true"/><p:C>` */
    const char *open;     /* `<p:B>` */
    const char *nil_item; /* for NULL items of arrays: `<p:B xsi:nil="true"/>` */
};

struct wsxml_plan {
    size_t fixed; /* bytes that any instance takes at most, but for what the ops in strings and variable write */
    const struct wsxml_op *ops;
    char *pool; /* begins with the first run */
    uint32_t head_len;
    uint16_t n_ops, n_strings, n_variable;
    uint16_t *strings;     /* properties that are plain strings */
    uint16_t *variable;    /* ops of other values whose size depends on the value */
    struct text namespace; /* of the style; in the plan's memory */
    bool wmi_uri, omit_null, precise_arrays;
};

/* type and flags as one number */
static inline uint16_t wsxml_tag(const struct cim_value *v)
{
    uint16_t tag;

    memcpy(&tag, v, sizeof(tag));
    return tag;
}

/* What writes one value of a type; key: in a selector, where a datetime is bare text. */
enum wsxml_writer wsxml_writer_of(enum cim_type type, bool key);

/* The URI of a class; an empty namespace is the plan's. Escaped for attributes, which fits text as well. */
char *wsxml_put_class_uri(const struct wsxml_plan *p, struct text namespace, struct text class_name, char *out);
size_t wsxml_class_uri_bound(const struct wsxml_plan *p, struct text namespace, struct text class_name);

/* One value that is not NULL, of the type that goes with the writer, by the writers of single values. WRITE_EMBEDDED
 * begins with the attributes. Returns the end.
 */
char *wsxml_put_value(const struct wsxml_plan *p, enum wsxml_writer w, const struct cim_value *v, unsigned depth,
                      char *out);

/* Bytes that wsxml_put_value takes at most; any value. */
size_t wsxml_value_bound(const struct wsxml_plan *p, enum wsxml_writer w, const struct cim_value *v, unsigned depth);

/* Base64 of an array of uint8; where it starts with its own length in four bytes, as OctetString says, without them. */
char *wsxml_put_octets(const struct cim_value *v, char *out);

size_t wsxml_octets_bound(const struct cim_value *v);

#endif
