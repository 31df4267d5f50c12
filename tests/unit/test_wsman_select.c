#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman_model.h"
#include "server/proto/xml.h"
#include "tests/unit/given.h"

#define DMTF "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define ALL "http://schemas.dmtf.org/wbem/wscim/1/*"
#define WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define CQL "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf"
#define SELECTOR "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
#define ASSOCIATION "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"

static const char classes[] = "class Base { [Key] string Id; uint32 N; datetime T; };"
                              "class Derived : Base { string More; };"
                              "class Other { [Key] uint32 Id; };"
                              "class Single { string Text; };"
                              "[Association] class Link { [Key] Base REF Left; [Key] Other REF Right; };";

static int set_up(void **state)
{
    (void)state;
    given_classes(classes);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    given_fini();
    return 0;
}

static struct wsman_request q;
static struct wsman_fault f;

/* 0 or 1 with the fault, whichever step found it */
static int decode(const char *action, const char *uri, const char *header, const char *body)
{
    static char text[8192];
    int n =
        snprintf(text, sizeof(text),
                 "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
                 " xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'"
                 " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'"
                 " xmlns:b='http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd'"
                 " xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'><s:Header><a:Action>%s</a:Action><a:To>x</a:To>"
                 "<a:MessageID>uuid:1</a:MessageID><a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
                 "</a:Address></a:ReplyTo><w:ResourceURI>%s</w:ResourceURI>%s</s:Header><s:Body>%s</s:Body></s:Envelope>",
                 action, uri, header, body);

    assert_true(n > 0 && (size_t)n < sizeof(text));
    q = (struct wsman_request){0};
    return wsman_decode(given_arena(), (struct text){text, (size_t)n}, WSMAN_UTF8, &q, &f);
}

static int choose(const char *uri, const char *dialect, const char *filter, struct wsman_selection *ret)
{
    char body[4096];
    int r;

    (void)snprintf(body, sizeof(body),
                   *dialect ? "<n:Enumerate><w:Filter Dialect='%s'>%s</w:Filter></n:Enumerate>" : "<n:Enumerate/>",
                   dialect, filter);
    r = decode("http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate", uri, "", body);
    return r ? r : wsman_select(given_arena(), &q, given_class("Base")->schema, ret, &f);
}

#define PAIRS(content) "<w:SelectorSet>" content "</w:SelectorSet>"
#define PAIR(name, value) "<w:Selector Name='" name "'>" value "</w:Selector>"
#define OBJECT(class, selectors)                                                                                    \
    "<b:Object><a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>" DMTF class "</w:ResourceURI>" PAIRS( \
        selectors) "</a:ReferenceParameters></b:Object>"
#define ASSOCIATED(content) "<b:AssociatedInstances>" content "</b:AssociatedInstances>"

