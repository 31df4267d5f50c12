/* A parsed query against the class it asks for: do the properties exist, do the operators fit, what types have the
 * constants. */
#include <errno.h>

#include "cim/model/instance.h"
#include "cim/query/query.h"
#include "cim/query/system.h"

struct binder {
    struct arena *arena;
    const struct cim_class *class;
    enum query_language language;
    struct cim_error *err;
};

/* What is known of the end of a chain; type CIM_TYPE_NONE and property NULL if nothing is. */
struct target {
    enum cim_type type;
    bool is_array;
    const struct cim_property *property;
};

#define TEXT_ARGS(t) (int)(t).n, (t).s
#define NAMED(chain) TEXT_ARGS((chain)->names[(chain)->n - 1])

/* ---- properties ---- */

static void describe(const struct cim_property *p, struct target *ret)
{
    *ret = (struct target){property_value_type(p), p->is_array, p};
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

static const struct query_step *step_of(const struct query_chain *c, uint32_t k)
{
    return c->steps ? &c->steps[k] : NULL;
}

/* The class that names[k] is looked up in; given, where the chain names none itself. */
static int scope_class(const struct binder *b, const struct query_chain *chain, uint32_t k,
                       const struct cim_class *given, const struct cim_class **ret)
{
    const struct query_step *step = step_of(chain, k);
    const struct cim_class *c = given;

    if (step && step->scope.n) {
        c = schema_class(b->class->schema, step->scope);
        if (!c)
            return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: there is no class %.*s", TEXT_ARGS(step->scope));
        if (k == 0 && !class_is_a(c, given) && !class_is_a(given, c))
            return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: no object of class %.*s is a %.*s",
                            TEXT_ARGS(given->name), TEXT_ARGS(c->name));
    }
    *ret = c;
    return 0;
}

static int take_item(const struct binder *b, const struct query_chain *chain, uint32_t k, struct target *t)
{
    const struct query_step *step = step_of(chain, k);

    if (!step || step->item == QUERY_NO_ITEM)
        return 0;
    if (t->type != CIM_TYPE_NONE && !t->is_array)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is no array", TEXT_ARGS(chain->names[k]));
    t->is_array = false;
    return 0;
}

/* The further names, as far as the class of an embedded object is declared. */
static int follow(const struct binder *b, const struct query_chain *chain, struct target *t)
{
    for (uint32_t k = 1; k < chain->n; k++) {
        const struct cim_property *p = t->property;
        const struct system_property *s = system_property(chain->names[k]);
        const bool known = p && p->ref_class && t->type == CIM_INSTANCE && (!t->is_array || b->language == QUERY_XPATH);
        const struct cim_class *c = known ? schema_class(b->class->schema, text_of(p->ref_class)) : NULL;
        int r = scope_class(b, chain, k, c, &c);

        if (r)
            return r;
        *t = (struct target){.type = s ? s->type : CIM_TYPE_NONE};
        if (c && !s)
            (void)find_property(c, chain->names[k], t);
        r = take_item(b, chain, k, t);
        if (r)
            return r;
    }
    return 0;
}

static int bind_chain(const struct binder *b, struct query_chain *chain, struct target *ret)
{
    const struct cim_class *c;
    const struct system_property *s;
    int r = scope_class(b, chain, 0, b->class, &c);

    if (r)
        return r;
    *ret = (struct target){0};
    chain->index = UINT16_MAX;
    chain->hash = text_ihash(chain->names[0]);
    s = system_property(chain->names[0]);
    if (find_property(c, chain->names[0], ret))
        chain->index = ret->property ? ret->property->index : UINT16_MAX;
    else if (s)
        ret->type = s->type;
    else
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: class %.*s has no property %.*s", TEXT_ARGS(c->name),
                        TEXT_ARGS(chain->names[0]));
    r = take_item(b, chain, 0, ret);
    if (r == 0)
        r = follow(b, chain, ret);
    chain->type = (uint8_t)(ret->is_array ? CIM_TYPE_NONE : ret->type);
    return r;
}

/* ---- operators ---- */

#define BIT(op) (1u << (op))

