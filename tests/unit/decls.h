/* Declarations for tests in a short notation, so that a case of a table is one line:
 *
 *     A : Super [Abstract] { uint32 Id [Key] = 7; string Names[3]; ref A Next [Override]; uint32 M(string p [In(false), Out]) [Static]; }
 *
 * A qualifier is Name, Name(value) or Name(value, value), for an array with two values or more, and may be followed by flavors:
 * +o EnableOverride, -o DisableOverride, +s ToSubclass, -s Restricted. Values are whole numbers, 1.5, true, false, null, words and
 * "text"; property values in braces make an array. A place's line is 1 and its column that of the name. Bad notation fails the test.
 */
#ifndef TESTS_UNIT_DECLS_H
#define TESTS_UNIT_DECLS_H

#include "cim/model/schema.h"

struct decls {
    struct arena arena;
    struct decl_class *classes;
};

void decls_init(struct decls *d, const char *text);
void decls_fini(struct decls *d);

/* What a finish reported */
struct problems {
    unsigned errors, warnings;
    char first[256];
};

/* Qualifier types as the DMTF declares them, and a few more: decls.c has the table. */
void decls_add_types(struct schema_builder *b);

/* The classes of text on top of base; without a base the qualifier types come first. Strict. */
int decls_build(const struct cim_schema *base, const char *text, bool replace, struct problems *ret_problems,
                const struct cim_schema **ret);

/* The same for what must succeed. */
const struct cim_schema *decls_schema(const char *text);

void decls_count(void *user, const struct decl_place *place, int status, const char *message); /* a schema_report */

#endif
