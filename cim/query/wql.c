/* WQL data queries (mof digest section 3): a recursive descent from SELECT to the tests of WHERE. Keywords compare
 * without case and are told by their place, so a property may be called like one.
 */
#include <errno.h>
#include <string.h>

#include "cim/query/lexer.h"

struct parser {
    struct arena *arena;
    struct query_lexer lexer;
    struct query_token token; /* the one to be judged next */
    unsigned depth;           /* of parentheses and NOT */
    struct cim_error *err;
    int status; /* of the failure */
};

static void advance(struct parser *p)
{
    query_lexer_next(&p->lexer, &p->token);
}

static bool fail_status(struct parser *p, int status, const char *what)
{
    if (p->status == 0)
        p->status = cim_fail(p->err, status, "%s", what);
    return false;
}

static bool fail(struct parser *p, const char *expected)
{
    const struct query_token *t = &p->token;
    const size_t place = (size_t)(t->text.s - p->lexer.source.s) + 1 - (t->kind == QUERY_STRING);

    if (p->status)
        return false;
    p->status = CIM_ERR_INVALID_QUERY;
    if (t->kind == QUERY_UNCLOSED)
        cim_fail(p->err, p->status, "query, character %zu: string without closing quote", place);
    else if (t->kind == QUERY_END)
        cim_fail(p->err, p->status, "query, at its end: expected %s", expected);
    else
        cim_fail(p->err, p->status, "query, character %zu: expected %s, found `%.*s`", place, expected,
                 t->text.n < 60 ? (int)t->text.n : 60, t->text.s);
    return false;
}

static bool no_memory(struct parser *p)
{
    p->status = -ENOMEM;
    return false;
}

static bool at_word(const struct parser *p, const char *word)
{
    return p->token.kind == QUERY_NAME && text_ieqs(p->token.text, word);
}

static bool accept_word(struct parser *p, const char *word)
{
    if (!at_word(p, word))
        return false;
    advance(p);
    return true;
}

static bool accept(struct parser *p, char c)
{
    if (p->token.kind != QUERY_PUNCTUATION || p->token.text.s[0] != c)
        return false;
    advance(p);
    return true;
}

/* ---- constants ---- */

static bool string_constant(struct parser *p, struct cim_value *ret)
{
    const struct text raw = p->token.text;
    char *text;
    size_t n = 0;

    *ret = value_string(raw);
    if (p->token.escaped) {
        text = arena_alloc(p->arena, raw.n);
        if (!text)
            return no_memory(p);
        for (size_t i = 0; i < raw.n; i++) {
            const bool escape = raw.s[i] == '\\' && i + 1 < raw.n && memchr("\\\"'", raw.s[i + 1], 3);

            i += escape; /* other backslashes are themselves */
            text[n++] = raw.s[i];
        }
        *ret = value_string((struct text){text, n});
    }
    advance(p);
    return true;
}

static bool number_constant(struct parser *p, struct cim_value *ret)
{
    struct text t = p->token.text;
    const bool minus = t.s[0] == '-', hex = t.n > 1 && t.s[0] == '0' && (t.s[1] | 0x20) == 'x';
    const bool real = !hex && (memchr(t.s, '.', t.n) || memchr(t.s, 'e', t.n) || memchr(t.s, 'E', t.n));
    int r;

    if (t.s[0] == '+')
        t = (struct text){t.s + 1, t.n - 1};
    r = value_parse(p->arena, real ? CIM_REAL64 : minus ? CIM_SINT64 : CIM_UINT64, t, ret, NULL);
    if (r < 0)
        return no_memory(p);
    if (r)
        return fail(p, "a number of 64 bits");
    advance(p);
    return true;
}

static const struct {
    const char *word;
    enum { IS_NULL, IS_FALSE, IS_TRUE } value;
} constant_words[] = {{"null", IS_NULL}, {"false", IS_FALSE}, {"true", IS_TRUE}};

static bool at_constant(const struct parser *p, size_t *ret_word)
{
    *ret_word = 0;
    while (*ret_word < 3 && !at_word(p, constant_words[*ret_word].word))
        ++*ret_word;
    return *ret_word < 3 || p->token.kind == QUERY_STRING || p->token.kind == QUERY_NUMBER;
}

static bool constant(struct parser *p, struct cim_value *ret)
{
    size_t word;

    if (!at_constant(p, &word))
        return fail(p, "a constant");
    if (p->token.kind == QUERY_STRING)
        return string_constant(p, ret);
    if (p->token.kind == QUERY_NUMBER)
        return number_constant(p, ret);
    *ret = constant_words[word].value == IS_NULL ? value_null(CIM_TYPE_NONE, false)
                                                 : value_boolean(constant_words[word].value == IS_TRUE);
    advance(p);
    return true;
}

