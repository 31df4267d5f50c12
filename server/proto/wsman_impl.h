/* Between the files of wsman_decode and wsman_model; nobody else includes it. */
#ifndef SERVER_PROTO_WSMAN_IMPL_H
#define SERVER_PROTO_WSMAN_IMPL_H

#include "cim/model/schema.h"
#include "server/proto/wsman.h"
#include "server/proto/xml.h"

#define XPATH_DIALECT "http://www.w3.org/TR/1999/REC-xpath-19991116"
#define WSA_ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

struct decode {
    struct arena *arena;
    struct wsman_request *q;
    struct wsman_fault *f;
    uint64_t seen;                       /* headers that were there, a bit each */
    const struct xml_element *body;      /* s:Body */
    const struct xml_element *filter;    /* of wsen:Enumerate */
    const struct xml_element *selectors; /* SelectorSet: read when the URI is known, whatever stands first */
    bool uri_bad;                        /* uri_error says why */
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

/* wsman:OptionSet. */
void options_read(struct decode *d, const struct xml_element *set);

/* The selectors of a set, and what they say about the namespace, into an EPR whose URI has been read. depth: of the
 * EPR, 0 for that of the request. 0, 1 with the fault, -ENOMEM. */
int selectors_read(struct arena *a, const struct xml_element *set, unsigned depth, struct wsman_epr *epr,
                   struct wsman_fault *f);
/* An endpoint reference: e holds its parts, or the wsa:EndpointReference that does. */
int epr_read(struct arena *a, const struct xml_element *e, unsigned depth, struct wsman_epr *ret, struct wsman_fault *f);
/* As a path: bound if the schema has the class. */
int epr_bind(struct arena *a, const struct wsman_epr *e, const struct cim_schema *s, struct cim_path *ret,
             struct wsman_fault *f);
/* The same of a path that is written as text; 0, -ENOMEM or a CIM status. */
int path_text_bind(struct arena *a, struct text t, const struct cim_schema *s, struct cim_path *ret,
                   struct cim_error *err);

/* The filter of an Enumerate. */
void filter_read(struct decode *d, const struct xml_element *e);

/* The class, and the namespace of the WMI form. 0, -ENOMEM or a positive status with err filled. class_name
 * borrows from uri. */
int uri_parse(struct arena *a, struct text uri, struct wsman_epr *ret, struct cim_error *err);

/* xs:duration in milliseconds, rounded up, cut to what an int64_t holds; a year counts 365 days, a month 30. */
bool duration_parse(struct text t, int64_t *ret_ms);

/* xs:positiveInteger, cut to what a uint64_t holds. */
bool positive_parse(struct text t, uint64_t *ret);

#endif
