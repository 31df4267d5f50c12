/* What people and programs see of one page: the four formats beside each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/writer.h"

#define SPACES                                                      \
    " xmlns:wsa='http://schemas.xmlsoap.org/ws/2004/08/addressing'" \
    " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'"     \
    " xmlns:cim='http://schemas.dmtf.org/wbem/wscim/1/common'"      \
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
#define REFERENCE(k)                                                                                           \
    "<wsa:ReferenceParameters><w:ResourceURI>u/A</w:ResourceURI><w:SelectorSet>"                               \
    "<w:Selector Name='__cimnamespace'>root/x</w:Selector><w:Selector Name='CreationClassName'>A</w:Selector>" \
    "<w:Selector Name='k'>" k "</w:Selector></w:SelectorSet></wsa:ReferenceParameters>"

static const char class_a[] =
    "<CLASS NAME='A'><PROPERTY NAME='CreationClassName' TYPE='string'><QUALIFIER NAME='Key' TYPE='boolean'><VALUE>TRUE</VALUE>"
    "</QUALIFIER></PROPERTY><PROPERTY NAME='Name' TYPE='string'/><PROPERTY NAME='k' TYPE='string'><QUALIFIER NAME='Key'"
    " TYPE='boolean'><VALUE>TRUE</VALUE></QUALIFIER></PROPERTY><PROPERTY NAME='n' TYPE='uint64'/>"
    "<PROPERTY NAME='b' TYPE='boolean'/><PROPERTY NAME='r' TYPE='real64'/><PROPERTY.ARRAY NAME='list' TYPE='uint8'/>"
    "<PROPERTY NAME='t' TYPE='datetime'/><PROPERTY.REFERENCE NAME='ref'/><PROPERTY NAME='e' TYPE='string'/></CLASS>";

static struct arena arena;
static struct classes classes;

static const struct xml_element *parse(struct arena *a, const char *s)
{
    const struct xml_element *root;
    struct cim_error err = {0};

    if (xml_parse(a, text_of(s), &root, &err))
        fail_msg("%s: %s", s, err.message);
    return root;
}

static const struct xml_element *ask(void *user, struct text class_name)
{
    (void)user;
    return text_eq(class_name, TEXT("A")) ? parse(&arena, class_a) : NULL;
}

static int set_up(void **state)
{
    (void)state;
    xml_global_init();
    arena_init(&arena, 1 << 24);
    classes_init(&classes, ask, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    classes_fini(&classes);
    arena_fini(&arena);
    xml_global_fini();
    return 0;
}

struct look {
    enum output output;
    const char *select;
    bool single, typeless, anonymous;
    unsigned width;
};

/* All pages, each of one element "Items". */
static void check(const struct look *look, const char *const *pages, const char *want)
{
    struct writer w;

    writer_init(&w, look->output, look->select, look->typeless ? NULL : &classes);
    w.width = look->width;
    w.single = look->single;
    w.anonymous = look->anonymous;
    for (; *pages; pages++) {
        const struct xml_element *items = parse(&arena, *pages)->children;

        w.kind->page(&w, items, items->next ? 2 : 1);
    }
    w.kind->end(&w);
    assert_true(buf_ok(&w.out));
    if (!text_eq(buf_view(&w.out), text_of(want)))
        fail_msg("found:\n%s\nexpected:\n%s", buf_cstr(&w.out), want);
    writer_fini(&w);
}

static const char first[] =
    "<i" SPACES
    "><A><CreationClassName>A</CreationClassName><Name>one</Name><k>1</k><n>18446744073709551615</n><b>TRUE</b>"
    "<r>1.5E3</r><list>7</list><t><cim:Datetime>2026-01-02T03:04:05Z</cim:Datetime></t><ref>" REFERENCE(
        "x") "</ref>"
             "<e xmlns:q='u' xsi:type='q:E_Type'><q:x>1</q:x></e></A>"
             "<A><CreationClassName>A</CreationClassName><Name>a\"b\\\n\x7f</Name><k>2</k><n xsi:nil='true'/><b>false</b><r>INF</r>"
             "<list>1</list><list>2</list></A></i>",
                  second[] = "<i" SPACES "><A><Name>behind</Name><k>a long key</k></A></i>",
                  paths[] = "<i" SPACES "><wsa:EndpointReference>" REFERENCE(
                      "1") "</wsa:EndpointReference><wsa:EndpointReference>" REFERENCE("2") "</wsa:EndpointReference></i>";

