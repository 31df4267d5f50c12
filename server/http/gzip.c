#include "server/http/gzip.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

/* The fastest level: XML of instances shrinks to a tenth of its size or less all the same. A window of 16 KiB holds some instances,
 * which is what one resembles.
 */
enum { LEVEL = 1, WINDOW_BITS = 14, MEMORY_LEVEL = 7, GZIP_FORMAT = 16, ANY_WINDOW = 15 };

/* Of a stream: bytes that are asked for at a time, and at most within one read, so that an io thread is not kept for long. */
enum { STEP = 16 << 10, BURST = 256 << 10 };

static bool start(z_stream *z)
{
    *z = (z_stream){0};
    return deflateInit2(z, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_FORMAT, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK;
}

/* ---- Whole bodies */

bool gzip_pack(struct buf *body, bool always)
{
    size_t room = body->len;
    bool good = false;
    z_stream z;
    char *out;

    if (body->len >= UINT_MAX / 2 || !start(&z))
        return false;
    if (always)
        room = deflateBound(&z, body->len);
    out = malloc(room ? room : 1);
    if (out) {
        z.next_in = (Bytef *)body->data;
        z.avail_in = (uInt)body->len;
        z.next_out = (Bytef *)out;
        z.avail_out = (uInt)room;
        good = deflate(&z, Z_FINISH) == Z_STREAM_END;
    }
    (void)deflateEnd(&z); /* complains of what it was not given, too */
    if (!good) {
        free(out);
        return false;
    }
    free(body->data);
    body->data = out;
    body->len = z.total_out;
    body->cap = room;
    return true;
}

/* All members of z into plain. */
static int unpack(z_stream *z, struct buf *plain)
{
    char part[STEP];
    int r = Z_OK;

    while (r == Z_OK) {
        size_t n;

        z->next_out = (Bytef *)part;
        z->avail_out = sizeof(part);
        r = inflate(z, Z_NO_FLUSH);
        n = sizeof(part) - z->avail_out;
        if (n > plain->max - plain->len)
            return -E2BIG;
        buf_put(plain, part, n);
        if (!buf_ok(plain))
            return -ENOMEM;
        if (r == Z_STREAM_END && z->avail_in)
            r = inflateReset(z);
    }
    return r == Z_STREAM_END ? 0 : r == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

int gzip_unpack(struct buf *body)
{
    struct buf plain;
    z_stream z = {0};
    int r;

    if (body->len > UINT_MAX)
        return -E2BIG;
    if (inflateInit2(&z, ANY_WINDOW + GZIP_FORMAT) != Z_OK)
        return -ENOMEM;
    buf_init(&plain, body->max);
    z.next_in = (Bytef *)body->data;
    z.avail_in = (uInt)body->len;
    r = unpack(&z, &plain);
    (void)inflateEnd(&z); /* it was begun */
    if (r) {
        buf_fini(&plain);
        return r;
    }
    buf_fini(body);
    *body = plain;
    return 0;
}

/* ---- Streams */

struct packer {
    z_stream z;
    struct reply_source inner;
    int flush;  /* what the library is being told: Z_NO_FLUSH, or Z_SYNC_FLUSH or Z_FINISH until that is done */
    bool dirty; /* something went in since the last flush */
    bool over;
    char in[STEP];
};

_Static_assert(GZIP_MEMORY >= sizeof(struct packer) + (4 << WINDOW_BITS) + (512 << MEMORY_LEVEL) + (8 << 10),
               "the library's own formula, and its state");

/* Decides what the library is told next. 1: it is to work; 0: there is nothing now; or REPLY_ABORT. */
static int feed(struct packer *p, size_t *taken)
{
    ssize_t n = *taken < BURST ? p->inner.read(p->inner.state, p->in, sizeof(p->in)) : 0;

    if (n > 0) {
        p->z.next_in = (Bytef *)p->in;
        p->z.avail_in = (uInt)n;
        p->dirty = true;
        *taken += (size_t)n;
    } else if (n == REPLY_END) {
        p->flush = Z_FINISH;
    } else if (n < 0) {
        return REPLY_ABORT;
    } else if (p->dirty) {
        p->flush = Z_SYNC_FLUSH;
    } else {
        return 0;
    }
    return 1;
}

static ssize_t read_packed(void *state, char *bytes, size_t room)
{
    struct packer *p = state;
    size_t taken = 0;
    int r;

    p->z.next_out = (Bytef *)bytes;
    p->z.avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;
    while (!p->over && p->z.avail_out) {
        r = p->flush == Z_NO_FLUSH && !p->z.avail_in ? feed(p, &taken) : 1;
        if (r == REPLY_ABORT)
            return REPLY_ABORT;
        if (r == 0)
            break;
        p->over = deflate(&p->z, p->flush) == Z_STREAM_END;
        if (p->flush == Z_SYNC_FLUSH && p->z.avail_out) { /* done; what it gave is to leave */
            p->flush = Z_NO_FLUSH;
            p->dirty = false;
            break;
        }
    }
    if (p->over && (char *)p->z.next_out == bytes)
        return REPLY_END;
    return (char *)p->z.next_out - bytes;
}

static void close_packed(void *state)
{
    struct packer *p = state;

    p->inner.close(p->inner.state);
    (void)deflateEnd(&p->z); /* complains if it is not at its end */
    free(p);
}

bool gzip_source(struct reply_source *source)
{
    struct packer *p = malloc(sizeof(*p));

    if (!p || !start(&p->z)) {
        free(p);
        return false;
    }
    p->inner = *source;
    p->flush = Z_NO_FLUSH;
    p->dirty = p->over = false;
    *source = (struct reply_source){read_packed, close_packed, p};
    return true;
}
