/* SOAP headers of WS-Management (DSP0226 sections 5 and 6, MS-WSMV 2.2.4): a row each. */
#include <errno.h>
#include <string.h>

#include "cim/model/path.h"
#include "server/proto/wsman_impl.h"

static bool must_understand(const struct xml_element *e)
{
    return xml_true(xml_attribute(e, XML_NS_SOAP, "mustUnderstand"));
}

/* A header for another role than the last receiver's is none of ours. */
static bool is_for_us(const struct xml_element *e)
{
    struct text role = text_trim(xml_attribute(e, XML_NS_SOAP, "role"));

    return role.n == 0 || text_eq(role, TEXT("http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver")) ||
           text_eq(role, TEXT("http://www.w3.org/2003/05/soap-envelope/role/next"));
}

/* ---- WS-Addressing */

static void read_action(struct decode *d, const struct xml_element *e)
{
    d->q->action_uri = text_trim(e->text);
    if (d->q->action == WSMAN_NONE)
        d->q->action = action_of(d->q->action_uri);
}

static void read_message_id(struct decode *d, const struct xml_element *e)
{
    struct text id = text_trim(e->text);

    if (id.n == 0 || id.n > WSMAN_MAX_MESSAGE_ID)
        (void)DECODE_FAIL(d, WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL, "wsa:MessageID is empty or too long");
    else
        d->q->message_id = id; /* repeated in the reply, so not any length */
}

/* The text MS-WSMV writes has a slash at its end. */
static bool is_anonymous(struct text t)
{
    t = text_trim(t);
    if (t.n && t.s[t.n - 1] == '/')
        t.n--;
    return text_eq(t, TEXT(WSA_ANONYMOUS));
}

static void check_address(struct decode *d, const struct xml_element *e)
{
    const struct xml_element *address = xml_child(e, XML_NS_WSA, "Address");

    if (!address)
        (void)DECODE_FAIL(d, WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL, "wsa:%.*s has no wsa:Address",
                          (int)e->name.n, e->name.s);
    else if (!is_anonymous(address->text))
        (void)DECODE_FAIL(d, WSMAN_UNSUPPORTED_FEATURE, "AddressingMode", "wsa:%.*s must be the anonymous address",
                          (int)e->name.n, e->name.s);
}

/* Of an EPR; ReferenceProperties are what 2004/08 calls some of them */
static void echo(struct buf *b, const struct xml_element *parameters)
{
    for (const struct xml_element *c = parameters ? parameters->children : NULL; c; c = c->next)
        xml_serialise(b, c);
}

static void read_reply_to(struct decode *d, const struct xml_element *e)
{
    const struct xml_element *properties = xml_child(e, XML_NS_WSA, "ReferenceProperties");
    const struct xml_element *parameters = xml_child(e, XML_NS_WSA, "ReferenceParameters");
    struct buf b;
    char *text;

    check_address(d, e);
    if (!properties && !parameters)
        return;
    buf_init(&b, WSMAN_MAX_REPLY_HEADERS);
    echo(&b, properties);
    echo(&b, parameters);
    if (b.full) {
        (void)DECODE_FAIL(d, WSMAN_ENCODING_LIMIT, "ServiceEnvelopeLimit",
                          "the reference parameters of wsa:ReplyTo are too long");
    } else {
        text = buf_ok(&b) ? arena_strndup(d->arena, buf_view(&b).s, b.len) : NULL;
        d->q->reply_headers = (struct text){text, text ? b.len : 0};
        d->no_memory |= !text;
    }
    buf_fini(&b);
}

/* ---- WS-Management */

