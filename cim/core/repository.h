/* Instances of classes that no provider serves, and what was added to the schema at run time: both in one SQLite
 * database. A write that returned success survives kill -9 and a power cut; none is ever half there. The repository is
 * a Provider like others: it serves what nobody else does, so walks and operations need not know it.
 * Any thread.
 */
#ifndef CIM_CORE_REPOSITORY_H
#define CIM_CORE_REPOSITORY_H

#include "cim/core/registry.h"

struct repository;

/* Opens or makes the database; the directory must exist and be writable. NULL with err filled otherwise. */
struct repository *repository_open(const char *path, struct cim_error *err);
/* After core_free of the core that it serves. Always NULL. */
struct repository *repository_close(struct repository *r);

/* Once, after core_load: the stored classes go on top of the core's schemas, and the repository serves what nobody
 * else does. 0, -ENOMEM, -EIO. */
int repository_serve(struct repository *r, struct core *c, struct cim_error *err);

/* How much a MOF text declared. */
struct repository_loaded {
    unsigned classes, qualifiers, instances;
};

/* The classes and instances of MOF text, in the namespace unless a pragma says otherwise: all of it or nothing. Classes
 * that exist are replaced, instances that exist are set anew. The schema changes are stored, and the core (which the
 * repository serves) gets new snapshots; requests that run keep theirs. Problems go to report, line by line. ret is
 * written on success. 0, -ENOMEM, -ENOSPC, -EIO, or the CIM status of the first problem.
 */
int repository_load_mof(struct repository *r, struct core *c, const char *namespace, const char *source_name,
                        struct text source, void (*report)(void *user, const char *line), void *user,
                        struct repository_loaded *ret, struct cim_error *err);

#endif
