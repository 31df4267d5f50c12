/* The provider SDK: the WMI Provider Framework in C. The only header that a provider includes.
 *
 * `Class::Method` of the framework is `Class_Method` here; text is UTF-8; default arguments are always passed;
 * failures are codes, never exceptions. Everything may be called from any thread, but one CInstance, query or
 * collection belongs to one thread at a time, and instances of one call are committed by the thread that the call
 * came on. docs/provider.md is the tutorial.
 *
 * Ownership: text passed in is copied; what a Get… function returns is borrowed from the object; what comes out of a
 * `**` parameter or a Create… function is one reference, the caller's; callback arguments are borrowed for the call
 * (AddRef to keep). Source of the interface: Microsoft's WMI Provider Framework reference (wbemglue, provider,
 * instance, frquery, refptrco, methodco).
 */
#ifndef CIM_PROVIDER_H
#define CIM_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Changes whenever a structure or a function below changes incompatibly; a module built for another value is not
 * loaded. */
#define CIM_PROVIDER_ABI 2u

/* Outcomes: the sign tells success from failure. Values as in [MS-WMI] 2.2.11. */
typedef int32_t HRESULT;
#define SUCCEEDED(hr) ((HRESULT)(hr) >= 0)
#define FAILED(hr) ((HRESULT)(hr) < 0)
#define WBEM_RESULT(code) ((HRESULT)(code))

#define WBEM_S_NO_ERROR WBEM_RESULT(0)
#define WBEM_S_FALSE WBEM_RESULT(1)
#define WBEM_S_ALREADY_EXISTS WBEM_RESULT(0x40001)
#define WBEM_S_RESET_TO_DEFAULT WBEM_RESULT(0x40002)
#define WBEM_S_DIFFERENT WBEM_RESULT(0x40003)
#define WBEM_S_TIMEDOUT WBEM_RESULT(0x40004)
#define WBEM_S_NO_MORE_DATA WBEM_RESULT(0x40005)
#define WBEM_S_OPERATION_CANCELLED WBEM_RESULT(0x40006)
#define WBEM_S_PENDING WBEM_RESULT(0x40007)
#define WBEM_S_DUPLICATE_OBJECTS WBEM_RESULT(0x40008)
#define WBEM_S_ACCESS_DENIED WBEM_RESULT(0x40009)
#define WBEM_S_PARTIAL_RESULTS WBEM_RESULT(0x40010)

