/* How many instances an enumeration would yield, without making them: the providers that know are asked. Any thread. */
#ifndef CIM_CORE_COUNT_H
#define CIM_CORE_COUNT_H

#include "cim/core/context.h"

/* Instances of base and all classes below it, or with exact of base alone, in ret. False as soon as one provider of the
 * closure does not know, fails, or is stuck; nothing is written then. */
bool core_count_instances(MethodContext *ctx, const struct core_namespace *ns, const struct cim_class *base, bool exact,
                          uint64_t *ret);

#endif
