/* Inside server/http: the fields of a request's head that decide how its body is framed, coded and announced, and
 * what is wrong with them before path and user count (RFC 9110, RFC 9112). The io thread's.
 */
#ifndef SERVER_HTTP_HEAD_H
#define SERVER_HTTP_HEAD_H

#include "server/http/conn.h"

struct head {
    uint64_t length; /* of the body; UINT64_MAX when it is not told before */
    bool packed;     /* the body is gzip */
    bool waits;      /* the client may wait for our word before it sends the body */
    bool marked;     /* WSMANIDENTIFY: unauthenticated */
    struct text authorization;
};

enum head_outcome {
    HEAD_GOOD,
    HEAD_REFUSED, /* after path and user have been found good; the connection can go on */
    HEAD_BROKEN,  /* nobody knows where the body ends: the connection is to end */
};

/* ret_head is set in any case, *ret_why unless the head is good. Texts are borrowed from the library's request. */
enum head_outcome head_read(struct exchange *x, struct head *ret_head, enum canned *ret_why);

/* A path as it is meant: without scheme and host, where it was sent with them. */
const char *head_path(const char *sent);

#endif
