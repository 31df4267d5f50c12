/* A query of a client: read, bind to a class, evaluate. */
#include "cim/model/instance.h"
#include "cim/mof/mof.h"
#include "cim/query/query.h"

static const char classes[] =
    "Qualifier EmbeddedObject : boolean = false, Scope(property);"
    "class A { uint8 u = 5; sint64 i; real64 r; boolean b; datetime d; string s = \"x\"; char16 c; uint8 l[];"
    " [EmbeddedObject] string e; }; class B : A { uint32 v; };";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct cim_schema *s; /* made once and kept */
    const struct cim_value *values;
    struct mof_unit *u = s ? NULL : mof_unit_new("", NULL, NULL);
    struct query q, bound;
    struct arena a;
    uint32_t n;

    if (u && mof_unit_text(u, "", TEXT(classes)) == 0)
        (void)mof_unit_resolve(u, "", NULL, false, &s);
    mof_unit_free(u);
    arena_init(&a, 32 << 20);
    if (s && wql_parse(&a, (struct text){(const char *)data, size}, &q, NULL) == 0) {
        const struct cim_class *c = schema_class(s, TEXT("A")), *row = schema_class(s, TEXT("B"));
        const struct cim_instance *i = instance_new(&a, row);

        (void)(query_matches(&q, i) + query_needs(&q, TEXT("s")));
        if (query_bind(&a, &q, c, &bound, NULL) == 0 && query_values_for(&a, &bound, TEXT("s"), &values, &n) == 0)
            (void)query_matches(&bound, i);
    }
    arena_fini(&a);
    return 0;
}
