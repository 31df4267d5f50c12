/* The inside of a compilation unit, shared by the files of cim/mof alone: its arena, its sources, the declarations of
 * each namespace, and the way to report a problem. The unit owns everything; declarations borrow text from the
 * sources.
 */
#ifndef CIM_MOF_UNIT_H
#define CIM_MOF_UNIT_H

#include <sys/types.h>

#include "cim/mof/mof.h"

enum {
    MOF_MAX_MEMORY = 1 << 30, /* bytes of one unit, sources included */
    MOF_MAX_NAMESPACES = 256,
    MOF_MAX_NESTING = 16, /* instances within values of instances */
    MOF_BUCKETS = 1024,   /* of the tables of files and aliases */
};

struct mof_source {
    struct mof_source *next, *same_bucket;
    const char *name;
    struct text text; /* UTF-8, a NUL behind it */
    bool is_file;     /* may include others */
    dev_t device;
    ino_t inode;
};

struct mof_namespace {
    struct mof_namespace *next;
    struct text name;
    struct decl_class *classes, **classes_tail;
    struct decl_qualifier_type *qualifier_types, **qualifier_types_tail;
};

struct mof_alias {
    struct mof_alias *same_bucket;
    const struct decl_instance *instance;
};

struct mof_unit {
    struct arena arena;
    mof_report report;
    void *user;
    struct text start_namespace; /* where every source begins */
    struct text target;          /* namespace at this point of the source */
    struct mof_namespace *namespaces, **namespaces_tail;
    const char *names[MOF_MAX_NAMESPACES + 1]; /* of namespaces */
    unsigned n_names;
    struct decl_instance *instances, **instances_tail;
    struct mof_source *sources; /* newest first */
    struct mof_source *files[MOF_BUCKETS];
    struct mof_alias *aliases[MOF_BUCKETS];
    struct buf scratch; /* text being put together */
    struct buf items;   /* array items being gathered, a stack of struct cim_value */
    unsigned depth;     /* of includes */
    unsigned errors;
    bool no_memory;
};

/* Reports and counts; always false, so that it ends a parse function. */
bool mof_unit_fail(struct mof_unit *u, const struct decl_place *place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Zeroed memory of the unit; NULL latches no_memory. */
void *mof_unit_alloc(struct mof_unit *u, size_t n);

/* No use in going on: too many errors or no memory. */
bool mof_unit_stopped(const struct mof_unit *u);

/* The declaration goes to the target namespace. False when memory is out or after a problem. */
bool mof_unit_add_class(struct mof_unit *u, struct decl_class *d);
bool mof_unit_add_qualifier_type(struct mof_unit *u, struct decl_qualifier_type *d);
bool mof_unit_add_instance(struct mof_unit *u, struct decl_instance *d);
const struct decl_instance *mof_unit_alias(const struct mof_unit *u, struct text alias); /* NULL if there is none */

/* What pragmas do; place is the pragma's argument. */
bool mof_unit_set_namespace(struct mof_unit *u, struct text name, const struct decl_place *place);
bool mof_unit_include(struct mof_unit *u, const struct mof_source *from, struct text file,
                      const struct decl_place *place);

/* Reads one source's declarations into the unit (parser.c). */
void mof_parse(struct mof_unit *u, const struct mof_source *s);

#endif
