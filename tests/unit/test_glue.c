/* The rules of the provider glue: what it refuses, what it calls, in which order it stops. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#include <cmocka.h>

/* ---- Providers of the test: each yields `count` instances of its class */

struct source {
    unsigned count, calls, costly_asked;
    HRESULT fail_after; /* instead of success, when all were delivered */
    const char *nested; /* class to enumerate from inside, with the same context */
    unsigned nested_seen;
};

enum { ID, SIZE, NOTE, COSTLY };
static const char *const slots[] = {"Id", "Size", "Note", "Costly", NULL};
static const char *const id_only[] = {"Id", NULL};

static HRESULT count_nested(Provider *p, CInstance *i, MethodContext *ctx, void *user)
{
    (void)i;
    (void)ctx;
    (void)user;
    ((struct source *)p->data)->nested_seen++;
    return WBEM_S_NO_ERROR;
}

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    struct source *s = p->data;
    HRESULT hr = WBEM_S_NO_ERROR;
    char id[32];

    (void)flags;
    s->calls++;
    if (s->nested)
        hr = CWbemProviderGlue_GetAllDerivedInstancesAsynch(s->nested, p, count_nested, NULL, ctx, NULL);
    for (unsigned n = 0; SUCCEEDED(hr) && n < s->count; n++) {
        CInstance *i = Provider_CreateNewInstance(p, ctx);

        (void)snprintf(id, sizeof(id), "%s-%u", p->name, n);
        CInstance_PutString(i, ID, id);
        if (p->slots == slots) {
            CInstance_PutUint(i, SIZE, n);
            CInstance_PutLiteral(i, NOTE, n % 2 ? "odd" : "even");
            if (MethodContext_Needs(ctx, COSTLY)) {
                s->costly_asked++;
                CInstance_PutUint(i, COSTLY, UINT64_MAX);
            }
        }
        hr = Provider_Commit(p, i);
    }
    return FAILED(hr) ? hr : s->fail_after;
}

static HRESULT enumerate_family(Provider *p, MethodContext *ctx, long flags)
{
    static const char *const classes[] = {"T_A2", "T_A2x"};
    struct source *s = p->data;
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)flags;
    s->calls++;
    for (unsigned n = 0; SUCCEEDED(hr) && n < 2; n++) {
        CInstance *i = Provider_CreateNewInstanceOf(p, ctx, classes[n]);

        CInstance_PutString(i, ID, classes[n]);
        hr = Provider_Commit(p, i);
    }
    return hr;
}

static HRESULT get_object(Provider *p, CInstance *i, long flags, CFrameworkQuery *q)
{
    char *id = NULL;
    HRESULT hr = WBEM_E_NOT_FOUND;

    (void)flags;
    if (CInstance_GetCHString(i, "Id", &id) && strncmp(id, p->name, strlen(p->name)) == 0) {
        if (CFrameworkQuery_IsPropertyRequired(q, "Size"))
            CInstance_SetDWORD(i, "Size", 77);
        hr = WBEM_S_NO_ERROR;
    }
    free(id);
    return hr;
}

static const ProviderVtbl plain = {.EnumerateInstances = enumerate};
static const ProviderVtbl with_get = {.EnumerateInstances = enumerate, .GetObject = get_object};
static const ProviderVtbl family = {.EnumerateInstances = enumerate_family};
static const char *const also_a2x[] = {"T_A2x", NULL};

static struct source a1, a2, b, deep;
static Provider p_a1, p_a2, p_b, p_deep;
static struct core *core;
static MethodContext *ctx;

