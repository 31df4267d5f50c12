#include "cim/base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct text s, unsigned char *ret_bytes, size_t room, size_t *ret_n)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t n = 0, padding = 0;

    while (padding < 2 && padding < s.n && s.s[s.n - 1 - padding] == '=')
        padding++;
    if (padding && s.n % 4 != 0)
        return false;
    s.n -= padding;
    if (s.n % 4 == 1 || (padding && (s.n + padding) % 4 != 0))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int d = digit_of(s.s[i]);

        if (d < 0)
            return false;
        bits = bits << 6 | (uint32_t)d;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        if (n == room)
            return false;
        ret_bytes[n++] = (unsigned char)(bits >> have);
    }
    if (bits & ((1u << have) - 1))
        return false;
    *ret_n = n;
    return true;
}

void base64_encode(const unsigned char *bytes, size_t n, struct buf *out)
{
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        have += 8;
        while (have >= 6) {
            have -= 6;
            buf_char(out, digits[bits >> have & 63]);
        }
    }
    if (have)
        buf_char(out, digits[bits << (6 - have) & 63]);
}
