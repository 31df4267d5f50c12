/* One EnumerateResponse or PullResponse. It waits for fragments, and is answered in one of two ways: whole, with
 * Content-Length, if all of it is there soon and small; else as a stream of chunks that the io thread pulls.
 *
 * Life: made in the arena of the exchange. It holds a reference to the enumeration until it detaches. While it is
 * PENDING only the holder of the stream's lock touches it; once it streams it belongs to the io thread, but for
 * `streaming` (the lock's) and `cut`.
 */
#include <assert.h>
#include <string.h>

#include "cim/core/codes.h"
#include "server/http/wsman_service.h"
#include "server/run/page.h"

enum {
    WHOLE_MAX = 64 << 10, /* more than this is streamed */
    STEP = 8 << 10,
    TAIL_ROOM = 1024, /* of the client's envelope, kept for what follows the items */
};

enum phase { PENDING, HEAD, ITEMS, TAIL, OVER };

struct wsman_answer {
    struct exchange *x;
    const struct wsman_service *service;
    const struct wsman_request *q;
    struct enumeration *e;
    struct page page;
    int64_t expires_ms, total;
    bool whole_only; /* the client cannot read chunks */
    bool streaming;  /* stream's lock */
    enum phase phase;
    struct buf bytes; /* PENDING: items so far; HEAD: head and those; TAIL: the tail */
    size_t at;        /* of bytes, sent */
    bool keep;        /* the context lives on */
    bool detached;    /* io thread */
    atomic_bool cut;  /* the deadline has passed: end at the next gap */
};

static struct wsman_page header_of(const struct wsman_answer *a, const char *context)
{
    return (struct wsman_page){.context = context, .expires_ms = a->expires_ms, .with_items = true, .total = a->total};
}

static bool is_pull(const struct wsman_answer *a)
{
    return a->q->action == WSMAN_PULL;
}

/* What the last fragment was followed by */
struct ending {
    bool last;    /* nothing more in the stream */
    bool failed;  /* and somebody is missing */
    bool aborted; /* cancelled under our feet */
    HRESULT hr;
    const char *missed; /* NULL if nobody */
};

/* Stream locked. */
static struct ending look_at_end(struct wsman_answer *a)
{
    struct ending end = {.last = page_is_last(&a->page)};

    if (!end.last)
        return end;
    end.hr = enumeration_outcome(a->e, &end.missed);
    if (!*end.missed)
        end.missed = NULL;
    end.aborted = end.hr == WBEM_E_CALL_CANCELLED;
    end.failed = (FAILED(end.hr) || end.missed) && !(a->service->omit_partial && SUCCEEDED(end.hr));
    return end;
}

/* ---- A whole answer. Stream locked. */

static void failure_fault(struct wsman_fault *f, const struct ending *end)
{
    if (end->missed && strstr(end->missed, "deadline"))
        wsman_fail(f, WSMAN_TIMED_OUT, NULL, "instances are missing: %s", end->missed);
    else if (end->missed)
        wsman_fail(f, WSMAN_INTERNAL_ERROR, NULL, "instances are missing: %s", end->missed);
    else
        wsman_fault_from_status(f, status_of_hresult(end->hr), hresult_name(end->hr));
    f->provider = end->missed;
}

static void detach(struct wsman_answer *a, bool over)
{
    struct enumeration *e = a->e;

    a->phase = OVER;
    enumeration_detach_locked(e, over);
    enumeration_unref(e); /* not the last one: see enumeration_consumer */
}

static void reply_fault(struct wsman_answer *a, const struct wsman_fault *f, bool over)
{
    buf_fini(&a->bytes);
    detach(a, over);
    wsman_reply_fault(a->x, a->q, f);
}

static void reply_too_large(struct wsman_answer *a)
{
    struct wsman_fault f = {0};

    page_skip(&a->page);
    wsman_fail(&f, WSMAN_ENCODING_LIMIT, "MaxEnvelopeSizeExceeded",
               "the next item alone is larger than the limits of the request; it is skipped, the rest can be pulled");
    reply_fault(a, &f, !is_pull(a)); /* whoever sent Enumerate never saw the context */
}

static void reply_whole(struct wsman_answer *a, const struct ending *end)
{
    bool finished = end->last && !end->failed;
    struct wsman_page page;
    struct buf b;

    a->keep = !finished;
    page = header_of(a, a->keep ? enumeration_id(a->e) : is_pull(a) ? NULL : "");
    buf_init(&b, WSMAN_MAX_REPLY);
    wsman_encode_page_head(&b, a->q, &page);
    buf_text(&b, buf_view(&a->bytes));
    wsman_encode_page_tail(&b, a->q, &page, finished, end->missed);
    buf_fini(&a->bytes);
    if (end->missed && finished)
        exchange_add_header(a->x, "Warning", "299 cimstreamd \"instances of failed providers are missing\"");
    detach(a, finished);
    wsman_reply(a->x, a->q, 200, &b);
}

