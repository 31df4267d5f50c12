/* Single operations: the answer comes once, in time, from whoever is first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/cinstance.h"
#include "fixture.h"
#include "reader.h"
#include "server/run/guard.h"
#include "server/run/pool.h"

#include <cmocka.h>

/* ---- Providers: one hangs until it is let go, one answers at once, one fails */

static bool hang_inside, hang_released;

static HRESULT hang_get(Provider *p, CInstance *i, long flags, CFrameworkQuery *q)
{
    (void)p;
    (void)i;
    (void)flags;
    (void)q;
    reader_note(&hang_inside);
    reader_wait_for(&hang_released);
    return WBEM_S_NO_ERROR;
}

static HRESULT quick_get(Provider *p, CInstance *i, long flags, CFrameworkQuery *q)
{
    (void)p;
    (void)flags;
    (void)q;
    return CInstance_SetCHString(i, "Note", "here") ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static HRESULT failing_get(Provider *p, CInstance *i, long flags, CFrameworkQuery *q)
{
    (void)p;
    (void)flags;
    (void)q;
    MethodContext_SetStatusObject(CInstance_GetMethodContext(i), WBEM_E_NOT_AVAILABLE, "the device is unplugged");
    return WBEM_E_NOT_AVAILABLE;
}

static const ProviderVtbl hang_vtbl = {.GetObject = hang_get}, quick_vtbl = {.GetObject = quick_get},
                          failing_vtbl = {.GetObject = failing_get};
static Provider hang, quick, failing;

/* ---- The service */

/* IMPATIENT: long enough for a loaded machine, short enough to wait for. */
enum { NEVER = 600000, IMPATIENT = 2000, SOON = 50 };

static struct core *core;
static struct pool *pool;
static struct enumerations *table;
static bool stopped;

static int set_up_stall(int64_t stall_ms)
{
    struct enumerations_limits l = {.max = 8, .parallel = 1, .blocks = 4, .idle_ms = NEVER, .max_idle_ms = NEVER};

    hang_inside = hang_released = stopped = false;
    hang = (Provider){.name = "T_B", .vtbl = &hang_vtbl};
    quick = (Provider){.name = "T_A1", .vtbl = &quick_vtbl};
    failing = (Provider){.name = "T_Lonely", .vtbl = &failing_vtbl};
    core = fixture_core();
    fixture_register(core, &hang);
    fixture_register(core, &quick);
    fixture_register(core, &failing);
    pool = pool_new(1, 1, 200);
    l.stall_ms = stall_ms;
    l.core = core;
    l.pool = pool;
    table = enumerations_new(&l);
    return table == NULL;
}

static int set_up(void **state)
{
    (void)state;
    return set_up_stall(NEVER);
}

static int set_up_impatient(void **state)
{
    (void)state;
    return set_up_stall(IMPATIENT);
}

static int set_up_frantic(void **state)
{
    (void)state;
    return set_up_stall(1);
}

/* All calls have returned after it. */
static void stop(void)
{
    if (stopped)
        return;
    reader_note(&hang_released);
    enumerations_cancel(table);
    assert_true(pool_stop(pool, 60000));
    stopped = true;
}

static int tear_down(void **state)
{
    (void)state;
    stop();
    table = enumerations_free(table);
    core = core_free(core);
    return 0;
}

/* ---- One operation */

struct operation {
    struct guard *guard;
    const char *class;
    unsigned answers;
    HRESULT hr;
    const char *provider;
    char message[256], note[20];
    bool answered, returned;
};

static HRESULT run(MethodContext *ctx, void *state, CInstance **ret)
{
    const struct operation *o = state;
    const struct cim_key key = {TEXT("Id"), value_string(TEXT("x"))};
    const struct cim_path path = {.class_name = text_of(o->class), .keys = &key, .n_keys = 1};

    return operation_get(ctx, &path, NULL, ret);
}

static void done(void *user, const struct guard_outcome *outcome)
{
    const struct cim_value *note;
    struct operation *o = user;

    o->answers++;
    o->hr = outcome->hr;
    o->provider = outcome->provider;
    (void)snprintf(o->message, sizeof(o->message), "%s", outcome->message);
    note = outcome->instance ? instance_get(cinstance_view(outcome->instance), TEXT("Note")) : NULL;
    if (note)
        (void)snprintf(o->note, sizeof(o->note), "%.*s", (int)note->len, note->str);
    reader_note(&o->answered);
}

static void job(void *arg)
{
    struct operation *o = arg;

    guard_run(o->guard, run, o, done, o);
    o->guard = guard_unref(o->guard);
    reader_note(&o->returned);
}

static void submit(struct operation *o, const char *class, int64_t timeout_ms)
{
    const struct guard_request r = {
        .table = table, .user = "tester", .authn = WBEM_AUTHN_NONE, .timeout_ms = timeout_ms, .max_bytes = 4096};

    *o = (struct operation){.class = class, .guard = guard_new(&r)};
    assert_non_null(o->guard);
    assert_true(pool_submit(pool, job, o));
}

static void wait_for(struct operation *o)
{
    reader_wait_for(&o->answered);
    assert_int_equal(o->answers, 1);
}

/* It comes back, and what it brings goes nowhere. */
static void come_back(struct operation *o, HRESULT answer)
{
    reader_note(&hang_released);
    reader_wait_for(&o->returned);
    assert_int_equal(o->answers, 1);
    assert_int_equal(o->hr, answer);
    assert_int_equal(atomic_load(&hang.state->stuck), 0);
}

/* ---- Cases */

static void the_answer_is_what_the_call_returns(void **state)
{
    struct operation o;

    (void)state;
    submit(&o, "T_A1", 0);
    wait_for(&o);
    assert_int_equal(o.hr, WBEM_S_NO_ERROR);
    assert_string_equal(o.note, "here");
    assert_string_equal(o.message, "");
    assert_null(o.provider);
    reader_wait_for(&o.returned);
}

static void a_failure_comes_with_its_sentence(void **state)
{
    struct operation o;

    (void)state;
    submit(&o, "T_Lonely", NEVER);
    wait_for(&o);
    assert_int_equal(o.hr, WBEM_E_NOT_AVAILABLE);
    assert_string_equal(o.message, "the device is unplugged");
    assert_null(o.provider);
    reader_wait_for(&o.returned);
}

static void a_hung_provider_is_named_and_its_slot_is_given_to_others(void **state)
{
    struct operation o, other, refused;
    struct pool_counts counts;

    (void)state;
    submit(&o, "T_B", 0);
    wait_for(&o);
    assert_int_equal(o.hr, WBEM_E_PROVIDER_TIMED_OUT);
    assert_string_equal(o.provider, "T_B");
    assert_string_equal(o.message, "T_B missed its deadline of 2 s");
    assert_false(o.returned);
    assert_int_equal(atomic_load(&hang.state->stuck), 1);
    assert_int_equal(atomic_load(&hang.state->timeouts), 1);
    pool_counts(pool, &counts);
    assert_int_equal(counts.disowned, 1);
    submit(&other, "T_A1", 0); /* the only slot */
    wait_for(&other);
    submit(&refused, "T_B", 0);
    wait_for(&refused);
    assert_int_equal(refused.hr, WBEM_E_PROVIDER_TIMED_OUT);
    assert_string_equal(refused.provider, "T_B");
    assert_int_equal(atomic_load(&hang.state->calls), 1);
    come_back(&o, WBEM_E_PROVIDER_TIMED_OUT);
    reader_wait_for(&other.returned);
    reader_wait_for(&refused.returned);
}

static void the_clients_own_time_is_not_the_providers_fault(void **state)
{
    struct operation o;

    (void)state;
    submit(&o, "T_B", SOON);
    wait_for(&o);
    assert_int_equal(o.hr, WBEM_E_TIMED_OUT);
    assert_null(o.provider);
    assert_string_equal(o.message, "the operation was not done within the 0.05 s that the request allows");
    assert_int_equal(atomic_load(&hang.state->stuck), 0);
    come_back(&o, WBEM_E_TIMED_OUT);
    assert_int_equal(atomic_load(&hang.state->timeouts), 0);
}

static void a_provider_hangs_on_after_the_clients_time_and_is_left_alone(void **state)
{
    struct pool_counts counts = {0};
    struct operation o, next;

    (void)state;
    submit(&o, "T_B", IMPATIENT / 2);
    wait_for(&o);
    submit(&next, "T_A1", 0); /* runs when the slot is free: the provider was given up then */
    reader_wait_for(&next.returned);
    assert_int_equal(next.hr, WBEM_S_NO_ERROR);
    pool_counts(pool, &counts);
    assert_int_equal(counts.disowned, 1);
    come_back(&o, o.hr);
    assert_int_equal(atomic_load(&hang.state->timeouts), 1);
}

static void what_runs_is_answered_when_the_server_stops(void **state)
{
    struct operation o, late;

    (void)state;
    submit(&o, "T_B", 0);
    reader_wait_for(&hang_inside);
    enumerations_cancel(table);
    assert_int_equal(o.answers, 1); /* before it returned */
    assert_int_equal(o.hr, WBEM_E_SHUTTING_DOWN);
    come_back(&o, WBEM_E_SHUTTING_DOWN);
    submit(&late, "T_A1", 0);
    reader_wait_for(&late.returned);
    assert_int_equal(late.answers, 1);
    assert_int_equal(late.hr, WBEM_E_SHUTTING_DOWN);
    assert_int_equal(atomic_load(&quick.state->calls), 0);
}

/* The deadlines of many fall together with their returns; some wait for the slot longer than others. */
static void every_operation_is_answered_once_whoever_comes_first(void **state)
{
    enum { N = 150 };
    static struct operation all[N];

    (void)state;
    reader_note(&hang_released);
    for (unsigned k = 0; k < N; k++)
        submit(&all[k], k % 3 ? "T_A1" : "T_B", k % 2);
    for (unsigned k = 0; k < N; k++)
        reader_wait_for(&all[k].returned);
    stop();
    for (unsigned k = 0; k < N; k++) {
        assert_int_equal(all[k].answers, 1);
        if (all[k].hr != WBEM_S_NO_ERROR && all[k].hr != WBEM_E_TIMED_OUT && all[k].hr != WBEM_E_PROVIDER_TIMED_OUT)
            fail_msg("%#x is no answer to expect", (unsigned)all[k].hr);
    }
    assert_int_equal(atomic_load(&hang.state->stuck) + atomic_load(&quick.state->stuck), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_answer_is_what_the_call_returns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_comes_with_its_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hung_provider_is_named_and_its_slot_is_given_to_others, set_up_impatient,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_clients_own_time_is_not_the_providers_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_provider_hangs_on_after_the_clients_time_and_is_left_alone, set_up_impatient,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_runs_is_answered_when_the_server_stops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_operation_is_answered_once_whoever_comes_first, set_up_frantic, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