#define WBEM_E_FAILED WBEM_RESULT(0x80041001u)
#define WBEM_E_NOT_FOUND WBEM_RESULT(0x80041002u)
#define WBEM_E_ACCESS_DENIED WBEM_RESULT(0x80041003u)
#define WBEM_E_PROVIDER_FAILURE WBEM_RESULT(0x80041004u)
#define WBEM_E_TYPE_MISMATCH WBEM_RESULT(0x80041005u)
#define WBEM_E_OUT_OF_MEMORY WBEM_RESULT(0x80041006u)
#define WBEM_E_INVALID_CONTEXT WBEM_RESULT(0x80041007u)
#define WBEM_E_INVALID_PARAMETER WBEM_RESULT(0x80041008u)
#define WBEM_E_NOT_AVAILABLE WBEM_RESULT(0x80041009u)
#define WBEM_E_CRITICAL_ERROR WBEM_RESULT(0x8004100Au)
#define WBEM_E_INVALID_STREAM WBEM_RESULT(0x8004100Bu)
#define WBEM_E_NOT_SUPPORTED WBEM_RESULT(0x8004100Cu)
#define WBEM_E_INVALID_SUPERCLASS WBEM_RESULT(0x8004100Du)
#define WBEM_E_INVALID_NAMESPACE WBEM_RESULT(0x8004100Eu)
#define WBEM_E_INVALID_OBJECT WBEM_RESULT(0x8004100Fu)
#define WBEM_E_INVALID_CLASS WBEM_RESULT(0x80041010u)
#define WBEM_E_PROVIDER_NOT_FOUND WBEM_RESULT(0x80041011u)
#define WBEM_E_PROVIDER_LOAD_FAILURE WBEM_RESULT(0x80041013u)
#define WBEM_E_INITIALIZATION_FAILURE WBEM_RESULT(0x80041014u)
#define WBEM_E_TRANSPORT_FAILURE WBEM_RESULT(0x80041015u)
#define WBEM_E_INVALID_OPERATION WBEM_RESULT(0x80041016u)
#define WBEM_E_INVALID_QUERY WBEM_RESULT(0x80041017u)
#define WBEM_E_INVALID_QUERY_TYPE WBEM_RESULT(0x80041018u)
#define WBEM_E_ALREADY_EXISTS WBEM_RESULT(0x80041019u)
#define WBEM_E_READ_ONLY WBEM_RESULT(0x80041023u)
#define WBEM_E_PROVIDER_NOT_CAPABLE WBEM_RESULT(0x80041024u)
#define WBEM_E_CLASS_HAS_CHILDREN WBEM_RESULT(0x80041025u)
#define WBEM_E_CLASS_HAS_INSTANCES WBEM_RESULT(0x80041026u)
#define WBEM_E_ILLEGAL_NULL WBEM_RESULT(0x80041028u)
#define WBEM_E_VALUE_OUT_OF_RANGE WBEM_RESULT(0x8004102Bu)
#define WBEM_E_INVALID_METHOD WBEM_RESULT(0x8004102Eu)
#define WBEM_E_INVALID_METHOD_PARAMETERS WBEM_RESULT(0x8004102Fu)
#define WBEM_E_INVALID_PROPERTY WBEM_RESULT(0x80041031u)
#define WBEM_E_CALL_CANCELLED WBEM_RESULT(0x80041032u)
#define WBEM_E_SHUTTING_DOWN WBEM_RESULT(0x80041033u)
#define WBEM_E_UNSUPPORTED_PARAMETER WBEM_RESULT(0x80041035u)
#define WBEM_E_INVALID_OBJECT_PATH WBEM_RESULT(0x8004103Au)
#define WBEM_E_SERVER_TOO_BUSY WBEM_RESULT(0x80041045u)
#define WBEM_E_METHOD_NOT_IMPLEMENTED WBEM_RESULT(0x80041055u)
#define WBEM_E_UNPARSABLE_QUERY WBEM_RESULT(0x80041058u)
#define WBEM_E_QUEUE_OVERFLOW WBEM_RESULT(0x80041061u)
#define WBEM_E_PRIVILEGE_NOT_HELD WBEM_RESULT(0x80041062u)
#define WBEM_E_INVALID_OPERATOR WBEM_RESULT(0x80041063u)
#define WBEM_E_CLIENT_TOO_SLOW WBEM_RESULT(0x80041067u)
#define WBEM_E_TIMED_OUT WBEM_RESULT(0x80041069u)
#define WBEM_E_QUOTA_VIOLATION WBEM_RESULT(0x8004106Cu)
#define WBEM_E_PROVIDER_SUSPENDED WBEM_RESULT(0x80041081u)
#define WBEM_E_NO_SCHEMA WBEM_RESULT(0x80041083u)
#define WBEM_E_PROVIDER_ALREADY_REGISTERED WBEM_RESULT(0x80041084u)
#define WBEM_E_PROVIDER_NOT_REGISTERED WBEM_RESULT(0x80041085u)
#define WBEM_E_PROVIDER_TIMED_OUT WBEM_RESULT(0x80041088u)
#define WBEM_E_NO_KEY WBEM_RESULT(0x80041089u)
#define WBEM_E_PROVIDER_DISABLED WBEM_RESULT(0x8004108Au)

typedef struct CInstance CInstance;
typedef struct MethodContext MethodContext;
typedef struct CFrameworkQuery CFrameworkQuery;
typedef struct TRefPointerCollection TRefPointerCollection;
typedef struct Provider Provider;

/* ---- A provider and its module ------------------------------------------------------------------------------------------- */

/* Static methods get an instance of which only the class counts, others one with its keys, which need not exist. The
 * name is spelled as declared. pOutParams is blank and takes ReturnValue too; with a failure it goes nowhere. */
