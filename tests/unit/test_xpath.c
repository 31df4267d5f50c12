/* XPath filters: text into the tree, mistakes at their place, what binding refuses, what instances pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/queries.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char source[] =
    "class E { string s; uint8 n; uint16 list[]; };\n"
    "class A { [Key] string Id; uint8 u; sint64 i; real64 r; boolean b; datetime d; string s; string none; char16 c;\n"
    "  uint8 list[]; string words[]; string nothing[]; [EmbeddedInstance(\"E\")] string emb;\n"
    "  [EmbeddedInstance(\"E\")] string embs[]; };\n"
    "class B : A { uint32 below; };\n"
    "[Association] class L { [Key] A ref x; [Key] B ref y; };\n"
    "instance of B as $b { Id = \"One\"; u = 5; i = -9223372036854775808; r = 1.5; b = true; s = \"Hello 50%\";\n"
    "  d = \"20240229120000.000000+060\"; c = 'x'; list = {7, 8}; words = {\"one\", \"two\"}; below = 7;\n"
    "  emb = instance of E { s = \"in\"; n = 3; list = {1, 2}; };\n"
    "  embs = { instance of E { n = 1; list = {3}; }, instance of E { n = 2; s = \"two\"; list = {4, 5}; } }; };\n"
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

static void paths_name_a_class_conditions_and_a_property(void **state)
{
    static const struct query_case cases[] = {
        {"T", "T"},
        {"/T", "T"},
        {"../T", "T"},
        {"*", ""},
        {"../TST_N10[Number=3]", "TST_N10: Number=u3"},
        {"/T[a=\"x\"]", "T: a=<x>"},
        {" T [ a = 'x' and b = \"y\" ] ", "T: &(a=<x>, b=<y>)"},
        {"/*[a=1]", ": a=u1"},
        {"/p:T[q:a=1]", "T: a=u1"},
        {"T[a=1][b=2][c=3]", "T: &(a=u1, &(b=u2, c=u3))"},
        {"/T/a", "a of T"},
        {"/T/a/text()", "a of T"},
        {"../p:T[a=1]/p:e/p:b", "e.b of T: a=u1"},
        {"T/text", "text of T"},
    };

    (void)state;
    queries_check_good(xpath_parse, cases, LENGTH(cases));
}

static void conditions_stand_alone_too(void **state)
{
    static const struct query_case cases[] = {
        {"Number=3", ": Number=u3"},
        {"./Number = 3", ": Number=u3"},
        {"/T/a = 3", "T: a=u3"},
        {"../T/a=1 or ../t/b=2", "t: |(a=u1, b=u2)"},
        {"3 = a", ": a=u3"},
        {"(a=1 or b=2) and not(c=3)", ": &(|(a=u1, b=u2), !(c=u3))"},
        {"not(a=1)", ": !(a=u1)"},
        {"e/b[2]=3", ": e.b[1]=u3"},
        {"e[1]/b/text()='x'", ": e[0].b=<x>"},
    };

    (void)state;
    queries_check_good(xpath_parse, cases, LENGTH(cases));
}

static void tests_compare_or_look_for_text(void **state)
{
    static const struct query_case cases[] = {
        {"T[a!=1]", "T: a<>u1"},
        {"T[a<1]", "T: a<u1"},
        {"T[a<=-1.5]", "T: a<=r-1.5"},
        {"T[a>.5]", "T: a>r0.5"},
        {"T[a>=18446744073709551615]", "T: a>=u18446744073709551615"},
        {"T[1<a]", "T: a>u1"},
        {"T[a=true() or a=false()]", "T: |(a=true, a=false)"},
        {"T[a=b]", "T: a=b"},
        {"T[true=false]", "T: true=false"},
        {"T[a='C:\\']", "T: a=<C:\\>"},
        {"T[a=\"it's\"]", "T: a=<it's>"},
        {"T[contains(a, 'x')]", "T: a like <%x%>"},
        {"T[starts-with(p:a/b, \"%_[x]\")]", "T: a.b like <[%][_][[]x]%>"},
        {"T[not(contains(a, ''))]", "T: !(a like <%%>)"},
        {"T[contains=1 and starts-with=2]", "T: &(contains=u1, starts-with=u2)"},
    };

    (void)state;
    queries_check_good(xpath_parse, cases, LENGTH(cases));
}

/* ---- what is wrong ---- */

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct query_case cases[] = {
        {"", "query, at its end: expected a class"},
        {"/", "query, at its end: expected a class"},
        {"..", "query, at its end: expected `/` behind `..`"},
        {"../../T", "query, character 4: expected a class, found `.`"},
        {"//T", "query: `//` is not served"},
        {"T//a", "query, character 3: expected a property, found `/`"},
        {"/T/", "query, at its end: expected a property"},
        {"T x", "query, character 3: expected `[`, `/` or the end, found `x`"},
        {"T[", "query, at its end: expected a property"},
        {"T[]", "query, character 3: expected a property, found `]`"},
        {"T[a]", "query, character 4: expected one of = != < <= > >=, found `]`"},
        {"T[a=]", "query, character 5: expected a property, found `]`"},
        {"T[a<>1]", "query, character 4: expected one of = != < <= > >=, found `<>`"},
        {"T[a==1]", "query, character 5: expected a property, found `=`"},
        {"T[a=1", "query, at its end: expected and, or, `]`"},
        {"T[a=1]]", "query, character 7: expected `[`, `/` or the end, found `]`"},
        {"T[a='x]", "query, character 5: string without closing quote"},
        {"T[a='x'y']", "query, character 8: expected and, or, `]`, found `y`"},
        {"T[a=0x1]", "query, character 5: expected a decimal number, found `0x1`"},
        {"T[a=1e3]", "query, character 5: expected a decimal number, found `1e3`"},
        {"T[a=+1]", "query, character 5: expected a decimal number, found `+1`"},
        {"T[a=1.2.3]", "query, character 5: expected a decimal number, found `1.2.3`"},
        {"T[a=18446744073709551616]", "query, character 5: expected a number of 64 bits, found `18446744073709551616`"},
        {"T[1=1]", "query: a comparison needs a property on one side at least"},
        {"T[1]", "query: objects have no numbers, items of arrays have"},
        {"T[a[0]=1]", "query: items are whole numbers from 1"},
        {"T[a[1.5]=1]", "query: items are whole numbers from 1"},
        {"T[a[b=1]/c=1]", "query: behind a property only a number may stand in brackets"},
        {"T[a[1=1]", "query, character 6: expected `]`, found `=`"},
        {"T[@a=1]", "query: attributes (@) cannot be tested"},
        {"child::T", "query: axes (::) are not served"},
        {"T[p:=1]", "query, character 5: expected a name behind the prefix, found `=`"},
        {"T/a[1]", "query: single items of an array cannot be chosen"},
        {"T[a=1]/b=2", "query: behind a property only a number may stand in brackets"},
        {"a=1 b", "query, character 5: expected and, or, the end, found `b`"},
        {"/T/a=1 and /S/b=2", "query: the path names two classes"},
        {"T[position()=1]", "query, character 3: expected a property, a constant, or one of the functions not, contains, "
                            "starts-with, true, false, found `position`"},
        {"count(a)=1", "query, character 1: expected a property, a constant, or one of the functions not, contains, "
                       "starts-with, true, false, found `count`"},
        {"T[text()='x']", "query, character 3: expected a property, a constant, or one of the functions not, contains, "
                          "starts-with, true, false, found `text`"},
        {"T[contains(a)]", "query, character 13: expected `,`, found `)`"},
        {"T[contains(a,b)]", "query, character 14: expected a string, found `b`"},
        {"T[contains(a,'b'='c']", "query, character 17: expected `)`, found `=`"},
        {"T[a/text()/b=1]", "query, character 11: expected one of = != < <= > >=, found `/`"},
        {"T[.=1]", "query, character 4: expected `/` behind `.`, found `=`"},
        {"T|S", "query, character 2: expected `[`, `/` or the end, found `|`"},
        {"T[a+1=2]", "query, character 4: expected one of = != < <= > >=, found `+1`"},
        {"T[\xFF]", "query is not UTF-8"},
    };

    (void)state;
    queries_check_bad(xpath_parse, cases, LENGTH(cases), CIM_ERR_INVALID_QUERY);
}

