/* Faults: what DSP0226 and DSP0227 say of each, a row a fault; and which one stands for a CIM status. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/proto/fault.h"

#define WSMAN_ACTION "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define WSA_ACTION "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
#define WSEN_ACTION "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"
#define WSE_ACTION "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault"
#define WXF_ACTION "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault"
#define WSMB_ACTION "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/fault"

/* The last column is what winerror and wsmerror.h call it, for Microsoft's clients. */
static const struct fault_row rows[WSMAN_FAULT_COUNT] = {
    [SOAP_VERSION_MISMATCH] = {"s:VersionMismatch", NULL, WSA_ACTION, 2150858765},
    [SOAP_MUST_UNDERSTAND] = {"s:MustUnderstand", NULL, WSA_ACTION, 2150858768},
    [WSA_ACTION_NOT_SUPPORTED] = {"s:Sender", "wsa:ActionNotSupported", WSA_ACTION, 2150858753},
    [WSA_DESTINATION_UNREACHABLE] = {"s:Sender", "wsa:DestinationUnreachable", WSA_ACTION, 2150858752},
    [WSA_ENDPOINT_UNAVAILABLE] = {"s:Receiver", "wsa:EndpointUnavailable", WSA_ACTION, 2150858772},
    [WSA_INVALID_MESSAGE_INFORMATION_HEADER] = {"s:Sender", "wsa:InvalidMessageInformationHeader", WSA_ACTION,
                                                2150858767},
    [WSA_MESSAGE_INFORMATION_HEADER_REQUIRED] = {"s:Sender", "wsa:MessageInformationHeaderRequired", WSA_ACTION,
                                                 2150858769},
    [WSEN_CANNOT_PROCESS_FILTER] = {"s:Sender", "wsen:CannotProcessFilter", WSEN_ACTION, 2150858778},
    [WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE] = {"s:Sender", "wsen:FilterDialectRequestedUnavailable", WSEN_ACTION,
                                                   2150858777},
    [WSEN_FILTERING_NOT_SUPPORTED] = {"s:Sender", "wsen:FilteringNotSupported", WSEN_ACTION, 2150858776},
    [WSEN_INVALID_ENUMERATION_CONTEXT] = {"s:Receiver", "wsen:InvalidEnumerationContext", WSEN_ACTION, 2150858779},
    [WSEN_INVALID_EXPIRATION_TIME] = {"s:Sender", "wsen:InvalidExpirationTime", WSEN_ACTION, 2150858774},
    [WSEN_UNSUPPORTED_EXPIRATION_TYPE] = {"s:Sender", "wsen:UnsupportedExpirationType", WSEN_ACTION, 2150859036},
    [WSEN_TIMED_OUT] = {"s:Receiver", "wsen:TimedOut", WSEN_ACTION, 2150858780},
    [WSE_DELIVERY_MODE_REQUESTED_UNAVAILABLE] = {"s:Sender", "wse:DeliveryModeRequestedUnavailable", WSE_ACTION, 0},
    [WSE_EVENT_SOURCE_UNABLE_TO_PROCESS] = {"s:Receiver", "wse:EventSourceUnableToProcess", WSE_ACTION, 0},
    [WSE_FILTERING_NOT_SUPPORTED] = {"s:Sender", "wse:FilteringNotSupported", WSE_ACTION, 0},
    [WSE_FILTERING_REQUESTED_UNAVAILABLE] = {"s:Sender", "wse:FilteringRequestedUnavailable", WSE_ACTION, 0},
    [WSE_INVALID_EXPIRATION_TIME] = {"s:Sender", "wse:InvalidExpirationTime", WSE_ACTION, 0},
    [WSE_INVALID_MESSAGE] = {"s:Sender", "wse:InvalidMessage", WSE_ACTION, 0},
    [WSE_UNABLE_TO_RENEW] = {"s:Sender", "wse:UnableToRenew", WSE_ACTION, 0},
    [WSE_UNSUPPORTED_EXPIRATION_TYPE] = {"s:Sender", "wse:UnsupportedExpirationType", WSE_ACTION, 0},
    [WSMAN_ACCESS_DENIED] = {"s:Sender", "wsman:AccessDenied", WSMAN_ACTION, 5},
    [WSMAN_ALREADY_EXISTS] = {"s:Sender", "wsman:AlreadyExists", WSMAN_ACTION, 2150858803},
    [WSMAN_CANNOT_PROCESS_FILTER] = {"s:Sender", "wsman:CannotProcessFilter", WSMAN_ACTION, 2150858778},
    [WSMAN_CONCURRENCY] = {"s:Sender", "wsman:Concurrency", WSMAN_ACTION, 2150858802},
    [WSMAN_DELIVERY_REFUSED] = {"s:Receiver", "wsman:DeliveryRefused", WSMAN_ACTION, 0},
    [WSMAN_EVENT_DELIVER_TO_UNUSABLE] = {"s:Sender", "wsman:EventDeliverToUnusable", WSMAN_ACTION, 0},
    [WSMAN_ENCODING_LIMIT] = {"s:Sender", "wsman:EncodingLimit", WSMAN_ACTION, 2150858805},
    [WSMAN_FRAGMENT_DIALECT_NOT_SUPPORTED] = {"s:Sender", "wsman:FragmentDialectNotSupported", WSMAN_ACTION, 2150858896},
    [WSMAN_INTERNAL_ERROR] = {"s:Receiver", "wsman:InternalError", WSMAN_ACTION, 2150858755},
    [WSMAN_INVALID_BOOKMARK] = {"s:Sender", "wsman:InvalidBookmark", WSMAN_ACTION, 0},
    [WSMAN_INVALID_OPTIONS] = {"s:Sender", "wsman:InvalidOptions", WSMAN_ACTION, 2150858809},
    [WSMAN_INVALID_PARAMETER] = {"s:Sender", "wsman:InvalidParameter", WSMAN_ACTION, 2150858810},
    [WSMAN_INVALID_SELECTORS] = {"s:Sender", "wsman:InvalidSelectors", WSMAN_ACTION, 2150858813},
    [WSMAN_NO_ACK] = {"s:Sender", "wsman:NoAck", WSMAN_ACTION, 0},
    [WSMAN_QUOTA_LIMIT] = {"s:Sender", "wsman:QuotaLimit", WSMAN_ACTION, 2150858815},
    [WSMAN_SCHEMA_VALIDATION_ERROR] = {"s:Sender", "wsman:SchemaValidationError", WSMAN_ACTION, 2150858817},
    [WSMAN_TIMED_OUT] = {"s:Receiver", "wsman:TimedOut", WSMAN_ACTION, 2150858793},
    [WSMAN_UNSUPPORTED_FEATURE] = {"s:Sender", "wsman:UnsupportedFeature", WSMAN_ACTION, 2150858818},
    [WSXF_INVALID_REPRESENTATION] = {"s:Sender", "wxf:InvalidRepresentation", WXF_ACTION, 2150858773},
    [WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED] = {"s:Sender", "wsmb:PolymorphismModeNotSupported", WSMB_ACTION, 2150859063},
};

