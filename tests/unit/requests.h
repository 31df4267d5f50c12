/* Requests of WS-Man as text, for comparing what was read from them. */
#ifndef TESTS_UNIT_REQUESTS_H
#define TESTS_UNIT_REQUESTS_H

#include "server/proto/wsman.h"

/* Appends a line for everything that is not the usual, and the reason of the fault if there is one. */
void requests_show(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f);

#endif
