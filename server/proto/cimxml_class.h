/* Classes as CIM-XML text (DSP0201 2.4, element CLASS): what WS-Man's class metadata (DSP0227 section 15) holds. Pure
 * functions, any thread. The text has no namespace and no white space between elements.
 */
#ifndef SERVER_PROTO_CIMXML_CLASS_H
#define SERVER_PROTO_CIMXML_CLASS_H

#include "cim/base/buf.h"
#include "cim/model/class.h"

struct cimxml_class_options {
    bool qualifiers;   /* of the class and all that is in it */
    bool class_origin; /* CLASSORIGIN, the class that introduced a property or method */
    bool inherited;    /* what the class has from its superclasses and did not change */
};

/* Appends <CLASS>. */
void cimxml_put_class(struct buf *b, const struct cim_class *c, const struct cimxml_class_options *o);

#endif
