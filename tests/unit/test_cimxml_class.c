#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/cimxml_class.h"
#include "tests/unit/given.h"

static const char classes[] =
    "[Abstract, Description(\"a<b\")] class T_Base { [Key] string Name = \"n&\"; uint32 Ping([Out] uint8 Load[3], string To); };"
    "class T_Empty { };"
    "class T_Sub : T_Base { boolean On = true; uint16 List[] = {1, NULL}; sint8 Fixed[2]; string None[] = {};"
    " [OctetString] uint8 Octets[]; real32 R = 0.5; char16 C = '<'; datetime D = \"20240102030405.000000+000\";"
    " [EmbeddedInstance(\"T_Base\")] string E; [EmbeddedObject] string O; [Override(\"Ping\"), Static] uint32 Ping([Out] uint8 Load[3],"
    " string To); };"
    "[Association] class T_Link { [Key] T_Base REF Left; [Key] T_Base REF Right;"
    " boolean Join(T_Base REF One, [Out] T_Base REF All[], [EmbeddedObject] string Text); };";

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

static void check(const char *class, struct cimxml_class_options o, const char *want)
{
    struct buf b;

    buf_init(&b, 100000);
    cimxml_put_class(&b, given_class(class), &o);
    assert_string_equal(buf_cstr(&b), want);
    buf_fini(&b);
}

static const struct cimxml_class_options plain = {.inherited = true}, everything = {true, true, true},
                                         local = {.qualifiers = true};

static void class_without_anything_is_its_name(void **state)
{
    (void)state;
    check("T_Empty", everything, "<CLASS NAME=\"T_Empty\"></CLASS>");
}

static void qualifiers_have_type_and_flavors(void **state)
{
    (void)state;
    check("T_Base", everything,
          "<CLASS NAME=\"T_Base\">"
          "<QUALIFIER NAME=\"Abstract\" TYPE=\"boolean\" TOSUBCLASS=\"false\"><VALUE>TRUE</VALUE></QUALIFIER>"
          "<QUALIFIER NAME=\"Description\" TYPE=\"string\" TRANSLATABLE=\"true\"><VALUE>a&lt;b</VALUE></QUALIFIER>"
          "<PROPERTY NAME=\"Name\" TYPE=\"string\" CLASSORIGIN=\"T_Base\">"
          "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\" OVERRIDABLE=\"false\"><VALUE>TRUE</VALUE></QUALIFIER>"
          "<VALUE>n&amp;</VALUE></PROPERTY>"
          "<METHOD NAME=\"Ping\" TYPE=\"uint32\" CLASSORIGIN=\"T_Base\">"
          "<PARAMETER.ARRAY NAME=\"Load\" TYPE=\"uint8\" ARRAYSIZE=\"3\">"
          "<QUALIFIER NAME=\"Out\" TYPE=\"boolean\" OVERRIDABLE=\"false\"><VALUE>TRUE</VALUE></QUALIFIER></PARAMETER.ARRAY>"
          "<PARAMETER NAME=\"To\" TYPE=\"string\"></PARAMETER></METHOD></CLASS>");
}

#define SUB                                                                                                                   \
    "<PROPERTY NAME=\"On\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></PROPERTY>"                                                   \
    "<PROPERTY.ARRAY NAME=\"List\" TYPE=\"uint16\"><VALUE.ARRAY><VALUE>1</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY>" \
    "<PROPERTY.ARRAY NAME=\"Fixed\" TYPE=\"sint8\" ARRAYSIZE=\"2\"></PROPERTY.ARRAY>"                                         \
    "<PROPERTY.ARRAY NAME=\"None\" TYPE=\"string\"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY>"                              \
    "<PROPERTY.ARRAY NAME=\"Octets\" TYPE=\"uint8\"></PROPERTY.ARRAY>"                                                        \
    "<PROPERTY NAME=\"R\" TYPE=\"real32\"><VALUE>0.5</VALUE></PROPERTY>"                                                      \
    "<PROPERTY NAME=\"C\" TYPE=\"char16\"><VALUE>&lt;</VALUE></PROPERTY>"                                                     \
    "<PROPERTY NAME=\"D\" TYPE=\"datetime\"><VALUE>20240102030405.000000+000</VALUE></PROPERTY>"                              \
    "<PROPERTY NAME=\"E\" TYPE=\"string\" EmbeddedObject=\"instance\"></PROPERTY>"                                            \
    "<PROPERTY NAME=\"O\" TYPE=\"string\" EmbeddedObject=\"object\"></PROPERTY>"
#define PING                                                                               \
    "<METHOD NAME=\"Ping\" TYPE=\"uint32\"><PARAMETER.ARRAY NAME=\"Load\" TYPE=\"uint8\" " \
    "ARRAYSIZE=\"3\"></PARAMETER.ARRAY><PARAMETER NAME=\"To\" TYPE=\"string\"></PARAMETER></METHOD>"

static void every_type_has_its_element_and_value(void **state)
{
    (void)state;
    check("T_Sub", plain,
          "<CLASS NAME=\"T_Sub\" SUPERCLASS=\"T_Base\">"
          "<PROPERTY NAME=\"Name\" TYPE=\"string\" PROPAGATED=\"true\"><VALUE>n&amp;</VALUE></PROPERTY>" SUB PING
          "</CLASS>");
}

