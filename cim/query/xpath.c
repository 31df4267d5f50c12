/* XPath filters (DSP0226 annex D level 1, wsman digest sections 5.3 and 7): a location path whose first step is the
 * element of the class, with conditions behind it, or a bare condition on that element.
 */
#include <string.h>

#include "cim/query/operand.h"

static const struct query_lexis lexis = {"\"'", false, true};

/* The first member is what the tests get. */
struct xpath {
    struct query_parser p;
    struct text class_name; /* that a path has named; n 0 = none yet */
};

/* ---- steps ---- */

/* prefix:Name */
static bool qname(struct query_parser *p, const char *what, struct text *ret)
{
    if (parser_at(p, '@'))
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: attributes (@) cannot be tested");
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, what);
    *ret = p->token.text;
    parser_advance(p);
    if (!parser_accept(p, ':'))
        return true;
    if (parser_at(p, ':'))
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: axes (::) are not served");
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, "a name behind the prefix");
    *ret = p->token.text;
    parser_advance(p);
    return true;
}

/* [3] */
static bool item(struct query_parser *p, uint32_t *ret)
{
    struct cim_value v;

    if (p->token.kind != QUERY_NUMBER)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: behind a property only a number may stand in brackets");
    if (!parser_number(p, &v))
        return false;
    if (v.type != CIM_UINT64 || v.uint == 0 || v.uint > QUERY_NO_ITEM)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: items are whole numbers from 1");
    *ret = (uint32_t)(v.uint - 1);
    return parser_accept(p, ']') || parser_expected(p, "`]`");
}

static bool at_text_function(const struct query_parser *p)
{
    return parser_at_word(p, "text") && parser_next_is(p, '(');
}

static bool text_function(struct query_parser *p)
{
    parser_advance(p);
    parser_advance(p);
    return parser_accept(p, ')') || parser_expected(p, "`)`");
}

/* Prop[1]/Prop/text() */
static bool properties(struct query_parser *p, struct query_chain *ret)
{
    struct operand_chain c = {.n = 0};
    struct text name;

    do {
        if (c.n && at_text_function(p))
            return text_function(p) && operand_chain_end(p, &c, 0, ret);
        if (!qname(p, "a property", &name) || !operand_chain_add(p, &c, name))
            return false;
        if (parser_accept(p, '[') && !item(p, &c.steps[c.n - 1].item))
            return false;
    } while (parser_accept(p, '/'));
    return operand_chain_end(p, &c, 0, ret);
}

/* The element of the class, `*` for any. */
static bool class_step(struct xpath *x)
{
    struct text name;

    if (parser_accept(&x->p, '*'))
        return true;
    if (!qname(&x->p, "a class", &name))
        return false;
    if (x->class_name.n && !text_ieq(x->class_name, name))
        return parser_fail(&x->p, CIM_ERR_INVALID_QUERY, "query: the path names two classes");
    x->class_name = name;
    return true;
}

/* `/` or `../`: the class follows. False without a failure if neither is there. */
static bool leads_to_class(struct query_parser *p)
{
    if (parser_accept(p, '/'))
        return !parser_at(p, '/') || parser_fail(p, CIM_ERR_INVALID_QUERY, "query: `//` is not served");
    if (!parser_at(p, '.') || !parser_next_is(p, '.'))
        return false;
    parser_advance(p);
    parser_advance(p);
    return parser_accept(p, '/') || parser_expected(p, "`/` behind `..`");
}

/* ---- tests ---- */

/* Digits and at most one point, a minus before them: no exponents, no hexadecimals. */
static bool is_number(struct text t)
{
    size_t i = t.s[0] == '-', points = 0, start = i;

    for (; i < t.n; i++) {
        if (t.s[i] == '.')
            points++;
        else if (t.s[i] < '0' || t.s[i] > '9')
            return false;
    }
    return points <= 1 && i > start + points;
}

static bool no_arguments(struct query_parser *p)
{
    parser_advance(p);
    return (parser_accept(p, '(') || parser_expected(p, "`(`")) && (parser_accept(p, ')') || parser_expected(p, "`)`"));
}

static bool path_operand(struct query_parser *p, struct operand *ret)
{
    struct xpath *x = (struct xpath *)p;

    if (leads_to_class(p)) {
        if (!class_step(x) || !(parser_accept(p, '/') || parser_expected(p, "`/` and a property")))
            return false;
    } else if (parser_accept(p, '.') && !parser_accept(p, '/')) {
        return parser_expected(p, "`/` behind `.`");
    }
    return p->status == 0 && properties(p, &ret->chain);
}

static bool operand(struct query_parser *p, struct operand *ret)
{
    *ret = (struct operand){.kind = OPERAND_CONSTANT};
    if (p->token.kind == QUERY_STRING)
        return parser_string(p, &ret->constant);
    if (p->token.kind == QUERY_NUMBER)
        return is_number(p->token.text) ? parser_number(p, &ret->constant) : parser_expected(p, "a decimal number");
    if ((parser_at_word(p, "true") || parser_at_word(p, "false")) && parser_next_is(p, '(')) {
        ret->constant = value_boolean(parser_at_word(p, "true"));
        return no_arguments(p);
    }
    if (p->token.kind == QUERY_NAME && parser_next_is(p, '('))
        return parser_expected(p, "a property, a constant, or one of the functions not, contains, starts-with, true, "
                                  "false");
    ret->kind = OPERAND_CHAIN;
    return path_operand(p, ret);
}

