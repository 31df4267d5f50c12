/* CQL queries (DSP0202, mof digest section 4): SELECT list FROM class AS alias WHERE condition. Keywords compare
 * without case and are told by their place. A name before the first point that is the class or its alias is dropped.
 */
#include <string.h>

#include "cim/query/operand.h"
#include "cim/query/regex.h"

static const struct query_lexis lexis = {"'", true, false};

/* The first member is what the tests get. */
struct cql {
    struct query_parser p;
    struct text class_name, alias; /* of FROM; n 0 before it is read and for no alias */
};

/* ---- what is not served ---- */

static bool unserved(struct query_parser *p, struct text feature)
{
    feature = text_head(feature, 60);
    if (p->status == 0)
        p->status = cim_fail(p->err, CIM_ERR_NOT_SUPPORTED, "CQL: %.*s is not supported", (int)feature.n, feature.s);
    return false;
}

/* A word that is no property, as another name follows; FROM, AS and operators in words do not count. */
static bool is_keyword(const struct query_parser *p, const char *const *words)
{
    static const char *const behind_a_property[] = {"from", "as", "is", "isa", "like", "not", "and", "or"};
    struct query_token t;

    while (*words && !parser_at_word(p, *words))
        words++;
    parser_peek(p, &t);
    for (size_t i = 0; i < sizeof(behind_a_property) / sizeof(behind_a_property[0]); i++)
        if (t.kind == QUERY_NAME && text_ieqs(t.text, behind_a_property[i]))
            return false;
    return *words &&
           (t.kind == QUERY_NAME || t.kind == QUERY_NUMBER || (t.kind == QUERY_PUNCTUATION && t.text.s[0] == '*'));
}

/* Behind an operand */
static bool no_arithmetic(struct query_parser *p)
{
    const struct query_token *t = &p->token;

    if (t->kind == QUERY_PUNCTUATION && memchr("+-*/|", t->text.s[0], 5))
        return unserved(p, t->text.s[0] == '|' ? TEXT("joining strings with ||") : TEXT("arithmetic"));
    if (t->kind == QUERY_NUMBER && (t->text.s[0] == '+' || t->text.s[0] == '-'))
        return unserved(p, TEXT("arithmetic"));
    return true;
}

/* ---- chains ---- */

static bool index_of(struct query_parser *p, uint32_t *ret)
{
    struct cim_value v;

    if (p->token.kind != QUERY_NUMBER)
        return unserved(p, TEXT("an array index that is not one number"));
    if (!parser_number(p, &v))
        return false;
    if (v.type != CIM_UINT64 || v.uint >= QUERY_NO_ITEM)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: an array index is a whole number from 0");
    *ret = (uint32_t)v.uint;
    return parser_accept(p, ']') || parser_expected(p, "`]`");
}

/* Class::Name[2] */
static bool link(struct query_parser *p, const char *what, struct operand_chain *c)
{
    struct text name = p->token.text, scope = {"", 0};

    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, what);
    parser_advance(p);
    if (parser_accept(p, ':')) {
        if (!parser_accept(p, ':') || p->token.kind != QUERY_NAME)
            return parser_expected(p, "`::` and a property");
        scope = name;
        name = p->token.text;
        parser_advance(p);
    }
    if (!operand_chain_add(p, c, name))
        return false;
    c->steps[c->n - 1].scope = scope;
    return !parser_accept(p, '[') || index_of(p, &c->steps[c->n - 1].item);
}

/* ret_all: `.*` ends it. */
static bool links(struct query_parser *p, const char *what, struct operand_chain *c, bool *ret_all)
{
    c->n = 0;
    *ret_all = false;
    do {
        *ret_all = c->n && parser_accept(p, '*');
        if (!*ret_all && !link(p, what, c))
            return false;
    } while (!*ret_all && parser_accept(p, '.'));
    return true;
}

/* Whether the first name is only the class or its alias */
static bool is_class(const struct cql *q, const struct text name, const struct query_step *step)
{
    return (!step || (step->scope.n == 0 && step->item == QUERY_NO_ITEM)) &&
           (text_ieq(name, q->class_name) || (q->alias.n && text_ieq(name, q->alias)));
}

