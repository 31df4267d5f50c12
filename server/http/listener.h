/* The HTTP server: a libmicrohttpd daemon for each listening address. Threads: its io threads, and the pool's for
 * handlers. What is handed in is borrowed and outlives the listener.
 */
#ifndef SERVER_HTTP_LISTENER_H
#define SERVER_HTTP_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "cim/base/status.h"

struct auth;
struct config;
struct listener;
struct pool;
struct routes;

/* Binds and serves all addresses of the configuration, or none. NULL with an error. */
struct listener *listener_new(const struct config *c, const struct routes *routes, struct auth *auth, struct pool *pool,
                              struct cim_error *err);

/* The address as a URL, with the port that was really taken; NULL behind the last. */
const char *listener_url(const struct listener *l, size_t i);

/* About once a second, any one thread: ends streams whose client has gone, and requests that do not arrive. */
void listener_tick(struct listener *l);

/* Takes no more requests, cuts streams (their sources are closed), lets handlers finish until the deadline in ms,
 * then stops and frees. When handlers hang past it the listener is left behind: then false is returned and the
 * process should end. NULL is allowed.
 */
bool listener_stop(struct listener *l, unsigned deadline_ms);

#endif
