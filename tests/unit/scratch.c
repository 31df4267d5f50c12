#include "tests/unit/scratch.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

void scratch_init(struct scratch *s, const char *name)
{
    const char *tmp = getenv("TMPDIR");

    (void)snprintf(s->folder, sizeof(s->folder), "%.100s/cimstream-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(s->folder));
    (void)snprintf(s->path, sizeof(s->path), "%s/%s", s->folder, name);
}

void scratch_fini(struct scratch *s)
{
    DIR *d = opendir(s->folder);

    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        (void)unlinkat(dirfd(d), e->d_name, 0); /* not "." and ".." */
    (void)closedir(d);
    assert_int_equal(rmdir(s->folder), 0);
}
