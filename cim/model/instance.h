/* An instance: its class and one value for each property of the class, in the class' order. The values live in the
 * owner's arena. */
#ifndef CIM_MODEL_INSTANCE_H
#define CIM_MODEL_INSTANCE_H

#include "cim/model/class.h"
#include "cim/model/path.h"

struct cim_instance {
    const struct cim_class *class; /* borrowed; whoever keeps the instance keeps the schema */
    struct cim_value *values;      /* class->n_properties of them */
};

/* All properties at the class' defaults. NULL when memory is out. */
struct cim_instance *instance_new(struct arena *a, const struct cim_class *c);

/* Copies the defaults over the values: the start of a recycled instance. */
void instance_clear(struct cim_instance *i);

/* Converts and stores a copy of v; embedded properties take CIM_INSTANCE values of the right class only.
 * CIM_ERR_NO_SUCH_PROPERTY, CIM_ERR_TYPE_MISMATCH, CIM_ERR_INVALID_PARAMETER, -ENOMEM.
 */
int instance_set(struct cim_instance *i, struct arena *a, struct text name, const struct cim_value *v,
                 struct cim_error *err);
/* NULL if there is no such property. */
const struct cim_value *instance_get(const struct cim_instance *i, struct text name);

/* The path of the instance in namespace; values are borrowed from the instance. CIM_ERR_INVALID_PARAMETER if a key
 * is NULL. */
int instance_path(const struct cim_instance *i, struct arena *a, struct text namespace, struct cim_path *ret,
                  struct cim_error *err);

/* Copies a deep instance into another arena; NULL when memory is out. */
struct cim_instance *instance_copy(struct arena *a, const struct cim_instance *i);
bool instance_equal(const struct cim_instance *a, const struct cim_instance *b);

#endif