enum {
    EQUALITY = BIT(QUERY_EQ) | BIT(QUERY_NE),
    SEQUENCE = BIT(QUERY_LT) | BIT(QUERY_LE) | BIT(QUERY_GT) | BIT(QUERY_GE),
    ORDER = EQUALITY | SEQUENCE,
    PATTERN = BIT(QUERY_LIKE) | BIT(QUERY_REGEX),
    NULLITY = BIT(QUERY_IS_NULL) | BIT(QUERY_IS_NOT_NULL),
};

/* Types that are not here are numbers. */
static const unsigned allowed_operators[CIM_TYPE_COUNT] = {
    [CIM_TYPE_NONE] = ~0u,           [CIM_BOOLEAN] = EQUALITY,         [CIM_CHAR16] = ORDER,
    [CIM_STRING] = ORDER | PATTERN,  [CIM_DATETIME] = ORDER | PATTERN, [CIM_REFERENCE] = EQUALITY | BIT(QUERY_ISA),
    [CIM_INSTANCE] = BIT(QUERY_ISA),
};

enum { NO_SELECTORS = TYPE_SET(CIM_DATETIME) | TYPE_SET(CIM_REFERENCE) | TYPE_SET(CIM_INSTANCE) };

static const char *article(enum cim_type t)
{
    return t == CIM_INSTANCE ? "an embedded object" : "a ";
}

static const char *noun(enum cim_type t)
{
    return t == CIM_INSTANCE ? "" : type_name(t);
}

static int check_operator(const struct binder *b, enum query_op op, const struct query_chain *chain,
                          const struct target *t)
{
    const unsigned allowed = allowed_operators[t->type] ? allowed_operators[t->type] : ORDER;

    if (BIT(op) & NULLITY)
        return 0;
    if (t->is_array && b->language != QUERY_XPATH)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is an array and cannot be compared",
                        NAMED(chain));
    if (b->language == QUERY_SELECTORS && type_in(t->type, NO_SELECTORS))
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: a selector cannot stand for property %.*s, %s%s",
                        NAMED(chain), article(t->type), noun(t->type));
    if (!(BIT(op) & allowed))
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: the operator does not fit property %.*s, %s%s",
                        NAMED(chain), article(t->type), noun(t->type));
    if (b->language == QUERY_XPATH && BIT(op) & SEQUENCE && t->type == CIM_STRING)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY,
                        "query: XPath knows no order of strings as that of property %.*s", NAMED(chain));
    return 0;
}

/* ---- two properties ---- */

static int bind_other(const struct binder *b, struct query_node *n, const struct target *t)
{
    struct query_chain *other = arena_alloc(b->arena, sizeof(*other));
    struct target u;
    int r;

    if (!other)
        return -ENOMEM;
    *other = *n->other;
    r = bind_chain(b, other, &u);
    if (r == 0)
        r = check_operator(b, n->op, other, &u);
    if (r)
        return r;
    n->other = other;
    if (t->is_array || u.is_array)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is an array and cannot be compared",
                        NAMED(t->is_array ? &n->chain : other));
    if (t->type != CIM_TYPE_NONE && u.type != CIM_TYPE_NONE && t->type != u.type &&
        !(type_is_numeric(t->type) && type_is_numeric(u.type)))
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is a %s, property %.*s a %s",
                        NAMED(&n->chain), type_name(t->type), NAMED(other), type_name(u.type));
    return 0;
}

/* ---- symbols ---- */

static const struct cim_value *text_items(const struct cim_property *p, const char *qualifier)
{
    const struct cim_qualifier *q = p ? qualifier_find(&p->qualifiers, qualifier) : NULL;

    return q && q->value.type == CIM_STRING && value_is_array(&q->value) && !value_is_null(&q->value) ? &q->value : NULL;
}

static uint32_t find_item(const struct cim_value *items, struct text t)
{
    uint32_t i = 0;

    while (i < items->len && (value_is_null(&items->items[i]) || !text_eq(value_text(&items->items[i]), t)))
        i++;
    return i;
}

/* What stands in ValueMap beside the symbol in Values; without ValueMap it is the place in Values. */
static int symbol_value(const struct binder *b, const struct query_chain *chain, const struct cim_property *p,
                        struct text symbol, struct cim_value *ret)
{
    const struct cim_value *values = text_items(p, "Values"), *map = text_items(p, "ValueMap");
    const uint32_t i = values ? find_item(values, symbol) : 0;
    const struct cim_value place = value_uint(CIM_UINT64, i);
    int r = CIM_ERR_INVALID_QUERY;