static int set_up(void **state)
{
    (void)state;
    a1 = (struct source){.count = 3};
    a2 = (struct source){0};
    b = (struct source){.count = 2};
    deep = (struct source){.count = 1};
    p_a1 = (Provider){.name = "T_A1", .vtbl = &with_get, .slots = slots, .data = &a1};
    p_a2 = (Provider){.name = "T_A2", .vtbl = &family, .also = also_a2x, .slots = slots, .data = &a2};
    p_b = (Provider){.name = "T_B", .vtbl = &plain, .slots = id_only, .data = &b};
    p_deep = (Provider){.name = "T_Deep10", .vtbl = &plain, .slots = id_only, .data = &deep};
    core = fixture_core();
    fixture_register(core, &p_a1);
    fixture_register(core, &p_a2);
    fixture_register(core, &p_b);
    fixture_register(core, &p_deep);
    ctx = context_new(core, "tester", WBEM_AUTHN_PASSWORD);
    return ctx == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    MethodContext_Release(ctx);
    core = core_free(core);
    return 0;
}

/* ---- The requester */

struct seen {
    unsigned n, stop_at;
    HRESULT stop_with;
    CInstance *kept;
    MethodContext *ctx;
    Provider *requester;
    char classes[512];
};

static HRESULT see(Provider *requester, CInstance *i, MethodContext *context, void *user)
{
    struct seen *s = user;

    s->requester = requester;
    s->ctx = context;
    s->n++;
    strncat(s->classes, CInstance_GetClassName(i), sizeof(s->classes) - strlen(s->classes) - 2);
    strncat(s->classes, " ", sizeof(s->classes) - strlen(s->classes) - 1);
    if (!s->kept) {
        CInstance_AddRef(i);
        s->kept = i;
    }
    return s->n == s->stop_at ? s->stop_with : WBEM_S_NO_ERROR;
}

static struct seen derived(const char *base, HRESULT expected)
{
    struct seen s = {0};

    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch(base, &p_b, see, NULL, ctx, &s), expected);
    if (s.kept)
        CInstance_Release(s.kept);
    return s;
}

/* ---- Cases */

static void base_yields_instances_of_every_derived_class(void **state)
{
    struct seen s = derived("T_Base", WBEM_S_NO_ERROR);

    (void)state;
    assert_int_equal(s.n, 3 + 2 + 2 + 1);
    assert_ptr_equal(s.requester, &p_b);
    assert_ptr_equal(s.ctx, ctx);
    assert_non_null(strstr(s.classes, "T_Deep10 "));
}

static void a_provider_of_base_and_subclass_is_asked_once(void **state)
{
    (void)state;
    assert_int_equal(derived("T_A", WBEM_S_NO_ERROR).n, 5);
    assert_int_equal(a2.calls, 1);
    assert_int_equal(derived("T_A2x", WBEM_S_NO_ERROR).n, 1); /* its T_A2 instance is not of this base */
    assert_int_equal(a2.calls, 2);
}

static void the_walk_asks_only_providers_below_the_base(void **state)
{
    (void)state;
    assert_int_equal(derived("T_Deep0", WBEM_S_NO_ERROR).n, 1);
    assert_int_equal(a1.calls + a2.calls + b.calls, 0);
}

static void an_instance_ten_levels_below_keeps_its_own_class(void **state)
{
    (void)state;
    assert_string_equal(derived("T_Deep0", WBEM_S_NO_ERROR).classes, "T_Deep10 ");
}

static void class_nobody_serves_is_success_without_callback(void **state)
{
    (void)state;
    assert_int_equal(derived("T_Lonely", WBEM_S_NO_ERROR).n, 0);
}

static void names_compare_without_case(void **state)
{
    (void)state;
    assert_int_equal(derived("t_bASE", WBEM_S_NO_ERROR).n, 8);
}

static void namespaces_take_both_slashes_and_null_is_cimv2(void **state)
{
    static const struct {
        const char *ns;
        HRESULT hr;
        unsigned n;
    } rows[] = {
        {NULL, WBEM_S_NO_ERROR, 2},
        {"root\\cimv2", WBEM_S_NO_ERROR, 2},
        {"ROOT/CIMV2", WBEM_S_NO_ERROR, 2},
        {"root/other", WBEM_S_NO_ERROR, 0},
        {"root/nowhere", WBEM_E_INVALID_NAMESPACE, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct seen s = {0};

        assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_B", NULL, see, rows[i].ns, ctx, &s),
                         rows[i].hr);
        assert_int_equal(s.n, rows[i].n);
        if (s.kept)
            CInstance_Release(s.kept);
    }
}

