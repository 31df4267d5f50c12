/* tests/wire: what real clients send, one file a request, as it left the client. Each is decoded as the HTTP front
 * end would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman.h"
#include "server/proto/xml.h"
#include "tests/unit/golden.h"

#define ELEMENT "CIM_ManagedElement"
#define SYSTEM "CIM_OperatingSystem"
#define THING "Recorded_Thing"
#define ITEM "Recorded_Item"

struct wire {
    const char *name;
    enum wsman_action action;
    const char *class;
    int fault;
};

static const struct wire requests[] = {
    {"omicli/ci", WSMAN_CREATE, ITEM, 0},
    {"omicli/cql", WSMAN_ENUMERATE, "*", 0},
    {"omicli/di", WSMAN_DELETE, ITEM, 0},
    {"omicli/ei-bad", WSMAN_ENUMERATE, "CIM_NoSuchClass", 0},
    {"omicli/ei-n1000", WSMAN_ENUMERATE, ELEMENT, 0},
    {"omicli/ei-n4", WSMAN_ENUMERATE, ELEMENT, 0},
    {"omicli/ei-president", WSMAN_ENUMERATE, "CIM_Processor", 0},
    {"omicli/ei-shallow", WSMAN_ENUMERATE, ELEMENT, 0},
    {"omicli/gi", WSMAN_GET, ITEM, 0},
    {"omicli/gi-alltypes", WSMAN_GET, ITEM, 0},
    {"omicli/id", WSMAN_ENUMERATE, "CIM_ObjectManager", 0},
    {"omicli/iv", WSMAN_INVOKE, ITEM, 0},
    {"omicli/mi", WSMAN_PUT, ITEM, 0},
    {"omicli/noencr-ei-x", WSMAN_ENUMERATE, ELEMENT, 0},
    {"omicli/wql", WSMAN_ENUMERATE, "*", 0},
    {"wsman/assoc", WSMAN_ENUMERATE, "*", 0},
    {"wsman/badauth", WSMAN_IDENTIFY, "", 0},
    {"wsman/create", WSMAN_CREATE, THING, 0},
    {"wsman/delete", WSMAN_DELETE, THING, 0},
    {"wsman/enum", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-count", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-cql", WSMAN_ENUMERATE, "*", 0},
    {"wsman/enum-epr", WSMAN_ENUMERATE, SYSTEM, 0},
    {"wsman/enum-ext", WSMAN_ENUMERATE, SYSTEM, 0},
    {"wsman/enum-frag", WSMAN_ENUMERATE, ELEMENT, WSMAN_UNSUPPORTED_FEATURE},
    {"wsman/enum-locale", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-m3", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-m3-pull", WSMAN_PULL, ELEMENT, 0},
    {"wsman/enum-objepr", WSMAN_ENUMERATE, SYSTEM, 0},
    {"wsman/enum-opt", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-poly-exclude", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-poly-include", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-poly-none", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-selfilter", WSMAN_ENUMERATE, THING, 0},
    {"wsman/enum-step", WSMAN_ENUMERATE, ELEMENT, 0},
    {"wsman/enum-wql", WSMAN_ENUMERATE, "*", 0},
    {"wsman/enum-xpath", WSMAN_ENUMERATE, THING, 0},
    {"wsman/get", WSMAN_GET, THING, 0},
    {"wsman/get-badclass", WSMAN_GET, "CIM_NoSuchClass", 0},
    {"wsman/get-baduri", WSMAN_GET, "", WSA_DESTINATION_UNREACHABLE},
    {"wsman/get-frag", WSMAN_GET, THING, 0},
    {"wsman/get-notfound", WSMAN_GET, THING, 0},
    {"wsman/get-ns", WSMAN_GET, THING, 0},
    {"wsman/identify", WSMAN_IDENTIFY, "", 0},
    {"wsman/invoke", WSMAN_INVOKE, THING, 0},
    {"wsman/invoke-badmethod", WSMAN_INVOKE, THING, 0},
    {"wsman/pull-badctx", WSMAN_PULL, ELEMENT, 0},
    {"wsman/put", WSMAN_GET, THING, 0},
    {"wsman/ref", WSMAN_ENUMERATE, "*", 0},
    {"wsman/release-badctx", WSMAN_RELEASE, ELEMENT, 0},
    {"wsman/renew", WSMAN_OTHER, ELEMENT, WSA_ACTION_NOT_SUPPORTED},
    {"wsman/sub-pull", WSMAN_OTHER, ELEMENT, WSA_ACTION_NOT_SUPPORTED},
    {"wsman/sub-push", WSMAN_OTHER, ELEMENT, WSA_ACTION_NOT_SUPPORTED},
    {"wsman/unsub", WSMAN_OTHER, ELEMENT, WSA_ACTION_NOT_SUPPORTED},
};

enum { REQUESTS = sizeof(requests) / sizeof(*requests) };

static unsigned seen;

static const struct wire *find(const char *stem)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (strcmp(stem + strlen("tests/wire/"), requests[i].name) == 0)
            return &requests[i];
    fail_msg("%s is not in the table", stem);
    return NULL;
}

static struct text behind(struct text t, const char *part)
{
    size_t n = strlen(part);
    const char *found = memmem(t.s, t.n, part, n);

    assert_non_null(found);
    return (struct text){found + n, (size_t)(t.s + t.n - found) - n};
}

static void check(const char *stem, struct text content)
{
    const struct wire *w = find(stem);
    struct text type = behind(content, "\r\nContent-Type: "), length = behind(content, "\r\nContent-Length: "), body;
    const char *end = memchr(type.s, '\r', type.n), *length_end = memchr(length.s, '\r', length.n);
    enum wsman_charset charset;
    struct wsman_request q;
    struct wsman_fault f;
    struct arena a;
    uint64_t n;

    seen++;
    assert_true(wsman_content_type((struct text){type.s, (size_t)(end - type.s)}, &charset));
    body = behind(content, "\r\n\r\n");
    assert_true(text_to_u64((struct text){length.s, (size_t)(length_end - length.s)}, &n));
    assert_int_equal(body.n, n);
    arena_init(&a, 1 << 20);
    q = (struct wsman_request){0};
    assert_int_equal(wsman_decode(&a, body, charset, &q, &f), w->fault != 0);
    if (q.action != w->action || !text_eq(q.target.class_name, text_of(w->class)) || f.type != w->fault)
        fail_msg("%s: action %d, class %.*s, fault %d: %s", stem, q.action, (int)q.target.class_name.n,
                 q.target.class_name.s, f.type, f.reason);
    assert_true(q.action == WSMAN_IDENTIFY || q.message_id.n > 0);
    arena_fini(&a);
}

static void every_request_of_real_clients_is_understood(void **state)
{
    (void)state;
    golden_each("tests/wire/wsman", ".http", check);
    golden_each("tests/wire/omicli", ".http", check);
    assert_int_equal(seen, REQUESTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_request_of_real_clients_is_understood)};
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    xml_global_fini();
    return failed;
}