    symbol = text_head(symbol, 60);
    if (!values || i == values->len)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s has no value called '%.*s'", NAMED(chain),
                        TEXT_ARGS(symbol));
    if (map && i < map->len && !value_is_null(&map->items[i]))
        r = value_parse(b->arena, p->type, value_text(&map->items[i]), ret, NULL);
    else if (!map && type_is_integer(p->type))
        r = value_convert(b->arena, p->type, &place, ret, NULL);
    return r > 0 ? cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: '%.*s' stands for no single value of property %.*s",
                            TEXT_ARGS(symbol), NAMED(chain))
                 : r;
}

static int bind_symbol(const struct binder *b, struct query_node *n, const struct target *t)
{
    struct query_chain chain = n->other->n ? *n->other : n->chain;
    struct target of = *t;
    int r = n->other->n ? bind_chain(b, &chain, &of) : 0;

    if (r == 0)
        r = symbol_value(b, &chain, of.property, value_text(&n->constant), &n->constant);
    n->other = NULL;
    n->symbol = false;
    return r;
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

/* In CQL a number is no text and no boolean. */
static bool is_other_kind(const struct binder *b, enum cim_type type, const struct cim_value *v)
{
    return b->language == QUERY_CQL &&
           (type_is_numeric(type) != type_is_numeric(v->type) || (type == CIM_BOOLEAN) != (v->type == CIM_BOOLEAN));
}

static int convert(const struct binder *b, enum cim_type type, const struct cim_value *v, struct cim_value *ret)
{
    struct cim_value wide;
    int r;

    if (is_other_kind(b, type, v))
        return CIM_ERR_TYPE_MISMATCH;
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

/* A path that a client wrote has the names and types of its keys from its class, where that is known here. */
static int bind_path(const struct binder *b, const struct query_node *n, struct cim_value *v)
{
    const struct cim_class *c = schema_class(b->class->schema, v->path->class_name);
    struct cim_path *bound = c ? arena_alloc(b->arena, sizeof(*bound)) : NULL;
    struct cim_error why = {0};
    int r;

    if (!c)
        return 0;
    r = bound ? path_bind(b->arena, v->path, c, bound, &why) : -ENOMEM;
    if (r > 0)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: the path for property %.*s: %s", NAMED(&n->chain),
                        why.message);
    v->path = bound;
    return r;
}

static int bind_constant(const struct binder *b, struct query_node *n, const struct target *t)
{
    const struct cim_value written = n->constant;
    int r;

    if (!(BIT(n->op) & ORDER) || t->type == CIM_TYPE_NONE || value_is_null(&written))
        return 0;
    r = convert(b, t->type, &written, &n->constant);
    if (r > 0)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: property %.*s is a %s, the constant is none",
                        NAMED(&n->chain), type_name(t->type));
    return r == 0 && t->type == CIM_REFERENCE ? bind_path(b, n, &n->constant) : r;
}

static int bind_right(const struct binder *b, struct query_node *n, const struct target *t)
{
    int r = 0;

    if (n->upper && t->type != CIM_TYPE_NONE && t->type != CIM_STRING)
        return cim_fail(b->err, CIM_ERR_INVALID_QUERY, "query: UPPERCASE is of strings, property %.*s is a %s",
                        NAMED(&n->chain), type_name(t->type));
    if (n->other && !n->symbol)
        return bind_other(b, n, t);
    if (n->symbol)
        r = bind_symbol(b, n, t);
    return r ? r : bind_constant(b, n, t);
}

static int bind_test(const struct binder *b, struct query_node *n)
{
    struct target t;
    int r;

    if (n->op == QUERY_ISA && n->chain.n == 1 && text_ieqs(n->chain.names[0], "__THIS"))
        return 0;
    r = bind_chain(b, &n->chain, &t);
    if (r == 0)
        r = check_operator(b, n->op, &n->chain, &t);
    return r ? r : bind_right(b, n, &t);
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
    const struct binder b = {a, c, q->language, err};
    struct query bound = *q;
    int r = bind_selection(&b, q, &bound);

    if (r == 0)
        r = bind_node(&b, q->where, &bound.where);
    if (r == 0)
        *ret = bound;
    return r;
}
