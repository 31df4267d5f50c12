#include "cim/query/system.h"

enum { GENUS_INSTANCE = 2 };

static struct cim_value get_class(const struct cim_instance *i)
{
    return value_string(i->class->name);
}

static struct cim_value get_superclass(const struct cim_instance *i)
{
    return i->class->superclass ? value_string(i->class->superclass->name) : value_null(CIM_STRING, false);
}

static struct cim_value get_dynasty(const struct cim_instance *i)
{
    const struct cim_class *c = i->class;

    while (c->superclass)
        c = c->superclass;
    return value_string(c->name);
}

static struct cim_value get_genus(const struct cim_instance *i)
{
    (void)i; /* a class would be 1 */
    return value_sint(CIM_SINT32, GENUS_INSTANCE);
}

static struct cim_value get_property_count(const struct cim_instance *i)
{
    return value_sint(CIM_SINT32, i->class->n_properties);
}

static const struct system_property properties[] = {
    {"__CLASS", CIM_STRING, get_class},
    {"__SUPERCLASS", CIM_STRING, get_superclass},
    {"__DYNASTY", CIM_STRING, get_dynasty},
    {"__GENUS", CIM_SINT32, get_genus},
    {"__PROPERTY_COUNT", CIM_SINT32, get_property_count},
};

const struct system_property *system_property(struct text name)
{
    if (name.n < 2 || name.s[0] != '_' || name.s[1] != '_')
        return NULL;
    for (size_t k = 0; k < sizeof(properties) / sizeof(properties[0]); k++)
        if (text_ieqs(name, properties[k].name))
            return &properties[k];
    return NULL;
}
