/* Reading values of WS-CIM XML (DSP0230, digest section 6) from the tree of a request: what Put, Create, Invoke and
 * fragments carry. 0, -ENOMEM, or a CIM status with a sentence that names the element. Any thread.
 */
#ifndef SERVER_PROTO_WSCIM_H
#define SERVER_PROTO_WSCIM_H

#include "cim/model/schema.h"
#include "server/proto/wsman.h"
#include "server/proto/xml.h"

/* The elements of parent as properties of i, by local name without case. given (one for each property) may be NULL. What
 * is no property is CIM_ERR_NO_SUCH_PROPERTY; cim:Location is left out. */
int wscim_properties(struct arena *a, const struct xml_element *parent, struct cim_instance *i, bool *given,
                     struct cim_error *err);

/* One property from the elements below parent that have its name; CIM_ERR_NOT_FOUND if there are none. */
int wscim_property(struct arena *a, const struct cim_class *c, const struct cim_property *p,
                   const struct xml_element *parent, struct cim_value *ret, struct cim_error *err);

/* The content of one element as a scalar of p's type, nil as NULL. */
int wscim_scalar(struct arena *a, const struct cim_class *c, const struct cim_property *p, const struct xml_element *e,
                 struct cim_value *ret, struct cim_error *err);

/* The class that an element stands for by its namespace, whose name it must have, and xsi:type; NULL if the schema has none
 * such. */
const struct cim_class *wscim_class(const struct cim_schema *s, const struct xml_element *e);

#endif
