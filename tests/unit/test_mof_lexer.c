/* MOF text into tokens: every literal form, escapes, comments, places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/mof/lexer.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct pair {
    const char *source, *tokens;
};

static void show_value(struct buf *b, const struct cim_value *v)
{
    switch (v->type) {
    case CIM_UINT64:
        buf_printf(b, "u%ju", (uintmax_t)v->uint);
        return;
    case CIM_SINT64:
        buf_printf(b, "s%jd", (intmax_t)v->sint);
        return;
    case CIM_REAL64:
        buf_printf(b, "r%g", v->real);
        return;
    default:
        buf_printf(b, "c%x", v->char16);
    }
}

static void show_string(struct buf *b, const struct mof_token *t)
{
    struct buf text;
    const char *error;

    buf_init(&text, 10000);
    error = mof_string_decode(&text, t);
    if (error)
        buf_printf(b, "!%s", error);
    else
        buf_printf(b, "<%s>", buf_cstr(&text));
    buf_fini(&text);
}

static void show_token(struct buf *b, const struct mof_token *t)
{
    switch (t->kind) {
    case MOF_NAME:
        buf_text(b, t->text);
        return;
    case MOF_ALIAS:
        buf_char(b, '$');
        buf_text(b, t->text);
        return;
    case MOF_STRING:
        show_string(b, t);
        return;
    case MOF_VALUE:
        show_value(b, &t->value);
        return;
    case MOF_BAD:
        buf_printf(b, "!%s", t->error);
        return;
    default:
        buf_char(b, (char)t->kind);
    }
}

/* All tokens with a blank between two. Names stand for themselves, strings in <>, bad tokens as ! and what is wrong. */
static void show(struct buf *b, const char *source)
{
    struct mof_lexer l;
    struct mof_token t;

    buf_reset(b);
    mof_lexer_init(&l, text_of(source));
    for (mof_lexer_next(&l, &t); t.kind != MOF_END; mof_lexer_next(&l, &t)) {
        if (b->len)
            buf_char(b, ' ');
        show_token(b, &t);
    }
}

static void check(const struct pair *pairs, size_t n)
{
    struct buf b;

    buf_init(&b, 100000);
    for (size_t i = 0; i < n; i++) {
        show(&b, pairs[i].source);
        assert_string_equal(buf_cstr(&b), pairs[i].tokens);
    }
    buf_fini(&b);
}

static void numbers_have_their_value_in_every_base(void **state)
{
    static const struct pair pairs[] = {
        {"0 7 42", "u0 u7 u42"},
        {"-5 +5 -0", "s-5 u5 s0"},
        {"101b 101B -11b", "u5 u5 s-3"},
        {"0b 0x0b 0X0B 1b", "u0 u11 u11 u1"},
        {"017 00 -010", "u15 u0 s-8"},
        {"0xFf 0xdeadBEEF -0x10", "u255 u3735928559 s-16"},
        {"18446744073709551615 -9223372036854775808", "u18446744073709551615 s-9223372036854775808"},
        {"0xFFFFFFFFFFFFFFFF", "u18446744073709551615"},
        {".5 0.5 00.5 -1.25 +1.0e3 1.5E-2 2.0e+1", "r0.5 r0.5 r0.5 r-1.25 r1000 r0.015 r20"},
    };

    (void)state;
    check(pairs, LENGTH(pairs));
}

static void what_only_looks_like_a_number_is_one_bad_token(void **state)
{
    static const struct pair pairs[] = {
        {"018 ;", "!a number that begins with 0 is octal and has no digits 8 and 9 ;"},
        {"1e3;", "!malformed number ;"},
        {"12abc", "!malformed number"},
        {"0x", "!number without digits"},
        {"0xG", "!malformed number"},
        {"2b", "!malformed number"},
        {"b", "b"},
        {"- 5", "!number without digits u5"},
        {"1.", "!malformed number: a real has digits behind its point"},
        {"1.5.2", "!malformed number: a real has digits behind its point"},
        {"1.0e", "!malformed number: a real has digits behind its point"},
        {".", "!malformed number: a real has digits behind its point"},
        {"18446744073709551616", "!number does not fit 64 bits"},
        {"-9223372036854775809", "!number does not fit 64 bits"},
        {"1.0e999", "!number does not fit 64 bits"},
    };

    (void)state;
    check(pairs, LENGTH(pairs));
}

