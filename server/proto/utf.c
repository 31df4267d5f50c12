#include "server/proto/utf.h"

#include <errno.h>

#include "server/proto/wsman.h"

/* Unicode 15, table 3-7: what may follow a lead byte, beyond 80..BF */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

unsigned utf8_next(const char *s, size_t n, uint32_t *ret_code_point)
{
    const unsigned char *u = (const unsigned char *)s;
    unsigned len = u[0] < 0x80 ? 1 : u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;
    uint32_t c = len < 2 ? u[0] : u[0] & (0x7Fu >> len);

    if (len == 0 || len > n || (len > 1 && !second_fits(u[0], u[1])))
        return 0;
    for (unsigned i = 1; i < len; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (u[i] & 0x3F);
    }
    *ret_code_point = c;
    return len;
}

char *utf8_put(char *out, uint32_t c)
{
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

    *out++ = (char)(more ? (0xFF00u >> (more + 1) & 0xFF) | c >> 6 * more : c);
    while (more--)
        *out++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    return out;
}

static uint32_t unit(const char *s, bool big_endian)
{
    const unsigned char *u = (const unsigned char *)s;

    return big_endian ? (uint32_t)u[0] << 8 | u[1] : (uint32_t)u[1] << 8 | u[0];
}

static bool is_high(uint32_t c)
{
    return c >= 0xD800 && c <= 0xDBFF;
}

static bool is_low(uint32_t c)
{
    return c >= 0xDC00 && c <= 0xDFFF;
}

/* Reads one character; 0 bytes if it is half a pair */
static unsigned utf16_next(const char *s, size_t n, bool big_endian, uint32_t *ret)
{
    uint32_t c = unit(s, big_endian), low;

    *ret = c;
    if (!is_high(c))
        return is_low(c) ? 0 : 2;
    if (n < 4)
        return 0;
    low = unit(s + 2, big_endian);
    *ret = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    return is_low(low) ? 4 : 0;
}

int utf16_to_utf8(struct arena *a, struct text in, bool *big_endian, struct text *ret, size_t *ret_offset)
{
    size_t at = 0;
    char *start, *out;

    if (in.n >= 2 && unit(in.s, true) == 0xFEFF)
        *big_endian = true;
    else if (in.n >= 2 && unit(in.s, false) == 0xFEFF)
        *big_endian = false;
    if (in.n >= 2 && unit(in.s, *big_endian) == 0xFEFF)
        at = 2;
    start = out = arena_alloc(a, in.n / 2 * 3 + 1); /* a unit below the surrogates takes at most 3 bytes, a pair 4 */
    if (!start)
        return -ENOMEM;
    while (at + 1 < in.n) {
        uint32_t c;
        unsigned step = utf16_next(in.s + at, in.n - at, *big_endian, &c);

        if (step == 0)
            break;
        out = utf8_put(out, c);
        at += step;
    }
    *ret_offset = at;
    *ret = (struct text){start, (size_t)(out - start)};
    return at < in.n;
}

static char *put_unit(char *out, uint32_t c, bool big_endian)
{
    out[big_endian] = (char)(c & 0xFF);
    out[!big_endian] = (char)(c >> 8);
    return out + 2;
}

size_t wsman_to_utf16(const char *utf8, size_t n, size_t *ret_used, char *out, size_t room, bool big_endian)
{
    const char *s = utf8, *end = utf8 + n;
    char *start = out;

    while (s < end) {
        uint32_t c;
        unsigned step = utf8_next(s, (size_t)(end - s), &c);
        size_t need = step == 4 ? 4 : 2;

        if (step == 0 || room < need) /* the rest of a character comes with the next bytes */
            break;
        if (step == 4) {
            out = put_unit(out, 0xD800 + ((c - 0x10000) >> 10), big_endian);
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        out = put_unit(out, c, big_endian);
        room -= need;
        s += step;
    }
    *ret_used = (size_t)(s - utf8);
    return (size_t)(out - start);
}
