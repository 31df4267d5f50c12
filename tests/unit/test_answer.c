#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/answer.h"

#define START                                                         \
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"   \
    " xmlns:wsa='http://schemas.xmlsoap.org/ws/2004/08/addressing'"   \
    " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'"       \
    " xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'"    \
    " xmlns:cim='http://schemas.dmtf.org/wbem/wscim/1/common'"        \
    " xmlns:f='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault'" \
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"         \
    "<s:Header/><s:Body>"
#define END "</s:Body></s:Envelope>"
#define REFERENCE                                                                                                 \
    "<wsa:Address>x</wsa:Address><wsa:ReferenceParameters><w:ResourceURI>http://h/cim-schema/2/A</w:ResourceURI>" \
    "<w:SelectorSet><w:Selector Name='__cimnamespace'>root/x</w:Selector><w:Selector Name='k'>v</w:Selector>"     \
    "</w:SelectorSet></wsa:ReferenceParameters>"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    xml_global_init();
    arena_init(&arena, 1 << 24);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    xml_global_fini();
    return 0;
}

static struct answer read_answer(const char *s)
{
    struct answer a;
    struct cim_error err = {0};

    if (answer_read(&arena, text_of(s), &a, &err))
        fail_msg("%s: %s", s, err.message);
    return a;
}

static void assert_text(struct text t, const char *want)
{
    if (!text_eq(t, text_of(want)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)t.n, t.s, want);
}

static void what_is_no_soap_is_refused(void **state)
{
    static const char *const cases[] = {"", "x", "<html/>",
                                        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>",
                                        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'/>"};
    struct answer a;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cim_error err = {0};

        assert_int_equal(answer_read(&arena, text_of(cases[i]), &a, &err), 1);
        assert_true(err.message[0]);
    }
}

static void an_empty_body_is_an_answer(void **state)
{
    struct answer_page page;
    const struct answer a = read_answer(START END);

    (void)state;
    assert_null(a.content);
    assert_false(a.is_fault);
    assert_false(answer_page(&a, &page));
}

static void a_fault_says_what_and_whose(void **state)
{
    const struct answer
        a = read_answer(START
                        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value>"
                        "</s:Subcode></s:Code><s:Reason><s:Text xml:lang='en'> It hangs. </s:Text></s:Reason><s:Detail>"
                        "<w:FaultDetail>http://x/faultDetail/Where</w:FaultDetail><p:CIM_Error xmlns:p='u'>"
                        "<p:CIMStatusCode>1</p:CIMStatusCode></p:CIM_Error><f:WSManFault><f:Message>"
                        "<f:ProviderFault provider='disk'>x</f:ProviderFault></f:Message></f:WSManFault></s:Detail>"
                        "</s:Fault>" END),
        b = read_answer(START "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>" END);

    (void)state;
    assert_true(a.is_fault);
    assert_text(a.code, "TimedOut");
    assert_text(a.reason, "It hangs.");
    assert_text(a.detail, "Where");
    assert_text(a.provider, "disk");
    assert_int_equal(a.cim_status, 1);
    assert_true(b.is_fault);
    assert_text(b.code, "Sender");
    assert_text(b.reason, "");
}

static void pages_of_both_kinds(void **state)
{
    struct answer_page page;
    struct answer a =
        read_answer(START "<n:EnumerateResponse><n:EnumerationContext>c1</n:EnumerationContext><w:Items><A/><B/>"
                          "</w:Items><f:ProviderFault>disk is missing</f:ProviderFault></n:EnumerateResponse>" END);

    (void)state;
    assert_true(answer_page(&a, &page));
    assert_text(page.context, "c1");
    assert_text(page.items->next->name, "B");
    assert_text(page.missed, "disk is missing");
    assert_false(page.end);
    a = read_answer(START "<n:PullResponse><n:Items/><n:EndOfSequence/></n:PullResponse>" END);
    assert_true(answer_page(&a, &page));
    assert_null(page.items);
    assert_true(page.end);
    assert_int_equal(page.context.n + page.missed.n, 0);
}

/* The content of the answer as an item. */
static struct item read_item(const char *s)
{
    const struct answer a = read_answer(s);
    struct item item;

    item_read(a.content, &item);
    return item;
}

static void items_are_objects_paths_both_or_parts(void **state)
{
    struct item item = read_item(START "<p:A xmlns:p='http://x/A'/>" END);

    (void)state;
    assert_text(item.class_name, "A");
    assert_null(item.epr);
    item = read_item(START "<wsa:EndpointReference>" REFERENCE "</wsa:EndpointReference>" END);
    assert_null(item.object);
    assert_non_null(item.epr);
    item = read_item(START "<w:Item><A/><wsa:EndpointReference>" REFERENCE "</wsa:EndpointReference></w:Item>" END);
    assert_text(item.class_name, "A");
    assert_non_null(item.epr);
    item = read_item(START "<w:XmlFragment><p:n xmlns:p='http://x/A'>1</p:n></w:XmlFragment>" END);
    assert_text(item.class_name, "A");
    assert_text(item.object->children->name, "n");
    item = read_item(START "<w:XmlFragment/>" END);
    assert_text(item.class_name, "");
}

