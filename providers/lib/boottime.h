/* When this host was started, in microseconds since 1970, the same number at every call: it moves only when
 * somebody steps the clock. */
#ifndef PROVIDERS_LIB_BOOTTIME_H
#define PROVIDERS_LIB_BOOTTIME_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t boottime_us(void)
{
    static _Atomic int64_t known;
    struct timespec real, boot;
    int64_t fresh, last = atomic_load_explicit(&known, memory_order_relaxed);

    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    fresh = ((int64_t)real.tv_sec - boot.tv_sec) * 1000000 + (real.tv_nsec - boot.tv_nsec) / 1000;
    /* The two readings are not taken at one moment, so the difference trembles; a clock that was set jumps. */
    if (llabs(fresh - last) < 500000)
        return last;
    fresh = (fresh + 5000) / 10000 * 10000;
    atomic_store_explicit(&known, fresh, memory_order_relaxed);
    return fresh;
}

#endif
