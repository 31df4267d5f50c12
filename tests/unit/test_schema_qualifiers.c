#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/decls.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* What the qualifier Q of A.x is in B, C and D, each derived from the one before */
struct expectation {
    const char *q;        /* the qualifier */
    const char *a;        /* as written in A */
    const char *b;        /* in B, which overrides x; NULL: B does not */
    const char *value[4]; /* in A, B, C, D; NULL: not there */
    bool propagated_b;
};

static const struct expectation expectations[] = {
    {"Description", "[Description(t)]", NULL, {"t", "t", "t", "t"}, true},
    {"Description", "[Description(t)]", "[Override]", {"t", "t", "t", "t"}, true},
    {"Description", "[Description(t)]", "[Override, Description(u)]", {"t", "u", "u", "u"}, false},
    {"Description", "[Description(t)-s]", NULL, {"t", NULL, NULL, NULL}, false},
    {"Description", "[Description(t)]", "[Override, Description(u)-s]", {"t", "u", NULL, NULL}, false},
    {"Description", "[Description(t)-s]", "[Override, Description(u)]", {"t", "u", "u", "u"}, false},
    {"Override", "[Description(t)]", "[Override(x)]", {NULL, "x", NULL, NULL}, false},
    {"Fixed", "[Fixed(t)]", "[Override, Fixed(t)]", {"t", "t", "t", "t"}, false},
    {"Fixed", "[Fixed(t)+o]", "[Override, Fixed(u)]", {"t", "u", "u", "u"}, false},
    {"Fixed", "[Fixed(t)-s]", "[Override, Fixed(u)]", {"t", "u", "u", "u"}, false},
    {"Fixed", "[Description(t)]", "[Override, Fixed(u)]", {NULL, "u", "u", "u"}, false},
};

static void qualifiers_propagate_as_their_flavors_say(void **state)
{
    static const char *const classes[] = {"A", "B", "C", "D"};

    (void)state;
    for (size_t i = 0; i < LENGTH(expectations); i++) {
        const struct expectation *e = &expectations[i];
        const struct cim_schema *s;
        struct buf text;

        buf_init(&text, 4096);
        buf_printf(&text, "A { uint32 x %s; } B : A {", e->a);
        if (e->b)
            buf_printf(&text, " uint32 x %s;", e->b);
        buf_puts(&text, " } C : B { uint32 y; } D : C {}");
        s = decls_schema(buf_cstr(&text));
        for (int k = 0; k < 4; k++) {
            const struct cim_class *c = schema_class(s, text_of(classes[k]));
            const struct cim_qualifier *q = qualifier_find(&c->properties[0].qualifiers, e->q);

            if (!q != !e->value[k] || (q && !text_eq(value_text(&q->value), text_of(e->value[k]))))
                fail_msg("case %zu, class %s", i, classes[k]);
            if (q)
                assert_int_equal(q->propagated, k == 0 ? false : k == 1 ? e->propagated_b : true);
        }
        (void)schema_unref(s);
        buf_fini(&text);
    }
}

static void disabled_override_allows_the_same_value_only(void **state)
{
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        {"A [Fixed(t)] {} B : A [Fixed(t)] {}", 0},
        {"A [Fixed(t)] {} B : A [Fixed(u)] {}", CIM_ERR_INVALID_PARAMETER},
        {"A [Fixed(t)] {} B : A [Fixed(t)+o] {} C : B [Fixed(u)] {}", CIM_ERR_INVALID_PARAMETER},
        {"A [Fixed(t)-s] {} B : A [Fixed(u)] {} C : B [Fixed(u)] {}", 0},
        {"A [Description(t)-o] {} B : A [Description(u)] {}", CIM_ERR_INVALID_PARAMETER},
        {"A { uint32 m(uint32 p [Fixed(t)]); } B : A { uint32 m(uint32 p [Fixed(u)]) [Override]; }",
         CIM_ERR_INVALID_PARAMETER},
        {"A { uint32 m() [Fixed(t)]; } B : A { uint32 m() [Override, Fixed(u)]; }", CIM_ERR_INVALID_PARAMETER},
        {"A [Association] { ref A x; ref A y; } B : A [Association(false)] {}", CIM_ERR_INVALID_PARAMETER},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct cim_schema *s = NULL;
        struct problems p;

        if (decls_build(NULL, cases[i].text, false, &p, &s) != cases[i].status)
            fail_msg("%s: %s", cases[i].text, p.first);
        if (cases[i].status)
            assert_non_null(strstr(p.first, "forbids to override"));
        (void)schema_unref(s);
    }
}

