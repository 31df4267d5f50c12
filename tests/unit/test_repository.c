/* The repository as everybody sees it: through operations and walks. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/call.h"
#include "cim/core/cinstance.h"
#include "cim/core/operation.h"
#include "tests/unit/kept.h"

#include <cmocka.h>

static HRESULT erase(const char *text)
{
    struct cim_path path;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    assert_int_equal(path_parse(&a, text_of(text), &path, NULL), 0);
    hr = operation_delete(kept.ctx, &path);
    arena_fini(&a);
    return hr;
}

static unsigned answers(const char *query)
{
    unsigned n = 0;

    assert_int_equal(CWbemProviderGlue_GetInstancesByQueryAsynch(query, NULL, kept_count, NULL, kept.ctx, &n),
                     WBEM_S_NO_ERROR);
    return n;
}

/* ---- Instances */

static const char everything[] =
    "instance of R_All { Id = \"1\"; B = TRUE; U8 = 255; S64 = -9223372036854775808; R64 = 0.1; Ch = '\\x20AC';"
    " D = \"20240229123456.123456+060\"; T = NULL; Ts = {\"x\", NULL}; Us = {};"
    " Em = \"instance of R_Part { N = 3; };\"; Ems = {\"instance of R_Part { Name = \\\"in\\\"; };\"}; };";

static void values_of_every_type_are_what_was_created(void **state)
{
    struct arena a;

    (void)state;
    assert_int_equal(kept_create(everything), WBEM_S_NO_ERROR);
    arena_init(&a, 1 << 20);
    for (int i = 0; i < 2; i++, kept_restart()) {
        CInstance *found = NULL;

        assert_int_equal(kept_get("R_All.Id=\"1\"", &found), WBEM_S_NO_ERROR);
        assert_true(instance_equal(cinstance_view(found), kept_make(&a, everything)));
        assert_false(CInstance_IsNull(found, "Us"));
        CInstance_Release(found);
    }
    arena_fini(&a);
}

