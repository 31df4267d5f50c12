/* Methods: whose is called, with what, and what comes back. The provider is the one of the conversations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "cim/core/loader.h"
#include "cim/core/operation.h"
#include "tests/providers/methods.c"

#include "cim/core/cinstance.h"

#include <cmocka.h>

static const char more[] = "class T_Base { [Key] string Id; uint32 Count(); };\n"
                           "class T_Plain : T_Base { };\n"
                           "class T_Silent : T_Base { uint32 Alone(); [Static] uint32 Both(); };\n"
                           "class T_Single { string Mood; uint32 Cheer([In] uint32 By); [Static] uint32 Nobody(); };\n";

static HRESULT commit_one(Provider *p, MethodContext *call, long flags)
{
    CInstance *i = Provider_CreateNewInstance(p, call);

    (void)flags;
    (void)CInstance_SetCHString(i, "Id", "x"); /* the singleton has none */
    return Provider_Commit(p, i);
}

static HRESULT cheer(Provider *p, const CInstance *self, const char *method, CInstance *in, CInstance *to, long flags)
{
    (void)p;
    (void)flags;
    if (strcmp(method, "Cheer") != 0)
        return WBEM_E_PROVIDER_NOT_CAPABLE;
    assert_string_equal(CInstance_GetClassName(self), "T_Single");
    return CInstance_CopyProperty(to, "ReturnValue", in, "By") ? WBEM_S_FALSE : WBEM_E_FAILED;
}

static const ProviderVtbl cheerful = {.EnumerateInstances = commit_one, .ExecMethod = cheer},
                          silent = {.EnumerateInstances = commit_one};
static Provider single, dumb, plain;
static Provider *const more_providers[] = {&single, &dumb, &plain, NULL};
static const ProviderModule more_module = {CIM_PROVIDER_ABI, more, more_providers};
static const ProviderModule *const modules[] = {&methods_module, &more_module, NULL};

static struct core *core;
static MethodContext *ctx;
static struct arena arena;
static CInstance *out;

static int set_up(void **state)
{
    const struct core_load l = {.schema_dir = "conf/schema", .builtin = modules};
    struct cim_error err = {0};

    (void)state;
    single = (Provider){.name = "T_Single", .vtbl = &cheerful};
    dumb = (Provider){.name = "T_Silent", .vtbl = &silent};
    plain = (Provider){.name = "T_Plain", .vtbl = &cheerful};
    core = core_new();
    if (core_load(core, &l, &err) != 0)
        fail_msg("%s", err.message);
    ctx = context_new(core, "tester", WBEM_AUTHN_PASSWORD);
    arena_init(&arena, 1 << 20);
    out = NULL;
    return ctx == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    if (out)
        CInstance_Release(out);
    arena_fini(&arena);
    MethodContext_Release(ctx);
    core = core_free(core);
    return 0;
}

/* ---- Helpers */

static struct cim_path path_of(const char *text)
{
    struct cim_path path;

    assert_int_equal(path_parse(&arena, text_of(text), &path, NULL), 0);
    return path;
}

static const struct cim_schema *schema(void)
{
    return context_namespace(ctx, NULL)->schema;
}

/* The input of the method as a front end makes it, for the class of the path; for what does not exist any will do. */
static struct cim_instance *input(const char *class, const char *method)
{
    const struct cim_class *c = schema_class(schema(), text_of(class));
    const struct cim_method *m = c ? class_method(c, text_of(method)) : NULL;

    if (!m)
        m = class_method(schema_class(schema(), TEXT("Method_Thing")), TEXT("Hang"));
    return instance_new(&arena, m->input);
}

static void set(struct cim_instance *in, const char *name, struct cim_value v)
{
    struct cim_error err = {0};

    if (instance_set(in, &arena, text_of(name), &v, &err) != 0)
        fail_msg("%s", err.message);
}

/* values: name, text, name, text, NULL */
static HRESULT call(const char *text, const char *method, const char *const *values)
{
    const struct cim_path path = path_of(text);
    char *class = arena_strndup(&arena, path.class_name.s, path.class_name.n);
    struct cim_instance *in = input(class, method);

    for (; values && *values; values += 2)
        set(in, values[0], value_string(text_of(values[1])));
    if (out)
        CInstance_Release(out);
    out = NULL;
    return operation_invoke(ctx, &path, method, in, &out);
}

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *text_in(const CInstance *i, const char *name)
{
    struct buf b;
    const struct cim_value *v = instance_get(cinstance_view(i), text_of(name));
    const char *text;

    assert_non_null(v);
    buf_init(&b, 10000);
    value_print(&b, v);
    text = arena_strdup(&arena, buf_cstr(&b));
    buf_fini(&b);
    return text;
}

