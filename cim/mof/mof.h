/* The MOF compiler: text in, declarations out (mof.h, lexer.h), declarations into a schema (compile). Grammar:
 * DSP0004 annex A as widely accepted, with WMI's pragmas. Errors carry file, line, column and the source line. One
 * thread per compilation.
 */
#ifndef CIM_MOF_MOF_H
#define CIM_MOF_MOF_H

#include "cim/model/schema.h"

struct mof_unit;
struct cim_instance;

/* One problem. line_text is the source line (not NUL-ended, n 0 if there is none); column counts bytes from 1. */
struct mof_diagnostic {
    struct decl_place place;
    struct text line_text;
    const char *message;
};
typedef void (*mof_report)(void *user, const struct mof_diagnostic *d);

enum { MOF_MAX_ERRORS = 20, MOF_MAX_INCLUDE_DEPTH = 64, MOF_MAX_FILE = 64 << 20 };

/* A unit gathers the declarations of several sources that are resolved together. namespace: the target before any
 * pragma. The report function is called as problems are found, at most MOF_MAX_ERRORS times. NULL when memory is out.
 */
struct mof_unit *mof_unit_new(const char *namespace, mof_report report, void *user);
struct mof_unit *mof_unit_free(struct mof_unit *u); /* always NULL */

/* Includes are read relative to the including file; a file is read once per unit however often it is included. 0,
 * -errno when the file cannot be read (reported too), or CIM_ERR_INVALID_PARAMETER after problems.
 */
int mof_unit_file(struct mof_unit *u, const char *path);

/* Source in memory; name stands for the file in messages; includes are refused. The text is copied. */
int mof_unit_text(struct mof_unit *u, const char *name, struct text source);

/* Declarations in order, valid until mof_unit_free. The target namespace of each class is the pragma's at that
 * point. */
const struct decl_instance *mof_unit_instances(const struct mof_unit *u);

/* Classes and qualifier types that were declared in the namespace, in order; NULL if there are none. */
const struct decl_class *mof_unit_classes(const struct mof_unit *u, const char *namespace);
const struct decl_qualifier_type *mof_unit_qualifier_types(const struct mof_unit *u, const char *namespace);

/* A declared instance as an instance of the schema's class: defaults, types, aliases as paths, the MOF text of
 * embedded instances as instances. The schema is the one of the instance's namespace; the instance is in the arena
 * and borrows nothing of the unit. Problems go to the report function. 0, -ENOMEM or the CIM status of the first
 * problem.
 */
int mof_unit_instance(struct mof_unit *u, const struct decl_instance *d, const struct cim_schema *s, struct arena *a,
                      struct cim_instance **ret);

/* Namespaces that declarations went to, NULL-ended. */
const char *const *mof_unit_namespaces(const struct mof_unit *u);

/* Resolves the unit's classes and qualifier types of one namespace on top of base (NULL = empty). Problems go to the
 * report function. See schema_builder_finish for the result.
 */
int mof_unit_resolve(struct mof_unit *u, const char *namespace, const struct cim_schema *base, bool replace,
                     const struct cim_schema **ret_schema);

/* Writes a diagnostic as "file:line:column: error: message", the source line and a caret line. */
void mof_print_diagnostic(struct buf *b, const struct mof_diagnostic *d);

/* Writes declarations as MOF that mof_unit_text reads back to the same. A class is written with what it declares
 * itself, not with what it inherits. */
void mof_write_qualifier_type(struct buf *b, const struct cim_qualifier_type *t);
void mof_write_class(struct buf *b, const struct cim_class *c);
void mof_write_value(struct buf *b, const struct cim_value *v);

/* Values that are the class' defaults are left out. */
void mof_write_instance(struct buf *b, const struct cim_instance *i);

#endif
