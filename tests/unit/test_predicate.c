/* Queries bound to a class and evaluated against instances. */
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
    "[Association] class L { [Key] A ref x; [Key] B ref y; };\n"
    "instance of B as $b { Id = \"One\"; u = 5; i = -3; big = 18446744073709551615; r = 1.5; b = true; s = \"Hello\";\n"
    "  d = \"20240229120000.000000+060\"; c = 'x'; list = {1}; below = 7; mixed = \"5\";\n"
    "  emb = instance of F { s = \"in\"; n = 3; d = \"20240101000000.000000+000\"; };\n"
    "  any = instance of E { s = \"Any\"; n = 4; }; };\n"
    "instance of L { x = $b; y = $b; };\n";

struct world {
    struct mofs m;
    struct arena arena; /* of instances */
    const struct cim_instance *b, *l;
};

static struct world world;

static const struct cim_instance *instance(const struct decl_instance *d)
{
    struct cim_instance *i = NULL;

    assert_int_equal(mof_unit_instance(world.m.unit, d, world.m.schema, &world.arena, &i), 0);
    return i;
}

static int make_world(void **state)
{
    (void)state;
    arena_init(&world.arena, 1 << 20);
    mofs_compile(&world.m, source);
    assert_string_equal(buf_cstr(&world.m.problems), "");
    world.b = instance(mof_unit_instances(world.m.unit));
    world.l = instance(mof_unit_instances(world.m.unit)->next);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    mofs_fini(&world.m);
    arena_fini(&world.arena);
    return 0;
}

/* Parses and binds to the class of FROM; the status of either. */
static int bind(struct arena *a, const char *text, struct query *ret, struct cim_error *err)
{
    struct query q;
    int r = wql_parse(a, text_of(text), &q, err);

    return r ? r : query_bind(a, &q, schema_class(world.m.schema, q.class_name), ret, err);
}

static bool matches(const char *format, const char *class_name, const char *where, const struct cim_instance *i)
{
    struct cim_error error = {0};
    struct arena a;
    struct query q;
    struct buf b;
    bool result;

    arena_init(&a, 1 << 20);
    buf_init(&b, 10000);
    buf_printf(&b, "SELECT * FROM %s WHERE ", class_name);
    buf_puts(&b, format);
    buf_puts(&b, where);
    buf_puts(&b, ")");
    (void)bind(&a, buf_cstr(&b), &q, &error); /* a failure is seen by its message */
    assert_string_equal(error.message, "");
    result = query_matches(&q, i);
    buf_fini(&b);
    arena_fini(&a);
    return result;
}

/* 'y' true, 'n' false, '?' neither: NOT of it does not hold either. */
static char truth(const char *class_name, const char *where, const struct cim_instance *i)
{
    return matches("(", class_name, where, i) ? 'y' : matches("NOT (", class_name, where, i) ? 'n' : '?';
}

struct test {
    char truth;
    const char *where;
};

static void check(const char *class_name, const struct test *tests, size_t n, const struct cim_instance *i)
{
    struct buf b;

    buf_init(&b, 1000);
    for (size_t k = 0; k < n; k++) {
        buf_reset(&b);
        buf_printf(&b, "%c %s", truth(class_name, tests[k].where, i), tests[k].where);
        assert_int_equal(buf_cstr(&b)[1], ' ');
        if (b.data[0] != tests[k].truth)
            fail_msg("%s, expected %c", b.data, tests[k].truth);
    }
    buf_fini(&b);
}

/* ---- evaluation ---- */

