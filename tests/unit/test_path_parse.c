#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cim/model/path.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* host | namespace | class | name type value … */
static void describe(const struct cim_path *p, struct buf *b)
{
    buf_text(b, p->host);
    buf_char(b, '|');
    buf_text(b, p->namespace);
    buf_char(b, '|');
    buf_text(b, p->class_name);
    if (p->is_singleton)
        buf_puts(b, "|@");
    for (uint32_t i = 0; i < p->n_keys; i++) {
        buf_printf(b, "|%.*s %s ", (int)p->keys[i].name.n, p->keys[i].name.s, type_name(p->keys[i].value.type));
        value_print(b, &p->keys[i].value);
    }
}

static const struct {
    const char *text, *described;
} legal[] = {
    {"Win32_Process", "||Win32_Process"},
    {"__NAMESPACE.Name=\"x\"", "||__NAMESPACE|Name string x"},
    {"A.b=4", "||A|b uint64 4"},
    {"A.b=-4,c=0x1F,d=+7", "||A|b sint64 -4|c uint64 31|d uint64 7"},
    {"A.b=18446744073709551615,c=-9223372036854775808",
     "||A|b uint64 18446744073709551615|c sint64 -9223372036854775808"},
    {"A.b=1.5,c=-1e3,d=0xE", "||A|b real64 1.5|c real64 -1000|d uint64 14"},
    {"A.b=TRUE,c=false", "||A|b boolean true|c boolean false"},
    {"A.b='x',c='xy',d='\\'',e='\xE2\x82\xAC'", "||A|b char16 x|c string xy|d char16 '|e char16 \xE2\x82\xAC"},
    {"A=\"C:\"", "||A| string C:"},
    {"A=7", "||A| uint64 7"},
    {"A=@", "||A|@"},
    {"\\\\host\\root\\cimv2:A.b=1", "host|root/cimv2|A|b uint64 1"},
    {"\\\\.\\root\\cimv2:A.b=1", "|root/cimv2|A|b uint64 1"},
    {"//./root/cimv2:A", "|root/cimv2|A"},
    {"//Host.example:5989/root/cimv2:A.b=1", "Host.example:5989|root/cimv2|A|b uint64 1"},
    {"https://[fe80::1]:5989/root/cimv2:A", "[fe80::1]:5989|root/cimv2|A"},
    {"///root:A", "|root|A"},
    {"/root/cimv2:A.b=1", "|root/cimv2|A|b uint64 1"},
    {"root\\cimv2:A.b=1", "|root/cimv2|A|b uint64 1"},
    {"root/cimv2:A", "|root/cimv2|A"},
    {"root:A", "|root|A"},
    {":A", "||A"},
    {"/:A.b=1", "||A|b uint64 1"},
    {"root/cimv2", "|root/cimv2|"},
    {"/root", "|root|"},
    {"\\\\h\\root", "h|root|"},
    {"A.b=\"\"", "||A|b string "},
    {"A.b=\"x,y=z:/\\\\\",c=2", "||A|b string x,y=z:/\\|c uint64 2"},
    {"A.b=\"say \\\"hi\\\"\"", "||A|b string say \"hi\""},
    {"A.b=\"two\nlines\"", "||A|b string two\nlines"},
    {"A.b=\"C:\\temp\\\\x\"", "||A|b string C:\\temp\\x"},
    {"A.b=\"it's\"", "||A|b string it's"},
    {"A.b = 1 , c = \"x\" ", "||A|b uint64 1|c string x"},
    {"A.r=\"\\\\\\\\h\\\\root:B.k=\\\"v\\\\\\\"w\\\"\"", "||A|r string \\\\h\\root:B.k=\"v\\\"w\""},
    {"\xC3\x84pfel.\xC3\xB6=1", "||\xC3\x84pfel|\xC3\xB6 uint64 1"},
};

static void every_spelling_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(legal); i++) {
        struct cim_error err = {0};
        struct cim_path p;
        struct arena a;
        struct buf b;

        arena_init(&a, 1 << 20);
        buf_init(&b, 1 << 16);
        if (path_parse(&a, text_of(legal[i].text), &p, &err))
            fail_msg("%s: %s", legal[i].text, err.message);
        describe(&p, &b);
        assert_string_equal(buf_cstr(&b), legal[i].described);
        buf_fini(&b);
        arena_fini(&a);
    }
}

