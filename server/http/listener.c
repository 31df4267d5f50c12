#include "server/http/listener.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cim/base/log.h"
#include "server/http/address.h"
#include "server/http/conn.h"
#include "server/http/intake.h"
#include "server/http/routes.h"
#include "server/run/config.h"

/* A connection's memory in the library: the head of a request, or a chunk of a streamed reply. The library zeroes all
 * of it after every request, 0.07 µs a KiB, so more of it costs small requests; streams are not faster with more.
 */
enum { CONNECTION_MEMORY = 48 << 10, BACKLOG = 511 };

static void notice(void *listener, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *context = conn_new(listener, mhd);
    else if (*context)
        conn_free(*context);
}

static void library_log(void *arg, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

static void library_log(void *arg, const char *fmt, va_list ap)
{
    char text[256];

    (void)arg;
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    text[strcspn(text, "\n")] = '\0';
    log_line(LOG_LEVEL_DEBUG, "mhd", 0, "%s", text);
}

/* ---- Sockets */

static int bind_socket(const union address *a)
{
    int one = 1, fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
        (a->any.sa_family != AF_INET6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) == 0) &&
        bind(fd, &a->any, address_size(a)) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    one = -errno;
    (void)close(fd); /* nothing was sent */
    return one;
}

static void name_door(struct door *d, int fd)
{
    union address a = {0};
    socklen_t n = sizeof(a);
    char host[64];

    (void)getsockname(fd, &a.any, &n); /* it is bound */
    address_format(&a.any, host, sizeof(host));
    (void)snprintf(d->url, sizeof(d->url), "http://%s/", host);
    if (!address_is_loopback(&a))
        log_line(LOG_LEVEL_WARNING, "http", 0, "%s is open to the network without TLS: passwords pass in clear text",
                 d->url);
}

/* MHD_AcceptPolicyCallback. The library can also be told to stop listening, but its io thread and whoever tells it then take
 * the socket out of epoll both, and the second of them aborts the process.
 */
static enum MHD_Result accept_until_stop(void *arg, const struct sockaddr *peer, socklen_t peer_size)
{
    struct listener *l = arg;

    (void)peer;
    (void)peer_size;
    return atomic_load(&l->stopping) ? MHD_NO : MHD_YES;
}

/* Paths are C strings to the library and to us: one with a NUL stays as it was sent, and is found nowhere. */
static size_t unescape(void *arg, struct MHD_Connection *mhd, char *s)
{
    (void)arg;
    (void)mhd;
    return strstr(s, "%00") ? strlen(s) : MHD_http_unescape(s);
}

static struct MHD_Daemon *start_daemon(struct listener *l, const struct config *c, int fd)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, c->io_threads > 1 ? (intptr_t)c->io_threads : 0, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)c->max_connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)l->idle_s, NULL},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)unescape, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)notice, l},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)intake_completed, l},
        {MHD_OPTION_END, 0, NULL},
    };

    return MHD_start_daemon(flags, 0, accept_until_stop, l, intake_call, l, MHD_OPTION_EXTERNAL_LOGGER, library_log,
                            NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static int open_door(struct listener *l, const struct config *c, const char *where, struct cim_error *err)
{
    struct door *d = &l->doors[l->n_doors];
    union address a;
    int fd;

    if (!address_parse(where, &a))
        return cim_fail(err, -EINVAL, "listen = %s: expected address:port, or [address]:port for IPv6", where);
    fd = bind_socket(&a);
    if (fd < 0)
        return cim_fail(err, fd, "cannot listen on %s: %s", where, strerror(-fd));
    name_door(d, fd);
    d->daemon = start_daemon(l, c, fd);
    if (!d->daemon) {
        (void)close(fd); /* nothing was sent */
        return cim_fail(err, -EIO, "cannot serve %s: %s", where, strerror(errno));
    }
    l->n_doors++;
    return 0;
}

/* ---- Life */

static void init_sync(struct listener *l)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&l->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&l->calm, &attr);
    pthread_condattr_destroy(&attr);
}

static void destroy(struct listener *l)
{
    canned_fini(l->canned);
    pthread_cond_destroy(&l->calm);
    pthread_mutex_destroy(&l->lock);
    free(l->doors);
    free(l);
}

struct listener *listener_new(const struct config *c, const struct routes *routes, struct auth *auth, struct pool *pool,
                              struct cim_error *err)
{
    struct listener *l = calloc(1, sizeof(*l));
    struct door *doors = calloc(c->listen.n ? c->listen.n : 1, sizeof(*doors));
    int r = l && doors ? 0 : cim_fail(err, -ENOMEM, "out of memory");

    if (r != 0) {
        free(l);
        free(doors);
        return NULL;
    }
    l->routes = routes;
    l->auth = auth;
    l->pool = pool;
    l->doors = doors;
    l->max_request = c->max_request;
    l->gzip = c->gzip != 0;
    l->idle_s = (unsigned)((c->idle_timeout + 999) / 1000);
    l->stall_s = (unsigned)((c->stall_timeout + 999) / 1000);
    init_sync(l);
    if (!canned_init(l->canned))
        r = cim_fail(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < c->listen.n && r == 0; i++)
        r = open_door(l, c, c->listen.items[i], err);
    if (r == 0)
        return l;
    (void)listener_stop(l, 0); /* nobody has come yet */
    return NULL;
}

const char *listener_url(const struct listener *l, size_t i)
{
    return i < l->n_doors ? l->doors[i].url : NULL;
}

void listener_tick(struct listener *l)
{
    conn_tick(l);
}

/* Until the counter is 0. */
static bool wait_calm(struct listener *l, atomic_uint *counter, unsigned ms)
{
    struct timespec until;
    int r = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&l->lock);
    while (atomic_load(counter) && r == 0)
        r = pthread_cond_timedwait(&l->calm, &l->lock, &until);
    pthread_mutex_unlock(&l->lock);
    return atomic_load(counter) == 0;
}

bool listener_stop(struct listener *l, unsigned deadline_ms)
{
    if (!l)
        return true;
    atomic_store(&l->stopping, true);
    conn_cut_all(l);
    if (!wait_calm(l, &l->held, deadline_ms)) {
        log_line(LOG_LEVEL_ERROR, "http", 0, "%u requests are still at work, left behind", atomic_load(&l->held));
        return false;
    }
    conn_cut_all(l);                           /* those that began meanwhile */
    (void)wait_calm(l, &l->busy, deadline_ms); /* replies on their way; whoever does not take his is cut */
    for (size_t i = 0; i < l->n_doors; i++)
        MHD_stop_daemon(l->doors[i].daemon);
    destroy(l);
    return true;
}
