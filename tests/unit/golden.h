/* Golden files: what a pure function made of an input, kept as files so that a change shows as a difference.
 * GOLDEN=write in the environment writes them instead of comparing: look at the difference before it is committed.
 */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include "cim/base/buf.h"

/* Calls each with every file of a folder that ends in suffix, sorted by name; fails if there is none. stem: the
 * path without the suffix. */
void golden_each(const char *folder, const char *suffix, void (*each)(const char *stem, struct text content));

/* Fails unless the file stem + suffix holds just this; a file of no bytes that is expected to be empty need not be
 * there. */
void golden_check(const char *stem, const char *suffix, struct text actual);

#endif
