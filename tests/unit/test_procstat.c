#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "providers/lib/procstat.h"

#define TAIL " S 17 18 19 34816 -1 4194304 1 2 3 4 50 60 7 8 20 0 9 0 1234 98765432 4321 18446744073709551615 1 1\n"

static bool parse(const char *text, struct procstat *s)
{
    return procstat_parse(text, strlen(text), s);
}

static void name_may_hold_anything(void **state)
{
    static const char *const names[] = {"bash", "a b",        "we (i) rd)", ")",       "(",
                                        "",     "x) S 1 2 3", "line\nfeed", "(sd-pam)"};
    char text[256];
    struct procstat s;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        (void)snprintf(text, sizeof(text), "4711 (%s)" TAIL, names[i]);
        assert_true(parse(text, &s));
        assert_int_equal(s.name_length, strlen(names[i]));
        assert_memory_equal(s.name, names[i], s.name_length);
        assert_int_equal(s.state, 'S');
    }
}

static void fields_have_the_numbers_of_the_manual(void **state)
{
    struct procstat s;

    (void)state;
    assert_true(parse("4711 (bash)" TAIL, &s));
    assert_int_equal(s.parent_length, 2);
    assert_memory_equal(s.parent, "17", 2);
    assert_int_equal(s.field[F_PPID], 17);
    assert_int_equal(s.field[F_PGRP], 18);
    assert_int_equal(s.field[F_SESSION], 19);
    assert_int_equal(s.field[F_TTY], 34816);
    assert_int_equal(s.field[F_FLAGS], 4194304);
    assert_int_equal(s.field[F_UTIME], 50);
    assert_int_equal(s.field[F_STIME], 60);
    assert_int_equal(s.field[F_PRIORITY], 20);
    assert_int_equal(s.field[F_THREADS], 9);
    assert_int_equal(s.field[F_START], 1234);
    assert_int_equal(s.field[F_VSIZE], 98765432);
    assert_int_equal(s.field[F_RSS], 4321);
}

static void real_time_priority_is_negative(void **state)
{
    struct procstat s;

    (void)state;
    assert_true(parse("1 (rt) R 0 0 0 0 -1 0 0 0 0 0 0 0 0 0 -100 -20 1 0 0 0 0\n", &s));
    assert_int_equal(s.field[F_PRIORITY], -100);
    assert_int_equal(s.field[F_NICE], -20);
}

static void short_line_is_refused_wherever_it_ends(void **state)
{
    char text[] = "4711 (we (i) rd) S 17 18 19 34816 -1 4194304 1 2 3 4 50 60 7 8 20 0 9 0 1234 98765432 ";
    struct procstat s;

    (void)state;
    for (size_t n = strlen(text); n > 0; n--) {
        text[n] = '\0';
        assert_false(parse(text, &s));
    }
}

static void terminal_has_the_name_that_ps_shows(void **state)
{
    static const struct {
        uint32_t device;
        const char *name;
    } cases[] = {{34816, "pts/0"}, {34819, "pts/3"},  {35072, "pts/256"},     {1025, "tty1"},
                 {1088, "ttyS0"},  {1281, "console"}, {0x0010CC40, "204:320"}};
    char buf[32];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_true(procstat_terminal(cases[i].device, buf, sizeof(buf)));
        assert_string_equal(buf, cases[i].name);
    }
    assert_false(procstat_terminal(0, buf, sizeof(buf)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_have_the_numbers_of_the_manual),  cmocka_unit_test(name_may_hold_anything),
        cmocka_unit_test(real_time_priority_is_negative),         cmocka_unit_test(terminal_has_the_name_that_ps_shows),
        cmocka_unit_test(short_line_is_refused_wherever_it_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
