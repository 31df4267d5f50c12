/* Units: namespaces, problems that only resolving finds, instances against their classes, diagnostics. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/mof/unit.h"
#include "tests/unit/mofs.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* ---- resolving ---- */

static void classes_resolve_in_any_order(void **state)
{
    struct mofs m;

    (void)state;
    mofs_compile(&m, "class C : B { uint8 z; }; class B : A { [Override(\"x\"), Description(\"d\")] uint8 x; };"
                     "[Abstract] class A { [Key] uint8 x; uint8 y = 7; };");
    assert_string_equal(buf_cstr(&m.problems), "");
    assert_int_equal(m.status, 0);
    assert_true(class_is_a(mofs_class(&m, "c"), mofs_class(&m, "A")));
    assert_int_equal(mofs_class(&m, "C")->n_properties, 3);
    assert_true(class_property(mofs_class(&m, "C"), TEXT("x"))->flags & FEATURE_KEY);
    assert_int_equal(class_property(mofs_class(&m, "C"), TEXT("y"))->value.uint, 7);
    mofs_fini(&m);
}

/* That the schema says so is its own test; here: that it arrives with the place of the declaration. */
static void problems_of_meaning_are_told_at_the_declaration(void **state)
{
    static const struct {
        const char *source, *place;
    } bad[] = {
        {"class B : A {};", "t.mof:1:7: error: "},
        {"class A {};\n\n  class a {};", "t.mof:3:9: error: "},
        {"class A {\n  [Foo] uint8 x; };", "t.mof:2:4: error: "},
        {"class A { [Key] uint8 x = 300; };", "t.mof:1:23: error: "},
        {"class A { uint8 x; };\nclass B : A { uint8 x; };", "t.mof:2:21: error: "},
        {"class A { uint8 f([Association] uint8 p); };", "t.mof:1:20: error: "},
        {"class A { B ref r; };", "t.mof:1:17: error: "},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct mofs m;

        mofs_compile(&m, bad[i].source);
        assert_memory_equal(buf_cstr(&m.problems), bad[i].place, strlen(bad[i].place));
        assert_true(m.status > 0);
        assert_null(m.schema);
        mofs_fini(&m);
    }
}

static void a_unit_with_mistakes_does_not_resolve(void **state)
{
    struct mofs m;

    (void)state;
    mofs_parse(&m, "class A { ; };");
    mofs_resolve(&m);
    assert_int_equal(m.status, CIM_ERR_INVALID_PARAMETER);
    mofs_fini(&m);
}

static void namespaces_resolve_apart_and_on_top_of_a_base(void **state)
{
    const struct cim_schema *more = NULL;
    struct mofs m, second;

    (void)state;
    mofs_compile(&m, "class A {};\n#pragma namespace(\"root/other\")\nclass A {}; class B {};");
    assert_int_equal(m.status, 0);
    assert_string_equal(mof_unit_namespaces(m.unit)[0], "root/test");
    assert_string_equal(mof_unit_namespaces(m.unit)[1], "root/other");
    assert_null(mof_unit_namespaces(m.unit)[2]);
    assert_null(schema_class(m.schema, TEXT("B")));
    mofs_parse(&second, "class B : A {};");
    assert_int_equal(mof_unit_resolve(second.unit, "ROOT/test", m.schema, false, &more), 0);
    assert_non_null(schema_class(more, TEXT("B")));
    (void)schema_unref(more);
    mofs_fini(&second);
    mofs_fini(&m);
}

/* ---- instances ---- */

static const char classes[] =
    "class T { [Key] string Id; uint8 n = 7; [EmbeddedInstance(\"T\")] string emb; [EmbeddedObject] string any[];"
    " datetime d; };\n"
    "[Association] class L { [Key] T ref A; [Key] T ref B; };\n"
    "[Abstract] class X {};\n";

/* The first instance of the source, or its status. */
static int build(struct mofs *m, struct arena *a, const char *source, struct cim_instance **ret)
{
    struct buf whole;
    int r;

    buf_init(&whole, 100000);
    buf_puts(&whole, classes);
    buf_puts(&whole, source);
    mofs_compile(m, buf_cstr(&whole));
    buf_fini(&whole);
    assert_string_equal(buf_cstr(&m->problems), "");
    assert_int_equal(m->status, 0);
    r = mof_unit_instance(m->unit, mof_unit_instances(m->unit), m->schema, a, ret);
    return r;
}