static void strings_and_characters_decode_their_escapes(void **state)
{
    static const struct pair pairs[] = {
        {"\"\" \"a b\"", "<> <a b>"},
        {"\"\\b\\t\\n\\f\\r\\\"\\'\\\\\"", "<\b\t\n\f\r\"'\\>"},
        {"\"\\x41\\X42z\\x00E9\\x20AC1\"", "<ABz\xC3\xA9\xE2\x82\xAC"
                                           "1>"},
        {"\"\\xD83D\\xDE00\"", "<\xF0\x9F\x98\x80>"},
        {"\"\xC3\xBC // no /* comment */\"", "<\xC3\xBC // no /* comment */>"},
        {"\"tab\there\"", "<tab\there>"},
        {"\"\\q\"", "!unknown escape in string"},
        {"\"\\x\"", "!unknown escape in string"},
        {"\"\\x0\"", "!a string cannot hold the character U+0000"},
        {"\"\\xD83D\"", "!half of a surrogate pair in string"},
        {"\"\\xDE00\\xD83D\"", "!half of a surrogate pair in string"},
        {"\"\\xD83Dx\"", "!half of a surrogate pair in string"},
        {"\"open\n;", "!string without closing quote on its line ;"},
        {"\"open", "!string without closing quote on its line"},
        {"\"open\\", "!string without closing quote on its line"},
        {"\"open\\\"", "!string without closing quote on its line"},
        {"\"\xFF\"", "!string is not UTF-8"},
        {"'a' '\"' '\\'' '\\x20ac' '\\n' '\\x0'", "c61 c22 c27 c20ac ca c0"},
        {"'\xC3\xA9'", "ce9"},
        {"'' ;", "!empty character ;"},
        {"'ab' ;", "!character without closing quote ;"},
        {"'\\q' ;", "!unknown escape in character ;"},
        {"'\xF0\x9F\x98\x80'", "!not a character of the basic multilingual plane"},
    };

    (void)state;
    check(pairs, LENGTH(pairs));
}

static void names_aliases_and_punctuation_stand_for_themselves(void **state)
{
    static const struct pair pairs[] = {
        {"class Class_9 _x", "class Class_9 _x"},
        {"\xC3\x84pfel", "\xC3\x84pfel"},
        {"$a $_1", "$a $_1"},
        {"[](){}:;,=#", "[ ] ( ) { } : ; , = #"},
        {"a/b", "a !unexpected character b"},
        {"a!@?", "a !unexpected character !unexpected character !unexpected character"},
        {"$ $9", "!a name must follow '$' !a name must follow '$' u9"},
        {"a\xFF", "!name is not UTF-8"},
    };

    (void)state;
    check(pairs, LENGTH(pairs));
}

static void blanks_comments_and_the_byte_order_mark_are_skipped(void **state)
{
    static const struct pair pairs[] = {
        {"", ""},
        {" \t\r\n\f\v", ""},
        {"\xEF\xBB\xBF"
         "a",
         "a"},
        {"a // b\nc //", "a c"},
        {"a/**/b/* * / // */c/***/d", "a b c d"},
        {"a /* b", "a !comment without end"},
        {"a /*/", "a !comment without end"},
        {"/* \xFF */ a", "a"},
    };

    (void)state;
    check(pairs, LENGTH(pairs));
}

static void places_count_lines_and_bytes_from_1(void **state)
{
    static const struct {
        uint32_t line, column;
    } places[] = {{1, 1}, {1, 5}, {2, 1}, {3, 3}, {6, 2}, {6, 6}};
    struct mof_lexer l;
    struct mof_token t;

    (void)state;
    mof_lexer_init(&l, TEXT("\xEF\xBB\xBF"
                            "one two\r\n\"three\"\n  four /*\n\n*/ // x\n '5' 6"));
    for (size_t i = 0; i < LENGTH(places); i++) {
        mof_lexer_next(&l, &t);
        assert_int_equal(t.line, places[i].line);
        assert_int_equal(t.column, places[i].column);
    }
    mof_lexer_next(&l, &t);
    assert_int_equal(t.kind, MOF_END);
}

static void a_zero_byte_is_no_end(void **state)
{
    struct mof_lexer l;
    struct mof_token t;

    (void)state;
    mof_lexer_init(&l, (struct text){"a\0b", 3});
    mof_lexer_next(&l, &t);
    mof_lexer_next(&l, &t);
    assert_int_equal(t.kind, MOF_BAD);
    mof_lexer_next(&l, &t);
    assert_int_equal(t.kind, MOF_NAME);
    mof_lexer_init(&l, (struct text){"\"\0\"", 3});
    mof_lexer_next(&l, &t);
    assert_string_equal(t.error, "a string cannot hold the character U+0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_comments_and_the_byte_order_mark_are_skipped),
        cmocka_unit_test(names_aliases_and_punctuation_stand_for_themselves),
        cmocka_unit_test(numbers_have_their_value_in_every_base),
        cmocka_unit_test(what_only_looks_like_a_number_is_one_bad_token),
        cmocka_unit_test(strings_and_characters_decode_their_escapes),
        cmocka_unit_test(places_count_lines_and_bytes_from_1),
        cmocka_unit_test(a_zero_byte_is_no_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
