/* Regular expressions of CQL: what fits, what is no expression, and that no pattern takes for ever. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cim/base/buf.h"
#include "cim/query/regex.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static int compile(const char *pattern, struct arena *a, const struct query_regex **ret, struct cim_error *ret_error)
{
    *ret_error = (struct cim_error){0};
    return regex_compile(a, text_of(pattern), ret, ret_error);
}

static bool match(const char *pattern, struct text t)
{
    const struct query_regex *r = NULL;
    struct cim_error error;
    struct arena a;
    bool result;

    arena_init(&a, 1 << 20);
    if (compile(pattern, &a, &r, &error))
        fail_msg("%s: %s", pattern, error.message);
    result = regex_match(r, t);
    arena_fini(&a);
    return result;
}

static void a_pattern_fits_the_whole_text(void **state)
{
    static const struct {
        const char *pattern, *yes, *no; /* texts with `,` behind each */
    } cases[] = {
        {"", ",", "a,"},
        {"abc", "abc,", "ab,abcd,ABC,xabc,,"},
        {"^abc$", "abc,", "xabc,abcx,"},
        {"a.c",
         "abc,a.c,a\xC3\xA9"
         "c,",
         "ac,abbc,"},
        {"a*", ",a,aaaa,", "b,ab,"},
        {"a+", "a,aa,", ",b,"},
        {"a?b", "b,ab,", "aab,a,"},
        {".*x.*", "x,axb,xx,", ",ab,"},
        {"a|bc|", "a,bc,,", "b,c,abc,"},
        {"^a$|^b$", "a,b,", "ab,"},
        {"(ab)+", "ab,abab,", ",aba,a,"},
        {"(a|b)*c", "c,abac,", "abca,"},
        {"((a)(b|(c)))d", "abd,acd,", "ad,bd,"},
        {"()", ",", "a,"},
        {"(a*)*", ",aaa,", "b,"},
        {"(a*)+", ",aaa,", "b,"},
        {"(a?)*b", "b,aab,", "a,"},
        {"a**", ",aa,", "b,"},
        {"[abc]", "a,b,c,", "d,,ab,"},
        {"[a-c]+", "abc,", "abd,"},
        {"[^a-c]", "d,\xC3\xA9,", "a,b,c,"},
        {"[]a]", "],a,", "b,"},
        {"[^]a]", "b,", "],a,"},
        {"[a-]", "a,-,", "b,"},
        {"[a=f]", "a,=,f,", "b,"},
        {"[.*]", ".,*,", "a,"},
        {"[\xC3\xA0-\xC3\xBF]x", "\xC3\xA9x,", "ex,"},
        {"a\\.b", "a.b,", "axb,"},
        {"\\\\\\[\\(\\*", "\\[(*,", ","},
        {"\xC3\xA9?", "\xC3\xA9,,", "\xC3,"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(cases); i++) {
        const char *texts = i % 2 ? cases[i / 2].no : cases[i / 2].yes, *s = texts;

        for (; *texts; texts++) {
            if (*texts != ',')
                continue;
            if (match(cases[i / 2].pattern, (struct text){s, (size_t)(texts - s)}) != (i % 2 == 0))
                fail_msg("%s and %.*s", cases[i / 2].pattern, (int)(texts - s), s);
            s = texts + 1;
        }
    }
}

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct {
        const char *pattern, *message;
    } bad[] = {
        {"*", "query: the pattern behind LIKE, character 1: there is nothing to repeat"},
        {"a|+", "query: the pattern behind LIKE, character 3: there is nothing to repeat"},
        {"a(b", "query: the pattern behind LIKE, character 4: expected `)`"},
        {"ab)", "query: the pattern behind LIKE, character 3: there is no `(` before it"},
        {"[ab", "query: the pattern behind LIKE, character 1: the set has no closing bracket"},
        {"[]", "query: the pattern behind LIKE, character 1: the set has no closing bracket"},
        {"a[^]", "query: the pattern behind LIKE, character 2: the set has no closing bracket"},
        {"a\\", "query: the pattern behind LIKE, character 3: a backslash protects nothing"},
        {"a{2}", "query: the pattern behind LIKE, character 2: the character has no meaning here; "
                 "a backslash makes it ordinary"},
        {"a^", "query: the pattern behind LIKE, character 2: the character has no meaning here; "
               "a backslash makes it ordinary"},
        {"$a", "query: the pattern behind LIKE, character 1: the character has no meaning here; "
               "a backslash makes it ordinary"},
        {"(^a)", "query: the pattern behind LIKE, character 2: the character has no meaning here; "
                 "a backslash makes it ordinary"},
        {"((((((((((((((((((a))))))))))))))))))",
         "query: the pattern behind LIKE, character 17: groups are nested too deep"},
    };
    const struct query_regex *r;
    struct cim_error error;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(compile(bad[i].pattern, &a, &r, &error), CIM_ERR_INVALID_QUERY);
        assert_string_equal(error.message, bad[i].message);
    }
    arena_fini(&a);
}

/* Whoever goes back after a mismatch never comes to the end of these. */
static void hostile_patterns_end(void **state)
{
    static const char *const patterns[] = {"(a*)*(a*)*(a*)*b", "(a|a)*(a|aa)+b", "(((a+)+)+)+b", ".*.*.*.*.*.*.*.*b"};
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_char(&b, 'a');
    for (size_t i = 0; i < LENGTH(patterns); i++)
        assert_false(match(patterns[i], buf_view(&b)));
    buf_char(&b, 'b');
    for (size_t i = 0; i < LENGTH(patterns); i++)
        assert_true(match(patterns[i], buf_view(&b)));
    buf_fini(&b);
}

static void length_has_a_limit_and_a_full_arena_is_told(void **state)
{
    const struct query_regex *r;
    struct cim_error error;
    struct arena a;
    struct buf b;
    size_t max = 0;

    (void)state;
    buf_init(&b, 1000);
    for (int i = 0; i < REGEX_MAX_ELEMENTS / 2; i++)
        buf_char(&b, 'a');
    arena_init(&a, 1 << 20);
    assert_int_equal(compile(buf_cstr(&b), &a, &r, &error), 0);
    assert_true(regex_match(r, buf_view(&b)));
    buf_char(&b, 'a');
    assert_int_equal(compile(buf_cstr(&b), &a, &r, &error), CIM_ERR_INVALID_QUERY);
    arena_fini(&a);
    buf_fini(&b);
    do {
        arena_fini(&a);
        arena_init(&a, max++);
    } while (compile("(a|b)*c[d]?", &a, &r, &error) == -ENOMEM);
    assert_true(regex_match(r, TEXT("abc")));
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_fits_the_whole_text),
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(hostile_patterns_end),
        cmocka_unit_test(length_has_a_limit_and_a_full_arena_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
