#include "tests/unit/mofs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char qualifier_types[] =
    "Qualifier Abstract : boolean = false, Scope(class, association, indication), Flavor(Restricted);"
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride);"
    "Qualifier Description : string = null, Scope(any), Flavor(Translatable);"
    "Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);"
    "Qualifier EmbeddedObject : boolean = false, Scope(property, method, parameter), Flavor(DisableOverride);"
    "Qualifier In : boolean = true, Scope(parameter), Flavor(DisableOverride);"
    "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);"
    "Qualifier MaxLen : uint32 = null, Scope(property, method, parameter);"
    "Qualifier Out : boolean = false, Scope(parameter), Flavor(DisableOverride);"
    "Qualifier Override : string = null, Scope(property, reference, method), Flavor(Restricted);"
    "Qualifier Static : boolean = false, Scope(property, method), Flavor(DisableOverride);"
    "Qualifier Terminal : boolean = false, Scope(class, association, indication), Flavor(Restricted);"
    "Qualifier Units : string = null, Scope(property, method, parameter), Flavor(Translatable);"
    "Qualifier ValueMap : string[], Scope(property, method, parameter);";

static void keep_problem(void *user, const struct mof_diagnostic *d)
{
    struct mofs *m = user;
    struct buf b;
    const char *end;

    buf_init(&b, 10000);
    mof_print_diagnostic(&b, d);
    end = strchr(buf_cstr(&b), '\n');
    assert_non_null(end);
    buf_put(&m->problems, b.data, (size_t)(end - b.data) + 1);
    buf_fini(&b);
}

static void init(struct mofs *m)
{
    *m = (struct mofs){0};
    buf_init(&m->problems, 100000);
    m->unit = mof_unit_new("root/test", keep_problem, m);
    assert_non_null(m->unit);
}

void mofs_parse(struct mofs *m, const char *source)
{
    init(m);
    m->status = mof_unit_text(m->unit, "t.mof", text_of(source));
}

void mofs_resolve(struct mofs *m)
{
    m->status = mof_unit_resolve(m->unit, "root/test", NULL, false, &m->schema);
}

void mofs_compile(struct mofs *m, const char *source)
{
    init(m);
    assert_int_equal(mof_unit_text(m->unit, "q.mof", text_of(qualifier_types)), 0);
    m->status = mof_unit_text(m->unit, "t.mof", text_of(source));
    if (m->status == 0)
        mofs_resolve(m);
}

void mofs_fini(struct mofs *m)
{
    (void)schema_unref(m->schema);
    mof_unit_free(m->unit);
    buf_fini(&m->problems);
}

const struct cim_class *mofs_class(const struct mofs *m, const char *name)
{
    const struct cim_class *c;

    assert_non_null(m->schema);
    c = schema_class(m->schema, text_of(name));
    assert_non_null(c);
    return c;
}
