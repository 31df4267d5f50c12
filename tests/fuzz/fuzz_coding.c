/* An Accept-Encoding header, or a packed body: what is unpacked stays within its limit, and a body that was packed comes back. */
#include <assert.h>
#include <stdlib.h>

#include "server/http/accept.h"
#include "server/http/gzip.h"

enum { LIMIT = 64 << 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = {(const char *)data, size};
    struct buf body;

    (void)accept_encoding(t);
    buf_init(&body, LIMIT);
    buf_text(&body, t);
    if (buf_ok(&body) && gzip_unpack(&body) == 0) {
        assert(body.len <= LIMIT);
    } else if (buf_ok(&body)) {
        assert(text_eq(buf_view(&body), t));
        assert(gzip_pack(&body, true) && gzip_unpack(&body) == 0 && text_eq(buf_view(&body), t));
    }
    buf_fini(&body);
    return 0;
}
