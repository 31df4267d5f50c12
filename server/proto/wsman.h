/* WS-Management messages (DSP0226, DSP0227): bytes to struct wsman_request, answers and faults to bytes. Pure
 * functions: no side effect, no clock, no lock; any thread. Limits of the parser are constants here and in xml.h.
 */
#ifndef SERVER_PROTO_WSMAN_H
#define SERVER_PROTO_WSMAN_H

#include "cim/base/arena.h"
#include "cim/base/buf.h"
#include "cim/base/status.h"
#include "server/proto/wsxml.h"

/* What a request may hold beyond the limits of xml.h. */
enum {
    WSMAN_MAX_URI = 2048,
    WSMAN_MAX_MESSAGE_ID = 2048,
    WSMAN_MAX_REPLY_HEADERS = 16384,
    WSMAN_MAX_SELECTORS = 64,
    WSMAN_MAX_OPTIONS = 256,
    WSMAN_MIN_ENVELOPE = 8192
};

enum wsman_action {
    WSMAN_NONE,
    WSMAN_IDENTIFY,
    WSMAN_ENUMERATE,
    WSMAN_PULL,
    WSMAN_RELEASE,
    WSMAN_GET,
    WSMAN_PUT,
    WSMAN_CREATE,
    WSMAN_DELETE,
    WSMAN_INVOKE,
    WSMAN_OTHER, /* a known action that is not served: wsa:ActionNotSupported */
};

enum wsman_polymorphism {
    WSMAN_INCLUDE_SUBCLASS_PROPERTIES,
    WSMAN_EXCLUDE_SUBCLASS_PROPERTIES,
    WSMAN_POLYMORPHISM_NONE
};

/* What a resource URI and selectors name: a class, or an instance of it (digest section 4). */
struct wsman_epr {
    struct text resource_uri; /* as sent, white space trimmed; n 0 if absent */
    struct text class_name;   /* from the resource URI; "*" for all classes */
    struct text namespace;    /* normalised, from the WMI URI or __cimnamespace; n 0 = the service's default */
    bool wmi_uri;
    bool metadata; /* the cim-xml resource URI: classes as CIM-XML; class_name from it or from the selector ClassName */
    const struct wsman_selector *selectors; /* without __cimnamespace */
    uint32_t n_selectors;
};

struct wsman_selector {
    struct text name, value;     /* value of a plain selector, white space kept */
    const struct wsman_epr *epr; /* of a selector that holds an EPR (a reference key), else NULL */
};

struct wsman_option {
    struct text name, value, type; /* prefixes wmi: and wmiarray: of user options are stripped */
};

enum wsman_dialect {
    WSMAN_FILTER_NONE,
    WSMAN_FILTER_WQL,
    WSMAN_FILTER_CQL,
    WSMAN_FILTER_XPATH,
    WSMAN_FILTER_SELECTOR,
    WSMAN_FILTER_ASSOCIATION,
};

/* wsmb:AssociatedInstances or AssociationInstances (digest section 5.3); n 0: no restriction. */
struct wsman_association {
    bool references; /* AssociationInstances */
    struct wsman_epr object;
    struct text association_class, result_class, role, result_role;
    const struct text *properties; /* IncludeResultProperty */
    uint32_t n_properties;
};

struct wsman_filter {
    enum wsman_dialect dialect;
    struct text text;                       /* WQL, CQL, XPath */
    const struct wsman_selector *selectors; /* SelectorFilter */
    uint32_t n_selectors;
    const struct wsman_association *association;
};

struct xml_element;

struct wsman_request {
    enum wsman_action action;
    struct text action_uri, message_id; /* as sent, white space trimmed; n 0 if absent */
    /* ReplyTo's ReferenceParameters, serialised again as complete elements with their namespace declarations: they
     * become headers of the reply */
    struct text reply_headers;

    struct wsman_epr target;
    struct text method;                /* Invoke: borrowed from action_uri */
    bool has_fragment;                 /* FragmentTransfer */
    struct text fragment;              /* its path, trimmed */
    const struct xml_element *content; /* the element in s:Body of Put, Create, Invoke; NULL if there is none */

    uint64_t max_envelope;        /* bytes; 0 = not given */
    int64_t operation_timeout_ms; /* -1 = not given */
    bool total_items_estimate;    /* RequestTotalItemsCountEstimate header was there */

