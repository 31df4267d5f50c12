/* Traversal of associations: whom it asks, what it lets through, what it makes of spellings and failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/association.h"
#include "cim/core/cinstance.h"
#include "cim/core/local.h"
#include "fixture.h"

#include <cmocka.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char classes[] =
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);\n"
    "class T_Node : T_Base { string Big; };\n"
    "class T_Leaf : T_Node { };\n"
    "class T_Disk : T_Base { };\n"
    "class T_Sour : T_Base { };\n"
    "[Association] class T_Holds { [Key] T_Node REF Owner; [Key] T_Disk REF Part; string Label; };\n"
    "[Association] class T_HoldsMore : T_Holds { string Why; };\n"
    "[Association] class T_Next { [Key] T_Node REF Before; [Key] T_Node REF After; string Label; };\n"
    "[Association] class T_Tastes { [Key] T_Disk REF Who; [Key] T_Sour REF What; string Label; };\n"
    "[Association] class T_Triple { [Key] T_Node REF One; [Key] T_Node REF Two; T_Disk REF Three; string Label; };\n";

/* ---- The world: objects by class and key, links by class, label and what they refer to in the order of the class */

static const struct {
    const char *class, *id;
} objects[] = {
    {"T_Node", "n1"}, {"T_Node", "n2"}, {"T_Leaf", "n3"}, {"T_Disk", "d1"}, {"T_Disk", "d2"},
};

/* Each end in another spelling. */
static const struct {
    const char *class, *label, *ends[3];
} links[] = {
    {"T_Holds", "h11", {"T_Node.Id=\"n1\"", "T_Disk.Id=\"d1\""}},
    {"T_Holds", "h12", {"\\\\.\\root\\cimv2:T_Node.Id=\"n1\"", "root/cimv2:t_disk=\"d2\""}},
    {"T_Holds", "h21", {"//localhost/ROOT/cimv2:T_Node.Id=\"n2\"", "T_Disk.Id=\"d1\""}},
    {"T_Holds", "h32", {"T_Node.Id=\"n3\"" /* through its base */, "T_Disk.Id=\"d2\""}},
    {"T_Holds", "hfar", {"T_Node.Id=\"n1\"", "//elsewhere/root/cimv2:T_Disk.Id=\"d1\""}},
    {"T_Holds", "hother", {"root/other:T_Node.Id=\"n1\"", "T_Disk.Id=\"d1\""}},
    {"T_HoldsMore", "m11", {"T_Node=\"n1\"", "T_Disk=\"d1\""}},
    {"T_Next", "n12", {"T_Node.Id=\"n1\"", "T_Node.Id=\"n2\""}},
    {"T_Next", "n23", {"T_Node.Id=\"n2\"", "T_Leaf.Id=\"n3\""}},
    {"T_Next", "n33", {"T_Leaf.Id=\"n3\"", "T_Leaf.Id=\"n3\""}},
    {"T_Next", "n1x", {"T_Node.Id=\"n1\"", "T_Node.Id=\"gone\""}},
    {"T_Tastes", "sour", {"T_Disk.Id=\"d1\"", "T_Sour.Id=\"s1\""}},
    {"T_Triple", "t121", {"T_Node.Id=\"n1\"", "T_Node.Id=\"n2\"", "T_Disk.Id=\"d1\""}},
    {"T_Triple", "t21", {"T_Node.Id=\"n2\"", "T_Node.Id=\"n1\"", NULL}},
    {"T_Triple", "t112", {"T_Node.Id=\"n1\"", "T_Node.Id=\"n1\"", "T_Disk.Id=\"d2\""}},
};

static struct {
    char asked[1024];  /* links: "class role=path;" for each call */
    unsigned big, why; /* how often somebody wanted them */
} log_;

static HRESULT enumerate_objects(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)flags;
    for (size_t i = 0; i < LENGTH(objects) && SUCCEEDED(hr); i++) {
        CInstance *o = Provider_CreateNewInstanceOf(p, ctx, objects[i].class);

        if (!o)
            continue; /* another provider's */
        log_.big += CFrameworkQuery_IsPropertyRequired(MethodContext_GetQuery(ctx), "Big");
        assert_true(CInstance_SetCHString(o, "Id", objects[i].id));
        hr = Provider_Commit(p, o);
    }
    return hr;
}