static void finish_whole(struct wsman_answer *a)
{
    struct ending end = look_at_end(a);
    struct wsman_fault f = {0};

    if (a->page.too_large) {
        reply_too_large(a);
    } else if (end.last && end.aborted) {
        wsman_fail(&f, WSA_ENDPOINT_UNAVAILABLE, NULL, "the enumeration was released or the service stops");
        reply_fault(a, &f, true);
    } else if (end.last && end.failed && a->page.items == 0) {
        failure_fault(&f, &end);
        reply_fault(a, &f, true);
    } else {
        reply_whole(a, &end);
    }
}

/* ---- A streamed answer: on the io thread */

static void make_tail(struct wsman_answer *a, const struct ending *end)
{
    bool finished = end->last && !end->failed;
    struct wsman_page page = header_of(a, enumeration_id(a->e));

    buf_reset(&a->bytes);
    a->at = 0;
    a->keep = !finished;
    wsman_encode_page_tail(&a->bytes, a->q, &page, finished, end->missed);
    a->phase = TAIL;
}

static ssize_t read_items(struct wsman_answer *a, char *out, size_t room)
{
    struct ending end;
    size_t n = 0;

    switch (page_read(&a->page, out, room, &n, true)) {
    case PAGE_BYTES:
        return (ssize_t)n;
    case PAGE_EMPTY:
        if (!atomic_load(&a->cut))
            return 0;
        break;
    case PAGE_DONE:
        break;
    }
    stream_lock(enumeration_stream(a->e));
    end = look_at_end(a);
    if (!end.aborted)
        make_tail(a, &end);
    stream_unlock(enumeration_stream(a->e));
    return end.aborted ? REPLY_ABORT : 0;
}

static ssize_t read_bytes(struct wsman_answer *a, char *out, size_t room)
{
    size_t n = a->bytes.len - a->at < room ? a->bytes.len - a->at : room;

    memcpy(out, a->bytes.data + a->at, n);
    a->at += n;
    if (a->at < a->bytes.len)
        return (ssize_t)n;
    if (a->phase == TAIL) { /* before the client has seen the end, after which it may pull at once */
        enumeration_detach(a->e, !a->keep);
        a->detached = true;
    }
    a->phase = a->phase == HEAD ? ITEMS : OVER;
    return (ssize_t)n;
}

static ssize_t source_read(void *state, char *out, size_t room)
{
    struct wsman_answer *a = state;
    ssize_t n = 0;

    if (!buf_ok(&a->bytes))
        return REPLY_ABORT;
    if (a->phase == ITEMS) {
        n = read_items(a, out, room);
        if (n != 0 || a->phase == ITEMS)
            return n;
    }
    return a->phase == OVER ? REPLY_END : read_bytes(a, out, room);
}

/* The same in UTF-16: half of the room in UTF-8 first. Characters that are cut at the end wait in carry. */
struct utf16_answer {
    struct wsman_answer *a;
    char carry[4];
    size_t n_carry;
};

static ssize_t source_read_utf16(void *state, char *out, size_t room)
{
    struct utf16_answer *u = state;
    char part[4096];
    size_t used, wide, n;
    ssize_t got;

    memcpy(part, u->carry, u->n_carry);
    n = room / 2 < sizeof(part) ? room / 2 : sizeof(part);
    got = source_read(u->a, part + u->n_carry, n - u->n_carry);
    if (got <= 0)
        return got;
    n = u->n_carry + (size_t)got;
    wide = wsman_to_utf16(part, n, &used, out, room, u->a->q->utf16_big_endian);
    assert(n - used < sizeof(u->carry));
    u->n_carry = n - used;
    memcpy(u->carry, part + used, u->n_carry);
    return (ssize_t)wide;
}

static void source_close(void *state)
{
    struct wsman_answer *a = state;
    bool complete = a->phase == OVER;

    /* a client that went away in the middle cannot go on from where it was: it does not know where that is */
    if (!a->detached)
        enumeration_detach(a->e, !complete || !a->keep);
    enumeration_unref(a->e);
    buf_fini(&a->bytes);
}

static void source_close_utf16(void *state)
{
    source_close(((struct utf16_answer *)state)->a);
}

/* Stream locked. */
static void start_streaming(struct wsman_answer *a)
{
    struct reply_source source = {source_read, source_close, a};
    struct wsman_page page = header_of(a, enumeration_id(a->e));
    struct utf16_answer *u = a->q->utf16 ? arena_zalloc(exchange_arena(a->x), sizeof(*u)) : NULL;
    struct buf items = a->bytes;

    if (u) {
        u->a = a;
        source = (struct reply_source){source_read_utf16, source_close_utf16, u};
    }
    buf_init(&a->bytes, WSMAN_MAX_REPLY);
    wsman_encode_page_head(&a->bytes, a->q, &page);
    buf_text(&a->bytes, buf_view(&items));
    buf_fini(&items);
    a->phase = HEAD;
    a->streaming = true;
    enumeration_stream(a->e)->wake_bytes = STREAM_WAKE_BYTES;
    exchange_reply_stream(a->x, wsman_reply_type(a->q), &source);
}

