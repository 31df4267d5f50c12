#include "cim/core/lookup.h"

#include "cim/core/call.h"
#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "cim/core/hint.h"
#include "cim/core/reference.h"
#include "cim/core/walk.h"

enum { PATH_ARENA = 1 << 20 };

void lookup_init(struct lookup *l, MethodContext *ctx, const char *const *names)
{
    *l = (struct lookup){.ctx = ctx, .names = names};
    arena_init(&l->arena, PATH_ARENA);
    arena_init(&l->scratch, PATH_ARENA);
}

void lookup_fini(struct lookup *l)
{
    arena_fini(&l->scratch);
    arena_fini(&l->arena);
}

/* ---- The path */

static HRESULT localise_keys(struct lookup *l)
{
    struct cim_key *keys = (struct cim_key *)l->path.keys; /* made in the arena just before */

    for (uint32_t k = 0; k < l->path.n_keys; k++)
        if (reference_localise(&l->arena, l->ns, &keys[k].value) != 0)
            return WBEM_E_OUT_OF_MEMORY;
    return WBEM_S_NO_ERROR;
}

HRESULT lookup_bind_class(struct lookup *l, const struct cim_path *path)
{
    char *ns = NULL;

    if (path->namespace.n && !(ns = arena_strndup(&l->arena, path->namespace.s, path->namespace.n)))
        return WBEM_E_OUT_OF_MEMORY;
    l->ns = context_namespace(l->ctx, ns);
    if (!l->ns)
        return WBEM_E_INVALID_NAMESPACE;
    l->class = schema_class(l->ns->schema, path->class_name);
    return l->class ? WBEM_S_NO_ERROR : WBEM_E_INVALID_CLASS;
}

HRESULT lookup_bind(struct lookup *l, const struct cim_path *path)
{
    struct cim_error err = {0};
    HRESULT hr = lookup_bind_class(l, path);
    int r;

    if (FAILED(hr))
        return hr;
    r = path_bind(&l->arena, path, l->class, &l->path, &err);
    if (r > 0) {
        MethodContext_SetStatusObject(l->ctx, WBEM_E_INVALID_OBJECT_PATH, err.message);
        return WBEM_E_INVALID_OBJECT_PATH;
    }
    return r ? hresult_of_status(r) : localise_keys(l);
}

HRESULT lookup_bind_instance(struct lookup *l, const struct core_namespace *ns, const struct cim_instance *i)
{
    int r = instance_path(i, &l->arena, text_of(ns->name), &l->path, NULL);

    l->ns = ns;
    l->class = i->class;
    if (r)
        return r > 0 ? WBEM_E_INVALID_OBJECT_PATH : WBEM_E_OUT_OF_MEMORY;
    return localise_keys(l);
}

/* ---- The search */

static bool key_matches(struct lookup *l, const struct cim_value *v, const struct cim_value *key)
{
    struct cim_value local;

    if (!v)
        return false;
    if (key->type != CIM_REFERENCE)
        return value_equal(v, key);
    arena_reset(&l->scratch);
    local = *v;
    return reference_localise(&l->scratch, l->ns, &local) == 0 && value_equal(&local, key);
}

static bool keys_match(struct lookup *l, const struct cim_instance *i)
{
    for (uint32_t k = 0; k < l->path.n_keys; k++)
        if (!key_matches(l, instance_get(i, l->path.keys[k].name), &l->path.keys[k].value))
            return false;
    return true;
}

struct picking {
    struct lookup *l;
    const struct cim_class *class;
    CInstance *found;
};

static HRESULT pick(Provider *pProvider, CInstance *pInstance, MethodContext *pMethodContext, void *pUserData)
{
    struct picking *p = pUserData;

    (void)pProvider;
    (void)pMethodContext;
    if (pInstance->instance.class != p->class || !keys_match(p->l, &pInstance->instance))
        return WBEM_S_NO_ERROR;
    CInstance_AddRef(pInstance);
    p->found = pInstance;
    return WBEM_S_OPERATION_CANCELLED;
}

