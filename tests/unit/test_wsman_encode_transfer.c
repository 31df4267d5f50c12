#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/fragment.h"
#include "server/proto/xml.h"
#include "tests/unit/given.h"
#include "tests/unit/replies.h"

#define WXF "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define SELECTOR(name, value) "<wsman:Selector Name=\"" name "\">" value "</wsman:Selector>"
#define CONTENT(uri, selectors)                                                                      \
    "<wsa:Address>" REPLY_ANONYMOUS "</wsa:Address><wsa:ReferenceParameters><wsman:ResourceURI>" uri \
    "</wsman:ResourceURI><wsman:SelectorSet>" selectors "</wsman:SelectorSet></wsa:ReferenceParameters>"
#define EPR(uri, selectors) "<wsa:EndpointReference>" CONTENT(uri, selectors) "</wsa:EndpointReference>"
#define NAMESPACE SELECTOR("__cimnamespace", "root/test")
#define REQUESTED(epr) "<wsman:RequestedEPR>" epr "</wsman:RequestedEPR>"
#define FRAGMENT "<wsman:FragmentTransfer s:mustUnderstand=\"true\">A&lt;b</wsman:FragmentTransfer>"

static const char classes[] =
    "class Thing { [Key] string Name; uint8 Size; uint32 Run([In, Out] string Text, [Out] uint8 Codes[], [Out] Thing REF Made,"
    " [Out] Thing REF All[], [Out, EmbeddedInstance(\"Thing\")] string Whole, [In] boolean Fast);"
    " [EmbeddedInstance(\"Thing\"), Static] string Find(); };"
    "class Special : Thing { };";

static const struct wsxml_style style = {.namespace = TEXT("root/test"), .items = WSXML_OBJECT_AND_EPR};

static int set_up(void **state)
{
    (void)state;
    given_classes(classes);
    xml_global_init();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    given_fini();
    xml_global_fini();
    return 0;
}

static struct cim_instance *thing(void)
{
    struct cim_instance *i = given_instance("Special");

    given_set(i, "Name", given_string("n"));
    return i;
}

#define OBJECT "<p:Special xmlns:p=\"" URI "Special\"><p:Name>n</p:Name><p:Size xsi:nil=\"true\"/></p:Special>"
#define THING_EPR EPR(URI "Special", NAMESPACE SELECTOR("Name", "n"))

/* The address of the base class; the instance knows better */
static struct wsman_request request(enum wsman_action action, bool request_epr)
{
    static const struct wsman_selector selectors[] = {{TEXT("Name"), TEXT("n&"), NULL}};
    struct wsman_request q = reply_request(action);

    q.target = (struct wsman_epr){.resource_uri = TEXT(URI "Thing"),
                                  .class_name = TEXT("Thing"),
                                  .selectors = selectors,
                                  .n_selectors = 1};
    q.has_fragment = true;
    q.fragment = TEXT("A<b");
    q.request_epr = request_epr;
    return q;
}

static const struct cim_property *size(void)
{
    return class_property(given_class("Thing"), TEXT("Size"));
}

static void get_is_answered_with_the_object_alone(void **state)
{
    struct wsman_request plain = request(WSMAN_GET, false), epr = request(WSMAN_GET, true);
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_get(&b, &plain, &style, thing());
    reply_check(&b, REPLY_HEAD(WXF "/GetResponse") REPLY_BODY OBJECT REPLY_TAIL);
    wsman_encode_get(&b, &epr, &style, thing());
    reply_check(&b, REPLY_HEAD(WXF "/GetResponse") REQUESTED(THING_EPR) REPLY_BODY OBJECT REPLY_TAIL);
}

static void fragment_of_a_get_repeats_its_header(void **state)
{
    const struct fragment f = {.class = given_class("Thing"), .n_steps = 1, .steps = {{.property = size()}}};
    struct wsman_request q = request(WSMAN_GET, true);
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_get_fragment(&b, &q, &f, &style, thing());
    reply_check(&b, REPLY_HEAD(WXF "/GetResponse") FRAGMENT REQUESTED(THING_EPR) REPLY_BODY
                "<wsman:XmlFragment><p:Size xmlns:p=\"" URI
                "Special\" xsi:nil=\"true\"/></wsman:XmlFragment>" REPLY_TAIL);
}

