/* Sets of processors as the kernel lists them ("0-3,8"). Plain data, no allocation; any thread. */
#ifndef PROVIDERS_LIB_CPUSET_H
#define PROVIDERS_LIB_CPUSET_H

#include <stdio.h>

#include "providers/lib/procfile.h"

#define CPU_DIR "/sys/devices/system/cpu/"

enum { MAX_CPUS = 8192 };

struct cpuset {
    uint64_t bits[MAX_CPUS / 64];
};

static inline bool cpuset_has(const struct cpuset *s, unsigned cpu)
{
    return cpu < MAX_CPUS && s->bits[cpu / 64] >> cpu % 64 & 1;
}

/* "0-3,8,10-11" */
static inline void cpuset_parse(struct cpuset *s, const char *list)
{
    uint64_t from, to;

    memset(s, 0, sizeof(*s));
    while (procfile_digits(&list, &from)) {
        to = from;
        if (*list == '-') {
            list++;
            (void)procfile_digits(&list, &to); /* else to stays from */
        }
        for (; from <= to && from < MAX_CPUS; from++)
            s->bits[from / 64] |= UINT64_C(1) << from % 64;
        list += *list == ',';
    }
}

static inline bool cpuset_read(struct cpuset *s, const char *path)
{
    char list[4096];

    if (!procfile_line(path, list, sizeof(list)))
        return false;
    cpuset_parse(s, list);
    return true;
}

static inline bool cpuset_read_of(struct cpuset *s, unsigned cpu, const char *file, const char *old_file)
{
    char path[128];

    (void)snprintf(path, sizeof(path), CPU_DIR "cpu%u/topology/%s", cpu, file);
    if (cpuset_read(s, path))
        return true;
    (void)snprintf(path, sizeof(path), CPU_DIR "cpu%u/topology/%s", cpu, old_file);
    return cpuset_read(s, path);
}

static inline unsigned cpuset_first(const struct cpuset *s)
{
    unsigned cpu = 0;

    while (cpu < MAX_CPUS && !cpuset_has(s, cpu))
        cpu++;
    return cpu;
}

static inline unsigned cpuset_count(const struct cpuset *s)
{
    unsigned n = 0;

    for (size_t i = 0; i < MAX_CPUS / 64; i++)
        n += (unsigned)__builtin_popcountll(s->bits[i]);
    return n;
}

#endif
