/* Sizes, times, counts and words: what is taken, and how a refusal says what was expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "server/run/config_value.h"

#include <cmocka.h>

static const struct config_key size_key = {
    .name = "size", .type = CONFIG_SIZE, .field = offsetof(struct config, max_request), .min = 1024, .max = 64 << 20};
static const struct config_key time_key = {
    .name = "time", .type = CONFIG_TIME, .field = offsetof(struct config, idle_timeout), .min = 10, .max = 86400000};
static const struct config_key count_key = {
    .name = "count", .type = CONFIG_COUNT, .field = offsetof(struct config, io_threads), .min = 1, .max = 64};
static const struct config_key word_key = {.name = "word",
                                           .type = CONFIG_CHOICE,
                                           .field = offsetof(struct config, partial),
                                           .choices = "fault omit"};

static const struct {
    const struct config_key *key;
    const char *text;
    int64_t value; /* -1: refused */
} cases[] = {
    {&size_key, "1024", 1024},
    {&size_key, "64K", 65536},
    {&size_key, "64k", 65536},
    {&size_key, "64 K", 65536},
    {&size_key, "1.5M", 3 << 19},
    {&size_key, "1023", -1},
    {&size_key, "65M", -1},
    {&size_key, "1KB", -1},
    {&size_key, "", -1},
    {&size_key, "M", -1},
    {&size_key, "1.M", -1},
    {&size_key, "1.0000001M", -1},
    {&size_key, "-1", -1},
    {&size_key, "0x1000", -1},
    {&size_key, "18446744073709551616", -1},
    {&size_key, "18446744073709551615G", -1},
    {&time_key, "10", 10000},
    {&time_key, "10s", 10000},
    {&time_key, "0.5", 500},
    {&time_key, "500ms", 500},
    {&time_key, "1.25s", 1250},
    {&time_key, "5m", 300000},
    {&time_key, "24h", 86400000},
    {&time_key, "25h", -1},
    {&time_key, "9ms", -1},
    {&time_key, "5 minutes", -1},
    {&count_key, "1", 1},
    {&count_key, "64", 64},
    {&count_key, "0", -1},
    {&count_key, "65", -1},
    {&count_key, "4K", -1},
    {&count_key, "1.5", -1},
    {&word_key, "fault", PARTIAL_FAULT},
    {&word_key, "omit", PARTIAL_OMIT},
    {&word_key, "fault omit", -1},
    {&word_key, "fau", -1},
    {&word_key, "", -1},
};

static void numbers_are_taken_within_their_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config c = {0};
        struct cim_error err = {0};
        int r = config_value_set(&c, cases[i].key, "file:1", cases[i].text, &err);
        uint64_t value = *(uint64_t *)((char *)&c + cases[i].key->field);

        if (cases[i].value < 0 ? r == 0 : r != 0 || value != (uint64_t)cases[i].value)
            fail_msg("%s = %s: %d, %llu, %s", cases[i].key->name, cases[i].text, r, (unsigned long long)value,
                     err.message);
    }
}

static void a_refusal_says_where_and_what_was_expected(void **state)
{
    struct config c = {0};
    struct cim_error err = {0};

    (void)state;
    assert_true(config_value_set(&c, &size_key, "a.conf:7", "1G", &err) < 0);
    assert_string_equal(err.message, "a.conf:7: size = 1G: expected a size from 1K to 64M");
    assert_string_equal(config_value_expected(&time_key), "a time from 10ms to 24h");
    assert_string_equal(config_value_expected(&count_key), "a number from 1 to 64");
    assert_string_equal(config_value_expected(&word_key), "one of: fault omit");
}

static void a_list_grows_and_is_cleared(void **state)
{
    static const struct config_key key = {.name = "listen",
                                          .type = CONFIG_LIST,
                                          .field = offsetof(struct config, listen)};
    struct config c = {0};

    (void)state;
    assert_int_equal(config_value_set(&c, &key, "x", "one", NULL), 0);
    assert_int_equal(config_value_set(&c, &key, "x", "two", NULL), 0);
    assert_int_equal(c.listen.n, 2);
    assert_string_equal(c.listen.items[1], "two");
    assert_true(config_value_set(&c, &key, "x", "", NULL) < 0);
    config_value_clear(&c, &key);
    assert_int_equal(c.listen.n, 0);
    assert_null(c.listen.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_taken_within_their_bounds),
        cmocka_unit_test(a_refusal_says_where_and_what_was_expected),
        cmocka_unit_test(a_list_grows_and_is_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
