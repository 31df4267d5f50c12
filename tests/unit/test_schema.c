#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/decls.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const struct cim_class *get(const struct cim_schema *s, const char *name)
{
    const struct cim_class *c = schema_class(s, text_of(name));

    assert_non_null(c);
    return c;
}

static void empty_schema_has_nothing(void **state)
{
    const struct cim_schema *s = NULL;
    struct schema_builder *b = schema_builder_new(NULL);
    uint32_t n = 7;

    (void)state;
    assert_int_equal(schema_builder_finish(b, true, NULL, NULL, &s), 0);
    assert_null(schema_builder_free(b));
    (void)schema_classes(s, &n);
    assert_int_equal(n, 0);
    assert_null(schema_class(s, TEXT("A")));
    assert_null(schema_qualifier_type(s, TEXT("Key")));
    assert_null(schema_unref(s));
    assert_null(schema_unref(NULL));
    assert_null(schema_ref(NULL));
}

static void names_are_found_without_case_and_keep_their_spelling(void **state)
{
    const struct cim_schema *s = decls_schema("aBc { uint32 fooBar; uint32 doIt(); } X : ABC { }");
    const struct cim_property *p = class_property(get(s, "x"), TEXT("FOOBAR"));

    (void)state;
    assert_string_equal(get(s, "ABC")->name.s, "aBc");
    assert_string_equal(p->name.s, "fooBar");
    assert_string_equal(class_method(get(s, "X"), TEXT("DOIT"))->name.s, "doIt");
    assert_string_equal(schema_qualifier_type(s, TEXT("KEY"))->name, "Key");
    assert_null(class_property(get(s, "X"), TEXT("fooBa")));
    (void)schema_unref(s);
}

/* D below C and A, whatever the order of the declarations */
static void classes_stand_in_pre_order_however_they_are_declared(void **state)
{
    static const char *const orders[] = {
        "A {} B : A {} b1 : B {} C : A {} D : C {} Z {}",
        "Z {} D : C {} C : A {} b1 : B {} B : A {} A {}",
        "C : A {} Z {} b1 : B {} A {} D : C {} B : A {}",
    };
    static const char *const names[] = {"A", "B", "b1", "C", "D", "Z"};
    static const uint32_t ends[] = {5, 3, 3, 5, 5, 6};

    (void)state;
    for (size_t i = 0; i < LENGTH(orders); i++) {
        const struct cim_schema *s = decls_schema(orders[i]);
        uint32_t n;
        const struct cim_class *c = schema_classes(s, &n);

        assert_int_equal(n, LENGTH(names));
        for (uint32_t k = 0; k < n; k++) {
            assert_string_equal(c[k].name.s, names[k]);
            assert_int_equal(c[k].index, k);
            assert_int_equal(c[k].end, ends[k]);
            assert_ptr_equal(c[k].schema, s);
        }
        assert_int_equal(get(s, "D")->depth, 2);
        (void)schema_unref(s);
    }
}

static void closure_of_leaf_is_itself(void **state)
{
    const struct cim_schema *s = decls_schema("A {} B : A {} C : A {}");

    (void)state;
    assert_int_equal(get(s, "B")->end - get(s, "B")->index, 1);
    assert_true(class_is_a(get(s, "B"), get(s, "B")));
    assert_true(class_is_a(get(s, "B"), get(s, "A")));
    assert_false(class_is_a(get(s, "A"), get(s, "B")));
    assert_false(class_is_a(get(s, "C"), get(s, "B")));
    assert_false(class_is_a(get(s, "B"), get(s, "C")));
    (void)schema_unref(s);
}

static void inherited_features_come_first_and_keep_their_index(void **state)
{
    const struct cim_schema *s =
        decls_schema("A { uint32 a [Key]; string b = x; } B : A { string c; string B [Override] = y; }"
                     "C : B { uint32 d; }");
    const struct cim_class *a = get(s, "A"), *c = get(s, "C");

    (void)state;
    assert_int_equal(c->n_properties, 4);
    for (uint16_t i = 0; i < 4; i++) {
        assert_int_equal(c->properties[i].index, i);
        assert_ptr_equal(class_property(c, c->properties[i].name), &c->properties[i]);
        assert_true(value_equal(&c->defaults[i], &c->properties[i].value));
    }
    assert_string_equal(c->properties[1].name.s, "b");
    assert_ptr_equal(c->properties[1].origin, a);
    assert_true(text_eq(value_text(&c->properties[1].value), TEXT("y")));
    assert_true(text_eq(value_text(&a->properties[1].value), TEXT("x")));
    assert_true(value_is_null(&c->properties[3].value) && c->properties[3].value.type == CIM_UINT32);
    assert_true(c->properties[2].flags & FEATURE_PROPAGATED);
    assert_false(get(s, "B")->properties[1].flags & FEATURE_PROPAGATED);
    assert_int_equal(c->n_keys, 1);
    assert_int_equal(c->keys[0], 0);
    (void)schema_unref(s);
}

