/* ASSOCIATORS OF and REFERENCES OF: what they ask for, and each mistake told at its place. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cim/query/query.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct pair {
    const char *source, *shown;
};

static void show_text(struct buf *b, const char *what, struct text t)
{
    if (t.n)
        buf_printf(b, " %s=%.*s", what, (int)t.n, t.s);
}

static void show(struct buf *b, const struct query_associators *q)
{
    buf_puts(b, q->references ? "references" : "associators");
    show_text(b, "path", q->path);
    show_text(b, "assoc", q->assoc_class);
    show_text(b, "result", q->result_class);
    show_text(b, "role", q->role);
    show_text(b, "result_role", q->result_role);
    buf_puts(b, q->class_defs_only ? " classes" : "");
    buf_puts(b, q->keys_only ? " keys" : "");
    buf_puts(b, q->schema_only ? " schema" : "");
}

static void clauses_stand_in_any_order_and_case(void **state)
{
    static const struct pair pairs[] = {
        {"ASSOCIATORS OF {A.k=1}", "associators path=A.k=1"},
        {"associators of{A=@}where role = r", "associators path=A=@ role=r"},
        {"REFERENCES OF { \\\\.\\root\\cimv2:A.k=\"x\" } WHERE ResultClass=C Role=r KeysOnly",
         "references path=\\\\.\\root\\cimv2:A.k=\"x\" result=C role=r keys"},
        {"ASSOCIATORS OF {A.k=1} WHERE ResultRole=b Role=a AssocClass=L ResultClass=C",
         "associators path=A.k=1 assoc=L result=C role=a result_role=b"},
        {"ASSOCIATORS OF {A.k=1} WHERE KEYSONLY CLASSDEFSONLY SCHEMAONLY", "associators path=A.k=1 classes keys schema"},
        {"ASSOCIATORS OF {A.k=\"}\"}", "associators path=A.k=\"}\""},
        {"ASSOCIATORS OF {A.k='}',l=\"\\\"}\"} WHERE Role=Role", "associators path=A.k='}',l=\"\\\"}\" role=Role"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(pairs); i++) {
        struct query_associators q = {0};
        struct cim_error error = {0};
        struct arena a;
        struct buf b;

        arena_init(&a, 1 << 20);
        buf_init(&b, 1000);
        assert_true(query_is_associators(text_of(pairs[i].source)));
        (void)associators_parse(&a, text_of(pairs[i].source), &q, &error); /* a failure is seen by its message */
        assert_string_equal(error.message, "");
        show(&b, &q);
        assert_string_equal(buf_cstr(&b), pairs[i].shown);
        buf_fini(&b);
        arena_fini(&a);
    }
}

static int parse(const char *source, struct cim_error *ret_error)
{
    struct query_associators q;
    struct arena a;
    int r;

    *ret_error = (struct cim_error){0};
    arena_init(&a, 1 << 20);
    r = associators_parse(&a, text_of(source), &q, ret_error);
    arena_fini(&a);
    return r;
}

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct pair pairs[] = {
        {"", "query, at its end: expected ASSOCIATORS or REFERENCES"},
        {"SELECT * FROM A", "query, character 1: expected ASSOCIATORS or REFERENCES, found `SELECT`"},
        {"ASSOCIATORS", "query, at its end: expected OF"},
        {"ASSOCIATORS OF A", "query, character 16: expected a path in braces behind OF, found `A`"},
        {"ASSOCIATORS OF {A.k=1", "query: the path has no closing brace"},
        {"ASSOCIATORS OF {A.k=\"1}", "query: the path has no closing brace"},
        {"ASSOCIATORS OF {A.k=\"1\\", "query: the path has no closing brace"},
        {"ASSOCIATORS OF { }", "query: the path in braces is empty"},
        {"ASSOCIATORS OF {A} x", "query, character 20: expected WHERE or the end, found `x`"},
        {"ASSOCIATORS OF {A} WHERE",
         "query, at its end: expected AssocClass, ResultClass, Role or another clause of ASSOCIATORS OF"},
        {"ASSOCIATORS OF {A} WHERE Role", "query, at its end: expected `=`"},
        {"ASSOCIATORS OF {A} WHERE Role<>r", "query, character 30: expected `=`, found `<>`"},
        {"ASSOCIATORS OF {A} WHERE Role=", "query, at its end: expected a name behind `=`"},
        {"ASSOCIATORS OF {A} WHERE Role='r'", "query, character 31: expected a name behind `=`, found `r`"},
        {"ASSOCIATORS OF {A} WHERE Role=r AND ResultRole=s",
         "query, character 33: expected AssocClass, ResultClass, Role or another clause of ASSOCIATORS OF, found `AND`"},
        {"REFERENCES OF {A} WHERE ResultRole=r", "query, character 25: expected ResultClass, Role, KeysOnly or another "
                                                 "clause of REFERENCES OF, found `ResultRole`"},
        {"ASSOCIATORS OF {A} WHERE Role=r Role=s", "query, character 33: expected each clause once, found `Role`"},
        {"ASSOCIATORS OF {A} WHERE ClassDefsOnly ResultClass=C",
         "query: ClassDefsOnly and ResultClass exclude each other"},
        {"ASSOCIATORS OF {\xFF}", "query is not UTF-8"},
    };
    struct cim_error error;

    (void)state;
    for (size_t i = 0; i < LENGTH(pairs); i++) {
        assert_int_equal(parse(pairs[i].source, &error), CIM_ERR_INVALID_QUERY);
        assert_string_equal(error.message, pairs[i].shown);
    }
    assert_int_equal(parse("ASSOCIATORS OF {A} WHERE RequiredQualifier=Q", &error), CIM_ERR_NOT_SUPPORTED);
    assert_int_equal(parse("ASSOCIATORS OF {A} WHERE RequiredAssocQualifier=Q", &error), CIM_ERR_NOT_SUPPORTED);
    assert_int_equal(parse("REFERENCES OF {A} WHERE RequiredAssocQualifier=Q", &error), CIM_ERR_INVALID_QUERY);
}

static void such_queries_are_known_by_their_first_word(void **state)
{
    (void)state;
    assert_true(query_is_associators(TEXT("\n Associators")));
    assert_true(query_is_associators(TEXT("REFERENCES{")));
    assert_false(query_is_associators(TEXT("")));
    assert_false(query_is_associators(TEXT("SELECT * FROM Associators")));
    assert_false(query_is_associators(TEXT("AssociatorsOf {A}")));
    assert_false(query_is_associators(TEXT("'associators")));
}

static void a_full_arena_is_told(void **state)
{
    struct query_associators q;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    assert_int_equal(associators_parse(&a, TEXT("ASSOCIATORS OF {A}"), &q, NULL), -ENOMEM);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_stand_in_any_order_and_case),
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(such_queries_are_known_by_their_first_word),
        cmocka_unit_test(a_full_arena_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
