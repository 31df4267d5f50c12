/* Text into XML: the one place where it is escaped. What XML 1.0 cannot hold (control characters, U+FFFE, U+FFFF,
 * bytes that are no UTF-8) becomes U+FFFD, so that the result is well-formed whatever comes in. Pure functions, any
 * thread.
 */
#ifndef SERVER_PROTO_ESCAPE_H
#define SERVER_PROTO_ESCAPE_H

#include <string.h>

#include "cim/base/buf.h"

/* Bytes written for one byte of text at most. */
enum { ESCAPE_TEXT_MAX = 5, ESCAPE_ATTR_MAX = 6 };

/* 16 bytes at a time, in whatever the machine has for it */
typedef int8_t escape_bytes __attribute__((vector_size(16)));
typedef uint64_t escape_words __attribute__((vector_size(16)));

/* True if none of the bytes is a control character, beyond ASCII (both are below the blank as signed numbers),
 * '<', '>' or '&' */
static inline bool escape_plain(escape_bytes v)
{
    escape_words bad =
        (escape_words)((v < ' ') | ((v | 2) == '>') | (v == '&')); /* '<' and '>' differ in the bit of 2 */

    return (bad[0] | bad[1]) == 0;
}

/* Any text; what escape_text falls back on. */
char *escape_any(char *out, const char *s, size_t n);

/* Element content: & < > and CR are escaped. Returns the end; nothing is written behind it. Reads exactly s[0..n).
 * Inline for the most frequent lengths: two overlapping loads cover 8 to 16 bytes without a loop.
 */
static inline char *escape_text(char *out, const char *s, size_t n)
{
    escape_words v;

    if (n - 8 > 8)
        return escape_any(out, s, n);
    memcpy(&v, s, 8);
    memcpy((char *)&v + 8, s + n - 8, 8);
    if (!escape_plain((escape_bytes)v))
        return escape_any(out, s, n);
    memcpy(out, &v, 8);
    memcpy(out + n - 8, (char *)&v + 8, 8);
    return out + n;
}

/* The value of an attribute in double quotes: the quote, tab and line feed are escaped, too. */
char *escape_attr(char *out, const char *s, size_t n);

/* The same appended to a buffer; for what is not written once an instance. */
void escape_put_text(struct buf *b, struct text t);
void escape_put_attr(struct buf *b, struct text t);

#endif