static void depth_has_a_limit_and_lists_do_not_add_to_it(void **state)
{
    struct cim_error error;
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int depth = QUERY_MAX_DEPTH; depth <= QUERY_MAX_DEPTH + 1; depth++) {
        buf_reset(&b);
        for (int i = 0; i < depth; i++)
            buf_puts(&b, "(");
        buf_puts(&b, "a=1");
        for (int i = 0; i < depth; i++)
            buf_puts(&b, ")");
        assert_int_equal(queries_status(xpath_parse, buf_cstr(&b), &error),
                         depth > QUERY_MAX_DEPTH ? CIM_ERR_INVALID_QUERY : 0);
    }
    buf_reset(&b);
    buf_puts(&b, "T");
    while (b.len + 12 <= QUERY_MAX_TEXT)
        buf_puts(&b, "[a=1 or b=2]");
    assert_int_equal(queries_status(xpath_parse, buf_cstr(&b), &error), 0);
    buf_reset(&b);
    while (b.len < QUERY_MAX_TEXT)
        buf_puts(&b, "[");
    assert_int_equal(queries_status(xpath_parse, buf_cstr(&b), &error), CIM_ERR_INVALID_QUERY);
    buf_fini(&b);
}

static void a_full_arena_is_told(void **state)
{
    (void)state;
    queries_check_full_arena(xpath_parse, "T[a[1]/b='x'][contains(c,'%') and not(d=e)]/f");
}

/* ---- against a class ---- */

