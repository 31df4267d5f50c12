#include "server/proto/xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "server/proto/escape.h"
#include "server/proto/xml_guard.h"

static const struct {
    const char *uri;
    enum xml_ns ns;
} namespaces[] = {
    {"http://www.w3.org/2003/05/soap-envelope", XML_NS_SOAP},
    {"http://schemas.xmlsoap.org/ws/2004/08/addressing", XML_NS_WSA},
    {"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd", XML_NS_WSMAN},
    {"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd", XML_NS_WSMB},
    {"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd", XML_NS_WSMID},
    {"http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd", XML_NS_WSMID}, /* as MS-WSMV prints it */
    {"http://schemas.xmlsoap.org/ws/2004/09/transfer", XML_NS_WXF},
    {"http://schemas.xmlsoap.org/ws/2004/09/enumeration", XML_NS_WSEN},
    {"http://schemas.xmlsoap.org/ws/2004/08/eventing", XML_NS_WSE},
    {"http://schemas.dmtf.org/wbem/wscim/1/common", XML_NS_CIM},
    {"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd", XML_NS_MS_WSMAN},
    {"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault", XML_NS_MS_FAULT},
    {"http://www.w3.org/2001/XMLSchema", XML_NS_XS},
    {"http://www.w3.org/2001/XMLSchema-instance", XML_NS_XSI},
    {"http://www.w3.org/XML/1998/namespace", XML_NS_XML},
};

/* An element while it is built */
struct node {
    struct xml_element e;
    size_t room; /* bytes that its text may grow to in place */
};

/* A namespace as libxml2 hands it out: the same pointer for the same text in one document */
struct seen {
    const xmlChar *key;
    struct text uri;
    enum xml_ns ns;
};

enum { SEEN = 16 };

struct parse {
    struct arena *arena;
    xmlParserCtxt *ctxt;
    struct node *root, *current, *newest; /* newest: the child of current that was added last */
    unsigned depth, elements;
    int result;
    struct cim_error *err;
    struct seen seen[SEEN];
    unsigned n_seen;
};

/* ---- Memory of libxml2 --------------------------------------------------------------------------------------------------------- */

/* It goes on after some allocations that fail, and then finds fault with the document or leaves something out of it.
 * Set where one failed on this thread. */
static _Thread_local bool ran_out;

static void *note(void *p)
{
    ran_out |= !p;
    return p;
}

static void *take(size_t n)
{
    return note(malloc(n));
}

static void *retake(void *p, size_t n)
{
    return note(realloc(p, n));
}

static char *duplicate(const char *s)
{
    return note(strdup(s));
}

void xml_global_init(void)
{
    (void)xmlMemSetup(free, take, retake, duplicate); /* fails for NULL alone */
    xmlInitParser();
}

void xml_global_fini(void)
{
    xmlCleanupParser();
}

/* ---- Building the tree --------------------------------------------------------------------------------------------------------- */

static void stop(struct parse *p, int result, const char *why)
{
    if (p->result)
        return;
    p->result = result;
    if (why)
        (void)cim_fail(p->err, CIM_ERR_INVALID_PARAMETER, "line %d, column %d: %s", xmlSAX2GetLineNumber(p->ctxt),
                       xmlSAX2GetColumnNumber(p->ctxt), why);
    xmlStopParser(p->ctxt);
}

/* Once memory is out or the parser was stopped, what libxml2 points to may be gone already. */
static bool is_over(const struct parse *p)
{
    return p->result || ran_out;
}

static struct text copy(struct parse *p, const xmlChar *s, size_t n)
{
    char *t = is_over(p) ? NULL : arena_strndup(p->arena, (const char *)s, n);

    if (!t)
        stop(p, -ENOMEM, NULL);
    return (struct text){t ? t : "", t ? n : 0};
}

static struct text copy_name(struct parse *p, const xmlChar *s)
{
    size_t n = s && !is_over(p) ? strlen((const char *)s) : 0;

    if (n > XML_MAX_NAME_BYTES)
        stop(p, XML_MALFORMED, "a name of more than 1024 bytes");
    return n == 0 ? (struct text){"", 0} : copy(p, s, n);
}

static const struct seen *find_namespace(struct parse *p, const xmlChar *uri)
{
    struct seen *s;

    for (unsigned i = 0; i < p->n_seen; i++)
        if (p->seen[i].key == uri)
            return &p->seen[i];
    if (p->n_seen == SEEN) /* more than any client uses: forget the newest, it is copied again when it comes back */
        p->n_seen--;
    s = &p->seen[p->n_seen++];
    *s = (struct seen){.key = uri, .ns = uri ? XML_NS_OTHER : XML_NS_NONE, .uri = copy_name(p, uri)};
    for (size_t i = 0; uri && i < sizeof(namespaces) / sizeof(*namespaces); i++)
        if (strcmp((const char *)uri, namespaces[i].uri) == 0)
            s->ns = namespaces[i].ns;
    return s;
}