static HRESULT enumerate_sour(Provider *p, MethodContext *ctx, long flags)
{
    (void)p;
    (void)flags;
    MethodContext_SetStatusObject(ctx, WBEM_E_NOT_AVAILABLE, "too sour");
    return WBEM_E_NOT_AVAILABLE;
}

/* The names of the references of a class, in its order. */
static const char *const *roles_of(const char *class)
{
    static const struct {
        const char *class, *roles[4];
    } all[] = {{"T_Holds", {"Owner", "Part"}},
               {"T_HoldsMore", {"Owner", "Part"}},
               {"T_Next", {"Before", "After"}},
               {"T_Tastes", {"Who", "What"}},
               {"T_Triple", {"One", "Two", "Three"}}};

    for (size_t i = 0; i < LENGTH(all); i++)
        if (strcmp(all[i].class, class) == 0)
            return all[i].roles;
    fail();
    return NULL;
}

static void note_question(Provider *p, CFrameworkQuery *q)
{
    size_t at = strlen(log_.asked);

    for (const char *const *role = roles_of(p->name); *role; role++) {
        const char *const *values;

        assert_int_equal(CFrameworkQuery_GetValuesForProp(q, *role, &values), WBEM_S_NO_ERROR);
        for (; *values; values++)
            at += (size_t)snprintf(log_.asked + at, sizeof(log_.asked) - at, "%s %s=%s;", p->name, *role, *values);
    }
}

static HRESULT enumerate_links(Provider *p, MethodContext *ctx, long flags)
{
    CFrameworkQuery *q = MethodContext_GetQuery(ctx);
    const char *const *roles = roles_of(p->name);
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)flags;
    note_question(p, q);
    log_.why += CFrameworkQuery_IsPropertyRequired(q, "Why");
    for (size_t i = 0; i < LENGTH(links) && SUCCEEDED(hr); i++) {
        CInstance *l;

        if (strcmp(links[i].class, p->name) != 0)
            continue;
        l = Provider_CreateNewInstance(p, ctx);
        assert_true(CInstance_SetCHString(l, "Label", links[i].label));
        for (int k = 0; k < 3 && roles[k]; k++)
            assert_true(CInstance_SetCHString(l, roles[k], links[i].ends[k]));
        hr = Provider_Commit(p, l);
    }
    return hr;
}

static const ProviderVtbl object_vtbl = {.EnumerateInstances = enumerate_objects};
static const ProviderVtbl sour_vtbl = {.EnumerateInstances = enumerate_sour};
static const ProviderVtbl link_vtbl = {.EnumerateInstances = enumerate_links};
static const char *const also_leaf[] = {"T_Leaf", NULL};
static Provider providers[8];
static struct core *core;
static MethodContext *ctx;

static int set_up(void **state)
{
    static const Provider all[] = {
        {.name = "T_Node", .vtbl = &object_vtbl, .also = also_leaf},
        {.name = "T_Disk", .vtbl = &object_vtbl},
        {.name = "T_Sour", .vtbl = &sour_vtbl},
        {.name = "T_Holds", .vtbl = &link_vtbl},
        {.name = "T_HoldsMore", .vtbl = &link_vtbl},
        {.name = "T_Next", .vtbl = &link_vtbl},
        {.name = "T_Tastes", .vtbl = &link_vtbl},
        {.name = "T_Triple", .vtbl = &link_vtbl},
    };

    (void)state;
    memset(&log_, 0, sizeof(log_));
    memcpy(providers, all, sizeof(all));
    core = fixture_core();
    fixture_add_mof(core, "root/cimv2", classes);
    for (size_t i = 0; i < LENGTH(all); i++)
        fixture_register(core, &providers[i]);
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

/* ---- The requester: the keys of objects, the labels of links */

struct seen {
    char text[512];
    unsigned n, stop_at;
    HRESULT stop_with;
    bool cancel;
};

static HRESULT see(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    struct seen *s = user;
    char *name = NULL;
    size_t at = strlen(s->text);

    (void)p;
    assert_ptr_equal(context, ctx);
    assert_true(CInstance_GetCHString(i, "Label", &name) || CInstance_GetCHString(i, "Id", &name));
    (void)snprintf(s->text + at, sizeof(s->text) - at, "%s%s", at ? " " : "", name);
    free(name);
    if (++s->n != s->stop_at)
        return WBEM_S_NO_ERROR;
    if (s->cancel)
        context_cancel(context);
    return s->stop_with;
}

static HRESULT traverse(const char *object, struct association_request r, struct seen *s)
{
    struct cim_path path;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 65536);
    assert_int_equal(path_parse(&a, text_of(object), &path, NULL), 0);
    r.object = &path;
    r.callback = see;
    r.user = s;
    hr = association_run(ctx, &r);
    arena_fini(&a);
    return hr;
}

