/* The repository as everybody sees it: through operations, walks and MOF. */
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
#include "cim/core/repository.h"
#include "cim/mof/mof.h"
#include "fixture.h"
#include "tests/unit/scratch.h"

#include <cmocka.h>

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

static struct scratch scratch;
static struct repository *repository;
static struct core *core;
static MethodContext *ctx;
static struct buf lines;

static void start(void)
{
    struct cim_error err = {0};

    core = fixture_core();
    fixture_add_mof(core, "root/cimv2", more);
    repository = repository_open(scratch.path, &err);
    if (!repository)
        print_error("%s\n", err.message);
    assert_non_null(repository);
    assert_int_equal(repository_serve(repository, core, &err), 0);
    ctx = context_new(core, "tester", WBEM_AUTHN_PASSWORD);
}

static void stop(void)
{
    MethodContext_Release(ctx);
    core = core_free(core);
    repository = repository_close(repository);
}

static void restart(void)
{
    stop();
    start();
}

/* The schema may have changed: a later request. */
static void renew_context(void)
{
    MethodContext_Release(ctx);
    ctx = context_new(core, "tester", WBEM_AUTHN_PASSWORD);
}

static int set_up(void **state)
{
    (void)state;
    scratch_init(&scratch, "repository.db");
    buf_init(&lines, 100000);
    start();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stop();
    buf_fini(&lines);
    scratch_fini(&scratch);
    return 0;
}

/* ---- Helpers */

static void keep_line(void *user, const char *line)
{
    (void)user;
    buf_printf(&lines, "%s|", line);
}

static struct repository_loaded loaded;

static int load_into(const char *namespace, const char *mof)
{
    struct cim_error err = {0};
    int r;

    buf_reset(&lines);
    loaded = (struct repository_loaded){0};
    r = repository_load_mof(repository, core, namespace, "t.mof", text_of(mof), keep_line, NULL, &loaded, &err);
    renew_context();
    return r;
}

static int load(const char *mof)
{
    return load_into("root/cimv2", mof);
}

static void loads(const char *mof)
{
    if (load(mof) != 0)
        fail_msg("%s", buf_cstr(&lines));
}

/* The instance that MOF declares, in the schema that ctx sees. */
static struct cim_instance *make(struct arena *a, const char *mof)
{
    struct mof_unit *u = mof_unit_new("root/cimv2", NULL, NULL);
    struct cim_instance *i = NULL;

    assert_int_equal(mof_unit_text(u, "i.mof", text_of(mof)), 0);
    assert_int_equal(mof_unit_instance(u, mof_unit_instances(u), context_namespace(ctx, NULL)->schema, a, &i), 0);
    mof_unit_free(u);
    return i;
}

static HRESULT create(const char *mof)
{
    CInstance *stored = NULL;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    hr = operation_create(ctx, NULL, make(&a, mof), &stored);
    if (stored)
        CInstance_Release(stored);
    arena_fini(&a);
    return hr;
}

static HRESULT get(const char *text, CInstance **ret)
{
    return CWbemProviderGlue_GetInstanceByPath(text, ret, ctx);
}

static HRESULT has(const char *text)
{
    CInstance *i = NULL;
    HRESULT hr = get(text, &i);

    if (i)
        CInstance_Release(i);
    return hr;
}

static HRESULT erase(const char *text)
{
    struct cim_path path;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    assert_int_equal(path_parse(&a, text_of(text), &path, NULL), 0);
    hr = operation_delete(ctx, &path);
    arena_fini(&a);
    return hr;
}

/* Sets one property, through the class given. */
static HRESULT set_on(MethodContext *c, const char *text, const char *class, const char *name, const char *value)
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

static HRESULT set(const char *text, const char *class, const char *name, const char *value)
{
    return set_on(ctx, text, class, name, value);
}

static const char *text_in(const char *path, const char *name)
{
    static char text[100];
    CInstance *i = NULL;
    char *value = NULL;

    assert_int_equal(get(path, &i), WBEM_S_NO_ERROR);
    (void)CInstance_GetCHString(i, name, &value);
    (void)snprintf(text, sizeof(text), "%s", value ? value : "-");
    free(value);
    CInstance_Release(i);
    return text;
}

static HRESULT count(Provider *p, CInstance *i, MethodContext *c, void *user)
{
    (void)p;
    (void)i;
    (void)c;
    ++*(unsigned *)user;
    return WBEM_S_NO_ERROR;
}