static void subclass_without_own_features_shares_what_it_can(void **state)
{
    const struct cim_schema *s = decls_schema("A { uint32 a [Description(text)] = 1; } B : A {} C : B {}");
    const struct cim_class *a = get(s, "A"), *b = get(s, "B"), *c = get(s, "C");

    (void)state;
    assert_ptr_equal(b->defaults, a->defaults);
    assert_ptr_equal(c->properties[0].qualifiers.items, b->properties[0].qualifiers.items);
    assert_true(b->properties[0].qualifiers.items[0].propagated);
    assert_false(a->properties[0].qualifiers.items[0].propagated);
    (void)schema_unref(s);
}

static void methods_are_inherited_and_overridden_whole(void **state)
{
    const struct cim_schema *s =
        decls_schema("A { uint32 m(uint32 x [Required], string y) [Static]; boolean n(); }"
                     "B : A { uint32 M(uint32 X [In(false), Out]) [Override(m)]; string o(ref A r); } C : B {}");
    const struct cim_class *b = get(s, "B"), *c = get(s, "C");

    (void)state;
    assert_int_equal(c->n_methods, 3);
    assert_string_equal(b->methods[0].name.s, "m");
    assert_int_equal(b->methods[0].n_parameters, 1);
    assert_int_equal(b->methods[0].parameters[0].flags, FEATURE_OUT | FEATURE_REQUIRED);
    assert_int_equal(b->methods[0].flags, FEATURE_STATIC);
    assert_int_equal(b->methods[1].flags, FEATURE_PROPAGATED);
    assert_int_equal(c->methods[0].flags, FEATURE_PROPAGATED | FEATURE_STATIC);
    assert_ptr_equal(c->methods[0].origin, get(s, "A"));
    assert_string_equal(c->methods[2].parameters[0].ref_class, "A");
    assert_int_equal(c->methods[2].parameters[0].flags & FEATURE_IN, FEATURE_IN);
    assert_null(class_method(get(s, "A"), TEXT("o")));
    (void)schema_unref(s);
}

/* x comes in, y goes out, z does both. */
static void parameters_of_a_method_are_two_classes(void **state)
{
    static const struct {
        const char *name;
        enum cim_type type;
    } in[] = {{"x", CIM_UINT32}, {"z", CIM_REFERENCE}},
      out[] = {{"y", CIM_INSTANCE}, {"z", CIM_REFERENCE}, {"ReturnValue", CIM_SINT16}};
    const struct cim_schema *s =
        decls_schema("A { sint16 Do(uint32 x[3] [Required], string y [In(false), Out, EmbeddedInstance(A)], ref A z [Out]); }"
                     "B : A {} C : A { sint16 do() [Override(Do)]; }");
    const struct cim_method *m = &get(s, "A")->methods[0];

    (void)state;
    assert_string_equal(m->input->name.s, "Do_INPUT");
    assert_string_equal(m->output->name.s, "Do_OUTPUT");
    assert_int_equal(m->input->n_properties, LENGTH(in));
    assert_int_equal(m->output->n_properties, LENGTH(out));
    for (size_t i = 0; i < LENGTH(in); i++) {
        assert_ptr_equal(class_property(m->input, text_of(in[i].name)), &m->input->properties[i]);
        assert_int_equal(property_value_type(&m->input->properties[i]), in[i].type);
        assert_int_equal(m->input->properties[i].index, i);
    }
    for (size_t i = 0; i < LENGTH(out); i++) {
        assert_ptr_equal(class_property(m->output, text_of(out[i].name)), &m->output->properties[i]);
        assert_int_equal(m->output->defaults[i].type, out[i].type);
    }
    assert_true(m->input->properties[0].is_array);
    assert_int_equal(m->input->properties[0].flags, FEATURE_IN | FEATURE_REQUIRED);
    assert_string_equal(m->output->properties[0].ref_class, "A");
    assert_ptr_equal(m->output->schema, s);
    assert_int_equal(m->input->n_keys, 0);
    assert_null(class_property(m->input, TEXT("y")));
    assert_ptr_equal(get(s, "B")->methods[0].input, m->input);
    assert_int_equal(get(s, "C")->methods[0].input->n_properties, 0);
    assert_int_equal(get(s, "C")->methods[0].output->n_properties, 1);
    (void)schema_unref(s);
}

static void classes_of_parameters_are_of_no_kind(void **state)
{
    const struct cim_schema *s = decls_schema("A { uint32 a(); uint32 b(); } B : A {}");
    const struct cim_class *a = get(s, "A"), *parameters = a->methods[0].input;
    uint32_t n;

    (void)state;
    (void)schema_classes(s, &n);
    assert_int_equal(n, 2);
    assert_null(schema_class(s, TEXT("a_INPUT")));
    assert_null(parameters->superclass);
    assert_false(class_is_a(a, parameters));
    assert_false(class_is_a(get(s, "B"), parameters));
    assert_false(class_is_a(parameters, a));
    assert_false(class_is_a(parameters, a->methods[1].input));
    (void)schema_unref(s);
}

