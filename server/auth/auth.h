/* From an Authorization header to a user. The io thread asks auth_known, which is a digest and a look-up; a worker
 * asks auth_check, which computes scrypt: a few at a time and without a run slot, so that a flood of wrong passwords
 * takes neither slots nor memory from others. Any thread.
 */
#ifndef SERVER_AUTH_AUTH_H
#define SERVER_AUTH_AUTH_H

#include "cim/base/status.h"
#include "cim/base/text.h"
#include "server/auth/basic.h"
#include "server/auth/cache.h"

struct auth;
struct pool;

enum { AUTH_NAME_MAX = BASIC_NAME_MAX };

/* What has been proven on a connection; zeroed is nothing. */
struct auth_proof {
    unsigned char digest[CACHE_DIGEST];
    uint64_t generation; /* 0: nothing */
    char user[AUTH_NAME_MAX + 1];
};

enum auth_outcome { AUTH_GRANTED, AUTH_DENIED, AUTH_BUSY };

/* pool is where callers of auth_check run; it may be NULL. A bad users file is an error. */
struct auth *auth_new(const char *users_file, struct pool *pool, struct cim_error *err);
struct auth *auth_free(struct auth *a);

/* Reads the users file again if it has changed, or in any case. Main thread. */
void auth_refresh(struct auth *a, bool force);

/* True if this header is the one proven already, on the connection or lately by anybody; proof is then valid for
 * it, else it is zeroed. */
bool auth_known(struct auth *a, struct text header, struct auth_proof *proof);

/* Decides by the users file, on a worker thread; a denial is logged once. peer and request are for the log. */
enum auth_outcome auth_check(struct auth *a, struct text header, const char *peer, uint64_t request,
                             struct auth_proof *ret_proof);

#endif