static void filters_say_the_class_the_condition_and_the_columns(void **state)
{
    static const struct {
        const char *uri, *dialect, *filter, *class, *columns;
        bool condition;
    } cases[] = {
        {DMTF "Base", "", "", "Base", "", false},
        {DMTF "derived", "", "", "Derived", "", false},
        {DMTF "Base", WQL, "select * from Base where N = 1", "Base", "", true},
        {DMTF "Base", WQL, "select * from Derived", "Derived", "", false},
        {ALL, WQL, "select Id, N from Base where N &gt; 1", "Base", "Id N", true},
        {ALL, CQL, "SELECT Id FROM Derived WHERE More = 'x'", "Derived", "Id", true},
        {DMTF "Base", "http://www.w3.org/TR/1999/REC-xpath-19991116", "../Base[N=3]", "Base", "", true},
        {DMTF "Base", "http://www.w3.org/TR/1999/REC-xpath-19991116", "/Base[N=3]/Id", "Base", "Id", true},
        {DMTF "Base", SELECTOR, PAIRS(PAIR("id", "x") PAIR("N", "3")), "Base", "", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wsman_selection s;
        char columns[64] = "";

        if (choose(cases[i].uri, cases[i].dialect, cases[i].filter, &s) != 0)
            fail_msg("%s: %s", cases[i].filter, f.reason);
        for (uint32_t k = 0; k < s.n_names; k++)
            (void)snprintf(columns + strlen(columns), sizeof(columns) - strlen(columns), "%s%.*s", k ? " " : "",
                           (int)s.names[k].n, s.names[k].s);
        assert_string_equal(s.class->name.s, cases[i].class);
        assert_string_equal(columns, cases[i].columns);
        assert_int_equal(s.query && s.query->where, cases[i].condition);
        assert_null(s.association);
    }
}

static void associations_are_read_with_all_their_parameters(void **state)
{
    struct wsman_selection s;

    (void)state;
    assert_int_equal(choose(ALL, ASSOCIATION,
                            ASSOCIATED(OBJECT("base",
                                              PAIR("Id", "x")) "<b:AssociationClassName>Link</b:AssociationClassName>"
                                                               "<b:Role>Left</b:Role><b:ResultClassName/>"
                                                               "<b:ResultRole>Right</b:ResultRole>"
                                                               "<b:IncludeResultProperty>Id</b:IncludeResultProperty>"),
                            &s),
                     0);
    assert_non_null(s.association);
    assert_false(s.association->references);
    assert_string_equal(s.association->association_class, "Link");
    assert_string_equal(s.association->role, "Left");
    assert_string_equal(s.association->result_role, "Right");
    assert_null(s.association->result_class);
    assert_int_equal(s.n_names, 1);
    assert_true(text_eq(s.association->object.class_name, TEXT("Base")));

    assert_int_equal(choose(ALL, WQL, "REFERENCES OF {Other.Id=5} WHERE ResultClass = Link Role = Right KeysOnly", &s),
                     0);
    assert_true(s.association->references && s.association->keys_only);
    assert_string_equal(s.association->result_class, "Link");
    assert_int_equal(s.association->object.keys[0].value.uint, 5);
}

static void each_wrong_filter_has_its_fault(void **state)
{
    static const struct {
        const char *uri, *dialect, *filter;
        int fault;
    } cases[] = {
        {DMTF "No", "", "", WSA_DESTINATION_UNREACHABLE},
        {ALL, "", "", WSA_DESTINATION_UNREACHABLE},
        {"http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/Base", "", "", WSA_ACTION_NOT_SUPPORTED},
        {ALL, WQL, "select * from No", WSA_DESTINATION_UNREACHABLE},
        {DMTF "Base", WQL, "select * from Other", WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Derived", WQL, "select * from Base", WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", WQL, "select", WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", WQL, "select * from Base where Color = 1", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, SELECTOR, PAIRS(PAIR("Id", "x")), WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", SELECTOR, PAIRS(PAIR("Color", "x")), WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", SELECTOR, PAIRS(PAIR("T", "20260101000000.000000+000")), WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", SELECTOR, "<w:Other/>", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION, "<b:Other/>", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION, ASSOCIATED(""), WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION, ASSOCIATED(OBJECT("No", PAIR("Id", "x"))), WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION, ASSOCIATED(OBJECT("Base", "")), WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION, ASSOCIATED(OBJECT("Base", PAIR("N", "1"))), WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION, ASSOCIATED(OBJECT("Base", PAIR("Id", "1")) "<b:Color/>"), WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION,
         "<b:AssociationInstances>" OBJECT("Base",
                                           PAIR("Id", "1")) "<b:ResultRole>x</b:ResultRole></b:AssociationInstances>",
         WSEN_CANNOT_PROCESS_FILTER},
        {ALL, WQL, "ASSOCIATORS OF {No.Id=1}", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, WQL, "ASSOCIATORS OF {Base.Color=1}", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, WQL, "ASSOCIATORS OF", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, WQL, "ASSOCIATORS OF {Base}", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, WQL, "REFERENCES OF {Link.Left=\"Base.Id=\\\"a\\\"\"}", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, WQL, "ASSOCIATORS OF {Single.Text=\"a\"}", WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION,
         ASSOCIATED("<b:Object><a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>"
                    "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/Base</w:ResourceURI>" PAIRS(
                        PAIR("Id", "1")) "</a:ReferenceParameters></b:Object>"),
         WSEN_CANNOT_PROCESS_FILTER},
        {ALL, ASSOCIATION,
         ASSOCIATED("<b:Object><a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>" ALL
                    "</w:ResourceURI></a:ReferenceParameters></b:Object>"),
         WSEN_CANNOT_PROCESS_FILTER},
        {ALL, SELECTOR, PAIRS(""), WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Link", SELECTOR,
         PAIRS("<w:Selector Name='Left'><a:EndpointReference><a:ReferenceParameters>"
               "<w:ResourceURI>" DMTF "Base</w:ResourceURI></a:ReferenceParameters></a:EndpointReference></w:Selector>"),
         WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", SELECTOR, PAIRS(PAIR("N", "x")), WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", CQL, "SELECT * FROM Other", WSEN_CANNOT_PROCESS_FILTER},
        {DMTF "Base", "http://www.w3.org/TR/1999/REC-xpath-19991116", "/Base[Color=1]", WSEN_CANNOT_PROCESS_FILTER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wsman_selection s;

        if (choose(cases[i].uri, cases[i].dialect, cases[i].filter, &s) != 1 || f.type != cases[i].fault || !*f.reason)
            fail_msg("%s %s: fault %d %s", cases[i].uri, cases[i].filter, f.type, f.reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_say_the_class_the_condition_and_the_columns),
        cmocka_unit_test(associations_are_read_with_all_their_parameters),
        cmocka_unit_test(each_wrong_filter_has_its_fault),
    };

    xml_global_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
