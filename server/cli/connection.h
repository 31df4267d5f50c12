/* HTTP to one server, over one connection that is kept. Problems are written to standard error here, in a sentence that
 * says what to do. Main thread.
 */
#ifndef SERVER_CLI_CONNECTION_H
#define SERVER_CLI_CONNECTION_H

#include "cim/base/buf.h"
#include "server/cli/options.h"

enum { CONNECTION_MAX_REPLY = 64 << 20 };

struct connection;

/* Reads the options of OPTIONS_CONNECTION, and the password; nothing is sent. CLI_OK, or the exit code. */
int connection_open(struct connection **ret, const struct options *o);
struct connection *connection_close(struct connection *c); /* always NULL */

/* What the requests go to, with scheme, port and path. */
const char *connection_url(const struct connection *c);

/* POST to the URL, or to another path of the same server (other with its query, NULL = the URL). The reply is read as
 * a whole. CLI_OK for any status but 401 and 403; otherwise the exit code, and it has been said. */
int connection_post(struct connection *c, const char *other, const char *content_type, struct text body,
                    struct buf *reply, unsigned *ret_status);

#endif
