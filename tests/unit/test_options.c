#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/options.h"

enum { MAX_WORDS = 8 };

static bool parse(const char *const *words, unsigned groups, struct options *ret, int *ret_first)
{
    char *argv[MAX_WORDS + 1] = {(char *)"test"};
    int argc = 1;

    while (words[argc - 1]) {
        argv[argc] = (char *)words[argc - 1];
        argc++;
    }
    return options_parse(ret, groups, argc, argv, ret_first);
}

static void options_stand_anywhere_among_the_words(void **state)
{
    static const char *const words[] = {"--limit=7", "word", "-o", "jsonl", "--shallow", "-u", "me", NULL};
    struct options o;
    int first;

    (void)state;
    assert_true(parse(words, OPTIONS_LIMIT | OPTIONS_OUTPUT | OPTIONS_DEPTH | OPTIONS_CONNECTION, &o, &first));
    assert_int_equal(o.limit, 7);
    assert_int_equal(o.output, OUTPUT_JSONL);
    assert_true(o.shallow);
    assert_false(o.base);
    assert_string_equal(o.user, "me");
    assert_int_equal(first, 7);
}

static void what_is_wrong_is_refused(void **state)
{
    static const char *const cases[][3] = {
        {"--limit", "0"}, {"--limit", "x"}, {"--limit", "-1"}, {"--output", "yaml"},
        {"--nothing"},    {"--limit"},      {"--delete"},
    };
    struct options o;
    int first;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_false(parse(cases[i], OPTIONS_LIMIT | OPTIONS_OUTPUT, &o, &first));
}

static void the_environment_stands_in_for_what_is_not_given(void **state)
{
    static const char *const words[] = {"--user", "me", NULL};
    struct options o;
    int first;

    (void)state;
    assert_int_equal(setenv("CIMSTREAM_USER", "other", 1), 0);
    assert_int_equal(setenv("CIMSTREAM_URL", "http://there", 1), 0);
    assert_int_equal(setenv("CIMSTREAM_NAMESPACE", "", 1), 0);
    assert_true(parse(words, OPTIONS_CONNECTION | OPTIONS_NAMESPACE, &o, &first));
    assert_string_equal(o.user, "me");
    assert_string_equal(o.url, "http://there");
    assert_null(o.namespace);
    assert_true(parse(words + 2, 0, &o, &first));
    assert_null(o.url);
    assert_int_equal(setenv("CIMSTREAM_TIMEOUT", "soon", 1), 0);
    assert_false(parse(words, OPTIONS_CONNECTION, &o, &first));
}

static void help_lists_what_a_command_takes_and_nothing_else(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);

    (void)state;
    assert_non_null(f);
    options_print(f, OPTIONS_LIMIT);
    assert_int_equal(fclose(f), 0);
    assert_string_equal(text, "  -l, --limit N             not more than so many\n"
                              "  -h, --help                this text\n");
    free(text);
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (const struct option_row *a = option_rows; a->name; a++) {
        assert_true(a->groups && a->help && a->offset < sizeof(struct options));
        assert_int_equal(a->kind == OPTION_FLAG, !a->argument);
        assert_int_equal(a->kind == OPTION_CHOICE, a->choices != NULL);
        for (const struct option_row *b = a + 1; b->name; b++) {
            assert_string_not_equal(a->name, b->name);
            assert_true(!a->letter || a->letter != b->letter);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_among_the_words),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(the_environment_stands_in_for_what_is_not_given),
        cmocka_unit_test(help_lists_what_a_command_takes_and_nothing_else),
        cmocka_unit_test(every_row_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