static void bad_arguments_are_refused(void **state)
{
    struct seen s = {0};

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch(NULL, NULL, see, NULL, ctx, &s),
                     WBEM_E_INVALID_PARAMETER);
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("", NULL, see, NULL, ctx, &s),
                     WBEM_E_INVALID_PARAMETER);
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_B", NULL, NULL, NULL, ctx, &s),
                     WBEM_E_INVALID_PARAMETER);
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_B", NULL, see, NULL, NULL, &s),
                     WBEM_E_INVALID_PARAMETER);
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_None", NULL, see, NULL, ctx, &s),
                     WBEM_E_INVALID_CLASS);
    assert_int_equal(s.n, 0);
}

static void a_failing_callback_stops_the_walk_and_is_returned(void **state)
{
    (void)state;
    for (unsigned at = 1; at <= 8; at++) {
        struct seen s = {.stop_at = at, .stop_with = WBEM_E_ACCESS_DENIED};

        assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_Base", NULL, see, NULL, ctx, &s),
                         WBEM_E_ACCESS_DENIED);
        assert_int_equal(s.n, at);
        CInstance_Release(s.kept);
    }
}

static void a_cancelling_callback_stops_quietly(void **state)
{
    struct seen s = {.stop_at = 2, .stop_with = WBEM_S_OPERATION_CANCELLED};

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_Base", NULL, see, NULL, ctx, &s),
                     WBEM_S_OPERATION_CANCELLED);
    assert_int_equal(s.n, 2);
    CInstance_Release(s.kept);
}

static void any_other_success_of_the_callback_goes_on(void **state)
{
    struct seen s = {.stop_at = 2, .stop_with = WBEM_S_FALSE};

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_Base", NULL, see, NULL, ctx, &s),
                     WBEM_S_NO_ERROR);
    assert_int_equal(s.n, 8);
    CInstance_Release(s.kept);
}

static void a_failing_provider_ends_the_call_with_its_code(void **state)
{
    (void)state;
    a1.fail_after = WBEM_E_NOT_AVAILABLE;
    (void)derived("T_A1", WBEM_E_NOT_AVAILABLE);
}

static void a_cancelled_context_makes_no_call(void **state)
{
    (void)state;
    context_cancel(ctx);
    assert_int_equal(derived("T_Base", WBEM_E_CALL_CANCELLED).n, 0);
    assert_int_equal(a1.calls, 0);
}

static void nested_calls_with_the_same_context_work(void **state)
{
    (void)state;
    b.nested = "T_A";
    assert_int_equal(derived("T_B", WBEM_S_NO_ERROR).n, 2);
    assert_int_equal(b.nested_seen, 5);
}

static void a_cycle_of_nested_calls_ends(void **state)
{
    (void)state;
    b.nested = "T_B";
    (void)derived("T_B", WBEM_E_FAILED);
    assert_in_range(b.calls, CONTEXT_MAX_DEPTH - 1, CONTEXT_MAX_DEPTH);
}

static void an_instance_kept_by_the_callback_outlives_the_call(void **state)
{
    struct seen s = {0};
    char *id = NULL;

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_B", NULL, see, NULL, ctx, &s), WBEM_S_NO_ERROR);
    assert_true(CInstance_GetCHString(s.kept, "Id", &id));
    assert_string_equal(id, "T_B-0");
    free(id);
    assert_int_equal(CInstance_Commit(s.kept), WBEM_E_INVALID_OPERATION); /* its call is over */
    assert_int_equal(CInstance_Release(s.kept), 0);
}

