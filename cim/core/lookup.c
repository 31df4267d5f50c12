/* CWbemProviderGlue: one instance by its path. A provider with GetObject is asked directly; another one is
 * enumerated and the instance picked by its keys. A path may name a base class: then the provider of the derived
 * class is found through CreationClassName, else by asking each provider of the closure in turn. */
#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "cim/core/walk.h"

enum { PATH_ARENA = 1 << 20 };

struct lookup {
    MethodContext *ctx;
    const struct core_namespace *ns;
    const struct cim_class *class; /* named by the path */
    struct cim_path path;          /* bound to it */
    const char *const *names;      /* wanted properties; NULL = all; empty = keys */
    struct arena arena;
    CInstance *found;
};

static HRESULT resolve_path(struct lookup *l, const char *text)
{
    struct cim_error err = {0};
    struct cim_path raw;
    int r = path_parse(&l->arena, text_of(text), &raw, &err);
    char *ns = NULL;

    if (r > 0) {
        MethodContext_SetStatusObject(l->ctx, WBEM_E_INVALID_OBJECT_PATH, err.message);
        return WBEM_E_INVALID_OBJECT_PATH;
    }
    if (r == 0 && raw.namespace.n)
        ns = arena_strndup(&l->arena, raw.namespace.s, raw.namespace.n);
    if (r < 0 || (raw.namespace.n && !ns))
        return WBEM_E_OUT_OF_MEMORY;
    l->ns = context_namespace(l->ctx, ns);
    if (!l->ns)
        return WBEM_E_INVALID_NAMESPACE;
    l->class = schema_class(l->ns->schema, raw.class_name);
    if (!l->class)
        return WBEM_E_INVALID_CLASS;
    r = path_bind(&l->arena, &raw, l->class, &l->path, &err);
    if (r > 0) {
        MethodContext_SetStatusObject(l->ctx, WBEM_E_INVALID_OBJECT_PATH, err.message);
        return WBEM_E_INVALID_OBJECT_PATH;
    }
    return hresult_of_status(r);
}

static bool keys_match(const struct lookup *l, const struct cim_instance *i)
{
    for (uint32_t k = 0; k < l->path.n_keys; k++) {
        const struct cim_value *v = instance_get(i, l->path.keys[k].name);

        if (!v || !value_equal(v, &l->path.keys[k].value))
            return false;
    }
    return true;
}

static HRESULT pick(Provider *pProvider, CInstance *pInstance, MethodContext *pMethodContext, void *pUserData)
{
    struct lookup *l = pUserData;

    (void)pProvider;
    (void)pMethodContext;
    if (!keys_match(l, &pInstance->instance))
        return WBEM_S_NO_ERROR;
    CInstance_AddRef(pInstance);
    l->found = pInstance;
    return WBEM_S_OPERATION_CANCELLED;
}

static HRESULT by_enumeration(struct lookup *l, const struct served *s)
{
    struct walk_request r = {.ns = l->ns, .base = s->class, .exact = true, .serial = true, .callback = pick, .user = l};
    HRESULT hr = walk_run(l->ctx, &r);

    if (FAILED(hr))
        return hr;
    return l->found ? WBEM_S_NO_ERROR : WBEM_E_NOT_FOUND;
}

/* A call of GetObject needs a context of its own: what is required differs from what the caller was asked. */
static MethodContext *object_call(struct lookup *l, const struct served *s)
{
    MethodContext *call = context_child(l->ctx, s);

    if (!call)
        return NULL;
    call->query.ns = l->ns;
    call->query.class = l->class;
    call->query.names = l->names;
    if (query_require(&call->query, s->class, NEEDS_ALL))
        return call;
    MethodContext_Release(call);
    return NULL;
}

static CInstance *with_keys(struct lookup *l, MethodContext *call, const struct served *s)
{
    CInstance *i = cinstance_new(call, s->class, s);

    for (uint32_t k = 0; i && k < l->path.n_keys; k++)
        if (instance_set(&i->instance, &i->arena, l->path.keys[k].name, &l->path.keys[k].value, NULL) != 0) {
            CInstance_Release(i);
            i = NULL;
        }
    return i;
}