typedef HRESULT (*LPProviderExecMethod)(Provider *pThis, const CInstance *pInstance, const char *bstrMethodName,
                                        CInstance *pInParams, CInstance *pOutParams, long lFlags);

/* What a provider can do; a NULL slot means WBEM_E_PROVIDER_NOT_CAPABLE, and the framework helps itself: without
 * GetObject it enumerates and picks by key, without ExecQuery it enumerates and filters. What a provider yields may
 * be a superset of what was asked; the framework filters afterwards. lFlags is 0 but for PutInstance. Calls may come
 * on several threads at once.
 */
typedef struct ProviderVtbl {
    /* Create, fill and commit every instance; stop at once and return the code when a commit fails. */
    HRESULT (*EnumerateInstances)(Provider *pThis, MethodContext *pMethodContext, long lFlags);
    /* The keys of pInstance are set: fill the rest or return WBEM_E_NOT_FOUND. The query tells which properties
     * are wanted. */
    HRESULT (*GetObject)(Provider *pThis, CInstance *pInstance, long lFlags, CFrameworkQuery *pQuery);
    HRESULT (*ExecQuery)(Provider *pThis, MethodContext *pMethodContext, CFrameworkQuery *pQuery, long lFlags);
    /* pInstance is whole: what the client changes is laid over what the provider has; MethodContext_Needs tells which
     * properties (and keys) the client gave. lFlags: see below. */
    HRESULT (*PutInstance)(Provider *pThis, const CInstance *pInstance, long lFlags);
    HRESULT (*DeleteInstance)(Provider *pThis, const CInstance *pInstance, long lFlags);
    LPProviderExecMethod ExecMethod;
    void (*Flush)(Provider *pThis); /* free cached data; memory is short or the server stops */
    /* How many instances of exactly this class an enumeration would yield now, without making them. Only for counts
     * that are true and cheap; NULL, or any failure, means that it is not known. */
    HRESULT (*CountInstances)(Provider *pThis, MethodContext *pMethodContext, const char *pszClass, uint64_t *pCount);
} ProviderVtbl;

enum { WBEM_FLAG_CREATE_OR_UPDATE = 0, WBEM_FLAG_UPDATE_ONLY = 1, WBEM_FLAG_CREATE_ONLY = 2 };

/* Static storage; lives as long as its module is loaded. */
struct Provider {
    const char *name; /* the class it serves and the name it is reported by */
    const char *ns;   /* namespace; NULL = root\cimv2 */
    const ProviderVtbl *vtbl;
    const char *const *also;     /* further classes it serves, NULL-ended; NULL = none */
    const char *const *slots;    /* property names that the CInstance_Put… functions index, NULL-ended; NULL = none */
    void *data;                  /* the provider's own */
    struct ProviderState *state; /* the framework's; leave it NULL */
};

/* A file providers/foo.c defines `const ProviderModule foo_module`; so does a shared object foo.so in provider_dir. */
typedef struct ProviderModule {
    uint32_t abi;               /* CIM_PROVIDER_ABI */
    const char *mof;            /* classes that the module brings along; NULL = none */
    Provider *const *providers; /* NULL-ended */
} ProviderModule;

/* ---- Provider: helpers ----------------------------------------------------------------------------------------------------- */

/* A blank instance of the provider's class, or of another class that it serves (`also`); NULL when memory is out
 * or the class is not served. */
CInstance *Provider_CreateNewInstance(Provider *pThis, MethodContext *pMethodContext);
CInstance *Provider_CreateNewInstanceOf(Provider *pThis, MethodContext *pMethodContext, const char *pszClass);

/* Delivers the instance and releases it. The first error of its setters comes back here, and nothing is delivered
 * then. Any other failure means that nobody wants more: return it. NULL gives WBEM_E_OUT_OF_MEMORY, so a failed
 * Create needs no check of its own.
 */
HRESULT Provider_Commit(Provider *pThis, CInstance *pInstance);

/* Host name as the system reports it, without domain; the key of CIM_ComputerSystem. */
const char *Provider_GetLocalComputerName(void);
const char *Provider_GetNamespace(const Provider *pThis);
const char *Provider_GetProviderName(const Provider *pThis);

