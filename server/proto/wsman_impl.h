/* Between wsman_decode.c, headers.c, body.c, uri.c and duration.c; nobody else includes it. */
#ifndef SERVER_PROTO_WSMAN_IMPL_H
#define SERVER_PROTO_WSMAN_IMPL_H

#include "server/proto/wsman.h"
#include "server/proto/xml.h"

#define WSA_ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

struct decode {
    struct arena *arena;
    struct wsman_request *q;
    struct wsman_fault *f;
    uint64_t seen;                    /* headers that were there, a bit each */
    const struct xml_element *body;   /* s:Body */
    const struct xml_element *filter; /* of wsen:Enumerate */
    struct text selector_namespace;   /* __cimnamespace, as sent */
    bool has_namespace_selector;
    bool uri_bad; /* uri_error says why */
    struct cim_error uri_error;
    bool no_memory;
};

/* The first fault stands, whatever is found behind it. Always 1. */
#define DECODE_FAIL(d, ...) ((d)->f->type ? 1 : wsman_fail((d)->f, __VA_ARGS__))

/* Reads all headers into the request; a fault is left in d->f. */
void headers_read(struct decode *d, const struct xml_element *header);

/* What the request must have told by headers unless it is Identify. */
void headers_require(struct decode *d);

/* Action and body. */
enum wsman_action action_of(struct text uri);
void action_check(struct decode *d);
void body_read(struct decode *d);

/* The class, and the namespace of the WMI form. 0, -ENOMEM or a positive status with err filled. class_name
 * borrows from uri. */
int uri_parse(struct arena *a, struct text uri, struct wsman_epr *ret, struct cim_error *err);

/* xs:duration in milliseconds, rounded up, cut to what an int64_t holds; a year counts 365 days, a month 30. */
bool duration_parse(struct text t, int64_t *ret_ms);

/* xs:positiveInteger, cut to what a uint64_t holds. */
bool positive_parse(struct text t, uint64_t *ret);

#endif
