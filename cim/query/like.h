/* LIKE of WQL: % any run, _ one character, [a-f] [a=f] [abc] one of a set, [^…] one outside it; everything else,
 * backslashes too, stands for itself. Characters are those of UTF-8. A [ that is never closed stands for itself.
 */
#ifndef CIM_QUERY_LIKE_H
#define CIM_QUERY_LIKE_H

#include "cim/base/text.h"

/* fold: ASCII letters match without case. Both texts are UTF-8; other bytes match byte by byte. */
bool like_match(struct text pattern, struct text t, bool fold);

/* The character at *p, which is before end and moves behind it. A stray byte counts as a character of its own. */
uint32_t like_character(const char **p, const char *end);

#endif
