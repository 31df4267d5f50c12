/* operation_invoke: methods. Who is called follows from the path; what with, from the class that the instance has. */
#include <stdio.h>
#include <string.h>

#include "cim/core/call.h"
#include "cim/core/cinstance.h"
#include "cim/core/lookup.h"
#include "cim/core/operation.h"

struct invocation {
    struct lookup lookup; /* its ctx is the caller's */
    struct text name;
    bool of_class; /* the method is static, or else must turn out to be: the path has no keys, though the class has */
    const struct served *served;
    const struct cim_method *method; /* of the served class */
};

static HRESULT refuse(const struct invocation *v, HRESULT hr, const struct cim_error *why)
{
    MethodContext_SetStatusObject(v->lookup.ctx, hr, why->message);
    return hr;
}

static HRESULT refuse_class(const struct invocation *v, HRESULT hr, const char *what)
{
    const struct cim_class *c = v->served ? v->served->class : v->lookup.class;
    struct cim_error why = {0};

    (void)cim_fail(&why, CIM_ERR_FAILED, "method %.*s of class %s %s", (int)v->name.n, v->name.s, c->name.s, what);
    return refuse(v, hr, &why);
}

/* ---- Whose method */

static bool is_known(const struct invocation *v)
{
    const struct cim_class *named = v->lookup.class;
    uint32_t n;
    const struct cim_class *classes = schema_classes(v->lookup.ns->schema, &n);

    for (uint32_t i = named->index; i < named->end; i++)
        if (class_method(&classes[i], v->name))
            return true;
    return false;
}

/* Who serves the class itself, or else the only one below it that has methods. */
static HRESULT find_for_class(struct invocation *v)
{
    uint32_t n;
    const struct served *slice = namespace_served(v->lookup.ns, v->lookup.class, &n), *only = NULL;

    for (uint32_t i = 0; i < n; i++) {
        if (slice[i].class == v->lookup.class) {
            v->served = &slice[i];
            return WBEM_S_NO_ERROR;
        }
        if (!slice[i].provider->vtbl->ExecMethod)
            continue;
        if (only)
            return refuse_class(v, WBEM_E_METHOD_NOT_IMPLEMENTED, "is that of several classes below: name one of them");
        only = &slice[i];
    }
    v->served = only;
    return only ? WBEM_S_NO_ERROR : refuse_class(v, WBEM_E_METHOD_NOT_IMPLEMENTED, "is implemented by nobody");
}

/* Only where several may have the instance is it asked for. */
static HRESULT find_for_instance(struct invocation *v)
{
    struct lookup *l = &v->lookup;
    uint32_t n, left = 0;
    const struct served *candidates = lookup_candidates(l, &n);
    CInstance *found = NULL;
    HRESULT hr;

    for (uint32_t i = 0; i < n; i++)
        if (!served_is_empty(&candidates[i]) && candidates[i].class->n_keys == l->path.n_keys) {
            v->served = &candidates[i];
            left++;
        }
    if (left == 1)
        return WBEM_S_NO_ERROR;
    v->served = NULL;
    hr = left ? lookup_find(l, &found) : WBEM_E_NOT_FOUND;
    if (FAILED(hr))
        return hr;
    v->served = namespace_serving(l->ns, found->instance.class);
    CInstance_Release(found);
    return v->served ? WBEM_S_NO_ERROR : WBEM_E_NOT_FOUND;
}

static HRESULT find_server(struct invocation *v, const struct cim_path *path)
{
    const struct cim_method *m;
    HRESULT hr = lookup_bind_class(&v->lookup, path);

    if (FAILED(hr))
        return hr;
    if (!is_known(v))
        return refuse_class(v, WBEM_E_INVALID_METHOD, "does not exist");
    m = class_method(v->lookup.class, v->name);
    v->of_class = m && m->flags & FEATURE_STATIC ? true : path->n_keys == 0 && v->lookup.class->n_keys > 0;
    if (v->of_class)
        return find_for_class(v);
    hr = lookup_bind(&v->lookup, path);
    return FAILED(hr) ? hr : find_for_instance(v);
}

static HRESULT find_method(struct invocation *v)
{
    v->method = class_method(v->served->class, v->name);
    if (!v->method)
        return refuse_class(v, WBEM_E_INVALID_METHOD, "does not exist");
    if (v->of_class && !(v->method->flags & FEATURE_STATIC))
        return refuse_class(v, WBEM_E_INVALID_METHOD_PARAMETERS, "needs an instance: the path has no keys");
    if (!v->served->provider->vtbl->ExecMethod)
        return refuse_class(v, WBEM_E_METHOD_NOT_IMPLEMENTED, "is implemented by nobody");
    return WBEM_S_NO_ERROR;
}

