#include "tests/unit/messages.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char head[] =
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'"
    " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' xmlns:b='http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd'"
    " xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration' xmlns:cim='http://schemas.dmtf.org/wbem/wscim/1/common'"
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:m='http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd'"
    " xmlns:x='urn:x'><s:Header><a:To>x</a:To><a:MessageID>uuid:1</a:MessageID>"
    "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>";

int messages_decode(struct arena *a, const char *action, const char *uri, const char *header, const char *body,
                    struct wsman_request *ret, struct wsman_fault *ret_fault)
{
    struct buf b;
    char *text;
    size_t n;

    buf_init(&b, 1 << 20);
    buf_printf(&b,
               "%s<a:Action>%s</a:Action><w:ResourceURI>%s</w:ResourceURI>%s</s:Header><s:Body>%s</s:Body></s:Envelope>",
               head, action, uri, header, body);
    assert_true(buf_ok(&b));
    n = b.len;
    text = arena_strndup(a, b.data, n);
    buf_fini(&b);
    assert_non_null(text);
    *ret = (struct wsman_request){.reply_id = "uuid:2"};
    return wsman_decode(a, (struct text){text, n}, WSMAN_UTF8, ret, ret_fault);
}

void messages_fill_arena(int (*step)(struct arena *a, void *user), void *user)
{
    unsigned failed = 0;
    int r = -ENOMEM;

    for (size_t room = 0; r; room += 16) {
        struct arena a;

        arena_init(&a, room);
        r = step(&a, user);
        failed += r == -ENOMEM;
        arena_fini(&a);
        assert_true(r == 0 || r == -ENOMEM);
        assert_true(room < 1 << 20);
    }
    assert_true(failed > 0);
}
