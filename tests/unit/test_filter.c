#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman.h"
#include "server/proto/xml.h"

#define DMTF "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define SELECTOR "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
#define ASSOCIATION "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"

#define SET(content) "<w:SelectorSet>" content "</w:SelectorSet>"
#define PAIR(name, value) "<w:Selector Name='" name "'>" value "</w:Selector>"
#define EPR(uri, set)                                                                           \
    "<a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>" uri "</w:ResourceURI>" set \
    "</a:ReferenceParameters>"
#define OBJECT "<b:Object>" EPR(DMTF "C", SET(PAIR("K", "1"))) "</b:Object>"
#define ASSOCIATED(content) "<b:AssociatedInstances>" content "</b:AssociatedInstances>"
#define REFERENCES(content) "<b:AssociationInstances>" content "</b:AssociationInstances>"

enum { MANY = 1 << 17 };

static struct arena arena;
static struct wsman_request q;
static struct wsman_fault f;
static char message[MANY + 4096];

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 22);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

/* attributes: of the Filter */
static int decode(const char *attributes, const char *content)
{
    int n =
        snprintf(message, sizeof(message),
                 "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
                 " xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'"
                 " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' xmlns:x='urn:x'"
                 " xmlns:b='http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd'"
                 " xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'><s:Header>"
                 "<a:Action>http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate</a:Action><a:To>x</a:To>"
                 "<a:MessageID>uuid:1</a:MessageID><a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
                 "</a:Address></a:ReplyTo><w:ResourceURI>" DMTF
                 "C</w:ResourceURI></s:Header><s:Body><n:Enumerate><w:Filter %s>"
                 "%s</w:Filter></n:Enumerate></s:Body></s:Envelope>",
                 attributes, content);

    assert_true(n > 0 && (size_t)n < sizeof(message));
    arena_reset(&arena);
    return wsman_decode(&arena, (struct text){message, (size_t)n}, WSMAN_UTF8, &q, &f);
}

static int decode_as(const char *dialect, const char *content)
{
    char attributes[1024];

    (void)snprintf(attributes, sizeof(attributes), "Dialect='%s'", dialect);
    return decode(attributes, content);
}

static void accept(const char *dialect, const char *content)
{
    if (decode_as(dialect, content))
        fail_msg("%s %s: %s", dialect, content, f.reason);
}

static void refuse(const char *dialect, const char *content, enum wsman_fault_code fault, const char *sentence)
{
    if (decode_as(dialect, content) != 1 || f.type != (int)fault || !strstr(f.reason, sentence))
        fail_msg("%s %s: fault %d, %s", dialect, content, f.type, f.reason);
}

static void assert_text(struct text t, const char *want)
{
    if (!text_eq(t, text_of(want)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)t.n, t.s, want);
}

