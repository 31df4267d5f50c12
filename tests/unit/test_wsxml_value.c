/* Values with parts of their own, and the text of values without their elements. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/given.h"

#define URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define WMI "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
#define SELECTOR(name, value) "<wsman:Selector Name=\"" name "\">" value "</wsman:Selector>"
#define CONTENT(uri, namespace, selectors)                                                                                \
    "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address><wsa:ReferenceParameters>" \
    "<wsman:ResourceURI>" uri "</wsman:ResourceURI><wsman:SelectorSet>" SELECTOR("__cimnamespace", namespace)             \
        selectors "</wsman:SelectorSet></wsa:ReferenceParameters>"
#define EPR(uri, namespace, selectors) \
    "<wsa:EndpointReference>" CONTENT(uri, namespace, selectors) "</wsa:EndpointReference>"

static const char classes[] =
    "class Base { [Key] string Name; };"
    "class Real { real32 A; real64 B; };"
    "[Association] class Ref { [Key] Base REF Left; [Key] Base REF Right; };"
    "[Association] class Keeper { Ref REF Link; Ref REF Other; };"
    "class Inner { string Text; datetime When; [EmbeddedObject] string Deep; };"
    "class Outer { [EmbeddedObject] string One; [EmbeddedObject] string Many[]; };"
    "class Texts { boolean B; sint8 S8; real32 R; char16 C; string S; datetime D; datetime V; uint16 L[]; [OctetString] uint8 O[];"
    " [EmbeddedObject] string E; };";

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

static void check(const struct cim_instance *i, const char *want)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};

    given_check(&style, i, i->class, want);
}

static void reals_that_are_no_numbers_have_their_words(void **state)
{
    static const struct {
        double value;
        const char *a, *b;
    } cases[] = {
        {INFINITY, "INF", "INF"}, {-INFINITY, "-INF", "-INF"},
        {NAN, "NaN", "NaN"},      {0.1, "0.100000001", "0.10000000000000001"},
        {-0.0, "-0", "-0"},
    };
    char want[256];

    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        struct cim_instance *i = given_instance("Real");

        given_set(i, "A", value_real(CIM_REAL32, (float)cases[k].value));
        given_set(i, "B", value_real(CIM_REAL64, cases[k].value));
        (void)snprintf(want, sizeof(want), "<p:Real xmlns:p=\"" URI "Real\"><p:A>%s</p:A><p:B>%s</p:B></p:Real>",
                       cases[k].a, cases[k].b);
        check(i, want);
    }
}

static const struct cim_key name[] = {
    {TEXT("Name"), {.type = CIM_STRING, .flags = CIM_VALUE_SET, .len = 3, .str = "a&b"}}};
static const struct cim_path base = {.class_name = TEXT("Base"), .keys = name, .n_keys = 1};
static const struct cim_path far = {
    .host = TEXT("h"), .namespace = TEXT("root/far"), .class_name = TEXT("Base"), .keys = name, .n_keys = 1};

static void key_that_is_a_reference_is_an_epr_in_its_selector(void **state)
{
    const struct cim_key keys[] = {{TEXT("Left"), given_reference(&base)}, {TEXT("Right"), given_reference(&far)}};
    const struct cim_path link = {.class_name = TEXT("Ref"), .keys = keys, .n_keys = 2};
    struct cim_instance *i = given_instance("Keeper");

    (void)state;
    given_set(i, "Link", given_reference(&link));
    check(i, "<p:Keeper xmlns:p=\"" URI "Keeper\"><p:Link>" //
          CONTENT(URI "Ref", "root/test",
                  SELECTOR("Left", EPR(URI "Base", "root/test", SELECTOR("Name", "a&amp;b")))
                      SELECTOR("Right",
                               EPR(URI "Base", "root/far", SELECTOR("Name", "a&amp;b")))) "</p:Link></p:Keeper>");
}

/* The namespace of a WMI URI is that of the path */
static void reference_in_wmi_form_has_its_namespace_in_the_uri(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .wmi_uri = true, .omit_null = true};
    const struct cim_key keys[] = {{TEXT("Left"), given_reference(&far)}};
    const struct cim_path link = {.class_name = TEXT("Ref"), .keys = keys, .n_keys = 1};
    struct cim_instance *i = given_instance("Keeper");

    (void)state;
    given_set(i, "Link", given_reference(&link));
    given_check(&style, i, i->class,
                "<p:Keeper xmlns:p=\"" WMI "root/test/Keeper\"><p:Link>" //
                CONTENT(WMI "root/test/Ref", "root/test",
                        SELECTOR("Left", EPR(WMI "root/far/Base", "root/far",
                                             SELECTOR("Name", "a&amp;b")))) "</p:Link></p:Keeper>");
}

