/* What a style changes; the values themselves are the matter of test_wsxml.c and test_wsxml_value.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/given.h"

#define URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define MS "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define CONTENT(class, selectors)                                                                                                           \
    "<wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address>"                                            \
    "<wsa:ReferenceParameters><wsman:ResourceURI>" URI class "</wsman:ResourceURI><wsman:SelectorSet>"                                      \
                                                             "<wsman:Selector Name=\"__cimnamespace\">root/test</wsman:Selector>" selectors \
                                                             "</wsman:SelectorSet></wsa:ReferenceParameters>"
#define NAMED(class) CONTENT(class, "<wsman:Selector Name=\"Name\">n</wsman:Selector>")
#define EPR(class) "<wsa:EndpointReference>" NAMED(class) "</wsa:EndpointReference>"
#define NULL_ARRAY(name) "<p:" name " xmlns:m=\"" MS "\" xsi:nil=\"true\" m:IsNullArray=\"true\"/>"

static const char classes[] =
    "class Base { [Key] string Name; uint8 Size; };"
    "class Derived : Base { string More; };"
    "class Arrays { string S[]; uint32 U[]; [OctetString] uint8 O[]; [EmbeddedInstance(\"Arrays\")] string E[]; string Last; };"
    "class Holder { [EmbeddedInstance(\"Arrays\")] string A; };"
    "class Keyless { string Text; };";

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

/* A Derived with Name and More, Size is NULL */
static struct cim_instance *derived(void)
{
    struct cim_instance *i = given_instance("Derived");

    given_set(i, "Name", given_string("n"));
    given_set(i, "More", given_string("m"));
    return i;
}

static void style_of(struct wsxml_style *s, const struct text *names, uint32_t n)
{
    *s = (struct wsxml_style){.namespace = TEXT("root/test"), .names = names, .n_names = n};
}

#define FRAGMENT(class, content) "<wsman:XmlFragment xmlns:p=\"" URI class "\">" content "</wsman:XmlFragment>"

static void projection_has_the_chosen_elements_alone(void **state)
{
    static const struct text more[] = {{"MORE", 4}, {"name", 4}}, null[] = {{"Size", 4}}, unknown[] = {{"Nothing", 7}};
    static const struct text twice[] = {{"Name", 4}, {"NAME", 4}}, late[] = {{"Other", 5}, {"More", 4}};
    static const struct {
        const struct text *names;
        uint32_t n;
        const char *want;
    } cases[] = {
        {more, 2, FRAGMENT("Derived", "<p:Name>n</p:Name><p:More>m</p:More>")},
        {null, 1, FRAGMENT("Derived", "<p:Size xsi:nil=\"true\"/>")},
        {unknown, 1, FRAGMENT("Derived", "")},
        {unknown, 0, FRAGMENT("Derived", "")},
        {twice, 2, FRAGMENT("Derived", "<p:Name>n</p:Name>")},
        {late, 2, FRAGMENT("Derived", "<p:More>m</p:More>")},
    };
    struct cim_instance *i = derived();
    struct wsxml_style style;

    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        style_of(&style, cases[k].names, cases[k].n);
        given_check(&style, i, i->class, cases[k].want);
    }
}

static void projection_leaves_null_out_if_asked_for(void **state)
{
    static const struct text names[] = {{"Size", 4}, {"More", 4}};
    struct cim_instance *i = derived();
    struct wsxml_style style;

    (void)state;
    style_of(&style, names, 2);
    style.omit_null = true;
    given_check(&style, i, i->class, FRAGMENT("Derived", "<p:More>m</p:More>"));
}

static void projection_of_a_base_class_has_its_namespace_and_properties(void **state)
{
    static const struct text names[] = {{"Name", 4}, {"More", 4}};
    struct wsxml_style style;

    (void)state;
    style_of(&style, names, 2);
    given_check(&style, derived(), given_class("Base"), FRAGMENT("Base", "<p:Name>n</p:Name>"));
}

static void epr_of_a_projection_is_as_ever(void **state)
{
    static const struct text names[] = {{"More", 4}};
    struct cim_instance *i = derived();
    struct wsxml_style style;

    (void)state;
    style_of(&style, names, 1);
    style.items = WSXML_EPR;
    given_check(&style, i, i->class, EPR("Derived"));
    style.items = WSXML_OBJECT_AND_EPR;
    given_check(&style, i, i->class,
                "<wsman:Item>" FRAGMENT("Derived", "<p:More>m</p:More>") EPR("Derived") "</wsman:Item>");
}

static void location_is_the_last_child_of_an_object(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true, .location = true};
    struct cim_instance *i = derived(), *keyless = given_instance("Keyless");

    (void)state;
    given_check(&style, i, i->class,
                "<p:Derived xmlns:p=\"" URI "Derived\"><p:Name>n</p:Name><p:More>m</p:More>"
                "<cim:Location>" NAMED("Derived") "</cim:Location></p:Derived>");
    given_check(&style, keyless, keyless->class,
                "<p:Keyless xmlns:p=\"" URI
                "Keyless\"><cim:Location>" CONTENT("Keyless", "") "</cim:Location></p:Keyless>");
}

static void location_of_an_instance_written_as_its_base_names_what_it_is(void **state)
{
    const struct wsxml_style style = {.items = WSXML_OBJECT_AND_EPR,
                                      .namespace = TEXT("root/test"),
                                      .location = true,
                                      .omit_null = true};

    (void)state;
    given_check(&style, derived(), given_class("Base"),
                "<wsman:Item><p:Base xmlns:p=\"" URI "Base\"><p:Name>n</p:Name><cim:Location>" NAMED("Derived") //
                "</cim:Location></p:Base>" EPR("Derived") "</wsman:Item>");
}

