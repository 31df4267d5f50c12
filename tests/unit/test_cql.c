/* CQL: text into the tree, mistakes at their place, what binding refuses, what instances pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/queries.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char source[] =
    "Qualifier Values : string[], Scope(property);\n"
    "class E { string s; uint8 n; uint16 list[]; };\n"
    "class F : E { string more; };\n"
    "class A { [Key] string Id; uint8 u; uint16 v; sint64 i; real64 r; boolean b;\n"
    "  datetime d; datetime later; string s; string t; string none; char16 c; uint8 list[]; [EmbeddedInstance(\"E\")] string emb; [EmbeddedInstance(\"E\")] string embs[];\n"
    "  [ValueMap{\"2\", \"3\", \"5..7\"}, Values{\"Up\", \"Down\", \"Odd\"}] uint16 state;\n"
    "  [Values{\"Zero\", \"One\"}] uint8 place; [ValueMap{\"x\"}, Values{\"An X\"}] string word; };\n"
    "class B : A { uint32 below; string mixed; };\n"
    "class C : A { uint32 mixed; };\n"
    "class D { string s; };\n"
    "[Association] class L { [Key] A ref x; [Key] B ref y; };\n"
    "instance of B as $b { Id = \"One\"; u = 5; v = 5; i = -9223372036854775808; r = 1.5; b = true;\n"
    "  d = \"20240229120000.000000+060\"; later = \"20240229120000.000000+000\"; s = \"Hello\"; t = \"HELLO\"; c = 'x';\n"
    "  list = {7, 8}; state = 3; place = 1; word = \"x\"; below = 7; mixed = \"5\";\n"
    "  emb = instance of F { s = \"in\"; n = 3; list = {1}; more = \"m\"; };\n"
    "  embs = { instance of E { n = 1; }, instance of F { n = 2; } }; };\n"
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

/* ---- what is right ---- */

static void select_names_properties_of_one_class(void **state)
{
    static const struct query_case cases[] = {
        {"SELECT * FROM T", "T"},
        {"select a, b.c from T", "a, b.c of T"},
        {"SELECT T.a, T.b.c, T::d FROM T", "a, b.c, T::d of T"},
        {"SELECT x.a FROM T AS x", "a of T"},
        {"SELECT T.* FROM T", "T"},
        {"SELECT a, * FROM T", "T"},
        {"SELECT x.B::a FROM T AS x", "B::a of T"},
        {"SELECT distinct, first FROM T", "distinct, first of T"},
        {"SELECT T.T FROM T", "T of T"},
        {"SELECT T FROM T WHERE T = 1 AND T.T = 2 AND T IS NULL AND T ISA T",
         "T of T: &(T=u1, &(T=u2, &(T null, __THIS isa <T>)))"},
    };

    (void)state;
    queries_check_good(cql_parse, cases, LENGTH(cases));
}

static void chains_have_scopes_and_items(void **state)
{
    static const struct query_case cases[] = {
        {"SELECT * FROM T WHERE T.a=1", "T: a=u1"},
        {"SELECT * FROM T AS x WHERE X.a=1 AND T.b=2", "T: &(a=u1, b=u2)"},
        {"SELECT * FROM T WHERE B::a.c[2].D::e=1", "T: B::a.c[2].D::e=u1"},
        {"SELECT * FROM T WHERE T.B::a IS NULL", "T: B::a null"},
        {"SELECT * FROM T WHERE a[0]=1", "T: a[0]=u1"},
        {"SELECT * FROM T WHERE a[4294967294]=1", "T: a[4294967294]=u1"},
        {"SELECT * FROM T WHERE T ISA B", "T: __THIS isa <B>"},
        {"SELECT * FROM T AS x WHERE x ISA B", "T: __THIS isa <B>"},
        {"SELECT * FROM T WHERE a.b ISA B", "T: a.b isa <B>"},
        {"SELECT * FROM T WHERE CLASSNAME() = 'T'", "T!: __CLASS=<T>"},
        {"SELECT * FROM T AS x WHERE ClassName(x) = 'B'", "T: __CLASS=<B>"},
        {"SELECT * FROM T WHERE CLASSNAME(T.e) = 'B'", "T: e.__CLASS=<B>"},
        {"SELECT * FROM T WHERE UPPERCASE(a) = 'B'", "T: ^a=<B>"},
        {"SELECT * FROM T WHERE b < UPPERCASE(a)", "T: ^a>b"},
    };

    (void)state;
    queries_check_good(cql_parse, cases, LENGTH(cases));
}

