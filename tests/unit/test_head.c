/* Paths as they are sent to servers and to proxies. What is wrong with other parts of a head is tested by tests/e2e/test_http.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "server/http/head.h"

#include <cmocka.h>

static const struct {
    const char *sent, *path;
} cases[] = {
    {"/", "/"},
    {"/wsman", "/wsman"},
    {"", ""},
    {"*", "*"},
    {"http://host/wsman", "/wsman"},
    {"HTTP://[::1]:5985/wsman/", "/wsman/"},
    {"https://host", "/"},
    {"https://host:1//", "//"},
    {"http:/wsman", "http:/wsman"},
    {"ftp://host/wsman", "ftp://host/wsman"},
    {"/http://host/wsman", "/http://host/wsman"},
};

static void scheme_and_host_are_no_part_of_the_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(head_path(cases[i].sent), cases[i].path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheme_and_host_are_no_part_of_the_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
