#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/instance.h"
#include "tests/unit/decls.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char classes[] =
    "Base { string Id [Key]; uint8 Count = 7; string Names[2]; } Part : Base { real32 Size; }"
    "Whole { uint16 Number [Key]; string Base [EmbeddedInstance(Base)]; string Any[] [EmbeddedObject]; datetime When; }"
    "Link [Association] { ref Base From [Key]; ref Base To [Key]; } Bare { uint8 x; } Nothing {}";

struct fixture {
    const struct cim_schema *schema;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct fixture f;

    f.schema = decls_schema(classes);
    arena_init(&f.arena, 1 << 20);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    f->schema = schema_unref(f->schema);
    arena_fini(&f->arena);
    return 0;
}

static struct cim_instance *make(struct fixture *f, const char *class)
{
    struct cim_instance *i = instance_new(&f->arena, schema_class(f->schema, text_of(class)));

    assert_non_null(i);
    return i;
}

static int set(struct fixture *f, struct cim_instance *i, const char *name, struct cim_value v)
{
    struct cim_error err = {0};
    int r = instance_set(i, &f->arena, text_of(name), &v, &err);

    assert_int_equal(err.status, r > 0 ? r : 0);
    return r;
}

static struct cim_value embedded(const struct cim_instance *i)
{
    return (struct cim_value){.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = i};
}

static void fresh_instance_holds_the_defaults(void **state)
{
    struct cim_instance *i = make(*state, "Part");

    assert_true(value_is_null(instance_get(i, TEXT("id"))));
    assert_int_equal(instance_get(i, TEXT("COUNT"))->uint, 7);
    assert_int_equal(instance_get(i, TEXT("Size"))->type, CIM_REAL32);
    assert_null(instance_get(i, TEXT("nothing")));
    assert_non_null(make(*state, "Nothing"));
    assert_int_equal(set(*state, i, "count", value_uint(CIM_UINT64, 9)), 0);
    assert_int_equal(instance_get(i, TEXT("Count"))->uint, 9);
    instance_clear(i);
    assert_int_equal(instance_get(i, TEXT("Count"))->uint, 7);
}

static void values_are_converted_or_refused(void **state)
{
    static const struct cim_value strings[] = {
        {.type = CIM_STRING, .flags = CIM_VALUE_SET, .len = 1, .str = "a"},
        {.type = CIM_STRING, .flags = 0},
        {.type = CIM_STRING, .flags = CIM_VALUE_SET, .len = 1, .str = "c"},
    };
    const struct {
        const char *name;
        struct cim_value value;
        int status;
    } cases[] = {
        {"Count", value_uint(CIM_UINT64, 255), 0},
        {"Count", value_string(TEXT("0x10")), 0},
        {"Count", value_null(CIM_STRING, false), 0},
        {"Count", value_uint(CIM_UINT64, 256), CIM_ERR_INVALID_PARAMETER},
        {"Count", value_boolean(true), CIM_ERR_TYPE_MISMATCH},
        {"Count", value_array(CIM_UINT8, NULL, 0), CIM_ERR_TYPE_MISMATCH},
        {"Names", value_array(CIM_STRING, strings, 2), 0},
        {"Names", value_array(CIM_STRING, strings, 3), CIM_ERR_INVALID_PARAMETER},
        {"Names", value_null(CIM_STRING, false), 0},
        {"Names", strings[0], CIM_ERR_TYPE_MISMATCH},
        {"Size", value_sint(CIM_SINT8, -1), 0},
        {"Size", value_real(CIM_REAL64, 1e300), CIM_ERR_INVALID_PARAMETER},
        {"Nothing", value_boolean(true), CIM_ERR_NO_SUCH_PROPERTY},
    };
    struct cim_instance *i = make(*state, "Part");

    for (size_t k = 0; k < LENGTH(cases); k++) {
        struct cim_value before = k < LENGTH(cases) - 1 ? *instance_get(i, text_of(cases[k].name)) : cases[k].value;

        assert_int_equal(set(*state, i, cases[k].name, cases[k].value), cases[k].status);
        if (cases[k].status && k < LENGTH(cases) - 1)
            assert_memory_equal(&before, instance_get(i, text_of(cases[k].name)), sizeof(before));
    }
    assert_true(value_is_array(instance_get(i, TEXT("Names"))) && value_is_null(instance_get(i, TEXT("Names"))));
}

static void text_is_copied(void **state)
{
    struct cim_instance *i = make(*state, "Base");
    char text[] = "text";

    assert_int_equal(set(*state, i, "Id", value_string(text_of(text))), 0);
    text[0] = 'x';
    assert_true(text_eq(value_text(instance_get(i, TEXT("Id"))), TEXT("text")));
}

