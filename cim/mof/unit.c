#include "cim/mof/unit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/model/path.h"

enum { SCRATCH_MAX = 64 << 20, EXCERPT = 150 };

struct mof_unit *mof_unit_new(const char *namespace, mof_report report, void *user)
{
    struct mof_unit *u = calloc(1, sizeof(*u));
    char *start;

    if (!u)
        return NULL;
    arena_init(&u->arena, MOF_MAX_MEMORY);
    start = arena_strdup(&u->arena, namespace);
    if (!start) {
        free(u);
        return NULL;
    }
    u->report = report;
    u->user = user;
    u->start_namespace = u->target = text_of(start);
    u->namespaces_tail = &u->namespaces;
    u->instances_tail = &u->instances;
    buf_init(&u->scratch, SCRATCH_MAX);
    buf_init(&u->items, MOF_MAX_MEMORY);
    return u;
}

struct mof_unit *mof_unit_free(struct mof_unit *u)
{
    if (!u)
        return NULL;
    buf_fini(&u->items);
    buf_fini(&u->scratch);
    arena_fini(&u->arena);
    free(u);
    return NULL;
}

void *mof_unit_alloc(struct mof_unit *u, size_t n)
{
    void *p = arena_zalloc(&u->arena, n);

    if (!p)
        u->no_memory = true;
    return p;
}

bool mof_unit_stopped(const struct mof_unit *u)
{
    return u->no_memory || u->errors >= MOF_MAX_ERRORS;
}

/* ---- diagnostics ---- */

static struct text source_line(const struct mof_unit *u, const struct decl_place *place)
{
    const struct mof_source *s = u->sources;
    struct text rest;

    while (s && s->name != place->file)
        s = s->next;
    if (!s || place->line == 0)
        return (struct text){"", 0};
    rest = s->text;
    for (uint32_t line = 1;; line++) {
        const char *nl = memchr(rest.s, '\n', rest.n);
        size_t n = nl ? (size_t)(nl - rest.s) : rest.n;

        if (line == place->line) {
            n -= n && rest.s[n - 1] == '\r';
            return (struct text){rest.s, n};
        }
        if (!nl)
            return (struct text){"", 0};
        rest = (struct text){nl + 1, rest.n - n - 1};
    }
}

bool mof_unit_fail(struct mof_unit *u, const struct decl_place *place, const char *fmt, ...)
{
    char message[512];
    struct mof_diagnostic d = {.place = *place, .message = message};
    va_list ap;

    if (u->errors++ >= MOF_MAX_ERRORS || !u->report)
        return false;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap); /* a cut sentence is better than none */
    va_end(ap);
    d.line_text = source_line(u, place);
    u->report(u->user, &d);
    return false;
}

static void print_excerpt(struct buf *b, struct text line, size_t caret)
{
    const size_t start = caret > EXCERPT ? caret - EXCERPT / 2 : 0;
    size_t end = line.n - start > EXCERPT ? start + EXCERPT : line.n;

    while (end < line.n && ((unsigned char)line.s[end] & 0xC0) == 0x80)
        end++;
    for (size_t i = start; i < end; i++)
        buf_char(b, (unsigned char)line.s[i] < 0x20 && line.s[i] != '\t' ? ' ' : line.s[i]);
    buf_char(b, '\n');
    for (size_t i = start; i < caret; i++)
        if (line.s[i] == '\t')
            buf_char(b, '\t');
        else if (((unsigned char)line.s[i] & 0xC0) != 0x80)
            buf_char(b, ' ');
    buf_puts(b, "^\n");
}

void mof_print_diagnostic(struct buf *b, const struct mof_diagnostic *d)
{
    if (d->place.file)
        buf_printf(b, "%s:", d->place.file);
    if (d->place.line)
        buf_printf(b, "%u:%u:", d->place.line, d->place.column);
    buf_printf(b, "%serror: %s\n", d->place.file || d->place.line ? " " : "", d->message);
    if (d->line_text.n && d->place.column && d->place.column <= d->line_text.n + 1)
        print_excerpt(b, d->line_text, d->place.column - 1);
}

/* ---- namespaces and declarations ---- */

bool mof_unit_set_namespace(struct mof_unit *u, struct text name, const struct decl_place *place)
{
    struct cim_error error = {0};
    int r = namespace_normalise(&u->arena, name, &u->target, &error);

    if (r < 0)
        u->no_memory = true;
    if (r > 0)
        return mof_unit_fail(u, place, "%s", error.message);
    return r == 0;
}

static struct mof_namespace *find_namespace(const struct mof_unit *u, struct text name)
{
    struct mof_namespace *ns = u->namespaces;

    while (ns && !text_ieq(ns->name, name))
        ns = ns->next;
    return ns;
}

static struct mof_namespace *target_namespace(struct mof_unit *u, const struct decl_place *place)
{
    struct mof_namespace *ns = find_namespace(u, u->target);

