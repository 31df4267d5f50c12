/* XML of a request as a small tree. libxml2 reads it, hardened: no DTD, no entities but the five, no processing
 * instructions, no network, and the limits below; whatever is refused is refused at the place where it stands. The
 * tree lives in the request's arena. Any thread.
 */
#ifndef SERVER_PROTO_XML_H
#define SERVER_PROTO_XML_H

#include "cim/base/arena.h"
#include "cim/base/buf.h"
#include "cim/base/status.h"

/* The size of the document is the caller's matter (and the arena's). */
enum { XML_MAX_DEPTH = 64, XML_MAX_ATTRIBUTES = 64, XML_MAX_ELEMENTS = 100000, XML_MAX_NAME_BYTES = 1024 };

/* Namespaces that requests are made of. A name is matched by this and its local name, never by its prefix. */
enum xml_ns {
    XML_NS_NONE,  /* no namespace */
    XML_NS_OTHER, /* uri tells */
    XML_NS_SOAP,  /* SOAP 1.2 envelope */
    XML_NS_WSA,
    XML_NS_WSMAN,
    XML_NS_WSMB,
    XML_NS_WSMID,
    XML_NS_WXF,
    XML_NS_WSEN,
    XML_NS_WSE,
    XML_NS_CIM,
    XML_NS_MS_WSMAN,
    XML_NS_MS_FAULT,
    XML_NS_XS,
    XML_NS_XSI,
    XML_NS_XML,
};

struct xml_attribute {
    struct text name, value, prefix, uri; /* prefix n 0 without a namespace */
    enum xml_ns ns;
};

struct xml_element {
    struct text name; /* local */
    enum xml_ns ns;
    uint32_t n_attributes; /* namespace declarations are none */
    struct text text;      /* all character data directly inside, joined */
    const struct xml_attribute *attributes;
    const struct xml_element *children, *next, *parent;
    struct text prefix, uri;
};

/* Once at the start of the process, before threads; and at its end. */
void xml_global_init(void);
void xml_global_fini(void);

enum { XML_MALFORMED = 1, XML_ENCODING = 2 };

/* Parses UTF-8. 0, -ENOMEM, XML_MALFORMED, or XML_ENCODING where the XML declaration names another encoding; err
 * says what and where. */
int xml_parse(struct arena *a, struct text utf8, const struct xml_element **ret_root, struct cim_error *err);

/* The first child or following sibling of that name; NULL if there is none. */
const struct xml_element *xml_child(const struct xml_element *e, enum xml_ns ns, const char *name);
bool xml_is(const struct xml_element *e, enum xml_ns ns, const char *name);

/* s NULL if there is no such attribute. */
struct text xml_attribute(const struct xml_element *e, enum xml_ns ns, const char *name);

/* xsi:nil or xsi:type, also where a client binds xsi to the XMLSchema namespace by mistake. */
struct text xml_xsi(const struct xml_element *e, const char *name);

/* xs:boolean in any case, white space around it allowed. */
bool xml_true(struct text t);

/* The element as text again, complete with declarations of the prefixes that it and its attributes use. */
void xml_serialise(struct buf *b, const struct xml_element *e);

#endif
