/* Linux_ComputerSystem: this host. Its identity comes from /etc/machine-id and the firmware's tables as far as they
 * exist and may be read (serial number and UUID are root's).
 */
#include "cim/provider.h"
#include "providers/lib/procfile.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"The Linux host.\")]\n"
    "class Linux_ComputerSystem : CIM_ComputerSystem {\n"
    "  [Description(\"Maker of the machine as its firmware tells it; the hypervisor's for a virtual machine.\")]\n"
    "  string Manufacturer;\n"
    "  [Description(\"Model of the machine as its firmware tells it.\")]\n"
    "  string Model;\n"
    "  [Description(\"Version of the firmware.\")]\n"
    "  string FirmwareVersion;\n"
    "};\n";

#define PROPERTIES(X)                                                                                            \
    X(Name), X(NameFormat), X(ElementName), X(Caption), X(Description), X(EnabledState), X(RequestedState),      \
        X(OperationalStatus), X(HealthState), X(Dedicated), X(OtherIdentifyingInfo), X(IdentifyingDescriptions), \
        X(Manufacturer), X(Model), X(FirmwareVersion)
#define AS_SLOT(name) P_##name
#define AS_TEXT(name) #name

enum { PROPERTIES(AS_SLOT) };
static const char *const slots[] = {PROPERTIES(AS_TEXT), NULL};

enum { VALUE_MAX = 256 };

/* What vendors write when they have nothing to say. */
static bool is_placeholder(const char *s)
{
    static const char *const known[] = {"To be filled by O.E.M.",
                                        "To Be Filled By O.E.M.",
                                        "Default string",
                                        "Not Specified",
                                        "None",
                                        "System Product Name",
                                        "System manufacturer",
                                        "System Serial Number",
                                        "0123456789",
                                        "0",
                                        NULL};

    for (const char *const *k = known; *k; k++)
        if (strcmp(*k, s) == 0)
            return true;
    return false;
}

/* The first of two files that says something; NULL if neither does. */
static const char *identity(const char *path, const char *or_path, char buf[VALUE_MAX])
{
    const char *s = procfile_line(path, buf, VALUE_MAX);

    if (s && !is_placeholder(s))
        return s;
    return or_path ? procfile_line(or_path, buf, VALUE_MAX) : NULL;
}

/* Pairs of description and value, only what is known. */
static void put_identifiers(CInstance *i)
{
    static const struct {
        const char *description, *path, *or_path;
    } sources[] = {
        {"Linux:MachineID", "/etc/machine-id", "/var/lib/dbus/machine-id"},
        {"CIM:GUID", "/sys/class/dmi/id/product_uuid", "/sys/hypervisor/uuid"},
        {"CIM:Model:SerialNumber", "/sys/class/dmi/id/product_serial", "/proc/device-tree/serial-number"},
        {"CIM:Tag", "/sys/class/dmi/id/chassis_asset_tag", NULL},
    };
    char buf[4][VALUE_MAX];
    const char *values[4], *descriptions[4];
    size_t n = 0;

    for (size_t s = 0; s < sizeof(sources) / sizeof(*sources); s++) {
        values[n] = identity(sources[s].path, sources[s].or_path, buf[n]);
        descriptions[n] = sources[s].description;
        n += values[n] != NULL;
    }
    if (n > 0) {
        CInstance_PutStringArray(i, P_OtherIdentifyingInfo, values, n);
        CInstance_PutStringArray(i, P_IdentifyingDescriptions, descriptions, n);
    }
}

static void put_machine(CInstance *i)
{
    char buf[VALUE_MAX];

    CInstance_PutString(i, P_Manufacturer, identity("/sys/class/dmi/id/sys_vendor", NULL, buf));
    CInstance_PutString(i, P_Model, identity("/sys/class/dmi/id/product_name", "/proc/device-tree/model", buf));
    CInstance_PutString(i, P_FirmwareVersion, identity("/sys/class/dmi/id/bios_version", NULL, buf));
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    CInstance *i = Provider_CreateNewInstance(pThis, pMethodContext);
    const char *host = Provider_GetLocalComputerName();

    (void)lFlags;
    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    (void)Provider_SetSystemKeys(i); /* cannot fail: the class has them */
    CInstance_PutLiteral(i, P_Name, host);
    CInstance_PutLiteral(i, P_NameFormat, "IP"); /* a host name */
    CInstance_PutLiteral(i, P_ElementName, host);
    CInstance_PutLiteral(i, P_Caption, host);
    CInstance_PutLiteral(i, P_Description, "Linux host");
    CInstance_PutUint(i, P_EnabledState, 2 /* Enabled */);
    CInstance_PutUint(i, P_RequestedState, 12 /* Not Applicable */);
    CInstance_PutUintArray(i, P_OperationalStatus, (const uint64_t[]){2 /* OK */}, 1);
    CInstance_PutUint(i, P_HealthState, 5 /* OK */);
    CInstance_PutUintArray(i, P_Dedicated, (const uint64_t[]){0 /* Not Dedicated */}, 1);
    if (MethodContext_Needs(pMethodContext, P_OtherIdentifyingInfo) ||
        MethodContext_Needs(pMethodContext, P_IdentifyingDescriptions))
        put_identifiers(i);
    if (MethodContext_Needs(pMethodContext, P_Manufacturer) || MethodContext_Needs(pMethodContext, P_Model) ||
        MethodContext_Needs(pMethodContext, P_FirmwareVersion))
        put_machine(i);
    return Provider_Commit(pThis, i);
}

/* There is exactly one. */
static HRESULT count(Provider *pThis, MethodContext *pMethodContext, const char *pszClass, uint64_t *pCount)
{
    (void)pThis;
    (void)pMethodContext;
    (void)pszClass;
    *pCount = 1;
    return WBEM_S_NO_ERROR;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .CountInstances = count};
static Provider provider = {.name = "Linux_ComputerSystem", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule computer_system_module = {CIM_PROVIDER_ABI, mof, providers};
