/* A repository in a folder of its own, serving a core with a small schema in memory. */
#ifndef TESTS_UNIT_KEPT_H
#define TESTS_UNIT_KEPT_H

#include "cim/core/context.h"
#include "cim/core/repository.h"
#include "tests/unit/scratch.h"

/* The one of the running test: classes of tests/unit/fixture.h, R_Base (abstract, key Id) with R_All and R_Other,
 * R_Single without keys, R_Named and R_NamedMore with CreationClassName, R_Link between two R_Base. */
struct kept {
    struct scratch scratch;
    struct repository *repository;
    struct core *core;
    MethodContext *ctx;              /* of a request that began after the last load */
    struct buf lines;                /* what the last load reported, a '|' behind each */
    struct repository_loaded loaded; /* by the last load */
};
extern struct kept kept;

int kept_set_up(void **state);
int kept_tear_down(void **state);
void kept_start(void);
void kept_stop(void);
void kept_restart(void);
void kept_renew(void); /* a later request: it sees what has changed */

int kept_load_into(const char *namespace, const char *mof);
int kept_load(const char *mof);
void kept_loads(const char *mof); /* it must */

/* The instance that MOF declares, in the schema that kept.ctx sees. */
struct cim_instance *kept_make(struct arena *a, const char *mof);
HRESULT kept_create(const char *mof);
HRESULT kept_get(const char *path, CInstance **ret);
HRESULT kept_has(const char *path);
const char *kept_text(const char *path, const char *name); /* of a property, "-" if it is NULL */
/* Sets one property, given as text, through an instance of the class. */
HRESULT kept_set(const char *path, const char *class, const char *name, const char *value);
HRESULT kept_set_on(MethodContext *ctx, const char *path, const char *class, const char *name, const char *value);
HRESULT kept_count(Provider *p, CInstance *i, MethodContext *ctx, void *user); /* a callback; user is an unsigned */
unsigned kept_population(const char *class);                                   /* what a deep walk delivers */

#endif
