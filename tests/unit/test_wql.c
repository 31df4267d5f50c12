/* WQL text into a query: the tree read back as text, and each mistake told at its place. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/queries.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* ---- what is right ---- */

static void select_names_properties_and_one_class(void **state)
{
    static const struct query_case pairs[] = {
        {"SELECT * FROM A", "A"},
        {"select*from A", "A"},
        {"\tSelect a,B , c.d.e\nfROM __A_1 ", "a, B, c.d.e of __A_1"},
        {"SELECT Select, From, Where FROM Like", "Select, From, Where of Like"},
        {"SELECT \xC3\xA9 FROM \xC3\x84", "\xC3\xA9 of \xC3\x84"},
    };

    (void)state;
    queries_check_good(wql_parse, pairs, LENGTH(pairs));
}

static void tests_compare_a_property_with_a_constant(void **state)
{
    static const struct query_case pairs[] = {
        {"SELECT * FROM A WHERE a=1", "A: a=u1"},
        {"SELECT * FROM A WHERE a<>-1", "A: a<>s-1"},
        {"SELECT * FROM A WHERE a!=+1", "A: a<>u1"},
        {"SELECT * FROM A WHERE a<1.5", "A: a<r1.5"},
        {"SELECT * FROM A WHERE a<=.5", "A: a<=r0.5"},
        {"SELECT * FROM A WHERE a>2e3", "A: a>r2000"},
        {"SELECT * FROM A WHERE a>=0xFf", "A: a>=u255"},
        {"SELECT * FROM A WHERE a=18446744073709551615", "A: a=u18446744073709551615"},
        {"SELECT * FROM A WHERE a=TRUE", "A: a=true"},
        {"SELECT * FROM A WHERE a.b.c=False", "A: a.b.c=false"},
        {"SELECT * FROM A WHERE 1<a", "A: a>u1"},
        {"SELECT * FROM A WHERE 1>=a", "A: a<=u1"},
        {"SELECT * FROM A WHERE \"x\"=a", "A: a=<x>"},
        {"SELECT * FROM A WHERE NULL<>a", "A: a not null"},
        {"SELECT * FROM A WHERE a IS NULL", "A: a null"},
        {"SELECT * FROM A WHERE a is not null", "A: a not null"},
        {"SELECT * FROM A WHERE a=NULL", "A: a null"},
        {"SELECT * FROM A WHERE a ISA B", "A: a isa <B>"},
        {"SELECT * FROM A WHERE a ISA \"B\"", "A: a isa <B>"},
        {"SELECT * FROM A WHERE a LIKE '%[_]'", "A: a like <%[_]>"},
        {"SELECT * FROM A WHERE a NOT LIKE 'x'", "A: !(a like <x>)"},
        {"SELECT * FROM A WHERE like LIKE 'x' AND is IS NULL", "A: &(like like <x>, is null)"},
    };

    (void)state;
    queries_check_good(wql_parse, pairs, LENGTH(pairs));
}

static void strings_stand_in_either_quotes_with_escapes(void **state)
{
    static const struct query_case pairs[] = {
        {"SELECT * FROM A WHERE a=''", "A: a=<>"},
        {"SELECT * FROM A WHERE a=\"it's\"", "A: a=<it's>"},
        {"SELECT * FROM A WHERE a='say \"x\"'", "A: a=<say \"x\">"},
        {"SELECT * FROM A WHERE a='it\\'s'", "A: a=<it's>"},
        {"SELECT * FROM A WHERE a=\"\\\\\\\"\"", "A: a=<\\\">"},
        {"SELECT * FROM A WHERE a='C:\\\\Temp'", "A: a=<C:\\Temp>"},
        {"SELECT * FROM A WHERE a='C:\\Temp'", "A: a=<C:\\Temp>"},
        {"SELECT * FROM A WHERE a LIKE 'C:\\\\%'", "A: a like <C:\\%>"},
        {"SELECT * FROM A WHERE a='OR b=1'", "A: a=<OR b=1>"},
    };

    (void)state;
    queries_check_good(wql_parse, pairs, LENGTH(pairs));
}

