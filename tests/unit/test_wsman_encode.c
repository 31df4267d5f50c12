#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/xml.h"
#include "tests/unit/replies.h"

#define WSEN "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define HEAD REPLY_HEAD
#define BODY REPLY_BODY
#define TAIL REPLY_TAIL

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
        struct wsman_request q = reply_request(cases[i].action);

        q.total_items_estimate = cases[i].count;
        buf_init(&b, 10000);
        wsman_encode_page_head(&b, &q, &cases[i].page);
        if (cases[i].page.with_items)
            buf_puts(&b, "ITEMS");
        wsman_encode_page_tail(&b, &q, &cases[i].page, cases[i].end, cases[i].missed);
        reply_check(&b, cases[i].want);
    }
}

static void release_is_answered_with_nothing(void **state)
{
    struct wsman_request q = reply_request(WSMAN_RELEASE);
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    wsman_encode_release(&b, &q);
    reply_check(&b, HEAD(WSEN "/ReleaseResponse") BODY TAIL);
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
    reply_check(&b, IDENTIFY("1.2", "<wsmid:SecurityProfiles><wsmid:SecurityProfileName>"
                                    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/basic"
                                    "</wsmid:SecurityProfileName></wsmid:SecurityProfiles>"));
    buf_init(&b, 10000);
    wsman_encode_identify(&b, &q, "v&w", "1.2", false);
    reply_check(&b, IDENTIFY("OS: 0.0.0 SP: 0.0 Stack: 3.0", ""));
}

static void fault_with_all_its_details(void **state)
{
    struct wsman_request q = reply_request(WSMAN_ENUMERATE);
    struct wsman_fault f = {0};
    struct buf b;

    (void)state;
    q.machine = "h\"1";
    wsman_fault_from_status(&f, CIM_ERR_INVALID_CLASS, "no class <C>");
    f.provider = "p\"1";
    buf_init(&b, 10000);
    wsman_encode_fault(&b, &q, &f);
    reply_check(
        &b, HEAD("http://schemas.xmlsoap.org/ws/2004/08/addressing/fault") BODY
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>wsa:DestinationUnreachable</s:Value></s:Subcode></s:Code>"
        "<s:Reason><s:Text xml:lang=\"en-US\">no class &lt;C&gt;</s:Text></s:Reason><s:Detail>"
        "<wsman:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidResourceURI</wsman:FaultDetail>"
        "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"2150858811\" Machine=\"h&quot;1\"><f:Message>"
        "<f:ProviderFault provider=\"p&quot;1\">no class &lt;C&gt;</f:ProviderFault></f:Message></f:WSManFault>"
        "<p:CIM_Error xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Error\" wsmb:IsCIM_Error=\"true\">"
        "<p:CIMStatusCode>5</p:CIMStatusCode><p:Message>no class &lt;C&gt;</p:Message><p:MessageID>CIM5</p:MessageID><p:OwningEntity>cimstream</p:OwningEntity>"
        "<p:PerceivedSeverity>4</p:PerceivedSeverity><p:ProbableCause>0</p:ProbableCause></p:CIM_Error></s:Detail></s:Fault>" TAIL);
}

/* Types that the table does not know are internal errors */
static void unknown_fault_is_an_internal_error(void **state)
{
    static const int types[] = {-1, WSMAN_FAULT_NONE, WSMAN_FAULT_COUNT};
    struct wsman_request q = {.action = WSMAN_ENUMERATE};
    struct wsman_fault f = {.reason = "why"};
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        f.type = types[i];
        buf_init(&b, 10000);
        wsman_encode_fault(&b, &q, &f);
        assert_non_null(strstr(buf_cstr(&b), "wsman:InternalError"));
        buf_fini(&b);
    }
}

#define WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define WSA "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
#define WSE "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault"
#define ENUMERATION WSEN "/fault"