static void what_is_given_is_changed_and_the_rest_stays(void **state)
{
    (void)state;
    assert_int_equal(kept_create("instance of R_Other { Id = \"1\"; Size = 5; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_set("R_Base.Id=\"1\"", "R_Other", "Size", "6"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_set("R_Other.Id=\"1\"", "R_Base", "CreationClassName", "any"), WBEM_S_NO_ERROR);
    assert_string_equal(kept_text("R_Base.Id=\"1\"", "Size"), "6");
    assert_string_equal(kept_text("R_Base.Id=\"1\"", "CreationClassName"), "any");
    assert_int_equal(kept_set("R_Other.Id=\"2\"", "R_Other", "Size", "6"), WBEM_E_NOT_FOUND);
}

static void deleted_is_gone(void **state)
{
    (void)state;
    assert_int_equal(kept_create("instance of R_Other { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(erase("R_All.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(erase("R_Base.Id=\"1\""), WBEM_S_NO_ERROR);
    assert_int_equal(erase("R_Base.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(kept_has("R_Other.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(kept_population("R_Base"), 0);
}

static void classes_of_one_family_share_their_keys(void **state)
{
    (void)state;
    assert_int_equal(kept_create("instance of R_Other { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_create("instance of R_Other { Id = \"1\"; };"), WBEM_E_ALREADY_EXISTS);
    assert_int_equal(kept_create("instance of R_All { Id = \"1\"; };"), WBEM_E_ALREADY_EXISTS);
    assert_int_equal(kept_create("instance of R_All { Id = \"2\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_create("instance of T_Lonely { Id = \"1\"; };"), WBEM_S_NO_ERROR); /* another family */
    assert_int_equal(kept_population("R_Base"), 2);
}

static HRESULT create_without_key(void)
{
    CInstance *stored = NULL;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    hr = operation_create(kept.ctx, NULL,
                          instance_new(&a, schema_class(context_namespace(kept.ctx, NULL)->schema, TEXT("R_Other"))),
                          &stored);
    assert_null(stored);
    arena_fini(&a);
    return hr;
}

static void an_instance_needs_its_keys_and_its_own_class_name(void **state)
{
    (void)state;
    assert_int_equal(create_without_key(), WBEM_E_INVALID_OBJECT);
    assert_int_equal(kept_create("instance of R_Named { CreationClassName = \"R_NamedMore\"; Number = 1; };"),
                     WBEM_E_INVALID_OBJECT);
    assert_int_equal(kept_create("instance of R_NamedMore { CreationClassName = \"R_NamedMore\"; Number = 1; };"),
                     WBEM_S_NO_ERROR);
    assert_int_equal(kept_has("R_Named.CreationClassName=\"R_NamedMore\",Number=1"), WBEM_S_NO_ERROR);
}

static void a_singleton_is_there_once(void **state)
{
    (void)state;
    assert_int_equal(kept_has("R_Single=@"), WBEM_E_NOT_FOUND);
    assert_int_equal(kept_create("instance of R_Single { Mood = \"good\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_create("instance of R_Single { };"), WBEM_E_ALREADY_EXISTS);
    assert_string_equal(kept_text("R_Single=@", "Mood"), "good");
    assert_int_equal(kept_set("R_Single=@", "R_Single", "Mood", "better"), WBEM_S_NO_ERROR);
    assert_string_equal(kept_text("R_Single", "Mood"), "better");
}

static void references_are_keys_in_any_spelling(void **state)
{
    static const char path[] =
        "R_Link.Left=\"/root/cimv2:R_All=\\\"1\\\"\",Right=\"\\\\\\\\.\\\\root\\\\cimv2:R_Other.Id=\\\"2\\\"\"";

    (void)state;
    assert_int_equal(kept_create("instance of R_Link { Left = \"R_All.Id=\\\"1\\\"\"; Right = \"//localhost/root/cimv2:"
                                 "R_Other.Id=\\\"2\\\"\"; Weight = 7; };"),
                     WBEM_S_NO_ERROR);
    assert_int_equal(kept_create("instance of R_Link { Left = \"r_all.id=\\\"1\\\"\"; Right = \"R_Other.Id=\\\"2\\\"\"; };"),
                     WBEM_E_ALREADY_EXISTS);
    assert_string_equal(kept_text(path, "Weight"), "7");
    assert_int_equal(kept_set(path, "R_Link", "Weight", "8"), WBEM_S_NO_ERROR);
    assert_int_equal(erase(path), WBEM_S_NO_ERROR);
    assert_int_equal(kept_population("R_Link"), 0);
}

static void namespaces_are_apart(void **state)
{
    (void)state;
    assert_int_equal(kept_create("instance of T_Lonely { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_has("/root/other:T_Lonely.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(kept_load_into("root\\other", "instance of T_Lonely { Id = \"1\"; };"), 0);
    assert_int_equal(kept_has("/root/other:T_Lonely.Id=\"1\""), WBEM_S_NO_ERROR);
    assert_int_equal(kept_population("T_Lonely"), 1);
}

/* ---- Enumeration */

static void a_walk_delivers_what_is_kept(void **state)
{
    char mof[100];

    (void)state;
    for (int i = 0; i < 600; i++) { /* some batches */
        (void)snprintf(mof, sizeof(mof), "instance of %s { Id = \"%d\"; };", i % 2 ? "R_All" : "R_Other", i);
        assert_int_equal(kept_create(mof), WBEM_S_NO_ERROR);
    }
    assert_int_equal(kept_population("R_Base"), 600);
    assert_int_equal(kept_population("R_All"), 300);
    kept_restart();
    assert_int_equal(kept_population("R_Base"), 600);
    assert_int_equal(answers("SELECT * FROM R_Base WHERE Id = '17'"), 1);
    assert_int_equal(answers("SELECT * FROM R_Base WHERE Id = '17' AND __CLASS = 'R_Other'"), 0);
    assert_int_equal(answers("SELECT * FROM R_Base WHERE Id = '17' OR Id = '18'"), 2);
}

static void a_query_for_a_key_goes_without_case(void **state)
{
    (void)state;
    assert_int_equal(kept_create("instance of R_Other { Id = \"Key\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_create("instance of R_Other { Id = \"KEY\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(answers("SELECT * FROM R_Other WHERE Id = 'key'"), 2);
    assert_int_equal(answers("SELECT * FROM R_Other WHERE Id = 'key' AND Size = 1"), 0);
    assert_int_equal(answers("SELECT * FROM R_Other WHERE Id = 'none'"), 0);
}

static uint64_t counted(const struct served *s)
{
    MethodContext *call;
    uint64_t n = 99;

    assert_int_equal(call_begin(kept.ctx, context_namespace(kept.ctx, NULL), s->class, s, NULL, &call), WBEM_S_NO_ERROR);
    assert_int_equal(call_end(call, s->provider->vtbl->CountInstances(s->provider, call, s->class->name.s, &n)),
                     WBEM_S_NO_ERROR);
    return n;
}

static void who_has_nothing_is_not_asked(void **state)
{
    struct core_namespace *ns = core_namespace(kept.core, TEXT("root/cimv2"));
    const struct served *s = namespace_serving(ns, schema_class(ns->schema, TEXT("R_Other")));

    (void)state;
    assert_int_equal(kept_population("R_Base"), 0);
    assert_int_equal(atomic_load(&s->provider->state->calls), 0);
    assert_int_equal(kept_create("instance of R_Other { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(atomic_load(s->population), 1);
    assert_int_equal(counted(s), 1);
    assert_int_equal(kept_population("R_All"), 0);
    assert_int_equal(atomic_load(&s->provider->state->calls), 2); /* the creation and the count */
    assert_int_equal(kept_population("R_Base"), 1);
    assert_int_equal(atomic_load(&s->provider->state->calls), 3);
    core_namespace_unref(ns);
}

static const ProviderVtbl nothing;

static void what_a_provider_serves_is_not_the_repositorys(void **state)
{
    static Provider p;
    Provider *const all[] = {&p, NULL};

    (void)state;
    p = (Provider){.name = "R_Other", .vtbl = &nothing};
    assert_int_equal(core_register(kept.core, all, NULL), 0);
    kept_renew();
    assert_int_equal(kept_create("instance of R_Other { Id = \"1\"; };"), WBEM_E_PROVIDER_NOT_CAPABLE);
    assert_int_equal(kept_load("instance of R_All { Id = \"2\"; };\ninstance of R_Other { Id = \"1\"; };"),
                     CIM_ERR_NOT_SUPPORTED);
    assert_string_equal(buf_cstr(&kept.lines),
                        "t.mof:2:13: error: instances of R_Other come from provider R_Other and are not kept|");
    assert_int_equal(kept_population("R_Base"), 0);
}

/* ---- Threads */

enum { WRITES = 200 };

static void *write_many(void *arg)
{
    const char *class = arg;
    char path[60], value[20];
    MethodContext *own = context_new(kept.core, "", WBEM_AUTHN_NONE);

    (void)snprintf(path, sizeof(path), "R_Both.Id=\"both\"");
    for (int i = 1; i <= WRITES; i++) {
        (void)snprintf(value, sizeof(value), "%d", i);
        assert_int_equal(kept_set_on(own, path, "R_Both", class, value), WBEM_S_NO_ERROR);
    }
    MethodContext_Release(own);
    return NULL;
}

static void *read_many(void *arg)
{
    MethodContext *own = context_new(kept.core, "", WBEM_AUTHN_NONE);

    (void)arg;
    for (int i = 0; i < WRITES; i++) {
        unsigned n = 0;

        assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("R_Base", NULL, kept_count, NULL, own, &n),
                         WBEM_S_NO_ERROR);
        assert_int_equal(n, 1);
    }
    MethodContext_Release(own);
    return NULL;
}

/* Each changes a property of its own: what one writes, the other does not undo. */
static void writers_and_a_reader_do_not_disturb_one_another(void **state)
{
    pthread_t threads[3];

    (void)state;
    kept_loads("class R_Both : R_Base { uint32 Left; uint32 Right; };\ninstance of R_Both { Id = \"both\"; };");
    assert_int_equal(pthread_create(&threads[0], NULL, write_many, "Left"), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, write_many, "Right"), 0);
    assert_int_equal(pthread_create(&threads[2], NULL, read_many, NULL), 0);
    for (int i = 0; i < 3; i++)
        (void)pthread_join(threads[i], NULL);
    assert_string_equal(kept_text("R_Base.Id=\"both\"", "Left"), "200");
    assert_string_equal(kept_text("R_Base.Id=\"both\"", "Right"), "200");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, kept_set_up, kept_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(values_of_every_type_are_what_was_created),
        CASE(what_is_given_is_changed_and_the_rest_stays),
        CASE(deleted_is_gone),
        CASE(classes_of_one_family_share_their_keys),
        CASE(an_instance_needs_its_keys_and_its_own_class_name),
        CASE(a_singleton_is_there_once),
        CASE(references_are_keys_in_any_spelling),
        CASE(namespaces_are_apart),
        CASE(a_walk_delivers_what_is_kept),
        CASE(a_query_for_a_key_goes_without_case),
        CASE(who_has_nothing_is_not_asked),
        CASE(what_a_provider_serves_is_not_the_repositorys),
        CASE(writers_and_a_reader_do_not_disturb_one_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
