/* Linux_LoopbackPort: the interface by which the host talks to itself. Every host has one, containers without a
 * network included. */
#include "providers/lib/networkport.h"

static const char mof[] = "[Version(\"1.0.0\"), Description(\"The loopback interface.\")]\n"
                          "class Linux_LoopbackPort : CIM_NetworkPort {\n" NETWORKPORT_MOF "};\n";

enum { P_BEFORE_OWN = P_NETWORKPORT_LAST, P_OtherLinkTechnology };
static const char *const slots[] = {NETWORKPORT_PROPERTIES(AS_TEXT), "OtherLinkTechnology", NULL};

static bool deliver(const struct rtlink *link, void *user)
{
    struct networkport_walk *w = user;
    CInstance *i;

    if (link->type != ARPHRD_LOOPBACK)
        return true;
    i = Provider_CreateNewInstance(w->provider, w->context);
    if (i) {
        networkport_put(i, link);
        CInstance_PutUint(i, P_LinkTechnology, 1 /* Other */);
        CInstance_PutLiteral(i, P_OtherLinkTechnology, "Loopback");
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
static Provider provider = {.name = "Linux_LoopbackPort", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule loopback_port_module = {CIM_PROVIDER_ABI, mof, providers};
