/* Bodies of Put, Create and Invoke as instances. */
#include <errno.h>

#include "server/proto/wscim.h"
#include "server/proto/wsman_model.h"

static int bad_values(struct wsman_fault *f, const struct cim_error *err)
{
    f->cim_status = CIM_ERR_INVALID_PARAMETER;
    return wsman_fail(f, WSXF_INVALID_REPRESENTATION, "InvalidValues", "%s", err->message);
}

/* The element's namespace says the class, its name must agree. */
static const struct cim_class *class_of(const struct xml_element *e, const struct cim_class *c, struct wsman_fault *f)
{
    const struct cim_class *found = wscim_class(c->schema, e);

    if (found && class_is_a(found, c))
        return found;
    (void)wsman_fail(f, WSXF_INVALID_REPRESENTATION, "InvalidNamespace",
                     "the body is %.*s in a namespace that is not of class %s or of one derived from it",
                     e->name.n > 64 ? 64 : (int)e->name.n, e->name.s, c->name.s);
    return NULL;
}

int wsman_decode_instance(struct arena *a, const struct wsman_request *q, const struct cim_class *c,
                          struct cim_instance **ret, bool **ret_given, struct wsman_fault *ret_fault)
{
    const struct cim_class *class = class_of(q->content, c, ret_fault);
    struct cim_error err = {0};
    int r;

    if (!class)
        return 1;
    *ret = instance_new(a, class);
    *ret_given = arena_zalloc(a, class->n_properties + 1u);
    if (!*ret || !*ret_given)
        return -ENOMEM;
    r = wscim_properties(a, q->content, *ret, *ret_given, &err);
    return r > 0 ? bad_values(ret_fault, &err) : r;
}

/* ---- Parameters */

static bool is_input_of(const struct xml_element *e, const struct cim_method *m)
{
    struct text suffix = TEXT("_INPUT");

    return e->name.n == m->name.n + suffix.n && text_ieq((struct text){e->name.s, m->name.n}, m->name) &&
           text_ieq((struct text){e->name.s + m->name.n, suffix.n}, suffix);
}

static int check_required(const struct cim_instance *in, struct wsman_fault *f)
{
    for (uint16_t i = 0; i < in->class->n_properties; i++) {
        const struct cim_property *p = &in->class->properties[i];

        if (p->flags & FEATURE_REQUIRED && value_is_null(&in->values[i]))
            return wsman_fail(f, WSMAN_INVALID_PARAMETER, NULL, "parameter %s is required", p->name.s);
    }
    return 0;
}

int wsman_decode_parameters(struct arena *a, const struct wsman_request *q, const struct cim_method *m,
                            struct cim_instance **ret, struct wsman_fault *ret_fault)
{
    struct cim_error err = {0};
    int r;

    if (q->content && !is_input_of(q->content, m))
        return wsman_fail(ret_fault, WSMAN_SCHEMA_VALIDATION_ERROR, NULL, "the body must be %s_INPUT", m->name.s);
    *ret = instance_new(a, m->input);
    if (!*ret)
        return -ENOMEM;
    r = q->content ? wscim_properties(a, q->content, *ret, NULL, &err) : 0;
    if (r > 0) {
        ret_fault->cim_status = CIM_ERR_INVALID_PARAMETER;
        return wsman_fail(ret_fault, WSMAN_INVALID_PARAMETER,
                          r == CIM_ERR_NO_SUCH_PROPERTY ? "InvalidName" : "TypeMismatch", "%s", err.message);
    }
    return r ? r : check_required(*ret, ret_fault);
}
