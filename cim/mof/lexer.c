#include "cim/mof/lexer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REAL_MAX_TEXT = 400 };

static const char no_zero[] = "a string cannot hold the character U+0000";

/* What a byte may begin or continue */
enum {
    BLANK = 1,
    NAME_START = 2,
    NAME_PART = 4,
    DIGIT = 8,
    HEX = 16,
    NUMBER_START = 32,
    PUNCTUATION = 64,
    STRING_PLAIN = 128
};

#define LETTER (NAME_START | NAME_PART | STRING_PLAIN)
#define ANY STRING_PLAIN

static const uint8_t classes[256] = {
    ['\t'] = BLANK,
    ['\n'] = BLANK,
    ['\r'] = BLANK,
    ['\v'] = BLANK,
    ['\f'] = BLANK,
    [' '] = BLANK | ANY,
    ['!'] = ANY,
    ['#' ... '&'] = ANY,
    ['('] = PUNCTUATION | ANY,
    [')'] = PUNCTUATION | ANY,
    ['*'] = ANY,
    ['+'] = NUMBER_START | ANY,
    [','] = PUNCTUATION | ANY,
    ['-'] = NUMBER_START | ANY,
    ['.'] = NUMBER_START | ANY,
    ['/'] = ANY,
    ['0' ... '9'] = DIGIT | HEX | NUMBER_START | NAME_PART | ANY,
    [':'] = PUNCTUATION | ANY,
    [';'] = PUNCTUATION | ANY,
    ['<'] = ANY,
    ['='] = PUNCTUATION | ANY,
    ['>' ... '@'] = ANY,
    ['A' ... 'F'] = LETTER | HEX,
    ['G' ... 'Z'] = LETTER,
    ['['] = PUNCTUATION | ANY,
    [']'] = PUNCTUATION | ANY,
    ['^'] = ANY,
    ['_'] = LETTER,
    ['`'] = ANY,
    ['a' ... 'f'] = LETTER | HEX,
    ['g' ... 'z'] = LETTER,
    ['{'] = PUNCTUATION | ANY,
    ['|'] = ANY,
    ['}'] = PUNCTUATION | ANY,
    ['~'] = ANY,
    [0x80 ... 0xFF] = LETTER,
};

static bool is(char c, unsigned what)
{
    return classes[(unsigned char)c] & what;
}

void mof_lexer_init(struct mof_lexer *l, struct text source)
{
    bool mark = source.n >= 3 && memcmp(source.s, "\xEF\xBB\xBF", 3) == 0;

    *l = (struct mof_lexer){.at = source.s + (mark ? 3 : 0), .end = source.s + source.n, .line = 1};
    l->line_start = l->at;
}

static void new_line(struct mof_lexer *l, const char *next)
{
    l->line++;
    l->line_start = next;
}

/* Skips a comment at l->at; false if it has no end. */
static bool skip_block_comment(struct mof_lexer *l)
{
    const char *p = l->at + 2;

    for (; p < l->end; p++) {
        if (*p == '\n')
            new_line(l, p + 1);
        else if (*p == '*' && p[1] == '/') {
            l->at = p + 2;
            return true;
        }
    }
    l->at = l->end;
    return false;
}

static void skip_line_comment(struct mof_lexer *l)
{
    const char *nl = memchr(l->at, '\n', (size_t)(l->end - l->at));

    l->at = nl ? nl : l->end;
}

static void bad(struct mof_token *t, const char *error)
{
    t->kind = MOF_BAD;
    t->error = error;
}

static void start_token(const struct mof_lexer *l, struct mof_token *t)
{
    t->line = l->line;
    t->column = (uint32_t)(l->at - l->line_start) + 1;
    t->text = (struct text){l->at, 0};
}

