#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/path.h"
#include "cim/model/value.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum { OK = 0, RANGE = CIM_ERR_INVALID_PARAMETER, TYPE = CIM_ERR_TYPE_MISMATCH };

/* text → what value_print makes of the value, or the status */
static const struct {
    enum cim_type type;
    const char *text;
    int status;
    const char *printed;
} cases[] = {
    {CIM_BOOLEAN, "true", OK, "true"},
    {CIM_BOOLEAN, "FALSE", OK, "false"},
    {CIM_BOOLEAN, " 1\n", OK, "true"},
    {CIM_BOOLEAN, "0", OK, "false"},
    {CIM_BOOLEAN, "yes", TYPE, NULL},
    {CIM_BOOLEAN, "", TYPE, NULL},
    {CIM_UINT8, "255", OK, "255"},
    {CIM_UINT8, "256", RANGE, NULL},
    {CIM_UINT8, "-1", RANGE, NULL},
    {CIM_UINT8, "-0", OK, "0"},
    {CIM_UINT8, "0xfF", OK, "255"},
    {CIM_UINT8, "0X100", RANGE, NULL},
    {CIM_SINT8, "127", OK, "127"},
    {CIM_SINT8, "128", RANGE, NULL},
    {CIM_SINT8, "-128", OK, "-128"},
    {CIM_SINT8, "-129", RANGE, NULL},
    {CIM_SINT8, "-0x80", OK, "-128"},
    {CIM_UINT16, "65535", OK, "65535"},
    {CIM_UINT16, "65536", RANGE, NULL},
    {CIM_SINT16, "-32768", OK, "-32768"},
    {CIM_SINT16, "32768", RANGE, NULL},
    {CIM_UINT32, "4294967295", OK, "4294967295"},
    {CIM_UINT32, "4294967296", RANGE, NULL},
    {CIM_SINT32, "-2147483648", OK, "-2147483648"},
    {CIM_SINT32, "-2147483649", RANGE, NULL},
    {CIM_UINT64, "18446744073709551615", OK, "18446744073709551615"},
    {CIM_UINT64, "18446744073709551616", RANGE, NULL},
    {CIM_UINT64, "0xffffffffffffffff", OK, "18446744073709551615"},
    {CIM_UINT64, "0x10000000000000000", RANGE, NULL},
    {CIM_SINT64, "9223372036854775807", OK, "9223372036854775807"},
    {CIM_SINT64, "9223372036854775808", RANGE, NULL},
    {CIM_SINT64, "-9223372036854775808", OK, "-9223372036854775808"},
    {CIM_SINT64, "-9223372036854775809", RANGE, NULL},
    {CIM_SINT64, "-18446744073709551616", RANGE, NULL},
    {CIM_UINT32, "+7", OK, "7"},
    {CIM_UINT32, "007", OK, "7"},
    {CIM_UINT32, " 7 ", OK, "7"},
    {CIM_UINT32, "", TYPE, NULL},
    {CIM_UINT32, "-", TYPE, NULL},
    {CIM_UINT32, "0x", TYPE, NULL},
    {CIM_UINT32, "0xg", TYPE, NULL},
    {CIM_UINT32, "1a", TYPE, NULL},
    {CIM_UINT32, "1.0", TYPE, NULL},
    {CIM_UINT32, "--1", TYPE, NULL},
    {CIM_UINT32, "7 7", TYPE, NULL},
    {CIM_REAL64, "1.5", OK, "1.5"},
    {CIM_REAL64, "-.5e1", OK, "-5"},
    {CIM_REAL64, "1e5", OK, "100000"},
    {CIM_REAL64, "1.7976931348623157e308", OK, "1.7976931348623157e+308"},
    {CIM_REAL64, "1e309", RANGE, NULL},
    {CIM_REAL64, "4.9406564584124654e-324", OK, "4.9406564584124654e-324"},
    {CIM_REAL64, "INF", OK, "INF"},
    {CIM_REAL64, "-INF", OK, "-INF"},
    {CIM_REAL64, "NaN", OK, "NaN"},
    {CIM_REAL64, "inf", TYPE, NULL},
    {CIM_REAL64, "0x10", TYPE, NULL},
    {CIM_REAL64, "1e", TYPE, NULL},
    {CIM_REAL64, ".", TYPE, NULL},
    {CIM_REAL64, "", TYPE, NULL},
    {CIM_REAL32, "1.1", OK, "1.10000002"},
    {CIM_REAL32, "3.4028235e38", OK, "3.40282347e+38"},
    {CIM_REAL32, "3.5e38", RANGE, NULL},
    {CIM_REAL32, "-INF", OK, "-INF"},
    {CIM_CHAR16, "a", OK, "a"},
    {CIM_CHAR16, " ", OK, " "},
    {CIM_CHAR16, "\xC3\xA4", OK, "\xC3\xA4"},
    {CIM_CHAR16, "\xEF\xBF\xBD", OK, "\xEF\xBF\xBD"},
    {CIM_CHAR16, "\xF0\x9F\x98\x80", RANGE, NULL},
    {CIM_CHAR16, "ab", TYPE, NULL},
    {CIM_CHAR16, "", TYPE, NULL},
    {CIM_CHAR16, "\x80", TYPE, NULL},
    {CIM_STRING, "", OK, ""},
    {CIM_STRING, " as it is\n", OK, " as it is\n"},
    {CIM_DATETIME, "20240229235959.123456+060", OK, "20240229235959.123456+060"},
    {CIM_DATETIME, "2024-02-29T23:59:59Z", OK, "20240229235959.000000+000"},
    {CIM_DATETIME, "P1DT2H", OK, "00000001020000.000000:000"},
    {CIM_DATETIME, "20240230000000.000000+000", TYPE, NULL},
    {CIM_REFERENCE, "root/cimv2:A.b=1", OK, "/root/cimv2:A.b=1"},
    {CIM_REFERENCE, "A.b=", RANGE, NULL},
    {CIM_INSTANCE, "x", TYPE, NULL},
    {CIM_TYPE_NONE, "x", TYPE, NULL},
};

