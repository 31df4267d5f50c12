/* cimstreamd: a list of parts that are started in order and stopped in the reverse order, and between the two the
 * wait for signals. */
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cim/base/log.h"
#include "cim/base/version.h"
#include "cim/core/loader.h"
#include "cim/core/repository.h"
#include "server/auth/auth.h"
#include "server/http/listener.h"
#include "server/http/mof_service.h"
#include "server/http/routes.h"
#include "server/http/welcome.h"
#include "server/http/wsman_service.h"
#include "server/proto/xml.h"
#include "server/run/config.h"
#include "server/run/enumeration.h"
#include "server/run/pool.h"
#include "server/run/trim.h"

enum { TICK_S = 1, JOBS_PER_THREAD = 4, EXIT_USAGE = 2 };

struct server {
    struct config config;
    sigset_t signals;
    struct core *core;
    struct repository *repository;
    struct pool *pool;
    struct enumerations *enumerations;
    struct auth *auth;
    struct wsman_service wsman;
    struct mof_service mof;
    struct routes routes;
    struct listener *listener;
};

/* start returns 0 or a failure with its sentence; stop is called if start was good, and returns false when
 * something hangs. */
struct part {
    const char *name;
    int (*start)(struct server *s, struct cim_error *err);
    bool (*stop)(struct server *s);
    void (*tick)(struct server *s); /* about once a second; may be NULL */
};

/* ---- Process */

/* Every connection needs a descriptor, and the system's soft limit is small. Large blocks (scrypt) go back to the
 * system at once; left to itself the allocator learns to keep them.
 */
static int start_process(struct server *s, struct cim_error *err)
{
    struct rlimit files;

    (void)err;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        rlim_t want = s->config.max_connections * s->config.listen.n + 256;

        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files); /* then there is what there is */
        if (files.rlim_max < want)
            log_line(LOG_LEVEL_WARNING, "main", 0, "%llu open files are allowed, max_connections needs %llu",
                     (unsigned long long)files.rlim_max, (unsigned long long)want);
    }
    (void)mallopt(M_MMAP_THRESHOLD, 4 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 4 << 20);
    xml_global_init();
    return 0;
}

/* The XML library stays as it is: a thread of the pool may still be on its way out, and then frees what the library keeps for it. */
static bool stop_process(struct server *s)
{
    (void)s;
    return true;
}

/* ---- Model: schema, providers, repository */

static int start_repository(struct server *s, struct cim_error *err)
{
    const char *folder = s->config.state_dir;
    char path[4096];

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return cim_fail(err, -EINVAL, "state_dir %s cannot be made: %s", folder, strerror(errno));
    if (snprintf(path, sizeof(path), "%s/repository.db", folder) >= (int)sizeof(path))
        return cim_fail(err, -EINVAL, "state_dir is too long");
    s->repository = repository_open(path, err);
    return s->repository ? repository_serve(s->repository, s->core, err) : -EINVAL;
}

/* The repository's counters are in the core's hands to the end. */
static bool stop_model(struct server *s)
{
    s->core = core_free(s->core);
    s->repository = repository_close(s->repository);
    return true;
}

static int start_model(struct server *s, struct cim_error *err)
{
    const struct core_load load = {
        .schema_dir = s->config.schema_dir,
        .provider_dir = s->config.provider_dir,
        .namespaces = (const char *const *)s->config.namespaces.items,
        .builtin = builtin_providers,
    };
    int r;

    s->core = core_new();
    if (!s->core)
        return -ENOMEM;
    r = core_load(s->core, &load, err);
    if (!r)
        r = start_repository(s, err);
    if (r)
        (void)stop_model(s);
    return r;
}

/* ---- Workers: the pool and the enumerations that run on it */

