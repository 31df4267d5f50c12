/* The order of two values as queries see it. Used by cim/query alone; any thread. */
#ifndef CIM_QUERY_COMPARE_H
#define CIM_QUERY_COMPARE_H

#include "cim/model/path.h"

enum compare_case {
    COMPARE_EXACT,
    COMPARE_FOLDED,
    COMPARE_UPPER, /* the first text in upper case (ASCII), the second as it is */
};

/* <0, 0, >0 in ret; false if a and b cannot be compared: other kinds of types, timestamp and interval, NaN, embedded
 * objects. Numbers compare by value, datetimes in UTC; paths are equal or not (1), where a text key equals a typed one
 * of the same meaning. Both are scalars and not NULL.
 */
bool compare_values(const struct cim_value *a, const struct cim_value *b, enum compare_case how, int *ret);

#endif
