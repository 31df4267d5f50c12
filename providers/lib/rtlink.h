/* The network links of this host by one RTM_GETLINK dump. Any thread; a link is borrowed during the callback. */
#ifndef PROVIDERS_LIB_RTLINK_H
#define PROVIDERS_LIB_RTLINK_H

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* linux/if.h and net/if.h exclude each other, and neither is wanted whole. */
enum { RTLINK_UP = 1 << 0, RTLINK_RUNNING = 1 << 6 };
enum {
    RTLINK_OPER_UNKNOWN,
    RTLINK_OPER_NOTPRESENT,
    RTLINK_OPER_DOWN,
    RTLINK_OPER_LOWERLAYERDOWN,
    RTLINK_OPER_TESTING,
    RTLINK_OPER_DORMANT,
    RTLINK_OPER_UP
};

struct rtlink {
    int index;
    unsigned type;  /* ARPHRD_… */
    unsigned flags; /* RTLINK_UP, … */
    const char *name;
    const char *kind;  /* "bridge", "veth", …; NULL for hardware */
    const char *alias; /* what the administrator wrote; NULL = nothing */
    uint32_t mtu;      /* bytes */
    uint32_t max_mtu;  /* bytes, 0 = unknown */
    unsigned operstate;
    const uint8_t *address; /* NULL = none */
    size_t address_length;
    const uint8_t *permanent; /* NULL = none */
    size_t permanent_length;
    bool has_stats;
    struct rtnl_link_stats64 stats;
};

/* Goes on while it returns true. */
typedef bool (*rtlink_fn)(const struct rtlink *link, void *user);

enum { RTLINK_READ = 32768, RTLINK_MAX = 64 << 20, RTLINK_TRIES = 8 };

struct rtlink_dump {
    rtlink_fn fn;
    void *user;
    char *messages;
    size_t used, size;
};

static inline void rtlink_kind(const struct nlattr *info, struct rtlink *link)
{
    const struct nlattr *a;

    mnl_attr_for_each_nested(a, info)
    {
        if (mnl_attr_get_type(a) == IFLA_INFO_KIND && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0)
            link->kind = mnl_attr_get_str(a);
    }
}

static inline void rtlink_attribute(const struct nlattr *a, struct rtlink *link)
{
    size_t n = mnl_attr_get_payload_len(a);
    const void *data = mnl_attr_get_payload(a);
    bool is_text = mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0;

    switch (mnl_attr_get_type(a)) {
    case IFLA_IFNAME:
        link->name = is_text ? data : link->name;
        break;
    case IFLA_IFALIAS:
        link->alias = is_text ? data : NULL;
        break;
    case IFLA_LINKINFO:
        rtlink_kind(a, link);
        break;
    case IFLA_MTU:
        link->mtu = n >= 4 ? mnl_attr_get_u32(a) : 0;
        break;
    case IFLA_MAX_MTU:
        link->max_mtu = n >= 4 ? mnl_attr_get_u32(a) : 0;
        break;
    case IFLA_OPERSTATE:
        link->operstate = n >= 1 ? mnl_attr_get_u8(a) : RTLINK_OPER_UNKNOWN;
        break;
    case IFLA_ADDRESS:
        link->address = n ? data : NULL;
        link->address_length = n;
        break;
    case IFLA_PERM_ADDRESS:
        link->permanent = n ? data : NULL;
        link->permanent_length = n;
        break;
    case IFLA_STATS64:
        /* Kernels append counters: take what both sides know. */
        memcpy(&link->stats, data, n < sizeof(link->stats) ? n : sizeof(link->stats));
        link->has_stats = true;
        break;
    default:
        break;
    }
}

static inline int rtlink_message(const struct nlmsghdr *message, void *user)
{
    const struct rtlink_dump *dump = user;
    const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
    struct rtlink link = {.name = NULL};
    const struct nlattr *a;

    if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof(*info))
        return MNL_CB_OK;
    link.index = info->ifi_index;
    link.type = info->ifi_type;
    link.flags = info->ifi_flags;
    mnl_attr_for_each(a, message, sizeof(*info)) rtlink_attribute(a, &link);
    return !link.name || dump->fn(&link, dump->user) ? MNL_CB_OK : MNL_CB_ERROR;
}

static inline bool rtlink_ask(struct mnl_socket *socket, bool stats)
{
    char buf[256] __attribute__((aligned(8)));
    struct nlmsghdr *request = mnl_nlmsg_put_header(buf);
    struct ifinfomsg *info;

    request->nlmsg_type = RTM_GETLINK;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
    info->ifi_family = AF_UNSPEC;
    mnl_attr_put_u32(request, IFLA_EXT_MASK, stats ? 0 : RTEXT_FILTER_SKIP_STATS);
    return mnl_socket_sendto(socket, request, request->nlmsg_len) > 0;
}

/* The whole answer into d->messages. false with errno; EINTR: the links changed meanwhile. */
static inline bool rtlink_receive(struct mnl_socket *socket, struct rtlink_dump *d)
{
    int more = MNL_CB_OK;

    d->used = 0;
    while (more > MNL_CB_STOP) {
        ssize_t n;

        if (d->size - d->used < RTLINK_READ) {
            size_t size = d->size ? d->size * 2 : 2 * RTLINK_READ;
            char *bigger = size <= RTLINK_MAX ? realloc(d->messages, size) : NULL;

            if (!bigger)
                return false;
            d->messages = bigger;
            d->size = size;
        }
        n = mnl_socket_recvfrom(socket, d->messages + d->used, RTLINK_READ);
        if (n <= 0)
            return false;
        more = mnl_cb_run(d->messages + d->used, (size_t)n, 0, 0, NULL, NULL);
        d->used += (size_t)n;
    }
    return more == MNL_CB_STOP;
}

static inline bool rtlink_load(struct rtlink_dump *d, bool stats)
{
    bool ok = false, again = true;

    for (int tries = 0; again && tries < RTLINK_TRIES; tries++) {
        struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

        ok = socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 && rtlink_ask(socket, stats) &&
             rtlink_receive(socket, d);
        again = !ok && errno == EINTR;
        if (socket)
            mnl_socket_close(socket);
    }
    return ok;
}

/* Calls fn for every link until it returns false; by then the kernel has been heard out, so fn may take its time.
 * stats says whether the counters are wanted. false if the kernel does not answer or fn stopped it.
 */
static inline bool rtlink_each(bool stats, rtlink_fn fn, void *user)
{
    struct rtlink_dump d = {.fn = fn, .user = user, .messages = NULL};
    bool ok = rtlink_load(&d, stats) && mnl_cb_run(d.messages, d.used, 0, 0, rtlink_message, &d) == MNL_CB_STOP;

    free(d.messages);
    return ok;
}

#endif