static void fields_are_runs_of_elements(void **state)
{
    const struct item item = read_item(START "<A><cim:Location/><a>1</a><b>2</b><b>3</b><cim:Location/><c/></A>" END);
    static const struct {
        const char *name;
        uint32_t n;
    } want[] = {{"a", 1}, {"b", 2}, {"c", 1}};
    struct field f = {0};
    size_t i = 0;

    (void)state;
    for (; field_next(item.object, &f); i++) {
        assert_text(f.first->name, want[i].name);
        assert_int_equal(f.n, want[i].n);
    }
    assert_int_equal(i, 3);
    assert_int_equal(field_find(item.object, TEXT("B")).n, 2);
    assert_null(field_find(item.object, TEXT("Location")).first);
}

static void contents_are_told_by_their_form(void **state)
{
    static const struct {
        const char *xml;
        enum content content;
        const char *text;
    } cases[] = {
        {"<a> x </a>", CONTENT_TEXT, " x "},
        {"<a/>", CONTENT_TEXT, ""},
        {"<a xsi:nil='true'/>", CONTENT_NULL, ""},
        {"<a xsi:nil='1'/>", CONTENT_NULL, ""},
        {"<a xsi:type='cim:cimBase64Binary'>QQ==</a>", CONTENT_TEXT, "QQ=="},
        {"<a><cim:Datetime>2026-01-01T00:00:00Z</cim:Datetime></a>", CONTENT_TEXT, "2026-01-01T00:00:00Z"},
        {"<a>" REFERENCE "</a>", CONTENT_REFERENCE, ""},
        {"<a xmlns:q='u' xsi:type='q:E_Type'><q:x>1</q:x></a>", CONTENT_OBJECT, "E"},
        {"<a xmlns:q='u' xsi:type='q:E_Type'/>", CONTENT_OBJECT, "E"},
        {"<a><x>1</x></a>", CONTENT_OBJECT, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf b;
        struct answer a;
        struct text t = TEXT("");

        buf_init(&b, 1 << 16);
        buf_printf(&b, "%s%s%s", START, cases[i].xml, END);
        a = read_answer(buf_cstr(&b));
        assert_int_equal(content_of(a.content, &t), cases[i].content);
        if (cases[i].content == CONTENT_TEXT)
            assert_text(t, cases[i].text);
        else if (cases[i].content == CONTENT_OBJECT)
            assert_text(content_class(a.content), cases[i].text);
        buf_fini(&b);
    }
}

static void references_are_paths(void **state)
{
    const struct answer plain = read_answer(START "<e>" REFERENCE "</e>" END),
                        nested =
                            read_answer(START
                                        "<e><wsa:ReferenceParameters><w:ResourceURI>u/L</w:ResourceURI><w:SelectorSet>"
                                        "<w:Selector Name='r'><wsa:EndpointReference>" REFERENCE
                                        "</wsa:EndpointReference></w:Selector>"
                                        "</w:SelectorSet></wsa:ReferenceParameters></e>" END),
                        none = read_answer(START "<e/>" END);
    struct cim_path p;
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 16);
    assert_true(epr_path(&arena, plain.content, &p));
    path_print(&b, &p, PATH_WBEM_URI);
    assert_string_equal(buf_cstr(&b), "/root/x:A.k=\"v\"");
    buf_reset(&b);
    assert_true(epr_path(&arena, nested.content, &p));
    path_print(&b, &p, PATH_WBEM_URI);
    assert_string_equal(buf_cstr(&b), "L.r=\"/root/x:A.k=\\\"v\\\"\"");
    assert_false(epr_path(&arena, none.content, &p));
    buf_fini(&b);
}

static void memory_that_is_out_is_said(void **state)
{
    static const char page[] = START "<n:PullResponse><n:Items><wsa:EndpointReference>" REFERENCE
                                     "</wsa:EndpointReference></n:Items></n:PullResponse>" END;
    int r = -1;
    bool whole = false;

    (void)state;
    for (size_t room = 0; r || !whole; room += 512) {
        struct arena small;
        struct answer a;
        struct answer_page p;
        struct cim_path path;

        arena_init(&small, room);
        r = answer_read(&small, TEXT(page), &a, NULL);
        assert_true(r == 0 || r == -ENOMEM);
        if (r == 0) {
            assert_true(answer_page(&a, &p));
            whole = epr_path(&small, p.items, &path);
        }
        arena_fini(&small);
        assert_true(room < 1 << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_soap_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_body_is_an_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fault_says_what_and_whose, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_of_both_kinds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(items_are_objects_paths_both_or_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_are_runs_of_elements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(contents_are_told_by_their_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(references_are_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_that_is_out_is_said, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
