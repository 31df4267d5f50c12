#include "cim/query/lexer.h"

#include <string.h>

static bool is_name_start(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char byte_at(const struct query_lexer *l, size_t at)
{
    return at < l->source.n ? l->source.s[at] : '\0';
}

/* Makes a token of the text up to end. */
static void take(struct query_lexer *l, struct query_token *t, enum query_token_kind kind, size_t end)
{
    t->kind = kind;
    t->text = (struct text){l->source.s + l->at, end - l->at};
    l->at = end;
}

static void read_name(struct query_lexer *l, struct query_token *t)
{
    size_t end = l->at;

    while (is_name_start(byte_at(l, end)) || is_digit(byte_at(l, end)) || (l->lexis->dashes && byte_at(l, end) == '-'))
        end++;
    take(l, t, QUERY_NAME, end);
}

static bool begins_number(const struct query_lexer *l)
{
    const char c = byte_at(l, l->at), next = byte_at(l, l->at + 1);

    return is_digit(c) || (c == '.' && is_digit(next)) || ((c == '-' || c == '+') && (is_digit(next) || next == '.'));
}

static void read_number(struct query_lexer *l, struct query_token *t)
{
    size_t end = l->at + 1;

    for (;; end++) {
        const char c = byte_at(l, end);
        const bool sign = (c == '+' || c == '-') && (byte_at(l, end - 1) | 0x20) == 'e';

        if (!is_digit(c) && !is_name_start(c) && c != '.' && !sign)
            break;
    }
    take(l, t, QUERY_NUMBER, end);
}

static void read_string(struct query_lexer *l, struct query_token *t)
{
    const char quote = l->source.s[l->at];
    size_t end = l->at + 1;

    while (end < l->source.n && l->source.s[end] != quote) {
        const bool escape = l->lexis->escapes && l->source.s[end] == '\\';

        t->escaped |= escape;
        end += escape ? 2 : 1;
    }
    if (end >= l->source.n) {
        take(l, t, QUERY_UNCLOSED, l->source.n);
        return;
    }
    take(l, t, QUERY_STRING, end + 1);
    t->text = (struct text){t->text.s + 1, t->text.n - 2};
}

/* Longer ones first */
static const struct {
    struct text spelling;
    enum query_op op, mirrored;
} operators[] = {
    {{"<=", 2}, QUERY_LE, QUERY_GE}, {{">=", 2}, QUERY_GE, QUERY_LE}, {{"<>", 2}, QUERY_NE, QUERY_NE},
    {{"!=", 2}, QUERY_NE, QUERY_NE}, {{"=", 1}, QUERY_EQ, QUERY_EQ},  {{"<", 1}, QUERY_LT, QUERY_GT},
    {{">", 1}, QUERY_GT, QUERY_LT},
};

static bool read_operator(struct query_lexer *l, struct query_token *t)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        const struct text o = operators[i].spelling;

        if (l->source.n - l->at < o.n || memcmp(l->source.s + l->at, o.s, o.n) != 0)
            continue;
        take(l, t, QUERY_OPERATOR, l->at + o.n);
        t->op = operators[i].op;
        t->mirrored = operators[i].mirrored;
        return true;
    }
    return false;
}

void query_lexer_next(struct query_lexer *l, struct query_token *ret)
{
    char c;

    while (l->at < l->source.n && memchr(" \t\r\n\v\f", l->source.s[l->at], 6))
        l->at++;
    *ret = (struct query_token){.kind = QUERY_END, .text = {l->source.s + l->at, 0}};
    if (l->at == l->source.n)
        return;
    c = l->source.s[l->at];
    if (is_name_start(c))
        read_name(l, ret);
    else if (begins_number(l))
        read_number(l, ret);
    else if (c && strchr(l->lexis->quotes, c))
        read_string(l, ret);
    else if (!read_operator(l, ret))
        take(l, ret, QUERY_PUNCTUATION, l->at + 1);
}