static void assert_status(const char *part)
{
    const char *text = "";

    (void)MethodContext_GetStatusObject(ctx, &text);
    if (!strstr(text, part))
        fail_msg("'%s' does not say '%s'", text, part);
}

/* ---- What comes back */

static void a_method_gets_its_parameters_and_returns_a_value(void **state)
{
    (void)state;
    assert_int_equal(call("Method_Thing.Id=\"a\"", "Add", VALUES("X", "40", "Y", "2")), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "42");
    assert_string_equal(CInstance_GetClassName(out), "Add_OUTPUT");
    assert_int_equal(call("Method_Thing.Id=\"a\"", "aDD", NULL), WBEM_S_NO_ERROR); /* without case */
    assert_string_equal(text_in(out, "ReturnValue"), "0");
}

static void values_of_all_types_go_in_and_come_out(void **state)
{
    static const struct {
        const char *name, *text;
    } cases[] = {
        {"Boolean", "true"},    {"Uint8", "255"},
        {"Sint8", "-128"},      {"Uint16", "65535"},
        {"Sint16", "-32768"},   {"Uint32", "4294967295"},
        {"Sint32", "-5"},       {"Uint64", "18446744073709551615"},
        {"Sint64", "-6"},       {"Real32", "1.5"},
        {"Real64", "-2.5"},     {"Char16", "x"},
        {"String", "\303\244"}, {"Datetime", "20240229123456.123456+060"},
    };
    struct cim_instance *in = input("Method_Thing", "Echo");
    const struct cim_path path = path_of("Method_Thing.Id=\"b\"");
    char name[30];

    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        const struct cim_value items[] = {value_string(text_of(cases[k].text)), value_null(CIM_STRING, false)};

        (void)snprintf(name, sizeof(name), "One%s", cases[k].name);
        set(in, name, items[0]);
        (void)snprintf(name, sizeof(name), "Many%s", cases[k].name);
        set(in, name, value_array(CIM_STRING, items, 2));
    }
    assert_int_equal(operation_invoke(ctx, &path, "Echo", in, &out), WBEM_S_NO_ERROR);
    for (uint16_t k = 0; k < in->class->n_properties; k++) {
        const struct cim_value *back = instance_get(cinstance_view(out), in->class->properties[k].name);

        if (!value_equal(back, &in->values[k]))
            fail_msg("%s came back as something else", in->class->properties[k].name.s);
    }
    assert_string_equal(text_in(out, "ReturnValue"), "28");
}

static void references_go_in_and_come_out(void **state)
{
    const struct cim_value *both;

    (void)state;
    assert_int_equal(call("Method_Thing.Id=\"a\"", "Swap",
                          VALUES("Left", "Method_Thing.Id=\"b\"", "Right", "Method_Thing.Id=\"c\"")),
                     WBEM_S_NO_ERROR);
    assert_non_null(strstr(text_in(out, "Left"), "\"c\""));
    assert_non_null(strstr(text_in(out, "Right"), "\"b\""));
    both = instance_get(cinstance_view(out), TEXT("Both"));
    assert_int_equal(both->len, 2);
    assert_int_equal(both->items[1].type, CIM_REFERENCE);
}

static void embedded_instances_go_in_and_come_out_alone_and_in_arrays(void **state)
{
    const struct cim_path path = path_of("Method_Thing.Id=\"a\"");
    struct cim_instance *in = input("Method_Thing", "Wrap"), *parts[3];
    struct cim_value values[3];
    const struct cim_value *all;

    (void)state;
    for (unsigned k = 0; k < 3; k++) {
        parts[k] = instance_new(&arena, schema_class(schema(), TEXT("Method_Part")));
        set(parts[k], "Weight", value_uint(CIM_UINT32, k == 1 ? 9 : k));
        values[k] = (struct cim_value){.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = parts[k]};
    }
    set(in, "Part", values[0]);
    set(in, "Parts", value_array(CIM_INSTANCE, values + 1, 2));
    assert_int_equal(operation_invoke(ctx, &path, "Wrap", in, &out), WBEM_S_NO_ERROR);
    all = instance_get(cinstance_view(out), TEXT("All"));
    assert_int_equal(all->len, 3);
    assert_true(instance_equal(all->items[2].instance, parts[2]));
    assert_true(instance_equal(instance_get(cinstance_view(out), TEXT("Heaviest"))->instance, parts[1]));
    assert_string_equal(text_in(out, "ReturnValue"), "3");
}

