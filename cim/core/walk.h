/* The derived walk: base class → slice of served classes → each provider once → one callback an instance. The heart of
 * GetAllDerivedInstancesAsynch and of everything that enumerates. */
#ifndef CIM_CORE_WALK_H
#define CIM_CORE_WALK_H

#include "cim/core/context.h"

/* One call of a provider. */
struct walk_task {
    const struct served *served;
    const struct query *query; /* bound, what the provider is told; NULL = it is asked for everything */
    const char *const *names;  /* the only properties wanted, NULL-ended, keys are always; NULL = as the context says */
};

struct walk_request {
    const struct core_namespace *ns;
    const struct cim_class *base;
    bool exact;                /* this class only */
    const struct query *query; /* bound, or NULL; copied by value */
    /* Or these calls, for the classes that they serve and no others; copied. base and query are NULL then, and nothing is filtered: the callback gets whatever comes. */
    const struct walk_task *tasks;
    uint32_t n_tasks;
    HRESULT (*call)(MethodContext *call, void *user); /* done in place of asking the provider; NULL = it is asked */
    /* Another walk of this context follows: the executor hears of the end only if there is none, which is when the
     * outcome is neither WBEM_S_NO_ERROR nor WBEM_S_OPERATION_CANCELLED. */
    bool more;
    bool serial;         /* the callback is not safe for concurrent use, whatever the context's executor says */
    struct arena *arena; /* where queries, names and user live; taken over when the walk starts, since a call that was
                            given up may still look at them. NULL: they outlive the contexts of the calls anyway */
    struct walk **ret_walk; /* a reference, to look into the arena afterwards; NULL = not wanted */
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