/* DSP0226 and DSP0227: code, subcode, action and the details that go with it, separated by blanks */
static const struct {
    enum wsman_fault_code type;
    const char *code, *subcode, *action, *details;
} faults[] = {
    {SOAP_VERSION_MISMATCH, "s:VersionMismatch", NULL, WSA, ""},
    {SOAP_MUST_UNDERSTAND, "s:MustUnderstand", NULL, WSA, ""},
    {WSMAN_ACCESS_DENIED, "s:Sender", "wsman:AccessDenied", WSMAN, "ReadOnly"},
    {WSA_ACTION_NOT_SUPPORTED, "s:Sender", "wsa:ActionNotSupported", WSA, "ActionMismatch"},
    {WSMAN_ALREADY_EXISTS, "s:Sender", "wsman:AlreadyExists", WSMAN, ""},
    {WSEN_CANNOT_PROCESS_FILTER, "s:Sender", "wsen:CannotProcessFilter", ENUMERATION, ""},
    {WSMAN_CANNOT_PROCESS_FILTER, "s:Sender", "wsman:CannotProcessFilter", WSMAN, ""},
    {WSMAN_CONCURRENCY, "s:Sender", "wsman:Concurrency", WSMAN, ""},
    {WSE_DELIVERY_MODE_REQUESTED_UNAVAILABLE, "s:Sender", "wse:DeliveryModeRequestedUnavailable", WSE, ""},
    {WSMAN_DELIVERY_REFUSED, "s:Receiver", "wsman:DeliveryRefused", WSMAN, ""},
    {WSA_DESTINATION_UNREACHABLE, "s:Sender", "wsa:DestinationUnreachable", WSA, "InvalidResourceURI"},
    {WSMAN_ENCODING_LIMIT, "s:Sender", "wsman:EncodingLimit", WSMAN,
     "URILimitExceeded MinimumEnvelopeLimit MaxEnvelopeSize MaxEnvelopeSizeExceeded ServiceEnvelopeLimit SelectorLimit "
     "OptionLimit CharacterSet UnreportableSuccess Whitespace EncodingType"},
    {WSA_ENDPOINT_UNAVAILABLE, "s:Receiver", "wsa:EndpointUnavailable", WSA, "ResourceOffline"},
    {WSMAN_EVENT_DELIVER_TO_UNUSABLE, "s:Sender", "wsman:EventDeliverToUnusable", WSMAN,
     "UnusableAddress PolicyTooComplex CannotComplyWithPolicy"},
    {WSE_EVENT_SOURCE_UNABLE_TO_PROCESS, "s:Receiver", "wse:EventSourceUnableToProcess", WSE, "UnusableAddress"},
    {WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE, "s:Sender", "wsen:FilterDialectRequestedUnavailable", ENUMERATION, ""},
    {WSE_FILTERING_NOT_SUPPORTED, "s:Sender", "wse:FilteringNotSupported", WSE, ""},
    {WSEN_FILTERING_NOT_SUPPORTED, "s:Sender", "wsen:FilteringNotSupported", ENUMERATION, ""},
    {WSE_FILTERING_REQUESTED_UNAVAILABLE, "s:Sender", "wse:FilteringRequestedUnavailable", WSE, "FilteringRequired"},
    {WSMAN_FRAGMENT_DIALECT_NOT_SUPPORTED, "s:Sender", "wsman:FragmentDialectNotSupported", WSMAN, ""},
    {WSMAN_INTERNAL_ERROR, "s:Receiver", "wsman:InternalError", WSMAN, ""},
    {WSMAN_INVALID_BOOKMARK, "s:Sender", "wsman:InvalidBookmark", WSMAN, "Expired InvalidFormat"},
    {WSEN_INVALID_ENUMERATION_CONTEXT, "s:Receiver", "wsen:InvalidEnumerationContext", ENUMERATION, ""},
    {WSE_INVALID_EXPIRATION_TIME, "s:Sender", "wse:InvalidExpirationTime", WSE, ""},
    {WSEN_INVALID_EXPIRATION_TIME, "s:Sender", "wsen:InvalidExpirationTime", ENUMERATION, ""},
    {WSE_INVALID_MESSAGE, "s:Sender", "wse:InvalidMessage", WSE, ""},
    {WSA_INVALID_MESSAGE_INFORMATION_HEADER, "s:Sender", "wsa:InvalidMessageInformationHeader", WSA, "InvalidTimeout"},
    {WSMAN_INVALID_OPTIONS, "s:Sender", "wsman:InvalidOptions", WSMAN, "NotSupported InvalidName InvalidValue"},
    {WSMAN_INVALID_PARAMETER, "s:Sender", "wsman:InvalidParameter", WSMAN, "TypeMismatch InvalidName"},
    {WSXF_INVALID_REPRESENTATION, "s:Sender", "wxf:InvalidRepresentation",
     "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault",
     "InvalidValues MissingValues InvalidNamespace InvalidFragment"},
    {WSMAN_INVALID_SELECTORS, "s:Sender", "wsman:InvalidSelectors", WSMAN,
     "InsufficientSelectors UnexpectedSelectors TypeMismatch InvalidValue AmbiguousSelectors DuplicateSelectors"},
    {WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, "s:Sender", "wsa:MessageInformationHeaderRequired", WSA, ""},
    {WSMAN_NO_ACK, "s:Sender", "wsman:NoAck", WSMAN, ""},
    {WSMAN_QUOTA_LIMIT, "s:Sender", "wsman:QuotaLimit", WSMAN, ""},
    {WSMAN_SCHEMA_VALIDATION_ERROR, "s:Sender", "wsman:SchemaValidationError", WSMAN, ""},
    {WSEN_TIMED_OUT, "s:Receiver", "wsen:TimedOut", ENUMERATION, ""},
    {WSMAN_TIMED_OUT, "s:Receiver", "wsman:TimedOut", WSMAN, ""},
    {WSE_UNABLE_TO_RENEW, "s:Sender", "wse:UnableToRenew", WSE, ""},
    {WSE_UNSUPPORTED_EXPIRATION_TYPE, "s:Sender", "wse:UnsupportedExpirationType", WSE, ""},
    {WSEN_UNSUPPORTED_EXPIRATION_TYPE, "s:Sender", "wsen:UnsupportedExpirationType", ENUMERATION, ""},
    {WSMAN_UNSUPPORTED_FEATURE, "s:Sender", "wsman:UnsupportedFeature", WSMAN,
     "AuthorizationMode AddressingMode Ack OperationTimeout Locale EnumerationMode ExpirationTime FragmentLevelAccess DeliveryRetries "
     "Heartbeats Bookmarks MaxElements MaxTime MaxEnvelopePolicy FilteringRequired InsecureAddress FormatMismatch FormatSecurityToken "
     "AsynchronousRequest"},
    {WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED, "s:Sender", "wsmb:PolymorphismModeNotSupported",
     "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/fault", ""},
};

