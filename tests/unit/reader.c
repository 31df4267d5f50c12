#include "reader.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const void *plan(void *format, const struct cim_class *c)
{
    (void)c;
    return format;
}

static size_t bound(const void *p, const struct cim_instance *i)
{
    (void)p;
    return i->values[0].len + 1;
}

static char *encode(const void *p, const struct cim_instance *i, char *out)
{
    (void)p;
    memcpy(out, i->values[0].str, i->values[0].len);
    out[i->values[0].len] = '\n';
    return out + i->values[0].len + 1;
}

static void free_format(void *format)
{
    (void)format;
}

const struct enumeration_format reader_lines = {plan, bound, encode, free_format};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;

void reader_note(bool *flag)
{
    pthread_mutex_lock(&lock);
    *flag = true;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}

void reader_wait_for(const bool *flag)
{
    pthread_mutex_lock(&lock);
    while (!*flag)
        pthread_cond_wait(&moved, &lock);
    pthread_mutex_unlock(&lock);
}

void reader_wake(void *consumer)
{
    reader_note(&((struct reader *)consumer)->woken);
}

void reader_never_late(void *consumer)
{
    (void)consumer;
    fail();
}

static void run_job(void *arg)
{
    enumeration_run(arg);
    enumeration_unref(arg);
}

static void keep_text(struct reader *r, const char *part, size_t n)
{
    size_t room = r->bytes < sizeof(r->text) - 1 ? sizeof(r->text) - 1 - r->bytes : 0, some = n < room ? n : room;

    memcpy(r->text + (room ? r->bytes : 0), part, some);
    r->bytes += n;
}

void reader_page(struct reader *r, struct pool *pool, const struct page_limits *limits)
{
    struct enumeration_consumer c = {reader_wake, reader_never_late, r, 0, STREAM_FIRST_BYTES};
    static char part[100000];
    struct page page;
    enum page_state state = PAGE_BYTES;
    size_t n;

    assert_true(enumeration_attach(r->e, &c));
    page_init(&page, enumeration_stream(r->e), limits);
    assert_true(pool_submit(pool, run_job, enumeration_ref(r->e)));
    while (state != PAGE_DONE) {
        pthread_mutex_lock(&lock);
        r->woken = false;
        pthread_mutex_unlock(&lock);
        state = page_read(&page, part, sizeof(part), &n, true);
        if (state == PAGE_BYTES)
            keep_text(r, part, n);
        if (state == PAGE_EMPTY)
            reader_wait_for(&r->woken);
    }
    r->items += page.items;
    stream_lock(enumeration_stream(r->e));
    r->last = page_is_last(&page);
    stream_unlock(enumeration_stream(r->e));
    enumeration_detach(r->e, false);
}

const struct page_limits reader_no_limits = {UINT64_MAX, UINT64_MAX, UINT64_MAX};

void reader_finish(struct reader *r)
{
    enumeration_cancel(r->e);
    r->e = enumeration_unref(r->e);
}

HRESULT reader_outcome(struct reader *r, const char **ret_missed)
{
    HRESULT hr;

    stream_lock(enumeration_stream(r->e));
    hr = enumeration_outcome(r->e, ret_missed);
    stream_unlock(enumeration_stream(r->e));
    return hr;
}