static void put_is_answered_with_what_is_there_now(void **state)
{
    const struct fragment f = {.class = given_class("Thing"), .n_steps = 1, .steps = {{.property = size()}}};
    struct wsman_request q = request(WSMAN_PUT, false);
    struct cim_instance *i = thing();
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_put(&b, &q, NULL, &style, i);
    reply_check(&b, REPLY_HEAD(WXF "/PutResponse") REPLY_BODY OBJECT REPLY_TAIL);
    given_set(i, "Size", value_uint(CIM_UINT8, 7));
    wsman_encode_put(&b, &q, &f, &style, i);
    reply_check(&b, REPLY_HEAD(WXF "/PutResponse") FRAGMENT REPLY_BODY
                "<wsman:XmlFragment><p:Size xmlns:p=\"" URI "Special\">7</p:Size></wsman:XmlFragment>" REPLY_TAIL);
}

static void put_that_was_obeyed_to_the_letter_has_an_empty_answer(void **state)
{
    const struct fragment f = {.class = given_class("Thing"), .n_steps = 1, .steps = {{.property = size()}}};
    struct wsman_request q = request(WSMAN_PUT, true);
    struct buf b;

    (void)state;
#define AS_NAMED REQUESTED(EPR(URI "Thing", NAMESPACE SELECTOR("Name", "n&amp;")))
    buf_init(&b, 10000);
    wsman_encode_put(&b, &q, NULL, &style, NULL);
    reply_check(&b, REPLY_HEAD(WXF "/PutResponse") AS_NAMED REPLY_BODY REPLY_TAIL);
    wsman_encode_put(&b, &q, &f, &style, NULL);
    reply_check(&b, REPLY_HEAD(WXF "/PutResponse") FRAGMENT AS_NAMED REPLY_BODY REPLY_TAIL);
}

static void epr_as_named_keeps_its_namespace_and_nested_eprs(void **state)
{
    static const struct wsman_selector inner_selectors[] = {{TEXT("Name"), TEXT("i"), NULL}};
    static const struct wsman_epr inner = {.resource_uri = TEXT(URI "Inner"),
                                           .selectors = inner_selectors,
                                           .n_selectors = 1};
    static const struct wsman_selector selectors[] = {{TEXT("R\""), {0}, &inner}};
    struct wsman_request q = request(WSMAN_PUT, true);
    struct buf b;

    (void)state;
    q.target.namespace = TEXT("root/own");
    q.target.selectors = selectors;
    buf_init(&b, 10000);
    wsman_encode_put(&b, &q, NULL, &style, NULL);
    reply_check(&b, REPLY_HEAD(WXF "/PutResponse")
                        REQUESTED(EPR(URI "Thing",
                                      SELECTOR("__cimnamespace", "root/own")
                                          SELECTOR("R&quot;", EPR(URI "Inner", NAMESPACE SELECTOR("Name", "i")))))
                            REPLY_BODY REPLY_TAIL);
}

static void create_is_answered_with_the_content_of_an_epr(void **state)
{
    struct wsman_request q = request(WSMAN_CREATE, true);
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_create(&b, &q, &style, thing());
    reply_check(&b,
                REPLY_HEAD(WXF "/CreateResponse") REQUESTED("<wsman:EPRUnknown/>") REPLY_BODY "<wxf:ResourceCreated>" //
                CONTENT(URI "Special", NAMESPACE SELECTOR("Name", "n")) "</wxf:ResourceCreated>" REPLY_TAIL);
}

static void delete_is_answered_with_nothing(void **state)
{
    struct wsman_request plain = request(WSMAN_DELETE, false), epr = request(WSMAN_DELETE, true);
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_delete(&b, &plain);
    reply_check(&b, REPLY_HEAD(WXF "/DeleteResponse") REPLY_BODY REPLY_TAIL);
    wsman_encode_delete(&b, &epr);
    reply_check(&b, REPLY_HEAD(WXF "/DeleteResponse") REQUESTED("<wsman:EPRInvalid/>") REPLY_BODY REPLY_TAIL);
}

/* ---- Invoke */

#define OTHER "http://other/wbem/wscim/1/cim-schema/2/Thing" /* the client's words */

static struct wsman_request invoke(const char *action)
{
    struct wsman_request q = request(WSMAN_INVOKE, false);

    q.target.resource_uri = TEXT(OTHER);
    q.action_uri = text_of(action);
    return q;
}

static struct cim_instance *output(const struct cim_method *m)
{
    struct cim_instance *i = instance_new(given_arena(), m->output);

