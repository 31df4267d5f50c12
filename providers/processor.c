/* Linux_Processor: one instance a socket, from /sys/devices/system/cpu and the first block of /proc/cpuinfo (all
 * sockets of a board hold the same model, and the whole file costs an interrupt a core). LoadPercentage compares two
 * looks at /proc/stat, see the MOF.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>

#include "cim/provider.h"
#include "providers/lib/cpuset.h"
#include "providers/lib/procfile.h"

static const char mof[] =
    "[Version(\"1.0.0\"), Description(\"A processor package, that is, what sits in one socket.\")]\n"
    "class Linux_Processor : CIM_Processor {\n"
    "  [Override(\"LoadPercentage\"), Gauge, Description(\"Share of time that the processor was not idle since the last request for this \"\n"
    "    \"property by anybody; a request within 200 ms of the one before gets that one's answer. NULL at the first request after the start \"\n"
    "    \"of the service. Time spent waiting for disks counts as idle.\")]\n"
    "  uint16 LoadPercentage;\n"
    "  [Override(\"UniqueID\"), Description(\"Vendor, family, model and stepping, joined by '-': equal for processors of one make.\")]\n"
    "  string UniqueID;\n"
    "  [Description(\"Maker as the processor names it.\")]\n"
    "  string Manufacturer;\n"
    "  [Description(\"Processors that the operating system schedules on: hardware threads that are online.\")]\n"
    "  uint32 NumberOfLogicalProcessors;\n"
    "};\n";

#define PROPERTIES(X)                                                                                           \
    X(DeviceID), X(Name), X(ElementName), X(Caption), X(EnabledState), X(RequestedState), X(OperationalStatus), \
        X(HealthState), X(Availability), X(Role), X(Family), X(OtherFamilyDescription), X(MaxClockSpeed),       \
        X(CurrentClockSpeed), X(DataWidth), X(AddressWidth), X(LoadPercentage), X(Stepping), X(UniqueID),       \
        X(CPUStatus), X(Characteristics), X(NumberOfEnabledCores), X(Manufacturer), X(NumberOfLogicalProcessors)
#define AS_SLOT(name) P_##name
#define AS_TEXT(name) #name

enum { PROPERTIES(AS_SLOT) };
static const char *const slots[] = {PROPERTIES(AS_TEXT), NULL};

enum { MAX_SOCKETS = 64 };
enum { LOAD_INTERVAL_MS = 200 };
enum { STAT_MAX = 8 << 20 }; /* bytes of /proc/stat */

/* Takes the processors that share a package with the first of *rest out of it. Hosts that tell no topology are one
 * package. */
static void take_socket(struct cpuset *rest, struct cpuset *ret_socket)
{
    struct cpuset package;
    unsigned first = cpuset_first(rest);

    *ret_socket = *rest;
    if (cpuset_read_of(&package, first, "package_cpus_list", "core_siblings_list") && cpuset_has(&package, first))
        for (size_t i = 0; i < MAX_CPUS / 64; i++)
            ret_socket->bits[i] &= package.bits[i];
    for (size_t i = 0; i < MAX_CPUS / 64; i++)
        rest->bits[i] &= ~ret_socket->bits[i];
}

/* A core is counted at the first of its threads that is online. */
static unsigned count_cores(const struct cpuset *socket)
{
    struct cpuset threads, counted = {{0}};
    unsigned cores = 0;

    for (unsigned cpu = cpuset_first(socket); cpu < MAX_CPUS; cpu++) {
        if (!cpuset_has(socket, cpu) || cpuset_has(&counted, cpu))
            continue;
        cores++;
        if (cpuset_read_of(&threads, cpu, "core_cpus_list", "thread_siblings_list"))
            for (size_t i = 0; i < MAX_CPUS / 64; i++)
                counted.bits[i] |= threads.bits[i];
    }
    return cores;
}

/* ---- Load ------------------------------------------------------------------------------------------------------------------ */

struct load {
    uint64_t busy, total; /* ticks since the start */
};

static struct {
    pthread_mutex_t lock;
    int64_t when_ms; /* of the base; 0 = none yet */
    struct load base[MAX_SOCKETS];
    int percent[MAX_SOCKETS]; /* at the last comparison; -1 = unknown */
} history = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* "cpu3 user nice system idle iowait irq softirq steal …": guest time is part of user time already. */
static bool parse_load(const char *line, unsigned *ret_cpu, struct load *ret_load)
{
    uint64_t cpu, v, idle = 0;

    line += 3;
    ret_load->total = 0;
    if (!procfile_digits(&line, &cpu) || cpu >= MAX_CPUS)
        return false;
    for (int f = 0; f < 8; f++) {
        line += strspn(line, " ");
        if (!procfile_digits(&line, &v))
            break;
        ret_load->total += v;
        idle += f == 3 || f == 4 ? v : 0;
    }
    *ret_cpu = (unsigned)cpu;
    ret_load->busy = ret_load->total - idle;
    return true;
}

