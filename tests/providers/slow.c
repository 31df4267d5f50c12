/* Ten instances, ten milliseconds apart: what a slow source looks like. The pause is the point of this provider. */
#include <poll.h>
#include <stdio.h>

#include "cim/provider.h"

enum { INSTANCES = 10, PAUSE_MS = 10 };
enum { NAME };

static const char *const slots[] = {"Name", NULL};

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;
    char name[16];

    (void)flags;
    for (int n = 0; n < INSTANCES && SUCCEEDED(hr); n++) {
        CInstance *i = Provider_CreateNewInstance(p, ctx);

        (void)snprintf(name, sizeof(name), "slow-%d", n);
        CInstance_PutString(i, NAME, name);
        hr = Provider_Commit(p, i);
        (void)poll(NULL, 0, PAUSE_MS);
    }
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider slow = {.name = "Slow_Thing", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&slow, NULL};

extern const ProviderModule slow_module;
const ProviderModule slow_module = {CIM_PROVIDER_ABI, "class Slow_Thing : CIM_ManagedElement { [Key] string Name; };",
                                    providers};
