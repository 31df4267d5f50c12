/* Qualifier types, classes and their features, resolved: inherited features are present, qualifiers are propagated,
 * names are spelled as declared. Everything here is immutable and lives in a schema's arena (schema.h); pointers are
 * valid as long as the caller holds a reference to that schema. Any thread.
 */
#ifndef CIM_MODEL_CLASS_H
#define CIM_MODEL_CLASS_H

#include "cim/model/value.h"

struct cim_schema;
struct cim_class;

enum cim_flavor {
    FLAVOR_OVERRIDABLE = 1, /* EnableOverride; clear = DisableOverride */
    FLAVOR_TOSUBCLASS = 2,  /* ToSubclass; clear = Restricted */
    FLAVOR_TRANSLATABLE = 4,
    FLAVOR_TOINSTANCE = 8,
    FLAVOR_DEFAULT = FLAVOR_OVERRIDABLE | FLAVOR_TOSUBCLASS,
    FLAVOR_ALL = 15,
};

enum cim_scope {
    SCOPE_CLASS = 1,
    SCOPE_ASSOCIATION = 2,
    SCOPE_INDICATION = 4,
    SCOPE_PROPERTY = 8,
    SCOPE_REFERENCE = 16,
    SCOPE_METHOD = 32,
    SCOPE_PARAMETER = 64,
    SCOPE_ANY = 127,
};

struct cim_qualifier_type {
    const char *name;
    enum cim_type type;
    bool is_array;
    uint32_t array_size; /* 0 = open */
    uint8_t scopes;      /* enum cim_scope bits */
    uint8_t flavors;     /* enum cim_flavor bits */
    struct cim_value value;
};

struct cim_qualifier {
    const struct cim_qualifier_type *type;
    struct cim_value value;
    uint8_t flavors;
    bool propagated; /* inherited, not written on this element */
};

struct cim_qualifiers {
    const struct cim_qualifier *items;
    uint32_t n;
};

/* What the hot paths ask of qualifiers, worked out once */
enum cim_feature_flag {
    FEATURE_KEY = 1,
    FEATURE_REQUIRED = 2,
    FEATURE_READ = 4, /* Read is the default */
    FEATURE_WRITE = 8,
    FEATURE_STATIC = 16,
    FEATURE_EMBEDDED_INSTANCE = 32, /* ref_class names the class */
    FEATURE_EMBEDDED_OBJECT = 64,
    FEATURE_OCTETSTRING = 128,
    FEATURE_IN = 256, /* parameters; In is the default */
    FEATURE_OUT = 512,
    FEATURE_PROPAGATED = 1024,  /* inherited and not overridden in this class */
    FEATURE_OWN_DEFAULT = 2048, /* the default was written in this class */
};

struct cim_property {
    struct text name;
    uint32_t hash;      /* text_ihash(name) */
    enum cim_type type; /* CIM_STRING for embedded objects: EMBEDDED flags tell */
    bool is_array;
    uint16_t flags; /* enum cim_feature_flag */
    uint16_t index; /* place in cim_class.properties */
    uint32_t array_size;
    const char *ref_class;  /* reference target or embedded class, else NULL */
    struct cim_value value; /* default, NULL of property_value_type if none */
    struct cim_qualifiers qualifiers;
    const struct cim_class *origin; /* class that introduced it */
};

/* The type of the property's values: its own, but CIM_INSTANCE for embedded ones */
static inline enum cim_type property_value_type(const struct cim_property *p)
{
    return p->flags & (FEATURE_EMBEDDED_INSTANCE | FEATURE_EMBEDDED_OBJECT) ? CIM_INSTANCE : p->type;
}

/* A parameter is shaped like a property: type, flags, ref_class, qualifiers. origin is NULL. */
struct cim_method {
    struct text name;
    enum cim_type type; /* of the return value */
    uint16_t flags;     /* STATIC, PROPAGATED */
    const struct cim_property *parameters;
    uint32_t n_parameters;
    struct cim_qualifiers qualifiers;
    const struct cim_class *origin;
    /* The parameters as classes, so that a call's are instances: METHOD_INPUT has the In ones, METHOD_OUTPUT the Out
     * ones and ReturnValue. They stand in no namespace: no index, no superclass, no keys. Shared by the classes that
     * inherit the method. */
    const struct cim_class *input, *output;
};

enum cim_class_flag {
    CLASS_ABSTRACT = 1,
    CLASS_ASSOCIATION = 2,
    CLASS_INDICATION = 4,
    CLASS_TERMINAL = 8,
};

struct cim_class {
    struct text name;
    const struct cim_class *superclass; /* NULL for a root class */
    const struct cim_schema *schema;    /* borrowed: the schema that this class lives in */
    /* Pre-order number and the number behind the last descendant: the closure of a class is classes[index .. end) */
    uint32_t index, end;
    uint16_t depth; /* 0 for a root class */
    uint16_t flags; /* enum cim_class_flag */
    /* Inherited features first, in the superclass' order: an index of the superclass is valid in every subclass */
    const struct cim_property *properties;
    const struct cim_value *defaults; /* the values of properties side by side: a fresh instance is one copy */
    uint16_t n_properties;
    uint16_t n_keys;
    const uint16_t *keys; /* indices into properties, ascending */
    const struct cim_method *methods;
    uint32_t n_methods;
    struct cim_qualifiers qualifiers;
    const uint16_t *lookup; /* hash table of property index + 1, lookup_mask + 1 entries */
    uint32_t lookup_mask;
};

/* Both of the same snapshot. */
static inline bool class_is_a(const struct cim_class *c, const struct cim_class *base)
{
    return c->index - base->index < base->end - base->index;
}

/* NULL if there is none; names without case. */
const struct cim_property *class_property(const struct cim_class *c, struct text name);
const struct cim_method *class_method(const struct cim_class *c, struct text name);
const struct cim_qualifier *qualifier_find(const struct cim_qualifiers *q, const char *name);

/* True if the boolean qualifier is there and TRUE. */
bool qualifier_true(const struct cim_qualifiers *q, const char *name);

#endif
