#include "server/http/wsman_plans.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_SETS = 16 };

struct wsman_plans {
    atomic_uint refs;
    const struct cim_schema *schema; /* a reference */
    const struct cim_class *as;
    struct wsxml_style style;
    char namespace[256];
    struct text *names; /* those of the style, with their text behind them; NULL = none */
    uint32_t n;
    _Atomic(struct wsxml_plan *) plans[]; /* by class index */
};

struct wsman_plan_cache {
    pthread_mutex_t lock;
    struct wsman_plans *sets[CACHE_SETS]; /* the oldest makes room */
    unsigned next;
};

/* Plans are made when instances come, long after the request is gone. */
static bool copy_names(struct wsman_plans *p, const struct wsxml_style *style)
{
    size_t n = 0;
    char *text;

    if (!style->names)
        return true;
    for (uint32_t i = 0; i < style->n_names; i++)
        n += style->names[i].n;
    p->names = malloc(style->n_names * sizeof(*p->names) + n + 1);
    if (!p->names)
        return false;
    text = (char *)(p->names + style->n_names);
    for (uint32_t i = 0; i < style->n_names; i++) {
        const struct text name = style->names[i];

        if (name.n)
            memcpy(text, name.s, name.n);
        p->names[i] = (struct text){text, name.n};
        text += name.n;
    }
    p->style.names = p->names;
    return true;
}

struct wsman_plans *wsman_plans_new(const struct cim_schema *s, const struct wsxml_style *style,
                                    const struct cim_class *as)
{
    struct wsman_plans *p;
    uint32_t n;

    if (style->namespace.n >= sizeof(p->namespace))
        return NULL;
    (void)schema_classes(s, &n);
    p = calloc(1, sizeof(*p) + n * sizeof(p->plans[0]));
    if (!p)
        return NULL;
    atomic_init(&p->refs, 1);
    p->schema = schema_ref(s);
    p->as = as;
    p->style = *style;
    memcpy(p->namespace, style->namespace.s, style->namespace.n);
    p->style.namespace.s = p->namespace;
    p->n = n;
    return copy_names(p, style) ? p : wsman_plans_unref(p);
}

struct wsman_plans *wsman_plans_unref(struct wsman_plans *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    for (uint32_t i = 0; i < p->n; i++)
        wsxml_plan_free(atomic_load(&p->plans[i]));
    schema_unref(p->schema);
    free(p->names);
    free(p);
    return NULL;
}

static const void *plan(void *format, const struct cim_class *c)
{
    struct wsman_plans *p = format;
    struct wsxml_plan *have = atomic_load_explicit(&p->plans[c->index], memory_order_acquire), *made;

    if (have)
        return have;
    made = wsxml_plan_new(c, p->as ? p->as : c, &p->style);
    if (!made)
        return NULL;
    if (atomic_compare_exchange_strong(&p->plans[c->index], &have, made))
        return made;
    wsxml_plan_free(made); /* another thread was faster */
    return have;
}

static size_t bound(const void *plan_, const struct cim_instance *i)
{
    return wsxml_bound(plan_, i);
}

static char *encode(const void *plan_, const struct cim_instance *i, char *out)
{
    return wsxml_encode(plan_, i, out);
}

static void free_format(void *format)
{
    wsman_plans_unref(format);
}

const struct enumeration_format wsman_format = {plan, bound, encode, free_format};

struct wsman_plan_cache *wsman_plan_cache_new(void)
{
    struct wsman_plan_cache *c = calloc(1, sizeof(*c));

    if (c)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

struct wsman_plan_cache *wsman_plan_cache_free(struct wsman_plan_cache *c)
{
    if (!c)
        return NULL;
    for (unsigned i = 0; i < CACHE_SETS; i++)
        wsman_plans_unref(c->sets[i]);
    pthread_mutex_destroy(&c->lock);
    free(c);
    return NULL;
}

static bool fits(const struct wsman_plans *p, const struct cim_schema *s, const struct wsxml_style *style)
{
    return p && p->schema == s && p->style.items == style->items && p->style.wmi_uri == style->wmi_uri &&
           p->style.omit_null == style->omit_null && p->style.precise_arrays == style->precise_arrays &&
           p->style.location == style->location && text_eq(p->style.namespace, style->namespace);
}

struct wsman_plans *wsman_plan_cache_get(struct wsman_plan_cache *c, const struct cim_schema *s,
                                         const struct wsxml_style *style)
{
    struct wsman_plans *p = NULL;

    if (style->names) /* nobody else asks for the same columns */
        return wsman_plans_new(s, style, NULL);
    pthread_mutex_lock(&c->lock);
    for (unsigned i = 0; i < CACHE_SETS && !p; i++)
        if (fits(c->sets[i], s, style))
            p = c->sets[i];
    if (!p && (p = wsman_plans_new(s, style, NULL))) {
        wsman_plans_unref(c->sets[c->next]);
        c->sets[c->next] = p;
        c->next = (c->next + 1) % CACHE_SETS;
    }
    if (p)
        atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
    pthread_mutex_unlock(&c->lock);
    return p;
}
