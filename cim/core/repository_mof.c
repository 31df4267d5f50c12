/* Changes of the schema at run time, and instances, from MOF: checked as a whole, stored in one transaction, published. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cim/base/log.h"
#include "cim/core/record.h"
#include "cim/core/repository_impl.h"
#include "cim/mof/mof.h"

enum { MAX_TARGETS = 16, REPORT_MAX = 16 << 10, DECLARATION_MAX = 16 << 20, KEY_MAX = 4 * PATH_MAX_TEXT };

/* A namespace that the text goes to. */
struct target {
    struct core_namespace *now, *then; /* a reference each; the same if the text declares no classes for it */
};

struct load {
    struct repository *r;
    struct core *core;
    struct mof_unit *unit;
    void (*report)(void *user, const char *line);
    void *user;
    struct cim_error *err;
    struct target targets[MAX_TARGETS];
    unsigned n_targets;
    struct population **born; /* one entry for each new instance */
    size_t n_born, room_born;
    unsigned problems;
    struct buf text, key;
    struct arena arena; /* of one instance */
    struct repository_loaded counts;
};

/* ---- Problems */

static void report_lines(struct load *l, char *text)
{
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (!*l->err->message)
            (void)cim_fail(l->err, CIM_ERR_INVALID_PARAMETER, "%.250s", line);
        l->report(l->user, line);
        if (!end)
            return;
    }
}

static void report(void *user, const struct mof_diagnostic *d)
{
    struct load *l = user;
    struct buf b;

    if (l->problems++ >= MOF_MAX_ERRORS)
        return;
    buf_init(&b, REPORT_MAX);
    mof_print_diagnostic(&b, d);
    buf_char(&b, '\0');
    if (buf_ok(&b))
        report_lines(l, b.data);
    buf_fini(&b);
}

/* A problem that the compiler does not see. Returns status. */
static int refuse(struct load *l, const struct decl_place *place, int status, const struct cim_error *why)
{
    const struct mof_diagnostic d = {.place = *place, .line_text = TEXT(""), .message = why->message};

    report(l, &d);
    return status;
}

/* ---- Schemas */

static struct target *target_of(struct load *l, struct text namespace)
{
    for (unsigned i = 0; i < l->n_targets; i++)
        if (text_ieqs(namespace, l->targets[i].now->name))
            return &l->targets[i];
    return NULL;
}

static const struct decl_place nowhere;

/* The namespace as it is, and as it will be. */
static int add_target(struct load *l, const char *namespace)
{
    struct target *t = &l->targets[l->n_targets];
    const struct cim_schema *s = NULL;
    struct cim_error why = {0};
    int r;

    if (l->n_targets == MAX_TARGETS)
        return cim_fail(l->err, CIM_ERR_SERVER_LIMITS_EXCEEDED, "more than %d namespaces at once", MAX_TARGETS);
    *t = (struct target){.now = core_namespace(l->core, text_of(namespace))};
    if (!t->now) {
        r = cim_fail(&why, CIM_ERR_INVALID_NAMESPACE, "there is no namespace %s", namespace);
        return refuse(l, &nowhere, r, &why);
    }
    l->n_targets++;
    if (!mof_unit_classes(l->unit, namespace) && !mof_unit_qualifier_types(l->unit, namespace)) {
        t->then = core_namespace(l->core, text_of(namespace));
        return 0;
    }
    r = mof_unit_resolve(l->unit, namespace, t->now->schema, true, &s);
    if (!r) {
        r = core_prepare(l->core, namespace, s, &t->then, &why);
        if (r > 0)
            (void)refuse(l, &nowhere, r, &why);
    }
    schema_unref(s);
    return r;
}

static bool same_keys(const struct cim_class *a, const struct cim_class *b)
{
    bool same = a->n_keys == b->n_keys;

    for (uint16_t k = 0; same && k < a->n_keys; k++) {
        const struct cim_property *p = &a->properties[a->keys[k]], *q = class_property(b, p->name);

        same = q && q->flags & FEATURE_KEY && q->type == p->type && text_ieq(q->origin->name, p->origin->name);
    }
    return same;
}

/* Rows are found by their keys: a class that has some keeps them, and goes on to have instances. */
static int check_rows(struct load *l, const struct target *t)
{
    struct cim_error why = {0};

    for (uint32_t i = 0; i < t->now->n_served; i++) {
        const struct served *s = &t->now->served[i];
        const struct cim_class *c = schema_class(t->then->schema, s->class->name);

        if (!s->population || served_is_empty(s))
            continue;
        if (c && namespace_serving(t->then, c) && same_keys(s->class, c))
            continue;
        (void)cim_fail(&why, CIM_ERR_CLASS_HAS_INSTANCES,
                       "class %s has instances: its keys must stay, and it cannot become abstract", s->class->name.s);
        return refuse(l, &nowhere, CIM_ERR_CLASS_HAS_INSTANCES, &why);
    }
    return 0;
}

