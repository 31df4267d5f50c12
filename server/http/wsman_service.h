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

void wsman_reply_fault(struct exchange *x, const struct wsman_request *q, const struct wsman_fault *f);

/* Sends the buffer's bytes in the encoding of the request. Takes the buffer over. */
void wsman_reply(struct exchange *x, const struct wsman_request *q, unsigned status, struct buf *body);
const char *wsman_reply_type(const struct wsman_request *q);

/* Answers q (an Enumerate or a Pull) from the enumeration: attaches a page to it, starts the walk on this thread if
 * it was not, and returns when that is over. The caller's reference is used up.
 */
void wsman_page_serve(struct exchange *x, const struct wsman_service *s, const struct wsman_request *q,
                      struct enumeration *e, int64_t expires_ms);

enum { WSMAN_MAX_REPLY = 256 << 20 };

#endif
