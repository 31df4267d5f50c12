#include "cim/model/datetime.h"

#include <stdio.h>
#include <string.h>

#define USEC_MINUTE ((int64_t)60000000)
#define USEC_DAY ((int64_t)86400000000)
#define MAX_INTERVAL (99999999 * USEC_DAY + USEC_DAY - 1)
/* 0001-01-01 00:00:00 and 9999-12-31 23:59:59.999999, of local time */
#define MIN_LOCAL (-719162 * USEC_DAY)
#define MAX_LOCAL (2932897 * USEC_DAY - 1)

enum { ALL_DIGITS = 20, MAX_OFFSET = 999, ISO_MAX_OFFSET = 840 };

/* Broken-down time; of an interval day counts from 0 and year and month stay 0 */
struct parts {
    unsigned year, month, day, hour, minute, second, usec;
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar; a year is taken to start in March, so that the leap
 * day ends it */
static int64_t days_from_civil(unsigned y, unsigned m, unsigned d)
{
    unsigned year = y - (m <= 2), of_era = year % 400;
    unsigned of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

    return (int64_t)(year / 400) * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_from_days(int64_t days, struct parts *p)
{
    unsigned z = (unsigned)(days + 719468), era = z / 146097, of_era = z % 146097;
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;

    p->day = of_year - (153 * month + 2) / 5 + 1;
    p->month = month < 10 ? month + 3 : month - 9;
    p->year = year + era * 400 + (p->month <= 2);
}

static unsigned days_of_month(unsigned y, unsigned m)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : days[m - 1];
}

static bool valid_date(const struct parts *p)
{
    return p->year >= 1 && p->month >= 1 && p->month <= 12 && p->day >= 1 && p->day <= days_of_month(p->year, p->month);
}

static bool valid_time(const struct parts *p)
{
    return p->hour <= 23 && p->minute <= 59 && p->second <= 59;
}

static int64_t usec_of_day(const struct parts *p)
{
    return ((int64_t)p->hour * 3600 + p->minute * 60 + p->second) * 1000000 + p->usec;
}

static int64_t local_usec(const struct parts *p)
{
    return days_from_civil(p->year, p->month, p->day) * USEC_DAY + usec_of_day(p);
}

static void split_day(int64_t usec, struct parts *p)
{
    p->usec = (unsigned)(usec % 1000000);
    p->second = (unsigned)(usec / 1000000 % 60);
    p->minute = (unsigned)(usec / USEC_MINUTE % 60);
    p->hour = (unsigned)(usec / (60 * USEC_MINUTE));
}

static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static struct parts split(const struct cim_datetime *d)
{
    struct parts p = {0};
    int64_t offset = d->utc_offset * USEC_MINUTE, local, days;

    if (d->interval) {
        local = clamp(d->usec, 0, MAX_INTERVAL);
        p.day = (unsigned)(local / USEC_DAY);
        split_day(local % USEC_DAY, &p);
        return p;
    }
    local = clamp(d->usec, MIN_LOCAL - offset, MAX_LOCAL - offset) + offset;
    days = (local - MIN_LOCAL) / USEC_DAY + MIN_LOCAL / USEC_DAY;
    civil_from_days(days, &p);
    split_day(local - days * USEC_DAY, &p);
    return p;
}

struct cim_datetime datetime_from_unix(int64_t usec, int16_t utc_offset)
{
    int16_t minutes = (int16_t)clamp(utc_offset, -MAX_OFFSET, MAX_OFFSET);
    int64_t offset = minutes * USEC_MINUTE;

