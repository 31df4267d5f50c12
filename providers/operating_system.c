/* Linux_OperatingSystem: the running system. Its Name is the host's, which is what OSName of everything it scopes
 * says. */
#include <dirent.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <systemd/sd-login.h>
#include <time.h>
#include <utmpx.h>

#include "cim/provider.h"
#include "providers/lib/boottime.h"
#include "providers/lib/procfile.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"The running Linux system: distribution, kernel, memory, load.\")]\n"
    "class Linux_OperatingSystem : CIM_OperatingSystem {\n"
    "  [Override(\"FreePhysicalMemory\"), Gauge, Description(\"Memory that programs can have without swapping: the kernel's MemAvailable, \"\n"
    "    \"which counts caches that can be dropped.\")]\n"
    "  uint64 FreePhysicalMemory;\n"
    "  [Override(\"Version\"), Description(\"The distribution's version; the kernel's release where the distribution has none.\")]\n"
    "  string Version;\n"
    "  [Description(\"Release of the running kernel, as uname -r shows it.\")]\n"
    "  string KernelRelease;\n"
    "  [Description(\"Machine the kernel is built for, as uname -m shows it.\")]\n"
    "  string Architecture;\n"
    "  [Gauge, Description(\"Tasks running, ready to run or in uninterruptible sleep: average over a minute.\")]\n"
    "  real64 LoadAverage1Minute;\n"
    "  [Gauge, Description(\"The same over 5 minutes.\")]\n"
    "  real64 LoadAverage5Minutes;\n"
    "  [Gauge, Description(\"The same over 15 minutes.\")]\n"
    "  real64 LoadAverage15Minutes;\n"
    "};\n";

#define PROPERTIES(X)                                                                                                  \
    X(Name), X(ElementName), X(Caption), X(Description), X(EnabledState), X(RequestedState), X(OperationalStatus),     \
        X(HealthState), X(OSType), X(OtherTypeDescription), X(Version), X(LastBootUpTime), X(LocalDateTime),           \
        X(CurrentTimeZone), X(NumberOfLicensedUsers), X(NumberOfUsers), X(NumberOfProcesses), X(MaxNumberOfProcesses), \
        X(MaxProcessesPerUser), X(TotalSwapSpaceSize), X(TotalVirtualMemorySize), X(FreeVirtualMemory),                \
        X(FreePhysicalMemory), X(TotalVisibleMemorySize), X(SizeStoredInPagingFiles), X(FreeSpaceInPagingFiles),       \
        X(Distributed), X(KernelRelease), X(Architecture), X(LoadAverage1Minute), X(LoadAverage5Minutes),              \
        X(LoadAverage15Minutes)
#define AS_SLOT(name) P_##name
#define AS_TEXT(name) #name

enum { PROPERTIES(AS_SLOT) };
static const char *const slots[] = {PROPERTIES(AS_TEXT), NULL};

/* The value of KEY=value or KEY="value \"quoted\"" in os-release(5); NULL if there is none. */
static const char *release_value(const char *text, const char *key, char *buf, size_t size)
{
    const char *p = procfile_find(text, key);
    char quote = p && (*p == '"' || *p == '\'') ? *p++ : '\0';
    size_t n = 0;

    for (; p && *p && *p != '\n' && *p != quote && n + 1 < size; p++) {
        if (*p == '\\' && quote != '\'' && p[1])
            p++;
        buf[n++] = *p;
    }
    buf[n] = '\0';
    return n ? buf : NULL;
}

static void put_identity(CInstance *i)
{
    char text[4096], value[128], description[sizeof(struct utsname) + 4];
    struct utsname u;
    const char *pretty, *name, *version;

    if (procfile_read(AT_FDCWD, "/etc/os-release", text, sizeof(text)) < 0 &&
        procfile_read(AT_FDCWD, "/usr/lib/os-release", text, sizeof(text)) < 0)
        text[0] = '\0';
    (void)uname(&u); /* fails for a bad address only */
    pretty = release_value(text, "PRETTY_NAME=", value, sizeof(value));
    CInstance_PutString(i, P_Caption, pretty ? pretty : "Linux");
    CInstance_PutString(i, P_ElementName, pretty ? pretty : "Linux");
    name = release_value(text, "NAME=", value, sizeof(value));
    CInstance_PutString(i, P_OtherTypeDescription, name ? name : "Linux");
    version = release_value(text, "VERSION_ID=", value, sizeof(value));
    CInstance_PutString(i, P_Version, version ? version : u.release);
    CInstance_PutString(i, P_KernelRelease, u.release);
    CInstance_PutString(i, P_Architecture, u.machine);
    (void)snprintf(description, sizeof(description), "%s %s %s %s", u.sysname, u.release, u.version, u.machine);
    CInstance_PutString(i, P_Description, description);
}

/* All in kB, as /proc/meminfo has them. */
static void put_memory(CInstance *i)
{
    uint64_t total, available, swap_total, swap_free;
    char text[4096];

    if (procfile_read(AT_FDCWD, "/proc/meminfo", text, sizeof(text)) < 0 || !procfile_field(text, "MemTotal:", &total) ||
        !procfile_field(text, "SwapTotal:", &swap_total) || !procfile_field(text, "SwapFree:", &swap_free) ||
        (!procfile_field(text, "MemAvailable:", &available) && !procfile_field(text, "MemFree:", &available)))
        return;
    CInstance_PutUint(i, P_TotalVisibleMemorySize, total);
    CInstance_PutUint(i, P_FreePhysicalMemory, available);
    CInstance_PutUint(i, P_TotalSwapSpaceSize, swap_total);
    CInstance_PutUint(i, P_SizeStoredInPagingFiles, swap_total);
    CInstance_PutUint(i, P_FreeSpaceInPagingFiles, swap_free);
    CInstance_PutUint(i, P_TotalVirtualMemorySize, total + swap_total);
    CInstance_PutUint(i, P_FreeVirtualMemory, available + swap_free);
}

