#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cim/base/buf.h"

static void everything_put_is_in_order(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    assert_string_equal(buf_cstr(&b), "");
    assert_int_equal(buf_view(&b).n, 0);
    buf_puts(&b, "a");
    buf_char(&b, ' ');
    buf_text(&b, TEXT("text"));
    buf_put(&b, NULL, 0);
    buf_printf(&b, " %s-%d", "f", 7);
    assert_true(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "a text f-7");
    buf_fini(&b);
}

static void integers_print_to_their_extremes(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    buf_u64(&b, 0);
    buf_char(&b, ' ');
    buf_u64(&b, UINT64_MAX);
    buf_char(&b, ' ');
    buf_s64(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_s64(&b, INT64_MAX);
    assert_string_equal(buf_cstr(&b), "0 18446744073709551615 -9223372036854775808 9223372036854775807");
    buf_fini(&b);
}

static void growth_keeps_the_content(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (unsigned i = 0; i < 100000; i++)
        buf_char(&b, (char)('a' + i % 26));
    assert_true(buf_ok(&b));
    assert_int_equal(b.len, 100000);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
    buf_fini(&b);
}

static void ceiling_is_exact_and_latches(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4);
    buf_puts(&b, "abcd");
    assert_true(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "abcd");
    buf_char(&b, 'e');
    assert_false(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "");
    buf_reset(&b);
    assert_true(buf_ok(&b));
    buf_puts(&b, "abcde");
    buf_puts(&b, "a");
    buf_printf(&b, "%d", 1);
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 0);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_put_is_in_order),
        cmocka_unit_test(integers_print_to_their_extremes),
        cmocka_unit_test(growth_keeps_the_content),
        cmocka_unit_test(ceiling_is_exact_and_latches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
