/* Bytes of a row from a damaged file: read into an instance, written and read again, which must give the same bytes. */
#include <assert.h>
#include <string.h>

#include "cim/core/record.h"
#include "cim/mof/mof.h"

enum { MEMORY = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mof[] =
    "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);"
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride);"
    "Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);"
    "Qualifier EmbeddedObject : boolean = false, Scope(property, method, parameter), Flavor(DisableOverride);"
    "class E { uint32 N; string S; [EmbeddedObject] string O; };"
    "[Association] class C { [Key] C ref Id; boolean B; uint8 U; sint8 I; uint64 V; sint64 J; real32 R; real64 Q;"
    " char16 Ch; datetime D = \"00000001020304.000005:000\"; string T; boolean Bs[]; sint16 Is[]; char16 Chs[]; datetime Ds[];"
    " string Ts[]; [EmbeddedInstance(\"E\")] string Em; [EmbeddedObject] string Ems[]; C ref Other; };";

static const struct cim_schema *schema(void)
{
    static const struct cim_schema *s;
    struct mof_unit *u;

    if (s)
        return s;
    u = mof_unit_new("root/fuzz", NULL, NULL);
    assert(u && mof_unit_text(u, "fuzz.mof", text_of(mof)) == 0);
    assert(mof_unit_resolve(u, "root/fuzz", NULL, false, &s) == 0);
    mof_unit_free(u);
    return s;
}

static void check_again(struct arena *a, const struct cim_instance *i)
{
    struct cim_instance *again = instance_new(a, i->class);
    struct buf b[2];

    for (int k = 0; k < 2; k++)
        buf_init(&b[k], MEMORY);
    record_write(&b[0], i);
    if (buf_ok(&b[0]) && again) {
        assert(record_read(a, schema(), buf_view(&b[0]), again) == 0);
        record_write(&b[1], again);
        assert(text_eq(buf_view(&b[0]), buf_view(&b[1])));
    }
    for (int k = 0; k < 2; k++)
        buf_fini(&b[k]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct cim_class *c = schema_class(schema(), TEXT("C"));
    struct cim_instance *i;
    struct arena a;

    arena_init(&a, MEMORY);
    i = instance_new(&a, c);
    if (i && record_read(&a, schema(), (struct text){(const char *)data, size}, i) == 0)
        check_again(&a, i);
    arena_fini(&a);
    return 0;
}