static void arrays_of_any_type_can_be_read_as_text(void **state)
{
    const struct cim_value numbers[] = {value_sint(CIM_SINT64, -1), value_sint(CIM_SINT64, 20)};
    const struct cim_path path = path_of("Method_Thing.Id=\"a\"");
    struct cim_instance *in = input("Method_Thing", "Join");

    (void)state;
    set(in, "Numbers", value_array(CIM_SINT64, numbers, 2));
    set(in, "Separator", value_string(TEXT("+")));
    assert_int_equal(operation_invoke(ctx, &path, "Join", in, &out), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "-1+20");
}

static void options_reach_the_method(void **state)
{
    (void)state;
    assert_int_equal(context_add_option(ctx, TEXT("Colour"), TEXT("green")), 0);
    assert_int_equal(call("Method_Thing.Id=\"a\"", "Option", VALUES("Name", "colour")), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "green");
}

static void a_success_of_any_kind_is_a_success(void **state)
{
    (void)state;
    assert_int_equal(call("T_Single=@", "Cheer", VALUES("By", "3")), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "3");
}

/* ---- Whose method */

static void a_static_method_needs_no_instance(void **state)
{
    (void)state;
    assert_int_equal(call("Method_Thing", "Greet", VALUES("Name", "you")), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "Hello, you!");
    assert_int_equal(call("Method_Thing.Id=\"nobody\"", "Greet", NULL), WBEM_S_NO_ERROR);
    assert_int_equal(atomic_load(&thing.state->calls), 2);
}

static void the_class_of_the_instance_decides_not_that_of_the_path(void **state)
{
    (void)state;
    assert_int_equal(call("Method_Special.Id=\"s\"", "Add", VALUES("X", "1", "Z", "100")), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "101");
    assert_int_equal(call("Method_Thing.Id=\"s\"", "Add", VALUES("X", "1", "Y", "2")), WBEM_S_NO_ERROR);
    assert_string_equal(text_in(out, "ReturnValue"), "3");
    assert_ptr_equal(cinstance_view(out)->class,
                     class_method(schema_class(schema(), TEXT("Method_Special")), TEXT("Add"))->output);
}

static void no_instance_is_read_where_only_one_class_can_have_it(void **state)
{
    (void)state;
    assert_int_equal(call("Method_Special.Id=\"s\"", "Add", NULL), WBEM_S_NO_ERROR);
    assert_int_equal(atomic_load(&thing.state->calls), 1);
    assert_int_equal(atomic_load(&thing.state->instances), 0);
    assert_int_equal(call("Method_Thing.Id=\"a\"", "Add", NULL), WBEM_S_NO_ERROR);
    assert_int_equal(atomic_load(&thing.state->calls), 3);
}

