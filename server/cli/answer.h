/* WS-Man answers taken apart: faults, pages of an enumeration, instances and their values (DSP0230). Pure functions
 * over the tree of xml.h; what they give borrows from it. Any thread.
 */
#ifndef SERVER_CLI_ANSWER_H
#define SERVER_CLI_ANSWER_H

#include "cim/model/path.h"
#include "server/proto/xml.h"

struct answer {
    const struct xml_element *content; /* the element in s:Body, NULL if it is empty */
    bool is_fault;
    /* of a fault, n 0 where absent: subcode (else code) without its prefix, sentence, last word of the detail's URI,
     * provider that is to blame */
    struct text code, reason, detail, provider;
    int64_t cim_status; /* 0 = none */
};

/* 0, -ENOMEM, or 1 with a sentence when the bytes are no SOAP 1.2 message. */
int answer_read(struct arena *a, struct text bytes, struct answer *ret, struct cim_error *err);

/* EnumerateResponse or PullResponse. */
struct answer_page {
    const struct xml_element *items; /* the first; each one's next is the next */
    struct text context;             /* n 0: no further page */
    bool end;
    struct text missed; /* what is missing and whose fault it is, n 0 = nothing */
};

/* False: the answer is something else. */
bool answer_page(const struct answer *answer, struct answer_page *ret);

/* One item: an instance, a part of one, its path, or both. */
struct item {
    struct text class_name;           /* n 0 = not told */
    const struct xml_element *object; /* its children are the properties; NULL: only a path */
    const struct xml_element *epr;    /* NULL: only an object */
};

void item_read(const struct xml_element *e, struct item *ret);

/* A property: one element, or as many as the array has items. */
struct field {
    const struct xml_element *first;
    uint32_t n;
};

/* Goes over the properties of an object: f->first NULL begins. False behind the last. */
bool field_next(const struct xml_element *object, struct field *f);

/* The property of that name, without case; first NULL if there is none. */
struct field field_find(const struct xml_element *object, struct text name);

enum content { CONTENT_NULL, CONTENT_TEXT, CONTENT_REFERENCE, CONTENT_OBJECT };

/* What an element holds. ret_text: of CONTENT_TEXT, a datetime without its wrapping. */
enum content content_of(const struct xml_element *e, struct text *ret_text);

/* Class of an embedded object by its xsi:type; n 0 = not told. */
struct text content_class(const struct xml_element *e);

/* An endpoint reference, or what is inside of one, as a path. False when memory is out, or it names no class. */
bool epr_path(struct arena *a, const struct xml_element *e, struct cim_path *ret);

#endif
