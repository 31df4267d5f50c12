#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/proto/wsman_impl.h"

static void durations_are_milliseconds(void **state)
{
    static const struct {
        const char *in;
        int64_t ms;
    } cases[] = {
        {"PT0S", 0},
        {"PT60.000S", 60000},
        {"PT1M30S", 90000},
        {"PT5.0S", 5000},
        {"P0DT0H1M0S", 60000},
        {"P1DT2H3M4.5S", 93784500},
        {"P1Y2M3D", (365 + 60 + 3) * 86400000ll},
        {"P1M", 30 * 86400000ll},
        {"PT0.0001S", 1},
        {"PT0.9995S", 1000},
        {"PT0.12S", 120},
        {"-PT1S", -1000},
        {"PT120.000000S", 120000},
        {"P99999999999999999999D", INT64_MAX},
        {"PT9223372036854775807S", INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t ms = 0;

        assert_true(duration_parse(text_of(cases[i].in), &ms));
        assert_true(ms == cases[i].ms);
    }
}

static void other_text_is_no_duration(void **state)
{
    static const char *const cases[] = {"",
                                        "P",
                                        "PT",
                                        "T1S",
                                        "1S",
                                        "P1",
                                        "PT1",
                                        "PT1S1M",
                                        "P1S",
                                        "PT1D",
                                        "P1DT",
                                        "PTS",
                                        "PT.5S",
                                        "PT1.S",
                                        "PT1.5M",
                                        "P-1D",
                                        "pt1s",
                                        "PT1S ",
                                        " PT1S",
                                        "--PT1S",
                                        "+PT1S",
                                        "PT1S1S",
                                        "2030-01-01T00:00:00Z"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t ms;

        if (duration_parse(text_of(cases[i]), &ms))
            fail_msg("%s", cases[i]);
    }
}

static void positive_numbers_are_read_and_cut(void **state)
{
    uint64_t v;

    (void)state;
    assert_true(positive_parse(TEXT("1"), &v) && v == 1);
    assert_true(positive_parse(TEXT("+007"), &v) && v == 7);
    assert_true(positive_parse(TEXT("99999999999999999999999999"), &v) && v == UINT64_MAX);
    assert_false(positive_parse(TEXT("0"), &v));
    assert_false(positive_parse(TEXT(""), &v));
    assert_false(positive_parse(TEXT("-1"), &v));
    assert_false(positive_parse(TEXT("1 "), &v));
    assert_false(positive_parse(TEXT("1.0"), &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_milliseconds),
        cmocka_unit_test(other_text_is_no_duration),
        cmocka_unit_test(positive_numbers_are_read_and_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
