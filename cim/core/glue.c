/* CWbemProviderGlue: enumeration. */
#include <errno.h>

#include "cim/core/association.h"
#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "cim/core/walk.h"

enum { QUERY_ARENA = 4 << 20 };

static HRESULT find_class(MethodContext *ctx, const char *pszNamespace, const char *pszClass,
                          const struct core_namespace **ret_ns, const struct cim_class **ret_class)
{
    const struct core_namespace *ns = context_namespace(ctx, pszNamespace);
    const struct cim_class *c;

    if (!ns)
        return WBEM_E_INVALID_NAMESPACE;
    c = schema_class(ns->schema, text_of(pszClass));
    if (!c)
        return WBEM_E_INVALID_CLASS;
    *ret_ns = ns;
    *ret_class = c;
    return WBEM_S_NO_ERROR;
}

static HRESULT enumerate(const char *pszClass, const char *pszNamespace, MethodContext *ctx, struct walk_request *r)
{
    HRESULT hr;

    if (!pszClass || !*pszClass || !r->callback || !ctx)
        return WBEM_E_INVALID_PARAMETER;
    hr = find_class(ctx, pszNamespace, pszClass, &r->ns, &r->base);
    return FAILED(hr) ? hr : walk_run(ctx, r);
}

HRESULT CWbemProviderGlue_GetAllDerivedInstancesAsynch(const char *pszBaseClassName, Provider *pRequester,
                                                       LPProviderInstanceCallback pCallback, const char *pszNamespace,
                                                       MethodContext *pMethodContext, void *pUserData)
{
    struct walk_request r = {.requester = pRequester, .callback = pCallback, .user = pUserData};

    return enumerate(pszBaseClassName, pszNamespace, pMethodContext, &r);
}

HRESULT CWbemProviderGlue_GetAllInstancesAsynch(const char *pszClassName, Provider *pRequester,
                                                LPProviderInstanceCallback pCallback, const char *pszNamespace,
                                                MethodContext *pMethodContext, void *pUserData)
{
    struct walk_request r = {.exact = true, .requester = pRequester, .callback = pCallback, .user = pUserData};

    return enumerate(pszClassName, pszNamespace, pMethodContext, &r);
}

/* A syntax error is UNPARSABLE_QUERY, one of meaning INVALID_QUERY: only the binding knows classes. */
static HRESULT parse_query(MethodContext *ctx, struct arena *a, const char *text, struct query *ret)
{
    struct cim_error err = {0};
    char *copy = arena_strdup(a, text);
    int r = copy ? wql_parse(a, text_of(copy), ret, &err) : -ENOMEM;

    if (r > 0)
        MethodContext_SetStatusObject(ctx, WBEM_E_UNPARSABLE_QUERY, err.message);
    if (r == CIM_ERR_NOT_SUPPORTED)
        return WBEM_E_NOT_SUPPORTED;
    return r == 0 ? WBEM_S_NO_ERROR : r < 0 ? WBEM_E_OUT_OF_MEMORY : WBEM_E_UNPARSABLE_QUERY;
}

static HRESULT bind_query(MethodContext *ctx, struct arena *a, const struct query *q, const struct cim_class *c,
                          struct query *ret)
{
    struct cim_error err = {0};
    int r = query_bind(a, q, c, ret, &err);

    if (r > 0)
        MethodContext_SetStatusObject(ctx, WBEM_E_INVALID_QUERY, err.message);
    return hresult_of_status(r);
}

static HRESULT run_query(MethodContext *ctx, const char *pszQuery, const char *pszNamespace, struct arena *a,
                         struct walk_request *r)
{
    struct query parsed, bound;
    char *class_name;
    HRESULT hr = parse_query(ctx, a, pszQuery, &parsed);

    if (FAILED(hr))
        return hr;
    class_name = arena_strndup(a, parsed.class_name.s, parsed.class_name.n);
    if (!class_name)
        return WBEM_E_OUT_OF_MEMORY;
    hr = find_class(ctx, pszNamespace, class_name, &r->ns, &r->base);
    if (SUCCEEDED(hr))
        hr = bind_query(ctx, a, &parsed, r->base, &bound);
    if (FAILED(hr))
        return hr;
    r->exact = bound.exact_class;
    r->query = &bound;
    r->arena = a;
    return walk_run(ctx, r);
}

/* ---- ASSOCIATORS OF and REFERENCES OF */

/* NULL-ended; NULL for none. false when memory is out. */
static bool to_string(struct arena *a, struct text t, const char **ret)
{
    *ret = t.n ? arena_strndup(a, t.s, t.n) : NULL;
    return !t.n || *ret;
}

static HRESULT read_associators(MethodContext *ctx, struct arena *a, const char *text, struct query_associators *ret,
                                struct cim_path *ret_path)
{
    struct cim_error err = {0};
    int r = associators_parse(a, text_of(text), ret, &err);

    if (r == 0)
        r = path_parse(a, ret->path, ret_path, &err);
    if (r < 0)
        return WBEM_E_OUT_OF_MEMORY;
    if (r == 0 && (ret->class_defs_only || ret->schema_only))
        r = cim_fail(&err, CIM_ERR_NOT_SUPPORTED, "query: ClassDefsOnly and SchemaOnly are not served");
    if (r == 0)
        return WBEM_S_NO_ERROR;
    MethodContext_SetStatusObject(ctx, WBEM_E_UNPARSABLE_QUERY, err.message);
    return r == CIM_ERR_NOT_SUPPORTED ? WBEM_E_NOT_SUPPORTED : WBEM_E_UNPARSABLE_QUERY;
}

