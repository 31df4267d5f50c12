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
struct repository *repository_close(struct repository *r); /* always NULL */

/* The classes and instances of MOF text, in the namespace unless a pragma says otherwise: all of it or nothing. The
 * schema changes are stored, and the core gets new snapshots; requests that run keep theirs. Problems go to report.
 * 0, -ENOMEM, -EIO, or the CIM status of the first problem.
 */
int repository_load_mof(struct repository *r, struct core *c, const char *namespace, const char *source_name,
                        struct text source, void (*report)(void *user, const char *line), void *user,
                        struct cim_error *err);

#endif
