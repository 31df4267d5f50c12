/* CInstance: an instance in the hands of a provider. Values and their text live in the instance; a released
 * instance of a running call is kept for the next Create, so a warm enumeration allocates nothing. */
#ifndef CIM_CORE_CINSTANCE_H
#define CIM_CORE_CINSTANCE_H

#include "cim/core/context.h"

enum { CINSTANCE_MAX_BYTES = 64 << 20 }; /* text and arrays of one instance */

struct CInstance {
    atomic_long refs;
    MethodContext *ctx;          /* a reference */
    const struct served *served; /* borrowed from the context's pins; NULL: cannot be committed */
    struct cim_instance instance;
    struct arena arena;
    HRESULT error;          /* the first one of the setters */
    const char *error_what; /* the property that it was about, borrowed from the schema or the provider's slots */
    struct cim_value values[];
};

/* One reference; NULL when memory is out. */
CInstance *cinstance_new(MethodContext *ctx, const struct cim_class *c, const struct served *s);

/* The same for a class that the call's provider serves, recycled if there is one to recycle. On the call's thread. */
CInstance *cinstance_create(MethodContext *call, const struct served *s);

/* Wraps nothing, copies: a CInstance with the values of i. */
CInstance *cinstance_copy(MethodContext *ctx, const struct cim_instance *i, const struct served *s);

/* Gives the spare of a call back. On the call's thread. */
void cinstance_drop_spare(MethodContext *call);

static inline const struct cim_instance *cinstance_view(const CInstance *i)
{
    return &i->instance;
}

#endif