static void bad_text_is_refused_where_it_is_bad(void **state)
{
    static const struct {
        const char *text;
        unsigned place;
    } cases[] = {
        {"", 1},
        {"1A", 1},
        {"A b", 2},
        {"A.", 3},
        {"A.b", 4},
        {"A.b=", 5},
        {"A.=1", 3},
        {"A.b=1,", 7},
        {"A.b=1,b=2", 8},
        {"A.b=1,B=2", 8},
        {"A.b=1c=2", 5},
        {"A.b=x", 5},
        {"A.b=NULL", 5},
        {"A.b=INF", 5},
        {"A.b=18446744073709551616", 5},
        {"A.b=\"x", 7},
        {"A.b=\"x\\\"", 9},
        {"A.b=\"x\"y", 8},
        {"A.b=\"x\"\"y\"", 8},
        {"A=@x", 3},
        {"A=1,2", 4},
        {"A=\"x\",b=1", 6},
        {"root/cimv2:", 12},
        {"root//cimv2:A", 1},
        {"root/../cimv2:A", 1},
        {"ro ot:A", 1},
        {"/", 1},
        {"//h", 4},
        {"//h h/root:A", 4},
        {"//\"h\"/root:A", 3},
        {"/root/cimv2.A=1", 1},
        {"root/cimv2:A:B", 13},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct cim_path p = {.n_keys = 77};
        struct cim_error err = {0};
        struct arena a;
        char want[40];

        arena_init(&a, 1 << 20);
        (void)snprintf(want, sizeof(want), "character %u:", cases[i].place);
        if (path_parse(&a, text_of(cases[i].text), &p, &err) != CIM_ERR_INVALID_PARAMETER || !strstr(err.message, want))
            fail_msg("%s: %s", cases[i].text, err.message);
        assert_int_equal(p.n_keys, 77);
        arena_fini(&a);
    }
}

/* "A.b="xxx…"" of n characters */
static struct text long_path(struct arena *a, size_t n)
{
    char *s = arena_alloc(a, n);

    memset(s, 'x', n);
    memcpy(s, "A.b=\"", 5);
    s[n - 1] = '"';
    return (struct text){s, n};
}

static void text_and_keys_are_limited(void **state)
{
    struct cim_path p;
    struct arena a;
    struct buf b;

    (void)state;
    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 16);
    assert_int_equal(path_parse(&a, long_path(&a, PATH_MAX_TEXT), &p, NULL), 0);
    assert_int_equal(path_parse(&a, long_path(&a, PATH_MAX_TEXT + 1), &p, NULL), CIM_ERR_INVALID_PARAMETER);
    for (int i = 0; i < PATH_MAX_KEYS; i++)
        buf_printf(&b, "%sk%d=1", i ? "," : "A.", i);
    assert_int_equal(path_parse(&a, buf_view(&b), &p, NULL), 0);
    assert_int_equal(p.n_keys, PATH_MAX_KEYS);
    buf_puts(&b, ",more=1");
    assert_int_equal(path_parse(&a, buf_view(&b), &p, NULL), CIM_ERR_INVALID_PARAMETER);
    buf_fini(&b);
    arena_fini(&a);
}

static void lack_of_memory_is_told_at_every_allocation(void **state)
{
    static const char text[] = "//h/root/cimv2:A.b=\"x\",c=1";
    struct cim_path p;
    size_t max = 0;
    int r;

    (void)state;
    do {
        struct arena a;

        arena_init(&a, max);
        r = path_parse(&a, text_of(text), &p, NULL);
        assert_true(r == 0 || r == -ENOMEM);
        arena_fini(&a);
        max += 8;
    } while (r);
    assert_true(max > sizeof(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_is_read),
        cmocka_unit_test(bad_text_is_refused_where_it_is_bad),
        cmocka_unit_test(text_and_keys_are_limited),
        cmocka_unit_test(lack_of_memory_is_told_at_every_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
