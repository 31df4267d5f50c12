#include "cim/core/repository.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/reference.h"
#include "cim/core/repository_impl.h"

/* ---- Populations */

static struct population *population_new(struct text namespace, struct text class_name)
{
    struct population *p = calloc(1, sizeof(*p) + namespace.n + class_name.n);

    if (!p)
        return NULL;
    memcpy(p->names, namespace.s, namespace.n);
    memcpy(p->names + namespace.n, class_name.s, class_name.n);
    p->namespace = (struct text){p->names, namespace.n};
    p->class = (struct text){p->names + namespace.n, class_name.n};
    atomic_init(&p->n, 0);
    return p;
}

struct population *repository_population(struct repository *r, struct text namespace, struct text class_name)
{
    struct population **bucket = &r->populations[text_ihash(class_name) % REPOSITORY_BUCKETS], *p;

    pthread_mutex_lock(&r->lock);
    for (p = *bucket; p; p = p->next)
        if (text_ieq(p->class, class_name) && text_ieq(p->namespace, namespace))
            break;
    if (!p && (p = population_new(namespace, class_name))) {
        p->next = *bucket;
        *bucket = p;
    }
    pthread_mutex_unlock(&r->lock);
    return p;
}

static const atomic_ullong *counter(Provider *provider, const char *namespace, struct text class_name)
{
    const struct population *p = repository_population(provider->data, text_of(namespace), class_name);

    return p ? &p->n : NULL;
}

static int take_count(void *user, const char *namespace, const char *class, uint64_t n)
{
    struct population *p = repository_population(user, text_of(namespace), text_of(class));

    if (p)
        atomic_store(&p->n, n);
    return p ? 0 : -ENOMEM;
}

/* ---- Rows */

/* Who reads the name of a class in an instance's keys believes it. */
static int check_class_name(const struct cim_instance *i, struct cim_error *err)
{
    const struct cim_property *p = class_property(i->class, TEXT("CreationClassName"));
    const struct cim_value *v = p && p->flags & FEATURE_KEY ? &i->values[p->index] : NULL;

    if (!v || v->type != CIM_STRING || value_is_null(v) || text_ieq(value_text(v), i->class->name))
        return 0;
    return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "CreationClassName of an instance of %s must be that",
                    i->class->name.s);
}

static int print_key(struct arena *a, struct buf *key, const struct core_namespace *ns, struct text family,
                     const struct cim_instance *i, struct cim_error *err)
{
    struct cim_path path;
    int r = instance_path(i, a, TEXT(""), &path, err);
    struct cim_key *keys = (struct cim_key *)path.keys; /* made in the arena just now */

    if (r)
        return r;
    for (uint32_t k = 0; k < path.n_keys; k++) {
        r = reference_localise(a, ns, &keys[k].value);
        if (r)
            return r;
    }
    path.class_name = family;
    path_print(key, &path, PATH_CANONICAL);
    return buf_ok(key) ? 0 : cim_fail(err, CIM_ERR_INVALID_PARAMETER, "the keys are too long");
}

int repository_key(struct buf *key, const struct core_namespace *ns, const struct cim_instance *i,
                   struct store_key *ret, struct cim_error *err)
{
    const struct cim_class *c = i->class;
    /* where the keys come from: instances of all classes below share one set of them */
    const struct text family = c->n_keys ? c->properties[c->keys[0]].origin->name : c->name;
    struct arena a;
    int r = check_class_name(i, err);

    if (r)
        return r;
    arena_init(&a, REPOSITORY_MAX_BYTES);
    buf_reset(key);
    r = print_key(&a, key, ns, family, i, err);
    arena_fini(&a);
    if (r)
        return r;
    *ret = (struct store_key){.namespace = ns->name, .class = c->name, .family = family, .key = buf_view(key)};
    return 0;
}

/* ---- Life */

struct repository *repository_open(const char *path, struct cim_error *err)
{
    struct repository *r = calloc(1, sizeof(*r));

    if (!r) {
        (void)cim_fail(err, -ENOMEM, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&r->loading, NULL);
    pthread_mutex_init(&r->lock, NULL);
    r->provider = (Provider){.name = "Repository", .vtbl = &repository_vtbl, .data = r};
    r->store = store_open(path, err);
    if (!r->store)
        return repository_close(r);
    if (store_each_count(r->store, take_count, r, err) != 0) {
        (void)cim_fail(err, -ENOMEM, "out of memory"); /* unless something was said already */
        return repository_close(r);
    }
    return r;
}

struct repository *repository_close(struct repository *r)
{
    if (!r)
        return NULL;
    store_close(r->store);
    for (unsigned i = 0; i < REPOSITORY_BUCKETS; i++)
        for (struct population *p = r->populations[i], *next; p; p = next) {
            next = p->next;
            free(p);
        }
    pthread_mutex_destroy(&r->lock);
    pthread_mutex_destroy(&r->loading);
    free(r);
    return NULL;
}

int repository_serve(struct repository *r, struct core *c, struct cim_error *err)
{
    const struct core_fallback fallback = {.provider = &r->provider, .population = counter};
    int status = core_set_fallback(c, &fallback, err);

    return status ? status : repository_restore(r, c, err);
}