    bool optimize;
    bool has_max_elements;
    uint64_t max_elements; /* 1 where the element is absent (DSP0226 R8.2.3) */
    enum wsxml_items items;
    enum wsman_polymorphism polymorphism;
    int64_t expires_ms; /* Enumerate: idle life of the context asked for; -1 = not given. An absolute xs:dateTime is given as
                           expires_at (Unix seconds) and expires_ms stays -1 */
    int64_t expires_at;      /* 0 = not given */
    struct text context;     /* Pull, Release */
    int64_t max_time_ms;     /* Pull; -1 = not given */
    uint64_t max_characters; /* Pull; 0 = not given */

    struct wsman_filter filter;

    bool exclude_nil;                   /* option ExcludeNilProperties: leave NULL properties out */
    bool precise_arrays;                /* option UsePreciseArrays: a NULL array is marked, an empty one is absent */
    bool show_extensions;               /* option ShowExtensions: cim:Location behind the properties */
    bool request_epr;                   /* header RequestEPR: the reply has RequestedEPR */
    const struct wsman_option *options; /* all others that may be for the provider, in order */
    uint32_t n_options;

    bool utf16; /* the request came in UTF-16: so does the reply (R13.1-5); big_endian tells which */
    bool utf16_big_endian;

    /* Set by the caller, before or after wsman_decode, which leaves them alone */
    char reply_id[48];   /* MessageID of the reply, unique: "uuid:..." */
    const char *machine; /* name of this host, for f:WSManFault; NULL writes localhost */
};

/* One row of the fault table of DSP0226/DSP0227 (digest section 9). */
enum wsman_fault_code;
struct wsman_fault {
    int type;                                            /* enum wsman_fault_code; 0 = none */
    const char *detail;                                  /* NAME of the faultDetail URI, static; NULL = none */
    char reason[320];                                    /* the sentence for people, always there */
    struct text not_understood_uri, not_understood_name; /* for s:MustUnderstand */
    int cim_status;       /* enum cim_status: a CIM_Error goes into s:Detail when not 0 */
    const char *provider; /* named in the detail as f:ProviderFault when a provider is to blame; NULL = none */
};

enum wsman_fault_code {
    WSMAN_FAULT_NONE,
    SOAP_VERSION_MISMATCH,
    SOAP_MUST_UNDERSTAND,
    WSA_ACTION_NOT_SUPPORTED,
    WSA_DESTINATION_UNREACHABLE,
    WSA_ENDPOINT_UNAVAILABLE,
    WSA_INVALID_MESSAGE_INFORMATION_HEADER,
    WSA_MESSAGE_INFORMATION_HEADER_REQUIRED,
    WSEN_CANNOT_PROCESS_FILTER,
    WSEN_FILTER_DIALECT_REQUESTED_UNAVAILABLE,
    WSEN_FILTERING_NOT_SUPPORTED,
    WSEN_INVALID_ENUMERATION_CONTEXT,
    WSEN_INVALID_EXPIRATION_TIME,
    WSEN_UNSUPPORTED_EXPIRATION_TYPE,
    WSEN_TIMED_OUT,
    WSE_DELIVERY_MODE_REQUESTED_UNAVAILABLE,
    WSE_EVENT_SOURCE_UNABLE_TO_PROCESS,
    WSE_FILTERING_NOT_SUPPORTED,
    WSE_FILTERING_REQUESTED_UNAVAILABLE,
    WSE_INVALID_EXPIRATION_TIME,
    WSE_INVALID_MESSAGE,
    WSE_UNABLE_TO_RENEW,
    WSE_UNSUPPORTED_EXPIRATION_TYPE,
    WSMAN_ACCESS_DENIED,
    WSMAN_ALREADY_EXISTS,
    WSMAN_CANNOT_PROCESS_FILTER,
    WSMAN_CONCURRENCY,
    WSMAN_DELIVERY_REFUSED,
    WSMAN_ENCODING_LIMIT,
    WSMAN_EVENT_DELIVER_TO_UNUSABLE,
    WSMAN_FRAGMENT_DIALECT_NOT_SUPPORTED,
    WSMAN_INTERNAL_ERROR,
    WSMAN_INVALID_BOOKMARK,
    WSMAN_INVALID_OPTIONS,
    WSMAN_INVALID_PARAMETER,
    WSMAN_INVALID_SELECTORS,
    WSMAN_NO_ACK,
    WSMAN_QUOTA_LIMIT,
    WSMAN_SCHEMA_VALIDATION_ERROR,
    WSMAN_TIMED_OUT,
    WSMAN_UNSUPPORTED_FEATURE,
    WSXF_INVALID_REPRESENTATION,
    WSMB_POLYMORPHISM_MODE_NOT_SUPPORTED,
    WSMAN_FAULT_COUNT,
};

