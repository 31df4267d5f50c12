/* Linux_RunningOS: which operating system runs on this host. There is one of each, and both are named after the
 * host, so nobody has to be asked. */
#include "providers/lib/ends.h"

static const char mof[] =
    "[Association, Version(\"1.0.0\"), Description(\"The Linux system that runs on this host.\")]\n"
    "class Linux_RunningOS : CIM_RunningOS {\n"
    "};\n";

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    static const char *const roles[2] = {"Antecedent", "Dependent"};
    char *os = ends_host(pThis, pMethodContext, "Linux_OperatingSystem"),
         *host = ends_host(pThis, pMethodContext, "Linux_ComputerSystem");
    HRESULT hr = ends_commit(pThis, pMethodContext, roles, (const char *const[2]){os, host});

    (void)lFlags;
    free(os);
    free(host);
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_RunningOS", .vtbl = &vtbl};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule running_os_module = {CIM_PROVIDER_ABI, mof, providers};