/* The properties that every scoped class repeats; those that the class lacks are left out. SetCreationClassName fills
 * CreationClassName; SetSystemKeys also SystemCreationClassName/SystemName, CSCreationClassName/CSName and
 * OSCreationClassName/OSName with the names of this host's Linux_ComputerSystem and Linux_OperatingSystem.
 */
bool Provider_SetCreationClassName(CInstance *pInstance);
bool Provider_SetSystemKeys(CInstance *pInstance);

/* `\\host\ns:relative` of an instance with its keys set; malloc'ed, the caller frees; NULL if a key is missing. */
char *Provider_GetLocalInstancePath(const Provider *pThis, const CInstance *pInstance);

/* ---- CInstance: properties by slot ----------------------------------------------------------------------------------------- */

/* The fast way to fill an instance: slot is an index into Provider.slots, resolved once. The first error (slot out of
 * range, property missing in the class, type or range that does not fit, no memory) is kept and comes back from the
 * commit; later calls do nothing.
 */
void CInstance_PutString(CInstance *pInstance, unsigned slot, const char *pszText); /* NULL sets NULL */
void CInstance_PutStringN(CInstance *pInstance, unsigned slot, const char *pText, size_t cbText);
void CInstance_PutLiteral(CInstance *pInstance, unsigned slot, const char *pszStatic); /* not copied: static storage */
void CInstance_PutUint(CInstance *pInstance, unsigned slot, uint64_t ullValue); /* any integer or real property */
void CInstance_PutSint(CInstance *pInstance, unsigned slot, int64_t llValue);
void CInstance_PutDouble(CInstance *pInstance, unsigned slot, double dValue);
void CInstance_PutBool(CInstance *pInstance, unsigned slot, bool bValue);
void CInstance_PutTime(CInstance *pInstance, unsigned slot,
                       int64_t llUnixMicroseconds); /* written with the host's UTC offset */
void CInstance_PutTimeSpan(CInstance *pInstance, unsigned slot, uint64_t ullMicroseconds);
void CInstance_PutStringArray(CInstance *pInstance, unsigned slot, const char *const *ppszText, size_t cItems);
void CInstance_PutUintArray(CInstance *pInstance, unsigned slot, const uint64_t *pValues, size_t cItems);
void CInstance_PutNull(CInstance *pInstance, unsigned slot);

/* ---- CInstance: properties by name ----------------------------------------------------------------------------------------- */

/* true on success; false when the property is missing or the type does not fit (nothing is changed then). Integers
 * are checked for range. */
bool CInstance_SetCHString(CInstance *pInstance, const char *name,
                           const char *pszText); /* string, char16, datetime, integers, real, reference (a path); NULL sets NULL */
bool CInstance_SetCharSplat(CInstance *pInstance, const char *name,
                            const char *pszText); /* the same, kept for familiarity */
bool CInstance_Setbool(CInstance *pInstance, const char *name, bool bValue);
bool CInstance_SetByte(CInstance *pInstance, const char *name, uint8_t value);
bool CInstance_SetWORD(CInstance *pInstance, const char *name, uint16_t value);
bool CInstance_SetDWORD(CInstance *pInstance, const char *name, uint32_t value);
bool CInstance_SetWBEMINT16(CInstance *pInstance, const char *name, int16_t value);
bool CInstance_SetWBEMINT64(CInstance *pInstance, const char *name, int64_t value);
bool CInstance_SetWBEMUINT64(CInstance *pInstance, const char *name, uint64_t value);
bool CInstance_SetDOUBLE(CInstance *pInstance, const char *name, double value);
bool CInstance_SetDateTime(CInstance *pInstance, const char *name, int64_t llUnixMicroseconds);
bool CInstance_SetTimeSpan(CInstance *pInstance, const char *name, uint64_t ullMicroseconds);
bool CInstance_SetStringArray(CInstance *pInstance, const char *name, const char *const *ppszText, size_t cItems);
bool CInstance_SetUintArray(CInstance *pInstance, const char *name, const uint64_t *pValues, size_t cItems);
bool CInstance_SetEmbeddedObject(CInstance *pInstance, const char *name, const CInstance *pValue); /* copied */
bool CInstance_SetEmbeddedArray(CInstance *pInstance, const char *name, const TRefPointerCollection *pList); /* copied */
/* The value of a property of another instance, whatever its type: what a method passes on. Text of any kind becomes the
 * type of this property, numbers too if they fit. */