/* A text as a pattern of LIKE that means itself; `%` before it if it may stand anywhere. */
static bool pattern(struct query_parser *p, bool anywhere, struct cim_value *text)
{
    char *to = arena_alloc(p->arena, 3 * (size_t)text->len + 2), *start = to;

    if (!to)
        return parser_no_memory(p);
    if (anywhere)
        *to++ = '%';
    for (uint32_t i = 0; i < text->len; i++) {
        const bool special = memchr("%_[", text->str[i], 3);

        if (special)
            *to++ = '[';
        *to++ = text->str[i];
        if (special)
            *to++ = ']';
    }
    *to++ = '%';
    *text = value_string((struct text){start, (size_t)(to - start)});
    return true;
}

/* contains(Prop, "x") and starts-with(Prop, "x") */
static struct query_node *text_test(struct query_parser *p)
{
    const bool anywhere = parser_at_word(p, "contains");
    struct query_node *n = parser_node(p, QUERY_LIKE);
    struct operand o;

    parser_advance(p);
    parser_advance(p);
    if (!n || !path_operand(p, &o))
        return NULL;
    n->chain = o.chain;
    if (!parser_accept(p, ',') && !parser_expected(p, "`,`"))
        return NULL;
    if (p->token.kind != QUERY_STRING) {
        parser_expected(p, "a string");
        return NULL;
    }
    if (!parser_string(p, &n->constant) || !(parser_accept(p, ')') || parser_expected(p, "`)`")))
        return NULL;
    return pattern(p, anywhere, &n->constant) ? n : NULL;
}

static struct query_node *test(struct query_parser *p)
{
    struct operand left, right;
    struct query_token op;

    if ((parser_at_word(p, "contains") || parser_at_word(p, "starts-with")) && parser_next_is(p, '('))
        return text_test(p);
    if (!operand(p, &left))
        return NULL;
    op = p->token;
    if (op.kind != QUERY_OPERATOR || text_ieqs(op.text, "<>")) {
        parser_expected(p, "one of = != < <= > >=");
        return NULL;
    }
    parser_advance(p);
    return operand(p, &right) ? operand_compare(p, &left, &op, &right) : NULL;
}

/* ---- the whole ---- */

/* Conditions behind the class: all must hold. */
static bool conditions(struct xpath *x, struct query *q)
{
    const struct query_node **last = &q->where;

    while (parser_accept(&x->p, '[')) {
        struct query_node *n, *both;

        if (x->p.token.kind == QUERY_NUMBER && parser_next_is(&x->p, ']'))
            return parser_fail(&x->p, CIM_ERR_INVALID_QUERY, "query: objects have no numbers, items of arrays have");
        n = parser_expression(&x->p);
        if (!n || !(parser_accept(&x->p, ']') || parser_expected(&x->p, "and, or, `]`")))
            return false;
        if (!*last) {
            *last = n;
            continue;
        }
        both = parser_node(&x->p, QUERY_AND);
        if (!both)
            return false;
        both->left = *last;
        both->right = n;
        *last = both;
        last = (const struct query_node **)&both->right;
    }
    return true;
}

static bool projection(struct query_parser *p, struct query *q)
{
    struct query_chain *select = arena_alloc(p->arena, sizeof(*select));

    if (!select)
        return parser_no_memory(p);
    if (!properties(p, select))
        return false;
    if (select->steps)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: single items of an array cannot be chosen");
    q->select = select;
    q->n_select = 1;
    return true;
}

static bool location(struct xpath *x, struct query *q)
{
    if (!leads_to_class(&x->p) && x->p.status)
        return false;
    return class_step(x) && conditions(x, q) && (!parser_accept(&x->p, '/') || projection(&x->p, q)) &&
           (x->p.token.kind == QUERY_END || parser_expected(&x->p, "`[`, `/` or the end"));
}

static bool condition(struct xpath *x, struct query *q)
{
    q->where = parser_expression(&x->p);
    return q->where && (x->p.token.kind == QUERY_END || parser_expected(&x->p, "and, or, the end"));
}

/* A condition begins with a constant, a function or a parenthesis, or compares outside of brackets. */
static bool is_condition(const struct xpath *x)
{
    struct query_parser p = x->p;
    size_t brackets = 0;

    if (parser_at(&p, '(') || p.token.kind == QUERY_STRING || p.token.kind == QUERY_NUMBER ||
        (p.token.kind == QUERY_NAME && parser_next_is(&p, '(')))
        return true;
    for (; p.token.kind != QUERY_END; parser_advance(&p)) {
        if (p.token.kind == QUERY_OPERATOR && brackets == 0)
            return true;
        brackets += parser_at(&p, '[');
        brackets -= parser_at(&p, ']') && brackets;
    }
    return false;
}

int xpath_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err)
{
    struct query q = {.language = QUERY_XPATH};
    struct xpath x = {.p.test = test};
    const int r = parser_start(&x.p, a, source, &lexis, err);

    if (r)
        return r;
    q.text = x.p.lexer.source;
    if (!(is_condition(&x) ? condition(&x, &q) : location(&x, &q)))
        return x.p.status;
    q.class_name = x.class_name;
    *ret = q;
    return 0;
}
