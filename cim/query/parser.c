#include "cim/query/parser.h"

#include <errno.h>
#include <string.h>

int parser_start(struct query_parser *p, struct arena *a, struct text source, const struct query_lexis *lexis,
                 struct cim_error *err)
{
    if (source.n > QUERY_MAX_TEXT)
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query is longer than %d bytes", QUERY_MAX_TEXT);
    if (!text_is_utf8(source))
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query is not UTF-8");
    p->arena = a;
    p->err = err;
    p->lexer = (struct query_lexer){{arena_strndup(a, source.s, source.n), source.n}, lexis, 0};
    if (!p->lexer.source.s)
        return -ENOMEM;
    parser_advance(p);
    return 0;
}

void parser_advance(struct query_parser *p)
{
    query_lexer_next(&p->lexer, &p->token);
}

/* ---- failures ---- */

bool parser_fail(struct query_parser *p, int status, const char *sentence)
{
    if (p->status == 0)
        p->status = cim_fail(p->err, status, "%s", sentence);
    return false;
}

bool parser_expected(struct query_parser *p, const char *what)
{
    const struct query_token *t = &p->token;
    const size_t place = (size_t)(t->text.s - p->lexer.source.s) + 1 - (t->kind == QUERY_STRING);
    const struct text head = text_head(t->text, 60);

    if (p->status)
        return false;
    p->status = CIM_ERR_INVALID_QUERY;
    if (t->kind == QUERY_UNCLOSED)
        cim_fail(p->err, p->status, "query, character %zu: string without closing quote", place);
    else if (t->kind == QUERY_END)
        cim_fail(p->err, p->status, "query, at its end: expected %s", what);
    else
        cim_fail(p->err, p->status, "query, character %zu: expected %s, found `%.*s`", place, what, (int)head.n, head.s);
    return false;
}

bool parser_no_memory(struct query_parser *p)
{
    p->status = -ENOMEM;
    return false;
}

/* ---- words and punctuation ---- */

bool parser_at(const struct query_parser *p, char punctuation)
{
    return p->token.kind == QUERY_PUNCTUATION && p->token.text.s[0] == punctuation;
}

bool parser_at_word(const struct query_parser *p, const char *word)
{
    return p->token.kind == QUERY_NAME && text_ieqs(p->token.text, word);
}

void parser_peek(const struct query_parser *p, struct query_token *ret)
{
    struct query_parser copy = *p;

    parser_advance(&copy);
    *ret = copy.token;
}

bool parser_next_is(const struct query_parser *p, char punctuation)
{
    struct query_token t;

    parser_peek(p, &t);
    return t.kind == QUERY_PUNCTUATION && t.text.s[0] == punctuation;
}

bool parser_accept(struct query_parser *p, char punctuation)
{
    const bool there = parser_at(p, punctuation);

    if (there)
        parser_advance(p);
    return there;
}

bool parser_accept_word(struct query_parser *p, const char *word)
{
    const bool there = parser_at_word(p, word);

    if (there)
        parser_advance(p);
    return there;
}

/* ---- constants ---- */

bool parser_string(struct query_parser *p, struct cim_value *ret)
{
    const struct text raw = p->token.text;
    char *text;
    size_t n = 0;

    *ret = value_string(raw);
    if (p->token.escaped) {
        text = arena_alloc(p->arena, raw.n);
        if (!text)
            return parser_no_memory(p);
        for (size_t i = 0; i < raw.n; i++) {
            const bool escape = raw.s[i] == '\\' && i + 1 < raw.n && memchr("\\\"'", raw.s[i + 1], 3);

            i += escape; /* other backslashes are themselves */
            text[n++] = raw.s[i];
        }
        *ret = value_string((struct text){text, n});
    }
    parser_advance(p);
    return true;
}

