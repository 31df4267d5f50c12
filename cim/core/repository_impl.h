/* The inside of the repository, shared by its files: what it keeps in memory, and how an instance becomes a row. */
#ifndef CIM_CORE_REPOSITORY_IMPL_H
#define CIM_CORE_REPOSITORY_IMPL_H

#include <pthread.h>

#include "cim/core/repository.h"
#include "cim/core/store.h"
#include "cim/model/instance.h"

enum { REPOSITORY_BUCKETS = 1024, REPOSITORY_MAX_BYTES = 64 << 20 /* of one instance */ };

/* How many instances a class has. Never freed before the repository: snapshots of namespaces point here. */
struct population {
    struct population *next;
    struct text namespace, class;
    atomic_ullong n; /* changed with the store locked, after the change is on disk */
    char names[];
};

struct repository {
    Provider provider; /* data is the repository */
    struct store *store;
    pthread_mutex_t loading; /* changes of schemas, one at a time */
    pthread_mutex_t lock;    /* populations */
    struct population *populations[REPOSITORY_BUCKETS];
};

extern const ProviderVtbl repository_vtbl;

/* Found or made; NULL when memory is out. */
struct population *repository_population(struct repository *r, struct text namespace, struct text class_name);

/* The row of an instance whose keys are set; ret borrows from key, from ns and from the instance's class.
 * CIM_ERR_INVALID_PARAMETER: a key is NULL, keys are too long, or CreationClassName is another class. -ENOMEM. */
int repository_key(struct buf *key, const struct core_namespace *ns, const struct cim_instance *i,
                   struct store_key *ret, struct cim_error *err);

/* The classes that were added before, on top of the core's; what does not fit any more is logged and left out. 0,
 * -ENOMEM, -EIO. */
int repository_restore(struct repository *r, struct core *c, struct cim_error *err);

#endif
