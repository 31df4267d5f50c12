/* The table, the file and the options; conf/cimstream.conf is what the table says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/run/config.h"

#include <cmocka.h>

enum { ARGS_MAX = 8, FILE_MAX = 64 << 10 };

static struct config config;
static struct cim_error error;
static enum config_action action;

static int set_up(void **state)
{
    (void)state;
    config_init(&config);
    error = (struct cim_error){0};
    action = CONFIG_RUN;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    config_fini(&config);
    return 0;
}

/* Words with blanks between, as the command line. */
static int load(const char *line)
{
    char words[512] = "", *argv[ARGS_MAX + 1] = {(char *)"cimstreamd"}, *save = NULL;
    int argc = 1;

    memccpy(words, line, '\0', sizeof(words) - 1);
    for (char *w = strtok_r(words, " ", &save); w && argc < ARGS_MAX; w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    return config_load(&config, argc, argv, &action, &error);
}

/* A file of this text; its name. */
static const char *file_of(const char *text)
{
    static char name[64];
    int fd;

    memccpy(name, "/tmp/test_config.XXXXXX", '\0', sizeof(name));
    fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    return name;
}

static int load_with_file(const char *text, const char *options)
{
    const char *name = file_of(text);
    char line[512];
    int r;

    (void)snprintf(line, sizeof(line), "--config=%s %s", name, options);
    r = load(line);
    assert_int_equal(unlink(name), 0);
    return r;
}

static void every_key_has_a_default_within_its_bounds_and_a_help_line(void **state)
{
    size_t n;
    const struct config_key *keys = config_keys(&n);

    (void)state;
    assert_int_equal(load("--config=/dev/null"), 0);
    assert_int_equal(config.max_request, 1 << 20);
    assert_int_equal(config.stall_timeout, 300000);
    assert_int_equal(config.provider_timeout, 10000);
    assert_int_equal(config.listen.n, 1);
    assert_string_equal(config.listen.items[0], "127.0.0.1:5985");
    for (size_t i = 0; i < n; i++) {
        assert_non_null(keys[i].help);
        assert_null(strchr(keys[i].help, '\n'));
        assert_int_equal(keys[i].type == CONFIG_CHOICE, keys[i].choices != NULL);
    }
}

static void the_shipped_file_is_what_the_table_says(void **state)
{
    static char shipped[FILE_MAX];
    struct buf b;
    FILE *f = fopen("conf/cimstream.conf", "re");
    size_t n;

    (void)state;
    assert_non_null(f);
    n = fread(shipped, 1, sizeof(shipped) - 1, f);
    assert_int_equal(fclose(f), 0);
    shipped[n] = '\0';
    buf_init(&b, FILE_MAX);
    config_defaults(&b);
    if (strcmp(buf_cstr(&b), shipped) != 0)
        fail_msg("conf/cimstream.conf is not what `cimstreamd --defaults` prints");
    buf_fini(&b);
}

/* With the comment signs off it must be a file that can be read. */
static void the_shipped_defaults_can_be_given_back(void **state)
{
    static char text[FILE_MAX];
    struct buf b;
    size_t n = 0;

    (void)state;
    buf_init(&b, FILE_MAX);
    config_defaults(&b);
    for (const char *s = buf_cstr(&b); *s; s++)
        if (!(*s == '#' && s[1] != ' ' && (s == b.data || s[-1] == '\n')) || strncmp(s, "#namespace", 10) == 0)
            text[n++] = *s;
    text[n] = '\0';
    buf_fini(&b);
    assert_int_equal(load_with_file(text, ""), 0);
    assert_int_equal(config.max_connections, 1024);
}

static void options_win_over_the_file(void **state)
{
    (void)state;
    assert_int_equal(load_with_file("# comment\nmax_request = 64K ; why\nlisten = 127.0.0.1:1\nlisten=127.0.0.1:2\n"
                                    "users = /a b/c\n",
                                    "--max-request=128K --partial=omit"),
                     0);
    assert_int_equal(config.max_request, 128 << 10);
    assert_int_equal(config.partial, PARTIAL_OMIT);
    assert_int_equal(config.listen.n, 2);
    assert_string_equal(config.users, "/a b/c");
}

static void a_list_of_options_replaces_that_of_the_file(void **state)
{
    (void)state;
    assert_int_equal(load_with_file("listen = 127.0.0.1:1\nlisten = 127.0.0.1:2\n", "--listen=[::1]:3"), 0);
    assert_int_equal(config.listen.n, 1);
    assert_string_equal(config.listen.items[0], "[::1]:3");
}

static const struct {
    const char *text, *message; /* what it ends with, behind the name */
} bad_files[] = {
    {"\n\nmax_reqest = 1\n", ":3: unknown key max_reqest, see cimstreamd --help"},
    {"max_request = 1\n", ":1: max_request = 1: expected a size from 4K to 64M"},
    {"run_slots = 2\nrun_slots = 3\n", ":2: run_slots is given twice"},
    {"users =\n", ":1: users is empty"},
    {"[http]\nlisten = 127.0.0.1:1\n", ":2: there are no sections, [http] is unknown"},
    {"# fine\nnonsense\n", ":2: neither `key = value` nor a comment"},
    {"config = /x\n", ":1: config is an option only"},
};

static void a_bad_line_is_named_with_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++) {
        assert_true(load_with_file(bad_files[i].text, "") < 0);
        if (!strstr(error.message, bad_files[i].message))
            fail_msg("%s: %s", bad_files[i].message, error.message);
        config_fini(&config);
        error = (struct cim_error){0};
    }
}

