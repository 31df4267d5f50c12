/* Tokens of query languages: names, strings, numbers, comparison operators. Borrowed from the
 * query's text. Keywords are names here; the parser tells them by their place. Used by the parsers of cim/query
 * alone.
 */
#ifndef CIM_QUERY_LEXER_H
#define CIM_QUERY_LEXER_H

#include "cim/query/query.h"

enum query_token_kind {
    QUERY_END,
    QUERY_NAME,
    QUERY_STRING,
    QUERY_NUMBER, /* everything that could be meant as part of it: its form is judged when its value is needed */
    QUERY_OPERATOR,
    QUERY_PUNCTUATION,
    QUERY_UNCLOSED, /* a string without its closing quote */
};

struct query_token {
    enum query_token_kind kind;
    struct text text;           /* as written; a QUERY_STRING without its quotes */
    bool escaped;               /* a QUERY_STRING has backslashes */
    enum query_op op, mirrored; /* of a QUERY_OPERATOR: 5 < a is a > 5 */
};

/* In what the languages differ. */
struct query_lexis {
    const char *quotes; /* each may open a string */
    bool escapes;       /* a backslash in a string keeps the next character from ending it */
    bool dashes;        /* names may contain `-`, not as their first character */
};

struct query_lexer {
    struct text source;
    const struct query_lexis *lexis;
    size_t at;
};

void query_lexer_next(struct query_lexer *l, struct query_token *ret);

#endif
