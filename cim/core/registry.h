/* What the service knows: namespaces, their schemas, and which provider serves which class. A namespace is an
 * immutable, reference-counted snapshot; a request pins the ones it uses and sees no change until it ends. Lookup:
 * any thread. Loading: the start of the process.
 */
#ifndef CIM_CORE_REGISTRY_H
#define CIM_CORE_REGISTRY_H

#include <stdatomic.h>

#include "cim/model/schema.h"
#include "cim/provider.h"

#define CORE_DEFAULT_NAMESPACE "root/cimv2"

struct core;

/* The framework's side of a Provider: counters since the start. Shared by the classes that the provider serves. */
struct ProviderState {
    atomic_ullong calls, instances, failures, timeouts;
    atomic_ullong microseconds; /* spent in calls, waits for slow readers included */
    atomic_uint stuck; /* calls that missed their deadline and have not come back: it is not called meanwhile */
};

/* A class that a provider serves. */
struct served {
    const struct cim_class *class;
    Provider *provider;
    const uint16_t *slots; /* property index of each slot; SLOT_MISSING where the class lacks it */
    unsigned n_slots;
    const atomic_ullong *population; /* how many instances the class has; NULL: the provider must be asked */
};

static inline bool served_is_empty(const struct served *s)
{
    return s->population && atomic_load_explicit(s->population, memory_order_relaxed) == 0;
}

enum { SLOT_MISSING = 0xFFFF };

struct core_namespace {
    atomic_uint refs;
    char *name; /* "root/cimv2" */
    const struct cim_schema *schema;
    struct served *served; /* sorted by class->index: what serves a subtree is a slice */
    uint32_t n_served;
};

/* NULL when memory is out. */
struct core *core_new(void);
/* Calls Flush of every provider; no call may be running. Always NULL. */
struct core *core_free(struct core *c);

/* Sets the namespace's schema (a reference is taken); providers stay registered and are bound to the new classes. 0,
 * -ENOMEM, or CIM_ERR_INVALID_CLASS when a provider's class is missing: then nothing changes.
 */
int core_set_schema(struct core *c, const char *namespace, const struct cim_schema *s, struct cim_error *err);

/* Registers providers (NULL-ended) with the classes that they name, all of them or none. CIM_ERR_INVALID_NAMESPACE,
 * CIM_ERR_INVALID_CLASS, CIM_ERR_ALREADY_EXISTS (another provider serves the class), -ENOMEM. */
int core_register(struct core *c, Provider *const *providers, struct cim_error *err);

/* The two halves of core_set_schema for a namespace that exists, so that a change of several is whole: what was
 * prepared can be published without fail. The reference goes to the caller, and back with core_publish. Whoever
 * changes a schema at run time sees to it that nobody else does. CIM_ERR_INVALID_NAMESPACE, and as above. */
int core_prepare(struct core *c, const char *namespace, const struct cim_schema *s, struct core_namespace **ret,
                 struct cim_error *err);
void core_publish(struct core *c, struct core_namespace *ns);

/* Who serves every class that no registered provider does and that can have instances. */
struct core_fallback {
    Provider *provider; /* outlives the core; its name, ns and also mean nothing here */
    /* The counter of a class; it outlives the core. NULL when memory is out. */
    const atomic_ullong *(*population)(Provider *p, const char *namespace, struct text class_name);
};

/* Once. Namespaces get new snapshots. 0 or -ENOMEM: then nothing changes. */
int core_set_fallback(struct core *c, const struct core_fallback *f, struct cim_error *err);

/* A reference, or NULL: name without case. */
struct core_namespace *core_namespace(struct core *c, struct text name);
struct core_namespace *core_namespace_unref(struct core_namespace *ns); /* always NULL */

/* The slice of served classes inside the closure of c. */
const struct served *namespace_served(const struct core_namespace *ns, const struct cim_class *c, uint32_t *ret_n);
/* The entry for exactly this class, or NULL. */
const struct served *namespace_serving(const struct core_namespace *ns, const struct cim_class *c);

/* Calls fn for every registered provider in order of registration, the fallback last. */
void core_each_provider(struct core *c, void (*fn)(void *user, Provider *p), void *user);

#endif
