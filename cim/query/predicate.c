/* Evaluation of a query: WHERE against an instance, and what a provider may know of it beforehand. */
#include <errno.h>

#include "cim/model/instance.h"
#include "cim/query/compare.h"
#include "cim/query/like.h"
#include "cim/query/query.h"
#include "cim/query/regex.h"
#include "cim/query/system.h"

enum truth { NO, UNKNOWN, YES }; /* AND is the least, OR the greatest */

/* ---- values of an instance ---- */

/* The property without what the chain says of it besides its name; false if the instance has none. */
static bool named_value(const struct query_chain *c, uint32_t k, const struct cim_instance *i, struct cim_value *ret)
{
    const struct cim_class *class = i->class;
    const struct cim_value *v;
    const struct system_property *s;

    if (k == 0 && c->index < class->n_properties && class->properties[c->index].hash == c->hash) {
        *ret = i->values[c->index];
        return true;
    }
    v = instance_get(i, c->names[k]);
    s = v ? NULL : system_property(c->names[k]);
    if (!v && !s)
        return false;
    *ret = v ? *v : s->get(i);
    return true;
}

static bool class_is(const struct cim_class *c, struct text name)
{
    while (c && !text_ieq(c->name, name))
        c = c->superclass;
    return c;
}

static bool step_value(const struct query_chain *c, uint32_t k, const struct cim_instance *i, struct cim_value *ret)
{
    const struct query_step *step = c->steps ? &c->steps[k] : NULL;

    if (step && step->scope.n && !class_is(i->class, step->scope)) {
        *ret = value_null(CIM_TYPE_NONE, false);
        return true;
    }
    if (!named_value(c, k, i, ret))
        return false;
    if (!step || step->item == QUERY_NO_ITEM)
        return true;
    if (!value_is_array(ret))
        return false;
    *ret = !value_is_null(ret) && step->item < ret->len ? ret->items[step->item] : value_null(ret->type, false);
    return true;
}

/* From the k-th name on. What lies behind a NULL is NULL. False where the chain leads nowhere or through an array; then
 * that is *ret and *k its place, else an end of the chain.
 */
static bool chain_value(const struct query_chain *c, uint32_t *k, const struct cim_instance *i, struct cim_value *ret)
{
    for (;; ++*k) {
        if (!step_value(c, *k, i, ret)) {
            *ret = value_null(CIM_TYPE_NONE, false);
            return false;
        }
        if (value_is_null(ret) || *k + 1 == c->n)
            return true;
        if (ret->type == CIM_REFERENCE && !value_is_array(ret) && *k + 2 == c->n &&
            text_ieqs(c->names[*k + 1], "__CLASS")) {
            *ret = value_string(ret->path->class_name);
            return true;
        }
        if (ret->type != CIM_INSTANCE || value_is_array(ret))
            return false;
        i = ret->instance;
    }
}

/* ---- tests of one value ---- */

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

static enum truth test_comparison(const struct query *q, const struct query_node *n, const struct cim_value *v,
                                  const struct cim_instance *i)
{
    const enum compare_case how = n->upper ? COMPARE_UPPER : q->fold_case ? COMPARE_FOLDED : COMPARE_EXACT;
    struct cim_value other = n->constant;
    uint32_t k = 0;
    int result;

    if (n->symbol || (n->other && !chain_value(n->other, &k, i, &other)))
        return UNKNOWN;
    if (value_is_null(v) || value_is_array(v) || value_is_null(&other) || value_is_array(&other) ||
        !compare_values(v, &other, how, &result))
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
    if (n->op == QUERY_REGEX)
        return regex_match(n->regex, t) ? YES : NO;
    return like_match(value_text(&n->constant), t, q->fold_case) ? YES : NO;
}

static enum truth test_isa(const struct query_node *n, const struct cim_value *v, const struct cim_instance *i)
{
    const struct cim_class *c;

    if (value_is_null(v) || value_is_array(v) || n->constant.type != CIM_STRING)
        return UNKNOWN;
    if (v->type != CIM_INSTANCE && v->type != CIM_REFERENCE)
        return UNKNOWN;
    c = v->type == CIM_INSTANCE ? v->instance->class : schema_class(i->class->schema, v->path->class_name);
    return !c ? UNKNOWN : class_is(c, value_text(&n->constant)) ? YES : NO;
}

static enum truth test_value(const struct query *q, const struct query_node *n, const struct cim_value *v,
                             const struct cim_instance *i)
{
    switch (n->op) {
    case QUERY_IS_NULL:
        return value_is_null(v) ? YES : NO;
    case QUERY_IS_NOT_NULL:
        return value_is_null(v) ? NO : YES;
    case QUERY_LIKE:
    case QUERY_REGEX:
        return test_like(q, n, v);
    case QUERY_ISA:
        return test_isa(n, v, i);
    default:
        return test_comparison(q, n, v, i);
    }
}

/* ---- tests ---- */

/* Of the k-th name on, which i has; in XPath it holds if it holds for any item of an array on the way or at the end.
 * What i is compared with is of the whole instance.
 */
static enum truth test_from(const struct query *q, const struct query_node *n, uint32_t k, const struct cim_instance *i,
                            const struct cim_instance *whole)
{
    const bool any = q->language == QUERY_XPATH;
    struct cim_value v;
    const bool led = chain_value(&n->chain, &k, i, &v);
    enum truth result = UNKNOWN;

    if (!any || value_is_null(&v) || !value_is_array(&v))
        return led ? test_value(q, n, &v, whole) : UNKNOWN;
    if (!led && v.type != CIM_INSTANCE)
        return UNKNOWN;
    for (uint32_t item = 0; item < v.len && result != YES; item++) {
        if (led)
            result = test_value(q, n, &v.items[item], whole);
        else if (!value_is_null(&v.items[item]))
            result = test_from(q, n, k + 1, v.items[item].instance, whole);
    }
    return result;
}

static bool is_this(const struct query_chain *c)
{
    return c->n == 1 && text_ieqs(c->names[0], "__THIS");
}

static enum truth test(const struct query *q, const struct query_node *n, const struct cim_instance *i)
{
    enum truth result;

    if (n->op == QUERY_ISA && is_this(&n->chain))
        return class_is(i->class, value_text(&n->constant)) ? YES : NO;
    result = test_from(q, n, 0, i, i);
    return result == UNKNOWN && q->language == QUERY_XPATH ? NO : result;
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
            return text_ieq(n->chain.names[0], property) ||
                   (n->other && n->other->n && text_ieq(n->other->names[0], property));
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
        return op == QUERY_EQ && n->chain.n == 1 && !n->chain.steps && !n->other && !n->upper && !n->symbol &&
               !value_is_null(&n->constant) && n->constant.type == n->chain.type &&
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
