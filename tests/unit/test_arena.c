#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/base/arena.h"

static void nothing_is_taken_before_the_first_allocation(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 4096);
    assert_int_equal(a.used, 0);
    arena_fini(&a);
    arena_fini(&a);
}

static void every_allocation_is_aligned_and_apart(void **state)
{
    struct arena a;
    char *last = NULL;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t n = 0; n < 200; n++) {
        char *p = arena_alloc(&a, n);

        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        memset(p, 0xAA, n);
        if (last && n > 1)
            assert_ptr_not_equal(p, last);
        last = p;
    }
    arena_fini(&a);
}

static void large_block_fits_between_small_ones(void **state)
{
    struct arena a;
    char *small, *large, *again;

    (void)state;
    arena_init(&a, 8 << 20);
    small = arena_strdup(&a, "small");
    large = arena_zalloc(&a, 3 << 20);
    again = arena_strdup(&a, "again");
    assert_non_null(large);
    assert_int_equal(large[0] | large[(3 << 20) - 1], 0);
    assert_string_equal(small, "small");
    assert_string_equal(again, "again");
    arena_fini(&a);
}

static void ceiling_refuses_and_what_is_there_stays(void **state)
{
    struct arena a;
    char *kept;

    (void)state;
    arena_init(&a, 2048);
    kept = arena_strdup(&a, "kept");
    assert_null(arena_alloc(&a, 4096));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 8));
    assert_null(arena_strndup(&a, "x", SIZE_MAX));
    assert_string_equal(kept, "kept");
    while (arena_alloc(&a, 16))
        assert_true(a.used <= 2048);
    assert_true(a.used <= 2048);
    arena_fini(&a);
}

static void warm_arena_takes_no_memory(void **state)
{
    struct arena a;
    size_t used;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_non_null(arena_alloc(&a, 500));
    used = a.used;
    assert_non_null(arena_alloc(&a, 5000));
    arena_reset(&a);
    assert_int_equal(a.used, used);
    for (int i = 0; i < 100; i++) {
        arena_reset(&a);
        assert_non_null(arena_alloc(&a, 500));
        assert_int_equal(a.used, used);
    }
    arena_fini(&a);
}

static void text_copies_end_with_a_nul(void **state)
{
    struct arena a;
    char *s;

    (void)state;
    arena_init(&a, 4096);
    s = arena_strndup(&a, "hello", 4);
    assert_string_equal(s, "hell");
    assert_string_equal(arena_strndup(&a, NULL, 0), "");
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_taken_before_the_first_allocation),
        cmocka_unit_test(every_allocation_is_aligned_and_apart),
        cmocka_unit_test(large_block_fits_between_small_ones),
        cmocka_unit_test(ceiling_refuses_and_what_is_there_stays),
        cmocka_unit_test(warm_arena_takes_no_memory),
        cmocka_unit_test(text_copies_end_with_a_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
