/* Memory that is out while a request is read, taken on to what needs the classes, and answered: every request of
 * tests/golden/wsman and tests/wire, every allocation. */
#include <errno.h>
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/fragment.h"
#include "server/proto/wsman_model.h"
#include "server/proto/xml.h"
#include "tests/unit/answers.h"
#include "tests/unit/failing.h"
#include "tests/unit/given.h"
#include "tests/unit/golden.h"
#include "tests/unit/queries.h"
#include "tests/unit/requests.h"

static const struct wsxml_style style = {.namespace = {"root/cimv2", 10}, .location = true};

/* One request on its way. What it was given: */
struct journey {
    struct text body;
    enum wsman_charset charset;
    struct arena *arena;         /* fails */
    struct cim_instance *target; /* of fragments, filled before */
    /* and what became of it: */
    int status;
    struct wsman_request q;
    struct wsman_fault fault;
    struct cim_path path; /* class_name.n 0: none */
    struct cim_instance *instance;
    bool *given;
    struct wsman_selection selection;
    struct fragment fragment;
};

static const struct cim_class *class_of(const struct wsman_request *q)
{
    const struct cim_class *device = given_class("T_Device"), *c = schema_class(device->schema, q->target.class_name);

    return c ? c : device;
}

static const struct cim_method *method_of(const struct wsman_request *q)
{
    const struct cim_method *m = class_method(class_of(q), q->method);

    return m ? m : class_method(given_class("T_Device"), TEXT("Reset"));
}

/* ---- The second steps: status as the function gave it */

static int read_selection(struct journey *j)
{
    return wsman_select(j->arena, &j->q, given_class("T_Device")->schema, &j->selection, &j->fault);
}

static int read_path(struct journey *j)
{
    return wsman_bind_path(j->arena, &j->q.target, class_of(&j->q), &j->path, &j->fault);
}

static int read_fragment(struct journey *j)
{
    static bool given[64];
    int r = fragment_parse(j->arena, j->q.fragment, j->target->class, &j->fragment, &j->fault);

    if (r || j->q.action != WSMAN_PUT)
        return r;
    return fragment_apply(j->arena, &j->fragment, &j->q, j->target, given, &j->fault);
}

static int read_instance(struct journey *j)
{
    if (j->q.has_fragment)
        return read_fragment(j);
    return wsman_decode_instance(j->arena, &j->q, class_of(&j->q), &j->instance, &j->given, &j->fault);
}

static int read_get(struct journey *j)
{
    int r = read_path(j);

    return r || !j->q.has_fragment ? r : read_fragment(j);
}

static int read_parameters(struct journey *j)
{
    return wsman_decode_parameters(j->arena, &j->q, method_of(&j->q), &j->instance, &j->fault);
}

static int (*const steps[])(struct journey *j) = {
    [WSMAN_ENUMERATE] = read_selection, [WSMAN_GET] = read_get,     [WSMAN_PUT] = read_instance,
    [WSMAN_CREATE] = read_instance,     [WSMAN_DELETE] = read_path, [WSMAN_INVOKE] = read_parameters,
};

static void travel(struct journey *j)
{
    size_t action;

    j->status = wsman_decode(j->arena, j->body, j->charset, &j->q, &j->fault);
    action = j->q.action;
    if (j->status == 0 && action < sizeof(steps) / sizeof(*steps) && steps[action])
        j->status = steps[action](j);
}

/* ---- What became of it, as text */

static void show_instance(struct buf *b, const struct cim_instance *i)
{
    if (i)
        wsxml_put(b, &style, i);
}

static void show_selection(struct buf *b, const struct wsman_selection *s)
{
    const struct wsman_association_selection *a = s->association;

    if (s->class)
        buf_printf(b, "from %.*s\n", (int)s->class->name.n, s->class->name.s);
    if (s->query)
        queries_show(b, s->query);
    for (uint32_t i = 0; i < s->n_names; i++)
        buf_printf(b, "name %.*s\n", (int)s->names[i].n, s->names[i].s);
    if (!a)
        return;
    path_print(b, &a->object, PATH_CANONICAL);
    buf_printf(b, " %d %d %d %s %s %s %s\n", a->references, a->class_only, a->keys_only,
               a->association_class ? a->association_class : "-", a->result_class ? a->result_class : "-",
               a->role ? a->role : "-", a->result_role ? a->result_role : "-");
}

static void show(struct buf *b, const struct journey *j)
{
    buf_printf(b, "status %d\n", j->status);
    requests_show(b, &j->q, &j->fault);
    if (j->path.class_name.n)
        path_print(b, &j->path, PATH_CANONICAL);
    show_instance(b, j->instance);
    show_selection(b, &j->selection);
    if (j->fragment.class)
        fragment_encode(b, &j->fragment, &style, j->target);
    assert_true(buf_ok(b));
}

/* ---- Answers */