static unsigned population(const char *class)
{
    unsigned n = 0;

    assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch(class, NULL, count, NULL, ctx, &n), WBEM_S_NO_ERROR);
    return n;
}

static unsigned answers(const char *query)
{
    unsigned n = 0;

    assert_int_equal(CWbemProviderGlue_GetInstancesByQueryAsynch(query, NULL, count, NULL, ctx, &n), WBEM_S_NO_ERROR);
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
    assert_int_equal(create(everything), WBEM_S_NO_ERROR);
    arena_init(&a, 1 << 20);
    for (int i = 0; i < 2; i++, restart()) {
        CInstance *found = NULL;

        assert_int_equal(get("R_All.Id=\"1\"", &found), WBEM_S_NO_ERROR);
        assert_true(instance_equal(cinstance_view(found), make(&a, everything)));
        assert_false(CInstance_IsNull(found, "Us"));
        CInstance_Release(found);
    }
    arena_fini(&a);
}

static void what_is_given_is_changed_and_the_rest_stays(void **state)
{
    (void)state;
    assert_int_equal(create("instance of R_Other { Id = \"1\"; Size = 5; };"), WBEM_S_NO_ERROR);
    assert_int_equal(set("R_Base.Id=\"1\"", "R_Other", "Size", "6"), WBEM_S_NO_ERROR);
    assert_int_equal(set("R_Other.Id=\"1\"", "R_Base", "CreationClassName", "any"), WBEM_S_NO_ERROR);
    assert_string_equal(text_in("R_Base.Id=\"1\"", "Size"), "6");
    assert_string_equal(text_in("R_Base.Id=\"1\"", "CreationClassName"), "any");
    assert_int_equal(set("R_Other.Id=\"2\"", "R_Other", "Size", "6"), WBEM_E_NOT_FOUND);
}

