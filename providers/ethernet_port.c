/* Linux_EthernetPort: links that speak Ethernet, hardware or not (bridges, bonds, VLANs, virtual pairs). One
 * rtnetlink dump; speed and duplex have drivers to ask and are read only if they are wanted.
 */
#include <stdio.h>

#include "providers/lib/networkport.h"
#include "providers/lib/procfile.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"An Ethernet interface, of hardware or made by software.\")]\n"
    "class Linux_EthernetPort : CIM_EthernetPort {\n" NETWORKPORT_MOF
    "  [Description(\"What made the interface: bridge, bond, vlan, veth, …; NULL for hardware.\")]\n"
    "  string InterfaceKind;\n"
    "};\n";

#define OWN_PROPERTIES(X)                                                                                   \
    X(PermanentAddress), X(NetworkAddresses), X(SupportedMaximumTransmissionUnit), X(Speed), X(FullDuplex), \
        X(InterfaceKind)

enum { P_BEFORE_OWN = P_NETWORKPORT_LAST, OWN_PROPERTIES(AS_SLOT) };
static const char *const slots[] = {NETWORKPORT_PROPERTIES(AS_TEXT), OWN_PROPERTIES(AS_TEXT), NULL};

/* Twelve hexadecimal digits. */
static const char *address_text(const uint8_t *address, size_t length, char buf[13])
{
    if (!address || length != 6)
        return NULL;
    for (size_t i = 0; i < 6; i++)
        (void)snprintf(buf + 2 * i, 3, "%02X", address[i]);
    return buf;
}

static void put_addresses(CInstance *i, const struct rtlink *link)
{
    char now[13], permanent[13];
    const char *text = address_text(link->address, link->address_length, now);

    if (text)
        CInstance_PutStringArray(i, P_NetworkAddresses, &text, 1);
    CInstance_PutString(i, P_PermanentAddress, address_text(link->permanent, link->permanent_length, permanent));
}

/* Drivers without a speed, and ports without a link, give an error or -1. */
static void put_speed(CInstance *i, const char *name)
{
    char path[64], duplex[16];
    const char *p;
    uint64_t mbit;

    (void)snprintf(path, sizeof(path), "/sys/class/net/%s/speed", name);
    if (procfile_number(path, &mbit) && mbit < UINT32_MAX)
        CInstance_PutUint(i, P_Speed, mbit * 1000000);
    (void)snprintf(path, sizeof(path), "/sys/class/net/%s/duplex", name);
    p = procfile_line(path, duplex, sizeof(duplex));
    if (p && (strcmp(p, "full") == 0 || strcmp(p, "half") == 0))
        CInstance_PutBool(i, P_FullDuplex, *p == 'f');
}

static bool deliver(const struct rtlink *link, void *user)
{
    struct networkport_walk *w = user;
    CInstance *i;

    if (link->type != ARPHRD_ETHER)
        return true;
    i = Provider_CreateNewInstance(w->provider, w->context);
    if (i) {
        networkport_put(i, link);
        put_addresses(i, link);
        CInstance_PutUint(i, P_LinkTechnology, 2 /* Ethernet */);
        if (link->max_mtu)
            CInstance_PutUint(i, P_SupportedMaximumTransmissionUnit, link->max_mtu);
        CInstance_PutString(i, P_InterfaceKind, link->kind);
        if (MethodContext_Needs(w->context, P_Speed) || MethodContext_Needs(w->context, P_FullDuplex))
            put_speed(i, link->name);
    }
    w->hr = Provider_Commit(w->provider, i);
    return SUCCEEDED(w->hr);
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    (void)lFlags;
    return networkport_enumerate(pThis, pMethodContext, false, deliver);
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_EthernetPort", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule ethernet_port_module = {CIM_PROVIDER_ABI, mof, providers};