/* ---- WHERE ---- */

static struct query_node *new_node(struct parser *p, enum query_op op)
{
    struct query_node *n = arena_zalloc(p->arena, sizeof(*n));

    if (!n)
        no_memory(p);
    else
        n->op = op;
    return n;
}

/* a.b.c: counted first, so that the names are an array. */
static bool chain(struct parser *p, const char *what, struct query_chain *ret)
{
    const struct parser start = *p;
    struct text *names;
    uint32_t n = 0;

    do {
        if (p->token.kind != QUERY_NAME)
            return fail(p, what);
        advance(p);
        n++;
    } while (accept(p, '.'));
    names = arena_alloc(p->arena, n * sizeof(*names));
    if (!names)
        return no_memory(p);
    *p = start;
    for (uint32_t i = 0; i < n; i++) {
        names[i] = p->token.text;
        advance(p);
        (void)accept(p, '.'); /* there is one between two names */
    }
    *ret = (struct query_chain){.names = names, .n = n, .hash = text_ihash(names[0])};
    return true;
}

/* Old queries say `= NULL` for IS NULL. */
static bool adjust_null(struct parser *p, struct query_node *n)
{
    if (!value_is_null(&n->constant))
        return true;
    if (n->op != QUERY_EQ && n->op != QUERY_NE)
        return fail_status(p, CIM_ERR_INVALID_QUERY, "query: nothing is greater or less than NULL");
    n->op = n->op == QUERY_EQ ? QUERY_IS_NULL : QUERY_IS_NOT_NULL;
    return true;
}

static bool test_comparison(struct parser *p, struct query_node *n)
{
    if (p->token.kind != QUERY_OPERATOR)
        return fail(p, "an operator behind the property");
    n->op = p->token.op;
    advance(p);
    return constant(p, &n->constant) && adjust_null(p, n);
}

static bool test_is(struct parser *p, struct query_node *n)
{
    n->op = accept_word(p, "not") ? QUERY_IS_NOT_NULL : QUERY_IS_NULL;
    return accept_word(p, "null") || fail(p, "NULL behind IS");
}

static bool test_like(struct parser *p, struct query_node *n)
{
    n->op = QUERY_LIKE;
    return p->token.kind == QUERY_STRING ? string_constant(p, &n->constant) : fail(p, "a string behind LIKE");
}

static bool test_isa(struct parser *p, struct query_node *n)
{
    n->op = QUERY_ISA;
    if (p->token.kind == QUERY_STRING)
        return string_constant(p, &n->constant);
    if (p->token.kind != QUERY_NAME)
        return fail(p, "a class behind ISA");
    n->constant = value_string(p->token.text);
    advance(p);
    return true;
}

static const struct {
    const char *word;
    bool (*parse)(struct parser *p, struct query_node *n);
} test_words[] = {{"is", test_is}, {"like", test_like}, {"isa", test_isa}};

/* 5 < Property */
static struct query_node *mirrored_test(struct parser *p, struct query_node *n)
{
    if (!constant(p, &n->constant))
        return NULL;
    if (p->token.kind != QUERY_OPERATOR) {
        fail(p, "an operator behind the constant");
        return NULL;
    }
    n->op = p->token.mirrored;
    advance(p);
    return chain(p, "a property behind the operator", &n->chain) && adjust_null(p, n) ? n : NULL;
}

static struct query_node *test(struct parser *p)
{
    struct query_node *n = new_node(p, QUERY_EQ), *not ;
    size_t word;

    if (!n)
        return NULL;
    if (at_constant(p, &word))
        return mirrored_test(p, n);
    if (!chain(p, "a property", &n->chain))
        return NULL;
    if (accept_word(p, "not")) { /* a NOT LIKE b, as elsewhere in SQL */
        not = new_node(p, QUERY_NOT);
        if (!not || (!accept_word(p, "like") && !fail(p, "LIKE behind NOT")) || !test_like(p, n))
            return NULL;
        not ->left = n;
        return not ;
    }
    for (size_t i = 0; i < sizeof(test_words) / sizeof(test_words[0]); i++)
        if (accept_word(p, test_words[i].word))
            return test_words[i].parse(p, n) ? n : NULL;
    return test_comparison(p, n) ? n : NULL;
}

static struct query_node *expression(struct parser *p);
static struct query_node *fact(struct parser *p);

static struct query_node *nested_fact(struct parser *p)
{
    struct query_node *n;

    if (accept(p, '(')) {
        n = expression(p);
        return n && (accept(p, ')') || fail(p, "`)`")) ? n : NULL;
    }
    advance(p); /* NOT */
    n = new_node(p, QUERY_NOT);
    if (n)
        n->left = fact(p);
    return n && n->left ? n : NULL;
}

