#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "providers/processor.c"

static void list_of_processors_is_read_as_a_set(void **state)
{
    static const struct {
        const char *list;
        unsigned count, first;
    } cases[] = {{"0", 1, 0},           {"0-3", 4, 0},      {"2-3,8,10-11", 5, 2},
                 {"", 0, MAX_CPUS},     {"x", 0, MAX_CPUS}, {"8190-9000", 2, 8190},
                 {"9000", 0, MAX_CPUS}, {"5-", 1, 5},       {"3-1", 0, MAX_CPUS}};
    struct cpuset s;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cpuset_parse(&s, cases[i].list);
        assert_int_equal(cpuset_count(&s), cases[i].count);
        assert_int_equal(cpuset_first(&s), cases[i].first);
    }
}

static void load_counts_waiting_as_idle_and_guests_once(void **state)
{
    struct load l;
    unsigned cpu;

    (void)state;
    assert_true(parse_load("cpu12 100 20 30 400 50 6 7 8 90 10", &cpu, &l));
    assert_int_equal(cpu, 12);
    assert_int_equal(l.total, 621);
    assert_int_equal(l.busy, 171);
    assert_false(parse_load("cpu  100 20 30 400", &cpu, &l));
    assert_false(parse_load("cpu99999 1 2 3 4", &cpu, &l));
}

static void percentage_stays_between_0_and_100(void **state)
{
    static const struct {
        struct load a, b;
        int percent;
    } cases[] = {{{0, 0}, {0, 100}, 0},      {{0, 0}, {100, 100}, 100}, {{10, 100}, {35, 200}, 25},
                 {{10, 100}, {10, 100}, -1}, {{10, 100}, {5, 90}, -1},  {{10, 100}, {9, 110}, 0},
                 {{10, 100}, {40, 110}, 100}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(percent_between(&cases[i].a, &cases[i].b), cases[i].percent);
}

static void value_belongs_to_the_whole_key(void **state)
{
    static const char text[] =
        "vendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: Xeon @ 2.50GHz\npower management:\nflags\t\t: fpu lm nx\n";
    char buf[16];

    (void)state;
    assert_string_equal(info_value(text, "model\t", buf, sizeof(buf)), "85");
    assert_string_equal(info_value(text, "model name", buf, sizeof(buf)), "Xeon @ 2.50GHz");
    assert_string_equal(info_value(text, "vendor_id", buf, 5), "Genu");
    assert_null(info_value(text, "power management", buf, sizeof(buf)));
    assert_null(info_value(text, "cache size", buf, sizeof(buf)));
    assert_true(has_flag(text, "nx"));
    assert_true(has_flag(text, "fpu"));
    assert_false(has_flag(text, "f"));
    assert_false(has_flag("", "nx"));
}

static void family_is_that_of_the_schema_or_other(void **state)
{
    static const struct {
        const char *name, *text;
        uint16_t family;
    } cases[] = {{"Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", "", 179},
                 {"Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "", 198},
                 {"AMD EPYC 7571", "", 1},
                 {"AMD Opteron(tm) Processor 6172", "", 132},
                 {"aarch64 processor", "CPU implementer\t: 0x41\n", 280}};
    static struct model m;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        (void)snprintf(m.name, sizeof(m.name), "%s", cases[i].name);
        (void)snprintf(m.text, sizeof(m.text), "%s", cases[i].text);
        assert_int_equal(family_of(&m), cases[i].family);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_of_processors_is_read_as_a_set),
        cmocka_unit_test(load_counts_waiting_as_idle_and_guests_once),
        cmocka_unit_test(percentage_stays_between_0_and_100),
        cmocka_unit_test(value_belongs_to_the_whole_key),
        cmocka_unit_test(family_is_that_of_the_schema_or_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