static const char *const both[] = {first, second, NULL}, *const only_paths[] = {paths, NULL}, *const none[] = {NULL};

static void json_has_the_types_of_the_class(void **state)
{
    (void)state;
    check(&(struct look){.output = OUTPUT_JSON}, both,
          "[\n{\"$class\":\"A\",\"CreationClassName\":\"A\",\"Name\":\"one\",\"k\":\"1\",\"n\":18446744073709551615,\"b\":true,"
          "\"r\":1.5E3,\"list\":[7],\"t\":\"2026-01-02T03:04:05Z\","
          "\"ref\":\"/root/x:A.CreationClassName=\\\"A\\\",k=\\\"x\\\"\",\"e\":{\"$class\":\"E\",\"x\":\"1\"}},\n"
          "{\"$class\":\"A\",\"CreationClassName\":\"A\",\"Name\":\"a\\\"b\\\\\\n\\u007f\",\"k\":\"2\",\"n\":null,\"b\":false,"
          "\"r\":\"INF\",\"list\":[1,2]},\n"
          "{\"$class\":\"A\",\"Name\":\"behind\",\"k\":\"a long key\"}\n]\n");
}

static void json_without_types_is_text(void **state)
{
    static const char *const page[] = {"<i><A><n>1</n><list>1</list><list>2</list></A></i>", NULL};

    (void)state;
    check(&(struct look){.output = OUTPUT_JSONL, .typeless = true}, page,
          "{\"$class\":\"A\",\"n\":\"1\",\"list\":[\"1\",\"2\"]}\n");
    check(&(struct look){.output = OUTPUT_JSON, .typeless = true, .single = true, .anonymous = true}, page,
          "{\"n\":\"1\",\"list\":[\"1\",\"2\"]}\n");
}

static void numbers_that_json_does_not_know_are_text(void **state)
{
    static const char *const words[] = {"01", "+1", "1.", ".5", "1e", "-", "NaN", "0x1", "1 2", ""};
    static const char *const numbers[] = {"0", "-0", "-17", "1.25", "1e5", "1E-7", "0.5"};
    struct buf page, want;

    (void)state;
    buf_init(&page, 1 << 16);
    buf_init(&want, 1 << 16);
    for (size_t i = 0; i < 17; i++) {
        const bool text = i < 10;
        const char *s = text ? words[i] : numbers[i - 10];
        const char *pages[] = {NULL, NULL};

        buf_reset(&page);
        buf_reset(&want);
        buf_printf(&page, "<i><A><r>%s</r></A></i>", s);
        buf_printf(&want, text ? "{\"$class\":\"A\",\"r\":\"%s\"}\n" : "{\"$class\":\"A\",\"r\":%s}\n", s);
        pages[0] = buf_cstr(&page);
        check(&(struct look){.output = OUTPUT_JSONL}, pages, buf_cstr(&want));
    }
    buf_fini(&page);
    buf_fini(&want);
}

static void lists_show_every_property(void **state)
{
    (void)state;
    check(&(struct look){.output = OUTPUT_LIST}, both,
          "$class = A\nCreationClassName = A\nName = one\nk = 1\nn = 18446744073709551615\nb = TRUE\nr = 1.5E3\nlist = [7]\n"
          "t = 2026-01-02T03:04:05Z\nref = /root/x:A.CreationClassName=\"A\",k=\"x\"\ne = {\"$class\":\"E\",\"x\":\"1\"}\n"
          "\n$class = A\nCreationClassName = A\nName = a\"b\\\\n\\x7f\nk = 2\nn = \nb = false\nr = INF\nlist = [1, 2]\n"
          "\n$class = A\nName = behind\nk = a long key\n");
}

