/* Linux_UnixProcess: the processes of this host, one pass over /proc.
 *
 * /proc/PID/stat gives nearly everything at about 10 µs a process, most of it the kernel's; what needs another file
 * (real user, command line, executable) is read only if it was asked for, and nothing at all is read for a list of
 * keys. One buffer serves the whole pass.
 */
#include <dirent.h>
#include <pwd.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>

#include "cim/provider.h"
#include "providers/lib/boottime.h"
#include "providers/lib/pidinfo.h"
#include "providers/lib/procfile.h"
#include "providers/lib/procstat.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"A process of the Linux host, from /proc.\")]\n"
    "class Linux_UnixProcess : CIM_UnixProcess {\n"
    "  [Override(\"Priority\"), Description(\"The kernel's priority, lower is more urgent: 0 to 99 are real-time, 100 to 139 are normal \"\n"
    "    \"processes (120 plus the nice value).\")]\n"
    "  uint32 Priority;\n"
    "  [Override(\"ProcessNiceValue\"), Description(\"The nice value plus 20, so that it cannot be negative: 0 to 39, 20 is the default.\")]\n"
    "  uint32 ProcessNiceValue;\n"
    "  [Override(\"ModulePath\"), Description(\"The executable; it ends in ' (deleted)' when the file was replaced. NULL if it may not be known.\")]\n"
    "  string ModulePath;\n"
    "  [Description(\"User that permissions are checked against.\")]\n"
    "  uint64 EffectiveUserID;\n"
    "  [Gauge, Description(\"Threads in the process.\")]\n"
    "  uint32 ThreadCount;\n"
    "  [Gauge, Description(\"Size of the address space, used or not.\"), PUnit(\"byte\")]\n"
    "  uint64 VirtualMemorySize;\n"
    "  [Description(\"The user whose permissions the process has. Returns 0, or 2 if the user has no name: then User is the number.\"),\n"
    "   ValueMap { \"0\", \"2\" }, Values { \"Success\", \"No Such User\" }]\n"
    "  uint32 GetOwner([In(false), Out, Description(\"Name of the user.\")] string User,\n"
    "    [In(false), Out, Description(\"Host that the user is of.\")] string Domain);\n"
    "};\n";

/* Keys, what /proc/PID/stat gives, what costs more. */
#define PROPERTIES(X)                                                                                                \
    X(CSCreationClassName), X(CSName), X(OSCreationClassName), X(OSName), X(CreationClassName), X(Handle), X(Name),  \
        X(Caption), X(ElementName), X(EnabledState), X(OperationalStatus), X(HealthState), X(Priority),              \
        X(ExecutionState), X(OtherExecutionDescription), X(CreationDate), X(KernelModeTime), X(UserModeTime),        \
        X(WorkingSetSize), X(ParentProcessID), X(ProcessGroupID), X(ProcessSessionID), X(ProcessTTY),                \
        X(ProcessNiceValue), X(ThreadCount), X(VirtualMemorySize), X(RealUserID), X(EffectiveUserID), X(ModulePath), \
        X(Parameters)
#define AS_SLOT(name) P_##name
#define AS_TEXT(name) #name

enum { PROPERTIES(AS_SLOT), P_FIRST_OF_STAT = P_Name, P_LAST_OF_STAT = P_VirtualMemorySize };
static const char *const slots[] = {PROPERTIES(AS_TEXT), NULL};

enum { ARGUMENTS_MAX = 16 << 20 }; /* bytes; the kernel takes 6 MiB at most */

struct pass {
    Provider *provider;
    MethodContext *context;
    int proc; /* open /proc */
    const char *host;
    int64_t boot_us;
    int64_t tick_us;
    uint64_t page_bytes;
    bool want_stat, want_user, want_parameters, want_module;
    const char *const *names; /* the only ones wanted; empty = all */
    char *arguments;          /* grows, kept from process to process */
    size_t arguments_size;
    const char **argv;
    size_t argv_size;
    char buf[4096];
};