static void class_qualifiers_follow_the_same_rules(void **state)
{
    const struct cim_schema *s =
        decls_schema("A [Abstract, Description(t), Version(v)] {} B : A {} C : B [Version(w)] {}");
    const struct cim_class *a = schema_class(s, TEXT("A")), *b = schema_class(s, TEXT("B"));

    (void)state;
    assert_int_equal(a->qualifiers.n, 3);
    assert_int_equal(b->qualifiers.n, 1);
    assert_true(b->qualifiers.items[0].propagated);
    assert_true(qualifier_true(&a->qualifiers, "ABSTRACT"));
    assert_false(qualifier_true(&b->qualifiers, "Abstract"));
    assert_false(qualifier_true(&b->qualifiers, "Description"));
    assert_int_equal(schema_class(s, TEXT("C"))->qualifiers.n, 2);
    (void)schema_unref(s);
}

static void qualifier_without_a_value_is_true_or_the_default(void **state)
{
    const struct cim_schema *s = decls_schema("A { uint32 x [Write, MaxLen, Values]; }");
    const struct cim_qualifiers *q = &schema_class(s, TEXT("A"))->properties[0].qualifiers;

    (void)state;
    assert_true(qualifier_true(q, "write"));
    assert_true(value_is_null(&qualifier_find(q, "MaxLen")->value));
    assert_int_equal(qualifier_find(q, "MaxLen")->value.type, CIM_UINT32);
    assert_true(value_is_array(&qualifier_find(q, "Values")->value));
    assert_null(qualifier_find(q, "Key"));
    (void)schema_unref(s);
}

static void types_are_sorted_and_convert_their_default(void **state)
{
    struct decl_qualifier_type d = {
        .type = {.name = "Aaa", .type = CIM_UINT8, .scopes = SCOPE_ANY, .value = value_uint(CIM_UINT64, 256)},
        .has_value = true};
    struct schema_builder *b = schema_builder_new(NULL);
    const struct cim_schema *s = NULL;
    const struct cim_qualifier_type *t;
    struct problems p = {0};
    uint32_t n;

    (void)state;
    decls_add_types(b);
    assert_int_equal(schema_builder_add_qualifier_type(b, &d, false), 0);
    assert_int_equal(schema_builder_finish(b, true, decls_count, &p, &s), CIM_ERR_INVALID_PARAMETER);
    assert_non_null(strstr(p.first, "qualifier type Aaa"));
    (void)schema_builder_free(b);
    d.type.value.uint = 255;
    b = schema_builder_new(NULL);
    decls_add_types(b);
    assert_int_equal(schema_builder_add_qualifier_type(b, &d, false), 0);
    assert_int_equal(schema_builder_finish(b, true, decls_count, &p, &s), 0);
    (void)schema_builder_free(b);
    t = schema_qualifier_types(s, &n);
    assert_string_equal(t[0].name, "Aaa");
    assert_int_equal(t[0].value.type, CIM_UINT8);
    for (uint32_t i = 1; i < n; i++)
        assert_true(text_icmp(text_of(t[i - 1].name), text_of(t[i].name)) < 0);
    (void)schema_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qualifier_without_a_value_is_true_or_the_default),
        cmocka_unit_test(types_are_sorted_and_convert_their_default),
        cmocka_unit_test(class_qualifiers_follow_the_same_rules),
        cmocka_unit_test(qualifiers_propagate_as_their_flavors_say),
        cmocka_unit_test(disabled_override_allows_the_same_value_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
