/* ASSOCIATORS OF and REFERENCES OF of WQL (mof digest section 3): a path in braces and clauses with blanks between. */
#include <string.h>

#include "cim/query/parser.h"

static const struct query_lexis lexis = {"\"'", true, false};

/* ---- the path ---- */

/* The closing brace, which may also stand in a quoted key; NULL if there is none. */
static const char *path_end(struct text t)
{
    char quote = '\0';

    for (size_t i = 0; i < t.n; i++) {
        if (quote && t.s[i] == '\\')
            i++;
        else if (quote)
            quote = t.s[i] == quote ? '\0' : quote;
        else if (t.s[i] == '"' || t.s[i] == '\'')
            quote = t.s[i];
        else if (t.s[i] == '}')
            return t.s + i;
    }
    return NULL;
}

/* A path is not made of the tokens of a query. */
static bool path(struct query_parser *p, struct text *ret)
{
    const struct text source = p->lexer.source;
    const char *start = source.s + p->lexer.at, *end;

    if (!parser_at(p, '{'))
        return parser_expected(p, "a path in braces behind OF");
    end = path_end((struct text){start, (size_t)(source.s + source.n - start)});
    if (!end)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: the path has no closing brace");
    *ret = text_trim((struct text){start, (size_t)(end - start)});
    p->lexer.at = (size_t)(end - source.s) + 1;
    parser_advance(p);
    return ret->n > 0 || parser_fail(p, CIM_ERR_INVALID_QUERY, "query: the path in braces is empty");
}

/* ---- the clauses ---- */

enum { ASSOCIATORS = 1, REFERENCES = 2, BOTH = 3, UNSERVED = 4 };

static const struct clause {
    const char *word;
    unsigned flags;
    size_t offset;
    bool is_switch; /* without a value */
} clauses[] = {
    {"AssocClass", ASSOCIATORS, offsetof(struct query_associators, assoc_class), false},
    {"ResultClass", BOTH, offsetof(struct query_associators, result_class), false},
    {"ResultRole", ASSOCIATORS, offsetof(struct query_associators, result_role), false},
    {"Role", BOTH, offsetof(struct query_associators, role), false},
    {"ClassDefsOnly", BOTH, offsetof(struct query_associators, class_defs_only), true},
    {"KeysOnly", BOTH, offsetof(struct query_associators, keys_only), true},
    {"SchemaOnly", BOTH, offsetof(struct query_associators, schema_only), true},
    {"RequiredAssocQualifier", ASSOCIATORS | UNSERVED, 0, false},
    {"RequiredQualifier", BOTH | UNSERVED, 0, false},
};

static const struct clause *find_clause(const struct query_parser *p, bool references)
{
    for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++)
        if (parser_at_word(p, clauses[i].word) && clauses[i].flags & (references ? REFERENCES : ASSOCIATORS))
            return &clauses[i];
    return NULL;
}

static bool clause_value(struct query_parser *p, struct text *ret)
{
    if (p->token.kind != QUERY_OPERATOR || p->token.op != QUERY_EQ)
        return parser_expected(p, "`=`");
    parser_advance(p);
    if (p->token.kind != QUERY_NAME)
        return parser_expected(p, "a name behind `=`");
    *ret = p->token.text;
    parser_advance(p);
    return true;
}

static bool clause(struct query_parser *p, struct query_associators *q, unsigned *seen)
{
    const struct clause *c = find_clause(p, q->references);

    if (!c)
        return parser_expected(p, q->references ? "ResultClass, Role, KeysOnly or another clause of REFERENCES OF"
                                                : "AssocClass, ResultClass, Role or another clause of ASSOCIATORS OF");
    if (c->flags & UNSERVED)
        return parser_fail(p, CIM_ERR_NOT_SUPPORTED, "associations cannot be chosen by their qualifiers");
    if (*seen & 1u << (c - clauses))
        return parser_expected(p, "each clause once");
    *seen |= 1u << (c - clauses);
    parser_advance(p);
    if (!c->is_switch)
        return clause_value(p, (struct text *)((char *)q + c->offset));
    *(bool *)((char *)q + c->offset) = true;
    return true;
}

static bool statement(struct query_parser *p, struct query_associators *q)
{
    unsigned seen = 0;

    q->references = parser_at_word(p, "references");
    if (!parser_accept_word(p, "associators") && !parser_accept_word(p, "references"))
        return parser_expected(p, "ASSOCIATORS or REFERENCES");
    if (!parser_at_word(p, "of"))
        return parser_expected(p, "OF");
    parser_advance(p);
    if (!path(p, &q->path))
        return false;
    if (p->token.kind == QUERY_END)
        return true;
    if (!parser_accept_word(p, "where"))
        return parser_expected(p, "WHERE or the end");
    do {
        if (!clause(p, q, &seen))
            return false;
    } while (p->token.kind != QUERY_END);
    if (q->class_defs_only && q->result_class.n)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: ClassDefsOnly and ResultClass exclude each other");
    return true;
}

int associators_parse(struct arena *a, struct text source, struct query_associators *ret, struct cim_error *err)
{
    struct query_associators q = {0};
    struct query_parser p = {0};
    const int r = parser_start(&p, a, source, &lexis, err);

    if (r)
        return r;
    if (!statement(&p, &q))
        return p.status;
    *ret = q;
    return 0;
}

bool query_is_associators(struct text source)
{
    const struct query_lexer l = {source, &lexis, 0};
    struct query_parser p = {.lexer = l};

    parser_advance(&p);
    return parser_at_word(&p, "associators") || parser_at_word(&p, "references");
}
