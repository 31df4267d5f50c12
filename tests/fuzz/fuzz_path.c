/* Whatever is read as an object path is printed in every form, and the complete ones are read back as the same. */
#include <stdlib.h>

#include "cim/model/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void there_and_back(struct arena *a, const struct cim_path *p, enum path_form form)
{
    struct cim_path again;
    struct buf b;

    buf_init(&b, 8 * PATH_MAX_TEXT);
    path_print(&b, p, form);
    if (b.len <= PATH_MAX_TEXT && (path_parse(a, buf_view(&b), &again, NULL) || !path_equal(p, &again)))
        abort();
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct cim_path p;

    arena_init(&a, 1 << 20);
    if (path_parse(&a, (struct text){(const char *)data, size}, &p, NULL) == 0) {
        there_and_back(&a, &p, PATH_WBEM_URI);
        there_and_back(&a, &p, PATH_WMI);
        there_and_back(&a, &p, PATH_CANONICAL);
    }
    arena_fini(&a);
    return 0;
}
