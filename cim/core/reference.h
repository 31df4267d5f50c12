/* References as keys. The same object is written with and without host and namespace, and its keys as text or typed;
 * the local form is the one spelling that compares. Any thread.
 */
#ifndef CIM_CORE_REFERENCE_H
#define CIM_CORE_REFERENCE_H

#include "cim/core/registry.h"
#include "cim/model/path.h"

/* The reference that v holds without host if that is this one, with the namespace that it is meant for (ns if it says
 * none) and with the types of its class where ns has the class; references among its keys too. v then borrows from the
 * arena, from ns and from what it held. A value that is no single reference is left alone. 0 or -ENOMEM.
 */
int reference_localise(struct arena *a, const struct core_namespace *ns, struct cim_value *v);

/* The path in the spelling of Provider_GetLocalInstancePath, NUL-ended, in the arena. NULL when memory is out. */
const char *reference_text(struct arena *a, const struct core_namespace *ns, const struct cim_path *p);

#endif
