#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/decls.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum {
    BAD = CIM_ERR_INVALID_PARAMETER,
    TYPE = CIM_ERR_TYPE_MISMATCH,
    SUPER = CIM_ERR_INVALID_SUPERCLASS,
};

/* One problem each; message: what the report must contain */
static const struct {
    const char *text;
    int status;
    const char *message;
} refused[] = {
    {"A {} a {}", CIM_ERR_ALREADY_EXISTS, "class a exists already"},
    {"B : A {}", SUPER, "superclass A of class B does not exist"},
    {"A : A {}", SUPER, "derives from itself"},
    {"A : B {} B : C {} C : A {} D : A {}", SUPER, "derives from itself"},
    {"A { uint32 x; string X; }", BAD, "A.X: declared twice"},
    {"A { uint32 x; } B : A { uint32 x; }", BAD, "wants the qualifier Override"},
    {"A { uint32 x; } B : A { uint32 x [Override(y)]; }", BAD, "wants the qualifier Override"},
    {"A { uint32 x [Override(x)]; }", BAD, "nothing to override"},
    {"A { uint32 x; } B : A { uint64 x [Override]; }", BAD, "another type"},
    {"A { uint32 x; } B : A { uint32 x[] [Override]; }", BAD, "another type"},
    {"A { uint32 x[3]; } B : A { uint32 x[4] [Override]; }", BAD, "another type"},
    {"A { uint32 m(); string m(); }", BAD, "A.m: declared twice"},
    {"A { uint32 m(); } B : A { uint32 m(); }", BAD, "wants the qualifier Override"},
    {"A { uint32 m(); } B : A { sint32 m() [Override]; }", BAD, "another type"},
    {"A { uint32 m() [Override]; }", BAD, "nothing to override"},
    {"A { uint32 m(string a, uint8 A); }", BAD, "two parameters"},
    {"A { uint32 x [Key]; } B : A { uint32 y [Key]; }", BAD, "has its keys already"},
    {"A { uint32 x [Key]; uint32 y; } B : A { uint32 y [Override, Key]; }", BAD, "has its keys already"},
    {"A { uint32 x[] [Key]; }", BAD, "cannot be a key"},
    {"A { string x [Key, EmbeddedObject]; }", BAD, "cannot be a key"},
    {"A { uint32 x [EmbeddedObject]; }", BAD, "only a string"},
    {"A { string x [EmbeddedInstance(Nobody)]; }", BAD, "class Nobody does not exist"},
    {"A [Terminal] {} B : A {}", BAD, "terminal class A"},
    {"A [Association] { ref A x; }", BAD, "needs two references"},
    {"A { ref A x; }", BAD, "is no association"},
    {"A [Association] { ref A x; ref Nobody y; }", BAD, "class Nobody does not exist"},
    {"A {} B {} C [Association] { ref A x; ref A y; } D : C { ref B x [Override]; }", BAD, "allows another class"},
    {"A { uint8 x = 256; }", BAD, "A.x: \"256\" is out of the range of uint8"},
    {"A { uint32 x = -1; }", BAD, "out of the range"},
    {"A { uint32 x = \"5\"; }", TYPE, "text is no uint32"},
    {"A { uint32 x = true; }", TYPE, "a boolean is no uint32"},
    {"A { uint32 x = {1}; }", TYPE, "an array is too much"},
    {"A { uint32 x[] = 1; }", TYPE, "an array is wanted"},
    {"A { uint32 x[2] = {1, 2, 3}; }", BAD, "3 items are too many for 2"},
    {"A { datetime x = \"today\"; }", TYPE, "is no datetime"},
    {"A { string x [EmbeddedObject] = \"x\"; }", TYPE, "text is no instance"},
    {"A { uint32 x [Wrong]; }", BAD, "qualifier Wrong of property A.x: no such qualifier type"},
    {"A [Key] {}", BAD, "qualifier Key of class A: its scope"},
    {"A { uint32 m() [Key]; }", BAD, "its scope"},
    {"A { uint32 m(uint32 returnvalue [Out]); }", BAD, "has the name of the return value"},
    {"A { uint32 m(uint32 x [Static]); }", BAD, "qualifier Static of parameter A.x: its scope"},
    {"A [Version(1), VERSION(2)] {}", TYPE, "a uint64 is no string"},
    {"A [Version(a), VERSION(b)] {}", BAD, "written twice"},
    {"A [Fixed(a)+o-o] {}", BAD, "contradict"},
    {"A { uint32 x [MaxLen(a)]; }", TYPE, "text is no uint32"},
    {"A { uint32 x [Values(a)]; }", TYPE, "an array is wanted"},
};

