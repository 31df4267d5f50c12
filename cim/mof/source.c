/* Bytes of files into sources: reading, UTF-16, includes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cim/mof/unit.h"

static struct mof_source *add_source(struct mof_unit *u, const char *name)
{
    struct mof_source *s = mof_unit_alloc(u, sizeof(*s));

    if (!s)
        return NULL;
    s->name = arena_strdup(&u->arena, name);
    if (!s->name) {
        u->no_memory = true;
        return NULL;
    }
    s->text = TEXT("");
    s->next = u->sources;
    u->sources = s;
    return s;
}

/* ---- UTF-16 ---- */

static uint32_t unit_at(const unsigned char *p, bool big)
{
    return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* One character; advances *p. UINT32_MAX for half of a surrogate pair. */
static uint32_t next_utf16(const unsigned char **p, const unsigned char *end, bool big)
{
    const uint32_t first = unit_at(*p, big);
    uint32_t second;

    *p += 2;
    if (first < 0xD800 || first > 0xDFFF)
        return first;
    if (first > 0xDBFF || end - *p < 2)
        return UINT32_MAX;
    second = unit_at(*p, big);
    *p += 2;
    return second >= 0xDC00 && second <= 0xDFFF ? 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF) : UINT32_MAX;
}

static char *write_utf8(char *to, uint32_t c)
{
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    const unsigned tail = (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);

    *to++ = (char)(lead[tail] | c >> (6 * tail));
    for (unsigned i = tail; i-- > 0;)
        *to++ = (char)(0x80 | (c >> (6 * i) & 0x3F));
    return to;
}

/* Text without its byte order mark as UTF-8. */
static bool from_utf16(struct mof_unit *u, struct mof_source *s, bool big)
{
    const struct decl_place start = {s->name, 1, 1};
    const unsigned char *p = (const unsigned char *)s->text.s + 2, *end = p + ((s->text.n - 2) & ~(size_t)1);
    char *text = arena_alloc(&u->arena, s->text.n / 2 * 3 + 1), *to = text;

    if (!text) {
        u->no_memory = true;
        return false;
    }
    if (s->text.n % 2)
        return mof_unit_fail(u, &start, "file is not UTF-16 as its first bytes say");
    while (p < end) {
        const uint32_t c = next_utf16(&p, end, big);

        if (c == UINT32_MAX)
            return mof_unit_fail(u, &start, "file is not UTF-16 as its first bytes say");
        to = write_utf8(to, c);
    }
    *to = '\0';
    s->text = (struct text){text, (size_t)(to - text)};
    return true;
}

static bool to_utf8(struct mof_unit *u, struct mof_source *s)
{
    if (s->text.n < 2)
        return true;
    if (memcmp(s->text.s, "\xFF\xFE", 2) == 0)
        return from_utf16(u, s, false);
    if (memcmp(s->text.s, "\xFE\xFF", 2) == 0)
        return from_utf16(u, s, true);
    return true;
}

/* ---- files ---- */

