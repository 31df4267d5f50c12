#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cim/mof/mof.h"

#include <cmocka.h>

static const char schema[] =
    "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);\n"
    "Qualifier Abstract : boolean = false, Scope(class, association, indication), Flavor(Restricted);\n"
    "Qualifier Description : string = null, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);\n"
    "Qualifier Override : string = null, Scope(property, reference, method), Flavor(EnableOverride, Restricted);\n"
    "[Abstract] class T_Base { [Key] string Id; };\n"
    "class T_A : T_Base { uint32 Size; string Note; uint64 Costly; };\n"
    "class T_A1 : T_A { string Extra; };\n"
    "class T_A2 : T_A { };\n"
    "class T_A2x : T_A2 { };\n"
    "class T_B : T_Base { boolean Flag; };\n"
    "class T_Lonely : T_Base { };\n"
    "class T_Deep0 : T_Base { };\n"
    "class T_Deep1 : T_Deep0 { };\n"
    "class T_Deep2 : T_Deep1 { };\n"
    "class T_Deep3 : T_Deep2 { };\n"
    "class T_Deep4 : T_Deep3 { };\n"
    "class T_Deep5 : T_Deep4 { };\n"
    "class T_Deep6 : T_Deep5 { };\n"
    "class T_Deep7 : T_Deep6 { };\n"
    "class T_Deep8 : T_Deep7 { };\n"
    "class T_Deep9 : T_Deep8 { };\n"
    "class T_Deep10 : T_Deep9 { string Bottom; };\n";

static void report(void *user, const struct mof_diagnostic *d)
{
    (void)user;
    print_error("%u:%u: %s\n", d->place.line, d->place.column, d->message);
}

static void compile(struct core *c, const char *namespace, const char *mof, const struct cim_schema *base)
{
    struct mof_unit *u = mof_unit_new(namespace, report, NULL);
    const struct cim_schema *s = NULL;
    struct cim_error err = {0};

    assert_int_equal(mof_unit_text(u, "fixture", text_of(mof)), 0);
    assert_int_equal(mof_unit_resolve(u, namespace, base, false, &s), 0);
    assert_int_equal(core_set_schema(c, namespace, s, &err), 0);
    schema_unref(s);
    mof_unit_free(u);
}

struct core *fixture_core(void)
{
    struct core *c = core_new();

    compile(c, "root/cimv2", schema, NULL);
    compile(c, "root/other", schema, NULL);
    return c;
}

void fixture_register(struct core *c, Provider *p)
{
    Provider *const all[] = {p, NULL};
    struct cim_error err = {0};
    int r = core_register(c, all, &err);

    if (r)
        print_error("%s\n", err.message);
    assert_int_equal(r, 0);
}

void fixture_add_mof(struct core *c, const char *namespace, const char *mof)
{
    struct core_namespace *ns = core_namespace(c, text_of(namespace));

    compile(c, namespace, mof, ns->schema);
    core_namespace_unref(ns);
}
