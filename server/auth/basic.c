#include "server/auth/basic.h"

#include <string.h>

#include "cim/base/base64.h"
#include "server/auth/password.h"

_Static_assert((int)BASIC_PASSWORD_MAX == (int)PASSWORD_MAX, "what may be set can be sent");

/* Printable in the sense of RFC 7617: no control characters. */
static bool printable(struct text t)
{
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.s[i] < 0x20 || t.s[i] == 0x7f)
            return false;
    return text_is_utf8(t);
}

bool basic_name_ok(struct text name)
{
    return name.n >= 1 && name.n <= BASIC_NAME_MAX && name.s[0] != '#' && !memchr(name.s, ':', name.n) &&
           printable(name);
}

static bool take_scheme(struct text *header)
{
    static const struct text scheme = {"Basic ", 6};

    if (header->n < scheme.n || !text_ieq((struct text){header->s, scheme.n}, scheme))
        return false;
    *header = (struct text){header->s + scheme.n, header->n - scheme.n};
    while (header->n && header->s[0] == ' ')
        *header = (struct text){header->s + 1, header->n - 1};
    while (header->n && (header->s[header->n - 1] == ' ' || header->s[header->n - 1] == '\t'))
        header->n--;
    return true;
}

/* Latin-1 to UTF-8 in place; false if there is no room. */
static bool widen(unsigned char *bytes, size_t *n, size_t room)
{
    size_t wide = 0;

    for (size_t i = 0; i < *n; i++)
        wide += bytes[i] >= 0x80;
    if (*n + wide > room)
        return false;
    *n += wide;
    for (size_t at = *n; wide; at--) { /* from the end, until nothing moves */
        unsigned char c = bytes[at - 1 - wide];

        bytes[at - 1] = c >= 0x80 ? 0x80 | (c & 0x3f) : c;
        if (c >= 0x80) {
            at--;
            wide--;
            bytes[at - 1] = 0xc0 | c >> 6;
        }
    }
    return true;
}

/* Clients write UTF-8, or, as Python's requests do, Latin-1, and do not say which (RFC 7617, 3). */
static bool to_utf8(unsigned char *pair, size_t *n, size_t room)
{
    return text_is_utf8((struct text){(const char *)pair, *n}) || widen(pair, n, room);
}

bool basic_decode(struct text header, struct basic *ret)
{
    unsigned char pair[BASIC_NAME_MAX + 1 + BASIC_PASSWORD_MAX];
    size_t n = 0, name_n = 0;
    bool good;

    good = take_scheme(&header) && base64_decode(header, pair, sizeof(pair), &n) && to_utf8(pair, &n, sizeof(pair));
    while (good && name_n < n && pair[name_n] != ':')
        name_n++;
    good = good && name_n < n && n - name_n - 1 >= 1 && n - name_n - 1 <= BASIC_PASSWORD_MAX;
    good = good && basic_name_ok((struct text){(const char *)pair, name_n}) &&
           printable((struct text){(const char *)pair + name_n + 1, n - name_n - 1});
    if (good) {
        ret->name_n = name_n;
        ret->password_n = n - name_n - 1;
        memcpy(ret->name, pair, name_n);
        memcpy(ret->password, pair + name_n + 1, ret->password_n);
        ret->name[ret->name_n] = ret->password[ret->password_n] = '\0';
    }
    password_wipe(pair, sizeof(pair));
    return good;
}
