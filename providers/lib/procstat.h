/* The line of /proc/PID/stat, taken apart without copying: pointers go into the text. No state; any thread. */
#ifndef PROVIDERS_LIB_PROCSTAT_H
#define PROVIDERS_LIB_PROCSTAT_H

#include <stdio.h>

#include "providers/lib/procfile.h"

/* Fields as proc(5) numbers them. */
enum {
    F_PPID = 4,
    F_PGRP = 5,
    F_SESSION = 6,
    F_TTY = 7,
    F_FLAGS = 9,
    F_UTIME = 14,
    F_STIME = 15,
    F_PRIORITY = 18,
    F_NICE = 19,
    F_THREADS = 20,
    F_START = 22,
    F_VSIZE = 23,
    F_RSS = 24,
    F_LAST = F_RSS
};

enum { PROCSTAT_KERNEL_THREAD = 0x00200000 }; /* in F_FLAGS: PF_KTHREAD of the kernel */

struct procstat {
    const char *name;
    size_t name_length;
    char state;
    const char *parent; /* its digits */
    size_t parent_length;
    int64_t field[F_LAST + 1]; /* from F_PPID on */
};

/* "123 (a (b) c) S 1 …": the name may hold anything, blanks and parentheses too; what follows the last ')' may
 * not. text is NUL-ended. */
static inline bool procstat_parse(const char *text, size_t length, struct procstat *ret_stat)
{
    const char *open = memchr(text, '(', length), *close = memrchr(text, ')', length), *p;

    if (!open || !close || close < open || close + 3 >= text + length)
        return false;
    ret_stat->name = open + 1;
    ret_stat->name_length = (size_t)(close - open - 1);
    ret_stat->state = close[2];
    p = close + 3;
    for (int f = F_PPID; f <= F_LAST; f++) {
        bool negative;
        uint64_t v;

        p += *p == ' ';
        negative = *p == '-';
        p += negative;
        if (f == F_PPID)
            ret_stat->parent = p;
        if (!procfile_digits(&p, &v))
            return false;
        if (f == F_PPID)
            ret_stat->parent_length = (size_t)(p - ret_stat->parent);
        ret_stat->field[f] = (int64_t)(negative ? 0 - v : v);
    }
    return true;
}

/* The name that ps shows for field F_TTY, packed as the kernel packs device numbers. false if there is no terminal. */
static inline bool procstat_terminal(uint32_t device, char *buf, size_t size)
{
    unsigned major = device >> 8 & 0xfff, minor = (device & 0xff) | (device >> 12 & 0xfff00);

    if (major >= 136 && major <= 143)
        (void)snprintf(buf, size, "pts/%u", (major - 136) * 256 + minor);
    else if (major == 4)
        (void)snprintf(buf, size, minor < 64 ? "tty%u" : "ttyS%u", minor < 64 ? minor : minor - 64);
    else if (major == 5 && minor == 1)
        (void)snprintf(buf, size, "console");
    else
        (void)snprintf(buf, size, "%u:%u", major, minor);
    return device != 0;
}

#endif
