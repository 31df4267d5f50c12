/* Gathers changes, boils them down to one declaration a name, and runs the steps that make a schema of them. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cim/model/schema_impl.h"

/* One call of the user, or one class of the base */
struct change {
    struct text name;
    const void *decl; /* struct decl_class or decl_qualifier_type; NULL = remove */
    const struct decl_place *place;
    bool replace;
    uint32_t order;
};

struct changes {
    struct change *items;
    uint32_t n, cap;
};

struct schema_builder {
    struct arena scratch; /* declarations made of the base's classes, and what lives until finish returns */
    struct changes classes, types;
    const struct cim_schema *base; /* referenced: the declarations borrow from it */
    bool finished;
};

static int add_change(struct changes *l, struct text name, const void *decl, const struct decl_place *place,
                      bool replace)
{
    if (l->n == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : 64;
        struct change *items = cap > l->cap ? realloc(l->items, cap * sizeof(*items)) : NULL;

        if (!items)
            return -ENOMEM;
        l->items = items;
        l->cap = cap;
    }
    l->items[l->n] = (struct change){name, decl, place, replace, l->n};
    l->n++;
    return 0;
}

static int add_removal(struct changes *l, struct text name)
{
    static const struct decl_place nowhere;

    for (uint32_t i = l->n; i-- > 0;)
        if (text_ieq(l->items[i].name, name))
            return l->items[i].decl ? add_change(l, name, NULL, &nowhere, true) : CIM_ERR_NOT_FOUND;
    return CIM_ERR_NOT_FOUND;
}

static int add_base(struct schema_builder *b)
{
    for (uint32_t i = 0; i < b->base->n_qualifier_types; i++) {
        const struct decl_qualifier_type *d = decl_from_qualifier_type(&b->scratch, &b->base->qualifier_types[i]);

        if (!d || schema_builder_add_qualifier_type(b, d, false))
            return -ENOMEM;
    }
    for (uint32_t i = 0; i < b->base->n_classes; i++) {
        const struct decl_class *d = decl_from_class(&b->scratch, &b->base->classes[i]);

        if (!d || schema_builder_add_class(b, d, false))
            return -ENOMEM;
    }
    return 0;
}

struct schema_builder *schema_builder_new(const struct cim_schema *base)
{
    struct schema_builder *b = calloc(1, sizeof(*b));

    if (!b)
        return NULL;
    arena_init(&b->scratch, SCHEMA_MAX_BYTES);
    b->base = schema_ref(base);
    if (base && add_base(b))
        return schema_builder_free(b);
    return b;
}

struct schema_builder *schema_builder_free(struct schema_builder *b)
{
    if (b) {
        arena_fini(&b->scratch);
        free(b->classes.items);
        free(b->types.items);
        (void)schema_unref(b->base);
        free(b);
    }
    return NULL;
}

int schema_builder_add_class(struct schema_builder *b, const struct decl_class *d, bool replace)
{
    return add_change(&b->classes, d->name, d, &d->place, replace);
}

int schema_builder_add_qualifier_type(struct schema_builder *b, const struct decl_qualifier_type *d, bool replace)
{
    return add_change(&b->types, text_of(d->type.name), d, &d->place, replace);
}

int schema_builder_remove_class(struct schema_builder *b, struct text name)
{
    return add_removal(&b->classes, name);
}

int schema_builder_remove_qualifier_type(struct schema_builder *b, struct text name)
{
    return add_removal(&b->types, name);
}

void schema_problem(struct schema_making *m, const struct decl_place *place, int status, const char *fmt, ...)
{
    char message[257]; /* the last byte shows whether a character would be cut in two */
    va_list ap;

    if (status && !m->status)
        m->status = status;
    if (!m->report)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap); /* a cut sentence is better than none */
    va_end(ap);
    message[text_head(text_of(message), sizeof(message) - 2).n] = '\0';
    m->report(m->user, place, status, message);
}

static int by_name(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    int d = text_icmp(x->name, y->name);

    return d ? d : x->order < y->order ? -1 : 1;
}

/* Sorts by name and leaves one change a name, the last word on it. */
static void fold(struct schema_making *m, struct changes *l, const char *kind)
{
    uint32_t n = 0;

    if (l->n)
        qsort(l->items, l->n, sizeof(*l->items), by_name);
    for (uint32_t i = 0; i < l->n; i++) {
        const struct change *c = &l->items[i];
        struct change *last = n ? &l->items[n - 1] : NULL;

        if (!last || !text_ieq(last->name, c->name))
            l->items[n++] = *c;
        else if (last->decl && !c->replace)
            schema_problem(m, c->place, CIM_ERR_ALREADY_EXISTS, "%s %.*s exists already", kind, TEXT_ARGS(c->name));
        else
            *last = *c;
    }
    l->n = n;
}

static int resolve_types(struct schema_making *m, struct changes *l)
{
    const struct decl_qualifier_type **decls = arena_alloc(m->scratch, l->n * sizeof(*decls));
    uint32_t n = 0;

    if (!decls)
        return -ENOMEM;
    fold(m, l, "qualifier type");
    for (uint32_t i = 0; i < l->n; i++)
        if (l->items[i].decl)
            decls[n++] = l->items[i].decl;
    return schema_resolve_types(m, decls, n);
}

static int resolve_classes(struct schema_making *m, struct changes *l)
{
    int r;

    fold(m, l, "class");
    m->nodes = arena_zalloc(m->scratch, l->n * sizeof(*m->nodes));
    if (!m->nodes)
        return -ENOMEM;
    m->n_nodes = l->n;
    for (uint32_t i = 0; i < l->n; i++) {
        m->nodes[i].name = l->items[i].name;
        m->nodes[i].decl = l->items[i].decl;
    }
    r = schema_tree_build(m);
    for (uint32_t i = 0; r == 0 && i < m->schema->n_classes; i++)
        r = schema_resolve_class(m, m->order[i]);
    return r;
}

static int index_classes(struct cim_schema *s)
{
    uint32_t size = 4;

    while (size < s->n_classes * 2)
        size *= 2;
    s->lookup = arena_zalloc(&s->arena, size * sizeof(*s->lookup));
    if (!s->lookup)
        return -ENOMEM;
    s->lookup_mask = size - 1;
    for (uint32_t i = 0; i < s->n_classes; i++) {
        uint32_t at = text_ihash(s->classes[i].name) & s->lookup_mask;

        while (s->lookup[at])
            at = (at + 1) & s->lookup_mask;
        s->lookup[at] = i + 1;
    }
    return 0;
}

static int make(struct schema_builder *b, struct schema_making *m)
{
    int r = resolve_types(m, &b->types);

    if (r == 0)
        r = resolve_classes(m, &b->classes);
    if (r == 0)
        r = index_classes(m->schema);
    return r ? r : m->status;
}

int schema_builder_finish(struct schema_builder *b, bool strict, schema_report report, void *user,
                          const struct cim_schema **ret_schema)
{
    struct schema_making m = {.scratch = &b->scratch, .strict = strict, .report = report, .user = user};
    int r;

    assert(!b->finished);
    b->finished = true;
    m.schema = calloc(1, sizeof(*m.schema));
    if (!m.schema)
        return -ENOMEM;
    arena_init(&m.schema->arena, SCHEMA_MAX_BYTES);
    atomic_init(&m.schema->refs, 1);
    r = make(b, &m);
    if (r) {
        (void)schema_unref(m.schema);
        return r;
    }
    *ret_schema = m.schema;
    return 0;
}
