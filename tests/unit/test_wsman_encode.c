#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman.h"
#include "server/proto/xml.h"

#define WSEN "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define HEAD(action)                                                                                                                         \
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""         \
    " xmlns:wsman=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" xmlns:wsen=\"" WSEN "\""                                                \
    " xmlns:wsmb=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\" xmlns:wxf=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""       \
    " xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xml:lang=\"en-US\">" \
    "<s:Header><wsa:Action>" action                                                                                                          \
    "</wsa:Action><wsa:MessageID>uuid:2</wsa:MessageID><wsa:RelatesTo>uuid:&lt;1&gt;</wsa:RelatesTo>"                                        \
    "<wsa:To>" ANONYMOUS "</wsa:To><x/>"
#define BODY "</s:Header><s:Body>"
#define TAIL "</s:Body></s:Envelope>"

static struct wsman_request request(enum wsman_action action)
{
    return (struct wsman_request){.action = action,
                                  .message_id = TEXT("uuid:<1>"),
                                  .reply_id = "uuid:2",
                                  .reply_headers = TEXT("<x/>")};
}

/* Well-formed, too */
static void check(struct buf *b, const char *want)
{
    const struct xml_element *root;
    struct cim_error err = {0};
    struct arena a;

    arena_init(&a, 1 << 20);
    assert_string_equal(buf_cstr(b), want);
    assert_int_equal(xml_parse(&a, buf_view(b), &root, &err), 0);
    arena_fini(&a);
    buf_fini(b);
}

static void pages_of_enumerations_have_their_three_parts(void **state)
{
    static const struct {
        enum wsman_action action;
        struct wsman_page page;
        bool count, end;
        const char *missed, *want;
    } cases[] = {
        {WSMAN_ENUMERATE,
         {"ctx", -1, false, -1},
         false,
         false,
         NULL,
         HEAD(WSEN "/EnumerateResponse") BODY
         "<wsen:EnumerateResponse><wsen:EnumerationContext>ctx</wsen:EnumerationContext>"
         "</wsen:EnumerateResponse>" TAIL},
        {WSMAN_ENUMERATE,
         {"", 90000, true, -1},
         true,
         true,
         NULL,
         HEAD(WSEN
              "/EnumerateResponse") "<wsman:TotalItemsCountEstimate xsi:nil=\"true\"/>" BODY
                                    "<wsen:EnumerateResponse><wsen:Expires>P0DT0H1M30S</wsen:Expires><wsen:EnumerationContext>"
                                    "</wsen:EnumerationContext><wsman:Items>ITEMS</wsman:Items><wsman:EndOfSequence/>"
                                    "</wsen:EnumerateResponse>" TAIL},
        {WSMAN_PULL,
         {"a&b", 90000, true, 7},
         true,
         false,
         "provider a<b",
         HEAD(WSEN
              "/PullResponse") "<wsman:TotalItemsCountEstimate>7</wsman:TotalItemsCountEstimate>" BODY
                               "<wsen:PullResponse><wsen:EnumerationContext>a&amp;b</wsen:EnumerationContext><wsen:Items>ITEMS</wsen:Items>"
                               "<f:ProviderFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\">provider a&lt;b"
                               "</f:ProviderFault></wsen:PullResponse>" TAIL},
        {WSMAN_PULL,
         {NULL, -1, true, -1},
         false,
         true,
         NULL,
         HEAD(WSEN "/PullResponse") BODY
         "<wsen:PullResponse><wsen:Items>ITEMS</wsen:Items><wsen:EndOfSequence/></wsen:PullResponse>" TAIL},
    };
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wsman_request q = request(cases[i].action);

        q.total_items_estimate = cases[i].count;
        buf_init(&b, 10000);
        wsman_encode_page_head(&b, &q, &cases[i].page);
        if (cases[i].page.with_items)
            buf_puts(&b, "ITEMS");
        wsman_encode_page_tail(&b, &q, &cases[i].page, cases[i].end, cases[i].missed);
        check(&b, cases[i].want);
    }
}

static void release_is_answered_with_nothing(void **state)
{
    struct wsman_request q = request(WSMAN_RELEASE);
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_release(&b, &q);
    check(&b, HEAD(WSEN "/ReleaseResponse") BODY TAIL);
}