static HRESULT associators(MethodContext *ctx, const char *pszQuery, const char *pszNamespace, struct arena *a,
                           const struct walk_request *w)
{
    static const char *const keys[] = {NULL};
    struct association_request r = {.serial = w->serial,
                                    .requester = w->requester,
                                    .callback = w->callback,
                                    .user = w->user};
    struct query_associators q;
    struct cim_path path;
    HRESULT hr = read_associators(ctx, a, pszQuery, &q, &path);

    if (FAILED(hr))
        return hr;
    if (path.namespace.n == 0 && pszNamespace &&
        namespace_normalise(a, text_of(pszNamespace), &path.namespace, NULL) != 0)
        return WBEM_E_INVALID_NAMESPACE;
    r.object = &path;
    r.references = q.references;
    r.names = q.keys_only ? keys : NULL;
    if (!to_string(a, q.assoc_class, &r.association_class) || !to_string(a, q.result_class, &r.result_class) ||
        !to_string(a, q.role, &r.role) || !to_string(a, q.result_role, &r.result_role))
        return WBEM_E_OUT_OF_MEMORY;
    return association_run(ctx, &r);
}

static HRESULT query(const char *pszQuery, const char *pszNamespace, MethodContext *ctx, struct walk_request *r)
{
    struct arena a;
    HRESULT hr;

    if (!pszQuery || !*pszQuery || !r->callback || !ctx)
        return WBEM_E_INVALID_PARAMETER;
    arena_init(&a, QUERY_ARENA);
    if (query_is_associators(text_of(pszQuery)))
        hr = associators(ctx, pszQuery, pszNamespace, &a, r);
    else
        hr = run_query(ctx, pszQuery, pszNamespace, &a, r);
    arena_fini(&a);
    return hr;
}

HRESULT CWbemProviderGlue_GetInstancesByQueryAsynch(const char *pszQuery, Provider *pRequester,
                                                    LPProviderInstanceCallback pCallback, const char *pszNamespace,
                                                    MethodContext *pMethodContext, void *pUserData)
{
    struct walk_request r = {.requester = pRequester, .callback = pCallback, .user = pUserData};

    return query(pszQuery, pszNamespace, pMethodContext, &r);
}

/* The collecting forms */

static HRESULT collect(Provider *pProvider, CInstance *pInstance, MethodContext *pMethodContext, void *pUserData)
{
    (void)pProvider;
    (void)pMethodContext;
    return TRefPointerCollection_Add(pUserData, pInstance) ? WBEM_S_NO_ERROR : WBEM_E_OUT_OF_MEMORY;
}

/* One list is filled by one thread: a collecting call leaves the executor alone. */
static struct walk_request collecting(TRefPointerCollection *pList, bool exact)
{
    return (struct walk_request){.exact = exact, .serial = true, .callback = pList ? collect : NULL, .user = pList};
}

HRESULT CWbemProviderGlue_GetAllDerivedInstances(const char *pszBaseClassName, TRefPointerCollection *pList,
                                                 MethodContext *pMethodContext, const char *pszNamespace)
{
    struct walk_request r = collecting(pList, false);

    return enumerate(pszBaseClassName, pszNamespace, pMethodContext, &r);
}

HRESULT CWbemProviderGlue_GetAllInstances(const char *pszClassName, TRefPointerCollection *pList,
                                          const char *pszNamespace, MethodContext *pMethodContext)
{
    struct walk_request r = collecting(pList, true);

    return enumerate(pszClassName, pszNamespace, pMethodContext, &r);
}

HRESULT CWbemProviderGlue_GetInstancesByQuery(const char *pszQuery, TRefPointerCollection *pList,
                                              MethodContext *pMethodContext, const char *pszNamespace)
{
    struct walk_request r = collecting(pList, false);

    return query(pszQuery, pszNamespace, pMethodContext, &r);
}

bool CWbemProviderGlue_IsDerivedFrom(const char *pszBaseClassName, const char *pszDerivedClassName,
                                     MethodContext *pMethodContext, const char *pszNamespace)
{
    const struct core_namespace *ns;
    const struct cim_class *base, *derived;

    if (!pszBaseClassName || !pszDerivedClassName || !pMethodContext ||
        FAILED(find_class(pMethodContext, pszNamespace, pszBaseClassName, &ns, &base)) ||
        FAILED(find_class(pMethodContext, pszNamespace, pszDerivedClassName, &ns, &derived)))
        return false;
    return base != derived && class_is_a(derived, base);
}

HRESULT CWbemProviderGlue_GetEmptyInstance(MethodContext *pMethodContext, const char *pszClassName,
                                           CInstance **ppInstance, const char *pszNamespace)
{
    const struct core_namespace *ns;
    const struct cim_class *c;
    CInstance *i;
    HRESULT hr;

    if (!pMethodContext || !pszClassName || !*pszClassName || !ppInstance)
        return WBEM_E_INVALID_PARAMETER;
    hr = find_class(pMethodContext, pszNamespace, pszClassName, &ns, &c);
    if (FAILED(hr))
        return hr;
    i = cinstance_new(pMethodContext, c, NULL);
    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    *ppInstance = i;
    return WBEM_S_NO_ERROR;
}

bool CWbemProviderGlue_SetStatusObject(MethodContext *pMethodContext, const char *pszNamespace,
                                       const char *pDescription, HRESULT hr, const char *const *pPrivilegesNotHeld,
                                       const char *const *pPrivilegesRequired)
{
    (void)pszNamespace;
    (void)pPrivilegesNotHeld;
    (void)pPrivilegesRequired;
    return pMethodContext && MethodContext_SetStatusObject(pMethodContext, hr, pDescription);
}
