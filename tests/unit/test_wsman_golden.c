/* tests/golden/wsman: NAME.xml is a request, NAME.txt what is read from it, NAME.reply.xml the fault it gets. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman.h"
#include "server/proto/xml.h"
#include "tests/unit/golden.h"

static void put(struct buf *b, const char *name, struct text value)
{
    if (value.n)
        buf_printf(b, "%s: %.*s\n", name, (int)value.n, value.s);
}

static void put_number(struct buf *b, const char *name, int64_t value, int64_t usual)
{
    if (value != usual)
        buf_printf(b, "%s: %" PRId64 "\n", name, value);
}

static void dump(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f)
{
    static const char *const actions[] = {"none", "Identify", "Enumerate", "Pull", "Release", "other"};
    static const char *const items[] = {"object", "EPR", "object and EPR"};
    static const char *const modes[] = {"include", "exclude", "none"};

    buf_printf(b, "action: %s\n", actions[q->action]);
    put(b, "message", q->message_id);
    put(b, "class", q->target.class_name);
    put(b, "namespace", q->target.namespace);
    put_number(b, "WMI form", q->target.wmi_uri, 0);
    for (uint32_t i = 0; i < q->target.n_selectors; i++)
        buf_printf(b, "selector: %.*s = %.*s\n", (int)q->target.selectors[i].name.n, q->target.selectors[i].name.s,
                   (int)q->target.selectors[i].value.n, q->target.selectors[i].value.s);
    put(b, "reply headers", q->reply_headers);
    put_number(b, "envelope", (int64_t)q->max_envelope, 0);
    put_number(b, "timeout", q->operation_timeout_ms, -1);
    put_number(b, "count wanted", q->total_items_estimate, 0);
    put_number(b, "optimize", q->optimize, 0);
    put_number(b, "elements", (int64_t)q->max_elements, 1);
    put_number(b, "expires", q->expires_ms, -1);
    put_number(b, "expires at", q->expires_at, 0);
    put_number(b, "time", q->max_time_ms, -1);
    put_number(b, "characters", (int64_t)q->max_characters, 0);
    put(b, "context", q->context);
    put_number(b, "exclude nil", q->exclude_nil, 0);
    if (q->items)
        buf_printf(b, "items: %s\n", items[q->items]);
    if (q->polymorphism)
        buf_printf(b, "polymorphism: %s\n", modes[q->polymorphism]);
    if (f->type)
        buf_printf(b, "fault: %s\n", f->reason);
}

static void check(const char *stem, struct text content)
{
    struct wsman_request q = {.reply_id = "uuid:00000000-0000-0000-0000-000000000000", .machine = "host"};
    struct wsman_fault f;
    struct arena a;
    struct buf b;
    size_t n = strlen(stem);
    int r;

    if (n > 6 && strcmp(stem + n - 6, ".reply") == 0)
        return;
    arena_init(&a, 1 << 20);
    r = wsman_decode(&a, content, WSMAN_UTF8, &q, &f);
    assert_int_equal(r, f.type != WSMAN_FAULT_NONE);
    buf_init(&b, 1 << 20);
    dump(&b, &q, &f);
    golden_check(stem, ".txt", buf_view(&b));
    buf_reset(&b);
    if (r)
        wsman_encode_fault(&b, &q, &f);
    golden_check(stem, ".reply.xml", buf_view(&b));
    buf_fini(&b);
    arena_fini(&a);
}

static void requests_are_read_and_refused_as_ever(void **state)
{
    (void)state;
    golden_each("tests/golden/wsman", ".xml", check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests_are_read_and_refused_as_ever)};
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    xml_global_fini();
    return failed;
}