static void dialects_are_known_by_their_end_and_without_case(void **state)
{
    static const struct {
        const char *uri, *content;
        enum wsman_dialect dialect;
    } cases[] = {
        {WQL, "q", WSMAN_FILTER_WQL},
        {"http://schemas.dmtf.org/wbem/wsman/1/WQL", "q", WSMAN_FILTER_WQL},
        {" HTTP://SCHEMAS.MICROSOFT.COM/WBEM/WSMAN/1/wql ", "q", WSMAN_FILTER_WQL},
        {"http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf", "q", WSMAN_FILTER_CQL},
        {"http://schemas.dmtf.org/wbem/cql/1/dsp0202", "q", WSMAN_FILTER_CQL},
        {"http://www.w3.org/TR/1999/REC-xpath-19991116", "q", WSMAN_FILTER_XPATH},
        {"", "q", WSMAN_FILTER_XPATH},
        {SELECTOR, SET(PAIR("A", "1")), WSMAN_FILTER_SELECTOR},
        {ASSOCIATION, ASSOCIATED(OBJECT), WSMAN_FILTER_ASSOCIATION},
        {"http://schemas.dmtf.org/wbem/wsman/1/cimbinding/AssociationFilter", ASSOCIATED(OBJECT),
         WSMAN_FILTER_ASSOCIATION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        accept(cases[i].uri, cases[i].content);
        assert_int_equal(q.filter.dialect, cases[i].dialect);
    }
    assert_int_equal(decode("", "q"), 0);
    assert_int_equal(q.filter.dialect, WSMAN_FILTER_XPATH);
}

static void other_dialects_are_refused_and_named(void **state)
{
    static const char *const uris[] = {
        "WQL",
        "wbem/wsman/1/WQL",
        WQL "/",
        WQL "2",
        "http://schemas.dmtf.org/wbem/cql/1/dsp0201",
        "http://www.w3.org/TR/1999/REC-xpath-19991117",
        "http://schemas.dmtf.org/wbem/wsman/1/SelectorFilter",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++)
        refuse(uris[i], "q", WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE, uris[i]);
}

static void a_query_is_text_without_the_space_around_it(void **state)
{
    static const struct {
        const char *content, *text;
    } cases[] = {
        {" select * from C\n", "select * from C"},
        {"a &lt; 1 &amp; &#x41;", "a < 1 & A"},
        {"<![CDATA[ a < 1 ]]>", "a < 1"},
        {"a<!-- c -->b", "ab"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        accept(WQL, cases[i].content);
        assert_text(q.filter.text, cases[i].text);
    }
}

static void a_filter_is_text_or_one_element_as_its_dialect_wants(void **state)
{
    static const struct {
        const char *dialect, *content, *sentence;
    } cases[] = {
        {WQL, "", "text or one element"},
        {WQL, " \n ", "text or one element"},
        {WQL, "a<x:y/>", "text or one element"},
        {WQL, "<x:y/>", "a query is text"},
        {"", "<x:y/>", "a query is text"},
        {SELECTOR, "", "text or one element"},
        {SELECTOR, "A=1", "one wsman:SelectorSet"},
        {SELECTOR, "<x:SelectorSet/>", "one wsman:SelectorSet"},
        {SELECTOR, SET("") SET(""), "text or one element"},
        {SELECTOR, SET("") "a", "text or one element"},
        {ASSOCIATION, "a", "is wsmb:AssociatedInstances or"},
        {ASSOCIATION, "<x:AssociatedInstances>" OBJECT "</x:AssociatedInstances>", "is wsmb:AssociatedInstances or"},
        {ASSOCIATION, ASSOCIATED(OBJECT) ASSOCIATED(OBJECT), "text or one element"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        refuse(cases[i].dialect, cases[i].content, WSEN_CANNOT_PROCESS_FILTER, cases[i].sentence);
}

static void selectors_keep_their_order_and_their_space(void **state)
{
    (void)state;
    accept(SELECTOR, " " SET(" " PAIR("A", " 1 ") PAIR("b", "")) " ");
    assert_int_equal(q.filter.n_selectors, 2);
    assert_text(q.filter.selectors[0].name, "A");
    assert_text(q.filter.selectors[0].value, " 1 ");
    assert_text(q.filter.selectors[1].value, "");
    accept(SELECTOR, SET(""));
    assert_int_equal(q.filter.n_selectors, 0);
    accept(SELECTOR,
           SET("<w:Selector Name='A'><a:EndpointReference>" EPR(DMTF "D", "") "</a:EndpointReference></w:Selector>"));
    assert_text(q.filter.selectors[0].epr->class_name, "D");
}

static void wrong_selectors_are_refused(void **state)
{
    static const struct {
        const char *set, *sentence;
    } cases[] = {
        {PAIR("A", "1") PAIR("a", "1"), "given twice"},
        {"<w:Selector>1</w:Selector>", "no wsman:Selector with a Name"},
        {PAIR(" ", "1"), "no wsman:Selector with a Name"},
        {"<x:Selector Name='A'>1</x:Selector>", "no wsman:Selector with a Name"},
        {"<w:Selector Name='A'><x:y/></w:Selector>", "wsman:ResourceURI"},
        {PAIR("__cimnamespace", "root/cimv2"), "__cimnamespace is no property"},
        {PAIR("__cimnamespace", "//"), "__cimnamespace"},
    };
    char content[512];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        (void)snprintf(content, sizeof(content), SET("%s"), cases[i].set);
        refuse(SELECTOR, content, WSEN_CANNOT_PROCESS_FILTER, cases[i].sentence);
    }
}

static void every_child_of_the_association_filter_is_read(void **state)
{
    const struct wsman_association *a;

    (void)state;
    accept(ASSOCIATION, ASSOCIATED(OBJECT "<b:AssociationClassName> L </b:AssociationClassName><b:Role>left</b:Role>"
                                          "<b:ResultClassName>R</b:ResultClassName><b:ResultRole>right</b:ResultRole>"
                                          "<b:IncludeResultProperty> P </b:IncludeResultProperty>"
                                          "<b:IncludeResultProperty>Q</b:IncludeResultProperty>"));
    a = q.filter.association;
    assert_false(a->references);
    assert_text(a->association_class, "L");
    assert_text(a->role, "left");
    assert_text(a->result_class, "R");
    assert_text(a->result_role, "right");
    assert_int_equal(a->n_properties, 2);
    assert_text(a->properties[0], "P");
    assert_text(a->properties[1], "Q");
    assert_text(a->object.class_name, "C");
    assert_text(a->object.selectors[0].value, "1");

    accept(ASSOCIATION, REFERENCES("<b:ResultClassName>L</b:ResultClassName><b:Role/>" OBJECT
                                   "<b:IncludeResultProperty>P</b:IncludeResultProperty>"));
    a = q.filter.association;
    assert_true(a->references);
    assert_text(a->result_class, "L");
    assert_int_equal(a->role.n, 0);
    assert_int_equal(a->association_class.n, 0);
    assert_int_equal(a->n_properties, 1);
}

static void an_object_is_an_endpoint_reference_bare_or_wrapped(void **state)
{
    static const char *const objects[] = {
        EPR(DMTF "C", ""),
        "<a:EndpointReference>" EPR(DMTF "C", "") "</a:EndpointReference>",
        "<a:Address>x</a:Address><a:ReferenceProperties><w:ResourceURI>" DMTF
        "C</w:ResourceURI></a:ReferenceProperties>",
        EPR("http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/C", ""),
    };
    char content[1024];

    (void)state;
    for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
        (void)snprintf(content, sizeof(content), ASSOCIATED("<b:Object>%s</b:Object>"), objects[i]);
        accept(ASSOCIATION, content);
        assert_text(q.filter.association->object.class_name, "C");
    }
    assert_text(q.filter.association->object.namespace, "root/cimv2");
}

static void wrong_association_filters_are_refused(void **state)
{
    static const struct {
        const char *content, *sentence;
    } cases[] = {
        {ASSOCIATED(""), "has no wsmb:Object"},
        {REFERENCES("<b:Role>r</b:Role>"), "has no wsmb:Object"},
        {ASSOCIATED("<b:Object/>"), "wsmb:Object: "},
        {ASSOCIATED("<b:Object>C</b:Object>"), "wsmb:Object: "},
        {ASSOCIATED("<b:Object>" EPR("urn:x", "") "</b:Object>"), "wsmb:Object: "},
        {ASSOCIATED("<b:Object>" EPR(DMTF "C", SET(PAIR("K", "1") PAIR("K", "1"))) "</b:Object>"), "given twice"},
        {ASSOCIATED(OBJECT OBJECT), "Object twice"},
        {ASSOCIATED(OBJECT "<b:Role>r</b:Role><b:Role>s</b:Role>"), "Role twice"},
        {ASSOCIATED(OBJECT "<b:Color/>"), "holds Color"},
        {ASSOCIATED(OBJECT "<x:Role/>"), "holds Role"},
        {REFERENCES(OBJECT "<b:AssociationClassName/>"), "holds AssociationClassName"},
        {REFERENCES(OBJECT "<b:ResultRole/>"), "holds ResultRole"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        refuse(ASSOCIATION, cases[i].content, WSEN_CANNOT_PROCESS_FILTER, cases[i].sentence);
}

/* n of IncludeResultProperty */
static const char *columns(unsigned n)
{
    static char content[MANY];
    int at = snprintf(content, sizeof(content), "<b:AssociatedInstances>" OBJECT);

    for (unsigned i = 0; i < n; i++)
        at += snprintf(content + at, sizeof(content) - (size_t)at,
                       "<b:IncludeResultProperty>P%u</b:IncludeResultProperty>", i);
    (void)snprintf(content + at, sizeof(content) - (size_t)at, "</b:AssociatedInstances>");
    return content;
}

static void columns_of_the_result_are_limited(void **state)
{
    (void)state;
    accept(ASSOCIATION, columns(1024));
    assert_int_equal(q.filter.association->n_properties, 1024);
    assert_text(q.filter.association->properties[1023], "P1023");
    refuse(ASSOCIATION, columns(1025), WSEN_CANNOT_PROCESS_FILTER, "more than 1024");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects_are_known_by_their_end_and_without_case),
        cmocka_unit_test(other_dialects_are_refused_and_named),
        cmocka_unit_test(a_query_is_text_without_the_space_around_it),
        cmocka_unit_test(a_filter_is_text_or_one_element_as_its_dialect_wants),
        cmocka_unit_test(selectors_keep_their_order_and_their_space),
        cmocka_unit_test(wrong_selectors_are_refused),
        cmocka_unit_test(every_child_of_the_association_filter_is_read),
        cmocka_unit_test(an_object_is_an_endpoint_reference_bare_or_wrapped),
        cmocka_unit_test(wrong_association_filters_are_refused),
        cmocka_unit_test(columns_of_the_result_are_limited),
    };

    xml_global_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
