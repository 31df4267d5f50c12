/* Get, create, modify and delete: who is called, with what, and what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/cinstance.h"
#include "cim/core/local.h"
#include "cim/core/operation.h"
#include "fixture.h"

#include <cmocka.h>

static const char more[] =
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride);\n"
    "class T_Root { string Any; };\n"
    "class T_Single : T_Root { string Mood = \"calm\"; };\n"
    "class T_Keyed : T_Root { [Key] string Name; };\n"
    "[Association] class T_Link { [Key] T_Base ref Left; [Key] T_Base ref Right; uint32 Weight; };\n";

/* A provider that keeps one instance, the one of this Id, and notes what it is asked. */
struct keeper {
    const char *class, *id;
    uint32_t size;
    HRESULT outcome; /* of the next put or delete */
    char log[200];
};

enum { ID, SIZE, NOTE };
static const char *const slots[] = {"Id", "Size", "Note", NULL};
static struct core *core;
static MethodContext *ctx;
static struct keeper kept;

static HRESULT enumerate(Provider *p, MethodContext *call, long flags)
{
    struct keeper *k = p->data;
    CInstance *i = Provider_CreateNewInstanceOf(p, call, k->class);

    (void)flags;
    CInstance_PutString(i, ID, k->id);
    CInstance_PutUint(i, SIZE, k->size);
    CInstance_PutString(i, NOTE, "old");
    return Provider_Commit(p, i);
}

static HRESULT put(Provider *p, const CInstance *i, long flags)
{
    struct keeper *k = p->data;
    MethodContext *call = CInstance_GetMethodContext(i);
    char *id = NULL, *note = NULL;
    uint32_t size = 0;

    (void)CInstance_GetDWORD(i, "Size", &size);
    (void)CInstance_GetCHString(i, "Id", &id);
    (void)CInstance_GetCHString(i, "Note", &note);
    (void)snprintf(k->log, sizeof(k->log), "put %s %s %u %s flags=%ld%s%s", CInstance_GetClassName(i), id ? id : "-",
                   size, note ? note : "-", flags, MethodContext_Needs(call, SIZE) ? " size" : "",
                   MethodContext_Needs(call, NOTE) ? " note" : "");
    if (!id) /* this one chooses its keys */
        (void)CInstance_SetCHString((CInstance *)i, "Id", "chosen");
    free(id);
    free(note);
    return k->outcome;
}

static HRESULT delete (Provider *p, const CInstance *i, long flags)
{
    struct keeper *k = p->data;
    char *id = NULL;

    (void)flags;
    (void)CInstance_GetCHString(i, "Id", &id);
    (void)snprintf(k->log, sizeof(k->log), "delete %s %s", CInstance_GetClassName(i), id ? id : "-");
    free(id);
    return k->outcome;
}

static const ProviderVtbl able = {.EnumerateInstances = enumerate, .PutInstance = put, .DeleteInstance = delete};
static const ProviderVtbl reader = {.EnumerateInstances = enumerate};
static Provider provider;

static int set_up_with(const ProviderVtbl *vtbl)
{
    kept = (struct keeper){.class = "T_A1", .id = "x", .size = 5};
    provider = (Provider){.name = "T_A1", .vtbl = vtbl, .slots = slots, .data = &kept};
    core = fixture_core();
    fixture_add_mof(core, "root/cimv2", more);
    fixture_register(core, &provider);
    ctx = context_new(core, "tester", WBEM_AUTHN_PASSWORD);
    return ctx == NULL;
}

static int set_up(void **state)
{
    (void)state;
    return set_up_with(&able);
}

static int tear_down(void **state)
{
    (void)state;
    MethodContext_Release(ctx);
    core = core_free(core);
    return 0;
}

/* ---- Helpers */

static struct arena arena;

static struct cim_path path_of(const char *text)
{
    struct cim_path path;

    arena_fini(&arena);
    arena_init(&arena, 1 << 20);
    assert_int_equal(path_parse(&arena, text_of(text), &path, NULL), 0);
    return path;
}

static HRESULT get(const char *text, CInstance **ret)
{
    const struct cim_path path = path_of(text);

    return operation_get(ctx, &path, NULL, ret);
}

static HRESULT erase(const char *text)
{
    const struct cim_path path = path_of(text);

    return operation_delete(ctx, &path);
}

static const struct cim_class *class(const char *name)
{
    return schema_class(context_namespace(ctx, NULL)->schema, text_of(name));
}

