#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman_model.h"
#include "server/proto/xml.h"
#include "tests/unit/given.h"
#include "tests/unit/messages.h"

#define SET MESSAGES_SET
#define PAIR MESSAGES_PAIR
#define EPR(class, selectors) "<a:EndpointReference>" MESSAGES_EPR(class, selectors) "</a:EndpointReference>"
#define HOLDING(name, content) "<w:Selector Name='" name "'>" content "</w:Selector>"

static const char classes[] =
    "class Base { [Key] string Id; uint32 N; };"
    "class Derived : Base { string More; };"
    "class Typed { [Key] boolean B; [Key] uint8 U; [Key] sint64 S; [Key] real64 R; [Key] char16 C;"
    " [Key] datetime T; [Key] string Text; };"
    "class Number { [Key] uint32 Id; };"
    "class Single { string Text; };"
    "[Association] class Link { [Key] Base REF Left; [Key] Number REF Right; };"
    "[Association] class Meta { [Key] Link REF Of; [Key] Single REF One; };";

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

static struct wsman_request q;
static struct wsman_fault f;
static struct cim_path path;

static int bind(const char *class, const char *header)
{
    char uri[200];
    int r;

    (void)snprintf(uri, sizeof(uri), MESSAGES_DMTF "%s", class);
    r = messages_decode(given_arena(), MESSAGES_WXF "Get", uri, header, "", &q, &f);
    return r ? r : wsman_bind_path(given_arena(), &q.target, given_class(class), &path, &f);
}

