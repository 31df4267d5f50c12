#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/path.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void assert_printed(const struct cim_path *p, enum path_form form, const char *want)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    path_print(&b, p, form);
    assert_string_equal(buf_cstr(&b), want);
    buf_fini(&b);
}

static void each_form_has_its_spelling(void **state)
{
    static const struct {
        const char *text;
        const char *forms[4]; /* in the order of enum path_form */
    } cases[] = {
        {"A", {"A", "A", "A", "a"}},
        {"//Host/Root/CimV2:A.B=1",
         {"//Host/Root/CimV2:A.B=1", "\\\\Host\\Root\\CimV2:A.B=1", "A.B=1", "//host/root/cimv2:a.b=1"}},
        {"root/cimv2:A.b=1", {"/root/cimv2:A.b=1", "\\\\.\\root\\cimv2:A.b=1", "A.b=1", "/root/cimv2:a.b=1"}},
        {"//h/root", {"//h/root", "\\\\h\\root", "", "//h/root"}},
        {"A=@", {"A=@", "A=@", "A=@", "a=@"}},
        {"A=\"x\"", {"A=\"x\"", "A=\"x\"", "A=\"x\"", "a=\"x\""}},
        {"A.Z=-1,b=TRUE,M='c'",
         {"A.Z=-1,b=TRUE,M='c'", "A.Z=-1,b=TRUE,M='c'", "A.Z=-1,b=TRUE,M='c'", "a.b=TRUE,m='c',z=-1"}},
        {"A.b=\"\\\"q\\\"\\\\,=\nKeep\"",
         {"A.b=\"\\\"q\\\"\\\\,=\nKeep\"", "A.b=\"\\\"q\\\"\\\\,=\nKeep\"", "A.b=\"\\\"q\\\"\\\\,=\nKeep\"",
          "a.b=\"\\\"q\\\"\\\\,=\nKeep\""}},
        {"A.b='\\'',c='\\\\',d='\"'",
         {"A.b='\\'',c='\\\\',d='\"'", "A.b='\\'',c='\\\\',d='\"'", "A.b='\\'',c='\\\\',d='\"'",
          "a.b='\\'',c='\\\\',d='\"'"}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_path p;
        struct arena a;

        arena_init(&a, 1 << 16);
        assert_int_equal(path_parse(&a, text_of(cases[i].text), &p, NULL), 0);
        for (enum path_form form = PATH_WBEM_URI; form <= PATH_CANONICAL; form++)
            assert_printed(&p, form, cases[i].forms[form]);
        arena_fini(&a);
    }
}

static struct cim_value reference(const struct cim_path *p)
{
    return (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = p};
}

static void nested_references_double_their_backslashes(void **state)
{
    struct cim_key keys[] = {{TEXT("k"), value_string(TEXT("a\"b\\"))}, {TEXT("c"), value_char16('\'')}};
    struct cim_path inner = {.namespace = TEXT("root"), .class_name = TEXT("B"), .keys = keys, .n_keys = 2};
    struct cim_key key = {TEXT("r"), reference(&inner)};
    struct cim_path outer = {.class_name = TEXT("A"), .keys = &key, .n_keys = 1};
    struct cim_key key2 = {TEXT("s"), reference(&outer)};
    struct cim_path outermost = {.class_name = TEXT("Z"), .keys = &key2, .n_keys = 1};

    (void)state;
    assert_printed(&outer, PATH_WBEM_URI, "A.r=\"/root:B.k=\\\"a\\\\\\\"b\\\\\\\\\\\",c='\\\\''\"");
    assert_printed(&outer, PATH_WMI_RELATIVE, "A.r=\"\\\\\\\\.\\\\root:B.k=\\\"a\\\\\\\"b\\\\\\\\\\\",c='\\\\''\"");
    keys[0].value = value_string(TEXT("\""));
    inner.n_keys = 1;
    assert_printed(&outermost, PATH_WBEM_URI, "Z.s=\"A.r=\\\"/root:B.k=\\\\\\\"\\\\\\\\\\\\\\\"\\\\\\\"\\\"\"");
}

/* What is printed is read as the same, level by level */
static void nested_references_come_back(void **state)
{
    static const char *const values[] = {"", "plain", "\"", "\\", "a\\\"b", "x,y=z\n", "'", "\\\\h\\n:C.k=\"v\""};
    struct arena a;

    (void)state;
    arena_init(&a, 8 << 20);
    for (size_t i = 0; i < LENGTH(values); i++)
        for (enum path_form form = PATH_WBEM_URI; form <= PATH_WMI_RELATIVE; form++) {
            struct cim_key keys[5];
            struct cim_path paths[5];
            struct cim_value v;
            struct buf b;

            for (int k = 0; k < 5; k++) {
                keys[k] = (struct cim_key){TEXT("k"), k ? reference(&paths[k - 1]) : value_string(text_of(values[i]))};
                paths[k] = (struct cim_path){.namespace = k ? TEXT("") : TEXT("root/x"),
                                             .class_name = TEXT("C"),
                                             .keys = &keys[k],
                                             .n_keys = 1};
            }
            buf_init(&b, 1 << 20);
            path_print(&b, &paths[4], form);
            v = value_string(buf_view(&b));
            for (int k = 0; k < 5; k++) {
                struct cim_path p;

                assert_int_equal(path_parse(&a, value_text(&v), &p, NULL), 0);
                v = p.keys[0].value;
            }
            assert_true(text_eq(value_text(&v), text_of(values[i])));
            buf_fini(&b);
            arena_reset(&a);
        }
    arena_fini(&a);
}

static void canonical_form_is_the_same_for_equal_paths(void **state)
{
    static const char *const texts[] = {"20240101003000.000000+060", "20231231233000.000000+000"};
    struct cim_datetime d[2];
    struct cim_key keys[2][2];
    struct cim_path p[2];
    struct buf b[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_true(datetime_parse(text_of(texts[i]), &d[i]));
        keys[i][i] = (struct cim_key){i ? TEXT("WHEN") : TEXT("when"),
                                      {.type = CIM_DATETIME, .flags = CIM_VALUE_SET, .datetime = &d[i]}};
        keys[i][!i] =
            (struct cim_key){i ? TEXT("id") : TEXT("Id"), i ? value_uint(CIM_UINT8, 3) : value_sint(CIM_SINT64, 3)};
        p[i] = (struct cim_path){.class_name = i ? TEXT("CLASS") : TEXT("Class"), .keys = keys[i], .n_keys = 2};
        buf_init(&b[i], 1000);
        path_print(&b[i], &p[i], PATH_CANONICAL);
    }
    assert_true(path_equal(&p[0], &p[1]));
    assert_string_equal(buf_cstr(&b[0]), "class.id=3,when=\"20231231233000.000000+000\"");
    assert_string_equal(buf_cstr(&b[1]), buf_cstr(&b[0]));
    buf_fini(&b[0]);
    buf_fini(&b[1]);
}

static void too_deep_or_too_many_fails_the_buffer(void **state)
{
    struct cim_key keys[PATH_MAX_DEPTH + 1], many[PATH_MAX_KEYS + 1];
    struct cim_path paths[PATH_MAX_DEPTH + 1], wide = {.class_name = TEXT("C"), .keys = many};
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int k = 0; k <= PATH_MAX_DEPTH; k++) {
        keys[k] = (struct cim_key){TEXT("k"), k ? reference(&paths[k - 1]) : value_boolean(true)};
        paths[k] = (struct cim_path){.class_name = TEXT("C"), .keys = &keys[k], .n_keys = 1};
        buf_reset(&b);
        path_print(&b, &paths[k], PATH_WMI);
        assert_int_equal(buf_ok(&b), k < PATH_MAX_DEPTH);
    }
    for (uint32_t k = 0; k <= PATH_MAX_KEYS; k++)
        many[k] = (struct cim_key){TEXT("k"), value_boolean(true)};
    for (wide.n_keys = PATH_MAX_KEYS; wide.n_keys <= PATH_MAX_KEYS + 1; wide.n_keys++) {
        buf_reset(&b);
        path_print(&b, &wide, PATH_CANONICAL);
        assert_int_equal(buf_ok(&b), wide.n_keys == PATH_MAX_KEYS);
    }
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_has_its_spelling),
        cmocka_unit_test(nested_references_double_their_backslashes),
        cmocka_unit_test(nested_references_come_back),
        cmocka_unit_test(canonical_form_is_the_same_for_equal_paths),
        cmocka_unit_test(too_deep_or_too_many_fails_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