/* An instance that the front end made: `name = text` a property, NULL-ended. */
static struct cim_instance *make(struct arena *a, const char *class_name, const char *const *values, bool *given)
{
    struct cim_instance *i = instance_new(a, class(class_name));

    for (; *values; values += 2) {
        const struct cim_value v = value_string(text_of(values[1]));

        assert_int_equal(instance_set(i, a, text_of(values[0]), &v, NULL), 0);
        if (given)
            given[class_property(i->class, text_of(values[0]))->index] = true;
    }
    return i;
}

static HRESULT create(const char *class_name, const char *const *values, CInstance **ret)
{
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    hr = operation_create(ctx, NULL, make(&a, class_name, values, NULL), ret);
    arena_fini(&a);
    return hr;
}

static HRESULT modify(const char *text, const char *class_name, const char *const *values, CInstance **ret)
{
    const struct cim_path path = path_of(text);
    bool given[16] = {false};
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    hr = operation_modify(ctx, &path, make(&a, class_name, values, given), given, ret);
    arena_fini(&a);
    return hr;
}

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *text_in(const CInstance *i, const char *name)
{
    static char text[100];
    char *value = NULL;

    (void)CInstance_GetCHString(i, name, &value);
    (void)snprintf(text, sizeof(text), "%s", value ? value : "-");
    free(value);
    return text;
}

/* ---- Get */

static void an_instance_is_found_through_its_base_classes(void **state)
{
    static const char *const paths[] = {"T_A1.Id=\"x\"", "T_A.Id=\"x\"", "/root/cimv2:T_Base.Id=\"x\"", "T_Base=\"x\""};

    (void)state;
    for (size_t k = 0; k < sizeof(paths) / sizeof(paths[0]); k++) {
        CInstance *i = NULL;

        assert_int_equal(get(paths[k], &i), WBEM_S_NO_ERROR);
        assert_string_equal(CInstance_GetClassName(i), "T_A1");
        CInstance_Release(i);
    }
}

static void what_cannot_be_found_says_why(void **state)
{
    static const struct {
        const char *path;
        HRESULT hr;
    } paths[] = {
        {"T_A1.Id=\"y\"", WBEM_E_NOT_FOUND},
        {"T_B.Id=\"x\"", WBEM_E_NOT_FOUND},
        {"T_None.Id=\"x\"", WBEM_E_INVALID_CLASS},
        {"/root/none:T_A1.Id=\"x\"", WBEM_E_INVALID_NAMESPACE},
        {"T_A1.Name=\"x\"", WBEM_E_INVALID_OBJECT_PATH},
        {"T_A1", WBEM_E_INVALID_OBJECT_PATH},
    };

    (void)state;
    for (size_t k = 0; k < sizeof(paths) / sizeof(paths[0]); k++) {
        CInstance *i = NULL;

        assert_int_equal(get(paths[k].path, &i), paths[k].hr);
        assert_null(i);
    }
}

static HRESULT enumerate_singles(Provider *p, MethodContext *call, long flags)
{
    (void)flags;
    return Provider_Commit(p, Provider_CreateNewInstance(p, call));
}

static const ProviderVtbl single_vtbl = {.EnumerateInstances = enumerate_singles};

static void a_class_without_keys_names_its_singleton_and_nobody_with_keys(void **state)
{
    Provider single = {.name = "T_Single", .vtbl = &single_vtbl}, keyed = {.name = "T_Keyed", .vtbl = &single_vtbl};
    CInstance *i = NULL;

    (void)state;
    fixture_register(core, &keyed);
    MethodContext_Release(ctx);
    ctx = context_new(core, "", WBEM_AUTHN_NONE);
    assert_int_equal(get("T_Root=@", &i), WBEM_E_NOT_FOUND);
    fixture_register(core, &single);
    MethodContext_Release(ctx);
    ctx = context_new(core, "", WBEM_AUTHN_NONE);
    assert_int_equal(get("T_Single=@", &i), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(i, "Mood"), "calm");
    CInstance_Release(i);
    assert_int_equal(get("T_Root", &i), WBEM_S_NO_ERROR);
    assert_string_equal(CInstance_GetClassName(i), "T_Single");
    CInstance_Release(i);
    MethodContext_Release(ctx); /* before the providers go */
    core = core_free(core);
    assert_int_equal(set_up(NULL), 0);
}