/* Blanks and comments; false after a comment without end, told in t. */
static bool skip_space(struct mof_lexer *l, struct mof_token *t)
{
    for (;;) {
        while (is(*l->at, BLANK)) {
            if (*l->at == '\n')
                new_line(l, l->at + 1);
            l->at++;
        }
        if (*l->at != '/' || (l->at[1] != '/' && l->at[1] != '*'))
            return true;
        if (l->at[1] == '/') {
            skip_line_comment(l);
            continue;
        }
        start_token(l, t);
        if (!skip_block_comment(l)) {
            bad(t, "comment without end");
            return false;
        }
    }
}

static void read_name(struct mof_lexer *l, struct mof_token *t)
{
    const char *p = l->at;
    char high = 0;

    while (is(*p, NAME_PART))
        high |= *p++;
    t->kind = MOF_NAME;
    t->text.n = (size_t)(p - l->at);
    l->at = p;
    if ((high & 0x80) && !text_is_utf8(t->text))
        bad(t, "name is not UTF-8");
}

static void read_alias(struct mof_lexer *l, struct mof_token *t)
{
    if (!is(l->at[1], NAME_START)) {
        l->at++;
        bad(t, "a name must follow '$'");
        return;
    }
    l->at++;
    t->text.s = l->at;
    read_name(l, t);
    if (t->kind == MOF_NAME)
        t->kind = MOF_ALIAS;
}

static void read_string(struct mof_lexer *l, struct mof_token *t)
{
    const char *p = l->at + 1;
    bool zero = false;
    char high = 0;

    t->text.s = p;
    for (; p < l->end && *p != '"'; p++) {
        if (is(*p, STRING_PLAIN)) {
            high |= *p;
            continue;
        }
        if (*p == '\n' || *p == '\r')
            break;
        zero |= *p == '\0';
        if (*p == '\\') {
            t->escaped = true;
            if (p + 1 < l->end && p[1] != '\n' && p[1] != '\r')
                p++;
        }
    }
    t->kind = MOF_STRING;
    t->text.n = (size_t)(p - t->text.s);
    if (p == l->end || *p != '"') {
        l->at = p;
        bad(t, "string without closing quote on its line");
        return;
    }
    l->at = p + 1;
    if (zero)
        bad(t, no_zero);
    else if ((high & 0x80) && !text_is_utf8(t->text))
        bad(t, "string is not UTF-8");
}

/* One escape behind its backslash: advances *p. The code unit, or -1. */
static int32_t decode_escape(const char **p, const char *end)
{
    static const char letters[] = "btnfr\"'\\", codes[] = "\b\t\n\f\r\"'\\";
    const char *found = *p < end && **p ? strchr(letters, **p) : NULL;
    const char *start;
    int32_t unit = 0;

    if (found) {
        (*p)++;
        return (unsigned char)codes[found - letters];
    }
    if (*p == end || (**p | 0x20) != 'x')
        return -1;
    start = ++*p;
    for (; *p < end && *p - start < 4 && is(**p, HEX); (*p)++)
        unit = unit * 16 + (**p <= '9' ? **p - '0' : (**p | 0x20) - 'a' + 10);
    return *p == start ? -1 : unit;
}

static void put_utf8(struct buf *b, uint32_t c)
{
    static const struct {
        uint32_t below;
        uint8_t lead, tail;
    } forms[] = {{0x80, 0, 0}, {0x800, 0xC0, 1}, {0x10000, 0xE0, 2}, {0x110000, 0xF0, 3}};
    const unsigned n = (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);

    buf_char(b, (char)(forms[n].lead | c >> (6 * n)));
    for (unsigned i = n; i-- > 0;)
        buf_char(b, (char)(0x80 | (c >> (6 * i) & 0x3F)));
}

static bool is_surrogate(int32_t unit, int32_t first)
{
    return unit >= first && unit < first + 0x400;
}

