#include "cim/core/loader.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cim/base/log.h"
#include "cim/mof/mof.h"

enum { MAX_PATH = 4096, MAX_SCHEMA_DEPTH = 8 };

static void report(void *user, const struct mof_diagnostic *d)
{
    (void)user;
    log_line(LOG_LEVEL_ERROR, "schema", 0, "%s:%u:%u: %s", d->place.file ? d->place.file : "?", d->place.line,
             d->place.column, d->message);
}

static const char *module_namespace(const ProviderModule *m)
{
    return m->providers && m->providers[0] && m->providers[0]->ns ? m->providers[0]->ns : CORE_DEFAULT_NAMESPACE;
}

/* ---- Modules */

static int add_mof(struct core *c, const char *name, const ProviderModule *m, struct core_namespace *ns,
                   struct cim_error *err)
{
    struct mof_unit *u = mof_unit_new(ns->name, report, NULL);
    const struct cim_schema *s = NULL;
    int r = u ? mof_unit_text(u, name, text_of(m->mof)) : -ENOMEM;

    if (!r)
        r = mof_unit_resolve(u, ns->name, ns->schema, false, &s);
    if (!r)
        r = core_set_schema(c, ns->name, s, err);
    schema_unref(s);
    mof_unit_free(u);
    return r > 0 ? cim_fail(err, r, "the classes of module %s do not compile", name) : r;
}

int core_load_module(struct core *c, const char *name, const ProviderModule *m, struct cim_error *err)
{
    struct core_namespace *ns;
    int r = 0;

    if (m->abi != CIM_PROVIDER_ABI)
        return cim_fail(err, CIM_ERR_FAILED, "module %s was built for provider interface %u, this service has %u", name,
                        m->abi, CIM_PROVIDER_ABI);
    ns = core_namespace(c, text_of(module_namespace(m)));
    if (!ns)
        return cim_fail(err, CIM_ERR_INVALID_NAMESPACE, "module %s serves namespace %s, which does not exist", name,
                        module_namespace(m));
    if (m->mof)
        r = add_mof(c, name, m, ns, err);
    if (!r && m->providers)
        r = core_register(c, m->providers, err);
    if (r && m->mof)
        (void)core_set_schema(c, ns->name, ns->schema, NULL); /* back to the old classes: it was good before */
    core_namespace_unref(ns);
    return r;
}

/* "libfoo.so" and "foo.so" hold foo_module. */
static const ProviderModule *module_of(void *object, const char *file)
{
    char symbol[300];
    size_t n = strlen(file) - strlen(".so");

    if (strncmp(file, "lib", 3) == 0) {
        file += 3;
        n -= 3;
    }
    if (n > 255)
        return NULL;
    (void)snprintf(symbol, sizeof(symbol), "%.*s_module", (int)n, file); /* it fits */
    return dlsym(object, symbol);
}

static void load_object(struct core *c, const char *dir, const char *file)
{
    struct cim_error err = {0};
    char path[MAX_PATH];
    const ProviderModule *m;
    void *object;

    if (snprintf(path, sizeof(path), "%s/%s", dir, file) >= (int)sizeof(path))
        return;
    object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        log_line(LOG_LEVEL_ERROR, "provider", 0, "%s", dlerror());
        return;
    }
    m = module_of(object, file);
    if (!m)
        log_line(LOG_LEVEL_ERROR, "provider", 0, "%s: no symbol FILE_module in it", path);
    else if (core_load_module(c, file, m, &err) != 0)
        log_line(LOG_LEVEL_ERROR, "provider", 0, "%s: %s", path, err.status ? err.message : "out of memory");
    else
        log_line(LOG_LEVEL_INFO, "provider", 0, "%s loaded", path);
    /* never closed: instances and threads of it may outlive any point that could be chosen */
}

static int is_object(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return n > 3 && strcmp(e->d_name + n - 3, ".so") == 0;
}

static int is_mof(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return n > 4 && strcasecmp(e->d_name + n - 4, ".mof") == 0;
}

static int is_folder(const struct dirent *e)
{
    return e->d_name[0] != '.' && (e->d_type == DT_DIR || e->d_type == DT_UNKNOWN || e->d_type == DT_LNK);
}