static void binding_refuses_what_cannot_be_meant(void **state)
{
    static const struct query_case cases[] = {
        {"A[x=1]", "query: class A has no property x"},
        {"A/x", "query: class A has no property x"},
        {"A[u[1]=1]", "query: property u is no array"},
        {"A[u='x']", "query: property u is a uint8, the constant is none"},
        {"A[list='x']", "query: property list is a uint8, the constant is none"},
        {"A[d='x']", "query: property d is a datetime, the constant is none"},
        {"A[b<'true']", "query: the operator does not fit property b, a boolean"},
        {"A[s<'x']", "query: XPath knows no order of strings as that of property s"},
        {"A[s>5]", "query: XPath knows no order of strings as that of property s"},
        {"A[emb='x']", "query: the operator does not fit property emb, an embedded object"},
        {"A[contains(u,'x')]", "query: the operator does not fit property u, a uint8"},
        {"A[u=list]", "query: property list is an array and cannot be compared"},
        {"A[u=s]", "query: property u is a uint8, property s a string"},
    };

    (void)state;
    queries_check_unbound(&world, xpath_parse, "A", cases, LENGTH(cases));
}

static void check(const char *class_name, const struct query_truth *cases, size_t n, const struct cim_instance *i)
{
    queries_check_truth(&world, xpath_parse, class_name, "*[%s]", "not(%s)", cases, n, i);
}

/* No '?': what is not true is false. */
static void conditions_are_true_or_false(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "u=5"},
        {'y', "u='5'"},
        {'y', "u=5.0"},
        {'n', "u!=5"},
        {'y', "u<300"},
        {'y', "4<u"},
        {'y', "i=-9223372036854775808"},
        {'y', "i<-1"},
        {'y', "r=1.5"},
        {'y', "b=true()"},
        {'y', "b='true'"},
        {'n', "b=false()"},
        {'y', "b!=false()"},
        {'y', "s='Hello 50%'"},
        {'n', "s='hello 50%'"},
        {'y', "ID='One'"},
        {'y', "contains(s,'0%')"},
        {'n', "contains(s,'_')"},
        {'y', "starts-with(s,'Hello')"},
        {'n', "starts-with(s,'ello')"},
        {'n', "starts-with(s,'hello')"},
        {'y', "contains(s,'')"},
        {'y', "contains(d,'+060')"},
        {'y', "c='x'"},
        {'y', "d='20240229110000.000000+000'"},
        {'y', "d<'2024022911****.******+000' or d>='2024022911****.******+000'"},
        {'n', "none='x'"},
        {'n', "none!='x'"},
        {'n', "contains(none,'')"},
        {'n', "none=s"},
        {'y', "u=5 and not(none='x')"},
        {'y', "u>i"},
        {'n', "s=Id"},
        {'y', "below=7"},
        {'y', "emb/s='in'"},
        {'y', "emb/n<u"},
        {'n', "emb/nothing=1"},
        {'n', "s/t=1"},
    };

    (void)state;
    check("A", cases, LENGTH(cases), world.instances[0]);
}

static void any_item_of_an_array_will_do(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "list=7"},
        {'y', "list=8"},
        {'n', "list=9"},
        {'y', "list!=7"},
        {'y', "list>7"},
        {'n', "list>8"},
        {'y', "list[1]=7"},
        {'n', "list[2]=7"},
        {'n', "list[3]=7"},
        {'n', "list[4294967295]=7"},
        {'y', "words='two'"},
        {'y', "contains(words,'wo')"},
        {'n', "starts-with(words,'wo')"},
        {'n', "nothing='x'"},
        {'n', "nothing!='x'"},
        {'y', "embs/n=2"},
        {'n', "embs/n=3"},
        {'y', "embs/s='two'"},
        {'y', "embs/list=5"},
        {'y', "embs/list[2]=5"},
        {'n', "embs[1]/list=5"},
        {'y', "embs[2]/list[1]=4"},
        {'n', "embs[3]/n=1"},
        {'y', "emb/list=2"},
    };

    (void)state;
    check("A", cases, LENGTH(cases), world.instances[0]);
}

static void references_compare_with_paths(void **state)
{
    static const struct query_truth cases[] = {
        {'y', "x='B.Id=\"One\"'"},
        {'y', "x='B=\"One\"'"},
        {'y', "x='\\\\.\\root\\test:B.Id=\"One\"'"},
        {'y', "x='//host/root/test:B.Id=\"One\"'"},
        {'n', "x='//host/root/other:B.Id=\"One\"'"},
        {'n', "x='B.Id=\"Two\"'"},
        {'y', "x=y"},
    };

    (void)state;
    check("L", cases, LENGTH(cases), world.instances[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_name_a_class_conditions_and_a_property),
        cmocka_unit_test(conditions_stand_alone_too),
        cmocka_unit_test(tests_compare_or_look_for_text),
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(depth_has_a_limit_and_lists_do_not_add_to_it),
        cmocka_unit_test(a_full_arena_is_told),
        cmocka_unit_test(binding_refuses_what_cannot_be_meant),
        cmocka_unit_test(conditions_are_true_or_false),
        cmocka_unit_test(any_item_of_an_array_will_do),
        cmocka_unit_test(references_compare_with_paths),
    };

    return cmocka_run_group_tests(tests, make_world, end_world);
}
