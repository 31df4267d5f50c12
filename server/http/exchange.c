/* How a streamed reply sleeps without losing a wake. x->wake is
 *
 *   NONE      the io thread is about to read, or reads; it set this before it called read
 *   WOKEN     a wake came since; read is to be asked again before anybody sleeps
 *   SLEEPING  the connection is suspended; whoever takes the state away from here resumes it, nobody else does
 *   CUT       it was resumed to end with an error
 *
 * The io thread suspends first and goes from NONE to SLEEPING afterwards; if a wake was faster it resumes by itself. So every
 * suspension has exactly one resumption, and the connection lives as long as somebody is about to resume it.
 */
#include "server/http/exchange.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "cim/base/log.h"
#include "server/http/accept.h"
#include "server/http/conn.h"
#include "server/http/gzip.h"
#include "server/http/routes.h"

/* Bytes that read is offered, and what of the body's memory an idle connection keeps. */
enum { CHUNK = 64 << 10, KEEP_BODY = 16 << 10, KEEP_ARENA = 16 << 10 };

/* Whole answers that are packed: smaller ones fit a segment as they are, larger ones keep a thread too long. */
enum { PACK_LEAST = 1400, PACK_MOST = 1 << 20 };

/* ---- What a handler may ask */

struct arena *exchange_arena(struct exchange *x)
{
    return &x->arena;
}

struct text exchange_body(const struct exchange *x)
{
    return buf_view(&x->body);
}

struct text exchange_path(const struct exchange *x)
{
    return text_of(x->path);
}

static struct text look_up(const struct exchange *x, enum MHD_ValueKind kind, const char *name)
{
    const char *value = NULL;
    size_t n = 0;

    if (MHD_lookup_connection_value_n(x->conn->mhd, kind, name, strlen(name), &value, &n) != MHD_YES)
        return (struct text){NULL, 0};
    return value ? (struct text){value, n} : (struct text){"", 0};
}

struct text exchange_header(const struct exchange *x, const char *name)
{
    return look_up(x, MHD_HEADER_KIND, name);
}

struct text exchange_query(const struct exchange *x, const char *name)
{
    return look_up(x, MHD_GET_ARGUMENT_KIND, name);
}

const char *exchange_user(const struct exchange *x)
{
    assert(x->user || x->stranger);
    return x->user;
}

uint64_t exchange_id(const struct exchange *x)
{
    return x->id;
}

/* ---- Replies, from any thread */

static bool plain(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return true;
}

void exchange_add_header(struct exchange *x, const char *name, const char *value)
{
    struct added_header *h = arena_alloc(&x->arena, sizeof(*h));

    assert(name[0] && plain(name) && plain(value));
    if (h) {
        h->name = arena_strdup(&x->arena, name);
        h->value = arena_strdup(&x->arena, value);
    }
    if (!h || !h->name || !h->value) {
        x->headers_lost = true;
        return;
    }
    h->next = x->headers;
    x->headers = h;
}

void exchange_phase(struct exchange *x, enum phase phase)
{
    atomic_store(&x->conn->since, conn_now());
    atomic_store(&x->phase, phase);
}

void exchange_set(struct exchange *x, unsigned status, struct MHD_Response *r)
{
    x->status = status;
    x->reply = r;
    x->reply_canned = false;
}

void exchange_set_canned(struct exchange *x, enum canned which)
{
    exchange_set(x, canned_status(which), x->conn->listener->canned[which]);
    x->reply_canned = true;
}

void exchange_send(struct exchange *x)
{
    struct MHD_Connection *mhd = x->conn->mhd;

    assert(atomic_load(&x->phase) == PHASE_WORKING);
    exchange_phase(x, PHASE_REPLYING);
    MHD_resume_connection(mhd);
}

/* Gives r the headers it is to have and sends it; r is taken, NULL is one that could not be made. */
static void send_with(struct exchange *x, unsigned status, const char *content_type, struct MHD_Response *r)
{
    bool good = r && !x->headers_lost && MHD_add_response_header(r, "Content-Type", content_type) == MHD_YES;

    for (struct added_header *h = x->headers; h && good; h = h->next)
        good = MHD_add_response_header(r, h->name, h->value) == MHD_YES;
    if (good)
        exchange_set(x, status, r);
    else
        exchange_set_canned(x, CANNED_500);
    if (!good && r)
        MHD_destroy_response(r);
    exchange_send(x);
}

/* What the client wants of answers that could be packed. */
static enum accept_encoding wish(struct exchange *x)
{
    if (!x->conn->listener->gzip)
        return ACCEPT_PLAIN;
    return accept_encoding(exchange_header(x, MHD_HTTP_HEADER_ACCEPT_ENCODING));
}

/* Says that the answer depends on the wish, and how it was heard. */
static void add_coding(struct exchange *x, bool packed)
{
    if (x->conn->listener->gzip)
        exchange_add_header(x, "Vary", "Accept-Encoding");
    if (packed)
        exchange_add_header(x, "Content-Encoding", "gzip");
}

static void pack(struct exchange *x, struct buf *body)
{
    enum accept_encoding a = wish(x);

    if (body->len >= PACK_LEAST || a == ACCEPT_ONLY_GZIP)
        add_coding(x, a != ACCEPT_PLAIN && body->len <= PACK_MOST && gzip_pack(body, a == ACCEPT_ONLY_GZIP));
}

void exchange_reply(struct exchange *x, unsigned status, const char *content_type, struct buf *body)
{
    struct MHD_Response *r = NULL;

    if (buf_ok(body) && body->len)
        pack(x, body);
    if (!buf_ok(body))
        log_line(LOG_LEVEL_ERROR, "http", x->id, "the answer was too large, or memory is out");
    else if (body->data && body->len)
        r = MHD_create_response_from_buffer(body->len, body->data, MHD_RESPMEM_MUST_FREE);
    else
        r = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    if (r)
        *body = (struct buf){.max = body->max};
    else
        buf_fini(body);
    send_with(x, status, content_type, r);
}

