#include "cim/query/like.h"

#include <string.h>

uint32_t like_character(const char **p, const char *end)
{
    const unsigned char *s = (const unsigned char *)*p;
    const unsigned tail = s[0] < 0xC0 ? 0 : s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : 3;
    uint32_t c = tail ? s[0] & (0x3Fu >> tail) : s[0];

    ++*p;
    for (unsigned i = 0; i < tail && *p < end && ((unsigned char)**p & 0xC0) == 0x80; i++)
        c = c << 6 | ((unsigned char)*(*p)++ & 0x3F);
    return c;
}

static uint32_t fold_character(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* The `]` of the set whose `[` stands before p; NULL if it is never closed. A `]` that comes first belongs to the
 * set. */
static const char *set_end(const char *p, const char *end)
{
    if (p < end && *p == '^')
        p++;
    return p < end ? memchr(p + 1, ']', (size_t)(end - p - 1)) : NULL;
}

/* Whether c is in the set from p to end, the brackets excluded. */
static bool in_set(const char *p, const char *end, uint32_t c, bool fold)
{
    const bool negated = p < end && *p == '^';
    bool found = false;

    p += negated;
    while (p < end && !found) {
        uint32_t low = like_character(&p, end), high = low;

        if (end - p >= 2 && (*p == '-' || *p == '=')) {
            p++;
            high = like_character(&p, end);
        }
        found = fold ? c >= fold_character(low) && c <= fold_character(high) : c >= low && c <= high;
    }
    return found != negated;
}

/* One element of the pattern, not %, against the character c; *p moves behind the element. */
static bool match_one(const char **p, const char *end, uint32_t c, bool fold)
{
    const char *close = **p == '[' ? set_end(*p + 1, end) : NULL;
    uint32_t wanted;

    if (fold)
        c = fold_character(c);
    if (close) {
        const char *set = *p + 1;

        *p = close + 1;
        return in_set(set, close, c, fold);
    }
    if (**p == '_') {
        ++*p;
        return true;
    }
    wanted = like_character(p, end);
    return c == (fold ? fold_character(wanted) : wanted);
}

/* After a mismatch the run of the last % takes one character more; earlier ones never need to change. */
bool like_match(struct text pattern, struct text t, bool fold)
{
    const char *p = pattern.s, *p_end = p + pattern.n, *s = t.s, *s_end = s + t.n;
    const char *retry_p = NULL, *retry_s = NULL;

    while (s < s_end) {
        const char *next = s;

        if (p < p_end && *p == '%') {
            retry_p = ++p;
            retry_s = s;
            continue;
        }
        if (p < p_end && match_one(&p, p_end, like_character(&next, s_end), fold)) {
            s = next;
            continue;
        }
        if (!retry_p)
            return false;
        (void)like_character(&retry_s, s_end);
        p = retry_p;
        s = retry_s;
    }
    while (p < p_end && *p == '%')
        p++;
    return p == p_end;
}
