/* Linux_NFS and Linux_RemoteFileSystem: mounts that a server, another machine or a daemon stands behind.
 *
 * Such a mount may be dead, and then whoever asks it hangs, for ever. So the mount table alone says what there is,
 * and only a thread made for it asks for sizes and status: one a mount, for at most a second. A thread that does not
 * come back keeps its place in a small table; its mount counts as lost and is not asked again until the thread has
 * returned, and with all places taken nothing is asked at all.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "providers/lib/filesystem.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"A mounted NFS export. Sizes are NULL while the server does not answer.\")]\n"
    "class Linux_NFS : CIM_NFS {\n" FILESYSTEM_MOF "};\n"
    "[Version(\"1.0.0\"), Description(\"A mounted file system of another machine or of a daemon (SMB, 9P, Ceph, FUSE, …). Sizes are NULL while \"\n"
    "  \"it does not answer.\")]\n"
    "class Linux_RemoteFileSystem : CIM_RemoteFileSystem {\n" FILESYSTEM_MOF "};\n";

#define NFS_PROPERTIES(X)                                                                                     \
    X(HardMount), X(RetransmissionAttempts), X(RetransmissionTimeout), X(ReadBufferSize), X(WriteBufferSize), \
        X(ServerCommunicationPort), X(AttributeCaching), X(AttributeCachingForRegularFilesMin),               \
        X(AttributeCachingForRegularFilesMax), X(AttributeCachingForDirectoriesMin),                          \
        X(AttributeCachingForDirectoriesMax)

enum { P_BEFORE_COMMON = P_FILESYSTEM_LAST, P_CommunicationStatus, NFS_PROPERTIES(AS_SLOT) };
static const char *const remote_slots[] = {FILESYSTEM_PROPERTIES(AS_TEXT), "CommunicationStatus", NULL};
static const char *const nfs_slots[] = {FILESYSTEM_PROPERTIES(AS_TEXT), "CommunicationStatus", NFS_PROPERTIES(AS_TEXT),
                                        NULL};

/* ---- Asking with a deadline ------------------------------------------------------------------------------------------------- */

enum { PROBES = 8, PROBE_SECONDS = 1, PROBE_STACK = 256 << 10 };

enum answer {
    ANSWERED,
    REFUSED /* an error came back */,
    LOST /* nothing came back */,
    UNASKED /* no place for another thread */
};

struct probe {
    enum { FREE, RUNNING, DONE } state;
    bool abandoned; /* nobody waits for it any more */
    char path[4096];
    bool ok;
    struct statvfs sizes;
};

static struct probe probes[PROBES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* all of probes */
static pthread_cond_t changed;                           /* some probe became DONE or FREE; monotonic clock */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_once(void)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attr);
    pthread_condattr_destroy(&attr);
}

