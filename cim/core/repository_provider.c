/* The repository as a provider. */
#include <errno.h>

#include "cim/core/cinstance.h"
#include "cim/core/codes.h"
#include "cim/core/record.h"
#include "cim/core/repository_impl.h"

enum { KEY_MAX = 4 * PATH_MAX_TEXT };

/* What one call of PutInstance, GetObject or DeleteInstance works with. */
struct work {
    struct repository *r;
    const CInstance *instance;
    struct store_key key;
    struct buf key_text, data;
    struct arena arena;
    struct cim_error err;
};

static HRESULT fail(MethodContext *ctx, int status, const struct cim_error *err)
{
    HRESULT hr = status == -ENOSPC ? WBEM_E_QUOTA_VIOLATION : hresult_of_status(status);

    if (FAILED(hr) && err->message[0])
        MethodContext_SetStatusObject(ctx, hr, err->message);
    return hr;
}

static void work_init(struct work *w, Provider *p, const CInstance *i)
{
    *w = (struct work){.r = p->data, .instance = i};
    buf_init(&w->key_text, KEY_MAX);
    buf_init(&w->data, REPOSITORY_MAX_BYTES);
    arena_init(&w->arena, REPOSITORY_MAX_BYTES);
}

static HRESULT work_end(struct work *w, int status)
{
    HRESULT hr = fail(w->instance->ctx, status, &w->err);

    arena_fini(&w->arena);
    buf_fini(&w->data);
    buf_fini(&w->key_text);
    return hr;
}

static int find_key(struct work *w)
{
    return repository_key(&w->key_text, w->instance->ctx->query.ns, &w->instance->instance, &w->key, &w->err);
}

/* The values that the row of the key has. */
static int read_row(struct work *w, struct arena *a, struct cim_instance *i)
{
    struct store_scan scan = {.of = w->key};
    struct text data;
    int r = store_next(w->r->store, &scan, &data, &w->err);

    if (r == 0)
        r = record_read(a, i->class->schema, data, i);
    store_scan_fini(&scan);
    return r == -EBADMSG ? cim_fail(&w->err, -EIO, "the repository has a damaged row") : r;
}

/* ---- GetObject */

static HRESULT get_object(Provider *p, CInstance *i, long flags, CFrameworkQuery *query)
{
    struct work w;
    int r;

    (void)flags;
    (void)query; /* a row is read as a whole */
    work_init(&w, p, i);
    r = find_key(&w);
    if (r > 0)
        r = CIM_ERR_NOT_FOUND; /* there cannot be such a row */
    if (!r)
        r = read_row(&w, &i->arena, &i->instance);
    return work_end(&w, r);
}

/* ---- PutInstance */

/* Somebody may have changed the row since the caller read it: what the caller was not given comes from the row. */
static int merge(struct work *w, struct cim_instance **ret)
{
    const struct cim_instance *given = &w->instance->instance;
    struct CFrameworkQuery *q = &w->instance->ctx->query;
    struct cim_instance *i = instance_new(&w->arena, given->class);
    int r = i ? read_row(w, &w->arena, i) : -ENOMEM;

    for (uint16_t k = 0; !r && k < given->class->n_properties; k++)
        if (q->all || (q->required[k / 64] >> k % 64 & 1))
            i->values[k] = given->values[k];
    *ret = i;
    return r;
}

static int encode(struct work *w, const struct cim_instance *i)
{
    buf_reset(&w->data);
    record_write(&w->data, i);
    return buf_ok(&w->data) ? 0
                            : cim_fail(&w->err, CIM_ERR_SERVER_LIMITS_EXCEEDED,
                                       "the instance is too large, or instances in it are nested too deep");
}

/* Store locked, like all that follow. */
static int update(struct work *w)
{
    struct cim_instance *merged;
    int r = merge(w, &merged);

    if (!r)
        r = encode(w, merged);
    return r ? r : store_update(w->r->store, &w->key, buf_view(&w->data), &w->err);
}

static int create(struct work *w)
{
    struct population *p = repository_population(w->r, text_of(w->key.namespace), w->key.class);
    int r = p ? encode(w, &w->instance->instance) : -ENOMEM;

    if (!r)
        r = store_insert(w->r->store, &w->key, buf_view(&w->data), &w->err);
    if (!r)
        atomic_fetch_add(&p->n, 1);
    return r;
}

static int put(struct work *w, long flags)
{
    int r = flags == WBEM_FLAG_CREATE_ONLY ? CIM_ERR_NOT_FOUND : update(w);

    return r == CIM_ERR_NOT_FOUND && flags != WBEM_FLAG_UPDATE_ONLY ? create(w) : r;
}

static HRESULT put_instance(Provider *p, const CInstance *i, long flags)
{
    struct work w;
    int r;

    work_init(&w, p, i);
    r = find_key(&w);
    if (r > 0) {
        (void)work_end(&w, 0);
        MethodContext_SetStatusObject(i->ctx, WBEM_E_INVALID_OBJECT, w.err.message);
        return WBEM_E_INVALID_OBJECT;
    }
    if (!r) {
        store_lock(w.r->store);
        r = put(&w, flags);
        store_unlock(w.r->store);
    }
    return work_end(&w, r);
}

