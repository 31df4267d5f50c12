/* The order of two values: paths that are written differently, and what has no order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cim/query/compare.h"
#include "tests/unit/mofs.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char source[] = "class A { [Key] uint8 n; [Key] datetime d; };\n"
                             "[Association] class L { [Key] A ref x; [Key] A ref y; };\n";

static struct cim_value parse(struct arena *a, const char *path)
{
    struct cim_value v;

    assert_int_equal(value_parse(a, CIM_REFERENCE, text_of(path), &v, NULL), 0);
    return v;
}

static void paths_are_equal_however_they_are_written(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"A.k=1", "a.K=1", true},
        {"A.k=1", "A.k=2", false},
        {"A.k=1", "B.k=1", false},
        {"A.k=1", "A.k=1,l=2", false},
        {"A.l=2,k=1", "A.k=1,l=2", true},
        {"A.k=1", "A=1", true},
        {"A=1", "A.k=1", true},
        {"A=@", "A", false},
        {"A.k=1", "/root/x:A.k=1", true},
        {"\\\\.\\root\\x:A.k=1", "root/x:A.k=1", true},
        {"root/x:A.k=1", "root/y:A.k=1", false},
        {"//h/root/x:A.k=1", "root/x:A.k=1", true},
        {"//h/root/x:A.k=1", "//H/root/x:A.k=1", true},
        {"//h/root/x:A.k=1", "//i/root/x:A.k=1", false},
        {"A.k=1", "A.k=\"1\"", true},
        {"A.k=1", "A.k=\"x\"", false},
        {"A.k=TRUE", "A.k=\"true\"", true},
        {"A.k=\"a\"", "A.k=\"A\"", false},
    };
    struct arena a;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_value x, y;
        int order;

        arena_init(&a, 1 << 20);
        x = parse(&a, cases[i].a);
        y = parse(&a, cases[i].b);
        assert_true(compare_values(&x, &y, COMPARE_EXACT, &order));
        if ((order == 0) != cases[i].equal)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        arena_fini(&a);
    }
}

static void keys_as_text_equal_keys_with_their_types(void **state)
{
    static const char first[] = "L.x=\"A.n=1,d=\\\"20240229120000.000000+060\\\"\",y=\"A.n=2,d=\\\""
                                "20240229110000.000000+000\\\"\"",
                      same[] = "L.x=\"/root/test:A.n=1,d=\\\"20240229110000.000000+000\\\"\",y=\"A.d=\\\""
                               "20240229110000.000000+000\\\",n=2\"";
    struct cim_value x, y;
    struct cim_path bound;
    struct mofs m;
    struct arena a;
    int order;

    (void)state;
    arena_init(&a, 1 << 20);
    mofs_compile(&m, source);
    x = parse(&a, first);
    y = parse(&a, same);
    assert_int_equal(path_bind(&a, y.path, mofs_class(&m, "L"), &bound, NULL), 0);
    y.path = &bound;
    assert_true(compare_values(&x, &y, COMPARE_EXACT, &order));
    assert_int_equal(order, 0);
    assert_true(compare_values(&y, &x, COMPARE_EXACT, &order));
    assert_int_equal(order, 0);
    mofs_fini(&m);
    arena_fini(&a);
}

static void unlike_values_have_no_order(void **state)
{
    const struct cim_value number = value_uint(CIM_UINT8, 1), text = value_string(TEXT("1")),
                           nan = value_real(CIM_REAL64, __builtin_nan("")), truth = value_boolean(true);
    int order;

    (void)state;
    assert_false(compare_values(&number, &text, COMPARE_EXACT, &order));
    assert_false(compare_values(&number, &nan, COMPARE_EXACT, &order));
    assert_false(compare_values(&truth, &number, COMPARE_EXACT, &order));
}

static void upper_case_is_of_the_first_text_alone(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
    } cases[] = {
        {"abc", "ABC", 0}, {"ABC", "abc", -1}, {"ab", "ABC", -1},           {"abcd", "ABC", 1},
        {"", "", 0},       {"z", "A", 1},      {"\xC3\xA9", "\xC3\x89", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_value a = value_string(text_of(cases[i].a)), b = value_string(text_of(cases[i].b));
        int order;

        assert_true(compare_values(&a, &b, COMPARE_UPPER, &order));
        assert_int_equal((order > 0) - (order < 0), cases[i].order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_equal_however_they_are_written),
        cmocka_unit_test(keys_as_text_equal_keys_with_their_types),
        cmocka_unit_test(unlike_values_have_no_order),
        cmocka_unit_test(upper_case_is_of_the_first_text_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
