/* Replies whole and streamed over a real listener: sleep and wake, clients that vanish or stall, the end. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cim/base/log.h"
#include "server/http/exchange.h"
#include "server/http/listener.h"
#include "server/http/routes.h"
#include "server/run/config.h"
#include "server/run/pool.h"

#include <cmocka.h>

enum { REPLY_MAX = 1 << 20, WAKES = 20000, STOP_MS = 60000, PATIENCE_S = 60 };

static struct config config;
static struct routes routes;
static struct pool *pool;
static struct listener *listener;

/* What sources tell the test. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned asleep, closed;
static struct exchange *held_back; /* by a handler that does not reply */

static void count(unsigned *what)
{
    pthread_mutex_lock(&lock);
    (*what)++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void wait_for(const unsigned *what, unsigned n)
{
    pthread_mutex_lock(&lock);
    while (*what < n)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static unsigned value_of(const unsigned *what)
{
    unsigned n;

    pthread_mutex_lock(&lock);
    n = *what;
    pthread_mutex_unlock(&lock);
    return n;
}

/* Jobs for the pool: one that stays until gate is counted up, one that is nothing. */
static unsigned gate;

static void wait_at_gate(void *arg)
{
    (void)arg;
    count(&asleep);
    wait_for(&gate, 1);
}

static void do_nothing(void *arg)
{
    (void)arg;
}

/* ---- Handlers */

static void hello(struct exchange *x, void *service)
{
    struct buf b;

    (void)service;
    buf_init(&b, 100);
    buf_text(&b, exchange_body(x));
    buf_puts(&b, "hello");
    exchange_add_header(x, "X-Path", exchange_path(x).s);
    exchange_add_header(x, "X-Query", exchange_query(x, "q").s ? exchange_query(x, "q").s : "none");
    exchange_reply(x, 202, "text/x-test", &b);
}

static void empty(struct exchange *x, void *service)
{
    struct buf b;

    (void)service;
    buf_init(&b, 1);
    if (exchange_query(x, "fail").s)
        buf_puts(&b, "more than fits");
    exchange_reply(x, 200, "text/plain", &b);
}

/* Bytes that a producer gives one by one, with a wake for each. */
struct drip {
    struct exchange *x;
    pthread_t producer;
    atomic_uint ready;
    atomic_bool done, cancelled;
};

static void *produce(void *arg)
{
    struct drip *d = arg;

    for (unsigned i = 0; i < WAKES && !atomic_load(&d->cancelled); i++) {
        atomic_fetch_add(&d->ready, 1);
        exchange_wake(d->x);
        if (i % 7 == 0)
            sched_yield(); /* so that the stream falls asleep at other places */
    }
    atomic_store(&d->done, true);
    exchange_wake(d->x);
    return NULL;
}

static ssize_t read_drip(void *state, char *bytes, size_t room)
{
    struct drip *d = state;
    bool done = atomic_load(&d->done);
    unsigned n = atomic_load(&d->ready);

    if (n > room)
        n = (unsigned)room;
    atomic_fetch_sub(&d->ready, n);
    memset(bytes, 'x', n);
    return n ? (ssize_t)n : done ? REPLY_END : 0;
}

static void close_drip(void *state)
{
    struct drip *d = state;

    atomic_store(&d->cancelled, true);
    pthread_join(d->producer, NULL);
    free(d);
    count(&closed);
}

static void drip(struct exchange *x, void *service)
{
    struct drip *d = calloc(1, sizeof(*d));

    (void)service;
    assert_non_null(d);
    d->x = x;
    assert_int_equal(pthread_create(&d->producer, NULL, produce, d), 0);
    exchange_reply_stream(x, "text/plain", &(struct reply_source){read_drip, close_drip, d});
}

/* Sources without a state of their own: service says what read returns behind the first bytes. */
static atomic_bool began;

static ssize_t read_then(void *state, char *bytes, size_t room)
{
    const int *behind = state;

    if (*behind > 0) { /* for ever */
        memset(bytes, 'y', room);
        return (ssize_t)room;
    }
    if (!atomic_exchange(&began, true)) {
        memcpy(bytes, "first", 5);
        return 5;
    }
    if (*behind == 0)
        count(&asleep);
    return *behind;
}

static void close_then(void *state)
{
    (void)state;
    count(&closed);
}

static void then(struct exchange *x, void *service)
{
    atomic_store(&began, false);
    exchange_reply_stream(x, "text/plain", &(struct reply_source){read_then, close_then, service});
}

static void hold_back(struct exchange *x, void *service)
{
    (void)service;
    pthread_mutex_lock(&lock);
    held_back = x;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static struct exchange *wait_held_back(void)
{
    struct exchange *x;

    pthread_mutex_lock(&lock);
    while (!held_back)
        pthread_cond_wait(&changed, &lock);
    x = held_back;
    held_back = NULL;
    pthread_mutex_unlock(&lock);
    return x;
}

static int sleeps = 0, ends = REPLY_END, aborts = REPLY_ABORT, goes_on = 1;

static const struct route table[] = {
    {.path = "/hello", .methods = "GET, POST", .handler = hello, .strangers = ROUTE_ANYBODY},
    {.path = "/empty", .methods = "GET", .handler = empty, .strangers = ROUTE_ANYBODY},
    {.path = "/drip", .methods = "GET", .handler = drip, .strangers = ROUTE_ANYBODY},
    {.path = "/sleep", .methods = "GET", .handler = then, .service = &sleeps, .strangers = ROUTE_ANYBODY},
    {.path = "/end", .methods = "GET, HEAD", .handler = then, .service = &ends, .strangers = ROUTE_ANYBODY},
    {.path = "/abort", .methods = "GET", .handler = then, .service = &aborts, .strangers = ROUTE_ANYBODY},
    {.path = "/endless", .methods = "GET", .handler = then, .service = &goes_on, .strangers = ROUTE_ANYBODY},
    {.path = "/held", .methods = "GET", .handler = hold_back, .strangers = ROUTE_ANYBODY},
};

static int set_up(void **state)
{
    char *argv[] = {(char *)"test", (char *)"--config=/dev/null", (char *)"--listen=127.0.0.1:0"};
    enum config_action action;
    struct cim_error err = {0};

    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    log_set_level(LOG_LEVEL_ERROR);
    asleep = closed = gate = 0;
    held_back = NULL;
    routes = (struct routes){0};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        routes_add(&routes, &table[i]);
    if (config_load(&config, 3, argv, &action, &err) != 0)
        return -1;
    pool = pool_new(2, 8, 64);
    listener = pool ? listener_new(&config, &routes, NULL, pool, &err) : NULL;
    return listener ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    if (listener)
        assert_true(listener_stop(listener, STOP_MS));
    assert_true(pool_stop(pool, STOP_MS));
    config_fini(&config);
    return 0;
}

/* ---- A client */

struct client {
    int fd;
    size_t n;
    char reply[REPLY_MAX + 1];
};

static struct client client;

static void dial(struct client *c, int receive_buffer)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    const char *port = strrchr(listener_url(listener, 0), ':');

    to.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
    c->n = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(c->fd >= 0);
    assert_int_equal(setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    if (receive_buffer)
        assert_int_equal(setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer)), 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof(to)), 0);
}

