/* Password hashes: scrypt, written as $scrypt$ln=14,r=8,p=1$salt$hash with unpadded base64. Making or verifying one
 * costs about 60 ms and 16 MiB for that moment. Pure but for memory and the random salt; any thread, never an io
 * thread.
 */
#ifndef SERVER_AUTH_PASSWORD_H
#define SERVER_AUTH_PASSWORD_H

#include "cim/base/buf.h"

enum { PASSWORD_MAX = 512, PASSWORD_TEXT_MAX = 256 };

struct password_hash {
    unsigned ln, r, p; /* cost 2^ln, block size, lanes */
    size_t salt_n, hash_n;
    unsigned char salt[64], hash[64];
};

/* 0, or -EINVAL when the password is empty or too long, -ENOMEM. */
int password_make(struct text password, struct password_hash *ret);

/* Takes the same time whether it is right or wrong. -ENOMEM when it could not be found out. */
int password_verify(const struct password_hash *h, struct text password, bool *ret_right);

/* A hash that no password has, of the cost of a new one: for users that do not exist. */
void password_nobody(struct password_hash *ret);

/* False on anything but the form above, or a cost beyond 64 MiB or about a second. */
bool password_parse(struct text s, struct password_hash *ret);
void password_format(const struct password_hash *h, struct buf *out);

/* Overwrites n bytes in a way that the compiler keeps. */
void password_wipe(void *p, size_t n);

/* Gives back what the library keeps for the calling thread; it would else come back some time after the thread's
 * end. */
void password_thread_done(void);

#endif