static void text_of_every_type_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_value v = value_null(CIM_TYPE_NONE, false);
        struct cim_error err = {0};
        struct arena a;
        struct buf b;
        int r;

        arena_init(&a, 1 << 16);
        buf_init(&b, 1 << 16);
        r = value_parse(&a, cases[i].type, text_of(cases[i].text), &v, &err);
        if (r != cases[i].status)
            fail_msg("%s as %s: %d", cases[i].text, type_name(cases[i].type), r);
        assert_int_equal(err.status, r);
        value_print(&b, &v);
        if (r == 0) {
            assert_int_equal(v.type, cases[i].type);
            assert_string_equal(buf_cstr(&b), cases[i].printed);
        } else {
            assert_true(value_is_null(&v)); /* untouched */
            assert_true(err.message[0] != '\0');
        }
        buf_fini(&b);
        arena_fini(&a);
    }
}

static void conversion_keeps_the_number_or_refuses(void **state)
{
    static const struct {
        enum cim_type from;
        const char *text;
        enum cim_type to;
        int status;
    } table[] = {
        {CIM_UINT64, "255", CIM_UINT8, OK},
        {CIM_UINT64, "256", CIM_UINT8, RANGE},
        {CIM_UINT64, "18446744073709551615", CIM_SINT64, RANGE},
        {CIM_UINT64, "9223372036854775807", CIM_SINT64, OK},
        {CIM_SINT64, "-1", CIM_UINT64, RANGE},
        {CIM_SINT64, "-1", CIM_SINT8, OK},
        {CIM_SINT8, "-128", CIM_SINT64, OK},
        {CIM_SINT64, "-9223372036854775808", CIM_SINT64, OK},
        {CIM_UINT64, "3", CIM_REAL32, OK},
        {CIM_SINT64, "-3", CIM_REAL64, OK},
        {CIM_REAL64, "1e300", CIM_REAL32, RANGE},
        {CIM_REAL64, "1.5", CIM_REAL32, OK},
        {CIM_REAL64, "1", CIM_UINT8, TYPE},
        {CIM_BOOLEAN, "1", CIM_UINT8, TYPE},
        {CIM_UINT8, "1", CIM_BOOLEAN, TYPE},
        {CIM_UINT8, "1", CIM_STRING, TYPE},
        {CIM_STRING, "1", CIM_UINT8, OK},
        {CIM_STRING, "x", CIM_UINT8, TYPE},
        {CIM_STRING, "a", CIM_CHAR16, OK},
        {CIM_CHAR16, "\xE2\x82\xAC", CIM_STRING, OK},
        {CIM_STRING, "20240229235959.123456+060", CIM_DATETIME, OK},
        {CIM_DATETIME, "20240229235959.123456+060", CIM_STRING, TYPE},
        {CIM_STRING, "/root:A.b=\"c\"", CIM_REFERENCE, OK},
        {CIM_STRING, "x", CIM_INSTANCE, TYPE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        struct cim_value from, to;
        struct cim_error err = {0};
        struct arena a;
        struct buf b;
        int r;

        arena_init(&a, 1 << 16);
        buf_init(&b, 1 << 16);
        assert_int_equal(value_parse(&a, table[i].from, text_of(table[i].text), &from, NULL), 0);
        r = value_convert(&a, table[i].to, &from, &to, &err);
        if (r != table[i].status)
            fail_msg("%s %s as %s: %d", type_name(table[i].from), table[i].text, type_name(table[i].to), r);
        assert_int_equal(err.status, r);
        if (r == 0) {
            value_print(&b, &to);
            assert_int_equal(to.type, table[i].to);
            assert_string_equal(buf_cstr(&b), table[i].text);
        }
        buf_fini(&b);
        arena_fini(&a);
    }
}

static void array_converts_item_by_item_and_null_stays_null(void **state)
{
    struct cim_value items[] = {value_uint(CIM_UINT64, 1), value_null(CIM_UINT64, false), value_sint(CIM_SINT64, -1)};
    struct cim_value v = value_array(CIM_UINT64, items, 2), null = value_null(CIM_STRING, true), ret;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    assert_int_equal(value_convert(&a, CIM_UINT8, &v, &ret, NULL), 0);
    assert_true(value_is_array(&ret) && ret.type == CIM_UINT8 && ret.len == 2);
    assert_true(ret.items[0].type == CIM_UINT8 && ret.items[0].uint == 1 && value_is_null(&ret.items[1]));
    v.len = 3;
    assert_int_equal(value_convert(&a, CIM_UINT8, &v, &ret, NULL), RANGE);
    assert_int_equal(value_convert(&a, CIM_UINT8, &null, &ret, NULL), 0);
    assert_true(value_is_null(&ret) && value_is_array(&ret) && ret.type == CIM_UINT8);
    arena_fini(&a);
}

static void no_memory_is_told_apart_from_bad_text(void **state)
{
    struct cim_value v;
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    assert_int_equal(value_parse(&a, CIM_STRING, TEXT("x"), &v, NULL), -ENOMEM);
    assert_int_equal(value_parse(&a, CIM_DATETIME, TEXT("P1D"), &v, NULL), -ENOMEM);
    assert_int_equal(value_parse(&a, CIM_REFERENCE, TEXT("A"), &v, NULL), -ENOMEM);
    assert_int_equal(value_parse(&a, CIM_UINT8, TEXT("1"), &v, NULL), 0);
}

static void long_bad_text_is_cut_in_the_message(void **state)
{
    struct cim_error err = {0};
    struct cim_value v;
    struct arena a;
    char text[600];

    (void)state;
    arena_init(&a, 1 << 16);
    memset(text, '1', sizeof(text));
    assert_int_equal(value_parse(&a, CIM_REAL64, (struct text){text, sizeof(text)}, &v, &err), TYPE);
    assert_true(strlen(err.message) < 100);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_every_type_is_read_or_refused),
        cmocka_unit_test(conversion_keeps_the_number_or_refuses),
        cmocka_unit_test(array_converts_item_by_item_and_null_stays_null),
        cmocka_unit_test(no_memory_is_told_apart_from_bad_text),
        cmocka_unit_test(long_bad_text_is_cut_in_the_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