static void encode(struct buf *b, const struct journey *j)
{
    static const struct wsman_page page = {.context = "c", .expires_ms = 60000, .with_items = true, .total = 1};
    const struct wsman_request *q = &j->q;

    if (j->status) {
        wsman_encode_fault(b, q, &j->fault);
    } else if (q->action == WSMAN_IDENTIFY) {
        wsman_encode_identify(b, q, "vendor", "1", true);
    } else if (q->action == WSMAN_RELEASE) {
        wsman_encode_release(b, q);
    } else if (q->action == WSMAN_DELETE) {
        wsman_encode_delete(b, q);
    } else if (q->action == WSMAN_PUT) {
        wsman_encode_put(b, q, j->fragment.class ? &j->fragment : NULL, &style, j->instance ? j->instance : j->target);
    } else if (q->action == WSMAN_CREATE) {
        wsman_encode_create(b, q, &style, j->instance);
    } else if (q->action == WSMAN_INVOKE) {
        wsman_encode_invoke(b, q, &style, j->instance);
    } else if (q->action == WSMAN_GET && q->target.metadata) {
        wsman_encode_class(b, q, class_of(q));
    } else if (q->action == WSMAN_GET && j->fragment.class) {
        wsman_encode_get_fragment(b, q, &j->fragment, &style, j->target);
    } else if (q->action == WSMAN_GET) {
        wsman_encode_get(b, q, &style, j->target);
    } else {
        wsman_encode_page_head(b, q, &page);
        wsxml_put(b, &style, j->target);
        wsman_encode_page_tail(b, q, &page, true, NULL);
    }
}

static void check_answer(const char *stem, const struct journey *j)
{
    struct buf usual, b;

    buf_init(&usual, 1 << 20);
    buf_init(&b, 1 << 20);
    encode(&usual, j);
    assert_true(buf_ok(&usual));
    for (struct failing f = {.stride = 1}; failing_next(&f);) {
        failing_begin(&f);
        encode(&b, j);
        failing_end(&f);
        if (buf_ok(&b) ? !text_eq(buf_view(&b), buf_view(&usual)) : !f.failed)
            fail_msg("%s: %u: %.*s", stem, f.n, (int)b.len, b.data);
        buf_fini(&b);
    }
    buf_fini(&usual);
}

/* ---- Each request */

/* A device with two parts */
static struct cim_instance *fill(struct arena *a)
{
    struct cim_instance *device = instance_new(a, given_class("T_Device"));
    struct cim_value name = value_string(TEXT("t<o")), parts[2];

    assert_int_equal(instance_set(device, a, TEXT("Name"), &name, NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        struct cim_instance *part = instance_new(a, given_class("T_Part"));

        assert_int_equal(instance_set(part, a, TEXT("Name"), &name, NULL), 0);
        parts[i] = given_embedded(part);
        name = value_string(TEXT("one"));
    }
    name = value_array(CIM_INSTANCE, parts, 2);
    assert_int_equal(instance_set(device, a, TEXT("Parts"), &name, NULL), 0);
    return device;
}

static struct journey begin(struct arena *arena, struct arena *kept, struct text body, enum wsman_charset charset)
{
    arena_init(arena, 1 << 20);
    arena_init(kept, 1 << 20);
    return (struct journey){.body = body,
                            .charset = charset,
                            .arena = arena,
                            .target = fill(kept),
                            .q = {.reply_id = "uuid:1", .machine = "host"}};
}

static void check(const char *stem, struct text body, enum wsman_charset charset)
{
    struct arena arena, kept;
    struct journey j = begin(&arena, &kept, body, charset);
    struct buf usual, b;

    buf_init(&usual, 1 << 20);
    buf_init(&b, 1 << 20);
    travel(&j);
    show(&usual, &j);
    check_answer(stem, &j);
    arena_fini(&arena);
    arena_fini(&kept);
    for (struct failing f = {.stride = 1}; failing_next(&f);) {
        j = begin(&arena, &kept, body, charset);
        failing_begin(&f);
        travel(&j);
        failing_end(&f);
        buf_reset(&b);
        if (j.status != -ENOMEM)
            show(&b, &j);
        if (j.status == -ENOMEM ? !f.failed : !text_eq(buf_view(&b), buf_view(&usual)))
            fail_msg("%s: %u%s: %d\n%s\nis not\n%s", stem, f.n, f.lasting ? " and on" : "", j.status, buf_cstr(&b),
                     buf_cstr(&usual));
        arena_fini(&arena);
        arena_fini(&kept);
    }
    buf_fini(&b);
    buf_fini(&usual);
}

static void check_golden(const char *stem, struct text content)
{
    size_t n = strlen(stem);

    if (n < 6 || strcmp(stem + n - 6, ".reply") != 0)
        check(stem, content, WSMAN_UTF8);
}

static struct text behind(struct text t, const char *part)
{
    const char *found = memmem(t.s, t.n, part, strlen(part));

    assert_non_null(found);
    found += strlen(part);
    return (struct text){found, (size_t)(t.s + t.n - found)};
}

static void check_wire(const char *stem, struct text content)
{
    struct text type = behind(content, "\r\nContent-Type: ");
    enum wsman_charset charset;

    type.n = (size_t)((const char *)memchr(type.s, '\r', type.n) - type.s);
    assert_true(wsman_content_type(type, &charset));
    check(stem, behind(content, "\r\n\r\n"), charset);
}

static void requests_are_read_and_answered_as_ever_or_memory_is_out(void **state)
{
    (void)state;
    golden_each("tests/golden/wsman", ".xml", check_golden);
}

static void requests_of_real_clients_are_read_and_answered_as_ever_or_memory_is_out(void **state)
{
    (void)state;
    golden_each("tests/wire/wsman", ".http", check_wire);
    golden_each("tests/wire/omicli", ".http", check_wire);
}

/* libxml2 prints that memory is out. */
static void keep_quiet(void *user, const char *format, ...)
{
    (void)user;
    (void)format;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_read_and_answered_as_ever_or_memory_is_out),
        cmocka_unit_test(requests_of_real_clients_are_read_and_answered_as_ever_or_memory_is_out),
    };
    int failed;

    xml_global_init();
    xmlSetGenericErrorFunc(NULL, keep_quiet);
    answers_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    given_fini();
    xml_global_fini();
    return failed;
}
