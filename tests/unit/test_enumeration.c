/* Enumerations: streaming, paging, backpressure, hung providers, contexts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "reader.h"

#include <cmocka.h>

/* ---- Providers */

static unsigned long long many_count, many_committed;
static bool many_ended, hang_released, hang_inside;

static HRESULT commit_text(Provider *p, MethodContext *ctx, const char *text)
{
    CInstance *i = Provider_CreateNewInstance(p, ctx);

    CInstance_PutString(i, 0, text);
    return Provider_Commit(p, i);
}

static HRESULT enumerate_many(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;
    char id[64];

    (void)flags;
    for (unsigned long long n = 0; n < many_count && SUCCEEDED(hr); n++) {
        (void)snprintf(id, sizeof(id), "many-%040llu", n);
        hr = commit_text(p, ctx, id);
        many_committed = n + 1;
    }
    reader_note(&many_ended);
    return hr;
}

static HRESULT enumerate_hang(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = commit_text(p, ctx, "before");

    (void)flags;
    reader_note(&hang_inside);
    reader_wait_for(&hang_released);
    (void)commit_text(p, ctx, "after"); /* must go nowhere */
    return hr;
}

static HRESULT enumerate_fail(Provider *p, MethodContext *ctx, long flags)
{
    (void)flags;
    (void)commit_text(p, ctx, "last words");
    MethodContext_SetStatusObject(ctx, WBEM_E_NOT_AVAILABLE, "the device is unplugged");
    return WBEM_E_NOT_AVAILABLE;
}

static const char *const slots[] = {"Id", NULL};
static const ProviderVtbl many_vtbl = {.EnumerateInstances = enumerate_many};
static const ProviderVtbl hang_vtbl = {.EnumerateInstances = enumerate_hang};
static const ProviderVtbl fail_vtbl = {.EnumerateInstances = enumerate_fail};
static Provider many, hang, failing;

/* ---- The service */

static struct core *core;
static struct pool *pool;
static struct enumerations *table;

static int set_up_stall(int64_t stall_ms)
{
    struct enumerations_limits l = {.max = 8, .parallel = 2, .blocks = 4, .idle_ms = 60000, .max_idle_ms = 120000};

    l.stall_ms = stall_ms;
    many_count = 10;
    many_committed = 0;
    many_ended = hang_released = hang_inside = false;
    many = (Provider){.name = "T_A1", .vtbl = &many_vtbl, .slots = slots};
    hang = (Provider){.name = "T_B", .vtbl = &hang_vtbl, .slots = slots};
    failing = (Provider){.name = "T_Lonely", .vtbl = &fail_vtbl, .slots = slots};
    core = fixture_core();
    fixture_register(core, &many);
    fixture_register(core, &hang);
    fixture_register(core, &failing);
    pool = pool_new(2, 8, 16);
    l.core = core;
    l.pool = pool;
    table = enumerations_new(&l);
    return table == NULL;
}

static int set_up(void **state)
{
    (void)state;
    return set_up_stall(600000);
}

/* Long enough for a loaded machine, short enough to wait for. */
static int set_up_impatient(void **state)
{
    (void)state;
    return set_up_stall(4000);
}

static int tear_down(void **state)
{
    (void)state;
    reader_note(&hang_released);
    enumerations_cancel(table);
    assert_true(pool_stop(pool, 60000));
    table = enumerations_free(table);
    core = core_free(core);
    return 0;
}

static int start_request(const char *class_name, struct enumeration **ret)
{
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    const struct enumeration_request r = {
        .user = "tester", .ns = ns, .class_name = class_name, .format = &reader_lines, .format_state = &core};
    int status = enumeration_new(table, &r, ret);

    core_namespace_unref(ns);
    return status;
}

static struct enumeration *start(const char *class_name)
{
    struct enumeration *e = NULL;

    assert_int_equal(start_request(class_name, &e), 0);
    return e;
}

