#include "server/http/wsman_service.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "cim/base/version.h"
#include "cim/core/codes.h"

const char *wsman_reply_type(const struct wsman_request *q)
{
    return q->utf16 ? "application/soap+xml;charset=UTF-16" : "application/soap+xml;charset=UTF-8";
}

static bool to_utf16(struct buf *body, bool big_endian)
{
    struct buf wide;
    size_t used = 0;

    buf_init(&wide, 2 * body->max);
    while (used < body->len && buf_ok(&wide)) {
        char part[4096];
        size_t took, n = wsman_to_utf16(body->data + used, body->len - used, &took, part, sizeof(part), big_endian);

        buf_put(&wide, part, n);
        used += took;
    }
    buf_fini(body);
    *body = wide;
    return buf_ok(&wide);
}

void wsman_reply(struct exchange *x, const struct wsman_request *q, unsigned status, struct buf *body)
{
    if (!buf_ok(body) || (q->utf16 && !to_utf16(body, q->utf16_big_endian))) {
        buf_fini(body);
        buf_puts(body, "out of memory\n");
        exchange_reply(x, 500, "text/plain", body);
        return;
    }
    exchange_reply(x, status, wsman_reply_type(q), body);
}

void wsman_reply_fault(struct exchange *x, const struct wsman_request *q, const struct wsman_fault *f)
{
    struct buf b;

    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_fault(&b, q, f);
    wsman_reply(x, q, wsman_fault_http_status(f), &b);
}

static void reply_failure(struct exchange *x, const struct wsman_request *q, int status, const char *message)
{
    struct wsman_fault f = {0};

    wsman_fault_from_status(&f, status < 0 ? CIM_ERR_FAILED : status,
                            status < 0 ? "the service is out of memory" : message);
    wsman_reply_fault(x, q, &f);
}

/* A fresh id: random for the process, counted for the message. */
static void make_message_id(struct wsman_request *q)
{
    static _Atomic uint64_t count, seed;
    uint64_t high = atomic_load(&seed), low = atomic_fetch_add(&count, 1);

    if (!high && getrandom(&high, sizeof(high), 0) == (ssize_t)sizeof(high))
        atomic_store(&seed, high);
    (void)snprintf(q->reply_id, sizeof(q->reply_id),
                   "uuid:%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-8%03" PRIx64 "-%012" PRIx64, high >> 32,
                   high >> 16 & 0xffff, high & 0xfff, low >> 48 & 0xfff, low & 0xffffffffffff);
}

/* ---- Operations */

static void identify(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct buf b;

    (void)s;
    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_identify(&b, q, "cimstream", CIMSTREAM_VERSION, exchange_user(x) != NULL);
    wsman_reply(x, q, 200, &b);
}

static const char *cstr(struct exchange *x, struct text t)
{
    const char *s = arena_strndup(exchange_arena(x), t.s, t.n);

    return s ? s : "";
}

/* The schema and class that the request names; false after a fault. The namespace is a reference. */
static bool find_target(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q,
                        struct core_namespace **ret_ns, const struct cim_class **ret_class)
{
    struct text name = q->target.namespace.n ? q->target.namespace : TEXT(CORE_DEFAULT_NAMESPACE);
    struct core_namespace *ns = core_namespace(s->core, name);
    const struct cim_class *c = ns ? schema_class(ns->schema, q->target.class_name) : NULL;
    struct wsman_fault f = {0};

    if (ns && c) {
        *ret_ns = ns;
        *ret_class = c;
        return true;
    }
    if (!ns)
        wsman_fail(&f, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "there is no namespace %s", cstr(x, name));
    else
        wsman_fail(&f, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "namespace %s has no class %s", ns->name,
                   cstr(x, q->target.class_name));
    f.cim_status = ns ? CIM_ERR_INVALID_CLASS : CIM_ERR_INVALID_NAMESPACE;
    core_namespace_unref(ns);
    wsman_reply_fault(x, q, &f);
    return false;
}

static enum context_needs needs_of(const struct wsman_request *q)
{
    if (q->items == WSXML_EPR)
        return NEEDS_KEYS;
    return q->polymorphism == WSMAN_EXCLUDE_SUBCLASS_PROPERTIES ? NEEDS_BASE : NEEDS_ALL;
}

static struct wsman_plans *plans_for(const struct wsman_service *s, const struct wsman_request *q,
                                     const struct core_namespace *ns, const struct cim_class *c)
{
    const struct wsxml_style style = {.items = q->items,
                                      .namespace = text_of(ns->name),
                                      .wmi_uri = q->target.wmi_uri,
                                      .omit_null = q->exclude_nil};

    if (q->polymorphism == WSMAN_EXCLUDE_SUBCLASS_PROPERTIES)
        return wsman_plans_new(ns->schema, &style, c);
    return wsman_plan_cache_get(s->plans, ns->schema, &style);
}

static int start_enumeration(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q,
                             struct core_namespace *ns, const struct cim_class *c, struct enumeration **ret)
{
    const struct enumeration_request r = {
        .user = exchange_user(x),
        .authn = WBEM_AUTHN_PASSWORD,
        .id = exchange_id(x),
        .ns = ns,
        .class_name = c->name.s,
        .exact = q->polymorphism == WSMAN_POLYMORPHISM_NONE,
        .needs = needs_of(q),
        .format = &wsman_format,
        .format_state = plans_for(s, q, ns, c),
    };

