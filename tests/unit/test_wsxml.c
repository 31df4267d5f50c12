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
#define EPR(class, selectors)                                                                                                               \
    "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>"                                            \
    "<wsa:ReferenceParameters><wsman:ResourceURI>" URI class "</wsman:ResourceURI><wsman:SelectorSet>"                                      \
                                                             "<wsman:Selector Name=\"__cimnamespace\">root/test</wsman:Selector>" selectors \
                                                             "</wsman:SelectorSet></wsa:ReferenceParameters>"

static const char classes[] =
    "class Empty { };"
    "class Base { [Key] string Name; uint8 Size; };"
    "class Derived : Base { string More; };"
    "class Types { boolean B; uint8 U8; sint8 S8; uint16 U16; sint16 S16; uint32 U32; sint32 S32; uint64 U64; sint64 S64; real32 R32;"
    " real64 R64; char16 C; string S; datetime D; };"
    "class Arrays { string S[]; uint32 U[]; boolean B[]; datetime D[]; [OctetString] uint8 O[]; uint8 P[]; string Last; };"
    "[Association] class Ref { [Key] Base REF Target; [Key] datetime When; Base REF Other; };"
    "class Holder { [EmbeddedInstance(\"Base\")] string E; [EmbeddedInstance(\"Base\")] string L[];"
    " [EmbeddedInstance(\"Holder\")] string H; [EmbeddedInstance(\"Arrays\")] string A; [EmbeddedObject] string O; };";

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
    const struct wsxml_style style = {.namespace = TEXT("root/test")};

    given_check(&style, i, i->class, want);
}

static void class_without_properties_is_one_constant(void **state)
{
    (void)state;
    check(given_instance("Empty"), "<p:Empty xmlns:p=\"" URI "Empty\"></p:Empty>");
}

static void each_type_has_its_text(void **state)
{
    struct cim_instance *i = given_instance("Types");

    (void)state;
    given_set(i, "B", value_boolean(true));
    given_set(i, "U8", value_uint(CIM_UINT8, 255));
    given_set(i, "S8", value_sint(CIM_SINT8, -128));
    given_set(i, "U16", value_uint(CIM_UINT16, 65535));
    given_set(i, "S16", value_sint(CIM_SINT16, -1));
    given_set(i, "U32", value_uint(CIM_UINT32, 4294967295));
    given_set(i, "S32", value_sint(CIM_SINT32, INT32_MIN));
    given_set(i, "U64", value_uint(CIM_UINT64, UINT64_MAX));
    given_set(i, "S64", value_sint(CIM_SINT64, INT64_MIN));
    given_set(i, "R32", value_real(CIM_REAL32, 0.5));
    given_set(i, "R64", value_real(CIM_REAL64, -INFINITY));
    given_set(i, "C", value_char16(0x20AC));
    given_set(i, "S", given_string("a<b>&\r\n\"\x01"));
    given_set(i, "D", given_datetime("20240229235959.500000+060"));
    check(i,
          "<p:Types xmlns:p=\"" URI
          "Types\"><p:B>true</p:B><p:U8>255</p:U8><p:S8>-128</p:S8><p:U16>65535</p:U16><p:S16>-1</p:S16>"
          "<p:U32>4294967295</p:U32><p:S32>-2147483648</p:S32><p:U64>18446744073709551615</p:U64><p:S64>-9223372036854775808</p:S64>"
          "<p:R32>0.5</p:R32><p:R64>-INF</p:R64><p:C>\xE2\x82\xAC</p:C><p:S>a&lt;b&gt;&amp;&#13;\n\"\xEF\xBF\xBD</p:S>"
          "<p:D><cim:Datetime>2024-02-29T23:59:59.5+01:00</cim:Datetime></p:D></p:Types>");
}

static void null_is_nil(void **state)
{
    (void)state;
    check(given_instance("Base"),
          "<p:Base xmlns:p=\"" URI "Base\"><p:Name xsi:nil=\"true\"/><p:Size xsi:nil=\"true\"/></p:Base>");
}

static void null_between_values_takes_nothing_with_it(void **state)
{
    struct cim_instance *i = given_instance("Derived");

    (void)state;
    given_set(i, "Name", given_string("n"));
    given_set(i, "More", given_string("m"));
    check(i, "<p:Derived xmlns:p=\"" URI
             "Derived\"><p:Name>n</p:Name><p:Size xsi:nil=\"true\"/><p:More>m</p:More></p:Derived>");
}

