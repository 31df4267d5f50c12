/* Methods of every shape: all types in and out, references, embedded instances, static ones, failures, one that hangs
 * like the provider hang.c, one that nobody implements. The instances are a, b and c, and s of a derived class. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cim/provider.h"

/* Echo gives back what it gets: a scalar and an array of each type. */
#define TYPES(x)                                                                                                    \
    x(boolean, Boolean) x(uint8, Uint8) x(sint8, Sint8) x(uint16, Uint16) x(sint16, Sint16) x(uint32, Uint32)       \
        x(sint32, Sint32) x(uint64, Uint64) x(sint64, Sint64) x(real32, Real32) x(real64, Real64) x(char16, Char16) \
            x(string, String) x(datetime, Datetime)

#define ECHO_MOF(type, name) "[In, Out] " #type " One" #name ", [In, Out] " #type " Many" #name "[],\n"
#define ECHO_NAMES(type, name) "One" #name, "Many" #name,

static const char mof[] =
    "class Method_Part { string Name; uint32 Weight; };\n"
    "class Method_Thing {\n"
    "    [Key] string Id;\n"
    "    sint32 Add([In] sint32 X, [In] sint32 Y);\n"
    "    uint32 Echo(" TYPES(ECHO_MOF) "[In, Out, OctetString] uint8 Octets[], [In, Out, OctetString] string Secrets[]);\n"
                                       "    uint32 Swap([In, Out] Method_Thing REF Left, [In, Out] Method_Thing REF Right,\n"
                                       "        [In(false), Out] Method_Thing REF Both[]);\n"
                                       "    uint32 Wrap([In, EmbeddedInstance(\"Method_Part\")] string Part,\n"
                                       "        [In, EmbeddedInstance(\"Method_Part\")] string Parts[],\n"
                                       "        [In(false), Out, EmbeddedInstance(\"Method_Part\")] string Heaviest,\n"
                                       "        [In(false), Out, EmbeddedInstance(\"Method_Part\")] string All[]);\n"
                                       "    [Static] string Greet([In] string Name);\n"
                                       "    string Join([Required, In] sint64 Numbers[], [Required, In] string Separator);\n"
                                       "    string Option([In] string Name);\n"
                                       "    uint32 Fail([In] string Reason, [In] uint32 Code);\n"
                                       "    uint32 Hang();\n"
                                       "    uint32 Forgotten();\n"
                                       "};\n"
                                       "class Method_Special : Method_Thing {\n"
                                       "    [Override(\"Add\")] sint32 Add([In] sint32 X, [In] sint32 Y, [In] sint32 Z);\n"
                                       "};\n";

enum { ID };
static const char *const slots[] = {"Id", NULL};
static const char *const also[] = {"Method_Special", NULL};

/* ---- The methods: keys are checked, outputs are blank */

static int64_t number(const CInstance *i, const char *name)
{
    int64_t n = 0;

    (void)CInstance_GetWBEMINT64(i, name, &n); /* not given: 0 */
    return n;
}

static HRESULT add(const CInstance *self, const CInstance *in, CInstance *out)
{
    int64_t sum = number(in, "X") + number(in, "Y");

    if (strcmp(CInstance_GetClassName(self), "Method_Special") == 0)
        sum += number(in, "Z");
    return CInstance_SetWBEMINT64(out, "ReturnValue", sum) ? WBEM_S_NO_ERROR : WBEM_E_VALUE_OUT_OF_RANGE;
}

static HRESULT echo(const CInstance *self, const CInstance *in, CInstance *out)
{
    static const char *const names[] = {TYPES(ECHO_NAMES) "Octets", "Secrets"};
    uint32_t given = 0;

    (void)self;
    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
        if (!CInstance_CopyProperty(out, names[k], in, names[k]))
            return WBEM_E_FAILED;
        given += !CInstance_IsNull(in, names[k]);
    }
    return CInstance_SetDWORD(out, "ReturnValue", given) ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static HRESULT swap(const CInstance *self, const CInstance *in, CInstance *out)
{
    char *left = NULL, *right = NULL;
    HRESULT hr = WBEM_E_INVALID_METHOD_PARAMETERS;

    (void)self;
    if (CInstance_GetCHString(in, "Left", &left) && CInstance_GetCHString(in, "Right", &right))
        hr = CInstance_SetCHString(out, "Left", right) && CInstance_SetCHString(out, "Right", left) &&
                     CInstance_SetStringArray(out, "Both", (const char *const[]){left, right}, 2) &&
                     CInstance_SetDWORD(out, "ReturnValue", 0)
                 ? WBEM_S_NO_ERROR
                 : WBEM_E_FAILED;
    free(left);
    free(right);
    return hr;
}

