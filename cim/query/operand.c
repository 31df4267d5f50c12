#include "cim/query/operand.h"

#include <string.h>

/* ---- chains ---- */

bool operand_chain_add(struct query_parser *p, struct operand_chain *c, struct text name)
{
    if (c->n == QUERY_MAX_DEPTH)
        return parser_fail(p, CIM_ERR_INVALID_QUERY, "query: too many names in one chain");
    c->names[c->n] = name;
    c->steps[c->n++] = (struct query_step){.item = QUERY_NO_ITEM};
    return true;
}

bool operand_chain_end(struct query_parser *p, const struct operand_chain *c, uint32_t skip, struct query_chain *ret)
{
    static const struct text this = {"__THIS", 6};
    const uint32_t n = c->n - skip;
    struct query_chain chain = {.names = &this, .n = 1};
    struct query_step *steps;
    struct text *names;
    bool plain = true;

    for (uint32_t i = skip; i < c->n; i++)
        plain = plain && c->steps[i].scope.n == 0 && c->steps[i].item == QUERY_NO_ITEM;
    if (n) {
        names = arena_alloc(p->arena, n * sizeof(*names));
        steps = plain ? NULL : arena_alloc(p->arena, n * sizeof(*steps));
        if (!names || (!plain && !steps))
            return parser_no_memory(p);
        memcpy(names, c->names + skip, n * sizeof(*names));
        if (!plain)
            memcpy(steps, c->steps + skip, n * sizeof(*steps));
        chain = (struct query_chain){.names = names, .steps = steps, .n = n};
    }
    chain.hash = text_ihash(chain.names[0]);
    *ret = chain;
    return true;
}

/* ---- comparisons ---- */

/* The left side is the one with a chain. */
static bool fill(struct query_parser *p, struct query_node *n, const struct operand *left, const struct operand *right)
{
    struct query_chain *other;

    n->chain = left->chain;
    n->upper = left->upper;
    n->constant = right->constant;
    if (right->kind == OPERAND_CONSTANT)
        return true;
    other = arena_alloc(p->arena, sizeof(*other));
    if (!other)
        return parser_no_memory(p);
    *other = right->chain;
    n->other = other;
    n->symbol = right->kind == OPERAND_SYMBOL;
    return true;
}

struct query_node *operand_compare(struct query_parser *p, const struct operand *left, const struct query_token *op,
                                   const struct operand *right)
{
    const bool swap = left->kind != OPERAND_CHAIN || (right->kind == OPERAND_CHAIN && right->upper);
    struct query_node *n;

    if (left->kind != OPERAND_CHAIN && right->kind != OPERAND_CHAIN)
        parser_fail(p, CIM_ERR_INVALID_QUERY, "query: a comparison needs a property on one side at least");
    else if (left->upper && right->upper)
        parser_fail(p, CIM_ERR_NOT_SUPPORTED, "UPPERCASE on both sides of a comparison is not supported");
    if (p->status)
        return NULL;
    n = parser_node(p, swap ? op->mirrored : op->op);
    return n && fill(p, n, swap ? right : left, swap ? left : right) ? n : NULL;
}