static HRESULT by_get_object(struct lookup *l, const struct served *s)
{
    MethodContext *call = object_call(l, s);
    CInstance *i = call ? with_keys(l, call, s) : NULL;
    HRESULT hr = WBEM_E_OUT_OF_MEMORY;

    if (i)
        hr = s->provider->vtbl->GetObject(s->provider, i, 0, &call->query);
    if (i && SUCCEEDED(hr) && FAILED(i->error))
        hr = i->error;
    if (i && SUCCEEDED(hr) && keys_match(l, &i->instance))
        l->found = i;
    else if (i)
        CInstance_Release(i);
    if (call)
        MethodContext_Release(call);
    return SUCCEEDED(hr) && !l->found ? WBEM_E_NOT_FOUND : hr;
}

static HRESULT ask(struct lookup *l, const struct served *s)
{
    if (atomic_load(&s->provider->state->stuck))
        return WBEM_E_PROVIDER_TIMED_OUT;
    if (s->provider->vtbl->GetObject)
        return by_get_object(l, s);
    return s->provider->vtbl->EnumerateInstances ? by_enumeration(l, s) : WBEM_E_NOT_FOUND;
}

/* The served class that CreationClassName names, if it is in the closure; NULL: anyone may have it. */
static const struct served *named_class(const struct lookup *l)
{
    for (uint32_t k = 0; k < l->path.n_keys; k++) {
        const struct cim_class *c;

        if (!text_ieqs(l->path.keys[k].name, "CreationClassName") || l->path.keys[k].value.type != CIM_STRING)
            continue;
        c = schema_class(l->ns->schema, value_text(&l->path.keys[k].value));
        return c && class_is_a(c, l->class) ? namespace_serving(l->ns, c) : NULL;
    }
    return NULL;
}

static HRESULT find(struct lookup *l)
{
    const struct served *slice, *named = named_class(l);
    HRESULT hr = WBEM_E_NOT_FOUND, worst = WBEM_E_NOT_FOUND;
    uint32_t n;

    if (named)
        return ask(l, named);
    slice = namespace_served(l->ns, l->class, &n);
    for (uint32_t i = 0; i < n && !l->found; i++) {
        hr = ask(l, &slice[i]);
        if (FAILED(hr) && hr != WBEM_E_NOT_FOUND)
            worst = hr; /* another may still have it */
    }
    return l->found ? WBEM_S_NO_ERROR : worst;
}

static HRESULT get(const char *path, CInstance **ppInstance, MethodContext *ctx, const char *const *names)
{
    struct lookup l = {.ctx = ctx, .names = names};
    HRESULT hr;

    if (!path || !*path || !ppInstance || !ctx)
        return WBEM_E_INVALID_PARAMETER;
    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    if (ctx->depth >= CONTEXT_MAX_DEPTH)
        return WBEM_E_FAILED;
    arena_init(&l.arena, PATH_ARENA);
    hr = resolve_path(&l, path);
    if (SUCCEEDED(hr))
        hr = find(&l);
    arena_fini(&l.arena);
    if (SUCCEEDED(hr))
        *ppInstance = l.found;
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

HRESULT CWbemProviderGlue_FillInstance(MethodContext *pMethodContext, CInstance *pInstance)
{
    struct lookup l = {.ctx = pMethodContext};
    HRESULT hr = WBEM_E_INVALID_PARAMETER;

    if (!pMethodContext || !pInstance)
        return hr;
    arena_init(&l.arena, PATH_ARENA);
    l.class = pInstance->instance.class;
    l.ns = namespace_of(pMethodContext, l.class);
    if (l.ns && instance_path(&pInstance->instance, &l.arena, text_of(l.ns->name), &l.path, NULL) == 0)
        hr = find(&l);
    for (uint16_t k = 0; l.found && k < l.class->n_properties; k++)
        if (!value_copy(&pInstance->arena, &l.found->values[k], &pInstance->values[k]))
            hr = WBEM_E_OUT_OF_MEMORY;
    if (l.found)
        CInstance_Release(l.found);
    arena_fini(&l.arena);
    return hr;
}
