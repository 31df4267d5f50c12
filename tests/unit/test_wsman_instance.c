#include <errno.h>
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
#include "tests/unit/messages.h"

#define DMTF MESSAGES_DMTF
#define WMI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
/* The element of an instance or of parameters, in the namespace of a class */
#define BODY(name, class, content) "<p:" name " xmlns:p='" DMTF class "'>" content "</p:" name ">"

static const char classes[] =
    "Qualifier Required : boolean = false, Scope(property, reference, method, parameter), Flavor(DisableOverride);"
    "class Part { string Name; };"
    "class MorePart : Part { string More; };"
    "class Base { [Key] string Id; uint32 Number; string List[]; [EmbeddedInstance(\"Part\")] string Part;"
    " uint32 Act([In, Required] string Mode, [In, Out] uint16 Steps[], [In] Base REF Which,"
    " [In, EmbeddedInstance(\"Part\")] string Part, [Out, In(false)] string Told); uint32 Rest(); };"
    "class Derived : Base { string More; };"
    "class Other { [Key] string Id; };";

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
static struct cim_instance *found;
static bool *given;

/* ---- Put and Create */

static int read_instance(const char *body)
{
    int r = messages_decode(given_arena(), MESSAGES_WXF "Create", DMTF "Base", "", body, &q, &f);

    return r ? r : wsman_decode_instance(given_arena(), &q, given_class("Base"), &found, &given, &f);
}

