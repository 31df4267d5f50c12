/* Requests of WS-Man for tests of what is read from them: an envelope around the parts that matter. Prefixes: s, a (addressing), w (wsman),
 * b (CIM binding), n (enumeration), cim, xsi, m (Microsoft's wsman), x (urn:x). */
#ifndef TESTS_UNIT_MESSAGES_H
#define TESTS_UNIT_MESSAGES_H

#include "server/proto/wsman.h"

#define MESSAGES_DMTF "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define MESSAGES_WXF "http://schemas.xmlsoap.org/ws/2004/09/transfer/"

#define MESSAGES_SET(content) "<w:SelectorSet>" content "</w:SelectorSet>"
#define MESSAGES_PAIR(name, value) "<w:Selector Name='" name "'>" value "</w:Selector>"
/* What is inside of an endpoint reference */
#define MESSAGES_EPR(class, selectors)                                                                               \
    "<a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>" MESSAGES_DMTF class "</w:ResourceURI>"          \
                                                                                         "<w:SelectorSet>" selectors \
                                                                                         "</w:SelectorSet></a:ReferenceParameters>"

/* Any bytes in the parts. header: behind the usual ones. The message lives in a. As wsman_decode. */
int messages_decode(struct arena *a, const char *action, const char *uri, const char *header, const char *body,
                    struct wsman_request *ret, struct wsman_fault *ret_fault);

/* Calls step, whose memory comes from the arena, with more and more of it: -ENOMEM until it is enough, and then 0. */
void messages_fill_arena(int (*step)(struct arena *a, void *user), void *user);

#endif