static void instances_get_the_types_and_defaults_of_their_class(void **state)
{
    static const struct {
        const char *source, *written;
    } good[] = {
        {"instance of t { ID = \"1\"; };", "instance of T {\n    Id = \"1\";\n};\n"},
        {"instance of T { Id = \"1\"; n = null; d = \"00000001000000.000000:000\"; };",
         "instance of T {\n    Id = \"1\";\n    n = NULL;\n    d = \"00000001000000.000000:000\";\n};\n"},
        {"instance of L { A = \"T.Id=\\\"1\\\"\"; B = $b; }; instance of T as $b { Id = \"2\"; };",
         "instance of L {\n    A = \"T.Id=\\\"1\\\"\";\n    B = \"/root/test:T.Id=\\\"2\\\"\";\n};\n"},
        {"instance of T { Id = \"1\"; emb = instance of T { n = 1; }; };",
         "instance of T {\n    Id = \"1\";\n    emb = \"instance of T {\\n    n = 1;\\n};\\n\";\n};\n"},
        {"instance of T { Id = \"1\"; any = {\"instance of T {};\", null}; };",
         "instance of T {\n    Id = \"1\";\n    any = {\"instance of T {\\n};\\n\", NULL};\n};\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++) {
        struct cim_instance *instance;
        struct mofs m;
        struct arena a;
        struct buf b;

        arena_init(&a, 1 << 20);
        buf_init(&b, 10000);
        assert_int_equal(build(&m, &a, good[i].source, &instance), 0);
        mof_write_instance(&b, instance);
        assert_string_equal(buf_cstr(&b), good[i].written);
        buf_fini(&b);
        mofs_fini(&m);
        arena_fini(&a);
    }
}

static void instances_that_do_not_fit_their_class_are_told(void **state)
{
    static const struct {
        const char *source;
        int status;
        const char *problem;
    } bad[] = {
        {"instance of Y {};", CIM_ERR_INVALID_CLASS, "t.mof:4:13: error: there is no class Y\n"},
        {"instance of X {};", CIM_ERR_INVALID_CLASS, "t.mof:4:13: error: class X is abstract and has no instances\n"},
        {"instance of T {};", CIM_ERR_INVALID_PARAMETER, "t.mof:4:13: error: key Id of class T is not set\n"},
        {"instance of T { Id = \"1\"; q = 1; };", CIM_ERR_NO_SUCH_PROPERTY,
         "t.mof:4:27: error: class T has no property q\n"},
        {"instance of T { Id = \"1\"; n = 1; N = 2; };", CIM_ERR_INVALID_PARAMETER,
         "t.mof:4:34: error: property is set twice\n"},
        {"instance of T { Id = \"1\"; n = 256; };", CIM_ERR_INVALID_PARAMETER,
         "t.mof:4:27: error: property n: \"256\" is out of the range of uint8\n"},
        {"instance of L { A = $x; };", CIM_ERR_NOT_FOUND, "t.mof:4:17: error: no instance has the alias $x\n"},
        {"instance of L as $l { A = $l; };", CIM_ERR_INVALID_PARAMETER,
         "t.mof:4:23: error: the instance with the alias $l has no path: a key is missing, wrong or refers to itself\n"},
        {"instance of T { Id = \"1\"; emb = \"x\"; };", CIM_ERR_INVALID_PARAMETER,
         "t.mof:4:27: error: embedded instance, line 1: expected `class`, `instance`, `qualifier` or `#pragma`, found `x`\n"},
        {"instance of T { Id = \"1\"; emb = instance of L {}; };", CIM_ERR_TYPE_MISMATCH,
         "t.mof:4:27: error: property emb holds instances of T, L is none\n"},
        {"instance of T { Id = \"1\"; emb = \"\"; };", CIM_ERR_INVALID_PARAMETER,
         "t.mof:4:27: error: the text of an embedded instance is one instance in MOF\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct cim_instance *instance;
        struct mofs m;
        struct arena a;

        arena_init(&a, 1 << 20);
        assert_int_equal(build(&m, &a, bad[i].source, &instance), bad[i].status);
        assert_string_equal(buf_cstr(&m.problems), bad[i].problem);
        mofs_fini(&m);
        arena_fini(&a);
    }
}

/* ---- memory ---- */

static void memory_that_runs_out_is_no_mistake_of_the_source(void **state)
{
    static const char source[] =
        "Qualifier Key : boolean = false, Scope(property);\n#pragma namespace(\"root/a\" \"b\")\n"
        "class A { [Key(\"a\" \"b\") : ToSubclass] string k = \"\\n\"; object:A o[3]; A ref r; void f(uint8 p); };\n"
        "instance of A as $a { k = $a; o = {instance of A {}, null}; };";
    const struct cim_schema *none = NULL;
    struct mofs m;
    int r = 0;

    (void)state;
    for (size_t max = 0; max < 16384; max += 16) {
        mofs_parse(&m, "");
        m.unit->arena.max = max;
        r = mof_unit_text(m.unit, "m.mof", TEXT(source));
        assert_true(r == 0 || r == -ENOMEM);
        assert_string_equal(buf_cstr(&m.problems), "");
        if (r)
            assert_int_equal(mof_unit_resolve(m.unit, "root/test", NULL, false, &none), -ENOMEM);
        mofs_fini(&m);
    }
    assert_int_equal(r, 0);
}

/* ---- diagnostics ---- */

static void a_diagnostic_shows_the_line_and_a_caret(void **state)
{
    static const struct {
        struct mof_diagnostic d;
        const char *printed;
    } cases[] = {
        {{{"f", 3, 7}, TEXT("class 9;"), "oh"}, "f:3:7: error: oh\nclass 9;\n      ^\n"},
        {{{"f", 1, 4}, TEXT("\ta\xC3\xA9z"), "oh"}, "f:1:4: error: oh\n\ta\xC3\xA9z\n\t  ^\n"},
        {{{"f", 1, 3}, TEXT("ab"), "at the end"}, "f:1:3: error: at the end\nab\n  ^\n"},
        {{{"f", 1, 9}, TEXT("ab"), "beyond"}, "f:1:9: error: beyond\n"},
        {{{"f", 0, 0}, {"", 0}, "no line"}, "f: error: no line\n"},
        {{{NULL, 0, 0}, {"", 0}, "no file"}, "error: no file\n"},
        {{{"f", 1, 1}, TEXT("a\rb\x1B"), "control"}, "f:1:1: error: control\na b \n^\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct buf b;

        buf_init(&b, 1000);
        mof_print_diagnostic(&b, &cases[i].d);
        assert_string_equal(buf_cstr(&b), cases[i].printed);
        buf_fini(&b);
    }
}

static void the_excerpt_of_a_long_line_stays_short(void **state)
{
    struct mof_diagnostic d = {.place = {"f", 1, 5001}, .message = "oh"};
    char line[10000];
    struct buf b;

    (void)state;
    memset(line, 'x', sizeof(line));
    line[5000] = '!';
    d.line_text = (struct text){line, sizeof(line)};
    buf_init(&b, 1000);
    mof_print_diagnostic(&b, &d);
    assert_true(buf_ok(&b));
    assert_non_null(strchr(buf_cstr(&b), '!'));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_resolve_in_any_order),
        cmocka_unit_test(problems_of_meaning_are_told_at_the_declaration),
        cmocka_unit_test(a_unit_with_mistakes_does_not_resolve),
        cmocka_unit_test(namespaces_resolve_apart_and_on_top_of_a_base),
        cmocka_unit_test(instances_get_the_types_and_defaults_of_their_class),
        cmocka_unit_test(instances_that_do_not_fit_their_class_are_told),
        cmocka_unit_test(memory_that_runs_out_is_no_mistake_of_the_source),
        cmocka_unit_test(a_diagnostic_shows_the_line_and_a_caret),
        cmocka_unit_test(the_excerpt_of_a_long_line_stays_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
