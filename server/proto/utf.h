/* UTF-8 and UTF-16, checked: surrogates, overlong forms and code points above U+10FFFF are refused. Pure
 * functions, any thread. */
#ifndef SERVER_PROTO_UTF_H
#define SERVER_PROTO_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cim/base/arena.h"
#include "cim/base/text.h"

/* Length of the well-formed sequence that s starts with, 0 if there is none; n is at least 1. */
unsigned utf8_next(const char *s, size_t n, uint32_t *ret_code_point);

/* Writes at most 4 bytes; returns the end. */
char *utf8_put(char *out, uint32_t code_point);

/* UTF-16 with or without a byte order mark, in the arena as UTF-8. big_endian holds unless a mark says otherwise, and
 * says afterwards what it was. 0, -ENOMEM, or 1 for an odd length or half a surrogate pair; ret_offset tells at which
 * byte.
 */
int utf16_to_utf8(struct arena *a, struct text in, bool *big_endian, struct text *ret, size_t *ret_offset);

#endif