/* ---- Cases */

static void everything_arrives_once_and_in_order(void **state)
{
    struct reader r = {.e = start("T_A1")};

    (void)state;
    many_count = 200000;
    reader_page(&r, pool, &reader_no_limits);
    assert_int_equal(r.items, 200000);
    assert_int_equal(r.bytes, 200000 * 46);
    assert_true(r.last);
    reader_finish(&r);
}

static void pages_are_the_same_set_as_one_stream(void **state)
{
    const struct page_limits seven = {7, UINT64_MAX, UINT64_MAX};
    struct reader whole = {.e = start("T_A1")}, paged = {0};
    unsigned pages = 0;

    (void)state;
    many_count = 50;
    reader_page(&whole, pool, &reader_no_limits);
    reader_finish(&whole);
    paged.e = start("T_A1");
    while (!paged.last && ++pages < 20)
        reader_page(&paged, pool, &seven);
    assert_int_equal(paged.items, 50);
    assert_string_equal(paged.text, whole.text);
    assert_in_range(pages, 8, 9);
    reader_finish(&paged);
}

static void a_page_keeps_to_bytes_and_characters(void **state)
{
    static const struct page_limits limits[] = {{UINT64_MAX, 100, UINT64_MAX}, {UINT64_MAX, UINT64_MAX, 100}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct reader r = {.e = start("T_A1")};

        reader_page(&r, pool, &limits[i]);
        assert_int_equal(r.items, 2);
        reader_finish(&r);
    }
}

static void an_item_beyond_the_limit_is_told_and_can_be_skipped(void **state)
{
    struct reader r = {.e = start("T_A1")};
    const struct page_limits tiny = {UINT64_MAX, 10, UINT64_MAX};
    struct enumeration_consumer c = {reader_wake, reader_never_late, &r, 0, STREAM_FIRST_BYTES};
    struct page page;
    char part[100];
    size_t n;

    (void)state;
    enumeration_run(r.e);
    assert_true(enumeration_attach(r.e, &c));
    page_init(&page, enumeration_stream(r.e), &tiny);
    assert_int_equal(page_read(&page, part, sizeof(part), &n, true), PAGE_DONE);
    assert_true(page.too_large);
    stream_lock(enumeration_stream(r.e));
    page_skip(&page);
    stream_unlock(enumeration_stream(r.e));
    enumeration_detach(r.e, false);
    reader_page(&r, pool, &reader_no_limits);
    assert_int_equal(r.items, 9);
    reader_finish(&r);
}

static void a_full_stream_stops_the_producer_until_somebody_reads(void **state)
{
    struct reader r = {.e = start("T_A1")};
    const struct page_limits one = {1, UINT64_MAX, UINT64_MAX};
    struct pool_counts counts = {0};

    (void)state;
    many_count = 1000000;
    reader_page(&r, pool, &one);
    while (counts.waiting == 0) /* it comes to rest */
        pool_counts(pool, &counts);
    assert_true(many_committed < 4 * STREAM_BLOCK / 46 + 1);
    assert_int_equal(counts.running, 0); /* and holds no slot */
    reader_finish(&r);
    reader_wait_for(&many_ended);
    assert_true(many_committed < 1000000);
}

static void a_hung_provider_costs_only_its_own_instances(void **state)
{
    struct reader r = {.e = start("T_Base")}, again = {0};
    const char *missed;

    (void)state;
    reader_page(&r, pool, &reader_no_limits);
    assert_int_equal(r.items, 10 + 1 + 1); /* many, "before", "last words" */
    stream_lock(enumeration_stream(r.e));
    assert_int_equal(enumeration_outcome(r.e, &missed), WBEM_S_PARTIAL_RESULTS);
    stream_unlock(enumeration_stream(r.e));
    assert_non_null(strstr(missed, "T_B: missed its deadline"));
    assert_non_null(strstr(missed, "T_Lonely: failed with WBEM_E_NOT_AVAILABLE, the device is unplugged"));
    assert_null(strstr(r.text, "after"));
    reader_finish(&r);
    hang_inside = false;
    again.e = start("T_B"); /* still hung: it is not called, and nobody waits */
    reader_page(&again, pool, &reader_no_limits);
    assert_int_equal(again.items, 0);
    assert_false(hang_inside);
    reader_finish(&again);
}

