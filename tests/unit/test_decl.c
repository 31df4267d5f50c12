/* Declarations made of resolved classes; with them, changes on top of a base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/decls.h"

static const char base_text[] =
    "A [Abstract, Description(top)] { uint32 id [Key, Description(number)]; string name [Write] = x; uint32 m(string p [Out]); }"
    "B : A { string name [Override, Description(mine)-s] = y; uint16 list[3] [Values(a, b)] = {1, 2}; string o [EmbeddedObject]; }"
    "C : B { uint32 m(string p) [Override]; } L [Association] { ref A x [Key]; ref B y [Key]; }";

static bool qualifiers_equal(const struct cim_qualifiers *a, const struct cim_qualifiers *b)
{
    for (uint32_t i = 0; i < a->n; i++) {
        const struct cim_qualifier *q = qualifier_find(b, a->items[i].type->name);

        if (!q || !value_equal(&q->value, &a->items[i].value) || q->flavors != a->items[i].flavors ||
            q->propagated != a->items[i].propagated)
            return false;
    }
    return a->n == b->n;
}

static void assert_properties_equal(const struct cim_property *a, const struct cim_property *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        assert_string_equal(a[i].name.s, b[i].name.s);
        assert_int_equal(a[i].type, b[i].type);
        assert_int_equal(a[i].is_array, b[i].is_array);
        assert_int_equal(a[i].array_size, b[i].array_size);
        assert_int_equal(a[i].flags, b[i].flags);
        assert_true(value_equal(&a[i].value, &b[i].value));
        assert_true(!a[i].ref_class == !b[i].ref_class && (!a[i].ref_class || !strcmp(a[i].ref_class, b[i].ref_class)));
        assert_true(qualifiers_equal(&a[i].qualifiers, &b[i].qualifiers));
        assert_true(!a[i].origin || text_eq(a[i].origin->name, b[i].origin->name));
    }
}

static void assert_schemas_equal(const struct cim_schema *x, const struct cim_schema *y)
{
    uint32_t nx, ny;
    const struct cim_class *a = schema_classes(x, &nx), *b = schema_classes(y, &ny);

    assert_int_equal(nx, ny);
    for (uint32_t i = 0; i < nx; i++) {
        assert_string_equal(a[i].name.s, b[i].name.s);
        assert_true(a[i].end == b[i].end && a[i].flags == b[i].flags && a[i].n_properties == b[i].n_properties &&
                    a[i].n_keys == b[i].n_keys && a[i].n_methods == b[i].n_methods);
        assert_true(qualifiers_equal(&a[i].qualifiers, &b[i].qualifiers));
        assert_properties_equal(a[i].properties, b[i].properties, a[i].n_properties);
        for (uint32_t k = 0; k < a[i].n_methods; k++) {
            assert_int_equal(a[i].methods[k].flags, b[i].methods[k].flags);
            assert_true(qualifiers_equal(&a[i].methods[k].qualifiers, &b[i].methods[k].qualifiers));
            assert_int_equal(a[i].methods[k].n_parameters, b[i].methods[k].n_parameters);
            assert_properties_equal(a[i].methods[k].parameters, b[i].methods[k].parameters,
                                    a[i].methods[k].n_parameters);
        }
    }
}

static void snapshot_without_changes_equals_its_base(void **state)
{
    const struct cim_schema *base = decls_schema(base_text), *s = NULL;
    struct problems p;

    (void)state;
    assert_int_equal(decls_build(base, "", false, &p, &s), 0);
    assert_schemas_equal(base, s);
    (void)schema_unref(base);
    assert_int_equal(schema_class(s, TEXT("B"))->n_properties, 4); /* the base is gone */
    (void)schema_unref(s);
}

static void class_is_added_on_top_of_a_base(void **state)
{
    const struct cim_schema *base = decls_schema(base_text), *s = NULL, *all;
    struct buf text;
    struct problems p;

    (void)state;
    buf_init(&text, 4096);
    buf_printf(&text, "%s AA : B { string more; }", base_text);
    all = decls_schema(buf_cstr(&text));
    assert_int_equal(decls_build(base, "AA : B { string more; }", false, &p, &s), 0);
    assert_schemas_equal(all, s);
    assert_null(schema_class(base, TEXT("AA")));
    (void)schema_unref(base);
    (void)schema_unref(all);
    (void)schema_unref(s);
    buf_fini(&text);
}