static void either_side_may_be_a_property(void **state)
{
    static const struct query_case cases[] = {
        {"SELECT * FROM T WHERE a=T.b", "T: a=b"},         {"SELECT * FROM T WHERE a.b[1]<>c", "T: a.b[1]<>c"},
        {"SELECT * FROM T WHERE 5 >= a", "T: a<=u5"},      {"SELECT * FROM T WHERE a = T.b#'x y'", "T: a=b#<x y>"},
        {"SELECT * FROM T WHERE #'x' <> a", "T: a<>#<x>"}, {"SELECT * FROM T WHERE b#'x' < a", "T: a>b#<x>"},
    };

    (void)state;
    queries_check_good(cql_parse, cases, LENGTH(cases));
}

static void literals_have_many_forms(void **state)
{
    static const struct query_case cases[] = {
        {"SELECT * FROM T WHERE a='it\\'s \\\\ \\n'", "T: a=<it's \\ \\n>"},
        {"SELECT * FROM T WHERE a='\"'", "T: a=<\">"},
        {"SELECT * FROM T WHERE a=0xfF", "T: a=u255"},
        {"SELECT * FROM T WHERE a=0x0b", "T: a=u11"},
        {"SELECT * FROM T WHERE a=0b", "T: a=u0"},
        {"SELECT * FROM T WHERE a=101B", "T: a=u5"},
        {"SELECT * FROM T WHERE a=-11b", "T: a=s-3"},
        {"SELECT * FROM T WHERE a=1111111111111111111111111111111111111111111111111111111111111111b",
         "T: a=u18446744073709551615"},
        {"SELECT * FROM T WHERE a=-1000000000000000000000000000000000000000000000000000000000000000b",
         "T: a=s-9223372036854775808"},
        {"SELECT * FROM T WHERE a=-9223372036854775808", "T: a=s-9223372036854775808"},
        {"SELECT * FROM T WHERE a=1.5e3", "T: a=r1500"},
        {"SELECT * FROM T WHERE a=TRUE AND b=false", "T: &(a=true, b=false)"},
        {"SELECT * FROM T WHERE a=NULL", "T: a="},
        {"SELECT * FROM T WHERE a LIKE 'x.*\\.y'", "T: a regex <x.*\\.y>"},
        {"SELECT * FROM T WHERE a NOT LIKE 'x'", "T: !(a regex <x>)"},
        {"SELECT * FROM T WHERE any=1 AND like LIKE 'x' AND order=1", "T: &(any=u1, &(like regex <x>, order=u1))"},
    };

    (void)state;
    queries_check_good(cql_parse, cases, LENGTH(cases));
}