static void not_binds_before_and_and_and_before_or(void **state)
{
    static const struct query_case pairs[] = {
        {"SELECT * FROM A WHERE a=1 AND b=2", "A: &(a=u1, b=u2)"},
        {"SELECT * FROM A WHERE a=1 AND b=2 AND c=3", "A: &(a=u1, &(b=u2, c=u3))"},
        {"SELECT * FROM A WHERE a=1 OR b=2 AND c=3 OR d=4", "A: |(a=u1, |(&(b=u2, c=u3), d=u4))"},
        {"SELECT * FROM A WHERE NOT a=1 AND b=2", "A: &(!(a=u1), b=u2)"},
        {"SELECT * FROM A WHERE NOT (a=1 AND b=2)", "A: !(&(a=u1, b=u2))"},
        {"SELECT * FROM A WHERE NOT NOT a=1", "A: !(!(a=u1))"},
        {"SELECT * FROM A WHERE (a=1 OR b=2) AND c=3", "A: &(|(a=u1, b=u2), c=u3)"},
        {"SELECT * FROM A WHERE ((a=1))", "A: a=u1"},
    };

    (void)state;
    queries_check_good(wql_parse, pairs, LENGTH(pairs));
}

static void a_class_test_that_every_row_must_pass_makes_the_query_exact(void **state)
{
    static const struct query_case pairs[] = {
        {"SELECT * FROM A WHERE __CLASS='a'", "A!: __CLASS=<a>"},
        {"SELECT * FROM A WHERE b=1 AND c=2 AND 'A'=__class", "A!: &(b=u1, &(c=u2, __class=<A>))"},
        {"SELECT * FROM A WHERE __CLASS='B'", "A: __CLASS=<B>"},
        {"SELECT * FROM A WHERE __CLASS='A' OR b=1", "A: |(__CLASS=<A>, b=u1)"},
        {"SELECT * FROM A WHERE NOT __CLASS='A'", "A: !(__CLASS=<A>)"},
        {"SELECT * FROM A WHERE b.__CLASS='A'", "A: b.__CLASS=<A>"},
    };

    (void)state;
    queries_check_good(wql_parse, pairs, LENGTH(pairs));
}

/* ---- what is wrong ---- */

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct query_case pairs[] = {
        {"", "query, at its end: expected SELECT"},
        {"FOO", "query, character 1: expected SELECT, found `FOO`"},
        {"SELECT", "query, at its end: expected a property or `*` behind SELECT"},
        {"SELECT a,", "query, at its end: expected a property or `*` behind SELECT"},
        {"SELECT a. FROM A", "query, character 16: expected FROM, found `A`"},
        {"SELECT COUNT(*) FROM A", "query, character 13: expected FROM, found `(`"},
        {"SELECT * A", "query, character 10: expected FROM, found `A`"},
        {"SELECT * FROM 'A'", "query, character 15: expected a class behind FROM, found `A`"},
        {"SELECT * FROM A, B", "query, character 16: expected WHERE or the end, found `,`"},
        {"SELECT * FROM A ORDER BY a", "query, character 17: expected WHERE or the end, found `ORDER`"},
        {"SELECT * FROM A WHERE", "query, at its end: expected a property"},
        {"SELECT * FROM A WHERE a", "query, at its end: expected an operator behind the property"},
        {"SELECT * FROM A WHERE a =", "query, at its end: expected a constant"},
        {"SELECT * FROM A WHERE a = b", "query, character 27: expected a constant, found `b`"},
        {"SELECT * FROM A WHERE 1", "query, at its end: expected an operator behind the constant"},
        {"SELECT * FROM A WHERE 1 = 1", "query, character 27: expected a property behind the operator, found `1`"},
        {"SELECT * FROM A WHERE a = 1 b", "query, character 29: expected AND, OR or the end, found `b`"},
        {"SELECT * FROM A WHERE a == 1", "query, character 26: expected a constant, found `=`"},
        {"SELECT * FROM A WHERE a + 1 = 2", "query, character 25: expected an operator behind the property, found `+`"},
        {"SELECT * FROM A WHERE (a=1", "query, at its end: expected `)`"},
        {"SELECT * FROM A WHERE a=1)", "query, character 26: expected AND, OR or the end, found `)`"},
        {"SELECT * FROM A WHERE a='x", "query, character 25: string without closing quote"},
        {"SELECT * FROM A WHERE a='x\\'", "query, character 25: string without closing quote"},
        {"SELECT * FROM A WHERE a=1a", "query, character 25: expected a number of 64 bits, found `1a`"},
        {"SELECT * FROM A WHERE a=18446744073709551616",
         "query, character 25: expected a number of 64 bits, found `18446744073709551616`"},
        {"SELECT * FROM A WHERE a IS 1", "query, character 28: expected NULL behind IS, found `1`"},
        {"SELECT * FROM A WHERE a LIKE b", "query, character 30: expected a string behind LIKE, found `b`"},
        {"SELECT * FROM A WHERE a NOT = 1", "query, character 29: expected LIKE behind NOT, found `=`"},
        {"SELECT * FROM A WHERE a ISA 1", "query, character 29: expected a class behind ISA, found `1`"},
        {"SELECT * FROM A WHERE a < NULL", "query: nothing is greater or less than NULL"},
        {"SELECT * FROM A;", "query, character 16: expected WHERE or the end, found `;`"},
        {"SELECT * FROM \xFF", "query is not UTF-8"},
    };

    (void)state;
    queries_check_bad(wql_parse, pairs, LENGTH(pairs), CIM_ERR_INVALID_QUERY);
}

