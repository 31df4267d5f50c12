/* LIKE of CQL: a regular expression that fits the whole text. A character stands for itself, . for any, [a-z] and [^a]
 * for sets, * + ? repeat what stands before them, | divides alternatives, ( ) groups, a backslash makes the next
 * character ordinary; ^ at the start and $ at the end change nothing. Characters are those of UTF-8. Matching takes
 * time in proportion to text times pattern, whatever they are. An expression is immutable data in an arena: any thread.
 */
#ifndef CIM_QUERY_REGEX_H
#define CIM_QUERY_REGEX_H

#include "cim/base/arena.h"
#include "cim/base/status.h"
#include "cim/base/text.h"

struct query_regex;

enum { REGEX_MAX_ELEMENTS = 256, REGEX_MAX_DEPTH = 16 };

/* The pattern is borrowed as long as the expression lives. 0, -ENOMEM, or CIM_ERR_INVALID_QUERY with a sentence that
 * names the place in the pattern.
 */
int regex_compile(struct arena *a, struct text pattern, const struct query_regex **ret, struct cim_error *err);

bool regex_match(const struct query_regex *r, struct text t);

#endif
