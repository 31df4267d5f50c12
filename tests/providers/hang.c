/* Delivers one instance and then hangs in a read of the FIFO that CIMSTREAM_HANG_FIFO names, until the test opens
 * and closes it. Without the variable it delivers two and returns. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cim/provider.h"

enum { NAME };

static const char *const slots[] = {"Name", NULL};

static HRESULT deliver(Provider *p, MethodContext *ctx, const char *name)
{
    CInstance *i = Provider_CreateNewInstance(p, ctx);

    CInstance_PutLiteral(i, NAME, name);
    return Provider_Commit(p, i);
}

static void hang(void)
{
    const char *path = getenv("CIMSTREAM_HANG_FIFO");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1; /* comes back when somebody opens the other end */

    if (fd >= 0)
        close(fd);
}

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = deliver(p, ctx, "before");

    (void)flags;
    hang();
    return FAILED(hr) ? hr : deliver(p, ctx, "after");
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider hanging = {.name = "Hang_Thing", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&hanging, NULL};

extern const ProviderModule hang_module;
const ProviderModule hang_module = {CIM_PROVIDER_ABI, "class Hang_Thing : CIM_ManagedElement { [Key] string Name; };",
                                    providers};