static int start_workers(struct server *s, struct cim_error *err)
{
    const struct config *c = &s->config;
    unsigned threads = (unsigned)c->max_threads, blocks = (unsigned)(c->stream_memory / STREAM_BLOCK);
    struct enumerations_limits limits = {
        .core = s->core,
        .max = (unsigned)c->max_contexts,
        .parallel = (unsigned)c->parallel_providers,
        .stall_ms = (int64_t)c->provider_timeout,
        .idle_ms = (int64_t)c->context_timeout,
        .max_idle_ms = (int64_t)c->max_context_timeout,
    };

    /* fewer than two for each producer would make them wait for one another */
    limits.blocks = blocks < 2 * limits.parallel ? 2 * limits.parallel : blocks;
    s->pool = pool_new((unsigned)c->run_slots, threads, threads * JOBS_PER_THREAD);
    if (!s->pool)
        return cim_fail(err, -ENOMEM, "out of memory");
    limits.pool = s->pool;
    s->enumerations = enumerations_new(&limits);
    if (s->enumerations)
        return 0;
    (void)pool_stop(s->pool, (unsigned)s->config.stop_timeout); /* nothing runs on it yet */
    return cim_fail(err, -ENOMEM, "out of memory");
}

static bool stop_workers(struct server *s)
{
    enumerations_cancel(s->enumerations);
    if (!pool_stop(s->pool, (unsigned)s->config.stop_timeout))
        return false;
    s->enumerations = enumerations_free(s->enumerations);
    return true;
}

/* ---- Users */

static int start_auth(struct server *s, struct cim_error *err)
{
    s->auth = auth_new(s->config.users, s->pool, err);
    return s->auth ? 0 : -EINVAL;
}

static bool stop_auth(struct server *s)
{
    s->auth = auth_free(s->auth);
    return true;
}

static void tick_auth(struct server *s)
{
    auth_refresh(s->auth, false);
}

/* ---- Routes */

/* Who is served without log-in, on /wsman and on /wsman-anon. */
static const enum route_strangers strangers_of[][2] = {
    [ANONYMOUS_NEVER] = {ROUTE_NOBODY, ROUTE_NOBODY},
    [ANONYMOUS_HEADER] = {ROUTE_MARKED, ROUTE_MARKED},
    [ANONYMOUS_ALWAYS] = {ROUTE_MARKED, ROUTE_ANYBODY},
};

static int start_routes(struct server *s, struct cim_error *err)
{
    const enum route_strangers *strangers = strangers_of[s->config.anonymous_identify];

    s->wsman = (struct wsman_service){.core = s->core,
                                      .enumerations = s->enumerations,
                                      .plans = wsman_plan_cache_new(),
                                      .omit_partial = s->config.partial == PARTIAL_OMIT};
    if (!s->wsman.plans)
        return cim_fail(err, -ENOMEM, "out of memory");
    routes_add(&s->routes,
               &(struct route){.path = "/", .methods = "GET, HEAD", .handler = welcome_handle, .service = &s->routes});
    routes_add(&s->routes, &(struct route){"/wsman", "POST", wsman_handle, &s->wsman, .strangers = strangers[0]});
    routes_add(&s->routes, &(struct route){"/wsman-anon", "POST", wsman_handle, &s->wsman, .strangers = strangers[1]});
    s->mof = (struct mof_service){.core = s->core, .repository = s->repository};
    routes_add(&s->routes,
               &(struct route){.path = "/mof", .methods = "POST", .handler = mof_handle, .service = &s->mof});
    return 0;
}

static bool stop_routes(struct server *s)
{
    s->routes = (struct routes){0};
    s->wsman.plans = wsman_plan_cache_free(s->wsman.plans);
    return true;
}

/* ---- Listener */

static int start_listener(struct server *s, struct cim_error *err)
{
    s->listener = listener_new(&s->config, &s->routes, s->auth, s->pool, err);
    return s->listener ? 0 : -EINVAL;
}

/* Answers that wait for a provider go out now, so that the listener need not wait for them. */
static bool stop_listener(struct server *s)
{
    enumerations_cancel(s->enumerations);
    return listener_stop(s->listener, (unsigned)s->config.stop_timeout);
}

static void tick_listener(struct server *s)
{
    listener_tick(s->listener);
}

/* ---- Order */

static const struct part parts[] = {
    {"process", start_process, stop_process, NULL}, {"model", start_model, stop_model, NULL},
    {"workers", start_workers, stop_workers, NULL}, {"users", start_auth, stop_auth, tick_auth},
    {"routes", start_routes, stop_routes, NULL},    {"listener", start_listener, stop_listener, tick_listener},
};

enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

/* False when something hangs: then memory may be in use by others, and the process is to end as it stands. */
static bool stop_parts(struct server *s, size_t n)
{
    while (n--)
        if (!parts[n].stop(s)) {
            log_line(LOG_LEVEL_ERROR, "main", 0, "the %s did not stop in time", parts[n].name);
            return false;
        }
    return true;
}

