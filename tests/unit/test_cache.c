/* Which header bytes are known again, for how long and in which generation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "server/auth/cache.h"

#include <cmocka.h>

static void digests_differ_between_headers_and_between_processes(void **state)
{
    unsigned char a[CACHE_DIGEST], b[CACHE_DIGEST], c[CACHE_DIGEST];
    struct cache *one = cache_new(), *two = cache_new();

    (void)state;
    assert_true(cache_digest(one, text_of("Basic QTpi"), a));
    assert_true(cache_digest(one, text_of("Basic QTpi"), b));
    assert_memory_equal(a, b, CACHE_DIGEST);
    assert_true(cache_digest(one, text_of("Basic QTpj"), b));
    assert_memory_not_equal(a, b, CACHE_DIGEST);
    assert_true(cache_digest(two, text_of("Basic QTpi"), c));
    assert_memory_not_equal(a, c, CACHE_DIGEST);
    assert_null(cache_free(one));
    assert_null(cache_free(two));
}

static void an_entry_lives_five_minutes_and_one_generation(void **state)
{
    unsigned char digest[CACHE_DIGEST] = {1}, other[CACHE_DIGEST] = {1, 0, 1};
    char user[BASIC_NAME_MAX + 1] = "";
    struct cache *c = cache_new();

    (void)state;
    cache_put(c, digest, 7, 1000, "adam");
    assert_true(cache_get(c, digest, 7, 1000, user));
    assert_string_equal(user, "adam");
    assert_true(cache_get(c, digest, 7, 1000 + CACHE_LIFE_MS - 1, user));
    assert_false(cache_get(c, digest, 7, 1000 + CACHE_LIFE_MS, user));
    assert_false(cache_get(c, digest, 8, 1000, user));
    assert_false(cache_get(c, other, 7, 1000, user));
    cache_put(c, digest, 8, 2000, "eve");
    assert_true(cache_get(c, digest, 8, 2000, user));
    assert_string_equal(user, "eve");
    assert_null(cache_free(c));
}

static void a_shorter_name_leaves_nothing_of_a_longer_one(void **state)
{
    unsigned char digest[CACHE_DIGEST] = {1};
    char user[BASIC_NAME_MAX + 1];
    struct cache *c = cache_new();

    (void)state;
    cache_put(c, digest, 1, 0, "administrator");
    cache_put(c, digest, 1, 0, "adam");
    assert_true(cache_get(c, digest, 1, 0, user));
    assert_string_equal(user, "adam");
    assert_null(cache_free(c));
}

static void the_oldest_of_a_full_set_gives_way(void **state)
{
    char user[BASIC_NAME_MAX + 1];
    struct cache *c = cache_new();
    unsigned known = 0;

    (void)state;
    for (unsigned char i = 0; i < 5; i++) { /* all in one set */
        unsigned char digest[CACHE_DIGEST] = {3, 0, i};

        cache_put(c, digest, 1, i, "adam");
    }
    for (unsigned char i = 0; i < 5; i++) {
        unsigned char digest[CACHE_DIGEST] = {3, 0, i};
        bool found = cache_get(c, digest, 1, 10, user);

        known += found;
        assert_int_equal(found, i > 0);
    }
    assert_int_equal(known, 4);
    assert_null(cache_free(c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_differ_between_headers_and_between_processes),
        cmocka_unit_test(an_entry_lives_five_minutes_and_one_generation),
        cmocka_unit_test(a_shorter_name_leaves_nothing_of_a_longer_one),
        cmocka_unit_test(the_oldest_of_a_full_set_gives_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
