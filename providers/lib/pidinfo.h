/* Who runs a process, by one ioctl of a pidfd (Linux 6.13 and later): a fraction of what reading /proc/PID/status
 * costs. Any thread.
 */
#ifndef PROVIDERS_LIB_PIDINFO_H
#define PROVIDERS_LIB_PIDINFO_H

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in the kernel's pidfd.h, in the first size that it had: headers older than the kernel lack it. */
struct pidinfo {
    uint64_t mask, cgroup;
    uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
    int32_t exit_code;
};

enum { PIDINFO_PID = 1, PIDINFO_CREDENTIALS = 2 };
#define PIDINFO_GET _IOWR(0xFF, 11, struct pidinfo)

enum pidinfo_outcome { PIDINFO_GOOD, PIDINFO_GONE, PIDINFO_UNKNOWN /* the kernel cannot: read the file */ };

/* GONE also for the id of a thread that is not a process. */
static inline enum pidinfo_outcome pidinfo_users(const char *pid, uint64_t *ret_real, uint64_t *ret_effective)
{
    static atomic_bool unsupported;
    struct pidinfo info = {.mask = PIDINFO_PID | PIDINFO_CREDENTIALS};
    int fd, r, error;

    if (atomic_load_explicit(&unsupported, memory_order_relaxed))
        return PIDINFO_UNKNOWN;
    fd = (int)syscall(SYS_pidfd_open, (pid_t)strtol(pid, NULL, 10), 0);
    if (fd < 0)
        return errno == ESRCH || errno == ENOENT || errno == EINVAL ? PIDINFO_GONE : PIDINFO_UNKNOWN;
    r = ioctl(fd, PIDINFO_GET, &info);
    error = errno;
    close(fd);
    if (r < 0 && error == ESRCH)
        return PIDINFO_GONE;
    if (r < 0 || !(info.mask & PIDINFO_CREDENTIALS)) {
        atomic_store(&unsupported, r < 0 && (error == ENOTTY || error == EINVAL));
        return PIDINFO_UNKNOWN;
    }
    *ret_real = info.ruid;
    *ret_effective = info.euid;
    return PIDINFO_GOOD;
}

#endif