static void a_context_is_found_by_its_user_only(void **state)
{
    struct enumeration *e = start("T_A1"), *found = NULL;

    (void)state;
    assert_int_equal(enumeration_find(table, text_of(""), "tester", &found), CIM_ERR_INVALID_ENUMERATION_CONTEXT);
    assert_int_equal(enumeration_set_life(e, 1000), 1000);
    assert_int_equal(strlen(enumeration_id(e)), 32);
    assert_int_equal(enumeration_find(table, text_of(enumeration_id(e)), "other", &found), CIM_ERR_ACCESS_DENIED);
    assert_int_equal(enumeration_find(table, text_of(enumeration_id(e)), "tester", &found), 0);
    assert_ptr_equal(found, e);
    enumeration_unref(found);
    enumeration_cancel(e);
    assert_int_equal(enumeration_find(table, text_of(enumeration_id(e)), "tester", &found),
                     CIM_ERR_INVALID_ENUMERATION_CONTEXT);
    enumeration_unref(e);
}

static void a_context_that_nobody_pulls_expires(void **state)
{
    struct enumerations_counts counts;
    struct enumeration *e = start("T_A1");

    (void)state;
    assert_int_equal(enumeration_set_life(e, 0), 0);
    assert_int_equal(strlen(enumeration_id(e)), ENUMERATION_ID_LENGTH);
    enumeration_unref(e);
    do
        enumerations_counts(table, &counts);
    while (counts.listed);
}

static void a_life_longer_than_the_maximum_is_cut(void **state)
{
    struct enumeration *e = start("T_A1");

    (void)state;
    assert_int_equal(enumeration_set_life(e, 999999999), 120000);
    enumeration_cancel(e);
    enumeration_unref(e);
}

static void more_than_the_limit_is_refused(void **state)
{
    struct enumeration *e[8], *ninth = NULL;

    (void)state;
    for (int i = 0; i < 8; i++)
        e[i] = start("T_A1");
    assert_int_equal(start_request("T_A1", &ninth), CIM_ERR_SERVER_LIMITS_EXCEEDED);
    for (int i = 0; i < 8; i++) {
        enumeration_cancel(e[i]);
        enumeration_unref(e[i]);
    }
    assert_int_equal(start_request("T_A1", &ninth), 0);
    enumeration_cancel(ninth);
    enumeration_unref(ninth);
}

static void a_second_reader_is_refused(void **state)
{
    struct reader r = {.e = start("T_A1")};
    struct enumeration_consumer c = {reader_wake, reader_never_late, &r, 0, STREAM_FIRST_BYTES};

    (void)state;
    assert_true(enumeration_attach(r.e, &c));
    assert_false(enumeration_attach(r.e, &c));
    enumeration_detach(r.e, true);
    enumeration_unref(r.e);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(everything_arrives_once_and_in_order),
        CASE(pages_are_the_same_set_as_one_stream),
        CASE(a_page_keeps_to_bytes_and_characters),
        CASE(an_item_beyond_the_limit_is_told_and_can_be_skipped),
        CASE(a_full_stream_stops_the_producer_until_somebody_reads),
        cmocka_unit_test_setup_teardown(a_hung_provider_costs_only_its_own_instances, set_up_impatient, tear_down),
        CASE(a_context_is_found_by_its_user_only),
        CASE(a_context_that_nobody_pulls_expires),
        CASE(a_life_longer_than_the_maximum_is_cut),
        CASE(more_than_the_limit_is_refused),
        CASE(a_second_reader_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
