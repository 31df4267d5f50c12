/* Inside server/http: what a connection, its current exchange and the whole listener hold. An exchange lives in its
 * connection and is used again for the next request, so a warm connection allocates nothing of ours.
 *
 * Who owns an exchange: the io thread while it receives and sends, the worker from the hand-over (the connection is
 * suspended) to the reply (it is resumed). The fields marked atomic are read by others.
 */
#ifndef SERVER_HTTP_CONN_H
#define SERVER_HTTP_CONN_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/auth/auth.h"
#include "server/http/exchange.h"

struct MHD_Connection;
struct MHD_Daemon;
struct MHD_Response;
struct pool;
struct route;
struct routes;

/* Answers that never change, made once. */
enum canned {
    CANNED_400,
    CANNED_401,
    CANNED_404,
    CANNED_413,
    CANNED_415,
    CANNED_417,
    CANNED_500,
    CANNED_501,
    CANNED_503,
    CANNED_N
};

/* Where a request is. */
enum phase {
    PHASE_IDLE,     /* between requests, or its head has not come whole */
    PHASE_BODY,     /* bytes are kept */
    PHASE_DRAIN,    /* bytes are dropped, then comes the refusal */
    PHASE_PROVING,  /* a worker authenticates before the body is taken */
    PHASE_WORKING,  /* a worker authenticates if need be, the handler works */
    PHASE_REPLYING, /* the reply is there */
};

/* A streamed reply and who may wake it: see exchange.c. */
enum wake { WAKE_NONE, WAKE_WOKEN, WAKE_SLEEPING, WAKE_CUT };

struct added_header {
    struct added_header *next;
    const char *name, *value; /* in the arena */
};

struct exchange {
    struct conn *conn;
    const struct route *route; /* NULL when refused */
    uint64_t id;
    const char *method, *path, *version; /* the library's */
    const char *user;                    /* NULL until an authenticator set it */
    struct arena arena;
    struct buf body;
    uint64_t length;  /* of the body as announced; UINT64_MAX: not told */
    uint64_t drained; /* bytes */
    atomic_int phase; /* enum phase */
    struct added_header *headers;
    struct MHD_Response *reply; /* ready to be queued; NULL: none, or out of memory once the phase is REPLYING */
    unsigned status;
    bool reply_canned;
    bool headers_lost;
    bool stranger;         /* may do without a user */
    bool packed;           /* the body came as gzip */
    bool waits;            /* an early refusal is due: see intake.c */
    atomic_bool streaming; /* source is to be closed */
    bool corked;           /* the head of a streamed reply waits for the first chunk */
    bool held;             /* counted in the listener's held; io thread */
    bool head_again;
    struct reply_source source;
    atomic_int wake; /* enum wake */
};

struct conn {
    struct listener *listener;
    struct MHD_Connection *mhd;
    struct conn *next, *prev; /* listener's lock */
    int fd;
    atomic_uint_least64_t since; /* of the phase, monotonic ms */
    uint64_t closed_since;       /* the phase in which a tick saw the other side closed; the tick's */
    char peer[64];
    struct auth_proof proof;
    struct exchange x;
};

struct door { /* one listening address */
    struct MHD_Daemon *daemon;
    char url[80];
};

struct listener {
    const struct routes *routes;
    struct auth *auth;
    struct pool *pool;
    size_t max_request;
    unsigned idle_s, stall_s;
    bool gzip; /* answers may be packed */
    struct MHD_Response *canned[CANNED_N];
    struct door *doors;
    size_t n_doors;
    atomic_uint_least64_t last_id;
    atomic_bool stopping;
    atomic_uint busy;     /* exchanges between their first and last byte */
    atomic_uint held;     /* of those, suspended or not yet seen again by their io thread */
    pthread_mutex_t lock; /* guards conns; taken before any of the library's */
    pthread_cond_t calm;  /* busy or held became 0 while stopping */
    struct conn *conns;
};

/* ---- conn.c */

uint64_t conn_now(void); /* monotonic ms */

/* The library's notice of a connection's begin. NULL when memory is out. */
struct conn *conn_new(struct listener *l, struct MHD_Connection *mhd);
void conn_free(struct conn *c);

/* Looks after clients that vanished while their stream slept, and requests that take too long to arrive. */
void conn_tick(struct listener *l);

/* Cuts all streams: those that sleep end with an error, from the others their connection is taken. */
void conn_cut_all(struct listener *l);

/* ---- exchange.c: whoever owns the exchange */

void exchange_phase(struct exchange *x, enum phase phase);

/* The reply that is to be sent; r is taken. */
void exchange_set(struct exchange *x, unsigned status, struct MHD_Response *r);
void exchange_set_canned(struct exchange *x, enum canned which);

/* The io thread sends the reply when it is called next. Resumes the connection: x is not to be touched afterwards. */
void exchange_send(struct exchange *x);

/* ---- exchange.c: the io thread */

/* Suspends the connection. False when the listener stops: then nothing is suspended any more. */
bool exchange_hold(struct exchange *x);
void exchange_unhold(struct exchange *x); /* seen again */

/* If the stream sleeps it ends with an error; false if it does not. Any thread that keeps the connection alive. */
bool exchange_cut(struct exchange *x);

/* Hands the reply to the library. */
bool exchange_queue(struct exchange *x);

/* After the last byte, or at the end of the connection. */
void exchange_over(struct exchange *x);

/* ---- canned.c */

bool canned_init(struct MHD_Response *ret[CANNED_N]); /* false: memory */
void canned_fini(struct MHD_Response *canned[CANNED_N]);
unsigned canned_status(enum canned which);
struct MHD_Response *canned_405(const char *allow); /* the caller's; NULL: memory */

#endif
