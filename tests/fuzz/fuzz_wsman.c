/* Any bytes in any character set are a request or a fault, and the fault, with all that it repeats of the request, is
 * well-formed XML. The first byte chooses the character set.
 */
#include <libxml/parser.h>
#include <stdlib.h>

#include "server/proto/wsman.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum wsman_charset charset = size ? data[0] % (WSMAN_CHARSET_UNKNOWN + 1) : WSMAN_UTF8;
    struct text body = {size ? (const char *)data + 1 : "", size ? size - 1 : 0};
    struct wsman_request q = {.reply_id = "uuid:1"};
    struct wsman_fault f;
    struct arena a;
    struct buf b;
    xmlDoc *doc;

    arena_init(&a, 1 << 22);
    buf_init(&b, 1 << 22);
    if (wsman_decode(&a, body, charset, &q, &f) >= 0) {
        if (!f.type)
            wsman_fail(&f, WSMAN_INTERNAL_ERROR, NULL, "%.*s", (int)q.action_uri.n, q.action_uri.s);
        wsman_encode_fault(&b, &q, &f);
        doc =
            xmlReadMemory(b.data, (int)b.len, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
        if (!doc)
            abort();
        xmlFreeDoc(doc);
    }
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}
