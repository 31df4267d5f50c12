#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/http/wsman_plans.h"
#include "tests/unit/given.h"

static int set_up(void **state)
{
    (void)state;
    given_classes("class C { [Key] string Name; uint8 Size; };");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    given_fini();
    return 0;
}

static const struct cim_schema *schema(void)
{
    return given_class("C")->schema;
}

static bool is_shared(struct wsman_plan_cache *c, const struct wsxml_style *one, const struct wsxml_style *other)
{
    struct wsman_plans *a = wsman_plan_cache_get(c, schema(), one), *b = wsman_plan_cache_get(c, schema(), other);
    bool shared = a == b;

    assert_true(a && b);
    wsman_plans_unref(a);
    wsman_plans_unref(b);
    return shared;
}

static void same_style_is_made_once(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test")};
    struct wsman_plan_cache *c = wsman_plan_cache_new();
    char copy[] = "root/test";
    const struct wsxml_style same = {.namespace = {copy, 9}};

    (void)state;
    assert_true(is_shared(c, &style, &same));
    wsman_plan_cache_free(c);
}

static void whatever_differs_in_the_style_is_another_set(void **state)
{
    const struct wsxml_style styles[] = {
        {.namespace = TEXT("root/test")},
        {.namespace = TEXT("root/other")},
        {.namespace = TEXT("root/test"), .items = WSXML_EPR},
        {.namespace = TEXT("root/test"), .wmi_uri = true},
        {.namespace = TEXT("root/test"), .omit_null = true},
        {.namespace = TEXT("root/test"), .precise_arrays = true},
        {.namespace = TEXT("root/test"), .location = true},
    };
    const size_t n = sizeof(styles) / sizeof(*styles);
    struct wsman_plan_cache *c = wsman_plan_cache_new();

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            assert_int_equal(is_shared(c, &styles[i], &styles[k]), i == k);
    wsman_plan_cache_free(c);
}

static void projection_is_not_shared(void **state)
{
    const struct text names[] = {{"Size", 4}};
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .names = names, .n_names = 1};
    const struct wsxml_style whole = {.namespace = TEXT("root/test")};
    struct wsman_plan_cache *c = wsman_plan_cache_new();

    (void)state;
    assert_false(is_shared(c, &style, &style));
    assert_false(is_shared(c, &whole, &style));
    assert_true(is_shared(c, &whole, &whole));
    wsman_plan_cache_free(c);
}

/* Plans are made when instances come: the request may be gone by then */
static void projection_keeps_its_names(void **state)
{
    char namespace[] = "root/test", name[] = "size";
    struct text names[] = {{name, 4}};
    const struct wsxml_style style = {.namespace = {namespace, 9}, .names = names, .n_names = 1};
    struct wsman_plans *p = wsman_plans_new(schema(), &style, NULL);
    struct cim_instance *i = given_instance("C");
    const void *plan;
    char out[512];

    (void)state;
    memset(namespace, 'x', sizeof(namespace));
    memset(name, 'x', sizeof(name));
    names[0] = (struct text){"Name", 4};
    plan = wsman_format.plan(p, i->class);
    assert_non_null(plan);
    assert_ptr_equal(plan, wsman_format.plan(p, i->class));
    assert_true(wsman_format.bound(plan, i) <= sizeof(out));
    *wsman_format.encode(plan, i, out) = '\0';
    assert_string_equal(out, "<wsman:XmlFragment xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C\">"
                             "<p:Size xsi:nil=\"true\"/></wsman:XmlFragment>");
    wsman_format.free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_style_is_made_once),
        cmocka_unit_test(whatever_differs_in_the_style_is_another_set),
        cmocka_unit_test(projection_is_not_shared),
        cmocka_unit_test(projection_keeps_its_names),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
