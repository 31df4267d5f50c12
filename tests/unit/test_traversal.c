/* Queries and traversals of associations as enumerations: what comes with the request, who is missing, who is late. */
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

/* ---- Objects */

static bool hang_released;

static HRESULT commit_object(Provider *p, MethodContext *ctx, const char *id)
{
    CInstance *i = Provider_CreateNewInstance(p, ctx);

    CInstance_PutString(i, 0, id);
    return Provider_Commit(p, i);
}

static HRESULT enumerate_ten(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;
    char id[] = "ten-0";

    (void)flags;
    for (; id[4] <= '9' && SUCCEEDED(hr); id[4]++)
        hr = commit_object(p, ctx, id);
    return hr;
}

static HRESULT enumerate_hang(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = commit_object(p, ctx, "before");

    (void)flags;
    reader_wait_for(&hang_released);
    return hr;
}

/* ---- Associations of the first of them; how they end is in the data */

#define FIRST "T_A1.Id=\"ten-0\""
#define SECOND "T_A1.Id=\"ten-1\""

static const char link_classes[] =
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);\n"
    "[Association] class T_Link { [Key] T_Base REF From; [Key] T_Base REF To; };\n"
    "class T_LinkBad : T_Link { };\n"
    "class T_LinkGood : T_Link { };\n"
    "class T_LinkHung : T_Link { };\n"
    "class T_LinkToHung : T_Link { };\n";

struct ending {
    const char *last; /* one more end */
    bool hangs;
    HRESULT hr;
};

static HRESULT commit_link(Provider *p, MethodContext *ctx, const char *to)
{
    CInstance *i = Provider_CreateNewInstance(p, ctx);

    assert_true(CInstance_SetCHString(i, "From", FIRST));
    assert_true(CInstance_SetCHString(i, "To", to));
    return Provider_Commit(p, i);
}

static HRESULT enumerate_links(Provider *p, MethodContext *ctx, long flags)
{
    const struct ending *end = p->data;

    (void)flags;
    (void)commit_link(p, ctx, SECOND);
    if (end->hangs)
        reader_wait_for(&hang_released);
    if (end->last)
        (void)commit_link(p, ctx, end->last); /* of one that hung it must go nowhere */
    return end->hr;
}

static struct ending good = {.last = SECOND}, bad = {.hr = WBEM_E_NOT_AVAILABLE},
                     hung = {.last = SECOND, .hangs = true}, to_hung = {.last = "T_B.Id=\"before\""};
static const ProviderVtbl link_vtbl = {.EnumerateInstances = enumerate_links};
static Provider links[4];

static const char *const slots[] = {"Id", NULL};
static const ProviderVtbl ten_vtbl = {.EnumerateInstances = enumerate_ten};
static const ProviderVtbl hang_vtbl = {.EnumerateInstances = enumerate_hang};
static Provider ten, hang;

/* ---- The service */

static struct core *core;
static struct pool *pool;
static struct enumerations *table;

static void register_links(void)
{
    static const Provider all[] = {{.name = "T_LinkBad", .vtbl = &link_vtbl, .data = &bad},
                                   {.name = "T_LinkGood", .vtbl = &link_vtbl, .data = &good},
                                   {.name = "T_LinkHung", .vtbl = &link_vtbl, .data = &hung},
                                   {.name = "T_LinkToHung", .vtbl = &link_vtbl, .data = &to_hung}};

    fixture_add_mof(core, "root/cimv2", link_classes);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        links[i] = all[i];
        fixture_register(core, &links[i]);
    }
}

static int set_up_stall(int64_t stall_ms)
{
    struct enumerations_limits l = {.max = 8, .parallel = 2, .blocks = 4, .idle_ms = 60000, .max_idle_ms = 120000};

    l.stall_ms = stall_ms;
    hang_released = false;
    ten = (Provider){.name = "T_A1", .vtbl = &ten_vtbl, .slots = slots};
    hang = (Provider){.name = "T_B", .vtbl = &hang_vtbl, .slots = slots};
    core = fixture_core();
    fixture_register(core, &ten);
    fixture_register(core, &hang);
    register_links();
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
    return set_up_stall(1000);
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

/* What a front end hands over: all of it in one arena. */
struct question {
    struct query query;
    struct association_request association;
    struct cim_path object;
};

static struct question *new_question(struct arena *a)
{
    struct question *q;

    arena_init(a, 1 << 20);
    q = arena_zalloc(a, sizeof(*q));
    assert_non_null(q);
    return q;
}

static struct enumeration *ask(struct enumeration_request r, struct arena *a)
{
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    struct enumeration *e = NULL;

    r.user = "tester";
    r.ns = ns;
    r.arena = a;
    r.format = &reader_lines;
    r.format_state = &core;
    assert_int_equal(enumeration_new(table, &r, &e), 0);
    core_namespace_unref(ns);
    arena_fini(a); /* it was taken over */
    return e;
}

static struct enumeration *start_traversal(const char *object, const char *association_class)
{
    struct arena a;
    struct question *q = new_question(&a);

    assert_int_equal(path_parse(&a, text_of(object), &q->object, NULL), 0);
    q->association = (struct association_request){.object = &q->object, .association_class = association_class};
    return ask((struct enumeration_request){.association = &q->association}, &a);
}

static struct enumeration *start_query(const char *text, const char *class_name, bool exact, enum context_needs needs)
{
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    struct arena a;
    struct question *q = new_question(&a);
    struct query parsed;
    char *copy = arena_strdup(&a, text);

    assert_int_equal(wql_parse(&a, text_of(copy), &parsed, NULL), 0);
    assert_int_equal(query_bind(&a, &parsed, schema_class(ns->schema, text_of(class_name)), &q->query, NULL), 0);
    core_namespace_unref(ns);
    return ask((struct enumeration_request){.class_name = class_name, .exact = exact, .query = &q->query, .needs = needs},
               &a);
}

/* ---- Cases */

static void queries_filter_what_arrives(void **state)
{
    static const struct {
        const char *query, *class_name;
        bool exact;
        enum context_needs needs;
        unsigned items;
    } rows[] = {
        {"SELECT * FROM T_A1 WHERE Id LIKE '%3'", "T_A1", false, NEEDS_ALL, 1},
        {"SELECT * FROM T_Base WHERE Id LIKE 'ten-%'", "T_Base", false, NEEDS_KEYS, 10},
        {"SELECT * FROM T_A WHERE Id LIKE 'ten-%'", "T_A", true, NEEDS_ALL, 0},
        {"SELECT * FROM T_A WHERE __CLASS = 'T_A'", "T_A", false, NEEDS_ALL, 0},
        {"SELECT Id FROM T_A1 WHERE Size IS NULL", "T_A1", false, NEEDS_KEYS, 10},
    };

    (void)state;
    reader_note(&hang_released);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reader r = {.e = start_query(rows[i].query, rows[i].class_name, rows[i].exact, rows[i].needs)};

        reader_page(&r, pool, &reader_no_limits);
        assert_int_equal(r.items, rows[i].items);
        reader_finish(&r);
    }
}