static void a_table_has_keys_and_names_and_keeps_its_columns(void **state)
{
    (void)state;
    check(&(struct look){.output = OUTPUT_TABLE}, both,
          "Class  k  Name        n                     b      r      list\n"
          "A      1  one         18446744073709551615  TRUE   1.5E3  [7]\n"
          "A      2  a\"b\\\\n\\x7f                        false  INF    [1, 2]\n"
          "A      a long key  behind\n");
}

static void a_terminal_gets_what_fits(void **state)
{
    (void)state;
    check(&(struct look){.output = OUTPUT_TABLE, .width = 24}, both,
          "Class  k  Name\nA      1  one\nA      2  a\"b\\\\n\\x7f\nA      …  behind\n");
    check(&(struct look){.output = OUTPUT_TABLE, .width = 14}, both, "Class  k\nA      1\nA      2\nA      a long…\n");
}

static void selected_columns_come_as_they_were_asked_for(void **state)
{
    (void)state;
    check(&(struct look){.output = OUTPUT_TABLE, .select = " n, NAME,nothing,"}, both,
          "n                     NAME        nothing\n18446744073709551615  one\n"
          "                      a\"b\\\\n\\x7f\n                      behind\n");
}

static void references_in_tables_are_brief(void **state)
{
    static const char *const page[] = {"<i" SPACES "><L><ref>" REFERENCE("x") "</ref></L></i>", NULL};

    (void)state;
    check(&(struct look){.output = OUTPUT_TABLE}, page, "Class  ref\nL      A.k=\"x\"\n");
}

static void paths_are_lines_or_strings(void **state)
{
    const char *lines = "/root/x:A.CreationClassName=\"A\",k=\"1\"\n/root/x:A.CreationClassName=\"A\",k=\"2\"\n";

    (void)state;
    check(&(struct look){.output = OUTPUT_TABLE}, only_paths, lines);
    check(&(struct look){.output = OUTPUT_LIST}, only_paths, lines);
    check(&(struct look){.output = OUTPUT_JSONL}, only_paths,
          "\"/root/x:A.CreationClassName=\\\"A\\\",k=\\\"1\\\"\"\n\"/root/x:A.CreationClassName=\\\"A\\\",k=\\\"2\\\"\"\n");
}

static void xml_is_what_came_with_its_declarations(void **state)
{
    static const char *const page[] = {"<i xmlns:p='u'><p:A><p:n>1&lt;</p:n></p:A></i>", NULL};

    (void)state;
    check(&(struct look){.output = OUTPUT_XML}, page,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<wsen:Items xmlns:wsen=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\">\n"
          "<p:A xmlns:p=\"u\"><p:n xmlns:p=\"u\">1&lt;</p:n></p:A>\n</wsen:Items>\n");
    check(&(struct look){.output = OUTPUT_XML, .single = true}, page,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<p:A xmlns:p=\"u\"><p:n xmlns:p=\"u\">1&lt;</p:n></p:A>\n");
}

static void nothing_is_whole_too(void **state)
{
    (void)state;
    check(&(struct look){.output = OUTPUT_TABLE}, none, "");
    check(&(struct look){.output = OUTPUT_LIST}, none, "");
    check(&(struct look){.output = OUTPUT_JSONL}, none, "");
    check(&(struct look){.output = OUTPUT_JSON}, none, "[]\n");
    check(&(struct look){.output = OUTPUT_XML}, none,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<wsen:Items xmlns:wsen=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\">\n"
          "</wsen:Items>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_has_the_types_of_the_class, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_without_types_is_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_that_json_does_not_know_are_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_show_every_property, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_has_keys_and_names_and_keeps_its_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_gets_what_fits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(selected_columns_come_as_they_were_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(references_in_tables_are_brief, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paths_are_lines_or_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(xml_is_what_came_with_its_declarations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_whole_too, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