/* ---- what is wrong ---- */

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct query_case cases[] = {
        {"", "query, at its end: expected SELECT"},
        {"SELECT", "query, at its end: expected a property or `*` behind SELECT"},
        {"SELECT a FROM", "query, at its end: expected a class behind FROM"},
        {"SELECT a FROM T AS", "query, at its end: expected a name behind AS"},
        {"SELECT a FROM T x", "query, character 17: expected WHERE or the end, found `x`"},
        {"SELECT * FROM T WHERE", "query, at its end: expected a property or a constant"},
        {"SELECT * FROM T WHERE a", "query, at its end: expected one of = <> < <= > >=, IS, ISA, LIKE"},
        {"SELECT * FROM T WHERE a=", "query, at its end: expected a property or a constant"},
        {"SELECT * FROM T WHERE a != 1",
         "query, character 25: expected one of = <> < <= > >=, IS, ISA, LIKE, found `!=`"},
        {"SELECT * FROM T WHERE a = \"x\"", "query, character 27: expected a property or a constant, found `\"`"},
        {"SELECT * FROM T WHERE a = 'x", "query, character 27: string without closing quote"},
        {"SELECT * FROM T WHERE a = 1x", "query, character 27: expected a number of 64 bits, found `1x`"},
        {"SELECT * FROM T WHERE a = 12b", "query, character 27: expected a number of 64 bits, found `12b`"},
        {"SELECT * FROM T WHERE a = -9223372036854775809",
         "query, character 27: expected a number of 64 bits, found `-9223372036854775809`"},
        {"SELECT * FROM T WHERE 1 = 2", "query: a comparison needs a property on one side at least"},
        {"SELECT * FROM T WHERE 'x' LIKE 'x'", "query: before IS, ISA and LIKE stands a property"},
        {"SELECT * FROM T WHERE a.* = 1", "query: `.*` stands in the SELECT list only"},
        {"SELECT * FROM T WHERE a:b = 1", "query, character 25: expected `::` and a property, found `b`"},
        {"SELECT * FROM T WHERE a[1.5] = 1", "query: an array index is a whole number from 0"},
        {"SELECT * FROM T WHERE a[-1] = 1", "query: an array index is a whole number from 0"},
        {"SELECT * FROM T WHERE a[4294967295] = 1", "query: an array index is a whole number from 0"},
        {"SELECT * FROM T WHERE a[1 = 1", "query, character 27: expected `]`, found `=`"},
        {"SELECT * FROM T WHERE a = b#x", "query, character 29: expected a string behind `#`, found `x`"},
        {"SELECT * FROM T WHERE a LIKE '*'", "query: the pattern behind LIKE, character 1: there is nothing to repeat"},
        {"SELECT * FROM T WHERE a NOT = 1", "query, character 29: expected LIKE behind NOT, found `=`"},
        {"SELECT * FROM T WHERE a IS TRUE", "query, character 28: expected NULL behind IS, found `TRUE`"},
        {"SELECT * FROM T WHERE a ISA 'B'", "query, character 29: expected a class behind ISA, found `B`"},
        {"SELECT * FROM T WHERE CLASSNAME(a = 'B'", "query, character 35: expected `)`, found `=`"},
        {"SELECT * FROM T WHERE (a = 1", "query, at its end: expected `)`"},
    };

    (void)state;
    queries_check_bad(cql_parse, cases, LENGTH(cases), CIM_ERR_INVALID_QUERY);
}

