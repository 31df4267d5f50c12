/* What the recorded requests of foreign clients (tests/wire) ask for: instances that are the same after whatever was done to
 * them, so that each request can be played on its own. */
#include <stdio.h>
#include <stdlib.h>

#include "cim/provider.h"

static const char mof[] = "class Recorded_Thing {\n"
                          "    [Key] string InstanceID;\n"
                          "    [Write] uint32 Number;\n"
                          "    string Ping([In] string Text);\n"
                          "};\n"
                          "class Recorded_Item {\n"
                          "    [Key] uint32 Id;\n"
                          "    [Write] string Name;\n"
                          "    uint32 Add([In] sint32 X, [In] sint32 Y, [In(false), Out] sint32 Sum);\n"
                          "};\n"
                          "[Association] class Recorded_Link {\n"
                          "    [Key] Recorded_Thing REF First;\n"
                          "    [Key] Recorded_Item REF Second;\n"
                          "};\n";

enum { THINGS = 10, ITEMS = 5 };

static HRESULT enumerate_things(Provider *pThis, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;
    char id[32];

    (void)flags;
    for (unsigned n = 1; n <= THINGS && SUCCEEDED(hr); n++) {
        CInstance *i = Provider_CreateNewInstance(pThis, ctx);

        if (!i)
            return WBEM_E_OUT_OF_MEMORY;
        (void)snprintf(id, sizeof(id), "Recorded_Thing:%u", n);
        (void)CInstance_SetCHString(i, "InstanceID", id);
        (void)CInstance_SetDWORD(i, "Number", n);
        hr = Provider_Commit(pThis, i);
    }
    return hr;
}

static HRESULT enumerate_items(Provider *pThis, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)flags;
    for (unsigned n = 0; n < ITEMS && SUCCEEDED(hr); n++) {
        CInstance *i = Provider_CreateNewInstance(pThis, ctx);

        if (!i)
            return WBEM_E_OUT_OF_MEMORY;
        (void)CInstance_SetDWORD(i, "Id", n);
        (void)CInstance_SetCHString(i, "Name", "item");
        hr = Provider_Commit(pThis, i);
    }
    return hr;
}

static HRESULT enumerate_links(Provider *pThis, MethodContext *ctx, long flags)
{
    CInstance *i = Provider_CreateNewInstance(pThis, ctx);

    (void)flags;
    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    (void)CInstance_SetCHString(i, "First", "Recorded_Thing.InstanceID=\"Recorded_Thing:3\"");
    (void)CInstance_SetCHString(i, "Second", "Recorded_Item.Id=2");
    return Provider_Commit(pThis, i);
}

/* Nothing is kept. */
static HRESULT put(Provider *pThis, const CInstance *pInstance, long lFlags)
{
    (void)pThis;
    (void)pInstance;
    (void)lFlags;
    return WBEM_S_NO_ERROR;
}

static HRESULT delete_instance(Provider *pThis, const CInstance *pInstance, long lFlags)
{
    return put(pThis, pInstance, lFlags);
}

static HRESULT ping(Provider *pThis, const CInstance *pInstance, const char *bstrMethodName, CInstance *pInParams,
                    CInstance *pOutParams, long lFlags)
{
    char *text = NULL;
    bool good;

    (void)pThis;
    (void)pInstance;
    (void)bstrMethodName;
    (void)lFlags;
    good = CInstance_GetCHString(pInParams, "Text", &text) && CInstance_SetCHString(pOutParams, "ReturnValue", text);
    free(text);
    return good ? WBEM_S_NO_ERROR : WBEM_E_INVALID_METHOD_PARAMETERS;
}

static HRESULT add(Provider *pThis, const CInstance *pInstance, const char *bstrMethodName, CInstance *pInParams,
                   CInstance *pOutParams, long lFlags)
{
    uint64_t x, y;

    (void)pThis;
    (void)pInstance;
    (void)bstrMethodName;
    (void)lFlags;
    if (!CInstance_GetWBEMUINT64(pInParams, "X", &x) || !CInstance_GetWBEMUINT64(pInParams, "Y", &y) ||
        !CInstance_SetWBEMINT64(pOutParams, "Sum", (int64_t)(x + y)))
        return WBEM_E_INVALID_METHOD_PARAMETERS;
    return CInstance_SetDWORD(pOutParams, "ReturnValue", 0) ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static const ProviderVtbl thing_vtbl = {.EnumerateInstances = enumerate_things,
                                        .PutInstance = put,
                                        .DeleteInstance = delete_instance,
                                        .ExecMethod = ping};
static const ProviderVtbl item_vtbl = {.EnumerateInstances = enumerate_items,
                                       .PutInstance = put,
                                       .DeleteInstance = delete_instance,
                                       .ExecMethod = add};
static const ProviderVtbl link_vtbl = {.EnumerateInstances = enumerate_links};

static Provider thing = {.name = "Recorded_Thing", .vtbl = &thing_vtbl};
static Provider item = {.name = "Recorded_Item", .vtbl = &item_vtbl};
static Provider association = {.name = "Recorded_Link", .vtbl = &link_vtbl};
static Provider *const providers[] = {&thing, &item, &association, NULL};

extern const ProviderModule recorded_module;
const ProviderModule recorded_module = {CIM_PROVIDER_ABI, mof, providers};