static void a_traversal_delivers_the_other_ends(void **state)
{
    struct reader r = {.e = start_traversal(FIRST, "T_LinkGood")};
    const char *missed;

    (void)state;
    reader_page(&r, pool, &reader_no_limits);
    assert_string_equal(r.text, "ten-1\nten-1\n");
    assert_int_equal(reader_outcome(&r, &missed), WBEM_S_NO_ERROR);
    assert_string_equal(missed, "");
    reader_finish(&r);
}

static void associations_that_fail_or_hang_cost_only_their_own(void **state)
{
    struct reader r = {.e = start_traversal(FIRST, "T_Link")};
    const char *missed;

    (void)state;
    reader_page(&r, pool, &reader_no_limits);
    assert_int_equal(r.items, 1 + 2 + 1 + 1);
    assert_int_equal(reader_outcome(&r, &missed), WBEM_S_PARTIAL_RESULTS);
    assert_non_null(strstr(missed, "T_LinkBad: failed with WBEM_E_NOT_AVAILABLE"));
    assert_non_null(strstr(missed, "T_LinkHung: missed its deadline"));
    assert_non_null(strstr(missed, "T_LinkToHung: missed its deadline")); /* it waits for the other end */
    assert_null(strstr(missed, "T_LinkGood"));
    reader_finish(&r);
}

static void a_traversal_can_be_cancelled_while_its_providers_are_busy(void **state)
{
    const struct page_limits one = {1, UINT64_MAX, UINT64_MAX};
    struct reader r = {.e = start_traversal(FIRST, "T_LinkHung")};
    struct enumerations_counts counts;

    (void)state;
    reader_page(&r, pool, &one);
    assert_string_equal(r.text, "ten-1\n");
    assert_false(r.last);
    reader_finish(&r);
    reader_note(&hang_released); /* what it commits from now on is refused, and it ends */
    do
        enumerations_counts(table, &counts);
    while (counts.listed);
}

static void an_object_whose_provider_hangs_ends_the_traversal(void **state)
{
    struct reader r = {.e = start_traversal("T_B.Id=\"nowhere\"", NULL)};
    const char *missed;

    (void)state;
    reader_page(&r, pool, &reader_no_limits);
    assert_int_equal(r.items, 0);
    assert_int_equal(reader_outcome(&r, &missed), WBEM_E_PROVIDER_TIMED_OUT);
    assert_non_null(strstr(missed, "T_B: missed its deadline"));
    reader_finish(&r);
}

static void an_object_that_is_not_there_ends_the_traversal(void **state)
{
    struct reader r = {.e = start_traversal("T_A1.Id=\"nobody\"", NULL)};
    const char *missed;

    (void)state;
    reader_page(&r, pool, &reader_no_limits);
    assert_int_equal(r.items, 0);
    assert_int_equal(reader_outcome(&r, &missed), WBEM_E_NOT_FOUND);
    reader_finish(&r);
}

static void what_comes_with_a_refused_request_is_freed_too(void **state)
{
    struct enumeration *e[8], *ninth = NULL;
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    struct arena a;
    struct question *q = new_question(&a);
    const struct enumeration_request r = {.user = "tester",
                                          .ns = ns,
                                          .association = &q->association,
                                          .arena = &a,
                                          .format = &reader_lines,
                                          .format_state = &core};

    (void)state;
    for (int i = 0; i < 8; i++)
        e[i] = start_traversal(FIRST, NULL);
    assert_int_equal(enumeration_new(table, &r, &ninth), CIM_ERR_SERVER_LIMITS_EXCEEDED);
    assert_int_equal(a.used, 0);
    core_namespace_unref(ns);
    for (int i = 0; i < 8; i++) {
        enumeration_cancel(e[i]);
        enumeration_unref(e[i]);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(queries_filter_what_arrives),
        CASE(a_traversal_delivers_the_other_ends),
        cmocka_unit_test_setup_teardown(associations_that_fail_or_hang_cost_only_their_own, set_up_impatient, tear_down),
        cmocka_unit_test_setup_teardown(an_object_whose_provider_hangs_ends_the_traversal, set_up_impatient, tear_down),
        CASE(a_traversal_can_be_cancelled_while_its_providers_are_busy),
        CASE(an_object_that_is_not_there_ends_the_traversal),
        CASE(what_comes_with_a_refused_request_is_freed_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
