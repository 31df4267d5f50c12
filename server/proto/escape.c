#include "server/proto/escape.h"

#include <string.h>

#include "server/proto/utf.h"

static inline uint64_t load8(const char *s)
{
    uint64_t v;

    memcpy(&v, s, 8);
    return v;
}

static inline uint32_t load4(const char *s)
{
    uint32_t v;

    memcpy(&v, s, 4);
    return v;
}

/* Copies 1 to 15 bytes if all are plain. Two overlapping loads cover any length without a loop. */
static inline bool copy_short(char *out, const char *s, size_t n)
{
    if (n >= 8) {
        uint64_t a = load8(s), b = load8(s + n - 8);

        if (!escape_plain((escape_bytes)(escape_words){a, b}))
            return false;
        memcpy(out, &a, 8);
        memcpy(out + n - 8, &b, 8);
    } else if (n >= 4) {
        uint32_t a = load4(s), b = load4(s + n - 4);
        uint64_t both = a | (uint64_t)b << 32;

        if (!escape_plain((escape_bytes)(escape_words){both, both}))
            return false;
        memcpy(out, &a, 4);
        memcpy(out + n - 4, &b, 4);
    } else {
        uint8_t a = (uint8_t)s[0], m = (uint8_t)s[n / 2], z = (uint8_t)s[n - 1];
        uint64_t all = a | (uint64_t)m << 8 | (uint64_t)z << 16 | (uint64_t)0x6161616161 << 24; /* filled up with 'a' */

        if (!escape_plain((escape_bytes)(escape_words){all, all}))
            return false;
        out[0] = (char)a;
        out[n / 2] = (char)m;
        out[n - 1] = (char)z;
    }
    return true;
}

static const char replacement[] = "\xEF\xBF\xBD";

#define PUT(out, literal) ((char *)memcpy((out), (literal), sizeof(literal) - 1) + sizeof(literal) - 1)

static char *put_ascii(char *out, char c)
{
    switch (c) {
    case '&':
        return PUT(out, "&amp;");
    case '<':
        return PUT(out, "&lt;");
    case '>':
        return PUT(out, "&gt;");
    case '\r':
        return PUT(out, "&#13;");
    default:
        if (c < ' ' && c != '\t' && c != '\n')
            return PUT(out, replacement);
        *out = c;
        return out + 1;
    }
}

/* Any one character */
static char *put_character(char *out, const char **s, const char *end)
{
    uint32_t c;
    unsigned n = utf8_next(*s, (size_t)(end - *s), &c);

    if (n == 0 || c == 0xFFFE || c == 0xFFFF) {
        *s += n ? n : 1;
        return PUT(out, replacement);
    }
    if (n == 1) {
        out = put_ascii(out, **s);
    } else {
        memcpy(out, *s, n);
        out += n;
    }
    *s += n;
    return out;
}

char *escape_any(char *out, const char *s, size_t n)
{
    const char *end = s + n;

    while (end - s >= 16) {
        const char *stop = s + 16;
        escape_bytes v;

        memcpy(&v, s, 16);
        if (escape_plain(v)) {
            memcpy(out, &v, 16);
            out += 16;
            s += 16;
            continue;
        }
        while (s < stop)
            out = put_character(out, &s, end);
    }
    n = (size_t)(end - s);
    if (n == 0)
        return out;
    if (copy_short(out, s, n))
        return out + n;
    while (s < end)
        out = put_character(out, &s, end);
    return out;
}

char *escape_attr(char *out, const char *s, size_t n)
{
    const char *end = s + n;

    while (s < end) {
        if (*s == '"' || *s == '\t' || *s == '\n') {
            out = *s == '"' ? PUT(out, "&quot;") : *s == '\t' ? PUT(out, "&#9;") : PUT(out, "&#10;");
            s++;
        } else {
            out = put_character(out, &s, end);
        }
    }
    return out;
}

/* Pieces, so that no room need be asked for ahead; cut between characters where the text is UTF-8 */
static void put(struct buf *b, struct text t, char *(*escape)(char *, const char *, size_t))
{
    char out[64 * ESCAPE_ATTR_MAX];

    while (t.n) {
        size_t n = t.n < 64 ? t.n : 64;

        while (n < t.n && n > 60 && ((unsigned char)t.s[n] & 0xC0) == 0x80)
            n--;
        buf_put(b, out, (size_t)(escape(out, t.s, n) - out));
        t = (struct text){t.s + n, t.n - n};
    }
}

void escape_put_text(struct buf *b, struct text t)
{
    put(b, t, escape_any);
}

void escape_put_attr(struct buf *b, struct text t)
{
    put(b, t, escape_attr);
}
