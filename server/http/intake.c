#include "server/http/intake.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "server/http/conn.h"
#include "server/http/gzip.h"
#include "server/http/head.h"
#include "server/http/routes.h"
#include "server/run/pool.h"

/* ---- On a worker */

/* Sets the user, or the refusal. */
static bool authenticate(struct exchange *x)
{
    struct conn *c = x->conn;
    struct text header = exchange_header(x, MHD_HTTP_HEADER_AUTHORIZATION);

    switch (auth_check(c->listener->auth, header, c->peer, x->id, &c->proof)) {
    case AUTH_GRANTED:
        x->user = c->proof.user;
        return true;
    case AUTH_DENIED:
        exchange_set_canned(x, CANNED_401);
        return false;
    default:
        exchange_set_canned(x, CANNED_503);
        return false;
    }
}

/* The connection is suspended before the body. */
static void prove_first(void *arg)
{
    struct exchange *x = arg;
    struct MHD_Connection *mhd = x->conn->mhd;

    exchange_phase(x, authenticate(x) ? PHASE_BODY : PHASE_DRAIN);
    MHD_resume_connection(mhd);
}

/* Sets the refusal of what is no gzip, or too much of it. */
static bool unpack(struct exchange *x)
{
    static const struct {
        int failure;
        enum canned answer;
    } answers[] = {{-EBADMSG, CANNED_400}, {-E2BIG, CANNED_413}, {-ENOMEM, CANNED_503}};
    int r = gzip_unpack(&x->body);

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        if (r == answers[i].failure)
            exchange_set_canned(x, answers[i].answer);
    return r == 0;
}

static void work(void *arg)
{
    struct exchange *x = arg;

    if ((!x->user && !x->stranger && !authenticate(x)) || (x->packed && !unpack(x))) {
        exchange_send(x);
        return;
    }
    assert(x->user || x->stranger);
    x->route->handler(x, x->route->service);
}

/* ---- On the io thread */

/* Whoever shows credentials is asked for their truth, also where strangers may come. */
static bool identify(struct exchange *x, const struct head *head)
{
    struct conn *c = x->conn;

    if (head->authorization.s) {
        if (auth_known(c->listener->auth, head->authorization, &c->proof))
            x->user = c->proof.user;
        return true;
    }
    x->stranger = x->route->strangers == ROUTE_ANYBODY || (x->route->strangers == ROUTE_MARKED && head->marked);
    return x->stranger;
}

/* The refusal that the head alone is worth. */
static bool refuse_head(struct exchange *x, const struct head *head)
{
    struct listener *l = x->conn->listener;

    switch (routes_find(l->routes, text_of(x->method), text_of(x->path), &x->route)) {
    case ROUTE_NO_PATH:
        exchange_set_canned(x, CANNED_404);
        return true;
    case ROUTE_NO_METHOD:
        exchange_set(x, MHD_HTTP_METHOD_NOT_ALLOWED, canned_405(x->route->methods));
        return true;
    case ROUTE_FOUND:
        break;
    }
    if (!identify(x, head)) {
        exchange_set_canned(x, CANNED_401);
        return true;
    }
    x->body.max = x->stranger && l->max_request > INTAKE_STRANGER_MAX ? INTAKE_STRANGER_MAX : l->max_request;
    if (head->length != UINT64_MAX && head->length > x->body.max) {
        exchange_set_canned(x, CANNED_413);
        return true;
    }
    return false;
}

/* The connection is suspended until the job has done its part. */
static bool hand_over(struct exchange *x, enum phase phase, void (*job)(void *arg))
{
    exchange_phase(x, phase);
    if (!exchange_hold(x)) { /* the listener stops */
        exchange_set_canned(x, CANNED_503);
        exchange_phase(x, PHASE_DRAIN);
        return false;
    }
    if (!pool_submit(x->conn->listener->pool, job, x)) {
        exchange_set_canned(x, CANNED_503);
        exchange_phase(x, phase == PHASE_WORKING ? PHASE_REPLYING : PHASE_DRAIN);
        MHD_resume_connection(x->conn->mhd);
    }
    return true;
}

