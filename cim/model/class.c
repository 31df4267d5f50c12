#include "cim/model/class.h"

const struct cim_property *class_property(const struct cim_class *c, struct text name)
{
    uint32_t hash = text_ihash(name);

    if (!c->lookup)
        return NULL;
    for (uint32_t at = hash & c->lookup_mask; c->lookup[at]; at = (at + 1) & c->lookup_mask) {
        const struct cim_property *p = &c->properties[c->lookup[at] - 1];

        if (p->hash == hash && text_ieq(p->name, name))
            return p;
    }
    return NULL;
}

const struct cim_method *class_method(const struct cim_class *c, struct text name)
{
    for (uint32_t i = 0; i < c->n_methods; i++)
        if (text_ieq(c->methods[i].name, name))
            return &c->methods[i];
    return NULL;
}

const struct cim_qualifier *qualifier_find(const struct cim_qualifiers *q, const char *name)
{
    for (uint32_t i = 0; i < q->n; i++)
        if (text_ieqs(text_of(name), q->items[i].type->name))
            return &q->items[i];
    return NULL;
}

bool qualifier_true(const struct cim_qualifiers *q, const char *name)
{
    const struct cim_qualifier *found = qualifier_find(q, name);

    return found && found->value.type == CIM_BOOLEAN && !value_is_array(&found->value) &&
           !value_is_null(&found->value) && found->value.boolean;
}
