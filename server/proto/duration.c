#include "server/proto/wsman_impl.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take(struct text *t, char c)
{
    if (t->n == 0 || t->s[0] != c)
        return false;
    t->s++;
    t->n--;
    return true;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum;

    return __builtin_add_overflow(a, b, &sum) || sum > INT64_MAX ? INT64_MAX : sum;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t product;

    return __builtin_mul_overflow(a, b, &product) || product > INT64_MAX ? INT64_MAX : product;
}

/* Digits, as many as there are */
static bool take_number(struct text *t, uint64_t *ret)
{
    uint64_t v = 0;

    if (t->n == 0 || !is_digit(t->s[0]))
        return false;
    for (; t->n && is_digit(t->s[0]); t->s++, t->n--)
        v = add(times(v, 10), (uint64_t)(t->s[0] - '0'));
    *ret = v;
    return true;
}

/* Digits behind a point as milliseconds, rounded up: what is longer than nothing never counts as nothing */
static bool take_fraction(struct text *t, uint64_t *ret_ms)
{
    uint64_t ms = 0;
    unsigned place = 0, more = 0;

    for (; t->n && is_digit(t->s[0]); t->s++, t->n--, place++) {
        unsigned digit = (unsigned)(t->s[0] - '0');

        if (place < 3)
            ms += digit * (place == 0 ? 100 : place == 1 ? 10 : 1);
        else
            more |= digit;
    }
    *ret_ms = ms + (more != 0);
    return place > 0;
}

struct unit {
    char letter;
    bool time;
    uint64_t ms;
};

static const struct unit units[] = {
    {'Y', false, 365 * 86400000ull},
    {'M', false, 30 * 86400000ull},
    {'D', false, 86400000},
    {'H', true, 3600000},
    {'M', true, 60000},
    {'S', true, 1000},
};

enum { UNITS = sizeof(units) / sizeof(*units) };

/* One number and its letter. next: the first unit that may still come. */
static bool take_part(struct text *t, bool time, unsigned *next, uint64_t *total)
{
    uint64_t value, fraction = 0;
    bool point;

    if (!take_number(t, &value))
        return false;
    point = take(t, '.');
    if (point && !take_fraction(t, &fraction))
        return false;
    while (*next < UNITS && (units[*next].time != time || t->n == 0 || t->s[0] != units[*next].letter))
        (*next)++;
    if (*next == UNITS || (point && units[*next].letter != 'S'))
        return false;
    *total = add(*total, add(times(value, units[*next].ms), fraction));
    (*next)++;
    t->s++;
    t->n--;
    return true;
}

bool duration_parse(struct text t, int64_t *ret_ms)
{
    bool minus = take(&t, '-'), time = false, any = false;
    unsigned next = 0;
    uint64_t total = 0;

    if (!take(&t, 'P'))
        return false;
    while (t.n) {
        if (!time && take(&t, 'T')) {
            time = true;
            any = false; /* a T wants something behind it */
            continue;
        }
        if (!take_part(&t, time, &next, &total))
            return false;
        any = true;
    }
    *ret_ms = minus ? -(int64_t)total : (int64_t)total;
    return any;
}

bool positive_parse(struct text t, uint64_t *ret)
{
    uint64_t v;

    (void)take(&t, '+');
    if (!take_number(&t, &v) || t.n)
        return false;
    *ret = v == INT64_MAX ? UINT64_MAX : v;
    return v > 0;
}
