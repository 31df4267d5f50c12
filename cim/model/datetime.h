/* CIM datetime: a timestamp or an interval (DSP0004 section 5.2.4), with unknown low fields (asterisks). */
#ifndef CIM_MODEL_DATETIME_H
#define CIM_MODEL_DATETIME_H

#include <stdbool.h>
#include <stdint.h>

#include "cim/base/text.h"

enum { DATETIME_TEXT = 25 };

struct cim_datetime {
    int64_t usec;       /* timestamp: since 1970-01-01 00:00 UTC, unknown fields at their lowest; interval: length */
    int16_t utc_offset; /* minutes east; 0 for intervals */
    uint8_t interval;   /* 1 for an interval */
    uint8_t digits; /* known digits of yyyymmddhhmmssmmmmmm or ddddddddhhmmssmmmmmm from the left; 20 when all are known */
};

/* A moment, to be written with the local time of utc_offset. What the 25 characters cannot hold (years 1 to 9999,
 * 99999999 days, offsets of 999 minutes) is cut to the nearest that they can.
 */
struct cim_datetime datetime_from_unix(int64_t usec, int16_t utc_offset);
struct cim_datetime datetime_interval(uint64_t usec);

/* Reads the 25-character form strictly; false if it is none. Unknown are whole fields from the right, in the
 * microseconds single digits. */
bool datetime_parse(struct text t, struct cim_datetime *ret);

/* Reads xs:dateTime (without a zone: UTC) or xs:duration (PnDTnHnMn.nS, years and months must be 0, not negative) as
 * WS-CIM sends them. Digits beyond microseconds are dropped.
 */
bool datetime_parse_iso(struct text t, struct cim_datetime *ret);

/* Writes 25 characters and a NUL. */
void datetime_print(const struct cim_datetime *d, char ret_text[DATETIME_TEXT + 1]);

/* Writes xs:dateTime (Z for UTC 0, fraction only when not zero) or xs:duration; asterisks are the caller's matter.
 * Returns the length, below 48.
 */
unsigned datetime_print_iso(const struct cim_datetime *d, char ret_text[48]);

/* <0, 0, >0; only meaningful for the same kind. Timestamps compare in UTC. With unknown fields both stand for ranges:
 * equal only if the ranges coincide, else by their starts.
 */
int datetime_compare(const struct cim_datetime *a, const struct cim_datetime *b);

#endif