    assert_non_null(i);
    return i;
}

static void output_without_values_is_nil(void **state)
{
    const struct cim_method *m = class_method(given_class("Special"), TEXT("Run"));
    const struct wsxml_style omit = {.namespace = TEXT("root/test"), .omit_null = true, .location = true};
    struct wsman_request q = invoke(OTHER "/Run");
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_invoke(&b, &q, &omit, output(m));
    reply_check(&b, REPLY_HEAD(OTHER "/RunResponse") REPLY_BODY
                "<p:Run_OUTPUT xmlns:p=\"" OTHER
                "\"><p:Text xsi:nil=\"true\"/><p:Codes xsi:nil=\"true\"/><p:Made xsi:nil=\"true\"/>"
                "<p:All xsi:nil=\"true\"/><p:Whole xsi:nil=\"true\"/><p:ReturnValue xsi:nil=\"true\"/></p:Run_OUTPUT>" REPLY_TAIL);
}

static void output_has_every_kind_of_parameter(void **state)
{
    const struct cim_method *m = class_method(given_class("Special"), TEXT("Run"));
    const struct cim_key keys[] = {{TEXT("Name"), given_string("n")}};
    const struct cim_path path = {.class_name = TEXT("Special"), .keys = keys, .n_keys = 1};
    struct cim_value codes[] = {value_uint(CIM_UINT8, 1), value_uint(CIM_UINT8, 2)};
    struct cim_value all[] = {given_reference(&path), given_reference(&path)};
    struct wsman_request q = invoke(OTHER "/Run");
    struct cim_instance *i = output(m);
    struct buf b;

    (void)state;
    given_set(i, "Text", given_string("a<"));
    given_set(i, "Codes", value_array(CIM_UINT8, codes, 2));
    given_set(i, "Made", given_reference(&path));
    given_set(i, "All", value_array(CIM_REFERENCE, all, 2));
    given_set(i, "Whole", given_embedded(thing()));
    given_set(i, "ReturnValue", value_uint(CIM_UINT32, 0));
    buf_init(&b, 10000);
    wsman_encode_invoke(&b, &q, &style, i);
#define MADE CONTENT(URI "Special", NAMESPACE SELECTOR("Name", "n"))
    reply_check(&b, REPLY_HEAD(OTHER "/RunResponse") REPLY_BODY
                "<p:Run_OUTPUT xmlns:p=\"" OTHER
                "\"><p:Text>a&lt;</p:Text><p:Codes>1</p:Codes><p:Codes>2</p:Codes><p:Made>" MADE "</p:Made><p:All>" MADE
                "</p:All><p:All>" MADE "</p:All><p:Whole xmlns:q=\"" URI
                "Special\" xsi:type=\"q:Special_Type\"><q:Name>n</q:Name><q:Size xsi:nil=\"true\"/></p:Whole>"
                "<p:ReturnValue>0</p:ReturnValue></p:Run_OUTPUT>" REPLY_TAIL);
}

static void return_value_may_be_an_embedded_instance(void **state)
{
    const struct cim_method *m = class_method(given_class("Thing"), TEXT("Find"));
    const struct wsxml_style precise = {.namespace = TEXT("root/test"), .precise_arrays = true};
    struct wsman_request q = invoke(OTHER "/Find");
    struct cim_instance *i = output(m);
    struct buf b;

    (void)state;
    given_set(i, "ReturnValue", given_embedded(thing()));
    q.request_epr = true;
    buf_init(&b, 10000);
    wsman_encode_invoke(&b, &q, &precise, i);
    reply_check(&b,
                REPLY_HEAD(OTHER "/FindResponse") REQUESTED(EPR(OTHER, NAMESPACE SELECTOR("Name", "n&amp;"))) REPLY_BODY
                "<p:Find_OUTPUT xmlns:p=\"" OTHER "\"><p:ReturnValue xmlns:q=\"" URI
                "Special\" xsi:type=\"q:Special_Type\">"
                "<q:Name>n</q:Name><q:Size xsi:nil=\"true\"/></p:ReturnValue></p:Find_OUTPUT>" REPLY_TAIL);
}

/* ---- Metadata */

