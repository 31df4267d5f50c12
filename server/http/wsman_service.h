/* The WS-Man service: requests of the /wsman route to operations of the model and back. Handlers run on worker
 * threads; the service itself is immutable after its creation.
 */
#ifndef SERVER_HTTP_WSMAN_SERVICE_H
#define SERVER_HTTP_WSMAN_SERVICE_H

#include "server/http/exchange.h"
#include "server/http/wsman_plans.h"
#include "server/proto/wsman.h"

struct wsman_service {
    struct core *core;
    struct enumerations *enumerations;
    struct wsman_plan_cache *plans;
    bool omit_partial; /* partial=omit: providers that are missing are a warning, not a fault */
};

/* An exchange_handler; service is a struct wsman_service. */
void wsman_handle(struct exchange *x, void *service);

/* ---- Between the files of the service */

/* Operations: each answers the exchange, at once or later. */
void wsman_enumerate(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q);
void wsman_pull(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q);
void wsman_release(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q);
void wsman_transfer(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q);

void wsman_reply_fault(struct exchange *x, const struct wsman_request *q, const struct wsman_fault *f);
/* A negative errno or a CIM status; the message is for the latter. */
void wsman_reply_failure(struct exchange *x, const struct wsman_request *q, int status, const char *message);
/* What a decoding function returned when it was not 0. */
void wsman_reply_decode_failure(struct exchange *x, const struct wsman_request *q, int status,
                                const struct wsman_fault *f);

/* Sends the buffer's bytes in the encoding of the request. Takes the buffer over. */
void wsman_reply(struct exchange *x, const struct wsman_request *q, unsigned status, struct buf *body);
const char *wsman_reply_type(const struct wsman_request *q);

/* The same request once more, all of it in the arena: for what outlives the exchange. NULL: the fault says why, or
 * memory is out. */
struct wsman_request *wsman_decode_again(struct exchange *x, struct arena *a, const struct wsman_request *q,
                                         struct wsman_fault *ret_fault);

/* How q wants its objects; the namespace's name is borrowed. */
struct wsxml_style wsman_style(const struct wsman_request *q, const char *namespace);

/* The client's options become the context's. 0 or -ENOMEM. */
int wsman_add_options(MethodContext *ctx, const struct wsman_request *q);

/* wsa:DestinationUnreachable for an unknown namespace or class. Both fill f and return 1. */
int wsman_fault_no_namespace(struct wsman_fault *f, const struct wsman_epr *target);
int wsman_fault_no_class(struct wsman_fault *f, const char *namespace, const struct wsman_epr *target);

/* Answers q (an Enumerate or a Pull) from the enumeration: attaches a page to it, starts the walk on this thread if
 * it was not, and returns when that is over. The caller's reference is used up. total: number of items, -1 = unknown.
 */
void wsman_page_serve(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q,
                      struct enumeration *e, int64_t expires_ms, int64_t total);

enum { WSMAN_MAX_REPLY = 256 << 20 };

#endif
