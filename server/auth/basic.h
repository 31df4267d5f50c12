/* The Basic scheme of the Authorization header (RFC 7617), strictly and into bounded memory. Pure; any thread. */
#ifndef SERVER_AUTH_BASIC_H
#define SERVER_AUTH_BASIC_H

#include "cim/base/text.h"

enum { BASIC_NAME_MAX = 64, BASIC_PASSWORD_MAX = 512 };

struct basic {
    char name[BASIC_NAME_MAX + 1];
    char password[BASIC_PASSWORD_MAX + 1]; /* NUL-ended like name; neither holds a NUL */
    size_t name_n, password_n;
};

/* Text that is not UTF-8 is taken for Latin-1; ret is UTF-8, and that is what the lengths count. False on another
 * scheme, bad base64, no colon, an empty or over-long part, control characters. The caller wipes ret in any case.
 */
bool basic_decode(struct text header, struct basic *ret);

/* A name that a user may have: 1 to BASIC_NAME_MAX bytes of UTF-8 without ':' and control characters, not
 * beginning with '#'. */
bool basic_name_ok(struct text name);

#endif
