#include "server/auth/users.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cim/base/log.h"
#include "server/auth/basic.h"
#include "server/auth/password.h"

struct user {
    char name[BASIC_NAME_MAX + 1];
    size_t name_n;
    struct password_hash hash;
};

struct list {
    struct user *items; /* by name */
    size_t n, room;
};

/* What a change of the file shows in. */
struct stamp {
    bool there;
    struct timespec mtime;
    off_t size;
    ino_t inode;
};

struct users {
    const char *path;
    pthread_mutex_t lock; /* guards list and seen */
    struct list list;
    struct stamp seen;
    atomic_uint_least64_t generation;
};

static struct stamp look(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return (struct stamp){0};
    return (struct stamp){true, st.st_mtim, st.st_size, st.st_ino};
}

static bool same(const struct stamp *a, const struct stamp *b)
{
    return a->there == b->there && a->mtime.tv_sec == b->mtime.tv_sec && a->mtime.tv_nsec == b->mtime.tv_nsec &&
           a->size == b->size && a->inode == b->inode;
}

int users_parse_line(struct text line, struct text *ret_name, struct password_hash *ret_hash)
{
    const char *colon;

    line = text_trim(line);
    if (line.n == 0 || line.s[0] == '#')
        return 1;
    colon = memchr(line.s, ':', line.n);
    if (!colon || !basic_name_ok((struct text){line.s, (size_t)(colon - line.s)}))
        return -EINVAL;
    if (!password_parse((struct text){colon + 1, line.n - (size_t)(colon - line.s) - 1}, ret_hash))
        return -EINVAL;
    *ret_name = (struct text){line.s, (size_t)(colon - line.s)};
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct user *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int list_add(struct list *l, struct text name, const struct password_hash *hash)
{
    struct user *u;

    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        struct user *items = reallocarray(l->items, room, sizeof(*items));

        if (!items)
            return -ENOMEM;
        l->items = items;
        l->room = room;
    }
    u = &l->items[l->n++];
    memset(u->name, 0, sizeof(u->name));
    memcpy(u->name, name.s, name.n);
    u->name_n = name.n;
    u->hash = *hash;
    return 0;
}

static void list_free(struct list *l)
{
    free(l->items);
    *l = (struct list){0};
}

static int parse(const char *path, struct text all, struct list *ret, struct cim_error *err)
{
    struct list l = {0};
    struct password_hash hash;
    struct text name;
    unsigned line = 0;

    for (const char *s = all.s, *end = s + all.n; s < end; line++) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        size_t n = (size_t)((stop ? stop : end) - s);
        int r = users_parse_line((struct text){s, n}, &name, &hash);

        if (r == 0)
            r = list_add(&l, name, &hash);
        if (r < 0) {
            list_free(&l);
            return r == -ENOMEM ? r
                                : cim_fail(err, r,
                                           "%s:%u: expected name:$scrypt$ln=…,r=…,p=…$salt$hash as `cimstream "
                                           "passwd` writes it",
                                           path, line + 1);
        }
        s += n + 1;
    }
    if (l.n)
        qsort(l.items, l.n, sizeof(*l.items), by_name);
    for (size_t i = 1; i < l.n; i++)
        if (strcmp(l.items[i].name, l.items[i - 1].name) == 0) {
            int r = cim_fail(err, -EINVAL, "%s: user \"%s\" is there twice", path, l.items[i].name);

            list_free(&l);
            return r;
        }
    *ret = l;
    return 0;
}

/* The whole file; -ENOENT and friends, -EFBIG. */
static int slurp(const char *path, char **ret_bytes, size_t *ret_n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *bytes = fd < 0 ? NULL : malloc(USERS_FILE_MAX + 1);
    size_t n = 0;
    ssize_t got = -1;
    int r;

    while (bytes && n <= USERS_FILE_MAX && (got = read(fd, bytes + n, USERS_FILE_MAX + 1 - n)) > 0)
        n += (size_t)got;
    r = fd < 0 || (bytes && got < 0) ? -errno : !bytes ? -ENOMEM : n > USERS_FILE_MAX ? -EFBIG : 0;
    if (fd >= 0)
        (void)close(fd); /* was only read */
    if (r != 0) {
        free(bytes);
        return r;
    }
    *ret_bytes = bytes;
    *ret_n = n;
    return 0;
}

static void warn_of_mode(const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && (st.st_mode & S_IRWXO))
        log_line(LOG_LEVEL_WARNING, "users", 0, "%s is open to every local user: chmod o= it", path);
}

static int load(const char *path, struct list *ret, struct cim_error *err)
{
    char *bytes = NULL;
    size_t n = 0;
    int r = slurp(path, &bytes, &n);

    if (r == -ENOENT) {
        log_line(LOG_LEVEL_WARNING, "users", 0,
                 "%s is missing: nobody can log in; add somebody with `cimstream passwd %s NAME`", path, path);
        *ret = (struct list){0};
        return 0;
    }
    if (r < 0)
        return cim_fail(err, r, "%s: %s", path, strerror(-r));
    warn_of_mode(path);
    r = parse(path, (struct text){bytes, n}, ret, err);
    password_wipe(bytes, n);
    free(bytes);
    return r;
}

struct users *users_new(const char *path, struct cim_error *err)
{
    struct users *u = calloc(1, sizeof(*u));
    char *copy = strdup(path);

    if (!u || !copy) {
        (void)cim_fail(err, -ENOMEM, "out of memory");
        free(u);
        free(copy);
        return NULL;
    }
    u->path = copy;
    atomic_init(&u->generation, 1);
    pthread_mutex_init(&u->lock, NULL);
    u->seen = look(path);
    if (load(path, &u->list, err) != 0)
        return users_free(u);
    return u;
}

struct users *users_free(struct users *u)
{
    if (!u)
        return NULL;
    list_free(&u->list);
    pthread_mutex_destroy(&u->lock);
    free((char *)u->path);
    free(u);
    return NULL;
}

/* The file is read without the lock: a slow disk delays nobody who wants to log in. */
void users_refresh(struct users *u, bool force)
{
    struct stamp now = look(u->path);
    struct cim_error err = {0};
    struct list fresh = {0}, old;
    bool changed;

    pthread_mutex_lock(&u->lock);
    changed = force || !same(&now, &u->seen);
    u->seen = now;
    pthread_mutex_unlock(&u->lock);
    if (!changed)
        return;
    if (load(u->path, &fresh, &err) != 0) {
        log_line(LOG_LEVEL_ERROR, "users", 0, "the old users stay: %s", err.message[0] ? err.message : "out of memory");
        return;
    }
    pthread_mutex_lock(&u->lock);
    old = u->list;
    u->list = fresh;
    pthread_mutex_unlock(&u->lock);
    atomic_fetch_add(&u->generation, 1);
    log_line(LOG_LEVEL_INFO, "users", 0, "%s was read again: %zu users", u->path, fresh.n);
    list_free(&old);
}

uint64_t users_generation(const struct users *u)
{
    return atomic_load(&u->generation);
}

bool users_find(struct users *u, struct text name, struct password_hash *ret)
{
    struct user key = {.name_n = name.n};
    const struct user *found;

    assert(name.n <= BASIC_NAME_MAX);
    memcpy(key.name, name.s, name.n);
    pthread_mutex_lock(&u->lock);
    found = u->list.n ? bsearch(&key, u->list.items, u->list.n, sizeof(key), by_name) : NULL;
    if (found)
        *ret = found->hash;
    pthread_mutex_unlock(&u->lock);
    return found != NULL;
}
