/* Shared by association.c (what is asked for, and of whom) and association_ends.c (what comes) only. */
#ifndef CIM_CORE_ASSOCIATION_IMPL_H
#define CIM_CORE_ASSOCIATION_IMPL_H

#include "cim/core/association.h"

/* One traversal. It lives in its walk's arena and borrows from there and from the pins of the context: a call that was
 * given up may still look at it. Read only while the walk runs. */
struct traversal {
    const struct core_namespace *ns;
    struct cim_path object;        /* in its local form (reference.h), its class the real one */
    const struct cim_class *class; /* of the object */
    bool references;
    bool goes_on;                   /* an end that cannot be read costs only itself */
    const struct cim_class *links;  /* association class; NULL = any */
    const struct cim_class *result; /* class of the other end; NULL = any */
    struct text role, result_role;  /* n 0 = any */
    const char *const *names;       /* of the result; NULL = all */
    Provider *requester;
    LPProviderInstanceCallback callback;
    void *user;
};

/* True if p, a property of the association class, may refer to the object so that the filters let something through. */
bool traversal_starts_at(const struct traversal *t, const struct cim_class *link, const struct cim_property *p);

/* The callback of the walk over association instances; user is the traversal. */
HRESULT traversal_deliver(Provider *pRequester, CInstance *pInstance, MethodContext *pMethodContext, void *pUserData);

#endif
