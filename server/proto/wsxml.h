/* Instances as WS-CIM XML (DSP0230). A plan is made once per class and style; encoding is then copies, integer
 * formatting and one escape scan, without allocation. Plans are immutable: any thread.
 *
 * A fragment is one complete item of an enumeration. Prefixes xsi, cim, wsa and wsman are those of the envelope that
 * wsman_encode.h writes.
 */
#ifndef SERVER_PROTO_WSXML_H
#define SERVER_PROTO_WSXML_H

#include "cim/model/instance.h"

enum wsxml_items {
    WSXML_OBJECT,         /* <p:CLASS xmlns:p="URI">…</p:CLASS> */
    WSXML_EPR,            /* <wsa:EndpointReference>…</wsa:EndpointReference> */
    WSXML_OBJECT_AND_EPR, /* <wsman:Item>object, EPR</wsman:Item> */
    /* Parts, for answers about a single instance: */
    WSXML_REFERENCE,  /* what is inside of the EPR's element */
    WSXML_PROPERTIES, /* the elements of the style's names alone, each with its own declaration of p */
};

struct wsxml_style {
    enum wsxml_items items;
    struct text namespace; /* for __cimnamespace of EPRs and the WMI URI, "root/cimv2" */
    bool wmi_uri; /* class URIs in the WMI form (http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/CLASS) instead of DMTF's */
    bool omit_null; /* leave NULL properties out instead of xsi:nil */
    /* A NULL array carries m:IsNullArray, omit_null or not, so that an absent element is an empty one */
    bool precise_arrays;
    bool location; /* cim:Location, the instance's EPR, behind the properties of whole objects */
    /* Projection: objects become wsman:XmlFragment with the elements of these properties alone, those that the class
     * has, in its order and spelling. Borrowed until the plan is made. NULL = whole objects */
    const struct text *names;
    uint32_t n_names;
    struct text uri; /* namespace of the elements where it is not the class' (Invoke); n 0 = the class' */
};

struct wsxml_plan;

/* instance_class: the class of the instances; as: the same, or an ancestor as which they are written
 * (ExcludeSubClassProperties). Both must outlive the plan. NULL when memory is out.
 */
struct wsxml_plan *wsxml_plan_new(const struct cim_class *instance_class, const struct cim_class *as,
                                  const struct wsxml_style *style);
struct wsxml_plan *wsxml_plan_free(struct wsxml_plan *p); /* always NULL */

/* At most so many bytes will be written for this instance. Cheap. */
size_t wsxml_bound(const struct wsxml_plan *p, const struct cim_instance *i);

/* Writes the fragment to out, which has room for wsxml_bound bytes; returns the end. */
char *wsxml_encode(const struct wsxml_plan *p, const struct cim_instance *i, char *out);

/* A single instance, as what it is, with a plan of its own. Memory that is out fails the buffer. */
void wsxml_put(struct buf *b, const struct wsxml_style *style, const struct cim_instance *i);

/* What the elements of a value say, without them: a datetime as in a selector, octets as base64, the items of an array
 * one after the other. References and embedded instances have no text of their own. */
void wsxml_put_text(struct buf *b, const struct cim_property *p, const struct cim_value *v);

#endif
