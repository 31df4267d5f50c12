/* Users of a process by its pidfd, where the kernel has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "providers/lib/pidinfo.h"

#include <cmocka.h>

static uint64_t real, effective;

static enum pidinfo_outcome ask(long id)
{
    char pid[24];

    (void)snprintf(pid, sizeof(pid), "%ld", id);
    return pidinfo_users(pid, &real, &effective);
}

static int forget(void **state)
{
    (void)state;
    real = effective = UINT64_MAX;
    return 0;
}

static void own_users_are_known(void **state)
{
    (void)state;
    if (ask(getpid()) == PIDINFO_UNKNOWN)
        skip();
    assert_int_equal(real, getuid());
    assert_int_equal(effective, geteuid());
}

static void a_process_that_does_not_exist_is_gone(void **state)
{
    (void)state;
    if (ask(getpid()) == PIDINFO_UNKNOWN)
        skip();
    assert_int_equal(ask(0x7fffffff), PIDINFO_GONE);
}

static void a_kernel_without_it_is_not_asked_twice(void **state)
{
    enum pidinfo_outcome first = ask(getpid()), again = ask(getpid());

    (void)state;
    assert_int_equal(first, again);
    assert_true(first == PIDINFO_GOOD || real == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(own_users_are_known, forget),
        cmocka_unit_test_setup(a_process_that_does_not_exist_is_gone, forget),
        cmocka_unit_test_setup(a_kernel_without_it_is_not_asked_twice, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