/* libxml2 gives five pointers an attribute: local name, prefix, URI, start and end of the value */
static void add_attributes(struct parse *p, struct xml_element *e, unsigned n, const xmlChar **given)
{
    struct xml_attribute *list = arena_alloc(p->arena, n * sizeof(*list));

    if (!list) {
        stop(p, -ENOMEM, NULL);
        return;
    }
    for (unsigned i = 0; i < n; i++, given += 5) {
        const struct seen *s = find_namespace(p, given[2]);

        list[i] = (struct xml_attribute){.ns = s->ns,
                                         .uri = s->uri,
                                         .name = copy_name(p, given[0]),
                                         .prefix = copy_name(p, given[1])};
        list[i].value = copy(p, given[3], (size_t)(given[4] - given[3]));
        if (p->result)
            return;
    }
    e->attributes = list;
    e->n_attributes = n;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
                     const xmlChar **declared, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    struct parse *p = user;
    const struct seen *s;
    struct node *n;

    (void)declared;
    (void)n_defaulted; /* there is no DTD to default them */
    if (is_over(p))
        return;
    if (p->depth == XML_MAX_DEPTH)
        return stop(p, XML_MALFORMED, "elements nested more than 64 deep");
    if (p->elements == XML_MAX_ELEMENTS)
        return stop(p, XML_MALFORMED, "more than 100000 elements");
    if (n_attributes + n_namespaces > XML_MAX_ATTRIBUTES)
        return stop(p, XML_MALFORMED, "an element with more than 64 attributes");
    n = arena_zalloc(p->arena, sizeof(*n));
    if (!n)
        return stop(p, -ENOMEM, NULL);
    s = find_namespace(p, uri);
    n->e =
        (struct xml_element){.ns = s->ns, .uri = s->uri, .text = {"", 0}, .parent = p->current ? &p->current->e : NULL};
    n->e.name = copy_name(p, name);
    n->e.prefix = copy_name(p, prefix);
    if (n_attributes)
        add_attributes(p, &n->e, (unsigned)n_attributes, attributes);
    if (!p->root)
        p->root = n;
    else if (p->newest)
        p->newest->e.next = &n->e;
    else if (p->current)
        p->current->e.children = &n->e;
    p->current = n;
    p->newest = NULL;
    p->depth++;
    p->elements++;
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct parse *p = user;

    (void)name;
    (void)prefix;
    (void)uri;
    if (is_over(p) || !p->current)
        return;
    p->newest = p->current;
    p->current = (struct node *)p->newest->e.parent; /* made by on_start; the element is a node's first member */
    p->depth--;
}

/* Pieces are joined in room that doubles, so that many of them cost no more than one. */
static void on_text(void *user, const xmlChar *s, int len)
{
    struct parse *p = user;
    struct text *t;
    size_t n = (size_t)len, need;

    if (is_over(p) || !p->current || len <= 0)
        return;
    t = &p->current->e.text;
    need = t->n + n;
    if (need > p->current->room) {
        size_t room = t->n ? 2 * need : need;
        char *grown = arena_alloc(p->arena, room + 1);

        if (!grown)
            return stop(p, -ENOMEM, NULL);
        if (t->n)
            memcpy(grown, t->s, t->n);
        t->s = grown;
        p->current->room = room;
    }
    memcpy((char *)t->s + t->n, s, n); /* room is only there for text of ours */
    t->n = need;
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    (void)name;
    (void)public;
    (void)system;
    stop(user, XML_MALFORMED, "document type declarations are not allowed");
}

static void on_instruction(void *user, const xmlChar *target, const xmlChar *data)
{
    (void)target;
    (void)data;
    stop(user, XML_MALFORMED, "processing instructions are not allowed");
}

/* The parser ends by itself after an error: stopping it here would pull its input away under its hands. */
static void on_error(void *user, xmlErrorPtr error)
{
    struct parse *p = user;
    size_t n = error->message ? strcspn(error->message, "\n") : 0;

    if (is_over(p) || error->level < XML_ERR_ERROR)
        return;
    p->result = error->code == XML_ERR_NO_MEMORY ? -ENOMEM : XML_MALFORMED;
    if (p->result == XML_MALFORMED)
        (void)cim_fail(p->err, CIM_ERR_INVALID_PARAMETER, "line %d, column %d: %.*s", error->line, error->int2, (int)n,
                       n ? error->message : "malformed");
}

/* ---- Parsing ------------------------------------------------------------------------------------------------------------------- */

/* A context a document: making one costs a twentieth of the parsing, and names of one request do not pile up for
 * the next. */
