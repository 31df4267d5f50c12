/* Selector filters: pairs into a conjunction, what they cannot stand for, what instances pass. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/queries.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char source[] =
    "class E { string s; };\n"
    "class A { [Key] string Id; uint8 u; sint64 i; real64 r; boolean b; datetime d; string s; char16 c; uint8 list[];\n"
    "  [EmbeddedInstance(\"E\")] string emb; };\n"
    "class B : A { uint32 below; };\n"
    "[Association] class L { [Key] A ref x; [Key] B ref y; };\n"
    "instance of B as $b { Id = \"One\"; u = 5; i = -3; r = 1.5; b = true; s = \"C:\\\\Temp\"; c = 'x'; below = 7; };\n";

static struct query_world world;

static int make_world(void **state)
{
    (void)state;
    queries_world_init(&world, source);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    queries_world_fini(&world);
    return 0;
}

/* "name=value;name=value" */
static uint32_t read_pairs(struct query_pair pairs[8], const char *s)
{
    uint32_t n = 0;

    while (*s) {
        size_t name = 0, value;

        while (s[name] != '=')
            name++;
        for (value = name + 1; s[value] && s[value] != ';';)
            value++;
        pairs[n++] = (struct query_pair){{s, name}, {s + name + 1, value - name - 1}};
        s += value + (s[value] == ';');
    }
    return n;
}

static int from_pairs(struct arena *a, struct text text, struct query *ret, struct cim_error *err)
{
    struct query_pair pairs[8];
    char copy[256];

    assert_in_range(text.n, 0, sizeof(copy) - 1);
    for (size_t i = 0; i <= text.n; i++)
        copy[i] = i < text.n ? text.s[i] : '\0';
    return query_from_pairs(a, TEXT("A"), pairs, read_pairs(pairs, copy), ret, err);
}

static void pairs_are_tests_of_equality_joined_by_and(void **state)
{
    static const struct {
        const char *pairs, *shown, *wql;
    } cases[] = {
        {"", "A", "SELECT * FROM A"},
        {"a=1", "A: a=<1>", "SELECT * FROM A WHERE a=\"1\""},
        {"a=1;b=x y;c=", "A: &(a=<1>, &(b=<x y>, c=<>))", "SELECT * FROM A WHERE a=\"1\" AND b=\"x y\" AND c=\"\""},
        {"a=\\x", "A: a=<\\x>", "SELECT * FROM A WHERE a=\"\\\\x\""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct query q, same;
        struct arena a;
        struct buf b;

        arena_init(&a, 1 << 20);
        buf_init(&b, 1000);
        assert_int_equal(from_pairs(&a, text_of(cases[i].pairs), &q, NULL), 0);
        queries_show(&b, &q);
        assert_string_equal(buf_cstr(&b), cases[i].shown);
        assert_string_equal(q.text.s, cases[i].wql);
        assert_false(q.fold_case);
        assert_int_equal(wql_parse(&a, q.text, &same, NULL), 0);
        buf_reset(&b);
        queries_show(&b, &same);
        assert_string_equal(buf_cstr(&b), cases[i].shown);
        buf_fini(&b);
        arena_fini(&a);
    }
}

static void what_is_no_selector_is_refused(void **state)
{
    static const struct query_case cases[] = {
        {"=1", "query: a selector has no name"},
        {"u=1;i=2;U=1", "query: selector U is given twice"},
        {"s=it's", "query: the value of selector s contains a quote"},
        {"s=\"x\"", "query: the value of selector s contains a quote"},
        {"s=\xFF", "query is not UTF-8"},
        {"x=1", "query: class A has no property x"},
        {"list=1", "query: property list is an array and cannot be compared"},
        {"d=20240229120000.000000+060", "query: a selector cannot stand for property d, a datetime"},
        {"emb=x", "query: a selector cannot stand for property emb, an embedded object"},
        {"u=x", "query: property u is a uint8, the constant is none"},
        {"b=yes", "query: property b is a boolean, the constant is none"},
    };
    static const struct query_case reference = {"x=A", "query: a selector cannot stand for property x, a reference"};

    (void)state;
    queries_check_unbound(&world, from_pairs, "A", cases, LENGTH(cases));
    queries_check_unbound(&world, from_pairs, "L", &reference, 1);
}

static void instances_pass_if_all_are_equal(void **state)
{
    static const struct {
        const char *pairs;
        bool passes;
    } cases[] = {
        {"", true},
        {"u=5", true},
        {"U=5;i=-3;r=1.5;b=true;c=x;s=C:\\Temp", true},
        {"u=5;i=3", false},
        {"u=300", false},
        {"below=7", true},
        {"s=c:\\temp", false},
        {"Id=one", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_error error = {0};
        struct arena a;
        struct query q;

        arena_init(&a, 1 << 20);
        (void)queries_bind(&world, from_pairs, "A", cases[i].pairs, &a, &q, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(query_matches(&q, world.instances[0]), cases[i].passes);
        arena_fini(&a);
    }
}

static void number_and_length_have_limits(void **state)
{
    static struct query_pair pairs[QUERY_MAX_PAIRS + 1];
    static char names[QUERY_MAX_PAIRS + 1][8];
    static char value[QUERY_MAX_TEXT];
    struct query q;
    struct arena a;
    size_t max = 0;
    int r;

    (void)state;
    for (uint32_t i = 0; i <= QUERY_MAX_PAIRS; i++) {
        struct buf b;

        buf_init(&b, sizeof(names[i]) - 1);
        buf_printf(&b, "n%u", (unsigned)i);
        for (size_t k = 0; k < b.len; k++)
            names[i][k] = b.data[k];
        pairs[i] = (struct query_pair){{names[i], b.len}, {"1", 1}};
        buf_fini(&b);
    }
    arena_init(&a, 1 << 20);
    assert_int_equal(query_from_pairs(&a, TEXT("A"), pairs, QUERY_MAX_PAIRS, &q, NULL), 0);
    assert_int_equal(query_from_pairs(&a, TEXT("A"), pairs, QUERY_MAX_PAIRS + 1, &q, NULL), CIM_ERR_INVALID_QUERY);
    for (size_t i = 0; i < sizeof(value); i++)
        value[i] = '\\';
    pairs[0].value = (struct text){value, sizeof(value) / 2};
    assert_int_equal(query_from_pairs(&a, TEXT("A"), pairs, 1, &q, NULL), CIM_ERR_INVALID_QUERY);
    arena_fini(&a);
    pairs[0].value = TEXT("1");
    do {
        arena_init(&a, max++);
        r = query_from_pairs(&a, TEXT("A"), pairs, 3, &q, NULL);
        arena_fini(&a);
        assert_true(r == 0 || r == -ENOMEM);
    } while (r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_tests_of_equality_joined_by_and),
        cmocka_unit_test(what_is_no_selector_is_refused),
        cmocka_unit_test(instances_pass_if_all_are_equal),
        cmocka_unit_test(number_and_length_have_limits),
    };

    return cmocka_run_group_tests(tests, make_world, end_world);
}
