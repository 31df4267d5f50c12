#include "server/auth/auth.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cim/base/log.h"
#include "server/auth/password.h"
#include "server/auth/users.h"
#include "server/run/pool.h"

/* scrypt computations at a time, how many may wait for their turn, and how long. */
enum { TURNS = 2, QUEUE = 16, PATIENCE_S = 3 };

struct auth {
    struct users *users;
    struct cache *cache;
    struct pool *pool;
    pthread_mutex_t lock; /* guards computing and waiting */
    pthread_cond_t turn;
    unsigned computing, waiting;
};

static uint64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

struct auth *auth_new(const char *users_file, struct pool *pool, struct cim_error *err)
{
    struct auth *a = calloc(1, sizeof(*a));
    pthread_condattr_t attr;

    if (!a) {
        (void)cim_fail(err, -ENOMEM, "out of memory");
        return NULL;
    }
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&a->turn, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&a->lock, NULL);
    a->pool = pool;
    a->cache = cache_new();
    if (!a->cache)
        (void)cim_fail(err, -ENOMEM, "no memory or no random numbers");
    else
        a->users = users_new(users_file, err);
    return a->users ? a : auth_free(a);
}

struct auth *auth_free(struct auth *a)
{
    if (!a)
        return NULL;
    a->users = users_free(a->users);
    a->cache = cache_free(a->cache);
    pthread_cond_destroy(&a->turn);
    pthread_mutex_destroy(&a->lock);
    free(a);
    return NULL;
}

void auth_refresh(struct auth *a, bool force)
{
    users_refresh(a->users, force);
}

bool auth_known(struct auth *a, struct text header, struct auth_proof *proof)
{
    uint64_t generation = users_generation(a->users);
    unsigned char digest[CACHE_DIGEST];

    if (cache_digest(a->cache, header, digest)) {
        if (proof->generation == generation && memcmp(proof->digest, digest, CACHE_DIGEST) == 0)
            return true;
        if (cache_get(a->cache, digest, generation, now_ms(), proof->user)) {
            memcpy(proof->digest, digest, CACHE_DIGEST);
            proof->generation = generation;
            return true;
        }
    }
    *proof = (struct auth_proof){0};
    return false;
}

/* False when too many wait or it took too long. */
static bool take_turn(struct auth *a)
{
    struct timespec until;
    bool taken = false;
    int r = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&a->lock);
    if (a->waiting < QUEUE) {
        a->waiting++;
        while (a->computing >= TURNS && r == 0)
            r = pthread_cond_timedwait(&a->turn, &a->lock, &until);
        a->waiting--;
        taken = a->computing < TURNS;
        a->computing += taken;
    }
    pthread_mutex_unlock(&a->lock);
    return taken;
}

static void end_turn(struct auth *a)
{
    pthread_mutex_lock(&a->lock);
    a->computing--;
    pthread_cond_signal(&a->turn);
    pthread_mutex_unlock(&a->lock);
}

/* A user that does not exist costs what a wrong password costs. */
static enum auth_outcome compare(struct auth *a, const struct basic *basic)
{
    struct password_hash hash;
    bool exists = users_find(a->users, (struct text){basic->name, basic->name_n}, &hash), right = false;

    if (!exists)
        password_nobody(&hash);
    if (password_verify(&hash, (struct text){basic->password, basic->password_n}, &right) != 0)
        return AUTH_BUSY;
    return exists && right ? AUTH_GRANTED : AUTH_DENIED;
}

/* Somebody may have proven the same header while this one waited: a client that opens many connections at once
 * pays once. */
static enum auth_outcome decide(struct auth *a, struct text header, const struct basic *basic,
                                struct auth_proof *ret_proof)
{
    struct auth_proof proof = {0};
    enum auth_outcome outcome = AUTH_GRANTED;

    if (!take_turn(a))
        return AUTH_BUSY;
    if (!auth_known(a, header, &proof)) {
        proof.generation = users_generation(a->users);
        outcome = compare(a, basic);
        if (outcome == AUTH_GRANTED && !cache_digest(a->cache, header, proof.digest))
            outcome = AUTH_BUSY;
        if (outcome == AUTH_GRANTED) {
            memcpy(proof.user, basic->name, basic->name_n + 1);
            cache_put(a->cache, proof.digest, proof.generation, now_ms(), proof.user);
        }
    }
    end_turn(a);
    if (outcome == AUTH_GRANTED)
        *ret_proof = proof;
    return outcome;
}

enum auth_outcome auth_check(struct auth *a, struct text header, const char *peer, uint64_t request,
                             struct auth_proof *ret_proof)
{
    enum auth_outcome outcome;
    struct basic basic;

    if (!basic_decode(header, &basic)) {
        log_line(LOG_LEVEL_WARNING, "auth", request, "denied: not a Basic header with name and password, from %s", peer);
        return AUTH_DENIED;
    }
    if (a->pool)
        pool_wait_begin(a->pool);
    outcome = decide(a, header, &basic, ret_proof);
    password_thread_done();
    if (a->pool)
        pool_wait_end(a->pool);
    if (outcome == AUTH_DENIED)
        log_line(LOG_LEVEL_WARNING, "auth", request, "denied: user \"%s\" from %s", basic.name, peer);
    if (outcome == AUTH_BUSY)
        log_line(LOG_LEVEL_WARNING, "auth", request, "not decided, too many log-ins at a time: user \"%s\" from %s",
                 basic.name, peer);
    password_wipe(&basic, sizeof(basic));
    return outcome;
}