/* The character that the escape at *p (behind the backslash) begins, second half of a surrogate pair included. */
static const char *decode_character(const char **p, const char *end, uint32_t *ret)
{
    int32_t unit = decode_escape(p, end), low;

    if (unit < 0)
        return "unknown escape in string";
    if (unit == 0)
        return no_zero;
    *ret = (uint32_t)unit;
    if (!is_surrogate(unit, 0xD800) && !is_surrogate(unit, 0xDC00))
        return NULL;
    if (!is_surrogate(unit, 0xD800) || end - *p < 2 || **p != '\\')
        return "half of a surrogate pair in string";
    (*p)++;
    low = decode_escape(p, end);
    if (!is_surrogate(low, 0xDC00))
        return "half of a surrogate pair in string";
    *ret = 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
    return NULL;
}

const char *mof_string_decode(struct buf *b, const struct mof_token *string)
{
    const char *p = string->text.s, *end = p + string->text.n;

    if (!string->escaped) {
        buf_text(b, string->text);
        return NULL;
    }
    while (p < end) {
        const char *plain = memchr(p, '\\', (size_t)(end - p));
        const char *error;
        uint32_t c;

        buf_put(b, p, (size_t)((plain ? plain : end) - p));
        if (!plain)
            break;
        p = plain + 1;
        error = decode_character(&p, end, &c);
        if (error)
            return error;
        put_utf8(b, c);
    }
    return NULL;
}

/* A character of one UTF-16 code unit in UTF-8 at p: its length, 0 if there is none. */
static unsigned decode_utf8(const char *p, const char *end, uint16_t *ret)
{
    const unsigned char *s = (const unsigned char *)p;
    const unsigned n = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : 3;

    if (n > (size_t)(end - p) || !text_is_utf8((struct text){p, n}))
        return 0;
    *ret = (uint16_t)(n == 1   ? s[0]
                      : n == 2 ? (s[0] & 0x1F) << 6 | (s[1] & 0x3F)
                               : (s[0] & 0xF) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F));
    return n;
}

/* Behind the closing quote, if there is one soon; so `'ab'` is one mistake. The source's NUL ends the search. */
static const char *behind_quote(const char *p)
{
    enum { SOON = 12 };

    for (const char *q = p; q - p < SOON && *q && *q != '\n' && *q != ';'; q++)
        if (*q == '\'')
            return q + 1;
    return p;
}

static void read_char(struct mof_lexer *l, struct mof_token *t)
{
    const char *p = l->at + 1;
    uint16_t unit = 0;

    t->kind = MOF_VALUE;
    if (p < l->end && *p == '\\') {
        int32_t escape;

        p++;
        escape = decode_escape(&p, l->end);
        if (escape < 0)
            bad(t, "unknown escape in character");
        unit = (uint16_t)escape;
    } else if (p < l->end && *p != '\'' && *p != '\n' && *p != '\r') {
        const unsigned n = decode_utf8(p, l->end, &unit);

        if (n == 0)
            bad(t, "not a character of the basic multilingual plane");
        p += n ? n : 1;
    } else {
        bad(t, "empty character");
    }
    if (*p != '\'' && t->kind == MOF_VALUE)
        bad(t, "character without closing quote");
    l->at = behind_quote(p);
    t->value = value_char16(unit);
}

/* digits (not empty) in base as a number; NULL or what is wrong. */
static const char *integer(struct text digits, unsigned base, bool minus, struct cim_value *ret)
{
    uint64_t v = 0;

    if (digits.n == 0)
        return "number without digits";
    for (size_t i = 0; i < digits.n; i++) {
        const char c = digits.s[i];
        const unsigned d = is(c, DIGIT) ? (unsigned)(c - '0') : is(c, HEX) ? (unsigned)((c | 0x20) - 'a') + 10 : 99;

        if (d >= base)
            return base == 8 ? "a number that begins with 0 is octal and has no digits 8 and 9" : "malformed number";
        if (v > (UINT64_MAX - d) / base)
            return "number does not fit 64 bits";
        v = v * base + d;
    }
    if (!minus)
        *ret = value_uint(CIM_UINT64, v);
    else if (v <= (uint64_t)INT64_MAX + 1)
        *ret = value_sint(CIM_SINT64, (int64_t)(0 - v));
    else
        return "number does not fit 64 bits";
    return NULL;
}

