/* The inside of a schema, and the steps of its making, for the files of schema*.c alone: schema_builder.c gathers
 * changes, schema_tree.c orders the classes, schema_class.c resolves them one by one, superclass first, with
 * schema_properties.c, schema_methods.c and schema_qualifiers.c.
 */
#ifndef CIM_MODEL_SCHEMA_IMPL_H
#define CIM_MODEL_SCHEMA_IMPL_H

#include <stdatomic.h>

#include "cim/model/schema.h"

struct cim_schema {
    struct arena arena; /* everything below, and itself outside of it */
    atomic_uint refs;
    struct cim_class *classes; /* in pre-order */
    uint32_t n_classes;
    const struct cim_qualifier_type *qualifier_types; /* sorted by name */
    uint32_t n_qualifier_types;
    uint32_t *lookup; /* hash table of class index + 1, lookup_mask + 1 entries */
    uint32_t lookup_mask;
};

enum { SCHEMA_MAX_FEATURES = 0xFFFF - 1 }; /* of a class: a property's index + 1 must fit 16 bits */

/* What a class gives to its direct subclasses: its features marked as inherited, without restricted qualifiers. The
 * arrays are in the scratch arena, the qualifiers in the schema's.
 */
struct heritage {
    struct cim_property *properties;
    struct cim_method *methods;
    struct cim_qualifiers qualifiers;
};

/* A class on its way into the schema */
struct schema_node {
    struct text name;              /* borrowed from the declaration */
    const struct decl_class *decl; /* NULL: the class was removed */
    struct schema_node *super, *child, *sibling;
    struct cim_class *class;   /* its place in the schema, NULL if it has none */
    struct heritage *heritage; /* NULL until the first subclass asks */
    uint32_t mark;             /* of the search for cycles */
};

struct schema_making {
    struct cim_schema *schema;
    struct arena *scratch;
    struct schema_node *nodes;  /* sorted by name */
    struct schema_node **order; /* of those that have a place, in pre-order; schema->n_classes of them */
    uint32_t n_nodes;
    bool strict;
    schema_report report;
    void *user;
    int status; /* of the first problem */
};

/* Reports a problem, or a warning when status is CIM_OK. */
void schema_problem(struct schema_making *m, const struct decl_place *place, int status, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

struct schema_node *schema_node_find(const struct schema_making *m, struct text name); /* removed ones too; NULL */

/* Gives every class with a sound line of superclasses its place in pre-order. 0 or -ENOMEM. */
int schema_tree_build(struct schema_making *m);

/* Resolves one class; its superclass is done. 0 or -ENOMEM. */
int schema_resolve_class(struct schema_making *m, struct schema_node *n);

/* Qualifiers of one element */
struct element {
    const char *kind; /* "property", for messages */
    struct text class_name, name;
    uint8_t scopes; /* what the element is, enum cim_scope bits */
    const struct decl_qualifier *written;
    const struct cim_qualifiers *inherited; /* may be NULL */
};
int schema_resolve_qualifiers(struct schema_making *m, const struct element *e, struct cim_qualifiers *ret);

/* The qualifiers as a subclass inherits them; shared with from if nothing changes. 0 or -ENOMEM. */
int schema_inherit_qualifiers(struct schema_making *m, const struct cim_qualifiers *from, struct cim_qualifiers *ret);

/* Resolves the qualifier types, given sorted by name. 0 or -ENOMEM. */
int schema_resolve_types(struct schema_making *m, const struct decl_qualifier_type *const *decls, uint32_t n);

/* A written value as type, copied into the schema. 0, -ENOMEM, CIM_ERR_TYPE_MISMATCH, CIM_ERR_INVALID_PARAMETER. */
int schema_convert(struct schema_making *m, enum cim_type type, bool is_array, uint32_t array_size,
                   const struct cim_value *written, struct cim_value *ret, struct cim_error *err);

/* The class being resolved, with its arrays still writable */
struct making_class {
    struct schema_making *m;
    struct cim_class *class;
    const struct heritage *heritage; /* of the superclass; NULL for a root class */
    struct cim_property *properties;
    struct cim_method *methods;
    uint16_t *lookup;
    bool own_defaults;
};

void schema_feature_problem(const struct making_class *mc, const struct decl_place *place, int status,
                            struct text feature, const char *what);

/* Each 0 or -ENOMEM */
int schema_resolve_properties(struct making_class *mc, const struct decl_class *d);
int schema_resolve_methods(struct making_class *mc, const struct decl_class *d);

/* Type, target, qualifiers and flags of a property or parameter. name, value and place in the class are the
 * caller's matter. */
int schema_fill_property(const struct making_class *mc, struct cim_property *p, const struct decl_property *d,
                         const struct element *e);

/* The steps of making a class' properties: room for them with those of the superclass in it, each one after its place
 * in the array is filled, and what follows from all of them. */
int schema_start_properties(struct making_class *mc, uint32_t n_own);
void schema_enter_property(struct making_class *mc);
int schema_finish_properties(struct making_class *mc);

/* Sets what follows from the qualifiers: flags, and the class of embedded instances. -ENOMEM or 0. */
int schema_apply_qualifiers(struct schema_making *m, struct cim_property *p);

/* Makes p what a subclass inherits of it. */
int schema_inherit_property(struct schema_making *m, struct cim_property *p);
int schema_inherit_method(struct schema_making *m, struct cim_method *method);

uint16_t schema_qualifier_flags(const struct cim_qualifiers *q); /* enum cim_feature_flag */
int schema_copy_text(struct schema_making *m, struct text t, struct text *ret);

/* NULL if there is none of this name. */
const struct decl_qualifier *schema_written(const struct decl_qualifier *q, const char *name);

/* True if q, the qualifier Override or NULL, is there and means a feature of this name. */
bool schema_overrides(const struct decl_qualifier *q, struct text name);

#define TEXT_ARGS(t) (int)(t).n, (t).s

#endif
