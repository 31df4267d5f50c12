/* Sources: files, includes, byte order marks and UTF-16. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/mofs.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static char folder[] = "/tmp/test_mof_source.XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 && mkdir("sub", 0700) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const files[] = {"a.mof", "b.mof", "sub/c.mof", "sub", "."};

    (void)state;
    for (size_t i = 0; i < LENGTH(files); i++)
        (void)remove(files[i]); /* not every test makes every file */
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void put(const char *name, const char *data, size_t n)
{
    FILE *f = fopen(name, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

#define DATA(literal) (literal), sizeof(literal) - 1
#define PUT(name, literal) put((name), DATA(literal))

static int compile_file(struct mofs *m, const char *path)
{
    mofs_parse(m, "");
    m->status = mof_unit_file(m->unit, path);
    if (m->status == 0)
        mofs_resolve(m);
    return m->status;
}

static void includes_are_relative_and_read_once(void **state)
{
    struct mofs m;

    (void)state;
    PUT("a.mof",
        "#pragma include(\"sub\\\\c.mof\")\n#pragma include(\"b.mof\") class A {};\n#pragma include(\"a.mof\")");
    PUT("b.mof", "#pragma include(\"./a.mof\")\nclass B : A {};");
    PUT("sub/c.mof", "#pragma include(\"../b.mof\")\nclass C : B {};");
    assert_int_equal(compile_file(&m, "a.mof"), 0);
    assert_string_equal(buf_cstr(&m.problems), "");
    assert_int_equal(mof_unit_file(m.unit, "./b.mof"), 0);
    assert_true(class_is_a(mofs_class(&m, "C"), mofs_class(&m, "A")));
    mofs_fini(&m);
}

static void problems_of_files_name_the_file(void **state)
{
    struct mofs m;

    (void)state;
    assert_int_equal(compile_file(&m, "none.mof"), -ENOENT);
    assert_string_equal(buf_cstr(&m.problems), "none.mof: error: cannot read: No such file or directory\n");
    mofs_fini(&m);
    assert_int_equal(compile_file(&m, "sub"), -EISDIR);
    mofs_fini(&m);
    PUT("a.mof", "\n  #pragma include(\"sub/c.mof\")\n#pragma include(\"none.mof\")");
    PUT("sub/c.mof", "class A { x };");
    assert_int_equal(compile_file(&m, "a.mof"), CIM_ERR_INVALID_PARAMETER);
    assert_string_equal(buf_cstr(&m.problems),
                        "sub/c.mof:1:11: error: `x` is no type; a reference is written `x ref Name`\n"
                        "a.mof:3:17: error: cannot read none.mof: No such file or directory\n");
    mofs_fini(&m);
}

static void files_may_be_utf_16_or_begin_with_a_mark(void **state)
{
    static const char broken[] = "a.mof:1:1: error: file is not UTF-16 as its first bytes say\n";
    static const struct {
        const char *data;
        size_t n;
        const char *problems;
    } files[] = {
        {DATA("\xEF\xBB\xBF"
              "class \xC3\xA9 {};"),
         ""},
        {DATA("\xFF\xFE"
              "c\0l\0a\0s\0s\0 \0\xE9\0 \0{\0}\0;\0"),
         ""},
        {DATA("\xFE\xFF"
              "\0c\0l\0a\0s\0s\0 \0\xE9\0 \0{\0}\0;"),
         ""},
        {DATA("\xFF\xFE/\0/\0\x3D\xD8\x00\xDE\n\0c\0l\0a\0s\0s\0 \0\xE9\0{\0}\0;\0"), ""},
        {DATA("\xFF\xFE"
              "c\0l"),
         broken},
        {DATA("\xFF\xFE/\0/\0\x3D\xD8"), broken},    /* half of a pair at the end, */
        {DATA("\xFF\xFE/\0/\0\x3D\xD8 \0"), broken}, /* before something else, */
        {DATA("\xFF\xFE/\0/\0\x00\xDE"), broken},    /* the second half alone */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(files); i++) {
        struct mofs m;

        put("a.mof", files[i].data, files[i].n);
        (void)compile_file(&m, "a.mof"); /* the problems say how it went */
        assert_string_equal(buf_cstr(&m.problems), files[i].problems);
        if (!*files[i].problems)
            (void)mofs_class(&m, "\xC3\xA9");
        mofs_fini(&m);
    }
}

static void includes_nest_to_a_limit(void **state)
{
    struct mofs m;
    char name[40], text[60];

    (void)state;
    for (int i = 0; i <= MOF_MAX_INCLUDE_DEPTH + 1; i++) {
        (void)snprintf(name, sizeof(name), "%d.mof", i);
        put(name, text, (size_t)snprintf(text, sizeof(text), "#pragma include(\"%d.mof\")", i + 1));
    }
    assert_int_equal(compile_file(&m, "0.mof"), CIM_ERR_INVALID_PARAMETER);
    assert_string_equal(buf_cstr(&m.problems), "64.mof:1:17: error: includes are nested deeper than 64\n");
    mofs_fini(&m);
    for (int i = 0; i <= MOF_MAX_INCLUDE_DEPTH + 1; i++) {
        (void)snprintf(name, sizeof(name), "%d.mof", i);
        assert_int_equal(remove(name), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(includes_are_relative_and_read_once),
        cmocka_unit_test(problems_of_files_name_the_file),
        cmocka_unit_test(files_may_be_utf_16_or_begin_with_a_mark),
        cmocka_unit_test(includes_nest_to_a_limit),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
