/* Two sides of a comparison, for languages where either may be a property or a constant, and property chains put
 * together name by name. Used by the parsers of cim/query alone.
 */
#ifndef CIM_QUERY_OPERAND_H
#define CIM_QUERY_OPERAND_H

#include "cim/query/parser.h"

struct operand_chain {
    struct text names[QUERY_MAX_DEPTH];
    struct query_step steps[QUERY_MAX_DEPTH];
    uint32_t n;
};

/* Adds a name without scope and item; false with a sentence when there are too many. */
bool operand_chain_add(struct query_parser *p, struct operand_chain *c, struct text name);
/* The names from skip on, in the arena; no names become __THIS. */
bool operand_chain_end(struct query_parser *p, const struct operand_chain *c, uint32_t skip, struct query_chain *ret);

struct operand {
    enum { OPERAND_CHAIN, OPERAND_CONSTANT, OPERAND_SYMBOL } kind;
    struct query_chain chain;  /* of a symbol: n 0 = that of the other side */
    struct cim_value constant; /* text of a symbol */
    bool upper;                /* chain in upper case */
};

/* left op right; op is a QUERY_OPERATOR. NULL with a sentence where that makes no test. */
struct query_node *operand_compare(struct query_parser *p, const struct operand *left, const struct query_token *op,
                                   const struct operand *right);

#endif
