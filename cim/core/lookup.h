/* Which instance a path names, and who has it. A provider with GetObject is asked directly; another one is enumerated
 * and the instance picked by its keys. A path may name a base class: then the provider of the derived class is found
 * through CreationClassName, else by asking everybody of the closure in turn who has something. One thread.
 */
#ifndef CIM_CORE_LOOKUP_H
#define CIM_CORE_LOOKUP_H

#include "cim/core/context.h"

struct lookup {
    MethodContext *ctx;              /* borrowed */
    const char *const *names;        /* wanted properties; NULL = all; empty = keys; borrowed */
    const struct core_namespace *ns; /* borrowed from the pins of ctx */
    const struct cim_class *class;   /* named by the path */
    struct cim_path path;            /* bound to it, references in their local form */
    struct arena arena, scratch;     /* scratch: of one comparison */
};

void lookup_init(struct lookup *l, MethodContext *ctx, const char *const *names);
void lookup_fini(struct lookup *l);

/* The class and the keys that the path names. WBEM_E_INVALID_NAMESPACE, WBEM_E_INVALID_CLASS,
 * WBEM_E_INVALID_OBJECT_PATH with a sentence, WBEM_E_OUT_OF_MEMORY. */
HRESULT lookup_bind(struct lookup *l, const struct cim_path *path);

/* Its class alone: for a path that may have no keys. */
HRESULT lookup_bind_class(struct lookup *l, const struct cim_path *path);

/* The same for an instance whose keys are set. */
HRESULT lookup_bind_instance(struct lookup *l, const struct core_namespace *ns, const struct cim_instance *i);

/* One reference in ret. WBEM_E_NOT_FOUND, a provider's failure. */
HRESULT lookup_find(struct lookup *l, CInstance **ret);

/* The same in two steps: who may have it, and what one of them says. */
const struct served *lookup_candidates(const struct lookup *l, uint32_t *ret_n);
HRESULT lookup_ask(struct lookup *l, const struct served *s, CInstance **ret);

/* An instance of the class that s serves with nothing but the keys that were bound. NULL when memory is out. */
CInstance *lookup_blank(const struct lookup *l, MethodContext *call, const struct served *s);

#endif
