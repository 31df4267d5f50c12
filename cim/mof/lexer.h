/* MOF text into tokens (DSP0004 annex A, mof digest section 1). A token borrows from the source, which is UTF-8 and
 * ends with a NUL behind its last byte. Keywords are plain names here: every keyword may also be a name, so the
 * parser tells them by place. One thread per lexer; nothing is allocated.
 */
#ifndef CIM_MOF_LEXER_H
#define CIM_MOF_LEXER_H

#include "cim/model/value.h"

/* Punctuation stands for itself: a token of kind '{' is a brace. */
enum mof_token_kind {
    MOF_END = 0,
    MOF_NAME = 256,
    MOF_ALIAS,  /* text without the dollar sign */
    MOF_STRING, /* text between the quotes, escapes not yet decoded */
    MOF_VALUE,  /* a number or a character in value */
    MOF_BAD,    /* error says what is wrong */
};

struct mof_token {
    int kind;
    bool escaped;          /* MOF_STRING: the text has escapes */
    uint32_t line, column; /* from 1; columns count bytes */
    struct text text;
    struct cim_value value; /* MOF_VALUE: uint64, sint64 (if negative), real64 or char16 */
    const char *error;      /* MOF_BAD: a constant sentence */
};

struct mof_lexer {
    const char *at, *end, *line_start;
    uint32_t line;
};

/* source.s[source.n] must be NUL. A byte order mark is skipped. */
void mof_lexer_init(struct mof_lexer *l, struct text source);
void mof_lexer_next(struct mof_lexer *l, struct mof_token *ret);

/* Appends the decoded text of a MOF_STRING; NULL or what is wrong with an escape. */
const char *mof_string_decode(struct buf *b, const struct mof_token *string);

/* An integer or real in MOF spelling, sign included; NULL or what is wrong. */
const char *mof_number(struct text spelling, struct cim_value *ret);

#endif
