#include "tests/unit/decls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* Flavors: o = overridable, s = to subclass */
static const struct decl_qualifier_type qualifier_types[] = {
#define QUALIFIER(n, t, array, f, sc)                                                            \
    {                                                                                            \
        .type = {.name = (n), .type = (t), .is_array = (array), .flavors = (f), .scopes = (sc) } \
    }
    QUALIFIER("Abstract", CIM_BOOLEAN, false, FLAVOR_OVERRIDABLE, SCOPE_CLASS | SCOPE_ASSOCIATION),
    QUALIFIER("Association", CIM_BOOLEAN, false, FLAVOR_TOSUBCLASS, SCOPE_ASSOCIATION),
    QUALIFIER("Terminal", CIM_BOOLEAN, false, FLAVOR_DEFAULT, SCOPE_CLASS | SCOPE_ASSOCIATION),
    QUALIFIER("Key", CIM_BOOLEAN, false, FLAVOR_TOSUBCLASS, SCOPE_PROPERTY | SCOPE_REFERENCE),
    QUALIFIER("Required", CIM_BOOLEAN, false, FLAVOR_TOSUBCLASS, SCOPE_PROPERTY | SCOPE_METHOD | SCOPE_PARAMETER),
    QUALIFIER("Write", CIM_BOOLEAN, false, FLAVOR_DEFAULT, SCOPE_PROPERTY),
    QUALIFIER("Read", CIM_BOOLEAN, false, FLAVOR_DEFAULT, SCOPE_PROPERTY),
    QUALIFIER("Static", CIM_BOOLEAN, false, FLAVOR_DEFAULT, SCOPE_METHOD | SCOPE_PROPERTY),
    QUALIFIER("In", CIM_BOOLEAN, false, FLAVOR_TOSUBCLASS, SCOPE_PARAMETER),
    QUALIFIER("Out", CIM_BOOLEAN, false, FLAVOR_TOSUBCLASS, SCOPE_PARAMETER),
    QUALIFIER("Override", CIM_STRING, false, FLAVOR_OVERRIDABLE, SCOPE_PROPERTY | SCOPE_REFERENCE | SCOPE_METHOD),
    QUALIFIER("EmbeddedInstance", CIM_STRING, false, FLAVOR_DEFAULT, SCOPE_PROPERTY | SCOPE_METHOD | SCOPE_PARAMETER),
    QUALIFIER("EmbeddedObject", CIM_BOOLEAN, false, FLAVOR_TOSUBCLASS, SCOPE_PROPERTY | SCOPE_PARAMETER),
    QUALIFIER("Description", CIM_STRING, false, FLAVOR_DEFAULT | FLAVOR_TRANSLATABLE, SCOPE_ANY),
    QUALIFIER("Version", CIM_STRING, false, FLAVOR_OVERRIDABLE, SCOPE_CLASS | SCOPE_ASSOCIATION),
    QUALIFIER("MaxLen", CIM_UINT32, false, FLAVOR_DEFAULT, SCOPE_PROPERTY | SCOPE_METHOD | SCOPE_PARAMETER),
    QUALIFIER("Values", CIM_STRING, true, FLAVOR_DEFAULT, SCOPE_PROPERTY | SCOPE_METHOD | SCOPE_PARAMETER),
    QUALIFIER("Fixed", CIM_STRING, false, FLAVOR_TOSUBCLASS, SCOPE_ANY),
#undef QUALIFIER
};

void decls_add_types(struct schema_builder *b)
{
    for (size_t i = 0; i < LENGTH(qualifier_types); i++)
        assert(schema_builder_add_qualifier_type(b, &qualifier_types[i], false) == 0);
}

/* ---- The notation ------------------------------------------------------------------------------------------------------------ */

struct reader {
    struct arena *arena;
    const char *start, *cur;
};

static void *make(struct reader *r, size_t size)
{
    void *p = arena_zalloc(r->arena, size);

    assert(p);
    return p;
}

static void skip(struct reader *r)
{
    while (*r->cur && strchr(" \t\n", *r->cur))
        r->cur++;
}

static bool take(struct reader *r, char c)
{
    skip(r);
    if (*r->cur != c)
        return false;
    r->cur++;
    return true;
}

static struct text word(struct reader *r)
{
    size_t n;

    skip(r);
    n = strcspn(r->cur, " \t\n:;,=()[]{}\"+-");
    assert(n > 0);
    r->cur += n;
    return (struct text){r->cur - n, n};
}

static struct decl_place place(const struct reader *r, struct text name)
{
    return (struct decl_place){"test", 1, (uint32_t)(name.s - r->start) + 1};
}

static struct cim_value read_value(struct reader *r)
{
    struct cim_value v;
    struct text t;
    bool minus, text = take(r, '"');

    if (text) {
        t = (struct text){r->cur, strcspn(r->cur, "\"")};
        r->cur += t.n + 1;
        return value_string(t);
    }
    minus = take(r, '-');
    t = word(r);
    if (minus)
        t = (struct text){t.s - 1, t.n + 1};
    if (text_ieqs(t, "null"))
        return value_null(CIM_STRING, false);
    if (text_ieqs(t, "true") || text_ieqs(t, "false"))
        return value_boolean(t.n == 4);
    if (value_parse(r->arena, minus ? CIM_SINT64 : CIM_UINT64, t, &v, NULL) == 0 ||
        value_parse(r->arena, CIM_REAL64, t, &v, NULL) == 0)
        return v;
    return value_string(t);
}