static int start_parts(struct server *s)
{
    for (size_t i = 0; i < N_PARTS; i++) {
        struct cim_error err = {0};

        if (parts[i].start(s, &err) == 0)
            continue;
        log_line(LOG_LEVEL_ERROR, "main", 0, "%s: %s", parts[i].name, err.message[0] ? err.message : "out of memory");
        if (!stop_parts(s, i))
            _exit(EXIT_FAILURE);
        return -1;
    }
    return 0;
}

/* ---- Signals: blocked in all threads, taken here */

static void block_signals(struct server *s)
{
    (void)signal(SIGPIPE, SIG_IGN);
    sigemptyset(&s->signals);
    sigaddset(&s->signals, SIGTERM);
    sigaddset(&s->signals, SIGINT);
    sigaddset(&s->signals, SIGHUP);
    sigaddset(&s->signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &s->signals, NULL);
}

static void tick(struct server *s)
{
    for (size_t i = 0; i < N_PARTS; i++)
        if (parts[i].tick)
            parts[i].tick(s);
}

static void log_provider(void *user, Provider *p)
{
    const struct ProviderState *n = p->state;
    unsigned long long calls = atomic_load(&n->calls);

    (void)user;
    if (calls)
        log_line(LOG_LEVEL_INFO, "provider", 0,
                 "%s: %llu calls, %llu instances, %.3f s, %llu failures, %llu missed deadlines, %u stuck", p->name,
                 calls, atomic_load(&n->instances), (double)atomic_load(&n->microseconds) / 1e6,
                 atomic_load(&n->failures), atomic_load(&n->timeouts), atomic_load(&n->stuck));
}

/* Returns with the signal that ends the daemon. A tick that falls between two signals comes with the next wait. */
static int serve(struct server *s)
{
    const struct timespec pause = {.tv_sec = TICK_S};

    for (;;) {
        int signal_number = sigtimedwait(&s->signals, NULL, &pause);

        if (signal_number == SIGTERM || signal_number == SIGINT)
            return signal_number;
        if (signal_number == SIGHUP)
            auth_refresh(s->auth, true);
        else if (signal_number == SIGUSR1)
            core_each_provider(s->core, log_provider, NULL);
        else if (signal_number < 0 && errno == EAGAIN)
            tick(s);
    }
}

/* ---- Command line */

static int print(void (*write_text)(struct buf *out))
{
    struct buf text;
    int good;

    buf_init(&text, 1 << 20);
    write_text(&text);
    good = buf_ok(&text) && fwrite(text.data, 1, text.len, stdout) == text.len && fflush(stdout) == 0;
    buf_fini(&text);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(struct server *s)
{
    int signal_number;

    block_signals(s);
    if (start_parts(s) != 0)
        return EXIT_FAILURE;
    trim_memory();
    for (size_t i = 0; listener_url(s->listener, i); i++)
        log_line(LOG_LEVEL_INFO, "main", 0, "listening on %s", listener_url(s->listener, i));
    signal_number = serve(s);
    log_line(LOG_LEVEL_INFO, "main", 0, "ending: %s", strsignal(signal_number));
    if (!stop_parts(s, N_PARTS))
        _exit(EXIT_FAILURE);
    log_line(LOG_LEVEL_INFO, "main", 0, "ended");
    return EXIT_SUCCESS;
}

static int act(struct server *s, enum config_action action)
{
    switch (action) {
    case CONFIG_HELP:
        return print(config_help);
    case CONFIG_DEFAULTS:
        return print(config_defaults);
    case CONFIG_VERSION:
        return puts("cimstreamd " CIMSTREAM_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    case CONFIG_CHECK:
        return puts("the configuration is good") < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    default:
        return run(s);
    }
}

int main(int argc, char **argv)
{
    static struct server server;
    enum config_action action = CONFIG_RUN;
    struct cim_error err = {0};
    int code;

    if (config_load(&server.config, argc, argv, &action, &err) != 0) {
        (void)fprintf(stderr, "cimstreamd: %s\n", err.message[0] ? err.message : "out of memory");
        code = EXIT_USAGE;
    } else {
        log_set_level((enum log_level)server.config.log_level);
        code = act(&server, action);
    }
    config_fini(&server.config);
    return code;
}
