/* Linux_OSProcess: the processes of the running system. Who comes from one process costs a look at that one. */
#include "providers/lib/ends.h"

static const char mof[] = "[Association, Aggregation, Composition, Version(\"1.0.0\"),\n"
                          "  Description(\"A process and the Linux system that it runs in.\")]\n"
                          "class Linux_OSProcess : CIM_OSProcess {\n"
                          "};\n";

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    static const struct ends_group system = {.roles = {"GroupComponent", "PartComponent"},
                                             .group_class = "Linux_OperatingSystem",
                                             .member_class = "CIM_Process",
                                             .members = "SELECT Handle FROM CIM_Process"};

    (void)lFlags;
    return ends_enumerate(pThis, pMethodContext, &system);
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_OSProcess", .vtbl = &vtbl};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule os_process_module = {CIM_PROVIDER_ABI, mof, providers};
