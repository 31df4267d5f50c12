#include "server/proto/fragment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/xml.h"
#include "tests/unit/given.h"

#define URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

static const char classes[] =
    "class Part { string Name; uint16 Codes[]; [EmbeddedInstance(\"Part\")] string Inner; };"
    "class Whole { [Key] string Id; uint32 Count; string Lines[]; [EmbeddedInstance(\"Part\")] string One;"
    " [EmbeddedInstance(\"Part\")] string Parts[]; [EmbeddedInstance(\"Part\")] string Nothing; };"
    "class More : Whole { string Extra; };";

static int set_up(void **state)
{
    (void)state;
    given_classes(classes);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    given_fini();
    return 0;
}

static struct cim_value part(const char *name)
{
    struct cim_instance *i = given_instance("Part");

    given_set(i, "Name", given_string(name));
    return given_embedded(i);
}

static struct cim_instance *whole(void)
{
    struct cim_instance *i = given_instance("More");
    struct cim_value lines[] = {given_string("a"), given_string("b")}, parts[] = {part("x"), part("y")};

    given_set(i, "Id", given_string("i"));
    given_set(i, "Count", value_uint(CIM_UINT32, 5));
    given_set(i, "Lines", value_array(CIM_STRING, lines, 2));
    given_set(i, "One", part("one"));
    given_set(i, "Parts", value_array(CIM_INSTANCE, parts, 2));
    return i;
}