/* ---- What with */

static HRESULT check_required(const struct invocation *v, const struct cim_instance *in)
{
    const struct cim_class *c = v->method->input;
    struct cim_error why = {0};
    char names[160] = "";
    size_t at = 0;

    for (uint16_t k = 0; k < c->n_properties; k++) {
        const struct cim_value *given = instance_get(in, c->properties[k].name);

        if (!(c->properties[k].flags & FEATURE_REQUIRED) || (given && !value_is_null(given)))
            continue;
        (void)snprintf(names + at, sizeof(names) - at, "%s%s", at ? ", " : "", c->properties[k].name.s); /* may be cut */
        at = strlen(names);
    }
    if (at == 0)
        return WBEM_S_NO_ERROR;
    (void)cim_fail(&why, CIM_ERR_INVALID_PARAMETER, "method %s wants a value for %s", v->method->name.s, names);
    return refuse(v, WBEM_E_INVALID_METHOD_PARAMETERS, &why);
}

/* By name: what came in was made for the class of the path, whose method may be overridden. */
static HRESULT fill_input(const struct invocation *v, const struct cim_instance *in, CInstance *i)
{
    struct cim_error why = {0};

    for (uint16_t k = 0; k < in->class->n_properties; k++) {
        int r = 0;

        if (!value_is_null(&in->values[k]))
            r = instance_set(&i->instance, &i->arena, in->class->properties[k].name, &in->values[k], &why);
        if (r)
            return r > 0 ? refuse(v, WBEM_E_INVALID_METHOD_PARAMETERS, &why) : WBEM_E_OUT_OF_MEMORY;
    }
    return WBEM_S_NO_ERROR;
}

/* ---- The call */

struct arguments {
    CInstance *self, *in, *out;
};

static HRESULT make_arguments(const struct invocation *v, MethodContext *call, const struct cim_instance *in,
                              struct arguments *ret)
{
    ret->self = lookup_blank(&v->lookup, call, v->served);
    ret->in = cinstance_new(call, v->method->input, NULL);
    ret->out = cinstance_new(call, v->method->output, NULL);
    return ret->self && ret->in && ret->out ? fill_input(v, in, ret->in) : WBEM_E_OUT_OF_MEMORY;
}

static void release(CInstance *i)
{
    if (i)
        CInstance_Release(i);
}

static HRESULT execute(const struct invocation *v, const struct arguments *a)
{
    Provider *p = v->served->provider;
    HRESULT hr = p->vtbl->ExecMethod(p, a->self, v->method->name.s, a->in, a->out, 0);

    if (hr == WBEM_E_PROVIDER_NOT_CAPABLE)
        return WBEM_E_METHOD_NOT_IMPLEMENTED;
    return FAILED(hr) ? hr : a->out->error;
}

static HRESULT invoke(const struct invocation *v, const struct cim_instance *in, CInstance **ret)
{
    struct arguments a = {NULL};
    MethodContext *call;
    HRESULT hr = call_begin(v->lookup.ctx, v->lookup.ns, v->served->class, v->served, NULL, &call);

    if (FAILED(hr))
        return hr;
    hr = make_arguments(v, call, in, &a);
    if (SUCCEEDED(hr))
        hr = execute(v, &a);
    hr = call_end(call, hr);
    release(a.self);
    release(a.in);
    if (SUCCEEDED(hr))
        *ret = a.out;
    else
        release(a.out);
    return hr;
}

HRESULT operation_invoke(MethodContext *ctx, const struct cim_path *path, const char *method,
                         const struct cim_instance *in, CInstance **ret)
{
    struct invocation v = {.name = text_of(method)};
    HRESULT hr;

    if (MethodContext_IsCancelled(ctx))
        return WBEM_E_CALL_CANCELLED;
    lookup_init(&v.lookup, ctx, (const char *const[]){NULL});
    hr = find_server(&v, path);
    if (SUCCEEDED(hr))
        hr = find_method(&v);
    if (SUCCEEDED(hr))
        hr = check_required(&v, in);
    if (SUCCEEDED(hr))
        hr = invoke(&v, in, ret);
    lookup_fini(&v.lookup);
    return hr;
}
