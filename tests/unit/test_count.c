/* How many there are, without making them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cim/core/count.h"
#include "fixture.h"

#include <cmocka.h>

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    (void)p;
    (void)ctx;
    (void)flags;
    fail_msg("nobody is to be enumerated");
    return WBEM_E_FAILED;
}

/* T_A1 has 7, T_A2x 30 and T_B fails. */
static HRESULT count(Provider *p, MethodContext *ctx, const char *class, uint64_t *ret)
{
    (void)p;
    assert_string_equal(CFrameworkQuery_GetQueryClassName(MethodContext_GetQuery(ctx)), class);
    *ret = strcmp(class, "T_A1") == 0 ? 7 : 30;
    return strcmp(class, "T_B") == 0 ? WBEM_E_NOT_AVAILABLE : WBEM_S_NO_ERROR;
}

static const ProviderVtbl counting = {.EnumerateInstances = enumerate, .CountInstances = count};
static const ProviderVtbl silent = {.EnumerateInstances = enumerate};
static const ProviderVtbl empty = {.GetObject = NULL};
static const char *const also[] = {"T_A2x", "T_B", NULL};
static Provider knows, does_not_know, has_none;

static struct core *core;
static MethodContext *ctx;

static int set_up(void **state)
{
    (void)state;
    knows = (Provider){.name = "T_A1", .vtbl = &counting, .also = also};
    does_not_know = (Provider){.name = "T_Deep3", .vtbl = &silent};
    has_none = (Provider){.name = "T_A2", .vtbl = &empty};
    core = fixture_core();
    fixture_register(core, &knows);
    fixture_register(core, &does_not_know);
    fixture_register(core, &has_none);
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

static bool of(const char *class, bool exact, uint64_t *ret)
{
    const struct core_namespace *ns = context_namespace(ctx, NULL);

    return core_count_instances(ctx, ns, schema_class(ns->schema, text_of(class)), exact, ret);
}

static void counts_of_the_closure_add_up(void **state)
{
    static const struct {
        const char *class;
        bool exact, known;
        uint64_t n;
    } cases[] = {
        {"T_A", false, true, 37},     {"T_A", true, true, 0},       {"T_A2", false, true, 30},
        {"T_A2", true, true, 0},      {"T_A1", true, true, 7},      {"T_B", true, false, 0},
        {"T_Base", false, false, 0},  {"T_Base", true, true, 0},    {"T_Lonely", false, true, 0},
        {"T_Deep0", false, false, 0}, {"T_Deep10", false, true, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t n = UINT64_MAX;

        if (of(cases[i].class, cases[i].exact, &n) != cases[i].known)
            fail_msg("%s is known, or is not", cases[i].class);
        assert_int_equal(n, cases[i].known ? cases[i].n : UINT64_MAX);
    }
}

static void a_stuck_provider_is_not_asked(void **state)
{
    uint64_t n;

    (void)state;
    atomic_store(&knows.state->stuck, 1);
    assert_false(of("T_A1", true, &n));
    atomic_store(&knows.state->stuck, 0);
    assert_true(of("T_A1", true, &n));
    assert_int_equal(atomic_load(&knows.state->calls), 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(counts_of_the_closure_add_up),
        CASE(a_stuck_provider_is_not_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