static void what_returns_an_instance_has_one_in_its_output(void **state)
{
    const struct cim_schema *s =
        decls_schema("A { string m() [EmbeddedInstance(A)]; uint32 n() [EmbeddedInstance(A)]; }");
    const struct cim_class *a = get(s, "A");

    (void)state;
    assert_int_equal(property_value_type(&a->methods[0].output->properties[0]), CIM_INSTANCE);
    assert_string_equal(a->methods[0].output->properties[0].ref_class, "A");
    assert_int_equal(property_value_type(&a->methods[1].output->properties[0]), CIM_UINT32);
    (void)schema_unref(s);
}

static void flags_say_what_the_qualifiers_say(void **state)
{
    static const struct {
        const char *property;
        uint16_t flags;
    } cases[] = {
        {"a", FEATURE_KEY | FEATURE_READ},
        {"b", FEATURE_WRITE},
        {"c", FEATURE_EMBEDDED_INSTANCE | FEATURE_READ},
        {"d", FEATURE_EMBEDDED_OBJECT | FEATURE_READ},
        {"e", FEATURE_REQUIRED | FEATURE_READ | FEATURE_OWN_DEFAULT},
        {"f", FEATURE_STATIC | FEATURE_READ},
    };
    const struct cim_schema *s =
        decls_schema("A [Abstract] { uint32 a [Key]; string b [Write, Read(false)]; string c[] [EmbeddedInstance(A)];"
                     "string d [EmbeddedObject]; boolean e [Required] = true; string f [Static, Key(false)]; } B : A [Terminal] {}");

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_property *p = class_property(get(s, "A"), text_of(cases[i].property));

        assert_int_equal(p->flags, cases[i].flags);
        assert_int_equal(class_property(get(s, "B"), p->name)->flags,
                         (cases[i].flags & ~FEATURE_OWN_DEFAULT) | FEATURE_PROPAGATED);
    }
    assert_string_equal(get(s, "A")->properties[2].ref_class, "A");
    assert_int_equal(property_value_type(&get(s, "A")->properties[2]), CIM_INSTANCE);
    assert_int_equal(property_value_type(&get(s, "A")->properties[3]), CIM_INSTANCE);
    assert_int_equal(get(s, "A")->flags, CLASS_ABSTRACT);
    assert_int_equal(get(s, "B")->flags, CLASS_TERMINAL);
    (void)schema_unref(s);
}

static void defaults_take_the_type_of_the_property(void **state)
{
    const struct cim_schema *s =
        decls_schema("A { uint8 a = 255; real32 b = 1; datetime c = \"20200101000000.000000+000\"; uint16 d[2] = {1, 2};"
                     "string e[] = {}; sint8 f = -128; string g = null; boolean h = false; }");
    const struct cim_property *p = get(s, "A")->properties;

    (void)state;
    for (uint16_t i = 0; i < 8; i++)
        assert_int_equal(p[i].value.type, p[i].type);
    assert_int_equal(p[0].value.uint, 255);
    assert_true(p[1].value.real == 1);
    assert_int_equal(p[2].value.datetime->usec, 1577836800000000);
    assert_int_equal(p[3].value.len, 2);
    assert_int_equal(p[3].value.items[1].type, CIM_UINT16);
    assert_true(value_is_array(&p[4].value) && !value_is_null(&p[4].value) && p[4].value.len == 0);
    assert_int_equal(p[5].value.sint, -128);
    assert_true(value_is_null(&p[6].value) && (p[6].flags & FEATURE_OWN_DEFAULT));
    assert_false(p[7].value.boolean);
    (void)schema_unref(s);
}

static void many_properties_are_all_found(void **state)
{
    char text[40000];
    size_t n = (size_t)snprintf(text, sizeof(text), "A {");
    const struct cim_schema *s;

    (void)state;
    for (int i = 0; i < 1000; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, " uint32 Property%d;", i);
    (void)snprintf(text + n, sizeof(text) - n, " } B : A { string Property1000; }");
    s = decls_schema(text);
    for (int i = 0; i <= 1000; i++) {
        char name[32];

        (void)snprintf(name, sizeof(name), "PROPERTY%d", i);
        assert_int_equal(class_property(get(s, "B"), text_of(name))->index, i);
    }
    assert_null(class_property(get(s, "A"), TEXT("Property1000")));
    (void)schema_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_schema_has_nothing),
        cmocka_unit_test(names_are_found_without_case_and_keep_their_spelling),
        cmocka_unit_test(classes_stand_in_pre_order_however_they_are_declared),
        cmocka_unit_test(closure_of_leaf_is_itself),
        cmocka_unit_test(inherited_features_come_first_and_keep_their_index),
        cmocka_unit_test(subclass_without_own_features_shares_what_it_can),
        cmocka_unit_test(methods_are_inherited_and_overridden_whole),
        cmocka_unit_test(parameters_of_a_method_are_two_classes),
        cmocka_unit_test(classes_of_parameters_are_of_no_kind),
        cmocka_unit_test(what_returns_an_instance_has_one_in_its_output),
        cmocka_unit_test(flags_say_what_the_qualifiers_say),
        cmocka_unit_test(defaults_take_the_type_of_the_property),
        cmocka_unit_test(many_properties_are_all_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