static void replaced_class_changes_its_heirs_and_leaves_the_old_snapshot(void **state)
{
    const struct cim_schema *base = decls_schema(base_text), *s = NULL;
    const struct cim_class *old = schema_class(base, TEXT("C")), *new;
    struct problems p;

    (void)state;
    assert_int_equal(decls_build(base, "a { uint32 id [Key]; string first; string name = z; uint32 m(); }", false, &p,
                                 &s),
                     CIM_ERR_ALREADY_EXISTS);
    assert_int_equal(decls_build(base, "a { uint32 id [Key]; string first; string name = z; uint32 m(); }", true, &p, &s),
                     0);
    new = schema_class(s, TEXT("C"));
    assert_int_equal(old->n_properties, 4);
    assert_int_equal(new->n_properties, 5);
    assert_string_equal(new->properties[1].name.s, "first");
    assert_string_equal(schema_class(s, TEXT("A"))->name.s, "a");
    assert_string_equal(schema_class(base, TEXT("A"))->name.s, "A");
    assert_non_null(qualifier_find(&old->properties[0].qualifiers, "Description"));
    assert_null(qualifier_find(&new->properties[0].qualifiers, "Description"));
    assert_true(text_eq(value_text(&new->properties[2].value), TEXT("y")));
    (void)schema_unref(base);
    (void)schema_unref(s);
}

static void heirs_that_no_longer_fit_refuse_the_replacement(void **state)
{
    const struct cim_schema *base = decls_schema(base_text), *s = NULL;
    struct problems p;

    (void)state;
    assert_int_equal(decls_build(base, "A { uint32 id [Key]; uint32 m(); }", true, &p, &s), CIM_ERR_INVALID_PARAMETER);
    assert_non_null(strstr(p.first, "B.name: there is nothing to override"));
    (void)schema_unref(base);
}

static int without(const struct cim_schema *base, const char *first, const char *second, const struct cim_schema **ret)
{
    struct schema_builder *b = schema_builder_new(base);
    int r = schema_builder_remove_class(b, text_of(first));

    if (r == 0 && second)
        r = schema_builder_remove_class(b, text_of(second));
    if (r == 0)
        r = schema_builder_finish(b, true, NULL, NULL, ret);
    (void)schema_builder_free(b);
    return r;
}

static void class_goes_unless_others_need_it(void **state)
{
    const struct cim_schema *base = decls_schema(base_text), *s = NULL;

    (void)state;
    assert_int_equal(without(base, "Nobody", NULL, &s), CIM_ERR_NOT_FOUND);
    assert_int_equal(without(base, "C", "c", &s), CIM_ERR_NOT_FOUND);
    assert_int_equal(without(base, "A", NULL, &s), CIM_ERR_CLASS_HAS_CHILDREN);
    assert_int_equal(without(base, "B", "C", &s), CIM_ERR_INVALID_PARAMETER); /* L refers to B */
    assert_int_equal(without(base, "c", NULL, &s), 0);
    assert_null(schema_class(s, TEXT("C")));
    assert_non_null(schema_class(base, TEXT("C")));
    (void)schema_unref(base);
    (void)schema_unref(s);
}

static void qualifier_type_goes_unless_classes_use_it(void **state)
{
    const struct cim_schema *base = decls_schema("A [Description(t)] {}"), *s = NULL;
    struct schema_builder *b = schema_builder_new(base);

    (void)state;
    assert_int_equal(schema_builder_remove_qualifier_type(b, TEXT("nobody")), CIM_ERR_NOT_FOUND);
    assert_int_equal(schema_builder_remove_qualifier_type(b, TEXT("KEY")), 0);
    assert_int_equal(schema_builder_finish(b, true, NULL, NULL, &s), 0);
    assert_null(schema_qualifier_type(s, TEXT("Key")));
    (void)schema_builder_free(b);
    b = schema_builder_new(s);
    assert_int_equal(schema_builder_remove_qualifier_type(b, TEXT("Description")), 0);
    (void)schema_unref(s);
    assert_int_equal(schema_builder_finish(b, true, NULL, NULL, &s), CIM_ERR_INVALID_PARAMETER);
    (void)schema_builder_free(b);
    (void)schema_unref(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot_without_changes_equals_its_base),
        cmocka_unit_test(class_is_added_on_top_of_a_base),
        cmocka_unit_test(replaced_class_changes_its_heirs_and_leaves_the_old_snapshot),
        cmocka_unit_test(heirs_that_no_longer_fit_refuse_the_replacement),
        cmocka_unit_test(class_goes_unless_others_need_it),
        cmocka_unit_test(qualifier_type_goes_unless_classes_use_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