    return r.format_state ? enumeration_new(s->enumerations, &r, ret) : -1;
}

/* An Enumerate that is not optimized: the context alone. */
static void reply_context(struct exchange *x, const struct wsman_request *q, struct enumeration *e, int64_t expires_ms)
{
    struct wsman_page page = {.context = enumeration_id(e), .expires_ms = expires_ms, .total = -1};
    struct buf b;

    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_page_head(&b, q, &page);
    wsman_encode_page_tail(&b, q, &page, false, NULL);
    enumeration_unref(e);
    wsman_reply(x, q, 200, &b);
}

/* Milliseconds from now for the expiration asked for; -1 = none was; false after a fault. */
static bool wanted_life(struct exchange *x, const struct wsman_request *q, int64_t *ret_ms)
{
    struct wsman_fault f = {0};

    *ret_ms = q->expires_ms;
    if (q->expires_at == 0)
        return true;
    *ret_ms = (q->expires_at - (int64_t)time(NULL)) * 1000;
    if (*ret_ms > 0)
        return true;
    wsman_fail(&f, WSEN_INVALID_EXPIRATION_TIME, NULL, "the expiration time has passed already");
    wsman_reply_fault(x, q, &f);
    return false;
}

static void enumerate(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    const struct cim_class *c;
    struct core_namespace *ns;
    struct enumeration *e;
    int64_t life, granted;
    int r;

    if (!wanted_life(x, q, &life) || !find_target(x, s, q, &ns, &c))
        return;
    r = start_enumeration(x, s, q, ns, c, &e);
    core_namespace_unref(ns); /* the walk pins its own */
    if (r) {
        reply_failure(x, q, r, "too many enumerations are open: release or finish some");
        return;
    }
    granted = enumeration_set_life(e, life);
    if (q->optimize)
        wsman_page_serve(x, s, q, e, life >= 0 ? granted : -1);
    else
        reply_context(x, q, e, life >= 0 ? granted : -1);
}

static struct enumeration *find_context(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct enumeration *e = NULL;
    struct wsman_fault f = {0};
    int r = enumeration_find(s->enumerations, q->context, exchange_user(x), &e);

    if (r == 0)
        return e;
    if (r == CIM_ERR_ACCESS_DENIED)
        wsman_fail(&f, WSMAN_ACCESS_DENIED, NULL, "this enumeration belongs to another user");
    else
        wsman_fail(&f, WSEN_INVALID_ENUMERATION_CONTEXT, NULL,
                   "there is no such enumeration: it is finished, released or expired");
    f.cim_status = r;
    wsman_reply_fault(x, q, &f);
    return NULL;
}

static void pull(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct enumeration *e = find_context(x, s, q);

    if (e)
        wsman_page_serve(x, s, q, e, -1);
}

static void release(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct enumeration *e = find_context(x, s, q);
    struct buf b;

    if (!e)
        return;
    enumeration_cancel(e);
    enumeration_unref(e);
    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_release(&b, q);
    wsman_reply(x, q, 200, &b);
}

static void refuse(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct wsman_fault f = {0};

    (void)s;
    wsman_fail(&f, WSA_ACTION_NOT_SUPPORTED, NULL, "action %s is not supported", cstr(x, q->action_uri));
    wsman_reply_fault(x, q, &f);
}

static void (*const operations[])(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q) = {
    [WSMAN_NONE] = refuse, [WSMAN_IDENTIFY] = identify, [WSMAN_ENUMERATE] = enumerate,
    [WSMAN_PULL] = pull,   [WSMAN_RELEASE] = release,   [WSMAN_OTHER] = refuse,
};

static void refuse_type(struct exchange *x)
{
    struct buf b;

    buf_init(&b, WSMAN_MAX_REPLY);
    buf_puts(&b, "WS-Management is sent as application/soap+xml;charset=UTF-8 (or UTF-16)\n");
    exchange_reply(x, 400, "text/plain", &b);
}

void wsman_handle(struct exchange *x, void *service)
{
    struct wsman_request *q = arena_zalloc(exchange_arena(x), sizeof(*q)); /* pages outlive this function */
    struct wsman_fault f = {0};
    enum wsman_charset charset;
    struct text type = exchange_header(x, "Content-Type");
    int r;

    if (!q || !wsman_content_type(type, &charset)) {
        refuse_type(x);
        return;
    }
    make_message_id(q);
    q->machine = Provider_GetLocalComputerName();
    r = wsman_decode(exchange_arena(x), exchange_body(x), charset, q, &f);
    if (!exchange_user(x) && (r != 0 || q->action != WSMAN_IDENTIFY)) {
        exchange_refuse_stranger(x);
        return;
    }
    if (r != 0) {
        if (!f.type)
            wsman_fail(&f, WSMAN_INTERNAL_ERROR, NULL, "the request needs more memory than one may have");
        wsman_reply_fault(x, q, &f);
        return;
    }
    operations[q->action](x, service, q);
}
