#include "cim/core/operation.h"

#include "cim/core/call.h"
#include "cim/core/cinstance.h"
#include "cim/core/lookup.h"
#include "cim/core/reference.h"

static HRESULT find(MethodContext *ctx, const struct cim_path *path, struct lookup *l, CInstance **ret)
{
    HRESULT hr;

    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    if (ctx->depth >= CONTEXT_MAX_DEPTH)
        return WBEM_E_FAILED;
    hr = lookup_bind(l, path);
    return FAILED(hr) ? hr : lookup_find(l, ret);
}

HRESULT operation_get(MethodContext *ctx, const struct cim_path *path, const char *const *names, CInstance **ret)
{
    struct lookup l;
    HRESULT hr;

    lookup_init(&l, ctx, names);
    hr = find(ctx, path, &l, ret);
    lookup_fini(&l);
    return hr;
}

/* ---- Changes: one call of the provider that serves the instance's class */

struct change {
    const struct core_namespace *ns;
    const struct served *served;
    const struct cim_instance *instance; /* as the provider shall get it */
    const char *const *names;            /* the properties that the client gave; NULL = all */
    long flags;
};

/* Who serves the class of c->instance. */
static HRESULT find_provider(struct change *c)
{
    c->served = namespace_serving(c->ns, c->instance->class);
    return c->served ? WBEM_S_NO_ERROR : WBEM_E_PROVIDER_NOT_CAPABLE;
}

/* A copy that belongs to a call of its own: another holder of the instance sees no change. */
static HRESULT begin(MethodContext *ctx, const struct change *c, MethodContext **ret_call, CInstance **ret)
{
    MethodContext *call;
    CInstance *i;
    HRESULT hr = call_begin(ctx, c->ns, c->instance->class, c->served, c->names, &call);

    if (FAILED(hr))
        return hr;
    i = cinstance_copy(call, c->instance, c->served);
    if (!i)
        return call_end(call, WBEM_E_OUT_OF_MEMORY);
    *ret_call = call;
    *ret = i;
    return WBEM_S_NO_ERROR;
}

static HRESULT put(MethodContext *ctx, struct change *c, CInstance **ret)
{
    MethodContext *call;
    Provider *p;
    CInstance *i;
    HRESULT hr = find_provider(c);

    if (FAILED(hr))
        return hr;
    p = c->served->provider;
    if (!p->vtbl->PutInstance)
        return WBEM_E_PROVIDER_NOT_CAPABLE;
    hr = begin(ctx, c, &call, &i);
    if (FAILED(hr))
        return hr;
    hr = p->vtbl->PutInstance(p, i, c->flags);
    if (SUCCEEDED(hr) && FAILED(i->error)) /* it filled in what does not fit */
        hr = i->error;
    hr = call_end(call, hr);
    if (SUCCEEDED(hr) && ret)
        *ret = i; /* with the keys that the provider chose */
    else
        CInstance_Release(i);
    return FAILED(hr) ? hr : WBEM_S_NO_ERROR;
}

HRESULT operation_create(MethodContext *ctx, const char *namespace, const struct cim_instance *i, CInstance **ret)
{
    struct change c = {.instance = i, .flags = WBEM_FLAG_CREATE_ONLY};

    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    c.ns = context_namespace(ctx, namespace);
    if (!c.ns)
        return WBEM_E_INVALID_NAMESPACE;
    if (i->class->schema != c.ns->schema || i->class->flags & (CLASS_ABSTRACT | CLASS_INDICATION))
        return WBEM_E_INVALID_CLASS;
    return put(ctx, &c, ret);
}

/* ---- Modify */

static HRESULT refuse_key(MethodContext *ctx, const struct cim_property *p)
{
    struct cim_error err = {0};

    (void)cim_fail(&err, CIM_ERR_INVALID_PARAMETER, "%s is a key, which cannot be changed", p->name.s);
    MethodContext_SetStatusObject(ctx, WBEM_E_INVALID_PARAMETER, err.message);
    return WBEM_E_INVALID_PARAMETER;
}

/* The names of what was given, NULL-ended; NULL when memory is out. */
static const char **given_names(struct arena *a, const struct cim_class *c, const bool *given)
{
    const char **names = arena_alloc(a, (c->n_properties + 1u) * sizeof(*names));
    unsigned n = 0;

    for (uint16_t k = 0; names && k < c->n_properties; k++)
        if (given[k])
            names[n++] = c->properties[k].name.s;
    if (names)
        names[n] = NULL;
    return names;
}