static void what_is_not_served_is_named(void **state)
{
    static const struct query_case cases[] = {
        {"SELECT DISTINCT a FROM T", "CQL: DISTINCT is not supported"},
        {"SELECT FIRST 5 a FROM T", "CQL: FIRST is not supported"},
        {"SELECT FIRST 5 * FROM T", "CQL: FIRST is not supported"},
        {"SELECT COUNT(*) FROM T", "CQL: a function in the SELECT list is not supported"},
        {"SELECT 1 FROM T", "CQL: a constant in the SELECT list is not supported"},
        {"SELECT a AS b FROM T", "CQL: AS in the SELECT list is not supported"},
        {"SELECT a + 1 FROM T", "CQL: arithmetic is not supported"},
        {"SELECT a[1] FROM T", "CQL: an array element in the SELECT list is not supported"},
        {"SELECT a.* FROM T", "CQL: `.*` of an embedded object in the SELECT list is not supported"},
        {"SELECT * FROM T, B", "CQL: a join is not supported"},
        {"SELECT * FROM T JOIN B", "CQL: a join is not supported"},
        {"SELECT * FROM (SELECT * FROM T)", "CQL: a query in FROM is not supported"},
        {"SELECT * FROM T ORDER BY a", "CQL: ORDER BY is not supported"},
        {"SELECT * FROM T WHERE a + 1 = 2", "CQL: arithmetic is not supported"},
        {"SELECT * FROM T WHERE a = b -1", "CQL: arithmetic is not supported"},
        {"SELECT * FROM T WHERE -a = 1", "CQL: arithmetic is not supported"},
        {"SELECT * FROM T WHERE a = 'x' || 'y'", "CQL: joining strings with || is not supported"},
        {"SELECT * FROM T WHERE d < CURRENTDATETIME()", "CQL: CURRENTDATETIME is not supported"},
        {"SELECT * FROM T WHERE OBJECTPATH(T) = 'x'", "CQL: OBJECTPATH is not supported"},
        {"SELECT * FROM T WHERE ANY x IN a SATISFIES (x = 1)", "CQL: ANY is not supported"},
        {"SELECT * FROM T WHERE EXISTS (SELECT * FROM B)", "CQL: EXISTS is not supported"},
        {"SELECT * FROM T WHERE a[*] = 1", "CQL: an array index that is not one number is not supported"},
        {"SELECT * FROM T WHERE UPPERCASE(a) = UPPERCASE(b)", "UPPERCASE on both sides of a comparison is not supported"},
    };

    (void)state;
    queries_check_bad(cql_parse, cases, LENGTH(cases), CIM_ERR_NOT_SUPPORTED);
}

static void depth_has_limits_and_lists_do_not_add_to_it(void **state)
{
    struct cim_error error;
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int names = QUERY_MAX_DEPTH; names <= QUERY_MAX_DEPTH + 1; names++) {
        buf_reset(&b);
        buf_puts(&b, "SELECT * FROM T WHERE x");
        for (int i = 1; i < names; i++)
            buf_puts(&b, ".x");
        buf_puts(&b, "=1");
        assert_int_equal(queries_status(cql_parse, buf_cstr(&b), &error),
                         names > QUERY_MAX_DEPTH ? CIM_ERR_INVALID_QUERY : 0);
    }
    buf_reset(&b);
    buf_puts(&b, "SELECT * FROM T WHERE a=1");
    while (b.len + 8 <= QUERY_MAX_TEXT)
        buf_puts(&b, " AND a=1");
    assert_int_equal(queries_status(cql_parse, buf_cstr(&b), &error), 0);
    buf_fini(&b);
}

static void a_full_arena_is_told(void **state)
{
    (void)state;
    queries_check_full_arena(cql_parse, "SELECT x.a, b.c FROM T AS x WHERE a='\\\\' AND b LIKE 'x+' OR c[1].d=e#'f'");
}

/* ---- against a class ---- */

