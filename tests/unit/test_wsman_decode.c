#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman.h"
#include "server/proto/xml.h"

#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define WSEN "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
#define WXF "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define DMTF "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define WMI "http://schemas.microsoft.com/wbem/wsman/1/wmi/"

#define ENVELOPE                                                                                                                   \
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'"     \
    " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'"        \
    " xmlns:b='http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd' xmlns:p='http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd'" \
    " xmlns:wsmid='http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd' xmlns:x='urn:x'>"
#define MESSAGE(headers, body) ENVELOPE "<s:Header>" headers "</s:Header><s:Body>" body "</s:Body></s:Envelope>"

#define TO "<a:To>http://h/wsman</a:To>"
#define ID "<a:MessageID>uuid:1</a:MessageID>"
#define REPLY "<a:ReplyTo><a:Address>" ANONYMOUS "</a:Address></a:ReplyTo>"
#define ACTION(uri) "<a:Action s:mustUnderstand='true'>" uri "</a:Action>"
#define RESOURCE(uri) "<w:ResourceURI s:mustUnderstand='true'>" uri "</w:ResourceURI>"
#define USUAL(action) ACTION(action) TO ID REPLY RESOURCE(DMTF "C")
#define ENUMERATE(headers, parts) MESSAGE(USUAL(WSEN "Enumerate") headers, "<n:Enumerate>" parts "</n:Enumerate>")
#define ENUMERATE_OF(uri, headers, parts) \
    MESSAGE(ACTION(WSEN "Enumerate") TO ID REPLY RESOURCE(uri) headers, "<n:Enumerate>" parts "</n:Enumerate>")
#define PULL(parts) MESSAGE(USUAL(WSEN "Pull"), "<n:Pull>" parts "</n:Pull>")
#define RELEASE(parts) MESSAGE(USUAL(WSEN "Release"), "<n:Release>" parts "</n:Release>")
#define SELECTORS(list) "<w:SelectorSet>" list "</w:SelectorSet>"
#define SELECTOR(name, value) "<w:Selector Name='" name "'>" value "</w:Selector>"
#define OPTIONS(list) "<w:OptionSet s:mustUnderstand='true'>" list "</w:OptionSet>"

static struct arena arena;
static struct wsman_request q;
static struct wsman_fault f;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static int decode(struct text body, enum wsman_charset charset)
{
    arena_reset(&arena);
    return wsman_decode(&arena, body, charset, &q, &f);
}

static void accept(const char *message)
{
    if (decode(text_of(message), WSMAN_UTF8))
        fail_msg("%s: %s", message, f.reason);
    assert_int_equal(f.type, WSMAN_FAULT_NONE);
}

static void assert_text(struct text t, const char *want)
{
    if (!text_eq(t, text_of(want)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)t.n, t.s, want);
}

static void usual_enumerate_is_read_whole(void **state)
{
    (void)state;
    (void)memcpy(q.reply_id, "uuid:r", 7);
    q.machine = "m";
    accept(ENUMERATE(SELECTORS(SELECTOR("__cimnamespace", "root\\cimv2")), ""));
    assert_int_equal(q.action, WSMAN_ENUMERATE);
    assert_text(q.action_uri, WSEN "Enumerate");
    assert_text(q.message_id, "uuid:1");
    assert_text(q.target.resource_uri, DMTF "C");
    assert_text(q.target.class_name, "C");
    assert_text(q.target.namespace, "root/cimv2");
    assert_false(q.target.wmi_uri);
    assert_int_equal(q.target.n_selectors, 0);
    assert_int_equal(q.max_envelope, 0);
    assert_int_equal(q.operation_timeout_ms, -1);
    assert_int_equal(q.max_elements, 1);
    assert_false(q.has_max_elements);
    assert_false(q.optimize);
    assert_int_equal(q.expires_ms, -1);
    assert_int_equal(q.items, WSXML_OBJECT);
    assert_int_equal(q.polymorphism, WSMAN_INCLUDE_SUBCLASS_PROPERTIES);
    assert_false(q.utf16);
    assert_string_equal(q.reply_id, "uuid:r"); /* the caller's */
    assert_string_equal(q.machine, "m");
}

