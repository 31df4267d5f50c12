/* System properties of WMI that an instance knows by itself: they can be tested in WHERE. Those that need its path
 * (__PATH, __RELPATH, __NAMESPACE, __SERVER) or are arrays (__DERIVATION) cannot.
 */
#ifndef CIM_QUERY_SYSTEM_H
#define CIM_QUERY_SYSTEM_H

#include "cim/model/instance.h"

struct system_property {
    const char *name;
    enum cim_type type;
    struct cim_value (*get)(const struct cim_instance *i); /* borrowed from the instance's class */
};

const struct system_property *system_property(struct text name); /* NULL if there is none */

#endif
