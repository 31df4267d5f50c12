/* CInstance_Put…: properties by slot, the hot path of providers. The first error latches and comes back from the
 * commit. */
#include <string.h>

#include "cim/core/cinstance.h"
#include "cim/core/local.h"

static void fail(CInstance *i, HRESULT hr, const char *what)
{
    i->error = hr;
    i->error_what = what;
}

/* The value in the slot, NULL after an error. */
static inline struct cim_value *at(CInstance *i, unsigned slot)
{
    const struct served *s = i->served;

    if (__builtin_expect(FAILED(i->error), 0))
        return NULL;
    if (__builtin_expect(!s || slot >= s->n_slots, 0)) {
        fail(i, WBEM_E_INVALID_PROPERTY, "a slot number that the provider does not have");
        return NULL;
    }
    if (__builtin_expect(s->slots[slot] == SLOT_MISSING, 0)) {
        fail(i, WBEM_E_INVALID_PROPERTY, s->provider->slots[slot]);
        return NULL;
    }
    return &i->values[s->slots[slot]];
}

static const char *slot_name(const CInstance *i, unsigned slot)
{
    return i->served->provider->slots[slot];
}

static inline bool expect(CInstance *i, unsigned slot, bool fits)
{
    if (__builtin_expect(!fits, 0))
        fail(i, WBEM_E_TYPE_MISMATCH, slot_name(i, slot));
    return fits;
}

static void put_text(CInstance *i, unsigned slot, const char *s, size_t n, bool copy)
{
    struct cim_value *v = at(i, slot);

    if (!v || !expect(i, slot, v->type == CIM_STRING && !value_is_array(v) && n <= UINT32_MAX))
        return;
    if (copy && !(s = arena_strndup(&i->arena, s, n))) {
        fail(i, WBEM_E_OUT_OF_MEMORY, slot_name(i, slot));
        return;
    }
    v->str = s;
    v->len = (uint32_t)n;
    v->flags = CIM_VALUE_SET;
}

void CInstance_PutString(CInstance *i, unsigned slot, const char *pszText)
{
    if (pszText)
        put_text(i, slot, pszText, strlen(pszText), true);
    else
        CInstance_PutNull(i, slot);
}

void CInstance_PutStringN(CInstance *i, unsigned slot, const char *pText, size_t cbText)
{
    put_text(i, slot, pText, cbText, true);
}

void CInstance_PutLiteral(CInstance *i, unsigned slot, const char *pszStatic)
{
    put_text(i, slot, pszStatic, strlen(pszStatic), false);
}

/* What does not fit an integer property at once: reals, and errors. */
static void put_number(CInstance *i, unsigned slot, double real)
{
    struct cim_value *v = at(i, slot);

    if (!v || !expect(i, slot, type_is_numeric(v->type) && !value_is_array(v)))
        return;
    if (!type_is_real(v->type)) {
        fail(i, WBEM_E_VALUE_OUT_OF_RANGE, slot_name(i, slot));
        return;
    }
    v->real = real;
    v->flags = CIM_VALUE_SET;
}

void CInstance_PutUint(CInstance *i, unsigned slot, uint64_t ullValue)
{
    struct cim_value *v = at(i, slot);

    if (v && type_is_integer(v->type) && !value_is_array(v) && ullValue <= type_max(v->type)) {
        v->uint = ullValue;
        v->flags = CIM_VALUE_SET;
    } else {
        put_number(i, slot, (double)ullValue);
    }
}

void CInstance_PutSint(CInstance *i, unsigned slot, int64_t llValue)
{
    struct cim_value *v;

    if (llValue >= 0) {
        CInstance_PutUint(i, slot, (uint64_t)llValue);
        return;
    }
    v = at(i, slot);
    if (v && type_is_signed(v->type) && !value_is_array(v) && llValue >= type_min(v->type)) {
        v->sint = llValue;
        v->flags = CIM_VALUE_SET;
    } else {
        put_number(i, slot, (double)llValue);
    }
}

void CInstance_PutDouble(CInstance *i, unsigned slot, double dValue)
{
    struct cim_value *v = at(i, slot);

    if (v && expect(i, slot, type_is_real(v->type)))
        put_number(i, slot, dValue);
}

void CInstance_PutBool(CInstance *i, unsigned slot, bool bValue)
{
    struct cim_value *v = at(i, slot);

    if (!v || !expect(i, slot, v->type == CIM_BOOLEAN && !value_is_array(v)))
        return;
    v->boolean = bValue;
    v->flags = CIM_VALUE_SET;
}

static void put_datetime(CInstance *i, unsigned slot, struct cim_datetime value)
{
    struct cim_value *v = at(i, slot);
    struct cim_datetime *d;

    if (!v || !expect(i, slot, v->type == CIM_DATETIME && !value_is_array(v)))
        return;
    d = arena_alloc(&i->arena, sizeof(*d));
    if (!d) {
        fail(i, WBEM_E_OUT_OF_MEMORY, slot_name(i, slot));
        return;
    }
    *d = value;
    v->datetime = d;
    v->flags = CIM_VALUE_SET;
}

void CInstance_PutTime(CInstance *i, unsigned slot, int64_t llUnixMicroseconds)
{
    put_datetime(i, slot, local_datetime(llUnixMicroseconds));
}

void CInstance_PutTimeSpan(CInstance *i, unsigned slot, uint64_t ullMicroseconds)
{
    put_datetime(i, slot, datetime_interval(ullMicroseconds));
}

/* Room for the items of an array property; NULL after an error. */
static struct cim_value *array_items(CInstance *i, unsigned slot, struct cim_value *v, bool fits, size_t n)
{
    struct cim_value *items;

    if (!v || !expect(i, slot, fits && value_is_array(v) && n <= UINT32_MAX))
        return NULL;
    items = arena_alloc(&i->arena, n * sizeof(*items));
    if (!items) {
        fail(i, WBEM_E_OUT_OF_MEMORY, slot_name(i, slot));
        return NULL;
    }
    v->items = items;
    v->len = (uint32_t)n;
    v->flags = CIM_VALUE_SET | CIM_VALUE_ARRAY;
    return items;
}

void CInstance_PutStringArray(CInstance *i, unsigned slot, const char *const *ppszText, size_t cItems)
{
    struct cim_value *v = at(i, slot), *items = array_items(i, slot, v, v && v->type == CIM_STRING, cItems);

    for (size_t k = 0; items && k < cItems; k++) {
        char *copy = arena_strdup(&i->arena, ppszText[k]);

        if (!copy) {
            fail(i, WBEM_E_OUT_OF_MEMORY, slot_name(i, slot));
            return;
        }
        items[k] = value_string(text_of(copy));
    }
}

void CInstance_PutUintArray(CInstance *i, unsigned slot, const uint64_t *pValues, size_t cItems)
{
    struct cim_value *v = at(i, slot), *items = array_items(i, slot, v, v && type_is_integer(v->type), cItems);

    for (size_t k = 0; items && k < cItems; k++) {
        if (pValues[k] > type_max(v->type)) {
            fail(i, WBEM_E_VALUE_OUT_OF_RANGE, slot_name(i, slot));
            return;
        }
        items[k] = value_uint(v->type, pValues[k]);
    }
}

void CInstance_PutNull(CInstance *i, unsigned slot)
{
    struct cim_value *v = at(i, slot);

    if (v)
        v->flags &= CIM_VALUE_ARRAY;
}
