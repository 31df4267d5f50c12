/* Bodies packed and unpacked, and a source of scripted steps read through the packer into rooms of all sizes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "server/http/gzip.h"

#include <cmocka.h>

enum { MAX = 1 << 20 };

static struct buf body;

static int set_up(void **state)
{
    (void)state;
    buf_init(&body, MAX);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_fini(&body);
    return 0;
}

static void fill(struct buf *b, size_t n)
{
    for (size_t i = 0; b->len + 20 <= n; i++)
        buf_printf(b, "<p:Name>%07zu</>\n.", i % 10000000);
}

/* ---- Whole bodies */

static void what_is_packed_is_smaller_and_comes_back(void **state)
{
    struct buf was;

    (void)state;
    fill(&body, MAX);
    buf_init(&was, MAX);
    buf_text(&was, buf_view(&body));
    assert_true(gzip_pack(&body, false));
    assert_true(body.len < was.len / 4);
    assert_int_equal(gzip_unpack(&body), 0);
    assert_true(text_eq(buf_view(&body), buf_view(&was)));
    buf_fini(&was);
}

static void what_does_not_shrink_stays_unless_it_must_be_packed(void **state)
{
    (void)state;
    buf_puts(&body, "short");
    assert_false(gzip_pack(&body, false));
    assert_true(text_eq(buf_view(&body), TEXT("short")));
    assert_true(gzip_pack(&body, true));
    assert_true(body.len > 5);
    assert_int_equal(gzip_unpack(&body), 0);
    assert_true(text_eq(buf_view(&body), TEXT("short")));
}

static void members_behind_one_another_are_one_body(void **state)
{
    struct buf one;

    (void)state;
    buf_init(&one, MAX);
    buf_puts(&one, "half");
    assert_true(gzip_pack(&one, true));
    buf_text(&body, buf_view(&one));
    buf_text(&body, buf_view(&one));
    assert_int_equal(gzip_unpack(&body), 0);
    assert_true(text_eq(buf_view(&body), TEXT("halfhalf")));
    buf_fini(&one);
}

static void what_is_cut_or_spoiled_is_refused_and_left_as_it_was(void **state)
{
    size_t whole;

    (void)state;
    fill(&body, 2000);
    assert_true(gzip_pack(&body, false));
    whole = body.len;
    for (body.len = 0; body.len < whole; body.len++)
        assert_int_equal(gzip_unpack(&body), -EBADMSG);
    body.data[whole - 5] ^= 1; /* of the checksum */
    assert_int_equal(gzip_unpack(&body), -EBADMSG);
    body.data[whole - 5] ^= 1;
    buf_puts(&body, "more");
    assert_int_equal(gzip_unpack(&body), -EBADMSG);
    body.len = whole;
    assert_int_equal(gzip_unpack(&body), 0);
}

static void a_bomb_is_given_up_at_the_limit(void **state)
{
    struct buf zeros;

    (void)state;
    buf_init(&zeros, 64 * MAX);
    while (zeros.len < zeros.max)
        buf_put(&zeros, (const char[4096]){0}, 4096);
    assert_true(gzip_pack(&zeros, false));
    assert_true(zeros.len < MAX);
    zeros.max = MAX;
    assert_int_equal(gzip_unpack(&zeros), -E2BIG);
    buf_fini(&zeros);
}

static void what_fits_the_limit_exactly_is_taken(void **state)
{
    (void)state;
    fill(&body, 2000);
    assert_true(gzip_pack(&body, false));
    body.max = 1999;
    assert_int_equal(gzip_unpack(&body), -E2BIG);
    body.max = 2000;
    assert_int_equal(gzip_unpack(&body), 0);
    assert_int_equal(body.len, 2000);
}

/* ---- Streams */

/* What read returns: so many bytes, or 0, REPLY_END, REPLY_ABORT. */
static const ssize_t *steps;
static size_t left; /* of a step's bytes */
static unsigned closed;

static ssize_t read_step(void *given, char *bytes, size_t room)
{
    size_t n;

    if (!left && *steps <= 0)
        return *steps < 0 ? *steps : *steps++;
    if (!left)
        left = (size_t)*steps;
    n = left < room ? left : room;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)('a' + (((struct buf *)given)->len + i) % 26);
    buf_put(given, bytes, n);
    left -= n;
    if (!left)
        steps++;
    return (ssize_t)n;
}

static void close_step(void *given)
{
    (void)given;
    closed++;
}

static z_stream unpacker;
static struct buf given, got;

