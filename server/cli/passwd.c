/* cimstream passwd: adds, changes or deletes a line of a users file. The file is replaced as a whole, so a reader
 * sees the old one or the new one, and a lock on its folder lets one change follow the other.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/auth/basic.h"
#include "server/auth/password.h"
#include "server/auth/users.h"
#include "server/cli/commands.h"
#include "server/cli/prompt.h"

static int fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "cimstream passwd: %s: %s\n", what, why);
    return CLI_FAILED;
}

/* ---- Asking */

static int ask(char *password, size_t size)
{
    char again[PASSWORD_MAX + 2];
    bool same;

    if (!isatty(STDIN_FILENO))
        return prompt_line(stdin, password, size) ? CLI_OK
                                                  : fail("standard input", "holds no password, or one that is too long");
    if (!prompt_password("Password: ", password, size) || !prompt_password("Again: ", again, sizeof(again)))
        return fail("terminal", "no password, or one that is too long");
    same = strcmp(password, again) == 0;
    password_wipe(again, sizeof(again));
    return same ? CLI_OK : fail("passwords", "they differ");
}

/* What a client can send, see basic_decode. */
static int check_password(const char *password)
{
    if (!password[0])
        return fail("password", "is empty");
    for (const char *s = password; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return fail("password", "holds a control character");
    if (!text_is_utf8(text_of(password)))
        return fail("password", "is not UTF-8");
    return strlen(password) > PASSWORD_MAX ? fail("password", "is too long") : CLI_OK;
}

/* ---- The file */

struct edit {
    const char *file;
    struct text user;
    struct buf old, fresh;
    struct stat stat; /* of the old file */
    bool exists, found;
    int folder; /* locked */
};

static int open_folder(struct edit *e)
{
    const char *slash = strrchr(e->file, '/');
    char *name = slash ? strndup(e->file, slash == e->file ? 1 : (size_t)(slash - e->file)) : strdup(".");
    int r = CLI_OK;

    if (!name)
        return fail(e->file, "out of memory");
    e->folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (e->folder < 0 || flock(e->folder, LOCK_EX) != 0)
        r = fail(name, strerror(errno));
    free(name);
    return r;
}

static int read_old(struct edit *e)
{
    FILE *f = fopen(e->file, "re");
    char bytes[4096];
    size_t n;
    int r = CLI_OK;

    if (!f)
        return errno == ENOENT ? CLI_OK : fail(e->file, strerror(errno));
    while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
        buf_put(&e->old, bytes, n);
    if (ferror(f) || !buf_ok(&e->old) || fstat(fileno(f), &e->stat) != 0)
        r = fail(e->file, "cannot be read, or is too large");
    e->exists = true;
    (void)fclose(f); /* was only read */
    return r;
}

static bool is_of_user(struct text line, struct text user)
{
    line = text_trim(line);
    return line.n > user.n && memcmp(line.s, user.s, user.n) == 0 && line.s[user.n] == ':';
}

static void put_user(struct edit *e, const struct password_hash *hash)
{
    buf_text(&e->fresh, e->user);
    buf_char(&e->fresh, ':');
    password_format(hash, &e->fresh);
    buf_char(&e->fresh, '\n');
}

/* All lines, the user's with the new hash; hash NULL leaves it out. */
static void rewrite(struct edit *e, const struct password_hash *hash)
{
    for (const char *s = e->old.data, *end = s + e->old.len; s && s < end;) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        struct text line = {s, (size_t)((stop ? stop : end) - s)};

        if (!is_of_user(line, e->user)) {
            buf_text(&e->fresh, line);
            buf_char(&e->fresh, '\n');
        } else if (!e->found && hash) {
            put_user(e, hash);
        }
        e->found |= is_of_user(line, e->user);
        s += line.n + 1;
    }
    if (!e->found && hash)
        put_user(e, hash);
}

static bool write_all(int fd, struct text t)
{
    while (t.n) {
        ssize_t n = write(fd, t.s, t.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        t = (struct text){t.s + n, t.n - (size_t)n};
    }
    return true;
}

/* The new file keeps owner and mode of the old one. */
static bool fill(const struct edit *e, int fd)
{
    if (e->exists && (fchown(fd, e->stat.st_uid, e->stat.st_gid) != 0 || fchmod(fd, e->stat.st_mode & 0777) != 0))
        return false;
    return write_all(fd, buf_view(&e->fresh)) && fsync(fd) == 0;
}

static int replace(struct edit *e)
{
    struct buf name;
    int fd, r = CLI_OK;

    buf_init(&name, 4096);
    buf_printf(&name, "%s.XXXXXX", e->file);
    if (!buf_ok(&name) || !buf_ok(&e->fresh)) {
        buf_fini(&name);
        return fail(e->file, "out of memory");
    }
    fd = mkostemp(name.data, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        r = fail(e->file, strerror(errno));
    } else if (!fill(e, fd) || rename(name.data, e->file) != 0 || fsync(e->folder) != 0) {
        r = fail(e->file, strerror(errno));
        (void)unlink(name.data); /* it may have its name already */
    }
    if (fd >= 0)
        (void)close(fd); /* fsync has told what there was to tell */
    buf_fini(&name);
    return r;
}

static int edit_file(const char *file, struct text user, const struct password_hash *hash)
{
    struct edit e = {.file = file, .user = user, .folder = -1};
    int r;

    buf_init(&e.old, USERS_FILE_MAX);
    buf_init(&e.fresh, USERS_FILE_MAX);
    r = open_folder(&e);
    if (r == CLI_OK)
        r = read_old(&e);
    if (r == CLI_OK)
        rewrite(&e, hash);
    if (r == CLI_OK && !hash && !e.found)
        r = fail(file, "has no such user");
    if (r == CLI_OK)
        r = replace(&e);
    if (e.folder >= 0)
        (void)close(e.folder); /* unlocks */
    buf_fini(&e.old);
    buf_fini(&e.fresh);
    return r;
}

/* ---- The command */

static int set_password(const char *file, struct text user)
{
    char password[PASSWORD_MAX + 2];
    struct password_hash hash;
    int r = ask(password, sizeof(password));

    if (r == CLI_OK)
        r = check_password(password);
    if (r == CLI_OK && password_make(text_of(password), &hash) != 0)
        r = fail("password", "no memory or no random numbers to hash it");
    password_wipe(password, sizeof(password));
    return r == CLI_OK ? edit_file(file, user, &hash) : r;
}

int cmd_passwd(const struct options *o, int argc, char **argv)
{
    assert(argc == 2);
    if (!basic_name_ok(text_of(argv[1]))) {
        (void)fail(argv[1], "a user name is 1 to 64 bytes of UTF-8 without ':' and control characters");
        return CLI_USAGE;
    }
    if (o->erase)
        return edit_file(argv[0], text_of(argv[1]), NULL);
    return set_password(argv[0], text_of(argv[1]));
}