/* Fills a fault; returns 1, so that it ends a function in one line. */
int wsman_fail(struct wsman_fault *f, enum wsman_fault_code type, const char *detail, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The fault for a CIM status (digest section 9, last paragraph), with the sentence. */
void wsman_fault_from_status(struct wsman_fault *f, int cim_status, const char *message);

enum wsman_charset { WSMAN_UTF8, WSMAN_UTF16, WSMAN_UTF16LE, WSMAN_UTF16BE, WSMAN_CHARSET_UNKNOWN };

/* What a Content-Type says. false: not a type that WS-Man is sent with (application/soap+xml, text/xml,
 * application/xml accepted). */
bool wsman_content_type(struct text header, enum wsman_charset *ret_charset);

/* 0, or 1 with the fault filled: also for actions that are known but not served (WSMAN_OTHER). ret is filled as far
 * as it was read either way (message_id for RelatesTo). Texts are in the arena or borrow from the body. -ENOMEM when
 * the arena is full.
 */
int wsman_decode(struct arena *a, struct text body, enum wsman_charset charset, struct wsman_request *ret,
                 struct wsman_fault *ret_fault);

/* ---- Answers, UTF-8. All append to a buf. For a request in UTF-16 they begin with a byte order mark. */

/* HTTP status that goes with the fault: 500, whatever the fault (digest section 2: what clients read bodies of). */
unsigned wsman_fault_http_status(const struct wsman_fault *f);
void wsman_encode_fault(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f);
void wsman_encode_identify(struct buf *b, const struct wsman_request *q, const char *vendor, const char *version,
                           bool authenticated);
void wsman_encode_release(struct buf *b, const struct wsman_request *q);

/* Answers of Transfer and Invoke. i: the instance; its class need not be the one asked for. */
void wsman_encode_get(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                      const struct cim_instance *i);
struct fragment;
void wsman_encode_get_fragment(struct buf *b, const struct wsman_request *q, const struct fragment *f,
                               const struct wsxml_style *style, const struct cim_instance *i);
/* i NULL: the new state is what was sent; f NULL: not a fragment. */
void wsman_encode_put(struct buf *b, const struct wsman_request *q, const struct fragment *f,
                      const struct wsxml_style *style, const struct cim_instance *i);
/* wxf:ResourceCreated: the EPR of i in the style's namespace. */
void wsman_encode_create(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                         const struct cim_instance *i);
void wsman_encode_delete(struct buf *b, const struct wsman_request *q);
/* out: instance of the output class of the method, which may be that of a derived class, with ReturnValue. Elements are in the namespace of the target's URI. */
void wsman_encode_invoke(struct buf *b, const struct wsman_request *q, const struct wsxml_style *style,
                         const struct cim_instance *out);
/* Get on the cim-xml resource URI: the class as CIM-XML. Options IncludeQualifiers, IncludeClassOrigin,
 * IncludeInheritedElements are in q->options (all true by default but IncludeClassOrigin). */
void wsman_encode_class(struct buf *b, const struct wsman_request *q, const struct cim_class *c);

/* EnumerateResponse and PullResponse come in three parts, so that items can stream between them. q->action tells
 * which. context: text of the EnumerationContext; "" writes an empty element, NULL leaves it out. expires_ms: for
 * EnumerateResponse, -1 leaves it out. with_items false: an EnumerateResponse without wsman:Items (not optimized).
 * total: TotalItemsCountEstimate header, -1 = unknown (xsi:nil), only written if asked for.
 */
struct wsman_page {
    const char *context;
    int64_t expires_ms;
    bool with_items;
    int64_t total;
};
void wsman_encode_page_head(struct buf *b, const struct wsman_request *q, const struct wsman_page *page);
/* missed: names of providers that missed their deadline or failed, one line of text for people; NULL = none.
 * Written as an extension element f:ProviderFault behind the items, so that whoever looks sees what is missing;
 * the next Pull answers the fault. */
void wsman_encode_page_tail(struct buf *b, const struct wsman_request *q, const struct wsman_page *page,
                            bool end_of_sequence, const char *missed);

/* Re-encodes UTF-8 (well-formed) as UTF-16. Returns bytes written; reads whole characters, 
 * as much as fits: *used bytes of the source.
 */
size_t wsman_to_utf16(const char *utf8, size_t n, size_t *ret_used, char *out, size_t room, bool big_endian);

#endif
