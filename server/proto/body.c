/* Actions and bodies (DSP0226 section 8, DSP0227 section 8): what is asked for. */
#include <errno.h>
#include <string.h>

#include "cim/model/datetime.h"
#include "server/proto/wsman_impl.h"

/* ---- Actions */

#define WSEN_ACTION "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
#define WXF_ACTION "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define WSE_ACTION "http://schemas.xmlsoap.org/ws/2004/08/eventing/"

static const struct {
    const char *uri;
    enum wsman_action action;
} actions[] = {
    {WSEN_ACTION "Enumerate", WSMAN_ENUMERATE},
    {WSEN_ACTION "Pull", WSMAN_PULL},
    {WSEN_ACTION "Release", WSMAN_RELEASE},
    {WXF_ACTION "Get", WSMAN_GET},
    {WXF_ACTION "Put", WSMAN_PUT},
    {WXF_ACTION "Create", WSMAN_CREATE},
    {WXF_ACTION "Delete", WSMAN_DELETE},
};

enum wsman_action action_of(struct text uri)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
        if (text_eq(uri, text_of(actions[i].uri)))
            return actions[i].action;
    return uri.n ? WSMAN_OTHER : WSMAN_NONE;
}

static bool starts(struct text t, struct text prefix)
{
    return t.n > prefix.n && text_eq((struct text){t.s, prefix.n}, prefix);
}

/* A method's action is the resource URI and its name. */
static struct text method_of(const struct wsman_request *q)
{
    struct text uri = q->target.resource_uri, rest = {q->action_uri.s + uri.n + 1, q->action_uri.n - uri.n - 1};

    if (uri.n == 0 || !starts(q->action_uri, uri) || q->action_uri.s[uri.n] != '/' ||
        memchr(rest.s, '/', rest.n) != NULL)
        return (struct text){"", 0};
    return rest;
}

static void refuse_action(struct decode *d)
{
    struct text uri = d->q->action_uri;

    if (starts(uri, TEXT(WXF_ACTION)) || starts(uri, TEXT(WSEN_ACTION)) || starts(uri, TEXT(WSE_ACTION)))
        (void)DECODE_FAIL(d, WSA_ACTION_NOT_SUPPORTED, NULL, "%.*s is not served", (int)uri.n, uri.s);
    else
        (void)DECODE_FAIL(d, WSA_ACTION_NOT_SUPPORTED, NULL, "%.*s is no action of this service", (int)uri.n, uri.s);
}

/* FragmentTransfer goes with what reads or writes a single representation. */
static void check_fragment(struct decode *d)
{
    if (d->q->has_fragment && d->q->action != WSMAN_GET && d->q->action != WSMAN_PUT)
        (void)DECODE_FAIL(d, WSMAN_UNSUPPORTED_FEATURE, "FragmentLevelAccess",
                          "wsman:FragmentTransfer is for Get and Put; a query with a list of properties projects");
}

void action_check(struct decode *d)
{
    struct wsman_request *q = d->q;

    if (q->action == WSMAN_NONE)
        (void)DECODE_FAIL(d, WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL, "wsa:Action is empty");
    if (q->action == WSMAN_OTHER) {
        q->method = method_of(q);
        q->action = q->method.n ? WSMAN_INVOKE : WSMAN_OTHER;
    }
    if (q->action == WSMAN_OTHER)
        refuse_action(d);
    else if (q->action >= WSMAN_GET && q->action <= WSMAN_INVOKE && text_eq(q->target.class_name, TEXT("*")) &&
             !q->target.metadata)
        (void)DECODE_FAIL(d, WSA_ACTION_NOT_SUPPORTED, "ActionMismatch", "%.*s needs a class, not all of them",
                          (int)q->action_uri.n, q->action_uri.s);
    check_fragment(d);
}

/* ---- Elements of the bodies, a function each */

static void read_optimize(struct decode *d, const struct xml_element *e)
{
    (void)e;
    d->q->optimize = true;
}

static void read_max_elements(struct decode *d, const struct xml_element *e)
{
    d->q->has_max_elements = true;
    if (!positive_parse(text_trim(e->text), &d->q->max_elements))
        (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "MaxElements is no positive number");
}

static void read_max_characters(struct decode *d, const struct xml_element *e)
{
    if (!positive_parse(text_trim(e->text), &d->q->max_characters))
        (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "MaxCharacters is no positive number");
}

