/* Linux_HostedFileSystem: the file systems that are mounted on this host, local and remote. */
#include "providers/lib/ends.h"

static const char mof[] = "[Association, Aggregation, Composition, Version(\"1.0.0\"),\n"
                          "  Description(\"A mounted file system, local or remote, and the Linux host.\")]\n"
                          "class Linux_HostedFileSystem : CIM_HostedFileSystem {\n"
                          "};\n";

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    static const struct ends_group host = {.roles = {"GroupComponent", "PartComponent"},
                                           .group_class = "Linux_ComputerSystem",
                                           .member_class = "CIM_FileSystem",
                                           .members = "SELECT Name FROM CIM_FileSystem"};

    (void)lFlags;
    return ends_enumerate(pThis, pMethodContext, &host);
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider provider = {.name = "Linux_HostedFileSystem", .vtbl = &vtbl};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule hosted_file_system_module = {CIM_PROVIDER_ABI, mof, providers};