static void embedded_instance_must_be_of_its_class(void **state)
{
    struct cim_instance *whole = make(*state, "Whole"), *part = make(*state, "Part"), *bare = make(*state, "Bare");
    struct cim_value items[] = {embedded(bare), value_null(CIM_INSTANCE, false), embedded(part)};

    assert_int_equal(set(*state, whole, "Base", embedded(part)), 0);
    assert_int_equal(set(*state, whole, "Base", embedded(bare)), CIM_ERR_TYPE_MISMATCH);
    assert_int_equal(set(*state, whole, "Base", value_string(TEXT("<xml/>"))), CIM_ERR_TYPE_MISMATCH);
    assert_ptr_equal(instance_get(whole, TEXT("Base"))->instance->class, part->class);
    assert_ptr_not_equal(instance_get(whole, TEXT("Base"))->instance, part);
    assert_int_equal(set(*state, whole, "Any", value_array(CIM_INSTANCE, items, 3)), 0);
    assert_int_equal(set(*state, whole, "Base", value_null(CIM_STRING, false)), 0);
    assert_int_equal(instance_get(whole, TEXT("Base"))->type, CIM_INSTANCE);
}

static void path_names_the_keys_and_wants_them_set(void **state)
{
    struct fixture *f = *state;
    struct cim_instance *link = make(f, "Link"), *bare = make(f, "Bare");
    struct cim_error err = {0};
    struct cim_path p;
    struct buf b;

    buf_init(&b, 1000);
    assert_int_equal(set(f, link, "From", value_string(TEXT("/root:Base.Id=\"a\""))), 0);
    assert_int_equal(instance_path(link, &f->arena, TEXT("root/cimv2"), &p, &err), CIM_ERR_INVALID_PARAMETER);
    assert_string_equal(err.message, "key To of class Link is not set");
    assert_int_equal(set(f, link, "To", value_string(TEXT("Base=\"b\""))), 0);
    assert_int_equal(instance_path(link, &f->arena, TEXT("root/cimv2"), &p, NULL), 0);
    path_print(&b, &p, PATH_WBEM_URI);
    assert_string_equal(buf_cstr(&b), "/root/cimv2:Link.From=\"/root:Base.Id=\\\"a\\\"\",To=\"Base=\\\"b\\\"\"");
    buf_reset(&b);
    assert_int_equal(instance_path(bare, &f->arena, TEXT("root"), &p, NULL), 0);
    path_print(&b, &p, PATH_WBEM_URI);
    assert_string_equal(buf_cstr(&b), "/root:Bare=@");
    buf_fini(&b);
}

static void copy_is_deep_and_equal(void **state)
{
    struct fixture *f = *state;
    struct cim_instance *whole = make(f, "Whole"), *part = make(f, "Part"), *copy;
    struct cim_value item;
    struct arena to;

    assert_int_equal(set(f, part, "Id", value_string(TEXT("inner"))), 0);
    item = embedded(part);
    assert_int_equal(set(f, whole, "Base", item), 0);
    assert_int_equal(set(f, whole, "Any", value_array(CIM_INSTANCE, &item, 1)), 0);
    assert_int_equal(set(f, whole, "When", value_string(TEXT("P1D"))), 0);
    arena_init(&to, 1 << 16);
    copy = instance_copy(&to, whole);
    assert_true(instance_equal(copy, whole));
    assert_int_equal(set(f, part, "Id", value_string(TEXT("other"))), 0);
    assert_int_equal(set(f, whole, "Base", embedded(part)), 0);
    assert_false(instance_equal(copy, whole));
    arena_reset(&f->arena); /* the sanitizer watches what follows */
    assert_true(text_eq(value_text(instance_get(instance_get(copy, TEXT("Base"))->instance, TEXT("Id"))), TEXT("inner")));
    assert_false(instance_equal(copy, make(f, "Bare")));
    arena_fini(&to);
}

static void instances_of_two_snapshots_are_equal_by_content(void **state)
{
    struct fixture *f = *state;
    const struct cim_schema *other = decls_schema(classes);
    struct cim_instance *a = make(f, "Base"), *b = instance_new(&f->arena, schema_class(other, TEXT("Base")));

    assert_true(instance_equal(a, b));
    assert_int_equal(set(f, b, "Id", value_string(TEXT("x"))), 0);
    assert_false(instance_equal(a, b));
    (void)schema_unref(other);
}

static void lack_of_memory_is_told(void **state)
{
    struct fixture *f = *state;
    struct cim_instance *i = make(f, "Base");
    struct cim_value v = value_string(TEXT("text"));
    struct cim_path p;
    struct arena none;

    assert_int_equal(set(f, i, "Id", v), 0);
    arena_init(&none, 0);
    assert_null(instance_new(&none, i->class));
    assert_null(instance_copy(&none, i));
    assert_int_equal(instance_set(i, &none, TEXT("Id"), &v, NULL), -ENOMEM);
    assert_int_equal(instance_path(i, &none, TEXT("root"), &p, NULL), -ENOMEM);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(fresh_instance_holds_the_defaults),
        TEST(values_are_converted_or_refused),
        TEST(text_is_copied),
        TEST(embedded_instance_must_be_of_its_class),
        TEST(path_names_the_keys_and_wants_them_set),
        TEST(copy_is_deep_and_equal),
        TEST(instances_of_two_snapshots_are_equal_by_content),
        TEST(lack_of_memory_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
