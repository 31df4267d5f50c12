#include "server/auth/cache.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Digests are keyed, so nobody can aim at one set. */
enum { SETS = 128, WAYS = 4 };

struct entry {
    unsigned char digest[CACHE_DIGEST];
    uint64_t generation; /* 0: free */
    uint64_t until;
    char user[BASIC_NAME_MAX + 1];
};

struct cache {
    pthread_mutex_t lock; /* guards all */
    EVP_MAC_CTX *mac;     /* keyed; a start without key uses it again */
    struct entry sets[SETS][WAYS];
};

/* Keyed HMAC-SHA256, NULL when something is out. */
static EVP_MAC_CTX *new_mac(void)
{
    char sha256[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", sha256, 0), OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    unsigned char key[32];

    EVP_MAC_free(hmac);
    if (!mac || RAND_bytes(key, sizeof(key)) != 1 || EVP_MAC_init(mac, key, sizeof(key), params) != 1) {
        EVP_MAC_CTX_free(mac);
        mac = NULL;
    }
    OPENSSL_cleanse(key, sizeof(key));
    return mac;
}

struct cache *cache_new(void)
{
    struct cache *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->mac = new_mac();
    if (!c->mac) {
        free(c);
        return NULL;
    }
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

struct cache *cache_free(struct cache *c)
{
    if (!c)
        return NULL;
    EVP_MAC_CTX_free(c->mac);
    pthread_mutex_destroy(&c->lock);
    free(c);
    return NULL;
}

bool cache_digest(struct cache *c, struct text header, unsigned char ret_digest[CACHE_DIGEST])
{
    size_t n = 0;
    bool good;

    pthread_mutex_lock(&c->lock);
    good = EVP_MAC_init(c->mac, NULL, 0, NULL) == 1 &&
           EVP_MAC_update(c->mac, (const unsigned char *)header.s, header.n) == 1 &&
           EVP_MAC_final(c->mac, ret_digest, &n, CACHE_DIGEST) == 1;
    pthread_mutex_unlock(&c->lock);
    return good && n == CACHE_DIGEST;
}

static struct entry *set_of(struct cache *c, const unsigned char *digest)
{
    return c->sets[(digest[0] | digest[1] << 8) % SETS];
}

static bool holds(const struct entry *e, const unsigned char *digest)
{
    return e->generation && CRYPTO_memcmp(e->digest, digest, CACHE_DIGEST) == 0;
}

void cache_put(struct cache *c, const unsigned char digest[CACHE_DIGEST], uint64_t generation, uint64_t now,
               const char *user)
{
    struct entry *set = set_of(c, digest), *place = &set[0];

    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < WAYS; i++) {
        if (holds(&set[i], digest)) {
            place = &set[i];
            break;
        }
        if (set[i].until < place->until)
            place = &set[i];
    }
    memcpy(place->digest, digest, CACHE_DIGEST);
    place->generation = generation;
    place->until = now + CACHE_LIFE_MS;
    memccpy(place->user, user, '\0', sizeof(place->user) - 1); /* the rest is zero from the start */
    pthread_mutex_unlock(&c->lock);
}

bool cache_get(struct cache *c, const unsigned char digest[CACHE_DIGEST], uint64_t generation, uint64_t now,
               char ret_user[BASIC_NAME_MAX + 1])
{
    struct entry *set = set_of(c, digest);
    bool found = false;

    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < WAYS && !found; i++) {
        if (!holds(&set[i], digest) || set[i].generation != generation || set[i].until <= now)
            continue;
        memcpy(ret_user, set[i].user, sizeof(set[i].user));
        found = true;
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}