static void what_cannot_be_called_says_why(void **state)
{
    static const struct {
        const char *path, *method;
        HRESULT hr;
        const char *says;
    } cases[] = {
        {"Method_Thing.Id=\"a\"", "Sing", WBEM_E_INVALID_METHOD, "method Sing of class Method_Thing does not exist"},
        {"Method_Thing", "", WBEM_E_INVALID_METHOD, ""},
        {"Method_Thing", "Add", WBEM_E_INVALID_METHOD_PARAMETERS, "needs an instance"},
        {"Method_Thing.Id=\"a\"", "Join", WBEM_E_INVALID_METHOD_PARAMETERS, "wants a value for Numbers, Separator"},
        {"Method_Thing.Id=\"a\"", "Forgotten", WBEM_E_METHOD_NOT_IMPLEMENTED, ""},
        {"Method_Thing.Id=\"z\"", "Add", WBEM_E_NOT_FOUND, ""},
        {"Method_Special.Id=\"a\"", "Add", WBEM_E_NOT_FOUND, ""},
        {"Method_Thing.Name=\"a\"", "Add", WBEM_E_INVALID_OBJECT_PATH, "has no key Name"},
        {"Method_Nothing.Id=\"a\"", "Add", WBEM_E_INVALID_CLASS, ""},
        {"root/nowhere:Method_Thing.Id=\"a\"", "Add", WBEM_E_INVALID_NAMESPACE, ""},
        {"T_Silent.Id=\"x\"", "Alone", WBEM_E_METHOD_NOT_IMPLEMENTED, "is implemented by nobody"},
        {"T_Silent", "Both", WBEM_E_METHOD_NOT_IMPLEMENTED, "is implemented by nobody"},
        {"T_Single", "Nobody", WBEM_E_METHOD_NOT_IMPLEMENTED, ""}, /* PROVIDER_NOT_CAPABLE */
        {"T_Plain.Id=\"x\"", "Alone", WBEM_E_INVALID_METHOD, "method Alone of class T_Plain does not exist"},
        {"T_Base.Id=\"x\"", "Alone", WBEM_E_INVALID_METHOD, "method Alone of class T_Plain does not exist"},
        {"T_Base", "Both", WBEM_E_INVALID_METHOD, "does not exist"},
    };

    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        HRESULT hr = call(cases[k].path, cases[k].method, NULL);

        if (hr != cases[k].hr)
            fail_msg("%s %s: %#x", cases[k].path, cases[k].method, (unsigned)hr);
        assert_null(out);
        if (*cases[k].says)
            assert_status(cases[k].says);
        tear_down(state);
        set_up(state);
    }
}

static void a_failure_is_the_providers_with_its_sentence(void **state)
{
    (void)state;
    assert_int_equal(call("Method_Thing.Id=\"a\"", "Fail", VALUES("Reason", "no fuel", "Code", "2147749891")),
                     WBEM_E_ACCESS_DENIED);
    assert_status("no fuel");
    assert_null(out);
}

static void a_parameter_that_the_overriding_method_lacks_is_refused(void **state)
{
    const struct cim_path path = path_of("Method_Thing.Id=\"a\"");
    struct cim_instance *in = input("Method_Special", "Add");

    (void)state;
    set(in, "Z", value_uint(CIM_UINT32, 1));
    assert_int_equal(operation_invoke(ctx, &path, "Add", in, &out), WBEM_E_INVALID_METHOD_PARAMETERS);
    assert_status("Z");
}

/* ---- The call */

static void calls_and_failures_are_counted(void **state)
{
    (void)state;
    assert_int_equal(call("Method_Special.Id=\"s\"", "Add", NULL), WBEM_S_NO_ERROR);
    assert_int_equal(call("Method_Special.Id=\"s\"", "Fail", NULL), WBEM_E_FAILED);
    assert_int_equal(call("Method_Special.Id=\"q\"", "Add", NULL), WBEM_E_NOT_FOUND); /* an answer, no failure */
    assert_int_equal(atomic_load(&thing.state->calls), 3);
    assert_int_equal(atomic_load(&thing.state->failures), 1);
}

static void nobody_is_called_when_nobody_waits_or_it_hangs(void **state)
{
    (void)state;
    atomic_store(&thing.state->stuck, 1);
    assert_int_equal(call("Method_Special.Id=\"s\"", "Add", NULL), WBEM_E_PROVIDER_TIMED_OUT);
    atomic_store(&thing.state->stuck, 0);
    context_cancel(ctx);
    assert_int_equal(call("Method_Special.Id=\"s\"", "Add", NULL), WBEM_E_CALL_CANCELLED);
    assert_int_equal(atomic_load(&thing.state->calls), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_method_gets_its_parameters_and_returns_a_value),
        CASE(values_of_all_types_go_in_and_come_out),
        CASE(references_go_in_and_come_out),
        CASE(embedded_instances_go_in_and_come_out_alone_and_in_arrays),
        CASE(arrays_of_any_type_can_be_read_as_text),
        CASE(options_reach_the_method),
        CASE(a_success_of_any_kind_is_a_success),
        CASE(a_static_method_needs_no_instance),
        CASE(the_class_of_the_instance_decides_not_that_of_the_path),
        CASE(no_instance_is_read_where_only_one_class_can_have_it),
        CASE(what_cannot_be_called_says_why),
        CASE(a_failure_is_the_providers_with_its_sentence),
        CASE(a_parameter_that_the_overriding_method_lacks_is_refused),
        CASE(calls_and_failures_are_counted),
        CASE(nobody_is_called_when_nobody_waits_or_it_hangs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
