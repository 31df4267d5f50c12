#include "cim/core/reference.h"

#include <errno.h>
#include <string.h>

#include "cim/core/local.h"

static bool is_this_host(struct text host)
{
    struct text name = text_of(local_host());

    if (text_ieqs(host, "localhost") || text_ieqs(host, ".") || text_ieq(host, name))
        return true;
    return host.n > name.n && host.s[name.n] == '.' && text_ieq((struct text){host.s, name.n}, name); /* with domain */
}

static int localise(struct arena *a, const struct core_namespace *ns, const struct cim_path *p, struct cim_path *ret,
                    unsigned depth);

static int localise_value(struct arena *a, const struct core_namespace *ns, struct cim_value *v, unsigned depth)
{
    struct cim_path *path;
    int r;

    if (v->type != CIM_REFERENCE || value_is_array(v) || value_is_null(v) || depth > PATH_MAX_DEPTH)
        return 0;
    path = arena_alloc(a, sizeof(*path));
    if (!path)
        return -ENOMEM;
    r = localise(a, ns, v->path, path, depth);
    if (!r)
        v->path = path;
    return r;
}

static int localise(struct arena *a, const struct core_namespace *ns, const struct cim_path *p, struct cim_path *ret,
                    unsigned depth)
{
    const struct cim_class *c = schema_class(ns->schema, p->class_name);
    struct cim_path path = *p;
    struct cim_key *keys;
    int r = c ? path_bind(a, p, c, &path, NULL) : 0; /* one that does not fit stays as it is: it fits nothing */

    if (r < 0)
        return r;
    if (is_this_host(path.host))
        path.host = TEXT("");
    if (path.namespace.n == 0)
        path.namespace = text_of(ns->name);
    keys = arena_alloc(a, path.n_keys * sizeof(*keys));
    if (!keys)
        return -ENOMEM;
    if (path.n_keys)
        memcpy(keys, path.keys, path.n_keys * sizeof(*keys));
    for (uint32_t k = 0; k < path.n_keys; k++) {
        r = localise_value(a, ns, &keys[k].value, depth + 1);
        if (r)
            return r;
    }
    path.keys = keys;
    path.is_singleton = path.n_keys == 0;
    *ret = path;
    return 0;
}

int reference_localise(struct arena *a, const struct core_namespace *ns, struct cim_value *v)
{
    return localise_value(a, ns, v, 1);
}

const char *reference_text(struct arena *a, const struct core_namespace *ns, const struct cim_path *p)
{
    const struct cim_class *c = schema_class(ns->schema, p->class_name);
    struct cim_value v = {.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = p};
    const char *text = NULL;
    struct cim_path full;
    struct buf b;

    if (reference_localise(a, ns, &v) != 0)
        return NULL;
    full = *v.path;
    if (full.host.n == 0)
        full.host = text_of(local_host());
    if (text_ieqs(full.namespace, ns->name))
        full.namespace = text_of(ns->name);
    if (c)
        full.class_name = c->name;
    buf_init(&b, PATH_MAX_TEXT);
    path_print(&b, &full, PATH_WMI);
    if (buf_ok(&b))
        text = arena_strndup(a, buf_view(&b).s, buf_view(&b).n);
    buf_fini(&b);
    return text;
}
