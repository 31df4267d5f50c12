/* One call of a provider outside a walk: get, put, delete, a method, a count. All are made alike: a child of the
 * context with what is asked for, counted with the provider, and refused while the provider is stuck. Where the context
 * has no executor, everything happens on one thread; then the outermost of its calls, which may also be that of a walk,
 * can be given up from another thread by whoever guards it with a deadline. Begin and end: the caller's thread.
 */
#ifndef CIM_CORE_CALL_H
#define CIM_CORE_CALL_H

#include "cim/core/context.h"

/* A child of ctx for one call of the provider that serves s, whose query says what is asked for: class (s->class or a
 * base of it; borrowed) and names of the wanted properties (NULL-ended, NULL = all, empty = keys; borrowed). One
 * reference in ret, for call_end. WBEM_E_CALL_CANCELLED, WBEM_E_FAILED (CONTEXT_MAX_DEPTH), WBEM_E_PROVIDER_TIMED_OUT
 * (stuck), WBEM_E_OUT_OF_MEMORY.
 */
HRESULT call_begin(MethodContext *ctx, const struct core_namespace *ns, const struct cim_class *class,
                   const struct served *s, const char *const *names, MethodContext **ret);

/* The provider came back with hr: it is counted, the reference released. Returns hr, or WBEM_E_CALL_CANCELLED if the call was
 * given up meanwhile. */
HRESULT call_end(MethodContext *call, HRESULT hr);

/* Gives up the outermost call that runs now below the root: its provider counts as stuck until it comes back, and
 * everything of the context is cancelled. Returns the provider's name, NULL if none was being called. Any thread.
 */
const char *call_give_up(MethodContext *root);

/* The provider that was given up, or the first one that was not called because it is stuck; NULL if there was none. */
const char *call_blamed(const MethodContext *ctx);

/* The parts, for calls that the walk makes. Refused: the provider that serves s is stuck. Leave returns false if the call was given up. Count is for calls that are
 * over or, with abandoned, missed their deadline. */
bool call_refused(MethodContext *ctx, const struct served *s);
void call_enter(MethodContext *call);
bool call_leave(MethodContext *call);
void call_count(MethodContext *call, bool failed, bool abandoned);

#endif
