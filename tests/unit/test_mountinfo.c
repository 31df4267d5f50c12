#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "providers/lib/mountinfo.h"

static char line[512];

static bool parse(const char *text, struct mount *m)
{
    assert_true(strlen(text) < sizeof(line));
    memcpy(line, text, strlen(text) + 1);
    return mountinfo_parse(line, m);
}

static void fields_are_found_with_and_without_optional_ones(void **state)
{
    static const char *const optional[] = {"", "master:1 ", "shared:2 master:1 unbindable "};
    struct mount m;
    char text[256];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(text, sizeof(text), "36 35 98:0 /r /mnt rw,noatime %s- ext3 /dev/root ro,errors=continue",
                       optional[i]);
        assert_true(parse(text, &m));
        assert_int_equal(m.id, 36);
        assert_string_equal(m.root, "/r");
        assert_string_equal(m.point, "/mnt");
        assert_int_equal(m.point_length, 4);
        assert_string_equal(m.options, "rw,noatime");
        assert_string_equal(m.type, "ext3");
        assert_string_equal(m.source, "/dev/root");
        assert_string_equal(m.super, "ro,errors=continue");
    }
}

static void escapes_become_the_bytes_they_stand_for(void **state)
{
    struct mount m;

    (void)state;
    assert_true(parse("1 0 0:1 / /a\\040b\\011c\\012d\\134040\\ rw - tmpfs we\\040ird\\ rw", &m));
    assert_string_equal(m.point, "/a b\tc\nd\\040\\");
    assert_string_equal(m.source, "we ird\\");
    assert_int_equal(m.point_length, strlen(m.point));
}

static void empty_source_is_kept_empty(void **state)
{
    struct mount m;

    (void)state;
    assert_true(parse("1 0 0:1 / /x rw - tmpfs  rw", &m));
    assert_string_equal(m.source, "");
    assert_string_equal(m.super, "rw");
}

static void broken_line_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      " ",
                                      "1",
                                      "1 0 0:1 / /x",
                                      "1 0 0:1 / /x rw",
                                      "1 0 0:1 / /x rw -",
                                      "1 0 0:1 / /x rw - ext4",
                                      "x 0 0:1 / /x rw - ext4 s o",
                                      "1 0 0:1 / /x rw shared:1"};
    struct mount m;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_false(parse(bad[i], &m));
}

static void option_is_found_by_its_whole_name(void **state)
{
    static const char o[] = "rw,vers=4.2,rsize=1048576,noac,hard";

    (void)state;
    assert_non_null(mount_option(o, "rw"));
    assert_memory_equal(mount_option(o, "rsize"), "1048576,", 8);
    assert_non_null(mount_option(o, "noac"));
    assert_non_null(mount_option(o, "hard"));
    assert_null(mount_option(o, "har"));
    assert_null(mount_option(o, "ac"));
    assert_null(mount_option(o, "size"));
    assert_null(mount_option("", "rw"));
}

static void kind_follows_the_type(void **state)
{
    static const struct {
        const char *type;
        enum mount_kind kind;
    } cases[] = {{"ext4", MOUNT_LOCAL},  {"overlay", MOUNT_LOCAL},     {"tmpfs", MOUNT_LOCAL}, {"fuseblk", MOUNT_LOCAL},
                 {"proc", MOUNT_PSEUDO}, {"fuse.lxcfs", MOUNT_PSEUDO}, {"nfs", MOUNT_NFS},     {"nfs4", MOUNT_NFS},
                 {"cifs", MOUNT_REMOTE}, {"fuse.sshfs", MOUNT_REMOTE}, {"fuse", MOUNT_REMOTE}, {"", MOUNT_LOCAL}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(mount_kind(&(struct mount){.type = cases[i].type}), cases[i].kind);
}

static void later_mount_covers_the_earlier_on_the_same_point(void **state)
{
    struct mount mounts[] = {{.point = "/a", .point_length = 2},
                             {.point = "/a/b", .point_length = 4},
                             {.point = "/a", .point_length = 2}};
    struct mounttable t = {NULL, mounts, 3};

    (void)state;
    assert_true(mounttable_is_covered(&t, &mounts[0]));
    assert_false(mounttable_is_covered(&t, &mounts[1]));
    assert_false(mounttable_is_covered(&t, &mounts[2]));
}

static void own_table_has_a_root(void **state)
{
    struct mounttable t;
    bool root = false;

    (void)state;
    assert_true(mounttable_init(&t));
    for (size_t i = 0; i < t.count; i++)
        root = root || strcmp(t.mounts[i].point, "/") == 0;
    assert_true(root);
    mounttable_fini(&t);
    mounttable_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_with_and_without_optional_ones),
        cmocka_unit_test(escapes_become_the_bytes_they_stand_for),
        cmocka_unit_test(empty_source_is_kept_empty),
        cmocka_unit_test(broken_line_is_refused),
        cmocka_unit_test(option_is_found_by_its_whole_name),
        cmocka_unit_test(kind_follows_the_type),
        cmocka_unit_test(later_mount_covers_the_earlier_on_the_same_point),
        cmocka_unit_test(own_table_has_a_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