/* ---- DeleteInstance */

static int delete_row(struct work *w)
{
    struct population *p = repository_population(w->r, text_of(w->key.namespace), w->key.class);
    int r = p ? store_delete(w->r->store, &w->key, &w->err) : -ENOMEM;

    if (!r)
        atomic_fetch_sub(&p->n, 1);
    return r;
}

static HRESULT delete_instance(Provider *p, const CInstance *i, long flags)
{
    struct work w;
    int r;

    (void)flags;
    work_init(&w, p, i);
    r = find_key(&w);
    if (!r) {
        store_lock(w.r->store);
        r = delete_row(&w);
        store_unlock(w.r->store);
    }
    return work_end(&w, r);
}

/* ---- Enumeration */

/* The instance of the class that the condition leaves, if it sets every key to one value: 1 if so, 0, -ENOMEM. */
static int only_one(struct arena *a, const struct query *q, struct cim_instance *i)
{
    const struct cim_class *c = i->class;

    for (uint16_t k = 0; k < c->n_keys; k++) {
        const struct cim_property *p = &c->properties[c->keys[k]];
        const struct cim_value *values;
        uint32_t n;
        int r = query_values_for(a, q, p->name, &values, &n);

        if (!r && n == 1)
            r = instance_set(i, a, p->name, &values[0], NULL);
        if (r || n != 1)
            return r < 0 ? r : 0;
    }
    return 1;
}

/* A condition on all keys is a look-up. */
static int narrow(struct arena *a, struct buf *key, const struct CFrameworkQuery *q, const struct cim_class *c,
                  struct store_scan *scan)
{
    struct cim_instance *i;
    int r;

    if (!q->query || !q->query->where || c->n_keys == 0)
        return 0;
    i = instance_new(a, c);
    r = i ? only_one(a, q->query, i) : -ENOMEM;
    if (r <= 0)
        return r;
    scan->fold = q->query->fold_case;
    r = repository_key(key, q->ns, i, &scan->of, NULL);
    return r < 0 ? r : 0; /* keys that no row can have: the condition will say so, row by row */
}

static HRESULT deliver(Provider *p, MethodContext *ctx, const struct served *s, struct text data)
{
    CInstance *i = cinstance_create(ctx, s);
    struct cim_error err = {0};
    int r = i ? record_read(&i->arena, s->class->schema, data, &i->instance) : 0;

    if (r) {
        CInstance_Release(i);
        if (r == -EBADMSG)
            (void)cim_fail(&err, -EIO, "the repository has a damaged row of class %s", s->class->name.s);
        return fail(ctx, r, &err);
    }
    return Provider_Commit(p, i);
}

static HRESULT scan_class(Provider *p, MethodContext *ctx, const struct served *s, struct store_scan *scan)
{
    struct repository *r = p->data;
    struct cim_error err = {0};
    HRESULT hr = WBEM_S_NO_ERROR;
    struct text data;
    int status;

    while (SUCCEEDED(hr) && (status = store_next(r->store, scan, &data, &err)) != CIM_ERR_NOT_FOUND)
        hr = status ? fail(ctx, status, &err) : deliver(p, ctx, s, data);
    return hr;
}

static HRESULT enumerate_class(Provider *p, MethodContext *ctx, const struct served *s)
{
    struct store_scan scan = {.of = {.namespace = ctx->query.ns->name, .class = s->class->name}};
    struct arena a;
    struct buf key;
    HRESULT hr;
    int r;

    arena_init(&a, REPOSITORY_MAX_BYTES);
    buf_init(&key, KEY_MAX);
    r = narrow(&a, &key, &ctx->query, s->class, &scan);
    hr = r ? WBEM_E_OUT_OF_MEMORY : scan_class(p, ctx, s, &scan);
    store_scan_fini(&scan);
    buf_fini(&key);
    arena_fini(&a);
    return hr;
}

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    const struct CFrameworkQuery *q = &ctx->query;
    HRESULT hr = WBEM_S_NO_ERROR;
    uint32_t n;
    const struct served *slice = namespace_served(q->ns, q->class, &n);

    (void)flags;
    for (uint32_t i = 0; SUCCEEDED(hr) && i < n; i++)
        if (slice[i].provider == p && !served_is_empty(&slice[i]) && (!q->exact || slice[i].class == q->class))
            hr = enumerate_class(p, ctx, &slice[i]);
    return hr;
}

static HRESULT count_instances(Provider *p, MethodContext *ctx, const char *class_name, uint64_t *ret)
{
    const struct population *of = repository_population(p->data, text_of(ctx->query.ns->name), text_of(class_name));

    if (!of)
        return WBEM_E_OUT_OF_MEMORY;
    *ret = atomic_load(&of->n);
    return WBEM_S_NO_ERROR;
}

const ProviderVtbl repository_vtbl = {
    .EnumerateInstances = enumerate,
    .GetObject = get_object,
    .PutInstance = put_instance,
    .DeleteInstance = delete_instance,
    .CountInstances = count_instances,
};
