/* Linux_EthernetPortStatistics: the counters of each Ethernet interface, from the same rtnetlink dump that lists
 * them. */
#include <time.h>

#include "providers/lib/networkport.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"Counters of an Ethernet interface since it was made. Counters of 32 bits are the low half of the \"\n"
    "  \"kernel's and wrap.\")]\n"
    "class Linux_EthernetPortStatistics : CIM_EthernetPortStatistics {\n"
    "  [Counter, Description(\"Bytes received and transmitted.\"), PUnit(\"byte\")]\n"
    "  uint64 BytesTotal;\n"
    "  [Counter, Description(\"Frames received with an error.\")]\n"
    "  uint64 TotalRxErrors;\n"
    "  [Counter, Description(\"Frames that could not be transmitted.\")]\n"
    "  uint64 TotalTxErrors;\n"
    "  [Counter, Description(\"Collisions while transmitting.\")]\n"
    "  uint64 TotalCollisions;\n"
    "  [Counter, Description(\"Good frames received and dropped, for want of room or of anybody who wants them.\")]\n"
    "  uint64 TotalRxDropped;\n"
    "  [Counter, Description(\"Frames dropped on their way out, for want of room.\")]\n"
    "  uint64 TotalTxDropped;\n"
    "};\n";

#define COUNTERS(X)                                                                                        \
    X(InstanceID), X(ElementName), X(Caption), X(StatisticTime), X(BytesTransmitted), X(BytesReceived),    \
        X(PacketsTransmitted), X(PacketsReceived), X(AlignmentErrors), X(FCSErrors), X(SQETestErrors),     \
        X(LateCollisions), X(ExcessiveCollisions), X(CarrierSenseErrors), X(BytesTotal), X(TotalRxErrors), \
        X(TotalTxErrors), X(TotalCollisions), X(TotalRxDropped), X(TotalTxDropped)

#define AS_NUMBER(name) S_##name

enum { COUNTERS(AS_NUMBER) };
static const char *const slots[] = {COUNTERS(AS_TEXT), NULL};

static void put_counters(CInstance *i, const struct rtnl_link_stats64 *s)
{
    CInstance_PutUint(i, S_BytesTransmitted, s->tx_bytes);
    CInstance_PutUint(i, S_BytesReceived, s->rx_bytes);
    CInstance_PutUint(i, S_PacketsTransmitted, s->tx_packets);
    CInstance_PutUint(i, S_PacketsReceived, s->rx_packets);
    CInstance_PutUint(i, S_BytesTotal, s->rx_bytes + s->tx_bytes);
    CInstance_PutUint(i, S_TotalRxErrors, s->rx_errors);
    CInstance_PutUint(i, S_TotalTxErrors, s->tx_errors);
    CInstance_PutUint(i, S_TotalCollisions, s->collisions);
    CInstance_PutUint(i, S_TotalRxDropped, s->rx_dropped);
    CInstance_PutUint(i, S_TotalTxDropped, s->tx_dropped);
    CInstance_PutUint(i, S_AlignmentErrors, (uint32_t)s->rx_frame_errors);
    CInstance_PutUint(i, S_FCSErrors, (uint32_t)s->rx_crc_errors);
    CInstance_PutUint(i, S_SQETestErrors, (uint32_t)s->tx_heartbeat_errors);
    CInstance_PutUint(i, S_LateCollisions, (uint32_t)s->tx_window_errors);
    CInstance_PutUint(i, S_ExcessiveCollisions, (uint32_t)s->tx_aborted_errors);
    CInstance_PutUint(i, S_CarrierSenseErrors, (uint32_t)s->tx_carrier_errors);
}

static bool deliver(const struct rtlink *link, void *user)
{
    struct networkport_walk *w = user;
    struct timespec now;
    char id[NETWORKPORT_ID];
    CInstance *i;

    if (link->type != ARPHRD_ETHER || !link->has_stats)
        return true;
    i = Provider_CreateNewInstance(w->provider, w->context);
    if (i) {
        networkport_statistics_id(link, id);
        clock_gettime(CLOCK_REALTIME, &now);
        CInstance_PutString(i, S_InstanceID, id);
        CInstance_PutString(i, S_ElementName, link->name);
        CInstance_PutString(i, S_Caption, link->name);
        CInstance_PutTime(i, S_StatisticTime, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
        put_counters(i, &link->stats);
    }
    w->hr = Provider_Commit(w->provider, i);
    return SUCCEEDED(w->hr);
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    (void)lFlags;
    return networkport_enumerate(pThis, pMethodContext, true, deliver);
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_EthernetPortStatistics", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule ethernet_port_statistics_module = {CIM_PROVIDER_ABI, mof, providers};
