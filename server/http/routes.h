/* Which handler serves a path. Rows are added before the listener starts; read only afterwards, from any thread. */
#ifndef SERVER_HTTP_ROUTES_H
#define SERVER_HTTP_ROUTES_H

#include "cim/base/text.h"
#include "server/http/exchange.h"

enum { ROUTES_MAX = 32 };

/* Who is served without credentials; others have a user when the handler is called. */
enum route_strangers {
    ROUTE_NOBODY,
    ROUTE_MARKED, /* whoever sends WSMANIDENTIFY: unauthenticated, as WinRM has it */
    ROUTE_ANYBODY,
};

struct route {
    const char *path;    /* static text, without a '/' at the end: requests may have one */
    const char *methods; /* static text, as Allow says it: "GET, HEAD" */
    exchange_handler handler;
    void *service;                  /* handed to the handler */
    bool below;                     /* everything below the path, too */
    enum route_strangers strangers; /* the handler serves them Identify and the like, nothing that needs a user */
};

struct routes {
    struct route rows[ROUTES_MAX];
    size_t n;
};

/* Asserts that the row is whole, new and fits. */
void routes_add(struct routes *r, const struct route *row);

enum route_outcome { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

/* The row is set on success and for ROUTE_NO_METHOD. */
enum route_outcome routes_find(const struct routes *r, struct text method, struct text path,
                               const struct route **ret_row);

#endif
