/* N instances of a 12-property class, spread over a deep tree of derived classes: the load of `make bench` and of
 * the streaming tests. N comes from the environment, CIMSTREAM_SYNTHETIC_N; the default is 1000. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/provider.h"

enum { NAME, TEXT_A, TEXT_B, TEXT_C, NUMBER_A, NUMBER_B, NUMBER_C, NUMBER_D, NUMBER_E, STATE, FLAG, STAMP };

static const char *const slots[] = {
    "Name",    "TextA",   "TextB", "TextC", "NumberA", "NumberB", "NumberC",
    "NumberD", "NumberE", "State", "Flag",  "Stamp",   NULL,
};

/* Two chains of ten levels and a few leaves on the way: 24 concrete classes below one abstract base. */
#define LEVELS(x) x(1, 0) x(2, 1) x(3, 2) x(4, 3) x(5, 4) x(6, 5) x(7, 6) x(8, 7) x(9, 8) x(10, 9)
#define LEAVES(x) x(3) x(5) x(7) x(9)

#define MOF_LEVEL(n, above)                                        \
    "class Synthetic_Left" #n " : Synthetic_Left" #above " { };\n" \
    "class Synthetic_Right" #n " : Synthetic_Right" #above " { };\n"
#define MOF_LEAF(n) "class Synthetic_Leaf" #n " : Synthetic_Left" #n " { };\n"

static const char mof[] = "[Abstract] class Synthetic_Base {\n"
                          "    [Key] string Name; string TextA; string TextB; string TextC;\n"
                          "    uint32 NumberA; uint32 NumberB; uint64 NumberC; uint64 NumberD; sint32 NumberE;\n"
                          "    uint16 State; boolean Flag; datetime Stamp;\n"
                          "};\n"
                          "[Abstract] class Synthetic_Left0 : Synthetic_Base { };\n"
                          "[Abstract] class Synthetic_Right0 : Synthetic_Base { };\n" LEVELS(MOF_LEVEL) LEAVES(MOF_LEAF);

#define NAME_LEVEL(n, above) "Synthetic_Left" #n, "Synthetic_Right" #n,
#define NAME_LEAF(n) "Synthetic_Leaf" #n,

static const char *const classes[] = {LEVELS(NAME_LEVEL) LEAVES(NAME_LEAF) NULL};

enum { CLASSES = sizeof(classes) / sizeof(classes[0]) - 1 };

static uint64_t wanted(void)
{
    const char *n = getenv("CIMSTREAM_SYNTHETIC_N");

    return n ? strtoull(n, NULL, 10) : 1000;
}

static void put_name(CInstance *i, uint64_t n)
{
    char name[32];
    size_t at = sizeof(name);

    for (uint64_t rest = n; at > 20; rest /= 10)
        name[--at] = (char)('0' + rest % 10);
    CInstance_PutStringN(i, NAME, name + at, sizeof(name) - at);
    CInstance_PutStringN(i, TEXT_B, name + at, 8);
}

static void fill(CInstance *i, uint64_t n)
{
    put_name(i, n);
    CInstance_PutLiteral(i, TEXT_A, "synthetic");
    CInstance_PutLiteral(i, TEXT_C, "a text of some length");
    CInstance_PutUint(i, NUMBER_A, n & 0xFFFF);
    CInstance_PutUint(i, NUMBER_B, n * 7 & 0xFFFFFFFF);
    CInstance_PutUint(i, NUMBER_C, n * 1000003);
    CInstance_PutUint(i, NUMBER_D, n);
    CInstance_PutSint(i, NUMBER_E, -(int64_t)(n & 0xFFF));
    CInstance_PutUint(i, STATE, n % 10);
    CInstance_PutBool(i, FLAG, n & 1);
    CInstance_PutTime(i, STAMP, 1700000000000000 + (int64_t)n);
}

/* What nobody asked for is not made: a projection is cheap because of this. */
static void fill_wanted(MethodContext *ctx, CInstance *i, uint64_t n)
{
    put_name(i, n);
    if (MethodContext_Needs(ctx, NUMBER_D))
        CInstance_PutUint(i, NUMBER_D, n);
    if (MethodContext_Needs(ctx, STATE))
        CInstance_PutUint(i, STATE, n % 10);
    if (MethodContext_Needs(ctx, FLAG))
        CInstance_PutBool(i, FLAG, n & 1);
}

/* Only these three can be left out or given alone; whoever wants another gets all. */
static bool wants_little(MethodContext *ctx)
{
    for (unsigned slot = TEXT_A; slot <= STAMP; slot++)
        if (slot != NUMBER_D && slot != STATE && slot != FLAG && MethodContext_Needs(ctx, slot))
            return false;
    return true;
}

static HRESULT commit(Provider *p, MethodContext *ctx, uint64_t n, uint64_t run, bool little)
{
    CInstance *i = Provider_CreateNewInstanceOf(p, ctx, classes[n / run]);

    if (!i)
        return WBEM_E_OUT_OF_MEMORY;
    if (little)
        fill_wanted(ctx, i, n);
    else
        fill(i, n);
    return Provider_Commit(p, i);
}

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    uint64_t n = wanted(), run = n / CLASSES + 1;
    bool little = wants_little(ctx);
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)flags;
    for (uint64_t k = 0; k < n && SUCCEEDED(hr); k++)
        hr = commit(p, ctx, k, run, little);
    return hr;
}

/* By key, if the query names keys: the rest of the condition is the framework's. */
static HRESULT query(Provider *p, MethodContext *ctx, CFrameworkQuery *q, long flags)
{
    uint64_t n = wanted(), run = n / CLASSES + 1;
    const char *const *names = NULL;
    HRESULT hr = CFrameworkQuery_GetValuesForProp(q, "Name", &names);
    bool little = wants_little(ctx);
    char *end;

    (void)flags;
    if (FAILED(hr) || !names || !names[0])
        return WBEM_E_PROVIDER_NOT_CAPABLE;
    for (; *names && SUCCEEDED(hr); names++) {
        uint64_t k = strtoull(*names, &end, 10);

        if (k < n && end - *names == 12 && !*end)
            hr = commit(p, ctx, k, run, little);
    }
    return hr;
}

/* Instance k is of classes[k / run]. */
static HRESULT count(Provider *p, MethodContext *ctx, const char *class, uint64_t *ret)
{
    uint64_t n = wanted(), run = n / CLASSES + 1, at = 0;

    (void)p;
    (void)ctx;
    while (classes[at] && strcmp(classes[at], class) != 0)
        at++;
    at *= run;
    *ret = at >= n ? 0 : n - at < run ? n - at : run;
    return WBEM_S_NO_ERROR;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .ExecQuery = query, .CountInstances = count};
static Provider synthetic = {.name = "Synthetic_Left1", .vtbl = &vtbl, .also = classes + 1, .slots = slots};
static Provider *const providers[] = {&synthetic, NULL};

extern const ProviderModule synthetic_module;
const ProviderModule synthetic_module = {CIM_PROVIDER_ABI, mof, providers};
