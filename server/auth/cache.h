/* Who has lately logged in with which header bytes, so that the next request does not pay for scrypt again. Only a
 * keyed digest of the header is kept, the key is random and never leaves the process. Bounded: an old entry gives
 * way. Any thread.
 */
#ifndef SERVER_AUTH_CACHE_H
#define SERVER_AUTH_CACHE_H

#include "cim/base/text.h"
#include "server/auth/basic.h"

struct cache;

enum { CACHE_DIGEST = 32, CACHE_LIFE_MS = 5 * 60 * 1000 };

struct cache *cache_new(void); /* NULL when memory or randomness is out */
struct cache *cache_free(struct cache *c);

/* False when the library fails: then nothing may be looked up or kept. */
bool cache_digest(struct cache *c, struct text header, unsigned char ret_digest[CACHE_DIGEST]);

/* The generation is that of the users file: entries of another one are not found. now is a monotonic time in ms. */
void cache_put(struct cache *c, const unsigned char digest[CACHE_DIGEST], uint64_t generation, uint64_t now,
               const char *user);
bool cache_get(struct cache *c, const unsigned char digest[CACHE_DIGEST], uint64_t generation, uint64_t now,
               char ret_user[BASIC_NAME_MAX + 1]);

#endif
