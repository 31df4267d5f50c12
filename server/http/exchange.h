/* One HTTP request and its answer. The io thread gathers the body and hands the exchange to a worker; the worker's
 * handler decides and answers with exactly one exchange_reply_…; the io thread sends. Between the hand-over and the
 * reply the connection is suspended.
 *
 * A reply of known size leaves with Content-Length in one go. A streamed reply is pulled from a reply_source on the
 * io thread. Both are packed (gzip) for clients that ask for it, and request bodies that are gzip are unpacked before
 * the handler is called: handlers see plain bytes only.
 */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include <sys/types.h>

#include "cim/base/arena.h"
#include "cim/base/buf.h"

struct exchange;

/* Where a streamed body comes from. read runs on an io thread and must not block: it returns the number of bytes, 0
 * when there are none now (the connection is suspended until exchange_wake), REPLY_END or REPLY_ABORT (the connection
 * is cut: the client must see that the answer is not whole). After a wake it may be asked although there is nothing
 * yet. close is called once, on an io thread, when the reply is over for whatever reason; it is the only sign that
 * the client has gone.
 */
enum { REPLY_END = -1, REPLY_ABORT = -2 };
struct reply_source {
    ssize_t (*read)(void *state, char *ret_bytes, size_t room);
    void (*close)(void *state);
    void *state;
};

/* What a handler may ask, all borrowed for the life of the exchange: until the reply, or the close of its source. */
struct arena *exchange_arena(struct exchange *x);
struct text exchange_body(const struct exchange *x);
struct text exchange_path(const struct exchange *x);
struct text exchange_header(const struct exchange *x, const char *name); /* s NULL if absent */
struct text exchange_query(const struct exchange *x, const char *name);  /* decoded; s NULL if absent */
const char *exchange_user(const struct exchange *x); /* authenticated user; NULL for a stranger whom the route lets in */
uint64_t exchange_id(const struct exchange *x);      /* request number for logs, from 1 */

/* The body's bytes are taken over; body is left empty. A body that failed becomes a 500. May be called from any
 * thread. Content type is static text. */
void exchange_reply(struct exchange *x, unsigned status, const char *content_type, struct buf *body);
void exchange_reply_stream(struct exchange *x, const char *content_type, const struct reply_source *source);

/* For a handler that serves strangers a part only: this is not it, log in (401). exchange_user is NULL. */
void exchange_refuse_stranger(struct exchange *x);

/* Adds a response header before the reply; both copied. Asserts that neither holds control characters. */
void exchange_add_header(struct exchange *x, const char *name, const char *value);

/* A source that had nothing has bytes now. Any thread, locks of the caller may be held; never lost, also when it
 * comes before read returned 0; cheap when the connection is not suspended; must not be called after close of the
 * source returned.
 */
void exchange_wake(struct exchange *x);

/* Handlers, on a worker thread */
typedef void (*exchange_handler)(struct exchange *x, void *service);

#endif
