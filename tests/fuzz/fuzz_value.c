/* Whatever text is read as a value of a type is printed, and that is read back as the same value. The first byte
 * chooses the type. */
#include <stdlib.h>

#include "cim/model/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum cim_type type = size ? CIM_BOOLEAN + data[0] % (CIM_TYPE_COUNT - CIM_BOOLEAN) : CIM_STRING;
    struct text t = {size ? (const char *)data + 1 : "", size ? size - 1 : 0};
    struct cim_value v, again;
    struct arena a;
    struct buf b;

    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    if (value_parse(&a, type, t, &v, NULL) == 0) {
        value_print(&b, &v);
        if (value_parse(&a, type, buf_view(&b), &again, NULL) || !value_equal(&v, &again))
            abort();
    }
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}
