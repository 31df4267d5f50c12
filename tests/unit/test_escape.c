#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/escape.h"

#define FFFD "\xEF\xBF\xBD"

/* From and into memory of the exact size, so that the address sanitizer sees every step too far */
static void check(char *(*escape)(char *, const char *, size_t), unsigned per_byte, struct text in, const char *want)
{
    size_t room = in.n * per_byte;
    char *copy = malloc(in.n ? in.n : 1), *out = malloc(room ? room : 1), *end;

    assert_non_null(copy);
    assert_non_null(out);
    memcpy(copy, in.s, in.n);
    end = escape(out, copy, in.n);
    assert_int_equal(end - out, strlen(want));
    assert_memory_equal(out, want, strlen(want));
    free(copy);
    free(out);
}

static char *text(char *out, const char *s, size_t n)
{
    return escape_text(out, s, n);
}

static void each_character_becomes_what_xml_can_hold(void **state)
{
    static const struct {
        struct text in;
        const char *text, *attr;
    } cases[] = {
        {TEXT(""), "", ""},
        {TEXT("a"), "a", "a"},
        {TEXT("<"), "&lt;", "&lt;"},
        {TEXT(">"), "&gt;", "&gt;"},
        {TEXT("&"), "&amp;", "&amp;"},
        {TEXT("\""), "\"", "&quot;"},
        {TEXT("'"), "'", "'"},
        {TEXT("\r"), "&#13;", "&#13;"},
        {TEXT("\t"), "\t", "&#9;"},
        {TEXT("\n"), "\n", "&#10;"},
        {TEXT("\0"), FFFD, FFFD},
        {TEXT("\x1F"), FFFD, FFFD},
        {TEXT("\x7F"), "\x7F", "\x7F"},
        {TEXT("\xC3\xA4"), "\xC3\xA4", "\xC3\xA4"},
        {TEXT("\xE2\x82\xAC"), "\xE2\x82\xAC", "\xE2\x82\xAC"},
        {TEXT("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        {TEXT("\xEF\xBF\xBE"), FFFD, FFFD},                     /* U+FFFE */
        {TEXT("\xEF\xBF\xBF"), FFFD, FFFD},                     /* U+FFFF */
        {TEXT("\xED\xA0\x80"), FFFD FFFD FFFD, FFFD FFFD FFFD}, /* a surrogate */
        {TEXT("\xC0\x80"), FFFD FFFD, FFFD FFFD},               /* overlong */
        {TEXT("\xF4\x90\x80\x80"), FFFD FFFD FFFD FFFD, FFFD FFFD FFFD FFFD},
        {TEXT("\xE2\x82"), FFFD FFFD, FFFD FFFD}, /* cut */
        {TEXT("\xFF"), FFFD, FFFD},
        {TEXT("a<b>&c"), "a&lt;b&gt;&amp;c", "a&lt;b&gt;&amp;c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        check(text, ESCAPE_TEXT_MAX, cases[i].in, cases[i].text);
        check(escape_attr, ESCAPE_ATTR_MAX, cases[i].in, cases[i].attr);
    }
}

/* Every length up to a few vectors, the special byte at every place of it */
static void special_is_found_at_every_place_of_every_length(void **state)
{
    static const struct {
        char c;
        const char *as;
    } specials[] = {{'x', "x"},      {'<', "&lt;"}, {'>', "&gt;"},  {'&', "&amp;"},
                    {'\r', "&#13;"}, {'\1', FFFD},  {'\xFF', FFFD}, {'\n', "\n"}};
    char in[64], want[128];

    (void)state;
    for (size_t k = 0; k < sizeof(specials) / sizeof(*specials); k++)
        for (size_t n = 1; n <= 50; n++)
            for (size_t at = 0; at < n; at++) {
                size_t as = strlen(specials[k].as);

                memset(in, '=', n);
                memset(want, '=', sizeof(want));
                in[at] = specials[k].c;
                memcpy(want + at, specials[k].as, as);
                want[n - 1 + as] = '\0';
                check(text, ESCAPE_TEXT_MAX, (struct text){in, n}, want);
            }
}

static void neighbours_of_the_specials_are_plain(void **state)
{
    char plain[128];
    size_t n = 0;

    (void)state;
    for (char c = ' '; c < 0x7F; c++)
        if (c != '<' && c != '>' && c != '&')
            plain[n++] = c;
    plain[n] = '\0';
    check(text, ESCAPE_TEXT_MAX, (struct text){plain, n}, plain);
}

static void sequence_across_a_vector_stays_whole(void **state)
{
    (void)state;
    for (size_t before = 12; before <= 20; before++) {
        char in[64];

        memset(in, 'a', sizeof(in));
        memcpy(in + before, "\xF0\x9F\x98\x80", 4);
        in[40] = '\0';
        check(text, ESCAPE_TEXT_MAX, (struct text){in, 40}, in);
    }
}

static void buffer_takes_text_of_any_length_whole(void **state)
{
    struct buf b, want;

    (void)state;
    buf_init(&b, 100000);
    buf_init(&want, 100000);
    for (unsigned i = 0; i < 300; i++)
        buf_puts(&want, i % 3 ? "\xE2\x82\xAC" : "x");
    escape_put_text(&b, buf_view(&want));
    assert_int_equal(b.len, want.len);
    assert_memory_equal(b.data, want.data, want.len);
    buf_reset(&b);
    escape_put_attr(&b, TEXT("\"<\n\x80"));
    assert_string_equal(buf_cstr(&b), "&quot;&lt;&#10;" FFFD);
    buf_fini(&b);
    buf_fini(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_character_becomes_what_xml_can_hold),
        cmocka_unit_test(special_is_found_at_every_place_of_every_length),
        cmocka_unit_test(neighbours_of_the_specials_are_plain),
        cmocka_unit_test(sequence_across_a_vector_stays_whole),
        cmocka_unit_test(buffer_takes_text_of_any_length_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
