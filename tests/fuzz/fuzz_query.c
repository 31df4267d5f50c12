/* Queries in the languages beside WQL, told by the first byte: c CQL, x XPath, a ASSOCIATORS OF, p selectors (name=value
 * in lines), r a pattern of LIKE, up to the first line's end, and a text. */
#include <assert.h>
#include <string.h>

#include "cim/mof/mof.h"
#include "cim/query/query.h"
#include "cim/query/regex.h"

static const char classes[] =
    "Qualifier EmbeddedObject : boolean = false, Scope(property);"
    "Qualifier EmbeddedInstance : string, Scope(property);"
    "Qualifier Association : boolean = false, Scope(association);"
    "Qualifier Values : string[], Scope(property);"
    "class E { string s = \"x\"; uint8 l[]; };"
    "class A { uint8 u = 5; sint64 i; real64 r; boolean b; datetime d; string s = \"x\"; char16 c; uint8 l[] = {1, 2};"
    " [EmbeddedObject] string e; [EmbeddedInstance(\"E\")] string m[]; [Values{\"a\", \"b\"}] uint8 v = 1; };"
    "class B : A { uint32 v2; }; [Association] class L { A ref x; A ref y; };"
    "instance of B { e = instance of E { l = {3}; }; m = { instance of E { l = {4}; }, instance of E { } }; };";

struct world {
    struct arena arena;
    const struct cim_schema *schema;
    struct cim_instance *instance;
};

static void make_world(struct world *w)
{
    struct mof_unit *u = mof_unit_new("", NULL, NULL);

    arena_init(&w->arena, 1 << 20);
    if (u && mof_unit_text(u, "", TEXT(classes)) == 0 && mof_unit_resolve(u, "", NULL, false, &w->schema) == 0)
        (void)mof_unit_instance(u, mof_unit_instances(u), w->schema, &w->arena, &w->instance);
    mof_unit_free(u);
    assert(w->instance);
}

static void use(const struct world *w, struct arena *a, const struct query *q)
{
    static const struct text classes_of_from[] = {{"A", 1}, {"L", 1}}, properties[] = {{"s", 1}, {"l", 1}, {"x", 1}};
    const struct cim_value *values;
    struct query bound;
    uint32_t n;

    (void)query_matches(q, w->instance);
    for (size_t i = 0; i < 2; i++)
        if (query_bind(a, q, schema_class(w->schema, classes_of_from[i]), &bound, NULL) == 0) {
            (void)query_matches(&bound, w->instance);
            for (size_t k = 0; k < 3; k++)
                (void)(query_needs(&bound, properties[k]) + query_values_for(a, &bound, properties[k], &values, &n));
        }
}

static int pairs(struct arena *a, struct text t, struct query *ret)
{
    struct query_pair list[8];
    uint32_t n = 0;

    while (t.n && n < 8) {
        const char *end = memchr(t.s, '\n', t.n);
        const size_t line = end ? (size_t)(end - t.s) : t.n;
        const char *equals = memchr(t.s, '=', line);
        const size_t name = equals ? (size_t)(equals - t.s) : line;

        list[n++] = (struct query_pair){{t.s, name}, {t.s + name + !!equals, line - name - !!equals}};
        t = (struct text){t.s + line + !!end, t.n - line - !!end};
    }
    return query_from_pairs(a, TEXT("A"), list, n, ret, NULL);
}

static void pattern(struct arena *a, struct text t)
{
    const char *end = t.n ? memchr(t.s, '\n', t.n) : NULL;
    const size_t n = end ? (size_t)(end - t.s) : t.n;
    const struct query_regex *r;

    if (regex_compile(a, (struct text){t.s, n}, &r, NULL) == 0)
        (void)regex_match(r, (struct text){t.s + n, t.n - n});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w; /* made once and kept */
    const struct text t = {(const char *)data + 1, size - 1};
    struct query_associators of;
    struct query q;
    struct arena a;
    int r = -1;

    if (!w.schema)
        make_world(&w);
    if (size == 0)
        return 0;
    arena_init(&a, 32 << 20);
    if (data[0] == 'c')
        r = cql_parse(&a, t, &q, NULL);
    else if (data[0] == 'x')
        r = xpath_parse(&a, t, &q, NULL);
    else if (data[0] == 'p')
        r = pairs(&a, t, &q);
    else if (data[0] == 'a')
        (void)(query_is_associators(t) + associators_parse(&a, t, &of, NULL));
    else
        pattern(&a, t);
    if (r == 0)
        use(&w, &a, &q);
    arena_fini(&a);
    return 0;
}
