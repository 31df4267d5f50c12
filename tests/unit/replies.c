#include "tests/unit/replies.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "server/proto/xml.h"

struct wsman_request reply_request(enum wsman_action action)
{
    return (struct wsman_request){.action = action,
                                  .message_id = TEXT("uuid:<1>"),
                                  .reply_id = "uuid:2",
                                  .reply_headers = TEXT("<x/>")};
}

void reply_check(struct buf *b, const char *want)
{
    const struct xml_element *root;
    struct cim_error err = {0};
    struct arena a;

    arena_init(&a, 1 << 20);
    assert_string_equal(buf_cstr(b), want);
    assert_int_equal(xml_parse(&a, buf_view(b), &root, &err), 0);
    arena_fini(&a);
    buf_fini(b);
}
