/* Conditions that a provider is told (CFrameworkQuery) so that it can look up instead of listing everything. They are
 * bound queries made without a parser; who tells them does the filtering himself. One thread. */
#ifndef CIM_CORE_HINT_H
#define CIM_CORE_HINT_H

#include "cim/query/query.h"

/* A query for instances of c that says nothing yet. */
void hint_init(struct query *q, const struct cim_class *c);

/* Adds `AND p = v`. p, a property of the class, and v are borrowed, the rest is in the arena. false when memory is out. */
bool hint_equal(struct query *q, struct arena *a, const struct cim_property *p, const struct cim_value *v);

/* Writes q->text, for providers that hand it to a query language of their own. false when memory is out. */
bool hint_finish(struct query *q, struct arena *a);

#endif
