/* One call of the model that has one answer (get, create, modify, delete, invoke), run on a worker and guarded by the
 * deadline of providers: who waits is answered in time even if the provider never comes back. Then the call is left
 * alone: its thread is disowned by the pool, the provider counts as stuck until it returns, and what it returns goes
 * nowhere.
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
    HRESULT hr;
    const char *message;  /* the status object's sentence or "" */
    const char *provider; /* to blame when hr is WBEM_E_PROVIDER_TIMED_OUT, else NULL */
    CInstance *instance;  /* NULL if there is none; borrowed for the call of done */
};

/* One reference, the caller's. NULL when memory is out. */
struct guard *guard_new(const struct guard_request *r);
struct guard *guard_unref(struct guard *g); /* always NULL */

/* What run needs lives here, never in the memory of the HTTP request, which may be gone when a provider is late. */
struct arena *guard_arena(struct guard *g);
MethodContext *guard_context(struct guard *g);

/* Calls run on this thread, which is a worker, and then done with the outcome; or done comes from the ticker's thread
 * when the deadline passes first. done is called exactly once; user belongs to it. Returns when run has returned.
 */
void guard_run(struct guard *g, HRESULT (*run)(MethodContext *ctx, void *state, CInstance **ret), void *state,
               void (*done)(void *user, const struct guard_outcome *outcome), void *user);

#endif