static void open_packer(struct reply_source *source, const ssize_t *script)
{
    steps = script;
    left = 0;
    closed = 0;
    buf_init(&given, 16 * MAX);
    buf_init(&got, 16 * MAX);
    unpacker = (z_stream){0};
    assert_int_equal(inflateInit2(&unpacker, 15 + 16), Z_OK);
    *source = (struct reply_source){read_step, close_step, &given};
    assert_true(gzip_source(source));
}

static void close_packer(const struct reply_source *source)
{
    source->close(source->state);
    assert_int_equal(closed, 1);
    (void)inflateEnd(&unpacker);
    buf_fini(&given);
    buf_fini(&got);
}

/* What the client can see so far. */
static void take(char *packed, size_t n)
{
    char part[4096];
    int r = Z_OK;

    unpacker.next_in = (Bytef *)packed;
    unpacker.avail_in = (uInt)n;
    while (r == Z_OK) {
        unpacker.next_out = (Bytef *)part;
        unpacker.avail_out = sizeof(part);
        r = inflate(&unpacker, Z_SYNC_FLUSH);
        buf_put(&got, part, sizeof(part) - unpacker.avail_out);
    }
    assert_true(r == Z_BUF_ERROR || r == Z_STREAM_END);
    assert_int_equal(unpacker.avail_in, 0);
}

static const ssize_t pauses[] = {0, 1, 0, 0, 100, 0, 5000, 70000, 3, 0, 300000, 1000000, 0, 7, REPLY_END};

static void when_the_source_has_nothing_all_of_it_has_left(void **state)
{
    static const size_t rooms[] = {7, 8, 64, 1000, 48 << 10};
    struct reply_source source;
    char packed[48 << 10];
    ssize_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
        unsigned sleeps = 0;

        open_packer(&source, pauses);
        while ((n = source.read(source.state, packed, rooms[i])) >= 0) {
            assert_true((size_t)n <= rooms[i]);
            take(packed, (size_t)n);
            sleeps += n == 0;
            if (n == 0)
                assert_true(text_eq(buf_view(&got), buf_view(&given)));
        }
        assert_int_equal(n, REPLY_END);
        assert_true(sleeps >= 1);
        assert_int_equal(given.len, 1 + 100 + 5000 + 70000 + 3 + 300000 + 1000000 + 7);
        assert_true(text_eq(buf_view(&got), buf_view(&given)));
        assert_int_equal(source.read(source.state, packed, rooms[i]), REPLY_END);
        close_packer(&source);
    }
}

static void one_read_takes_no_more_than_a_burst(void **state)
{
    static const ssize_t endless[] = {MAX, REPLY_END};
    struct reply_source source;
    char packed[48 << 10];
    size_t before = 0;
    ssize_t n;

    (void)state;
    open_packer(&source, endless);
    while ((n = source.read(source.state, packed, sizeof(packed))) > 0) {
        assert_true(given.len - before <= MAX / 2);
        before = given.len;
    }
    assert_int_equal(n, REPLY_END);
    assert_int_equal(given.len, MAX);
    close_packer(&source);
}

static void an_aborted_source_is_aborted(void **state)
{
    static const ssize_t aborted[] = {10, REPLY_ABORT};
    struct reply_source source;
    char packed[1000];

    (void)state;
    open_packer(&source, aborted);
    assert_int_equal(source.read(source.state, packed, sizeof(packed)), REPLY_ABORT);
    close_packer(&source);
}

static void an_empty_source_is_an_empty_member(void **state)
{
    static const ssize_t none[] = {REPLY_END};
    struct reply_source source;
    char packed[1000];
    ssize_t n;

    (void)state;
    open_packer(&source, none);
    n = source.read(source.state, packed, sizeof(packed));
    assert_true(n > 0);
    buf_put(&body, packed, (size_t)n);
    assert_int_equal(source.read(source.state, packed, sizeof(packed)), REPLY_END);
    assert_int_equal(gzip_unpack(&body), 0);
    assert_int_equal(body.len, 0);
    close_packer(&source);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_packed_is_smaller_and_comes_back),
        TEST(what_does_not_shrink_stays_unless_it_must_be_packed),
        TEST(members_behind_one_another_are_one_body),
        TEST(what_is_cut_or_spoiled_is_refused_and_left_as_it_was),
        TEST(a_bomb_is_given_up_at_the_limit),
        TEST(what_fits_the_limit_exactly_is_taken),
        TEST(when_the_source_has_nothing_all_of_it_has_left),
        TEST(one_read_takes_no_more_than_a_burst),
        TEST(an_aborted_source_is_aborted),
        TEST(an_empty_source_is_an_empty_member),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