static void location_is_no_part_of_eprs_and_projections(void **state)
{
    static const struct text names[] = {{"More", 4}};
    struct cim_instance *i = derived();
    struct wsxml_style style;

    (void)state;
    style_of(&style, names, 1);
    style.location = true;
    given_check(&style, i, i->class, FRAGMENT("Derived", "<p:More>m</p:More>"));
    style.items = WSXML_EPR;
    given_check(&style, i, i->class, EPR("Derived"));
}

static void precise_arrays_tell_null_from_empty(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .precise_arrays = true};
    struct cim_instance *i = given_instance("Arrays");

    (void)state;
    given_set(i, "U", value_array(CIM_UINT32, NULL, 0));
    given_check(&style, i, i->class,
                "<p:Arrays xmlns:p=\"" URI "Arrays\">" NULL_ARRAY("S") NULL_ARRAY("O") //
                NULL_ARRAY("E") "<p:Last xsi:nil=\"true\"/></p:Arrays>");
}

/* Where NULL is left out an absent array would be an empty one again */
static void precise_arrays_are_marked_even_where_null_is_left_out(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .precise_arrays = true, .omit_null = true};
    struct cim_value nothing = value_null(CIM_STRING, false);
    struct cim_instance *i = given_instance("Arrays");

    (void)state;
    given_set(i, "S", value_array(CIM_STRING, &nothing, 1)); /* an item that is NULL is no array that is */
    given_set(i, "U", value_array(CIM_UINT32, NULL, 0));
    given_check(&style, i, i->class,
                "<p:Arrays xmlns:p=\"" URI "Arrays\"><p:S xsi:nil=\"true\"/>" //
                NULL_ARRAY("O") NULL_ARRAY("E") "</p:Arrays>");
}

static void precise_arrays_hold_for_embedded_instances(void **state)
{
#define Q_ARRAY(name) "<q:" name " xmlns:m=\"" MS "\" xsi:nil=\"true\" m:IsNullArray=\"true\"/>"
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .precise_arrays = true};
    struct cim_instance *holder = given_instance("Holder"), *arrays = given_instance("Arrays");

    (void)state;
    given_set(arrays, "S", value_array(CIM_STRING, NULL, 0));
    given_set(holder, "A", given_embedded(arrays));
    given_check(&style, holder, holder->class,
                "<p:Holder xmlns:p=\"" URI "Holder\"><p:A xmlns:q=\"" URI "Arrays\" xsi:type=\"q:Arrays_Type\">" //
                Q_ARRAY("U") Q_ARRAY("O") Q_ARRAY("E") "<q:Last xsi:nil=\"true\"/></p:A></p:Holder>");
}

static void elements_may_be_in_another_namespace_than_the_class(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .uri = TEXT("http://host/a&b/Base")};
    struct cim_instance *i = given_instance("Keyless");

    (void)state;
    given_check(&style, i, i->class,
                "<p:Keyless xmlns:p=\"http://host/a&amp;b/Base\"><p:Text xsi:nil=\"true\"/></p:Keyless>");
}

static void reference_is_the_content_of_the_epr(void **state)
{
    const struct wsxml_style style = {.items = WSXML_REFERENCE, .namespace = TEXT("root/test")};
    struct cim_instance *i = derived();

    (void)state;
    given_check(&style, i, i->class, NAMED("Derived"));
}

static void bare_properties_declare_their_prefix(void **state)
{
    static const struct text names[] = {{"S", 1}, {"U", 1}, {"Last", 4}};
    const struct wsxml_style style = {.items = WSXML_PROPERTIES,
                                      .namespace = TEXT("root/test"),
                                      .names = names,
                                      .n_names = 3};
    struct cim_value items[] = {given_string("a"), value_null(CIM_STRING, false)};
    struct cim_instance *i = given_instance("Arrays");

    (void)state;
#define DECLARED " xmlns:p=\"" URI "Arrays\""
    given_set(i, "S", value_array(CIM_STRING, items, 2));
    given_check(&style, i, i->class,
                "<p:S" DECLARED ">a</p:S><p:S" DECLARED " xsi:nil=\"true\"/><p:U" DECLARED " xsi:nil=\"true\"/>"
                "<p:Last" DECLARED " xsi:nil=\"true\"/>");
}

static void single_instance_is_appended(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test")};
    struct cim_instance *i = given_instance("Keyless");
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    buf_puts(&b, "x");
    wsxml_put(&b, &style, i);
    assert_string_equal(buf_cstr(&b), "x<p:Keyless xmlns:p=\"" URI "Keyless\"><p:Text xsi:nil=\"true\"/></p:Keyless>");
    buf_fini(&b);
    buf_init(&b, 10);
    wsxml_put(&b, &style, i);
    assert_false(buf_ok(&b));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projection_has_the_chosen_elements_alone),
        cmocka_unit_test(projection_leaves_null_out_if_asked_for),
        cmocka_unit_test(projection_of_a_base_class_has_its_namespace_and_properties),
        cmocka_unit_test(epr_of_a_projection_is_as_ever),
        cmocka_unit_test(location_is_the_last_child_of_an_object),
        cmocka_unit_test(location_of_an_instance_written_as_its_base_names_what_it_is),
        cmocka_unit_test(location_is_no_part_of_eprs_and_projections),
        cmocka_unit_test(precise_arrays_tell_null_from_empty),
        cmocka_unit_test(precise_arrays_are_marked_even_where_null_is_left_out),
        cmocka_unit_test(precise_arrays_hold_for_embedded_instances),
        cmocka_unit_test(elements_may_be_in_another_namespace_than_the_class),
        cmocka_unit_test(reference_is_the_content_of_the_epr),
        cmocka_unit_test(bare_properties_declare_their_prefix),
        cmocka_unit_test(single_instance_is_appended),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