/* ---- Cases */

#define N1 "T_Node.Id=\"n1\""
#define N2 "T_Node.Id=\"n2\""
#define N3 "T_Node.Id=\"n3\""
#define D1 "T_Disk.Id=\"d1\""
#define D2 "T_Disk.Id=\"d2\""

struct row {
    const char *object, *association, *result, *role, *result_role, *expected;
};

static void check_rows(const struct row *rows, size_t n, bool references)
{
    for (size_t i = 0; i < n; i++) {
        const struct association_request r = {.references = references,
                                              .association_class = rows[i].association,
                                              .result_class = rows[i].result,
                                              .role = rows[i].role,
                                              .result_role = rows[i].result_role};
        struct seen s = {0};

        assert_int_equal(traverse(rows[i].object, r, &s), WBEM_S_NO_ERROR);
        if (strcmp(s.text, rows[i].expected) != 0)
            fail_msg("row %zu, %s: \"%s\" and not \"%s\"", i, rows[i].object, s.text, rows[i].expected);
    }
}

static void references_are_the_links_to_the_object(void **state)
{
    static const struct row rows[] = {
        {N1, NULL, NULL, NULL, NULL, "h11 h12 hfar m11 n12 n1x t121 t112 t21"},
        {N2, NULL, NULL, NULL, NULL, "h21 n23 n12 t21 t121"},
        {N3, NULL, NULL, NULL, NULL, "h32 n33 n23"}, /* n33 refers to it twice and comes once */
        {D2, NULL, NULL, NULL, NULL, "h12 h32 t112"},
        {N1, NULL, "T_Holds", NULL, NULL, "h11 h12 hfar m11"},
        {N1, NULL, "T_HoldsMore", NULL, NULL, "m11"},
        {N1, NULL, "t_next", "", NULL, "n12 n1x"},
        {N2, NULL, NULL, "After", NULL, "n12"},
        {N2, NULL, "T_Next", "before", NULL, "n23"},
        {N2, NULL, "T_Holds", "After", NULL, ""}, /* a role of another association */
        {N3, NULL, NULL, "After", NULL, "n23 n33"},
        {N1, NULL, "T_Triple", "Two", NULL, "t21 t112"},
        {D1, NULL, "T_Triple", NULL, NULL, "t121"}, /* by a reference that is no key */
    };

    (void)state;
    check_rows(rows, LENGTH(rows), true);
}

static void associators_are_at_the_other_ends(void **state)
{
    static const struct row rows[] = {
        {N1, "T_Holds", NULL, NULL, NULL, "d1 d2 d1"}, /* d1 by T_Holds and by T_HoldsMore */
        {N1, "T_HoldsMore", NULL, NULL, NULL, "d1"},
        {N1, NULL, "T_Disk", NULL, NULL, "d1 d2 d1 d1 d2"},
        {N1, NULL, "T_Leaf", NULL, NULL, ""},
        {N2, NULL, "T_Leaf", NULL, NULL, "n3"},
        {N2, NULL, "T_Base", "Before", NULL, "n3"},
        {N2, "T_Next", NULL, NULL, NULL, "n3 n1"},
        {N2, "T_Next", NULL, NULL, "Before", "n1"},
        {N2, "T_Next", NULL, "Before", "Before", ""}, /* the other end is another role */
        {N2, "T_Next", "T_Disk", NULL, NULL, ""},
        {N3, "T_Holds", NULL, "Owner", "Part", "d2"},
        {N3, "T_Holds", NULL, "Part", NULL, ""},
        {D1, "T_Holds", NULL, NULL, NULL, "n1 n2 n1"},
        {D2, "T_Holds", "T_Leaf", NULL, "Owner", "n3"}, /* the link names its base */
        {N1, "T_Next", NULL, NULL, NULL, "n2"},         /* and what is gone does not come */
    };

    (void)state;
    check_rows(rows, LENGTH(rows), false);
}

