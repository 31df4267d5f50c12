/* CInstance_Set… and CInstance_Get…: properties by name, with conversion and range checks. */
#include <stdlib.h>
#include <string.h>

#include "cim/core/cinstance.h"
#include "cim/core/local.h"

static bool set(CInstance *i, const char *name, struct cim_value v)
{
    return instance_set(&i->instance, &i->arena, text_of(name), &v, NULL) == 0;
}

bool CInstance_SetCHString(CInstance *i, const char *name, const char *pszText)
{
    if (!pszText)
        return CInstance_SetNull(i, name);
    return set(i, name, value_string(text_of(pszText)));
}

bool CInstance_SetCharSplat(CInstance *i, const char *name, const char *pszText)
{
    return CInstance_SetCHString(i, name, pszText);
}

bool CInstance_Setbool(CInstance *i, const char *name, bool bValue)
{
    return set(i, name, value_boolean(bValue));
}

bool CInstance_SetByte(CInstance *i, const char *name, uint8_t value)
{
    return set(i, name, value_uint(CIM_UINT64, value));
}

bool CInstance_SetWORD(CInstance *i, const char *name, uint16_t value)
{
    return set(i, name, value_uint(CIM_UINT64, value));
}

bool CInstance_SetDWORD(CInstance *i, const char *name, uint32_t value)
{
    return set(i, name, value_uint(CIM_UINT64, value));
}

bool CInstance_SetWBEMINT16(CInstance *i, const char *name, int16_t value)
{
    return set(i, name, value_sint(CIM_SINT64, value));
}

bool CInstance_SetWBEMINT64(CInstance *i, const char *name, int64_t value)
{
    return set(i, name, value_sint(CIM_SINT64, value));
}

bool CInstance_SetWBEMUINT64(CInstance *i, const char *name, uint64_t value)
{
    return set(i, name, value_uint(CIM_UINT64, value));
}

bool CInstance_SetDOUBLE(CInstance *i, const char *name, double value)
{
    return set(i, name, value_real(CIM_REAL64, value));
}

static bool set_datetime(CInstance *i, const char *name, struct cim_datetime d)
{
    struct cim_value v = {.type = CIM_DATETIME, .flags = CIM_VALUE_SET, .datetime = &d};

    return set(i, name, v);
}

bool CInstance_SetDateTime(CInstance *i, const char *name, int64_t llUnixMicroseconds)
{
    return set_datetime(i, name, local_datetime(llUnixMicroseconds));
}

bool CInstance_SetTimeSpan(CInstance *i, const char *name, uint64_t ullMicroseconds)
{
    return set_datetime(i, name, datetime_interval(ullMicroseconds));
}

bool CInstance_SetStringArray(CInstance *i, const char *name, const char *const *ppszText, size_t cItems)
{
    struct cim_value *items = arena_alloc(&i->arena, cItems * sizeof(*items));

    for (size_t k = 0; items && k < cItems; k++)
        items[k] = value_string(text_of(ppszText[k]));
    return items && cItems <= UINT32_MAX && set(i, name, value_array(CIM_STRING, items, (uint32_t)cItems));
}

bool CInstance_SetUintArray(CInstance *i, const char *name, const uint64_t *pValues, size_t cItems)
{
    struct cim_value *items = arena_alloc(&i->arena, cItems * sizeof(*items));

    for (size_t k = 0; items && k < cItems; k++)
        items[k] = value_uint(CIM_UINT64, pValues[k]);
    return items && cItems <= UINT32_MAX && set(i, name, value_array(CIM_UINT64, items, (uint32_t)cItems));
}

bool CInstance_SetEmbeddedObject(CInstance *i, const char *name, const CInstance *pValue)
{
    struct cim_value v = {.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = &pValue->instance};

    return set(i, name, v);
}

bool CInstance_SetEmbeddedArray(CInstance *i, const char *name, const TRefPointerCollection *pList)
{
    size_t n = TRefPointerCollection_GetSize(pList);
    struct cim_value *items = n <= UINT32_MAX ? arena_alloc(&i->arena, n * sizeof(*items)) : NULL, *to = items;
    TRefPointerCollection_POSITION pos;
    CInstance *member;

    if (!items)
        return false;
    TRefPointerCollection_BeginEnum(pList, &pos);
    while ((member = TRefPointerCollection_GetNext(pList, &pos))) {
        *to++ = (struct cim_value){.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = &member->instance};
        CInstance_Release(member); /* the list has its own */
    }
    return set(i, name, value_array(CIM_INSTANCE, items, (uint32_t)n));
}