static struct text value_in(const struct xml_element *e)
{
    const struct xml_element *value = xml_child(e, XML_NS_SOAP, "Value");

    return value ? value->text : (struct text){0};
}

/* As a client reads it */
static void check_fault(size_t i, const char *detail)
{
    const struct xml_element *root, *action, *fault, *code, *found;
    struct wsman_request q = {.action = WSMAN_ENUMERATE};
    struct cim_error err = {0};
    struct wsman_fault f = {0};
    struct arena a;
    struct buf b, uri;

    arena_init(&a, 1 << 20);
    buf_init(&b, 10000);
    buf_init(&uri, 1000);
    wsman_fail(&f, faults[i].type, detail, "why");
    wsman_encode_fault(&b, &q, &f);
    assert_int_equal(wsman_fault_http_status(&f), 500);
    assert_int_equal(xml_parse(&a, buf_view(&b), &root, &err), 0);
    action = xml_child(xml_child(root, XML_NS_SOAP, "Header"), XML_NS_WSA, "Action");
    fault = xml_child(xml_child(root, XML_NS_SOAP, "Body"), XML_NS_SOAP, "Fault");
    code = xml_child(fault, XML_NS_SOAP, "Code");
    assert_true(text_eq(action->text, text_of(faults[i].action)));
    assert_true(text_eq(value_in(code), text_of(faults[i].code)));
    assert_true(text_eq(faults[i].subcode ? value_in(xml_child(code, XML_NS_SOAP, "Subcode")) : (struct text){0},
                        text_of(faults[i].subcode)));
    found = xml_child(xml_child(fault, XML_NS_SOAP, "Detail"), XML_NS_WSMAN, "FaultDetail");
    buf_printf(&uri, "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/%s", detail ? detail : "");
    assert_true(detail ? text_eq(found->text, buf_view(&uri)) : !found);
    buf_fini(&uri);
    buf_fini(&b);
    arena_fini(&a);
}