static void selectors_become_the_keys_of_the_class(void **state)
{
    static const struct {
        const char *class, *header, *path; /* as a WBEM URI */
    } cases[] = {
        {"Base", SET(PAIR("ID", " a ")), "Base.Id=\" a \""},
        {"base", SET(PAIR("id", "")), "Base.Id=\"\""},
        {"Derived", SET(PAIR("Id", "a")), "Derived.Id=\"a\""},
        {"Number", SET(PAIR("Id", " 7 ")), "Number.Id=7"},
        {"Number", SET(PAIR("Id", "7") PAIR("__cimnamespace", "root\\other")), "/root/other:Number.Id=7"},
        {"Typed",
         SET(PAIR("Text", "x") PAIR("T", "2026-01-02T03:04:05Z") PAIR("C", "y") PAIR("R", "0.5") PAIR("S", "-1")
                 PAIR("U", "255") PAIR("B", "TRUE")),
         "Typed.B=TRUE,U=255,S=-1,R=0.5,C='y',T=\"20260102030405.000000+000\",Text=\"x\""},
        {"Single", "", "Single=@"},
        {"Single", SET(""), "Single=@"},
        {"Base", "", "Base"},
        {"Link", SET(HOLDING("Right", EPR("number", PAIR("id", "3"))) HOLDING("Left", EPR("Derived", PAIR("Id", "d")))),
         "Link.Left=\"Derived.Id=\\\"d\\\"\",Right=\"Number.Id=3\""},
        {"Link", SET(PAIR("Left", " Base.Id=\"a\" ") PAIR("Right", "Number.Id=3")),
         "Link.Left=\"Base.Id=\\\"a\\\"\",Right=\"Number.Id=3\""},
        {"Link", SET(PAIR("Left", "base=\"a\"") PAIR("Right", "/root/other:Number=3")),
         "Link.Left=\"base.Id=\\\"a\\\"\",Right=\"/root/other:Number.Id=3\""},
        {"Link",
         SET(HOLDING("Left", EPR("Foreign", PAIR("A", "1") HOLDING("B", EPR("Base", PAIR("Id", "b")))))
                 PAIR("Right", "Foreign.A=1")),
         "Link.Left=\"Foreign.A=\\\"1\\\",B=\\\"Base.Id=\\\\\\\"b\\\\\\\"\\\"\",Right=\"Foreign.A=1\""},
        {"Meta",
         SET(HOLDING("Of", EPR("Link", PAIR("Left", "Base.Id=\"a\"") HOLDING("Right", EPR("Number", PAIR("Id", "3")))))
                 HOLDING("One", EPR("Single", ""))),
         "Meta.Of=\"Link.Left=\\\"Base.Id=\\\\\\\"a\\\\\\\"\\\",Right=\\\"Number.Id=3\\\"\",One=\"Single=@\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b;

        if (bind(cases[i].class, cases[i].header))
            fail_msg("%s: %s", cases[i].header, f.reason);
        buf_init(&b, 1 << 16);
        path_print(&b, &path, PATH_WBEM_URI);
        assert_string_equal(buf_cstr(&b), cases[i].path);
        buf_fini(&b);
    }
}

static void keys_have_the_types_of_the_class(void **state)
{
    (void)state;
    assert_int_equal(bind("Link", SET(PAIR("Left", "Base=\"a\"") PAIR("Right", "Number=3"))), 0);
    assert_int_equal(path.keys[1].value.path->keys[0].value.type, CIM_UINT32);
    assert_int_equal(bind("Link", SET(PAIR("Left", "Base=\"a\"") HOLDING("Right", EPR("Number", PAIR("Id", "3"))))), 0);
    assert_int_equal(path.keys[1].value.path->keys[0].value.type, CIM_UINT32);
}

static void each_wrong_selector_has_its_detail(void **state)
{
    static const struct {
        const char *class, *header, *detail, *part; /* of the sentence */
    } cases[] = {
        {"Base", SET(PAIR("N", "1")), "UnexpectedSelectors", "N is no key"},
        {"Base", SET(PAIR("Id", "1") PAIR("Color", "1")), "UnexpectedSelectors", "Color is no key"},
        {"Single", SET(PAIR("Text", "1")), "UnexpectedSelectors", "Text"},
        {"Link", SET(PAIR("Left", "Base.Id=\"a\"")), "InsufficientSelectors", "key Right"},
        {"Link", SET(PAIR("Right", "Number.Id=1")), "InsufficientSelectors", "key Left"},
        {"Number", SET(PAIR("Id", "x")), "TypeMismatch", "selector Id"},
        {"Number", SET(PAIR("Id", "")), "TypeMismatch", "selector Id"},
        {"Number", SET(PAIR("Id", "-1")), "InvalidValue", "selector Id"},
        {"Number", SET(PAIR("Id", "4294967296")), "InvalidValue", "selector Id"},
        {"Base", SET(HOLDING("Id", EPR("Base", PAIR("Id", "a")))), "TypeMismatch", "selector Id"},
        {"Link", SET(PAIR("Left", "\"") PAIR("Right", "Number.Id=1")), "InvalidValue", "selector Left"},
        {"Link", SET(PAIR("Left", "Base.No=\"a\"") PAIR("Right", "Number.Id=1")), "InvalidValue", "selector Left"},
        {"Link", SET(PAIR("Left", "Base.Id=\"a\"") PAIR("Right", "Number.Id=\"x\"")), "TypeMismatch", "selector Right"},
        {"Link", SET(PAIR("Left", "Base.Id=\"a\"") HOLDING("Right", EPR("Number", ""))), "InsufficientSelectors",
         "Number"},
        {"Link", SET(PAIR("Left", "Base.Id=\"a\"") HOLDING("Right", EPR("Number", PAIR("Id", "x")))), "TypeMismatch",
         "selector Id"},
        {"Link", SET(PAIR("Left", "Base.Id=\"a\"") HOLDING("Right", EPR("Number", PAIR("No", "x")))),
         "UnexpectedSelectors", "No is no key"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (bind(cases[i].class, cases[i].header) != 1 || f.type != WSMAN_INVALID_SELECTORS || !f.detail ||
            strcmp(f.detail, cases[i].detail) != 0 || !strstr(f.reason, cases[i].part))
            fail_msg("%s: fault %d %s, %s", cases[i].header, f.type, f.detail ? f.detail : "", f.reason);
}

/* Values that are typed one by one */
static void each_type_refuses_what_is_none_of_its_values(void **state)
{
    static const struct {
        const char *name, *value, *detail;
    } cases[] = {
        {"B", "maybe", "TypeMismatch"}, {"U", "256", "InvalidValue"},   {"S", "9223372036854775808", "InvalidValue"},
        {"R", "x", "TypeMismatch"},     {"C", "xy", "TypeMismatch"},    {"T", "yesterday", "TypeMismatch"},
        {"U", "1.5", "TypeMismatch"},   {"R", "1e999", "InvalidValue"},
    };
    static const char *const usual[][2] = {{"B", "true"}, {"U", "1"}, {"S", "1"},
                                           {"R", "1"},    {"C", "c"}, {"T", "20260102030405.000000+000"},
                                           {"Text", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b;

        buf_init(&b, 1 << 16);
        buf_puts(&b, "<w:SelectorSet>");
        for (size_t k = 0; k < sizeof(usual) / sizeof(*usual); k++)
            buf_printf(&b, PAIR("%s", "%s"), usual[k][0],
                       strcmp(usual[k][0], cases[i].name) == 0 ? cases[i].value : usual[k][1]);
        buf_puts(&b, "</w:SelectorSet>");
        if (bind("Typed", buf_cstr(&b)) != 1 || !f.detail || strcmp(f.detail, cases[i].detail) != 0)
            fail_msg("%s = %s: %s, %s", cases[i].name, cases[i].value, f.detail ? f.detail : "", f.reason);
        buf_fini(&b);
    }
}

static int bind_in(struct arena *a, void *user)
{
    const struct wsman_request *request = user;

    return wsman_bind_path(a, &request->target, given_class("Meta"), &path, &f);
}

static void full_arena_is_said_at_every_step(void **state)
{
    (void)state;
    assert_int_equal(bind("Meta", SET(HOLDING("Of", EPR("Link", PAIR("Left", "Base.Id=\"a\"")
                                                                    HOLDING("Right", EPR("Number", PAIR("Id", "3")))))
                                          HOLDING("One", EPR("Foreign", HOLDING("X", EPR("Base", PAIR("Id", "b"))))))),
                     0);
    f = (struct wsman_fault){0};
    messages_fill_arena(bind_in, &q);
    assert_int_equal(f.type, WSMAN_FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selectors_become_the_keys_of_the_class),
        cmocka_unit_test(keys_have_the_types_of_the_class),
        cmocka_unit_test(each_wrong_selector_has_its_detail),
        cmocka_unit_test(each_type_refuses_what_is_none_of_its_values),
        cmocka_unit_test(full_arena_is_said_at_every_step),
    };

    xml_global_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
