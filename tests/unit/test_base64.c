/* RFC 4648 test vectors, and what a strict decoder refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cim/base/base64.h"

#include <cmocka.h>

static const struct {
    const char *plain, *padded, *bare;
} vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+", "+//+"},
};

static void vectors_go_both_ways(void **state)
{
    unsigned char bytes[16];
    struct buf b;
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        const char *forms[] = {vectors[i].padded, vectors[i].bare};

        buf_init(&b, 64);
        base64_encode((const unsigned char *)vectors[i].plain, strlen(vectors[i].plain), &b);
        assert_string_equal(buf_cstr(&b), vectors[i].bare);
        buf_fini(&b);
        for (size_t f = 0; f < 2; f++) {
            assert_true(base64_decode(text_of(forms[f]), bytes, sizeof(bytes), &n));
            assert_int_equal(n, strlen(vectors[i].plain));
            assert_memory_equal(bytes, vectors[i].plain, n);
        }
    }
}

static void anything_else_is_refused(void **state)
{
    static const char *const bad[] = {"Z",    "Zg=",  "Zm9=", "Zm9vY===", "====",     "=",     "Zm 9v",  "Zm9v\n",
                                      "Zm-v", "Zm_v", "Zh==", "Zm9",      "Zg==Zg==", "Zm9v=", "Zm9v==", "Zm9vZ"};
    unsigned char bytes[16];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (base64_decode(text_of(bad[i]), bytes, sizeof(bytes), &n))
            fail_msg("%s was taken", bad[i]);
}

static void more_than_there_is_room_for_is_refused(void **state)
{
    unsigned char bytes[3];
    size_t n;

    (void)state;
    assert_true(base64_decode(text_of("Zm9v"), bytes, 3, &n));
    assert_false(base64_decode(text_of("Zm9vYg"), bytes, 3, &n));
    assert_false(base64_decode(text_of("Zm9v"), bytes, 2, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_go_both_ways),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(more_than_there_is_room_for_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
