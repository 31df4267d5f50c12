/* The second step of decoding a WS-Man request: what needs the classes. Selectors to paths, bodies to instances,
 * parameters and filters to what cim/ understands. Pure functions like wsman_decode: 0, 1 with the fault filled, or
 * -ENOMEM; results live in the arena or borrow from the request.
 */
#ifndef SERVER_PROTO_WSMAN_MODEL_H
#define SERVER_PROTO_WSMAN_MODEL_H

#include "cim/query/query.h"
#include "server/proto/wsman.h"

/* The selectors as the keys of c, typed and in its order; names without case. ret->namespace is that of the EPR (n 0
 * = the default). Without selectors the path names the class (or the singleton of a keyless class: is_singleton).
 * wsman:InvalidSelectors with DuplicateSelectors, InsufficientSelectors (some keys, not all), UnexpectedSelectors,
 * TypeMismatch or InvalidValue. Keys that a derived class adds are no concern here.
 */
int wsman_bind_path(struct arena *a, const struct wsman_epr *e, const struct cim_class *c, struct cim_path *ret,
                    struct wsman_fault *ret_fault);

/* The body of Put or Create as an instance of c: the element's name is c's or that of a class derived from it, which
 * then is the class of the instance. ret_given: one for each property, true if the body has an element for it (nil
 * counts). wxf:InvalidRepresentation with InvalidValues or InvalidNamespace; what is missing is the provider's matter.
 */
int wsman_decode_instance(struct arena *a, const struct wsman_request *q, const struct cim_class *c,
                          struct cim_instance **ret, bool **ret_given, struct wsman_fault *ret_fault);

/* The body of Invoke as an instance of the method's input class. wsman:InvalidParameter with InvalidName,
 * TypeMismatch; a required parameter that is missing; a body that is not METHOD_INPUT is
 * wsman:SchemaValidationError.
 */
int wsman_decode_parameters(struct arena *a, const struct wsman_request *q, const struct cim_method *m,
                            struct cim_instance **ret, struct wsman_fault *ret_fault);

/* What an Enumerate selects once its filter is understood. */
struct wsman_selection {
    const struct cim_class *class; /* to walk from: the query's if it has one, else that of the URI */
    struct query *query;           /* bound to class; NULL without a condition and without a projection */
    const struct text *names;      /* projection: items are wsman:XmlFragment of these; NULL = whole instances */
    uint32_t n_names;
    /* Association filter, or ASSOCIATORS OF and REFERENCES OF in WQL; otherwise NULL. Then class is NULL. */
    const struct wsman_association_selection *association;
};

struct wsman_association_selection {
    struct cim_path object;                 /* bound; its namespace is set */
    bool references, class_only, keys_only; /* keys_only, class_only: WQL's KeysOnly and ClassDefsOnly */
    const char *association_class, *result_class, *role, *result_role; /* NULL = any */
};

/* s: the schema of the namespace that the request is for. wsen:CannotProcessFilter,
 * wsen:FilterDialectRequestedUnavailable; wsa:DestinationUnreachable for an unknown class, of the URI or of the
 * query. An all-classes URI needs a filter that names a class.
 */
int wsman_select(struct arena *a, const struct wsman_request *q, const struct cim_schema *s,
                 struct wsman_selection *ret, struct wsman_fault *ret_fault);

#endif
