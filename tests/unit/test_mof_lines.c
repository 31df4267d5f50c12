#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/cli/mof_lines.h"

static struct mof_lines lines;

static int set_up(void **state)
{
    (void)state;
    mof_lines_init(&lines, "root/x");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mof_lines_fini(&lines);
    return 0;
}

static void a_single_file_is_sent_as_it_is(void **state)
{
    (void)state;
    assert_true(mof_lines_add(&lines, "a.mof",
                              TEXT("\xEF\xBB\xBF"
                                   "class A {};\n")));
    assert_string_equal(buf_cstr(&lines.text), "class A {};\n");
}

static void each_file_begins_on_a_line_and_in_the_namespace(void **state)
{
    (void)state;
    assert_true(mof_lines_add(&lines, "a.mof", TEXT("class A {};")));
    assert_true(mof_lines_add(&lines, "b.mof", TEXT("class B {};\n")));
    assert_string_equal(buf_cstr(&lines.text), "class A {};\n#pragma namespace (\"root/x\")\nclass B {};\n");
}

static void places_are_those_of_the_files(void **state)
{
    static const char said[] = "all.mof:1:3: one\nall.mof:2:1: end of a\nall.mof:4:7: first of b\nall.mof:5:1: two\n"
                               "all.mof:7:1: c\n  all.mof:1:1 is not a place\nall.mof:x\nall.mof:0:1: none\nlast",
                      want[] = "a.mof:1:3: one\na.mof:2:1: end of a\nd/b.mof:1:7: first of b\nd/b.mof:2:1: two\n"
                               "c.mof:1:1: c\n  all.mof:1:1 is not a place\nall.mof:x\nall.mof:0:1: none\nlast";
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    assert_true(mof_lines_add(&lines, "a.mof", TEXT("1\n2\n")));
    assert_true(mof_lines_add(&lines, "d/b.mof", TEXT("4\n5\n")));
    assert_true(mof_lines_add(&lines, "c.mof", TEXT("7")));
    mof_lines_translate(&lines, "all.mof", TEXT(said), &b);
    assert_string_equal(buf_cstr(&b), want);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_single_file_is_sent_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_file_begins_on_a_line_and_in_the_namespace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_are_those_of_the_files, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
