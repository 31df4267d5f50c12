/* What the classes of network ports share: the properties of CIM_NetworkPort that every link has. A provider lists
 * NETWORKPORT_PROPERTIES first among its slots and begins the numbers of its own after P_NETWORKPORT_LAST. Functions
 * only, no state; any thread.
 */
#ifndef PROVIDERS_LIB_NETWORKPORT_H
#define PROVIDERS_LIB_NETWORKPORT_H

#include <stdio.h>

#include "cim/provider.h"
#include "providers/lib/rtlink.h"

#define NETWORKPORT_PROPERTIES(X)                                                                               \
    X(DeviceID), X(Name), X(ElementName), X(Caption), X(Description), X(EnabledState), X(RequestedState),       \
        X(OperationalStatus), X(HealthState), X(LinkTechnology), X(PortType), X(ActiveMaximumTransmissionUnit), \
        X(InterfaceIndex)
#define AS_SLOT(name) P_##name
#define AS_TEXT(name) #name

enum { NETWORKPORT_PROPERTIES(AS_SLOT), P_NETWORKPORT_LAST = P_InterfaceIndex };

/* MOF of the one that CIM_NetworkPort lacks. */
#define NETWORKPORT_MOF                                                                                        \
    "  [Description(\"Number of the interface in the kernel; it is not given again while the host runs.\")]\n" \
    "  uint32 InterfaceIndex;\n"

/* EnabledState: what the administrator wants, and whether the link came up. */
static inline uint64_t networkport_enabled(const struct rtlink *link)
{
    if (!(link->flags & RTLINK_UP))
        return 3; /* Disabled */
    return link->flags & RTLINK_RUNNING ? 2 /* Enabled */ : 6 /* Enabled but Offline */;
}

/* OperationalStatus. Drivers that do not tell their state count by the running flag. */
static inline uint64_t networkport_status(const struct rtlink *link)
{
    static const uint8_t status[] = {
        [RTLINK_OPER_UNKNOWN] = 0,
        [RTLINK_OPER_NOTPRESENT] = 12,     /* No Contact */
        [RTLINK_OPER_DOWN] = 10,           /* Stopped */
        [RTLINK_OPER_LOWERLAYERDOWN] = 16, /* Supporting Entity in Error */
        [RTLINK_OPER_TESTING] = 11,        /* In Service */
        [RTLINK_OPER_DORMANT] = 15,        /* Dormant */
        [RTLINK_OPER_UP] = 2,              /* OK */
    };

    if (!(link->flags & RTLINK_UP))
        return 10;
    if (link->operstate == RTLINK_OPER_UNKNOWN && link->flags & RTLINK_RUNNING)
        return 2;
    return link->operstate < sizeof(status) ? status[link->operstate] : 0;
}

static inline void networkport_put(CInstance *i, const struct rtlink *link)
{
    uint64_t status = networkport_status(link);

    (void)Provider_SetSystemKeys(i); /* cannot fail: the class has them */
    CInstance_PutString(i, P_DeviceID, link->name);
    CInstance_PutString(i, P_Name, link->name);
    CInstance_PutString(i, P_ElementName, link->name);
    CInstance_PutString(i, P_Caption, link->name);
    CInstance_PutString(i, P_Description, link->alias);
    CInstance_PutUint(i, P_EnabledState, networkport_enabled(link));
    CInstance_PutUint(i, P_RequestedState, 12 /* Not Applicable */);
    CInstance_PutUintArray(i, P_OperationalStatus, &status, 1);
    /* An unplugged port need not be a broken one. */
    CInstance_PutUint(i, P_HealthState, status == 2 ? 5 /* OK */ : 0 /* Unknown */);
    CInstance_PutUint(i, P_PortType, 0 /* Unknown */);
    CInstance_PutUint(i, P_ActiveMaximumTransmissionUnit, link->mtu);
    CInstance_PutUint(i, P_InterfaceIndex, (uint32_t)link->index);
}

/* One enumeration of links. */
struct networkport_walk {
    Provider *provider;
    MethodContext *context;
    HRESULT hr; /* of the last commit */
};

/* fn gets w as its user data; what w is the beginning of goes with it. */
static inline HRESULT networkport_each(struct networkport_walk *w, bool stats, rtlink_fn fn)
{
    if (rtlink_each(stats, fn, w) || FAILED(w->hr))
        return w->hr;
    (void)MethodContext_SetStatusObject(w->context, WBEM_E_FAILED,
                                        "the kernel does not list its network links (rtnetlink)");
    return WBEM_E_FAILED;
}

/* fn gets a struct networkport_walk as its user data. */
static inline HRESULT networkport_enumerate(Provider *provider, MethodContext *context, bool stats, rtlink_fn fn)
{
    struct networkport_walk w = {provider, context, WBEM_S_NO_ERROR};

    return networkport_each(&w, stats, fn);
}

enum { NETWORKPORT_ID = 320 };

/* The InstanceID of the link's counters. */
static inline void networkport_statistics_id(const struct rtlink *link, char buf[NETWORKPORT_ID])
{
    (void)snprintf(buf, NETWORKPORT_ID, "Linux:%s:%s", Provider_GetLocalComputerName(), link->name);
}

#endif