static int parse(struct parse *p, struct text t)
{
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_doctype,
        .processingInstruction = on_instruction,
        .serror = on_error,
    };

    ran_out = false;
    p->ctxt = xmlCreatePushParserCtxt(&handler, p, NULL, 0, NULL);
    if (!p->ctxt)
        return -ENOMEM;
    (void)xmlCtxtUseOptions(p->ctxt, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    p->ctxt->charset = XML_CHAR_ENCODING_UTF8;      /* known: nothing is to be guessed from the first bytes */
    (void)xmlParseChunk(p->ctxt, t.s, (int)t.n, 1); /* on_error has told */
    if (!p->result && (!p->ctxt->wellFormed || !p->root || p->current)) {
        p->result = XML_MALFORMED;
        (void)cim_fail(p->err, CIM_ERR_INVALID_PARAMETER, "not a well-formed XML document");
    }
    xmlFreeParserCtxt(p->ctxt);
    return ran_out ? -ENOMEM : p->result;
}

int xml_parse(struct arena *a, struct text utf8, const struct xml_element **ret_root, struct cim_error *err)
{
    struct parse p = {.arena = a, .err = err};
    int r;

    if (utf8.n >= 3 && memcmp(utf8.s, "\xEF\xBB\xBF", 3) == 0)
        utf8 = (struct text){utf8.s + 3, utf8.n - 3};
    if (utf8.n == 0 || utf8.n > INT32_MAX) {
        (void)cim_fail(err, CIM_ERR_INVALID_PARAMETER, utf8.n ? "the document is too large" : "the document is empty");
        return XML_MALFORMED;
    }
    r = xml_guard(utf8, err);
    if (r == 0)
        r = parse(&p, utf8);
    if (r == 0)
        *ret_root = &p.root->e;
    return r;
}

/* ---- Reading the tree ---------------------------------------------------------------------------------------------------------- */

static bool named(struct text t, const char *name)
{
    return strlen(name) == t.n && memcmp(t.s, name, t.n) == 0;
}

bool xml_is(const struct xml_element *e, enum xml_ns ns, const char *name)
{
    return e->ns == ns && named(e->name, name);
}

const struct xml_element *xml_child(const struct xml_element *e, enum xml_ns ns, const char *name)
{
    const struct xml_element *c = e->children;

    while (c && !xml_is(c, ns, name))
        c = c->next;
    return c;
}

struct text xml_attribute(const struct xml_element *e, enum xml_ns ns, const char *name)
{
    for (uint32_t i = 0; i < e->n_attributes; i++)
        if (e->attributes[i].ns == ns && named(e->attributes[i].name, name))
            return e->attributes[i].value;
    return (struct text){NULL, 0};
}

struct text xml_xsi(const struct xml_element *e, const char *name)
{
    struct text t = xml_attribute(e, XML_NS_XSI, name);

    return t.s ? t : xml_attribute(e, XML_NS_XS, name);
}

bool xml_true(struct text t)
{
    t = text_trim(t);
    return text_ieqs(t, "true") || text_ieqs(t, "1");
}

static void put_declaration(struct buf *b, struct text prefix, struct text uri)
{
    buf_puts(b, prefix.n ? " xmlns:" : " xmlns");
    buf_text(b, prefix);
    buf_puts(b, "=\"");
    escape_put_attr(b, uri);
    buf_char(b, '"');
}

/* Each prefix once; xml needs no declaration */
static bool is_declared(const struct xml_element *e, uint32_t attribute)
{
    struct text prefix = e->attributes[attribute].prefix;

    if (prefix.n == 0 || text_eq(prefix, TEXT("xml")) || text_eq(prefix, e->prefix))
        return true;
    for (uint32_t i = 0; i < attribute; i++)
        if (text_eq(prefix, e->attributes[i].prefix))
            return true;
    return false;
}

static void put_name(struct buf *b, struct text prefix, struct text name)
{
    buf_text(b, prefix);
    if (prefix.n)
        buf_char(b, ':');
    buf_text(b, name);
}

void xml_serialise(struct buf *b, const struct xml_element *e)
{
    buf_char(b, '<');
    put_name(b, e->prefix, e->name);
    put_declaration(b, e->prefix, e->uri);
    for (uint32_t i = 0; i < e->n_attributes; i++) {
        const struct xml_attribute *a = &e->attributes[i];

        if (!is_declared(e, i))
            put_declaration(b, a->prefix, a->uri);
        buf_char(b, ' ');
        put_name(b, a->prefix, a->name);
        buf_puts(b, "=\"");
        escape_put_attr(b, a->value);
        buf_char(b, '"');
    }
    buf_char(b, '>');
    if (!e->children)
        escape_put_text(b, e->text);
    for (const struct xml_element *c = e->children; c; c = c->next)
        xml_serialise(b, c); /* not deeper than XML_MAX_DEPTH */
    buf_puts(b, "</");
    put_name(b, e->prefix, e->name);
    buf_char(b, '>');
}
