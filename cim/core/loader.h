/* Start of the model: schema files and provider modules into a registry. Once, before requests; one thread.
 * Problems are logged where they are found, each with its place. */
#ifndef CIM_CORE_LOADER_H
#define CIM_CORE_LOADER_H

#include "cim/core/registry.h"

/* The modules compiled in, NULL-ended: made by the build from the files in providers/. */
extern const ProviderModule *const builtin_providers[];

struct core_load {
    /* Every directory below that holds *.mof files is a namespace: schema_dir/root/cimv2/ is root/cimv2. */
    const char *schema_dir;
    const char *provider_dir;             /* shared objects NAME.so, each with a NAME_module; NULL or absent = none */
    const char *const *namespaces;        /* further ones, with the classes of root/cimv2; NULL-ended, may be NULL */
    const ProviderModule *const *builtin; /* NULL-ended, may be NULL */
};

/* 0, -ENOMEM or a CIM status with the sentence. A built-in module that fails is an error; a module from provider_dir
 * that fails is logged and left out, so one bad file does not stop the service.
 */
int core_load(struct core *c, const struct core_load *l, struct cim_error *err);

/* One module: its MOF on top of the namespace's schema, then its providers. Whole or not at all. CIM_ERR_FAILED if
 * it was built for another ABI. */
int core_load_module(struct core *c, const char *name, const ProviderModule *m, struct cim_error *err);

#endif