static void exact_enumeration_leaves_subclasses_out(void **state)
{
    struct seen s = {0};

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllInstancesAsynch("T_A2", NULL, see, NULL, ctx, &s), WBEM_S_NO_ERROR);
    assert_string_equal(s.classes, "T_A2 ");
    CInstance_Release(s.kept);
    s = (struct seen){0};
    assert_int_equal(CWbemProviderGlue_GetAllInstancesAsynch("T_Base", NULL, see, NULL, ctx, &s), WBEM_S_NO_ERROR);
    assert_int_equal(s.n, 0);
}

static void collecting_forms_hold_references(void **state)
{
    TRefPointerCollection *list = TRefPointerCollection_Create();
    TRefPointerCollection_POSITION pos;
    CInstance *i;
    unsigned n = 0;

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstances("T_A", list, ctx, NULL), WBEM_S_NO_ERROR);
    assert_int_equal(TRefPointerCollection_GetSize(list), 5);
    assert_int_equal(CWbemProviderGlue_GetAllInstances("T_B", list, NULL, ctx), WBEM_S_NO_ERROR);
    assert_int_equal(TRefPointerCollection_GetSize(list), 7); /* they add */
    TRefPointerCollection_BeginEnum(list, &pos);
    while ((i = TRefPointerCollection_GetNext(list, &pos))) {
        n++;
        assert_int_equal(CInstance_Release(i), 1);
    }
    TRefPointerCollection_EndEnum(list);
    assert_int_equal(n, 7);
    TRefPointerCollection_Free(list);
}

