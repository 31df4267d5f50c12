/* MOF from a file or a client: read, resolve, build the instances; what the writer makes of the schema must read
 * back to the same. */
#include <assert.h>

#include "cim/model/instance.h"
#include "cim/mof/mof.h"

enum { MEMORY = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The schema of the text written out; instances are built and written too. False if it does not resolve. */
static bool rewrite(struct text source, struct arena *a, struct buf *instances, struct buf *schema)
{
    struct mof_unit *u = mof_unit_new("root/fuzz", NULL, NULL);
    const struct cim_schema *s = NULL;
    struct cim_instance *i;
    uint32_t n = 0;

    if (u && mof_unit_text(u, "fuzz.mof", source) == 0)
        (void)mof_unit_resolve(u, "root/fuzz", NULL, false, &s);
    for (const struct decl_instance *d = s ? mof_unit_instances(u) : NULL; d; d = d->next)
        if (mof_unit_instance(u, d, s, a, &i) == 0)
            mof_write_instance(instances, i);
    for (const struct cim_qualifier_type *q = s ? schema_qualifier_types(s, &n) : NULL; n; n--)
        mof_write_qualifier_type(schema, q++);
    for (const struct cim_class *c = s ? schema_classes(s, &n) : NULL; n; n--)
        mof_write_class(schema, c++);
    mof_unit_free(u);
    return !schema_unref(s) && s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf out[3];

    arena_init(&a, MEMORY);
    for (int i = 0; i < 3; i++)
        buf_init(&out[i], MEMORY);
    if (rewrite((struct text){(const char *)data, size}, &a, &out[0], &out[1]) && buf_ok(&out[1])) {
        const bool again = rewrite(buf_view(&out[1]), &a, &out[0], &out[2]);

        assert(again && text_eq(buf_view(&out[1]), buf_view(&out[2])));
    }
    for (int i = 0; i < 3; i++)
        buf_fini(&out[i]);
    arena_fini(&a);
    return 0;
}
