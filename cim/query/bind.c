/* A parsed query against the class it asks for: do the properties exist, do the operators fit, what types have the
 * constants. */
#include <errno.h>

#include "cim/model/instance.h"
#include "cim/query/query.h"
#include "cim/query/system.h"

struct binder {
    struct arena *arena;
    const struct cim_class *class;
    struct cim_error *err;
};

/* What is known of the end of a chain; type CIM_TYPE_NONE if nothing is. */
struct target {
    enum cim_type type;
    bool is_array;
};

#define NAMED(chain) (int)(chain)->names[(chain)->n - 1].n, (chain)->names[(chain)->n - 1].s

/* ---- properties ---- */

static void describe(const struct cim_property *p, struct target *ret)
{
    *ret = (struct target){property_value_type(p), p->is_array};
}

/* A property that only classes below c have; its type is unknown if they disagree. */
static const struct cim_property *find_below(const struct cim_class *c, struct text name, struct target *ret)
{
    const struct cim_class *classes = schema_classes(c->schema, &(uint32_t){0});
    const struct cim_property *first = NULL;

    for (uint32_t i = c->index + 1; i < c->end; i++) {
        const struct cim_property *p = class_property(&classes[i], name);

        if (p && !first) {
            first = p;
            describe(p, ret);
        } else if (p && (property_value_type(p) != property_value_type(first) || p->is_array != first->is_array)) {
            *ret = (struct target){0};
        }
    }
    return first;
}

static const struct cim_property *find_property(const struct cim_class *c, struct text name, struct target *ret)
{
    const struct cim_property *p = class_property(c, name);

    if (!p)
        return find_below(c, name, ret);
    describe(p, ret);
    return p;
}

/* The further names, as far as the class of an embedded object is declared. */
static void follow(const struct binder *b, const struct query_chain *chain, const struct cim_property *p,
                   struct target *t)
{
    for (uint32_t k = 1; k < chain->n; k++) {
        const struct cim_class *c = p && p->ref_class && t->type == CIM_INSTANCE && !t->is_array
                                        ? schema_class(b->class->schema, text_of(p->ref_class))
                                        : NULL;
        const struct system_property *s = system_property(chain->names[k]);

        *t = (struct target){s ? s->type : CIM_TYPE_NONE, false};
        p = c ? find_property(c, chain->names[k], t) : NULL;
    }
}

static int bind_chain(const struct binder *b, struct query_chain *chain, struct target *ret)
{
    const struct cim_property *p = find_property(b->class, chain->names[0], ret);
    const struct system_property *s = p ? NULL : system_property(chain->names[0]);

    chain->hash = text_ihash(chain->names[0]);
    chain->index = p ? p->index : UINT16_MAX;
    if (s)
        *ret = (struct target){s->type, false};
    else if (!p)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: class %.*s has no property %.*s", (int)b->class->name.n,
                        b->class->name.s, (int)chain->names[0].n, chain->names[0].s);
    follow(b, chain, p, ret);
    chain->type = (uint8_t)ret->type;
    return 0;
}

/* ---- operators ---- */

#define BIT(op) (1u << (op))

enum {
    EQUALITY = BIT(QUERY_EQ) | BIT(QUERY_NE),
    ORDER = EQUALITY | BIT(QUERY_LT) | BIT(QUERY_LE) | BIT(QUERY_GT) | BIT(QUERY_GE),
    NULLITY = BIT(QUERY_IS_NULL) | BIT(QUERY_IS_NOT_NULL),
};

/* Types that are not here are numbers. */
static const unsigned allowed_operators[CIM_TYPE_COUNT] = {
    [CIM_TYPE_NONE] = ~0u,
    [CIM_BOOLEAN] = EQUALITY,
    [CIM_CHAR16] = ORDER,
    [CIM_STRING] = ORDER | BIT(QUERY_LIKE),
    [CIM_DATETIME] = ORDER | BIT(QUERY_LIKE),
    [CIM_REFERENCE] = EQUALITY | BIT(QUERY_ISA),
    [CIM_INSTANCE] = BIT(QUERY_ISA),
};

static int check_operator(const struct binder *b, const struct query_node *n, const struct target *t)
{
    const unsigned allowed = allowed_operators[t->type] ? allowed_operators[t->type] : ORDER;

    if (BIT(n->op) & NULLITY)
        return 0;
    if (t->is_array)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is an array and cannot be compared",
                        NAMED(&n->chain));
    if (!(BIT(n->op) & allowed))
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: the operator does not fit property %.*s, %s%s",
                        NAMED(&n->chain), t->type == CIM_INSTANCE ? "an embedded object" : "a ",
                        t->type == CIM_INSTANCE ? "" : type_name(t->type));
    return 0;
}

