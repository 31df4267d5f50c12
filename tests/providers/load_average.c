#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cim/provider.h"

/* What the module adds to the schema: its own class, below one that everybody knows. */
static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"How many tasks ran or waited to run, on average.\")]\n"
    "class Example_LoadAverage : CIM_ManagedElement {\n"
    "    [Key, Override(\"InstanceID\"), Description(\"Example:LoadAverage:MINUTES\")] string InstanceID;\n"
    "    [Gauge, Description(\"Average number of tasks.\")] real64 Load;\n"
    "    [Description(\"Over how long it was taken.\")] datetime Interval;\n"
    "};\n";

/* The properties it sets, resolved once when it is registered: a slot is an index into this list. */
enum { INSTANCE_ID, ELEMENT_NAME, LOAD, INTERVAL };
static const char *const slots[] = {"InstanceID", "ElementName", "Load", "Interval", NULL};

static const unsigned minutes[] = {1, 5, 15};

static bool read_loads(double ret_loads[3])
{
    char text[128];
    int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    return sscanf(text, "%lf %lf %lf", &ret_loads[0], &ret_loads[1], &ret_loads[2]) == 3;
}

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    double loads[3];
    HRESULT hr = WBEM_S_NO_ERROR;
    char id[32];

    (void)flags;
    if (!read_loads(loads))
        return WBEM_E_NOT_AVAILABLE;
    for (int n = 0; n < 3 && SUCCEEDED(hr); n++) {
        CInstance *i = Provider_CreateNewInstance(p, ctx);

        (void)snprintf(id, sizeof(id), "Example:LoadAverage:%u", minutes[n]);
        CInstance_PutString(i, INSTANCE_ID, id);
        if (MethodContext_Needs(ctx, ELEMENT_NAME)) /* what costs is only made when somebody asks for it */
            CInstance_PutLiteral(i, ELEMENT_NAME, "load average");
        CInstance_PutDouble(i, LOAD, loads[n]);
        CInstance_PutTimeSpan(i, INTERVAL, minutes[n] * UINT64_C(60000000));
        hr = Provider_Commit(p, i); /* delivers and releases; a failure means: stop */
    }
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider load_average = {.name = "Example_LoadAverage", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&load_average, NULL};

extern const ProviderModule load_average_module; /* named after the file */
const ProviderModule load_average_module = {CIM_PROVIDER_ABI, mof, providers};
