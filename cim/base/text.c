#include "cim/base/text.h"

#include <string.h>

struct text text_of(const char *s)
{
    return (struct text){s ? s : "", s ? strlen(s) : 0};
}

bool text_eq(struct text a, struct text b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static unsigned char fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool text_ieq(struct text a, struct text b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (fold((unsigned char)a.s[i]) != fold((unsigned char)b.s[i]))
            return false;
    return true;
}

bool text_ieqs(struct text a, const char *s)
{
    return text_ieq(a, text_of(s));
}

int text_icmp(struct text a, struct text b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int d = fold((unsigned char)a.s[i]) - fold((unsigned char)b.s[i]);

        if (d)
            return d;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text t)
{
    while (t.n && is_space(t.s[0])) {
        t.s++;
        t.n--;
    }
    while (t.n && is_space(t.s[t.n - 1]))
        t.n--;
    return t;
}

uint32_t text_ihash(struct text t)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < t.n; i++)
        h = (h ^ fold((unsigned char)t.s[i])) * 16777619u;
    return h;
}

bool text_to_u64(struct text t, uint64_t *ret_value)
{
    uint64_t v = 0;

    if (t.n == 0)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        unsigned d = (unsigned char)t.s[i] - '0';

        if (d > 9 || v > (UINT64_MAX - d) / 10)
            return false;
        v = v * 10 + d;
    }
    *ret_value = v;
    return true;
}

bool text_to_s64(struct text t, int64_t *ret_value)
{
    bool minus = t.n && t.s[0] == '-';
    uint64_t v;

    if (minus) {
        t.s++;
        t.n--;
    }
    if (!text_to_u64(t, &v) || v > (uint64_t)INT64_MAX + minus)
        return false;
    *ret_value = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

/* Length of the well-formed sequence at s, 0 if there is none (Unicode 15, table 3-7). */
static size_t sequence(const unsigned char *s, size_t n)
{
    unsigned char lo = 0x80, hi = 0xBF;
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

    if (len == 0 || len > n)
        return 0;
    if (s[0] == 0xE0)
        lo = 0xA0;
    else if (s[0] == 0xED)
        hi = 0x9F;
    else if (s[0] == 0xF0)
        lo = 0x90;
    else if (s[0] == 0xF4)
        hi = 0x8F;
    if (len > 1 && (s[1] < lo || s[1] > hi))
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

bool text_is_utf8(struct text t)
{
    const unsigned char *s = (const unsigned char *)t.s;

    for (size_t i = 0, step; i < t.n; i += step) {
        step = sequence(s + i, t.n - i);
        if (step == 0)
            return false;
    }
    return true;
}

struct text text_head(struct text t, size_t max)
{
    size_t n = max;

    if (t.n <= max)
        return t;
    while (n > 0 && max - n < 3 && ((unsigned char)t.s[n] & 0xC0) == 0x80)
        n--;
    return (struct text){t.s, n};
}
