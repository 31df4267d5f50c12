#include "tests/unit/kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cim/core/cinstance.h"
#include "cim/core/operation.h"
#include "cim/mof/mof.h"
#include "fixture.h"

#include <cmocka.h>

struct kept kept;

static const char more[] =
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride);\n"
    "Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);\n"
    "[Abstract] class R_Base { [Key] string Id; string CreationClassName; };\n"
    "class R_Part { uint32 N; string Name; };\n"
    "class R_All : R_Base { boolean B; uint8 U8; sint64 S64; real64 R64; char16 Ch; datetime D; string T = \"def\";\n"
    "  string Ts[]; uint32 Us[]; [EmbeddedInstance(\"R_Part\")] string Em; [EmbeddedInstance(\"R_Part\")] string Ems[]; };\n"
    "class R_Other : R_Base { uint32 Size; };\n"
    "class R_Single { string Mood; };\n"
    "class R_Named { [Key] string CreationClassName; [Key] uint32 Number; string Note; };\n"
    "class R_NamedMore : R_Named { };\n"
    "[Association] class R_Link { [Key] R_Base ref Left; [Key] R_Base ref Right; uint32 Weight; };\n";

void kept_start(void)
{
    struct cim_error err = {0};

    kept.core = fixture_core();
    fixture_add_mof(kept.core, "root/cimv2", more);
    kept.repository = repository_open(kept.scratch.path, &err);
    if (!kept.repository)
        print_error("%s\n", err.message);
    assert_non_null(kept.repository);
    assert_int_equal(repository_serve(kept.repository, kept.core, &err), 0);
    kept.ctx = context_new(kept.core, "tester", WBEM_AUTHN_PASSWORD);
}

void kept_stop(void)
{
    MethodContext_Release(kept.ctx);
    kept.core = core_free(kept.core);
    kept.repository = repository_close(kept.repository);
}

void kept_restart(void)
{
    kept_stop();
    kept_start();
}

/* The schema may have changed: a later request. */
void kept_renew(void)
{
    MethodContext_Release(kept.ctx);
    kept.ctx = context_new(kept.core, "tester", WBEM_AUTHN_PASSWORD);
}

int kept_set_up(void **state)
{
    (void)state;
    scratch_init(&kept.scratch, "repository.db");
    buf_init(&kept.lines, 100000);
    kept_start();
    return 0;
}

int kept_tear_down(void **state)
{
    (void)state;
    kept_stop();
    buf_fini(&kept.lines);
    scratch_fini(&kept.scratch);
    return 0;
}

static void keep_line(void *user, const char *line)
{
    (void)user;
    buf_printf(&kept.lines, "%s|", line);
}

int kept_load_into(const char *namespace, const char *mof)
{
    struct cim_error err = {0};
    int r;

    buf_reset(&kept.lines);
    kept.loaded = (struct repository_loaded){0};
    r = repository_load_mof(kept.repository, kept.core, namespace, "t.mof", text_of(mof), keep_line, NULL, &kept.loaded,
                            &err);
    kept_renew();
    return r;
}

int kept_load(const char *mof)
{
    return kept_load_into("root/cimv2", mof);
}

void kept_loads(const char *mof)
{
    if (kept_load(mof) != 0)
        fail_msg("%s", buf_cstr(&kept.lines));
}

/* The instance that MOF declares, in the schema that kept.ctx sees. */
struct cim_instance *kept_make(struct arena *a, const char *mof)
{
    struct mof_unit *u = mof_unit_new("root/cimv2", NULL, NULL);
    struct cim_instance *i = NULL;

    assert_int_equal(mof_unit_text(u, "i.mof", text_of(mof)), 0);
    assert_int_equal(mof_unit_instance(u, mof_unit_instances(u), context_namespace(kept.ctx, NULL)->schema, a, &i), 0);
    mof_unit_free(u);
    return i;
}

HRESULT kept_create(const char *mof)
{
    CInstance *stored = NULL;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    hr = operation_create(kept.ctx, NULL, kept_make(&a, mof), &stored);
    if (stored)
        CInstance_Release(stored);
    arena_fini(&a);
    return hr;
}

HRESULT kept_get(const char *text, CInstance **ret)
{
    return CWbemProviderGlue_GetInstanceByPath(text, ret, kept.ctx);
}

HRESULT kept_has(const char *text)
{
    CInstance *i = NULL;
    HRESULT hr = kept_get(text, &i);

    if (i)
        CInstance_Release(i);
    return hr;
}

const char *kept_text(const char *path, const char *name)
{
    static char text[100];
    CInstance *i = NULL;
    char *value = NULL;

    assert_int_equal(kept_get(path, &i), WBEM_S_NO_ERROR);
    (void)CInstance_GetCHString(i, name, &value);
    (void)snprintf(text, sizeof(text), "%s", value ? value : "-");
    free(value);
    CInstance_Release(i);
    return text;
}

HRESULT kept_count(Provider *p, CInstance *i, MethodContext *c, void *user)
{
    (void)p;
    (void)i;
    (void)c;
    ++*(unsigned *)user;
    return WBEM_S_NO_ERROR;
}

unsigned kept_population(const char *class)
{
    unsigned n = 0;

    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch(class, NULL, kept_count, NULL, kept.ctx, &n),
                     WBEM_S_NO_ERROR);
    return n;
}

HRESULT kept_set_on(MethodContext *c, const char *text, const char *class, const char *name, const char *value)
{
    const struct cim_schema *schema = context_namespace(c, NULL)->schema;
    const struct cim_value v = value_string(text_of(value));
    bool given[32] = {false};
    struct cim_instance *i;
    struct cim_path path;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    i = instance_new(&a, schema_class(schema, text_of(class)));
    assert_int_equal(path_parse(&a, text_of(text), &path, NULL), 0);
    assert_int_equal(instance_set(i, &a, text_of(name), &v, NULL), 0);
    given[class_property(i->class, text_of(name))->index] = true;
    hr = operation_modify(c, &path, i, given, NULL);
    arena_fini(&a);
    return hr;
}

HRESULT kept_set(const char *text, const char *class, const char *name, const char *value)
{
    return kept_set_on(kept.ctx, text, class, name, value);
}
