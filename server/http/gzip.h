/* The gzip coding (RFC 1952) of whole bodies and of streams, both ways. Any thread; an object belongs to one at a
 * time.
 *
 * Memory: GZIP_MEMORY bytes for each stream that is being packed, and for the moment of packing a whole body; a body
 * that is unpacked takes 40 KiB for that moment, besides the two bodies.
 */
#ifndef SERVER_HTTP_GZIP_H
#define SERVER_HTTP_GZIP_H

#include "cim/base/buf.h"
#include "server/http/exchange.h"

enum { GZIP_MEMORY = 160 << 10 };

/* Packs the bytes in place. False when they do not get smaller (but with `always` they may grow), or memory is out:
 * then body is as before. */
bool gzip_pack(struct buf *body, bool always);

/* Unpacks the bytes in place. What comes out obeys body->max, and no more than that is computed: -E2BIG. -EBADMSG:
 * not gzip, or not all of it; -ENOMEM. On failure body is as before. */
int gzip_unpack(struct buf *body);

/* Makes *source one that packs what it gave until now; close is to be called as before. Whenever the source has
 * nothing for the moment, all that it gave has left. False when memory is out: then *source is as before. */
bool gzip_source(struct reply_source *source);

#endif