static void binding_refuses_what_cannot_be_meant(void **state)
{
    static const struct query_case cases[] = {
        {"SELECT x FROM A", "query: class A has no property x"},
        {"SELECT * FROM A WHERE X::u = 1", "query: there is no class X"},
        {"SELECT * FROM A WHERE D::s = 'x'", "query: no object of class A is a D"},
        {"SELECT * FROM A WHERE B::nothing = 1", "query: class B has no property nothing"},
        {"SELECT * FROM A WHERE emb.X::s = 'x'", "query: there is no class X"},
        {"SELECT * FROM A WHERE list = 1", "query: property list is an array and cannot be compared"},
        {"SELECT * FROM A WHERE u = list", "query: property list is an array and cannot be compared"},
        {"SELECT * FROM A WHERE u[0] = 1", "query: property u is no array"},
        {"SELECT * FROM A WHERE emb.n[0] = 1", "query: property n is no array"},
        {"SELECT * FROM A WHERE s = 5", "query: property s is a string, the constant is none"},
        {"SELECT * FROM A WHERE u = '5'", "query: property u is a uint8, the constant is none"},
        {"SELECT * FROM A WHERE b = 1", "query: property b is a boolean, the constant is none"},
        {"SELECT * FROM A WHERE s = TRUE", "query: property s is a string, the constant is none"},
        {"SELECT * FROM A WHERE list[0] = 'x'", "query: property list is a uint8, the constant is none"},
        {"SELECT * FROM A WHERE d = 'x'", "query: property d is a datetime, the constant is none"},
        {"SELECT * FROM A WHERE u = s", "query: property u is a uint8, property s a string"},
        {"SELECT * FROM A WHERE u = B::mixed", "query: property u is a uint8, property mixed a string"},
        {"SELECT * FROM A WHERE A = 1", "query: class A has no property A"},
        {"SELECT A FROM A", "query: class A has no property A"},
        {"SELECT * FROM A WHERE d = emb.s", "query: property d is a datetime, property s a string"},
        {"SELECT * FROM A WHERE b < b", "query: the operator does not fit property b, a boolean"},
        {"SELECT * FROM A WHERE u LIKE 'x'", "query: the operator does not fit property u, a uint8"},
        {"SELECT * FROM A WHERE UPPERCASE(u) = 5", "query: UPPERCASE is of strings, property u is a uint8"},
        {"SELECT * FROM A WHERE state = #'Sideways'", "query: property state has no value called 'Sideways'"},
        {"SELECT * FROM A WHERE state = #'up'", "query: property state has no value called 'up'"},
        {"SELECT * FROM A WHERE state = #'Odd'", "query: 'Odd' stands for no single value of property state"},
        {"SELECT * FROM A WHERE u = #'Up'", "query: property u has no value called 'Up'"},
        {"SELECT * FROM A WHERE s = state#'Up'", "query: property s is a string, the constant is none"},
        {"SELECT * FROM L WHERE x = 'A'", "query: the path for property x: key Id of class A is missing"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        queries_check_unbound(&world, cql_parse, i + 1 == LENGTH(cases) ? "L" : "A", &cases[i], 1);
}

static void check(const char *class_name, const struct query_truth *cases, size_t n, const struct cim_instance *i)
{
    struct buf yes, no;

    buf_init(&yes, 100);
    buf_init(&no, 100);
    buf_printf(&yes, "SELECT * FROM %s WHERE (%%s)", class_name);
    buf_printf(&no, "SELECT * FROM %s WHERE NOT (%%s)", class_name);
    queries_check_truth(&world, cql_parse, class_name, buf_cstr(&yes), buf_cstr(&no), cases, n, i);
    buf_fini(&yes);
    buf_fini(&no);
}

static void constants_compare_with_their_own_kind(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "s = 'Hello'"},
        {'n', "s = 'hello'"},
        {'y', "s > 'HELLO'"},
        {'y', "UPPERCASE(s) = 'HELLO'"},
        {'n', "UPPERCASE(s) = 'Hello'"},
        {'y', "UPPERCASE(s) = t"},
        {'y', "UPPERCASE(s) < 'HELLOO'"},
        {'?', "UPPERCASE(none) = 'X'"},
        {'y', "s LIKE 'H.*o'"},
        {'n', "s LIKE 'h.*'"},
        {'n', "s LIKE 'ell'"},
        {'y', "s NOT LIKE 'x.*'"},
        {'?', "none LIKE '.*'"},
        {'y', "d LIKE '2024.*'"},
        {'y', "u = 101b"},
        {'y', "u < 5.5"},
        {'y', "i = -9223372036854775808"},
        {'n', "i < -9223372036854775808"},
        {'y', "i < 18446744073709551615"},
        {'y', "b = TRUE"},
        {'y', "c = 'x'"},
        {'y', "d = '20240229110000.000000+000'"},
        {'y', "d > '202402291100**.******+000'"},
        {'?', "u = NULL"},
        {'?', "u <> NULL"},
        {'?', "none = 'x' AND u = 5"},
        {'n', "none = 'x' AND u = 6"},
        {'y', "none IS NULL"},
    };

    (void)state;
    check("A", cases, LENGTH(cases), world.instances[0]);
}