static int open_file(const struct pass *p, const char *pid, const char *file)
{
    char path[32];

    (void)snprintf(path, sizeof(path), "%s/%s", pid, file);
    return openat(p->proc, path, O_RDONLY | O_CLOEXEC);
}

/* Reads PID/file in one go. Its length, NUL-ended; -1 if the process is gone or hidden. */
static ssize_t read_small(const struct pass *p, const char *pid, const char *file, char *buf, size_t size)
{
    int fd = open_file(p, pid, file);
    ssize_t n;

    if (fd < 0)
        return -1;
    n = read(fd, buf, size - 1);
    close(fd);
    if (n >= 0)
        buf[n] = '\0';
    return n;
}

/* From /proc/PID/status, for kernels that cannot say it faster. */
static bool read_status(struct pass *p, const char *pid, uint64_t *ret_real, uint64_t *ret_effective)
{
    char buf[2048];
    const char *uid, *tgid;

    if (read_small(p, pid, "status", buf, sizeof(buf)) <= 0)
        return false;
    uid = procfile_find(buf, "Uid:");
    tgid = procfile_find(buf, "Tgid:");
    if (!uid || !tgid || strncmp(tgid, pid, strlen(pid)) != 0 || tgid[strlen(pid)] != '\n' ||
        !procfile_digits(&uid, ret_real))
        return false;
    uid += strspn(uid, " \t");
    return procfile_digits(&uid, ret_effective);
}

/* Real and effective user. false if the process is gone, or if pid names a thread of a process. */
static bool read_users(struct pass *p, const char *pid, uint64_t *ret_real, uint64_t *ret_effective)
{
    enum pidinfo_outcome quick = pidinfo_users(pid, ret_real, ret_effective);

    return quick == PIDINFO_UNKNOWN ? read_status(p, pid, ret_real, ret_effective) : quick == PIDINFO_GOOD;
}

static bool grow_arguments(struct pass *p)
{
    size_t size = p->arguments_size ? p->arguments_size * 4 : 16384;
    char *bigger = size <= ARGUMENTS_MAX ? realloc(p->arguments, size) : NULL;

    if (!bigger)
        return false;
    p->arguments = bigger;
    p->arguments_size = size;
    return true;
}