bool CInstance_CopyProperty(CInstance *i, const char *name, const CInstance *pFrom, const char *fromName)
{
    const struct cim_value *v = instance_get(&pFrom->instance, text_of(fromName));

    return v && (value_is_null(v) ? CInstance_SetNull(i, name) : set(i, name, *v));
}

bool CInstance_SetNull(CInstance *i, const char *name)
{
    const struct cim_property *p = class_property(i->instance.class, text_of(name));

    if (!p)
        return false;
    i->values[p->index] = value_null(property_value_type(p), p->is_array);
    return true;
}

/* The value if it is there, not NULL and a scalar. */
static const struct cim_value *scalar(const CInstance *i, const char *name)
{
    const struct cim_value *v = instance_get(&i->instance, text_of(name));

    return v && !value_is_null(v) && !value_is_array(v) ? v : NULL;
}

bool CInstance_GetCHString(const CInstance *i, const char *name, char **ppszText)
{
    const struct cim_value *v = scalar(i, name);
    struct buf b;
    char *text;

    if (!v)
        return false;
    buf_init(&b, CINSTANCE_MAX_BYTES);
    value_print(&b, v);
    text = buf_ok(&b) ? strdup(buf_cstr(&b)) : NULL;
    buf_fini(&b);
    if (text)
        *ppszText = text;
    return text != NULL;
}

bool CInstance_Getbool(const CInstance *i, const char *name, bool *pValue)
{
    const struct cim_value *v = scalar(i, name);

    if (!v || v->type != CIM_BOOLEAN)
        return false;
    *pValue = v->boolean;
    return true;
}

static bool get_uint(const CInstance *i, const char *name, uint64_t max, uint64_t *ret)
{
    const struct cim_value *v = scalar(i, name);

    if (!v || !type_is_integer(v->type) || (type_is_signed(v->type) && v->sint < 0) || v->uint > max)
        return false;
    *ret = v->uint;
    return true;
}

static bool get_sint(const CInstance *i, const char *name, int64_t min, int64_t max, int64_t *ret)
{
    const struct cim_value *v = scalar(i, name);

    if (!v || !type_is_integer(v->type) || (type_is_unsigned(v->type) && v->uint > INT64_MAX) || v->sint < min ||
        v->sint > max)
        return false;
    *ret = v->sint;
    return true;
}

bool CInstance_GetByte(const CInstance *i, const char *name, uint8_t *pValue)
{
    uint64_t v;

    if (!get_uint(i, name, UINT8_MAX, &v))
        return false;
    *pValue = (uint8_t)v;
    return true;
}

bool CInstance_GetWORD(const CInstance *i, const char *name, uint16_t *pValue)
{
    uint64_t v;

    if (!get_uint(i, name, UINT16_MAX, &v))
        return false;
    *pValue = (uint16_t)v;
    return true;
}

bool CInstance_GetDWORD(const CInstance *i, const char *name, uint32_t *pValue)
{
    uint64_t v;

    if (!get_uint(i, name, UINT32_MAX, &v))
        return false;
    *pValue = (uint32_t)v;
    return true;
}

bool CInstance_GetWBEMINT16(const CInstance *i, const char *name, int16_t *pValue)
{
    int64_t v;

    if (!get_sint(i, name, INT16_MIN, INT16_MAX, &v))
        return false;
    *pValue = (int16_t)v;
    return true;
}

bool CInstance_GetWBEMINT64(const CInstance *i, const char *name, int64_t *pValue)
{
    return get_sint(i, name, INT64_MIN, INT64_MAX, pValue);
}

bool CInstance_GetWBEMUINT64(const CInstance *i, const char *name, uint64_t *pValue)
{
    return get_uint(i, name, UINT64_MAX, pValue);
}