/* ---- What the enumeration calls. Stream locked. */

/* Reads what is there into bytes, up to max. */
static enum page_state gather(struct wsman_answer *a, size_t max)
{
    enum page_state state = PAGE_BYTES;
    char part[STEP];
    size_t n;

    while (state == PAGE_BYTES && a->bytes.len < max) {
        state = page_read_locked(&a->page, part, sizeof(part), &n, a->whole_only);
        if (state == PAGE_BYTES)
            buf_put(&a->bytes, part, n);
    }
    return state;
}

static void wake(void *consumer)
{
    struct wsman_answer *a = consumer;
    enum page_state state;

    if (a->streaming) {
        exchange_wake(a->x);
        return;
    }
    state = gather(a, a->whole_only ? WSMAN_MAX_REPLY : WHOLE_MAX);
    if (state == PAGE_DONE)
        finish_whole(a);
    else if (!a->whole_only)
        start_streaming(a);
}

static void late(void *consumer)
{
    struct wsman_answer *a = consumer;
    struct ending end = {0};
    struct wsman_fault f = {0};

    if (a->streaming) {
        atomic_store(&a->cut, true);
        exchange_wake(a->x);
    } else if (gather(a, WSMAN_MAX_REPLY) == PAGE_DONE) {
        finish_whole(a);
    } else if (a->page.items == 0) {
        wsman_fail(&f, WSMAN_TIMED_OUT, NULL, "no instance came in the time that the request allows; pull again");
        reply_fault(a, &f, !is_pull(a));
    } else {
        reply_whole(a, &end);
    }
}

/* ---- The start: on a worker */

static struct page_limits limits_of(const struct wsman_answer *a)
{
    const struct wsman_request *q = a->q;
    struct page_limits l = {q->max_elements, UINT64_MAX, q->max_characters ? q->max_characters : UINT64_MAX};
    static const char longest[] = "00000000000000000000000000000000";
    struct wsman_page page = header_of(a, longest);
    struct buf head;

    _Static_assert(sizeof(longest) == ENUMERATION_ID_LENGTH + 1, "a context's length");
    if (!q->max_envelope)
        return l;
    buf_init(&head, WSMAN_MAX_REPLY);
    wsman_encode_page_head(&head, q, &page);
    l.bytes = head.len + TAIL_ROOM < q->max_envelope ? q->max_envelope - head.len - TAIL_ROOM : 0;
    buf_fini(&head);
    if (q->utf16)
        l.bytes /= 2; /* mostly ASCII: two bytes for one */
    return l;
}

static int64_t deadline_of(const struct wsman_request *q)
{
    int64_t ms = q->max_time_ms >= 0 ? q->max_time_ms : q->operation_timeout_ms;

    if (q->max_time_ms >= 0 && q->operation_timeout_ms >= 0 && q->operation_timeout_ms < ms)
        ms = q->operation_timeout_ms;
    if (ms < 0 || ms > INT64_MAX / 2) /* for ever: no time of day so late can be counted */
        return 0;
    return core_now_us() / 1000 + ms;
}

/* A client that shows no User-Agent and asks for modest envelopes is one that breaks on chunks (digest section 11). */
static bool needs_whole(struct exchange *x, const struct wsman_request *q)
{
    return q->max_envelope && q->max_envelope <= WSMAN_MAX_REPLY && !exchange_header(x, "User-Agent").s;
}

static void refuse_second(struct wsman_answer *a)
{
    struct wsman_fault f = {0};

    wsman_fail(&f, WSMAN_CONCURRENCY, NULL, "another request is reading this enumeration");
    enumeration_unref(a->e);
    wsman_reply_fault(a->x, a->q, &f);
}

void wsman_page_serve(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q,
                      struct enumeration *e, int64_t expires_ms, int64_t total)
{
    struct wsman_answer *a = arena_zalloc(exchange_arena(x), sizeof(*a));
    struct stream *stream = enumeration_stream(e);
    struct enumeration_consumer consumer = {wake, late, a, deadline_of(q), STREAM_FIRST_BYTES};
    struct page_limits limits;

    if (!a) {
        struct wsman_fault f = {0};

        wsman_fail(&f, WSMAN_INTERNAL_ERROR, NULL, "the service is out of memory");
        enumeration_cancel(e);
        enumeration_unref(e);
        wsman_reply_fault(x, q, &f);
        return;
    }
    *a = (struct wsman_answer){.x = x, .service = s, .q = q, .e = e, .expires_ms = expires_ms, .total = total};
    a->whole_only = needs_whole(x, q);
    limits = limits_of(a);
    page_init(&a->page, stream, &limits);
    buf_init(&a->bytes, WSMAN_MAX_REPLY);
    if (!enumeration_attach(e, &consumer)) {
        refuse_second(a);
        return;
    }
    enumeration_ref(e); /* the page's own goes with the page, which may be over before the walk is */
    stream_lock(stream);
    if (!stream_wait(stream))
        wake(a);
    stream_unlock(stream);
    enumeration_run(e);
    enumeration_unref(e);
}
