/* What the parsers of all query languages share: the token to be judged next, the sentence of a failure, constants,
 * property chains, and AND, OR, NOT and parentheses over the tests of the language. The first failure is kept; whoever
 * sees false or NULL gives it on. Used by the parsers of cim/query alone.
 */
#ifndef CIM_QUERY_PARSER_H
#define CIM_QUERY_PARSER_H

#include "cim/query/lexer.h"

struct query_parser {
    struct arena *arena;
    struct query_lexer lexer;
    struct query_token token;                           /* the one to be judged next */
    struct query_node *(*test)(struct query_parser *p); /* of the language */
    unsigned depth;                                     /* of parentheses and NOT */
    struct cim_error *err;
    int status; /* of the failure */
};

/* Copies the text into the arena and reads the first token. 0, -ENOMEM, or CIM_ERR_INVALID_QUERY for text that is too
 * long or not UTF-8. Sets nothing but the arena, the lexer, the token and err.
 */
int parser_start(struct query_parser *p, struct arena *a, struct text source, const struct query_lexis *lexis,
                 struct cim_error *err);
void parser_advance(struct query_parser *p);

/* Always false. */
bool parser_fail(struct query_parser *p, int status, const char *sentence);
bool parser_expected(struct query_parser *p, const char *what); /* tells the place and what stands there */
bool parser_no_memory(struct query_parser *p);

bool parser_at(const struct query_parser *p, char punctuation);
bool parser_at_word(const struct query_parser *p, const char *word);
void parser_peek(const struct query_parser *p, struct query_token *ret); /* the token behind the present one */
bool parser_next_is(const struct query_parser *p, char punctuation);
/* These go on if it is there. */
bool parser_accept(struct query_parser *p, char punctuation);
bool parser_accept_word(struct query_parser *p, const char *word);

/* The present token, which is a QUERY_STRING or a QUERY_NUMBER */
bool parser_string(struct query_parser *p, struct cim_value *ret);
bool parser_number(struct query_parser *p, struct cim_value *ret);

/* Either of them, or TRUE, FALSE, NULL */
bool parser_at_constant(const struct query_parser *p);
bool parser_constant(struct query_parser *p, struct cim_value *ret);

struct query_node *parser_node(struct query_parser *p, enum query_op op);

/* Tests joined by OR, AND, NOT and parentheses. */
struct query_node *parser_expression(struct query_parser *p);

/* Whether every row that passes is of the very class that FROM names */
bool parser_makes_exact(const struct query *q);

#endif
