/* MethodContext: one client call, and below it one child for each provider call. The root carries who asks, until
 * when and whether anybody still waits; a child carries the call of one provider: what it was asked, what it
 * delivered, how it ended. Reference counted; any thread.
 *
 * A front end that lends an executor declares its callback safe for concurrent use: the providers of a walk then run
 * side by side, each with its own child, and a watch takes hung ones out. Without an executor everything happens on
 * the caller's thread.
 */
#ifndef CIM_CORE_CONTEXT_H
#define CIM_CORE_CONTEXT_H

#include <pthread.h>
#include <stdatomic.h>

#include "cim/core/registry.h"
#include "cim/query/query.h"

enum { CONTEXT_MAX_DEPTH = 16, CONTEXT_MAX_NAMESPACES = 16, CONTEXT_MAX_OPTIONS = 64, CONTEXT_OPTION_BYTES = 64 << 10 };

/* Which properties an enumeration needs when no query says so. */
enum context_needs { NEEDS_ALL, NEEDS_BASE /* those of the class asked for */, NEEDS_KEYS };

/* What the server lends to a walk. Every function gets the executor itself; a NULL function is left out. */
struct cim_executor {
    unsigned parallel; /* providers of one walk at a time, at least 1 */
    /* Runs fn on another thread, soon; false when that cannot be: the walk goes on with fewer threads. */
    bool (*run)(struct cim_executor *x, void (*fn)(void *arg), void *arg);
    /* Around the wait of a walk for its other threads. */
    void (*wait_begin)(struct cim_executor *x);
    void (*wait_end)(struct cim_executor *x);
    /* A provider is about to be called, on the thread that calls it; false ends the walk with WBEM_E_OUT_OF_MEMORY. */
    bool (*call_begin)(struct cim_executor *x, MethodContext *call);
    /* The call is over for the walk: the provider returned hr, or the watch gave it up (abandoned, on the watch's
     * thread, hr WBEM_E_PROVIDER_TIMED_OUT): then the provider may still be running and even be inside the
     * callback. Once per call_begin. */
    void (*call_end)(struct cim_executor *x, MethodContext *call, HRESULT hr, bool abandoned);
    /* The call's front pointer is not used any more. */
    void (*front_free)(struct cim_executor *x, void *front);
    /* Nothing of the walk will be delivered any more. hr as the glue function would return it; may come before
     * that returns, if a hung provider holds the calling thread. */
    void (*walk_end)(struct cim_executor *x, HRESULT hr);
};

struct walk;

/* What a client said beside its request (MethodContext_GetOption). */
struct context_option {
    const struct context_option *next;
    const char *name, *value;
};

/* What all contexts of one client call share. */
struct context_shared {
    atomic_uint refs;
    struct core *core;
    struct cim_executor *executor;
    atomic_bool cancelled;
    atomic_llong stall_ms; /* how long a provider call may go without delivering; 0 = no limit */
    enum context_needs needs;
    bool continue_on_error; /* a failed provider ends only its own part; the walk gives WBEM_S_PARTIAL_RESULTS */
    int authn;
    char *user;
    const struct context_option *options, **last_option; /* in the order of adding; read only once it is used */
    unsigned n_options;
    size_t option_bytes;
    struct arena option_arena;
    pthread_mutex_t lock;                                      /* the rest */
    struct core_namespace *namespaces[CONTEXT_MAX_NAMESPACES]; /* pinned */
    unsigned n_namespaces;
    struct walk *walk;        /* the one that the watch looks after; a reference */
    MethodContext *outermost; /* call that runs now, without an executor; borrowed (call.h) */
    const char *blamed;       /* provider that was given up, or refused because it is stuck; NULL = none (call.h) */
    HRESULT status;
    char status_text[256];
};

struct CFrameworkQuery {
    const struct core_namespace *ns; /* borrowed from the pins */
    const struct cim_class *class;   /* asked for */
    const struct cim_class *served;  /* the provider's class that is being asked */
    bool exact;                      /* no classes derived from class */
    const struct query *query;       /* bound; NULL = every instance; borrowed from the walk */
    bool all;                        /* every property is required */
    bool keys_only;
    struct arena arena;       /* for the lists handed out */
    uint64_t *required;       /* when not all: one bit for each property index of served */
    const char *const *names; /* explicit property list instead of a query's, NULL-ended; NULL = none */
};

