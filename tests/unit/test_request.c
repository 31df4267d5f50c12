/* tests/golden/client: NAME.xml is a message as the client sends it. The server's own decoder must take each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/request.h"
#include "server/proto/wsman.h"
#include "server/proto/xml.h"
#include "tests/unit/golden.h"

static struct arena arena;
static struct buf message;
static const struct message plain = {.to = "http://127.0.0.1:5985/wsman", .id = "uuid:1"};

static int set_up(void **state)
{
    (void)state;
    xml_global_init();
    arena_init(&arena, 1 << 24);
    buf_init(&message, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    buf_fini(&message);
    xml_global_fini();
    return 0;
}

static struct cim_path path(const char *s)
{
    struct cim_path p;
    struct cim_error err = {0};

    if (path_parse(&arena, text_of(s), &p, &err))
        fail_msg("%s: %s", s, err.message);
    return p;
}

/* The message is the golden one and means this to the server. */
static const struct wsman_request *check(const char *name, enum wsman_action action)
{
    static struct wsman_request q;
    struct wsman_fault fault = {0};
    char stem[128];

    assert_true(buf_ok(&message));
    (void)snprintf(stem, sizeof(stem), "tests/golden/client/%s", name);
    golden_check(stem, ".xml", buf_view(&message));
    q = (struct wsman_request){0};
    if (wsman_decode(&arena, buf_view(&message), WSMAN_UTF8, &q, &fault))
        fail_msg("%s: %s", name, fault.reason);
    assert_int_equal(q.action, action);
    buf_reset(&message);
    return &q;
}

static void assert_text(struct text t, const char *want)
{
    if (!text_eq(t, text_of(want)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)t.n, t.s, want);
}

static void identify_needs_nothing(void **state)
{
    (void)state;
    request_identify(&message);
    (void)check("identify", WSMAN_IDENTIFY);
}

static void lists_of_a_class(void **state)
{
    const struct message m = {.to = plain.to, .id = plain.id, .namespace = TEXT("root/x"), .timeout = 30};
    struct request_list l = {.class_name = TEXT("CIM_Process"), .depth = REQUEST_BASE, .paths = true};
    const struct wsman_request *q;

    (void)state;
    request_enumerate(&message, &m, &l, 50);
    q = check("enumerate", WSMAN_ENUMERATE);
    assert_text(q->target.class_name, "CIM_Process");
    assert_text(q->target.namespace, "root/x");
    assert_int_equal(q->max_elements, 50);
    assert_int_equal(q->items, WSXML_EPR);
    assert_int_equal(q->polymorphism, WSMAN_EXCLUDE_SUBCLASS_PROPERTIES);
    assert_int_equal(q->operation_timeout_ms, 30000);
    assert_int_equal(q->max_envelope, REQUEST_ENVELOPE);
    l = (struct request_list){.class_name = TEXT("CIM_Process"), .depth = REQUEST_SHALLOW};
    request_enumerate(&message, &plain, &l, 1);
    q = check("enumerate-shallow", WSMAN_ENUMERATE);
    assert_int_equal(q->polymorphism, WSMAN_POLYMORPHISM_NONE);
    assert_int_equal(q->items, WSXML_OBJECT);
}

static void queries_are_escaped(void **state)
{
    struct request_list l = {.class_name = TEXT("*"),
                             .dialect = REQUEST_WQL,
                             .query = TEXT("SELECT * FROM A WHERE B < 'x&y'")};
    const struct wsman_request *q;

    (void)state;
    request_enumerate(&message, &plain, &l, 50);
    q = check("query", WSMAN_ENUMERATE);
    assert_int_equal(q->filter.dialect, WSMAN_FILTER_WQL);
    assert_text(q->filter.text, "SELECT * FROM A WHERE B < 'x&y'");
    l.dialect = REQUEST_CQL;
    request_enumerate(&message, &plain, &l, 50);
    assert_int_equal(check("query-cql", WSMAN_ENUMERATE)->filter.dialect, WSMAN_FILTER_CQL);
}

