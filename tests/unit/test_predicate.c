/* Queries bound to a class and evaluated against instances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/queries.h"

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

static void check(const char *class_name, const struct query_truth *tests, size_t n, const struct cim_instance *i)
{
    struct buf yes, no;

    buf_init(&yes, 100);
    buf_init(&no, 100);
    buf_printf(&yes, "SELECT * FROM %s WHERE (%%s)", class_name);
    buf_printf(&no, "SELECT * FROM %s WHERE NOT (%%s)", class_name);
    queries_check_truth(&world, wql_parse, class_name, buf_cstr(&yes), buf_cstr(&no), tests, n, i);
    buf_fini(&yes);
    buf_fini(&no);
}

/* ---- evaluation ---- */

static void numbers_compare_by_value_whatever_their_types(void **state)
{
    static const struct query_truth tests[] = {
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
    check("A", tests, LENGTH(tests), world.instances[0]);
}

static void strings_compare_without_case(void **state)
{
    static const struct query_truth tests[] = {
        {'y', "s = 'hELLO'"}, {'n', "s = 'hell'"},   {'y', "s > 'hell'"},   {'y', "s < 'helm'"},
        {'y', "s <> 'x'"},    {'y', "mixed = 5"},    {'y', "c = 'x'"},      {'n', "c = 'y'"},
        {'y', "c < 'y'"},     {'y', "s LIKE 'h%O'"}, {'n', "s LIKE 'h_O'"}, {'y', "s NOT LIKE 'x%'"},
    };

    (void)state;
    check("B", tests, LENGTH(tests), world.instances[0]);
}

static void booleans_and_datetimes_have_constants_of_several_forms(void **state)
{
    static const struct query_truth tests[] = {
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
    check("A", tests, LENGTH(tests), world.instances[0]);
}

static void null_is_neither_equal_nor_unequal(void **state)
{
    static const struct query_truth tests[] = {
        {'?', "none = 'x'"},       {'?', "none <> 'x'"}, {'?', "none LIKE '%'"}, {'y', "none IS NULL"},
        {'n', "none IS NOT NULL"}, {'y', "none = NULL"}, {'n', "s = NULL"},      {'y', "s <> NULL"},
        {'n', "list IS NULL"},     {'n', "any IS NULL"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.instances[0]);
}

static void logic_has_three_values(void **state)
{
    static const struct query_truth tests[] = {
        {'y', "u = 5 AND i = -3"},         {'n', "u = 5 AND i = 3"},
        {'?', "u = 5 AND none = 'x'"},     {'n', "none = 'x' AND u = 6"},
        {'y', "none = 'x' OR u = 5"},      {'?', "none = 'x' OR u = 6"},
        {'n', "u = 6 OR u = 7"},           {'?', "NOT none = 'x'"},
        {'y', "u = 6 OR u = 7 OR u = 5"},  {'n', "NOT (u = 5 OR none = 'x')"},
        {'y', "u = 6 AND u = 5 OR i < 0"}, {'n', "u = 5 AND (i < 0 AND u = 6)"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.instances[0]);
}

static void chains_read_into_embedded_objects(void **state)
{
    static const struct query_truth tests[] = {
        {'y', "emb.s = 'IN'"},  {'y', "emb.n = '3'"},      {'y', "emb.d < '20240101000000.000001+000'"},
        {'y', "any.s = 'any'"}, {'y', "any.n = 4"},        {'?', "any.n = '4'"},
        {'?', "any.d = 'x'"},   {'?', "emb.nothing = 1"},  {'?', "emb.s.t = 1"},
        {'?', "s.t = 1"},       {'y', "emb.more IS NULL"}, {'y', "emb.__CLASS = 'F'"},
        {'y', "emb ISA E"},     {'n', "any ISA F"},        {'y', "emb ISA 'f'"},
        {'?', "list.x = 1"},
    };

    (void)state;
    check("A", tests, LENGTH(tests), world.instances[0]);
}

static void system_properties_and_classes_can_be_tested(void **state)
{
    static const struct query_truth of_b[] = {
        {'y', "__CLASS = 'b'"},   {'n', "__CLASS = 'A'"}, {'y', "__SUPERCLASS = 'A'"},
        {'y', "__DYNASTY = 'A'"}, {'y', "__GENUS = 2"},   {'y', "__PROPERTY_COUNT = 15"},
        {'y', "__THIS ISA A"},    {'n', "__THIS ISA C"},  {'y', "__CLASS LIKE '[a-c]'"},
    };
    static const struct query_truth of_l[] = {
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
    check("A", of_b, LENGTH(of_b), world.instances[0]);
    check("L", of_l, LENGTH(of_l), world.instances[1]);
}

static void properties_of_subclasses_can_be_asked_for(void **state)
{
    static const struct query_truth tests[] = {{'y', "below = 7"},
                                               {'y', "below < '8'"},
                                               {'y', "mixed = '5'"},
                                               {'?', "mixed = 5"}};
    static const struct query_truth of_c[] = {{'?', "below = 7"}, {'?', "below IS NULL"}};
    struct cim_instance *c = instance_new(&world.arena, mofs_class(&world.mofs, "C"));

    (void)state;
    check("A", tests, LENGTH(tests), world.instances[0]);
    check("A", of_c, LENGTH(of_c), c);
}

static void a_query_that_was_not_bound_gives_the_same_rows(void **state)
{
    struct arena a;
    struct query q;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(wql_parse(&a, TEXT("SELECT * FROM A WHERE u < 6 AND emb.s = 'in' AND Below = 7"), &q, NULL), 0);
    assert_true(query_matches(&q, world.instances[0]));
    assert_int_equal(wql_parse(&a, TEXT("SELECT * FROM A WHERE u = '5'"), &q, NULL), 0);
    assert_false(query_matches(&q, world.instances[0]));
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
