/* Addresses to listen on, to and from text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "server/http/address.h"

#include <cmocka.h>

static const struct {
    const char *text, *back; /* back NULL: refused */
    bool loopback;
} cases[] = {
    {"127.0.0.1:5985", "127.0.0.1:5985", true},
    {"127.9.9.9:0", "127.9.9.9:0", true},
    {"0.0.0.0:65535", "0.0.0.0:65535", false},
    {"[::1]:5985", "[::1]:5985", true},
    {"[::]:5985", "[::]:5985", false},
    {"[2001:DB8:0::1]:1", "[2001:db8::1]:1", false},
    {"127.0.0.1", NULL, false},
    {"127.0.0.1:", NULL, false},
    {"127.0.0.1:65536", NULL, false},
    {"127.0.0.1:-1", NULL, false},
    {"127.0.0.1:x", NULL, false},
    {"127.1:80", NULL, false},
    {"localhost:80", NULL, false},
    {"::1:80", NULL, false},
    {"[::1]", NULL, false},
    {"[::1:80", NULL, false},
    {"[127.0.0.1]:80", NULL, false},
    {"[]:80", NULL, false},
    {"[:80", NULL, false},
    {":80", NULL, false},
    {"", NULL, false},
    {"[fe80::1%eth0]:80", NULL, false},
    {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:80", NULL, false},
};

static void addresses_go_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        union address a;
        char text[64];

        if (address_parse(cases[i].text, &a) != (cases[i].back != NULL))
            fail_msg("%s", cases[i].text);
        if (!cases[i].back)
            continue;
        address_format(&a.any, text, sizeof(text));
        assert_string_equal(text, cases[i].back);
        assert_int_equal(address_is_loopback(&a), cases[i].loopback);
    }
}

static void an_unknown_address_has_a_text_too(void **state)
{
    struct sockaddr local = {.sa_family = AF_UNIX};
    char text[64];

    (void)state;
    address_format(NULL, text, sizeof(text));
    assert_string_equal(text, "unknown");
    address_format(&local, text, sizeof(text));
    assert_string_equal(text, "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_go_both_ways),
        cmocka_unit_test(an_unknown_address_has_a_text_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
