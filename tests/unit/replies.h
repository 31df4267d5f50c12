/* Replies of WS-Man as they must be, for the tests of the encoder. */
#ifndef TESTS_UNIT_REPLIES_H
#define TESTS_UNIT_REPLIES_H

#include "server/proto/wsman.h"

#define REPLY_ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

/* What stands before the headers of the operation and behind them, and the end */
#define REPLY_HEAD(action)                                                                                                    \
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                                         \
    " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                                         \
    " xmlns:wsman=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""                                                         \
    " xmlns:wsen=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""                                                       \
    " xmlns:wsmb=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\""                                                     \
    " xmlns:wxf=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\""                                                           \
    " xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""                                                              \
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xml:lang=\"en-US\"><s:Header><wsa:Action>" action               \
    "</wsa:Action><wsa:MessageID>uuid:2</wsa:MessageID><wsa:RelatesTo>uuid:&lt;1&gt;</wsa:RelatesTo><wsa:To>" REPLY_ANONYMOUS \
    "</wsa:To><x/>"
#define REPLY_BODY "</s:Header><s:Body>"
#define REPLY_TAIL "</s:Body></s:Envelope>"

/* To which those are the answer */
struct wsman_request reply_request(enum wsman_action action);

/* Fails unless the buffer holds just this, and well-formed; frees it. Wants xml_global_init. */
void reply_check(struct buf *b, const char *want);

#endif