/* ---- constants ---- */

/* `Name = 5`: the number as it is written canonically. */
static int number_to_text(const struct binder *b, const struct cim_value *v, struct cim_value *ret)
{
    struct buf text;
    int r;

    buf_init(&text, 64);
    value_print(&text, v);
    r = buf_ok(&text) ? value_parse(b->arena, CIM_STRING, buf_view(&text), ret, NULL) : -ENOMEM;
    buf_fini(&text);
    return r;
}

/* Text of a number, as wide as numbers are: a constant out of the property's range is no mistake. */
static int text_to_number(const struct binder *b, const struct cim_value *v, struct cim_value *ret)
{
    static const enum cim_type types[] = {CIM_UINT64, CIM_SINT64, CIM_REAL64};
    int r = CIM_ERR_TYPE_MISMATCH;

    for (size_t i = 0; r > 0 && i < sizeof(types) / sizeof(types[0]); i++)
        r = value_parse(b->arena, types[i], value_text(v), ret, NULL);
    return r;
}

static int convert(const struct binder *b, enum cim_type type, const struct cim_value *v, struct cim_value *ret)
{
    struct cim_value wide;
    int r;

    if (type == CIM_BOOLEAN && type_is_integer(v->type) && v->uint <= 1) {
        *ret = value_boolean(v->uint == 1);
        return 0;
    }
    if (type == CIM_STRING && (type_is_numeric(v->type) || v->type == CIM_BOOLEAN))
        return number_to_text(b, v, ret);
    r = value_convert(b->arena, type, v, ret, NULL);
    if (r <= 0 || !type_is_numeric(type))
        return r;
    wide = *v;
    r = v->type == CIM_STRING ? text_to_number(b, v, &wide) : type_is_numeric(v->type) ? 0 : r;
    if (r == 0)
        *ret = wide;
    return r;
}

static int bind_constant(const struct binder *b, struct query_node *n, const struct target *t)
{
    const struct cim_value written = n->constant;
    int r;

    if (!(BIT(n->op) & ORDER) || t->type == CIM_TYPE_NONE)
        return 0;
    r = convert(b, t->type, &written, &n->constant);
    return r > 0 ? cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is a %s, the constant is none",
                            NAMED(&n->chain), type_name(t->type))
                 : r;
}

static int bind_test(const struct binder *b, struct query_node *n)
{
    struct target t = {0};
    int r;

    if (n->op == QUERY_ISA && n->chain.n == 1 && text_ieqs(n->chain.names[0], "__THIS"))
        return 0;
    r = bind_chain(b, &n->chain, &t);
    if (r == 0)
        r = check_operator(b, n, &t);
    return r ? r : bind_constant(b, n, &t);
}

/* ---- the tree ---- */

static int bind_node(const struct binder *b, const struct query_node *n, const struct query_node **ret)
{
    for (; n; n = n->op == QUERY_AND || n->op == QUERY_OR ? n->right : NULL) {
        struct query_node *copy = arena_alloc(b->arena, sizeof(*copy));
        int r;

        if (!copy)
            return -ENOMEM;
        *copy = *n;
        r = n->op > QUERY_NOT ? bind_test(b, copy) : bind_node(b, n->left, &copy->left);
        if (r)
            return r;
        *ret = copy;
        ret = &copy->right;
    }
    return 0;
}

static int bind_selection(const struct binder *b, const struct query *q, struct query *ret)
{
    struct query_chain *select = arena_alloc(b->arena, q->n_select * sizeof(*select));
    struct target ignored;

    if (!select)
        return -ENOMEM;
    for (uint32_t i = 0; i < q->n_select; i++) {
        const struct text name = q->select[i].names[0];
        int r = 0;

        select[i] = q->select[i];
        if (name.n < 2 || name.s[0] != '_' || name.s[1] != '_') /* system properties are not properties of the class */
            r = bind_chain(b, &select[i], &ignored);
        if (r)
            return r;
    }
    ret->select = select;
    return 0;
}

int query_bind(struct arena *a, const struct query *q, const struct cim_class *c, struct query *ret,
               struct cim_error *err)
{
    const struct binder b = {a, c, err};
    struct query bound = *q;
    int r = bind_selection(&b, q, &bound);

    if (r == 0)
        r = bind_node(&b, q->where, &bound.where);
    if (r == 0)
        *ret = bound;
    return r;
}