static void associations_name_their_object(void **state)
{
    const struct cim_path p = path("/root/y:A.k=\"v\"");
    const struct text names[] = {TEXT("Name"), TEXT("Size")};
    struct request_association a = {.object = &p,
                                    .association_class = "X",
                                    .result_class = "Y",
                                    .role = "r",
                                    .result_role = "s",
                                    .properties = names,
                                    .n_properties = 2};
    const struct request_list l = {.class_name = TEXT("*"), .dialect = REQUEST_ASSOCIATION, .association = &a};
    const struct wsman_association *found;

    (void)state;
    request_enumerate(&message, &plain, &l, 50);
    found = check("associators", WSMAN_ENUMERATE)->filter.association;
    assert_false(found->references);
    assert_text(found->object.class_name, "A");
    assert_text(found->object.namespace, "root/y");
    assert_text(found->association_class, "X");
    assert_text(found->result_class, "Y");
    assert_text(found->role, "r");
    assert_text(found->result_role, "s");
    assert_int_equal(found->n_properties, 2);
    a = (struct request_association){.object = &p, .references = true};
    request_enumerate(&message, &plain, &l, 50);
    found = check("references", WSMAN_ENUMERATE)->filter.association;
    assert_true(found->references);
    assert_int_equal(found->role.n, 0);
}

static void the_next_page_and_the_end(void **state)
{
    const struct request_list l = {.class_name = TEXT("CIM_Process")};

    (void)state;
    request_pull(&message, &plain, &l, TEXT("uuid:<c>"), 1000);
    assert_text(check("pull", WSMAN_PULL)->context, "uuid:<c>");
    request_release(&message, &plain, &l, TEXT("uuid:c"));
    assert_text(check("release", WSMAN_RELEASE)->context, "uuid:c");
}

static void instances_are_named_by_their_keys(void **state)
{
    const struct cim_path inner = path("B.n=7"), p = path("/root/y:A.k=\"<v>\",n=-5,b=TRUE");
    const struct cim_key key = {TEXT("Ref"), {.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = &inner}};
    const struct cim_path link = {.class_name = TEXT("L"), .keys = &key, .n_keys = 1};
    const struct wsman_request *q;

    (void)state;
    request_get(&message, &plain, &p);
    q = check("get", WSMAN_GET);
    assert_int_equal(q->target.n_selectors, 3);
    assert_text(q->target.selectors[0].value, "<v>");
    assert_text(q->target.selectors[1].value, "-5");
    assert_text(q->target.selectors[2].value, "true");
    assert_text(q->target.namespace, "root/y");
    request_delete(&message, &plain, &link);
    q = check("delete", WSMAN_DELETE);
    assert_text(q->target.selectors[0].epr->class_name, "B");
    assert_text(q->target.selectors[0].epr->selectors[0].value, "7");
}

static void values_are_elements(void **state)
{
    char *words[] = {(char *)"Text=a<b", (char *)"List=[1,2]", (char *)"None:=null", (char *)"Ref=B.n=7"};
    const struct cim_path p = path("A.k=\"v\"");
    struct assignment *values;
    const struct xml_element *content;
    uint32_t n;

    (void)state;
    assert_int_equal(words_assignments(&arena, 4, words, &values, &n, NULL), 0);
    values[3].is_reference = true;
    request_put(&message, &plain, &p, values, n);
    content = check("put", WSMAN_PUT)->content;
    assert_text(content->name, "A");
    assert_text(content->children->text, "a<b");
    assert_text(content->children->next->next->text, "2");
    request_create(&message, &plain, TEXT("A"), values, n);
    assert_text(check("create", WSMAN_CREATE)->content->name, "A");
    request_invoke(&message, &plain, &p, "Do", values, 1);
    assert_text(check("invoke", WSMAN_INVOKE)->method, "Do");
}

static void classes_are_asked_for_as_cim_xml(void **state)
{
    const struct wsman_request *q;

    (void)state;
    request_class(&message, &plain, TEXT("CIM_Process"));
    q = check("class", WSMAN_GET);
    assert_true(q->target.metadata);
    assert_text(q->target.class_name, "CIM_Process");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(identify_needs_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_of_a_class, set_up, tear_down),
        cmocka_unit_test_setup_teardown(queries_are_escaped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(associations_name_their_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_next_page_and_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(instances_are_named_by_their_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_elements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(classes_are_asked_for_as_cim_xml, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