static void numbers_compare_by_value_whatever_their_types(void **state)
{
    static const struct test tests[] = {
        {'y', "u = 5"},
        {'n', "u <> 5"},
        {'y', "u < 6"},
        {'y', "u <= 5"},
        {'n', "u > 5"},
        {'y', "u >= 5"},
        {'y', "4 < u"},
        {'y', "u < 1000"},
        {'y', "u > -1"},
        {'n', "u = 300"},
        {'y', "u = '5'"},
        {'y', "u < '1000'"},
        {'y', "u < 5.5"},
        {'y', "u = 5.0"},
        {'y', "i = -3"},
        {'y', "i < 0"},
        {'n', "i > 18446744073709551615"},
        {'y', "big = 18446744073709551615"},
        {'y', "big > -1"},
        {'y', "big > 18446744073709551614"},
        {'y', "big > 9223372036854775807"},
        {'y', "r = 1.5"},
        {'y', "r > 1"},
        {'y', "r < 2"},
        {'y', "r >= '1.25'"},
        {'y', "i > -3.5"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.b);
}

static void strings_compare_without_case(void **state)
{
    static const struct test tests[] = {
        {'y', "s = 'hELLO'"}, {'n', "s = 'hell'"},   {'y', "s > 'hell'"},   {'y', "s < 'helm'"},
        {'y', "s <> 'x'"},    {'y', "mixed = 5"},    {'y', "c = 'x'"},      {'n', "c = 'y'"},
        {'y', "c < 'y'"},     {'y', "s LIKE 'h%O'"}, {'n', "s LIKE 'h_O'"}, {'y', "s NOT LIKE 'x%'"},
    };

    (void)state;
    check("B", tests, LENGTH(tests), world.b);
}

static void booleans_and_datetimes_have_constants_of_several_forms(void **state)
{
    static const struct test tests[] = {
        {'y', "b = TRUE"},
        {'y', "b = 1"},
        {'n', "b = 0"},
        {'y', "b <> FALSE"},
        {'y', "b = 'true'"},
        {'n', "b = 'FALSE'"},
        {'y', "d = '20240229110000.000000+000'"},
        {'y', "d < '20240229110000.000001+000'"},
        {'?', "d = '00000001000000.000000:000'"},
        {'y', "d LIKE '202402%+060'"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.b);
}

static void null_is_neither_equal_nor_unequal(void **state)
{
    static const struct test tests[] = {
        {'?', "none = 'x'"},       {'?', "none <> 'x'"}, {'?', "none LIKE '%'"}, {'y', "none IS NULL"},
        {'n', "none IS NOT NULL"}, {'y', "none = NULL"}, {'n', "s = NULL"},      {'y', "s <> NULL"},
        {'n', "list IS NULL"},     {'n', "any IS NULL"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.b);
}

static void logic_has_three_values(void **state)
{
    static const struct test tests[] = {
        {'y', "u = 5 AND i = -3"},         {'n', "u = 5 AND i = 3"},
        {'?', "u = 5 AND none = 'x'"},     {'n', "none = 'x' AND u = 6"},
        {'y', "none = 'x' OR u = 5"},      {'?', "none = 'x' OR u = 6"},
        {'n', "u = 6 OR u = 7"},           {'?', "NOT none = 'x'"},
        {'y', "u = 6 OR u = 7 OR u = 5"},  {'n', "NOT (u = 5 OR none = 'x')"},
        {'y', "u = 6 AND u = 5 OR i < 0"}, {'n', "u = 5 AND (i < 0 AND u = 6)"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.b);
}

static void chains_read_into_embedded_objects(void **state)
{
    static const struct test tests[] = {
        {'y', "emb.s = 'IN'"},  {'y', "emb.n = '3'"},      {'y', "emb.d < '20240101000000.000001+000'"},
        {'y', "any.s = 'any'"}, {'y', "any.n = 4"},        {'?', "any.n = '4'"},
        {'?', "any.d = 'x'"},   {'?', "emb.nothing = 1"},  {'?', "emb.s.t = 1"},
        {'?', "s.t = 1"},       {'y', "emb.more IS NULL"}, {'y', "emb.__CLASS = 'F'"},
        {'y', "emb ISA E"},     {'n', "any ISA F"},        {'y', "emb ISA 'f'"},
        {'?', "list.x = 1"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.b);
}

static void system_properties_and_classes_can_be_tested(void **state)
{
    static const struct test of_b[] = {
        {'y', "__CLASS = 'b'"},   {'n', "__CLASS = 'A'"}, {'y', "__SUPERCLASS = 'A'"},
        {'y', "__DYNASTY = 'A'"}, {'y', "__GENUS = 2"},   {'y', "__PROPERTY_COUNT = 15"},
        {'y', "__THIS ISA A"},    {'n', "__THIS ISA C"},  {'y', "__CLASS LIKE '[a-c]'"},
    };
    static const struct test of_l[] = {
        {'y', "x ISA A"},
        {'y', "x ISA B"},
        {'n', "x ISA C"},
        {'y', "x = 'B.Id=\"One\"'"},
        {'y', "x = '/root/test:B.Id=\"One\"'"},
        {'n', "x = '/root/other:B.Id=\"One\"'"},
        {'n', "x = 'B.Id=\"Two\"'"},
        {'?', "__SUPERCLASS = 'x'"},
        {'y', "__SUPERCLASS IS NULL"},
    };

    (void)state;
    check("A", of_b, LENGTH(of_b), world.b);
    check("L", of_l, LENGTH(of_l), world.l);
}

static void properties_of_subclasses_can_be_asked_for(void **state)
{
    static const struct test tests[] = {{'y', "below = 7"},
                                        {'y', "below < '8'"},
                                        {'y', "mixed = '5'"},
                                        {'?', "mixed = 5"}};
    struct cim_instance *c = instance_new(&world.arena, mofs_class(&world.m, "C"));

    (void)state;
    check("A", tests, LENGTH(tests), world.b);
    assert_int_equal(truth("A", "below = 7", c), '?');
    assert_int_equal(truth("A", "below IS NULL", c), '?');
}

static void a_query_that_was_not_bound_gives_the_same_rows(void **state)
{
    struct arena a;
    struct query q;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(wql_parse(&a, TEXT("SELECT * FROM A WHERE u < 6 AND emb.s = 'in' AND Below = 7"), &q, NULL), 0);
    assert_true(query_matches(&q, world.b));
    assert_int_equal(wql_parse(&a, TEXT("SELECT * FROM A WHERE u = '5'"), &q, NULL), 0);
    assert_false(query_matches(&q, world.b));
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_compare_by_value_whatever_their_types),
        cmocka_unit_test(strings_compare_without_case),
        cmocka_unit_test(booleans_and_datetimes_have_constants_of_several_forms),
        cmocka_unit_test(null_is_neither_equal_nor_unequal),
        cmocka_unit_test(logic_has_three_values),
        cmocka_unit_test(chains_read_into_embedded_objects),
        cmocka_unit_test(system_properties_and_classes_can_be_tested),
        cmocka_unit_test(properties_of_subclasses_can_be_asked_for),
        cmocka_unit_test(a_query_that_was_not_bound_gives_the_same_rows),
    };

    return cmocka_run_group_tests(tests, make_world, end_world);
}