static bool read_load(const struct cpuset *sockets, unsigned n_sockets, struct load ret_load[MAX_SOCKETS])
{
    size_t length;
    char *text = procfile_load("/proc/stat", STAT_MAX, &length), *next = text, *line;

    if (!text)
        return false;
    memset(ret_load, 0, MAX_SOCKETS * sizeof(*ret_load));
    while ((line = strsep(&next, "\n")) && strncmp(line, "cpu", 3) == 0) {
        struct load one;
        unsigned cpu;

        for (unsigned s = 0; parse_load(line, &cpu, &one) && s < n_sockets; s++)
            if (cpuset_has(&sockets[s], cpu)) {
                ret_load[s].busy += one.busy;
                ret_load[s].total += one.total;
                break;
            }
    }
    free(text);
    return true;
}

/* Idle time may step back a tick, and processors come and go. */
static int percent_between(const struct load *a, const struct load *b)
{
    uint64_t total = b->total - a->total, busy = b->busy - a->busy;

    if (b->total <= a->total)
        return -1;
    if (b->busy < a->busy)
        return 0;
    return busy >= total ? 100 : (int)((busy * 100 + total / 2) / total);
}

static void load_percentages(const struct cpuset *sockets, unsigned n_sockets, int ret_percent[MAX_SOCKETS])
{
    struct load now[MAX_SOCKETS];
    struct timespec t;
    int64_t ms;

    clock_gettime(CLOCK_MONOTONIC, &t);
    ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
    pthread_mutex_lock(&history.lock);
    if ((!history.when_ms || ms - history.when_ms >= LOAD_INTERVAL_MS) && read_load(sockets, n_sockets, now)) {
        for (unsigned s = 0; s < MAX_SOCKETS; s++)
            history.percent[s] = history.when_ms ? percent_between(&history.base[s], &now[s]) : -1;
        memcpy(history.base, now, sizeof(now));
        history.when_ms = ms;
    }
    for (unsigned s = 0; s < n_sockets; s++)
        ret_percent[s] = history.when_ms ? history.percent[s] : -1;
    pthread_mutex_unlock(&history.lock);
}

/* ---- Model ----------------------------------------------------------------------------------------------------------------- */

struct model {
    char text[8192]; /* first block of /proc/cpuinfo */
    char name[128], vendor[64];
    bool wide; /* 64 bit */
};

/* What stands behind "key : "; NULL if there is no such line or nothing. */
static const char *info_value(const char *text, const char *key, char *buf, size_t size)
{
    const char *p = procfile_find(text, key);
    size_t n;

    if (!p || *p != ':')
        return NULL;
    p += 1 + strspn(p + 1, " \t");
    n = strcspn(p, "\n");
    n = n < size ? n : size - 1;
    memcpy(buf, p, n);
    buf[n] = '\0';
    return n ? buf : NULL;
}

