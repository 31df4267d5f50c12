/* Fragment transfer (DSP0226 section 7.7 and annex D, XPath level 1): a path into an instance, `Prop`,
 * `/CLASS/Prop[2]`, `Prop/text()`, `Emb/Prop`. Names are compared as XML does: with case. Pure.
 */
#ifndef SERVER_PROTO_FRAGMENT_H
#define SERVER_PROTO_FRAGMENT_H

#include "server/proto/wsman.h"

enum { FRAGMENT_MAX_STEPS = 16, FRAGMENT_MAX_TEXT = 1 << 27 /* bytes that a condition compares */ };

struct fragment_step {
    const struct cim_property *property;
    uint32_t index;            /* [n], from 1; 0 = every item */
    struct text where, equals; /* [where="equals"] on an embedded instance; n 0 = none */
};

struct fragment {
    const struct cim_class *class;
    uint32_t n_steps; /* 0: the whole instance */
    bool is_text;     /* ends in text(): the bare text of the value */
    struct fragment_step steps[FRAGMENT_MAX_STEPS];
};

/* 0, 1 with the fault (wsman:CannotProcessFilter), -ENOMEM. */
int fragment_parse(struct arena *a, struct text path, const struct cim_class *c, struct fragment *ret,
                   struct wsman_fault *ret_fault);

/* Appends the content of wsman:XmlFragment: property elements, or text. A path that leads nowhere in this instance
 * (an index beyond the array, NULL on the way) writes nothing. */
void fragment_encode(struct buf *b, const struct fragment *f, const struct wsxml_style *style,
                     const struct cim_instance *i);

/* [where="equals"] holds for an item: it is an embedded instance that has such an element. text is where they are
 * compared; it fails when memory is out, and then the answer means nothing. */
bool fragment_condition_holds(const struct fragment_step *s, const struct cim_value *item, struct buf *text);

/* Put: the content of the request's wsman:XmlFragment goes into i, which holds the present state; given[] is set for
 * the property that was changed. wxf:InvalidRepresentation (InvalidFragment, InvalidValues). */
int fragment_apply(struct arena *a, const struct fragment *f, const struct wsman_request *q, struct cim_instance *i,
                   bool *given, struct wsman_fault *ret_fault);

#endif
