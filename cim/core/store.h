/* The database of the repository: rows of instances by namespace, class and key, and MOF texts of declarations. It
 * knows bytes and names, no classes. Names compare without case.
 *
 * Reading: any thread, beside writers and each other; a read transaction ends before store_next returns, so whoever is
 * slow with a row holds nothing. Writing: between store_lock and store_unlock. What a writing function has answered
 * with 0 (inside a transaction: what store_commit has) survives kill -9 and a power cut.
 *
 * Failures are -ENOMEM, -ENOSPC (the disk is full) and -EIO with the sentence in err.
 */
#ifndef CIM_CORE_STORE_H
#define CIM_CORE_STORE_H

#include "cim/base/buf.h"
#include "cim/base/status.h"

struct store;

/* Opens or makes the file; a damaged or foreign one is refused, and one that another process has open. NULL with err
 * filled. */
struct store *store_open(const char *path, struct cim_error *err);
struct store *store_close(struct store *s); /* always NULL; nobody may be inside */

struct store_key {
    const char *namespace;
    struct text class;
    struct text family, key; /* unique together in the namespace; key with case */
};

/* Rows of one class, or (family.n not 0) the one with this key. Zeroed but for what is asked; store_scan_fini in any
 * case. A row that is there from beginning to end comes exactly once. */
struct store_scan {
    struct store_key of; /* texts are borrowed until the scan is over */
    bool fold;           /* key without case: perhaps several rows */
    bool over;           /* the rest is the store's own */
    int64_t last;
    struct buf rows;
    size_t at;
};

/* The next row, borrowed until the next call. CIM_ERR_NOT_FOUND at the end. */
int store_next(struct store *s, struct store_scan *scan, struct text *ret_data, struct cim_error *err);
void store_scan_fini(struct store_scan *scan);

/* How many rows each class has. */
int store_each_count(struct store *s, int (*fn)(void *user, const char *namespace, const char *class, uint64_t n),
                     void *user, struct cim_error *err);

enum store_kind { STORE_QUALIFIER, STORE_CLASS };

/* Declarations, those of a namespace in a row. fn returns 0 or what ends the loop. */
int store_each_declaration(struct store *s, int (*fn)(void *user, const char *namespace, struct text mof), void *user,
                           struct cim_error *err);

void store_lock(struct store *s);
void store_unlock(struct store *s);

/* Several changes as one. After a failure, store_rollback. */
int store_begin(struct store *s, struct cim_error *err);
int store_commit(struct store *s, struct cim_error *err);
void store_rollback(struct store *s);

int store_insert(struct store *s, const struct store_key *k, struct text data,
                 struct cim_error *err); /* CIM_ERR_ALREADY_EXISTS */
int store_update(struct store *s, const struct store_key *k, struct text data,
                 struct cim_error *err);                                             /* CIM_ERR_NOT_FOUND */
int store_delete(struct store *s, const struct store_key *k, struct cim_error *err); /* CIM_ERR_NOT_FOUND */
/* New or instead of the one of this name. */
int store_declare(struct store *s, const char *namespace, enum store_kind kind, const char *name, struct text mof,
                  struct cim_error *err);

#endif