bool parser_number(struct query_parser *p, struct cim_value *ret)
{
    struct text t = p->token.text;
    const bool minus = t.s[0] == '-', hex = t.n > 1 && t.s[0] == '0' && (t.s[1] | 0x20) == 'x';
    const bool real = !hex && (memchr(t.s, '.', t.n) || memchr(t.s, 'e', t.n) || memchr(t.s, 'E', t.n));
    int r;

    if (t.s[0] == '+')
        t = (struct text){t.s + 1, t.n - 1};
    r = value_parse(p->arena, real ? CIM_REAL64 : minus ? CIM_SINT64 : CIM_UINT64, t, ret, NULL);
    if (r < 0)
        return parser_no_memory(p);
    if (r)
        return parser_expected(p, "a number of 64 bits");
    parser_advance(p);
    return true;
}

static const struct {
    const char *word;
    enum { IS_NULL, IS_FALSE, IS_TRUE } value;
} constant_words[] = {{"null", IS_NULL}, {"false", IS_FALSE}, {"true", IS_TRUE}};

static size_t constant_word(const struct query_parser *p)
{
    size_t i = 0;

    while (i < 3 && !parser_at_word(p, constant_words[i].word))
        i++;
    return i;
}

bool parser_at_constant(const struct query_parser *p)
{
    return p->token.kind == QUERY_STRING || p->token.kind == QUERY_NUMBER || constant_word(p) < 3;
}

bool parser_constant(struct query_parser *p, struct cim_value *ret)
{
    const size_t word = constant_word(p);

    if (p->token.kind == QUERY_STRING)
        return parser_string(p, ret);
    if (p->token.kind == QUERY_NUMBER)
        return parser_number(p, ret);
    if (word == 3)
        return parser_expected(p, "a constant");
    *ret = constant_words[word].value == IS_NULL ? value_null(CIM_TYPE_NONE, false)
                                                 : value_boolean(constant_words[word].value == IS_TRUE);
    parser_advance(p);
    return true;
}

/* ---- AND, OR, NOT and parentheses ---- */

struct query_node *parser_node(struct query_parser *p, enum query_op op)
{
    struct query_node *n = arena_zalloc(p->arena, sizeof(*n));

    if (!n)
        parser_no_memory(p);
    else
        n->op = op;
    return n;
}

static struct query_node *fact(struct query_parser *p);

static struct query_node *nested_fact(struct query_parser *p)
{
    struct query_node *n;

    if (parser_accept(p, '(')) {
        n = parser_expression(p);
        return n && (parser_accept(p, ')') || parser_expected(p, "`)`")) ? n : NULL;
    }
    parser_advance(p); /* NOT */
    n = parser_node(p, QUERY_NOT);
    if (n)
        n->left = fact(p);
    return n && n->left ? n : NULL;
}

static struct query_node *fact(struct query_parser *p)
{
    struct query_node *n;

    if (!parser_at_word(p, "not") && !parser_at(p, '('))
        return p->test(p);
    if (p->depth == QUERY_MAX_DEPTH) {
        parser_fail(p, CIM_ERR_INVALID_QUERY, "query: parentheses and NOT are nested too deep");
        return NULL;
    }
    p->depth++;
    n = nested_fact(p);
    p->depth--;
    return n;
}

/* operand WORD operand WORD … as a list to the right */
static struct query_node *list(struct query_parser *p, const char *word, enum query_op op,
                               struct query_node *(*operand)(struct query_parser *))
{
    struct query_node *first = operand(p), *last = NULL;

    while (first && parser_accept_word(p, word)) {
        struct query_node *n = parser_node(p, op), *right = operand(p);

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

static struct query_node *term(struct query_parser *p)
{
    return list(p, "and", QUERY_AND, fact);
}

struct query_node *parser_expression(struct query_parser *p)
{
    return list(p, "or", QUERY_OR, term);
}

bool parser_makes_exact(const struct query *q)
{
    for (const struct query_node *n = q->where; n; n = n->op == QUERY_AND ? n->right : NULL) {
        const struct query_node *t = n->op == QUERY_AND ? n->left : n;

        if (t->op == QUERY_EQ && t->chain.n == 1 && text_ieqs(t->chain.names[0], "__CLASS") &&
            t->constant.type == CIM_STRING && text_ieq(value_text(&t->constant), q->class_name))
            return true;
    }
    return false;
}
