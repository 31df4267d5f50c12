/* Schema elements and values as MOF, and back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/mof/lexer.h"
#include "tests/unit/mofs.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* One of everything that a class can have */
static const char sample[] =
    "[Abstract, Description(\"Base \\\"of\\\" all\\n\"\"on two lines.\")]\n"
    "class Base {\n"
    "  [Key, MaxLen(64)] string Id;\n"
    "  uint8 a = 255; sint8 b = -128; uint64 c = 18446744073709551615; sint64 d = -9223372036854775808;\n"
    "  real32 e = 1.5; real64 f = -1.0e300; boolean g = true; char16 h = 'x'; char16 i = '\\x20AC';\n"
    "  datetime j = \"20240229120000.000000+060\"; datetime k = \"00000001000000.000000:000\";\n"
    "  uint16 l[] = {1, 2}; string m[3] = {\"x\", null}; boolean n[] = {}; string o = null;\n"
    "  [EmbeddedInstance(\"Base\")] string p; [EmbeddedObject] string q[];\n"
    "  [Static] uint32 Do([In, Out] string x, [In(false), Out, ValueMap{\"1\", \"2\"}] uint8 y[], Base ref z);\n"
    "  boolean Nothing();\n"
    "};\n"
    "class Below : Base {\n"
    "  [Override(\"a\"), Units(\"Bytes\") : DisableOverride] uint8 a = 7; [Override(\"b\"), Description(\"d\")] sint8 b;\n"
    "  [Override(\"Do\"), Description(\"e\")] uint32 Do([In, Out] string x, [In(false), Out] uint8 y[], Base ref z);\n"
    "};\n"
    "[Association] class Link { [Key] Base ref Left; [Key] Below ref Right = \"Below.Id=\\\"1\\\"\"; };\n"
    "[Terminal : ToInstance] class Empty {};\n";

static void write_schema(struct buf *b, const struct cim_schema *s, bool with_types)
{
    uint32_t n;
    const struct cim_qualifier_type *types = schema_qualifier_types(s, &n);
    const struct cim_class *classes;

    for (uint32_t i = 0; with_types && i < n; i++)
        mof_write_qualifier_type(b, &types[i]);
    classes = schema_classes(s, &n);
    for (uint32_t i = 0; i < n; i++)
        mof_write_class(b, &classes[i]);
}

static void what_is_written_reads_back_to_the_same(void **state)
{
    struct mofs first, second;
    struct buf once, twice;

    (void)state;
    buf_init(&once, 100000);
    buf_init(&twice, 100000);
    mofs_compile(&first, sample);
    assert_string_equal(buf_cstr(&first.problems), "");
    write_schema(&once, first.schema, true);
    mofs_parse(&second, buf_cstr(&once));
    mofs_resolve(&second);
    assert_string_equal(buf_cstr(&second.problems), "");
    write_schema(&twice, second.schema, true);
    assert_string_equal(buf_cstr(&twice), buf_cstr(&once));
    mofs_fini(&second);
    mofs_fini(&first);
    buf_fini(&twice);
    buf_fini(&once);
}

