/* Delivers two instances, or as many as CIMSTREAM_HANG_INSTANCES says, and between them hangs in a read of the FIFO
 * that CIMSTREAM_HANG_FIFO names, until the test writes a byte: one for each. Without that variable it does not hang. */
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
    ssize_t n = 0;
    char byte;

    while (path && n == 0) { /* the end of a file is that of a byte which another has read */
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        n = fd < 0 ? -1 : read(fd, &byte, 1);
        if (fd >= 0)
            close(fd);
    }
}

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    static const char *const names[] = {"before", "after", "third", "fourth", "fifth"};
    const char *text = getenv("CIMSTREAM_HANG_INSTANCES");
    unsigned long n = text ? strtoul(text, NULL, 10) : 2;
    HRESULT hr = deliver(p, ctx, names[0]);

    (void)flags;
    for (unsigned long i = 1; i < n && i < sizeof(names) / sizeof(names[0]) && SUCCEEDED(hr); i++) {
        hang();
        hr = deliver(p, ctx, names[i]);
    }
    return hr;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate};
static Provider hanging = {.name = "Hang_Thing", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&hanging, NULL};

extern const ProviderModule hang_module;
const ProviderModule hang_module = {CIM_PROVIDER_ABI, "class Hang_Thing : CIM_ManagedElement { [Key] string Name; };",
                                    providers};
