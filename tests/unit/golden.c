#include "tests/unit/golden.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_FILE = 1 << 22 };

/* A missing file is an empty one */
static void read_file(const char *path, struct buf *b)
{
    FILE *f = fopen(path, "rb");
    char part[4096];
    size_t n;

    buf_init(b, MAX_FILE);
    while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
        buf_put(b, part, n);
    if (f)
        (void)fclose(f);
    assert_true(buf_ok(b));
}

static void write_file(const char *path, struct text t)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(t.s, 1, t.n, f), t.n);
    assert_int_equal(fclose(f), 0);
}

void golden_each(const char *folder, const char *suffix, void (*each)(const char *stem, struct text content))
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, NULL, alphasort), found = 0;
    size_t tail = strlen(suffix);

    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        size_t len = strlen(name);
        struct buf content;
        char stem[512];

        if (len > tail && strcmp(name + len - tail, suffix) == 0) {
            (void)snprintf(stem, sizeof(stem), "%s/%s", folder, name);
            read_file(stem, &content);
            stem[strlen(stem) - tail] = '\0';
            each(stem, buf_view(&content));
            buf_fini(&content);
            found++;
        }
        free(entries[i]);
    }
    free(entries);
    if (!found)
        fail_msg("no files %s/*%s: run from the root of the tree", folder, suffix);
}

void golden_check(const char *stem, const char *suffix, struct text actual)
{
    const char *mode = getenv("GOLDEN");
    struct buf want;
    char path[512];

    (void)snprintf(path, sizeof(path), "%s%s", stem, suffix);
    if (mode && strcmp(mode, "write") == 0 && actual.n)
        write_file(path, actual);
    read_file(path, &want);
    if (!text_eq(buf_view(&want), actual))
        fail_msg("%s holds\n%s\nbut it is\n%.*s", path, buf_cstr(&want), (int)actual.n, actual.s);
    buf_fini(&want);
}