/* Details that have a code of their own */
static const struct {
    const char *detail;
    uint32_t code;
} details[] = {
    {"ActionMismatch", 2150858801},        {"AddressingMode", 2150858870},
    {"CharacterSet", 2150858796},          {"DuplicateSelectors", 2150858847},
    {"EnumerationMode", 2150858886},       {"FragmentLevelAccess", 2150858871},
    {"InsufficientSelectors", 2150858842}, {"InvalidResourceURI", 2150858811},
    {"InvalidTimeout", 2150858881},        {"Locale", 2150858855},
    {"MaxEnvelopePolicy", 2150858863},     {"MaxEnvelopeSizeExceeded", 2150858824},
    {"MinimumEnvelopeLimit", 2150858878},  {"OptionLimit", 2150858827},
    {"SelectorLimit", 2150858826},         {"UnexpectedSelectors", 2150858843},
    {"URILimitExceeded", 2150858797},
};

const struct fault_row *fault_row(int type)
{
    return &rows[type > WSMAN_FAULT_NONE && type < WSMAN_FAULT_COUNT ? type : WSMAN_INTERNAL_ERROR];
}

uint32_t fault_windows_code(const struct wsman_fault *f)
{
    for (size_t i = 0; f->detail && i < sizeof(details) / sizeof(*details); i++)
        if (strcmp(f->detail, details[i].detail) == 0)
            return details[i].code;
    return fault_row(f->type)->windows_code;
}

