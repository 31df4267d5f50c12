#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/number.h"

static void check(const char *out, const char *end, const char *want)
{
    assert_int_equal(end - out, strlen(want));
    assert_memory_equal(out, want, strlen(want));
}

static void check_u64(uint64_t v)
{
    char out[NUMBER_ROOM], want[NUMBER_ROOM];

    (void)snprintf(want, sizeof(want), "%" PRIu64, v);
    check(out, number_u64(out, v), want);
}

static void integers_around_every_power_of_ten(void **state)
{
    (void)state;
    for (uint64_t power = 1, i = 0; i < 20; i++, power *= 10)
        for (uint64_t d = 0; d < 12; d++) {
            check_u64(power - d);
            check_u64(power + d);
            check_u64(power * (d % 9 + 1));
        }
    check_u64(UINT64_MAX);
}

static void integers_up_to_a_million(void **state)
{
    (void)state;
    for (uint64_t v = 0; v < 1000000; v += v < 20000 ? 1 : 7)
        check_u64(v);
}

static void signs(void **state)
{
    static const int64_t cases[] = {0, 1, -1, -9, -10, 99, -123456789, INT64_MAX, INT64_MIN};
    char out[NUMBER_ROOM], want[NUMBER_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        (void)snprintf(want, sizeof(want), "%" PRId64, cases[i]);
        check(out, number_s64(out, cases[i]), want);
    }
}

static void reals_are_xs_float_and_xs_double(void **state)
{
    static const struct {
        double v;
        const char *real32, *real64;
    } cases[] = {
        {0, "0", "0"},
        {-0.0, "-0", "-0"},
        {1, "1", "1"},
        {-7, "-7", "-7"},
        {0.5, "0.5", "0.5"},
        {0.1, "0.100000001", "0.10000000000000001"},
        {1e9, "1e+09", "1000000000"},
        {123456789, "123456792", "123456789"},
        {1e300, "INF", "1.0000000000000001e+300"},
        {DBL_MIN, "0", "2.2250738585072014e-308"},
        {INFINITY, "INF", "INF"},
        {-INFINITY, "-INF", "-INF"},
        {NAN, "NaN", "NaN"},
        {-NAN, "NaN", "NaN"},
    };
    char out[NUMBER_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        check(out, number_real(out, cases[i].v, true), cases[i].real32);
        check(out, number_real(out, cases[i].v, false), cases[i].real64);
    }
}

static void datetimes_are_what_the_model_prints(void **state)
{
    static const int16_t offsets[] = {0, 60, -60, 330, -1, 840, -840, 841, -999};
    static const int64_t steps[] = {0, 1, 10, 100000, 999999, 1000000, 86399999999};
    char out[NUMBER_DATETIME_ROOM], want[48];

    (void)state;
    for (int64_t day = -719162; day < 2932897; day += 1237) /* years 1 to 9999 */
        for (size_t o = 0; o < sizeof(offsets) / sizeof(*offsets); o++) {
            struct cim_datetime d =
                datetime_from_unix(day * 86400000000 + steps[(size_t)(day + 719162) % 7], offsets[o]);

            want[datetime_print_iso(&d, want)] = '\0';
            check(out, number_datetime(out, &d), want);
        }
}

static void every_day_of_four_centuries(void **state)
{
    char out[NUMBER_DATETIME_ROOM], want[48];

    (void)state;
    for (int64_t day = -80000; day < 80000; day++) {
        struct cim_datetime d = datetime_from_unix(day * 86400000000, 0);

        want[datetime_print_iso(&d, want)] = '\0';
        check(out, number_datetime(out, &d), want);
    }
}

static void intervals_and_times_out_of_range_too(void **state)
{
    struct cim_datetime cases[] = {datetime_interval(0),
                                   datetime_interval(UINT64_MAX),
                                   {.usec = INT64_MAX, .digits = 20},
                                   {.usec = INT64_MIN, .digits = 20, .utc_offset = 600}};
    char out[NUMBER_DATETIME_ROOM], want[48];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        want[datetime_print_iso(&cases[i], want)] = '\0';
        check(out, number_datetime(out, &cases[i]), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_around_every_power_of_ten),
        cmocka_unit_test(integers_up_to_a_million),
        cmocka_unit_test(signs),
        cmocka_unit_test(reals_are_xs_float_and_xs_double),
        cmocka_unit_test(datetimes_are_what_the_model_prints),
        cmocka_unit_test(every_day_of_four_centuries),
        cmocka_unit_test(intervals_and_times_out_of_range_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
