#include "cim/core/cinstance.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/walk.h"

CInstance *cinstance_new(MethodContext *ctx, const struct cim_class *c, const struct served *s)
{
    CInstance *i = malloc(sizeof(*i) + c->n_properties * sizeof(i->values[0]));

    if (!i)
        return NULL;
    atomic_init(&i->refs, 1);
    MethodContext_AddRef(ctx);
    i->ctx = ctx;
    i->served = s;
    i->instance.class = c;
    i->instance.values = i->values;
    i->error = WBEM_S_NO_ERROR;
    i->error_what = NULL;
    arena_init(&i->arena, CINSTANCE_MAX_BYTES);
    instance_clear(&i->instance);
    return i;
}

CInstance *cinstance_copy(MethodContext *ctx, const struct cim_instance *from, const struct served *s)
{
    CInstance *i = cinstance_new(ctx, from->class, s);

    for (uint16_t k = 0; i && k < from->class->n_properties; k++)
        if (!value_copy(&i->arena, &from->values[k], &i->values[k])) {
            CInstance_Release(i);
            i = NULL;
        }
    return i;
}

long CInstance_AddRef(CInstance *i)
{
    return atomic_fetch_add_explicit(&i->refs, 1, memory_order_relaxed) + 1;
}

long CInstance_Release(CInstance *i)
{
    long left = atomic_fetch_sub_explicit(&i->refs, 1, memory_order_acq_rel) - 1;

    if (left > 0)
        return left;
    MethodContext_Release(i->ctx);
    arena_fini(&i->arena);
    free(i);
    return 0;
}

/* The last holder of an instance of a running call puts it aside for the next Create. */
static void recycle(CInstance *i)
{
    MethodContext *call = i->ctx;

    if (call->spare || !call->walk || atomic_load_explicit(&i->refs, memory_order_acquire) != 1) {
        CInstance_Release(i);
        return;
    }
    call->spare = i; /* with its reference to the call: cinstance_drop_spare breaks the circle */
}

void cinstance_drop_spare(MethodContext *call)
{
    CInstance *i = call->spare;

    call->spare = NULL;
    if (i)
        CInstance_Release(i);
}

static CInstance *take_spare(MethodContext *call, const struct served *s)
{
    CInstance *i = call->spare;

    if (!i)
        return NULL;
    if (i->served != s) { /* another class: the next of this one finds a spare of its own */
        cinstance_drop_spare(call);
        return NULL;
    }
    call->spare = NULL;
    arena_reset(&i->arena);
    i->error = WBEM_S_NO_ERROR;
    instance_clear(&i->instance);
    return i;
}

static const struct served *search_entry(Provider *p, MethodContext *ctx, const char *class_name)
{
    const struct core_namespace *ns = context_namespace(ctx, p->ns);
    const struct cim_class *c = ns ? schema_class(ns->schema, text_of(class_name)) : NULL;
    const struct served *s = c ? namespace_serving(ns, c) : NULL;

    return s && s->provider == p ? s : NULL;
}

/* The entry of a class that the provider serves. Instances of one class mostly come in a row: the last entry is
 * remembered. */
static const struct served *entry_for(Provider *p, MethodContext *ctx, const char *class_name)
{
    const struct served *s = ctx->last_entry;

    if (s && s->provider == p && strcmp(s->class->name.s, class_name) == 0)
        return s;
    return ctx->last_entry = search_entry(p, ctx, class_name);
}

CInstance *cinstance_create(MethodContext *ctx, const struct served *s)
{
    CInstance *i = s ? take_spare(ctx, s) : NULL;

    return i || !s ? i : cinstance_new(ctx, s->class, s);
}

CInstance *Provider_CreateNewInstance(Provider *p, MethodContext *ctx)
{
    if (!ctx)
        return NULL;
    if (ctx->served && ctx->served->provider == p && !p->also) /* its only class: that of the call */
        return cinstance_create(ctx, ctx->served);
    return cinstance_create(ctx, entry_for(p, ctx, p->name));
}

CInstance *Provider_CreateNewInstanceOf(Provider *p, MethodContext *ctx, const char *pszClass)
{
    return ctx && pszClass ? cinstance_create(ctx, entry_for(p, ctx, pszClass)) : NULL;
}

HRESULT CInstance_Commit(CInstance *i)
{
    if (FAILED(i->error)) {
        MethodContext_SetStatusObject(i->ctx, i->error, i->error_what);
        return i->error;
    }
    return walk_deliver(i->ctx, i);
}

HRESULT Provider_Commit(Provider *p, CInstance *i)
{
    HRESULT hr;

    (void)p; /* the instance knows its call */
    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    hr = CInstance_Commit(i);
    recycle(i);
    return hr;
}

const char *CInstance_GetClassName(const CInstance *i)
{
    return i->instance.class->name.s;
}

MethodContext *CInstance_GetMethodContext(const CInstance *i)
{
    return i->ctx;
}