/* What was decided on the head takes effect. An early answer costs the connection; worth it if the client waits for
 * our word, or would send for long.
 */
static enum MHD_Result leave_head(struct exchange *x)
{
    bool drain = !x->waits && (x->length == UINT64_MAX || x->length <= INTAKE_DRAIN_MAX);

    if (atomic_load(&x->phase) != PHASE_DRAIN || drain)
        return MHD_YES;
    exchange_phase(x, PHASE_REPLYING);
    return exchange_queue(x) ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(struct exchange *x)
{
    struct head head;
    enum canned why;
    enum head_outcome outcome = head_read(x, &head, &why);

    atomic_fetch_add(&x->conn->listener->busy, 1);
    x->id = atomic_fetch_add(&x->conn->listener->last_id, 1) + 1;
    x->drained = 0;
    x->status = 0;
    x->head_again = false;
    x->stranger = false;
    x->packed = head.packed;
    x->length = head.length;
    x->waits = head.waits || outcome == HEAD_BROKEN; /* one that is broken is answered at once, too */
    if (outcome == HEAD_BROKEN) {
        exchange_set_canned(x, why);
        exchange_phase(x, PHASE_DRAIN);
    } else if (refuse_head(x, &head)) {
        exchange_phase(x, PHASE_DRAIN);
    } else if (outcome == HEAD_REFUSED) {
        exchange_set_canned(x, why);
        exchange_phase(x, PHASE_DRAIN);
    } else if (!x->stranger && !x->user && (head.length > INTAKE_STRANGER_MAX || head.waits)) {
        x->head_again = hand_over(x, PHASE_PROVING, prove_first);
        if (x->head_again)
            return MHD_YES;
    } else {
        exchange_phase(x, PHASE_BODY);
    }
    return leave_head(x);
}

/* False: more than one wants to read of what is refused. */
static bool take_bytes(struct exchange *x, const char *bytes, size_t n)
{
    if (atomic_load(&x->phase) == PHASE_BODY) {
        buf_put(&x->body, bytes, n);
        if (buf_ok(&x->body))
            return true;
        buf_fini(&x->body);
        exchange_set_canned(x, CANNED_413);
        atomic_store(&x->phase, PHASE_DRAIN);
    }
    x->drained += n;
    return x->drained <= INTAKE_DRAIN_MAX;
}

static enum MHD_Result end(struct exchange *x)
{
    switch (atomic_load(&x->phase)) {
    case PHASE_BODY:
        if (hand_over(x, PHASE_WORKING, work))
            return MHD_YES;
        break;
    case PHASE_WORKING: /* woken for nothing */
        MHD_suspend_connection(x->conn->mhd);
        return MHD_YES;
    default:
        break;
    }
    exchange_phase(x, PHASE_REPLYING);
    exchange_unhold(x);
    return exchange_queue(x) ? MHD_YES : MHD_NO;
}

enum MHD_Result intake_call(void *listener, struct MHD_Connection *mhd, const char *path, const char *method,
                            const char *version, const char *bytes, size_t *n, void **ret_exchange)
{
    struct exchange *x = *ret_exchange;
    bool go_on;

    (void)listener;
    if (!x) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        struct conn *c = info ? info->socket_context : NULL;

        if (!c)
            return MHD_NO;
        x = &c->x;
        x->path = head_path(path);
        x->method = method;
        x->version = version;
        *ret_exchange = x;
        return begin(x);
    }
    if (x->head_again) { /* suspended during the first call, which the library makes anew */
        x->head_again = false;
        exchange_unhold(x);
        return leave_head(x);
    }
    if (*n == 0)
        return end(x);
    go_on = take_bytes(x, bytes, *n);
    *n = 0;
    return go_on ? MHD_YES : MHD_NO;
}

void intake_completed(void *listener, struct MHD_Connection *mhd, void **exchange, enum MHD_RequestTerminationCode code)
{
    struct listener *l = listener;
    struct exchange *x = *exchange;

    if (!x)
        return;
    if (x->streaming && code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        (void)MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT, l->idle_s);
    *exchange = NULL;
    exchange_over(x);
}
