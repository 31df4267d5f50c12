/* Socket addresses as text. Numbers only: no names are looked up. Pure; any thread. */
#ifndef SERVER_HTTP_ADDRESS_H
#define SERVER_HTTP_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* "127.0.0.1:5985", "[::1]:5985"; port 0 lets the system choose one. False on anything else. */
bool address_parse(const char *s, union address *ret);
socklen_t address_size(const union address *a);
bool address_is_loopback(const union address *a);

/* The form above; "unknown" for NULL and other families. */
void address_format(const struct sockaddr *a, char *ret, size_t size);

#endif
