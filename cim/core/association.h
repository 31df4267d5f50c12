/* Traversal of associations, computed from the association classes: for each association class whose references may
 * hold the object, its instances are asked for with `WHERE role = object`, a condition that their providers see
 * (CFrameworkQuery_GetValuesForProp) and may use or ignore; the other ends are read by their paths. Providers need
 * nothing but to enumerate. Source: DSP0200 5.3.3 (Associators, References), DSP0227 section 9.2; WQL ASSOCIATORS OF.
 */
#ifndef CIM_CORE_ASSOCIATION_H
#define CIM_CORE_ASSOCIATION_H

#include "cim/core/context.h"

struct association_request {
    const struct cim_path *object; /* an instance; its namespace (none = the default) is the one looked in */
    bool references;               /* the association instances; false: the objects at their other ends */
    /* Filters, NULL = any. A class stands for its closure. */
    const char *association_class; /* associators only */
    const char *result_class;      /* references: the association class */
    const char *role;              /* property of the association that refers to the object */
    const char *result_role;       /* property that refers to the other end; associators only */
    const char *const *names;      /* wanted properties of the result, NULL-ended; NULL = all, empty = keys */
    bool serial;                   /* as for a walk: the callback is not safe for concurrent use */
    Provider *requester;
    LPProviderInstanceCallback callback; /* as for GetAllDerivedInstancesAsynch; the executor of ctx is used */
    void *user;
};

/* Returns after the last callback; keeps nothing of r but requester, callback and user. An endpoint that is associated
 * twice comes once per association instance; one that is on another host or not there any more is left out. An
 * object that does not exist gives WBEM_E_NOT_FOUND. Who cannot read an end is told like a provider that failed, under
 * the name of the association's provider; with continue_on_error (context_lend) it costs that end only. WBEM_E_INVALID_CLASS for a class filter that is no class (or no
 * association where it must be one), WBEM_E_INVALID_PARAMETER for a role that no association class has.
 */
HRESULT association_run(MethodContext *ctx, const struct association_request *r);

#endif