static void put_load(CInstance *i)
{
    double load[3];

    if (getloadavg(load, 3) != 3)
        return;
    CInstance_PutDouble(i, P_LoadAverage1Minute, load[0]);
    CInstance_PutDouble(i, P_LoadAverage5Minutes, load[1]);
    CInstance_PutDouble(i, P_LoadAverage15Minutes, load[2]);
}

static void put_times(CInstance *i)
{
    struct timeval now;
    struct tm local;

    gettimeofday(&now, NULL);
    CInstance_PutTime(i, P_LastBootUpTime, boottime_us());
    CInstance_PutTime(i, P_LocalDateTime, (int64_t)now.tv_sec * 1000000 + now.tv_usec);
    if (localtime_r(&now.tv_sec, &local))
        CInstance_PutSint(i, P_CurrentTimeZone, local.tm_gmtoff / 60);
}

/* utmp has a record for every login; systems that gave it up know their sessions in logind. */
static void put_users(CInstance *i)
{
    struct utmpx records[32];
    uint64_t users = 0;
    ssize_t n;
    int fd = open("/run/utmp", O_RDONLY | O_CLOEXEC), sessions;

    if (fd < 0) {
        sessions = sd_get_sessions(NULL);
        if (sessions >= 0)
            CInstance_PutSint(i, P_NumberOfUsers, sessions);
        return;
    }
    while ((n = read(fd, records, sizeof(records))) > 0)
        for (size_t r = 0; r < (size_t)n / sizeof(*records); r++)
            users += records[r].ut_type == USER_PROCESS && records[r].ut_user[0];
    close(fd);
    CInstance_PutUint(i, P_NumberOfUsers, users);
}

static void put_process_count(CInstance *i)
{
    char buf[16384] __attribute__((aligned(8)));
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint64_t processes = 0;
    ssize_t n;

    if (proc < 0)
        return;
    while ((n = getdents64(proc, buf, sizeof(buf))) > 0) {
        const struct dirent64 *e;

        for (const char *at = buf; at < buf + n; at += e->d_reclen) {
            e = (const void *)at;
            processes += e->d_name[0] >= '1' && e->d_name[0] <= '9';
        }
    }
    close(proc);
    CInstance_PutUint(i, P_NumberOfProcesses, processes);
}

static void put_process_limits(CInstance *i)
{
    uint64_t threads, ids;
    char text[4096];

    if (procfile_number("/proc/sys/kernel/threads-max", &threads) && procfile_number("/proc/sys/kernel/pid_max", &ids))
        CInstance_PutUint(i, P_MaxNumberOfProcesses, threads < ids ? threads : ids);
    /* What the first process may have is what everybody starts with; "unlimited" is no number. */
    if (procfile_read(AT_FDCWD, "/proc/1/limits", text, sizeof(text)) > 0 &&
        procfile_field(text, "Max processes", &threads) && threads <= UINT32_MAX)
        CInstance_PutUint(i, P_MaxProcessesPerUser, threads);
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    CInstance *i = Provider_CreateNewInstance(pThis, pMethodContext);

    (void)lFlags;
    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    (void)Provider_SetSystemKeys(i); /* cannot fail: the class has them */
    CInstance_PutLiteral(i, P_Name, Provider_GetLocalComputerName());
    CInstance_PutUint(i, P_OSType, 36 /* LINUX */);
    CInstance_PutUint(i, P_EnabledState, 2 /* Enabled */);
    CInstance_PutUint(i, P_RequestedState, 12 /* Not Applicable */);
    CInstance_PutUintArray(i, P_OperationalStatus, (const uint64_t[]){2 /* OK */}, 1);
    CInstance_PutUint(i, P_HealthState, 5 /* OK */);
    CInstance_PutUint(i, P_NumberOfLicensedUsers, 0); /* unlimited */
    CInstance_PutBool(i, P_Distributed, false);
    put_identity(i);
    put_times(i);
    put_memory(i);
    put_load(i);
    if (MethodContext_Needs(pMethodContext, P_NumberOfUsers))
        put_users(i);
    if (MethodContext_Needs(pMethodContext, P_NumberOfProcesses))
        put_process_count(i);
    if (MethodContext_Needs(pMethodContext, P_MaxNumberOfProcesses) ||
        MethodContext_Needs(pMethodContext, P_MaxProcessesPerUser))
        put_process_limits(i);
    return Provider_Commit(pThis, i);
}

/* There is exactly one. */
static HRESULT count(Provider *pThis, MethodContext *pMethodContext, const char *pszClass, uint64_t *pCount)
{
    (void)pThis;
    (void)pMethodContext;
    (void)pszClass;
    *pCount = 1;
    return WBEM_S_NO_ERROR;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .CountInstances = count};
static Provider provider = {.name = "Linux_OperatingSystem", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule operating_system_module = {CIM_PROVIDER_ABI, mof, providers};
