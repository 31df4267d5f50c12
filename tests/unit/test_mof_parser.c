/* MOF text into declarations: each construct read back from the declarations, and each mistake told at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/mof/unit.h"
#include "tests/unit/mofs.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct pair {
    const char *source, *shown;
};

/* ---- declarations as text ---- */

static void show_qualifiers(struct buf *b, const struct decl_qualifier *q)
{
    for (; q; q = q->next) {
        buf_char(b, '[');
        buf_text(b, q->name);
        if (q->has_value) {
            buf_char(b, ' ');
            mof_write_value(b, &q->value);
        }
        if (q->flavors_set || q->flavors_clear)
            buf_printf(b, " +%u-%u", q->flavors_set, q->flavors_clear);
        buf_char(b, ']');
    }
}

static void show_property(struct buf *b, const struct decl_property *p)
{
    show_qualifiers(b, p->qualifiers);
    if (p->type == CIM_REFERENCE)
        buf_printf(b, "%.*s*", (int)p->ref_class.n, p->ref_class.s);
    else if (p->type != CIM_TYPE_NONE)
        buf_puts(b, type_name(p->type));
    buf_char(b, ' ');
    buf_text(b, p->name);
    if (p->is_array && p->type != CIM_TYPE_NONE)
        buf_printf(b, "[%u]", p->array_size);
    if (p->has_value) {
        buf_char(b, '=');
        mof_write_value(b, &p->value);
    }
    buf_char(b, ';');
}

static void show_class(struct buf *b, const struct decl_class *c)
{
    show_qualifiers(b, c->qualifiers);
    buf_printf(b, "class %.*s:%.*s{", (int)c->name.n, c->name.s, (int)c->superclass.n, c->superclass.s);
    for (const struct decl_property *p = c->properties; p; p = p->next)
        show_property(b, p);
    for (const struct decl_method *m = c->methods; m; m = m->next) {
        show_qualifiers(b, m->qualifiers);
        buf_printf(b, "%s %.*s(", m->type ? type_name(m->type) : "void", (int)m->name.n, m->name.s);
        for (const struct decl_property *p = m->parameters; p; p = p->next)
            show_property(b, p);
        buf_char(b, ')');
    }
    buf_char(b, '}');
}

static void show_qualifier_type(struct buf *b, const struct decl_qualifier_type *d)
{
    const struct cim_qualifier_type *t = &d->type;

    buf_printf(b, "qualifier %s:%s", t->name, type_name(t->type));
    if (t->is_array)
        buf_printf(b, "[%u]", t->array_size);
    if (d->has_value) {
        buf_char(b, '=');
        mof_write_value(b, &t->value);
    }
    buf_printf(b, " scope %u flavor %u", t->scopes, t->flavors);
}

static void show_instance(struct buf *b, const struct decl_instance *d)
{
    buf_printf(b, "instance %.*s $%.*s{", (int)d->class_name.n, d->class_name.s, (int)d->alias.n, d->alias.s);
    for (const struct decl_property *p = d->properties; p; p = p->next)
        show_property(b, p);
    buf_char(b, '}');
}

static void show(struct buf *b, const struct mof_unit *u)
{
    for (const struct mof_namespace *ns = u->namespaces; ns; ns = ns->next) {
        if (!text_eq(ns->name, TEXT("root/test")))
            buf_printf(b, "%s: ", ns->name.s);
        for (const struct decl_qualifier_type *d = ns->qualifier_types; d; d = d->next)
            show_qualifier_type(b, d);
        for (const struct decl_class *d = ns->classes; d; d = d->next)
            show_class(b, d);
    }
    for (const struct decl_instance *d = u->instances; d; d = d->next)
        show_instance(b, d);
}

static void check_good(const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct mofs m;
        struct buf b;

        buf_init(&b, 100000);
        mofs_parse(&m, pairs[i].source);
        assert_string_equal(buf_cstr(&m.problems), "");
        assert_int_equal(m.status, 0);
        show(&b, m.unit);
        assert_string_equal(buf_cstr(&b), pairs[i].shown);
        buf_fini(&b);
        mofs_fini(&m);
    }
}

static void check_bad(const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct mofs m;

        mofs_parse(&m, pairs[i].source);
        assert_string_equal(buf_cstr(&m.problems), pairs[i].shown);
        assert_int_equal(m.status, CIM_ERR_INVALID_PARAMETER);
        mofs_fini(&m);
    }
}

/* ---- what is right ---- */