static HRESULT put_parts(const TRefPointerCollection *all, CInstance *out)
{
    TRefPointerCollection_POSITION pos;
    uint32_t weight, most = 0;
    CInstance *part;
    bool good = CInstance_SetEmbeddedArray(out, "All", all) &&
                CInstance_SetDWORD(out, "ReturnValue", (uint32_t)TRefPointerCollection_GetSize(all));

    TRefPointerCollection_BeginEnum(all, &pos);
    while ((part = TRefPointerCollection_GetNext(all, &pos))) {
        if (CInstance_GetDWORD(part, "Weight", &weight) && weight >= most) {
            good = good && CInstance_SetEmbeddedObject(out, "Heaviest", part);
            most = weight;
        }
        CInstance_Release(part);
    }
    TRefPointerCollection_EndEnum(all);
    return good ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static HRESULT wrap(const CInstance *self, const CInstance *in, CInstance *out)
{
    MethodContext *ctx = CInstance_GetMethodContext(self);
    TRefPointerCollection *all = TRefPointerCollection_Create();
    CInstance *part = NULL;
    HRESULT hr;

    if (!all)
        return WBEM_E_OUT_OF_MEMORY;
    if (CInstance_GetEmbeddedObject(in, "Part", &part, ctx)) {
        (void)TRefPointerCollection_Add(all, part); /* without memory it is missing in the count */
        CInstance_Release(part);
    }
    (void)CInstance_GetEmbeddedArray(in, "Parts", all, ctx); /* not given: none */
    hr = put_parts(all, out);
    TRefPointerCollection_Free(all);
    return hr;
}

static HRESULT greet(const CInstance *self, const CInstance *in, CInstance *out)
{
    char *name = NULL, text[200];

    (void)self;
    (void)CInstance_GetCHString(in, "Name", &name); /* not given: the world */
    (void)snprintf(text, sizeof(text), "Hello, %s!", name ? name : "world");
    free(name);
    return CInstance_SetCHString(out, "ReturnValue", text) ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static HRESULT join(const CInstance *self, const CInstance *in, CInstance *out)
{
    char **numbers = NULL, *separator = NULL, text[1000] = "";
    size_t n = 0, at = 0;
    HRESULT hr = WBEM_E_INVALID_METHOD_PARAMETERS;

    (void)self;
    if (CInstance_GetStringArray(in, "Numbers", &numbers, &n) && CInstance_GetCHString(in, "Separator", &separator)) {
        for (size_t k = 0; k < n && at < sizeof(text); k++)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", k ? separator : "", numbers[k]);
        hr = CInstance_SetCHString(out, "ReturnValue", text) ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
    }
    free(separator);
    free(numbers);
    return hr;
}

/* What the client said beside the request. */
static HRESULT option(const CInstance *self, const CInstance *in, CInstance *out)
{
    const char *value = NULL;
    char *name = NULL;

    if (CInstance_GetCHString(in, "Name", &name))
        value = MethodContext_GetOption(CInstance_GetMethodContext(self), name);
    free(name);
    return CInstance_SetCHString(out, "ReturnValue", value) ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static HRESULT fail(const CInstance *self, const CInstance *in, CInstance *out)
{
    HRESULT hr = WBEM_E_FAILED;
    char *reason = NULL;
    uint32_t code;

    (void)out;
    if (CInstance_GetDWORD(in, "Code", &code) && FAILED(code))
        hr = (HRESULT)code;
    if (CInstance_GetCHString(in, "Reason", &reason))
        MethodContext_SetStatusObject(CInstance_GetMethodContext(self), hr, reason);
    free(reason);
    return hr;
}

static HRESULT hang(const CInstance *self, const CInstance *in, CInstance *out)
{
    const char *path = getenv("CIMSTREAM_HANG_FIFO");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = 0;
    char byte;

    (void)self;
    (void)in;
    if (fd >= 0) {
        n = read(fd, &byte, 1); /* comes back when the test writes one */
        close(fd);
    }
    return n >= 0 && CInstance_SetDWORD(out, "ReturnValue", 0) ? WBEM_S_NO_ERROR : WBEM_E_FAILED;
}

static const struct {
    const char *name;
    HRESULT (*run)(const CInstance *self, const CInstance *in, CInstance *out);
} methods[] = {{"Add", add},   {"Echo", echo},     {"Swap", swap}, {"Wrap", wrap}, {"Greet", greet},
               {"Join", join}, {"Option", option}, {"Fail", fail}, {"Hang", hang}};

/* ---- The provider */

static const struct {
    const char *id, *class;
} things[] = {{"a", "Method_Thing"}, {"b", "Method_Thing"}, {"c", "Method_Thing"}, {"s", "Method_Special"}};

static HRESULT enumerate(Provider *p, MethodContext *ctx, long flags)
{
    HRESULT hr = WBEM_S_NO_ERROR;

    (void)flags;
    for (size_t k = 0; k < sizeof(things) / sizeof(things[0]) && SUCCEEDED(hr); k++) {
        CInstance *i = Provider_CreateNewInstanceOf(p, ctx, things[k].class);

        CInstance_PutLiteral(i, ID, things[k].id);
        hr = Provider_Commit(p, i);
    }
    return hr;
}

static bool exists(const CInstance *i)
{
    char *id = NULL;
    bool found = false;

    if (CInstance_GetCHString(i, "Id", &id))
        for (size_t k = 0; k < sizeof(things) / sizeof(things[0]); k++)
            found |= strcmp(things[k].id, id) == 0 && strcmp(things[k].class, CInstance_GetClassName(i)) == 0;
    free(id);
    return found;
}

static HRESULT execute(Provider *p, const CInstance *self, const char *method, CInstance *in, CInstance *out, long flags)
{
    (void)p;
    (void)flags;
    if (strcmp(method, "Greet") != 0 && !exists(self))
        return WBEM_E_NOT_FOUND;
    for (size_t k = 0; k < sizeof(methods) / sizeof(methods[0]); k++)
        if (strcmp(methods[k].name, method) == 0)
            return methods[k].run(self, in, out);
    return WBEM_E_METHOD_NOT_IMPLEMENTED;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .ExecMethod = execute};
static Provider thing = {.name = "Method_Thing", .vtbl = &vtbl, .also = also, .slots = slots};
static Provider *const providers[] = {&thing, NULL};

extern const ProviderModule methods_module;
const ProviderModule methods_module = {CIM_PROVIDER_ABI, mof, providers};
