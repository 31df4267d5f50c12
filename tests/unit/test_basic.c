/* Which Authorization headers hold a name and a password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cim/base/base64.h"
#include "server/auth/basic.h"

#include <cmocka.h>

/* Scheme and credentials, which are encoded here. */
static bool decode(const char *scheme, const char *pair, size_t n, struct basic *ret)
{
    struct buf b;
    bool good;

    buf_init(&b, 4096);
    buf_puts(&b, scheme);
    base64_encode((const unsigned char *)pair, n, &b);
    good = basic_decode(buf_view(&b), ret);
    buf_fini(&b);
    return good;
}

static void name_and_password_are_divided_at_the_first_colon_in_utf_8_and_latin_1(void **state)
{
    static const struct {
        const char *pair, *name, *password;
    } cases[] = {
        {"Aladdin:open sesame", "Aladdin", "open sesame"},
        {"a:b:c", "a", "b:c"},
        {"a::", "a", ":"},
        {"DOMAIN\\user:x", "DOMAIN\\user", "x"},
        {"us er:x", "us er", "x"},
        {"j\xc3\xb6rg:\xe2\x82\xac", "j\xc3\xb6rg", "\xe2\x82\xac"},
        {"j\xf6rg:se:cret \xe9", "j\xc3\xb6rg", "se:cret \xc3\xa9"},
        {"a:\xff\x80", "a", "\xc3\xbf\xc2\x80"},
        {"\xe9\xe9:x", "\xc3\xa9\xc3\xa9", "x"},
        {"n:\xc3", "n", "\xc3\x83"},
        {"n\xc0\xaf:x", "n\xc3\x80\xc2\xaf", "x"},
    };
    struct basic b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(decode("Basic ", cases[i].pair, strlen(cases[i].pair), &b));
        assert_string_equal(b.name, cases[i].name);
        assert_string_equal(b.password, cases[i].password);
        assert_int_equal(b.name_n, strlen(b.name));
        assert_int_equal(b.password_n, strlen(b.password));
    }
    assert_true(basic_decode(text_of("bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ== \t"), &b));
    assert_string_equal(b.name, "Aladdin");
}

static void bad_headers_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "Basic",
        "Basic ",
        "Basic QQ==",
        "Digest QTpi",
        "BasicQTpi",
        "Basic\tQTpi",
        "Basic QTpi QTpi",
        "Basic QTp",
        "Basic \"QTpi\"",
        "Bearer QTpi",
        "Basic QTpi,Basic QTpi",
    };
    struct basic b;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (basic_decode(text_of(bad[i]), &b))
            fail_msg("%s was taken", bad[i]);
}

static void bad_pairs_are_refused(void **state)
{
#define PAIR(s)          \
    {                    \
        s, sizeof(s) - 1 \
    }
    static const struct text bad[] = {
        PAIR(""),         PAIR(":"),         PAIR("name"),     PAIR("name:"),          PAIR(":password"),
        PAIR("na\0me:x"), PAIR("name:x\0y"), PAIR("na\nme:x"), PAIR("name:x\r\nSet:"), PAIR("#name:x"),
        PAIR("n\x7f:x"),  PAIR("n\xff\n:x"),
    };
#undef PAIR
    struct basic b;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (decode("Basic ", bad[i].s, bad[i].n, &b))
            fail_msg("pair %zu was taken", i);
}

static void lengths_are_bounded(void **state)
{
    char pair[BASIC_NAME_MAX + BASIC_PASSWORD_MAX + 3];
    struct basic b;

    (void)state;
    memset(pair, 'x', sizeof(pair));
    pair[BASIC_NAME_MAX] = ':';
    assert_true(decode("Basic ", pair, BASIC_NAME_MAX + 1 + BASIC_PASSWORD_MAX, &b));
    assert_false(decode("Basic ", pair, BASIC_NAME_MAX + 2 + BASIC_PASSWORD_MAX, &b));
    pair[BASIC_NAME_MAX + 1] = '\xe9'; /* a byte more in UTF-8 */
    assert_false(decode("Basic ", pair, BASIC_NAME_MAX + 1 + BASIC_PASSWORD_MAX, &b));
    assert_true(decode("Basic ", pair, BASIC_NAME_MAX + BASIC_PASSWORD_MAX, &b));
    assert_int_equal(b.password_n, BASIC_PASSWORD_MAX);
    pair[BASIC_NAME_MAX] = 'x';
    pair[BASIC_NAME_MAX + 1] = ':';
    assert_false(decode("Basic ", pair, BASIC_NAME_MAX + 3, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_and_password_are_divided_at_the_first_colon_in_utf_8_and_latin_1),
        cmocka_unit_test(bad_headers_are_refused),
        cmocka_unit_test(bad_pairs_are_refused),
        cmocka_unit_test(lengths_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
