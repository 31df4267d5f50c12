/* What an Accept-Encoding header asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "server/http/accept.h"

#include <cmocka.h>

static const struct {
    const char *header;
    enum accept_encoding want;
} cases[] = {
    {NULL, ACCEPT_PLAIN},
    {"", ACCEPT_PLAIN},
    {"gzip", ACCEPT_GZIP},
    {"GZip", ACCEPT_GZIP},
    {"x-gzip", ACCEPT_GZIP},
    {"gzip, deflate, br", ACCEPT_GZIP},
    {" br ,\tgzip ; q=0.5 ,deflate", ACCEPT_GZIP},
    {"deflate, br", ACCEPT_PLAIN},
    {"gzipped", ACCEPT_PLAIN},
    {"gzip;q=0", ACCEPT_PLAIN},
    {"gzip;q=0.000", ACCEPT_PLAIN},
    {"gzip;q=0.001", ACCEPT_GZIP},
    {"gzip;Q=1.000", ACCEPT_GZIP},
    {"gzip;level=1;q=0", ACCEPT_PLAIN},
    {"*", ACCEPT_GZIP},
    {"*;q=0", ACCEPT_PLAIN},
    {"gzip;q=0, *", ACCEPT_PLAIN},
    {"*;q=0, gzip", ACCEPT_ONLY_GZIP},
    {"identity", ACCEPT_PLAIN},
    {"identity;q=0", ACCEPT_PLAIN},
    {"identity;q=0, gzip;q=0", ACCEPT_PLAIN},
    {"identity;q=0, gzip;q=0.1", ACCEPT_ONLY_GZIP},
    {"identity;q=0, *", ACCEPT_ONLY_GZIP},
    {"identity, gzip", ACCEPT_GZIP},
    {"identity;q=0.9, gzip", ACCEPT_GZIP},
    {"identity, gzip;q=0.9", ACCEPT_PLAIN},
    {"gzip;q=0.5, *;q=0.9", ACCEPT_PLAIN},
    {"gzip;q=2", ACCEPT_PLAIN},
    {"gzip;q=1.001", ACCEPT_PLAIN},
    {"gzip;q=0.1234", ACCEPT_PLAIN},
    {"gzip;q=.5", ACCEPT_PLAIN},
    {"gzip;q=-1", ACCEPT_PLAIN},
    {"gzip;q=", ACCEPT_PLAIN},
    {"gzip;q", ACCEPT_PLAIN},
    {"gzip;", ACCEPT_GZIP},
    {",,;,gzip,,", ACCEPT_GZIP},
};

static void the_best_of_what_both_know_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text header = cases[i].header ? text_of(cases[i].header) : (struct text){NULL, 0};

        if (accept_encoding(header) != cases[i].want)
            fail_msg("%s: %d", cases[i].header, (int)accept_encoding(header));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_what_both_know_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
