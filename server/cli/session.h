/* A client command in progress: the connection, the message that goes out, the answer that came in, and what is known
 * of classes. Whatever goes wrong is said on standard error where it happens, and becomes the exit code. Main thread.
 */
#ifndef SERVER_CLI_SESSION_H
#define SERVER_CLI_SESSION_H

#include "server/cli/answer.h"
#include "server/cli/classes.h"
#include "server/cli/commands.h"
#include "server/cli/connection.h"
#include "server/cli/request.h"

struct session {
    const struct options *options;
    struct connection *connection;
    struct arena arena;       /* of the command: words */
    struct arena reply_arena; /* of the newest answer */
    struct buf request, reply;
    struct message message; /* the id is session_message's */
    char id[48];
    struct answer answer; /* the newest */
    struct classes classes;
    struct buf class_request, class_reply; /* classes are asked for while an answer is being read */
    struct arena class_arena;
};

/* Runs a command with a session; the exit code. */
int session_run(const struct options *o, int argc, char **argv, int (*run)(struct session *s, int argc, char **argv));

/* Says what is wrong with the words; CLI_USAGE, or CLI_FAILED when memory is out. */
int session_words(int r, const struct cim_error *err);

/* The namespace of the path, if it has one, is the one that is asked. */
void session_use_namespace(struct session *s, struct text namespace);

/* The message for a request, with an id of its own. */
const struct message *session_message(struct session *s);

/* Sends the request and empties it. CLI_OK: s->answer is the answer, which may be a fault. */
int session_exchange(struct session *s);

/* The same, and a fault is said and is CLI_FAILED. */
int session_ask(struct session *s);
int session_fault(const struct session *s);

/* Text of the path and of the values that reads like a path is turned into references. False: memory is out. */
bool session_bind(struct session *s, struct cim_path *p, const char *method, struct assignment *values, uint32_t n);

#endif
