/* Instances for the tests of encoders: classes from MOF, values in one line each. They live until given_fini. */
#ifndef TESTS_UNIT_GIVEN_H
#define TESTS_UNIT_GIVEN_H

#include "server/proto/wsxml.h"
#include "tests/unit/mofs.h"

/* Before the tests of a group and behind them; with the usual qualifier types and OctetString. */
void given_classes(const char *mof);
void given_fini(void);

const struct cim_class *given_class(const char *name);
struct cim_instance *given_instance(const char *class);
struct arena *given_arena(void);

/* Converts as a provider's values are; the test fails if that fails. */
void given_set(struct cim_instance *i, const char *name, struct cim_value v);

struct cim_value given_string(const char *s);
struct cim_value given_datetime(const char *text); /* 25 characters */
struct cim_value given_octets(const void *octets, uint32_t n);
struct cim_value given_reference(const struct cim_path *borrowed);
struct cim_value given_embedded(const struct cim_instance *borrowed);

/* Fails unless a plan writes just this, into memory of exactly its bound. */
void given_check(const struct wsxml_style *style, const struct cim_instance *i, const struct cim_class *as,
                 const char *want);

#endif
