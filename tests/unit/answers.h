/* What a service of a few fixed instances would answer: the golden pairs of operations. No provider and no repository is
 * asked, so a request has the same answer for ever. */
#ifndef TESTS_UNIT_ANSWERS_H
#define TESTS_UNIT_ANSWERS_H

#include "server/proto/wsman.h"

/* The classes that requests may name: once, before the first answer. given_fini frees them. */
void answers_init(void);

/* Appends the answer or fault for a request that was read; nothing for an action that has no fixed answer. */
void answer(struct buf *b, const struct wsman_request *q);

#endif
