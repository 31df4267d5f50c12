/* Recursive descent over MOF (mof digest section 2), shared by parser.c (sources, pragmas, qualifier types),
 * parse_class.c and parse_value.c alone. A parse function returns false after it has reported a problem or latched
 * one in the unit; whoever loops over declarations then goes on behind the next `;`.
 */
#ifndef CIM_MOF_PARSER_H
#define CIM_MOF_PARSER_H

#include "cim/mof/lexer.h"
#include "cim/mof/unit.h"

struct mof_parser {
    struct mof_lexer lexer;
    struct mof_token token; /* the one to be judged next */
    struct mof_unit *unit;
    const struct mof_source *source;
    unsigned braces;  /* opened and not yet closed, so that recovery knows where it is */
    unsigned nesting; /* of instances within values */
};

/* ---- tokens ---- */
void mof_advance(struct mof_parser *p);
bool mof_accept(struct mof_parser *p, int kind);
bool mof_expect(struct mof_parser *p, int punctuation, const char *where); /* where: "behind the class name" */
bool mof_expect_name(struct mof_parser *p, const char *what, struct text *ret);
bool mof_at_word(const struct mof_parser *p, const char *word);
bool mof_accept_word(struct mof_parser *p, const char *word);

/* Reports at a token; a bad token speaks for itself. Always false. */
bool mof_fail(struct mof_parser *p, const struct mof_token *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool mof_fail_expected(struct mof_parser *p, const char *what); /* "expected WHAT, found TOKEN" */

/* Skips to behind the next `;` at this depth of braces, or to the `}` that ends it. */
void mof_recover(struct mof_parser *p, unsigned braces);

struct decl_place mof_place(const struct mof_parser *p, const struct mof_token *t);

/* ---- pieces ---- */
enum cim_type mof_data_type(struct text name); /* CIM_TYPE_NONE for what is no type of a value */
bool mof_parse_qualifiers(struct mof_parser *p, struct decl_qualifier **ret);       /* "[…]" or nothing */
bool mof_parse_array(struct mof_parser *p, bool *ret_is_array, uint32_t *ret_size); /* "[n]" or nothing */
bool mof_parse_flavor(struct mof_parser *p, uint8_t *set, uint8_t *clear);          /* one word */
bool mof_parse_class(struct mof_parser *p, struct decl_qualifier *qualifiers);      /* behind the word class */
bool mof_parse_instance(struct mof_parser *p, struct decl_qualifier *qualifiers);   /* behind the word instance */

bool mof_parse_string(struct mof_parser *p, struct text *ret); /* adjacent strings are one */
bool mof_parse_scalar(struct mof_parser *p, struct cim_value *ret);
bool mof_parse_list(struct mof_parser *p, struct cim_value *ret);  /* "{…}" */
bool mof_parse_value(struct mof_parser *p, struct cim_value *ret); /* scalar or list */

#endif
