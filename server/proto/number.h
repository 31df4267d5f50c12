/* Numbers and times as XML text, written straight into the output. Nothing depends on the locale. Pure functions,
 * any thread. */
#ifndef SERVER_PROTO_NUMBER_H
#define SERVER_PROTO_NUMBER_H

#include <string.h>

#include "cim/model/datetime.h"

/* Room that each of them needs; up to so many bytes may be written, whatever the length of the text. */
enum { NUMBER_ROOM = 32, NUMBER_DATETIME_ROOM = 48 };

/* All return the end of the text. 10000 and more: */
char *number_u64_long(char *out, uint64_t v);

extern const char number_pairs[200]; /* 00 01 ... 99 */

static inline char *number_u64(char *out, uint64_t v)
{
    unsigned high, low;

    if (v < 10) {
        *out = (char)('0' + v);
        return out + 1;
    }
    if (v >= 10000)
        return number_u64_long(out, v);
    high = (unsigned)v / 100;
    low = (unsigned)v % 100;
    if (high >= 10) {
        memcpy(out, number_pairs + 2 * high, 2);
        out += 2;
    } else if (high) {
        *out++ = (char)('0' + high);
    }
    memcpy(out, number_pairs + 2 * low, 2);
    return out + 2;
}

static inline char *number_s64(char *out, int64_t v)
{
    if (v >= 0)
        return number_u64(out, (uint64_t)v);
    *out = '-';
    return number_u64(out + 1, 0 - (uint64_t)v);
}

/* xs:float with 9, xs:double with 17 digits: enough to come back as the same number. INF, -INF, NaN. */
char *number_real(char *out, double v, bool single);

/* xs:dateTime or xs:duration of a datetime all of whose digits are known; what datetime_print_iso writes, fast. */
char *number_datetime(char *out, const struct cim_datetime *d);

#endif
