#include "server/http/wsman_service.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

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

void wsman_reply_failure(struct exchange *x, const struct wsman_request *q, int status, const char *message)
{
    struct wsman_fault f = {0};

    wsman_fault_from_status(&f, status < 0 ? CIM_ERR_FAILED : status,
                            status < 0 ? "the service is out of memory" : message);
    wsman_reply_fault(x, q, &f);
}

void wsman_reply_decode_failure(struct exchange *x, const struct wsman_request *q, int status,
                                const struct wsman_fault *f)
{
    if (status < 0)
        wsman_reply_failure(x, q, status, NULL);
    else
        wsman_reply_fault(x, q, f);
}

/* ---- What operations share */

int wsman_fault_no_namespace(struct wsman_fault *f, const struct wsman_epr *target)
{
    f->cim_status = CIM_ERR_INVALID_NAMESPACE;
    return wsman_fail(f, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "there is no namespace %.*s",
                      (int)target->namespace.n, target->namespace.s);
}

int wsman_fault_no_class(struct wsman_fault *f, const char *namespace, const struct wsman_epr *target)
{
    f->cim_status = CIM_ERR_INVALID_CLASS;
    return wsman_fail(f, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "namespace %s has no class %.*s", namespace,
                      (int)target->class_name.n, target->class_name.s);
}

struct wsxml_style wsman_style(const struct wsman_request *q, const char *namespace)
{
    return (struct wsxml_style){.items = WSXML_OBJECT,
                                .namespace = text_of(namespace),
                                .wmi_uri = q->target.wmi_uri,
                                .omit_null = q->exclude_nil,
                                .precise_arrays = q->precise_arrays,
                                .location = q->show_extensions};
}

int wsman_add_options(MethodContext *ctx, const struct wsman_request *q)
{
    int r = 0;

    for (uint32_t i = 0; i < q->n_options && r == 0; i++)
        r = context_add_option(ctx, q->options[i].name, q->options[i].value);
    return r;
}

/* The body has been through wsman_decode once, so its type is known to be good. */
struct wsman_request *wsman_decode_again(struct exchange *x, struct arena *a, const struct wsman_request *q,
                                         struct wsman_fault *ret_fault)
{
    struct text body = exchange_body(x);
    struct wsman_request *own = arena_zalloc(a, sizeof(*own));
    enum wsman_charset charset = WSMAN_UTF8;
    char *copy = arena_strndup(a, body.s, body.n);

    if (!own || !copy)
        return NULL;
    (void)wsman_content_type(exchange_header(x, "Content-Type"), &charset);
    memcpy(own->reply_id, q->reply_id, sizeof(own->reply_id));
    own->machine = q->machine;
    return wsman_decode(a, (struct text){copy, body.n}, charset, own, ret_fault) == 0 ? own : NULL;
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

static void refuse(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q)
{
    struct wsman_fault f = {0};

    (void)s;
    wsman_fail(&f, WSA_ACTION_NOT_SUPPORTED, NULL, "action %.*s is not supported", (int)q->action_uri.n,
               q->action_uri.s);
    wsman_reply_fault(x, q, &f);
}

static void (*const operations[])(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q) = {
    [WSMAN_NONE] = refuse,           [WSMAN_IDENTIFY] = identify,     [WSMAN_ENUMERATE] = wsman_enumerate,
    [WSMAN_PULL] = wsman_pull,       [WSMAN_RELEASE] = wsman_release, [WSMAN_GET] = wsman_transfer,
    [WSMAN_PUT] = wsman_transfer,    [WSMAN_CREATE] = wsman_transfer, [WSMAN_DELETE] = wsman_transfer,
    [WSMAN_INVOKE] = wsman_transfer, [WSMAN_OTHER] = refuse,
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
