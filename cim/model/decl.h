/* Declarations as somebody wrote them (MOF, CreateClass, SetQualifier), before they are resolved against a schema.
 * Plain data in an arena of the one who made them; schema_builder copies what it keeps. Linked lists in source order.
 */
#ifndef CIM_MODEL_DECL_H
#define CIM_MODEL_DECL_H

#include "cim/model/class.h"

/* Where an element stands in its source, for error messages; file NULL where there is no source. */
struct decl_place {
    const char *file;      /* borrowed for the life of the declarations */
    uint32_t line, column; /* from 1 */
};

struct decl_qualifier {
    struct decl_qualifier *next;
    struct text name;
    bool has_value;
    /* As written: strings, uint64/sint64, real64, char16, boolean or NULL; the builder converts it to the
     * qualifier's type */
    struct cim_value value;
    uint8_t flavors_set, flavors_clear; /* enum cim_flavor bits that were written */
    struct decl_place place;
};

/* A property, reference or parameter */
struct decl_property {
    struct decl_property *next;
    struct text name;
    enum cim_type type;
    struct text ref_class; /* for CIM_REFERENCE */
    bool is_array;
    uint32_t array_size;
    bool has_value;
    struct cim_value value; /* as written, see decl_qualifier */
    struct decl_qualifier *qualifiers;
    struct decl_place place;
};

struct decl_method {
    struct decl_method *next;
    struct text name;
    enum cim_type type;
    struct decl_property *parameters;
    struct decl_qualifier *qualifiers;
    struct decl_place place;
};

struct decl_class {
    struct decl_class *next;
    struct text name, superclass; /* superclass.n 0 = none */
    struct text alias;
    struct decl_property *properties;
    struct decl_method *methods;
    struct decl_qualifier *qualifiers;
    struct decl_place place;
};

struct decl_qualifier_type {
    struct decl_qualifier_type *next;
    struct cim_qualifier_type type; /* name NUL-ended; flavors complete; value as written */
    bool has_value;
    struct decl_place place;
};

/* An instance in MOF: its values refer to aliases or paths that the loader resolves. */
struct decl_instance {
    struct decl_instance *next;
    struct text class_name, alias;
    struct decl_property *properties; /* name, value, qualifiers, place; the type is the class' matter */
    struct text namespace;            /* target at this point of the source */
    struct decl_place place;
};

/* A resolved class or qualifier type as somebody would have to write it: what it declares itself, not what it
 * inherits. Texts and values are borrowed from the class, the rest is in the arena; places are empty. NULL when
 * memory is out.
 */
struct decl_class *decl_from_class(struct arena *a, const struct cim_class *c);
struct decl_qualifier_type *decl_from_qualifier_type(struct arena *a, const struct cim_qualifier_type *t);

#endif