static void paths_are_read(void **state)
{
    static const struct {
        const char *path;
        unsigned steps;
        bool is_text;
        unsigned index; /* of the last step */
        const char *where;
    } cases[] = {
        {"Count", 1, false, 0, ""},
        {"/Whole/Count", 1, false, 0, ""},
        {"Whole/Count", 1, false, 0, ""},
        {"p:Count/text()", 1, true, 0, ""},
        {"Lines[2]", 1, false, 2, ""},
        {"Lines[2]/text()", 1, true, 2, ""},
        {"Count[1]", 1, false, 1, ""},
        {"One/Name", 2, false, 0, ""},
        {"One/Inner/Inner/Codes[1]/text()", 4, true, 1, ""},
        {"Parts[Name=\"x\"]", 1, false, 0, "Name"},
        {"/p:Whole/p:Parts[p:Name='x']/Name/text()", 2, true, 0, ""},
        {"/Whole", 0, false, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wsman_fault f = {0};
        struct fragment found;
        const struct fragment_step *last;

        if (fragment_parse(given_arena(), text_of(cases[i].path), given_class("Whole"), &found, &f) != 0)
            fail_msg("%s: %s", cases[i].path, f.reason);
        assert_int_equal(found.n_steps, cases[i].steps);
        assert_int_equal(found.is_text, cases[i].is_text);
        last = &found.steps[found.n_steps ? found.n_steps - 1 : 0];
        if (found.n_steps && (last->index != cases[i].index || !text_eq(last->where, text_of(cases[i].where))))
            fail_msg("%s: index %u, where %.*s", cases[i].path, last->index, (int)last->where.n, last->where.s);
    }
}

static void wrong_paths_are_refused(void **state)
{
    static const char *const paths[] = {
        "",
        "count",
        "Color",
        "/Count",
        "/Part/Name",
        "Count/",
        "Count/Name",
        "Lines[0]",
        "Lines[",
        "Lines[x]",
        "Lines[1",
        "Count[2]",
        "Lines[Name=x]",
        "Parts[Name]",
        "Parts[=\"x\"]",
        "text()",
        "Count/text()/x",
        "../Count",
        "count(Lines)",
        "Count | Id",
        "@Count",
        "//Count",
        "Parts[Name=\"x]",
        "Lines[99999999999]",
        "One/One",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        struct wsman_fault f = {0};
        struct fragment found;

        if (fragment_parse(given_arena(), text_of(paths[i]), given_class("Whole"), &found, &f) != 1 ||
            f.type != WSMAN_CANNOT_PROCESS_FILTER || !*f.reason)
            fail_msg("%s: fault %d", paths[i], f.type);
    }
}

/* 0 or the fault's detail; ret: the fragment as it is afterwards. */
static const char *apply(const char *path, const char *content, struct buf *ret)
{
    static struct wsman_fault f;
    const struct wsxml_style style = {.namespace = {"root/cimv2", 10}};
    struct cim_instance *i = whole();
    struct wsman_request q = {0};
    struct cim_error err = {0};
    bool given[32] = {false};
    struct fragment fragment;
    struct buf xml;
    int r;

    f = (struct wsman_fault){0};
    assert_int_equal(fragment_parse(given_arena(), text_of(path), given_class("Whole"), &fragment, &f), 0);
    buf_init(&xml, 1 << 16);
    buf_printf(&xml,
               "<w:XmlFragment xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' xmlns:p='" URI
               "Whole' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>%s</w:XmlFragment>",
               content);
    assert_int_equal(xml_parse(given_arena(), buf_view(&xml), &q.content, &err), 0);
    buf_fini(&xml);
    r = fragment_apply(given_arena(), &fragment, &q, i, given, &f);
    assert_true(r == 0 || (r == 1 && f.type == WSXF_INVALID_REPRESENTATION));
    if (r)
        return f.detail;
    assert_true(given[fragment.steps[0].property->index]);
    fragment_encode(ret, &fragment, &style, i);
    return NULL;
}

static void what_a_path_leads_to_is_changed(void **state)
{
    static const struct {
        const char *path, *content, *text; /* all character data of the fragment afterwards */
    } cases[] = {
        {"Count", "<p:Count>7</p:Count>", "7"},
        {"Count/text()", "8", "8"},
        {"Count", "<p:Count xsi:nil='true'/>", ""},
        {"Lines", "<p:Lines>x</p:Lines><p:Lines>y</p:Lines><p:Lines>z</p:Lines>", "xyz"},
        {"Lines", "", ""},
        {"Lines[1]", "<p:Lines>A</p:Lines>", "A"},
        {"Lines[3]/text()", "C", "C"},
        {"One/Name", "<p:Name>n</p:Name>", "n"},
        {"Parts[2]/Name/text()", "Y", "Y"},
        {"Parts[Name=\"x\"]/Codes", "<p:Codes>1</p:Codes><p:Codes>2</p:Codes>", "12"},
        {"Nothing", "<p:Nothing><p:Name>new</p:Name></p:Nothing>", "new"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *detail;
        struct buf b, text;
        bool tag = false;

        buf_init(&b, 1 << 16);
        buf_init(&text, 1 << 16);
        detail = apply(cases[i].path, cases[i].content, &b);
        for (size_t k = 0; k < b.len; k++) {
            tag = b.data[k] == '<' || (tag && b.data[k] != '>');
            if (!tag && b.data[k] != '>')
                buf_char(&text, b.data[k]);
        }
        if (detail || !text_eq(buf_view(&text), text_of(cases[i].text)))
            fail_msg("%s %s: %s, %.*s", cases[i].path, cases[i].content, detail ? detail : "", (int)b.len, b.data);
        buf_fini(&b);
        buf_fini(&text);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    static const struct {
        const char *path, *content, *detail;
    } cases[] = {
        {"Count", "<p:Count>x</p:Count>", "InvalidValues"},
        {"Count", "<p:Id>x</p:Id>", "InvalidFragment"},
        {"Count", "", "InvalidFragment"},
        {"Count", "<p:Count>1</p:Count><p:Count>2</p:Count>", "InvalidFragment"},
        {"Lines/text()", "x", "InvalidFragment"},
        {"Lines", "x", "InvalidFragment"},
        {"Lines", "<p:Count>1</p:Count>", "InvalidFragment"},
        {"Lines", "<p:Lines>x</p:Lines><p:Count>1</p:Count>", "InvalidFragment"},
        {"Count", "1<p:Count>1</p:Count>", "InvalidFragment"},
        {"Count/text()", "<p:Count>1</p:Count>", "InvalidValues"},
        {"Lines[1]", "<p:Lines>x</p:Lines><p:Lines>y</p:Lines>", "InvalidFragment"},
        {"One/Codes", "<p:Codes>65536</p:Codes>", "InvalidValues"},
        {"One", "<p:One>text</p:One>", "InvalidValues"},
        {"One", "<p:One><p:Color>x</p:Color></p:One>", "InvalidValues"},
        {"Parts[3]/Name", "<p:Name>x</p:Name>", "InvalidFragment"},
        {"Lines[4]", "<p:Lines>x</p:Lines>", "InvalidFragment"},
        {"Parts[Name=\"none\"]/Name/text()", "x", "InvalidFragment"},
        {"Parts/Name", "<p:Name>x</p:Name>", "InvalidFragment"},
        {"Nothing/Name", "<p:Name>x</p:Name>", "InvalidFragment"},
        {"/Whole", "<p:Count>1</p:Count>", "InvalidFragment"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b;
        const char *detail;

        buf_init(&b, 1 << 16);
        detail = apply(cases[i].path, cases[i].content, &b);
        if (!detail || strcmp(detail, cases[i].detail) != 0)
            fail_msg("%s %s: %s", cases[i].path, cases[i].content, detail ? detail : "no fault");
        buf_fini(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_read),
        cmocka_unit_test(wrong_paths_are_refused),
        cmocka_unit_test(what_a_path_leads_to_is_changed),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };

    xml_global_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
