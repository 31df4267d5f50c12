/* MOF for tests: text into a unit and a schema, with the problems as text. */
#ifndef TESTS_UNIT_MOFS_H
#define TESTS_UNIT_MOFS_H

#include "cim/model/instance.h"
#include "cim/mof/mof.h"

struct mofs {
    struct mof_unit *unit;
    const struct cim_schema *schema; /* of namespace root/test once resolved */
    int status;                      /* of the last step */
    struct buf problems;             /* a line each: file:line:column: error: message */
};

/* A unit with one source, t.mof, in namespace root/test. */
void mofs_parse(struct mofs *m, const char *source);

/* The same with the usual qualifier types before it (q.mof), and resolved if there was no problem. */
void mofs_compile(struct mofs *m, const char *source);
void mofs_resolve(struct mofs *m);
void mofs_fini(struct mofs *m);

/* For what must be there. */
const struct cim_class *mofs_class(const struct mofs *m, const char *name);

#endif
