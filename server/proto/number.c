#include "server/proto/number.h"

#include <endian.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char number_pairs[200] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354"
    "555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

enum { DIGITS8 = 100000000 };
#define ASCII_ZEROS 0x3030303030303030u

/* The eight digits of v < 10^8 as bytes 0 to 9, the first one lowest: halves, quarters and eighths of the number are
 * split side by side in one word, without a loop or a table. The multiplications stand for divisions by 100 and 10 of
 * numbers that small.
 */
static inline uint64_t split8(uint32_t v)
{
    uint64_t x = v / 10000 | (uint64_t)(v % 10000) << 32, q;

    q = x * 10486 >> 20 & 0x0000007F0000007Fu;
    x = q | (x - q * 100) << 16;
    q = x * 103 >> 10 & 0x000F000F000F000Fu;
    return q | (x - q * 10) << 8;
}

static inline char *put8(char *out, uint32_t v)
{
    uint64_t text = htole64(split8(v) + ASCII_ZEROS);

    memcpy(out, &text, 8);
    return out + 8;
}

/* Without leading zeros: they are shifted out */
static inline char *put_upto8(char *out, uint32_t v)
{
    uint64_t x = split8(v);
    unsigned zeros = (unsigned)__builtin_ctzll(x | (uint64_t)1 << 56) / 8;
    uint64_t text = htole64((x + ASCII_ZEROS) >> 8 * zeros);

    memcpy(out, &text, 8);
    return out + 8 - zeros;
}

char *number_u64_long(char *out, uint64_t v)
{
    if (v < DIGITS8)
        return put_upto8(out, (uint32_t)v);
    out = number_u64(out, v / DIGITS8);
    return put8(out, (uint32_t)(v % DIGITS8));
}

char *number_real(char *out, double v, bool single)
{
    double limit = single ? 1e9 : 1e15; /* whole numbers below are written in full by %g, too */

    if (single)
        v = fabs(v) > FLT_MAX ? v * INFINITY : (double)(float)v;
    if (!isfinite(v)) {
        const char *text = isnan(v) ? "NaN" : v < 0 ? "-INF" : "INF";
        size_t n = strlen(text);

        memcpy(out, text, n);
        return out + n;
    }
    if (fabs(v) < limit && v == (double)(int64_t)v && (v != 0 || !signbit(v)))
        return number_s64(out, (int64_t)v);
    return out + snprintf(out, NUMBER_ROOM, "%.*g", single ? 9 : 17, v);
}

/* ---- Times ------------------------------------------------------------------------------------------------------------------- */

#define USEC_DAY ((int64_t)86400000000)
#define USEC_MINUTE ((int64_t)60000000)
/* Local times of the years 1 to 9999; the rest is the model's matter */
#define MIN_LOCAL (-719162 * USEC_DAY)
#define MAX_LOCAL (2932897 * USEC_DAY - 1)

static inline char *put2(char *out, unsigned v, char behind)
{
    memcpy(out, number_pairs + 2 * v, 2);
    out[2] = behind;
    return out + 3;
}

/* yyyy-mm-ddT of days since 0000-03-01. A year is taken to start in March. The two products divide by the mean length
 * of a year and of a month of five (Neri and Schneider, Euclidean affine functions and their application to calendar
 * algorithms, 2022).
 */
static inline char *put_date(char *out, uint32_t days)
{
    uint32_t n1 = 4 * days + 3, century = n1 / 146097, n2 = n1 % 146097 | 3;
    uint64_t p2 = (uint64_t)2939745 * n2;
    uint32_t of_year = (uint32_t)p2 / 2939745 / 4, n3 = 2141 * of_year + 197913;
    uint32_t january = of_year >= 306, of_century = (uint32_t)(p2 >> 32) + january;

    if (of_century == 100) {
        of_century = 0;
        century++;
    }
    memcpy(out, number_pairs + 2 * century, 2);
    out = put2(out + 2, of_century, '-');
    out = put2(out, (n3 >> 16) - 12 * january, '-');
    return put2(out, (n3 & 0xFFFF) / 2141 + 1, 'T');
}

/* .ffffff without the zeros at its end */
static inline char *put_fraction(char *out, uint32_t usec)
{
    uint64_t x = split8(usec),
             text = htole64(((x + ASCII_ZEROS) >> 8) - ('0' - '.')); /* the second digit, a zero, becomes the point */

    memcpy(out, &text, 8);
    return out + 7 - (unsigned)__builtin_clzll(x) / 8;
}

static inline char *put_time(char *out, uint64_t usec)
{
    uint32_t second = (uint32_t)(usec / 1000000), fraction = (uint32_t)(usec % 1000000);

    out = put2(out, second / 3600, ':');
    out = put2(out, second / 60 % 60, ':');
    out = put2(out, second % 60, '.') - 1;
    return fraction ? put_fraction(out, fraction) : out;
}

static char *put_zone(char *out, int minutes)
{
    unsigned east = (unsigned)(minutes < 0 ? -minutes : minutes);

    if (minutes == 0) {
        *out = 'Z';
        return out + 1;
    }
    *out = minutes < 0 ? '-' : '+';
    out = put2(out + 1, east / 60, ':');
    return put2(out, east % 60, ' ') - 1;
}

char *number_datetime(char *out, const struct cim_datetime *d)
{
    int offset =
        d->utc_offset >= -840 && d->utc_offset <= 840 ? d->utc_offset : 0; /* xs:dateTime has 14 hours at most */
    int64_t local;
    uint64_t since;

    if (d->interval || d->usec < MIN_LOCAL + USEC_DAY || d->usec > MAX_LOCAL - USEC_DAY)
        return out + datetime_print_iso(d, out);
    local = d->usec + offset * USEC_MINUTE;
    since = (uint64_t)(local + 719468 * USEC_DAY); /* since 0000-03-01 */
    out = put_date(out, (unsigned)(since / USEC_DAY));
    out = put_time(out, since % USEC_DAY);
    return put_zone(out, offset);
}