static void null_is_left_out_if_asked_for(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};
    struct cim_instance *i = given_instance("Derived");

    (void)state;
    given_check(&style, i, i->class, "<p:Derived xmlns:p=\"" URI "Derived\"></p:Derived>");
    given_set(i, "Size", value_uint(CIM_UINT8, 1));
    given_check(&style, i, i->class, "<p:Derived xmlns:p=\"" URI "Derived\"><p:Size>1</p:Size></p:Derived>");
}

static void value_of_another_type_is_written_as_null(void **state)
{
    struct cim_instance *i = given_instance("Base");

    (void)state;
    i->values[0] = value_uint(CIM_UINT32, 7);
    i->values[1] = given_string("text");
    check(i, "<p:Base xmlns:p=\"" URI "Base\"><p:Name xsi:nil=\"true\"/><p:Size xsi:nil=\"true\"/></p:Base>");
}

static void datetimes_have_an_element_for_each_kind(void **state)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"20240102030405.000000+000", "<cim:Datetime>2024-01-02T03:04:05Z</cim:Datetime>"},
        {"20240102030405.000001-090", "<cim:Datetime>2024-01-02T03:04:05.000001-01:30</cim:Datetime>"},
        {"00000001020304.500000:000", "<cim:Interval>P1DT2H3M4.5S</cim:Interval>"},
        {"20240102******.******+000", "<cim:Date>2024-01-02Z</cim:Date>"},
        {"20240102******.******+060", "<cim:Date>2024-01-02+01:00</cim:Date>"},
        {"2024010203****.******+000", "<cim:CIM_DateTime>2024010203****.******+000</cim:CIM_DateTime>"},
        {"00000001******.******:000", "<cim:CIM_DateTime>00000001******.******:000</cim:CIM_DateTime>"},
        {"99991231235959.999999-840", "<cim:Datetime>9999-12-31T23:59:59.999999-14:00</cim:Datetime>"},
    };
    char want[256];

    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};
        struct cim_instance *i = given_instance("Types");

        given_set(i, "D", given_datetime(cases[k].in));
        (void)snprintf(want, sizeof(want), "<p:Types xmlns:p=\"" URI "Types\"><p:D>%s</p:D></p:Types>", cases[k].want);
        given_check(&style, i, i->class, want);
    }
}

static void arrays_repeat_their_element(void **state)
{
    struct cim_value strings[] = {given_string("a"), value_null(CIM_STRING, false), given_string("<")};
    struct cim_value dates[] = {given_datetime("20240102030405.000000+000")};
    struct cim_instance *i = given_instance("Arrays");

    (void)state;
    given_set(i, "S", value_array(CIM_STRING, strings, 3));
    given_set(i, "U", value_array(CIM_UINT32, NULL, 0));
    given_set(i, "D", value_array(CIM_DATETIME, dates, 1));
    given_set(i, "Last", given_string("l"));
    check(i,
          "<p:Arrays xmlns:p=\"" URI "Arrays\"><p:S>a</p:S><p:S xsi:nil=\"true\"/><p:S>&lt;</p:S><p:B xsi:nil=\"true\"/>"
          "<p:D><cim:Datetime>2024-01-02T03:04:05Z</cim:Datetime></p:D><p:O xsi:nil=\"true\"/><p:P xsi:nil=\"true\"/>"
          "<p:Last>l</p:Last></p:Arrays>");
}

static void octet_strings_are_base64_without_their_length(void **state)
{
    static const struct {
        const char *octets;
        uint32_t n;
        const char *want;
    } cases[] = {
        {"", 0, ""},
        {"a", 1, "YQ=="},
        {"ab", 2, "YWI="},
        {"abc", 3, "YWJj"},
        {"\0\0\0\4", 4, ""},
        {"\0\0\0\5a", 5, "YQ=="},
        {"\0\0\0\6ab", 6, "YWI="},
        {"\0\0\0\7abc", 7, "YWJj"},
        {"\0\0\0\1a", 5, "AAAAAWE="}, /* no length */
        {"\xFF\xFE\xFD\xFC", 4, "//79/A=="},
    };
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};
    char want[256];

    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        struct cim_instance *i = given_instance("Arrays");

        given_set(i, "O", given_octets(cases[k].octets, cases[k].n));
        (void)snprintf(want, sizeof(want),
                       "<p:Arrays xmlns:p=\"" URI "Arrays\"><p:O xsi:type=\"cim:cimBase64Binary\">%s</p:O></p:Arrays>",
                       cases[k].want);
        given_check(&style, i, i->class, want);
    }
}