void exchange_refuse_stranger(struct exchange *x)
{
    assert(x->stranger);
    exchange_set_canned(x, CANNED_401);
    exchange_send(x);
}

/* ---- Streams */

/* The library sends the head of a streamed reply by itself. Corked, it waits for the first chunk and leaves with it;
 * once that has been handed over the cork is pulled, and what is there leaves at once.
 */
static void cork(struct exchange *x, int on)
{
    if (x->corked == on)
        return;
    x->corked = on;
    (void)setsockopt(x->conn->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)); /* two segments instead of one, at worst */
}

/* MHD_ContentReaderCallback, on the io thread. The library holds its response lock. */
static ssize_t read_stream(void *arg, uint64_t pos, char *bytes, size_t room)
{
    struct exchange *x = arg;
    int expected = WAKE_NONE;
    ssize_t n;

    if (pos > 0)
        cork(x, 0);
    exchange_unhold(x);
    do {
        if (atomic_exchange(&x->wake, WAKE_NONE) == WAKE_CUT)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        n = x->source.read(x->source.state, bytes, room);
        if (n > 0)
            return n;
        if (n < 0)
            return n == REPLY_END ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
    } while (atomic_load(&x->wake) == WAKE_WOKEN);
    cork(x, 0);
    if (!exchange_hold(x))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (!atomic_compare_exchange_strong(&x->wake, &expected, WAKE_SLEEPING))
        MHD_resume_connection(x->conn->mhd);
    else if (atomic_load(&x->conn->listener->stopping))
        (void)exchange_cut(x); /* unless somebody else was faster */
    return 0;
}

/* From the one state to the other, or what it is instead. */
static int change(struct exchange *x, int from, int to)
{
    atomic_compare_exchange_strong(&x->wake, &from, to);
    return from;
}

void exchange_wake(struct exchange *x)
{
    struct MHD_Connection *mhd = x->conn->mhd;

    for (;;) {
        switch (atomic_load(&x->wake)) {
        case WAKE_NONE:
            if (change(x, WAKE_NONE, WAKE_WOKEN) == WAKE_NONE)
                return;
            break;
        case WAKE_SLEEPING:
            if (change(x, WAKE_SLEEPING, WAKE_WOKEN) == WAKE_SLEEPING) {
                MHD_resume_connection(mhd);
                return;
            }
            break;
        default:
            return;
        }
    }
}

bool exchange_cut(struct exchange *x)
{
    struct MHD_Connection *mhd = x->conn->mhd;

    if (change(x, WAKE_SLEEPING, WAKE_CUT) != WAKE_SLEEPING)
        return false;
    MHD_resume_connection(mhd);
    return true;
}

void exchange_reply_stream(struct exchange *x, const char *content_type, const struct reply_source *source)
{
    x->source = *source;
    atomic_store(&x->streaming, true);
    add_coding(x, wish(x) != ACCEPT_PLAIN && gzip_source(&x->source));
    atomic_store(&x->wake, WAKE_NONE);
    send_with(x, MHD_HTTP_OK, content_type,
              MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CHUNK, read_stream, x, NULL));
}

/* ---- The io thread's side */

static void count_down(struct listener *l, atomic_uint *counter)
{
    if (atomic_fetch_sub(counter, 1) != 1 || !atomic_load(&l->stopping))
        return;
    pthread_mutex_lock(&l->lock);
    pthread_cond_broadcast(&l->calm);
    pthread_mutex_unlock(&l->lock);
}

/* Counted first and looked afterwards, as the one who stops does it the other way round: one of the two sees the
 * other. */
bool exchange_hold(struct exchange *x)
{
    struct listener *l = x->conn->listener;

    assert(!x->held);
    atomic_fetch_add(&l->held, 1);
    if (atomic_load(&l->stopping)) {
        count_down(l, &l->held);
        return false;
    }
    x->held = true;
    MHD_suspend_connection(x->conn->mhd);
    return true;
}

void exchange_unhold(struct exchange *x)
{
    if (!x->held)
        return;
    x->held = false;
    count_down(x->conn->listener, &x->conn->listener->held);
}

bool exchange_queue(struct exchange *x)
{
    struct MHD_Connection *mhd = x->conn->mhd;
    bool queued;

    if (!x->reply)
        return false;
    if (x->streaming) {
        (void)MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT, x->conn->listener->stall_s);
        cork(x, 1);
    }
    queued = MHD_queue_response(mhd, x->status, x->reply) == MHD_YES;
    if (!x->reply_canned)
        MHD_destroy_response(x->reply);
    x->reply = NULL;
    return queued;
}

void exchange_over(struct exchange *x)
{
    struct listener *l = x->conn->listener;

    exchange_unhold(x);
    cork(x, 0);
    if (x->streaming)
        x->source.close(x->source.state);
    atomic_store(&x->streaming, false);
    if (x->reply && !x->reply_canned)
        MHD_destroy_response(x->reply);
    x->reply = NULL;
    log_line(LOG_LEVEL_DEBUG, "http", x->id, "%s %s %u", x->method, x->path, x->status);
    arena_reset(&x->arena);
    if (x->arena.used > KEEP_ARENA)
        arena_fini(&x->arena);
    if (x->body.cap > KEEP_BODY)
        buf_fini(&x->body);
    buf_reset(&x->body);
    x->headers = NULL;
    x->headers_lost = false;
    x->user = NULL;
    x->route = NULL;
    exchange_phase(x, PHASE_IDLE);
    count_down(l, &l->busy);
}