/* [0-9]* '.' [0-9]+ [ (e|E) [+|-] [0-9]+ ] */
static bool is_real(struct text t)
{
    size_t i = 0, start;

    while (i < t.n && is(t.s[i], DIGIT))
        i++;
    if (i == t.n || t.s[i++] != '.')
        return false;
    for (start = i; i < t.n && is(t.s[i], DIGIT); i++)
        ;
    if (i == start || i == t.n)
        return i != start;
    if ((t.s[i++] | 0x20) != 'e')
        return false;
    if (i < t.n && (t.s[i] == '+' || t.s[i] == '-'))
        i++;
    for (start = i; i < t.n && is(t.s[i], DIGIT); i++)
        ;
    return i > start && i == t.n;
}

static const char *real(struct text t, bool minus, struct cim_value *ret)
{
    char copy[REAL_MAX_TEXT];
    double v;

    if (!is_real(t))
        return "malformed number: a real has digits behind its point";
    if (t.n >= sizeof(copy))
        return "number too long";
    memcpy(copy, t.s, t.n);
    copy[t.n] = '\0';
    v = strtod(copy, NULL); /* the program keeps the C locale for numbers */
    if (isinf(v))
        return "number does not fit 64 bits";
    *ret = value_real(CIM_REAL64, minus ? -v : v);
    return NULL;
}

const char *mof_number(struct text t, struct cim_value *ret)
{
    const bool sign = t.n && (t.s[0] == '-' || t.s[0] == '+');
    const bool minus = sign && t.s[0] == '-';

    if (sign)
        t = (struct text){t.s + 1, t.n - 1};
    if (t.n == 0)
        return "number without digits";
    if (memchr(t.s, '.', t.n))
        return real(t, minus, ret);
    if (t.n >= 2 && t.s[0] == '0' && (t.s[1] | 0x20) == 'x')
        return integer((struct text){t.s + 2, t.n - 2}, 16, minus, ret);
    if ((t.s[t.n - 1] | 0x20) == 'b')
        return integer((struct text){t.s, t.n - 1}, 2, minus, ret);
    return integer(t, t.n > 1 && t.s[0] == '0' ? 8 : 10, minus, ret);
}

/* Takes everything that could be meant as part of the number, so that `12abc` is one mistake and not two tokens. */
static void read_number(struct mof_lexer *l, struct mof_token *t)
{
    const char *p = l->at + 1;
    bool point = *l->at == '.';
    const char *error;

    for (;; p++) {
        const bool exponent_sign = point && (p[-1] | 0x20) == 'e' && (*p == '+' || *p == '-');

        if (*p == '.')
            point = true;
        else if (!is(*p, NAME_PART) && !exponent_sign)
            break;
    }
    t->text.n = (size_t)(p - l->at);
    t->kind = MOF_VALUE;
    l->at = p;
    error = mof_number(t->text, &t->value);
    if (error)
        bad(t, error);
}

void mof_lexer_next(struct mof_lexer *l, struct mof_token *ret)
{
    static const struct {
        char first;
        void (*read)(struct mof_lexer *l, struct mof_token *t);
    } special[] = {{'"', read_string}, {'\'', read_char}, {'$', read_alias}};

    *ret = (struct mof_token){.kind = MOF_END};
    if (!skip_space(l, ret))
        return;
    start_token(l, ret);
    if (l->at == l->end)
        return;
    if (is(*l->at, NAME_START)) {
        read_name(l, ret);
        return;
    }
    if (is(*l->at, PUNCTUATION) || *l->at == '#') {
        ret->kind = *l->at++;
        ret->text.n = 1;
        return;
    }
    if (is(*l->at, NUMBER_START)) {
        read_number(l, ret);
        return;
    }
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
        if (*l->at == special[i].first) {
            special[i].read(l, ret);
            return;
        }
    l->at++;
    bad(ret, "unexpected character");
}
