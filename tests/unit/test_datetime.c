#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/datetime.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* Legal texts print as they were read */
static const struct {
    const char *text;
    int64_t usec;
    int16_t offset;
    uint8_t digits;
} legal[] = {
    {"19700101000000.000000+000", 0, 0, 20},
    {"20240229123456.789012+000", 1709210096789012, 0, 20},
    {"20240301003000.000000+060", 1709249400 * SECOND, 60, 20},  /* 29 February in UTC */
    {"20231231233000.000000-060", 1704069000 * SECOND, -60, 20}, /* 1 January in UTC */
    {"19691231235959.999999+000", -1, 0, 20},
    {"00010101000000.000000+000", -719162 * DAY, 0, 20},
    {"99991231235959.999999+000", 2932897 * DAY - 1, 0, 20},
    {"00010101000000.000000+999", -719162 * DAY - 999 * 60 * SECOND, 999, 20},
    {"99991231235959.999999-999", 2932897 * DAY - 1 + 999 * 60 * SECOND, -999, 20},
    {"20000229000000.000000+000", 11016 * DAY, 0, 20},
    {"19700101000000.12345*+000", 123450, 0, 19},
    {"19700101000000.123***+000", 123000, 0, 17},
    {"19700101000000.1*****+000", 100000, 0, 15},
    {"19700101000001.******+000", SECOND, 0, 14},
    {"197001010001**.******+000", 60 * SECOND, 0, 12},
    {"1970010101****.******+000", 3600 * SECOND, 0, 10},
    {"19700102******.******+000", DAY, 0, 8},
    {"197002********.******+000", 31 * DAY, 0, 6},
    {"1971**********.******+000", 365 * DAY, 0, 4},
    {"**************.******+000", -719162 * DAY, 0, 0},
    {"00000000000000.000000:000", 0, 0, 20},
    {"00000001020304.000005:000", DAY + 7384 * SECOND + 5, 0, 20},
    {"99999999235959.999999:000", 100000000 * DAY - 1, 0, 20},
    {"000000010203**.******:000", DAY + 7380 * SECOND, 0, 12},
    {"**************.******:000", 0, 0, 0},
};

static void legal_text_is_read_and_printed_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(legal); i++) {
        struct cim_datetime d;
        char text[DATETIME_TEXT + 1];

        if (!datetime_parse(text_of(legal[i].text), &d))
            fail_msg("%s", legal[i].text);
        datetime_print(&d, text);
        assert_string_equal(text, legal[i].text);
        assert_true(d.usec == legal[i].usec);
        assert_int_equal(d.utc_offset, legal[i].offset);
        assert_int_equal(d.digits, legal[i].digits);
        assert_int_equal(d.interval, legal[i].text[21] == ':');
    }
}

static void anything_else_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "20240229123456.789012+00",
        "20240229123456.789012+0000",
        "20240229123456.789012 000",
        "20240229123456.789012+***",
        "20240229123456.789012+0*0",
        "20240229123456,789012+000",
        "20240229123456.78901x+000",
        "00000101000000.000000+000",
        "20241301000000.000000+000",
        "20240001000000.000000+000",
        "20240100000000.000000+000",
        "20230229000000.000000+000",
        "19000229000000.000000+000",
        "20240431000000.000000+000",
        "20240101240000.000000+000",
        "20240101006000.000000+000",
        "20240101000060.000000+000",
        "2024010100000*.******+000", /* half a field */
        "20240101000***.******+000",
        "202*0101000000.000000+000",
        "20240101**0000.000000+000", /* known behind unknown */
        "20240101000000.***123+000",
        "202401010000**.000000+000",
        "****0101000000.000000+000",
        "20240101000000.**3***+000",
        "-0240101000000.000000+000",
        "00000000240000.000000:000",
        "00000000006000.000000:000",
        "00000000000060.000000:000",
        "00000000000000.000000:001",
        "00000000000000.000000:***",
        "0000000*******.******:000",
        "20240101000000.000000:000x",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_datetime d = {.usec = 42};

        if (datetime_parse(text_of(cases[i]), &d))
            fail_msg("%s", cases[i]);
        assert_int_equal(d.usec, 42);
    }
}

