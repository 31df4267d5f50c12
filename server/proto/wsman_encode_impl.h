/* The envelope, for wsman_encode.c and wsman_encode_transfer.c; nobody else includes it. */
#ifndef SERVER_PROTO_WSMAN_ENCODE_IMPL_H
#define SERVER_PROTO_WSMAN_ENCODE_IMPL_H

#include "server/proto/wsman.h"

/* Up to the headers that every reply has; more may follow, then wsman_put_body. The action is that of the request
 * with a suffix. */
void wsman_put_head(struct buf *b, const struct wsman_request *q, struct text action, const char *suffix);
void wsman_put_body(struct buf *b);
void wsman_put_tail(struct buf *b);

#endif
