#include "cim/model/schema.h"

#include <assert.h>
#include <stdlib.h>

#include "cim/model/schema_impl.h"

const struct cim_schema *schema_ref(const struct cim_schema *s)
{
    if (s)
        (void)atomic_fetch_add_explicit(&((struct cim_schema *)s)->refs, 1, memory_order_relaxed);
    return s;
}

const struct cim_schema *schema_unref(const struct cim_schema *s)
{
    struct cim_schema *own = (struct cim_schema *)s; /* the count is all that ever changes */

    if (s && atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) == 1) {
        arena_fini(&own->arena);
        free(own);
    }
    return NULL;
}

const struct cim_class *schema_classes(const struct cim_schema *s, uint32_t *ret_n)
{
    *ret_n = s->n_classes;
    return s->classes;
}

const struct cim_class *schema_class(const struct cim_schema *s, struct text name)
{
    if (!s->lookup)
        return NULL;
    for (uint32_t at = text_ihash(name) & s->lookup_mask; s->lookup[at]; at = (at + 1) & s->lookup_mask) {
        const struct cim_class *c = &s->classes[s->lookup[at] - 1];

        if (text_ieq(c->name, name))
            return c;
    }
    return NULL;
}

const struct cim_qualifier_type *schema_qualifier_types(const struct cim_schema *s, uint32_t *ret_n)
{
    *ret_n = s->n_qualifier_types;
    return s->qualifier_types;
}

const struct cim_qualifier_type *schema_qualifier_type(const struct cim_schema *s, struct text name)
{
    uint32_t lo = 0, hi = s->n_qualifier_types;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int d = text_icmp(name, text_of(s->qualifier_types[mid].name));

        if (d == 0)
            return &s->qualifier_types[mid];
        if (d < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}
