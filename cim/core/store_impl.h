/* The inside of the store, shared by its two files: connections and their statements. */
#ifndef CIM_CORE_STORE_IMPL_H
#define CIM_CORE_STORE_IMPL_H

#include <pthread.h>
#include <sqlite3.h>

#include "cim/core/store.h"

enum { STORE_READERS = 4, STORE_PATH_ROOM = 4096 };

enum store_statement {
    SCAN_CLASS,
    SCAN_KEY,
    SCAN_KEY_FOLDED,
    COUNTS,
    DECLARATIONS,
    BEGIN,
    COMMIT,
    ROLLBACK,
    INSERT,
    UPDATE,
    DELETE,
    DECLARE,
    STATEMENTS,
};

/* One thread at a time. */
struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS]; /* made when first used */
    bool busy;
};

struct store {
    char path[STORE_PATH_ROOM];
    int lock_file;
    pthread_mutex_t write_lock; /* writer */
    struct connection writer;
    pthread_mutex_t lock; /* which readers are busy */
    pthread_cond_t free_cond;
    struct connection readers[STORE_READERS]; /* opened when first used */
};

/* What SQLite says, as ours. */
int store_fail(const struct connection *c, int rc, struct cim_error *err);

/* 0 or a failure; err is filled. */
int store_connect(struct connection *c, const char *path, struct cim_error *err);
void store_disconnect(struct connection *c);

#endif
