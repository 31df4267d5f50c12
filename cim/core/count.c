#include "cim/core/count.h"

#include "cim/core/call.h"

static bool ask(MethodContext *ctx, const struct core_namespace *ns, const struct served *s, uint64_t *ret)
{
    Provider *p = s->provider;
    MethodContext *call;

    if (!p->vtbl->CountInstances || FAILED(call_begin(ctx, ns, s->class, s, NULL, &call)))
        return false;
    return SUCCEEDED(call_end(call, p->vtbl->CountInstances(p, call, s->class->name.s, ret)));
}

static bool count_class(MethodContext *ctx, const struct core_namespace *ns, const struct served *s, uint64_t *ret)
{
    *ret = 0;
    if (s->population)
        *ret = atomic_load_explicit(s->population, memory_order_relaxed);
    else if (s->provider->vtbl->EnumerateInstances)
        return ask(ctx, ns, s, ret);
    return true;
}

bool core_count_instances(MethodContext *ctx, const struct core_namespace *ns, const struct cim_class *base, bool exact,
                          uint64_t *ret)
{
    uint64_t all = 0, one;
    uint32_t n;
    const struct served *served = namespace_served(ns, base, &n);

    for (uint32_t i = 0; i < n; i++) {
        if (exact && served[i].class != base)
            continue;
        if (!count_class(ctx, ns, &served[i], &one) || __builtin_add_overflow(all, one, &all))
            return false;
    }
    *ret = all;
    return true;
}