/* Values up to the closing character; always an array, or only if there is more than one. */
static struct cim_value read_values(struct reader *r, char end, bool always)
{
    struct cim_value *items = make(r, 16 * sizeof(*items));
    uint32_t n = 0;

    if (always && take(r, end))
        return value_array(CIM_STRING, items, 0);
    do
        items[n++] = read_value(r);
    while (n < 16 && take(r, ','));
    assert(take(r, end));
    return always || n > 1 ? value_array(items[0].type, items, n) : items[0];
}

static struct decl_qualifier *read_qualifiers(struct reader *r)
{
    struct decl_qualifier *first = NULL, **tail = &first;

    if (!take(r, '['))
        return NULL;
    do {
        struct decl_qualifier *q = *tail = make(r, sizeof(*q));

        q->name = word(r);
        q->place = place(r, q->name);
        q->has_value = take(r, '(');
        if (q->has_value)
            q->value = read_values(r, ')', false);
        for (skip(r); *r->cur == '+' || *r->cur == '-'; r->cur += 2, skip(r))
            *(*r->cur == '+' ? &q->flavors_set : &q->flavors_clear) |=
                r->cur[1] == 'o' ? FLAVOR_OVERRIDABLE : FLAVOR_TOSUBCLASS;
        tail = &q->next;
    } while (take(r, ','));
    assert(take(r, ']'));
    return first;
}

/* type Name or ref Class Name, then [] or [n], qualifiers, and a default */
static struct decl_property *read_property(struct reader *r)
{
    struct decl_property *p = make(r, sizeof(*p));
    struct text type = word(r);

    p->type = text_ieqs(type, "ref") ? CIM_REFERENCE : type_of(type);
    assert(p->type);
    if (p->type == CIM_REFERENCE)
        p->ref_class = word(r);
    p->name = word(r);
    p->place = place(r, p->name);
    skip(r);
    if (r->cur[0] == '[' && (r->cur[1] == ']' || (r->cur[1] >= '0' && r->cur[1] <= '9'))) {
        r->cur++;
        p->is_array = true;
        p->array_size = *r->cur == ']' ? 0 : (uint32_t)strtoul(r->cur, NULL, 10);
        r->cur = strchr(r->cur, ']') + 1;
    }
    p->qualifiers = read_qualifiers(r);
    p->has_value = take(r, '=');
    if (p->has_value)
        p->value = take(r, '{') ? read_values(r, '}', true) : read_value(r);
    return p;
}

/* Behind "type Name(" */
static struct decl_method *read_method(struct reader *r, const struct decl_property *head)
{
    struct decl_method *m = make(r, sizeof(*m));
    struct decl_property **tail = &m->parameters;

    m->name = head->name;
    m->type = head->type;
    m->place = head->place;
    while (!take(r, ')')) {
        *tail = read_property(r);
        tail = &(*tail)->next;
        (void)take(r, ',');
    }
    m->qualifiers = read_qualifiers(r);
    return m;
}

static struct decl_class *read_class(struct reader *r)
{
    struct decl_class *c = make(r, sizeof(*c));
    struct decl_property **properties = &c->properties;
    struct decl_method **methods = &c->methods;

    c->name = word(r);
    c->place = place(r, c->name);
    if (take(r, ':'))
        c->superclass = word(r);
    c->qualifiers = read_qualifiers(r);
    assert(take(r, '{'));
    while (!take(r, '}')) {
        struct decl_property *p = read_property(r);

        if (take(r, '(')) {
            *methods = read_method(r, p);
            methods = &(*methods)->next;
        } else {
            *properties = p;
            properties = &p->next;
        }
        assert(take(r, ';'));
    }
    return c;
}

void decls_init(struct decls *d, const char *text)
{
    struct reader r = {&d->arena, text, text};
    struct decl_class **tail = &d->classes;

    arena_init(&d->arena, 64 << 20);
    d->classes = NULL;
    for (skip(&r); *r.cur; skip(&r)) {
        *tail = read_class(&r);
        tail = &(*tail)->next;
    }
}

void decls_fini(struct decls *d)
{
    arena_fini(&d->arena);
}

/* ---- Building ---------------------------------------------------------------------------------------------------------------- */

void decls_count(void *user, const struct decl_place *place_, int status, const char *message)
{
    struct problems *p = user;

    (void)place_;
    if (p->errors + p->warnings == 0)
        memcpy(p->first, message, strlen(message) + 1);
    if (status)
        p->errors++;
    else
        p->warnings++;
}

int decls_build(const struct cim_schema *base, const char *text, bool replace, struct problems *ret_problems,
                const struct cim_schema **ret)
{
    struct schema_builder *b = schema_builder_new(base);
    struct decls d;
    int r;

    assert(b);
    *ret_problems = (struct problems){0};
    decls_init(&d, text);
    if (!base)
        decls_add_types(b);
    for (const struct decl_class *c = d.classes; c; c = c->next)
        assert(schema_builder_add_class(b, c, replace) == 0);
    r = schema_builder_finish(b, true, decls_count, ret_problems, ret);
    (void)schema_builder_free(b);
    decls_fini(&d);
    return r;
}

const struct cim_schema *decls_schema(const char *text)
{
    const struct cim_schema *s = NULL;
    struct problems p;

    assert(decls_build(NULL, text, false, &p, &s) == 0);
    return s;
}