static void identify_tells_strangers_less(void **state)
{
#define IDENTIFY(version, profiles)                                                                                           \
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                                         \
    " xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\" xml:lang=\"en-US\"><s:Header/><s:Body>" \
    "<wsmid:IdentifyResponse><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"   \
    "<wsmid:ProductVendor>v&amp;w</wsmid:ProductVendor><wsmid:ProductVersion>" version                                        \
    "</wsmid:ProductVersion>" profiles "</wsmid:IdentifyResponse>" TAIL
    struct wsman_request q = {.action = WSMAN_IDENTIFY};
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_identify(&b, &q, "v&w", "1.2", true);
    check(&b, IDENTIFY("1.2", "<wsmid:SecurityProfiles><wsmid:SecurityProfileName>"
                              "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/basic"
                              "</wsmid:SecurityProfileName></wsmid:SecurityProfiles>"));
    buf_init(&b, 10000);
    wsman_encode_identify(&b, &q, "v&w", "1.2", false);
    check(&b, IDENTIFY("OS: 0.0.0 SP: 0.0 Stack: 3.0", ""));
}

static void fault_with_all_its_details(void **state)
{
    struct wsman_request q = request(WSMAN_ENUMERATE);
    struct wsman_fault f = {0};
    struct buf b;

    (void)state;
    q.machine = "h\"1";
    wsman_fault_from_status(&f, CIM_ERR_INVALID_CLASS, "no class <C>");
    f.provider = "p\"1";
    buf_init(&b, 10000);
    wsman_encode_fault(&b, &q, &f);
    check(&b, HEAD("http://schemas.xmlsoap.org/ws/2004/08/addressing/fault") BODY
          "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>wsa:DestinationUnreachable</s:Value></s:Subcode></s:Code>"
          "<s:Reason><s:Text xml:lang=\"en-US\">no class &lt;C&gt;</s:Text></s:Reason><s:Detail>"
          "<wsman:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidResourceURI</wsman:FaultDetail>"
          "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"2150858811\" Machine=\"h&quot;1\"><f:Message>"
          "<f:ProviderFault provider=\"p&quot;1\">no class &lt;C&gt;</f:ProviderFault></f:Message></f:WSManFault>"
          "<p:CIM_Error xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Error\" wsmb:IsCIM_Error=\"true\">"
          "<p:CIMStatusCode>5</p:CIMStatusCode><p:Message>no class &lt;C&gt;</p:Message><p:OwningEntity>cimstream</p:OwningEntity>"
          "<p:PerceivedSeverity>4</p:PerceivedSeverity><p:ProbableCause>0</p:ProbableCause></p:CIM_Error></s:Detail></s:Fault>" TAIL);
}

/* Each row of the table must be whole, and the code a client looks for first where the digest has it */
static void every_fault_can_be_sent(void **state)
{
    static const struct {
        enum wsman_fault_code type;
        const char *detail, *code;
    } known[] = {
        {WSMAN_TIMED_OUT, NULL, "Code=\"2150858793\""},
        {WSMAN_ACCESS_DENIED, NULL, "Code=\"5\""},
        {WSA_DESTINATION_UNREACHABLE, NULL, "Code=\"2150858752\""},
        {WSMAN_UNSUPPORTED_FEATURE, "Locale", "Code=\"2150858855\""},
    };
    struct wsman_request q = {.action = WSMAN_ENUMERATE};
    struct wsman_fault f = {0};
    struct buf b;

    (void)state;
    for (int type = WSMAN_FAULT_NONE; type <= WSMAN_FAULT_COUNT; type++) {
        const struct xml_element *root, *value;
        struct cim_error err = {0};
        struct arena a;

        f.type = type;
        (void)memcpy(f.reason, "why", 4);
        arena_init(&a, 1 << 20);
        buf_init(&b, 10000);
        wsman_encode_fault(&b, &q, &f);
        assert_int_equal(wsman_fault_http_status(&f), 500);
        assert_int_equal(xml_parse(&a, buf_view(&b), &root, &err), 0);
        value = xml_child(xml_child(xml_child(xml_child(root, XML_NS_SOAP, "Body"), XML_NS_SOAP, "Fault"), XML_NS_SOAP,
                                    "Code"),
                          XML_NS_SOAP, "Value");
        assert_true(value->text.n > 3);
        buf_fini(&b);
        arena_fini(&a);
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        wsman_fail(&f, known[i].type, known[i].detail, "why");
        buf_init(&b, 10000);
        wsman_encode_fault(&b, &q, &f);
        assert_non_null(strstr(buf_cstr(&b), known[i].code));
        buf_fini(&b);
    }
}

