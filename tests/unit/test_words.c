#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/words.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

/* "name=item|item" a word, arrays with brackets, no value as nil; separated by blanks */
static const char *show(const struct assignment *all, uint32_t n, struct buf *b)
{
    buf_reset(b);
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(b, i ? " " : "");
        buf_text(b, all[i].name);
        buf_puts(b, all[i].is_null ? "=nil" : all[i].is_array ? "=[" : "=");
        for (uint32_t k = 0; k < all[i].n_items; k++) {
            buf_puts(b, k ? "|" : "");
            buf_text(b, all[i].items[k]);
        }
        buf_puts(b, all[i].is_array ? "]" : "");
    }
    return buf_cstr(b);
}

static void words_become_values(void **state)
{
    static const struct {
        char *words[4];
        const char *want;
    } cases[] = {
        {{"a=1"}, "a=1"},
        {{"a="}, "a="},
        {{"a=x=y:=z"}, "a=x=y:=z"},
        {{"a=-5", "B=true"}, "a=-5 B=true"},
        {{"a=[1,2]"}, "a=[1|2]"},
        {{"a=[ x , y ]"}, "a=[x|y]"},
        {{"a=[x]"}, "a=[x]"},
        {{"a=[\"x,]\", \"q\\\"\\\\\"]"}, "a=[x,]|q\"\\]"},
        {{"a=1", "b=2", "A=3"}, "a=[1|3] b=2"},
        {{"a=[1,2]", "a=3"}, "a=[1|2|3]"},
        {{"a:=null"}, "a=nil"},
        {{"a=null"}, "a=null"},
        {{"a:=7"}, "a=7"},
        {{"a:=\"[x]\""}, "a=[x]"},
        {{"a=\"x\""}, "a=\"x\""},
        {{"a=[x"}, "a=[x"},
        {{"\xC3\x84=1"}, "\xC3\x84=1"},
        {{NULL}, ""},
    };
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct assignment *all;
        struct cim_error err = {0};
        uint32_t n;
        int words = 0;

        while (words < 4 && cases[i].words[words])
            words++;
        if (words_assignments(&arena, words, cases[i].words, &all, &n, &err))
            fail_msg("%s: %s", cases[i].want, err.message);
        assert_string_equal(show(all, n, &b), cases[i].want);
    }
    buf_fini(&b);
}

static void bad_words_are_refused_with_a_sentence(void **state)
{
    static const struct {
        char *words[3];
        const char *want;
    } cases[] = {
        {{"a"}, "expected NAME=VALUE"},
        {{"=1"}, "expected NAME=VALUE"},
        {{":=1"}, "expected NAME=VALUE"},
        {{"a b=1"}, "expected NAME=VALUE"},
        {{"1a=1"}, "expected NAME=VALUE"},
        {{"a><b=1"}, "expected NAME=VALUE"},
        {{"\xff=1"}, "expected NAME=VALUE"},
        {{"a=[]"}, "a: WS-Management cannot say that an array is empty"},
        {{"a=[\"x]"}, "a closing quote is missing"},
        {{"a=[\"x\"y]"}, "an array ends with `]`"},
        {{"a=[x]]"}, "an array ends with `]`"},
        {{"a:=\"x\"y"}, "text behind the closing quote"},
        {{"a=1", "a:=null"}, "a is given twice"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct assignment *all = NULL;
        struct cim_error err = {0};
        uint32_t n;

        assert_int_equal(words_assignments(&arena, cases[i].words[1] ? 2 : 1, cases[i].words, &all, &n, &err),
                         CIM_ERR_INVALID_PARAMETER);
        assert_null(all);
        if (strncmp(err.message, cases[i].want, strlen(cases[i].want)) != 0)
            fail_msg("\"%s\" is not \"%s\"", err.message, cases[i].want);
    }
}

static void objects_are_paths_or_classes_with_keys(void **state)
{
    static const struct {
        char *words[4];
        const char *want; /* a path, or what is wrong */
        bool with_keys, bad;
    } cases[] = {
        {{"A.k=\"v\",n=5"}, "A.k=\"v\",n=5", true, false},
        {{"/root/x:A.k=\"v\""}, "/root/x:A.k=\"v\"", true, false},
        {{"\\\\.\\root\\x:A.k=\"v\""}, "/root/x:A.k=\"v\"", true, false},
        {{"A", "k=v", "n=5"}, "A.k=\"v\",n=\"5\"", true, false},
        {{"root/x:A", "k=a b"}, "/root/x:A.k=\"a b\"", true, false},
        {{"A"}, "A", false, false},
        {{"A=@"}, "A=@", true, false},
        {{"A"}, "`A` has no keys", true, true},
        {{"root/x"}, "`root/x` names a namespace", false, true},
        {{"A=\"v\""}, "`A=\"v\"` does not name its key", false, true},
        {{"A.k=1", "b=2"}, "`A.k=1` has its keys, what is `b=2`?", true, true},
        {{"A", "k=[1,2]"}, "key k needs one value", true, true},
        {{"A", "k:=null"}, "key k needs one value", true, true},
        {{"A b"}, "object path, character 2", false, true},
    };
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cim_path p;
        struct cim_error err = {0};
        int words = 0, r;

        while (words < 4 && cases[i].words[words])
            words++;
        r = words_path(&arena, words, cases[i].words, cases[i].with_keys, &p, &err);
        assert_int_equal(r != 0, cases[i].bad);
        buf_reset(&b);
        if (r == 0)
            path_print(&b, &p, PATH_WBEM_URI);
        else
            buf_puts(&b, err.message);
        if (strncmp(buf_cstr(&b), cases[i].want, strlen(cases[i].want)) != 0)
            fail_msg("\"%s\" is not \"%s\"", buf_cstr(&b), cases[i].want);
    }
    buf_fini(&b);
}

static void memory_that_is_out_is_said(void **state)
{
    char *words[] = {"a=[1,2,3,4,5]", "b=\"x\""};
    int r = -1;

    (void)state;
    for (size_t room = 0; r; room += 64) {
        struct arena small;
        struct assignment *all;
        uint32_t n;

        arena_init(&small, room);
        r = words_assignments(&small, 2, words, &all, &n, NULL);
        arena_fini(&small);
        assert_true(r <= 0 && room < 65536);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_become_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_words_are_refused_with_a_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(objects_are_paths_or_classes_with_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_that_is_out_is_said, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
