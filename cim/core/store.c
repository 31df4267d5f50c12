/* Opening, checking, closing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cim/core/store_impl.h"

enum {
    BUSY_MS = 10000, /* for a checkpoint of another connection */
    FORMAT = 1,      /* user_version; another one is refused */
    APPLICATION = 0x63696D73,
};

/* A row stays under its id when it is changed, and a scan goes up the ids: so it meets a row once. The one index over
 * keys serves both comparisons, without and (its last column) with case. */
static const char layout[] =
    "BEGIN;"
    "CREATE TABLE instance ("
    " id INTEGER PRIMARY KEY,"
    " namespace TEXT NOT NULL COLLATE NOCASE,"
    " class TEXT NOT NULL COLLATE NOCASE,"
    " family TEXT NOT NULL COLLATE NOCASE,"
    " key TEXT NOT NULL,"
    " data BLOB NOT NULL);"
    "CREATE INDEX instance_class ON instance (namespace, class);"
    "CREATE UNIQUE INDEX instance_key ON instance (namespace, family, key COLLATE NOCASE, key COLLATE BINARY);"
    "CREATE TABLE declaration ("
    " namespace TEXT NOT NULL COLLATE NOCASE,"
    " kind INTEGER NOT NULL,"
    " name TEXT NOT NULL COLLATE NOCASE,"
    " mof TEXT NOT NULL,"
    " PRIMARY KEY (namespace, kind, name)) WITHOUT ROWID;"
    "PRAGMA application_id = 0x63696D73;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

/* ---- Connections */

int store_fail(const struct connection *c, int rc, struct cim_error *err)
{
    const char *why = c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(rc);

    switch (rc & 0xFF) {
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_FULL:
        return cim_fail(err, -ENOSPC, "the repository cannot grow: %s", why);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return cim_fail(err, -EIO, "the repository is damaged: %s", why);
    default:
        return cim_fail(err, -EIO, "the repository cannot be used: %s", why);
    }
}

static int execute(struct connection *c, const char *text, struct cim_error *err)
{
    int rc = sqlite3_exec(c->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : store_fail(c, rc, err);
}

void store_disconnect(struct connection *c)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(c->statements[i]);
    sqlite3_close(c->db);
    *c = (struct connection){0};
}

int store_connect(struct connection *c, const char *path, struct cim_error *err)
{
    int rc = sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), r;

    if (rc != SQLITE_OK)
        return store_fail(c, rc, err);
    (void)sqlite3_extended_result_codes(c->db, 1);
    (void)sqlite3_busy_timeout(c->db, BUSY_MS);
    r = execute(c,
                "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                "PRAGMA cache_size = -512;",
                err);
    return r;
}

/* ---- Open and close */

static int cannot_open(struct cim_error *err, const char *path, int error)
{
    return cim_fail(err, -EIO, "%s: %s", path, strerror(error));
}

/* Not the database itself: closing any descriptor of that would drop SQLite's own locks. */
static int lock_file(struct store *s, struct cim_error *err)
{
    char name[STORE_PATH_ROOM + 8];

    (void)snprintf(name, sizeof(name), "%s.lock", s->path); /* it fits */
    s->lock_file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_file < 0)
        return cannot_open(err, name, errno);
    if (flock(s->lock_file, LOCK_EX | LOCK_NB) != 0)
        return cim_fail(err, -EIO, "%s: another process uses this repository", s->path);
    return 0;
}

/* With narrow rights, which SQLite's own files beside it take over. */
static int make_file(const char *path, struct cim_error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return cannot_open(err, path, errno);
    (void)close(fd); /* nothing was written */
    return 0;
}

/* The first column of the first row, as text. */
static int ask(struct connection *c, const char *question, char *ret, size_t room, struct cim_error *err)
{
    const char *answer;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, question, -1, &st, NULL), r = 0;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    answer = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
    if (answer)
        (void)snprintf(ret, room, "%s", answer); /* may be cut */
    else
        r = store_fail(c, rc, err);
    sqlite3_finalize(st);
    return r;
}

static int ask_number(struct connection *c, const char *question, long *ret, struct cim_error *err)
{
    char text[32];
    int r = ask(c, question, text, sizeof(text), err);

    if (!r)
        *ret = strtol(text, NULL, 10);
    return r;
}

static int check_format(struct store *s, struct cim_error *err)
{
    struct connection *c = &s->writer;
    long application = 0, format = 0, tables = 0;
    int r = ask_number(c, "PRAGMA application_id", &application, err);

    if (!r)
        r = ask_number(c, "PRAGMA user_version", &format, err);
    if (!r)
        r = ask_number(c, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (r)
        return r;
    if (application == 0 && tables == 0)
        return execute(c, layout, err);
    if (application != APPLICATION)
        return cim_fail(err, -EIO, "a database, but not a repository");
    if (format != FORMAT)
        return cim_fail(err, -EIO, "a repository of format %ld, this service has %d", format, FORMAT);
    return 0;
}

/* The whole file is read once: better now than a failure in the middle of an answer. */
static int check_whole(struct store *s, struct cim_error *err)
{
    char verdict[160] = "";
    int r = ask(&s->writer, "PRAGMA quick_check(1)", verdict, sizeof(verdict), err);

    if (!r && strcmp(verdict, "ok") != 0)
        return cim_fail(err, -EIO, "the repository is damaged: %s", verdict);
    return r;
}

static int open_writer(struct store *s, struct cim_error *err)
{
    char mode[16] = "";
    int r = store_connect(&s->writer, s->path, err);

    if (!r && sqlite3_db_readonly(s->writer.db, "main"))
        return cim_fail(err, -EIO, "the repository cannot be written");
    if (!r)
        r = ask(&s->writer, "PRAGMA journal_mode = WAL", mode, sizeof(mode), err);
    if (!r && strcmp(mode, "wal") != 0)
        return cim_fail(err, -EIO, "the repository cannot have a write-ahead log here");
    if (!r)
        r = check_format(s, err);
    return r ? r : check_whole(s, err);
}

static int open_files(struct store *s, struct cim_error *err)
{
    struct cim_error why = {0};
    int r = lock_file(s, err);

    if (!r)
        r = make_file(s->path, err);
    if (r)
        return r;
    r = open_writer(s, &why);
    return r && why.status ? cim_fail(err, r, "%.100s: %.150s", s->path, why.message) : r;
}

struct store *store_open(const char *path, struct cim_error *err)
{
    struct store *s = calloc(1, sizeof(*s));
    int r;

    if (!s) {
        (void)cim_fail(err, -ENOMEM, "out of memory");
        return NULL;
    }
    s->lock_file = -1;
    pthread_mutex_init(&s->write_lock, NULL);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->free_cond, NULL);
    r = snprintf(s->path, sizeof(s->path), "%s", path) < (int)sizeof(s->path)
            ? open_files(s, err)
            : cannot_open(err, "the repository", ENAMETOOLONG);
    if (r == -ENOMEM)
        (void)cim_fail(err, r, "out of memory");
    return r ? store_close(s) : s;
}

struct store *store_close(struct store *s)
{
    if (!s)
        return NULL;
    for (int i = 0; i < STORE_READERS; i++)
        store_disconnect(&s->readers[i]);
    store_disconnect(&s->writer);
    if (s->lock_file >= 0)
        (void)close(s->lock_file); /* which unlocks it */
    pthread_cond_destroy(&s->free_cond);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->write_lock);
    free(s);
    return NULL;
}