/* A key that is given must be what it is, however it is spelled. */
static HRESULT check_key(struct lookup *l, const struct cim_property *p, const struct cim_value *present,
                         const struct cim_value *given)
{
    struct cim_value mine = *present, theirs = *given;

    if (reference_localise(&l->arena, l->ns, &mine) || reference_localise(&l->arena, l->ns, &theirs))
        return WBEM_E_OUT_OF_MEMORY;
    return value_equal(&mine, &theirs) ? WBEM_S_NO_ERROR : refuse_key(l->ctx, p);
}

/* The present instance with the given values laid over it; an index of a base class is valid in a derived one. */
static HRESULT overlay(struct lookup *l, const struct cim_instance *present, const struct cim_instance *changes,
                       const bool *given, struct cim_instance *ret)
{
    const struct cim_class *c = changes->class;
    HRESULT hr = WBEM_S_NO_ERROR;

    ret->class = present->class;
    ret->values = arena_alloc(&l->arena, present->class->n_properties * sizeof(*ret->values));
    if (!ret->values)
        return WBEM_E_OUT_OF_MEMORY;
    for (uint16_t k = 0; k < present->class->n_properties; k++)
        ret->values[k] = present->values[k];
    for (uint16_t k = 0; SUCCEEDED(hr) && k < c->n_properties; k++) {
        if (!given[k])
            continue;
        if (c->properties[k].flags & FEATURE_KEY)
            hr = check_key(l, &c->properties[k], &present->values[k], &changes->values[k]);
        else
            ret->values[k] = changes->values[k];
    }
    return hr;
}

static HRESULT modify_present(struct lookup *l, const struct cim_instance *present, const struct cim_instance *changes,
                              const bool *given, CInstance **ret)
{
    struct cim_instance merged;
    struct change c = {.ns = l->ns, .instance = &merged, .flags = WBEM_FLAG_UPDATE_ONLY};
    HRESULT hr;

    if (changes->class->schema != l->ns->schema || !class_is_a(present->class, changes->class))
        return WBEM_E_INVALID_CLASS;
    c.names = given_names(&l->arena, changes->class, given);
    if (!c.names)
        return WBEM_E_OUT_OF_MEMORY;
    hr = overlay(l, present, changes, given, &merged);
    return FAILED(hr) ? hr : put(l->ctx, &c, ret);
}

HRESULT operation_modify(MethodContext *ctx, const struct cim_path *path, const struct cim_instance *changes,
                         const bool *given, CInstance **ret)
{
    CInstance *present = NULL;
    struct lookup l;
    HRESULT hr;

    lookup_init(&l, ctx, NULL);
    hr = find(ctx, path, &l, &present);
    if (SUCCEEDED(hr)) {
        hr = modify_present(&l, cinstance_view(present), changes, given, ret);
        CInstance_Release(present);
    }
    lookup_fini(&l);
    return hr;
}

/* ---- Delete */

static HRESULT delete_present(struct lookup *l, const struct cim_instance *present)
{
    struct change c = {.ns = l->ns, .instance = present};
    MethodContext *call;
    CInstance *i;
    HRESULT hr = find_provider(&c);

    if (FAILED(hr))
        return hr;
    if (!c.served->provider->vtbl->DeleteInstance)
        return WBEM_E_PROVIDER_NOT_CAPABLE;
    hr = begin(l->ctx, &c, &call, &i);
    if (FAILED(hr))
        return hr;
    hr = c.served->provider->vtbl->DeleteInstance(c.served->provider, i, 0);
    CInstance_Release(i);
    hr = call_end(call, hr);
    return FAILED(hr) ? hr : WBEM_S_NO_ERROR;
}

HRESULT operation_delete(MethodContext *ctx, const struct cim_path *path)
{
    static const char *const keys_only[] = {NULL};
    CInstance *present = NULL;
    struct lookup l;
    HRESULT hr;

    lookup_init(&l, ctx, keys_only);
    hr = find(ctx, path, &l, &present);
    if (SUCCEEDED(hr)) {
        hr = delete_present(&l, cinstance_view(present));
        CInstance_Release(present);
    }
    lookup_fini(&l);
    return hr;
}