/* A name that stands alone is a property, before ISA it may also be the object. */
static bool chain(struct query_parser *p, const char *what, struct query_chain *ret)
{
    struct operand_chain c;
    bool all, qualified;

    if (!links(p, what, &c, &all))
        return false;
    if (all)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: `.*` stands in the SELECT list only");
    qualified = is_class((struct cql *)p, c.names[0], &c.steps[0]) && (c.n > 1 || parser_at_word(p, "isa"));
    return operand_chain_end(p, &c, qualified, ret);
}

/* ---- constants ---- */

/* 101b; false without a failure if the number is another one. */
static bool binary(const struct query_parser *p, struct cim_value *ret)
{
    const struct text t = p->token.text;
    const size_t start = t.s[0] == '-' || t.s[0] == '+';
    uint64_t v = 0;

    if (t.n < start + 2 || (t.s[t.n - 1] | 0x20) != 'b' || t.n - start > 65)
        return false;
    for (size_t i = start; i + 1 < t.n; i++) {
        if (t.s[i] != '0' && t.s[i] != '1')
            return false;
        v = v << 1 | (t.s[i] == '1');
    }
    if (t.s[0] == '-' && v > (uint64_t)INT64_MAX + 1)
        return false;
    *ret = t.s[0] == '-' ? value_sint(CIM_SINT64, (int64_t)(0 - v)) : value_uint(CIM_UINT64, v);
    return true;
}

static bool constant(struct query_parser *p, struct cim_value *ret)
{
    if (p->token.kind != QUERY_NUMBER || !binary(p, ret))
        return parser_constant(p, ret);
    parser_advance(p);
    return true;
}

/* Class.Prop#'Text' or #'Text': the text; its chain is read already. */
static bool symbol(struct query_parser *p, struct operand *ret)
{
    ret->kind = OPERAND_SYMBOL;
    if (p->token.kind != QUERY_STRING)
        return parser_expected(p, "a string behind `#`");
    return parser_string(p, &ret->constant);
}

/* ---- functions ---- */

/* CLASSNAME() of the object itself, CLASSNAME(Chain) of an embedded object or a reference. */
static bool class_name(struct query_parser *p, struct operand *ret)
{
    struct operand_chain c = {.n = 0};
    bool all = false;

    ret->kind = OPERAND_CHAIN;
    if (!parser_at(p, ')') && !links(p, "a property or `)`", &c, &all))
        return false;
    if (all)
        return parser_expected(p, "an object");
    return operand_chain_add(p, &c, TEXT("__CLASS")) &&
           operand_chain_end(p, &c, c.n > 1 && is_class((struct cql *)p, c.names[0], &c.steps[0]), &ret->chain);
}

static bool upper_case(struct query_parser *p, struct operand *ret)
{
    ret->kind = OPERAND_CHAIN;
    ret->upper = true;
    return chain(p, "a property", &ret->chain);
}

static const struct function {
    const char *name;
    bool (*parse)(struct query_parser *p, struct operand *ret); /* between the parentheses */
} functions[] = {
    {"CLASSNAME", class_name},
    {"UPPERCASE", upper_case},
};

static bool function(struct query_parser *p, struct operand *ret)
{
    const struct function *f = functions, *end = functions + sizeof(functions) / sizeof(functions[0]);

    while (f < end && !parser_at_word(p, f->name))
        f++;
    if (f == end)
        return unserved(p, (struct text){p->token.text.s, p->token.text.n});
    parser_advance(p);
    parser_advance(p);
    return f->parse(p, ret) && (parser_accept(p, ')') || parser_expected(p, "`)`"));
}

/* ---- WHERE ---- */

