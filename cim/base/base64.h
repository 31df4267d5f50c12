/* Base64 (RFC 4648), strict: no blanks, no stray bits in the last digit. Pure; any thread. */
#ifndef CIM_BASE_BASE64_H
#define CIM_BASE_BASE64_H

#include "cim/base/buf.h"

/* Padding is taken when complete, and may be left off. False when it is not base64 or does not fit. */
bool base64_decode(struct text s, unsigned char *ret_bytes, size_t room, size_t *ret_n);

/* Without padding. */
void base64_encode(const unsigned char *bytes, size_t n, struct buf *out);

#endif
