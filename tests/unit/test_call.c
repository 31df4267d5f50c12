/* Calls outside a walk: counted, refused while the provider is stuck, and given up from another thread. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "cim/core/call.h"
#include "cim/core/cinstance.h"
#include "cim/core/operation.h"
#include "fixture.h"

#include <cmocka.h>

/* The provider tells that it was entered, and waits until the test lets it go. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool entered, open;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void pass_gate(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.entered = true;
    pthread_cond_broadcast(&gate.changed);
    while (!gate.open)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static void wait_entered(void)
{
    pthread_mutex_lock(&gate.lock);
    while (!gate.entered)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static void open_gate(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static HRESULT slow_get(Provider *p, CInstance *i, long flags, CFrameworkQuery *query)
{
    (void)p;
    (void)i;
    (void)flags;
    (void)query;
    pass_gate();
    return WBEM_S_NO_ERROR;
}

static HRESULT slow_enumerate(Provider *p, MethodContext *call, long flags)
{
    CInstance *i = Provider_CreateNewInstance(p, call);

    (void)flags;
    pass_gate();
    CInstance_SetCHString(i, "Id", "x");
    return Provider_Commit(p, i);
}

/* Asks the other one: it is not the outermost call then. */
static HRESULT nested_get(Provider *p, CInstance *i, long flags, CFrameworkQuery *query)
{
    CInstance *other = NULL;
    HRESULT hr = CWbemProviderGlue_GetInstanceByPath("T_A1.Id=\"x\"", &other, CInstance_GetMethodContext(i));

    (void)p;
    (void)flags;
    (void)query;
    if (other)
        CInstance_Release(other);
    return hr;
}

static const ProviderVtbl getting = {.GetObject = slow_get}, enumerating = {.EnumerateInstances = slow_enumerate},
                          nesting = {.GetObject = nested_get};
static Provider inner, outer;
static struct core *core;
static MethodContext *ctx;

static int set_up(void **state)
{
    (void)state;
    gate.entered = gate.open = false;
    inner = (Provider){.name = "T_A1", .vtbl = &getting};
    outer = (Provider){.name = "T_B", .vtbl = &nesting};
    core = fixture_core();
    fixture_register(core, &inner);
    fixture_register(core, &outer);
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

struct getting {
    pthread_t thread;
    const char *class;
    HRESULT hr;
};

static void *get(void *arg)
{
    struct getting *g = arg;
    const struct cim_key key = {TEXT("Id"), value_string(TEXT("x"))};
    const struct cim_path path = {.class_name = text_of(g->class), .keys = &key, .n_keys = 1};
    CInstance *i = NULL;

    g->hr = operation_get(ctx, &path, NULL, &i);
    if (i)
        CInstance_Release(i);
    return NULL;
}

static void start(struct getting *g, const char *class)
{
    g->class = class;
    assert_int_equal(pthread_create(&g->thread, NULL, get, g), 0);
    wait_entered();
}

static void come_back(struct getting *g)
{
    open_gate();
    assert_int_equal(pthread_join(g->thread, NULL), 0);
}

/* The call of blamed hangs; it is given up, counts as stuck, and comes back late. */
static void give_up(const char *class, Provider *blamed)
{
    MethodContext *other = context_new(core, "u", WBEM_AUTHN_NONE), *call;
    const struct core_namespace *ns = context_namespace(other, NULL);
    const struct served *s = namespace_serving(ns, schema_class(ns->schema, text_of(blamed->name)));
    struct getting g;

    start(&g, class);
    assert_string_equal(call_give_up(ctx), blamed->name);
    assert_null(call_give_up(ctx));
    assert_true(MethodContext_IsCancelled(ctx));
    assert_int_equal(atomic_load(&blamed->state->stuck), 1);
    assert_int_equal(atomic_load(&blamed->state->timeouts), 1);
    assert_int_equal(call_begin(other, ns, s->class, s, NULL, &call), WBEM_E_PROVIDER_TIMED_OUT);
    come_back(&g);
    assert_int_equal(g.hr, WBEM_E_CALL_CANCELLED);
    assert_int_equal(atomic_load(&blamed->state->stuck), 0);
    assert_int_equal(atomic_load(&blamed->state->calls), 1);
    assert_int_equal(call_begin(other, ns, s->class, s, NULL, &call), WBEM_S_NO_ERROR);
    assert_int_equal(call_end(call, WBEM_S_NO_ERROR), WBEM_S_NO_ERROR);
    MethodContext_Release(other);
}

static void a_call_that_returns_in_time_is_counted_and_nothing_is_left_to_give_up(void **state)
{
    struct getting g;

    (void)state;
    start(&g, "T_A1");
    come_back(&g);
    assert_int_equal(g.hr, WBEM_S_NO_ERROR);
    assert_null(call_give_up(ctx));
    assert_int_equal(atomic_load(&inner.state->calls), 1);
    assert_int_equal(atomic_load(&inner.state->timeouts), 0);
}

static void a_hung_get_is_given_up_and_its_provider_stuck_until_it_returns(void **state)
{
    (void)state;
    give_up("T_A1", &inner);
}

static void a_hung_enumeration_for_one_instance_is_given_up(void **state)
{
    (void)state;
    inner.vtbl = &enumerating;
    give_up("T_A1", &inner);
}

static void the_outermost_call_is_the_one_that_is_given_up(void **state)
{
    (void)state;
    give_up("T_B", &outer);
    assert_int_equal(atomic_load(&inner.state->stuck), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_call_that_returns_in_time_is_counted_and_nothing_is_left_to_give_up),
        CASE(a_hung_get_is_given_up_and_its_provider_stuck_until_it_returns),
        CASE(a_hung_enumeration_for_one_instance_is_given_up),
        CASE(the_outermost_call_is_the_one_that_is_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
