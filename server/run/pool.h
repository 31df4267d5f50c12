/* Worker threads and run slots. A slot is the right to use a processor: there are a few, and work waits in order for
 * one. A thread that is about to wait for somebody else (a slow reader) gives its slot back and takes one again when
 * it goes on, so waiting costs a thread but never work of others: there is always one for a free slot. Threads are
 * started as they are needed and end after some idle seconds.
 */
#ifndef SERVER_RUN_POOL_H
#define SERVER_RUN_POOL_H

#include <stdbool.h>

struct pool;

/* slots: how much runs at a time; waiting: how many threads may wait for slow readers beside them; queue: jobs that
 * may wait for a slot. All at least 1. NULL when memory is out.
 */
struct pool *pool_new(unsigned slots, unsigned waiting, unsigned queue);

/* Refuses new jobs, waits until running ones are done (the caller has cancelled them), frees. Jobs that hang past the
 * deadline in milliseconds are left behind with the pool: then false is returned and the process should end. NULL is
 * allowed.
 */
bool pool_stop(struct pool *p, unsigned deadline_ms);

/* Any thread. false when the queue is full or the pool stops: the caller answers "busy". */
bool pool_submit(struct pool *p, void (*fn)(void *arg), void *arg);

/* True while another thread may wait for a slow reader. */
bool pool_may_wait(struct pool *p);

/* On a pool thread, around a wait. Calls nest with nothing in between. */
void pool_wait_begin(struct pool *p);
void pool_wait_end(struct pool *p); /* comes back with a slot */

/* Another thread's job counts as hung: its slot is given to others for good. token is what pool_self returned on that
 * thread. The job does not give the slot back a second time when it ends.
 */
struct pool_thread;
struct pool_thread *pool_self(void); /* NULL on a thread that is not of a pool */
void pool_disown(struct pool *p, struct pool_thread *token);

struct pool_counts {
    unsigned threads, running, waiting, queued, disowned;
};
void pool_counts(struct pool *p, struct pool_counts *ret);

#endif
