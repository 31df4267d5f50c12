/* Memory that is out: the n-th allocation that code of ours makes fails, or all from the n-th on. Works in programs whose
 * name begins with test_allocation: they are linked so that calls of malloc and the like from our objects come here first
 * (FAILING in the Makefile), those from foreign libraries do not. A part of an arena counts as an allocation too, so
 * that every place that takes memory is met and not only the one that needs a new block.
 *
 *     for (struct failing f = {.stride = 1}; failing_next(&f);) {
 *         failing_begin(&f);
 *         … what is tested, nothing else …
 *         failing_end(&f);
 *         … what must be true now; f.failed tells whether it came to a failure …
 *     }
 */
#ifndef TESTS_UNIT_FAILING_H
#define TESTS_UNIT_FAILING_H

#include <stdbool.h>

enum failing_where {
    FAILING_HERE,      /* on the thread of failing_begin */
    FAILING_ELSEWHERE, /* on all others */
};

struct failing {
    unsigned stride;          /* 1 = every n */
    enum failing_where where; /* and when it is over nothing may run there any more that counts */
    unsigned n;
    bool lasting, failed;
};

/* The next n, first with one failure each and then with all from the n-th on; false when a round of the latter had none. */
bool failing_next(struct failing *f);

void failing_begin(const struct failing *f);
void failing_end(struct failing *f);

/* Counts an allocation of this thread; true if it is to fail. For the hooks of libraries. */
bool failing_now(void);

#endif