static int store_text(struct load *l, const char *namespace, enum store_kind kind, const char *name)
{
    if (!buf_ok(&l->text))
        return -ENOMEM;
    return store_declare(l->r->store, namespace, kind, name, buf_view(&l->text), l->err);
}

/* What the text declares, as it was resolved: written anew it is complete. */
static int store_declarations(struct load *l, const struct target *t)
{
    const char *namespace = t->then->name;
    int r = 0;

    for (const struct decl_qualifier_type *d = mof_unit_qualifier_types(l->unit, namespace); !r && d; d = d->next) {
        const struct cim_qualifier_type *q = schema_qualifier_type(t->then->schema, text_of(d->type.name));

        buf_reset(&l->text);
        mof_write_qualifier_type(&l->text, q);
        r = store_text(l, namespace, STORE_QUALIFIER, q->name);
        l->counts.qualifiers++;
    }
    for (const struct decl_class *d = mof_unit_classes(l->unit, namespace); !r && d; d = d->next) {
        const struct cim_class *c = schema_class(t->then->schema, d->name);

        buf_reset(&l->text);
        mof_write_class(&l->text, c);
        r = store_text(l, namespace, STORE_CLASS, c->name.s);
        l->counts.classes++;
    }
    return r;
}

/* ---- Instances */

static int note_birth(struct load *l, struct population *p)
{
    if (l->n_born == l->room_born) {
        size_t room = l->room_born ? 2 * l->room_born : 64;
        struct population **grown = realloc(l->born, room * sizeof(struct population *));

        if (!grown)
            return -ENOMEM;
        l->born = grown;
        l->room_born = room;
    }
    l->born[l->n_born++] = p;
    return 0;
}

static int write_row(struct load *l, const struct store_key *key, struct cim_error *why)
{
    struct population *p = repository_population(l->r, text_of(key->namespace), key->class);
    int r = p ? store_update(l->r->store, key, buf_view(&l->text), l->err) : -ENOMEM;

    if (r != CIM_ERR_NOT_FOUND)
        return r;
    r = store_insert(l->r->store, key, buf_view(&l->text), l->err);
    if (r == CIM_ERR_ALREADY_EXISTS)
        return cim_fail(why, r, "an instance of another class has these keys");
    return r ? r : note_birth(l, p);
}

static int put_instance(struct load *l, const struct target *t, const struct cim_instance *i, struct cim_error *why)
{
    const struct served *s = namespace_serving(t->then, i->class);
    struct store_key key;
    int r;

    if (!s)
        return cim_fail(why, CIM_ERR_INVALID_CLASS, "class %s has no instances that can be kept", i->class->name.s);
    if (s->provider != &l->r->provider)
        return cim_fail(why, CIM_ERR_NOT_SUPPORTED, "instances of %s come from provider %s and are not kept",
                        i->class->name.s, s->provider->name);
    r = repository_key(&l->key, t->then, i, &key, why);
    if (r)
        return r;
    buf_reset(&l->text);
    record_write(&l->text, i);
    if (!buf_ok(&l->text))
        return cim_fail(why, CIM_ERR_SERVER_LIMITS_EXCEEDED, "the instance is too large");
    return write_row(l, &key, why);
}

static int store_instance(struct load *l, const struct decl_instance *d)
{
    const struct target *t = target_of(l, d->namespace);
    struct cim_instance *i = NULL;
    struct cim_error why = {0};
    int r;

    arena_reset(&l->arena);
    r = mof_unit_instance(l->unit, d, t->then->schema, &l->arena, &i);
    if (r)
        return r;
    l->counts.instances++;
    r = put_instance(l, t, i, &why);
    return r > 0 ? refuse(l, &d->place, r, &why) : r;
}

/* Goes on after a problem, so that the others are told too. */
static int store_instances(struct load *l)
{
    int status = 0;

    for (const struct decl_instance *d = mof_unit_instances(l->unit); d; d = d->next) {
        int r = store_instance(l, d);

        if (!status || r < 0)
            status = r;
        if (r < 0 || l->problems >= MOF_MAX_ERRORS)
            break;
    }
    return status;
}

/* ---- The whole */

static int read_text(struct load *l, const char *namespace, const char *source_name, struct text source)
{
    struct cim_error why = {0};
    struct text name;
    int r = namespace_normalise(&l->arena, text_of(namespace), &name, &why);

    if (r)
        return r > 0 ? refuse(l, &nowhere, r, &why) : r;
    l->unit = mof_unit_new(name.s, report, l);
    r = l->unit ? mof_unit_text(l->unit, source_name, source) : -ENOMEM;
    for (const char *const *n = r ? NULL : mof_unit_namespaces(l->unit); !r && n && *n; n++)
        r = add_target(l, *n);
    return r;
}

