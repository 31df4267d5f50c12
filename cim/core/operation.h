/* Operations on one instance, as every protocol has them: get, create, modify, delete, and methods. Each finds who
 * serves the class (a provider, or the repository) and calls it on the caller's thread with a child of the context; the
 * caller guards it with a deadline (server/run/operation.h). Outcomes are codes of the framework; the sentence, where
 * there is one, is the context's status object. Any thread. Source: DSP0200 5.3.2, DSP0227 sections 7 and 9.
 */
#ifndef CIM_CORE_OPERATION_H
#define CIM_CORE_OPERATION_H

#include "cim/core/context.h"

/* The instance that path names, in the path's namespace (none = the default). The path may name a base class of the
 * instance's; a singleton's has no keys. names: the wanted properties, NULL-ended; NULL = all, empty = keys. One
 * reference in ret. WBEM_E_INVALID_NAMESPACE, WBEM_E_INVALID_CLASS, WBEM_E_INVALID_OBJECT_PATH (keys that do not fit
 * the class), WBEM_E_NOT_FOUND, the provider's.
 */
HRESULT operation_get(MethodContext *ctx, const struct cim_path *path, const char *const *names, CInstance **ret);

/* A new instance; its class belongs to the schema of the namespace as ctx sees it (context_namespace). ret receives
 * the instance as it was stored (one reference): the provider may have chosen keys. WBEM_E_ALREADY_EXISTS,
 * WBEM_E_INVALID_OBJECT (a key is NULL), WBEM_E_INVALID_CLASS (abstract), WBEM_E_PROVIDER_NOT_CAPABLE.
 */
HRESULT operation_create(MethodContext *ctx, const char *namespace, const struct cim_instance *i, CInstance **ret);

/* Changes the properties for which given (one for each property of changes' class, which is the instance's or a base
 * of it) is true; keys must be equal to those of the path. ret may be NULL; else it receives the new state, one
 * reference. WBEM_E_NOT_FOUND, WBEM_E_INVALID_PARAMETER (key changed), WBEM_E_READ_ONLY (the provider's),
 * WBEM_E_PROVIDER_NOT_CAPABLE.
 */
HRESULT operation_modify(MethodContext *ctx, const struct cim_path *path, const struct cim_instance *changes,
                         const bool *given, CInstance **ret);

HRESULT operation_delete(MethodContext *ctx, const struct cim_path *path);

/* Calls a method; a path without keys names the class, which is enough for a static method (and for a singleton). in
 * is an instance of the method's input class, ret one of its output class with ReturnValue, one reference. The class
 * of a non-static call is the one that the instance has: a derived class may override the method.
 * WBEM_E_INVALID_METHOD, WBEM_E_INVALID_METHOD_PARAMETERS (no keys for a method that needs an instance, a required
 * parameter is NULL), WBEM_E_NOT_FOUND, WBEM_E_METHOD_NOT_IMPLEMENTED, the provider's.
 */
HRESULT operation_invoke(MethodContext *ctx, const struct cim_path *path, const char *method,
                         const struct cim_instance *in, CInstance **ret);

#endif
