/* What every provider of the tree must keep to, whatever it serves: its instances conform to their class, it stops
 * when nobody wants more, it can be asked for keys alone, and each instance is found again by its path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/cinstance.h"
#include "cim/core/loader.h"

#include <cmocka.h>

static struct core *core;
static MethodContext *ctx;

static int load(void **state)
{
    const struct core_load l = {.schema_dir = "conf/schema", .builtin = builtin_providers};
    struct cim_error err = {0};

    (void)state;
    core = core_new();
    if (core_load(core, &l, &err) != 0)
        fail_msg("%s", err.message);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    core = core_free(core);
    return 0;
}

static int new_context(void **state)
{
    (void)state;
    ctx = context_new(core, "root", WBEM_AUTHN_PASSWORD);
    return ctx == NULL;
}

static int free_context(void **state)
{
    (void)state;
    MethodContext_Release(ctx);
    return 0;
}

/* ---- One value against its property */

static bool in_range(const char *entry, uint64_t v)
{
    const char *dots = strstr(entry, "..");
    uint64_t lo = strtoull(entry, NULL, 0), hi = lo;

    if (dots) {
        lo = dots == entry ? 0 : lo;
        hi = dots[2] ? strtoull(dots + 2, NULL, 0) : UINT64_MAX;
    }
    return v >= lo && v <= hi;
}

static bool allowed(const struct cim_property *p, const struct cim_value *v)
{
    const struct cim_qualifier *map = qualifier_find(&p->qualifiers, "ValueMap");

    if (!map || value_is_null(&map->value) || value_is_null(v))
        return true;
    for (uint32_t i = 0; i < map->value.len; i++) {
        const struct cim_value *entry = &map->value.items[i];
        char text[64] = "";

        if (entry->len >= sizeof(text))
            continue;
        memcpy(text, entry->str, entry->len);
        if (type_is_integer(v->type) ? in_range(text, v->uint)
                                     : v->type == CIM_STRING && text_eq(value_text(v), value_text(entry)))
            return true;
    }
    return false;
}

static void check_value(const struct cim_class *c, const struct cim_property *p, const struct cim_value *v)
{
    if ((p->flags & (FEATURE_KEY | FEATURE_REQUIRED)) && value_is_null(v))
        fail_msg("%s.%s is a key or required, and NULL", c->name.s, p->name.s);
    if (value_is_null(v))
        return;
    if (v->type != p->type || value_is_array(v) != p->is_array)
        fail_msg("%s.%s has a value of another type", c->name.s, p->name.s);
    for (uint32_t i = 0; p->is_array && i < v->len; i++)
        if (!allowed(p, &v->items[i]))
            fail_msg("%s.%s: an item is not in its value map", c->name.s, p->name.s);
    if (!p->is_array && !allowed(p, v))
        fail_msg("%s.%s: the value is not in its value map", c->name.s, p->name.s);
}

/* ---- Requesters */

struct seen {
    unsigned n, stop_at;
    char *path; /* of the first */
};

static HRESULT check(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    const struct cim_instance *view = cinstance_view(i);
    const struct cim_property *creation = class_property(view->class, TEXT("CreationClassName"));
    struct seen *s = user;

    (void)context;
    for (uint16_t k = 0; k < view->class->n_properties; k++)
        check_value(view->class, &view->class->properties[k], &view->values[k]);
    if (creation && !text_eq(value_text(&view->values[creation->index]), view->class->name))
        fail_msg("%s: CreationClassName is another", view->class->name.s);
    if (!s->path)
        s->path = Provider_GetLocalInstancePath(p, i);
    return ++s->n == s->stop_at ? WBEM_E_ACCESS_DENIED : WBEM_S_NO_ERROR;
}

static HRESULT count(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    (void)p;
    (void)i;
    (void)context;
    ++*(unsigned *)user;
    return WBEM_S_NO_ERROR;
}

static HRESULT keys_are_set(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    const struct cim_instance *view = cinstance_view(i);

    (void)p;
    (void)context;
    for (uint16_t k = 0; k < view->class->n_keys; k++)
        if (value_is_null(&view->values[view->class->keys[k]]))
            fail_msg("%s: a key is missing when only keys are asked for", view->class->name.s);
    ++*(unsigned *)user;
    return WBEM_S_NO_ERROR;
}

/* Calls fn for each provider of the tree. */
static void each(void (*fn)(Provider *p))
{
    for (const ProviderModule *const *m = builtin_providers; *m; m++)
        for (Provider *const *p = (*m)->providers; *p; p++)
            fn(*p);
}

/* ---- Cases */

static void conform_one(Provider *p)
{
    struct seen s = {0};

    assert_int_equal(CWbemProviderGlue_GetAllInstancesAsynch(p->name, p, check, p->ns, ctx, &s), WBEM_S_NO_ERROR);
    free(s.path);
}

static void every_instance_conforms_to_its_class(void **state)
{
    (void)state;
    each(conform_one);
}

static void stop_one(Provider *p)
{
    struct seen s = {.stop_at = 1};
    HRESULT hr = CWbemProviderGlue_GetAllInstancesAsynch(p->name, p, check, p->ns, ctx, &s);

    free(s.path);
    assert_true(s.n <= 1);
    assert_int_equal(hr, s.n ? WBEM_E_ACCESS_DENIED : WBEM_S_NO_ERROR);
}

static void every_provider_stops_when_told(void **state)
{
    (void)state;
    each(stop_one);
}

static void keys_of_one(Provider *p)
{
    unsigned n = 0;

    assert_int_equal(CWbemProviderGlue_GetAllInstancesAsynch(p->name, p, keys_are_set, p->ns, ctx, &n), WBEM_S_NO_ERROR);
}

static void keys_alone_can_be_asked_for(void **state)
{
    (void)state;
    context_set_needs(ctx, NEEDS_KEYS);
    each(keys_of_one);
}

static void find_one(Provider *p)
{
    struct seen s = {0};
    CInstance *found = NULL;

    assert_int_equal(CWbemProviderGlue_GetAllInstancesAsynch(p->name, p, check, p->ns, ctx, &s), WBEM_S_NO_ERROR);
    if (!s.path)
        return; /* none of these on this machine */
    if (CWbemProviderGlue_GetInstanceByPath(s.path, &found, ctx) != WBEM_S_NO_ERROR)
        fail_msg("%s is not found again", s.path);
    assert_string_equal(CInstance_GetClassName(found), p->name);
    CInstance_Release(found);
    free(s.path);
}

static void an_instance_is_found_by_its_path(void **state)
{
    (void)state;
    each(find_one);
}

static void one_base_class_reaches_six_kinds(void **state)
{
    static const char *const classes[] = {"Linux_OperatingSystem", "Linux_ComputerSystem", "Linux_UnixProcess",
                                          "Linux_Processor",       "CIM_FileSystem",       "CIM_NetworkPort"};
    unsigned all = 0, sum = 0;

    (void)state;
    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("CIM_ManagedElement", NULL, count, NULL, ctx, &all),
                     WBEM_S_NO_ERROR);
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        unsigned n = 0;

        assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch(classes[i], NULL, count, NULL, ctx, &n),
                         WBEM_S_NO_ERROR);
        if (n == 0)
            fail_msg("%s has no instance", classes[i]);
        sum += n;
    }
    assert_true(all > 0 && sum > 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, new_context, free_context)
    const struct CMUnitTest tests[] = {
        CASE(every_instance_conforms_to_its_class), CASE(every_provider_stops_when_told),
        CASE(keys_alone_can_be_asked_for),          CASE(an_instance_is_found_by_its_path),
        CASE(one_base_class_reaches_six_kinds),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
