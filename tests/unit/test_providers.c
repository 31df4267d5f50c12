/* What every provider of the tree must keep to, whatever it serves: its instances conform to their class, it stops
 * when nobody wants more, it can be asked for keys alone, and each instance is found again by its path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cim/core/cinstance.h"
#include "cim/core/count.h"
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

/* Who comes and goes between the two is no matter: what is counted stays the same for longer than a test takes. */
static void count_one(Provider *p)
{
    const struct core_namespace *ns = context_namespace(ctx, p->ns);
    uint64_t told;
    unsigned n = 0;

    if (!p->vtbl->CountInstances)
        return;
    assert_true(core_count_instances(ctx, ns, schema_class(ns->schema, text_of(p->name)), true, &told));
    assert_int_equal(CWbemProviderGlue_GetAllInstancesAsynch(p->name, p, count, p->ns, ctx, &n), WBEM_S_NO_ERROR);
    assert_int_equal(told, n);
}

static void who_can_count_counts_what_an_enumeration_yields(void **state)
{
    (void)state;
    each(count_one);
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

/* ---- Associations */

/* Processes and mounts may go meanwhile; what names a class or a key wrongly is never found. */
struct ends {
    unsigned links, found, asked;
};

static HRESULT follow(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    const struct cim_class *c = cinstance_view(i)->class;
    struct ends *e = user;

    (void)p;
    for (uint16_t k = 0; k < c->n_properties; k++) {
        CInstance *end = NULL;
        char *path = NULL;

        if (c->properties[k].type != CIM_REFERENCE)
            continue;
        assert_true(CInstance_GetCHString(i, c->properties[k].name.s, &path));
        e->asked++;
        if (CWbemProviderGlue_GetInstanceKeysByPath(path, &end, context) == WBEM_S_NO_ERROR) {
            e->found++;
            CInstance_Release(end);
        }
        free(path);
    }
    e->links += e->asked > 0;
    return e->links == 20 ? WBEM_S_OPERATION_CANCELLED : WBEM_S_NO_ERROR;
}

static void follow_one(Provider *p)
{
    struct ends e = {0};

    assert_true(SUCCEEDED(CWbemProviderGlue_GetAllInstancesAsynch(p->name, p, follow, p->ns, ctx, &e)));
    if (e.found * 2 < e.asked)
        fail_msg("%s: %u of %u references lead nowhere", p->name, e.asked - e.found, e.asked);
}

static void references_lead_to_instances(void **state)
{
    (void)state;
    each(follow_one);
}

static unsigned long long delivered_by(const char *name)
{
    for (const ProviderModule *const *m = builtin_providers; *m; m++)
        for (Provider *const *p = (*m)->providers; *p; p++)
            if (strcmp((*p)->name, name) == 0)
                return (*p)->state->instances;
    fail();
    return 0;
}

static HRESULT keep_path(Provider *p, CInstance *i, MethodContext *context, void *user)
{
    (void)context;
    *(char **)user = Provider_GetLocalInstancePath(p, i);
    return WBEM_S_OPERATION_CANCELLED;
}

/* The path of the first instance that the query finds; NULL if there is none. The caller frees. */
static char *first_path(const char *query)
{
    char *path = NULL;

    assert_true(SUCCEEDED(CWbemProviderGlue_GetInstancesByQueryAsynch(query, (*builtin_providers)->providers[0],
                                                                      keep_path, NULL, ctx, &path)));
    return path;
}

/* How many there are, all of this class. */
static unsigned associated(const char *path, const char *where, const char *class)
{
    TRefPointerCollection *list = TRefPointerCollection_Create();
    TRefPointerCollection_POSITION at;
    char query[4096];
    CInstance *i;
    unsigned n = 0;

    assert_non_null(path);
    (void)snprintf(query, sizeof(query), "ASSOCIATORS OF {%s} WHERE %s", path, where);
    assert_int_equal(CWbemProviderGlue_GetInstancesByQuery(query, list, ctx, NULL), WBEM_S_NO_ERROR);
    TRefPointerCollection_BeginEnum(list, &at);
    for (; (i = TRefPointerCollection_GetNext(list, &at)); n++) {
        assert_true(strcmp(CInstance_GetClassName(i), class) == 0 ||
                    CWbemProviderGlue_IsDerivedFrom(class, CInstance_GetClassName(i), ctx, NULL));
        CInstance_Release(i);
    }
    TRefPointerCollection_EndEnum(list);
    TRefPointerCollection_Free(list);
    return n;
}

static void associations_lead_from_each_end_to_the_other(void **state)
{
    char *os = first_path("SELECT Name FROM Linux_OperatingSystem"),
         *host = first_path("SELECT Name FROM Linux_ComputerSystem"),
         *mount = first_path("SELECT Name FROM CIM_FileSystem"),
         *port = first_path("SELECT DeviceID FROM Linux_EthernetPort"),
         *stats = first_path("SELECT InstanceID FROM Linux_EthernetPortStatistics");

    (void)state;
    assert_int_equal(associated(host, "AssocClass = CIM_RunningOS", "Linux_OperatingSystem"), 1);
    assert_int_equal(associated(os, "AssocClass = CIM_RunningOS", "Linux_ComputerSystem"), 1);
    assert_int_equal(associated(os, "AssocClass = CIM_Dependency Role = Dependent", "CIM_ManagedElement"), 0);
    assert_true(associated(os, "ResultClass = CIM_Process KeysOnly", "Linux_UnixProcess") > 0);
    if (mount) {
        assert_true(associated(host, "ResultClass = CIM_FileSystem", "CIM_FileSystem") > 0);
        assert_int_equal(associated(mount, "ResultClass = CIM_System", "Linux_ComputerSystem"), 1);
    }
    if (port) {
        assert_int_equal(associated(port, "ResultRole = Stats", "Linux_EthernetPortStatistics"), 1);
        assert_int_equal(associated(stats, "ResultRole = ManagedElement", "Linux_EthernetPort"), 1);
    }
    free(os);
    free(host);
    free(mount);
    free(port);
    free(stats);
}

static void who_comes_from_one_process_reads_no_other(void **state)
{
    unsigned long long before, links;
    char query[1024], *process, *link;

    (void)state;
    (void)snprintf(query, sizeof(query), "SELECT Handle FROM Linux_UnixProcess WHERE Handle = '%d'", (int)getpid());
    process = first_path(query);
    before = delivered_by("Linux_UnixProcess");
    links = delivered_by("Linux_OSProcess");
    assert_int_equal(associated(process, "AssocClass = CIM_OSProcess", "Linux_OperatingSystem"), 1);
    assert_int_equal(delivered_by("Linux_UnixProcess"), before);
    assert_int_equal(delivered_by("Linux_OSProcess"), links + 1);
    (void)snprintf(query, sizeof(query), "SELECT * FROM CIM_Component WHERE PartComponent = '%s'",
                   strchr(process, ':') + 1); /* by hand, without host and namespace */
    link = first_path(query);
    assert_non_null(link);
    assert_int_equal(delivered_by("Linux_UnixProcess"), before);
    free(link);
    free(process);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, new_context, free_context)
    const struct CMUnitTest tests[] = {
        CASE(every_instance_conforms_to_its_class),
        CASE(who_can_count_counts_what_an_enumeration_yields),
        CASE(every_provider_stops_when_told),
        CASE(keys_alone_can_be_asked_for),
        CASE(an_instance_is_found_by_its_path),
        CASE(one_base_class_reaches_six_kinds),
        CASE(references_lead_to_instances),
        CASE(associations_lead_from_each_end_to_the_other),
        CASE(who_comes_from_one_process_reads_no_other),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