static void a_class_is_written_with_what_it_declares_itself(void **state)
{
    static const struct {
        const char *source, *written; /* of the last class */
    } cases[] = {
        {"class A {};", "class A {\n};\n"},
        {"class A { [Key] uint8 x; uint8 y = 1; uint8 f(); };\n[Description(\"d\")] class B : A { string z[2] = {\"q\"}; };",
         "[Description(\"d\")]\nclass B : A {\n\n    string z[2] = {\"q\"};\n};\n"},
        {"class A { [Units(\"u\")] uint8 x = 1; };\nclass B : A { [Override(\"x\"), Static] uint8 x; };",
         "class B : A {\n\n    [Override(\"x\"),\n     Static]\n    uint8 x;\n};\n"},
        {"class A { [ValueMap{\"1\",\"2\"}, MaxLen(7) : DisableOverride ToInstance] uint8 x;"
         " uint8 f([Out] A ref p, [In(false)] uint8 q[]); };",
         "class A {\n\n    [ValueMap {\"1\", \"2\"},\n     MaxLen(7) : DisableOverride ToInstance]\n    uint8 x;\n\n"
         "    uint8 f(\n        [Out]\n        A ref p,\n        [In(FALSE)]\n        uint8 q[]);\n};\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_class *classes;
        struct mofs m;
        struct buf b;
        uint32_t n;

        buf_init(&b, 10000);
        mofs_compile(&m, cases[i].source);
        assert_string_equal(buf_cstr(&m.problems), "");
        classes = schema_classes(m.schema, &n);
        mof_write_class(&b, &classes[n - 1]);
        assert_string_equal(buf_cstr(&b), cases[i].written);
        buf_fini(&b);
        mofs_fini(&m);
    }
}

static void a_qualifier_type_is_written_with_scopes_and_flavors(void **state)
{
    static const char *const texts[] = {
        "Qualifier Q : boolean = FALSE,\n    Scope(any),\n    Flavor(EnableOverride, ToSubclass);\n",
        "Qualifier Q : string[4] = {\"a\"},\n    Scope(association, parameter),\n"
        "    Flavor(DisableOverride, Restricted, ToInstance, Translatable);\n",
        "Qualifier Q : uint64 = NULL,\n    Scope(class, property),\n    Flavor(DisableOverride, ToSubclass);\n",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct mofs m;
        struct buf b;

        buf_init(&b, 10000);
        mofs_parse(&m, texts[i]);
        mofs_resolve(&m);
        assert_int_equal(m.status, 0);
        write_schema(&b, m.schema, true);
        assert_string_equal(buf_cstr(&b), texts[i]);
        buf_fini(&b);
        mofs_fini(&m);
    }
}

static void check_value(struct cim_value v, const char *written)
{
    struct buf b;

    buf_init(&b, 10000);
    mof_write_value(&b, &v);
    assert_string_equal(buf_cstr(&b), written);
    buf_fini(&b);
}

static void values_are_written_as_literals(void **state)
{
    const struct cim_value items[] = {value_uint(CIM_UINT8, 1), value_null(CIM_UINT8, false)};

    (void)state;
    check_value(value_null(CIM_UINT8, false), "NULL");
    check_value(value_null(CIM_UINT8, true), "NULL");
    check_value(value_array(CIM_UINT8, items, 2), "{1, NULL}");
    check_value(value_array(CIM_UINT8, items, 0), "{}");
    check_value(value_boolean(true), "TRUE");
    check_value(value_sint(CIM_SINT64, INT64_MIN), "-9223372036854775808");
    check_value(value_char16('\''), "'\\x0027'");
    check_value(value_char16(0), "'\\x0000'");
    check_value(value_string(TEXT("a\"b\\c\n\x01\x7F\xC3\xA9")), "\"a\\\"b\\\\c\\n\\x0001\\x007F\xC3\xA9\"");
}

static void reals_have_a_point(void **state)
{
    static const struct {
        double value;
        const char *written;
    } cases[] = {
        {0, "0.0"},          {-2, "-2.0"},        {0.1, "0.1"},       {1e300, "1.0e+300"},
        {1.5e-7, "1.5e-07"}, {-1e20, "-1.0e+20"}, {INFINITY, "NULL"}, {NAN, "NULL"},
    };
    struct cim_value v;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        check_value(value_real(CIM_REAL64, cases[i].value), cases[i].written);
        if (isfinite(cases[i].value)) {
            assert_null(mof_number(text_of(cases[i].written), &v));
            assert_true(v.real == cases[i].value);
        }
    }
    check_value(value_real(CIM_REAL32, 0.1f), "0.1");
}

static void long_text_is_cut_behind_blanks_and_reads_back(void **state)
{
    char text[400];
    const struct cim_property *p;
    struct mofs m;
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 7 ? 'x' : ' ';
    buf_init(&b, 10000);
    buf_puts(&b, "class A { string s = ");
    mof_write_value(&b,
                    &(struct cim_value){.type = CIM_STRING, .flags = CIM_VALUE_SET, .len = sizeof(text), .str = text});
    buf_puts(&b, "; };");
    assert_non_null(strstr(buf_cstr(&b), " \"\n        \"x"));
    mofs_compile(&m, buf_cstr(&b));
    p = class_property(mofs_class(&m, "A"), TEXT("s"));
    assert_true(text_eq(value_text(&p->value), (struct text){text, sizeof(text)}));
    mofs_fini(&m);
    buf_fini(&b);
}

static void a_full_buffer_is_told(void **state)
{
    struct mofs m;
    struct buf b;
    size_t whole;

    (void)state;
    mofs_compile(&m, sample);
    buf_init(&b, 10000);
    mof_write_class(&b, mofs_class(&m, "Base"));
    whole = b.len;
    buf_fini(&b);
    for (size_t max = 0; max < whole; max += 7) {
        buf_init(&b, max);
        mof_write_class(&b, mofs_class(&m, "Base"));
        assert_false(buf_ok(&b));
        buf_fini(&b);
    }
    mofs_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_written_as_literals),
        cmocka_unit_test(reals_have_a_point),
        cmocka_unit_test(long_text_is_cut_behind_blanks_and_reads_back),
        cmocka_unit_test(a_qualifier_type_is_written_with_scopes_and_flavors),
        cmocka_unit_test(a_class_is_written_with_what_it_declares_itself),
        cmocka_unit_test(what_is_written_reads_back_to_the_same),
        cmocka_unit_test(a_full_buffer_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
