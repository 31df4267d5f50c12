/* The users file: its lines, and that a change is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cim/base/log.h"
#include "server/auth/password.h"
#include "server/auth/users.h"

#include <cmocka.h>

#define HASH "$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static char folder[64], file[80];

static int set_up(void **state)
{
    (void)state;
    log_set_level(LOG_LEVEL_ERROR);
    memccpy(folder, "/tmp/test_users.XXXXXX", '\0', sizeof(folder));
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof(file), "%s/users", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(file);
    return rmdir(folder);
}

/* Replaced, as the command does it: another inode. */
static void put(const char *text)
{
    char fresh[96];
    FILE *f;

    (void)snprintf(fresh, sizeof(fresh), "%s.new", file);
    f = fopen(fresh, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fchmod(fileno(f), 0600), 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(rename(fresh, file), 0);
}

static bool has(struct users *u, const char *name)
{
    struct password_hash h;

    return users_find(u, text_of(name), &h);
}

static void a_line_is_a_name_and_a_hash(void **state)
{
    static const struct {
        const char *line;
        int result;
        const char *name;
    } cases[] = {
        {"adam:" HASH, 0, "adam"},
        {"  adam:" HASH "\t\r", 0, "adam"},
        {"a b:" HASH, 0, "a b"},
        {"", 1, ""},
        {"  \t", 1, ""},
        {"# adam:" HASH, 1, ""},
        {"adam", -1, ""},
        {"adam:", -1, ""},
        {":" HASH, -1, ""},
        {"adam:secret", -1, ""},
        {"adam:" HASH ":more", -1, ""},
        {"ad\x01m:" HASH, -1, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct password_hash h;
        struct text name = {"", 0};
        int r = users_parse_line(text_of(cases[i].line), &name, &h);

        if (cases[i].result < 0 ? r >= 0 : r != cases[i].result || !text_eq(name, text_of(cases[i].name)))
            fail_msg("%s: %d", cases[i].line, r);
    }
}

static void users_are_found_by_their_whole_name(void **state)
{
    struct users *u;

    (void)state;
    put("# people\nzoe:" HASH "\n\nadam:" HASH "\nadama:" HASH);
    u = users_new(file, NULL);
    assert_non_null(u);
    assert_true(has(u, "adam"));
    assert_true(has(u, "adama"));
    assert_true(has(u, "zoe"));
    assert_false(has(u, "ada"));
    assert_false(has(u, "Zoe"));
    assert_false(has(u, "# people"));
    assert_null(users_free(u));
}

static void a_bad_line_refuses_the_start_and_is_named(void **state)
{
    struct cim_error err = {0};
    char where[96];

    (void)state;
    put("adam:" HASH "\n# fine\nzoe:secret\n");
    assert_null(users_new(file, &err));
    (void)snprintf(where, sizeof(where), "%s:3: ", file);
    assert_memory_equal(err.message, where, strlen(where));
    err = (struct cim_error){0};
    put("adam:" HASH "\nadam:" HASH "\n");
    assert_null(users_new(file, &err));
    assert_non_null(strstr(err.message, "user \"adam\" is there twice"));
}

static void a_missing_file_is_an_empty_one_that_may_come(void **state)
{
    struct users *u;
    uint64_t before;

    (void)state;
    log_set_level(LOG_LEVEL_ERROR);
    u = users_new(file, NULL);
    assert_non_null(u);
    assert_false(has(u, "adam"));
    before = users_generation(u);
    put("adam:" HASH "\n");
    users_refresh(u, false);
    assert_true(has(u, "adam"));
    assert_true(users_generation(u) > before);
    assert_null(users_free(u));
}

static void a_change_is_seen_and_nothing_else_is(void **state)
{
    struct users *u;
    uint64_t before;

    (void)state;
    put("adam:" HASH "\n");
    u = users_new(file, NULL);
    assert_non_null(u);
    before = users_generation(u);
    users_refresh(u, false);
    assert_int_equal(users_generation(u), before);
    users_refresh(u, true);
    assert_true(users_generation(u) > before);
    put("zoe:" HASH "\n");
    users_refresh(u, false);
    assert_true(has(u, "zoe"));
    assert_false(has(u, "adam"));
    assert_null(users_free(u));
}

static void a_file_that_became_bad_leaves_the_old_users(void **state)
{
    struct users *u;
    uint64_t before;

    (void)state;
    put("adam:" HASH "\n");
    u = users_new(file, NULL);
    assert_non_null(u);
    before = users_generation(u);
    put("zoe:secret\n");
    users_refresh(u, false);
    assert_true(has(u, "adam"));
    assert_int_equal(users_generation(u), before);
    assert_null(users_free(u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_name_and_a_hash),
        cmocka_unit_test_setup_teardown(users_are_found_by_their_whole_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_line_refuses_the_start_and_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_file_is_an_empty_one_that_may_come, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_is_seen_and_nothing_else_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_became_bad_leaves_the_old_users, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
