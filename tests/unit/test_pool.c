/* Run slots: how much runs at a time, what a wait gives back, what a hung job costs. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "server/run/pool.h"

#include <cmocka.h>

/* A gate that jobs pass one by one: events instead of time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static unsigned inside, most, done, tickets;
static struct pool *pool;
static struct pool_thread *hung;

static int set_up(void **state)
{
    (void)state;
    inside = most = done = tickets = 0;
    hung = NULL;
    return 0;
}

static void enter(void)
{
    pthread_mutex_lock(&lock);
    inside++;
    most = inside > most ? inside : most;
    pthread_cond_broadcast(&moved);
}

static void leave(void)
{
    inside--;
    done++;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}

static void take_ticket(void)
{
    while (tickets == 0)
        pthread_cond_wait(&moved, &lock);
    tickets--;
}

static void let(unsigned n)
{
    pthread_mutex_lock(&lock);
    tickets += n;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}

static void wait_until(unsigned *what, unsigned value)
{
    pthread_mutex_lock(&lock);
    while (*what < value)
        pthread_cond_wait(&moved, &lock);
    pthread_mutex_unlock(&lock);
}

static void gated(void *arg)
{
    (void)arg;
    enter();
    take_ticket();
    leave();
}

static void waits(void *arg)
{
    (void)arg;
    enter();
    pthread_mutex_unlock(&lock);
    pool_wait_begin(pool);
    pthread_mutex_lock(&lock);
    take_ticket();
    pthread_mutex_unlock(&lock);
    pool_wait_end(pool);
    pthread_mutex_lock(&lock);
    leave();
}

static void hangs(void *arg)
{
    (void)arg;
    enter();
    hung = pool_self();
    take_ticket();
    leave();
}

static void no_more_than_slots_run_at_a_time(void **state)
{
    (void)state;
    pool = pool_new(2, 8, 32);
    for (int i = 0; i < 10; i++)
        assert_true(pool_submit(pool, gated, NULL));
    wait_until(&inside, 2);
    let(10);
    wait_until(&done, 10);
    assert_int_equal(most, 2);
    assert_true(pool_stop(pool, 60000));
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    pool = pool_new(1, 1, 2);
    assert_true(pool_submit(pool, gated, NULL));
    wait_until(&inside, 1);
    assert_true(pool_submit(pool, gated, NULL));
    assert_true(pool_submit(pool, gated, NULL));
    assert_false(pool_submit(pool, gated, NULL));
    let(3);
    wait_until(&done, 3);
    assert_true(pool_stop(pool, 60000));
}

static void a_waiting_job_lends_its_slot(void **state)
{
    (void)state;
    pool = pool_new(1, 4, 8);
    assert_true(pool_submit(pool, waits, NULL));
    assert_true(pool_submit(pool, waits, NULL));
    assert_true(pool_submit(pool, waits, NULL));
    wait_until(&inside, 3); /* with one slot */
    let(3);
    wait_until(&done, 3);
    assert_true(pool_stop(pool, 60000));
}

static void a_disowned_job_costs_no_slot(void **state)
{
    struct pool_counts counts;

    (void)state;
    pool = pool_new(1, 1, 8);
    assert_true(pool_submit(pool, hangs, NULL));
    wait_until(&inside, 1);
    pool_disown(pool, hung);
    pool_counts(pool, &counts);
    assert_int_equal(counts.running, 0);
    assert_int_equal(counts.disowned, 1);
    assert_true(pool_submit(pool, gated, NULL));
    wait_until(&inside, 2); /* although threads and slots are one each */
    let(2);
    wait_until(&done, 2);
    assert_true(pool_stop(pool, 60000));
}

static void waiting_has_a_quota(void **state)
{
    (void)state;
    pool = pool_new(1, 2, 8);
    assert_true(pool_may_wait(pool));
    assert_true(pool_submit(pool, waits, NULL));
    assert_true(pool_submit(pool, waits, NULL));
    assert_true(pool_submit(pool, gated, NULL)); /* runs although both may wait for ever */
    wait_until(&inside, 3);
    assert_false(pool_may_wait(pool));
    let(3);
    wait_until(&done, 3);
    assert_true(pool_may_wait(pool));
    assert_true(pool_stop(pool, 60000));
}

static void stopping_tells_when_a_job_hangs(void **state)
{
    (void)state;
    pool = pool_new(1, 1, 8);
    assert_true(pool_submit(pool, gated, NULL));
    wait_until(&inside, 1);
    assert_false(pool_stop(pool, 1));
    let(1);
    assert_true(pool_stop(pool, 60000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_more_than_slots_run_at_a_time, set_up),
        cmocka_unit_test_setup(a_full_queue_refuses, set_up),
        cmocka_unit_test_setup(a_waiting_job_lends_its_slot, set_up),
        cmocka_unit_test_setup(a_disowned_job_costs_no_slot, set_up),
        cmocka_unit_test_setup(waiting_has_a_quota, set_up),
        cmocka_unit_test_setup(stopping_tells_when_a_job_hangs, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
