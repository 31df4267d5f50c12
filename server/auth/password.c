#include "server/auth/password.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "cim/base/base64.h"

enum { COST_LN = 14, COST_R = 8, COST_P = 1, SALT_BYTES = 16, HASH_BYTES = 32 };
enum { LN_MIN = 10, LN_MAX = 18, R_MAX = 32, P_MAX = 16, WORK_MAX = 64 << 20, SHORTEST = 16 };

static int derive(const struct password_hash *h, struct text password, unsigned char *out)
{
    uint64_t n = 1ull << h->ln;
    uint64_t memory = 128ull * h->r * (n + h->p + 2) + (1 << 16);

    if (EVP_PBE_scrypt(password.s, password.n, h->salt, h->salt_n, n, h->r, h->p, memory, out, h->hash_n) != 1)
        return -ENOMEM;
    return 0;
}

int password_make(struct text password, struct password_hash *ret)
{
    struct password_hash h = {.ln = COST_LN, .r = COST_R, .p = COST_P, .salt_n = SALT_BYTES, .hash_n = HASH_BYTES};
    int r;

    if (password.n == 0 || password.n > PASSWORD_MAX)
        return -EINVAL;
    if (RAND_bytes(h.salt, SALT_BYTES) != 1)
        return -EIO;
    r = derive(&h, password, h.hash);
    if (r == 0)
        *ret = h;
    password_wipe(&h, sizeof(h));
    return r;
}

int password_verify(const struct password_hash *h, struct text password, bool *ret_right)
{
    unsigned char found[sizeof(h->hash)];
    int r;

    if (password.n > PASSWORD_MAX)
        password.n = 0; /* nobody has it, but it costs the same */
    r = derive(h, password, found);
    if (r == 0)
        *ret_right = CRYPTO_memcmp(found, h->hash, h->hash_n) == 0 && password.n > 0;
    password_wipe(found, sizeof(found));
    return r;
}

void password_nobody(struct password_hash *ret)
{
    *ret = (struct password_hash){.ln = COST_LN, .r = COST_R, .p = COST_P, .salt_n = SALT_BYTES, .hash_n = HASH_BYTES};
}

/* A decimal number behind a prefix; s moves on. */
static bool take_number(struct text *s, const char *prefix, unsigned *ret)
{
    size_t n = strlen(prefix), digits = 0;
    uint64_t v;

    if (s->n < n || memcmp(s->s, prefix, n) != 0)
        return false;
    *s = (struct text){s->s + n, s->n - n};
    while (digits < s->n && s->s[digits] >= '0' && s->s[digits] <= '9')
        digits++;
    if (!digits || digits > 4 || !text_to_u64((struct text){s->s, digits}, &v))
        return false;
    *s = (struct text){s->s + digits, s->n - digits};
    *ret = (unsigned)v;
    return true;
}

static bool take_bytes(struct text *s, unsigned char *ret_bytes, size_t room, size_t *ret_n)
{
    size_t n = 1;

    if (s->n == 0 || s->s[0] != '$')
        return false;
    while (n < s->n && s->s[n] != '$')
        n++;
    if (!base64_decode((struct text){s->s + 1, n - 1}, ret_bytes, room, ret_n) || *ret_n < SHORTEST)
        return false;
    *s = (struct text){s->s + n, s->n - n};
    return true;
}

static bool affordable(const struct password_hash *h)
{
    return h->ln >= LN_MIN && h->ln <= LN_MAX && h->r >= 1 && h->r <= R_MAX && h->p >= 1 && h->p <= P_MAX &&
           (128ull * h->r << h->ln) <= WORK_MAX && (128ull * h->r * h->p << h->ln) <= 4ull * WORK_MAX;
}

bool password_parse(struct text s, struct password_hash *ret)
{
    struct password_hash h = {0};

    if (!take_number(&s, "$scrypt$ln=", &h.ln) || !take_number(&s, ",r=", &h.r) || !take_number(&s, ",p=", &h.p))
        return false;
    if (!take_bytes(&s, h.salt, sizeof(h.salt), &h.salt_n) || !take_bytes(&s, h.hash, sizeof(h.hash), &h.hash_n))
        return false;
    if (s.n || !affordable(&h))
        return false;
    *ret = h;
    return true;
}

void password_format(const struct password_hash *h, struct buf *out)
{
    buf_printf(out, "$scrypt$ln=%u,r=%u,p=%u$", h->ln, h->r, h->p);
    base64_encode(h->salt, h->salt_n, out);
    buf_char(out, '$');
    base64_encode(h->hash, h->hash_n, out);
}

void password_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

void password_thread_done(void)
{
    OPENSSL_thread_stop();
}