static void say(const struct client *c, const char *text)
{
    assert_int_equal(send(c->fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void get(const struct client *c, const char *path)
{
    char text[256];

    (void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    say(c, text);
}

/* Reads until the text is there, or the end if it is NULL. False when it ended before. */
static bool hear(struct client *c, const char *text)
{
    ssize_t n;

    for (;;) {
        c->reply[c->n] = '\0';
        if (text && strstr(c->reply, text))
            return true;
        assert_true(c->n < REPLY_MAX);
        n = recv(c->fd, c->reply + c->n, REPLY_MAX - c->n, 0);
        if (n <= 0)
            return !text && n == 0;
        c->n += (size_t)n;
    }
}

static void hang_up(struct client *c)
{
    assert_int_equal(close(c->fd), 0);
}

/* Reads and drops until the other side ends. */
static void drop_all(struct client *c)
{
    while (recv(c->fd, c->reply, REPLY_MAX, 0) > 0)
        ;
}

/* ---- Tests */

static void a_whole_reply_has_length_type_and_headers(void **state)
{
    (void)state;
    dial(&client, 0);
    say(&client, "POST /hello?q=a%20b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nwell");
    assert_true(hear(&client, "wellhello"));
    assert_memory_equal(client.reply, "HTTP/1.1 202 ", 13);
    assert_non_null(strstr(client.reply, "\r\nContent-Type: text/x-test\r\n"));
    assert_non_null(strstr(client.reply, "\r\nContent-Length: 9\r\n"));
    assert_non_null(strstr(client.reply, "\r\nX-Path: /hello\r\n"));
    assert_non_null(strstr(client.reply, "\r\nX-Query: a b\r\n"));
    client.n = 0;
    get(&client, "/hello"); /* nothing of the one before is left */
    assert_true(hear(&client, "\r\n\r\nhello"));
    assert_non_null(strstr(client.reply, "\r\nX-Query: none\r\n"));
    hang_up(&client);
}

static void a_body_may_be_empty_and_one_that_failed_is_a_500(void **state)
{
    (void)state;
    dial(&client, 0);
    get(&client, "/empty");
    assert_true(hear(&client, "\r\n\r\n"));
    assert_non_null(strstr(client.reply, "\r\nContent-Length: 0\r\n"));
    client.n = 0;
    get(&client, "/empty?fail=1");
    assert_true(hear(&client, "answer.\n"));
    assert_memory_equal(client.reply, "HTTP/1.1 500 ", 13);
    hang_up(&client);
}

static void a_stream_is_chunked_and_the_connection_goes_on(void **state)
{
    (void)state;
    dial(&client, 0);
    for (unsigned i = 0; i < 3; i++) {
        client.n = 0;
        get(&client, "/end");
        assert_true(hear(&client, "5\r\nfirst\r\n0\r\n\r\n"));
        assert_non_null(strstr(client.reply, "\r\nTransfer-Encoding: chunked\r\n"));
        wait_for(&closed, i + 1);
    }
    client.n = 0;
    say(&client, "HEAD /end HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(&closed, 4);
    say(&client, "GET /end HTTP/1.0\r\n\r\n");
    assert_true(hear(&client, NULL));
    assert_memory_equal(client.reply + client.n - 5, "first", 5);
    hang_up(&client);
}

static void no_wake_is_lost(void **state)
{
    size_t total = 0, chunk, begin;
    char *at;

    (void)state;
    dial(&client, 0);
    get(&client, "/drip");
    assert_true(hear(&client, "\r\n0\r\n\r\n"));
    at = strstr(client.reply, "\r\n\r\n") + 4;
    while ((chunk = strtoul(at, &at, 16)) > 0) {
        begin = (size_t)(at - client.reply) + 2;
        assert_true(begin + chunk + 2 < client.n);
        total += chunk;
        at = client.reply + begin + chunk + 2;
    }
    assert_int_equal(total, WAKES);
    hang_up(&client);
}

static void an_aborted_stream_is_cut_before_its_last_chunk(void **state)
{
    (void)state;
    dial(&client, 0);
    get(&client, "/abort");
    (void)hear(&client, NULL); /* an end or a reset, as the system likes */
    assert_null(strstr(client.reply, "0\r\n\r\n"));
    wait_for(&closed, 1);
    hang_up(&client);
}

static void a_client_that_vanishes_while_its_stream_sleeps_is_noticed_by_the_tick(void **state)
{
    (void)state;
    dial(&client, 0);
    get(&client, "/sleep");
    assert_true(hear(&client, "first"));
    wait_for(&asleep, 1);
    listener_tick(listener); /* it is there: nothing happens */
    assert_int_equal(value_of(&closed), 0);
    hang_up(&client);
    while (value_of(&closed) == 0) { /* until the stream sleeps for sure and the end of the client has come */
        listener_tick(listener);
        sched_yield();
    }
    assert_int_equal(value_of(&closed), 1);
}

static void a_client_that_vanishes_in_mid_stream_is_noticed_by_the_next_bytes(void **state)
{
    (void)state;
    dial(&client, 0);
    get(&client, "/endless");
    assert_true(hear(&client, "yyyyyyyy"));
    hang_up(&client);
    wait_for(&closed, 1);
}

/* The others' clients are not to be taken for such ones. */
static void a_client_that_takes_nothing_is_cut_after_the_stall_timeout(void **state)
{
    struct cim_error err = {0};

    (void)state;
    assert_true(listener_stop(listener, STOP_MS));
    config.stall_timeout = 1000;
    listener = listener_new(&config, &routes, NULL, pool, &err);
    assert_non_null(listener);
    dial(&client, 4096);
    get(&client, "/endless");
    wait_for(&closed, 1);
    drop_all(&client); /* ends */
    hang_up(&client);
}

static void a_busy_pool_is_a_503(void **state)
{
    struct cim_error err = {0};

    (void)state;
    assert_true(listener_stop(listener, STOP_MS));
    assert_true(pool_stop(pool, STOP_MS));
    pool = pool_new(1, 1, 1);
    listener = listener_new(&config, &routes, NULL, pool, &err);
    assert_non_null(listener);
    assert_true(pool_submit(pool, wait_at_gate, NULL));
    wait_for(&asleep, 1);
    assert_true(pool_submit(pool, do_nothing, NULL)); /* one works and one waits */
    dial(&client, 0);
    get(&client, "/hello");
    assert_true(hear(&client, "busy.\n"));
    assert_memory_equal(client.reply, "HTTP/1.1 503 ", 13);
    assert_non_null(strstr(client.reply, "\r\nRetry-After: 1\r\n"));
    count(&gate);
    hang_up(&client);
}

static void *reply_late(void *arg)
{
    struct exchange *x = arg;
    struct buf b;

    buf_init(&b, 10);
    buf_puts(&b, "late");
    exchange_reply(x, 200, "text/plain", &b);
    return NULL;
}

static void the_stop_closes_streams_and_sends_what_is_answered_in_time(void **state)
{
    struct client *other = calloc(1, sizeof(*other)), *third = calloc(1, sizeof(*third));
    struct exchange *x;
    pthread_t thread;

    (void)state;
    assert_true(other && third);
    dial(&client, 0);
    dial(other, 0);
    dial(third, 4096);
    get(&client, "/sleep");
    assert_true(hear(&client, "first"));
    wait_for(&asleep, 1);
    get(other, "/held");
    x = wait_held_back();
    get(third, "/endless");
    assert_true(hear(third, "HTTP/1.1 200"));
    assert_int_equal(pthread_create(&thread, NULL, reply_late, x), 0);
    assert_true(listener_stop(listener, STOP_MS));
    listener = NULL;
    pthread_join(thread, NULL);
    assert_int_equal(value_of(&closed), 2);
    assert_true(hear(other, "late"));
    (void)hear(&client, NULL);
    assert_null(strstr(client.reply, "0\r\n\r\n"));
    hang_up(&client);
    hang_up(other);
    hang_up(third);
    free(other);
    free(third);
}

static void a_reply_to_a_client_that_has_gone_is_harmless(void **state)
{
    struct exchange *x;
    struct buf b;

    (void)state;
    dial(&client, 0);
    get(&client, "/held");
    x = wait_held_back();
    hang_up(&client);
    buf_init(&b, 1);
    exchange_reply(x, 200, "text/plain", &b);
    assert_true(listener_stop(listener, STOP_MS)); /* the exchange is over */
    listener = NULL;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_whole_reply_has_length_type_and_headers),
        TEST(a_body_may_be_empty_and_one_that_failed_is_a_500),
        TEST(a_stream_is_chunked_and_the_connection_goes_on),
        TEST(no_wake_is_lost),
        TEST(an_aborted_stream_is_cut_before_its_last_chunk),
        TEST(a_client_that_vanishes_while_its_stream_sleeps_is_noticed_by_the_tick),
        TEST(a_client_that_vanishes_in_mid_stream_is_noticed_by_the_next_bytes),
        TEST(a_client_that_takes_nothing_is_cut_after_the_stall_timeout),
        TEST(a_busy_pool_is_a_503),
        TEST(a_reply_to_a_client_that_has_gone_is_harmless),
        TEST(the_stop_closes_streams_and_sends_what_is_answered_in_time),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