    return (struct cim_datetime){.usec = clamp(usec, MIN_LOCAL - offset, MAX_LOCAL - offset),
                                 .utc_offset = minutes,
                                 .digits = ALL_DIGITS};
}

struct cim_datetime datetime_interval(uint64_t usec)
{
    return (struct cim_datetime){.usec = usec < MAX_INTERVAL ? (int64_t)usec : MAX_INTERVAL,
                                 .interval = 1,
                                 .digits = ALL_DIGITS};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The leading digits of t, all of it must be digits or, behind them, asterisks. Unknown digits count as 0. */
static bool read_field(const char *t, unsigned n, unsigned *ret_value, unsigned *ret_known)
{
    unsigned v = 0, known = 0;

    for (unsigned i = 0; i < n; i++) {
        if (is_digit(t[i]) && known == i)
            known++;
        else if (t[i] != '*')
            return false;
        v = v * 10 + (i < known ? (unsigned)(t[i] - '0') : 0);
    }
    *ret_value = v;
    *ret_known = known;
    return true;
}

/* Fields from the left. A field is known or unknown as a whole, but for the microseconds, the last one; behind an
 * unknown one all are unknown.
 */
static bool read_fields(const char *t, const uint8_t *widths, unsigned *const *values, unsigned n, uint8_t *ret_digits)
{
    unsigned digits = 0;
    bool complete = true;

    for (unsigned i = 0; i < n; i++) {
        unsigned known;

        if (i + 1 == n && *t++ != '.')
            return false;
        if (!read_field(t, widths[i], values[i], &known) || (known && !complete))
            return false;
        complete = known == widths[i];
        if (known && !complete && i + 1 < n)
            return false;
        digits += known;
        t += widths[i];
    }
    *ret_digits = (uint8_t)digits;
    return true;
}

static bool parse_interval(const char *t, struct cim_datetime *ret)
{
    static const uint8_t widths[] = {8, 2, 2, 2, 6};
    struct parts p = {0};
    unsigned *const values[] = {&p.day, &p.hour, &p.minute, &p.second, &p.usec};
    uint8_t digits;

    if (memcmp(t + 21, ":000", 4) != 0 || !read_fields(t, widths, values, 5, &digits) || !valid_time(&p))
        return false;
    *ret = (struct cim_datetime){.usec = p.day * USEC_DAY + usec_of_day(&p), .interval = 1, .digits = digits};
    return true;
}

static bool parse_timestamp(const char *t, struct cim_datetime *ret)
{
    static const uint8_t widths[] = {4, 2, 2, 2, 2, 2, 6};
    struct parts p = {0};
    unsigned *const values[] = {&p.year, &p.month, &p.day, &p.hour, &p.minute, &p.second, &p.usec};
    unsigned offset, known;
    uint8_t digits;
    int minutes;

    if (!read_fields(t, widths, values, 7, &digits) || !read_field(t + 22, 3, &offset, &known) || known != 3)
        return false;
    p.year = digits < 4 ? 1 : p.year; /* unknown fields at their lowest */
    p.month = digits < 6 ? 1 : p.month;
    p.day = digits < 8 ? 1 : p.day;
    if (!valid_date(&p) || !valid_time(&p))
        return false;
    minutes = t[21] == '-' ? -(int)offset : (int)offset;
    *ret = (struct cim_datetime){.usec = local_usec(&p) - minutes * USEC_MINUTE,
                                 .utc_offset = (int16_t)minutes,
                                 .digits = digits};
    return true;
}

bool datetime_parse(struct text t, struct cim_datetime *ret)
{
    if (t.n != DATETIME_TEXT)
        return false;
    if (t.s[21] == ':')
        return parse_interval(t.s, ret);
    return (t.s[21] == '+' || t.s[21] == '-') && parse_timestamp(t.s, ret);
}

void datetime_print(const struct cim_datetime *d, char ret_text[DATETIME_TEXT + 1])
{
    struct parts p = split(d);
    int offset = d->utc_offset;
    char text[64];

    if (d->interval)
        (void)snprintf(text, sizeof(text), "%08u%02u%02u%02u.%06u:000", p.day, p.hour, p.minute, p.second, p.usec);
    else
        (void)snprintf(text, sizeof(text), "%04u%02u%02u%02u%02u%02u.%06u%c%03u", p.year, p.month, p.day, p.hour,
                       p.minute, p.second, p.usec, offset < 0 ? '-' : '+', (unsigned)(offset < 0 ? -offset : offset));
    for (unsigned i = 0, digit = 0; i < 21; i++) /* 21 characters stand before the offset, 20 of them digits */
        if (text[i] != '.' && digit++ >= d->digits)
            text[i] = '*';
    memcpy(ret_text, text, DATETIME_TEXT);
    ret_text[DATETIME_TEXT] = '\0';
}

int datetime_compare(const struct cim_datetime *a, const struct cim_datetime *b)
{
    if (a->interval != b->interval)
        return a->interval - b->interval;
    if (a->usec != b->usec)
        return a->usec < b->usec ? -1 : 1;
    return a->digits - b->digits; /* the same start: the ranges coincide if as much is known of both */
}

/* ---- ISO forms: xs:dateTime and xs:duration ---------------------------------------------------------------------------------- */

static bool take(struct text *t, char c)
{
    if (t->n == 0 || t->s[0] != c)
        return false;
    t->s++;
    t->n--;
    return true;
}

/* Exactly n digits */
static bool take_digits(struct text *t, unsigned n, unsigned *ret)
{
    unsigned known;

    if (t->n < n || !read_field(t->s, n, ret, &known) || known != n)
        return false;
    t->s += n;
    t->n -= n;
    return true;
}

/* What stands behind a decimal point, in microseconds */
static bool take_fraction(struct text *t, unsigned *ret)
{
    unsigned v = 0, scale = 100000, n = 0;

    for (; t->n && is_digit(t->s[0]); n++) {
        v += (unsigned)(t->s[0] - '0') * scale;
        scale /= 10;
        t->s++;
        t->n--;
    }
    *ret = v;
    return n > 0;
}

/* Z, ±hh:mm up to 14 hours, or nothing; all of the rest */
static bool take_zone(struct text *t, int *ret_minutes)
{
    bool west = t->n && t->s[0] == '-';
    unsigned hours = 0, minutes = 0;

    if (!take(t, 'Z') && (take(t, '+') || take(t, '-'))) {
        if (!take_digits(t, 2, &hours) || !take(t, ':') || !take_digits(t, 2, &minutes) || minutes > 59 ||
            hours * 60 + minutes > ISO_MAX_OFFSET)
            return false;
    }
    *ret_minutes = (int)(hours * 60 + minutes) * (west ? -1 : 1);
    return t->n == 0;
}

static bool parse_iso_timestamp(struct text t, struct cim_datetime *ret)
{
    struct parts p = {0};
    bool midnight;
    int minutes;

    if (!take_digits(&t, 4, &p.year) || !take(&t, '-') || !take_digits(&t, 2, &p.month) || !take(&t, '-') ||
        !take_digits(&t, 2, &p.day) || !take(&t, 'T') || !take_digits(&t, 2, &p.hour) || !take(&t, ':') ||
        !take_digits(&t, 2, &p.minute) || !take(&t, ':') || !take_digits(&t, 2, &p.second))
        return false;
    if (take(&t, '.') && !take_fraction(&t, &p.usec))
        return false;
    midnight = p.hour == 24 && p.minute == 0 && p.second == 0 && p.usec == 0; /* the end of the day */
    if (!take_zone(&t, &minutes) || !valid_date(&p) || (!midnight && !valid_time(&p)))
        return false;
    *ret = datetime_from_unix(local_usec(&p) - minutes * USEC_MINUTE, (int16_t)minutes);
    return true;
}

/* One number of a duration, with what stands behind its point, in microseconds, if the letter is S */
static bool take_number(struct text *t, uint64_t *ret_value, unsigned *ret_usec, char *ret_letter)
{
    struct text digits = {t->s, 0};
    bool point;

    while (digits.n < t->n && is_digit(t->s[digits.n]))
        digits.n++;
    *t = (struct text){t->s + digits.n, t->n - digits.n};
    *ret_usec = 0;
    point = take(t, '.');
    if (!text_to_u64(digits, ret_value) || (point && !take_fraction(t, ret_usec)) || t->n == 0)
        return false;
    *ret_letter = t->s[0];
    return take(t, *ret_letter) && (!point || *ret_letter == 'S');
}

static bool parse_duration(struct text t, struct cim_datetime *ret)
{
    /* Years and months have no length */
    static const struct {
        char letter;
        bool time;
        uint64_t usec;
    } units[] = {{'Y', false, 0},         {'M', false, 0},       {'D', false, 86400000000},
                 {'H', true, 3600000000}, {'M', true, 60000000}, {'S', true, 1000000}};
    unsigned unit = 0, usec;
    bool time = false, any = false;
    uint64_t total = 0, value;
    char letter;

    while (t.n) {
        if (!time && take(&t, 'T')) {
            time = true;
            any = false; /* a T wants something behind it */
            continue;
        }
        if (!take_number(&t, &value, &usec, &letter))
            return false;
        while (unit < 6 && (units[unit].letter != letter || units[unit].time != time))
            unit++;
        if (unit == 6 || (units[unit].usec == 0 && value) || (value && value > MAX_INTERVAL / units[unit].usec))
            return false;
        total += value * units[unit++].usec + usec;
        if (total > MAX_INTERVAL)
            return false;
        any = true;
    }
    if (any)
        *ret = datetime_interval(total);
    return any;
}

bool datetime_parse_iso(struct text t, struct cim_datetime *ret)
{
    return take(&t, 'P') ? parse_duration(t, ret) : parse_iso_timestamp(t, ret);
}

static unsigned add_fraction(char *text, unsigned n, unsigned usec)
{
    if (usec == 0)
        return n;
    n += (unsigned)snprintf(text + n, 48 - n, ".%06u", usec);
    while (text[n - 1] == '0')
        n--;
    return n;
}

static unsigned print_duration(const struct cim_datetime *d, char *text)
{
    struct parts p = split(d);
    unsigned n = (unsigned)snprintf(text, 48, "P%uDT%uH%uM%u", p.day, p.hour, p.minute, p.second);

    n = add_fraction(text, n, p.usec);
    return n + (unsigned)snprintf(text + n, 48 - n, "S");
}

unsigned datetime_print_iso(const struct cim_datetime *d, char ret_text[48])
{
    struct cim_datetime local = *d;
    struct parts p;
    unsigned n, minutes;

    if (d->interval)
        return print_duration(d, ret_text);
    if (d->utc_offset < -ISO_MAX_OFFSET || d->utc_offset > ISO_MAX_OFFSET)
        local.utc_offset = 0;
    p = split(&local);
    n = (unsigned)snprintf(ret_text, 48, "%04u-%02u-%02uT%02u:%02u:%02u", p.year, p.month, p.day, p.hour, p.minute,
                           p.second);
    n = add_fraction(ret_text, n, p.usec);
    if (local.utc_offset == 0)
        return n + (unsigned)snprintf(ret_text + n, 48 - n, "Z");
    minutes = (unsigned)(local.utc_offset < 0 ? -local.utc_offset : local.utc_offset);
    return n + (unsigned)snprintf(ret_text + n, 48 - n, "%c%02u:%02u", local.utc_offset < 0 ? '-' : '+', minutes / 60,
                                  minutes % 60);
}
