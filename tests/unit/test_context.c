/* What one client call carries: here its options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "cim/core/context.h"

#include <cmocka.h>

static struct core *core;
static MethodContext *ctx;

static int set_up(void **state)
{
    (void)state;
    core = core_new();
    ctx = context_new(core, "u", WBEM_AUTHN_NONE);
    return ctx == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    MethodContext_Release(ctx);
    core = core_free(core);
    return 0;
}

static void an_option_is_found_without_case_by_calls_too(void **state)
{
    const struct served s = {0};
    MethodContext *call;

    (void)state;
    assert_int_equal(context_add_option(ctx, TEXT("Depth"), TEXT("3")), 0);
    assert_int_equal(context_add_option(ctx, TEXT("Empty"), TEXT("")), 0);
    call = context_child(ctx, &s);
    assert_string_equal(MethodContext_GetOption(call, "DEPTH"), "3");
    assert_string_equal(MethodContext_GetOption(call, "Empty"), "");
    assert_null(MethodContext_GetOption(call, "Dept"));
    MethodContext_Release(call);
}

static void the_first_of_two_options_counts_and_their_order_is_kept(void **state)
{
    (void)state;
    assert_int_equal(context_add_option(ctx, TEXT("b"), TEXT("1")), 0);
    assert_int_equal(context_add_option(ctx, TEXT("a"), TEXT("2")), 0);
    assert_int_equal(context_add_option(ctx, TEXT("B"), TEXT("3")), 0);
    assert_string_equal(MethodContext_GetOption(ctx, "b"), "1");
    assert_string_equal(ctx->shared->options->next->next->name, "B");
}

static void options_have_a_limit_in_number_and_in_bytes(void **state)
{
    char *large = calloc(1, CONTEXT_OPTION_BYTES);

    (void)state;
    assert_int_equal(context_add_option(ctx, TEXT("x"), (struct text){large, CONTEXT_OPTION_BYTES}),
                     CIM_ERR_SERVER_LIMITS_EXCEEDED);
    assert_int_equal(context_add_option(ctx, TEXT("x"), (struct text){large, CONTEXT_OPTION_BYTES - 100}), 0);
    assert_int_equal(context_add_option(ctx, TEXT("x"), (struct text){large, 100}), CIM_ERR_SERVER_LIMITS_EXCEEDED);
    for (int i = 1; i < CONTEXT_MAX_OPTIONS; i++)
        assert_int_equal(context_add_option(ctx, TEXT("y"), TEXT("")), 0);
    assert_int_equal(context_add_option(ctx, TEXT("y"), TEXT("")), CIM_ERR_SERVER_LIMITS_EXCEEDED);
    free(large);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(an_option_is_found_without_case_by_calls_too),
        CASE(the_first_of_two_options_counts_and_their_order_is_kept),
        CASE(options_have_a_limit_in_number_and_in_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