static void an_object_is_at_its_own_other_end_only_where_a_link_says_so(void **state)
{
    static const struct row rows[] = {
        {N3, "T_Next", NULL, NULL, NULL, "n3 n2"},
        {N3, "T_Next", NULL, NULL, "After", "n3"},
        {N3, "T_Next", NULL, NULL, "Before", "n2 n3"},
        {N1, "T_Next", NULL, NULL, NULL, "n2"},
    };

    (void)state;
    check_rows(rows, LENGTH(rows), false);
}

static void a_link_of_three_leads_to_the_two_others(void **state)
{
    static const struct row rows[] = {
        {N1, "T_Triple", NULL, NULL, NULL, "n2 d1 n1 d2 n2"},
        {N1, "T_Triple", NULL, "Two", NULL, "n2 n1 d2"},
        {N1, "T_Triple", NULL, NULL, "Three", "d1 d2"},
        {N1, "T_Triple", "T_Disk", "One", NULL, "d1 d2"},
        {N1, "T_Triple", NULL, NULL, "One", "n2 n1"},
        {D1, "T_Triple", NULL, NULL, NULL, "n1 n2"},
        {D2, "T_Triple", NULL, NULL, NULL, "n1"}, /* at two roles of one link: once */
        {D1, "T_Triple", NULL, "Three", "Two", "n2"},
    };

    (void)state;
    check_rows(rows, LENGTH(rows), false);
}

static void the_object_may_be_spelled_in_any_way(void **state)
{
    static const char *const spellings[] = {
        "T_Node.Id=\"n3\"",
        "t_leaf=\"n3\"",
        "T_Base.Id=\"n3\"",
        "root/cimv2:T_Node.Id=\"n3\"",
        "\\\\.\\ROOT\\cimv2:T_Leaf.Id=\"n3\"",
        "https://localhost/root/cimv2:T_Leaf.Id=\"n3\"",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(spellings); i++) {
        struct seen s = {0};

        assert_int_equal(traverse(spellings[i], (struct association_request){.association_class = "T_Holds"}, &s),
                         WBEM_S_NO_ERROR);
        assert_string_equal(s.text, "d2");
    }
}

static void mistakes_are_told(void **state)
{
    static const struct {
        const char *object;
        struct association_request r;
        HRESULT hr;
    } rows[] = {
        {"T_Node.Id=\"n9\"", {0}, WBEM_E_NOT_FOUND},
        {"T_Node.Id=\"gone\"", {0}, WBEM_E_NOT_FOUND}, /* though a link refers to it */
        {"T_Node.Id=\"gone\"", {.references = true}, WBEM_E_NOT_FOUND},
        {"T_Lonely.Id=\"x\"", {0}, WBEM_E_NOT_FOUND}, /* nobody serves it */
        {"T_None.Id=\"x\"", {0}, WBEM_E_INVALID_CLASS},
        {"root/nowhere:T_Node.Id=\"n1\"", {0}, WBEM_E_INVALID_NAMESPACE},
        {"T_Node.Name=\"n1\"", {0}, WBEM_E_INVALID_OBJECT_PATH},
        {"T_Node", {0}, WBEM_E_INVALID_OBJECT_PATH},
        {N1, {.association_class = "T_None"}, WBEM_E_INVALID_CLASS},
        {N1, {.association_class = "T_Node"}, WBEM_E_INVALID_CLASS},
        {N1, {.result_class = "T_None"}, WBEM_E_INVALID_CLASS},
        {N1, {.references = true, .result_class = "T_Disk"}, WBEM_E_INVALID_CLASS},
        {N1, {.role = "Nothing"}, WBEM_E_INVALID_PARAMETER},
        {N1, {.role = "Label"}, WBEM_E_INVALID_PARAMETER}, /* no reference */
        {N1, {.result_role = "Nothing"}, WBEM_E_INVALID_PARAMETER},
        {"T_Sour.Id=\"s1\"", {0}, WBEM_E_NOT_AVAILABLE}, /* nobody knows whether it is there */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct seen s = {0};

        if (traverse(rows[i].object, rows[i].r, &s) != rows[i].hr)
            fail_msg("row %zu, %s", i, rows[i].object);
        assert_int_equal(s.n, 0);
    }
    assert_int_equal(association_run(ctx, &(struct association_request){.callback = see}), WBEM_E_INVALID_PARAMETER);
}