static void class_is_answered_as_the_options_say(void **state)
{
#define KEY \
    "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\" PROPAGATED=\"true\" OVERRIDABLE=\"false\"><VALUE>TRUE</VALUE></QUALIFIER>"
    static const struct wsman_option options[] = {{TEXT("IncludeQualifiers"), TEXT("false"), {0}},
                                                  {TEXT("includeclassorigin"), TEXT("1"), {0}},
                                                  {TEXT("Other"), {0}, {0}}};
    static const struct wsman_option own[] = {{TEXT("IncludeInheritedElements"), TEXT("FALSE"), {0}}};
    static const struct {
        const struct wsman_option *options;
        uint32_t n;
        const char *want; /* the beginning */
    } cases[] = {
        {NULL, 0,
         "<CLASS NAME=\"Special\" SUPERCLASS=\"Thing\"><PROPERTY NAME=\"Name\" TYPE=\"string\" PROPAGATED=\"true\">" KEY
         "</PROPERTY>"},
        {options, 3,
         "<CLASS NAME=\"Special\" SUPERCLASS=\"Thing\"><PROPERTY NAME=\"Name\" TYPE=\"string\" CLASSORIGIN=\"Thing\" PROPAGATED=\"true\">"
         "</PROPERTY>"},
        {own, 1, "<CLASS NAME=\"Special\" SUPERCLASS=\"Thing\"></CLASS>" REPLY_TAIL},
    };
    struct wsman_request q = request(WSMAN_GET, false);
    struct buf b, head;

    (void)state;
    buf_init(&head, 10000);
    buf_puts(&head, REPLY_HEAD(WXF "/GetResponse") REPLY_BODY);
    buf_init(&b, 10000);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        q.options = cases[i].options;
        q.n_options = cases[i].n;
        buf_reset(&b);
        wsman_encode_class(&b, &q, given_class("Special"));
        assert_memory_equal(buf_cstr(&b), buf_cstr(&head), head.len);
        assert_true(b.len >= head.len + strlen(cases[i].want));
        assert_memory_equal(buf_cstr(&b) + head.len, cases[i].want, strlen(cases[i].want));
    }
    buf_fini(&head);
    reply_check(&b, REPLY_HEAD(WXF "/GetResponse") REPLY_BODY
                "<CLASS NAME=\"Special\" SUPERCLASS=\"Thing\"></CLASS>" REPLY_TAIL);
}

static void epr_of_a_class_is_as_named(void **state)
{
    static const struct wsman_option own[] = {{TEXT("IncludeInheritedElements"), TEXT("false"), {0}}};
    struct wsman_request q = request(WSMAN_GET, true);
    struct buf b;

    (void)state;
    q.options = own;
    q.n_options = 1;
    q.target.n_selectors = 0;
    buf_init(&b, 10000);
    wsman_encode_class(&b, &q, given_class("Special"));
    reply_check(&b, REPLY_HEAD(WXF "/GetResponse")
                        REQUESTED("<wsa:EndpointReference><wsa:Address>" REPLY_ANONYMOUS
                                  "</wsa:Address><wsa:ReferenceParameters><wsman:ResourceURI>" URI
                                  "Thing</wsman:ResourceURI></wsa:ReferenceParameters></wsa:EndpointReference>")
                            REPLY_BODY "<CLASS NAME=\"Special\" SUPERCLASS=\"Thing\"></CLASS>" REPLY_TAIL);
}

static void answer_that_does_not_fit_fails_its_buffer(void **state)
{
    struct wsman_request q = request(WSMAN_GET, true);
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    wsman_encode_get(&b, &q, &style, thing());
    assert_false(buf_ok(&b));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delete_is_answered_with_nothing),
        cmocka_unit_test(get_is_answered_with_the_object_alone),
        cmocka_unit_test(fragment_of_a_get_repeats_its_header),
        cmocka_unit_test(put_is_answered_with_what_is_there_now),
        cmocka_unit_test(put_that_was_obeyed_to_the_letter_has_an_empty_answer),
        cmocka_unit_test(epr_as_named_keeps_its_namespace_and_nested_eprs),
        cmocka_unit_test(create_is_answered_with_the_content_of_an_epr),
        cmocka_unit_test(output_without_values_is_nil),
        cmocka_unit_test(output_has_every_kind_of_parameter),
        cmocka_unit_test(return_value_may_be_an_embedded_instance),
        cmocka_unit_test(class_is_answered_as_the_options_say),
        cmocka_unit_test(epr_of_a_class_is_as_named),
        cmocka_unit_test(answer_that_does_not_fit_fails_its_buffer),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
