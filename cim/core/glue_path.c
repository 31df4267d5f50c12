/* CWbemProviderGlue: one instance by its path. */
#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "cim/core/lookup.h"
#include "cim/core/operation.h"

enum { PATH_ARENA = 1 << 20 };

static HRESULT get_parsed(struct arena *a, const char *text, CInstance **ppInstance, MethodContext *ctx,
                          const char *const *names)
{
    struct cim_error err = {0};
    struct cim_path path;
    int r = path_parse(a, text_of(text), &path, &err);

    if (r > 0) {
        MethodContext_SetStatusObject(ctx, WBEM_E_INVALID_OBJECT_PATH, err.message);
        return WBEM_E_INVALID_OBJECT_PATH;
    }
    return r ? hresult_of_status(r) : operation_get(ctx, &path, names, ppInstance);
}

static HRESULT get(const char *text, CInstance **ppInstance, MethodContext *ctx, const char *const *names)
{
    struct arena a;
    HRESULT hr;

    if (!text || !*text || !ppInstance || !ctx)
        return WBEM_E_INVALID_PARAMETER;
    arena_init(&a, PATH_ARENA);
    hr = get_parsed(&a, text, ppInstance, ctx, names);
    arena_fini(&a);
    return hr;
}

HRESULT CWbemProviderGlue_GetInstanceByPath(const char *pszInstancePath, CInstance **ppInstance,
                                            MethodContext *pMethodContext)
{
    return get(pszInstancePath, ppInstance, pMethodContext, NULL);
}

HRESULT CWbemProviderGlue_GetInstanceKeysByPath(const char *pszInstancePath, CInstance **ppInstance,
                                                MethodContext *pMethodContext)
{
    static const char *const none[] = {NULL};

    return get(pszInstancePath, ppInstance, pMethodContext, none);
}

HRESULT CWbemProviderGlue_GetInstancePropertiesByPath(const char *pszInstancePath, CInstance **ppInstance,
                                                      MethodContext *pMethodContext, const char *const *csaProperties)
{
    return csaProperties ? get(pszInstancePath, ppInstance, pMethodContext, csaProperties) : WBEM_E_INVALID_PARAMETER;
}

/* The pinned namespace that the class is of. */
static const struct core_namespace *namespace_of(MethodContext *ctx, const struct cim_class *c)
{
    struct context_shared *s = ctx->shared;
    const struct core_namespace *ns = NULL;

    pthread_mutex_lock(&s->lock);
    for (unsigned i = 0; i < s->n_namespaces && !ns; i++)
        if (s->namespaces[i]->schema == c->schema)
            ns = s->namespaces[i];
    pthread_mutex_unlock(&s->lock);
    return ns;
}

static HRESULT fill(CInstance *i, const CInstance *from)
{
    for (uint16_t k = 0; k < i->instance.class->n_properties; k++)
        if (!value_copy(&i->arena, &from->values[k], &i->values[k]))
            return WBEM_E_OUT_OF_MEMORY;
    return WBEM_S_NO_ERROR;
}

HRESULT CWbemProviderGlue_FillInstance(MethodContext *pMethodContext, CInstance *pInstance)
{
    const struct core_namespace *ns;
    CInstance *found = NULL;
    struct lookup l;
    HRESULT hr;

    if (!pMethodContext || !pInstance)
        return WBEM_E_INVALID_PARAMETER;
    ns = namespace_of(pMethodContext, pInstance->instance.class);
    lookup_init(&l, pMethodContext, NULL);
    hr = ns ? lookup_bind_instance(&l, ns, &pInstance->instance) : WBEM_E_INVALID_PARAMETER;
    if (hr == WBEM_E_INVALID_OBJECT_PATH)
        hr = WBEM_E_INVALID_PARAMETER;
    if (SUCCEEDED(hr))
        hr = lookup_find(&l, &found);
    if (SUCCEEDED(hr))
        hr = fill(pInstance, found);
    if (found)
        CInstance_Release(found);
    lookup_fini(&l);
    return hr;
}
