#include "cim/core/local.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* localtime_r takes a lock and reads rules: the offset is asked for once a quarter of an hour of time stamps,
 * since no zone of the world changes between quarters. High 48 bits: the quarter; low 16: offset + 0x8000. Packed
 * so that one atomic access reads both. */
static _Atomic int64_t known;

enum { QUARTER = 900 };

struct cim_datetime local_datetime(int64_t unix_usec)
{
    int64_t second = unix_usec / 1000000, quarter = second / QUARTER,
            have = atomic_load_explicit(&known, memory_order_relaxed);
    int16_t offset;

    if (have >> 16 == quarter && have) {
        offset = (int16_t)((have & 0xFFFF) - 0x8000);
    } else {
        time_t t = (time_t)second;
        struct tm tm = {0};

        localtime_r(&t, &tm);
        offset = (int16_t)(tm.tm_gmtoff / 60);
        atomic_store_explicit(&known, quarter * 65536 + (offset + 0x8000), memory_order_relaxed);
    }
    return datetime_from_unix(unix_usec, offset);
}

static char host[256];

static void read_host(void)
{
    if (gethostname(host, sizeof(host) - 1) != 0 || !host[0])
        memcpy(host, "localhost", sizeof("localhost"));
    host[strcspn(host, ".")] = '\0';
}

const char *local_host(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, read_host);
    return host;
}
