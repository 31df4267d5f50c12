/* The classes and qualifier types of one namespace as an immutable, reference-counted snapshot. Classes stand in one
 * array in pre-order, so the closure of a class (it and all that derive from it) is a slice. Lookup and closure: any
 * thread, no lock. A change of the schema makes a new snapshot from the old one; whoever holds the old one keeps it.
 */
#ifndef CIM_MODEL_SCHEMA_H
#define CIM_MODEL_SCHEMA_H

#include "cim/model/decl.h"

struct cim_schema;
struct schema_builder;

const struct cim_schema *schema_ref(const struct cim_schema *s);
const struct cim_schema *schema_unref(const struct cim_schema *s); /* always NULL; NULL is allowed */

/* In pre-order; siblings sorted by name without case, so two builds from the same declarations are equal. */
const struct cim_class *schema_classes(const struct cim_schema *s, uint32_t *ret_n);
const struct cim_class *schema_class(const struct cim_schema *s, struct text name); /* NULL if there is none */
const struct cim_qualifier_type *schema_qualifier_types(const struct cim_schema *s, uint32_t *ret_n); /* sorted by name */
const struct cim_qualifier_type *schema_qualifier_type(const struct cim_schema *s, struct text name);

/* A change on top of base (NULL = empty). NULL when memory is out. One thread. */
struct schema_builder *schema_builder_new(const struct cim_schema *base);
struct schema_builder *schema_builder_free(struct schema_builder *b); /* always NULL */

/* The declarations must stay valid until schema_builder_finish. A name that exists already is replaced if replace is
 * true, else the finish fails with CIM_ERR_ALREADY_EXISTS. Returns 0 or -ENOMEM.
 */
int schema_builder_add_class(struct schema_builder *b, const struct decl_class *d, bool replace);
int schema_builder_add_qualifier_type(struct schema_builder *b, const struct decl_qualifier_type *d, bool replace);
/* CIM_ERR_NOT_FOUND at once; the finish says CIM_ERR_CLASS_HAS_CHILDREN if a class still derives from it. */
int schema_builder_remove_class(struct schema_builder *b, struct text name);
int schema_builder_remove_qualifier_type(struct schema_builder *b, struct text name); /* CIM_ERR_NOT_FOUND */

enum { SCHEMA_MAX_DEPTH = 256, SCHEMA_MAX_BYTES = 256 << 20 };

/* A problem of one declaration; the builder goes on to report others. status CIM_OK is a warning: it fails nothing. */
typedef void (*schema_report)(void *user, const struct decl_place *place, int status, const char *message);

/* Resolves superclasses (in any order of declaration), overrides and qualifier propagation by the rules of DSP0004
 * (mof digest section 2, semantic rules). 0 and one reference in ret_schema, or -ENOMEM, or the CIM status of the
 * first problem. Problems are reported through report (may be NULL). The builder is spent afterwards: only
 * schema_builder_free may follow.
 *
 * CIM_ERR_ALREADY_EXISTS, CIM_ERR_CLASS_HAS_CHILDREN: see above. CIM_ERR_INVALID_SUPERCLASS: unknown superclass,
 * cycle, deeper than SCHEMA_MAX_DEPTH. CIM_ERR_TYPE_MISMATCH: value of the wrong type. CIM_ERR_INVALID_PARAMETER:
 * value out of range; undeclared qualifier, wrong scope, override of a qualifier with DisableOverride; name declared
 * twice, redeclared feature without Override, Override of nothing or of another type; key added below a class with
 * keys; subclass of a terminal class; association without two references, references outside associations; unknown
 * target class of a reference or EmbeddedInstance (a warning when strict is false).
 */
int schema_builder_finish(struct schema_builder *b, bool strict, schema_report report, void *user,
                          const struct cim_schema **ret_schema);

#endif
