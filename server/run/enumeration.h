/* An enumeration: one walk, the stream it fills, and the context id under which a client comes back for more. The
 * same object serves an answer that streams everything and one that is pulled in pages.
 *
 * Life: enumeration_new → attach a consumer → enumeration_run on a worker (at most once; the walk starts with the
 * first consumer, so a context that is never pulled costs nothing) → the walk ends or is cancelled. References: the
 * creator, the table while it is listed, each running provider call.
 */
#ifndef SERVER_RUN_ENUMERATION_H
#define SERVER_RUN_ENUMERATION_H

#include "cim/core/association.h"
#include "server/run/stream.h"

struct enumeration;
struct enumerations;

/* How instances become bytes: the protocol's matter. plan may be called by several threads at once. */
struct enumeration_format {
    const void *(*plan)(void *format,
                        const struct cim_class *c); /* NULL when memory is out; lives as long as the format */
    size_t (*bound)(const void *plan, const struct cim_instance *i);
    char *(*encode)(const void *plan, const struct cim_instance *i, char *out);
    void (*free)(void *format);
};

struct enumeration_request {
    const char *user;
    int authn;
    uint64_t id;               /* the HTTP request's number, for logs */
    struct core_namespace *ns; /* the snapshot to look in; a reference is taken */
    const char *class_name;    /* copied */
    bool exact;                /* this class only */
    /* A bound query, or a traversal, or neither; both live in arena, which is taken over (also on failure). The
     * traversal's callback and user are set here; class_name is NULL with it. */
    const struct query *query;
    const struct association_request *association;
    struct arena *arena; /* NULL without */
    enum context_needs needs;
    const struct enumeration_format *format;
    void *format_state; /* taken over: format->free gets it, also when enumeration_new fails */
};

struct enumerations_limits {
    struct core *core;
    struct pool *pool;
    unsigned max;      /* that exist at a time */
    unsigned parallel; /* providers of one enumeration */
    unsigned blocks;   /* of STREAM_BLOCK bytes each */
    int64_t stall_ms;  /* a provider that delivers nothing for so long counts as hung */
    int64_t idle_ms;   /* default life of a context that nobody pulls */
    int64_t max_idle_ms;
};

/* The table and its ticker thread. NULL when memory or threads are out. */
struct enumerations *enumerations_new(const struct enumerations_limits *l);
/* Cancels everything. The pool must be stopped before enumerations_free. */
void enumerations_cancel(struct enumerations *t);
struct enumerations *enumerations_free(struct enumerations *t); /* always NULL */
/* One reference in ret. 0, -ENOMEM, CIM_ERR_SERVER_LIMITS_EXCEEDED. */
int enumeration_new(struct enumerations *t, const struct enumeration_request *r, struct enumeration **ret);
struct enumeration *enumeration_ref(struct enumeration *e);
struct enumeration *enumeration_unref(struct enumeration *e); /* always NULL */

/* The walk, on this thread; returns when it is over or somebody else runs it already. */
void enumeration_run(struct enumeration *e);

/* Stops it: providers end, the id is unknown from now on. Any thread, any number of times. */
void enumeration_cancel(struct enumeration *e);

struct stream *enumeration_stream(struct enumeration *e);
MethodContext *enumeration_context(struct enumeration *e); /* borrowed; for options, before it runs */

/* ---- Contexts: with or without the stream's lock */

/* How long it may lie idle: -1 = the default; longer than the maximum is cut. Returns what was granted in ms. */
int64_t enumeration_set_life(struct enumeration *e, int64_t idle_ms);

/* Its id, NUL-ended and unguessable; made by the first call, and from then on it can be found by it. "" when the system
 * has no random numbers. */
const char *enumeration_id(struct enumeration *e);
enum { ENUMERATION_ID_LENGTH = 32 };

/* The kept enumeration of this id: a reference. CIM_ERR_INVALID_ENUMERATION_CONTEXT (unknown, expired, over),
 * CIM_ERR_ACCESS_DENIED (another user's). */
int enumeration_find(struct enumerations *t, struct text id, const char *user, struct enumeration **ret);

/* ---- The consumer */

/* What a consumer may be called for. Both with the stream's lock held, by somebody who has a reference to the
 * enumeration. */
struct enumeration_consumer {
    void (*wake)(void *consumer);
    void (*late)(void *consumer); /* the deadline of the answer has passed */
    void *consumer;
    int64_t deadline_ms; /* for the answer, monotonic; 0 = none */
    uint32_t wake_bytes;
};

/* False when another consumer is attached (a Pull while one runs) or the enumeration was cancelled. */
bool enumeration_attach(struct enumeration *e, const struct enumeration_consumer *c);
/* No call comes after it returns. The idle time starts; over: the enumeration ends here, its id is unknown from
 * now on. The first with the stream's lock held, by someone who has a reference of his own (whoever calls wake or
 * late has one); the second without the lock. */
void enumeration_detach_locked(struct enumeration *e, bool over);
void enumeration_detach(struct enumeration *e, bool over);

/* How it ended; lock of the stream held, after STREAM_END. ret_missed: names of providers that failed or missed
 * their deadline, with the reason, one line; "" if none; borrowed from the enumeration. */
HRESULT enumeration_outcome(struct enumeration *e, const char **ret_missed);

struct enumerations_counts {
    unsigned listed, running;
};
void enumerations_counts(struct enumerations *t, struct enumerations_counts *ret);

#endif
