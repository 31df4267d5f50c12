/* Linux_ElementStatisticalData: the counters of each Ethernet interface. Both ends are named after the interface, so
 * one rtnetlink dump tells all pairs and no other provider is asked. */
#include "providers/lib/ends.h"
#include "providers/lib/networkport.h"

static const char mof[] = "[Association, Version(\"1.0.0\"), Description(\"An Ethernet interface and its counters.\")]\n"
                          "class Linux_ElementStatisticalData : CIM_ElementStatisticalData {\n"
                          "  [Override(\"ManagedElement\"), Description(\"The interface.\")]\n"
                          "  CIM_EthernetPort REF ManagedElement;\n"
                          "  [Override(\"Stats\"), Description(\"Its counters.\")]\n"
                          "  CIM_EthernetPortStatistics REF Stats;\n"
                          "};\n";

static const char *const roles[2] = {"ManagedElement", "Stats"};

struct pass {
    struct networkport_walk walk; /* first: the callback of links gets it */
    const char *const *wanted[2]; /* of each role */
};

static bool deliver(const struct rtlink *link, void *user)
{
    struct pass *p = user;
    Provider *provider = p->walk.provider;
    char id[NETWORKPORT_ID], *port, *stats;

    if (link->type != ARPHRD_ETHER)
        return true;
    networkport_statistics_id(link, id);
    port = ends_path(provider, p->walk.context, "Linux_EthernetPort", "DeviceID", link->name);
    stats = ends_path(provider, p->walk.context, "Linux_EthernetPortStatistics", "InstanceID", id);
    if (!port || !stats || (ends_is_wanted(p->wanted[0], port) && ends_is_wanted(p->wanted[1], stats)))
        p->walk.hr = ends_commit(provider, p->walk.context, roles, (const char *const[2]){port, stats});
    free(port);
    free(stats);
    return SUCCEEDED(p->walk.hr);
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    struct pass p = {.walk = {pThis, pMethodContext, WBEM_S_NO_ERROR}};
    CFrameworkQuery *query = MethodContext_GetQuery(pMethodContext);
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)lFlags;
    for (int i = 0; i < 2 && SUCCEEDED(hr); i++)
        hr = CFrameworkQuery_GetValuesForProp(query, roles[i], &p.wanted[i]);
    return FAILED(hr) ? hr : networkport_each(&p.walk, false, deliver);
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_ElementStatisticalData", .vtbl = &vtbl};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule element_statistical_data_module = {CIM_PROVIDER_ABI, mof, providers};
