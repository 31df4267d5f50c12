/* Shared by enumeration.c (one of them), enumerations.c (the table and its ticker) and guard.c (single operations under
 * the ticker's eyes) only. Locks: stream → table; nothing is taken under the table's. */
#ifndef SERVER_RUN_ENUMERATION_IMPL_H
#define SERVER_RUN_ENUMERATION_IMPL_H

#include "server/run/enumeration.h"

enum { ENUMERATION_ID = ENUMERATION_ID_LENGTH + 1 };

struct enumeration {
    struct cim_executor executor; /* first: the walk gives it back to us */
    atomic_uint refs;
    struct enumerations *table;
    struct enumeration *next, **link;   /* table lock; link NULL = not in the table */
    struct enumeration_request request; /* texts are ours */
    struct arena arena;                 /* the request's; a provider that is late may still look at it */
    MethodContext *ctx;
    struct stream stream;
    atomic_bool started, ended, cancelled;

    /* stream lock */
    struct enumeration_consumer consumer;
    bool attached;
    HRESULT hr;
    char missed[512];

    /* table lock */
    bool kept;
    char id[ENUMERATION_ID];
    int64_t idle_ms, idle_since_ms; /* since: 0 while somebody is attached */

    int64_t next_watch_ms; /* ticker only */
};

/* What the ticker rings once, when its time has come, or with closing when the server stops; no lock is held. A
 * reference to what it is in belongs to the alarm while it is set, and to ring from then on. */
struct alarm {
    void (*ring)(struct alarm *a, bool closing);
    struct alarm *next, **link; /* table lock; link NULL = not set */
    int64_t due_ms;             /* monotonic */
};

struct enumerations {
    struct enumerations_limits limits;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    struct enumeration *all;
    unsigned n;
    struct alarm *alarms;
    bool closed; /* no new ones */
    bool stop;
    int64_t last_new_ms; /* when the last one came */
    bool asleep;         /* the ticker sleeps long: a new enumeration must wake it, */
    int64_t wakes_ms;    /* and an alarm that is due before this */
};

/* Takes it out of the table when nobody will need it there any more. */
void enumerations_settle(struct enumeration *e);

/* Somebody is attached from now on, or nobody: then the idle time starts. */
void enumerations_idle(struct enumeration *e, bool idle);

/* 0 or CIM_ERR_SERVER_LIMITS_EXCEEDED; the table takes a reference. */
int enumerations_add(struct enumerations *t, struct enumeration *e);

/* False, and nothing is set, when the table is closed. */
bool enumerations_set_alarm(struct enumerations *t, struct alarm *a, int64_t due_ms);
/* False if it was not set: it has rung, or rings now. */
bool enumerations_clear_alarm(struct enumerations *t, struct alarm *a);

static inline int64_t now_ms(void)
{
    return core_now_us() / 1000;
}

#endif
