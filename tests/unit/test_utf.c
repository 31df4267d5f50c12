#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/utf.h"
#include "server/proto/wsman.h"

static void every_code_point_goes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char bytes[4];
        uint32_t again = 0;
        size_t n = (size_t)(utf8_put(bytes, c) - bytes);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;

        assert_int_equal(utf8_next(bytes, n, &again), surrogate ? 0 : n);
        assert_true(surrogate || again == c);
        assert_int_equal(n > 1 ? utf8_next(bytes, n - 1, &again) : 0, 0);
        assert_true(surrogate || text_is_utf8((struct text){bytes, n}));
    }
}

static void utf16_comes_in_with_and_without_a_mark(void **state)
{
    static const struct {
        struct text in;
        bool said, is;
        const char *want;
    } cases[] = {
        {TEXT("<\0a\0"), false, false, "<a"},
        {TEXT("\0<\0a"), true, true, "<a"},
        {TEXT("\xFF\xFE<\0"), true, false, "<"},
        {TEXT("\xFE\xFF\0<"), false, true, "<"},
        {TEXT("\xAC\x20"), false, false, "\xE2\x82\xAC"},
        {TEXT("\x3D\xD8\x00\xDE"), false, false, "\xF0\x9F\x98\x80"},
        {TEXT(""), false, false, ""},
    };
    struct arena a;
    struct text out;
    size_t at;

    (void)state;
    arena_init(&a, 100000);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        bool big = cases[i].said;

        assert_int_equal(utf16_to_utf8(&a, cases[i].in, &big, &out, &at), 0);
        assert_int_equal(big, cases[i].is);
        assert_int_equal(out.n, strlen(cases[i].want));
        assert_memory_equal(out.s, cases[i].want, out.n);
    }
    arena_fini(&a);
}

static void what_is_no_utf16_is_refused_where_it_stands(void **state)
{
    static const struct {
        struct text in;
        size_t at;
    } cases[] = {
        {TEXT("a\0b"), 2},        /* odd */
        {TEXT("a\0\x3D\xD8"), 2}, /* high half at the end */
        {TEXT("\x3D\xD8"
              "a\0"),
         0}, /* high half alone */
        {TEXT("a\0\x00\xDE"
              "b\0"),
         2}, /* low half alone */
    };
    struct arena a;
    struct text out;
    size_t at;

    (void)state;
    arena_init(&a, 100000);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        bool big = false;

        assert_int_equal(utf16_to_utf8(&a, cases[i].in, &big, &out, &at), 1);
        assert_int_equal(at, cases[i].at);
    }
    arena_fini(&a);
}

/* Whatever the room and the cut, the pieces join to the same */
static void utf16_goes_out_in_pieces(void **state)
{
    static const char in[] = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";
    static const char want[] = "a\0\xE4\0\xAC\x20\x3D\xD8\x00\xDEz";

    (void)state;
    for (size_t room = 4; room < 16; room++)
        for (size_t step = 4; step < sizeof(in); step++) {
            char out[32];
            size_t at = 0, n = 0, used;

            while (at < sizeof(in) - 1) {
                size_t left = sizeof(in) - 1 - at;

                n += wsman_to_utf16(in + at, left < step ? left : step, &used, out + n, room, false);
                assert_true(used > 0);
                at += used;
            }
            assert_int_equal(n, 12);
            assert_memory_equal(out, want, n);
        }
}

static void big_end_first_if_asked_for(void **state)
{
    char out[8];
    size_t used;

    (void)state;
    assert_int_equal(wsman_to_utf16("\xF0\x9F\x98\x80", 4, &used, out, sizeof(out), true), 4);
    assert_memory_equal(out, "\xD8\x3D\xDE\x00", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(utf16_comes_in_with_and_without_a_mark),
        cmocka_unit_test(what_is_no_utf16_is_refused_where_it_stands),
        cmocka_unit_test(utf16_goes_out_in_pieces),
        cmocka_unit_test(big_end_first_if_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
