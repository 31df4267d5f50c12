/* Namespaces, schemas and who serves what. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fixture.h"

#include <cmocka.h>

static const ProviderVtbl vtbl;
static Provider a1, b, again, nowhere, classless;
static struct core *core;

static int set_up(void **state)
{
    (void)state;
    a1 = (Provider){.name = "T_A1", .vtbl = &vtbl};
    b = (Provider){.name = "T_B", .vtbl = &vtbl};
    again = (Provider){.name = "T_A1", .vtbl = &vtbl};
    nowhere = (Provider){.name = "T_A1", .ns = "root/nowhere", .vtbl = &vtbl};
    classless = (Provider){.name = "T_None", .vtbl = &vtbl};
    core = fixture_core();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    core = core_free(core);
    return 0;
}

static unsigned served_below(const char *class_name)
{
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    uint32_t n;

    (void)namespace_served(ns, schema_class(ns->schema, text_of(class_name)), &n);
    core_namespace_unref(ns);
    return n;
}

static void providers_are_registered_whole_or_not_at_all(void **state)
{
    Provider *const rows[][3] = {{&b, &classless}, {&b, &nowhere}};
    struct cim_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(core_register(core, rows[i], &err) > 0);
        assert_null(b.state);
        assert_int_equal(served_below("T_Base"), 0);
    }
    assert_non_null(err.message[0] ? err.message : NULL);
}

static void a_class_has_one_provider_only(void **state)
{
    Provider *const second[] = {&again, NULL};

    (void)state;
    fixture_register(core, &a1);
    assert_int_equal(core_register(core, second, NULL), CIM_ERR_ALREADY_EXISTS);
    assert_int_equal(served_below("T_Base"), 1);
}

static void what_serves_a_subtree_is_a_slice(void **state)
{
    (void)state;
    fixture_register(core, &b);
    fixture_register(core, &a1);
    assert_int_equal(served_below("T_Base"), 2);
    assert_int_equal(served_below("T_A"), 1);
    assert_int_equal(served_below("T_Deep0"), 0);
}

static void a_schema_without_a_served_class_is_refused(void **state)
{
    struct core_namespace *other = core_namespace(core, TEXT("root/other")), *ns;

    (void)state;
    fixture_add_mof(core, "root/cimv2", "class T_New : T_Base { };");
    a1.name = "T_New";
    fixture_register(core, &a1);
    assert_int_equal(core_set_schema(core, "root/cimv2", other->schema, NULL), CIM_ERR_INVALID_CLASS);
    ns = core_namespace(core, TEXT("root/cimv2"));
    assert_non_null(schema_class(ns->schema, TEXT("t_new")));
    core_namespace_unref(ns);
    core_namespace_unref(other);
}

static void a_request_keeps_the_schema_that_it_began_with(void **state)
{
    MethodContext *ctx = context_new(core, "", WBEM_AUTHN_NONE), *later;

    (void)state;
    assert_null(schema_class(context_namespace(ctx, NULL)->schema, TEXT("T_New")));
    fixture_add_mof(core, "root/cimv2", "class T_New : T_Base { };");
    assert_null(schema_class(context_namespace(ctx, "ROOT\\cimv2")->schema, TEXT("T_New")));
    later = context_new(core, "", WBEM_AUTHN_NONE);
    assert_non_null(schema_class(context_namespace(later, NULL)->schema, TEXT("T_New")));
    MethodContext_Release(later);
    MethodContext_Release(ctx);
}

static atomic_ullong three = 3;

static const atomic_ullong *count_three(Provider *p, const char *namespace, struct text class_name)
{
    (void)p;
    return strcmp(namespace, "root/cimv2") == 0 && class_name.n ? &three : NULL;
}

static void a_fallback_serves_what_nobody_does(void **state)
{
    Provider rest = {.name = "Rest", .vtbl = &vtbl};
    const struct core_fallback f = {&rest, count_three};
    struct core *small = core_new();
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    uint32_t n;

    (void)state;
    assert_int_equal(core_set_fallback(core, &f, NULL), -ENOMEM); /* root/other has no counters */
    assert_null(rest.state);
    assert_int_equal(served_below("T_Base"), 0);
    assert_int_equal(core_set_schema(small, "root\\cimv2", ns->schema, NULL), 0);
    core_namespace_unref(ns);
    fixture_register(small, &b);
    assert_int_equal(core_set_fallback(small, &f, NULL), 0);
    ns = core_namespace(small, TEXT("root/cimv2"));
    (void)schema_classes(ns->schema, &n);
    assert_int_equal(ns->n_served, n - 1); /* T_Base is abstract */
    assert_ptr_equal(namespace_serving(ns, schema_class(ns->schema, TEXT("T_B")))->provider, &b);
    assert_ptr_equal(namespace_serving(ns, schema_class(ns->schema, TEXT("T_A1")))->provider, &rest);
    assert_false(served_is_empty(namespace_serving(ns, schema_class(ns->schema, TEXT("T_A1")))));
    for (uint32_t i = 1; i < ns->n_served; i++)
        assert_true(ns->served[i - 1].class->index < ns->served[i].class->index);
    core_namespace_unref(ns);
    core_free(small);
    assert_null(rest.state);
}

static void what_is_prepared_is_seen_once_it_is_published(void **state)
{
    struct core_namespace *other = core_namespace(core, TEXT("root/other")), *then = NULL, *ns;

    (void)state;
    fixture_add_mof(core, "root/cimv2", "class T_New : T_Base { };");
    assert_int_equal(core_prepare(core, "root/none", other->schema, &then, NULL), CIM_ERR_INVALID_NAMESPACE);
    assert_int_equal(core_prepare(core, "root/cimv2", other->schema, &then, NULL), 0);
    ns = core_namespace(core, TEXT("root/cimv2"));
    assert_non_null(schema_class(ns->schema, TEXT("T_New")));
    core_namespace_unref(ns);
    core_publish(core, then);
    ns = core_namespace(core, TEXT("root/cimv2"));
    assert_null(schema_class(ns->schema, TEXT("T_New")));
    core_namespace_unref(ns);
    core_namespace_unref(other);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(providers_are_registered_whole_or_not_at_all),
        CASE(a_class_has_one_provider_only),
        CASE(what_serves_a_subtree_is_a_slice),
        CASE(a_schema_without_a_served_class_is_refused),
        CASE(a_request_keeps_the_schema_that_it_began_with),
        CASE(a_fallback_serves_what_nobody_does),
        CASE(what_is_prepared_is_seen_once_it_is_published),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