static void read_max_time(struct decode *d, const struct xml_element *e)
{
    int64_t ms;

    if (duration_parse(text_trim(e->text), &ms) && ms >= 0)
        d->q->max_time_ms = ms;
    else
        (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "MaxTime is no duration");
}

static void read_context(struct decode *d, const struct xml_element *e)
{
    d->q->context = text_trim(e->text);
}

static void read_mode(struct decode *d, const struct xml_element *e)
{
    struct text mode = text_trim(e->text);

    if (text_eq(mode, TEXT("EnumerateEPR")))
        d->q->items = WSXML_EPR;
    else if (text_eq(mode, TEXT("EnumerateObjectAndEPR")))
        d->q->items = WSXML_OBJECT_AND_EPR;
    else
        (void)DECODE_FAIL(d, WSMAN_UNSUPPORTED_FEATURE, "EnumerationMode", "this wsman:EnumerationMode is not known");
}

static const struct {
    const char *name;
    enum wsman_polymorphism mode;
} polymorphisms[] = {
    {"IncludeSubClassProperties", WSMAN_INCLUDE_SUBCLASS_PROPERTIES},
    {"ExcludeSubClassProperties", WSMAN_EXCLUDE_SUBCLASS_PROPERTIES},
    {"None", WSMAN_POLYMORPHISM_NONE},
};

static void read_polymorphism(struct decode *d, const struct xml_element *e)
{
    struct text mode = text_trim(e->text);

    for (size_t i = 0; i < sizeof(polymorphisms) / sizeof(*polymorphisms); i++) {
        if (!text_ieqs(mode, polymorphisms[i].name))
            continue;
        d->q->polymorphism = polymorphisms[i].mode;
        if (d->q->polymorphism != WSMAN_INCLUDE_SUBCLASS_PROPERTIES && text_eq(d->q->target.class_name, TEXT("*")))
            (void)DECODE_FAIL(d, WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED, NULL,
                              "all classes are enumerated with IncludeSubClassProperties only");
        return;
    }
    (void)DECODE_FAIL(d, WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED, NULL, "wsmb:PolymorphismMode %.*s is not known",
                      mode.n > 64 ? 64 : (int)mode.n, mode.s);
}

/* A duration, or the time of day when the context may go */
static void read_expires(struct decode *d, const struct xml_element *e)
{
    struct text t = text_trim(e->text);
    struct cim_datetime when;
    int64_t ms;

    if (duration_parse(t, &ms)) {
        if (ms <= 0)
            (void)DECODE_FAIL(d, WSEN_INVALID_EXPIRATION_TIME, NULL, "wsen:Expires is not above zero");
        d->q->expires_ms = ms;
    } else if (t.n && t.s[0] >= '0' && t.s[0] <= '9' && datetime_parse_iso(t, &when)) {
        d->q->expires_at = when.usec / 1000000;
        if (d->q->expires_at <= 0)
            (void)DECODE_FAIL(d, WSEN_INVALID_EXPIRATION_TIME, NULL, "wsen:Expires has passed long ago");
    } else {
        (void)DECODE_FAIL(d, WSEN_UNSUPPORTED_EXPIRATION_TYPE, NULL, "wsen:Expires is neither a duration nor a time");
    }
}

static void refuse_end_to(struct decode *d, const struct xml_element *e)
{
    (void)e;
    (void)DECODE_FAIL(d, WSMAN_UNSUPPORTED_FEATURE, "AddressingMode", "wsen:EndTo is not supported");
}

/* Both namespaces mean the same; both together mean nothing. */
static void read_filter(struct decode *d, const struct xml_element *e)
{
    if (d->filter)
        (void)DECODE_FAIL(d, WSEN_CANNOT_PROCESS_FILTER, NULL, "more than one filter");
    else
        filter_read(d, e);
    d->filter = e;
}

/* ---- Bodies */

struct part {
    enum xml_ns ns, also; /* some clients mix up wsman:MaxElements and wsen:MaxElements */
    const char *name;
    void (*read)(struct decode *d, const struct xml_element *e);
    bool may_repeat;
};