static void read_resource_uri(struct decode *d, const struct xml_element *e)
{
    struct wsman_request *q = d->q;
    int r;

    q->target.resource_uri = text_trim(e->text);
    if (q->target.resource_uri.n > WSMAN_MAX_URI) {
        (void)DECODE_FAIL(d, WSMAN_ENCODING_LIMIT, "URILimitExceeded", "the resource URI is longer than 2048 bytes");
        return;
    }
    r = uri_parse(d->arena, q->target.resource_uri, &q->target, &d->uri_error);
    d->no_memory |= r == -ENOMEM;
    d->uri_bad = r > 0;
}

static void read_selectors(struct decode *d, const struct xml_element *e)
{
    d->selectors = e;
}

/* Policy tells what is to happen with events that are too large; it has no meaning for what is served, but must be
 * one of the three. */
static void read_max_envelope(struct decode *d, const struct xml_element *e)
{
    struct text policy = text_trim(xml_attribute(e, XML_NS_NONE, "Policy"));

    if (!positive_parse(text_trim(e->text), &d->q->max_envelope))
        (void)DECODE_FAIL(d, WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL,
                          "wsman:MaxEnvelopeSize is no positive number");
    else if (d->q->max_envelope < WSMAN_MIN_ENVELOPE)
        (void)DECODE_FAIL(d, WSMAN_ENCODING_LIMIT, "MinimumEnvelopeLimit", "wsman:MaxEnvelopeSize is less than 8192");
    if (policy.n && !text_eq(policy, TEXT("CancelResponse")) && !text_eq(policy, TEXT("ContinueResponse")) &&
        !text_eq(policy, TEXT("Skip")))
        (void)DECODE_FAIL(d, WSMAN_UNSUPPORTED_FEATURE, "MaxEnvelopePolicy",
                          "this Policy of wsman:MaxEnvelopeSize is not known");
}

static void read_timeout(struct decode *d, const struct xml_element *e)
{
    int64_t ms;

    if (duration_parse(text_trim(e->text), &ms) && ms > 0)
        d->q->operation_timeout_ms = ms;
    else
        (void)DECODE_FAIL(d, WSA_INVALID_MESSAGE_INFORMATION_HEADER, "InvalidTimeout",
                          "wsman:OperationTimeout is no duration above zero");
}

/* Only the first message of an enumeration counts (R6.3-5). English is what we speak. */
static void read_locale(struct decode *d, const struct xml_element *e)
{
    struct text lang = text_trim(xml_attribute(e, XML_NS_XML, "lang"));
    bool english = lang.n >= 2 && text_ieqs((struct text){lang.s, 2}, "en") && (lang.n == 2 || lang.s[2] == '-');

    if (must_understand(e) && !english && d->q->action != WSMAN_PULL && d->q->action != WSMAN_RELEASE)
        (void)DECODE_FAIL(d, WSMAN_UNSUPPORTED_FEATURE, "Locale", "replies are in English only");
}

/* Which operations it goes with is checked when the action is known. */
static void read_fragment(struct decode *d, const struct xml_element *e)
{
    struct text dialect = text_trim(xml_attribute(e, XML_NS_NONE, "Dialect"));

    d->q->has_fragment = true;
    d->q->fragment = text_trim(e->text);
    if (!must_understand(e))
        (void)DECODE_FAIL(d, WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL,
                          "wsman:FragmentTransfer must be marked mustUnderstand");
    else if (dialect.n && !text_eq(dialect, TEXT(XPATH_DIALECT)))
        (void)DECODE_FAIL(d, WSMAN_FRAGMENT_DIALECT_NOT_SUPPORTED, NULL, "fragments are named by XPath 1.0, level 1");
    else if (e->children)
        (void)DECODE_FAIL(d, WSMAN_CANNOT_PROCESS_FILTER, NULL, "wsman:FragmentTransfer holds a path, and no elements");
}

static void read_request_epr(struct decode *d, const struct xml_element *e)
{
    (void)e;
    d->q->request_epr = true;
}

static void read_count(struct decode *d, const struct xml_element *e)
{
    (void)e;
    d->q->total_items_estimate = true;
}

/* ---- The table */