static void *probe_run(void *arg)
{
    struct probe *p = arg;
    struct statvfs sizes;
    bool ok = statvfs(p->path, &sizes) == 0; /* path stays until the state changes */

    pthread_mutex_lock(&lock);
    p->ok = ok;
    if (ok)
        p->sizes = sizes;
    p->state = p->abandoned ? FREE : DONE;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* The thread takes no signals: those are the service's. */
static bool probe_start(struct probe *p)
{
    sigset_t all, before;
    pthread_attr_t attr;
    pthread_t thread;
    bool ok;

    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, PROBE_STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ok = pthread_create(&thread, &attr, probe_run, p) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return ok;
}

/* A free place, waited for until the deadline; NULL if there is none, or if a thread hangs in this very mount
 * (*ret_hangs). Lock held. */
static struct probe *claim(const char *path, const struct timespec *deadline, bool *ret_hangs)
{
    for (;;) {
        struct probe *free_one = NULL;
        bool moving = false;

        for (struct probe *p = probes; p < probes + PROBES; p++) {
            *ret_hangs = p->state == RUNNING && p->abandoned && strcmp(p->path, path) == 0;
            if (*ret_hangs)
                return NULL;
            moving = moving || (p->state != FREE && !p->abandoned);
            if (p->state == FREE)
                free_one = p;
        }
        if (free_one || !moving || pthread_cond_timedwait(&changed, &lock, deadline) != 0)
            return free_one;
    }
}

static enum answer await(struct probe *p, const struct timespec *deadline, struct statvfs *ret_sizes)
{
    enum answer a;

    while (p->state == RUNNING)
        if (pthread_cond_timedwait(&changed, &lock, deadline) != 0 && p->state == RUNNING) {
            p->abandoned = true;
            return LOST;
        }
    a = p->ok ? ANSWERED : REFUSED;
    if (a == ANSWERED)
        *ret_sizes = p->sizes;
    p->state = FREE;
    pthread_cond_broadcast(&changed);
    return a;
}

static enum answer ask(const struct mount *m, struct statvfs *ret_sizes)
{
    enum answer a = UNASKED;
    struct timespec deadline;
    struct probe *p;
    bool hangs;

    if (m->point_length >= sizeof(p->path))
        return UNASKED;
    pthread_once(&once, init_once);
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PROBE_SECONDS;
    pthread_mutex_lock(&lock);
    p = claim(m->point, &deadline, &hangs);
    if (p) {
        p->state = RUNNING;
        p->abandoned = false;
        memcpy(p->path, m->point, m->point_length + 1);
        if (probe_start(p))
            a = await(p, &deadline, ret_sizes);
        else
            p->state = FREE;
    }
    pthread_mutex_unlock(&lock);
    return hangs ? LOST : a;
}

/* ---- The providers ------------------------------------------------------------------------------------------------------------ */

static void put_status(CInstance *i, enum answer a)
{
    static const struct {
        uint8_t operational, communication, health;
    } states[] = {
        [ANSWERED] = {2 /* OK */, 2 /* Communication OK */, 5 /* OK */},
        [REFUSED] = {6 /* Error */, 2, 20 /* Major failure */},
        [LOST] = {13 /* Lost Communication */, 3 /* Lost Communication */, 20},
        [UNASKED] = {0 /* Unknown */, 0, 0},
    };

    CInstance_PutUintArray(i, P_OperationalStatus, (const uint64_t[]){states[a].operational}, 1);
    CInstance_PutUint(i, P_CommunicationStatus, states[a].communication);
    CInstance_PutUint(i, P_HealthState, states[a].health);
}

static void put_number(CInstance *i, unsigned slot, const char *options, const char *name, uint64_t otherwise,
                       uint64_t max)
{
    const char *p = mount_option(options, name);
    uint64_t v;

    if (!p || !procfile_digits(&p, &v))
        v = otherwise;
    if (v <= max)
        CInstance_PutUint(i, slot, v);
}

/* The mount table leaves options at their default out; nfs(5) has the defaults. */
static void put_nfs(CInstance *i, const char *o)
{
    CInstance_PutBool(i, P_HardMount, !mount_option(o, "soft") && !mount_option(o, "softerr"));
    CInstance_PutBool(i, P_AttributeCaching, !mount_option(o, "noac"));
    put_number(i, P_RetransmissionAttempts, o, "retrans", 3, UINT16_MAX);
    put_number(i, P_RetransmissionTimeout, o, "timeo", 600, UINT32_MAX);
    put_number(i, P_ServerCommunicationPort, o, "port", 2049, UINT32_MAX);
    put_number(i, P_ReadBufferSize, o, "rsize", UINT64_MAX, UINT64_MAX - 1);
    put_number(i, P_WriteBufferSize, o, "wsize", UINT64_MAX, UINT64_MAX - 1);
    put_number(i, P_AttributeCachingForRegularFilesMin, o, "acregmin", 3, UINT16_MAX);
    put_number(i, P_AttributeCachingForRegularFilesMax, o, "acregmax", 60, UINT16_MAX);
    put_number(i, P_AttributeCachingForDirectoriesMin, o, "acdirmin", 30, UINT16_MAX);
    put_number(i, P_AttributeCachingForDirectoriesMax, o, "acdirmax", 60, UINT16_MAX);
}

static void put_instance(CInstance *i, const struct mount *m, bool probing)
{
    struct statvfs sizes;

    filesystem_put_mount(i, m);
    if (mount_kind(m) == MOUNT_NFS)
        put_nfs(i, m->super);
    if (probing) {
        enum answer a = ask(m, &sizes);

        put_status(i, a);
        if (a == ANSWERED)
            filesystem_put_sizes(i, &sizes);
    }
}

static bool needs_probe(const MethodContext *ctx)
{
    return filesystem_needs_sizes(ctx) || MethodContext_Needs(ctx, P_OperationalStatus) ||
           MethodContext_Needs(ctx, P_HealthState) || MethodContext_Needs(ctx, P_CommunicationStatus);
}

static bool is_served(const Provider *p, const struct mounttable *t, const struct mount *m)
{
    return mount_kind(m) == *(const enum mount_kind *)p->data && !mounttable_is_covered(t, m);
}

static bool load(struct mounttable *t, MethodContext *ctx)
{
    if (mounttable_init(t))
        return true;
    (void)MethodContext_SetStatusObject(ctx, WBEM_E_FAILED, "cannot read /proc/self/mountinfo");
    return false;
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    bool probing = needs_probe(pMethodContext);
    const char *const *names;
    struct mounttable t;
    HRESULT hr;

    (void)lFlags;
    hr = CFrameworkQuery_GetValuesForProp(MethodContext_GetQuery(pMethodContext), "Name", &names);
    if (FAILED(hr))
        return hr;
    if (!load(&t, pMethodContext))
        return WBEM_E_FAILED;
    for (const struct mount *m = t.mounts; SUCCEEDED(hr) && m < t.mounts + t.count; m++) {
        CInstance *i;

        if (!is_served(pThis, &t, m) || !filesystem_is_named(m, names))
            continue;
        i = Provider_CreateNewInstance(pThis, pMethodContext);
        if (i)
            put_instance(i, m, probing);
        hr = Provider_Commit(pThis, i);
    }
    mounttable_fini(&t);
    return hr;
}

/* One mount must not wait for all the others. */
static HRESULT get(Provider *pThis, CInstance *pInstance, long lFlags, CFrameworkQuery *pQuery)
{
    MethodContext *ctx = CInstance_GetMethodContext(pInstance);
    HRESULT hr = WBEM_E_NOT_FOUND;
    struct mounttable t;
    char *name = NULL;

    (void)lFlags;
    (void)pQuery; /* its list of properties is what MethodContext_Needs answers from */
    if (!CInstance_GetCHString(pInstance, "Name", &name))
        return WBEM_E_NOT_FOUND;
    if (!load(&t, ctx))
        hr = WBEM_E_FAILED;
    for (const struct mount *m = t.mounts; hr == WBEM_E_NOT_FOUND && m < t.mounts + t.count; m++)
        if (strcmp(m->point, name) == 0 && is_served(pThis, &t, m)) {
            put_instance(pInstance, m, needs_probe(ctx));
            hr = WBEM_S_NO_ERROR;
        }
    mounttable_fini(&t);
    free(name);
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .GetObject = get};
static enum mount_kind nfs_kind = MOUNT_NFS, remote_kind = MOUNT_REMOTE;
static Provider nfs = {.name = "Linux_NFS", .vtbl = &vtbl, .slots = nfs_slots, .data = &nfs_kind};
static Provider remote = {.name = "Linux_RemoteFileSystem", .vtbl = &vtbl, .slots = remote_slots, .data = &remote_kind};
static Provider *const providers[] = {&nfs, &remote, NULL};
const ProviderModule remote_file_system_module = {CIM_PROVIDER_ABI, mof, providers};
