/* What the classes of local and remote file systems share: the properties of CIM_FileSystem. A provider lists
 * FILESYSTEM_PROPERTIES first among its slots and begins the numbers of its own after P_FILESYSTEM_LAST. Functions
 * only, no state; any thread.
 */
#ifndef PROVIDERS_LIB_FILESYSTEM_H
#define PROVIDERS_LIB_FILESYSTEM_H

#include <sys/statvfs.h>

#include "cim/provider.h"
#include "providers/lib/mountinfo.h"

#define FILESYSTEM_PROPERTIES(X)                                                                                    \
    X(Name), X(ElementName), X(Caption), X(Root), X(FileSystemType), X(MountSource), X(MountOptions),               \
        X(FileSystemOptions), X(ReadOnly), X(CaseSensitive), X(CasePreserved), X(PersistenceType), X(EnabledState), \
        X(RequestedState), X(OperationalStatus), X(HealthState), X(BlockSize), X(ClusterSize), X(FileSystemSize),   \
        X(AvailableSpace), X(PercentageSpaceUse), X(MaxFileNameLength), X(NumberOfFiles)
#define AS_SLOT(name) P_##name
#define AS_TEXT(name) #name

enum { FILESYSTEM_PROPERTIES(AS_SLOT), P_FILESYSTEM_LAST = P_NumberOfFiles, P_FIRST_SIZE = P_BlockSize };

/* MOF of those that CIM_FileSystem lacks. */
#define FILESYSTEM_MOF                                                                                                      \
    "  [Description(\"What is mounted: a device, an export, a share, as the mount table names it.\")]\n"                    \
    "  string MountSource;\n"                                                                                               \
    "  [Description(\"Options of the mount, as the mount table shows them.\")]\n"                                           \
    "  string MountOptions;\n"                                                                                              \
    "  [Description(\"Options of the file system behind the mount, as the mount table shows them.\")]\n"                    \
    "  string FileSystemOptions;\n"                                                                                         \
    "  [Gauge, Description(\"Used share of the space that users may fill, rounded up as df does.\"), PUnit(\"percent\")]\n" \
    "  uint8 PercentageSpaceUse;\n"

/* All that the mount table tells. The mount point is the name: it is unique, and what people call a file system by. */
static inline void filesystem_put_mount(CInstance *i, const struct mount *m)
{
    static const char *const folding[] = {"vfat", "msdos",   "exfat", "ntfs", "ntfs3",
                                          "hfs",  "hfsplus", "cifs",  "smb3", NULL};
    static const char *const volatile_types[] = {"tmpfs", "ramfs", "devtmpfs", NULL};

    (void)Provider_SetSystemKeys(i); /* cannot fail: the class has them */
    CInstance_PutStringN(i, P_Name, m->point, m->point_length);
    CInstance_PutStringN(i, P_ElementName, m->point, m->point_length);
    CInstance_PutStringN(i, P_Root, m->point, m->point_length);
    CInstance_PutString(i, P_Caption, m->source);
    CInstance_PutString(i, P_MountSource, m->source);
    CInstance_PutString(i, P_FileSystemType, m->type);
    CInstance_PutString(i, P_MountOptions, m->options);
    CInstance_PutString(i, P_FileSystemOptions, m->super);
    CInstance_PutBool(i, P_ReadOnly, mount_is_read_only(m));
    CInstance_PutBool(i, P_CaseSensitive, !mountinfo_in(folding, m->type));
    CInstance_PutBool(i, P_CasePreserved, true);
    CInstance_PutUint(i, P_PersistenceType,
                      mountinfo_in(volatile_types, m->type) ? 3 /* Temporary */ : 2 /* Persistent */);
    CInstance_PutUint(i, P_EnabledState, 2 /* Enabled */);
    CInstance_PutUint(i, P_RequestedState, 12 /* Not Applicable */);
}

static inline void filesystem_put_sizes(CInstance *i, const struct statvfs *v)
{
    uint64_t used = v->f_blocks > v->f_bfree ? v->f_blocks - v->f_bfree : 0, reach = used + v->f_bavail;

    CInstance_PutUint(i, P_BlockSize, v->f_bsize);
    CInstance_PutUint(i, P_ClusterSize, v->f_frsize <= UINT32_MAX ? v->f_frsize : 0);
    CInstance_PutUint(i, P_FileSystemSize, (uint64_t)v->f_blocks * v->f_frsize);
    CInstance_PutUint(i, P_AvailableSpace, (uint64_t)v->f_bavail * v->f_frsize);
    if (reach > 0 && used <= UINT64_MAX / 100)
        CInstance_PutUint(i, P_PercentageSpaceUse, used * 100 / reach + (used * 100 % reach != 0));
    CInstance_PutUint(i, P_MaxFileNameLength, v->f_namemax <= UINT32_MAX ? v->f_namemax : 0);
    if (v->f_files > 0)
        CInstance_PutUint(i, P_NumberOfFiles, v->f_files > v->f_ffree ? v->f_files - v->f_ffree : 0);
}

static inline bool filesystem_is_named(const struct mount *m, const char *const *names)
{
    bool any = !names[0];

    for (; *names; names++)
        any = any || strcmp(*names, m->point) == 0;
    return any;
}

static inline bool filesystem_needs_sizes(const MethodContext *ctx)
{
    bool needs = false;

    for (unsigned s = P_FIRST_SIZE; s <= P_FILESYSTEM_LAST; s++)
        needs = needs || MethodContext_Needs(ctx, s);
    return needs;
}

#endif