enum call_state { CALL_RUNNING, CALL_DONE, CALL_ABANDONED };

struct MethodContext {
    atomic_long refs;
    struct context_shared *shared;
    MethodContext *parent; /* a reference; NULL for a root */
    unsigned depth;

    /* One provider call; served NULL for a root */
    const struct served *served;
    struct walk *walk; /* borrowed until the call ends; NULL for a GetObject call */
    struct CFrameworkQuery query;
    const struct served *last_entry; /* that an instance was made of; the call's thread */
    CInstance *spare;                /* recycled by the call's own thread */
    bool delivering;                 /* inside the callback: committing the instance again is refused */
    HRESULT hr;                      /* what stopped the delivery; set on the call's thread */
    HRESULT shortfall;     /* what the walk's callback could not add, though it went on: counts as the provider's */
    atomic_int state;      /* enum call_state */
    atomic_bool waiting;   /* inside a wait for a slow reader: the watch does not count that time */
    atomic_uint delivered; /* signs of life, for the watch */
    unsigned long long n_instances; /* that reached the callback */
    unsigned seen;                  /* delivered as the watch last saw it */
    int64_t seen_ms;                /* and when; the watch's own */
    int64_t started_us;
    void *front; /* the front end's, set in call_begin */
};

/* ---- For front ends -------------------------------------------------------------------------------------------------------- */

/* A root context with one reference; user is copied. NULL when memory is out. */
MethodContext *context_new(struct core *c, const char *user, int authn);

/* Before the context is used. The executor must live until the last reference is gone. */
void context_lend(MethodContext *ctx, struct cim_executor *x, bool continue_on_error);
/* The snapshot that the front end has looked into already: the call sees this one and no later one. Takes a reference
 * of its own; first of all, and once. */
void context_pin(MethodContext *ctx, struct core_namespace *ns);
void context_set_needs(MethodContext *ctx, enum context_needs needs);
void context_set_stall(MethodContext *ctx, int64_t ms);
/* One more option for all providers that are called; copied. Before the context is used. 0, -ENOMEM, or
 * CIM_ERR_SERVER_LIMITS_EXCEEDED beyond CONTEXT_MAX_OPTIONS of them or CONTEXT_OPTION_BYTES. */
int context_add_option(MethodContext *ctx, struct text name, struct text value);

/* Nobody waits any more: the next delivery of every provider fails with WBEM_E_CALL_CANCELLED. The front end wakes
 * those that wait in its callback. */
void context_cancel(MethodContext *ctx);

/* Takes out calls that delivered nothing for longer than the stall time. now_ms is monotonic. One thread at a time. */
void context_watch(MethodContext *ctx, int64_t now_ms);

/* Around a wait in the callback, with the call's own context (CInstance_GetMethodContext). */
void context_waiting(MethodContext *call, bool waiting);

static inline const char *context_provider_name(const MethodContext *call)
{
    return call->served->provider->name;
}

/* The front of the call that an instance came with, or of the one that it was read inside of. */
static inline void *context_front(const MethodContext *call)
{
    while (!call->front && call->parent)
        call = call->parent;
    return call->front;
}

/* ---- Inside cim/core ------------------------------------------------------------------------------------------------------- */

/* The namespace as this client call sees it: the same snapshot every time. Borrowed from the context. NULL text =
 * the default. NULL if there is none. */
const struct core_namespace *context_namespace(MethodContext *ctx, const char *name);

/* A child for one call of the provider that serves s. NULL when memory is out. WBEM depth is the caller's matter. */
MethodContext *context_child(MethodContext *parent, const struct served *s);

/* Works out which properties of the served class are required. false when memory is out. */
bool query_require(struct CFrameworkQuery *q, const struct cim_class *served, enum context_needs needs);

int64_t core_now_us(void); /* monotonic */

#endif
