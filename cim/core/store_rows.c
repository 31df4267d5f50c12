/* Reading and writing rows. */
#include <errno.h>
#include <string.h>

#include "cim/core/store_impl.h"

enum { BATCH_ROWS = 256, BATCH_BYTES = 256 << 10, ROW_MAX = 64 << 20 };

/* ?1 namespace, ?2 class, ?3 family, ?4 key; scans: ?5 the last id, ?6 rows at most; else ?5 data */
#define OF_CLASS " WHERE namespace = ?1 AND class = ?2"
#define OF_KEY OF_CLASS " AND family = ?3 AND key = ?4 COLLATE NOCASE"
#define ONWARDS " AND id > ?5 ORDER BY id LIMIT ?6"

static const char *const sql[STATEMENTS] = {
    [SCAN_CLASS] = "SELECT id, data FROM instance INDEXED BY instance_class" OF_CLASS ONWARDS,
    [SCAN_KEY] = "SELECT id, data FROM instance INDEXED BY instance_key" OF_KEY " AND key = ?4" ONWARDS,
    [SCAN_KEY_FOLDED] = "SELECT id, data FROM instance INDEXED BY instance_key" OF_KEY ONWARDS,
    [COUNTS] = "SELECT namespace, class, count(*) FROM instance GROUP BY namespace, class",
    [DECLARATIONS] = "SELECT namespace, mof FROM declaration ORDER BY namespace, kind, name",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [INSERT] = "INSERT INTO instance (namespace, class, family, key, data) VALUES (?1, ?2, ?3, ?4, ?5)",
    [UPDATE] = "UPDATE instance INDEXED BY instance_key SET data = ?5" OF_KEY " AND key = ?4",
    [DELETE] = "DELETE FROM instance INDEXED BY instance_key" OF_KEY " AND key = ?4",
    [DECLARE] = "INSERT OR REPLACE INTO declaration (namespace, kind, name, mof) VALUES (?1, ?2, ?3, ?4)",
};

/* ---- Statements and connections */

/* Ready to be bound; NULL after a failure. */
static sqlite3_stmt *statement(struct connection *c, enum store_statement which, int *r, struct cim_error *err)
{
    int rc;

    if (c->statements[which])
        return c->statements[which];
    rc = sqlite3_prepare_v3(c->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, &c->statements[which], NULL);
    if (rc != SQLITE_OK)
        *r = store_fail(c, rc, err);
    return c->statements[which];
}