static void every_status_has_a_fault(void **state)
{
    static const struct {
        int status;
        enum wsman_fault_code type;
        const char *detail;
    } cases[] = {
        {CIM_ERR_FAILED, WSMAN_INTERNAL_ERROR, NULL},
        {CIM_ERR_ACCESS_DENIED, WSMAN_ACCESS_DENIED, NULL},
        {CIM_ERR_INVALID_NAMESPACE, WSA_DESTINATION_UNREACHABLE, NULL},
        {CIM_ERR_INVALID_CLASS, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {CIM_ERR_NOT_FOUND, WSA_DESTINATION_UNREACHABLE, NULL},
        {CIM_ERR_NOT_SUPPORTED, WSA_ACTION_NOT_SUPPORTED, "ActionMismatch"},
        {CIM_ERR_INVALID_QUERY, WSEN_CANNOT_PROCESS_FILTER, NULL},
        {CIM_ERR_INVALID_ENUMERATION_CONTEXT, WSEN_INVALID_ENUMERATION_CONTEXT, NULL},
        {CIM_ERR_SERVER_LIMITS_EXCEEDED, WSMAN_QUOTA_LIMIT, NULL},
        {CIM_ERR_SERVER_IS_SHUTTING_DOWN, WSA_ENDPOINT_UNAVAILABLE, NULL},
    };
    struct wsman_fault f;

    (void)state;
    for (int status = -3; status < 40; status++) {
        f = (struct wsman_fault){0};
        wsman_fault_from_status(&f, status, NULL);
        assert_true(f.type > WSMAN_FAULT_NONE && f.type < WSMAN_FAULT_COUNT);
        assert_true(f.reason[0] != '\0' && f.cim_status > 0);
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        wsman_fault_from_status(&f, cases[i].status, "m");
        assert_int_equal(f.type, cases[i].type);
        assert_true(!f.detail == !cases[i].detail && (!f.detail || strcmp(f.detail, cases[i].detail) == 0));
        assert_string_equal(f.reason, "m");
        assert_int_equal(f.cim_status, cases[i].status);
    }
}

static void utf16_begins_with_a_mark(void **state)
{
    struct wsman_request q = request(WSMAN_RELEASE);
    struct buf b;

    (void)state;
    q.utf16 = true;
    buf_init(&b, 10000);
    wsman_encode_release(&b, &q);
    check(&b, "\xEF\xBB\xBF" HEAD(WSEN "/ReleaseResponse") BODY TAIL);
}

static void reasons_are_cut_and_stay_well_formed(void **state)
{
    struct wsman_request q = request(WSMAN_ENUMERATE);
    struct wsman_fault f = {0};
    const struct xml_element *root;
    struct cim_error err = {0};
    struct arena a;
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    for (unsigned i = 0; i < 300; i++)
        buf_puts(&b, "\xE2\x82\xAC&");
    wsman_fail(&f, WSMAN_INTERNAL_ERROR, NULL, "%s", buf_cstr(&b));
    buf_reset(&b);
    wsman_encode_fault(&b, &q, &f);
    arena_init(&a, 1 << 20);
    assert_int_equal(xml_parse(&a, buf_view(&b), &root, &err), 0);
    arena_fini(&a);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(release_is_answered_with_nothing),
        cmocka_unit_test(utf16_begins_with_a_mark),
        cmocka_unit_test(pages_of_enumerations_have_their_three_parts),
        cmocka_unit_test(identify_tells_strangers_less),
        cmocka_unit_test(fault_with_all_its_details),
        cmocka_unit_test(every_fault_can_be_sent),
        cmocka_unit_test(every_status_has_a_fault),
        cmocka_unit_test(reasons_are_cut_and_stay_well_formed),
    };
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    xml_global_fini();
    return failed;
}