static bool operand(struct query_parser *p, struct operand *ret)
{
    *ret = (struct operand){.kind = OPERAND_CONSTANT};
    if (parser_accept(p, '#'))
        return symbol(p, ret);
    if (p->token.kind == QUERY_NAME && parser_next_is(p, '('))
        return function(p, ret) && no_arithmetic(p);
    if (parser_at_constant(p))
        return constant(p, &ret->constant) && no_arithmetic(p);
    if (!no_arithmetic(p))
        return false;
    ret->kind = OPERAND_CHAIN;
    if (!chain(p, "a property or a constant", &ret->chain))
        return false;
    return parser_accept(p, '#') ? symbol(p, ret) : no_arithmetic(p);
}

static bool test_is(struct query_parser *p, struct query_node *n)
{
    n->op = parser_accept_word(p, "not") ? QUERY_IS_NOT_NULL : QUERY_IS_NULL;
    return parser_accept_word(p, "null") || parser_expected(p, "NULL behind IS");
}

static bool test_isa(struct query_parser *p, struct query_node *n)
{
    n->op = QUERY_ISA;
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, "a class behind ISA");
    n->constant = value_string(p->token.text);
    parser_advance(p);
    return true;
}

static bool test_like(struct query_parser *p, struct query_node *n)
{
    int r;

    n->op = QUERY_REGEX;
    if (p->token.kind != QUERY_STRING)
        return parser_expected(p, "a string behind LIKE");
    if (!parser_string(p, &n->constant))
        return false;
    r = regex_compile(p->arena, value_text(&n->constant), &n->regex, p->err);
    if (r)
        p->status = r;
    return r == 0;
}

static const struct {
    const char *word;
    bool (*parse)(struct query_parser *p, struct query_node *n);
} test_words[] = {{"is", test_is}, {"isa", test_isa}, {"like", test_like}};

/* left IS …, left ISA …, left [NOT] LIKE …; NULL without a failure if it is none of them. */
static struct query_node *word_test(struct query_parser *p, const struct operand *left)
{
    const bool negated = parser_at_word(p, "not");
    struct query_node *n, *not ;
    size_t i = 0;

    if (negated) {
        parser_advance(p);
        if (!parser_at_word(p, "like") && !parser_expected(p, "LIKE behind NOT"))
            return NULL;
    }
    while (i < 3 && !parser_accept_word(p, test_words[i].word))
        i++;
    if (i == 3)
        return NULL;
    if (left->kind != OPERAND_CHAIN || left->upper) {
        parser_fail(p, CIM_ERR_INVALID_QUERY, "query: before IS, ISA and LIKE stands a property");
        return NULL;
    }
    n = parser_node(p, QUERY_EQ);
    if (!n)
        return NULL;
    n->chain = left->chain;
    if (!test_words[i].parse(p, n) || !negated)
        return p->status ? NULL : n;
    not = parser_node(p, QUERY_NOT);
    if (not )
        not ->left = n;
    return not ;
}

static struct query_node *test(struct query_parser *p)
{
    static const char *const quantifiers[] = {"any", "every", "exists", NULL};
    struct operand left, right;
    struct query_token op;
    struct query_node *n;

    if (is_keyword(p, quantifiers)) {
        unserved(p, p->token.text);
        return NULL;
    }
    if (!operand(p, &left))
        return NULL;
    n = word_test(p, &left);
    if (n || p->status)
        return n;
    op = p->token;
    if (op.kind != QUERY_OPERATOR || text_ieqs(op.text, "!=")) {
        parser_expected(p, "one of = <> < <= > >=, IS, ISA, LIKE");
        return NULL;
    }
    parser_advance(p);
    return operand(p, &right) ? operand_compare(p, &left, &op, &right) : NULL;
}

/* ---- SELECT and FROM ---- */

