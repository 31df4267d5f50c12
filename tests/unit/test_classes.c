#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/classes.h"
#include "server/proto/xml.h"

static const char text[] =
    "<CLASS NAME='L'><QUALIFIER NAME='Key' TYPE='boolean'><VALUE>TRUE</VALUE></QUALIFIER>"
    "<PROPERTY.REFERENCE NAME='A' REFERENCECLASS='X'><QUALIFIER NAME='key' TYPE='boolean'><VALUE>true</VALUE></QUALIFIER>"
    "</PROPERTY.REFERENCE><PROPERTY NAME='S' TYPE='string'><QUALIFIER NAME='Key' TYPE='boolean'><VALUE>FALSE</VALUE>"
    "</QUALIFIER></PROPERTY><PROPERTY.ARRAY NAME='N' TYPE='uint8'/><METHOD NAME='Do' TYPE='uint32'>"
    "<PARAMETER.REFERENCE NAME='P'/><PARAMETER NAME='Q' TYPE='string'/><PARAMETER.REFARRAY NAME='R'/>"
    "<PARAMETER.ARRAY NAME='T' TYPE='sint16'/></METHOD><METHOD NAME='Other' TYPE='string'/></CLASS>";

static struct arena arena;
static unsigned asked;

static const struct xml_element *ask(void *user, struct text class_name)
{
    const struct xml_element *root;

    (void)user;
    asked++;
    if (!text_ieq(class_name, TEXT("L")) || xml_parse(&arena, TEXT(text), &root, NULL))
        return NULL;
    return root;
}

static struct classes classes;

static int set_up(void **state)
{
    (void)state;
    xml_global_init();
    arena_init(&arena, 1 << 22);
    classes_init(&classes, ask, NULL);
    asked = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    classes_fini(&classes);
    arena_fini(&arena);
    xml_global_fini();
    return 0;
}

static void check(const struct class_info *info, const char *name, enum cim_type type, bool is_array, bool is_key)
{
    const struct class_feature *f = classes_feature(info, text_of(name));

    assert_non_null(f);
    assert_int_equal(f->type, type);
    assert_int_equal(f->is_array, is_array);
    assert_int_equal(f->is_key, is_key);
}

static void a_class_is_asked_for_once(void **state)
{
    const struct class_info *info = classes_find(&classes, TEXT("L"));

    (void)state;
    assert_non_null(info);
    assert_ptr_equal(classes_find(&classes, TEXT("l")), info);
    assert_null(classes_find(&classes, TEXT("X")));
    assert_null(classes_find(&classes, TEXT("X")));
    assert_null(classes_find(&classes, TEXT("")));
    assert_int_equal(asked, 2);
}

static void features_have_types_and_keys(void **state)
{
    const struct class_info *info = classes_find(&classes, TEXT("L"));

    (void)state;
    check(info, "a", CIM_REFERENCE, false, true);
    check(info, "S", CIM_STRING, false, false);
    check(info, "N", CIM_UINT8, true, false);
    assert_null(classes_feature(info, TEXT("Do")));
    assert_null(classes_feature(NULL, TEXT("S")));
    info = classes_method(info, TEXT("do"));
    check(info, "P", CIM_REFERENCE, false, false);
    check(info, "Q", CIM_STRING, false, false);
    check(info, "R", CIM_REFERENCE, true, false);
    check(info, "T", CIM_SINT16, true, false);
    check(info, "ReturnValue", CIM_UINT32, false, false);
    assert_null(classes_method(classes_find(&classes, TEXT("L")), TEXT("Nothing")));
    assert_null(classes_method(NULL, TEXT("Do")));
}

static void text_like_a_path_is_a_reference_unless_the_class_says_otherwise(void **state)
{
    const struct class_info *info = classes_find(&classes, TEXT("L"));
    char *words[] = {(char *)"A=X.k=\"1\"", (char *)"S=X.k=\"1\"", (char *)"New=[X.k=1,X.k=2]",
                     (char *)"Mixed=[X.k=1,x y]"};
    struct assignment *values;
    struct cim_path p;
    uint32_t n;

    (void)state;
    assert_int_equal(words_assignments(&arena, 4, words, &values, &n, NULL), 0);
    classes_bind_values(&arena, info, values, n);
    assert_true(values[0].is_reference);
    assert_false(values[1].is_reference);
    assert_true(values[2].is_reference);
    assert_false(values[3].is_reference);
    assert_int_equal(path_parse(&arena, TEXT("L.A=\"X.k=1\",S=\"X.k=1\",Other=\"word\",No=5"), &p, NULL), 0);
    assert_true(classes_bind_path(&arena, info, &p));
    assert_int_equal(p.keys[0].value.type, CIM_REFERENCE);
    assert_int_equal(p.keys[0].value.path->keys[0].value.uint, 1);
    assert_int_equal(p.keys[1].value.type, CIM_STRING);
    assert_int_equal(p.keys[2].value.type, CIM_STRING);
    assert_int_equal(p.keys[3].value.type, CIM_UINT64);
}

static void what_is_no_class_is_refused(void **state)
{
    static const char *const cases[] = {"<INSTANCE/>", "<x:CLASS xmlns:x='u' NAME='L'/>"};
    struct class_info info;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct xml_element *root;

        assert_int_equal(xml_parse(&arena, text_of(cases[i]), &root, NULL), 0);
        assert_false(classes_read(&arena, root, &info));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_class_is_asked_for_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(features_have_types_and_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_like_a_path_is_a_reference_unless_the_class_says_otherwise, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_class_is_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