static const struct part enumerate_parts[] = {
    {XML_NS_WSMAN, XML_NS_WSMAN, "OptimizeEnumeration", read_optimize, false},
    {XML_NS_WSMAN, XML_NS_WSEN, "MaxElements", read_max_elements, false},
    {XML_NS_WSMAN, XML_NS_WSMAN, "EnumerationMode", read_mode, false},
    {XML_NS_WSMB, XML_NS_WSMB, "PolymorphismMode", read_polymorphism, false},
    {XML_NS_WSEN, XML_NS_WSEN, "Expires", read_expires, false},
    {XML_NS_WSEN, XML_NS_WSEN, "EndTo", refuse_end_to, false},
    {XML_NS_WSMAN, XML_NS_WSEN, "Filter", read_filter, true},
};

static const struct part pull_parts[] = {
    {XML_NS_WSEN, XML_NS_WSEN, "EnumerationContext", read_context, false},
    {XML_NS_WSEN, XML_NS_WSEN, "MaxTime", read_max_time, false},
    {XML_NS_WSEN, XML_NS_WSMAN, "MaxElements", read_max_elements, false},
    {XML_NS_WSEN, XML_NS_WSEN, "MaxCharacters", read_max_characters, false},
};

static const struct part release_parts[] = {
    {XML_NS_WSEN, XML_NS_WSEN, "EnumerationContext", read_context, false},
};

struct body {
    const char *name; /* in wsen; NULL: the body is an instance, parameters, or nothing */
    const struct part *parts;
    unsigned n;
    bool needs_context;
    const char *content; /* what such a body must be; NULL: anything or nothing */
};

#define PARTS(array) (array), sizeof(array) / sizeof(*(array))

static const struct body bodies[] = {
    [WSMAN_ENUMERATE] = {"Enumerate", PARTS(enumerate_parts), false, NULL},
    [WSMAN_PULL] = {"Pull", PARTS(pull_parts), true, NULL},
    [WSMAN_RELEASE] = {"Release", PARTS(release_parts), true, NULL},
    [WSMAN_PUT] = {.content = "one element, the instance or wsman:XmlFragment"},
    [WSMAN_CREATE] = {.content = "one element, the instance"},
    [WSMAN_INVOKE] = {.name = NULL},
};

/* Elements that no row knows are somebody's extension: they may be ignored. */
static void read_part(struct decode *d, const struct body *b, const struct xml_element *e, uint32_t *seen)
{
    for (unsigned i = 0; i < b->n; i++) {
        const struct part *p = &b->parts[i];

        if (!xml_is(e, p->ns, p->name) && !xml_is(e, p->also, p->name))
            continue;
        if (*seen & 1u << i && !p->may_repeat)
            (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "%s is given twice", p->name);
        *seen |= 1u << i;
        p->read(d, e);
        return;
    }
}

/* An Enumerate that names an instance is a mistake. Pull and Release repeat what Enumerate said, and it does not
 * matter. */
static void check_selectors(struct decode *d)
{
    const struct wsman_request *q = d->q;

    if (q->action == WSMAN_ENUMERATE && q->target.n_selectors)
        (void)DECODE_FAIL(d, WSMAN_INVALID_SELECTORS, "UnexpectedSelectors",
                          "selector %.*s: an enumeration takes none but __cimnamespace",
                          q->target.selectors[0].name.n > 64 ? 64 : (int)q->target.selectors[0].name.n,
                          q->target.selectors[0].name.s);
}

/* A body whose meaning needs the class: wsman_model.h reads it. */
static void read_content(struct decode *d, const struct body *b)
{
    const struct xml_element *e = d->body->children;

    d->q->content = e;
    if ((b->content && !e) || (e && e->next))
        (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "the body must be %s",
                          b->content ? b->content : "one element or empty");
}

void body_read(struct decode *d)
{
    const struct body *b = &bodies[d->q->action];
    const struct xml_element *e = d->body->children;
    uint32_t seen = 0;

    check_selectors(d);
    if (!b->name) {
        read_content(d, b);
        return;
    }
    if (!e || !xml_is(e, XML_NS_WSEN, b->name) || e->next) {
        (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "the body must be one wsen:%s", b->name);
        return;
    }
    for (const struct xml_element *c = e->children; c; c = c->next)
        read_part(d, b, c, &seen);
    if (b->needs_context && d->q->context.n == 0)
        (void)DECODE_FAIL(d, WSEN_INVALID_ENUMERATION_CONTEXT, NULL, "wsen:EnumerationContext is missing or empty");
}
