/* Evaluation of a query: WHERE against an instance, and what a provider may know of it beforehand. */
#include <errno.h>
#include <string.h>

#include "cim/model/instance.h"
#include "cim/query/like.h"
#include "cim/query/query.h"
#include "cim/query/system.h"

enum truth { NO, UNKNOWN, YES }; /* AND is the least, OR the greatest */

/* ---- values of an instance ---- */

static bool first_value(const struct query_chain *c, const struct cim_instance *i, struct cim_value *ret)
{
    const struct cim_class *class = i->class;
    const struct cim_value *v;
    const struct system_property *s;

    if (c->index < class->n_properties && class->properties[c->index].hash == c->hash) {
        *ret = i->values[c->index];
        return true;
    }
    v = instance_get(i, c->names[0]);
    s = v ? NULL : system_property(c->names[0]);
    if (!v && !s)
        return false;
    *ret = v ? *v : s->get(i);
    return true;
}

/* False where the chain leads nowhere; what lies behind a NULL is NULL. */
static bool chain_value(const struct query_chain *c, const struct cim_instance *i, struct cim_value *ret)
{
    if (!first_value(c, i, ret))
        return false;
    for (uint32_t k = 1; k < c->n; k++) {
        const struct query_chain step = {.names = &c->names[k], .n = 1, .index = UINT16_MAX};

        if (value_is_null(ret))
            return true;
        if (ret->type != CIM_INSTANCE || value_is_array(ret) || !first_value(&step, ret->instance, ret))
            return false;
    }
    return true;
}

/* ---- comparison ---- */

static int sign(long double a, long double b)
{
    return (a > b) - (a < b);
}

static bool is_negative(const struct cim_value *v)
{
    return type_is_signed(v->type) && v->sint < 0;
}

static long double as_real(const struct cim_value *v)
{
    return type_is_real(v->type)     ? (long double)v->real
           : type_is_signed(v->type) ? (long double)v->sint
                                     : (long double)v->uint;
}

/* Exact for integers: both halves of a comparison have the same sign when they are compared as unsigned. */
static bool order_numbers(const struct cim_value *a, const struct cim_value *b, int *ret)
{
    if (type_is_real(a->type) || type_is_real(b->type)) {
        const long double x = as_real(a), y = as_real(b);

        *ret = sign(x, y);
        return x == x && y == y; /* NaN is no number */
    }
    if (is_negative(a) != is_negative(b))
        *ret = is_negative(a) ? -1 : 1;
    else
        *ret = (a->uint > b->uint) - (a->uint < b->uint);
    return true;
}

static bool order_texts(struct text a, struct text b, bool fold, int *ret)
{
    const size_t n = a.n < b.n ? a.n : b.n;

    if (fold) {
        *ret = text_icmp(a, b);
        return true;
    }
    *ret = n ? memcmp(a.s, b.s, n) : 0;
    if (*ret == 0)
        *ret = (a.n > b.n) - (a.n < b.n);
    return true;
}

static bool order_datetimes(const struct cim_datetime *a, const struct cim_datetime *b, int *ret)
{
    if (a->interval != b->interval)
        return false;
    *ret = datetime_compare(a, b);
    return true;
}

/* A constant in a chain into an embedded object of unknown class is text still. */
static bool order_datetime_text(const struct cim_value *a, struct text t, int *ret)
{
    struct cim_datetime d;

    return datetime_parse(t, &d) && order_datetimes(a->datetime, &d, ret);
}

/* Paths have no order: not equal is 1. A constant without namespace or host fits any. */
static bool order_paths(const struct cim_path *a, const struct cim_path *b, int *ret)
{
    struct cim_path x = *a;

    if (b->host.n == 0)
        x.host = b->host;
    if (b->namespace.n == 0)
        x.namespace = b->namespace;
    *ret = !path_equal(&x, b);
    return true;
}

/* False if a and b cannot be compared. Both are scalars and not NULL. */
static bool order(const struct cim_value *a, const struct cim_value *b, bool fold, int *ret)
{
    if (type_is_numeric(a->type) && type_is_numeric(b->type))
        return order_numbers(a, b, ret);
    if (a->type == CIM_DATETIME && b->type == CIM_STRING)
        return order_datetime_text(a, value_text(b), ret);
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case CIM_STRING:
        return order_texts(value_text(a), value_text(b), fold, ret);
    case CIM_BOOLEAN:
        *ret = a->boolean - b->boolean;
        return true;
    case CIM_CHAR16:
        *ret = a->char16 - b->char16;
        return true;
    case CIM_DATETIME:
        return order_datetimes(a->datetime, b->datetime, ret);
    case CIM_REFERENCE:
        return order_paths(a->path, b->path, ret);
    default:
        return false;
    }
}