static void embedded_instances_nest_and_repeat(void **state)
{
    struct cim_instance *outer = given_instance("Outer"), *inner = given_instance("Inner"),
                        *deep = given_instance("Inner");
    struct cim_value many[2];

    (void)state;
    given_set(deep, "Text", given_string("<"));
    given_set(inner, "When", given_datetime("20240102030405.000000+000"));
    given_set(inner, "Deep", given_embedded(deep));
    many[0] = given_embedded(deep);
    many[1] = given_embedded(inner);
    given_set(outer, "One", given_embedded(inner));
    given_set(outer, "Many", value_array(CIM_INSTANCE, many, 2));
#define INNER(prefix) " xmlns:" prefix "=\"" URI "Inner\" xsi:type=\"" prefix ":Inner_Type\">"
#define DEEP INNER("q") "<q:Text>&lt;</q:Text>"
#define BOTH                                                             \
    INNER("q")                                                           \
    "<q:When><cim:Datetime>2024-01-02T03:04:05Z</cim:Datetime></q:When>" \
    "<q:Deep" INNER("q1") "<q1:Text>&lt;</q1:Text></q:Deep>"
    check(outer, "<p:Outer xmlns:p=\"" URI "Outer\"><p:One" BOTH "</p:One><p:Many" DEEP "</p:Many><p:Many" BOTH
                 "</p:Many></p:Outer>");
}

static void text_is_what_the_elements_say(void **state)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"B", "true"},
        {"S8", "-8"},
        {"R", "INF"},
        {"C", "&lt;"},
        {"S", "a&amp;b"},
        {"D", "P1DT2H3M4S"},
        {"V", "20240102******.******+000"},
        {"L", "12345"},
        {"O", "YWI="},
        {"E", ""},
    };
    struct cim_value list[] = {value_uint(CIM_UINT16, 123), value_null(CIM_UINT16, false), value_uint(CIM_UINT16, 45)};
    struct cim_instance *i = given_instance("Texts");

    (void)state;
    given_set(i, "B", value_boolean(true));
    given_set(i, "S8", value_sint(CIM_SINT8, -8));
    given_set(i, "R", value_real(CIM_REAL32, INFINITY));
    given_set(i, "C", value_char16('<'));
    given_set(i, "S", given_string("a&b"));
    given_set(i, "D", given_datetime("00000001020304.000000:000"));
    given_set(i, "V", given_datetime("20240102******.******+000"));
    given_set(i, "L", value_array(CIM_UINT16, list, 3));
    given_set(i, "O", given_octets("ab", 2));
    given_set(i, "E", given_embedded(given_instance("Inner")));
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        const struct cim_property *p = class_property(i->class, text_of(cases[k].name));
        struct cim_value null = value_null(property_value_type(p), p->is_array);
        struct buf b;

        buf_init(&b, 1000);
        wsxml_put_text(&b, p, &i->values[p->index]);
        wsxml_put_text(&b, p, &null);
        assert_string_equal(buf_cstr(&b), cases[k].want);
        assert_true(buf_ok(&b));
        buf_fini(&b);
    }
}

static void embedded_text_is_text(void **state)
{
    const struct cim_property *p = class_property(given_class("Texts"), TEXT("E"));
    struct cim_value v = given_string("instance of <X>");
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    wsxml_put_text(&b, p, &v);
    assert_string_equal(buf_cstr(&b), "instance of &lt;X&gt;");
    buf_fini(&b);
}

static void references_have_no_text_of_their_own(void **state)
{
    const struct cim_property *p = class_property(given_class("Ref"), TEXT("Left"));
    struct cim_value v = given_reference(&base);
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    wsxml_put_text(&b, p, &v);
    assert_int_equal(b.len, 0);
    assert_true(buf_ok(&b));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reals_that_are_no_numbers_have_their_words),
        cmocka_unit_test(key_that_is_a_reference_is_an_epr_in_its_selector),
        cmocka_unit_test(reference_in_wmi_form_has_its_namespace_in_the_uri),
        cmocka_unit_test(embedded_instances_nest_and_repeat),
        cmocka_unit_test(text_is_what_the_elements_say),
        cmocka_unit_test(embedded_text_is_text),
        cmocka_unit_test(references_have_no_text_of_their_own),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