/* What a provider may look up instead of listing all. */
static bool tell_keys(struct lookup *l, const struct cim_class *c, struct query *ret)
{
    hint_init(ret, c);
    for (uint32_t k = l->path.n_keys; k-- > 0;) {
        const struct cim_property *p = class_property(c, l->path.keys[k].name);

        if (!p || !hint_equal(ret, &l->arena, p, &l->path.keys[k].value))
            return false;
    }
    return hint_finish(ret, &l->arena);
}

static HRESULT by_enumeration(struct lookup *l, const struct served *s, CInstance **ret)
{
    struct picking p = {.l = l, .class = s->class};
    struct query keys;
    const struct walk_task task = {s, &keys, l->names};
    struct walk_request r = {.ns = l->ns, .tasks = &task, .n_tasks = 1, .serial = true, .callback = pick, .user = &p};
    HRESULT hr;

    if (!tell_keys(l, s->class, &keys))
        return WBEM_E_OUT_OF_MEMORY;
    hr = walk_run(l->ctx, &r);
    if (FAILED(hr))
        return hr;
    *ret = p.found;
    return p.found ? WBEM_S_NO_ERROR : WBEM_E_NOT_FOUND;
}

CInstance *lookup_blank(const struct lookup *l, MethodContext *call, const struct served *s)
{
    CInstance *i = cinstance_new(call, s->class, s);

    for (uint32_t k = 0; i && k < l->path.n_keys; k++)
        if (instance_set(&i->instance, &i->arena, l->path.keys[k].name, &l->path.keys[k].value, NULL) != 0) {
            CInstance_Release(i);
            i = NULL;
        }
    return i;
}

/* What the provider made of i is the instance that was asked for. */
static HRESULT check_found(struct lookup *l, const CInstance *i)
{
    if (FAILED(i->error))
        return i->error;
    return keys_match(l, &i->instance) ? WBEM_S_NO_ERROR : WBEM_E_NOT_FOUND;
}

static HRESULT by_get_object(struct lookup *l, const struct served *s, CInstance **ret)
{
    MethodContext *call;
    CInstance *i;
    HRESULT hr = call_begin(l->ctx, l->ns, l->class, s, l->names, &call);

    if (FAILED(hr))
        return hr;
    i = lookup_blank(l, call, s);
    hr = i ? s->provider->vtbl->GetObject(s->provider, i, 0, &call->query) : WBEM_E_OUT_OF_MEMORY;
    if (SUCCEEDED(hr))
        hr = check_found(l, i);
    hr = call_end(call, hr);
    if (SUCCEEDED(hr))
        *ret = i;
    else if (i)
        CInstance_Release(i);
    return hr;
}

HRESULT lookup_ask(struct lookup *l, const struct served *s, CInstance **ret)
{
    if (served_is_empty(s) ||
        s->class->n_keys != l->path.n_keys) /* keys first appear below l->class: no path names them */
        return WBEM_E_NOT_FOUND;
    if (s->provider->vtbl->GetObject)
        return by_get_object(l, s, ret);
    return s->provider->vtbl->EnumerateInstances ? by_enumeration(l, s, ret) : WBEM_E_NOT_FOUND;
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

const struct served *lookup_candidates(const struct lookup *l, uint32_t *ret_n)
{
    const struct served *named = named_class(l);

    *ret_n = 1;
    return named ? named : namespace_served(l->ns, l->class, ret_n);
}

HRESULT lookup_find(struct lookup *l, CInstance **ret)
{
    HRESULT hr = WBEM_E_NOT_FOUND, worst = WBEM_E_NOT_FOUND;
    uint32_t n;
    const struct served *candidates = lookup_candidates(l, &n);

    for (uint32_t i = 0; i < n; i++) {
        hr = lookup_ask(l, &candidates[i], ret);
        if (SUCCEEDED(hr))
            return WBEM_S_NO_ERROR;
        if (hr != WBEM_E_NOT_FOUND)
            worst = hr; /* another may still have it */
    }
    return worst;
}
