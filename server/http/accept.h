/* The Accept-Encoding header (RFC 9110, 12.5.3): whether an answer is to be compressed. Pure; any thread. */
#ifndef SERVER_HTTP_ACCEPT_H
#define SERVER_HTTP_ACCEPT_H

#include "cim/base/text.h"

enum accept_encoding {
    ACCEPT_PLAIN,     /* gzip is not taken, or liked less; or neither is: then plain is what everybody can read */
    ACCEPT_GZIP,      /* both are taken */
    ACCEPT_ONLY_GZIP, /* identity;q=0 */
};

/* Of the header's value; its s is NULL if it was not sent. What is malformed in it counts as not taken. */
enum accept_encoding accept_encoding(struct text header);

#endif