bool CInstance_GetDOUBLE(const CInstance *i, const char *name, double *pValue)
{
    const struct cim_value *v = scalar(i, name);

    if (!v || !type_is_real(v->type))
        return false;
    *pValue = v->real;
    return true;
}

static bool get_datetime(const CInstance *i, const char *name, bool interval, int64_t *ret_usec)
{
    const struct cim_value *v = scalar(i, name);

    if (!v || v->type != CIM_DATETIME || v->datetime->interval != interval)
        return false;
    *ret_usec = v->datetime->usec;
    return true;
}

bool CInstance_GetDateTime(const CInstance *i, const char *name, int64_t *pUnixMicroseconds)
{
    return get_datetime(i, name, false, pUnixMicroseconds);
}

bool CInstance_GetTimeSpan(const CInstance *i, const char *name, uint64_t *pMicroseconds)
{
    int64_t usec;

    if (!get_datetime(i, name, true, &usec))
        return false;
    *pMicroseconds = (uint64_t)usec;
    return true;
}

/* Texts behind their pointers in one block: offsets until the buffer stays where it is. */
static char **take_texts(const struct buf *b, const size_t *offsets, uint32_t n)
{
    char **texts = malloc((n + 1) * sizeof(*texts) + b->len);
    char *start = (char *)(texts + n + 1);

    if (!texts)
        return NULL;
    if (b->len)
        memcpy(start, b->data, b->len);
    for (uint32_t k = 0; k < n; k++)
        texts[k] = start + offsets[k];
    texts[n] = NULL;
    return texts;
}

bool CInstance_GetStringArray(const CInstance *i, const char *name, char ***pppszText, size_t *pcItems)
{
    const struct cim_value *v = instance_get(&i->instance, text_of(name));
    size_t *offsets;
    char **texts = NULL;
    struct buf b;

    if (!v || value_is_null(v) || !value_is_array(v) || v->type == CIM_INSTANCE)
        return false;
    offsets = calloc(v->len + 1u, sizeof(*offsets));
    buf_init(&b, CINSTANCE_MAX_BYTES);
    for (uint32_t k = 0; offsets && k < v->len; k++) {
        offsets[k] = b.len;
        value_print(&b, &v->items[k]);
        buf_char(&b, '\0');
    }
    if (offsets && buf_ok(&b))
        texts = take_texts(&b, offsets, v->len);
    buf_fini(&b);
    free(offsets);
    if (!texts)
        return false;
    *pppszText = texts;
    *pcItems = v->len;
    return true;
}

bool CInstance_GetEmbeddedObject(const CInstance *i, const char *name, CInstance **ppValue,
                                 MethodContext *pMethodContext)
{
    const struct cim_value *v = scalar(i, name);
    CInstance *copy;

    if (!v || v->type != CIM_INSTANCE || !pMethodContext)
        return false;
    copy = cinstance_copy(pMethodContext, v->instance, NULL);
    if (copy)
        *ppValue = copy;
    return copy != NULL;
}

bool CInstance_GetEmbeddedArray(const CInstance *i, const char *name, TRefPointerCollection *pList,
                                MethodContext *pMethodContext)
{
    const struct cim_value *v = instance_get(&i->instance, text_of(name));

    if (!v || value_is_null(v) || !value_is_array(v) || v->type != CIM_INSTANCE || !pMethodContext)
        return false;
    for (uint32_t k = 0; k < v->len; k++) {
        CInstance *copy;
        bool added;

        if (value_is_null(&v->items[k]))
            continue;
        copy = cinstance_copy(pMethodContext, v->items[k].instance, NULL);
        added = copy && TRefPointerCollection_Add(pList, copy);
        if (copy)
            CInstance_Release(copy);
        if (!added)
            return false;
    }
    return true;
}

bool CInstance_IsNull(const CInstance *i, const char *name)
{
    const struct cim_value *v = instance_get(&i->instance, text_of(name));

    return !v || value_is_null(v);
}

bool CInstance_GetStatus(const CInstance *i, const char *name, bool *pIsNull, const char **ppszType)
{
    const struct cim_property *p = class_property(i->instance.class, text_of(name));

    if (!p)
        return false;
    if (pIsNull)
        *pIsNull = value_is_null(&i->values[p->index]);
    if (ppszType)
        *ppszType = type_name(p->type);
    return true;
}
