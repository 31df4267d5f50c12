/* tests/golden/wsman: NAME.xml is a request, NAME.txt what is read from it, NAME.reply.xml the fault or the answer that it
 * gets from the fixed instances of answers.c. */
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
#include "tests/unit/answers.h"
#include "tests/unit/given.h"
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

static void put_selectors(struct buf *b, const char *name, const struct wsman_selector *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        buf_printf(b, "%s: %.*s = ", name, (int)list[i].name.n, list[i].name.s);
        if (list[i].epr) {
            buf_printf(b, "EPR of %.*s\n", (int)list[i].epr->class_name.n, list[i].epr->class_name.s);
            put_selectors(b, "selector of the EPR", list[i].epr->selectors, list[i].epr->n_selectors);
        } else {
            buf_printf(b, "%.*s\n", (int)list[i].value.n, list[i].value.s);
        }
    }
}

static void dump_target(struct buf *b, const struct wsman_epr *e)
{
    put(b, "class", e->class_name);
    put(b, "namespace", e->namespace);
    put_number(b, "WMI form", e->wmi_uri, 0);
    put_number(b, "metadata", e->metadata, 0);
    put_selectors(b, "selector", e->selectors, e->n_selectors);
}

static void dump_filter(struct buf *b, const struct wsman_filter *f)
{
    static const char *const dialects[] = {"", "WQL", "CQL", "XPath", "selectors", "association"};
    const struct wsman_association *a = f->association;

    put(b, "dialect", text_of(dialects[f->dialect]));
    put(b, "filter", f->text);
    put_selectors(b, "filter", f->selectors, f->n_selectors);
    if (!a)
        return;
    put(b, "object", a->object.class_name);
    put_selectors(b, "selector of the object", a->object.selectors, a->object.n_selectors);
    put_number(b, "references", a->references, 0);
    put(b, "association class", a->association_class);
    put(b, "result class", a->result_class);
    put(b, "role", a->role);
    put(b, "result role", a->result_role);
    for (uint32_t i = 0; i < a->n_properties; i++)
        put(b, "property", a->properties[i]);
}

static void dump_enumeration(struct buf *b, const struct wsman_request *q)
{
    static const char *const items[] = {"object", "EPR", "object and EPR"};
    static const char *const modes[] = {"include", "exclude", "none"};

    put_number(b, "optimize", q->optimize, 0);
    put_number(b, "elements", (int64_t)q->max_elements, 1);
    put_number(b, "expires", q->expires_ms, -1);
    put_number(b, "expires at", q->expires_at, 0);
    put_number(b, "time", q->max_time_ms, -1);
    put_number(b, "characters", (int64_t)q->max_characters, 0);
    put(b, "context", q->context);
    if (q->items)
        buf_printf(b, "items: %s\n", items[q->items]);
    if (q->polymorphism)
        buf_printf(b, "polymorphism: %s\n", modes[q->polymorphism]);
    dump_filter(b, &q->filter);
}

static void dump_options(struct buf *b, const struct wsman_request *q)
{
    put_number(b, "exclude nil", q->exclude_nil, 0);
    put_number(b, "precise arrays", q->precise_arrays, 0);
    put_number(b, "extensions", q->show_extensions, 0);
    for (uint32_t i = 0; i < q->n_options; i++)
        buf_printf(b, "option: %.*s = %.*s\n", (int)q->options[i].name.n, q->options[i].name.s,
                   (int)q->options[i].value.n, q->options[i].value.s);
}

static void dump(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f)
{
    static const char *const actions[] = {
        [WSMAN_NONE] = "none",     [WSMAN_IDENTIFY] = "Identify", [WSMAN_ENUMERATE] = "Enumerate",
        [WSMAN_PULL] = "Pull",     [WSMAN_RELEASE] = "Release",   [WSMAN_GET] = "Get",
        [WSMAN_PUT] = "Put",       [WSMAN_CREATE] = "Create",     [WSMAN_DELETE] = "Delete",
        [WSMAN_INVOKE] = "Invoke", [WSMAN_OTHER] = "other",
    };

    buf_printf(b, "action: %s\n", actions[q->action]);
    put(b, "method", q->method);
    put(b, "message", q->message_id);
    dump_target(b, &q->target);
    put(b, "fragment", q->has_fragment ? q->fragment : (struct text){0});
    put(b, "body", q->content ? q->content->name : (struct text){0});
    put(b, "reply headers", q->reply_headers);
    put_number(b, "envelope", (int64_t)q->max_envelope, 0);
    put_number(b, "timeout", q->operation_timeout_ms, -1);
    put_number(b, "count wanted", q->total_items_estimate, 0);
    put_number(b, "EPR wanted", q->request_epr, 0);
    dump_options(b, q);
    dump_enumeration(b, q);
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
    else
        answer(&b, &q);
    golden_check(stem, ".reply.xml", buf_view(&b));
    buf_fini(&b);
    arena_fini(&a);
}

static void requests_are_read_and_answered_as_ever(void **state)
{
    (void)state;
    golden_each("tests/golden/wsman", ".xml", check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests_are_read_and_answered_as_ever)};
    int failed;

    xml_global_init();
    answers_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    given_fini();
    xml_global_fini();
    return failed;
}
