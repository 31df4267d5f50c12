/* WQL data queries (mof digest section 3): a recursive descent from SELECT to the tests of WHERE. Keywords compare
 * without case and are told by their place, so a property may be called like one.
 */
#include "cim/query/parser.h"

static const struct query_lexis wql = {"\"'", true, false};

/* ---- WHERE ---- */

/* a.b.c: counted first, so that the names are an array. */
static bool chain(struct query_parser *p, const char *what, struct query_chain *ret)
{
    const struct query_parser start = *p;
    struct text *names;
    uint32_t n = 0;

    do {
        if (p->token.kind != QUERY_NAME)
            return parser_expected(p, what);
        parser_advance(p);
        n++;
    } while (parser_accept(p, '.'));
    names = arena_alloc(p->arena, n * sizeof(*names));
    if (!names)
        return parser_no_memory(p);
    *p = start;
    for (uint32_t i = 0; i < n; i++) {
        names[i] = p->token.text;
        parser_advance(p);
        (void)parser_accept(p, '.'); /* there is one between two names */
    }
    *ret = (struct query_chain){.names = names, .n = n, .hash = text_ihash(names[0])};
    return true;
}

/* Old queries say `= NULL` for IS NULL. */
static bool adjust_null(struct query_parser *p, struct query_node *n)
{
    if (!value_is_null(&n->constant))
        return true;
    if (n->op != QUERY_EQ && n->op != QUERY_NE)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: nothing is greater or less than NULL");
    n->op = n->op == QUERY_EQ ? QUERY_IS_NULL : QUERY_IS_NOT_NULL;
    return true;
}

static bool test_comparison(struct query_parser *p, struct query_node *n)
{
    if (p->token.kind != QUERY_OPERATOR)
        return parser_expected(p, "an operator behind the property");
    n->op = p->token.op;
    parser_advance(p);
    return parser_constant(p, &n->constant) && adjust_null(p, n);
}

static bool test_is(struct query_parser *p, struct query_node *n)
{
    n->op = parser_accept_word(p, "not") ? QUERY_IS_NOT_NULL : QUERY_IS_NULL;
    return parser_accept_word(p, "null") || parser_expected(p, "NULL behind IS");
}

static bool test_like(struct query_parser *p, struct query_node *n)
{
    n->op = QUERY_LIKE;
    return p->token.kind == QUERY_STRING ? parser_string(p, &n->constant) : parser_expected(p, "a string behind LIKE");
}

static bool test_isa(struct query_parser *p, struct query_node *n)
{
    n->op = QUERY_ISA;
    if (p->token.kind == QUERY_STRING)
        return parser_string(p, &n->constant);
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, "a class behind ISA");
    n->constant = value_string(p->token.text);
    parser_advance(p);
    return true;
}

static const struct {
    const char *word;
    bool (*parse)(struct query_parser *p, struct query_node *n);
} test_words[] = {{"is", test_is}, {"like", test_like}, {"isa", test_isa}};

/* 5 < Property */
static struct query_node *mirrored_test(struct query_parser *p, struct query_node *n)
{
    if (!parser_constant(p, &n->constant))
        return NULL;
    if (p->token.kind != QUERY_OPERATOR) {
        parser_expected(p, "an operator behind the constant");
        return NULL;
    }
    n->op = p->token.mirrored;
    parser_advance(p);
    return chain(p, "a property behind the operator", &n->chain) && adjust_null(p, n) ? n : NULL;
}

static struct query_node *test(struct query_parser *p)
{
    struct query_node *n = parser_node(p, QUERY_EQ), *not ;
    if (!n)
        return NULL;
    if (parser_at_constant(p))
        return mirrored_test(p, n);
    if (!chain(p, "a property", &n->chain))
        return NULL;
    if (parser_accept_word(p, "not")) { /* a NOT LIKE b, as elsewhere in SQL */
        not = parser_node(p, QUERY_NOT);
        if (!not || (!parser_accept_word(p, "like") && !parser_expected(p, "LIKE behind NOT")) || !test_like(p, n))
            return NULL;
        not ->left = n;
        return not ;
    }
    for (size_t i = 0; i < sizeof(test_words) / sizeof(test_words[0]); i++)
        if (parser_accept_word(p, test_words[i].word))
            return test_words[i].parse(p, n) ? n : NULL;
    return test_comparison(p, n) ? n : NULL;
}

/* ---- SELECT and FROM ---- */

static bool selection(struct query_parser *p, struct query *q)
{
    const struct query_parser start = *p;
    struct query_chain *select, ignored;

    if (parser_accept(p, '*'))
        return true;
    do {
        if (!chain(p, "a property or `*` behind SELECT", &ignored))
            return false;
        q->n_select++;
    } while (parser_accept(p, ','));
    select = arena_alloc(p->arena, q->n_select * sizeof(*select));
    if (!select)
        return parser_no_memory(p);
    *p = start;
    for (uint32_t i = 0; i < q->n_select; i++) {
        if (!chain(p, "", &select[i]))
            return false;
        (void)parser_accept(p, ','); /* there is one between two properties */
    }
    q->select = select;
    return true;
}

static bool where(struct query_parser *p, struct query *q)
{
    if (parser_accept_word(p, "where")) {
        q->where = parser_expression(p);
        if (!q->where)
            return false;
    }
    if (parser_at_word(p, "within") || parser_at_word(p, "group") || parser_at_word(p, "having"))
        return parser_fail(p, CIM_ERR_NOT_SUPPORTED,
                           "a query for events (WITHIN, GROUP, HAVING) makes a subscription, it cannot be executed");
    return p->token.kind == QUERY_END || parser_expected(p, q->where ? "AND, OR or the end" : "WHERE or the end");
}

static bool from(struct query_parser *p, struct query *q)
{
    if (!parser_accept_word(p, "from"))
        return parser_expected(p, "FROM");
    if (parser_at_word(p, "meta_class"))
        return parser_fail(p, CIM_ERR_NOT_SUPPORTED, "queries for classes (META_CLASS) are not supported");
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, "a class behind FROM");
    q->class_name = p->token.text;
    parser_advance(p);
    return where(p, q);
}

static bool statement(struct query_parser *p, struct query *q)
{
    if (parser_at_word(p, "associators") || parser_at_word(p, "references"))
        return parser_fail(p, CIM_ERR_NOT_SUPPORTED, "ASSOCIATORS OF and REFERENCES OF are not supported here");
    if (!parser_accept_word(p, "select"))
        return parser_expected(p, "SELECT");
    return selection(p, q) && from(p, q);
}

int wql_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err)
{
    struct query q = {.fold_case = true};
    struct query_parser p = {.test = test};
    const int r = parser_start(&p, a, source, &wql, err);

    if (r)
        return r;
    q.text = p.lexer.source;
    if (!statement(&p, &q))
        return p.status;
    q.exact_class = parser_makes_exact(&q);
    *ret = q;
    return 0;
}