/* Borrowed until the statement is released. Binding takes no memory and so does not fail. */
static void bind_text(sqlite3_stmt *st, int at, struct text t)
{
    (void)sqlite3_bind_text64(st, at, t.s ? t.s : "", t.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_key(sqlite3_stmt *st, const struct store_key *k)
{
    bind_text(st, 1, text_of(k->namespace));
    bind_text(st, 2, k->class);
    bind_text(st, 3, k->family);
    bind_text(st, 4, k->key);
}

static void release(sqlite3_stmt *st)
{
    (void)sqlite3_reset(st); /* repeats the failure of the step */
    (void)sqlite3_clear_bindings(st);
}

static int take_reader(struct store *s, struct connection **ret, struct cim_error *err)
{
    struct connection *c = NULL;
    int r = 0;

    pthread_mutex_lock(&s->lock);
    while (!c) {
        for (int i = 0; i < STORE_READERS && !c; i++)
            if (!s->readers[i].busy)
                c = &s->readers[i];
        if (!c)
            pthread_cond_wait(&s->free_cond, &s->lock);
    }
    c->busy = true;
    pthread_mutex_unlock(&s->lock);
    if (!c->db)
        r = store_connect(c, s->path, err);
    *ret = c;
    return r;
}

static void give_reader(struct store *s, struct connection *c, int r)
{
    if (r < 0) /* whatever is wrong, the next one begins anew */
        store_disconnect(c);
    pthread_mutex_lock(&s->lock);
    c->busy = false;
    pthread_cond_signal(&s->free_cond);
    pthread_mutex_unlock(&s->lock);
}

/* ---- Reading */

static enum store_statement statement_of(const struct store_scan *scan)
{
    return scan->of.family.n == 0 ? SCAN_CLASS : scan->fold ? SCAN_KEY_FOLDED : SCAN_KEY;
}

/* A row of the batch: its length, its bytes. */
static void keep_row(struct store_scan *scan, sqlite3_stmt *st)
{
    const void *data = sqlite3_column_blob(st, 1);
    const uint32_t n = (uint32_t)sqlite3_column_bytes(st, 1);

    if (!data) /* rows are never empty */
        scan->rows.failed = true;
    scan->last = sqlite3_column_int64(st, 0);
    buf_put(&scan->rows, &n, sizeof(n));
    buf_put(&scan->rows, data, data ? n : 0);
}

static int read_batch(struct connection *c, struct store_scan *scan, struct cim_error *err)
{
    int r = 0, rc = SQLITE_ROW, n = 0;
    sqlite3_stmt *st = statement(c, statement_of(scan), &r, err);

    if (!st)
        return r;
    bind_key(st, &scan->of);
    (void)sqlite3_bind_int64(st, 5, scan->last);
    (void)sqlite3_bind_int64(st, 6, BATCH_ROWS);
    while (n < BATCH_ROWS && scan->rows.len < BATCH_BYTES && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        keep_row(scan, st);
        n++;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        r = store_fail(c, rc, err);
    scan->over = rc == SQLITE_DONE;
    release(st);
    return r ? r : buf_ok(&scan->rows) ? 0 : -ENOMEM;
}

static int next_batch(struct store *s, struct store_scan *scan, struct cim_error *err)
{
    struct connection *c = NULL;
    int r;

    if (!scan->rows.max)
        buf_init(&scan->rows, BATCH_BYTES + ROW_MAX + sizeof(uint32_t));
    buf_reset(&scan->rows);
    scan->at = 0;
    r = take_reader(s, &c, err);
    if (!r)
        r = read_batch(c, scan, err);
    give_reader(s, c, r);
    return r;
}

int store_next(struct store *s, struct store_scan *scan, struct text *ret_data, struct cim_error *err)
{
    uint32_t n;

    if (scan->at == scan->rows.len) {
        int r = scan->over ? CIM_ERR_NOT_FOUND : next_batch(s, scan, err);

        if (r)
            return r;
        if (scan->rows.len == 0)
            return CIM_ERR_NOT_FOUND;
    }
    memcpy(&n, scan->rows.data + scan->at, sizeof(n));
    *ret_data = (struct text){scan->rows.data + scan->at + sizeof(n), n};
    scan->at += sizeof(n) + n;
    return 0;
}

void store_scan_fini(struct store_scan *scan)
{
    buf_fini(&scan->rows);
}

/* Calls take with every row. */
static int each_row(struct store *s, enum store_statement which, int (*take)(sqlite3_stmt *st, void *arg), void *arg,
                    struct cim_error *err)
{
    struct connection *c = NULL;
    sqlite3_stmt *st = NULL;
    int r = take_reader(s, &c, err), rc = SQLITE_ROW, taken = 0;

    if (!r)
        st = statement(c, which, &r, err);
    while (st && !taken && (rc = sqlite3_step(st)) == SQLITE_ROW)
        taken = take(st, arg);
    if (st && rc != SQLITE_ROW && rc != SQLITE_DONE)
        r = store_fail(c, rc, err);
    if (st)
        release(st);
    give_reader(s, c, r);
    return r ? r : taken;
}

struct counting {
    int (*fn)(void *user, const char *namespace, const char *class, uint64_t n);
    void *user;
};

static int take_count(sqlite3_stmt *st, void *arg)
{
    const struct counting *c = arg;
    const char *namespace = (const char *)sqlite3_column_text(st, 0), *class = (const char *)sqlite3_column_text(st, 1);

    return namespace && class ? c->fn(c->user, namespace, class, (uint64_t)sqlite3_column_int64(st, 2)) : -ENOMEM;
}

int store_each_count(struct store *s, int (*fn)(void *user, const char *namespace, const char *class, uint64_t n),
                     void *user, struct cim_error *err)
{
    struct counting c = {fn, user};

    return each_row(s, COUNTS, take_count, &c, err);
}

struct declaring {
    int (*fn)(void *user, const char *namespace, struct text mof);
    void *user;
};

static int take_declaration(sqlite3_stmt *st, void *arg)
{
    const struct declaring *d = arg;
    const char *namespace = (const char *)sqlite3_column_text(st, 0), *mof = (const char *)sqlite3_column_text(st, 1);

    return namespace && mof ? d->fn(d->user, namespace, text_of(mof)) : -ENOMEM;
}

int store_each_declaration(struct store *s, int (*fn)(void *user, const char *namespace, struct text mof), void *user,
                           struct cim_error *err)
{
    struct declaring d = {fn, user};

    return each_row(s, DECLARATIONS, take_declaration, &d, err);
}

/* ---- Writing */

void store_lock(struct store *s)
{
    pthread_mutex_lock(&s->write_lock);
}

void store_unlock(struct store *s)
{
    pthread_mutex_unlock(&s->write_lock);
}

/* Runs a bound statement; the number of rows it changed in ret_changed. */
static int run(struct store *s, sqlite3_stmt *st, int *ret_changed, struct cim_error *err)
{
    int rc = sqlite3_step(st), r = 0;

    if (rc == SQLITE_CONSTRAINT_UNIQUE)
        r = CIM_ERR_ALREADY_EXISTS;
    else if (rc != SQLITE_DONE)
        r = store_fail(&s->writer, rc, err);
    *ret_changed = sqlite3_changes(s->writer.db);
    release(st);
    return r;
}

static int run_plain(struct store *s, enum store_statement which, struct cim_error *err)
{
    int r = 0, changed;
    sqlite3_stmt *st = statement(&s->writer, which, &r, err);

    return st ? run(s, st, &changed, err) : r;
}

int store_begin(struct store *s, struct cim_error *err)
{
    return run_plain(s, BEGIN, err);
}

int store_commit(struct store *s, struct cim_error *err)
{
    return run_plain(s, COMMIT, err);
}

void store_rollback(struct store *s)
{
    if (!sqlite3_get_autocommit(s->writer.db)) /* some failures have rolled back by themselves */
        (void)run_plain(s, ROLLBACK, NULL);    /* nothing was committed, whatever it says */
}

static int change(struct store *s, enum store_statement which, const struct store_key *k, const struct text *data,
                  struct cim_error *err)
{
    int r = 0, changed = 0;
    sqlite3_stmt *st = statement(&s->writer, which, &r, err);

    if (!st)
        return r;
    if (data && data->n > ROW_MAX)
        return cim_fail(err, CIM_ERR_SERVER_LIMITS_EXCEEDED, "an instance of more than %d bytes", ROW_MAX);
    bind_key(st, k);
    if (data)
        (void)sqlite3_bind_blob64(st, 5, data->s, data->n, SQLITE_STATIC);
    r = run(s, st, &changed, err);
    return r ? r : changed ? 0 : CIM_ERR_NOT_FOUND;
}

int store_insert(struct store *s, const struct store_key *k, struct text data, struct cim_error *err)
{
    return change(s, INSERT, k, &data, err);
}

int store_update(struct store *s, const struct store_key *k, struct text data, struct cim_error *err)
{
    return change(s, UPDATE, k, &data, err);
}

int store_delete(struct store *s, const struct store_key *k, struct cim_error *err)
{
    return change(s, DELETE, k, NULL, err);
}

int store_declare(struct store *s, const char *namespace, enum store_kind kind, const char *name, struct text mof,
                  struct cim_error *err)
{
    int r = 0, changed;
    sqlite3_stmt *st = statement(&s->writer, DECLARE, &r, err);

    if (!st)
        return r;
    bind_text(st, 1, text_of(namespace));
    (void)sqlite3_bind_int(st, 2, kind);
    bind_text(st, 3, text_of(name));
    bind_text(st, 4, mof);
    return run(s, st, &changed, err);
}