bool CInstance_CopyProperty(CInstance *pInstance, const char *name, const CInstance *pFrom, const char *fromName);
bool CInstance_SetNull(CInstance *pInstance, const char *name);

/* false when the property is missing, NULL or of a type that does not fit. Text is malloc'ed, the caller frees. */
bool CInstance_GetCHString(const CInstance *pInstance, const char *name,
                           char **ppszText); /* any scalar, in its canonical text */
bool CInstance_Getbool(const CInstance *pInstance, const char *name, bool *pValue);
bool CInstance_GetByte(const CInstance *pInstance, const char *name, uint8_t *pValue);
bool CInstance_GetWORD(const CInstance *pInstance, const char *name, uint16_t *pValue);
bool CInstance_GetDWORD(const CInstance *pInstance, const char *name, uint32_t *pValue);
bool CInstance_GetWBEMINT16(const CInstance *pInstance, const char *name, int16_t *pValue);
bool CInstance_GetWBEMINT64(const CInstance *pInstance, const char *name, int64_t *pValue);
bool CInstance_GetWBEMUINT64(const CInstance *pInstance, const char *name, uint64_t *pValue);
bool CInstance_GetDOUBLE(const CInstance *pInstance, const char *name, double *pValue);
bool CInstance_GetDateTime(const CInstance *pInstance, const char *name, int64_t *pUnixMicroseconds);
bool CInstance_GetTimeSpan(const CInstance *pInstance, const char *name, uint64_t *pMicroseconds);
bool CInstance_GetStringArray(const CInstance *pInstance, const char *name, char ***pppszText,
                              size_t *pcItems); /* any array of scalars, NULL items as ""; one free for the whole */
bool CInstance_GetEmbeddedObject(const CInstance *pInstance, const char *name, CInstance **ppValue,
                                 MethodContext *pMethodContext);
bool CInstance_GetEmbeddedArray(const CInstance *pInstance, const char *name, TRefPointerCollection *pList,
                                MethodContext *pMethodContext); /* adds copies; NULL items are left out */

bool CInstance_IsNull(const CInstance *pInstance, const char *name); /* a missing property counts as NULL */
/* false if there is no such property; pType receives the type's CIM name ("uint32"), static. */
bool CInstance_GetStatus(const CInstance *pInstance, const char *name, bool *pIsNull, const char **ppszType);
const char *CInstance_GetClassName(const CInstance *pInstance);
MethodContext *CInstance_GetMethodContext(const CInstance *pInstance); /* borrowed */

/* Delivers without releasing; errors as for Provider_Commit. */
HRESULT CInstance_Commit(CInstance *pInstance);
long CInstance_AddRef(CInstance *pInstance);
long CInstance_Release(CInstance *pInstance);

/* ---- MethodContext: one client call ---------------------------------------------------------------------------------------- */

/* A context that is kept beyond the call needs a reference, like an instance. */
long MethodContext_AddRef(MethodContext *pThis);
long MethodContext_Release(MethodContext *pThis);

/* True when nobody waits for the result any more (client gone, deadline passed, server stopping): return
 * WBEM_E_CALL_CANCELLED soon. Worth asking in loops that do not commit.
 */
bool MethodContext_IsCancelled(const MethodContext *pThis);

/* Milliseconds until the provider counts as hung if it delivers nothing, never negative; INT64_MAX without a
 * deadline. */
int64_t MethodContext_GetTimeLeft(const MethodContext *pThis);

enum { WBEM_AUTHN_NONE = 1, WBEM_AUTHN_PASSWORD = 2, WBEM_AUTHN_STRONG = 3 }; /* none; Basic; ticket or certificate */
const char *MethodContext_GetUserName(const MethodContext *pThis);            /* borrowed; "" for an internal call */
int MethodContext_GetAuthenticationLevel(const MethodContext *pThis);

