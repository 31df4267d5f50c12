#include <errno.h>
#include <string.h>

#include "server/proto/utf.h"
#include "server/proto/wsman_impl.h"

/* ---- Content-Type */

static struct text until(struct text t, char c)
{
    const char *end = t.n ? memchr(t.s, c, t.n) : NULL;

    return end ? (struct text){t.s, (size_t)(end - t.s)} : t;
}

static struct text unquote(struct text t)
{
    t = text_trim(t);
    if (t.n >= 2 && t.s[0] == '"' && t.s[t.n - 1] == '"')
        return (struct text){t.s + 1, t.n - 2};
    return t;
}

static enum wsman_charset charset_of(struct text name)
{
    static const struct {
        const char *name;
        enum wsman_charset charset;
    } known[] = {
        {"UTF-8", WSMAN_UTF8},  {"UTF8", WSMAN_UTF8},        {"US-ASCII", WSMAN_UTF8},    {"UTF-16", WSMAN_UTF16},
        {"UTF16", WSMAN_UTF16}, {"UTF-16LE", WSMAN_UTF16LE}, {"UTF-16BE", WSMAN_UTF16BE}, {"UNICODE", WSMAN_UTF16LE},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (text_ieqs(name, known[i].name))
            return known[i].charset;
    return WSMAN_CHARSET_UNKNOWN;
}

static bool is_served_type(struct text t)
{
    return text_ieqs(t, "application/soap+xml") || text_ieqs(t, "text/xml") || text_ieqs(t, "application/xml");
}

bool wsman_content_type(struct text header, enum wsman_charset *ret_charset)
{
    struct text type = until(header, ';'), rest;

    if (!is_served_type(text_trim(type)))
        return false;
    *ret_charset = WSMAN_UTF8;
    rest = (struct text){header.s + type.n, header.n - type.n};
    while (rest.n) {
        struct text part = until((struct text){rest.s + 1, rest.n - 1}, ';'), name = until(part, '=');

        if (text_ieqs(text_trim(name), "charset") && name.n < part.n)
            *ret_charset = charset_of(unquote((struct text){part.s + name.n + 1, part.n - name.n - 1}));
        rest = (struct text){part.s + part.n, rest.n - 1 - part.n};
    }
    return true;
}

/* ---- Bytes to XML */

/* A byte order mark or a '<' of two bytes shows UTF-16 whatever was said: no UTF-8 document begins so. */
static enum wsman_charset look(struct text t, enum wsman_charset said)
{
    unsigned char a = t.n > 1 ? (unsigned char)t.s[0] : 0, b = t.n > 1 ? (unsigned char)t.s[1] : 0;

    if ((a == 0xFF && b == 0xFE) || (a == '<' && b == 0))
        return WSMAN_UTF16LE;
    if ((a == 0xFE && b == 0xFF) || (a == 0 && b == '<'))
        return WSMAN_UTF16BE;
    return said == WSMAN_UTF16 ? WSMAN_UTF16LE : said;
}

static int to_utf8(struct decode *d, struct text *body, enum wsman_charset charset)
{
    struct wsman_request *q = d->q;
    size_t at;
    int r;

    if (charset == WSMAN_CHARSET_UNKNOWN)
        return DECODE_FAIL(d, WSMAN_ENCODING_LIMIT, "CharacterSet",
                           "the character set of the request is not UTF-8 or UTF-16");
    charset = look(*body, charset);
    q->utf16 = charset != WSMAN_UTF8;
    q->utf16_big_endian = charset == WSMAN_UTF16BE;
    if (!q->utf16)
        return 0;
    r = utf16_to_utf8(d->arena, *body, &q->utf16_big_endian, body, &at);
    if (r > 0)
        return DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "the request is no UTF-16 at byte %zu", at);
    return r;
}

/* ---- The envelope */

/* SOAP 1.1 or something newer gets the answer that SOAP has for it. */
static int check_envelope(struct decode *d, const struct xml_element *root)
{
    if (!text_eq(root->name, TEXT("Envelope")))
        return DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "the request is no SOAP envelope");
    if (root->ns != XML_NS_SOAP)
        return DECODE_FAIL(d, SOAP_VERSION_MISMATCH, NULL, "the envelope is not of SOAP 1.2");
    return 0;
}

static int split_envelope(struct decode *d, const struct xml_element *root, const struct xml_element **ret_header)
{
    const struct xml_element *first = root->children,
                             *header = first && xml_is(first, XML_NS_SOAP, "Header") ? first : NULL;
    const struct xml_element *body = header ? header->next : first;

    if (!body || !xml_is(body, XML_NS_SOAP, "Body") || body->next)
        return DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "the envelope must hold s:Header, then s:Body");
    *ret_header = header;
    d->body = body;
    return 0;
}

static bool is_identify(const struct decode *d)
{
    return d->body->children && xml_is(d->body->children, XML_NS_WSMID, "Identify");
}

static void settle_selectors(struct decode *d)
{
    struct wsman_fault f = {0};
    int r = d->selectors ? selectors_read(d->arena, d->selectors, 0, &d->q->target, &f) : 0;

    d->no_memory |= r == -ENOMEM;
    if (r > 0 && !d->f->type)
        *d->f = f;
}

static void settle_resource(struct decode *d)
{
    if (d->q->target.resource_uri.n == 0)
        (void)DECODE_FAIL(d, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "wsman:ResourceURI is missing");
    else if (d->uri_bad)
        (void)DECODE_FAIL(d, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "%s", d->uri_error.message);
    settle_selectors(d);
}

static void read_message(struct decode *d, const struct xml_element *header)
{
    if (is_identify(d))
        d->q->action = WSMAN_IDENTIFY;
    if (header)
        headers_read(d, header);
    if (d->q->action == WSMAN_IDENTIFY)
        return;
    headers_require(d);
    action_check(d);
    settle_resource(d);
    if (!d->f->type)
        body_read(d);
}

static int decode(struct decode *d, struct text body, enum wsman_charset charset)
{
    const struct xml_element *root, *header = NULL;
    struct cim_error err = {0};
    int r = to_utf8(d, &body, charset);

    if (r)
        return r;
    r = xml_parse(d->arena, body, &root, &err);
    if (r < 0)
        return r;
    if (r == XML_ENCODING)
        return DECODE_FAIL(d, WSMAN_ENCODING_LIMIT, "CharacterSet", "%s", err.message);
    if (r)
        return DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "%s", err.message);
    if (check_envelope(d, root) || split_envelope(d, root, &header))
        return 1;
    read_message(d, header);
    return d->no_memory ? -ENOMEM : d->f->type != WSMAN_FAULT_NONE;
}

int wsman_decode(struct arena *a, struct text body, enum wsman_charset charset, struct wsman_request *ret,
                 struct wsman_fault *ret_fault)
{
    struct decode d = {.arena = a, .q = ret, .f = ret_fault};
    struct wsman_request fresh = {
        .operation_timeout_ms = -1, .max_elements = 1, .expires_ms = -1, .max_time_ms = -1, .machine = ret->machine};
    int r;

    memcpy(fresh.reply_id, ret->reply_id, sizeof(fresh.reply_id));
    *ret = fresh;
    *ret_fault = (struct wsman_fault){0};
    r = decode(&d, body, charset);
    if (r < 0)
        *ret_fault = (struct wsman_fault){0};
    return r;
}
