#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cim/base/text.h"

static void names_compare_without_case(void **state)
{
    static const struct {
        const char *a, *b;
        int order; /* sign of text_icmp */
    } cases[] = {
        {"", "", 0},    {"Name", "nAME", 0}, {"a", "B", -1},
        {"B", "a", 1},  {"ab", "abc", -1},   {"abc", "A", 1},
        {"_", "a", -1}, {"[", "{", -1},      {"\xC3\x84", "\xC3\xA4", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text a = text_of(cases[i].a), b = text_of(cases[i].b);
        int d = text_icmp(a, b);

        assert_int_equal((d > 0) - (d < 0), cases[i].order);
        assert_int_equal(text_ieq(a, b), d == 0);
        assert_int_equal(text_ieqs(a, cases[i].b), d == 0);
        if (d == 0)
            assert_int_equal(text_ihash(a), text_ihash(b));
    }
}

static void text_equality_minds_case_and_length(void **state)
{
    (void)state;
    assert_true(text_eq(text_of(NULL), TEXT("")));
    assert_true(text_eq(TEXT("a\0b"), TEXT("a\0b")));
    assert_false(text_eq(TEXT("a\0b"), TEXT("a\0c")));
    assert_false(text_eq(TEXT("a"), TEXT("A")));
    assert_false(text_eq(TEXT("a"), TEXT("ab")));
}

static void trim_takes_xml_blanks_only(void **state)
{
    (void)state;
    assert_true(text_eq(text_trim(TEXT(" \t\r\n a b \n")), TEXT("a b")));
    assert_true(text_eq(text_trim(TEXT(" \n ")), TEXT("")));
    assert_true(text_eq(text_trim(TEXT("\va\f")), TEXT("\va\f")));
}

static void numbers_are_read_to_their_extremes(void **state)
{
    static const struct {
        const char *text;
        bool u_ok, s_ok;
        uint64_t u;
        int64_t s;
    } cases[] = {
        {"0", true, true, 0, 0},
        {"007", true, true, 7, 7},
        {"18446744073709551615", true, false, UINT64_MAX, 0},
        {"18446744073709551616", false, false, 0, 0},
        {"99999999999999999999", false, false, 0, 0},
        {"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
        {"-9223372036854775808", false, true, 0, INT64_MIN},
        {"-9223372036854775809", false, false, 0, 0},
        {"-0", false, true, 0, 0},
        {"", false, false, 0, 0},
        {"-", false, false, 0, 0},
        {"+1", false, false, 0, 0},
        {" 1", false, false, 0, 0},
        {"1x", false, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t u = 0;
        int64_t s = 0;

        assert_int_equal(text_to_u64(text_of(cases[i].text), &u), cases[i].u_ok);
        assert_int_equal(text_to_s64(text_of(cases[i].text), &s), cases[i].s_ok);
        assert_true(u == cases[i].u && s == cases[i].s);
    }
}

static void only_well_formed_utf8_passes(void **state)
{
    static const struct {
        const char *text;
        bool ok;
    } cases[] = {
        {"", true},
        {"abc\x7F", true},
        {"\xC2\x80\xDF\xBF", true},
        {"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", true},
        {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", true},
        {"\x80", false},
        {"\xC1\xBF", false},         /* overlong */
        {"\xE0\x9F\xBF", false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", false}, /* overlong */
        {"\xED\xA0\x80", false},     /* surrogate */
        {"\xF4\x90\x80\x80", false}, /* beyond Unicode */
        {"\xF5\x80\x80\x80", false},
        {"a\xC3", false},
        {"\xE2\x82", false},
        {"\xE2\x82x", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(text_is_utf8(text_of(cases[i].text)), cases[i].ok);
}

static void head_never_cuts_a_character(void **state)
{
    static const struct text euro = {"a\xE2\x82\xAC"
                                     "b",
                                     5};
    static const size_t lengths[] = {0, 1, 1, 1, 4, 5, 5};

    (void)state;
    for (size_t max = 0; max < sizeof(lengths) / sizeof(lengths[0]); max++)
        assert_int_equal(text_head(euro, max).n, lengths[max]);
    assert_int_equal(text_head(TEXT("\xF0\x9F\x98\x80"), 3).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_compare_without_case),   cmocka_unit_test(text_equality_minds_case_and_length),
        cmocka_unit_test(trim_takes_xml_blanks_only),   cmocka_unit_test(numbers_are_read_to_their_extremes),
        cmocka_unit_test(only_well_formed_utf8_passes), cmocka_unit_test(head_never_cuts_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