static void every_fault_has_its_code_action_and_details(void **state)
{
    bool seen[WSMAN_FAULT_COUNT] = {true};
    char detail[64];

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        check_fault(i, NULL);
        for (const char *d = faults[i].details; *d; d += strspn(d, " ")) {
            size_t n = strcspn(d, " ");

            assert_true(n < sizeof(detail));
            memcpy(detail, d, n);
            detail[n] = '\0';
            check_fault(i, detail);
            d += n;
        }
        seen[faults[i].type] = true;
    }
    for (int type = 0; type < WSMAN_FAULT_COUNT; type++)
        assert_true(seen[type]);
}

/* What Microsoft's clients look at first */
static void known_faults_have_a_code_of_windows(void **state)
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
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        wsman_fail(&f, known[i].type, known[i].detail, "why");
        buf_init(&b, 10000);
        wsman_encode_fault(&b, &q, &f);
        assert_non_null(strstr(buf_cstr(&b), known[i].code));
        buf_fini(&b);
    }
    wsman_fail(&f, WSE_UNABLE_TO_RENEW, NULL, "why"); /* and where none is known nothing is made up */
    buf_init(&b, 10000);
    wsman_encode_fault(&b, &q, &f);
    assert_null(strstr(buf_cstr(&b), "WSManFault"));
    assert_non_null(strstr(buf_cstr(&b), "<s:Value xmlns:wse=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\">wse:Un"));
    buf_fini(&b);
}

static void mandatory_header_that_is_unknown_is_named(void **state)
{
    struct wsman_request q = reply_request(WSMAN_ENUMERATE);
    struct wsman_fault f = {.not_understood_uri = TEXT("urn:a&b"), .not_understood_name = TEXT("Foo")};
    struct buf b;

    (void)state;
    wsman_fail(&f, SOAP_MUST_UNDERSTAND, NULL, "why");
    buf_init(&b, 10000);
    wsman_encode_fault(&b, &q, &f);
    assert_non_null(strstr(buf_cstr(&b), "<s:NotUnderstood qname=\"n:Foo\" xmlns:n=\"urn:a&amp;b\"/></s:Header>"));
    buf_reset(&b);
    f.not_understood_uri = (struct text){0};
    wsman_encode_fault(&b, &q, &f);
    assert_non_null(strstr(buf_cstr(&b), "<s:NotUnderstood qname=\"Foo\"/></s:Header>"));
    buf_reset(&b);
    wsman_fail(&f, SOAP_VERSION_MISMATCH, NULL, "why");
    wsman_encode_fault(&b, &q, &f);
    assert_non_null(strstr(buf_cstr(&b),
                           "<s:Upgrade><s:SupportedEnvelope qname=\"s:Envelope\"/></s:Upgrade></s:Header>"));
    buf_fini(&b);
}

static void epr_of_an_enumeration_is_unknown(void **state)
{
    const struct wsman_page page = {.expires_ms = -1, .total = -1};
    struct wsman_request q = reply_request(WSMAN_ENUMERATE);
    struct buf b;

    (void)state;
    q.request_epr = true;
    buf_init(&b, 10000);
    wsman_encode_page_head(&b, &q, &page);
    wsman_encode_page_tail(&b, &q, &page, true, NULL);
    reply_check(&b,
                HEAD(WSEN
                     "/EnumerateResponse") "<wsman:RequestedEPR><wsman:EPRUnknown/></wsman:RequestedEPR>" BODY
                                           "<wsen:EnumerateResponse><wsman:EndOfSequence/></wsen:EnumerateResponse>" TAIL);
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
    struct wsman_request q = reply_request(WSMAN_RELEASE);
    struct buf b;

    (void)state;
    q.utf16 = true;
    buf_init(&b, 10000);
    wsman_encode_release(&b, &q);
    reply_check(&b, "\xEF\xBB\xBF" HEAD(WSEN "/ReleaseResponse") BODY TAIL);
}

static void reasons_are_cut_and_stay_well_formed(void **state)
{
    struct wsman_request q = reply_request(WSMAN_ENUMERATE);
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
        cmocka_unit_test(epr_of_an_enumeration_is_unknown),
        cmocka_unit_test(every_fault_has_its_code_action_and_details),
        cmocka_unit_test(known_faults_have_a_code_of_windows),
        cmocka_unit_test(unknown_fault_is_an_internal_error),
        cmocka_unit_test(mandatory_header_that_is_unknown_is_named),
        cmocka_unit_test(every_status_has_a_fault),
        cmocka_unit_test(reasons_are_cut_and_stay_well_formed),
    };
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    xml_global_fini();
    return failed;
}
