#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/path.h"
#include "tests/unit/decls.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void namespaces_have_one_spelling(void **state)
{
    static const struct {
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {"root/cimv2", "root/cimv2"},
        {"root\\CIMV2", "root/CIMV2"},
        {"/root/cimv2/", "root/cimv2"},
        {"\\root", "root"},
        {"//./root/cimv2", "root/cimv2"},
        {"\\\\.\\root\\cimv2", "root/cimv2"},
        {"root/a-b_c.d1", "root/a-b_c.d1"},
        {"", NULL},
        {"/", NULL},
        {"//host/root", NULL},
        {"//./", NULL},
        {"//.root", NULL},
        {"root//cimv2", NULL},
        {"root/./cimv2", NULL},
        {"root/..", NULL},
        {"root cimv2", NULL},
        {"root:A", NULL},
        {"root\ncimv2", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text t = TEXT("untouched");
        struct arena a;
        int r;

        arena_init(&a, 1 << 16);
        r = namespace_normalise(&a, text_of(cases[i].text), &t, NULL);
        if (r != (cases[i].want ? 0 : CIM_ERR_INVALID_NAMESPACE))
            fail_msg("%s: %d", cases[i].text, r);
        assert_true(text_eq(t, text_of(cases[i].want ? cases[i].want : "untouched")));
        arena_fini(&a);
    }
}

static struct cim_path parse(struct arena *a, const char *text)
{
    struct cim_path p;

    assert_int_equal(path_parse(a, text_of(text), &p, NULL), 0);
    return p;
}

static void paths_are_equal_by_content(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"A", "a", true},
        {"A", "A=@", false},
        {"A=@", "a=@", true},
        {"//H/root:A.b=1", "\\\\h\\ROOT:a.B=1", true},
        {"/root:A.b=1", "//./root:A.b=1", true},
        {"/root:A.b=1", "//h/root:A.b=1", false},
        {"/root:A.b=1", "A.b=1", false},
        {"A.b=1,c=\"x\"", "A.c=\"x\",b=1", true},
        {"A.b=1,c=\"x\"", "A.c=\"X\",b=1", false},
        {"A.b=1", "A.b=1,c=2", false},
        {"A.b=1,c=2", "A.b=1,d=2", false},
        {"A.b=0x10", "A.b=16", true},
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_path x = parse(&a, cases[i].a), y = parse(&a, cases[i].b);

        if (path_equal(&x, &y) != cases[i].equal || path_equal(&y, &x) != cases[i].equal)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
    arena_fini(&a);
}

static void copy_outlives_the_original(void **state)
{
    struct arena from, to;
    struct cim_path p, copy, again;

    (void)state;
    arena_init(&from, 1 << 16);
    arena_init(&to, 1 << 16);
    p = parse(&from, "//h/root:A.b=\"x\",c=1");
    assert_true(path_copy(&to, &p, &copy));
    arena_fini(&from);
    again = parse(&to, "//h/root:A.b=\"x\",c=1");
    assert_true(path_equal(&copy, &again));
    arena_fini(&to);
}

static const char classes[] =
    "One { string Id [Key]; string other; } None { string x; }"
    "Many { uint8 Number [Key]; string Name [Key]; datetime When [Key]; boolean Flag [Key]; char16 Letter [Key]; }"
    "Link [Association] { ref One From [Key]; ref Many To [Key]; } Loop [Association] { ref Loop Next [Key]; ref One Other; }";

/* Bound paths, printed; NULL: refused with status */
static const struct {
    const char *class, *text, *want;
    int status;
} bindings[] = {
    {"One", "One.ID=\"x\"", "One.Id=\"x\"", 0},
    {"One", "one=\"x\"", "one.Id=\"x\"", 0},
    {"One", "/root:One.id='x'", "/root:One.Id=\"x\"", 0},
    {"One", "One", NULL, CIM_ERR_INVALID_PARAMETER},
    {"One", "One=@", NULL, CIM_ERR_INVALID_PARAMETER},
    {"One", "One.Id=\"x\",other=\"y\"", NULL, CIM_ERR_INVALID_PARAMETER},
    {"One", "One.nothing=\"y\"", NULL, CIM_ERR_INVALID_PARAMETER},
    {"One", "One=1", NULL, CIM_ERR_TYPE_MISMATCH},
    {"None", "None=@", "None=@", 0},
    {"None", "None", "None", 0},
    {"None", "None.x=\"1\"", NULL, CIM_ERR_INVALID_PARAMETER},
    {"None", "None=\"1\"", NULL, CIM_ERR_INVALID_PARAMETER},
    {"Many", "Many.letter=\"c\",flag=\"true\",when=\"20240101000000.000000+000\",name=\"n\",number=\"0x10\"",
     "Many.Number=16,Name=\"n\",When=\"20240101000000.000000+000\",Flag=TRUE,Letter='c'", 0},
    {"Many", "Many.letter='c',flag=FALSE,when=\"2024-01-01T00:00:00Z\",name=\"\",number=255",
     "Many.Number=255,Name=\"\",When=\"20240101000000.000000+000\",Flag=FALSE,Letter='c'", 0},
    {"Many", "Many.letter='c',flag=FALSE,when=\"2024-01-01T00:00:00Z\",name=\"\",number=256", NULL,
     CIM_ERR_INVALID_PARAMETER},
    {"Many", "Many.letter='c',flag=1,when=\"2024-01-01T00:00:00Z\",name=\"\",number=1", NULL, CIM_ERR_TYPE_MISMATCH},
    {"Many", "Many.letter='c',flag=TRUE,when=\"x\",name=\"\",number=1", NULL, CIM_ERR_TYPE_MISMATCH},
    {"Many", "Many=1", NULL, CIM_ERR_INVALID_PARAMETER},
    {"Many", "Many.Number=1", NULL, CIM_ERR_INVALID_PARAMETER},
    {"Link", "Link.To=\"Far.x=1\",From=\"root:one=\\\"a\\\"\"", "Link.From=\"/root:one.Id=\\\"a\\\"\",To=\"Far.x=1\"", 0},
    {"Link", "Link.To=\"Far.x=\",From=\"one=\\\"a\\\"\"", NULL, CIM_ERR_INVALID_PARAMETER},
    {"Link", "Link.To=\"Far\",From=\"one=1\"", NULL, CIM_ERR_TYPE_MISMATCH},
    {"Link", "Link.To=7,From=\"one=1\"", NULL, CIM_ERR_TYPE_MISMATCH},
};

