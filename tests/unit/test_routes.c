/* Which row serves which method and path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "server/http/routes.h"

#include <cmocka.h>

static void handler(struct exchange *x, void *service)
{
    (void)x;
    (void)service;
}

static struct routes routes;

static int set_up(void **state)
{
    (void)state;
    routes = (struct routes){0};
    routes_add(&routes, &(struct route){.path = "/", .methods = "GET, HEAD", .handler = handler});
    routes_add(&routes, &(struct route){.path = "/wsman", .methods = "POST", .handler = handler});
    routes_add(&routes, &(struct route){.path = "/wsman-anon/identify",
                                        .methods = "POST",
                                        .handler = handler,
                                        .strangers = ROUTE_ANYBODY});
    routes_add(&routes, &(struct route){.path = "/cim/v1", .methods = "GET, M-POST", .handler = handler, .below = true});
    return 0;
}

static const struct {
    const char *method, *path;
    enum route_outcome outcome;
    const char *row; /* NULL: none */
} cases[] = {
    {"GET", "/", ROUTE_FOUND, "/"},
    {"HEAD", "/", ROUTE_FOUND, "/"},
    {"POST", "/", ROUTE_NO_METHOD, "/"},
    {"POST", "/wsman", ROUTE_FOUND, "/wsman"},
    {"POST", "/wsman/", ROUTE_FOUND, "/wsman"},
    {"POST", "/wsman//", ROUTE_NO_PATH, NULL},
    {"POST", "/wsman/x", ROUTE_NO_PATH, NULL},
    {"POST", "/wsmanx", ROUTE_NO_PATH, NULL},
    {"POST", "/wsma", ROUTE_NO_PATH, NULL},
    {"POST", "/WSMAN", ROUTE_NO_PATH, NULL},
    {"POST", "", ROUTE_NO_PATH, NULL},
    {"GET", "/wsman", ROUTE_NO_METHOD, "/wsman"},
    {"HEAD", "/wsman", ROUTE_NO_METHOD, "/wsman"},
    {"post", "/wsman", ROUTE_NO_METHOD, "/wsman"},
    {"POS", "/wsman", ROUTE_NO_METHOD, "/wsman"},
    {"POST", "/wsman-anon/identify", ROUTE_FOUND, "/wsman-anon/identify"},
    {"GET", "/cim/v1", ROUTE_FOUND, "/cim/v1"},
    {"GET", "/cim/v1/", ROUTE_FOUND, "/cim/v1"},
    {"GET", "/cim/v1/root.cimv2/CIM_Process", ROUTE_FOUND, "/cim/v1"},
    {"M-POST", "/cim/v1/x", ROUTE_FOUND, "/cim/v1"},
    {"POST", "/cim/v1/x", ROUTE_NO_METHOD, "/cim/v1"},
    {"", "/cim/v1/x", ROUTE_NO_METHOD, "/cim/v1"},
    {"GET", "/cim/v10", ROUTE_NO_PATH, NULL},
};

static void the_row_is_that_of_the_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct route *row = NULL;
        enum route_outcome got = routes_find(&routes, text_of(cases[i].method), text_of(cases[i].path), &row);

        if (got != cases[i].outcome || (cases[i].row ? !row || strcmp(row->path, cases[i].row) != 0 : row != NULL))
            fail_msg("%s %s: %d, %s", cases[i].method, cases[i].path, (int)got, row ? row->path : "no row");
    }
}

static void a_row_asks_for_a_user_unless_it_says_otherwise(void **state)
{
    const struct route *row = NULL;

    (void)state;
    assert_int_equal(routes_find(&routes, text_of("POST"), text_of("/wsman"), &row), ROUTE_FOUND);
    assert_int_equal(row->strangers, ROUTE_NOBODY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_row_is_that_of_the_path, set_up),
        cmocka_unit_test_setup(a_row_asks_for_a_user_unless_it_says_otherwise, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
