#include "server/http/conn.h"

#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "cim/base/log.h"
#include "server/http/address.h"

/* What a request may hold besides its body: a parsed request is a few times as large as its text. */
enum { ARENA_FACTOR = 4, ARENA_LEAST = 1 << 20 };

uint64_t conn_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

struct conn *conn_new(struct listener *l, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *address = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct conn *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->listener = l;
    c->mhd = mhd;
    c->fd = fd ? fd->connect_fd : -1;
    address_format(address ? address->client_addr : NULL, c->peer, sizeof(c->peer));
    atomic_init(&c->since, conn_now());
    c->x.conn = c;
    arena_init(&c->x.arena, l->max_request * ARENA_FACTOR + ARENA_LEAST);
    buf_init(&c->x.body, l->max_request);
    pthread_mutex_lock(&l->lock);
    c->next = l->conns;
    if (c->next)
        c->next->prev = c;
    l->conns = c;
    pthread_mutex_unlock(&l->lock);
    return c;
}

void conn_free(struct conn *c)
{
    struct listener *l = c->listener;

    pthread_mutex_lock(&l->lock);
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        l->conns = c->next;
    pthread_mutex_unlock(&l->lock);
    arena_fini(&c->x.arena);
    buf_fini(&c->x.body);
    free(c);
}

static bool peer_closed(const struct conn *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};

    return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

static void hang_up(struct conn *c)
{
    (void)shutdown(c->fd, SHUT_RDWR); /* it may be gone by itself */
}

/* A request has not come whole. The library's own limit starts anew with every byte, so one that drips in is ours to
 * end. And it misses the end of the other side if that came together with bytes; once they have been read for sure,
 * at the next tick, we say it again.
 */
static void tick_receiving(struct conn *c, uint64_t since, uint64_t now)
{
    unsigned limit_s = 2 * c->listener->idle_s;

    if (now > since + 1000ull * limit_s) {
        log_line(LOG_LEVEL_INFO, "http", 0, "a request from %s took longer than %u s to arrive", c->peer, limit_s);
        hang_up(c);
    } else if (!peer_closed(c)) {
        c->closed_since = 0;
    } else if (c->closed_since == since) {
        hang_up(c);
    } else {
        c->closed_since = since;
    }
}

static void tick_one(struct conn *c, uint64_t now)
{
    switch (atomic_load(&c->x.phase)) {
    case PHASE_REPLYING:
        if (atomic_load(&c->x.wake) == WAKE_SLEEPING && peer_closed(c))
            (void)exchange_cut(&c->x); /* unless it has just been woken */
        break;
    case PHASE_IDLE:
    case PHASE_BODY:
    case PHASE_DRAIN:
        tick_receiving(c, atomic_load(&c->since), now);
        break;
    default:
        break;
    }
}

void conn_tick(struct listener *l)
{
    uint64_t now = conn_now();

    pthread_mutex_lock(&l->lock);
    for (struct conn *c = l->conns; c; c = c->next)
        tick_one(c, now);
    pthread_mutex_unlock(&l->lock);
}

void conn_cut_all(struct listener *l)
{
    pthread_mutex_lock(&l->lock);
    for (struct conn *c = l->conns; c; c = c->next)
        if (!exchange_cut(&c->x) && atomic_load(&c->x.streaming))
            hang_up(c);
    pthread_mutex_unlock(&l->lock);
}