struct header {
    enum xml_ns ns;
    const char *name;
    void (*read)(struct decode *d, const struct xml_element *e); /* NULL: accepted, without effect */
    const char *required;                                        /* sentence for when it is missing; NULL: optional */
};

static const struct header headers[] = {
    {XML_NS_WSA, "Action", read_action, "wsa:Action is missing"},
    {XML_NS_WSA, "MessageID", read_message_id, "wsa:MessageID is missing"},
    {XML_NS_WSA, "To", NULL, "wsa:To is missing"},
    {XML_NS_WSA, "ReplyTo", read_reply_to, "wsa:ReplyTo is missing"},
    {XML_NS_WSA, "FaultTo", check_address, NULL},
    {XML_NS_WSA, "From", NULL, NULL},
    {XML_NS_WSA, "RelatesTo", NULL, NULL},
    {XML_NS_WSMAN, "ResourceURI", read_resource_uri, NULL},
    {XML_NS_WSMAN, "SelectorSet", read_selectors, NULL},
    {XML_NS_WSMAN, "OptionSet", options_read, NULL},
    {XML_NS_WSMAN, "MaxEnvelopeSize", read_max_envelope, NULL},
    {XML_NS_WSMAN, "OperationTimeout", read_timeout, NULL},
    {XML_NS_WSMAN, "Locale", read_locale, NULL},
    {XML_NS_WSMAN, "FragmentTransfer", read_fragment, NULL},
    {XML_NS_WSMAN, "RequestEPR", read_request_epr, NULL},
    {XML_NS_WSMAN, "RequestTotalItemsCountEstimate", read_count, NULL},
    {XML_NS_WSE, "Identifier", NULL, NULL},
    {XML_NS_MS_WSMAN, "DataLocale", NULL, NULL},
    {XML_NS_MS_WSMAN, "SessionId", NULL, NULL},
    {XML_NS_MS_WSMAN, "OperationID", NULL, NULL},
    {XML_NS_MS_WSMAN, "SequenceId", NULL, NULL},
    {XML_NS_MS_WSMAN, "ActivityId", NULL, NULL},
};

enum { HEADERS = sizeof(headers) / sizeof(*headers) };

_Static_assert(HEADERS <= 64, "decode.seen has a bit for each");

static const struct header *find_header(const struct xml_element *e)
{
    for (size_t i = 0; i < HEADERS; i++)
        if (xml_is(e, headers[i].ns, headers[i].name))
            return &headers[i];
    return NULL;
}

/* SOAP asks for this before anything else is looked at. */
static void check_understood(struct decode *d, const struct xml_element *header)
{
    for (const struct xml_element *e = header->children; e; e = e->next) {
        if (!must_understand(e) || !is_for_us(e) || find_header(e))
            continue;
        d->f->not_understood_uri = e->uri;
        d->f->not_understood_name = e->name;
        (void)wsman_fail(d->f, SOAP_MUST_UNDERSTAND, NULL, "header %.*s is not understood", (int)e->name.n, e->name.s);
        return;
    }
}

static void read_header(struct decode *d, const struct xml_element *e)
{
    const struct header *h = find_header(e);
    uint64_t bit = h ? (uint64_t)1 << (h - headers) : 0;

    if (!h || !is_for_us(e))
        return;
    if (d->seen & bit) {
        (void)DECODE_FAIL(d, WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL, "header %s is given twice", h->name);
        return;
    }
    d->seen |= bit;
    if (h->read)
        h->read(d, e);
}

void headers_read(struct decode *d, const struct xml_element *header)
{
    check_understood(d, header);
    for (const struct xml_element *e = header->children; e; e = e->next)
        read_header(d, e);
}

void headers_require(struct decode *d)
{
    for (size_t i = 0; i < HEADERS; i++)
        if (headers[i].required && !(d->seen & (uint64_t)1 << i))
            (void)DECODE_FAIL(d, WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL, "%s", headers[i].required);
}