static void deleted_is_gone(void **state)
{
    (void)state;
    assert_int_equal(create("instance of R_Other { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(erase("R_All.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(erase("R_Base.Id=\"1\""), WBEM_S_NO_ERROR);
    assert_int_equal(erase("R_Base.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(has("R_Other.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(population("R_Base"), 0);
}

static void classes_of_one_family_share_their_keys(void **state)
{
    (void)state;
    assert_int_equal(create("instance of R_Other { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(create("instance of R_Other { Id = \"1\"; };"), WBEM_E_ALREADY_EXISTS);
    assert_int_equal(create("instance of R_All { Id = \"1\"; };"), WBEM_E_ALREADY_EXISTS);
    assert_int_equal(create("instance of R_All { Id = \"2\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(create("instance of T_Lonely { Id = \"1\"; };"), WBEM_S_NO_ERROR); /* another family */
    assert_int_equal(population("R_Base"), 2);
}

static HRESULT create_without_key(void)
{
    CInstance *stored = NULL;
    struct arena a;
    HRESULT hr;

    arena_init(&a, 1 << 20);
    hr = operation_create(ctx, NULL,
                          instance_new(&a, schema_class(context_namespace(ctx, NULL)->schema, TEXT("R_Other"))),
                          &stored);
    assert_null(stored);
    arena_fini(&a);
    return hr;
}

static void an_instance_needs_its_keys_and_its_own_class_name(void **state)
{
    (void)state;
    assert_int_equal(create_without_key(), WBEM_E_INVALID_OBJECT);
    assert_int_equal(create("instance of R_Named { CreationClassName = \"R_NamedMore\"; Number = 1; };"),
                     WBEM_E_INVALID_OBJECT);
    assert_int_equal(create("instance of R_NamedMore { CreationClassName = \"R_NamedMore\"; Number = 1; };"),
                     WBEM_S_NO_ERROR);
    assert_int_equal(has("R_Named.CreationClassName=\"R_NamedMore\",Number=1"), WBEM_S_NO_ERROR);
}

static void a_singleton_is_there_once(void **state)
{
    (void)state;
    assert_int_equal(has("R_Single=@"), WBEM_E_NOT_FOUND);
    assert_int_equal(create("instance of R_Single { Mood = \"good\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(create("instance of R_Single { };"), WBEM_E_ALREADY_EXISTS);
    assert_string_equal(text_in("R_Single=@", "Mood"), "good");
    assert_int_equal(set("R_Single=@", "R_Single", "Mood", "better"), WBEM_S_NO_ERROR);
    assert_string_equal(text_in("R_Single", "Mood"), "better");
}

static void references_are_keys_in_any_spelling(void **state)
{
    static const char path[] =
        "R_Link.Left=\"/root/cimv2:R_All=\\\"1\\\"\",Right=\"\\\\\\\\.\\\\root\\\\cimv2:R_Other.Id=\\\"2\\\"\"";

    (void)state;
    assert_int_equal(create("instance of R_Link { Left = \"R_All.Id=\\\"1\\\"\"; Right = \"//localhost/root/cimv2:"
                            "R_Other.Id=\\\"2\\\"\"; Weight = 7; };"),
                     WBEM_S_NO_ERROR);
    assert_int_equal(create("instance of R_Link { Left = \"r_all.id=\\\"1\\\"\"; Right = \"R_Other.Id=\\\"2\\\"\"; };"),
                     WBEM_E_ALREADY_EXISTS);
    assert_string_equal(text_in(path, "Weight"), "7");
    assert_int_equal(set(path, "R_Link", "Weight", "8"), WBEM_S_NO_ERROR);
    assert_int_equal(erase(path), WBEM_S_NO_ERROR);
    assert_int_equal(population("R_Link"), 0);
}

static void namespaces_are_apart(void **state)
{
    (void)state;
    assert_int_equal(create("instance of T_Lonely { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(has("/root/other:T_Lonely.Id=\"1\""), WBEM_E_NOT_FOUND);
    assert_int_equal(load_into("root\\other", "instance of T_Lonely { Id = \"1\"; };"), 0);
    assert_int_equal(has("/root/other:T_Lonely.Id=\"1\""), WBEM_S_NO_ERROR);
    assert_int_equal(population("T_Lonely"), 1);
}

/* ---- Enumeration */

static void a_walk_delivers_what_is_kept(void **state)
{
    char mof[100];

    (void)state;
    for (int i = 0; i < 600; i++) { /* some batches */
        (void)snprintf(mof, sizeof(mof), "instance of %s { Id = \"%d\"; };", i % 2 ? "R_All" : "R_Other", i);
        assert_int_equal(create(mof), WBEM_S_NO_ERROR);
    }
    assert_int_equal(population("R_Base"), 600);
    assert_int_equal(population("R_All"), 300);
    restart();
    assert_int_equal(population("R_Base"), 600);
    assert_int_equal(answers("SELECT * FROM R_Base WHERE Id = '17'"), 1);
    assert_int_equal(answers("SELECT * FROM R_Base WHERE Id = '17' AND __CLASS = 'R_Other'"), 0);
    assert_int_equal(answers("SELECT * FROM R_Base WHERE Id = '17' OR Id = '18'"), 2);
}

static void a_query_for_a_key_goes_without_case(void **state)
{
    (void)state;
    assert_int_equal(create("instance of R_Other { Id = \"Key\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(create("instance of R_Other { Id = \"KEY\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(answers("SELECT * FROM R_Other WHERE Id = 'key'"), 2);
    assert_int_equal(answers("SELECT * FROM R_Other WHERE Id = 'key' AND Size = 1"), 0);
    assert_int_equal(answers("SELECT * FROM R_Other WHERE Id = 'none'"), 0);
}

static uint64_t counted(const struct served *s)
{
    MethodContext *call;
    uint64_t n = 99;

    assert_int_equal(call_begin(ctx, context_namespace(ctx, NULL), s->class, s, NULL, &call), WBEM_S_NO_ERROR);
    assert_int_equal(call_end(call, s->provider->vtbl->CountInstances(s->provider, call, s->class->name.s, &n)),
                     WBEM_S_NO_ERROR);
    return n;
}

static void who_has_nothing_is_not_asked(void **state)
{
    struct core_namespace *ns = core_namespace(core, TEXT("root/cimv2"));
    const struct served *s = namespace_serving(ns, schema_class(ns->schema, TEXT("R_Other")));

    (void)state;
    assert_int_equal(population("R_Base"), 0);
    assert_int_equal(atomic_load(&s->provider->state->calls), 0);
    assert_int_equal(create("instance of R_Other { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(atomic_load(s->population), 1);
    assert_int_equal(counted(s), 1);
    assert_int_equal(population("R_All"), 0);
    assert_int_equal(atomic_load(&s->provider->state->calls), 2); /* the creation and the count */
    assert_int_equal(population("R_Base"), 1);
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
    assert_int_equal(core_register(core, all, NULL), 0);
    renew_context();
    assert_int_equal(create("instance of R_Other { Id = \"1\"; };"), WBEM_E_PROVIDER_NOT_CAPABLE);
    assert_int_equal(load("instance of R_All { Id = \"2\"; };\ninstance of R_Other { Id = \"1\"; };"),
                     CIM_ERR_NOT_SUPPORTED);
    assert_string_equal(buf_cstr(&lines),
                        "t.mof:2:13: error: instances of R_Other come from provider R_Other and are not kept|");
    assert_int_equal(population("R_Base"), 0);
}

/* ---- MOF */

static const char new_class[] = "class R_New : R_Base { uint32 Size; };\n"
                                "instance of R_New { Id = \"n\"; Size = 1; };\n";

static void classes_and_instances_come_with_mof_and_stay(void **state)
{
    (void)state;
    loads(new_class);
    assert_int_equal(loaded.classes, 1);
    assert_int_equal(loaded.instances, 1);
    assert_string_equal(text_in("R_Base.Id=\"n\"", "Size"), "1");
    restart();
    assert_string_equal(text_in("R_New.Id=\"n\"", "Size"), "1");
    assert_int_equal(population("R_New"), 1);
}

static void the_same_mof_again_is_no_problem(void **state)
{
    (void)state;
    loads(new_class);
    assert_int_equal(set("R_New.Id=\"n\"", "R_New", "Size", "2"), WBEM_S_NO_ERROR);
    loads(new_class);
    assert_string_equal(text_in("R_New.Id=\"n\"", "Size"), "1");
    assert_int_equal(population("R_New"), 1);
    loads("class R_New : R_Base { uint64 Size; string More = \"m\"; };");
    assert_string_equal(text_in("R_New.Id=\"n\"", "Size"), "1");
    assert_string_equal(text_in("R_New.Id=\"n\"", "More"), "m");
    restart();
    assert_string_equal(text_in("R_New.Id=\"n\"", "More"), "m");
}

static void qualifiers_come_too_and_classes_in_any_order(void **state)
{
    (void)state;
    loads("[R_Mark(\"x\")] class R_C : R_B { };\nclass R_B : R_A { };\nclass R_A : R_Base { };\n"
          "Qualifier R_Mark : string = null, Scope(class);\n");
    assert_int_equal(loaded.classes, 3);
    assert_int_equal(loaded.qualifiers, 1);
    restart();
    assert_int_equal(create("instance of R_C { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(has("R_A.Id=\"1\""), WBEM_S_NO_ERROR);
}

static void a_problem_anywhere_leaves_everything_as_it_was(void **state)
{
    static const struct {
        const char *mof;
        int status;
        const char *said;
    } texts[] = {
        {"class R_New : R_Base { };\nclass R_Bad : R_None { };", CIM_ERR_INVALID_SUPERCLASS, "t.mof:2:7: error:"},
        {"class R_New : R_Base { };\nclass R_Bad {", CIM_ERR_INVALID_PARAMETER, "t.mof:2:"},
        {"class R_New : R_Base { };\ninstance of R_New { Id = \"1\"; };\ninstance of R_New { Name = \"1\"; };",
         CIM_ERR_NO_SUCH_PROPERTY, "t.mof:3:21: error: class R_New has no property Name|"},
        {"class R_New : R_Base { };\ninstance of R_New { };", CIM_ERR_INVALID_PARAMETER, "key Id"},
        {"class R_New : R_Base { };\ninstance of R_New { Id = \"1\"; };\ninstance of R_All { Id = \"1\"; };",
         CIM_ERR_ALREADY_EXISTS, "t.mof:3:13: error: an instance of another class has these keys|"},
        {"class R_New : R_Base { };\n#pragma namespace(\"root/none\")\nclass R_Far { };", CIM_ERR_INVALID_NAMESPACE,
         "there is no namespace root/none"},
        {"class R_New : R_Base { };\ninstance of R_Named { CreationClassName = \"X\"; Number = 1; };",
         CIM_ERR_INVALID_PARAMETER, "CreationClassName"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(load(texts[i].mof), texts[i].status);
        if (!strstr(buf_cstr(&lines), texts[i].said))
            fail_msg("%s instead of %s", buf_cstr(&lines), texts[i].said);
        assert_null(schema_class(context_namespace(ctx, NULL)->schema, TEXT("R_New")));
        assert_int_equal(population("R_Base"), 0);
    }
    restart();
    assert_null(schema_class(context_namespace(ctx, NULL)->schema, TEXT("R_New")));
    assert_int_equal(population("R_Base"), 0);
}

static void keys_of_a_class_with_instances_stay(void **state)
{
    (void)state;
    loads("class R_New { [Key] string A; };\n");
    loads("class R_New { [Key] string B; };\n"); /* nobody minds */
    loads("instance of R_New { B = \"1\"; };");
    assert_int_equal(load("class R_New { [Key] string A; };"), CIM_ERR_CLASS_HAS_INSTANCES);
    assert_non_null(strstr(buf_cstr(&lines), "class R_New has instances"));
    assert_int_equal(load("[Abstract] class R_New { [Key] string B; };"), CIM_ERR_CLASS_HAS_INSTANCES);
    assert_int_equal(has("R_New.B=\"1\""), WBEM_S_NO_ERROR);
}

static void a_request_that_runs_keeps_its_schema(void **state)
{
    MethodContext *old = context_new(core, "", WBEM_AUTHN_NONE);
    const struct cim_schema *before = context_namespace(old, NULL)->schema;

    (void)state;
    loads(new_class);
    assert_ptr_equal(context_namespace(old, NULL)->schema, before);
    assert_null(schema_class(before, TEXT("R_New")));
    assert_non_null(schema_class(context_namespace(ctx, NULL)->schema, TEXT("R_New")));
    MethodContext_Release(old);
}

static void stored_classes_that_do_not_fit_any_more_are_left_out(void **state)
{
    struct cim_error err = {0};

    (void)state;
    loads(new_class);
    stop();
    core = fixture_core(); /* without R_Base */
    repository = repository_open(scratch.path, &err);
    assert_int_equal(repository_serve(repository, core, &err), 0);
    ctx = context_new(core, "", WBEM_AUTHN_NONE);
    assert_null(schema_class(context_namespace(ctx, NULL)->schema, TEXT("R_New")));
    restart(); /* it is back, and the class with it */
    assert_string_equal(text_in("R_New.Id=\"n\"", "Size"), "1");
}

/* ---- Threads */

enum { WRITES = 200 };

static void *write_many(void *arg)
{
    const char *class = arg;
    char path[60], value[20];
    MethodContext *own = context_new(core, "", WBEM_AUTHN_NONE);

    (void)snprintf(path, sizeof(path), "R_Both.Id=\"both\"");
    for (int i = 1; i <= WRITES; i++) {
        (void)snprintf(value, sizeof(value), "%d", i);
        assert_int_equal(set_on(own, path, "R_Both", class, value), WBEM_S_NO_ERROR);
    }
    MethodContext_Release(own);
    return NULL;
}

static void *read_many(void *arg)
{
    MethodContext *own = context_new(core, "", WBEM_AUTHN_NONE);

    (void)arg;
    for (int i = 0; i < WRITES; i++) {
        unsigned n = 0;

        assert_int_equal(CWbemProviderGlue_GetAllDerivedInstancesAsynch("R_Base", NULL, count, NULL, own, &n),
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
    loads("class R_Both : R_Base { uint32 Left; uint32 Right; };\ninstance of R_Both { Id = \"both\"; };");
    assert_int_equal(pthread_create(&threads[0], NULL, write_many, "Left"), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, write_many, "Right"), 0);
    assert_int_equal(pthread_create(&threads[2], NULL, read_many, NULL), 0);
    for (int i = 0; i < 3; i++)
        (void)pthread_join(threads[i], NULL);
    assert_string_equal(text_in("R_Base.Id=\"both\"", "Left"), "200");
    assert_string_equal(text_in("R_Base.Id=\"both\"", "Right"), "200");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
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
        CASE(classes_and_instances_come_with_mof_and_stay),
        CASE(the_same_mof_again_is_no_problem),
        CASE(qualifiers_come_too_and_classes_in_any_order),
        CASE(a_problem_anywhere_leaves_everything_as_it_was),
        CASE(keys_of_a_class_with_instances_stay),
        CASE(a_request_that_runs_keeps_its_schema),
        CASE(stored_classes_that_do_not_fit_any_more_are_left_out),
        CASE(writers_and_a_reader_do_not_disturb_one_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
