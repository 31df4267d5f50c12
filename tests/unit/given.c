#include "tests/unit/given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct mofs mofs;
static struct arena arena;

void given_classes(const char *mof)
{
    struct buf b;

    arena_init(&arena, 1 << 20);
    buf_init(&b, 1 << 20);
    buf_puts(&b, "Qualifier OctetString : boolean = false, Scope(property, parameter), Flavor(DisableOverride);");
    buf_puts(&b, mof);
    mofs_compile(&mofs, buf_cstr(&b));
    buf_fini(&b);
    assert_string_equal(buf_cstr(&mofs.problems), "");
}

void given_fini(void)
{
    mofs_fini(&mofs);
    arena_fini(&arena);
}

const struct cim_class *given_class(const char *name)
{
    return mofs_class(&mofs, name);
}

struct cim_instance *given_instance(const char *class)
{
    struct cim_instance *i = instance_new(&arena, given_class(class));

    assert_non_null(i);
    return i;
}

struct arena *given_arena(void)
{
    return &arena;
}

void given_set(struct cim_instance *i, const char *name, struct cim_value v)
{
    struct cim_error err = {0};

    if (instance_set(i, &arena, text_of(name), &v, &err))
        fail_msg("%s: %s", name, err.message);
}

struct cim_value given_string(const char *s)
{
    return value_string(text_of(s));
}

static struct cim_value present(enum cim_type type)
{
    struct cim_value v = value_null(type, false);

    v.flags |= CIM_VALUE_SET;
    return v;
}

struct cim_value given_datetime(const char *text)
{
    struct cim_datetime *d = arena_alloc(&arena, sizeof(*d));
    struct cim_value v = present(CIM_DATETIME);

    assert_true(d && datetime_parse(text_of(text), d));
    v.datetime = d;
    return v;
}

struct cim_value given_octets(const void *octets, uint32_t n)
{
    struct cim_value *items = arena_alloc(&arena, n * sizeof(*items));

    assert_non_null(items);
    for (uint32_t i = 0; i < n; i++)
        items[i] = value_uint(CIM_UINT8, ((const uint8_t *)octets)[i]);
    return value_array(CIM_UINT8, items, n);
}

struct cim_value given_reference(const struct cim_path *borrowed)
{
    struct cim_value v = present(CIM_REFERENCE);

    v.path = borrowed;
    return v;
}

struct cim_value given_embedded(const struct cim_instance *borrowed)
{
    struct cim_value v = present(CIM_INSTANCE);

    v.instance = borrowed;
    return v;
}

void given_check(const struct wsxml_style *style, const struct cim_instance *i, const struct cim_class *as,
                 const char *want)
{
    struct wsxml_plan *p = wsxml_plan_new(i->class, as, style);
    size_t bound;
    char *out, *end;

    assert_non_null(p);
    bound = wsxml_bound(p, i);
    out = malloc(bound);
    assert_non_null(out);
    end = wsxml_encode(p, i, out);
    assert_true((size_t)(end - out) <= bound);
    if ((size_t)(end - out) != strlen(want) || memcmp(out, want, strlen(want)) != 0)
        fail_msg("%.*s\nis not\n%s", (int)(end - out), out, want);
    free(out);
    wsxml_plan_free(p);
}
