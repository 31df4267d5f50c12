/* The patterns of LIKE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cim/query/like.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void like_has_runs_single_characters_and_sets(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool exact, folded;
    } cases[] = {
        {"", "", true, true},
        {"", "a", false, false},
        {"a", "", false, false},
        {"%", "", true, true},
        {"%%", "abc", true, true},
        {"a%c", "abbc", true, true},
        {"a%c", "abbd", false, false},
        {"A", "a", false, true},
        {"%b%", "abc", true, true},
        {"%ab", "aab", true, true},
        {"%a_b%", "xaab", true, true},
        {"%a_b%", "xaby", false, false},
        {"_", "\xC3\xA9", true, true},
        {"__", "\xC3\xA9", false, false},
        {"[_]", "_", true, true},
        {"[_]", "x", false, false},
        {"[%]", "%", true, true},
        {"[a-c]x", "bx", true, true},
        {"[a=c]x", "cx", true, true},
        {"[a-c]x", "dx", false, false},
        {"[A-C]", "b", false, true},
        {"[^a-c]", "d", true, true},
        {"[^a-c]", "b", false, false},
        {"[^a-c]", "", false, false},
        {"[abx-z]", "y", true, true},
        {"[a-]", "-", true, true},
        {"[]]", "]", true, true},
        {"[^]]", "a", true, true},
        {"[a", "[a", true, true},
        {"[", "[", true, true},
        {"[]", "[]", true, true},
        {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", true, true},
        {"a\\%", "a\\b", true, true},
        {"%[0-9][0-9]", "x42", true, true},
        {"%[0-9]%[a-z]", "12", false, false},
        {"^a", "^a", true, true},
        {"\xC3\x89", "\xC3\xA9", false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(like_match(text_of(cases[i].pattern), text_of(cases[i].text), false), cases[i].exact);
        assert_int_equal(like_match(text_of(cases[i].pattern), text_of(cases[i].text), true), cases[i].folded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(like_has_runs_single_characters_and_sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