/* The whole of PID/cmdline into p->arguments; its length, 0 if there is none. */
static size_t load_arguments(struct pass *p, const char *pid)
{
    int fd = open_file(p, pid, "cmdline");
    size_t used = 0;
    ssize_t n = 1;

    if (fd < 0)
        return 0;
    while (n > 0 && (used + 1 < p->arguments_size || grow_arguments(p))) {
        n = read(fd, p->arguments + used, p->arguments_size - 1 - used);
        used += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return used;
}

/* A process may write over its command line (setproctitle), so the last argument may lack its NUL. */
static void put_parameters(struct pass *p, CInstance *i, const char *pid)
{
    size_t used = load_arguments(p, pid), n = 0;

    if (used == 0)
        return;
    p->arguments[used] = '\0';
    for (size_t at = 0; at < used; at += strlen(p->arguments + at) + 1)
        n++;
    if (n > p->argv_size) {
        const char **bigger = reallocarray(p->argv, n, sizeof(*bigger));

        if (!bigger)
            return;
        p->argv = bigger;
        p->argv_size = n;
    }
    n = 0;
    for (size_t at = 0; at < used; at += strlen(p->arguments + at) + 1)
        p->argv[n++] = p->arguments + at;
    CInstance_PutStringArray(i, P_Parameters, p->argv, n);
}

static void put_module(struct pass *p, CInstance *i, const char *pid)
{
    char path[32];
    ssize_t n;

    (void)snprintf(path, sizeof(path), "%s/exe", pid);
    n = readlinkat(p->proc, path, p->buf, sizeof(p->buf));
    if (n > 0)
        CInstance_PutStringN(i, P_ModulePath, p->buf, (size_t)n);
}

static void put_state(CInstance *i, char state)
{
    static const struct state {
        char letter;
        uint8_t execution, operational, enabled;
        const char *other;
    } states[] = {
        {'S', 4 /* Blocked */, 2 /* OK */, 2 /* Enabled */, NULL},
        {'R', 3 /* Running */, 2, 2, NULL},
        {'I', 1 /* Other */, 2, 2, "Idle kernel thread"},
        {'D', 1, 2, 2, "Uninterruptible sleep"},
        {'T', 8 /* Stopped */, 10 /* Stopped */, 9 /* Quiesce */, NULL},
        {'t', 8, 10, 9, NULL},
        {'Z', 7 /* Terminated */, 10, 4 /* Shutting Down */, NULL},
        {'P', 1, 2, 2, "Parked"},
        {0, 0 /* Unknown */, 0, 0, NULL},
    };
    const struct state *s = states;

    while (s->letter && s->letter != state)
        s++;
    CInstance_PutUint(i, P_ExecutionState, s->execution);
    CInstance_PutUint(i, P_EnabledState, s->enabled);
    CInstance_PutUint(i, P_HealthState, s->letter ? 5 /* OK */ : 0);
    CInstance_PutUintArray(i, P_OperationalStatus, (const uint64_t[]){s->operational}, 1);
    if (s->other)
        CInstance_PutLiteral(i, P_OtherExecutionDescription, s->other);
}

static void put_keys(const struct pass *p, CInstance *i, const char *pid)
{
    CInstance_PutLiteral(i, P_CSCreationClassName, "Linux_ComputerSystem");
    CInstance_PutLiteral(i, P_CSName, p->host);
    CInstance_PutLiteral(i, P_OSCreationClassName, "Linux_OperatingSystem");
    CInstance_PutLiteral(i, P_OSName, p->host);
    CInstance_PutLiteral(i, P_CreationClassName, "Linux_UnixProcess");
    CInstance_PutString(i, P_Handle, pid);
}

static void put_stat(const struct pass *p, CInstance *i, const struct procstat *s)
{
    const int64_t *f = s->field;
    char terminal[32];

    CInstance_PutStringN(i, P_Name, s->name, s->name_length);
    CInstance_PutStringN(i, P_Caption, s->name, s->name_length);
    CInstance_PutStringN(i, P_ElementName, s->name, s->name_length);
    CInstance_PutStringN(i, P_ParentProcessID, s->parent, s->parent_length);
    put_state(i, s->state);
    CInstance_PutSint(i, P_Priority, f[F_PRIORITY] > -100 ? f[F_PRIORITY] + 100 : 0); /* deadline tasks have -101 */
    CInstance_PutSint(i, P_ProcessNiceValue, f[F_NICE] + 20);
    CInstance_PutTime(i, P_CreationDate, p->boot_us + f[F_START] * p->tick_us);
    CInstance_PutSint(i, P_KernelModeTime, f[F_STIME] * p->tick_us / 1000);
    CInstance_PutSint(i, P_UserModeTime, f[F_UTIME] * p->tick_us / 1000);
    CInstance_PutUint(i, P_WorkingSetSize, f[F_RSS] > 0 ? (uint64_t)f[F_RSS] * p->page_bytes : 0);
    CInstance_PutUint(i, P_VirtualMemorySize, (uint64_t)f[F_VSIZE]);
    CInstance_PutSint(i, P_ProcessGroupID, f[F_PGRP]);
    CInstance_PutSint(i, P_ProcessSessionID, f[F_SESSION]);
    CInstance_PutSint(i, P_ThreadCount, f[F_THREADS]);
    if (procstat_terminal((uint32_t)f[F_TTY], terminal, sizeof(terminal)))
        CInstance_PutString(i, P_ProcessTTY, terminal);
}

static bool is_named(const struct pass *p, const struct procstat *s)
{
    const char *const *n = p->names;

    while (*n && (strlen(*n) != s->name_length || strncasecmp(*n, s->name, s->name_length) != 0))
        n++;
    return *n || !p->names[0];
}

/* Fills everything that is wanted. false: no such process (any more), or one of another name than those asked for. */
static bool read_process(struct pass *p, const char *pid, bool alone, struct procstat *ret_line, uint64_t ret_users[2])
{
    ssize_t n;

    ret_users[0] = ret_users[1] = 0;
    ret_line->field[F_FLAGS] = 0;
    if (p->want_stat) {
        n = read_small(p, pid, "stat", p->buf, sizeof(p->buf));
        /* A process that is just being reaped has no group any more. */
        if (n <= 0 || !procstat_parse(p->buf, (size_t)n, ret_line) || ret_line->field[F_PGRP] < 0 ||
            !is_named(p, ret_line))
            return false;
    }
    /* Kernel threads are root's. Threads of a process have directories that are not listed: only status tells. */
    if (alone || (p->want_user && !(ret_line->field[F_FLAGS] & PROCSTAT_KERNEL_THREAD)))
        return read_users(p, pid, &ret_users[0], &ret_users[1]);
    return true;
}

static void put_process(struct pass *p, CInstance *i, const char *pid, const struct procstat *s, const uint64_t users[2])
{
    bool kernel = s->field[F_FLAGS] & PROCSTAT_KERNEL_THREAD;

    put_keys(p, i, pid);
    if (p->want_stat)
        put_stat(p, i, s);
    if (p->want_user) {
        CInstance_PutUint(i, P_RealUserID, users[0]);
        CInstance_PutUint(i, P_EffectiveUserID, users[1]);
    }
    /* From here on p->buf, which s points into, is used again. */
    if (p->want_parameters && !kernel)
        put_parameters(p, i, pid);
    if (p->want_module && !kernel)
        put_module(p, i, pid);
}

static HRESULT deliver(struct pass *p, const char *pid, bool alone)
{
    struct procstat line;
    uint64_t users[2];
    CInstance *i;

    if (!read_process(p, pid, alone, &line, users))
        return WBEM_S_NO_ERROR;
    i = Provider_CreateNewInstance(p->provider, p->context);
    if (i)
        put_process(p, i, pid, &line, users);
    return Provider_Commit(p->provider, i);
}

static bool is_pid(const char *s)
{
    size_t n = strspn(s, "0123456789");

    return n > 0 && n <= 10 && s[n] == '\0' && s[0] != '0';
}

static HRESULT deliver_all(struct pass *p)
{
    char buf[16384] __attribute__((aligned(8)));
    ssize_t n;

    while ((n = getdents64(p->proc, buf, sizeof(buf))) > 0) {
        const struct dirent64 *e;

        for (const char *at = buf; at < buf + n; at += e->d_reclen) {
            HRESULT hr;

            e = (const void *)at;
            hr = is_pid(e->d_name) ? deliver(p, e->d_name, false) : WBEM_S_NO_ERROR;
            if (FAILED(hr))
                return hr;
        }
        if (MethodContext_IsCancelled(p->context))
            return WBEM_E_CALL_CANCELLED;
    }
    return n < 0 ? WBEM_E_FAILED : WBEM_S_NO_ERROR;
}

static bool pass_init(struct pass *p, Provider *provider, MethodContext *context)
{
    static const char *const any[] = {NULL};

    memset(p, 0, offsetof(struct pass, buf));
    p->provider = provider;
    p->context = context;
    p->host = Provider_GetLocalComputerName();
    p->boot_us = boottime_us();
    p->tick_us = 1000000 / sysconf(_SC_CLK_TCK);
    p->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    p->names = any;
    p->want_user = MethodContext_Needs(context, P_RealUserID) || MethodContext_Needs(context, P_EffectiveUserID);
    p->want_parameters = MethodContext_Needs(context, P_Parameters);
    p->want_module = MethodContext_Needs(context, P_ModulePath);
    for (unsigned s = P_FIRST_OF_STAT; s <= P_LAST_OF_STAT; s++)
        p->want_stat = p->want_stat || MethodContext_Needs(context, s);
    p->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return p->proc >= 0;
}

static void pass_fini(struct pass *p)
{
    free(p->arguments);
    free(p->argv);
    if (p->proc >= 0)
        close(p->proc);
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    CFrameworkQuery *query = MethodContext_GetQuery(pMethodContext);
    const char *const *handles = NULL;
    struct pass p;
    HRESULT hr;

    (void)lFlags;
    hr = CFrameworkQuery_GetValuesForProp(query, "Handle", &handles);
    if (FAILED(hr))
        return hr;
    if (!pass_init(&p, pThis, pMethodContext))
        hr = WBEM_E_FAILED;
    else
        hr = CFrameworkQuery_GetValuesForProp(query, "Name", &p.names);
    if (SUCCEEDED(hr) && !handles[0])
        hr = deliver_all(&p);
    for (; SUCCEEDED(hr) && *handles; handles++)
        if (is_pid(*handles))
            hr = deliver(&p, *handles, true);
    pass_fini(&p);
    return hr;
}

/* The framework compares the other keys with what is filled in here. */
static HRESULT get(Provider *pThis, CInstance *pInstance, long lFlags, CFrameworkQuery *pQuery)
{
    HRESULT hr = WBEM_E_NOT_FOUND;
    struct procstat line;
    char *handle = NULL;
    uint64_t users[2];
    struct pass p;

    (void)lFlags;
    (void)pQuery; /* its list of properties is what MethodContext_Needs answers from */
    if (!CInstance_GetCHString(pInstance, "Handle", &handle) || !is_pid(handle)) {
        free(handle);
        return WBEM_E_NOT_FOUND;
    }
    if (!pass_init(&p, pThis, CInstance_GetMethodContext(pInstance))) {
        hr = WBEM_E_FAILED;
    } else if (read_process(&p, handle, true, &line, users)) {
        put_process(&p, pInstance, handle, &line, users);
        hr = WBEM_S_NO_ERROR;
    }
    pass_fini(&p);
    free(handle);
    return hr;
}

/* ---- GetOwner */

enum { OWNER_SUCCESS = 0, OWNER_NO_SUCH_USER = 2, PASSWD_BYTES = 16384 };

/* False if the process is gone. */
static bool effective_user(const char *handle, uid_t *ret)
{
    char path[32];
    struct stat st;

    (void)snprintf(path, sizeof(path), "/proc/%s", handle);
    if (stat(path, &st) != 0)
        return false;
    *ret = st.st_uid;
    return true;
}

static bool put_owner(CInstance *pOutParams, uid_t uid)
{
    struct passwd entry, *found = NULL;
    char text[PASSWD_BYTES], number[16];

    (void)snprintf(number, sizeof(number), "%lu", (unsigned long)uid);
    (void)getpwuid_r(uid, &entry, text, sizeof(text), &found);
    return CInstance_SetCHString(pOutParams, "User", found ? entry.pw_name : number) &&
           CInstance_SetCHString(pOutParams, "Domain", Provider_GetLocalComputerName()) &&
           CInstance_SetDWORD(pOutParams, "ReturnValue", found ? OWNER_SUCCESS : OWNER_NO_SUCH_USER);
}

static HRESULT exec_method(Provider *pThis, const CInstance *pInstance, const char *bstrMethodName,
                           CInstance *pInParams, CInstance *pOutParams, long lFlags)
{
    char *handle = NULL;
    HRESULT hr = WBEM_E_NOT_FOUND;
    uid_t uid;

    (void)pThis;
    (void)pInParams;
    (void)lFlags;
    if (strcasecmp(bstrMethodName, "GetOwner") != 0)
        return WBEM_E_METHOD_NOT_IMPLEMENTED;
    if (CInstance_GetCHString(pInstance, "Handle", &handle) && is_pid(handle) && effective_user(handle, &uid))
        hr = put_owner(pOutParams, uid) ? WBEM_S_NO_ERROR : WBEM_E_OUT_OF_MEMORY;
    free(handle);
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .GetObject = get, .ExecMethod = exec_method};
static Provider provider = {.name = "Linux_UnixProcess", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule unix_process_module = {CIM_PROVIDER_ABI, mof, providers};