static void queries_filter_and_tell_what_they_need(void **state)
{
    static const struct {
        const char *query;
        HRESULT hr;
        unsigned n, costly;
    } rows[] = {
        {"SELECT * FROM T_A1", WBEM_S_NO_ERROR, 3, 3},
        {"SELECT Id FROM T_A1", WBEM_S_NO_ERROR, 3, 0},
        {"select id from t_a1 where size > 0", WBEM_S_NO_ERROR, 2, 0},
        {"SELECT Id FROM T_A1 WHERE Costly > 5", WBEM_S_NO_ERROR, 3, 3},
        {"SELECT * FROM T_A WHERE __CLASS = 'T_A'", WBEM_S_NO_ERROR, 0, 0},
        {"SELECT Id FROM T_A WHERE Note = 'ODD'", WBEM_S_NO_ERROR, 1, 0},
        {"SELECT FROM", WBEM_E_UNPARSABLE_QUERY, 0, 0},
        {"SELECT * FROM T_A1 WHERE Nothing = 1", WBEM_E_INVALID_QUERY, 0, 0},
        {"SELECT * FROM T_None", WBEM_E_INVALID_CLASS, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        TRefPointerCollection *list = TRefPointerCollection_Create();

        a1.costly_asked = 0;
        if (CWbemProviderGlue_GetInstancesByQuery(rows[i].query, list, ctx, NULL) != rows[i].hr)
            fail_msg("%s", rows[i].query);
        if (TRefPointerCollection_GetSize(list) != rows[i].n || a1.costly_asked != rows[i].costly)
            fail_msg("%s: %zu instances, costly %u", rows[i].query, TRefPointerCollection_GetSize(list),
                     a1.costly_asked);
        TRefPointerCollection_Free(list);
    }
}

static void what_the_front_end_needs_reaches_the_provider(void **state)
{
    TRefPointerCollection *list = TRefPointerCollection_Create();

    (void)state;
    context_set_needs(ctx, NEEDS_KEYS);
    assert_int_equal(derived("T_A1", WBEM_S_NO_ERROR).n, 3);
    assert_int_equal(a1.costly_asked, 0);
    context_set_needs(ctx, NEEDS_BASE);
    (void)derived("T_Base", WBEM_S_NO_ERROR);
    assert_int_equal(a1.costly_asked, 0);
    (void)derived("T_A", WBEM_S_NO_ERROR); /* Costly is T_A's own */
    assert_int_equal(a1.costly_asked, 3);
    context_set_needs(ctx, NEEDS_KEYS);
    assert_int_equal(CWbemProviderGlue_GetInstancesByQuery("SELECT * FROM T_A1 WHERE Costly > 5", list, ctx, NULL),
                     WBEM_S_NO_ERROR);
    assert_int_equal(TRefPointerCollection_GetSize(list), 3); /* what is tested is needed, whatever is wanted */
    assert_int_equal(a1.costly_asked, 6);
    TRefPointerCollection_Free(list);
}

static void paths_find_instances(void **state)
{
    static const struct {
        const char *path;
        HRESULT hr;
        const char *class;
    } rows[] = {
        {"T_A1.Id=\"T_A1-1\"", WBEM_S_NO_ERROR, "T_A1"}, /* GetObject */
        {"\\\\.\\root\\cimv2:T_A1.Id=\"T_A1-1\"", WBEM_S_NO_ERROR, "T_A1"},
        {"root/cimv2:t_a1=\"T_A1-9\"", WBEM_S_NO_ERROR, "T_A1"},
        {"T_B.Id=\"T_B-1\"", WBEM_S_NO_ERROR, "T_B"},    /* by enumeration */
        {"T_Base.Id=\"T_B-1\"", WBEM_S_NO_ERROR, "T_B"}, /* through the base */
        {"T_Base.Id=\"T_A2x\"", WBEM_S_NO_ERROR, "T_A2x"},
        {"T_B.Id=\"no\"", WBEM_E_NOT_FOUND, NULL},
        {"T_Lonely.Id=\"no\"", WBEM_E_NOT_FOUND, NULL},
        {"T_None.Id=\"no\"", WBEM_E_INVALID_CLASS, NULL},
        {"root/nowhere:T_B.Id=\"no\"", WBEM_E_INVALID_NAMESPACE, NULL},
        {"T_B.Size=1", WBEM_E_INVALID_OBJECT_PATH, NULL},
        {"T_B.Id=\"", WBEM_E_INVALID_OBJECT_PATH, NULL},
        {"", WBEM_E_INVALID_PARAMETER, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CInstance *found = NULL;

        if (CWbemProviderGlue_GetInstanceByPath(rows[i].path, &found, ctx) != rows[i].hr)
            fail_msg("%s", rows[i].path);
        if (found) {
            assert_string_equal(CInstance_GetClassName(found), rows[i].class);
            assert_int_equal(CInstance_Release(found), 0);
        } else {
            assert_null(rows[i].class);
        }
    }
}

static void a_property_list_keeps_keys_and_leaves_the_rest(void **state)
{
    static const char *const note[] = {"Note", NULL};
    CInstance *i = NULL;

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetInstancePropertiesByPath("T_A1=\"T_A1-0\"", &i, ctx, note), WBEM_S_NO_ERROR);
    assert_true(CInstance_IsNull(i, "Size"));
    assert_false(CInstance_IsNull(i, "Id"));
    CInstance_Release(i);
    assert_int_equal(CWbemProviderGlue_GetInstanceKeysByPath("T_A1=\"T_A1-0\"", &i, ctx), WBEM_S_NO_ERROR);
    assert_true(CInstance_IsNull(i, "Size"));
    CInstance_Release(i);
    assert_int_equal(CWbemProviderGlue_GetInstanceByPath("T_A1=\"T_A1-0\"", &i, ctx), WBEM_S_NO_ERROR);
    assert_false(CInstance_IsNull(i, "Size"));
    CInstance_Release(i);
}

static void fill_instance_completes_what_has_keys(void **state)
{
    CInstance *i = NULL;
    uint32_t size = 0;

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetEmptyInstance(ctx, "T_A1", &i, NULL), WBEM_S_NO_ERROR);
    assert_int_equal(CWbemProviderGlue_FillInstance(ctx, i), WBEM_E_INVALID_PARAMETER); /* no key yet */
    assert_true(CInstance_SetCHString(i, "Id", "T_A1-2"));
    assert_int_equal(CWbemProviderGlue_FillInstance(ctx, i), WBEM_S_NO_ERROR);
    assert_true(CInstance_GetDWORD(i, "Size", &size));
    assert_int_equal(size, 77);
    CInstance_Release(i);
}

