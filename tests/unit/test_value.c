#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/path.h"
#include "cim/model/value.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void integer_types_know_their_extremes(void **state)
{
    static const struct {
        enum cim_type type;
        uint64_t max;
        int64_t min;
    } cases[] = {
        {CIM_UINT8, UINT8_MAX, 0},          {CIM_SINT8, INT8_MAX, INT8_MIN},    {CIM_UINT16, UINT16_MAX, 0},
        {CIM_SINT16, INT16_MAX, INT16_MIN}, {CIM_UINT32, UINT32_MAX, 0},        {CIM_SINT32, INT32_MAX, INT32_MIN},
        {CIM_UINT64, UINT64_MAX, 0},        {CIM_SINT64, INT64_MAX, INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_true(type_max(cases[i].type) == cases[i].max);
        assert_true(type_min(cases[i].type) == cases[i].min);
        assert_true(type_is_integer(cases[i].type) && type_is_numeric(cases[i].type));
        assert_int_equal(type_is_signed(cases[i].type), cases[i].min < 0);
        assert_int_equal(type_is_unsigned(cases[i].type), cases[i].min == 0);
        assert_false(type_is_real(cases[i].type));
    }
}

static void type_names_lead_back_to_the_type(void **state)
{
    (void)state;
    for (enum cim_type t = CIM_BOOLEAN; t < CIM_INSTANCE; t++)
        assert_int_equal(type_of(text_of(type_name(t))), t);
    assert_int_equal(type_of(TEXT("UINT32")), CIM_UINT32);
    assert_int_equal(type_of(TEXT("uint")), CIM_TYPE_NONE);
    assert_int_equal(type_of(TEXT("instance")), CIM_TYPE_NONE);
    assert_int_equal(type_of(TEXT("")), CIM_TYPE_NONE);
    assert_null(type_name(CIM_TYPE_NONE));
    assert_null(type_name(CIM_TYPE_COUNT));
    assert_true(type_is_real(CIM_REAL32) && type_is_numeric(CIM_REAL64) && !type_is_numeric(CIM_STRING));
}

static void null_and_arrays_print_nothing(void **state)
{
    struct cim_value item = value_uint(CIM_UINT8, 1), array = value_array(CIM_UINT8, &item, 1);
    struct cim_value null = value_null(CIM_STRING, false);
    struct buf b;

    (void)state;
    buf_init(&b, 100);
    value_print(&b, &null);
    value_print(&b, &array);
    assert_int_equal(b.len, 0);
    buf_fini(&b);
}

static void half_a_surrogate_prints_as_replacement(void **state)
{
    struct cim_value v = value_char16(0xD800), nul = value_char16(0);
    struct buf b;

    (void)state;
    buf_init(&b, 100);
    value_print(&b, &v);
    value_print(&b, &nul);
    assert_true(text_eq(buf_view(&b), TEXT("\xEF\xBF\xBD\0")));
    buf_fini(&b);
}

static struct cim_value parse(struct arena *a, enum cim_type type, const char *text)
{
    struct cim_value v;

    assert_int_equal(value_parse(a, type, text_of(text), &v, NULL), 0);
    return v;
}

static void values_are_equal_by_meaning(void **state)
{
    static const struct {
        enum cim_type a_type;
        const char *a;
        enum cim_type b_type;
        const char *b;
        bool equal;
    } cases[] = {
        {CIM_UINT8, "5", CIM_UINT64, "5", true},
        {CIM_UINT8, "5", CIM_SINT64, "5", true},
        {CIM_SINT64, "-1", CIM_UINT64, "18446744073709551615", false},
        {CIM_UINT64, "18446744073709551615", CIM_SINT64, "-1", false},
        {CIM_SINT8, "-1", CIM_SINT64, "-1", true},
        {CIM_UINT8, "5", CIM_REAL64, "5.0", true},
        {CIM_UINT8, "5", CIM_REAL64, "5.5", false},
        {CIM_REAL64, "NaN", CIM_REAL32, "NaN", true},
        {CIM_REAL64, "NaN", CIM_REAL64, "1", false},
        {CIM_REAL64, "1", CIM_REAL64, "NaN", false},
        {CIM_STRING, "a", CIM_STRING, "a", true},
        {CIM_STRING, "a", CIM_STRING, "A", false},
        {CIM_STRING, "1", CIM_UINT8, "1", false},
        {CIM_BOOLEAN, "true", CIM_BOOLEAN, "TRUE", true},
        {CIM_BOOLEAN, "true", CIM_BOOLEAN, "false", false},
        {CIM_BOOLEAN, "true", CIM_UINT8, "1", false},
        {CIM_CHAR16, "a", CIM_CHAR16, "a", true},
        {CIM_CHAR16, "a", CIM_STRING, "a", false},
        {CIM_DATETIME, "20240101000000.000000+000", CIM_DATETIME, "20240101010000.000000+060", true},
        {CIM_DATETIME, "20240101000000.******+000", CIM_DATETIME, "20240101000000.000000+000", false},
        {CIM_REFERENCE, "A.b=1,c=\"x\"", CIM_REFERENCE, "a.C=\"x\",B=1", true},
        {CIM_REFERENCE, "A.b=1", CIM_REFERENCE, "A.b=2", false},
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_value x = parse(&a, cases[i].a_type, cases[i].a), y = parse(&a, cases[i].b_type, cases[i].b);
        struct cim_value null = value_null(cases[i].a_type, false);

        if (value_equal(&x, &y) != cases[i].equal || value_equal(&y, &x) != cases[i].equal)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        assert_false(value_equal(&x, &null));
    }
    arena_fini(&a);
}

static void null_equals_null_and_differs_from_empty(void **state)
{
    struct cim_value null = value_null(CIM_STRING, false), nulls = value_null(CIM_UINT8, true);
    struct cim_value empty = value_string(TEXT("")), none = value_array(CIM_UINT8, NULL, 0);

    (void)state;
    assert_true(value_equal(&null, &nulls));
    assert_false(value_equal(&null, &empty));
    assert_false(value_equal(&nulls, &none));
    assert_false(value_equal(&empty, &none));
    assert_true(value_equal(&none, &none));
}

static void arrays_are_equal_in_order(void **state)
{
    struct cim_value x[] = {value_uint(CIM_UINT8, 1), value_null(CIM_UINT8, false)};
    struct cim_value y[] = {value_null(CIM_UINT8, false), value_uint(CIM_UINT8, 1)};
    struct cim_value a = value_array(CIM_UINT8, x, 2), b = value_array(CIM_UINT8, y, 2),
                     c = value_array(CIM_UINT8, x, 1);

    (void)state;
    assert_true(value_equal(&a, &a));
    assert_false(value_equal(&a, &b));
    assert_false(value_equal(&a, &c));
}

static void copy_shares_nothing_with_the_original(void **state)
{
    static const struct {
        enum cim_type type;
        const char *text;
    } cases[] = {
        {CIM_UINT64, "18446744073709551615"},
        {CIM_STRING, "text"},
        {CIM_STRING, ""},
        {CIM_DATETIME, "20240101******.******+060"},
        {CIM_REFERENCE, "//h/root:A.b=\"c\",d='e'"},
        {CIM_CHAR16, "x"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena from, to;
        struct cim_value items[2], array, copy;

        arena_init(&from, 1 << 16);
        arena_init(&to, 1 << 16);
        items[0] = items[1] = parse(&from, cases[i].type, cases[i].text);
        array = value_array(cases[i].type, items, 2);
        assert_true(value_copy(&to, &array, &copy));
        assert_true(value_equal(&copy, &array));
        memset(items, 0xFF, sizeof(items));
        arena_fini(&from); /* the sanitizer watches what follows */
        assert_true(value_equal(&copy.items[0], &copy.items[1]));
        arena_fini(&to);
    }
}

static void copy_fails_cleanly_without_memory(void **state)
{
    struct cim_value v = value_string(TEXT("0123456789")), array = value_array(CIM_STRING, &v, 1), copy = v;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    assert_false(value_copy(&a, &v, &copy));
    assert_false(value_copy(&a, &array, &copy));
    assert_true(value_equal(&copy, &v));
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integer_types_know_their_extremes), cmocka_unit_test(type_names_lead_back_to_the_type),
        cmocka_unit_test(null_and_arrays_print_nothing),     cmocka_unit_test(half_a_surrogate_prints_as_replacement),
        cmocka_unit_test(values_are_equal_by_meaning),       cmocka_unit_test(null_equals_null_and_differs_from_empty),
        cmocka_unit_test(arrays_are_equal_in_order),         cmocka_unit_test(copy_shares_nothing_with_the_original),
        cmocka_unit_test(copy_fails_cleanly_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