static bool has_flag(const char *text, const char *flag)
{
    char flags[4096];
    const char *p = info_value(text, "flags", flags, sizeof(flags));
    size_t n = strlen(flag);

    if (!p)
        p = info_value(text, "Features", flags, sizeof(flags));
    for (; p; p = strchr(p, ' ') ? strchr(p, ' ') + 1 : NULL)
        if (strncmp(p, flag, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

static void model_read(struct model *m)
{
    struct utsname u;
    char *end;

    if (procfile_read(AT_FDCWD, "/proc/cpuinfo", m->text, sizeof(m->text)) < 0)
        m->text[0] = '\0';
    end = strstr(m->text, "\n\n");
    if (end)
        end[1] = '\0';
    (void)uname(&u); /* fails for a bad address only */
    m->wide = strstr(u.machine, "64") || strcmp(u.machine, "s390x") == 0 || has_flag(m->text, "lm");
    if (!info_value(m->text, "model name", m->name, sizeof(m->name)) &&
        !info_value(m->text, "cpu\t", m->name, sizeof(m->name)))
        (void)snprintf(m->name, sizeof(m->name), "%s processor", u.machine);
    if (!info_value(m->text, "vendor_id", m->vendor, sizeof(m->vendor)) &&
        !info_value(m->text, "CPU implementer", m->vendor, sizeof(m->vendor)))
        m->vendor[0] = '\0';
}

/* Numbers of CIM_Processor.Family; the schema knows no newer brands: those are 1 (Other). The first that is found
 * counts. */
static uint16_t family_of(const struct model *m)
{
    static const struct {
        const char *word;
        uint16_t family;
    } families[] = {
        {"Xeon", 179},           {"Core(TM) i7", 198},   {"Core(TM) i5", 205},  {"Core(TM) i3", 206},
        {"Core(TM)2 Quad", 194}, {"Core(TM)2 Duo", 191}, {"Atom", 43},          {"Celeron", 15},
        {"Pentium(R) 4", 178},   {"Pentium(R) M", 185},  {"Pentium", 11},       {"Opteron", 132},
        {"Phenom", 141},         {"Athlon(tm) 64", 131}, {"Athlon(tm) II", 58}, {"Athlon", 28},
        {"Sempron", 133},        {"AMD FX", 63},         {"AMD A", 72},         {"POWER", 32},
    };
    static const char *const arm = "CPU implementer";

    for (size_t f = 0; f < sizeof(families) / sizeof(*families); f++)
        if (strstr(m->name, families[f].word))
            return families[f].family;
    if (procfile_find(m->text, arm))
        return 280; /* ARM */
    return strncmp(m->vendor, "IBM/S390", 8) == 0 ? 200 /* S/390 and zSeries Family */ : 1;
}

static void put_model(CInstance *i, const struct model *m)
{
    char family[32] = "0", model[32] = "0", stepping[32] = "0", id[192];
    uint16_t number = family_of(m);
    const char *text = m->text;

    CInstance_PutString(i, P_Name, m->name);
    CInstance_PutString(i, P_ElementName, m->name);
    CInstance_PutString(i, P_Caption, m->name);
    CInstance_PutUint(i, P_Family, number);
    if (number == 1)
        CInstance_PutString(i, P_OtherFamilyDescription, m->name);
    if (m->vendor[0])
        CInstance_PutString(i, P_Manufacturer, m->vendor);
    if (info_value(text, "stepping", stepping, sizeof(stepping)) ||
        info_value(text, "CPU revision", stepping, sizeof(stepping)))
        CInstance_PutString(i, P_Stepping, stepping);
    if ((info_value(text, "cpu family", family, sizeof(family)) ||
         info_value(text, "CPU architecture", family, sizeof(family))) &&
        (info_value(text, "model\t", model, sizeof(model)) || info_value(text, "CPU part", model, sizeof(model)))) {
        (void)snprintf(id, sizeof(id), "%s-%s-%s-%s", m->vendor, family, model, stepping);
        CInstance_PutString(i, P_UniqueID, id);
    }
    CInstance_PutUint(i, P_DataWidth, m->wide ? 64 : 32);
    CInstance_PutUint(i, P_AddressWidth, m->wide ? 64 : 32);
}

static void put_characteristics(CInstance *i, const struct model *m)
{
    uint64_t list[4];
    size_t n = 0;

    if (m->wide)
        list[n++] = 2; /* 64-bit Capable */
    if (has_flag(m->text, "vmx") || has_flag(m->text, "svm"))
        list[n++] = 4; /* Enhanced Virtualization */
    if (has_flag(m->text, "ht"))
        list[n++] = 5; /* Hardware Thread */
    if (has_flag(m->text, "nx"))
        list[n++] = 6; /* NX-bit */
    if (n > 0)
        CInstance_PutUintArray(i, P_Characteristics, list, n);
}

/* MHz. The governor's files first; virtual machines have none, there the figures of /proc/cpuinfo and of the
 * brand's name must do. */
static void put_clock(CInstance *i, const struct model *m, unsigned cpu)
{
    char path[128], text[32];
    const char *at = strrchr(m->name, '@');
    double mhz = 0;
    uint64_t khz;

    if (info_value(m->text, "cpu MHz", text, sizeof(text)) || info_value(m->text, "clock", text, sizeof(text)))
        mhz = strtod(text, NULL);
    (void)snprintf(path, sizeof(path), CPU_DIR "cpu%u/cpufreq/scaling_cur_freq", cpu);
    if (procfile_number(path, &khz))
        mhz = (double)khz / 1000;
    if (mhz >= 1 && mhz < 1e6)
        CInstance_PutUint(i, P_CurrentClockSpeed, (uint64_t)(mhz + 0.5));
    (void)snprintf(path, sizeof(path), CPU_DIR "cpu%u/cpufreq/cpuinfo_max_freq", cpu);
    if (procfile_number(path, &khz))
        mhz = (double)khz / 1000;
    else if (at && strstr(at, "GHz"))
        mhz = strtod(at + 1, NULL) * 1000;
    if (mhz >= 1 && mhz < 1e6)
        CInstance_PutUint(i, P_MaxClockSpeed, (uint64_t)(mhz + 0.5));
}

/* ---- The provider ------------------------------------------------------------------------------------------------------------ */

struct host {
    unsigned n_sockets;
    struct cpuset sockets[MAX_SOCKETS];
    int percent[MAX_SOCKETS]; /* -1 = unknown */
    struct model model;
};

static unsigned find_sockets(struct cpuset ret[MAX_SOCKETS])
{
    struct cpuset rest;
    unsigned n;

    if (!cpuset_read(&rest, CPU_DIR "online"))
        cpuset_parse(&rest, "0");
    for (n = 0; n < MAX_SOCKETS && cpuset_first(&rest) < MAX_CPUS; n++)
        take_socket(&rest, &ret[n]);
    return n;
}

static void host_read(struct host *h, const MethodContext *ctx)
{
    h->n_sockets = find_sockets(h->sockets);
    model_read(&h->model);
    memset(h->percent, -1, sizeof(h->percent));
    if (MethodContext_Needs(ctx, P_LoadPercentage))
        load_percentages(h->sockets, h->n_sockets, h->percent);
}

static void put_socket(CInstance *i, const struct host *h, unsigned s, const MethodContext *ctx)
{
    const struct cpuset *cpus = &h->sockets[s];
    char id[16];

    (void)Provider_SetSystemKeys(i); /* cannot fail: the class has them */
    (void)snprintf(id, sizeof(id), "CPU%u", s);
    CInstance_PutString(i, P_DeviceID, id);
    put_model(i, &h->model);
    put_characteristics(i, &h->model);
    CInstance_PutLiteral(i, P_Role, "Central Processor");
    CInstance_PutUint(i, P_CPUStatus, 1 /* CPU Enabled */);
    CInstance_PutUint(i, P_Availability, 3 /* Running/Full Power */);
    CInstance_PutUint(i, P_EnabledState, 2 /* Enabled */);
    CInstance_PutUint(i, P_RequestedState, 12 /* Not Applicable */);
    CInstance_PutUintArray(i, P_OperationalStatus, (const uint64_t[]){2 /* OK */}, 1);
    CInstance_PutUint(i, P_HealthState, 5 /* OK */);
    CInstance_PutUint(i, P_NumberOfLogicalProcessors, cpuset_count(cpus));
    if (h->percent[s] >= 0)
        CInstance_PutUint(i, P_LoadPercentage, (uint64_t)h->percent[s]);
    if (MethodContext_Needs(ctx, P_NumberOfEnabledCores))
        CInstance_PutUint(i, P_NumberOfEnabledCores, count_cores(cpus));
    if (MethodContext_Needs(ctx, P_CurrentClockSpeed) || MethodContext_Needs(ctx, P_MaxClockSpeed))
        put_clock(i, &h->model, cpuset_first(cpus));
}

static HRESULT enumerate(Provider *pThis, MethodContext *pMethodContext, long lFlags)
{
    struct host *h = malloc(sizeof(*h));
    HRESULT hr = h ? WBEM_S_NO_ERROR : WBEM_E_OUT_OF_MEMORY;

    (void)lFlags;
    if (h)
        host_read(h, pMethodContext);
    for (unsigned s = 0; SUCCEEDED(hr) && s < h->n_sockets; s++) {
        CInstance *i = Provider_CreateNewInstance(pThis, pMethodContext);

        if (i)
            put_socket(i, h, s, pMethodContext);
        hr = Provider_Commit(pThis, i);
    }
    free(h);
    return hr;
}

static HRESULT count(Provider *pThis, MethodContext *pMethodContext, const char *pszClass, uint64_t *pCount)
{
    struct cpuset sockets[MAX_SOCKETS];

    (void)pThis;
    (void)pMethodContext;
    (void)pszClass;
    *pCount = find_sockets(sockets);
    return WBEM_S_NO_ERROR;
}

static const ProviderVtbl vtbl = {.EnumerateInstances = enumerate, .CountInstances = count};
static Provider provider = {.name = "Linux_Processor", .vtbl = &vtbl, .slots = slots};
static Provider *const providers[] = {&provider, NULL};
const ProviderModule processor_module = {CIM_PROVIDER_ABI, mof, providers};
