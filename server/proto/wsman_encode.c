#include <string.h>

#include "server/proto/escape.h"
#include "server/proto/fault.h"
#include "server/proto/number.h"
#include "server/proto/wsman_encode_impl.h"

#define WSMAN_XSD "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSEN_URI "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

/* All prefixes that replies and fragments use; those of one element, like p and f, are declared in it */
static const char envelope[] = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
                               " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
                               " xmlns:wsman=\"" WSMAN_XSD "\""
                               " xmlns:wsen=\"" WSEN_URI "\""
                               " xmlns:wsmb=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\""
                               " xmlns:wxf=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""
                               " xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
                               " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                               " xml:lang=\"en-US\">";

/* UTF-16 begins with a byte order mark; who turns the reply into UTF-16 turns this, too */
static void put_mark(struct buf *b, const struct wsman_request *q)
{
    if (q->utf16)
        buf_puts(b, "\xEF\xBB\xBF");
}

void wsman_put_head(struct buf *b, const struct wsman_request *q, struct text action, const char *suffix)
{
    put_mark(b, q);
    buf_puts(b, envelope);
    buf_puts(b, "<s:Header><wsa:Action>");
    escape_put_text(b, action);
    buf_puts(b, suffix);
    buf_puts(b, "</wsa:Action><wsa:MessageID>");
    escape_put_text(b, text_of(q->reply_id));
    buf_puts(b, "</wsa:MessageID>");
    if (q->message_id.n) {
        buf_puts(b, "<wsa:RelatesTo>");
        escape_put_text(b, q->message_id);
        buf_puts(b, "</wsa:RelatesTo>");
    }
    buf_puts(b, "<wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>");
    buf_text(b, q->reply_headers);
}

void wsman_put_body(struct buf *b)
{
    buf_puts(b, "</s:Header><s:Body>");
}

void wsman_put_tail(struct buf *b)
{
    buf_puts(b, "</s:Body></s:Envelope>");
}

/* ---- Faults */

static void put_not_understood(struct buf *b, const struct wsman_fault *f)
{
    if (f->type != SOAP_MUST_UNDERSTAND)
        return;
    buf_puts(b, "<s:NotUnderstood qname=\"");
    if (f->not_understood_uri.n)
        buf_puts(b, "n:");
    escape_put_attr(b, f->not_understood_name);
    if (f->not_understood_uri.n) {
        buf_puts(b, "\" xmlns:n=\"");
        escape_put_attr(b, f->not_understood_uri);
    }
    buf_puts(b, "\"/>");
}

static void put_upgrade(struct buf *b, const struct wsman_fault *f)
{
    if (f->type == SOAP_VERSION_MISMATCH)
        buf_puts(b, "<s:Upgrade><s:SupportedEnvelope qname=\"s:Envelope\"/></s:Upgrade>");
}