/* ISO text, the 25 characters, and the ISO text that is printed (NULL: the same) */
static void iso_forms_are_read_and_printed(void **state)
{
    static const struct {
        const char *iso, *text, *printed;
    } cases[] = {
        {"2024-02-29T12:34:56Z", "20240229123456.000000+000", NULL},
        {"2024-02-29T12:34:56", "20240229123456.000000+000", "2024-02-29T12:34:56Z"},
        {"2024-02-29T12:34:56.5Z", "20240229123456.500000+000", NULL},
        {"2024-02-29T12:34:56.1234567Z", "20240229123456.123456+000", "2024-02-29T12:34:56.123456Z"},
        {"2024-02-29T23:30:00-02:30", "20240229233000.000000-150", NULL},
        {"2024-02-29T23:30:00+14:00", "20240229233000.000000+840", NULL},
        {"2024-02-29T23:30:00-00:00", "20240229233000.000000+000", "2024-02-29T23:30:00Z"},
        {"2024-02-29T24:00:00Z", "20240301000000.000000+000", "2024-03-01T00:00:00Z"},
        {"P1DT2H3M4S", "00000001020304.000000:000", NULL},
        {"P1D", "00000001000000.000000:000", "P1DT0H0M0S"},
        {"PT0S", "00000000000000.000000:000", "P0DT0H0M0S"},
        {"PT36H", "00000001120000.000000:000", "P1DT12H0M0S"},
        {"PT1.000001S", "00000000000001.000001:000", "P0DT0H0M1.000001S"},
        {"P0Y0M3D", "00000003000000.000000:000", "P3DT0H0M0S"},
        {"PT60.000S", "00000000000100.000000:000", "P0DT0H1M0S"},
        {"P99999999DT23H59M59.999999S", "99999999235959.999999:000", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_datetime d;
        char text[DATETIME_TEXT + 1], iso[48];
        unsigned n;

        if (!datetime_parse_iso(text_of(cases[i].iso), &d))
            fail_msg("%s", cases[i].iso);
        datetime_print(&d, text);
        assert_string_equal(text, cases[i].text);
        n = datetime_print_iso(&d, iso);
        assert_int_equal(n, strlen(iso));
        assert_string_equal(iso, cases[i].printed ? cases[i].printed : cases[i].iso);
    }
}

static void other_iso_text_is_refused(void **state)
{
    static const char *const cases[] = {
        "2024-02-29",
        "2024-02-29T12:34",
        "2024-02-29 12:34:56Z",
        "2024-02-30T12:34:56Z",
        "24-02-29T12:34:56Z",
        "2024-02-29T12:34:56.Z",
        "2024-02-29T12:34:56z",
        "2024-02-29T12:34:56+1:00",
        "2024-02-29T25:00:00",
        "2024-02-29T24:00:01Z",
        "0000-01-01T00:00:00Z",
        "2024-02-29T12:34:56+14:01",
        "-2024-02-29T12:34:56",
        "2024-02-29T12:34:56ZZ",
        "P",
        "PT",
        "P1DT",
        "P1",
        "PD",
        "-P1D",
        "P1H",
        "PT1D",
        "P1M",
        "P1Y",
        "PT1S1M",
        "PT1.5M",
        "PT1.S",
        "P1DT1H1H",
        "P100000000D",
        "PT99999999999999999999S",
        "P1W",
        "PT1SX",
        "P18446744073709551615D",
        "",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_datetime d;

        if (datetime_parse_iso(text_of(cases[i]), &d))
            fail_msg("%s", cases[i]);
    }
}

static void comparison_is_in_utc_and_by_ranges(void **state)
{
    static const struct {
        const char *a, *b;
        int sign;
    } cases[] = {
        {"20240101000000.000000+000", "20240101010000.000000+060", 0},
        {"20240101000000.000000+060", "20240101000000.000000+000", -1},
        {"20240102000000.000000+000", "20240101235959.999999+000", 1},
        {"20240101******.******+000", "20240101******.******+000", 0},
        {"20240101******.******+000", "20240101000000.000000+000", -1},
        {"202401********.******+000", "20240101******.******+000", -1},
        {"00000001000000.000000:000", "00000000235959.999999:000", 1},
        {"00000001******.******:000", "00000001000000.000000:000", -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_datetime a, b;
        int d;

        assert_true(datetime_parse(text_of(cases[i].a), &a) && datetime_parse(text_of(cases[i].b), &b));
        d = datetime_compare(&a, &b);
        assert_int_equal((d > 0) - (d < 0), cases[i].sign);
        d = datetime_compare(&b, &a);
        assert_int_equal((d > 0) - (d < 0), -cases[i].sign);
    }
}

static void what_does_not_fit_is_cut_to_the_nearest(void **state)
{
    struct cim_datetime cases[] = {
        datetime_from_unix(INT64_MIN, 0),
        datetime_from_unix(INT64_MAX, 0),
        datetime_from_unix(INT64_MIN, 2000),
        datetime_from_unix(INT64_MAX, -2000),
        datetime_interval(UINT64_MAX),
        {.usec = INT64_MAX, .digits = 20},
        {.usec = -1, .interval = 1, .digits = 20},
    };
    static const char *const texts[] = {
        "00010101000000.000000+000", "99991231235959.999999+000", "00010101000000.000000+999",
        "99991231235959.999999-999", "99999999235959.999999:000", "99991231235959.999999+000",
        "00000000000000.000000:000",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[DATETIME_TEXT + 1];

        datetime_print(&cases[i], text);
        assert_string_equal(text, texts[i]);
    }
}

/* Days one by one over four centuries and more: each is the day before plus one */
static void every_day_has_its_own_date(void **state)
{
    char last[DATETIME_TEXT + 1] = "";

    (void)state;
    for (int64_t day = -135140; day < 47500; day++) {
        struct cim_datetime d = datetime_from_unix(day * DAY, 0), again;
        char text[DATETIME_TEXT + 1];

        datetime_print(&d, text);
        assert_true(strcmp(last, text) < 0);
        assert_true(datetime_parse(text_of(text), &again) && again.usec == d.usec);
        memcpy(last, text, sizeof(last));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legal_text_is_read_and_printed_the_same),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(iso_forms_are_read_and_printed),
        cmocka_unit_test(other_iso_text_is_refused),
        cmocka_unit_test(comparison_is_in_utc_and_by_ranges),
        cmocka_unit_test(what_does_not_fit_is_cut_to_the_nearest),
        cmocka_unit_test(every_day_has_its_own_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