static void providers_are_told_the_object_and_only_those_concerned_are_asked(void **state)
{
    char expected[512];
    struct seen s = {0};

    (void)state;
    assert_int_equal(traverse("t_node=\"n1\"", (struct association_request){.result_class = "T_Disk"}, &s),
                     WBEM_S_NO_ERROR);
    (void)snprintf(expected, sizeof(expected),
                   "T_Holds Owner=\\\\%s\\root\\cimv2:T_Node.Id=\"n1\";"
                   "T_HoldsMore Owner=\\\\%s\\root\\cimv2:T_Node.Id=\"n1\";"
                   "T_Triple One=\\\\%s\\root\\cimv2:T_Node.Id=\"n1\";"
                   "T_Triple Two=\\\\%s\\root\\cimv2:T_Node.Id=\"n1\";",
                   local_host(), local_host(), local_host(), local_host());
    assert_string_equal(log_.asked, expected);
}

static void only_the_wanted_properties_are_read(void **state)
{
    static const char *const big[] = {"Big", NULL}, *const keys[] = {NULL};
    static const struct {
        struct association_request r;
        unsigned big, why;
    } rows[] = {
        {{.association_class = "T_HoldsMore", .names = keys}, 0, 0},
        {{.association_class = "T_HoldsMore"}, 0, 0}, /* of links only the ends are read */
        {{.references = true, .result_class = "T_HoldsMore"}, 0, 1},
        {{.references = true, .result_class = "T_HoldsMore", .names = keys}, 0, 0},
        {{.association_class = "T_Next", .names = big}, 1, 0},
        {{.association_class = "T_Next", .names = keys}, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct seen s = {0};

        log_.big = log_.why = 0;
        assert_int_equal(traverse(N1, rows[i].r, &s), WBEM_S_NO_ERROR);
        assert_true(s.n > 0);
        if (!log_.big != !rows[i].big || !log_.why != !rows[i].why)
            fail_msg("row %zu: Big %u, Why %u", i, log_.big, log_.why);
    }
    context_set_needs(ctx, NEEDS_KEYS); /* what a front end says that wants paths */
    log_.big = 0;
    assert_int_equal(traverse(N1, (struct association_request){0}, &(struct seen){0}), WBEM_S_NO_ERROR);
    assert_int_equal(log_.big, 0);
}

static void the_requester_can_stop_it(void **state)
{
    static const struct {
        struct seen s;
        HRESULT hr;
    } rows[] = {
        {{.stop_at = 1, .stop_with = WBEM_E_ACCESS_DENIED}, WBEM_E_ACCESS_DENIED},
        {{.stop_at = 3, .stop_with = WBEM_E_ACCESS_DENIED}, WBEM_E_ACCESS_DENIED},
        {{.stop_at = 2, .stop_with = WBEM_S_OPERATION_CANCELLED}, WBEM_S_OPERATION_CANCELLED},
        {{.stop_at = 2, .cancel = true}, WBEM_E_CALL_CANCELLED},
    };

    (void)state;
    for (int references = 0; references < 2; references++)
        for (size_t i = 0; i < LENGTH(rows); i++) {
            struct seen s = rows[i].s;

            assert_int_equal(traverse(N1, (struct association_request){.references = references}, &s), rows[i].hr);
            assert_int_equal(s.n, s.stop_at);
            MethodContext_Release(ctx);
            ctx = context_new(core, "tester", WBEM_AUTHN_PASSWORD);
        }
}

static void an_end_that_cannot_be_read_fails_the_call(void **state)
{
    struct seen s = {0};

    (void)state;
    assert_int_equal(traverse(D1, (struct association_request){.association_class = "T_Tastes"}, &s),
                     WBEM_E_NOT_AVAILABLE);
    assert_int_equal(traverse(D1, (struct association_request){.result_class = "T_Node"}, &s), WBEM_S_NO_ERROR);
}

static void queries_of_text_do_the_same(void **state)
{
    static const struct {
        const char *query;
        HRESULT hr;
        const char *expected;
    } rows[] = {
        {"ASSOCIATORS OF {T_Node.Id=\"n2\"} WHERE AssocClass = T_Next", WBEM_S_NO_ERROR, "n3 n1"},
        {"associators of {T_Node.Id=\"n2\"} where assocclass=t_next resultrole=Before", WBEM_S_NO_ERROR, "n1"},
        {"ASSOCIATORS OF {T_Node.Id=\"n2\"} WHERE ResultClass = T_Disk Role = Owner KeysOnly", WBEM_S_NO_ERROR, "d1"},
        {"REFERENCES OF {\\\\.\\root\\cimv2:T_Disk.Id=\"d2\"}", WBEM_S_NO_ERROR, "h12 h32 t112"},
        {"REFERENCES OF {T_Disk.Id=\"d2\"} WHERE ResultClass = T_Holds Role = Part", WBEM_S_NO_ERROR, "h12 h32"},
        {"REFERENCES OF {T_Disk.Id=\"d9\"}", WBEM_E_NOT_FOUND, ""},
        {"REFERENCES OF {T_Disk.Id=\"d1\"} WHERE ClassDefsOnly", WBEM_E_NOT_SUPPORTED, ""},
        {"REFERENCES OF T_Disk", WBEM_E_UNPARSABLE_QUERY, ""},
        {"REFERENCES OF {T_Disk.Id=}", WBEM_E_UNPARSABLE_QUERY, ""},
        {"ASSOCIATORS OF {T_Disk.Id=\"d1\"} WHERE AssocClass = T_Disk", WBEM_E_INVALID_CLASS, ""},
    };
    TRefPointerCollection *list = TRefPointerCollection_Create();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct seen s = {0};

        if (CWbemProviderGlue_GetInstancesByQueryAsynch(rows[i].query, NULL, see, "root\\cimv2", ctx, &s) != rows[i].hr)
            fail_msg("%s", rows[i].query);
        assert_string_equal(s.text, rows[i].expected);
    }
    assert_int_equal(CWbemProviderGlue_GetInstancesByQuery(rows[0].query, list, ctx, NULL), WBEM_S_NO_ERROR);
    assert_int_equal(TRefPointerCollection_GetSize(list), 2);
    TRefPointerCollection_Free(list);
}