static void put_windows_fault(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f)
{
    if (!fault_windows_code(f))
        return;
    buf_puts(b, "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"");
    buf_u64(b, fault_windows_code(f));
    buf_puts(b, "\" Machine=\"");
    escape_put_attr(b, text_of(q->machine ? q->machine : "localhost"));
    buf_puts(b, "\"><f:Message>");
    if (f->provider) {
        buf_puts(b, "<f:ProviderFault provider=\"");
        escape_put_attr(b, text_of(f->provider));
        buf_puts(b, "\">");
    }
    escape_put_text(b, text_of(f->reason));
    buf_puts(b, f->provider ? "</f:ProviderFault></f:Message></f:WSManFault>" : "</f:Message></f:WSManFault>");
}

/* DSP0227 annex: the CIM status is an instance of CIM_Error */
static void put_cim_error(struct buf *b, const struct wsman_fault *f)
{
    if (f->cim_status == 0)
        return;
    buf_puts(b,
             "<p:CIM_Error xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Error\" wsmb:IsCIM_Error=\"true\">"
             "<p:CIMStatusCode>");
    buf_s64(b, f->cim_status);
    buf_puts(b, "</p:CIMStatusCode><p:Message>");
    escape_put_text(b, text_of(f->reason));
    buf_puts(b, "</p:Message><p:MessageID>CIM");
    buf_s64(b, f->cim_status);
    buf_puts(b, "</p:MessageID><p:OwningEntity>cimstream</p:OwningEntity><p:PerceivedSeverity>4</p:PerceivedSeverity>"
                "<p:ProbableCause>0</p:ProbableCause></p:CIM_Error>");
}

static void put_detail(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f)
{
    buf_puts(b, "<s:Detail>");
    if (f->detail) {
        buf_puts(b, "<wsman:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/");
        escape_put_text(b, text_of(f->detail));
        buf_puts(b, "</wsman:FaultDetail>");
    }
    put_windows_fault(b, q, f);
    put_cim_error(b, f);
    buf_puts(b, "</s:Detail>");
}

void wsman_encode_fault(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f)
{
    const struct fault_row *row = fault_row(f->type);

    wsman_put_head(b, q, text_of(row->action), "");
    put_upgrade(b, f);
    put_not_understood(b, f);
    wsman_put_body(b);
    buf_puts(b, "<s:Fault><s:Code><s:Value>");
    buf_puts(b, row->code);
    buf_puts(b, "</s:Value>");
    if (row->subcode) {
        buf_puts(b, "<s:Subcode><s:Value");
        if (strncmp(row->subcode, "wse:", 4) == 0) /* nothing else in a reply has this prefix */
            buf_puts(b, " xmlns:wse=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\"");
        buf_char(b, '>');
        buf_puts(b, row->subcode);
        buf_puts(b, "</s:Value></s:Subcode>");
    }
    buf_puts(b, "</s:Code><s:Reason><s:Text xml:lang=\"en-US\">");
    escape_put_text(b, text_of(f->reason));
    buf_puts(b, "</s:Text></s:Reason>");
    put_detail(b, q, f);
    buf_puts(b, "</s:Fault>");
    wsman_put_tail(b);
}

/* ---- Identify */

void wsman_encode_identify(struct buf *b, const struct wsman_request *q, const char *vendor, const char *version,
                           bool authenticated)
{
    put_mark(b, q); /* and that is all: Identify has no addressing headers, neither way */
    buf_puts(b, "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
                " xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\" xml:lang=\"en-US\">"
                "<s:Header/><s:Body><wsmid:IdentifyResponse><wsmid:ProtocolVersion>" WSMAN_XSD "</wsmid:ProtocolVersion>"
                "<wsmid:ProductVendor>");
    escape_put_text(b, text_of(vendor));
    buf_puts(b, "</wsmid:ProductVendor><wsmid:ProductVersion>");
    escape_put_text(b,
                    text_of(authenticated ? version : "OS: 0.0.0 SP: 0.0 Stack: 3.0")); /* what WinRM tells strangers */
    buf_puts(b, "</wsmid:ProductVersion>");
    if (authenticated)
        buf_puts(b, "<wsmid:SecurityProfiles><wsmid:SecurityProfileName>"
                    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/basic"
                    "</wsmid:SecurityProfileName></wsmid:SecurityProfiles>");
    buf_puts(b, "</wsmid:IdentifyResponse>");
    wsman_put_tail(b);
}

/* ---- Enumeration */

void wsman_encode_release(struct buf *b, const struct wsman_request *q)
{
    wsman_put_head(b, q, TEXT(WSEN_URI "/Release"), "Response");
    wsman_put_body(b);
    wsman_put_tail(b);
}

static bool is_pull(const struct wsman_request *q)
{
    return q->action == WSMAN_PULL;
}

static void put_expires(struct buf *b, int64_t ms)
{
    char text[NUMBER_DATETIME_ROOM];
    struct cim_datetime life = datetime_interval((uint64_t)ms * 1000);

    buf_puts(b, "<wsen:Expires>");
    buf_put(b, text, (size_t)(number_datetime(text, &life) - text));
    buf_puts(b, "</wsen:Expires>");
}

static void put_total(struct buf *b, int64_t total)
{
    if (total < 0) {
        buf_puts(b, "<wsman:TotalItemsCountEstimate xsi:nil=\"true\"/>");
        return;
    }
    buf_puts(b, "<wsman:TotalItemsCountEstimate>");
    buf_s64(b, total);
    buf_puts(b, "</wsman:TotalItemsCountEstimate>");
}

static void put_context(struct buf *b, const char *context)
{
    if (!context)
        return;
    buf_puts(b, "<wsen:EnumerationContext>");
    escape_put_text(b, text_of(context));
    buf_puts(b, "</wsen:EnumerationContext>");
}

void wsman_encode_page_head(struct buf *b, const struct wsman_request *q, const struct wsman_page *page)
{
    wsman_put_head(b, q, is_pull(q) ? TEXT(WSEN_URI "/Pull") : TEXT(WSEN_URI "/Enumerate"), "Response");
    if (q->total_items_estimate)
        put_total(b, page->total);
    if (q->request_epr) /* of many */
        buf_puts(b, "<wsman:RequestedEPR><wsman:EPRUnknown/></wsman:RequestedEPR>");
    wsman_put_body(b);
    buf_puts(b, is_pull(q) ? "<wsen:PullResponse>" : "<wsen:EnumerateResponse>");
    if (!is_pull(q) && page->expires_ms >= 0)
        put_expires(b, page->expires_ms);
    put_context(b, page->context);
    if (is_pull(q))
        buf_puts(b, "<wsen:Items>");
    else if (page->with_items)
        buf_puts(b, "<wsman:Items>");
}

void wsman_encode_page_tail(struct buf *b, const struct wsman_request *q, const struct wsman_page *page,
                            bool end_of_sequence, const char *missed)
{
    if (is_pull(q))
        buf_puts(b, "</wsen:Items>");
    else if (page->with_items)
        buf_puts(b, "</wsman:Items>");
    if (missed) {
        buf_puts(b, "<f:ProviderFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\">");
        escape_put_text(b, text_of(missed));
        buf_puts(b, "</f:ProviderFault>");
    }
    if (end_of_sequence)
        buf_puts(b, is_pull(q) ? "<wsen:EndOfSequence/>" : "<wsman:EndOfSequence/>");
    buf_puts(b, is_pull(q) ? "</wsen:PullResponse>" : "</wsen:EnumerateResponse>");
    wsman_put_tail(b);
}