static struct query_node *fact(struct parser *p)
{
    struct query_node *n;

    if (!at_word(p, "not") && (p->token.kind != QUERY_PUNCTUATION || p->token.text.s[0] != '('))
        return test(p);
    if (p->depth == QUERY_MAX_DEPTH) {
        fail_status(p, CIM_ERR_INVALID_QUERY, "query: parentheses and NOT are nested too deep");
        return NULL;
    }
    p->depth++;
    n = nested_fact(p);
    p->depth--;
    return n;
}

/* operand WORD operand WORD … as a list to the right */
static struct query_node *list(struct parser *p, const char *word, enum query_op op,
                               struct query_node *(*operand)(struct parser *))
{
    struct query_node *first = operand(p), *last = NULL;

    while (first && accept_word(p, word)) {
        struct query_node *n = new_node(p, op), *right = operand(p);

        if (!n || !right)
            return NULL;
        n->left = last ? last->right : first;
        n->right = right;
        if (last)
            last->right = n;
        else
            first = n;
        last = n;
    }
    return first;
}

static struct query_node *term(struct parser *p)
{
    return list(p, "and", QUERY_AND, fact);
}

static struct query_node *expression(struct parser *p)
{
    return list(p, "or", QUERY_OR, term);
}

/* ---- SELECT and FROM ---- */

static bool selection(struct parser *p, struct query *q)
{
    const struct parser start = *p;
    struct query_chain *select, ignored;

    if (accept(p, '*'))
        return true;
    do {
        if (!chain(p, "a property or `*` behind SELECT", &ignored))
            return false;
        q->n_select++;
    } while (accept(p, ','));
    select = arena_alloc(p->arena, q->n_select * sizeof(*select));
    if (!select)
        return no_memory(p);
    *p = start;
    for (uint32_t i = 0; i < q->n_select; i++) {
        if (!chain(p, "", &select[i]))
            return false;
        (void)accept(p, ','); /* there is one between two properties */
    }
    q->select = select;
    return true;
}

static bool where(struct parser *p, struct query *q)
{
    if (accept_word(p, "where")) {
        q->where = expression(p);
        if (!q->where)
            return false;
    }
    if (at_word(p, "within") || at_word(p, "group") || at_word(p, "having"))
        return fail_status(p, CIM_ERR_NOT_SUPPORTED,
                           "a query for events (WITHIN, GROUP, HAVING) makes a subscription, it cannot be executed");
    return p->token.kind == QUERY_END || fail(p, q->where ? "AND, OR or the end" : "WHERE or the end");
}

static bool from(struct parser *p, struct query *q)
{
    if (!accept_word(p, "from"))
        return fail(p, "FROM");
    if (at_word(p, "meta_class"))
        return fail_status(p, CIM_ERR_NOT_SUPPORTED, "queries for classes (META_CLASS) are not supported");
    if (p->token.kind != QUERY_NAME)
        return fail(p, "a class behind FROM");
    q->class_name = p->token.text;
    advance(p);
    return where(p, q);
}

static bool statement(struct parser *p, struct query *q)
{
    if (at_word(p, "associators") || at_word(p, "references"))
        return fail_status(p, CIM_ERR_NOT_SUPPORTED, "ASSOCIATORS OF and REFERENCES OF are not supported here");
    if (!accept_word(p, "select"))
        return fail(p, "SELECT");
    return selection(p, q) && from(p, q);
}

/* Whether every row that passes is of the very class that FROM names */
static bool is_exact(const struct query *q)
{
    for (const struct query_node *n = q->where; n; n = n->op == QUERY_AND ? n->right : NULL) {
        const struct query_node *t = n->op == QUERY_AND ? n->left : n;

        if (t->op == QUERY_EQ && t->chain.n == 1 && text_ieqs(t->chain.names[0], "__CLASS") &&
            t->constant.type == CIM_STRING && text_ieq(value_text(&t->constant), q->class_name))
            return true;
    }
    return false;
}

int wql_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err)
{
    struct query q = {.fold_case = true};
    struct parser p = {.arena = a, .err = err};

    if (source.n > QUERY_MAX_TEXT)
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query is longer than %d bytes", QUERY_MAX_TEXT);
    if (!text_is_utf8(source))
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query is not UTF-8");
    q.text = (struct text){arena_strndup(a, source.s, source.n), source.n};
    if (!q.text.s)
        return -ENOMEM;
    p.lexer.source = q.text;
    advance(&p);
    if (!statement(&p, &q))
        return p.status;
    q.exact_class = is_exact(&q);
    *ret = q;
    return 0;
}
