#include "server/http/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "cim/base/text.h"

bool address_parse(const char *s, union address *ret)
{
    const char *colon = strrchr(s, ':');
    union address a = {0};
    char host[INET6_ADDRSTRLEN];
    uint64_t port;
    size_t n;
    bool v6 = s[0] == '[';

    if (!colon || !text_to_u64(text_of(colon + 1), &port) || port > 65535)
        return false;
    n = (size_t)(colon - s);
    if (v6 && (n < 2 || s[n - 1] != ']'))
        return false;
    if (v6) {
        s++;
        n -= 2;
    }
    if (n >= sizeof(host))
        return false;
    memcpy(host, s, n);
    host[n] = '\0';
    if (v6) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons((uint16_t)port);
        if (inet_pton(AF_INET6, host, &a.v6.sin6_addr) != 1)
            return false;
    } else {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons((uint16_t)port);
        if (inet_pton(AF_INET, host, &a.v4.sin_addr) != 1)
            return false;
    }
    *ret = a;
    return true;
}

socklen_t address_size(const union address *a)
{
    return a->any.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

bool address_is_loopback(const union address *a)
{
    if (a->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
    return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

void address_format(const struct sockaddr *a, char *ret, size_t size)
{
    char host[INET6_ADDRSTRLEN] = "";
    union address u = {0};

    if (a && a->sa_family == AF_INET) {
        memcpy(&u.v4, a, sizeof(u.v4));
        if (inet_ntop(AF_INET, &u.v4.sin_addr, host, sizeof(host)))
            (void)snprintf(ret, size, "%s:%u", host, ntohs(u.v4.sin_port));
    } else if (a && a->sa_family == AF_INET6) {
        memcpy(&u.v6, a, sizeof(u.v6));
        if (inet_ntop(AF_INET6, &u.v6.sin6_addr, host, sizeof(host)))
            (void)snprintf(ret, size, "[%s]:%u", host, ntohs(u.v6.sin6_port));
    }
    if (!host[0])
        (void)snprintf(ret, size, "unknown");
}