static void other_kinds_of_queries_are_not_supported(void **state)
{
    static const char *const sources[] = {
        "ASSOCIATORS OF {A.b=1} WHERE ResultClass=C",
        "references of {A=1}",
        "SELECT * FROM meta_class",
        "SELECT * FROM E WITHIN 10 WHERE TargetInstance ISA 'A'",
        "SELECT * FROM E WHERE a=1 GROUP WITHIN 10",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(sources); i++) {
        struct cim_error error;

        assert_int_equal(queries_status(wql_parse, sources[i], &error), CIM_ERR_NOT_SUPPORTED);
        assert_true(error.message[0] != '\0');
    }
}

static void depth_and_length_have_limits_and_lists_do_not_add_to_depth(void **state)
{
    struct cim_error error;
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int depth = QUERY_MAX_DEPTH; depth <= QUERY_MAX_DEPTH + 1; depth++) {
        buf_reset(&b);
        buf_puts(&b, "SELECT * FROM A WHERE ");
        for (int i = 0; i < depth; i++)
            buf_puts(&b, i % 2 ? "(" : "NOT ");
        buf_puts(&b, "a=1");
        for (int i = 0; i < depth / 2; i++)
            buf_puts(&b, ")");
        assert_int_equal(queries_status(wql_parse, buf_cstr(&b), &error),
                         depth > QUERY_MAX_DEPTH ? CIM_ERR_INVALID_QUERY : 0);
    }
    buf_reset(&b);
    buf_puts(&b, "SELECT * FROM A WHERE a=1");
    while (b.len + 7 <= QUERY_MAX_TEXT)
        buf_puts(&b, " OR a=1");
    assert_int_equal(queries_status(wql_parse, buf_cstr(&b), &error), 0);
    while (b.len <= QUERY_MAX_TEXT)
        buf_puts(&b, " ");
    assert_int_equal(queries_status(wql_parse, buf_cstr(&b), &error), CIM_ERR_INVALID_QUERY);
    buf_fini(&b);
}

static void a_full_arena_is_told(void **state)
{
    (void)state;
    queries_check_full_arena(wql_parse, "SELECT a, b.c FROM A WHERE a='\\\\' AND NOT b LIKE 'x' OR c ISA D");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(select_names_properties_and_one_class),
        cmocka_unit_test(tests_compare_a_property_with_a_constant),
        cmocka_unit_test(strings_stand_in_either_quotes_with_escapes),
        cmocka_unit_test(not_binds_before_and_and_and_before_or),
        cmocka_unit_test(a_class_test_that_every_row_must_pass_makes_the_query_exact),
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(other_kinds_of_queries_are_not_supported),
        cmocka_unit_test(depth_and_length_have_limits_and_lists_do_not_add_to_depth),
        cmocka_unit_test(a_full_arena_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
