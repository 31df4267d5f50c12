/* Hashes: the vector of RFC 7914, a round trip, and which texts are hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "server/auth/password.h"

#include <cmocka.h>

#define SALT "AAAAAAAAAAAAAAAAAAAAAA"
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static bool is_right(const struct password_hash *h, const char *password)
{
    bool right = false;

    assert_int_equal(password_verify(h, text_of(password), &right), 0);
    return right;
}

/* RFC 7914 section 12: password, NaCl, N 1024, r 8, p 16. */
static void the_published_vector_is_verified(void **state)
{
    static const unsigned char hash[64] = {
        0xfd, 0xba, 0xbe, 0x1c, 0x9d, 0x34, 0x72, 0x00, 0x78, 0x56, 0xe7, 0x19, 0x0d, 0x01, 0xe9, 0xfe,
        0x7c, 0x6a, 0xd7, 0xcb, 0xc8, 0x23, 0x78, 0x30, 0xe7, 0x73, 0x76, 0x63, 0x4b, 0x37, 0x31, 0x62,
        0x2e, 0xaf, 0x30, 0xd9, 0x2e, 0x22, 0xa3, 0x88, 0x6f, 0xf1, 0x09, 0x27, 0x9d, 0x98, 0x30, 0xda,
        0xc7, 0x27, 0xaf, 0xb9, 0x4a, 0x83, 0xee, 0x6d, 0x83, 0x60, 0xcb, 0xdf, 0xa2, 0xcc, 0x06, 0x40,
    };
    struct password_hash h = {.ln = 10, .r = 8, .p = 16, .salt_n = 4, .hash_n = sizeof(hash)};

    (void)state;
    memcpy(h.salt, "NaCl", 4);
    memcpy(h.hash, hash, sizeof(hash));
    assert_true(is_right(&h, "password"));
    assert_false(is_right(&h, "Password"));
}

static void a_new_hash_survives_being_written(void **state)
{
    struct password_hash made, other, read;
    struct buf b;

    (void)state;
    assert_int_equal(password_make(text_of("s\xc3\xa9"
                                           "cret"),
                                   &made),
                     0);
    assert_int_equal(password_make(text_of("s\xc3\xa9"
                                           "cret"),
                                   &other),
                     0);
    assert_memory_not_equal(made.salt, other.salt, made.salt_n);
    buf_init(&b, PASSWORD_TEXT_MAX);
    password_format(&made, &b);
    assert_true(buf_ok(&b));
    assert_true(password_parse(buf_view(&b), &read));
    assert_true(is_right(&read, "s\xc3\xa9"
                                "cret"));
    assert_false(is_right(&read, "secret"));
    assert_false(is_right(&read, ""));
    buf_fini(&b);
}

static void nobody_has_no_password(void **state)
{
    struct password_hash h;

    (void)state;
    password_nobody(&h);
    assert_false(is_right(&h, ""));
    assert_false(is_right(&h, "password"));
}

static void empty_and_over_long_passwords_are_not_made(void **state)
{
    static char text[PASSWORD_MAX + 1];
    struct password_hash h;
    bool right = true;

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_true(password_make((struct text){"", 0}, &h) < 0);
    assert_true(password_make((struct text){text, sizeof(text)}, &h) < 0);
    password_nobody(&h);
    assert_int_equal(password_verify(&h, (struct text){text, sizeof(text)}, &right), 0);
    assert_false(right);
}

static void only_whole_and_affordable_hashes_are_read(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"$scrypt$ln=14,r=8,p=1$" SALT "$" HASH, true},
        {"$scrypt$ln=10,r=1,p=16$" SALT "$" HASH, true},
        {"$scrypt$ln=16,r=8,p=1$" SALT "==$" HASH "=", true},
        {"$scrypt$ln=9,r=8,p=1$" SALT "$" HASH, false},
        {"$scrypt$ln=19,r=8,p=1$" SALT "$" HASH, false},
        {"$scrypt$ln=18,r=8,p=1$" SALT "$" HASH, false},
        {"$scrypt$ln=14,r=0,p=1$" SALT "$" HASH, false},
        {"$scrypt$ln=14,r=8,p=0$" SALT "$" HASH, false},
        {"$scrypt$ln=14,r=8,p=99999$" SALT "$" HASH, false},
        {"$scrypt$ln=14,r=8$" SALT "$" HASH, false},
        {"$scrypt$r=8,ln=14,p=1$" SALT "$" HASH, false},
        {"$scrypt$ln=14,r=8,p=1$$" HASH, false},
        {"$scrypt$ln=14,r=8,p=1$" SALT "$", false},
        {"$scrypt$ln=14,r=8,p=1$" SALT, false},
        {"$scrypt$ln=14,r=8,p=1$" SALT "$AAAA", false},
        {"$scrypt$ln=14,r=8,p=1$" SALT "$" HASH "$", false},
        {"$scrypt$ln=14,r=8,p=1$" SALT "$" HASH " ", false},
        {"$scrypt$ln=14,r=8,p=1$" SALT "$" HASH HASH HASH, false},
        {"$6$salt$hash", false},
        {"x", false},
        {"", false},
    };
    struct password_hash h;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (password_parse(text_of(cases[i].text), &h) != cases[i].good)
            fail_msg("%s", cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_and_affordable_hashes_are_read),
        cmocka_unit_test(the_published_vector_is_verified),
        cmocka_unit_test(a_new_hash_survives_being_written),
        cmocka_unit_test(nobody_has_no_password),
        cmocka_unit_test(empty_and_over_long_passwords_are_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
