/* A look at the markup before the parser sees it: what must be refused whatever the parser would do with it. Pure,
 * any thread. */
#ifndef SERVER_PROTO_XML_GUARD_H
#define SERVER_PROTO_XML_GUARD_H

#include "cim/base/status.h"
#include "cim/base/text.h"

/* 0; XML_MALFORMED for NUL bytes, DOCTYPE and other declarations, processing instructions and tags with too many
 * attributes (the parser's time goes with their square); XML_ENCODING for an encoding that is neither UTF-8 nor
 * UTF-16 nor ASCII. Well-formedness is the parser's matter.
 */
int xml_guard(struct text t, struct cim_error *err);

#endif