static void derivation_is_strict(void **state)
{
    (void)state;
    assert_true(CWbemProviderGlue_IsDerivedFrom("T_Base", "T_A2x", ctx, NULL));
    assert_false(CWbemProviderGlue_IsDerivedFrom("T_A", "T_A", ctx, NULL));
    assert_false(CWbemProviderGlue_IsDerivedFrom("T_A2x", "T_A", ctx, NULL));
    assert_false(CWbemProviderGlue_IsDerivedFrom("T_A", "T_None", ctx, NULL));
}

static void the_first_status_object_stays(void **state)
{
    const char *text = NULL;

    (void)state;
    assert_int_equal(MethodContext_GetStatusObject(ctx, &text), WBEM_S_FALSE);
    assert_true(CWbemProviderGlue_SetStatusObject(ctx, NULL, "first", WBEM_E_FAILED, NULL, NULL));
    assert_false(CWbemProviderGlue_SetStatusObject(ctx, NULL, "second", WBEM_E_NOT_FOUND, NULL, NULL));
    assert_int_equal(MethodContext_GetStatusObject(ctx, &text), WBEM_E_FAILED);
    assert_string_equal(text, "first");
}

static void the_context_tells_who_asks(void **state)
{
    (void)state;
    assert_string_equal(MethodContext_GetUserName(ctx), "tester");
    assert_int_equal(MethodContext_GetAuthenticationLevel(ctx), WBEM_AUTHN_PASSWORD);
}

struct growth {
    unsigned n;
    size_t warm, end;
};

static HRESULT measure(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    struct growth *g = user;

    (void)p;
    (void)i;
    (void)context;
    if (++g->n == 1000)
        g->warm = mallinfo2().uordblks;
    if (g->n == 1000000)
        g->end = mallinfo2().uordblks;
    return WBEM_S_NO_ERROR;
}

static void a_million_instances_pass_without_allocation(void **state)
{
    struct growth g = {0};

    (void)state;
    b.count = 1000000;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("T_B", NULL, measure, NULL, ctx, &g),
                     WBEM_S_NO_ERROR);
    assert_int_equal(g.n, 1000000);
    assert_int_equal(g.end, g.warm);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(base_yields_instances_of_every_derived_class),
        CASE(a_provider_of_base_and_subclass_is_asked_once),
        CASE(the_walk_asks_only_providers_below_the_base),
        CASE(an_instance_ten_levels_below_keeps_its_own_class),
        CASE(class_nobody_serves_is_success_without_callback),
        CASE(names_compare_without_case),
        CASE(namespaces_take_both_slashes_and_null_is_cimv2),
        CASE(bad_arguments_are_refused),
        CASE(a_failing_callback_stops_the_walk_and_is_returned),
        CASE(a_cancelling_callback_stops_quietly),
        CASE(any_other_success_of_the_callback_goes_on),
        CASE(a_failing_provider_ends_the_call_with_its_code),
        CASE(a_cancelled_context_makes_no_call),
        CASE(nested_calls_with_the_same_context_work),
        CASE(a_cycle_of_nested_calls_ends),
        CASE(an_instance_kept_by_the_callback_outlives_the_call),
        CASE(exact_enumeration_leaves_subclasses_out),
        CASE(collecting_forms_hold_references),
        CASE(queries_filter_and_tell_what_they_need),
        CASE(what_the_front_end_needs_reaches_the_provider),
        CASE(paths_find_instances),
        CASE(a_property_list_keeps_keys_and_leaves_the_rest),
        CASE(fill_instance_completes_what_has_keys),
        CASE(derivation_is_strict),
        CASE(the_first_status_object_stays),
        CASE(the_context_tells_who_asks),
        CASE(a_million_instances_pass_without_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
