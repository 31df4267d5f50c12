#include "cim/core/registry.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMESPACES = 64 };

struct core {
    pthread_mutex_t lock; /* the tables below; the snapshots need none */
    struct core_namespace *namespaces[MAX_NAMESPACES];
    unsigned n_namespaces;
    Provider **providers;
    unsigned n_providers;
    struct core_fallback fallback; /* provider NULL = none */
};

struct core *core_new(void)
{
    struct core *c = calloc(1, sizeof(*c));

    if (c)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void let_go(Provider *p)
{
    if (p->vtbl->Flush)
        p->vtbl->Flush(p);
    free(p->state);
    p->state = NULL;
}

struct core *core_free(struct core *c)
{
    if (!c)
        return NULL;
    for (unsigned i = 0; i < c->n_providers; i++)
        let_go(c->providers[i]);
    if (c->fallback.provider)
        let_go(c->fallback.provider);
    for (unsigned i = 0; i < c->n_namespaces; i++)
        core_namespace_unref(c->namespaces[i]);
    free(c->providers);
    pthread_mutex_destroy(&c->lock);
    free(c);
    return NULL;
}

struct core_namespace *core_namespace_unref(struct core_namespace *ns)
{
    if (!ns || atomic_fetch_sub_explicit(&ns->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    for (uint32_t i = 0; i < ns->n_served; i++)
        free((void *)ns->served[i].slots); /* ours, handed out as const */
    free(ns->served);
    schema_unref(ns->schema);
    free(ns->name);
    free(ns);
    return NULL;
}

static bool same_namespace(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (*a != *b && !((*a == '\\' || *a == '/') && (*b == '\\' || *b == '/')) &&
            !text_ieq((struct text){a, 1}, (struct text){b, 1}))
            return false;
    return *a == *b;
}

/* Lock held. */
static struct core_namespace **find(struct core *c, const char *name)
{
    for (unsigned i = 0; i < c->n_namespaces; i++)
        if (same_namespace(c->namespaces[i]->name, name))
            return &c->namespaces[i];
    return NULL;
}

static const char *provider_namespace(const Provider *p)
{
    return p->ns ? p->ns : CORE_DEFAULT_NAMESPACE;
}

static int bind_class(struct core_namespace *ns, Provider *p, const char *name, struct cim_error *err)
{
    const struct cim_class *class = schema_class(ns->schema, text_of(name));
    struct served *grown, *s;
    uint16_t *slots;
    unsigned n = 0;

    if (!class)
        return cim_fail(err, CIM_ERR_INVALID_CLASS, "provider %s serves class %s, which namespace %s does not have",
                        p->name, name, ns->name);
    if (namespace_serving(ns, class))
        return cim_fail(err, CIM_ERR_ALREADY_EXISTS, "class %s is served by two providers, %s is the second", name,
                        p->name);
    while (p->slots && p->slots[n])
        n++;
    grown = realloc(ns->served, (ns->n_served + 1) * sizeof(*grown));
    if (!grown)
        return -ENOMEM;
    ns->served = grown;
    slots = calloc(n + 1, sizeof(*slots));
    if (!slots)
        return -ENOMEM;
    for (unsigned i = 0; i < n; i++) {
        const struct cim_property *prop = class_property(class, text_of(p->slots[i]));

        slots[i] = prop ? prop->index : SLOT_MISSING;
    }
    for (s = ns->served + ns->n_served; s > ns->served && s[-1].class->index > class->index; s--)
        s[0] = s[-1];
    *s = (struct served){.class = class, .provider = p, .slots = slots, .n_slots = n};
    ns->n_served++;
    return 0;
}

static int bind_provider(struct core_namespace *ns, Provider *p, struct cim_error *err)
{
    int r = bind_class(ns, p, p->name, err);

    for (const char *const *also = p->also; !r && also && *also; also++)
        r = bind_class(ns, p, *also, err);
    return r;
}

static int bind_leftover(struct served *s, const struct core_namespace *ns, const struct cim_class *class,
                         const struct core_fallback *f)
{
    *s = (struct served){.class = class, .provider = f->provider};
    s->population = f->population(f->provider, ns->name, class->name);
    return s->population ? 0 : -ENOMEM;
}

/* What providers left over goes to the fallback: one pass over all classes, which stand in the order of served. */
static int bind_rest(struct core_namespace *ns, const struct core_fallback *f)
{
    uint32_t n, k = 0;
    const struct cim_class *classes = schema_classes(ns->schema, &n);
    struct served *all = calloc(n + 1, sizeof(*all));
    int r = all ? 0 : -ENOMEM;

    for (uint32_t i = 0; !r && i < n; i++) {
        const struct served *have = namespace_serving(ns, &classes[i]);

        if (have)
            all[k++] = *have;
        else if (!(classes[i].flags & (CLASS_ABSTRACT | CLASS_INDICATION)))
            r = bind_leftover(&all[k++], ns, &classes[i], f);
    }
    if (r) {
        free(all);
        return r;
    }
    free(ns->served);
    ns->served = all;
    ns->n_served = k;
    return 0;
}

/* Lock held. A new snapshot with all registered providers of the namespace. */
static int make_snapshot(struct core *c, const char *name, const struct cim_schema *s, struct core_namespace **ret,
                         struct cim_error *err)
{
    struct core_namespace *ns = calloc(1, sizeof(*ns));
    int r = 0;

    if (!ns)
        return -ENOMEM;
    atomic_init(&ns->refs, 1);
    ns->schema = schema_ref(s);
    ns->name = strdup(name);
    if (!ns->name)
        r = -ENOMEM;
    for (char *at = ns->name; at && (at = strchr(at, '\\'));)
        *at = '/';
    for (unsigned i = 0; !r && i < c->n_providers; i++)
        if (same_namespace(provider_namespace(c->providers[i]), name))
            r = bind_provider(ns, c->providers[i], err);
    if (!r && c->fallback.provider)
        r = bind_rest(ns, &c->fallback);
    if (r)
        core_namespace_unref(ns);
    else
        *ret = ns;
    return r;
}

int core_set_schema(struct core *c, const char *namespace, const struct cim_schema *s, struct cim_error *err)
{
    struct core_namespace *ns = NULL, **at;
    int r;

    pthread_mutex_lock(&c->lock);
    at = find(c, namespace);
    if (!at && c->n_namespaces == MAX_NAMESPACES)
        r = cim_fail(err, CIM_ERR_SERVER_LIMITS_EXCEEDED, "more than %d namespaces", MAX_NAMESPACES);
    else
        r = make_snapshot(c, at ? (*at)->name : namespace, s, &ns, err);
    if (!r && at) {
        core_namespace_unref(*at);
        *at = ns;
    } else if (!r) {
        unsigned i = c->n_namespaces++;

        for (; i > 0 && strcasecmp(c->namespaces[i - 1]->name, namespace) > 0; i--)
            c->namespaces[i] = c->namespaces[i - 1];
        c->namespaces[i] = ns;
    }
    pthread_mutex_unlock(&c->lock);
    return r;
}

int core_prepare(struct core *c, const char *namespace, const struct cim_schema *s, struct core_namespace **ret,
                 struct cim_error *err)
{
    struct core_namespace **at;
    int r;

    pthread_mutex_lock(&c->lock);
    at = find(c, namespace);
    r = at ? make_snapshot(c, (*at)->name, s, ret, err)
           : cim_fail(err, CIM_ERR_INVALID_NAMESPACE, "there is no namespace %s", namespace);
    pthread_mutex_unlock(&c->lock);
    return r;
}

void core_publish(struct core *c, struct core_namespace *ns)
{
    struct core_namespace **at, *old;

    pthread_mutex_lock(&c->lock);
    at = find(c, ns->name);
    assert(at);
    old = *at;
    *at = ns;
    pthread_mutex_unlock(&c->lock);
    core_namespace_unref(old);
}

/* Lock held. All namespaces anew, or none. */
static int remake_all(struct core *c, struct cim_error *err)
{
    struct core_namespace *fresh[MAX_NAMESPACES] = {NULL};
    int r = 0;

    for (unsigned i = 0; !r && i < c->n_namespaces; i++)
        r = make_snapshot(c, c->namespaces[i]->name, c->namespaces[i]->schema, &fresh[i], err);
    for (unsigned i = 0; i < c->n_namespaces; i++) {
        core_namespace_unref(r ? fresh[i] : c->namespaces[i]);
        if (!r)
            c->namespaces[i] = fresh[i];
    }
    return r;
}

int core_set_fallback(struct core *c, const struct core_fallback *f, struct cim_error *err)
{
    struct ProviderState *state = calloc(1, sizeof(*state));
    int r;

    if (!state)
        return -ENOMEM;
    pthread_mutex_lock(&c->lock);
    assert(!c->fallback.provider && !f->provider->state);
    c->fallback = *f;
    f->provider->state = state;
    r = remake_all(c, err);
    if (r) {
        c->fallback = (struct core_fallback){0};
        f->provider->state = NULL;
        free(state);
    }
    pthread_mutex_unlock(&c->lock);
    return r;
}

/* Lock held. */
static int append_providers(struct core *c, Provider *const *providers, struct cim_error *err)
{
    for (; *providers; providers++) {
        Provider *p = *providers, **grown = realloc(c->providers, (c->n_providers + 1) * sizeof(*grown));

        assert(p->name && p->vtbl && !p->state);
        if (!grown)
            return -ENOMEM;
        c->providers = grown;
        if (!find(c, provider_namespace(p)))
            return cim_fail(err, CIM_ERR_INVALID_NAMESPACE, "provider %s serves namespace %s, which does not exist",
                            p->name, provider_namespace(p));
        p->state = calloc(1, sizeof(*p->state));
        if (!p->state)
            return -ENOMEM;
        c->providers[c->n_providers++] = p;
    }
    return 0;
}

/* Lock held. New snapshots of the namespaces that the providers from first on serve; the others stay NULL. */
static int make_snapshots(struct core *c, unsigned first, struct core_namespace **ret, struct cim_error *err)
{
    int r = 0;

    for (unsigned i = first; !r && i < c->n_providers; i++) {
        struct core_namespace **at = find(c, provider_namespace(c->providers[i]));

        if (!ret[at - c->namespaces])
            r = make_snapshot(c, (*at)->name, (*at)->schema, &ret[at - c->namespaces], err);
    }
    return r;
}

/* Lock held. */
static void forget_providers(struct core *c, unsigned first)
{
    while (c->n_providers > first) {
        Provider *p = c->providers[--c->n_providers];

        free(p->state);
        p->state = NULL;
    }
}

int core_register(struct core *c, Provider *const *providers, struct cim_error *err)
{
    struct core_namespace *fresh[MAX_NAMESPACES] = {NULL};
    unsigned first;
    int r;

    pthread_mutex_lock(&c->lock);
    first = c->n_providers;
    r = append_providers(c, providers, err);
    if (!r)
        r = make_snapshots(c, first, fresh, err);
    if (r)
        forget_providers(c, first);
    for (unsigned i = 0; i < c->n_namespaces; i++) {
        struct core_namespace *out = r || !fresh[i] ? fresh[i] : c->namespaces[i];

        if (!r && fresh[i])
            c->namespaces[i] = fresh[i];
        core_namespace_unref(out);
    }
    pthread_mutex_unlock(&c->lock);
    return r;
}

struct core_namespace *core_namespace(struct core *c, struct text name)
{
    struct core_namespace **at = NULL, *ns = NULL;
    char text[256];

    if (name.n >= sizeof(text))
        return NULL;
    memcpy(text, name.s, name.n);
    text[name.n] = '\0';
    pthread_mutex_lock(&c->lock);
    at = find(c, text);
    if (at) {
        ns = *at;
        atomic_fetch_add_explicit(&ns->refs, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&c->lock);
    return ns;
}

/* First entry whose class has at least this index. */
static uint32_t lower_bound(const struct core_namespace *ns, uint32_t index)
{
    uint32_t lo = 0, hi = ns->n_served;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (ns->served[mid].class->index < index)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct served *namespace_served(const struct core_namespace *ns, const struct cim_class *c, uint32_t *ret_n)
{
    uint32_t first = lower_bound(ns, c->index), end = lower_bound(ns, c->end);

    *ret_n = end - first;
    return ns->served + first;
}

const struct served *namespace_serving(const struct core_namespace *ns, const struct cim_class *c)
{
    uint32_t at = lower_bound(ns, c->index);

    return at < ns->n_served && ns->served[at].class == c ? ns->served + at : NULL;
}

void core_each_provider(struct core *c, void (*fn)(void *user, Provider *p), void *user)
{
    for (unsigned i = 0; i < c->n_providers; i++)
        fn(user, c->providers[i]);
    if (c->fallback.provider)
        fn(user, c->fallback.provider);
}