static void references_are_eprs(void **state)
{
    const struct cim_key keys[] = {{TEXT("Name"), value_string(TEXT("a&b"))}};
    const struct cim_path path = {.class_name = TEXT("Base"), .keys = keys, .n_keys = 1};
    struct cim_instance *i = given_instance("Ref");

    (void)state;
    given_set(i, "Target", given_reference(&path));
    given_set(i, "When", given_datetime("20240102030405.000000+000"));
    check(i,
          "<p:Ref xmlns:p=\"" URI "Ref\"><p:Target>" EPR(
              "Base",
              "<wsman:Selector Name=\"Name\">a&amp;b</wsman:Selector>") "</p:Target>"
                                                                        "<p:When><cim:Datetime>2024-01-02T03:04:05Z</cim:Datetime></p:When><p:Other xsi:nil=\"true\"/></p:Ref>");
}

static void epr_of_an_instance_has_all_its_keys(void **state)
{
    const struct wsxml_style style = {.items = WSXML_EPR, .namespace = TEXT("root/test")};
    const struct cim_key keys[] = {{TEXT("Name"), value_string(TEXT("b"))}};
    const struct cim_path path = {.class_name = TEXT("Base"), .keys = keys, .n_keys = 1};
    struct cim_instance *i = given_instance("Ref");

    (void)state;
    given_check(&style, i, i->class, "<wsa:EndpointReference>" EPR("Ref", "") "</wsa:EndpointReference>");
    given_set(i, "Target", given_reference(&path));
    given_set(i, "When", given_datetime("20240102030405.000000+000"));
    given_check(&style, i, i->class,
                "<wsa:EndpointReference>" EPR(
                    "Ref",
                    "<wsman:Selector Name=\"Target\"><wsa:EndpointReference>" EPR(
                        "Base",
                        "<wsman:Selector Name=\"Name\">b</wsman:Selector>") "</wsa:EndpointReference>"
                                                                            "</wsman:Selector><wsman:Selector Name=\"When\">2024-01-02T03:04:05Z</wsman:Selector>") "</wsa:EndpointReference>");
}

static void object_and_epr_are_one_item(void **state)
{
    const struct wsxml_style style = {.items = WSXML_OBJECT_AND_EPR, .namespace = TEXT("root/test")};
    struct cim_instance *i = given_instance("Derived");

    (void)state;
    given_set(i, "Name", given_string("n"));
    given_check(&style, i, given_class("Base"),
                "<wsman:Item><p:Base xmlns:p=\"" URI
                "Base\"><p:Name>n</p:Name><p:Size xsi:nil=\"true\"/></p:Base><wsa:EndpointReference>" EPR(
                    "Derived",
                    "<wsman:Selector Name=\"Name\">n</wsman:Selector>") "</wsa:EndpointReference></wsman:Item>");
}

static void as_a_base_class_only_its_properties_are_written(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test")};
    struct cim_instance *i = given_instance("Derived");

    (void)state;
    given_set(i, "Name", given_string("n"));
    given_set(i, "More", given_string("m"));
    given_check(&style, i, given_class("Base"),
                "<p:Base xmlns:p=\"" URI "Base\"><p:Name>n</p:Name><p:Size xsi:nil=\"true\"/></p:Base>");
}

static void wmi_uris_hold_the_namespace(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/a&b"), .wmi_uri = true};
    struct cim_instance *i = given_instance("Empty");

    (void)state;
    given_check(&style, i, i->class,
                "<p:Empty xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/a&amp;b/Empty\"></p:Empty>");
}

static void embedded_instances_say_their_type(void **state)
{
    struct cim_instance *holder = given_instance("Holder"), *base = given_instance("Derived");
    struct cim_value list[2];

    (void)state;
    given_set(base, "Name", given_string("n"));
    list[0] = given_embedded(base);
    list[1] = value_null(CIM_INSTANCE, false);
    holder->values[0] = given_embedded(base);
    holder->values[1] = value_array(CIM_INSTANCE, list, 2);
    holder->values[4] = given_string("instance of X {};");
#define CONTENT       \
    " xmlns:q=\"" URI \
    "Derived\" xsi:type=\"q:Derived_Type\"><q:Name>n</q:Name><q:Size xsi:nil=\"true\"/><q:More xsi:nil=\"true\"/>"
    check(holder, "<p:Holder xmlns:p=\"" URI "Holder\"><p:E" CONTENT "</p:E><p:L" CONTENT "</p:L><p:L xsi:nil=\"true\"/>"
                  "<p:H xsi:nil=\"true\"/><p:A xsi:nil=\"true\"/><p:O>instance of X {};</p:O></p:Holder>");
}