static void classes_have_features_in_order(void **state)
{
    static const struct pair pairs[] = {
        {"", ""},
        {"class A {};", "class A:{}"},
        {"CLASS a as $x : b { };", "class a:b{}"},
        {"class A { uint32 x; String y[]; real32 z[7]; };", "class A:{uint32 x;string y[0];real32 z[7];}"},
        {"class A { B ref x; B REF y = \"B.k=1\"; B ref z = null; };", "class A:{B* x;B* y=\"B.k=1\";B* z=NULL;}"},
        {"class A { uint8 f(); datetime g(uint8 p, [In, Out] string q[], B ref r, B ref s[]); };",
         "class A:{uint8 f()datetime g(uint8 p;[In][Out]string q[0];B* r;B* s[0];)}"},
        {"class A { void f(uint8 p = 3); };", "class A:{void f(uint8 p=3;)}"},
        {"class A { object o; object:B p[]; [EmbeddedInstance(\"C\")] object:B q; };",
         "class A:{[EmbeddedObject TRUE]string o;[EmbeddedInstance \"B\"]string p[0];[EmbeddedInstance \"C\"]string q;}"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

static void values_have_every_form(void **state)
{
    static const struct pair pairs[] = {
        {"class A { uint8 x = 0x10; sint8 y = -101b; real64 z = 1.5; };",
         "class A:{uint8 x=16;sint8 y=-5;real64 z=1.5;}"},
        {"class A { boolean x = TRUE; boolean y = False; boolean z = null; };",
         "class A:{boolean x=TRUE;boolean y=FALSE;boolean z=NULL;}"},
        {"class A { string x = \"a\" // one\n \"b\\n\"\n\"\"; char16 c = 'x'; };",
         "class A:{string x=\"ab\\n\";char16 c='x';}"},
        {"class A { uint8 x[] = {}; uint8 y[] = {1,-2,null}; string z[] = {\"a\" \"b\", \"c\"}; };",
         "class A:{uint8 x[0]={};uint8 y[0]={1, -2, NULL};string z[0]={\"ab\", \"c\"};}"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

static void qualifiers_have_values_and_flavors(void **state)
{
    static const struct pair pairs[] = {
        {"[A, B(1), C{}, D{\"x\",\"y\"}, E (\"a\" \"b\")] class X {};",
         "[A][B 1][C {}][D {\"x\", \"y\"}][E \"ab\"]class X:{}"},
        {"[A : DisableOverride Restricted, B(true) : EnableOverride ToSubclass ToInstance Translatable] class X {};",
         "[A +0-3][B TRUE +15-0]class X:{}"},
        {"[A : Amended NotToInstance NotToSubclass] class X {};", "[A +4-10]class X:{}"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

static void qualifier_types_have_scopes_and_flavors(void **state)
{
    static const struct pair pairs[] = {
        {"Qualifier A : boolean = false, Scope(any);", "qualifier A:boolean=FALSE scope 127 flavor 3"},
        {"qualifier A : string[3] = {\"x\"}, scope(Class, Association, indication), flavor(Restricted, Translatable);",
         "qualifier A:string[3]={\"x\"} scope 7 flavor 5"},
        {"Qualifier A : uint8, Flavor(DisableOverride), Scope(property, reference, method, parameter);",
         "qualifier A:uint8 scope 120 flavor 2"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

static void keywords_are_names_too(void **state)
{
    static const struct pair pairs[] = {
        {"class Class : Instance { uint8 ref; string Qualifier; Ref ref Ref; datetime DateTime; boolean Null; };",
         "class Class:Instance{uint8 ref;string Qualifier;Ref* Ref;datetime DateTime;boolean Null;}"},
        {"[Association, Schema(\"x\")] class A { uint8 Pragma(string Of, any ref As); };",
         "[Association][Schema \"x\"]class A:{uint8 Pragma(string Of;any* As;)}"},
        {"Qualifier Qualifier : string, Scope(any);", "qualifier Qualifier:string scope 127 flavor 3"},
        {"instance of Of as $As { Instance = 1; True = 2; };", "instance Of $As{ Instance=1; True=2;}"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

static void instances_have_values_of_every_kind(void **state)
{
    static const struct pair pairs[] = {
        {"instance of A {};", "instance A ${}"},
        {"[Q] instance of A as $a { [Q] x = 1; y = \"s\"; z = {1.5, 'c'}; r = $b; q = {$a, $b}; };",
         "instance A $a{[Q] x=1; y=\"s\"; z={1.5, 'c'}; r=$b; q={$a, $b};}"},
        {"instance of A { e = instance of B { x = \"1\"; }; f = { instance of C {}, null }; };",
         "instance A ${ e=\"instance of B { x = \\\"1\\\"; };\"; f={\"instance of C {};\", NULL};}"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

static void pragmas_are_obeyed_or_ignored(void **state)
{
    static const struct pair pairs[] = {
        {"#pragma locale(\"en_US\")\n#pragma instancelocale (\"x\") class A {};", "class A:{}"},
        {"#PRAGMA autorecover\nclass A {};", "class A:{}"},
        {"#pragma deleteclass(\"X\", nofail)\n#pragma deleteinstance(\"X.a=\\\"1\\\"\", fail)\n#pragma classflags(forceupdate)",
         ""},
        {"#pragma namespace(\"root/a\") class A {};\n#pragma namespace(\"\\\\\\\\.\\\\root\\\\b\") class A {};",
         "root/a: class A:{}root/b: class A:{}"},
        {"class B {}; #pragma namespace(\"ROOT/Test\")\nclass A {};", "class B:{}class A:{}"},
    };

    (void)state;
    check_good(pairs, LENGTH(pairs));
}

/* ---- what is wrong ---- */

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct pair pairs[] = {
        {"x", "t.mof:1:1: error: expected `class`, `instance`, `qualifier` or `#pragma`, found `x`\n"},
        {";", "t.mof:1:1: error: expected `class`, `instance`, `qualifier` or `#pragma`, found `;`\n"},
        {"[Q] x", "t.mof:1:5: error: expected `class` or `instance`, found `x`\n"},
        {"[Q] qualifier Q : string, Scope(any);",
         "t.mof:1:5: error: expected `class` or `instance`, found `qualifier`\n"},
        {"class", "t.mof:1:6: error: expected a class name, found the end of the file\n"},
        {"class 1A {};", "t.mof:1:7: error: malformed number\n"},
        {"class A : {};", "t.mof:1:11: error: expected the superclass' name, found `{`\n"},
        {"class A as x {};", "t.mof:1:12: error: expected an alias such as `$Name`, found `x`\n"},
        {"class A }", "t.mof:1:9: error: expected `{` before the features of the class, found `}`\n"},
        {"class A {}", "t.mof:1:11: error: expected `;` behind the class, found the end of the file\n"},
        {"class A {\n  uint32 x;\n", "t.mof:3:1: error: expected `}` behind the class, found the end of the file\n"},
        {"class A { strin x; };", "t.mof:1:11: error: `strin` is no type; a reference is written `strin ref Name`\n"},
        {"class A { uint32; };", "t.mof:1:17: error: expected a property's or method's name, found `;`\n"},
        {"class A { uint32 x };", "t.mof:1:20: error: expected `;` behind the property, found `}`\n"},
        {"class A { uint32 x y; };", "t.mof:1:20: error: expected `;` behind the property, found `y`\n"},
        {"class A { uint32 x[; };", "t.mof:1:20: error: expected a size or `]`, found `;`\n"},
        {"class A { uint32 x[0]; };", "t.mof:1:19: error: an array's size is 1 to 4294967295\n"},
        {"class A { uint32 x[2; };", "t.mof:1:21: error: expected `]` behind the array's size, found `;`\n"},
        {"class A { uint32 x = ; };", "t.mof:1:22: error: expected a value, found `;`\n"},
        {"class A { uint32 x = y; };", "t.mof:1:22: error: expected a value, found `y`\n"},
        {"class A { uint32 x[] = {1 2}; };", "t.mof:1:27: error: expected `,` or `}` behind an item, found `2`\n"},
        {"class A { uint32 x[] = {1,}; };", "t.mof:1:27: error: expected a value, found `}`\n"},
        {"class A { string x = \"a\" \"b\\q\"; };", "t.mof:1:26: error: unknown escape in string\n"},
        {"class A { void x; };", "t.mof:1:16: error: only a method is void\n"},
        {"class A { B ref x[]; };", "t.mof:1:17: error: a reference in a class cannot be an array\n"},
        {"class A { B ref f(); };", "t.mof:1:17: error: a method cannot return a reference\n"},
        {"class A { uint8 f(uint8); };", "t.mof:1:24: error: expected a parameter's name, found `)`\n"},
        {"class A { uint8 f(void x); };",
         "t.mof:1:19: error: `void` is no type; a reference is written `void ref Name`\n"},
        {"class A { uint8 f(uint8 a; };", "t.mof:1:26: error: expected `,` or `)` behind a parameter, found `;`\n"},
        {"class A { uint8 f() };", "t.mof:1:21: error: expected `;` behind the method, found `}`\n"},
        {"class A { [Q uint8 x; };", "t.mof:1:14: error: expected `,` or `]` behind a qualifier, found `uint8`\n"},
        {"class A { [Q(1] uint8 x; };", "t.mof:1:15: error: expected `)` behind the qualifier's value, found `]`\n"},
        {"[] class A {};", "t.mof:1:2: error: expected a qualifier's name, found `]`\n"},
        {"[Q : x] class A {};", "t.mof:1:6: error: expected a flavor, found `x`\n"},
        {"[Q : ToSubclass Restricted] class A {};", "t.mof:1:17: error: flavor contradicts the one before it\n"},
        {"Qualifier Q : Foo, Scope(any);", "t.mof:1:15: error: expected a data type, found `Foo`\n"},
        {"Qualifier Q : string, Scope(all);",
         "t.mof:1:29: error: expected an element that the qualifier may stand on, found `all`\n"},
        {"Qualifier Q : string, Foo(any);", "t.mof:1:23: error: expected `Scope` or `Flavor`, found `Foo`\n"},
        {"Qualifier Q : string;", "t.mof:1:11: error: qualifier declaration without Scope\n"},
        {"instance A {};", "t.mof:1:10: error: expected `of` behind `instance`, found `A`\n"},
        {"instance of A { x = $; };", "t.mof:1:21: error: a name must follow '$'\n"},
        {"instance of A { x 1; };", "t.mof:1:19: error: expected `=` behind the property's name, found `1`\n"},
        {"instance of A as $a {}; instance of A as $A {};", "t.mof:1:37: error: alias $A is given twice\n"},
        {"# x", "t.mof:1:3: error: expected `pragma` behind `#`, found `x`\n"},
        {"#pragma namespace(root)", "t.mof:1:19: error: expected a string, found `root`\n"},
        {"#pragma namespace(\"a b\")", "t.mof:1:19: error: \"a b\" is no namespace name\n"},
        {"#pragma foo(\"x\"",
         "t.mof:1:16: error: expected `)` behind the pragma's argument, found the end of the file\n"},
        {"#pragma include(\"x.mof\")", "t.mof:1:17: error: a source in memory cannot include files\n"},
    };

    (void)state;
    check_bad(pairs, LENGTH(pairs));
}

static void reading_goes_on_behind_a_mistake(void **state)
{
    static const struct pair pairs[] = {
        {"class A { uint32 x[] = {1, y}; strin z; uint8 good; };\nclaxs B { uint8 x; };\nclass C { ! };",
         "t.mof:1:28: error: expected a value, found `y`\n"
         "t.mof:1:32: error: `strin` is no type; a reference is written `strin ref Name`\n"
         "t.mof:2:1: error: expected `class`, `instance`, `qualifier` or `#pragma`, found `claxs`\n"
         "t.mof:3:11: error: unexpected character\n"},
        {"#pragma namespace(1) junk ; junk\nclass A { string s = \"open;\n uint8 x; foo y; };",
         "t.mof:1:19: error: expected a string, found `1`\n"
         "t.mof:2:22: error: string without closing quote on its line\n"
         "t.mof:3:11: error: `foo` is no type; a reference is written `foo ref Name`\n"},
        {"instance of A { x = {1; }; y = ; };\n} ; class A { b };",
         "t.mof:1:23: error: expected `,` or `}` behind an item, found `;`\n"
         "t.mof:1:32: error: expected a value, found `;`\n"
         "t.mof:2:1: error: expected `class`, `instance`, `qualifier` or `#pragma`, found `}`\n"
         "t.mof:2:15: error: `b` is no type; a reference is written `b ref Name`\n"},
    };

    (void)state;
    check_bad(pairs, LENGTH(pairs));
}

static unsigned count_lines(const char *s)
{
    unsigned n = 0;

    for (; *s; s++)
        n += *s == '\n';
    return n;
}

static void no_more_than_the_maximum_of_mistakes_is_told(void **state)
{
    struct mofs m;
    char source[1000];

    (void)state;
    memset(source, ';', sizeof(source) - 1);
    source[sizeof(source) - 1] = '\0';
    mofs_parse(&m, source);
    assert_int_equal(m.status, CIM_ERR_INVALID_PARAMETER);
    assert_int_equal(count_lines(buf_cstr(&m.problems)), MOF_MAX_ERRORS);
    mofs_fini(&m);
}

static void instances_nest_to_a_limit(void **state)
{
    struct mofs m;
    struct buf b;

    (void)state;
    buf_init(&b, 10000);
    for (int i = 0; i <= MOF_MAX_NESTING + 1; i++)
        buf_puts(&b, i ? "x = instance of A { " : "instance of A { ");
    for (int i = 0; i <= MOF_MAX_NESTING + 1; i++)
        buf_puts(&b, "};");
    mofs_parse(&m, buf_cstr(&b));
    assert_string_equal(buf_cstr(&m.problems), "t.mof:1:341: error: instances are nested deeper than 16\n");
    mofs_fini(&m);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_have_features_in_order),
        cmocka_unit_test(values_have_every_form),
        cmocka_unit_test(qualifiers_have_values_and_flavors),
        cmocka_unit_test(qualifier_types_have_scopes_and_flavors),
        cmocka_unit_test(keywords_are_names_too),
        cmocka_unit_test(instances_have_values_of_every_kind),
        cmocka_unit_test(pragmas_are_obeyed_or_ignored),
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(reading_goes_on_behind_a_mistake),
        cmocka_unit_test(no_more_than_the_maximum_of_mistakes_is_told),
        cmocka_unit_test(instances_nest_to_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