static void the_body_says_the_class_of_the_instance(void **state)
{
    static const struct {
        const char *body, *class;
    } cases[] = {
        {BODY("Base", "Base", ""), "Base"},
        {BODY("base", "Base", ""), "Base"},
        {BODY("Base", "base", ""), "Base"},
        {BODY("Derived", "Derived", ""), "Derived"},
        {"<Base xmlns='" WMI "Base'/>", "Base"},
        {"<p:Base xmlns:p='http://tst.example/wbem/wscim/1/cim-schema/2/Base'/>", "Base"},
        {"<p:Base xmlns:p='" DMTF "Base' xsi:type='p:Base_Type'/>", "Base"},
        {"<p:Base xmlns:p='" DMTF "Base' xmlns:q='" DMTF "Derived' xsi:type='q:Derived_Type'/>", "Derived"},
        {"<p:Base xmlns:p='" DMTF "Base' xsi:type='p:Other_Type'/>", "Base"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        if (read_instance(cases[i].body))
            fail_msg("%s: %s", cases[i].body, f.reason);
        assert_string_equal(found->class->name.s, cases[i].class);
    }
}

static void a_body_of_another_class_is_in_the_wrong_namespace(void **state)
{
    static const char *const bodies[] = {
        BODY("Other", "Other", ""),
        BODY("Other", "Base", ""),
        BODY("Derived", "Base", ""),
        BODY("Base", "Derived", ""),
        BODY("Base", "No", ""),
        "<Base/>",
        "<x:Base/>",
        "<w:XmlFragment/>",
        "<p:Base xmlns:p='http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/'/>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
        if (read_instance(bodies[i]) != 1 || f.type != WSXF_INVALID_REPRESENTATION ||
            strcmp(f.detail, "InvalidNamespace") != 0 || !*f.reason)
            fail_msg("%s: fault %d, %s", bodies[i], f.type, f.reason);
}

static void what_is_sent_is_set_and_told(void **state)
{
    static const char *const sent[] = {"Id", "List", "More", "Number"};
    unsigned n = 0;

    (void)state;
    assert_int_equal(read_instance(BODY("Derived", "Derived",
                                        "<p:Number xsi:nil='true'/><p:Id>a</p:Id><p:List>x</p:List><p:More>m</p:More>"
                                        "<p:List>y</p:List><cim:Location><a:Address>x</a:Address></cim:Location>")),
                     0);
    for (uint16_t i = 0; i < found->class->n_properties; i++) {
        bool expected = false;

        for (size_t k = 0; k < sizeof(sent) / sizeof(*sent); k++)
            expected = expected || strcmp(found->class->properties[i].name.s, sent[k]) == 0;
        assert_int_equal(given[i], expected);
        n += given[i];
    }
    assert_int_equal(n, 4);
    assert_true(value_is_null(instance_get(found, TEXT("Number"))));
    assert_int_equal(instance_get(found, TEXT("List"))->len, 2);
    assert_true(text_eq(value_text(instance_get(found, TEXT("More"))), TEXT("m")));
}

static void wrong_values_are_named(void **state)
{
    static const struct {
        const char *body, *part; /* of the sentence */
    } cases[] = {
        {BODY("Base", "Base", "<p:Color/>"), "Base has no Color"},
        {BODY("Base", "Base", "<p:More/>"), "Base has no More"},
        {BODY("Base", "Base", "<p:Number>x</p:Number>"), "Number"},
        {BODY("Base", "Base", "<p:Number>-1</p:Number>"), "Number"},
        {BODY("Base", "Base", "<p:Id>a</p:Id><p:Id>b</p:Id>"), "Id: given twice"},
        {BODY("Base", "Base", "<p:Id>a</p:Id> text"), "Base is elements, not text"},
        {BODY("Base", "Base", "text"), "Base is elements, not text"},
        {BODY("Base", "Base", "<p:Part><p:Color/></p:Part>"), "Part: Part has no Color"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (read_instance(cases[i].body) != 1 || f.type != WSXF_INVALID_REPRESENTATION ||
            strcmp(f.detail, "InvalidValues") != 0 || !strstr(f.reason, cases[i].part))
            fail_msg("%s: fault %d, %s", cases[i].body, f.type, f.reason);
}

/* ---- Parameters */

static int read_parameters(const char *method, const char *body)
{
    char action[200];
    int r;

    (void)snprintf(action, sizeof(action), DMTF "Base/%s", method);
    r = messages_decode(given_arena(), action, DMTF "Base", "", body, &q, &f);
    if (r)
        return r;
    assert_true(text_ieqs(q.method, method));
    return wsman_decode_parameters(given_arena(), &q, class_method(given_class("Base"), q.method), &found, &f);
}

static void parameters_are_read_as_the_method_declares_them(void **state)
{
    const struct cim_value *v;

    (void)state;
    assert_int_equal(read_parameters("Act",
                                     BODY("Act_INPUT", "Base",
                                          "<p:Mode>m</p:Mode><p:Steps>1</p:Steps><p:Steps>2</p:Steps><p:Which>" MESSAGES_EPR(
                                              "Derived",
                                              MESSAGES_PAIR("Id", "d")) "</p:Which>"
                                                                        "<p:Part><p:Name>n</p:Name></p:Part>")),
                     0);
    assert_true(text_eq(value_text(instance_get(found, TEXT("Mode"))), TEXT("m")));
    assert_int_equal(instance_get(found, TEXT("Steps"))->items[1].uint, 2);
    v = instance_get(found, TEXT("Which"));
    assert_true(text_eq(v->path->class_name, TEXT("Derived")));
    v = instance_get(found, TEXT("Part"));
    assert_string_equal(v->instance->class->name.s, "Part");
}

static void bodies_of_methods_may_be_small(void **state)
{
    static const struct {
        const char *method, *body;
    } cases[] = {
        {"Rest", ""},
        {"Rest", BODY("Rest_INPUT", "Base", "")},
        {"rest", BODY("rest_input", "Base", "")},
        {"Rest", BODY("Rest_INPUT", "Derived", "")}, /* it may be called on a derived class */
        {"Act", BODY("Act_INPUT", "Base", "<p:mode>m</p:mode>")},
        {"Act", BODY("Act_INPUT", "Base", "<p:Mode/><p:Steps xsi:nil='true'/><p:Part xsi:nil='true'/>")},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (read_parameters(cases[i].method, cases[i].body))
            fail_msg("%s: %s", cases[i].body, f.reason);
}

static void each_wrong_parameter_has_its_detail(void **state)
{
#define ACT(content) BODY("Act_INPUT", "Base", content)
    static const struct {
        const char *method, *body;
        int type;
        const char *detail, *part;
    } cases[] = {
        {"Act", "", WSMAN_INVALID_PARAMETER, NULL, "Mode is required"},
        {"Act", ACT(""), WSMAN_INVALID_PARAMETER, NULL, "Mode is required"},
        {"Act", ACT("<p:Mode xsi:nil='1'/>"), WSMAN_INVALID_PARAMETER, NULL, "Mode is required"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Color/>"), WSMAN_INVALID_PARAMETER, "InvalidName", "Color"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Told>x</p:Told>"), WSMAN_INVALID_PARAMETER, "InvalidName", "Told"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Steps>x</p:Steps>"), WSMAN_INVALID_PARAMETER, "TypeMismatch", "Steps"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Steps>65536</p:Steps>"), WSMAN_INVALID_PARAMETER, "TypeMismatch", "Steps"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Mode>n</p:Mode>"), WSMAN_INVALID_PARAMETER, "TypeMismatch", "given twice"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Which><x:y/></p:Which>"), WSMAN_INVALID_PARAMETER, "TypeMismatch", "Which"},
        {"Act", ACT("<p:Mode>m</p:Mode><p:Part>x</p:Part>"), WSMAN_INVALID_PARAMETER, "TypeMismatch", "Part"},
        {"Act", ACT("<p:Mode>m</p:Mode>x"), WSMAN_INVALID_PARAMETER, "TypeMismatch", "not text"},
        {"Act", BODY("Act", "Base", ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "Act_INPUT"},
        {"Act", BODY("Rest_INPUT", "Base", ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "Act_INPUT"},
        {"Act", BODY("Act_OUTPUT", "Base", ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "Act_INPUT"},
        {"Rest", BODY("Rest_INPUT", "Base", "<p:Mode>m</p:Mode>"), WSMAN_INVALID_PARAMETER, "InvalidName", "Mode"},
        {"Rest", BODY("Rest_INPUT", "Base", "") "<x:y/>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "body"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (read_parameters(cases[i].method, cases[i].body) != 1 || f.type != cases[i].type ||
            !f.detail != !cases[i].detail || (f.detail && strcmp(f.detail, cases[i].detail) != 0) ||
            !strstr(f.reason, cases[i].part))
            fail_msg("%s: fault %d %s, %s", cases[i].body, f.type, f.detail ? f.detail : "", f.reason);
}

/* ---- Memory */

static int instance_in(struct arena *a, void *user)
{
    return wsman_decode_instance(a, user, given_class("Base"), &found, &given, &f);
}

static int parameters_in(struct arena *a, void *user)
{
    const struct wsman_request *request = user;

    return wsman_decode_parameters(a, request, class_method(given_class("Base"), request->method), &found, &f);
}

static void full_arena_is_said_at_every_step(void **state)
{
    (void)state;
    assert_int_equal(read_instance(BODY("Derived", "Derived",
                                        "<p:Id>a</p:Id><p:List>x</p:List><p:List>y</p:List>"
                                        "<p:Part xmlns:m='" DMTF
                                        "MorePart' xsi:type='m:MorePart_Type'><m:Name>n</m:Name><m:More>"
                                        "o</m:More></p:Part>")),
                     0);
    messages_fill_arena(instance_in, &q);
    assert_int_equal(f.type, WSMAN_FAULT_NONE);
    assert_int_equal(read_parameters("Act",
                                     ACT("<p:Mode>m</p:Mode><p:Which>" MESSAGES_EPR("Base",
                                                                                    MESSAGES_PAIR("Id",
                                                                                                  "d")) "</p:Which>")),
                     0);
    messages_fill_arena(parameters_in, &q);
    assert_int_equal(f.type, WSMAN_FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_body_says_the_class_of_the_instance),
        cmocka_unit_test(a_body_of_another_class_is_in_the_wrong_namespace),
        cmocka_unit_test(what_is_sent_is_set_and_told),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(parameters_are_read_as_the_method_declares_them),
        cmocka_unit_test(bodies_of_methods_may_be_small),
        cmocka_unit_test(each_wrong_parameter_has_its_detail),
        cmocka_unit_test(full_arena_is_said_at_every_step),
    };

    xml_global_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