/* One link, whose ends are spelled as providers do: one local, one with the host. */
static HRESULT enumerate_links(Provider *p, MethodContext *call, long flags)
{
    CInstance *i = Provider_CreateNewInstance(p, call);
    char right[200];

    (void)flags;
    (void)snprintf(right, sizeof(right), "\\\\%s\\root\\cimv2:T_B.Id=\"r\"", local_host());
    (void)CInstance_SetCHString(i, "Left", "T_A1.Id=\"x\"");
    (void)CInstance_SetCHString(i, "Right", right);
    return Provider_Commit(p, i);
}

static const ProviderVtbl link_vtbl = {.EnumerateInstances = enumerate_links};

static void references_are_keys_however_they_are_spelled(void **state)
{
    static const char *const paths[] = {
        "T_Link.Left=\"T_A1.Id=\\\"x\\\"\",Right=\"T_B.Id=\\\"r\\\"\"",
        "T_Link.Right=\"/root/cimv2:t_b=\\\"r\\\"\",Left=\"//localhost/ROOT/cimv2:T_A1.ID=\\\"x\\\"\"",
    };
    Provider link = {.name = "T_Link", .vtbl = &link_vtbl};
    CInstance *i = NULL;

    (void)state;
    fixture_register(core, &link);
    MethodContext_Release(ctx);
    ctx = context_new(core, "", WBEM_AUTHN_NONE);
    for (size_t k = 0; k < sizeof(paths) / sizeof(paths[0]); k++) {
        assert_int_equal(get(paths[k], &i), WBEM_S_NO_ERROR);
        CInstance_Release(i);
    }
    i = NULL;
    assert_int_equal(get("T_Link.Left=\"T_A1.Id=\\\"x\\\"\",Right=\"/root/other:T_B.Id=\\\"r\\\"\"", &i),
                     WBEM_E_NOT_FOUND);
    MethodContext_Release(ctx);
    core = core_free(core);
    assert_int_equal(set_up(NULL), 0);
}

/* ---- Create */

static void create_calls_the_provider_with_the_instance(void **state)
{
    CInstance *i = NULL;

    (void)state;
    assert_int_equal(create("T_A1", VALUES("Id", "n", "Size", "7"), &i), WBEM_S_NO_ERROR);
    assert_string_equal(kept.log, "put T_A1 n 7 - flags=2 size note");
    assert_string_equal(text_in(i, "Size"), "7");
    CInstance_Release(i);
}

static void a_provider_may_choose_the_keys(void **state)
{
    CInstance *i = NULL;

    (void)state;
    assert_int_equal(create("T_A1", VALUES("Size", "7"), &i), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(i, "Id"), "chosen");
    CInstance_Release(i);
}

static void a_failed_create_gives_the_providers_code(void **state)
{
    CInstance *i = NULL;

    (void)state;
    kept.outcome = WBEM_E_ALREADY_EXISTS;
    assert_int_equal(create("T_A1", VALUES("Id", "x"), &i), WBEM_E_ALREADY_EXISTS);
    assert_null(i);
    assert_int_equal(create("T_Base", VALUES("Id", "x"), &i), WBEM_E_INVALID_CLASS);
    assert_int_equal(create("T_B", VALUES("Id", "x"), &i), WBEM_E_PROVIDER_NOT_CAPABLE);
    assert_int_equal(operation_create(ctx, "root/none", NULL, &i), WBEM_E_INVALID_NAMESPACE);
    assert_null(i);
}

/* ---- Modify */

static void modify_lays_what_is_given_over_what_is_there(void **state)
{
    CInstance *i = NULL;

    (void)state;
    assert_int_equal(modify("T_Base.Id=\"x\"", "T_A", VALUES("Note", "new"), &i), WBEM_S_NO_ERROR);
    assert_string_equal(kept.log, "put T_A1 x 5 new flags=1 note");
    assert_string_equal(text_in(i, "Note"), "new");
    assert_string_equal(text_in(i, "Size"), "5");
    CInstance_Release(i);
    assert_int_equal(modify("T_A1.Id=\"x\"", "T_A1", VALUES("Id", "x", "Size", "9"), NULL), WBEM_S_NO_ERROR);
    assert_string_equal(kept.log, "put T_A1 x 9 old flags=1 size");
}

