/* Queries against the class they ask for, and what a provider may know of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/query/query.h"
#include "tests/unit/mofs.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char source[] =
    "class E { string s; uint8 n; datetime d; };\n"
    "class F : E { string more; };\n"
    "class A { [Key] string Id; uint8 u; sint64 i; uint64 big; real64 r; boolean b; datetime d; string s; char16 c;\n"
    "  uint8 list[]; [EmbeddedInstance(\"E\")] string emb; [EmbeddedObject] string any; string none; };\n"
    "class B : A { uint32 below; string mixed; };\n"
    "class C : A { uint32 mixed; };\n"
    "[Association] class L { [Key] A ref x; [Key] B ref y; };\n";

static struct mofs world;

static int make_world(void **state)
{
    (void)state;
    mofs_compile(&world, source);
    assert_string_equal(buf_cstr(&world.problems), "");
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    mofs_fini(&world);
    return 0;
}

/* Parses and binds to the class of FROM; the status of either. */
static int bind(struct arena *a, const char *text, struct query *ret, struct cim_error *err)
{
    struct query q;
    int r = wql_parse(a, text_of(text), &q, err);

    return r ? r : query_bind(a, &q, schema_class(world.schema, q.class_name), ret, err);
}

/* ---- binding ---- */

static void binding_refuses_what_cannot_be_meant(void **state)
{
    static const struct {
        const char *query, *message;
    } bad[] = {
        {"SELECT x FROM A", "query: class A has no property x"},
        {"SELECT * FROM A WHERE x = 1", "query: class A has no property x"},
        {"SELECT * FROM C WHERE below = 1", "query: class C has no property below"},
        {"SELECT * FROM A WHERE __PATH = 'x'", "query: class A has no property __PATH"},
        {"SELECT * FROM A WHERE list = 1", "query: property list is an array and cannot be compared"},
        {"SELECT * FROM A WHERE b < 1", "query: the operator does not fit property b, a boolean"},
        {"SELECT * FROM A WHERE u LIKE '5'", "query: the operator does not fit property u, a uint8"},
        {"SELECT * FROM A WHERE s ISA B", "query: the operator does not fit property s, a string"},
        {"SELECT * FROM A WHERE emb.s ISA E", "query: the operator does not fit property s, a string"},
        {"SELECT * FROM A WHERE emb = 'x'", "query: the operator does not fit property emb, an embedded object"},
        {"SELECT * FROM L WHERE x < 'A.Id=\"1\"'", "query: the operator does not fit property x, a reference"},
        {"SELECT * FROM A WHERE u = 'x'", "query: property u is a uint8, the constant is none"},
        {"SELECT * FROM A WHERE u = TRUE", "query: property u is a uint8, the constant is none"},
        {"SELECT * FROM A WHERE b = 2", "query: property b is a boolean, the constant is none"},
        {"SELECT * FROM A WHERE d = 'yesterday'", "query: property d is a datetime, the constant is none"},
        {"SELECT * FROM A WHERE c = 'xy'", "query: property c is a char16, the constant is none"},
        {"SELECT * FROM L WHERE x = '='", "query: property x is a reference, the constant is none"},
        {"SELECT * FROM A WHERE u = 1 AND (u = 2 OR NOT x = 3)", "query: class A has no property x"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct cim_error error = {0};
        struct arena a;
        struct query q;

        arena_init(&a, 1 << 20);
        assert_int_equal(bind(&a, bad[i].query, &q, &error), CIM_ERR_INVALID_QUERY);
        assert_string_equal(error.message, bad[i].message);
        arena_fini(&a);
    }
}

static void a_full_arena_is_told(void **state)
{
    const struct cim_value *values;
    struct query parsed, bound;
    struct arena a, limited;
    uint32_t n;
    int r;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(wql_parse(&a,
                               TEXT("SELECT u FROM A WHERE s = 5 AND Id = 'a' AND NOT d = '20240101000000.000000+000'"),
                               &parsed, NULL),
                     0);
    for (size_t max = 0; max < 4096; max += 16) {
        arena_init(&limited, max);
        r = query_bind(&limited, &parsed, mofs_class(&world, "A"), &bound, NULL);
        if (r == 0)
            r = query_values_for(&limited, &bound, TEXT("Id"), &values, &n);
        arena_fini(&limited);
        assert_true(r == 0 || r == -ENOMEM);
    }
    assert_int_equal(r, 0);
    arena_fini(&a);
}

/* ---- what a provider may know ---- */

static void a_query_needs_what_it_selects_and_tests(void **state)
{
    static const struct {
        const char *query;
        bool s, u, d;
    } cases[] = {
        {"SELECT * FROM A", true, true, true},
        {"SELECT S FROM A", true, false, false},
        {"SELECT s, emb.x FROM A WHERE u = 5 OR NOT (i = 1 AND D IS NULL)", true, true, true},
        {"SELECT Id FROM A WHERE i = 5 AND r = 1 AND u = 1", false, true, false},
        {"SELECT __CLASS FROM A", false, false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a;
        struct query q;

        arena_init(&a, 1 << 20);
        assert_int_equal(wql_parse(&a, text_of(cases[i].query), &q, NULL), 0);
        assert_int_equal(query_needs(&q, TEXT("s")), cases[i].s);
        assert_int_equal(query_needs(&q, TEXT("U")), cases[i].u);
        assert_int_equal(query_needs(&q, TEXT("d")), cases[i].d);
        arena_fini(&a);
    }
}

/* The framework digest's table, and what follows from it */
static void values_are_those_that_every_row_must_have_one_of(void **state)
{
    static const struct {
        const char *where, *values;
    } cases[] = {
        {"s='C:'", "C: "},
        {"s='C:' OR S='D:'", "C: D: "},
        {"s='C:' OR u>5", ""},
        {"s='C:' AND u>5", "C: "},
        {"s<>'C:'", ""},
        {"NOT s='C:'", ""},
        {"'C:'=s", "C: "},
        {"s=5", "5 "},
        {"s LIKE 'C:'", ""},
        {"s IS NULL", ""},
        {"emb.s='C:'", ""},
        {"s='a' OR s='A' OR s='b'", "a b "},
        {"(s='a' OR s='b') AND s='c'", "c "},
        {"(s='a' OR s='b') AND u=1 AND (s='c' OR s='d' OR s='e')", "a b "},
        {"s='a' OR (u=1 AND s='b') OR (s='c' AND i=1)", "a b c "},
        {"s='a' OR (u=1 AND i=2)", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_value *values;
        struct arena a;
        struct query q;
        struct buf b;
        uint32_t n;

        arena_init(&a, 1 << 20);
        buf_init(&b, 1000);
        buf_printf(&b, "SELECT * FROM A WHERE %s", cases[i].where);
        assert_int_equal(bind(&a, buf_cstr(&b), &q, NULL), 0);
        assert_int_equal(query_values_for(&a, &q, TEXT("s"), &values, &n), 0);
        buf_reset(&b);
        for (uint32_t k = 0; k < n; k++)
            buf_printf(&b, "%.*s ", (int)values[k].len, values[k].str);
        assert_string_equal(buf_cstr(&b), cases[i].values);
        buf_fini(&b);
        arena_fini(&a);
    }
}

static void values_of_keys_have_any_type(void **state)
{
    static const struct {
        const char *from, *where, *property, *values;
    } cases[] = {
        {"A", "u=5 OR u='7'", "u", "5 7 "},
        {"A", "u=300", "u", ""},
        {"A", "i=-9223372036854775808", "i", "-9223372036854775808 "},
        {"A", "big='18446744073709551615'", "big", "18446744073709551615 "},
        {"A", "b=1", "b", "true "},
        {"A", "c='x'", "c", "x "},
        {"A", "d='20240101000000.000000+000'", "d", "20240101000000.000000+000 "},
        {"L", "x='a=\"1\"' OR x='\\\\\\\\.\\\\root\\\\x:A.Id=\"2\"'", "x", "a.Id=\"1\" /root/x:A.Id=\"2\" "},
        {"L", "x='unknown=5'", "x", "unknown=5 "},
        {"L", "x<>'A=\"1\"'", "x", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_value *values;
        struct arena a;
        struct query q;
        struct buf b;
        uint32_t n;

        arena_init(&a, 1 << 20);
        buf_init(&b, 1000);
        buf_printf(&b, "SELECT * FROM %s WHERE %s", cases[i].from, cases[i].where);
        assert_int_equal(bind(&a, buf_cstr(&b), &q, NULL), 0);
        assert_int_equal(query_values_for(&a, &q, text_of(cases[i].property), &values, &n), 0);
        buf_reset(&b);
        for (uint32_t k = 0; k < n; k++) {
            value_print(&b, &values[k]);
            buf_puts(&b, " ");
        }
        assert_string_equal(buf_cstr(&b), cases[i].values);
        buf_fini(&b);
        arena_fini(&a);
    }
}

/* What looks like a restriction in another language and is none */
static void only_plain_equality_with_a_constant_restricts(void **state)
{
    static const struct {
        int (*parse)(struct arena *a, struct text source, struct query *ret, struct cim_error *err);
        const char *query, *property;
        uint32_t n;
    } cases[] = {
        {cql_parse, "SELECT * FROM A WHERE s = 'x'", "s", 1},
        {cql_parse, "SELECT * FROM A WHERE A.s = 'x' AND u = i", "s", 1},
        {cql_parse, "SELECT * FROM A WHERE s = Id", "s", 0},
        {cql_parse, "SELECT * FROM A WHERE s = NULL", "s", 0},
        {cql_parse, "SELECT * FROM A WHERE UPPERCASE(s) = 'X'", "s", 0},
        {cql_parse, "SELECT * FROM A WHERE B::s = 'x'", "s", 0},
        {cql_parse, "SELECT * FROM A WHERE s LIKE 'x'", "s", 0},
        {cql_parse, "SELECT * FROM A WHERE list[0] = 1", "list", 0},
        {xpath_parse, "*[s='x']", "s", 1},
        {xpath_parse, "*[s='x' or s='y']", "s", 2},
        {xpath_parse, "*[list=1]", "list", 0},
        {xpath_parse, "*[contains(s,'x')]", "s", 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_value *values;
        struct query parsed, bound;
        struct arena a;
        uint32_t n;

        arena_init(&a, 1 << 20);
        assert_int_equal(cases[i].parse(&a, text_of(cases[i].query), &parsed, NULL), 0);
        assert_int_equal(query_bind(&a, &parsed, mofs_class(&world, "A"), &bound, NULL), 0);
        assert_int_equal(query_values_for(&a, &bound, text_of(cases[i].property), &values, &n), 0);
        assert_int_equal(n, cases[i].n);
        assert_true(query_needs(&bound, text_of(cases[i].property)));
        arena_fini(&a);
    }
}

static void more_values_than_the_maximum_are_no_restriction(void **state)
{
    const struct cim_value *values;
    struct arena a;
    struct query q;
    struct buf b;
    uint32_t n;

    (void)state;
    arena_init(&a, 1 << 24);
    buf_init(&b, QUERY_MAX_TEXT);
    buf_puts(&b, "SELECT * FROM A WHERE s='0'");
    for (int i = 1; i < QUERY_MAX_VALUES; i++)
        buf_printf(&b, " OR s='%d'", i);
    assert_int_equal(bind(&a, buf_cstr(&b), &q, NULL), 0);
    assert_int_equal(query_values_for(&a, &q, TEXT("s"), &values, &n), 0);
    assert_int_equal(n, QUERY_MAX_VALUES);
    buf_puts(&b, " OR s='x'");
    assert_int_equal(bind(&a, buf_cstr(&b), &q, NULL), 0);
    assert_int_equal(query_values_for(&a, &q, TEXT("s"), &values, &n), 0);
    assert_int_equal(n, 0);
    buf_fini(&b);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binding_refuses_what_cannot_be_meant),
        cmocka_unit_test(a_full_arena_is_told),
        cmocka_unit_test(a_query_needs_what_it_selects_and_tests),
        cmocka_unit_test(values_are_those_that_every_row_must_have_one_of),
        cmocka_unit_test(values_of_keys_have_any_type),
        cmocka_unit_test(only_plain_equality_with_a_constant_restricts),
        cmocka_unit_test(more_values_than_the_maximum_are_no_restriction),
    };

    return cmocka_run_group_tests(tests, make_world, end_world);
}