/* Store locked. */
static int write_all(struct load *l)
{
    int r = store_begin(l->r->store, l->err);

    for (unsigned i = 0; !r && i < l->n_targets; i++)
        r = check_rows(l, &l->targets[i]);
    for (unsigned i = 0; !r && i < l->n_targets; i++)
        r = store_declarations(l, &l->targets[i]);
    if (!r)
        r = store_instances(l);
    if (!r)
        r = store_commit(l->r->store, l->err);
    if (r)
        store_rollback(l->r->store);
    return r;
}

static void publish(struct load *l)
{
    for (unsigned i = 0; i < l->n_targets; i++) {
        core_publish(l->core, l->targets[i].then);
        l->targets[i].then = NULL;
    }
    for (size_t i = 0; i < l->n_born; i++)
        atomic_fetch_add(&l->born[i]->n, 1);
}

static int apply(struct load *l)
{
    int r;

    store_lock(l->r->store);
    r = write_all(l);
    if (!r)
        publish(l);
    store_unlock(l->r->store);
    return r;
}

static void load_init(struct load *l)
{
    buf_init(&l->text, DECLARATION_MAX);
    buf_init(&l->key, KEY_MAX);
    arena_init(&l->arena, REPOSITORY_MAX_BYTES);
}

static void load_fini(struct load *l)
{
    mof_unit_free(l->unit);
    for (unsigned i = 0; i < l->n_targets; i++) {
        core_namespace_unref(l->targets[i].now);
        core_namespace_unref(l->targets[i].then);
    }
    free(l->born);
    arena_fini(&l->arena);
    buf_fini(&l->key);
    buf_fini(&l->text);
}

int repository_load_mof(struct repository *r, struct core *c, const char *namespace, const char *source_name,
                        struct text source, void (*report_line)(void *user, const char *line), void *user,
                        struct repository_loaded *ret, struct cim_error *err)
{
    struct cim_error unread = {0};
    struct load l = {.r = r, .core = c, .report = report_line, .user = user, .err = err ? err : &unread};
    int status;

    load_init(&l);
    pthread_mutex_lock(&r->loading);
    status = read_text(&l, namespace, source_name, source);
    if (!status)
        status = apply(&l);
    pthread_mutex_unlock(&r->loading);
    load_fini(&l);
    if (!status)
        *ret = l.counts;
    return status;
}

/* ---- At the start */

struct restoring {
    struct core *core;
    struct mof_unit *unit; /* of the namespace that is being read */
    char *namespace;
    struct cim_error *err;
};

static void log_problem(void *user, const struct mof_diagnostic *d)
{
    const struct restoring *s = user;

    log_line(LOG_LEVEL_ERROR, "repository", 0, "what was added to namespace %s: %s", s->namespace, d->message);
}

static int restore_on(struct restoring *s, struct core_namespace *ns)
{
    const struct cim_schema *schema = NULL;
    struct core_namespace *then = NULL;
    int r = mof_unit_resolve(s->unit, s->namespace, ns->schema, true, &schema);

    if (!r)
        r = core_prepare(s->core, s->namespace, schema, &then, s->err);
    if (!r)
        core_publish(s->core, then);
    schema_unref(schema);
    return r;
}

/* The declarations of one namespace are all there. */
static int restore_namespace(struct restoring *s)
{
    struct core_namespace *ns = s->unit ? core_namespace(s->core, text_of(s->namespace)) : NULL;
    int r = 0;

    if (ns)
        r = restore_on(s, ns);
    if (r > 0)
        log_line(LOG_LEVEL_ERROR, "repository", 0,
                 "what was added to namespace %s does not fit its schema any more and is left out", s->namespace);
    else if (s->unit && !ns)
        log_line(LOG_LEVEL_WARNING, "repository", 0, "there is no namespace %s any more", s->namespace);
    core_namespace_unref(ns);
    s->unit = mof_unit_free(s->unit);
    free(s->namespace);
    s->namespace = NULL;
    return r > 0 ? 0 : r;
}

static int take_declaration(void *user, const char *namespace, struct text mof)
{
    struct restoring *s = user;
    int r = s->namespace && !text_ieqs(text_of(namespace), s->namespace) ? restore_namespace(s) : 0;

    if (r)
        return r;
    if (!s->namespace)
        s->namespace = strdup(namespace);
    if (!s->unit && s->namespace)
        s->unit = mof_unit_new(s->namespace, log_problem, s);
    if (!s->unit)
        return -ENOMEM;
    r = mof_unit_text(s->unit, "stored", mof);
    return r < 0 ? r : 0; /* problems are told, and stop the namespace when it is resolved */
}

int repository_restore(struct repository *r, struct core *c, struct cim_error *err)
{
    struct cim_error unread = {0};
    struct restoring s = {.core = c, .err = &unread};
    int status = store_each_declaration(r->store, take_declaration, &s, err);

    if (!status)
        status = restore_namespace(&s);
    mof_unit_free(s.unit);
    free(s.namespace);
    return status;
}
