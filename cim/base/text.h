/* Text with a length, and names that compare without case. Borrowed bytes, never owned; UTF-8; not NUL-ended unless
 * said. CIM names fold ASCII letters only: names beyond ASCII compare byte by byte (DSP0004 leaves folding to the
 * implementation).
 */
#ifndef CIM_BASE_TEXT_H
#define CIM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *s;
    size_t n;
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

struct text text_of(const char *s); /* NULL gives the empty text */
bool text_eq(struct text a, struct text b);
bool text_ieq(struct text a, struct text b);
bool text_ieqs(struct text a, const char *s);
int text_icmp(struct text a, struct text b); /* order without case: <0, 0, >0; 0 exactly when text_ieq */
struct text text_trim(struct text t);        /* XML white space off both ends */

/* Case-insensitive FNV-1a: equal for names that text_ieq calls equal. */
uint32_t text_ihash(struct text t);

/* Whole text as a number; false on anything else, overflow included. No sign but '-', no blanks. */
bool text_to_u64(struct text t, uint64_t *ret_value);
bool text_to_s64(struct text t, int64_t *ret_value);

/* At most max bytes of t from the front, never half a character. */
struct text text_head(struct text t, size_t max);

/* True if the bytes are well-formed UTF-8 (no surrogates, no overlong forms). */
bool text_is_utf8(struct text t);

#endif