static int read_all(struct mof_unit *u, int fd, size_t size, struct text *ret)
{
    char *text = arena_alloc(&u->arena, size + 1);
    size_t n = 0;

    if (!text) {
        u->no_memory = true;
        return -ENOMEM;
    }
    while (n < size) {
        const ssize_t got = read(fd, text + n, size - n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        n += (size_t)got;
    }
    text[n] = '\0';
    *ret = (struct text){text, n};
    return 0;
}

static struct mof_source **find_file(struct mof_unit *u, const struct stat *st)
{
    struct mof_source **at = &u->files[(st->st_ino ^ st->st_dev) % MOF_BUCKETS];

    while (*at && ((*at)->inode != st->st_ino || (*at)->device != st->st_dev))
        at = &(*at)->same_bucket;
    return at;
}

/* *ret_source is NULL for a file that was read before. */
static int read_open_file(struct mof_unit *u, const char *path, int fd, struct mof_source **ret_source)
{
    struct mof_source **slot, *s;
    struct stat st;
    struct text text;
    int r;

    if (fstat(fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
    if (st.st_size > MOF_MAX_FILE)
        return -EFBIG;
    slot = find_file(u, &st);
    *ret_source = NULL;
    if (*slot)
        return 0;
    r = read_all(u, fd, (size_t)st.st_size, &text);
    if (r)
        return r;
    s = add_source(u, path);
    if (!s)
        return -ENOMEM;
    s->text = text;
    s->is_file = true;
    s->device = st.st_dev;
    s->inode = st.st_ino;
    *slot = *ret_source = s;
    return 0;
}

static int read_file(struct mof_unit *u, const char *path, struct mof_source **ret_source)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* no waiting for a pipe's writer */
    int r;

    if (fd < 0)
        return -errno;
    r = read_open_file(u, path, fd, ret_source);
    (void)close(fd); /* was only read */
    return r;
}

static void parse(struct mof_unit *u, struct mof_source *s)
{
    if (s && to_utf8(u, s))
        mof_parse(u, s);
}

/* The path of an included file: beside the including one; backslashes separate too. */
static char *beside(struct mof_unit *u, const char *from, struct text file)
{
    const char *slash = strrchr(from, '/');
    const size_t dir = slash && file.n && file.s[0] != '/' && file.s[0] != '\\' ? (size_t)(slash - from) + 1 : 0;
    char *path = mof_unit_alloc(u, dir + file.n + 1);

    if (!path)
        return NULL;
    if (dir)
        memcpy(path, from, dir);
    for (size_t i = 0; i < file.n; i++)
        path[dir + i] = file.s[i] == '\\' ? '/' : file.s[i];
    return path;
}

bool mof_unit_include(struct mof_unit *u, const struct mof_source *from, struct text file,
                      const struct decl_place *place)
{
    struct mof_source *s = NULL;
    char *path;
    int r;

    if (!from->is_file)
        return mof_unit_fail(u, place, "a source in memory cannot include files");
    if (u->depth >= MOF_MAX_INCLUDE_DEPTH)
        return mof_unit_fail(u, place, "includes are nested deeper than %d", MOF_MAX_INCLUDE_DEPTH);
    path = beside(u, from->name, file);
    if (!path)
        return false;
    r = read_file(u, path, &s);
    if (r)
        return mof_unit_fail(u, place, "cannot read %s: %s", path, strerror(-r));
    u->depth++;
    parse(u, s);
    u->depth--;
    return true;
}

/* What a source came to; errors were counted before. */
static int outcome(const struct mof_unit *u, unsigned errors_before)
{
    if (u->no_memory)
        return -ENOMEM;
    return u->errors > errors_before ? CIM_ERR_INVALID_PARAMETER : 0;
}

int mof_unit_file(struct mof_unit *u, const char *path)
{
    const unsigned before = u->errors;
    struct mof_source *s = NULL;
    int r = read_file(u, path, &s);

    if (r) {
        mof_unit_fail(u, &(struct decl_place){.file = path}, "cannot read: %s", strerror(-r));
        return r;
    }
    u->target = u->start_namespace;
    parse(u, s);
    return outcome(u, before);
}

int mof_unit_text(struct mof_unit *u, const char *name, struct text source)
{
    const unsigned before = u->errors;
    struct mof_source *s = add_source(u, name);

    if (!s)
        return -ENOMEM;
    if (source.n > MOF_MAX_FILE) {
        mof_unit_fail(u, &(struct decl_place){.file = s->name}, "longer than %d bytes", MOF_MAX_FILE);
        return CIM_ERR_INVALID_PARAMETER;
    }
    s->text.s = arena_strndup(&u->arena, source.s, source.n);
    s->text.n = source.n;
    if (!s->text.s) {
        s->text = TEXT("");
        u->no_memory = true;
        return -ENOMEM;
    }
    u->target = u->start_namespace;
    parse(u, s);
    return outcome(u, before);
}