static void free_entries(struct dirent **entries, int n)
{
    while (n > 0)
        free(entries[--n]);
    free(entries);
}

static void load_objects(struct core *c, const char *dir)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, is_object, alphasort);

    if (n < 0 && errno != ENOENT)
        log_line(LOG_LEVEL_ERROR, "provider", 0, "%s: %s", dir, strerror(errno));
    for (int i = 0; i < n; i++)
        load_object(c, dir, entries[i]->d_name);
    if (n >= 0)
        free_entries(entries, n);
}

/* ---- Namespaces */

static int compile_files(struct core *c, const char *dir, const char *namespace, struct dirent **files, int n,
                         struct cim_error *err)
{
    struct mof_unit *u = mof_unit_new(namespace, report, NULL);
    const struct cim_schema *s = NULL;
    char path[MAX_PATH];
    int r = u ? 0 : -ENOMEM;

    for (int i = 0; !r && i < n; i++)
        if (snprintf(path, sizeof(path), "%s/%s", dir, files[i]->d_name) < (int)sizeof(path))
            r = mof_unit_file(u, path);
    if (!r)
        r = mof_unit_resolve(u, namespace, NULL, false, &s);
    if (!r)
        r = core_set_schema(c, namespace, s, err);
    schema_unref(s);
    mof_unit_free(u);
    return r ? cim_fail(err, r, "the schema in %s does not compile", dir) : 0;
}

static int load_folder(struct core *c, const char *dir, const char *namespace, unsigned depth, struct cim_error *err);

static int load_subfolders(struct core *c, const char *dir, const char *namespace, unsigned depth, struct cim_error *err)
{
    struct dirent **entries = NULL;
    char path[MAX_PATH], name[256];
    int n = scandir(dir, &entries, is_folder, alphasort), r = 0;
    struct stat st;

    if (n < 0)
        return cim_fail(err, CIM_ERR_FAILED, "%s: %s", dir, strerror(errno));
    for (int i = 0; !r && i < n; i++)
        if (snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name) < (int)sizeof(path) &&
            snprintf(name, sizeof(name), "%s%s%s", namespace, *namespace ? "/" : "", entries[i]->d_name) <
                (int)sizeof(name) &&
            stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            r = load_folder(c, path, name, depth + 1, err);
    free_entries(entries, n);
    return r;
}

static int load_folder(struct core *c, const char *dir, const char *namespace, unsigned depth, struct cim_error *err)
{
    struct dirent **files = NULL;
    int n, r = 0;

    if (depth > MAX_SCHEMA_DEPTH)
        return cim_fail(err, CIM_ERR_FAILED, "%s: folders nest too deeply", dir);
    n = scandir(dir, &files, is_mof, alphasort);
    if (n < 0)
        return cim_fail(err, CIM_ERR_FAILED, "%s: %s", dir, strerror(errno));
    if (n > 0 && *namespace)
        r = compile_files(c, dir, namespace, files, n, err);
    free_entries(files, n);
    return r ? r : load_subfolders(c, dir, namespace, depth, err);
}

static int add_namespaces(struct core *c, const char *const *names, struct cim_error *err)
{
    struct core_namespace *base = core_namespace(c, TEXT(CORE_DEFAULT_NAMESPACE)), *have;
    int r = 0;

    if (!base)
        return cim_fail(err, CIM_ERR_FAILED, "the schema has no namespace " CORE_DEFAULT_NAMESPACE);
    for (; !r && names && *names; names++) {
        have = core_namespace(c, text_of(*names));
        if (!have)
            r = core_set_schema(c, *names, base->schema, err);
        core_namespace_unref(have);
    }
    core_namespace_unref(base);
    return r;
}

int core_load(struct core *c, const struct core_load *l, struct cim_error *err)
{
    int r = load_folder(c, l->schema_dir, "", 0, err);

    if (!r)
        r = add_namespaces(c, l->namespaces, err);
    for (const ProviderModule *const *m = l->builtin; !r && m && *m; m++)
        r = core_load_module(c, (*m)->providers[0]->name, *m, err);
    if (!r && l->provider_dir && *l->provider_dir)
        load_objects(c, l->provider_dir);
    return r;
}