static void properties_compare_with_properties(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "u = v"},
        {'y', "u > i"},
        {'y', "u > r"},
        {'n', "s = t"},
        {'y', "d < later"},
        {'?', "s = none"},
        {'?', "none = none"},
        {'y', "emb.n < u"},
        {'y', "u > emb.n"},
        {'y', "b = b"},
        {'y', "list[0] < list[1]"},
        {'y', "B::mixed <> s"},
        {'?', "u = list[2]"},
        {'y', "u < B::below"},
        {'y', "CLASSNAME() <> s"},
        {'?', "emb.nothing = u"},
    };

    (void)state;
    check("A", cases, LENGTH(cases), world.instances[0]);
}

static void chains_read_items_and_embedded_objects(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "list[0] = 7"},
        {'y', "list[1] > list[0]"},
        {'?', "list[2] = 7"},
        {'y', "list[2] IS NULL"},
        {'n', "list IS NULL"},
        {'y', "emb.s = 'in'"},
        {'y', "emb.list[0] = 1"},
        {'y', "emb.F::more = 'm'"},
        {'y', "emb.F::more LIKE 'm'"},
        {'?', "embs[0].F::more = 'm'"},
        {'y', "embs[0].F::more IS NULL"},
        {'y', "embs[1].n = 2"},
        {'?', "embs[2].n = 2"},
        {'y', "CLASSNAME(emb) = 'F'"},
        {'y', "CLASSNAME(embs[0]) = 'E'"},
        {'y', "emb ISA E"},
        {'y', "A ISA B"},
        {'n', "A ISA C"},
        {'y', "CLASSNAME() = 'B'"},
        {'y', "B::below = 7"},
        {'?', "C::mixed = 5"},
        {'y', "C::mixed IS NULL"},
        {'y', "B::mixed = '5'"},
        {'y', "B::u = 5"},
    };

    (void)state;
    check("A", cases, LENGTH(cases), world.instances[0]);
}

static void symbols_are_looked_up_among_values(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "state = #'Down'"}, {'n', "state = A.state#'Up'"}, {'y', "B::state#'Up' < state"},
        {'y', "place = #'One'"},  {'y', "word = #'An X'"},       {'n', "u = state#'Up'"},
    };

    (void)state;
    check("A", cases, LENGTH(cases), world.instances[0]);
}

static void references_compare_with_paths(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "x = 'B.Id=\"One\"'"},
        {'y', "x = 'b=\"One\"'"},
        {'n', "x = 'B.Id=\"one\"'"},
        {'y', "x = '/root/test:B.Id=\"One\"'"},
        {'y', "x = '\\\\\\\\.\\\\root\\\\test:B.Id=\"One\"'"},
        {'n', "x = '/root/other:B.Id=\"One\"'"},
        {'n', "x = 'A.Id=\"One\"'"},
        {'y', "x = y"},
        {'y', "x ISA A"},
        {'y', "CLASSNAME(x) = 'B'"},
        {'y', "CLASSNAME(x) = CLASSNAME(y)"},
    };

    (void)state;
    check("L", cases, LENGTH(cases), world.instances[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(select_names_properties_of_one_class),
        cmocka_unit_test(chains_have_scopes_and_items),
        cmocka_unit_test(either_side_may_be_a_property),
        cmocka_unit_test(literals_have_many_forms),
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(what_is_not_served_is_named),
        cmocka_unit_test(depth_has_limits_and_lists_do_not_add_to_it),
        cmocka_unit_test(a_full_arena_is_told),
        cmocka_unit_test(binding_refuses_what_cannot_be_meant),
        cmocka_unit_test(constants_compare_with_their_own_kind),
        cmocka_unit_test(properties_compare_with_properties),
        cmocka_unit_test(chains_read_items_and_embedded_objects),
        cmocka_unit_test(symbols_are_looked_up_among_values),
        cmocka_unit_test(references_compare_with_paths),
    };

    return cmocka_run_group_tests(tests, make_world, end_world);
}