static void modify_refuses_another_key_or_class(void **state)
{
    const char *why = NULL;
    CInstance *i = NULL;

    (void)state;
    assert_int_equal(modify("T_A1.Id=\"x\"", "T_A1", VALUES("Id", "y"), &i), WBEM_E_INVALID_PARAMETER);
    assert_int_equal(MethodContext_GetStatusObject(ctx, &why), WBEM_E_INVALID_PARAMETER);
    assert_string_equal(why, "Id is a key, which cannot be changed");
    assert_int_equal(modify("T_A1.Id=\"x\"", "T_B", VALUES("Id", "x"), &i), WBEM_E_INVALID_CLASS);
    assert_int_equal(modify("T_A1.Id=\"y\"", "T_A1", VALUES("Note", "n"), &i), WBEM_E_NOT_FOUND);
    kept.outcome = WBEM_E_READ_ONLY;
    assert_int_equal(modify("T_A1.Id=\"x\"", "T_A1", VALUES("Note", "n"), &i), WBEM_E_READ_ONLY);
    assert_null(i);
}

/* ---- Delete */

static void delete_names_the_class_that_the_instance_has(void **state)
{
    (void)state;
    assert_int_equal(erase("T_Base.Id=\"x\""), WBEM_S_NO_ERROR);
    assert_string_equal(kept.log, "delete T_A1 x");
    assert_int_equal(erase("T_Base.Id=\"y\""), WBEM_E_NOT_FOUND);
    kept.outcome = WBEM_E_ACCESS_DENIED;
    assert_int_equal(erase("T_A1.Id=\"x\""), WBEM_E_ACCESS_DENIED);
}

/* ---- All */

static void a_provider_that_only_reads_is_not_capable(void **state)
{
    CInstance *i = NULL;

    (void)state;
    assert_int_equal(tear_down(NULL), 0);
    assert_int_equal(set_up_with(&reader), 0);
    assert_int_equal(create("T_A1", VALUES("Id", "n"), &i), WBEM_E_PROVIDER_NOT_CAPABLE);
    assert_int_equal(modify("T_A1.Id=\"x\"", "T_A1", VALUES("Note", "n"), &i), WBEM_E_PROVIDER_NOT_CAPABLE);
    assert_int_equal(erase("T_A1.Id=\"x\""), WBEM_E_PROVIDER_NOT_CAPABLE);
    assert_null(i);
}

static void nobody_is_called_when_nobody_waits_or_it_hangs(void **state)
{
    CInstance *i = NULL;

    (void)state;
    atomic_store(&provider.state->stuck, 1);
    assert_int_equal(get("T_A1.Id=\"x\"", &i), WBEM_E_PROVIDER_TIMED_OUT);
    assert_int_equal(create("T_A1", VALUES("Id", "n"), &i), WBEM_E_PROVIDER_TIMED_OUT);
    atomic_store(&provider.state->stuck, 0);
    context_cancel(ctx);
    assert_int_equal(get("T_A1.Id=\"x\"", &i), WBEM_E_CALL_CANCELLED);
    assert_int_equal(create("T_A1", VALUES("Id", "n"), &i), WBEM_E_CALL_CANCELLED);
    assert_int_equal(modify("T_A1.Id=\"x\"", "T_A1", VALUES("Note", "n"), &i), WBEM_E_CALL_CANCELLED);
    assert_int_equal(erase("T_A1.Id=\"x\""), WBEM_E_CALL_CANCELLED);
    assert_string_equal(kept.log, "");
}

static void calls_are_counted(void **state)
{
    (void)state;
    assert_int_equal(erase("T_A1.Id=\"x\""), WBEM_S_NO_ERROR);
    assert_int_equal(atomic_load(&provider.state->calls), 2); /* it was looked for, too */
    kept.outcome = WBEM_E_FAILED;
    assert_int_equal(erase("T_A1.Id=\"x\""), WBEM_E_FAILED);
    assert_int_equal(atomic_load(&provider.state->failures), 1);
}

static int forget_paths(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(an_instance_is_found_through_its_base_classes),
        CASE(what_cannot_be_found_says_why),
        CASE(a_class_without_keys_names_its_singleton_and_nobody_with_keys),
        CASE(references_are_keys_however_they_are_spelled),
        CASE(create_calls_the_provider_with_the_instance),
        CASE(a_provider_may_choose_the_keys),
        CASE(a_failed_create_gives_the_providers_code),
        CASE(modify_lays_what_is_given_over_what_is_there),
        CASE(modify_refuses_another_key_or_class),
        CASE(delete_names_the_class_that_the_instance_has),
        CASE(a_provider_that_only_reads_is_not_capable),
        CASE(nobody_is_called_when_nobody_waits_or_it_hangs),
        CASE(calls_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, forget_paths);
}