static void embedded_arrays_and_octets_follow_the_same_rules(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};
    struct cim_instance *holder = given_instance("Holder"), *arrays = given_instance("Arrays");
    struct cim_value items[] = {value_uint(CIM_UINT8, 'a'), value_uint(CIM_UINT8, 'b')};

    (void)state;
    given_set(arrays, "O", value_array(CIM_UINT8, items, 2));
    given_set(arrays, "P", value_array(CIM_UINT8, items, 2));
    given_set(arrays, "S", value_array(CIM_STRING, NULL, 0));
    holder->values[3] = given_embedded(arrays);
    given_check(&style, holder, holder->class,
                "<p:Holder xmlns:p=\"" URI "Holder\"><p:A xmlns:q=\"" URI "Arrays\" xsi:type=\"q:Arrays_Type\">"
                "<q:O xsi:type=\"cim:cimBase64Binary\">YWI=</q:O><q:P>97</q:P><q:P>98</q:P></p:A></p:Holder>");
}

static void embedding_ends_at_its_limit(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};
    struct cim_instance *i = given_instance("Holder");
    struct buf want;

    (void)state;
    i->values[2] = given_embedded(i); /* without an end */
    buf_init(&want, 10000);
    buf_puts(&want,
             "<p:Holder xmlns:p=\"" URI "Holder\"><p:H xmlns:q=\"" URI "Holder\" xsi:type=\"q:Holder_Type\"><q:H");
    for (unsigned d = 1; d < 8; d++)
        buf_printf(&want, " xmlns:q%u=\"" URI "Holder\" xsi:type=\"q%u:Holder_Type\"><q%u:H", d, d, d);
    buf_puts(&want, " xsi:nil=\"true\">");
    for (unsigned d = 7; d > 0; d--)
        buf_printf(&want, "</q%u:H>", d);
    buf_puts(&want, "</q:H></p:H></p:Holder>");
    given_check(&style, i, i->class, buf_cstr(&want));
    buf_fini(&want);
}

static void char16_that_is_no_character_is_replaced(void **state)
{
    static const struct {
        uint16_t c;
        const char *want;
    } cases[] = {{'a', "a"},    {'<', "&lt;"},      {0, "\xEF\xBF\xBD"},      {9, "\t"},
                 {13, "&#13;"}, {0xE4, "\xC3\xA4"}, {0xD800, "\xEF\xBF\xBD"}, {0xFFFF, "\xEF\xBF\xBD"}};
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true};
    char want[128];

    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        struct cim_instance *i = given_instance("Types");

        given_set(i, "C", value_char16(cases[k].c));
        (void)snprintf(want, sizeof(want), "<p:Types xmlns:p=\"" URI "Types\"><p:C>%s</p:C></p:Types>", cases[k].want);
        given_check(&style, i, i->class, want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_without_properties_is_one_constant),
        cmocka_unit_test(each_type_has_its_text),
        cmocka_unit_test(null_is_nil),
        cmocka_unit_test(null_between_values_takes_nothing_with_it),
        cmocka_unit_test(null_is_left_out_if_asked_for),
        cmocka_unit_test(value_of_another_type_is_written_as_null),
        cmocka_unit_test(datetimes_have_an_element_for_each_kind),
        cmocka_unit_test(char16_that_is_no_character_is_replaced),
        cmocka_unit_test(arrays_repeat_their_element),
        cmocka_unit_test(octet_strings_are_base64_without_their_length),
        cmocka_unit_test(references_are_eprs),
        cmocka_unit_test(epr_of_an_instance_has_all_its_keys),
        cmocka_unit_test(object_and_epr_are_one_item),
        cmocka_unit_test(as_a_base_class_only_its_properties_are_written),
        cmocka_unit_test(wmi_uris_hold_the_namespace),
        cmocka_unit_test(embedded_instances_say_their_type),
        cmocka_unit_test(embedded_arrays_and_octets_follow_the_same_rules),
        cmocka_unit_test(embedding_ends_at_its_limit),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
