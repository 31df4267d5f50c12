/* Linux_LocalFileSystem: what df lists of this host's own file systems.
 *
 * df's habits: mounts without blocks are left out, and of several mounts of one file system (bind mounts) only one is
 * shown, that of the whole and with the shortest path. A mount that another one covers cannot be asked and is left
 * out too. A local file system that is mounted below a dead network mount hangs with it.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "providers/lib/filesystem.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"A mounted file system on storage of this host, or in its memory. Mounts that hold no data (proc, \"\n"
    "  \"sysfs, …) are left out; a file system that is mounted several times is listed once.\")]\n"
    "class Linux_LocalFileSystem : CIM_UnixLocalFileSystem {\n" FILESYSTEM_MOF "};\n";

#define OWN_PROPERTIES(X) X(TotalInodes), X(FreeInodes), X(FSReservedCapacity)

enum { P_BEFORE_OWN = P_FILESYSTEM_LAST, OWN_PROPERTIES(AS_SLOT) };
static const char *const slots[] = {FILESYSTEM_PROPERTIES(AS_TEXT), OWN_PROPERTIES(AS_TEXT), NULL};

/* Finds the device behind the mount point; false if the point leads elsewhere, to a later mount above it. */
static bool is_visible(struct mount *m)
{
    struct statx s;

    if (statx(AT_FDCWD, m->point, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_MNT_ID, &s) != 0)
        return errno == EPERM; /* a sandbox that does not know the call: statvfs decides */
    m->device = makedev(s.stx_dev_major, s.stx_dev_minor);
    return !(s.stx_mask & STATX_MNT_ID) || s.stx_mnt_id == m->id;
}

/* Of two mounts of one file system: the whole before a part, then the shorter path, then the earlier. */
static bool is_better(const struct mount *a, const struct mount *b)
{
    bool whole_a = strcmp(a->root, "/") == 0, whole_b = strcmp(b->root, "/") == 0;

    if (whole_a != whole_b)
        return whole_a;
    return a->point_length != b->point_length ? a->point_length < b->point_length : a < b;
}

static void choose(struct mounttable *t)
{
    struct mount *end = t->mounts + t->count;

    for (struct mount *m = t->mounts; m < end; m++)
        m->keep = mount_kind(m) == MOUNT_LOCAL && !mounttable_is_covered(t, m) && is_visible(m);
    for (struct mount *m = t->mounts; m < end; m++)
        for (struct mount *other = t->mounts; m->keep && m->device && other < end; other++)
            if (other != m && other->keep && other->device == m->device && is_better(other, m))
                m->keep = false;
}

/* The kernel's own words for a file system that it gave up after errors. */
static bool is_broken(const struct mount *m)
{
    return mount_option(m->super, "emergency_ro") || mount_option(m->super, "shutdown");
}

static HRESULT deliver(Provider *provider, MethodContext *ctx, const struct mount *m)
{
    struct statvfs v;
    CInstance *i;

    if (statvfs(m->point, &v) != 0 || v.f_blocks == 0)
        return WBEM_S_NO_ERROR;
    i = Provider_CreateNewInstance(provider, ctx);
    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    filesystem_put_mount(i, m);
    filesystem_put_sizes(i, &v);
    CInstance_PutUint(i, P_TotalInodes, v.f_files);
    CInstance_PutUint(i, P_FreeInodes, v.f_ffree);
    if (v.f_bfree >= v.f_bavail)
        CInstance_PutUint(i, P_FSReservedCapacity, (uint64_t)(v.f_bfree - v.f_bavail) * v.f_frsize);
    CInstance_PutUintArray(i, P_OperationalStatus, (const uint64_t[]){is_broken(m) ? 6 /* Error */ : 2 /* OK */}, 1);
    CInstance_PutUint(i, P_HealthState, is_broken(m) ? 20 /* Major failure */ : 5 /* OK */);
    return Provider_Commit(provider, i);
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    const char *const *names;
    struct mounttable t;
    HRESULT hr;

    (void)lFlags;
    hr = CFrameworkQuery_GetValuesForProp(MethodContext_GetQuery(pMethodContext), "Name", &names);
    if (FAILED(hr))
        return hr;
    if (!mounttable_init(&t)) {
        (void)MethodContext_SetStatusObject(pMethodContext, WBEM_E_FAILED, "cannot read /proc/self/mountinfo");
        return WBEM_E_FAILED;
    }
    choose(&t);
    for (const struct mount *m = t.mounts; SUCCEEDED(hr) && m < t.mounts + t.count; m++)
        if (m->keep && filesystem_is_named(m, names))
            hr = deliver(pThis, pMethodContext, m);
    mounttable_fini(&t);
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_LocalFileSystem", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule local_file_system_module = {CIM_PROVIDER_ABI, mof, providers};
