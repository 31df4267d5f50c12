/* The derived walk: base class → slice of served classes → each provider once → one callback an instance. The heart of
 * GetAllDerivedInstancesAsynch and of everything that enumerates. */
#ifndef CIM_CORE_WALK_H
#define CIM_CORE_WALK_H

#include "cim/core/context.h"

struct walk_request {
    const struct core_namespace *ns;
    const struct cim_class *base;
    bool exact;                /* this class only */
    const struct query *query; /* bound, or NULL; copied by value, its text must outlive the walk's callbacks (query_arena) */
    struct arena *query_arena; /* taken over when the walk starts; NULL without a query */
    bool serial;               /* the callback is not safe for concurrent use, whatever the context's executor says */
    Provider *requester;
    LPProviderInstanceCallback callback;
    void *user;
};

/* Runs the walk and returns after the last callback; see provider.h for the outcome. */
HRESULT walk_run(MethodContext *ctx, const struct walk_request *r);

/* Delivers one instance of a running call. */
HRESULT walk_deliver(MethodContext *call, CInstance *i);

void walk_watch(struct walk *w, int64_t now_ms, int64_t stall_ms);
struct walk *walk_ref(struct walk *w);
struct walk *walk_unref(struct walk *w); /* always NULL */

#endif