static void inherited_elements_are_left_out_if_asked_for(void **state)
{
    (void)state;
    check("T_Sub", (struct cimxml_class_options){0}, "<CLASS NAME=\"T_Sub\" SUPERCLASS=\"T_Base\">" SUB PING "</CLASS>");
}

static void references_name_their_class(void **state)
{
    (void)state;
    check("T_Link", plain,
          "<CLASS NAME=\"T_Link\"><PROPERTY.REFERENCE NAME=\"Left\" REFERENCECLASS=\"T_Base\"></PROPERTY.REFERENCE>"
          "<PROPERTY.REFERENCE NAME=\"Right\" REFERENCECLASS=\"T_Base\"></PROPERTY.REFERENCE>"
          "<METHOD NAME=\"Join\" TYPE=\"boolean\"><PARAMETER.REFERENCE NAME=\"One\" REFERENCECLASS=\"T_Base\">"
          "</PARAMETER.REFERENCE><PARAMETER.REFARRAY NAME=\"All\" REFERENCECLASS=\"T_Base\"></PARAMETER.REFARRAY>"
          "<PARAMETER NAME=\"Text\" TYPE=\"string\"></PARAMETER></METHOD></CLASS>");
}

static void reference_by_default_is_an_instance_name(void **state)
{
    struct cim_key keys[] = {{TEXT("S"), given_string("a\"<")},
                             {TEXT("N"), value_sint(CIM_SINT8, -1)},
                             {TEXT("B"), value_boolean(false)}};
    struct cim_path inner = {.class_name = TEXT("T_In"), .keys = keys, .n_keys = 1};
    struct cim_key outer_keys[] = {{TEXT("R"), given_reference(&inner)}};
    struct cim_path outer = {.namespace = TEXT("root/x"), .class_name = TEXT("T_Out"), .keys = outer_keys, .n_keys = 1};
    struct cim_path flat = {.class_name = TEXT("T_In"), .keys = keys + 1, .n_keys = 2};
    struct cim_property p[] = {{.name = TEXT("A"), .type = CIM_REFERENCE, .value = given_reference(&outer)},
                               {.name = TEXT("B"), .type = CIM_REFERENCE, .value = given_reference(&flat)}};
    struct cim_class c = {.name = TEXT("C"), .properties = p, .n_properties = 2};
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    cimxml_put_class(&b, &c, &plain);
    assert_string_equal(
        buf_cstr(&b),
        "<CLASS NAME=\"C\"><PROPERTY.REFERENCE NAME=\"A\"><VALUE.REFERENCE><LOCALINSTANCEPATH><LOCALNAMESPACEPATH>"
        "<NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"x\"/></LOCALNAMESPACEPATH><INSTANCENAME CLASSNAME=\"T_Out\">"
        "<KEYBINDING NAME=\"R\"><VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"T_In\"><KEYBINDING NAME=\"S\">"
        "<KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">a\"&lt;</KEYVALUE></KEYBINDING></INSTANCENAME></VALUE.REFERENCE>"
        "</KEYBINDING></INSTANCENAME></LOCALINSTANCEPATH></VALUE.REFERENCE></PROPERTY.REFERENCE>"
        "<PROPERTY.REFERENCE NAME=\"B\"><VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"T_In\"><KEYBINDING NAME=\"N\">"
        "<KEYVALUE VALUETYPE=\"numeric\" TYPE=\"sint8\">-1</KEYVALUE></KEYBINDING><KEYBINDING NAME=\"B\">"
        "<KEYVALUE VALUETYPE=\"boolean\" TYPE=\"boolean\">FALSE</KEYVALUE></KEYBINDING></INSTANCENAME></VALUE.REFERENCE>"
        "</PROPERTY.REFERENCE></CLASS>");
    buf_fini(&b);
}

static void propagated_qualifiers_are_marked_or_left_out(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    cimxml_put_class(&b, given_class("T_Sub"), &everything);
    assert_non_null(strstr(buf_cstr(&b),
                           "<PROPERTY NAME=\"Name\" TYPE=\"string\" CLASSORIGIN=\"T_Base\" PROPAGATED=\"true\">"
                           "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\" PROPAGATED=\"true\" OVERRIDABLE=\"false\">"));
    assert_non_null(strstr(buf_cstr(&b), "<METHOD NAME=\"Ping\" TYPE=\"uint32\" CLASSORIGIN=\"T_Base\"><QUALIFIER"));
    buf_reset(&b);
    cimxml_put_class(&b, given_class("T_Sub"), &local);
    assert_null(strstr(buf_cstr(&b), "PROPAGATED"));
    assert_non_null(strstr(buf_cstr(&b), "<QUALIFIER NAME=\"OctetString\""));
    buf_fini(&b);
}

static void buffer_that_is_full_fails(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 100);
    cimxml_put_class(&b, given_class("T_Sub"), &everything);
    assert_false(buf_ok(&b));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_without_anything_is_its_name),
        cmocka_unit_test(qualifiers_have_type_and_flavors),
        cmocka_unit_test(every_type_has_its_element_and_value),
        cmocka_unit_test(inherited_elements_are_left_out_if_asked_for),
        cmocka_unit_test(references_name_their_class),
        cmocka_unit_test(reference_by_default_is_an_instance_name),
        cmocka_unit_test(propagated_qualifiers_are_marked_or_left_out),
        cmocka_unit_test(buffer_that_is_full_fails),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