static bool holds(enum query_op op, int order)
{
    switch (op) {
    case QUERY_EQ:
        return order == 0;
    case QUERY_NE:
        return order != 0;
    case QUERY_LT:
        return order < 0;
    case QUERY_LE:
        return order <= 0;
    case QUERY_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* ---- tests ---- */

static enum truth test_comparison(const struct query *q, const struct query_node *n, const struct cim_value *v)
{
    int result;

    if (value_is_null(v) || value_is_array(v) || value_is_null(&n->constant) ||
        !order(v, &n->constant, q->fold_case, &result))
        return UNKNOWN;
    return holds(n->op, result) ? YES : NO;
}

static enum truth test_like(const struct query *q, const struct query_node *n, const struct cim_value *v)
{
    char digits[DATETIME_TEXT + 1];
    struct text t;

    if (value_is_null(v) || value_is_array(v) || n->constant.type != CIM_STRING)
        return UNKNOWN;
    if (v->type == CIM_DATETIME) {
        datetime_print(v->datetime, digits);
        t = text_of(digits);
    } else if (v->type == CIM_STRING) {
        t = value_text(v);
    } else {
        return UNKNOWN;
    }
    return like_match(value_text(&n->constant), t, q->fold_case) ? YES : NO;
}

static enum truth class_is(const struct cim_class *c, struct text name)
{
    while (c && !text_ieq(c->name, name))
        c = c->superclass;
    return c ? YES : NO;
}

static enum truth test_isa(const struct cim_instance *i, const struct query_node *n, const struct cim_value *v)
{
    const struct cim_class *c;

    if (value_is_null(v) || value_is_array(v) || n->constant.type != CIM_STRING)
        return UNKNOWN;
    if (v->type == CIM_INSTANCE)
        return class_is(v->instance->class, value_text(&n->constant));
    c = v->type == CIM_REFERENCE ? schema_class(i->class->schema, v->path->class_name) : NULL;
    return c ? class_is(c, value_text(&n->constant)) : UNKNOWN;
}

static bool is_this(const struct query_chain *c)
{
    return c->n == 1 && text_ieqs(c->names[0], "__THIS");
}

static enum truth test(const struct query *q, const struct query_node *n, const struct cim_instance *i)
{
    struct cim_value v;

    if (n->op == QUERY_ISA && is_this(&n->chain))
        return class_is(i->class, value_text(&n->constant));
    if (!chain_value(&n->chain, i, &v))
        return UNKNOWN;
    switch (n->op) {
    case QUERY_IS_NULL:
        return value_is_null(&v) ? YES : NO;
    case QUERY_IS_NOT_NULL:
        return value_is_null(&v) ? NO : YES;
    case QUERY_LIKE:
        return test_like(q, n, &v);
    case QUERY_ISA:
        return test_isa(i, n, &v);
    default:
        return test_comparison(q, n, &v);
    }
}

static enum truth evaluate(const struct query *q, const struct query_node *n, const struct cim_instance *i)
{
    enum truth result, t;
    enum query_op op;

    if (n->op == QUERY_NOT)
        return YES - evaluate(q, n->left, i);
    if (n->op != QUERY_AND && n->op != QUERY_OR)
        return test(q, n, i);
    op = n->op;
    result = op == QUERY_AND ? YES : NO;
    for (; n; n = n->op == op ? n->right : NULL) {
        t = evaluate(q, n->op == op ? n->left : n, i);
        if (t == (op == QUERY_AND ? NO : YES))
            return t;
        if (t == UNKNOWN)
            result = UNKNOWN;
    }
    return result;
}

bool query_matches(const struct query *q, const struct cim_instance *i)
{
    return !q->where || evaluate(q, q->where, i) == YES;
}

/* ---- what a provider may know ---- */

static bool is_test(const struct query_node *n)
{
    return n->op > QUERY_NOT;
}

static bool mentions(const struct query_node *n, struct text property)
{
    for (; n; n = n->op == QUERY_NOT ? NULL : n->right) {
        if (is_test(n))
            return text_ieq(n->chain.names[0], property);
        if (mentions(n->left, property))
            return true;
    }
    return false;
}

bool query_needs(const struct query *q, struct text property)
{
    for (uint32_t i = 0; i < q->n_select; i++)
        if (text_ieq(q->select[i].names[0], property))
            return true;
    return q->n_select == 0 || mentions(q->where, property);
}

/* How many values the node allows the property; 0 if it does not restrict it. */
static size_t count_values(const struct query_node *n, struct text property)
{
    const enum query_op op = n->op;
    size_t total = 0, here;

    if (is_test(n))
        return op == QUERY_EQ && n->chain.n == 1 && n->constant.type == n->chain.type &&
               text_ieq(n->chain.names[0], property);
    if (op == QUERY_NOT)
        return 0;
    for (; n; n = n->op == op ? n->right : NULL) {
        here = count_values(n->op == op ? n->left : n, property);
        if (op == QUERY_AND)
            total = total && (!here || total < here) ? total : here;
        else if (here == 0)
            return 0;
        else
            total += here;
    }
    return total;
}

struct collected {
    struct cim_value *values;
    uint32_t n;
    bool fold;
};

static void add_value(struct collected *c, const struct cim_value *v)
{
    for (uint32_t i = 0; i < c->n; i++) {
        const bool same = c->fold && v->type == CIM_STRING ? text_ieq(value_text(&c->values[i]), value_text(v))
                                                           : value_equal(&c->values[i], v);

        if (same)
            return;
    }
    c->values[c->n++] = *v;
}

/* Of operands joined by AND one with the fewest values will do: the others are filters. */
static void collect(const struct query_node *n, struct text property, struct collected *c)
{
    const enum query_op op = n->op;
    const size_t best = count_values(n, property);

    if (is_test(n)) {
        add_value(c, &n->constant);
        return;
    }
    for (; n; n = n->op == op ? n->right : NULL) {
        const struct query_node *operand = n->op == op ? n->left : n;

        if (op == QUERY_OR) {
            collect(operand, property, c);
        } else if (count_values(operand, property) == best) {
            collect(operand, property, c);
            return;
        }
    }
}

int query_values_for(struct arena *a, const struct query *q, struct text property, const struct cim_value **ret_values,
                     uint32_t *ret_n)
{
    const size_t n = q->where ? count_values(q->where, property) : 0;
    struct collected c = {.fold = q->fold_case};

    if (n > 0 && n <= QUERY_MAX_VALUES) {
        c.values = arena_alloc(a, n * sizeof(*c.values));
        if (!c.values)
            return -ENOMEM;
        collect(q->where, property, &c);
    }
    *ret_values = c.values;
    *ret_n = c.n;
    return 0;
}
