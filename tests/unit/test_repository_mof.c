/* MOF into the repository: whole or not at all, and still there after a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/core/cinstance.h"
#include "tests/unit/fixture.h"
#include "tests/unit/kept.h"

#include <cmocka.h>

static const char new_class[] = "class R_New : R_Base { uint32 Size; };\n"
                                "instance of R_New { Id = \"n\"; Size = 1; };\n";

static void classes_and_instances_come_with_mof_and_stay(void **state)
{
    (void)state;
    kept_loads(new_class);
    assert_int_equal(kept.loaded.classes, 1);
    assert_int_equal(kept.loaded.instances, 1);
    assert_string_equal(kept_text("R_Base.Id=\"n\"", "Size"), "1");
    kept_restart();
    assert_string_equal(kept_text("R_New.Id=\"n\"", "Size"), "1");
    assert_int_equal(kept_population("R_New"), 1);
}

static void the_same_mof_again_is_no_problem(void **state)
{
    (void)state;
    kept_loads(new_class);
    assert_int_equal(kept_set("R_New.Id=\"n\"", "R_New", "Size", "2"), WBEM_S_NO_ERROR);
    kept_loads(new_class);
    assert_string_equal(kept_text("R_New.Id=\"n\"", "Size"), "1");
    assert_int_equal(kept_population("R_New"), 1);
    kept_loads("class R_New : R_Base { uint64 Size; string More = \"m\"; };");
    assert_string_equal(kept_text("R_New.Id=\"n\"", "Size"), "1");
    assert_string_equal(kept_text("R_New.Id=\"n\"", "More"), "m");
    kept_restart();
    assert_string_equal(kept_text("R_New.Id=\"n\"", "More"), "m");
}

static void qualifiers_come_too_and_classes_in_any_order(void **state)
{
    (void)state;
    kept_loads("[R_Mark(\"x\")] class R_C : R_B { };\nclass R_B : R_A { };\nclass R_A : R_Base { };\n"
               "Qualifier R_Mark : string = null, Scope(class);\n");
    assert_int_equal(kept.loaded.classes, 3);
    assert_int_equal(kept.loaded.qualifiers, 1);
    kept_restart();
    assert_int_equal(kept_create("instance of R_C { Id = \"1\"; };"), WBEM_S_NO_ERROR);
    assert_int_equal(kept_has("R_A.Id=\"1\""), WBEM_S_NO_ERROR);
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
        assert_int_equal(kept_load(texts[i].mof), texts[i].status);
        if (!strstr(buf_cstr(&kept.lines), texts[i].said))
            fail_msg("%s instead of %s", buf_cstr(&kept.lines), texts[i].said);
        assert_null(schema_class(context_namespace(kept.ctx, NULL)->schema, TEXT("R_New")));
        assert_int_equal(kept_population("R_Base"), 0);
    }
    kept_restart();
    assert_null(schema_class(context_namespace(kept.ctx, NULL)->schema, TEXT("R_New")));
    assert_int_equal(kept_population("R_Base"), 0);
}

static void keys_of_a_class_with_instances_stay(void **state)
{
    (void)state;
    kept_loads("class R_New { [Key] string A; };\n");
    kept_loads("class R_New { [Key] string B; };\n"); /* nobody minds */
    kept_loads("instance of R_New { B = \"1\"; };");
    assert_int_equal(kept_load("class R_New { [Key] string A; };"), CIM_ERR_CLASS_HAS_INSTANCES);
    assert_non_null(strstr(buf_cstr(&kept.lines), "class R_New has instances"));
    assert_int_equal(kept_load("[Abstract] class R_New { [Key] string B; };"), CIM_ERR_CLASS_HAS_INSTANCES);
    assert_int_equal(kept_has("R_New.B=\"1\""), WBEM_S_NO_ERROR);
}

static void a_request_that_runs_keeps_its_schema(void **state)
{
    MethodContext *old = context_new(kept.core, "", WBEM_AUTHN_NONE);
    const struct cim_schema *before = context_namespace(old, NULL)->schema;

    (void)state;
    kept_loads(new_class);
    assert_ptr_equal(context_namespace(old, NULL)->schema, before);
    assert_null(schema_class(before, TEXT("R_New")));
    assert_non_null(schema_class(context_namespace(kept.ctx, NULL)->schema, TEXT("R_New")));
    MethodContext_Release(old);
}

static void stored_classes_that_do_not_fit_any_more_are_left_out(void **state)
{
    struct cim_error err = {0};

    (void)state;
    kept_loads(new_class);
    kept_stop();
    kept.core = fixture_core(); /* without R_Base */
    kept.repository = repository_open(kept.scratch.path, &err);
    assert_int_equal(repository_serve(kept.repository, kept.core, &err), 0);
    kept.ctx = context_new(kept.core, "", WBEM_AUTHN_NONE);
    assert_null(schema_class(context_namespace(kept.ctx, NULL)->schema, TEXT("R_New")));
    kept_restart(); /* it is back, and the class with it */
    assert_string_equal(kept_text("R_New.Id=\"n\"", "Size"), "1");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, kept_set_up, kept_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(classes_and_instances_come_with_mof_and_stay),
        CASE(the_same_mof_again_is_no_problem),
        CASE(qualifiers_come_too_and_classes_in_any_order),
        CASE(a_problem_anywhere_leaves_everything_as_it_was),
        CASE(keys_of_a_class_with_instances_stay),
        CASE(a_request_that_runs_keeps_its_schema),
        CASE(stored_classes_that_do_not_fit_any_more_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