/* What the client said beside its request: the value of the first option of this name (without case), "" if it gave none
 * with it; NULL if there is no such option. Over WS-Man an option `wmi:Name` comes as Name. Borrowed. */
const char *MethodContext_GetOption(const MethodContext *pThis, const char *pszName);

/* What the current call wants: never NULL inside EnumerateInstances. Borrowed for the call. */
CFrameworkQuery *MethodContext_GetQuery(MethodContext *pThis);

/* True if the property in this slot is wanted; the fast form of CFrameworkQuery_IsPropertyRequired. */
bool MethodContext_Needs(const MethodContext *pThis, unsigned slot);

/* The error details of the call; the first one stays, false if there was one already. Text is copied. */
bool MethodContext_SetStatusObject(MethodContext *pThis, HRESULT hr, const char *pszDescription);
HRESULT MethodContext_GetStatusObject(const MethodContext *pThis,
                                      const char **ppszDescription); /* WBEM_S_FALSE if there is none */

/* ---- CFrameworkQuery: what is asked for ------------------------------------------------------------------------------------ */

/* Keys are always required. Names of SELECT and WHERE both count. */
bool CFrameworkQuery_IsPropertyRequired(const CFrameworkQuery *pThis, const char *name);
bool CFrameworkQuery_AllPropertiesAreRequired(const CFrameworkQuery *pThis);
bool CFrameworkQuery_KeysOnly(const CFrameworkQuery *pThis);
/* NULL-ended, borrowed from the query; an empty list means all. */
HRESULT CFrameworkQuery_GetRequiredProperties(CFrameworkQuery *pThis, const char *const **ppNames);
/* The values that the property is restricted to (`a="1" OR a="2"` gives both), NULL-ended, borrowed. Empty: read
 * everything. A reference's values are paths in the spelling of Provider_GetLocalInstancePath, whatever the client
 * wrote. String and reference properties only, others give WBEM_E_INVALID_QUERY.
 */
HRESULT CFrameworkQuery_GetValuesForProp(CFrameworkQuery *pThis, const char *name, const char *const **ppValues);
const char *CFrameworkQuery_GetQuery(const CFrameworkQuery *pThis); /* the text, "" if there is none */
const char *CFrameworkQuery_GetQueryClassName(const CFrameworkQuery *pThis);
const char *CFrameworkQuery_GetNamespace(const CFrameworkQuery *pThis);

/* ---- TRefPointerCollection: a list of references ---------------------------------------------------------------------------- */

typedef struct TRefPointerCollection_POSITION {
    size_t next;
} TRefPointerCollection_POSITION;

TRefPointerCollection *TRefPointerCollection_Create(void);     /* NULL when memory is out */
void TRefPointerCollection_Free(TRefPointerCollection *pThis); /* releases its members; NULL is allowed */
bool TRefPointerCollection_Add(TRefPointerCollection *pThis, CInstance *pInstance); /* AddRefs */
void TRefPointerCollection_BeginEnum(const TRefPointerCollection *pThis, TRefPointerCollection_POSITION *pos);
CInstance *TRefPointerCollection_GetNext(const TRefPointerCollection *pThis,
                                         TRefPointerCollection_POSITION *pos); /* AddRefs; NULL at the end */
void TRefPointerCollection_EndEnum(const TRefPointerCollection *pThis);
void TRefPointerCollection_Empty(TRefPointerCollection *pThis); /* releases all */
size_t TRefPointerCollection_GetSize(const TRefPointerCollection *pThis);

/* ---- CWbemProviderGlue: from provider to provider --------------------------------------------------------------------------- */

/* Called once an instance, never concurrently for one call, on the caller's thread. A failure stops the walk and is
 * what the call returns; WBEM_S_OPERATION_CANCELLED stops it quietly; any other success goes on.
 */
typedef HRESULT (*LPProviderInstanceCallback)(Provider *pProvider, CInstance *pInstance, MethodContext *pMethodContext,
                                              void *pUserData);

