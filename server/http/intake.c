#include "server/http/intake.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "server/http/conn.h"
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

static void work(void *arg)
{
    struct exchange *x = arg;
    const struct route *row = x->route;

    if (!row->anonymous && !x->user && !authenticate(x)) {
        exchange_send(x);
        return;
    }
    assert(row->anonymous || x->user);
    row->handler(x, row->service);
}

/* ---- On the io thread */

/* UINT64_MAX when it is not told before. */
static uint64_t content_length(const struct exchange *x)
{
    struct text length = exchange_header(x, MHD_HTTP_HEADER_CONTENT_LENGTH);
    uint64_t n;

    if (exchange_header(x, MHD_HTTP_HEADER_TRANSFER_ENCODING).s)
        return UINT64_MAX;
    return length.s && text_to_u64(length, &n) ? n : 0;
}

/* The refusal that the head alone is worth. */
static bool refuse_head(struct exchange *x, uint64_t length)
{
    struct listener *l = x->conn->listener;
    struct text authorization;

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
    if (!x->route->anonymous) {
        authorization = exchange_header(x, MHD_HTTP_HEADER_AUTHORIZATION);
        if (!authorization.s) {
            exchange_set_canned(x, CANNED_401);
            return true;
        }
        if (auth_known(l->auth, authorization, &x->conn->proof))
            x->user = x->conn->proof.user;
    }
    if (length != UINT64_MAX && length > l->max_request) {
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
static enum MHD_Result leave_head(struct exchange *x, uint64_t length)
{
    bool waits = length && exchange_header(x, MHD_HTTP_HEADER_EXPECT).s;

    if (atomic_load(&x->phase) != PHASE_DRAIN || (!waits && (length == UINT64_MAX || length <= INTAKE_DRAIN_MAX)))
        return MHD_YES;
    exchange_phase(x, PHASE_REPLYING);
    return exchange_queue(x) ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(struct exchange *x)
{
    uint64_t length;

    atomic_fetch_add(&x->conn->listener->busy, 1);
    x->id = atomic_fetch_add(&x->conn->listener->last_id, 1) + 1;
    x->drained = 0;
    x->status = 0;
    x->head_again = false;
    length = content_length(x);
    if (refuse_head(x, length)) {
        exchange_phase(x, PHASE_DRAIN);
    } else if (!x->route->anonymous && !x->user && length > INTAKE_STRANGER_MAX) {
        x->head_again = hand_over(x, PHASE_PROVING, prove_first);
        if (x->head_again)
            return MHD_YES;
    } else {
        exchange_phase(x, PHASE_BODY);
    }
    return leave_head(x, length);
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
        x->path = path;
        x->method = method;
        x->version = version;
        *ret_exchange = x;
        return begin(x);
    }
    if (x->head_again) { /* suspended during the first call, which the library makes anew */
        x->head_again = false;
        exchange_unhold(x);
        return leave_head(x, content_length(x));
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