int wsman_fail(struct wsman_fault *f, enum wsman_fault_code type, const char *detail, const char *fmt, ...)
{
    va_list ap;

    f->type = type;
    f->detail = detail;
    va_start(ap, fmt);
    (void)vsnprintf(f->reason, sizeof(f->reason), fmt, ap); /* cut if it is too long */
    va_end(ap);
    return 1;
}

/* ---- CIM status codes: the union of what OpenPegasus and OMI answer */

static const struct {
    enum wsman_fault_code type;
    const char *detail;
    const char *meaning; /* where there is no message */
} by_status[] = {
    [CIM_ERR_FAILED] = {WSMAN_INTERNAL_ERROR, NULL, "the operation failed"},
    [CIM_ERR_ACCESS_DENIED] = {WSMAN_ACCESS_DENIED, NULL, "access denied"},
    [CIM_ERR_INVALID_NAMESPACE] = {WSA_DESTINATION_UNREACHABLE, NULL, "no such namespace"},
    [CIM_ERR_INVALID_PARAMETER] = {WSMAN_INVALID_SELECTORS, NULL, "invalid parameter"},
    [CIM_ERR_INVALID_CLASS] = {WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "no such class"},
    [CIM_ERR_NOT_FOUND] = {WSA_DESTINATION_UNREACHABLE, NULL, "no such instance"},
    [CIM_ERR_NOT_SUPPORTED] = {WSA_ACTION_NOT_SUPPORTED, "ActionMismatch", "not supported"},
    [CIM_ERR_ALREADY_EXISTS] = {WSMAN_ALREADY_EXISTS, NULL, "it exists already"},
    [CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED] = {WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE, NULL, "no such query language"},
    [CIM_ERR_INVALID_QUERY] = {WSEN_CANNOT_PROCESS_FILTER, NULL, "invalid query"},
    [CIM_ERR_METHOD_NOT_AVAILABLE] = {WSA_ACTION_NOT_SUPPORTED, NULL, "the method is not available"},
    [CIM_ERR_METHOD_NOT_FOUND] = {WSA_ACTION_NOT_SUPPORTED, NULL, "no such method"},
    [CIM_ERR_INVALID_ENUMERATION_CONTEXT] = {WSEN_INVALID_ENUMERATION_CONTEXT, NULL, "no such enumeration"},
    [CIM_ERR_SERVER_LIMITS_EXCEEDED] = {WSMAN_QUOTA_LIMIT, NULL, "a limit of the server is reached"},
    [CIM_ERR_SERVER_IS_SHUTTING_DOWN] = {WSA_ENDPOINT_UNAVAILABLE, NULL, "the server is shutting down"},
};

void wsman_fault_from_status(struct wsman_fault *f, int cim_status, const char *message)
{
    size_t n = sizeof(by_status) / sizeof(*by_status),
           row = cim_status > 0 && (size_t)cim_status < n ? (size_t)cim_status : CIM_ERR_FAILED;

    if (!by_status[row].type)
        row = CIM_ERR_FAILED;
    (void)wsman_fail(f, by_status[row].type, by_status[row].detail, "%s",
                     message && *message ? message : by_status[row].meaning);
    f->cim_status = cim_status > 0 ? cim_status : CIM_ERR_FAILED;
}

unsigned wsman_fault_http_status(const struct wsman_fault *f)
{
    (void)f; /* openwsman's client reads bodies of 200, 400 and 500 alone; all servers say 500 */
    return 500;
}