/* All instances of the base class and of every class derived from it, one callback each; returns after the last
 * callback. pRequester is handed to the callback and may be NULL. pszNamespace NULL = root\cimv2. pMethodContext must
 * not be NULL: it is what keeps nested calls from deadlock. WBEM_E_INVALID_PARAMETER (NULL or empty class, NULL
 * callback or context), WBEM_E_INVALID_NAMESPACE, WBEM_E_INVALID_CLASS, WBEM_E_CALL_CANCELLED, WBEM_E_OUT_OF_MEMORY,
 * a provider's or the callback's code. A class that nobody serves gives success and no callback.
 */
HRESULT CWbemProviderGlue_GetAllDerivedInstancesAsynch(const char *pszBaseClassName, Provider *pRequester,
                                                       LPProviderInstanceCallback pCallback, const char *pszNamespace,
                                                       MethodContext *pMethodContext, void *pUserData);
/* The same for exactly this class. */
HRESULT CWbemProviderGlue_GetAllInstancesAsynch(const char *pszClassName, Provider *pRequester,
                                                LPProviderInstanceCallback pCallback, const char *pszNamespace,
                                                MethodContext *pMethodContext, void *pUserData);
/* The same for a WQL data query; also WBEM_E_UNPARSABLE_QUERY, WBEM_E_INVALID_QUERY. `ASSOCIATORS OF {path}` and
 * `REFERENCES OF {path}`, each with its WHERE, too; also WBEM_E_NOT_FOUND: there is no such object. */
HRESULT CWbemProviderGlue_GetInstancesByQueryAsynch(const char *pszQuery, Provider *pRequester,
                                                    LPProviderInstanceCallback pCallback, const char *pszNamespace,
                                                    MethodContext *pMethodContext, void *pUserData);

/* The collecting forms add to pList; memory grows with the result. Note the order of the parameters of
 * GetAllInstances. */
HRESULT CWbemProviderGlue_GetAllDerivedInstances(const char *pszBaseClassName, TRefPointerCollection *pList,
                                                 MethodContext *pMethodContext, const char *pszNamespace);
HRESULT CWbemProviderGlue_GetAllInstances(const char *pszClassName, TRefPointerCollection *pList,
                                          const char *pszNamespace, MethodContext *pMethodContext);
HRESULT CWbemProviderGlue_GetInstancesByQuery(const char *pszQuery, TRefPointerCollection *pList,
                                              MethodContext *pMethodContext, const char *pszNamespace);

/* One instance by its path (either spelling, relative or full, on this host): all properties, or the keys (an
 * existence test), or the named ones (NULL-ended). *ppInstance is written on success only.
 * WBEM_E_INVALID_OBJECT_PATH, WBEM_E_NOT_FOUND.
 */
HRESULT CWbemProviderGlue_GetInstanceByPath(const char *pszInstancePath, CInstance **ppInstance,
                                            MethodContext *pMethodContext);
HRESULT CWbemProviderGlue_GetInstanceKeysByPath(const char *pszInstancePath, CInstance **ppInstance,
                                                MethodContext *pMethodContext);
HRESULT CWbemProviderGlue_GetInstancePropertiesByPath(const char *pszInstancePath, CInstance **ppInstance,
                                                      MethodContext *pMethodContext, const char *const *csaProperties);

/* A blank instance of any class; it cannot be committed. */
HRESULT CWbemProviderGlue_GetEmptyInstance(MethodContext *pMethodContext, const char *pszClassName,
                                           CInstance **ppInstance, const char *pszNamespace);

/* Completes an instance whose keys are set. */
HRESULT CWbemProviderGlue_FillInstance(MethodContext *pMethodContext, CInstance *pInstance);

/* Strict: a class is not derived from itself. false for unknown classes too. */
bool CWbemProviderGlue_IsDerivedFrom(const char *pszBaseClassName, const char *pszDerivedClassName,
                                     MethodContext *pMethodContext, const char *pszNamespace);

/* Stores error details for the client; the two privilege lists are accepted for familiarity and not used. */
bool CWbemProviderGlue_SetStatusObject(MethodContext *pMethodContext, const char *pszNamespace,
                                       const char *pDescription, HRESULT hr, const char *const *pPrivilegesNotHeld,
                                       const char *const *pPrivilegesRequired);

#endif