static void resource_uris_name_class_and_namespace(void **state)
{
    static const struct {
        const char *message, *class, *namespace;
    } cases[] = {
        {ENUMERATE_OF("\n " DMTF "C \n", "", ""), "C", ""},
        {ENUMERATE_OF("http://tst.example/wbem/wscim/1/cim-schema/2/TST_C", "", ""), "TST_C", ""},
        {ENUMERATE_OF("http://schemas.dmtf.org/wbem/wscim/1/*", "", ""), "*", ""},
        {ENUMERATE_OF(DMTF "*", "", ""), "*", ""},
        {ENUMERATE_OF(WMI "root/cimv2/Win32_X", "", ""), "Win32_X", "root/cimv2"},
        {ENUMERATE_OF(WMI "root\\cimv2\\Win32_X", "", ""), "Win32_X", "root/cimv2"},
        {ENUMERATE_OF(WMI "root/n4/*", SELECTORS(SELECTOR("__CIMNamespace", " ROOT/n4 ")), ""), "*", "ROOT/n4"},
        {ENUMERATE_OF(DMTF "C\xC3\xA4", "", ""), "C\xC3\xA4", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        accept(cases[i].message);
        assert_text(q.target.class_name, cases[i].class);
        assert_text(q.target.namespace, cases[i].namespace);
    }
}

static void headers_that_clients_send_are_accepted(void **state)
{
    static const char *const cases[] = {
        "<w:OperationTimeout>PT60.000S</w:OperationTimeout><w:MaxEnvelopeSize s:mustUnderstand='true'>512000</w:MaxEnvelopeSize>",
        "<w:Locale xml:lang='en-US' s:mustUnderstand='true'/><p:DataLocale xml:lang='en-US' s:mustUnderstand='false'/>",
        "<w:Locale xml:lang='de' s:mustUnderstand='false'/>",
        "<p:SessionId s:mustUnderstand='false'>uuid:A</p:SessionId><p:OperationID s:mustUnderstand='false'>uuid:B</p:OperationID>"
        "<p:SequenceId s:mustUnderstand='false'>1</p:SequenceId><p:ActivityId s:mustUnderstand='false'>C</p:ActivityId>",
        OPTIONS(""),
        OPTIONS("<w:Option Name='__MI_CallbackRegistration' Type='xs:int'>1</w:Option><w:Option Name='msftwinrm:UsePreciseArrays'"
                " MustComply='true'>true</w:Option><w:Option Name='wmi:__MI_OPERATIONOPTIONS_X' MustComply='true'/><w:Option Name='unknown'/>"),
        "<x:Unknown/><x:Unknown s:mustUnderstand='false'/><x:Other s:mustUnderstand='0'/>",
        "<x:Unknown s:mustUnderstand='1' s:role='http://www.w3.org/2003/05/soap-envelope/role/none'/>",
        "<a:FaultTo><a:Address>" ANONYMOUS "/</a:Address></a:FaultTo><a:From><a:Address>urn:a</a:Address></a:From>",
        "<w:RequestEPR/>",
        "<!-- comment -->\n\t",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b;

        buf_init(&b, 10000);
        buf_puts(&b, ENVELOPE "<s:Header>" USUAL(WSEN "Enumerate"));
        buf_puts(&b, cases[i]);
        buf_puts(&b, "</s:Header><s:Body><n:Enumerate/></s:Body></s:Envelope>");
        accept(buf_cstr(&b));
        buf_fini(&b);
    }
}

static void numbers_and_durations_of_headers_are_read(void **state)
{
    (void)state;
    accept(ENUMERATE("<w:OperationTimeout> PT1M30S </w:OperationTimeout>", ""));
    assert_int_equal(q.operation_timeout_ms, 90000);
    accept(ENUMERATE("<w:MaxEnvelopeSize Policy='Skip'> 8192 </w:MaxEnvelopeSize>", ""));
    assert_int_equal(q.max_envelope, 8192);
    accept(ENUMERATE("<w:MaxEnvelopeSize>99999999999999999999999</w:MaxEnvelopeSize>", ""));
    assert_true(q.max_envelope == UINT64_MAX);
    accept(ENUMERATE("<w:RequestTotalItemsCountEstimate/>", ""));
    assert_true(q.total_items_estimate);
    accept(ENUMERATE(OPTIONS("<w:Option Name='ExcludeNilProperties'/>"), ""));
    assert_true(q.exclude_nil);
    accept(ENUMERATE(OPTIONS("<w:Option Name='ExcludeNilProperties'>false</w:Option>"), ""));
    assert_false(q.exclude_nil);
}

static void parts_of_enumerate_are_read(void **state)
{
    (void)state;
    accept(ENUMERATE("",
                     "<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements><w:EnumerationMode>EnumerateEPR</w:EnumerationMode>"
                     "<b:PolymorphismMode>None</b:PolymorphismMode><n:Expires>PT10M</n:Expires><x:Extension/>"));
    assert_true(q.optimize);
    assert_true(q.has_max_elements);
    assert_int_equal(q.max_elements, 32000);
    assert_int_equal(q.items, WSXML_EPR);
    assert_int_equal(q.polymorphism, WSMAN_POLYMORPHISM_NONE);
    assert_int_equal(q.expires_ms, 600000);
    accept(ENUMERATE("",
                     "<n:MaxElements>5</n:MaxElements><w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>"
                     "<b:PolymorphismMode>ExcludeSubClassProperties</b:PolymorphismMode><n:Expires>2030-01-01T00:00:00Z</n:Expires>"));
    assert_int_equal(q.max_elements, 5);
    assert_int_equal(q.items, WSXML_OBJECT_AND_EPR);
    assert_int_equal(q.polymorphism, WSMAN_EXCLUDE_SUBCLASS_PROPERTIES);
    assert_int_equal(q.expires_ms, -1);
    assert_int_equal(q.expires_at, 1893456000);
}

static void parts_of_pull_and_release_are_read(void **state)
{
    (void)state;
    accept(PULL("<n:EnumerationContext> c1 </n:EnumerationContext><n:MaxTime>PT0.5S</n:MaxTime><n:MaxElements>7</n:MaxElements>"
                "<n:MaxCharacters>100000</n:MaxCharacters>"));
    assert_int_equal(q.action, WSMAN_PULL);
    assert_text(q.context, "c1");
    assert_int_equal(q.max_time_ms, 500);
    assert_int_equal(q.max_elements, 7);
    assert_int_equal(q.max_characters, 100000);
    accept(PULL("<n:EnumerationContext>c</n:EnumerationContext>"));
    assert_int_equal(q.max_elements, 1);
    assert_int_equal(q.max_time_ms, -1);
    accept(RELEASE("<n:EnumerationContext>c2</n:EnumerationContext>"));
    assert_int_equal(q.action, WSMAN_RELEASE);
    assert_text(q.context, "c2");
}

static void identify_needs_no_addressing(void **state)
{
    (void)state;
    accept(ENVELOPE "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>");
    assert_int_equal(q.action, WSMAN_IDENTIFY);
    accept(ENVELOPE "<s:Body><wsmid:Identify><x:y/></wsmid:Identify></s:Body></s:Envelope>");
    assert_int_equal(q.action, WSMAN_IDENTIFY);
    accept(MESSAGE(ACTION("urn:anything") ID, "<wsmid:Identify/>"));
    assert_int_equal(q.action, WSMAN_IDENTIFY);
    assert_text(q.message_id, "uuid:1");
}

static void reference_parameters_of_reply_to_are_echoed(void **state)
{
    (void)state;
    accept(MESSAGE(ACTION(WSEN "Enumerate") TO ID
                       RESOURCE(DMTF
                                "C") "<a:ReplyTo><a:Address>" ANONYMOUS
                                     "</a:Address><a:ReferenceParameters><x:A b='&lt;'>1&amp;2</x:A><x:B><x:C/></x:B></a:ReferenceParameters></a:ReplyTo>",
                   "<n:Enumerate/>"));
    assert_text(q.reply_headers,
                "<x:A xmlns:x=\"urn:x\" b=\"&lt;\">1&amp;2</x:A><x:B xmlns:x=\"urn:x\"><x:C xmlns:x=\"urn:x\"></x:C></x:B>");
}

static void each_mistake_has_its_fault(void **state)
{
    static const struct {
        const char *message;
        int type;
        const char *detail;
    } cases[] = {
        /* the envelope */
        {"", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {"<a>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {"<!DOCTYPE a><a/>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {"<?xml version='1.0' encoding='latin1'?><a/>", WSMAN_ENCODING_LIMIT, "CharacterSet"},
        {"<x/>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Body/></Envelope>", SOAP_VERSION_MISMATCH, NULL},
        {ENVELOPE "</s:Envelope>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENVELOPE "<s:Header/></s:Envelope>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENVELOPE "<s:Body/><s:Header/></s:Envelope>", WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENVELOPE "<s:Body/></s:Envelope>", WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL},
        /* addressing */
        {MESSAGE(TO ID REPLY RESOURCE(DMTF "C"), "<n:Enumerate/>"), WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") ID REPLY RESOURCE(DMTF "C"), "<n:Enumerate/>"),
         WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") TO REPLY RESOURCE(DMTF "C"), "<n:Enumerate/>"),
         WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") TO ID RESOURCE(DMTF "C"), "<n:Enumerate/>"),
         WSA_MESSAGE_INFORMATION_HEADER_REQUIRED, NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") TO ID REPLY, "<n:Enumerate/>"), WSA_DESTINATION_UNREACHABLE,
         "InvalidResourceURI"},
        {MESSAGE(ACTION(" ") TO ID REPLY RESOURCE(DMTF "C"), "<n:Enumerate/>"), WSA_MESSAGE_INFORMATION_HEADER_REQUIRED,
         NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") TO "<a:MessageID/>" REPLY RESOURCE(DMTF "C"), "<n:Enumerate/>"),
         WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") TO ID "<a:ReplyTo/>" RESOURCE(DMTF "C"), "<n:Enumerate/>"),
         WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL},
        {MESSAGE(ACTION(WSEN "Enumerate") TO ID
                 "<a:ReplyTo><a:Address>http://h/</a:Address></a:ReplyTo>" RESOURCE(DMTF "C"),
                 "<n:Enumerate/>"),
         WSMAN_UNSUPPORTED_FEATURE, "AddressingMode"},
        {ENUMERATE("<a:FaultTo><a:Address>http://h/</a:Address></a:FaultTo>", ""), WSMAN_UNSUPPORTED_FEATURE,
         "AddressingMode"},
        {ENUMERATE(ID, ""), WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL},
        {ENUMERATE(RESOURCE(DMTF "D"), ""), WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL},
        {ENUMERATE("<x:Foo s:mustUnderstand='true'/>", ""), SOAP_MUST_UNDERSTAND, NULL},
        {ENUMERATE("<x:Foo s:mustUnderstand=' 1 '/>" ID, ""), SOAP_MUST_UNDERSTAND, NULL},
        {ENUMERATE("<Foo s:mustUnderstand='1'/>", ""), SOAP_MUST_UNDERSTAND, NULL},
        /* other headers */
        {ENUMERATE("<w:OperationTimeout>2030-01-01T00:00:00Z</w:OperationTimeout>", ""),
         WSA_INVALID_MESSAGE_INFORMATION_HEADER, "InvalidTimeout"},
        {ENUMERATE("<w:OperationTimeout>PT0S</w:OperationTimeout>", ""), WSA_INVALID_MESSAGE_INFORMATION_HEADER,
         "InvalidTimeout"},
        {ENUMERATE("<w:OperationTimeout/>", ""), WSA_INVALID_MESSAGE_INFORMATION_HEADER, "InvalidTimeout"},
        {ENUMERATE("<w:MaxEnvelopeSize>8191</w:MaxEnvelopeSize>", ""), WSMAN_ENCODING_LIMIT, "MinimumEnvelopeLimit"},
        {ENUMERATE("<w:MaxEnvelopeSize>x</w:MaxEnvelopeSize>", ""), WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL},
        {ENUMERATE("<w:MaxEnvelopeSize Policy='x'>9000</w:MaxEnvelopeSize>", ""), WSMAN_UNSUPPORTED_FEATURE,
         "MaxEnvelopePolicy"},
        {ENUMERATE("<w:Locale xml:lang='de' s:mustUnderstand='true'/>", ""), WSMAN_UNSUPPORTED_FEATURE, "Locale"},
        {ENUMERATE("<w:FragmentTransfer s:mustUnderstand='true'>A</w:FragmentTransfer>", ""), WSMAN_UNSUPPORTED_FEATURE,
         "FragmentLevelAccess"},
        {ENUMERATE("<w:FragmentTransfer>A</w:FragmentTransfer>", ""), WSA_INVALID_MESSAGE_INFORMATION_HEADER, NULL},
        {ENUMERATE(OPTIONS("<w:Option Name='A' MustComply='true'/>"), ""), WSMAN_INVALID_OPTIONS, "NotSupported"},
        {ENUMERATE(OPTIONS("<w:Option/>"), ""), WSMAN_INVALID_OPTIONS, "InvalidName"},
        {ENUMERATE(OPTIONS("<x:Option/>"), ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE(SELECTORS("<w:Selector>1</w:Selector>"), ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE(SELECTORS(SELECTOR("A", "1") SELECTOR("a", "2")), ""), WSMAN_INVALID_SELECTORS, "DuplicateSelectors"},
        {ENUMERATE(SELECTORS(SELECTOR("__cimnamespace", "a") SELECTOR("__cimnamespace", "a")), ""),
         WSMAN_INVALID_SELECTORS, "DuplicateSelectors"},
        {ENUMERATE(SELECTORS(SELECTOR("__cimnamespace", "a b")), ""), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {ENUMERATE(SELECTORS(SELECTOR("Name", "x")), ""), WSMAN_INVALID_SELECTORS, "UnexpectedSelectors"},
        {ENUMERATE_OF(WMI "root/cimv2/C", SELECTORS(SELECTOR("__cimnamespace", "root/other")), ""),
         WSMAN_INVALID_SELECTORS, "UnexpectedSelectors"},
        /* the resource */
        {ENUMERATE_OF("urn:nothing", "", ""), WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {ENUMERATE_OF(DMTF, "", ""), WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {ENUMERATE_OF(DMTF "a/b", "", ""), WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {ENUMERATE_OF(DMTF "1a", "", ""), WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {ENUMERATE_OF(WMI "C", "", ""), WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {ENUMERATE_OF(WMI "/C", "", ""), WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI"},
        {ENUMERATE_OF("http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/*", "", ""), WSA_DESTINATION_UNREACHABLE,
         "InvalidResourceURI"},
        /* actions that are not served */
        {MESSAGE(USUAL(WXF "Dance"), ""), WSA_ACTION_NOT_SUPPORTED, NULL},
        {MESSAGE(ACTION(WXF "Get") TO ID REPLY RESOURCE(DMTF "*"), ""), WSA_ACTION_NOT_SUPPORTED, "ActionMismatch"},
        {MESSAGE(USUAL(WSEN "Renew"), ""), WSA_ACTION_NOT_SUPPORTED, NULL},
        {MESSAGE(USUAL(DMTF "D/Method"), ""), WSA_ACTION_NOT_SUPPORTED, NULL},
        {MESSAGE(USUAL(DMTF "C/Method/More"), ""), WSA_ACTION_NOT_SUPPORTED, NULL},
        {MESSAGE(ACTION(DMTF "*/Method") TO ID REPLY RESOURCE(DMTF "*"), ""), WSA_ACTION_NOT_SUPPORTED, "ActionMismatch"},
        /* bodies of Transfer and Invoke */
        {MESSAGE(USUAL(WXF "Put"), ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {MESSAGE(USUAL(WXF "Create"), "<x:C/><x:C/>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {MESSAGE(USUAL(DMTF "C/Method"), "<x:C/><x:C/>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {MESSAGE(USUAL("urn:nothing"), ""), WSA_ACTION_NOT_SUPPORTED, NULL},
        /* Enumerate */
        {MESSAGE(USUAL(WSEN "Enumerate"), ""), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {MESSAGE(USUAL(WSEN "Enumerate"), "<n:Pull/>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {MESSAGE(USUAL(WSEN "Enumerate"), "<n:Enumerate/><n:Enumerate/>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE("", "<w:MaxElements>0</w:MaxElements>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE("", "<w:MaxElements>-1</w:MaxElements>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE("", "<w:MaxElements>1x</w:MaxElements>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE("", "<w:MaxElements>1</w:MaxElements><w:MaxElements>1</w:MaxElements>"),
         WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {ENUMERATE("", "<w:EnumerationMode>Enumerate</w:EnumerationMode>"), WSMAN_UNSUPPORTED_FEATURE, "EnumerationMode"},
        {ENUMERATE("", "<b:PolymorphismMode>Some</b:PolymorphismMode>"), WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED, NULL},
        {ENUMERATE_OF(DMTF "*", "", "<b:PolymorphismMode>None</b:PolymorphismMode>"),
         WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED, NULL},
        {ENUMERATE("", "<n:Expires>PT0S</n:Expires>"), WSEN_INVALID_EXPIRATION_TIME, NULL},
        {ENUMERATE("", "<n:Expires>-PT5S</n:Expires>"), WSEN_INVALID_EXPIRATION_TIME, NULL},
        {ENUMERATE("", "<n:Expires>1960-01-01T00:00:00Z</n:Expires>"), WSEN_INVALID_EXPIRATION_TIME, NULL},
        {ENUMERATE("", "<n:Expires>soon</n:Expires>"), WSEN_UNSUPPORTED_EXPIRATION_TYPE, NULL},
        {ENUMERATE("", "<n:EndTo><a:Address>" ANONYMOUS "</a:Address></n:EndTo>"), WSMAN_UNSUPPORTED_FEATURE,
         "AddressingMode"},
        {ENUMERATE("", "<w:Filter Dialect='http://schemas.microsoft.com/wbem/wsman/1/WQL'><x:a/></w:Filter>"),
         WSEN_CANNOT_PROCESS_FILTER, NULL},
        {ENUMERATE("", "<w:Filter Dialect='urn:mine'>a</w:Filter>"), WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE, NULL},
        {ENUMERATE("", "<w:Filter/>"), WSEN_CANNOT_PROCESS_FILTER, NULL},
        {ENUMERATE("", "<w:Filter><x:a/>b</w:Filter>"), WSEN_CANNOT_PROCESS_FILTER, NULL},
        {ENUMERATE("", "<w:Filter><x:a/><x:a/></w:Filter>"), WSEN_CANNOT_PROCESS_FILTER, NULL},
        {ENUMERATE("", "<w:Filter>a</w:Filter><n:Filter>a</n:Filter>"), WSEN_CANNOT_PROCESS_FILTER, NULL},
        /* Pull and Release */
        {PULL(""), WSEN_INVALID_ENUMERATION_CONTEXT, NULL},
        {PULL("<n:EnumerationContext> </n:EnumerationContext>"), WSEN_INVALID_ENUMERATION_CONTEXT, NULL},
        {PULL("<n:EnumerationContext>c</n:EnumerationContext><n:MaxTime>5</n:MaxTime>"), WSMAN_SCHEMA_VALIDATION_ERROR,
         NULL},
        {PULL("<n:EnumerationContext>c</n:EnumerationContext><n:MaxElements>0</n:MaxElements>"),
         WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {PULL("<n:EnumerationContext>c</n:EnumerationContext><n:MaxCharacters>0</n:MaxCharacters>"),
         WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {RELEASE(""), WSEN_INVALID_ENUMERATION_CONTEXT, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int r = decode(text_of(cases[i].message), WSMAN_UTF8);

        if (r != 1 || f.type != cases[i].type || !f.detail != !cases[i].detail ||
            (f.detail && strcmp(f.detail, cases[i].detail)))
            fail_msg("%s: %d, fault %d %s, %s", cases[i].message, r, f.type, f.detail ? f.detail : "", f.reason);
        assert_true(f.reason[0] != '\0');
    }
}

static void fault_still_knows_what_it_relates_to(void **state)
{
    (void)state;
    assert_int_equal(decode(TEXT(MESSAGE("<x:Foo s:mustUnderstand='1'/>" USUAL(WXF "Put"), "<x:y/>")), WSMAN_UTF8), 1);
    assert_text(q.message_id, "uuid:1");
    assert_text(q.target.class_name, "C");
    assert_int_equal(q.action, WSMAN_PUT);
    assert_text(f.not_understood_uri, "urn:x");
    assert_text(f.not_understood_name, "Foo");
}

static void selectors_of_other_actions_are_read(void **state)
{
    (void)state;
    assert_int_equal(decode(TEXT(MESSAGE(USUAL(WXF "Get") SELECTORS(SELECTOR("__cimnamespace", "root/a")
                                                                        SELECTOR("A", " 1 ") SELECTOR("B", "&lt;")),
                                         "")),
                            WSMAN_UTF8),
                     0);
    assert_int_equal(q.target.n_selectors, 2);
    assert_text(q.target.selectors[0].name, "A");
    assert_text(q.target.selectors[0].value, " 1 ");
    assert_text(q.target.selectors[1].value, "<");
    assert_text(q.target.namespace, "root/a");
}

static void limits_have_their_faults(void **state)
{
    static const struct {
        const char *head, *each, *tail;
        unsigned n;
        const char *detail;
    } cases[] = {
        {REPLY RESOURCE(DMTF "C") "<w:SelectorSet>", "<w:Selector Name='A#'>1</w:Selector>", "</w:SelectorSet>",
         WSMAN_MAX_SELECTORS + 1, "SelectorLimit"},
        {"<w:OptionSet>", "<w:Option Name='A'/>", "</w:OptionSet>", WSMAN_MAX_OPTIONS + 1, "OptionLimit"},
        {"<w:ResourceURI>", "a", "</w:ResourceURI>", WSMAN_MAX_URI + 1, "URILimitExceeded"},
        {"<a:ReplyTo><a:Address>" ANONYMOUS "</a:Address><a:ReferenceParameters><x:A>", "a",
         "</x:A></a:ReferenceParameters></a:ReplyTo>", WSMAN_MAX_REPLY_HEADERS, "ServiceEnvelopeLimit"},
    };
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        buf_init(&b, 1 << 20);
        buf_puts(&b, ENVELOPE "<s:Header>" ACTION(WSEN "Enumerate") TO ID);
        buf_puts(&b, cases[i].head);
        for (unsigned n = 0; n < cases[i].n; n++)
            for (const char *c = cases[i].each; *c; c++)
                if (*c == '#')
                    buf_u64(&b, n);
                else
                    buf_char(&b, *c);
        buf_puts(&b, cases[i].tail);
        buf_puts(&b, "</s:Header><s:Body><n:Enumerate/></s:Body></s:Envelope>");
        assert_int_equal(decode(buf_view(&b), WSMAN_UTF8), 1);
        assert_int_equal(f.type, WSMAN_ENCODING_LIMIT);
        assert_string_equal(f.detail, cases[i].detail);
        buf_fini(&b);
    }
}

static void content_types_say_the_character_set(void **state)
{
    static const struct {
        const char *header;
        bool served;
        enum wsman_charset charset;
    } cases[] = {
        {"application/soap+xml;charset=UTF-8", true, WSMAN_UTF8},
        {"application/soap+xml; charset=\"utf-8\"", true, WSMAN_UTF8},
        {" Application/SOAP+XML ", true, WSMAN_UTF8},
        {"application/soap+xml;action=\"urn:x\"; Charset = UTF-16", true, WSMAN_UTF16},
        {"text/xml;charset=UTF-16LE", true, WSMAN_UTF16LE},
        {"application/xml;charset=utf-16be", true, WSMAN_UTF16BE},
        {"application/soap+xml;charset=ISO-8859-1", true, WSMAN_CHARSET_UNKNOWN},
        {"application/soap+xml;charset", true, WSMAN_UTF8},
        {"application/soap+xml;charset=", true, WSMAN_CHARSET_UNKNOWN},
        {"application/soap+xml;;", true, WSMAN_UTF8},
        {"text/plain", false, WSMAN_UTF8},
        {"application/soap", false, WSMAN_UTF8},
        {"multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\"", false, WSMAN_UTF8},
        {"", false, WSMAN_UTF8},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        enum wsman_charset charset = WSMAN_UTF8;

        assert_int_equal(wsman_content_type(text_of(cases[i].header), &charset), cases[i].served);
        assert_int_equal(charset, cases[i].charset);
    }
    assert_false(wsman_content_type((struct text){NULL, 0}, &(enum wsman_charset){0}));
}

static void utf16_is_read_as_said_and_as_it_looks(void **state)
{
    static const char message[] = "<?xml version='1.0' encoding='UTF-16'?>" ENUMERATE("", "");
    static const struct {
        enum wsman_charset said;
        bool big, mark;
    } cases[] = {
        {WSMAN_UTF16, false, false}, {WSMAN_UTF16, false, true},    {WSMAN_UTF16, true, true},
        {WSMAN_UTF16, true, false},  {WSMAN_UTF16LE, false, false}, {WSMAN_UTF16BE, true, false},
        {WSMAN_UTF8, false, false},  {WSMAN_UTF8, true, true},
    };
    char wide[2 * sizeof(message) + 2];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t used, n = 0;

        if (cases[i].mark)
            n = wsman_to_utf16("\xEF\xBB\xBF", 3, &used, wide, 2, cases[i].big);
        n += wsman_to_utf16(message, sizeof(message) - 1, &used, wide + n, sizeof(wide) - n, cases[i].big);
        assert_int_equal(decode((struct text){wide, n}, cases[i].said), 0);
        assert_text(q.target.class_name, "C");
        assert_true(q.utf16);
        assert_int_equal(q.utf16_big_endian, cases[i].big);
        assert_int_equal(decode((struct text){wide, n - 1}, cases[i].said), 1);
        assert_int_equal(f.type, WSMAN_SCHEMA_VALIDATION_ERROR);
    }
    assert_int_equal(decode(TEXT(message), WSMAN_CHARSET_UNKNOWN), 1);
    assert_int_equal(f.type, WSMAN_ENCODING_LIMIT);
    assert_string_equal(f.detail, "CharacterSet");
}

static void full_arena_is_said_at_every_step(void **state)
{
    static const char message[] =
        ENUMERATE(SELECTORS(SELECTOR("__cimnamespace", "root/cimv2")), "<w:MaxElements>5</w:MaxElements>");
    int r = -ENOMEM;

    (void)state;
    for (size_t max = 0; r == -ENOMEM; max += 16) {
        struct arena small;

        arena_init(&small, max);
        r = wsman_decode(&small, TEXT(message), WSMAN_UTF8, &q, &f);
        assert_int_equal(f.type, WSMAN_FAULT_NONE);
        arena_fini(&small);
        assert_true(max < 100000);
    }
    assert_int_equal(r, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_enumerate_is_read_whole),
        cmocka_unit_test(resource_uris_name_class_and_namespace),
        cmocka_unit_test(headers_that_clients_send_are_accepted),
        cmocka_unit_test(numbers_and_durations_of_headers_are_read),
        cmocka_unit_test(parts_of_enumerate_are_read),
        cmocka_unit_test(parts_of_pull_and_release_are_read),
        cmocka_unit_test(identify_needs_no_addressing),
        cmocka_unit_test(reference_parameters_of_reply_to_are_echoed),
        cmocka_unit_test(selectors_of_other_actions_are_read),
        cmocka_unit_test(each_mistake_has_its_fault),
        cmocka_unit_test(fault_still_knows_what_it_relates_to),
        cmocka_unit_test(limits_have_their_faults),
        cmocka_unit_test(content_types_say_the_character_set),
        cmocka_unit_test(utf16_is_read_as_said_and_as_it_looks),
        cmocka_unit_test(full_arena_is_said_at_every_step),
    };
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, set_up, tear_down);
    xml_global_fini();
    return failed;
}