static void each_broken_rule_is_refused_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(refused); i++) {
        const struct cim_schema *s = (const struct cim_schema *)"untouched";
        struct problems p;
        int r = decls_build(NULL, refused[i].text, false, &p, &s);

        if (r != refused[i].status || !strstr(p.first, refused[i].message))
            fail_msg("%s: %d %s", refused[i].text, r, p.first);
        assert_string_equal((const char *)s, "untouched");
    }
}

static const char *const accepted[] = {
    "A { uint32 x; } B : A { uint32 X [Override(x)]; }",
    "A { uint32 x; } B : A { uint32 x [Override(\"A.x\")]; }",
    "A { uint32 x; } B : A { uint32 x [Override, Key]; }", /* the superclass has no keys */
    "A { uint32 x [Key]; } B : A { uint32 x [Override, Key]; }",
    "A { uint32 x[3]; } B : A { uint32 x[] [Override]; }",
    "A {} B : A {} C [Association] { ref A x [Key]; ref A y; } D : C [Association] { ref B x [Override]; }",
    "C [Association, Abstract] { ref C x; ref C y; } D : C { ref D x [Override]; }",
    "A [Association] { ref A x; ref A y; ref A z [Write]; }",
    "A { real32 a = 3; real64 b = 1.5; datetime c = null; }",
    "A { string x [Values(a, b), MaxLen(5)]; }",
};

static void what_the_rules_allow_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(accepted); i++) {
        const struct cim_schema *s = NULL;
        struct problems p;

        if (decls_build(NULL, accepted[i], false, &p, &s))
            fail_msg("%s: %s", accepted[i], p.first);
        (void)schema_unref(s);
    }
}

static void all_problems_are_reported_and_the_first_is_the_result(void **state)
{
    const struct cim_schema *s = NULL;
    struct problems p;

    (void)state;
    assert_int_equal(decls_build(NULL, "A { uint32 x = \"5\"; uint32 y [Wrong]; } C : Nobody {} D : C {} A {}", false,
                                 &p, &s),
                     CIM_ERR_ALREADY_EXISTS);
    assert_int_equal(p.errors, 4); /* D is C's fault */
}

static void unknown_target_is_a_warning_unless_strict(void **state)
{
    struct schema_builder *b = schema_builder_new(NULL);
    const struct cim_schema *s = NULL;
    struct problems p = {0};
    struct decls d;

    (void)state;
    decls_init(&d, "A [Association] { ref Nobody x; ref A y; }");
    decls_add_types(b);
    assert_int_equal(schema_builder_add_class(b, d.classes, false), 0);
    assert_int_equal(schema_builder_finish(b, false, decls_count, &p, &s), 0);
    assert_int_equal(p.warnings, 1);
    assert_int_equal(p.errors, 0);
    (void)schema_builder_free(b);
    decls_fini(&d);
    assert_string_equal(schema_class(s, TEXT("A"))->properties[0].ref_class, "Nobody");
    (void)schema_unref(s);
}

static void deep_inheritance_has_a_limit(void **state)
{
    static char text[20000];
    size_t n = (size_t)snprintf(text, sizeof(text), "C0 {}");
    const struct cim_schema *s = NULL;
    struct problems p;

    (void)state;
    for (int i = 1; i <= SCHEMA_MAX_DEPTH; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, " C%d : C%d {}", i, i - 1);
    s = decls_schema(text);
    assert_int_equal(schema_class(s, TEXT("C256"))->depth, SCHEMA_MAX_DEPTH);
    assert_int_equal(schema_class(s, TEXT("C0"))->end, SCHEMA_MAX_DEPTH + 1);
    (void)schema_unref(s);
    (void)snprintf(text + n, sizeof(text) - n, " C257 : C256 {} X : C257 {}");
    assert_int_equal(decls_build(NULL, text, false, &p, &s), SUPER);
    assert_int_equal(p.errors, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_rules_allow_is_accepted),
        cmocka_unit_test(each_broken_rule_is_refused_and_named),
        cmocka_unit_test(all_problems_are_reported_and_the_first_is_the_result),
        cmocka_unit_test(unknown_target_is_a_warning_unless_strict),
        cmocka_unit_test(deep_inheritance_has_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