static void links_are_found_by_paths_in_any_spelling(void **state)
{
    static const char *const paths[] = {
        "T_Holds.Owner=\"T_Node.Id=\\\"n2\\\"\",Part=\"T_Disk.Id=\\\"d1\\\"\"",
        "T_Holds.Part=\"root/cimv2:T_Disk=\\\"d1\\\"\",Owner=\"\\\\\\\\.\\\\root\\\\cimv2:T_Node.Id=\\\"n2\\\"\"",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(paths); i++) {
        CInstance *link = NULL;
        char *label = NULL;

        assert_int_equal(CWbemProviderGlue_GetInstanceByPath(paths[i], &link, ctx), WBEM_S_NO_ERROR);
        assert_true(CInstance_GetCHString(link, "Label", &label));
        assert_string_equal(label, "h21");
        free(label);
        CInstance_Release(link);
    }
    assert_non_null(strstr(log_.asked, "Owner=")); /* a provider may look it up, too */
    assert_non_null(strstr(log_.asked, "Part="));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(references_are_the_links_to_the_object),
        CASE(associators_are_at_the_other_ends),
        CASE(an_object_is_at_its_own_other_end_only_where_a_link_says_so),
        CASE(a_link_of_three_leads_to_the_two_others),
        CASE(the_object_may_be_spelled_in_any_way),
        CASE(mistakes_are_told),
        CASE(providers_are_told_the_object_and_only_those_concerned_are_asked),
        CASE(only_the_wanted_properties_are_read),
        CASE(the_requester_can_stop_it),
        CASE(an_end_that_cannot_be_read_fails_the_call),
        CASE(queries_of_text_do_the_same),
        CASE(links_are_found_by_paths_in_any_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
