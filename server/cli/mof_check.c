/* cimstream mof check: compiles MOF files as the daemon would and throws the result away. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cim/model/instance.h"
#include "cim/mof/mof.h"
#include "server/cli/commands.h"

enum { DIAGNOSTIC_MAX = 4096, INSTANCE_MAX = 64 << 20 };

struct check {
    const char *namespace;
    bool quiet;
    unsigned problems;
    uint32_t classes, qualifier_types, instances;
};

static void print_problem(void *user, const struct mof_diagnostic *d)
{
    struct check *c = user;
    struct buf text;

    buf_init(&text, DIAGNOSTIC_MAX);
    mof_print_diagnostic(&text, d);
    fputs(buf_cstr(&text), stderr);
    buf_fini(&text);
    if (++c->problems == MOF_MAX_ERRORS)
        fputs("cimstream: further problems are not shown\n", stderr);
}

/* ---- reading ---- */

static int is_mof(const struct dirent *e)
{
    const size_t n = strlen(e->d_name);

    return e->d_name[0] != '.' && n > 4 && strcmp(e->d_name + n - 4, ".mof") == 0;
}

static int read_directory(struct mof_unit *u, const char *path)
{
    struct dirent **entries = NULL;
    const int n = scandir(path, &entries, is_mof, alphasort);
    int status = n < 0 ? -errno : 0;

    for (int i = 0; i < n; i++) {
        char *file;
        int r = -ENOMEM;

        if (asprintf(&file, "%s/%s", path, entries[i]->d_name) >= 0) {
            r = mof_unit_file(u, file);
            free(file);
        }
        if (r)
            status = r;
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int read_path(struct mof_unit *u, const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? read_directory(u, path) : mof_unit_file(u, path);
}

/* ---- compiling ---- */

static int check_instances(struct check *c, struct mof_unit *u, const char *namespace, const struct cim_schema *s)
{
    struct arena a;
    int status = 0;

    arena_init(&a, INSTANCE_MAX);
    for (const struct decl_instance *d = mof_unit_instances(u); d && status >= 0; d = d->next) {
        struct cim_instance *i;
        int r;

        if (!text_ieqs(d->namespace, namespace))
            continue;
        r = mof_unit_instance(u, d, s, &a, &i);
        if (r)
            status = r;
        else
            c->instances++;
        arena_reset(&a);
    }
    arena_fini(&a);
    return status;
}

static int check_namespace(struct check *c, struct mof_unit *u, const char *namespace)
{
    const struct cim_schema *s = NULL;
    uint32_t n;
    int r = mof_unit_resolve(u, namespace, NULL, false, &s);

    if (r)
        return r;
    (void)schema_classes(s, &n);
    c->classes += n;
    (void)schema_qualifier_types(s, &n);
    c->qualifier_types += n;
    r = check_instances(c, u, namespace, s);
    (void)schema_unref(s);
    return r;
}

static int compile(struct check *c, struct mof_unit *u, int n_paths, char **paths)
{
    int status = 0;

    for (int i = 0; i < n_paths && status != -ENOMEM; i++) {
        int r = read_path(u, paths[i]);

        if (r)
            status = r;
    }
    for (const char *const *ns = mof_unit_namespaces(u); status == 0 && *ns; ns++)
        status = check_namespace(c, u, *ns);
    return status;
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static const char *plural(uint32_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static int check_paths(struct check *c, int n_paths, char **paths)
{
    const double start = now_ms();
    struct mof_unit *u = mof_unit_new(c->namespace, print_problem, c);
    int r = u ? compile(c, u, n_paths, paths) : -ENOMEM;

    mof_unit_free(u);
    if (r < 0 && c->problems == 0)
        fprintf(stderr, "cimstream: %s\n", strerror(-r));
    if (r)
        return CLI_FAILED;
    if (!c->quiet)
        printf("%u %s, %u %s, %u %s: ok (%.0f ms)\n", c->classes, plural(c->classes, "class", "classes"),
               c->qualifier_types, plural(c->qualifier_types, "qualifier type", "qualifier types"), c->instances,
               plural(c->instances, "instance", "instances"), now_ms() - start);
    return CLI_OK;
}

int cmd_mof_check(const struct options *o, int argc, char **argv)
{
    struct check c = {.namespace = o->namespace ? o->namespace : "root/cimv2", .quiet = o->quiet};

    return check_paths(&c, argc, argv);
}
