/* CFrameworkQuery: what a provider may know of the question. */
#include <string.h>

#include "cim/core/codes.h"
#include "cim/core/context.h"
#include "cim/core/reference.h"

static bool named(const char *const *names, struct text name)
{
    for (; *names; names++)
        if (text_ieqs(name, *names))
            return true;
    return false;
}

/* True if WHERE names it: who filters needs it, whatever else is wanted. */
static bool tested(const struct query *q, struct text name)
{
    static const struct text no_name;
    static const struct query_chain nothing = {.names = &no_name, .n = 1};
    const struct query where_only = {.select = &nothing, .n_select = 1, .where = q ? q->where : NULL};

    return query_needs(&where_only, name);
}

static bool requires(const struct CFrameworkQuery *q, const struct cim_property *p, enum context_needs needs)
{
    if (p->flags & FEATURE_KEY || tested(q->query, p->name))
        return true;
    if (q->names)
        return named(q->names, p->name);
    if (needs == NEEDS_KEYS)
        return false;
    if (needs == NEEDS_BASE && p->index >= q->class->n_properties)
        return false;
    return !q->query || query_needs(q->query, p->name);
}

bool query_require(struct CFrameworkQuery *q, const struct cim_class *served, enum context_needs needs)
{
    unsigned n = 0;

    q->served = served;
    if (needs == NEEDS_ALL && !q->names && (!q->query || q->query->n_select == 0)) {
        q->all = true;
        return true;
    }
    q->required = arena_zalloc(&q->arena, (served->n_properties / 64 + 1u) * sizeof(*q->required));
    if (!q->required)
        return false;
    for (uint16_t i = 0; i < served->n_properties; i++)
        if (requires(q, &served->properties[i], needs)) {
            q->required[i / 64] |= UINT64_C(1) << i % 64;
            n++;
        }
    q->all = n == served->n_properties;
    q->keys_only = n == served->n_keys;
    return true;
}

bool CFrameworkQuery_IsPropertyRequired(const CFrameworkQuery *q, const char *name)
{
    const struct cim_property *p = class_property(q->served, text_of(name));

    return p && (q->all || (q->required[p->index / 64] >> p->index % 64 & 1));
}

bool CFrameworkQuery_AllPropertiesAreRequired(const CFrameworkQuery *q)
{
    return q->all;
}

bool CFrameworkQuery_KeysOnly(const CFrameworkQuery *q)
{
    return q->keys_only;
}

HRESULT CFrameworkQuery_GetRequiredProperties(CFrameworkQuery *q, const char *const **ppNames)
{
    uint16_t all = q->served->n_properties;
    const char **names = arena_alloc(&q->arena, (all + 1u) * sizeof(*names));
    unsigned n = 0;

    if (!names)
        return WBEM_E_OUT_OF_MEMORY;
    for (uint16_t i = 0; !q->all && i < all; i++)
        if (q->required[i / 64] >> i % 64 & 1)
            names[n++] = q->served->properties[i].name.s;
    names[n] = NULL;
    *ppNames = names;
    return WBEM_S_NO_ERROR;
}

/* NULL when memory is out. */
static const char *value_as_text(struct CFrameworkQuery *q, const struct cim_value *v)
{
    return v->type == CIM_REFERENCE ? reference_text(&q->arena, q->ns, v->path)
                                    : arena_strndup(&q->arena, v->str, v->len);
}

HRESULT CFrameworkQuery_GetValuesForProp(CFrameworkQuery *q, const char *name, const char *const **ppValues)
{
    const struct cim_property *p = class_property(q->served, text_of(name));
    const struct cim_value *values = NULL;
    const char **texts;
    uint32_t n = 0;

    if (!p || (p->type != CIM_STRING && p->type != CIM_REFERENCE) || p->is_array)
        return WBEM_E_INVALID_QUERY;
    if (q->query && query_values_for(&q->arena, q->query, p->name, &values, &n) != 0)
        return WBEM_E_OUT_OF_MEMORY;
    texts = arena_alloc(&q->arena, (n + 1) * sizeof(*texts));
    if (!texts)
        return WBEM_E_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < n; i++) {
        texts[i] = value_as_text(q, &values[i]);
        if (!texts[i])
            return WBEM_E_OUT_OF_MEMORY;
    }
    texts[n] = NULL;
    *ppValues = texts;
    return WBEM_S_NO_ERROR;
}

const char *CFrameworkQuery_GetQuery(const CFrameworkQuery *q)
{
    return q->query ? q->query->text.s : ""; /* the query's text is kept NUL-ended by whoever parsed it */
}

const char *CFrameworkQuery_GetQueryClassName(const CFrameworkQuery *q)
{
    return q->class->name.s;
}

const char *CFrameworkQuery_GetNamespace(const CFrameworkQuery *q)
{
    return q->ns->name;
}
