/* One call of the model that has one answer (get, create, modify, delete, invoke), run on a worker and guarded by the
 * deadline of providers: who waits is answered in time even if the provider never comes back. Then the call is left
 * alone: its thread is disowned by the pool, the provider counts as stuck until it returns, and what it returns goes
 * nowhere. A client's own time that is shorter ends its waiting, and no more: it is not the provider's fault.
 */
#ifndef SERVER_RUN_GUARD_H
#define SERVER_RUN_GUARD_H

#include "cim/core/operation.h"
#include "server/run/enumeration.h"

struct guard;

struct guard_request {
    struct enumerations *table; /* whose core, pool, ticker and stall time are used */
    const char *user;           /* copied */
    int authn;
    uint64_t id;        /* the HTTP request's number, for logs */
    int64_t timeout_ms; /* the client's; 0 = none. The shorter of it and the stall time counts */
    size_t max_bytes;   /* of the arena */
};

struct guard_outcome {
    HRESULT hr; /* WBEM_E_TIMED_OUT: the client's time; WBEM_E_PROVIDER_TIMED_OUT: a provider's; WBEM_E_SHUTTING_DOWN */
    const char *message;  /* the status object's sentence or "" */
    const char *provider; /* to blame when hr is WBEM_E_PROVIDER_TIMED_OUT, else NULL; static */
    CInstance *instance;  /* NULL if there is none; borrowed for the call of done */
};

/* One reference, the caller's. NULL when memory is out. */
struct guard *guard_new(const struct guard_request *r);
struct guard *guard_unref(struct guard *g); /* always NULL */

/* What run needs lives here, never in the memory of the HTTP request, which may be gone when a provider is late. Read
 * only in done: a late run may still be using it. */
struct arena *guard_arena(struct guard *g);
MethodContext *guard_context(struct guard *g);

/* Calls run on this thread, which is a worker, and then done with the outcome; or done comes from the ticker's thread
 * when the deadline passes first, or from that of enumerations_cancel. done is called exactly once and must not wait;
 * user belongs to it. run is not called when the table is closed. Returns when run has returned. Once per guard.
 */
void guard_run(struct guard *g, HRESULT (*run)(MethodContext *ctx, void *state, CInstance **ret), void *state,
               void (*done)(void *user, const struct guard_outcome *outcome), void *user);

#endif