static void a_line_of_any_length_is_read_whole_or_refused(void **state)
{
    char text[4096];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memcpy(text, "users = ", 8);
    assert_true(load_with_file(text, "") < 0);
    assert_non_null(strstr(error.message, ":1: a line of more than"));
    config_fini(&config);
    text[1500] = '\0';
    assert_int_equal(load_with_file(text, ""), 0);
    assert_int_equal(strlen(config.users), 1500 - 8);
}

static const struct {
    const char *line, *message;
} bad_lines[] = {
    {"--nothing=1", "option: unknown key nothing, see cimstreamd --help"},
    {"--listen", "--listen: unknown, or its value is missing: --key=value"},
    {"listen=1", "listen=1: options are written --key=value, see cimstreamd --help"},
    {"--run_slots=0", "option: run_slots = 0: expected a number from 1 to 256"},
    {"--config=/does/not/exist", "/does/not/exist: No such file or directory"},
    {"--config=/tmp", "/tmp: Is a directory"},
    {"--config=/dev/null --run_slots=8 --max_threads=4", "max_threads is less than run_slots"},
    {"--config=/dev/null --max_context_timeout=1s", "max_context_timeout is shorter than context_timeout"},
};

static void a_bad_option_stops_the_start(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
        error = (struct cim_error){0};
        assert_true(load(bad_lines[i].line) < 0);
        assert_string_equal(error.message, bad_lines[i].message);
        config_fini(&config);
    }
}

static void actions_are_found_among_the_options(void **state)
{
    (void)state;
    assert_int_equal(load("--config=/dev/null --check --run_slots=8"), 0);
    assert_int_equal(action, CONFIG_CHECK);
    assert_int_equal(config.run_slots, 8);
    config_fini(&config);
    assert_int_equal(load("--help --nonsense"), 0);
    assert_int_equal(action, CONFIG_HELP);
    config_fini(&config);
    assert_int_equal(load("--version"), 0);
    assert_int_equal(action, CONFIG_VERSION);
}

static void help_names_every_key(void **state)
{
    size_t n;
    const struct config_key *keys = config_keys(&n);
    struct buf b;

    (void)state;
    buf_init(&b, FILE_MAX);
    config_help(&b);
    for (size_t i = 0; i < n; i++) {
        char option[64];

        (void)snprintf(option, sizeof(option), "  --%s=%s\n", keys[i].name, keys[i].value);
        assert_non_null(strstr(buf_cstr(&b), option));
        assert_non_null(strstr(buf_cstr(&b), keys[i].help));
    }
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_has_a_default_within_its_bounds_and_a_help_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_shipped_file_is_what_the_table_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_shipped_defaults_can_be_given_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_win_over_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_of_options_replaces_that_of_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_line_is_named_with_its_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_of_any_length_is_read_whole_or_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_option_stops_the_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(actions_are_found_among_the_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(help_names_every_key, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