/* One item of the list: a chain as it is written; all: `*` or `Name.*`, of which ret then is the name, n 0 for `*`. */
static bool selected(struct query_parser *p, struct operand_chain *c, bool *ret_all)
{
    c->n = 0;
    *ret_all = parser_accept(p, '*');
    if (!*ret_all) {
        if (p->token.kind == QUERY_NAME && parser_next_is(p, '('))
            return unserved(p, TEXT("a function in the SELECT list"));
        if (parser_at_constant(p) && p->token.kind != QUERY_NAME)
            return unserved(p, TEXT("a constant in the SELECT list"));
        if (!links(p, "a property or `*` behind SELECT", c, ret_all))
            return false;
    }
    if (parser_at_word(p, "as"))
        return unserved(p, TEXT("AS in the SELECT list"));
    for (uint32_t i = 0; i < c->n; i++)
        if (c->steps[i].item != QUERY_NO_ITEM)
            return unserved(p, TEXT("an array element in the SELECT list"));
    return no_arithmetic(p);
}

/* The list, read over. */
static bool skip_selection(struct query_parser *p, uint32_t *ret_n)
{
    static const char *const words[] = {"distinct", "first", NULL};
    struct operand_chain c;
    bool all;

    if (is_keyword(p, words))
        return unserved(p, p->token.text);
    do {
        if (!selected(p, &c, &all))
            return false;
        ++*ret_n;
    } while (parser_accept(p, ','));
    return true;
}

/* The list again, now that class and alias are known. */
static bool selection(struct cql *q, struct query_parser *p, uint32_t n, struct query *ret)
{
    struct query_chain *select = arena_alloc(p->arena, n * sizeof(*select));
    struct operand_chain c;
    bool all, everything = false;

    if (!select)
        return parser_no_memory(p);
    for (uint32_t i = 0; i < n; i++) {
        if (!selected(p, &c, &all))
            return false;
        if (all && c.n && (c.n > 1 || !is_class(q, c.names[0], &c.steps[0])))
            return unserved(p, TEXT("`.*` of an embedded object in the SELECT list"));
        everything = everything || all;
        if (!all && !operand_chain_end(p, &c, c.n > 1 && is_class(q, c.names[0], &c.steps[0]), &select[i]))
            return false;
        (void)parser_accept(p, ','); /* there is one between two items */
    }
    ret->select = everything ? NULL : select;
    ret->n_select = everything ? 0 : n;
    return true;
}

static bool from(struct cql *q)
{
    struct query_parser *p = &q->p;

    if (!parser_accept_word(p, "from"))
        return parser_expected(p, "FROM");
    if (parser_at(p, '('))
        return unserved(p, TEXT("a query in FROM"));
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, "a class behind FROM");
    q->class_name = p->token.text;
    parser_advance(p);
    if (parser_accept_word(p, "as")) {
        if (p->token.kind != QUERY_NAME)
            return parser_expected(p, "a name behind AS");
        q->alias = p->token.text;
        parser_advance(p);
    }
    if (parser_at(p, ',') || parser_at_word(p, "join"))
        return unserved(p, TEXT("a join"));
    return true;
}

static bool where(struct query_parser *p, struct query *ret)
{
    if (parser_accept_word(p, "where")) {
        ret->where = parser_expression(p);
        if (!ret->where)
            return false;
    }
    if (parser_at_word(p, "order"))
        return unserved(p, TEXT("ORDER BY"));
    return p->token.kind == QUERY_END || parser_expected(p, ret->where ? "AND, OR or the end" : "WHERE or the end");
}

static bool statement(struct cql *q, struct query *ret)
{
    struct query_parser list;
    uint32_t n = 0;

    if (!parser_accept_word(&q->p, "select"))
        return parser_expected(&q->p, "SELECT");
    list = q->p;
    if (!skip_selection(&q->p, &n) || !from(q))
        return false;
    if (!selection(q, &list, n, ret)) {
        q->p.status = list.status;
        return false;
    }
    ret->class_name = q->class_name;
    return where(&q->p, ret);
}

int cql_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err)
{
    struct query q = {.language = QUERY_CQL};
    struct cql c = {.p.test = test};
    const int r = parser_start(&c.p, a, source, &lexis, err);

    if (r)
        return r;
    q.text = c.p.lexer.source;
    if (!statement(&c, &q))
        return c.p.status;
    q.exact_class = parser_makes_exact(&q);
    *ret = q;
    return 0;
}