static void bound_path_has_the_types_and_names_of_the_class(void **state)
{
    const struct cim_schema *s = decls_schema(classes);

    (void)state;
    for (size_t i = 0; i < LENGTH(bindings); i++) {
        struct cim_error err = {0};
        struct cim_path p, bound;
        struct arena a;
        struct buf b;
        int r;

        arena_init(&a, 1 << 16);
        buf_init(&b, 1 << 16);
        p = parse(&a, bindings[i].text);
        r = path_bind(&a, &p, schema_class(s, text_of(bindings[i].class)), &bound, &err);
        if (r != bindings[i].status || err.status != r)
            fail_msg("%s: %d %s", bindings[i].text, r, err.message);
        if (r == 0) {
            path_print(&b, &bound, PATH_WBEM_URI);
            assert_string_equal(buf_cstr(&b), bindings[i].want);
        }
        buf_fini(&b);
        arena_fini(&a);
    }
    (void)schema_unref(s);
}

static void duplicate_and_null_keys_of_a_decoder_are_refused(void **state)
{
    const struct cim_schema *s = decls_schema(classes);
    struct cim_value item = value_string(TEXT("x"));
    struct cim_key keys[] = {{TEXT("Id"), item}, {TEXT("ID"), item}};
    struct cim_path p = {.class_name = TEXT("One"), .keys = keys, .n_keys = 2}, bound;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    assert_int_equal(path_bind(&a, &p, schema_class(s, TEXT("One")), &bound, NULL), CIM_ERR_INVALID_PARAMETER);
    p.n_keys = 1;
    assert_int_equal(path_bind(&a, &p, schema_class(s, TEXT("One")), &bound, NULL), 0);
    keys[0].value = value_null(CIM_STRING, false);
    assert_int_equal(path_bind(&a, &p, schema_class(s, TEXT("One")), &bound, NULL), CIM_ERR_INVALID_PARAMETER);
    keys[0].value = value_array(CIM_STRING, &item, 1);
    assert_int_equal(path_bind(&a, &p, schema_class(s, TEXT("One")), &bound, NULL), CIM_ERR_TYPE_MISMATCH);
    arena_fini(&a);
    (void)schema_unref(s);
}

static void nesting_is_bound_to_its_limit_and_refused_beyond(void **state)
{
    const struct cim_schema *s = decls_schema(classes);
    struct cim_key keys[PATH_MAX_DEPTH + 1];
    struct cim_path paths[PATH_MAX_DEPTH + 1], bound;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (int k = 0; k <= PATH_MAX_DEPTH; k++) {
        struct cim_value inner = {.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = k ? &paths[k - 1] : NULL};

        keys[k] = (struct cim_key){TEXT("next"), k ? inner : value_string(TEXT("Elsewhere.k=1"))};
        paths[k] = (struct cim_path){.class_name = TEXT("Loop"), .keys = &keys[k], .n_keys = 1};
        assert_int_equal(path_bind(&a, &paths[k], schema_class(s, TEXT("Loop")), &bound, NULL),
                         k < PATH_MAX_DEPTH ? 0 : CIM_ERR_INVALID_PARAMETER);
    }
    arena_fini(&a);
    (void)schema_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(namespaces_have_one_spelling),
        cmocka_unit_test(paths_are_equal_by_content),
        cmocka_unit_test(copy_outlives_the_original),
        cmocka_unit_test(bound_path_has_the_types_and_names_of_the_class),
        cmocka_unit_test(duplicate_and_null_keys_of_a_decoder_are_refused),
        cmocka_unit_test(nesting_is_bound_to_its_limit_and_refused_beyond),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
