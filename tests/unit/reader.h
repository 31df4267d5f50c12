/* A front end for tests of enumerations: a format that writes one line an instance, and a consumer that waits for its
 * wake. Tests run one at a time; flags are waited for, never time. */
#ifndef TESTS_UNIT_READER_H
#define TESTS_UNIT_READER_H

#include "server/run/enumeration.h"
#include "server/run/page.h"

extern const struct enumeration_format reader_lines; /* "<first property>\n"; its state is any pointer */

/* Sets a flag, and waits for one; any thread. */
void reader_note(bool *flag);
void reader_wait_for(const bool *flag);

struct reader {
    struct enumeration *e;
    bool woken;
    char text[4096]; /* the start of what was read */
    size_t bytes;
    uint64_t items;
    bool last;
};

extern const struct page_limits reader_no_limits;

void reader_wake(void *reader);
void reader_never_late(void *reader);

/* Runs the enumeration on the pool, unless it runs, and reads a page. */
void reader_page(struct reader *r, struct pool *pool, const struct page_limits *limits);

/* How it ended; missed is borrowed from the enumeration. */
HRESULT reader_outcome(struct reader *r, const char **ret_missed);

/* Cancels and releases. */
void reader_finish(struct reader *r);

#endif
