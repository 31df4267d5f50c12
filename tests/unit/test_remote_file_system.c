/* The deadline of remote mounts, with a statvfs that hangs until it is let go. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/statvfs.h>

#include <cmocka.h>

static int fake_statvfs(const char *path, struct statvfs *ret);
static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *deadline);

#define statvfs(path, ret) fake_statvfs(path, ret)
#define pthread_cond_timedwait(cond, mutex, deadline) wait_until(cond, mutex, deadline)
#include "providers/remote_file_system.c"
#undef statvfs
#undef pthread_cond_timedwait

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: whoever asks below /dead hangs */
static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned calls;
static bool impatient; /* the deadline counts: not where somebody answers, however loaded the machine is */

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *deadline)
{
    return impatient ? pthread_cond_timedwait(cond, mutex, deadline) : pthread_cond_wait(cond, mutex);
}

static int fake_statvfs(const char *path, struct statvfs *ret)
{
    pthread_mutex_lock(&count_lock);
    calls++;
    pthread_mutex_unlock(&count_lock);
    if (strncmp(path, "/dead", 5) == 0) {
        pthread_mutex_lock(&gate);
        pthread_mutex_unlock(&gate);
    }
    memset(ret, 0, sizeof(*ret));
    ret->f_blocks = strlen(path);
    return strcmp(path, "/refused") == 0 ? -1 : 0;
}

static struct mount mount_at(const char *point)
{
    return (struct mount){.point = point, .point_length = strlen(point)};
}

static unsigned count_of_calls(void)
{
    unsigned n;

    pthread_mutex_lock(&count_lock);
    n = calls;
    pthread_mutex_unlock(&count_lock);
    return n;
}

static void wait_until_all_are_free(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < PROBES; i++)
        while (probes[i].state != FREE)
            pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void living_mount_answers(void **state)
{
    struct mount m = mount_at("/alive");
    struct statvfs v;

    (void)state;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(ask(&m, &v), ANSWERED);
        assert_int_equal(v.f_blocks, 6);
    }
    m = mount_at("/refused");
    assert_int_equal(ask(&m, &v), REFUSED);
}

static void dead_mount_is_asked_once_and_again_after_it_came_back(void **state)
{
    struct mount dead = mount_at("/dead"), alive = mount_at("/alive");
    struct statvfs v;
    unsigned before;

    (void)state;
    pthread_mutex_lock(&gate);
    impatient = true;
    assert_int_equal(ask(&dead, &v), LOST);
    impatient = false;
    before = count_of_calls();
    assert_int_equal(ask(&dead, &v), LOST);
    assert_int_equal(count_of_calls(), before);
    assert_int_equal(ask(&alive, &v), ANSWERED);
    pthread_mutex_unlock(&gate);
    wait_until_all_are_free();
    assert_int_equal(ask(&dead, &v), ANSWERED);
}

/* The second of waiting is taken out: places are filled with threads that nobody waits for. */
static void with_all_places_taken_nothing_is_asked(void **state)
{
    static const char *const points[PROBES] = {"/dead/1", "/dead/2", "/dead/3", "/dead/4",
                                               "/dead/5", "/dead/6", "/dead/7", "/dead/8"};
    struct mount alive = mount_at("/alive"), dead = mount_at("/dead/3");
    struct statvfs v;

    (void)state;
    pthread_mutex_lock(&gate);
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < PROBES; i++) {
        probes[i].state = RUNNING;
        probes[i].abandoned = true;
        memcpy(probes[i].path, points[i], strlen(points[i]) + 1);
        assert_true(probe_start(&probes[i]));
    }
    pthread_mutex_unlock(&lock);
    assert_int_equal(ask(&alive, &v), UNASKED);
    assert_int_equal(ask(&dead, &v), LOST);
    pthread_mutex_unlock(&gate);
    wait_until_all_are_free();
    assert_int_equal(ask(&alive, &v), ANSWERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(living_mount_answers),
        cmocka_unit_test(dead_mount_is_asked_once_and_again_after_it_came_back),
        cmocka_unit_test(with_all_places_taken_nothing_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