    if (ns)
        return ns;
    if (u->n_names == MOF_MAX_NAMESPACES) {
        mof_unit_fail(u, place, "more than %d namespaces", MOF_MAX_NAMESPACES);
        return NULL;
    }
    ns = mof_unit_alloc(u, sizeof(*ns));
    if (!ns)
        return NULL;
    ns->name.s = arena_strndup(&u->arena, u->target.s, u->target.n);
    ns->name.n = u->target.n;
    if (!ns->name.s) {
        u->no_memory = true;
        return NULL;
    }
    ns->classes_tail = &ns->classes;
    ns->qualifier_types_tail = &ns->qualifier_types;
    *u->namespaces_tail = ns;
    u->namespaces_tail = &ns->next;
    u->names[u->n_names++] = ns->name.s;
    return ns;
}

bool mof_unit_add_class(struct mof_unit *u, struct decl_class *d)
{
    struct mof_namespace *ns = target_namespace(u, &d->place);

    if (!ns)
        return false;
    *ns->classes_tail = d;
    ns->classes_tail = &d->next;
    return true;
}

bool mof_unit_add_qualifier_type(struct mof_unit *u, struct decl_qualifier_type *d)
{
    struct mof_namespace *ns = target_namespace(u, &d->place);

    if (!ns)
        return false;
    *ns->qualifier_types_tail = d;
    ns->qualifier_types_tail = &d->next;
    return true;
}

static struct mof_alias *find_alias(const struct mof_unit *u, struct text name)
{
    struct mof_alias *a = u->aliases[text_ihash(name) % MOF_BUCKETS];

    while (a && !text_ieq(a->instance->alias, name))
        a = a->same_bucket;
    return a;
}

const struct decl_instance *mof_unit_alias(const struct mof_unit *u, struct text alias)
{
    const struct mof_alias *a = find_alias(u, alias);

    return a ? a->instance : NULL;
}

static bool add_alias(struct mof_unit *u, const struct decl_instance *d)
{
    struct mof_alias **bucket = &u->aliases[text_ihash(d->alias) % MOF_BUCKETS];
    struct mof_alias *a;

    if (find_alias(u, d->alias))
        return mof_unit_fail(u, &d->place, "alias $%.*s is given twice", (int)d->alias.n, d->alias.s);
    a = mof_unit_alloc(u, sizeof(*a));
    if (!a)
        return false;
    a->instance = d;
    a->same_bucket = *bucket;
    *bucket = a;
    return true;
}

bool mof_unit_add_instance(struct mof_unit *u, struct decl_instance *d)
{
    struct mof_namespace *ns = target_namespace(u, &d->place);

    if (!ns || (d->alias.n && !add_alias(u, d)))
        return false;
    d->namespace = ns->name;
    *u->instances_tail = d;
    u->instances_tail = &d->next;
    return true;
}

const struct decl_instance *mof_unit_instances(const struct mof_unit *u)
{
    return u->instances;
}

const struct decl_class *mof_unit_classes(const struct mof_unit *u, const char *namespace)
{
    const struct mof_namespace *ns = find_namespace(u, text_of(namespace));

    return ns ? ns->classes : NULL;
}

const struct decl_qualifier_type *mof_unit_qualifier_types(const struct mof_unit *u, const char *namespace)
{
    const struct mof_namespace *ns = find_namespace(u, text_of(namespace));

    return ns ? ns->qualifier_types : NULL;
}

const char *const *mof_unit_namespaces(const struct mof_unit *u)
{
    return u->names;
}

/* ---- into a schema ---- */

static void report_problem(void *user, const struct decl_place *place, int status, const char *message)
{
    static const struct decl_place nowhere = {0};

    (void)status; /* the message says it better */
    mof_unit_fail(user, place ? place : &nowhere, "%s", message);
}

static int add_all(struct schema_builder *b, const struct mof_namespace *ns, bool replace)
{
    for (const struct decl_qualifier_type *d = ns ? ns->qualifier_types : NULL; d; d = d->next) {
        int r = schema_builder_add_qualifier_type(b, d, replace);

        if (r)
            return r;
    }
    for (const struct decl_class *d = ns ? ns->classes : NULL; d; d = d->next) {
        int r = schema_builder_add_class(b, d, replace);

        if (r)
            return r;
    }
    return 0;
}

int mof_unit_resolve(struct mof_unit *u, const char *namespace, const struct cim_schema *base, bool replace,
                     const struct cim_schema **ret_schema)
{
    struct schema_builder *b;
    int r;

    if (u->no_memory)
        return -ENOMEM;
    if (u->errors)
        return CIM_ERR_INVALID_PARAMETER;
    b = schema_builder_new(base);
    if (!b)
        return -ENOMEM;
    r = add_all(b, find_namespace(u, text_of(namespace)), replace);
    if (r == 0)
        r = schema_builder_finish(b, true, report_problem, u, ret_schema);
    schema_builder_free(b);
    return r;
}
