/* The mount table of this process, for the file system providers. Two allocations a table; strings point into it.
 * Any thread, one table each. */
#ifndef PROVIDERS_LIB_MOUNTINFO_H
#define PROVIDERS_LIB_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "providers/lib/procfile.h"

enum { MOUNTINFO_MAX = 64 << 20 }; /* bytes of /proc/self/mountinfo */

struct mount {
    uint64_t id;
    const char *root; /* what of the file system is mounted: "/" but for bind mounts */
    const char *point;
    size_t point_length;
    const char *options; /* of the mount */
    const char *type;
    const char *source;
    const char *super; /* options of the file system */
    uint64_t device;   /* free for the provider */
    bool keep;         /* free for the provider */
};

struct mounttable {
    char *text;
    struct mount *mounts; /* in the order of the kernel */
    size_t count;
};

enum mount_kind { MOUNT_LOCAL, MOUNT_PSEUDO /* holds no data */, MOUNT_NFS, MOUNT_REMOTE /* may hang */ };

/* Turns \040 and its like into the byte that they stand for, in place. */
static inline void mountinfo_decode(char *s)
{
    char *to = s;

    for (; *s; s++) {
        if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
            *to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
            s += 3;
        } else {
            *to++ = *s;
        }
    }
    *to = '\0';
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue", changed in place. false if it
 * is not such a line. */
static inline bool mountinfo_parse(char *line, struct mount *ret_mount)
{
    char *field[6], *tail[3] = {NULL, NULL, NULL}, *next = line, *word;
    const char *id;
    size_t n = 0;

    while (n < 6 && (word = strsep(&next, " ")))
        field[n++] = word;
    while (n == 6 && (word = strsep(&next, " ")) && strcmp(word, "-") != 0)
        ;
    for (size_t i = 0; n == 6 && i < 3; i++)
        tail[i] = strsep(&next, " ");
    if (n < 6 || !tail[1])
        return false;
    id = field[0];
    *ret_mount = (struct mount){.root = field[3], .point = field[4], .options = field[5], .type = tail[0]};
    ret_mount->source = tail[1];
    ret_mount->super = tail[2] ? tail[2] : "";
    mountinfo_decode(field[3]);
    mountinfo_decode(field[4]);
    mountinfo_decode(tail[0]);
    mountinfo_decode(tail[1]);
    ret_mount->point_length = strlen(ret_mount->point);
    return procfile_digits(&id, &ret_mount->id);
}

static inline void mounttable_fini(struct mounttable *t)
{
    free(t->mounts);
    free(t->text);
    *t = (struct mounttable){NULL, NULL, 0};
}

/* false with errno, and t is empty then. */
static inline bool mounttable_init(struct mounttable *t)
{
    size_t length, lines = 0;
    char *next, *line;

    *t = (struct mounttable){NULL, NULL, 0};
    t->text = procfile_load("/proc/self/mountinfo", MOUNTINFO_MAX, &length);
    if (!t->text)
        return false;
    for (size_t i = 0; i < length; i++)
        lines += t->text[i] == '\n';
    t->mounts = calloc(lines + 1, sizeof(*t->mounts));
    if (!t->mounts) {
        mounttable_fini(t);
        return false;
    }
    next = t->text;
    while (t->count <= lines && (line = strsep(&next, "\n")))
        t->count += mountinfo_parse(line, &t->mounts[t->count]);
    return true;
}

/* True if a later mount sits on the same point: this one cannot be seen. */
static inline bool mounttable_is_covered(const struct mounttable *t, const struct mount *m)
{
    for (const struct mount *later = m + 1; later < t->mounts + t->count; later++)
        if (later->point_length == m->point_length && memcmp(later->point, m->point, m->point_length) == 0)
            return true;
    return false;
}

static inline bool mountinfo_in(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

/* FUSE counts as remote: whatever it is backed by, a dead daemon behind it hangs its callers like a dead server. */
static inline enum mount_kind mount_kind(const struct mount *m)
{
    static const char *const pseudo[] = {"autofs",          "binfmt_misc", "bpf",       "cgroup",     "cgroup2",
                                         "configfs",        "debugfs",     "devpts",    "efivarfs",   "fusectl",
                                         "hugetlbfs",       "mqueue",      "nsfs",      "proc",       "pstore",
                                         "rpc_pipefs",      "securityfs",  "selinuxfs", "smackfs",    "sysfs",
                                         "tracefs",         "nfsd",        "resctrl",   "fuse.lxcfs", "fuse.portal",
                                         "fuse.gvfsd-fuse", NULL};
    static const char *const nfs[] = {"nfs", "nfs4", NULL};
    static const char *const remote[] = {"9p",        "afs",    "beegfs",   "ceph",     "cifs",  "coda",   "fuse",
                                         "glusterfs", "lustre", "ncpfs",    "orangefs", "pvfs2", "prl_fs", "smb3",
                                         "smbfs",     "vboxsf", "virtiofs", "vmhgfs",   NULL};

    if (mountinfo_in(pseudo, m->type))
        return MOUNT_PSEUDO;
    if (mountinfo_in(nfs, m->type))
        return MOUNT_NFS;
    return mountinfo_in(remote, m->type) || strncmp(m->type, "fuse.", 5) == 0 ? MOUNT_REMOTE : MOUNT_LOCAL;
}

/* The text behind "name=" or "name" in a list of options; NULL if it is not there. */
static inline const char *mount_option(const char *options, const char *name)
{
    size_t n = strlen(name);

    for (const char *o = options; o; o = strchr(o, ',') ? strchr(o, ',') + 1 : NULL)
        if (strncmp(o, name, n) == 0 && (o[n] == '\0' || o[n] == ',' || o[n] == '='))
            return o + n + (o[n] == '=');
    return NULL;
}

static inline bool mount_is_read_only(const struct mount *m)
{
    return mount_option(m->options, "ro") || mount_option(m->super, "ro");
}

#endif
