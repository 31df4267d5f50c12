#include "server/run/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/run/config_value.h"

#define DEFAULT_FILE "/etc/cimstream/cimstream.conf"

enum { LINE_MAX_BYTES = 2048, KEYS_MAX = 64 };

#define KEY(key, kind, default_text, low, high, words, text)                                    \
    {                                                                                           \
#key, CONFIG_##kind, offsetof(struct config, key), default_text, low, high, words, text \
    }
#define TEXT_KEY(key, value, text) KEY(key, TEXT, value, 0, 0, NULL, text)
#define LIST_KEY(name, key, value, text)                                         \
    {                                                                            \
        name, CONFIG_LIST, offsetof(struct config, key), value, 0, 0, NULL, text \
    }
#define COUNT_KEY(key, value, low, high, text) KEY(key, COUNT, value, low, high, NULL, text)
#define SIZE_KEY(key, value, low, high, text) KEY(key, SIZE, value, low, high, NULL, text)
#define TIME_KEY(key, value, low, high, text) KEY(key, TIME, value, low, high, NULL, text)
#define CHOICE_KEY(key, value, words, text) KEY(key, CHOICE, value, 0, 0, words, text)

#define KB 1024ull
#define MB (1024 * KB)
#define SEC 1000ull
#define HOUR (3600 * SEC)

static const struct config_key keys[] = {
    TEXT_KEY(config, DEFAULT_FILE, "configuration file; the default one may be missing"),
    LIST_KEY("listen", listen, "127.0.0.1:5985", "address:port to serve, [address]:port for IPv6 alone; may be repeated"),
    LIST_KEY("namespace", namespaces, "", "namespace beside root/cimv2 and root/interop; may be repeated"),
    TEXT_KEY(users, "/etc/cimstream/users", "users and password hashes, written by `cimstream passwd`"),
    CHOICE_KEY(anonymous_identify, "header", "never header always",
               "Identify without log-in: never, with the header WSMANIDENTIFY, or always on /wsman-anon"),
    TEXT_KEY(schema_dir, "/usr/share/cimstream/schema", "folder of MOF files, one subfolder a namespace"),
    TEXT_KEY(provider_dir, "/usr/lib/cimstream/providers", "folder of additional provider libraries"),
    TEXT_KEY(state_dir, "/var/lib/cimstream", "folder for what must survive a restart"),
    CHOICE_KEY(log_level, "info", "error warning info debug", "least important level that is logged"),
    COUNT_KEY(io_threads, "2", 1, 64, "threads that move bytes, for each listening address"),
    COUNT_KEY(run_slots, "4", 1, 256, "requests and providers that compute at a time"),
    COUNT_KEY(max_threads, "256", 2, 8192, "threads that may wait for slow clients at a time, beside the run slots"),
    COUNT_KEY(max_connections, "1024", 1, 65536, "connections for each listening address"),
    SIZE_KEY(max_request, "1M", 4 * KB, 64 * MB, "largest request body"),
    CHOICE_KEY(gzip, "true", "false true", "compress answers for clients that accept gzip"),
    TIME_KEY(idle_timeout, "60s", SEC, HOUR,
             "a connection without traffic is closed; requests must arrive within twice as long"),
    TIME_KEY(stall_timeout, "300s", SEC, 24 * HOUR, "a streamed answer of which nothing is taken is cut"),
    TIME_KEY(stop_timeout, "2s", 10, HOUR, "at the end, providers and answers that take longer are left behind"),
    COUNT_KEY(max_contexts, "1024", 1, 65536, "open enumerations of all users"),
    TIME_KEY(context_timeout, "300s", SEC, 24 * HOUR, "an open enumeration that nobody pulls is ended"),
    TIME_KEY(max_context_timeout, "1h", SEC, 24 * HOUR, "longest life that a client may ask for an open enumeration"),
    TIME_KEY(provider_timeout, "10s", 10, HOUR, "a provider that delivers nothing for so long is left behind"),
    TIME_KEY(operation_timeout, "60s", 10, HOUR, "longest time until an operation answers, unless the request says less"),
    SIZE_KEY(stream_memory, "256K", 64 * KB, 64 * MB, "buffer of one enumeration; its providers wait while it is full"),
    COUNT_KEY(parallel_providers, "4", 1, 64, "providers of one enumeration that run side by side"),
    CHOICE_KEY(partial, "fault", "fault omit", "after a provider failed: end with a fault, or omit it and warn"),
};

enum { N_KEYS = sizeof(keys) / sizeof(keys[0]) };

/* Which keys have been given at this level: the first value of a list replaces that of the level below. */
struct level {
    struct config *config;
    bool given[N_KEYS];
};

const struct config_key *config_keys(size_t *ret_n)
{
    _Static_assert((int)N_KEYS <= (int)KEYS_MAX, "level.given is small");
    *ret_n = N_KEYS;
    return keys;
}

/* An option may be written with '-' where the key has '_'. */
static bool name_is(const char *key, const char *name, size_t n)
{
    if (strlen(key) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (key[i] != name[i] && !(key[i] == '_' && name[i] == '-'))
            return false;
    return true;
}

/* 0 or -EINVAL, -ENOMEM; where is "file:12" or "--key". */
static int set_named(struct level *l, const char *where, const char *name, size_t n, const char *value,
                     struct cim_error *err)
{
    for (size_t i = 0; i < N_KEYS; i++) {
        if (!name_is(keys[i].name, name, n))
            continue;
        if (l->given[i] && keys[i].type != CONFIG_LIST)
            return cim_fail(err, -EINVAL, "%s: %s is given twice", where, keys[i].name);
        if (!l->given[i])
            config_value_clear(l->config, &keys[i]);
        l->given[i] = true;
        return config_value_set(l->config, &keys[i], where, value, err);
    }
    return cim_fail(err, -EINVAL, "%s: unknown key %.*s, see cimstreamd --help", where, (int)(n < 64 ? n : 64), name);
}

static int set_defaults(struct config *c, struct cim_error *err)
{
    int r = 0;

    config_init(c);
    for (size_t i = 0; i < N_KEYS && r == 0; i++)
        if (keys[i].value[0])
            r = config_value_set(c, &keys[i], "default", keys[i].value, err);
    return r;
}

/* ---- The file ---- */

struct source {
    struct level level;
    const char *name, *at;
    unsigned line;
    int result;
    struct cim_error *err;
};

/* A line a call, so that the handler knows its number. Never more than the library's buffer holds. */
static char *read_line(char *line, int size, void *arg)
{
    struct source *s = arg;
    size_t n = strcspn(s->at, "\n");

    if (!*s->at || s->result)
        return NULL;
    s->line++;
    if (n + 2 > (size_t)size) {
        s->result = cim_fail(s->err, -EINVAL, "%s:%u: a line of more than %d bytes", s->name, s->line, size - 2);
        return NULL;
    }
    memcpy(line, s->at, n);
    line[n] = '\0';
    s->at += n + (s->at[n] == '\n');
    return line;
}

/* Non-zero goes on. */
static int take_value(void *arg, const char *section, const char *name, const char *value)
{
    struct source *s = arg;
    char where[256];

    (void)snprintf(where, sizeof(where), "%s:%u", s->name, s->line);
    if (s->result)
        return 0;
    if (section[0])
        s->result = cim_fail(s->err, -EINVAL, "%s: there are no sections, [%.64s] is unknown", where, section);
    else if (strcmp(name, "config") == 0)
        s->result = cim_fail(s->err, -EINVAL, "%s: config is an option only", where);
    else
        s->result = set_named(&s->level, where, name, strlen(name), value, s->err);
    return s->result == 0;
}

int config_parse(struct config *c, const char *name, const char *text, struct cim_error *err)
{
    struct source s = {.level.config = c, .name = name, .at = text, .err = err};
    int r;

    ini_max_line = LINE_MAX_BYTES;
    ini_allow_multiline = false;
    ini_stop_on_first_error = true;
    r = ini_parse_stream(read_line, &s, take_value, &s);
    if (s.result)
        return s.result;
    if (r > 0)
        return cim_fail(err, -EINVAL, "%s:%d: neither `key = value` nor a comment", name, r);
    return r < 0 ? cim_fail(err, -ENOMEM, "%s: out of memory", name) : 0;
}

/* The whole file as text; NULL when it cannot be read, see errno. */
static char *slurp(const char *name)
{
    enum { FILE_MAX = 1 << 20 };
    FILE *f = fopen(name, "re");
    char *text = f ? malloc(FILE_MAX + 1) : NULL;
    size_t n = text ? fread(text, 1, FILE_MAX, f) : 0;

    if (f && text && ferror(f)) { /* a directory, for one */
        free(text);
        text = NULL;
    }
    if (text)
        text[n] = '\0';
    if (f)
        (void)fclose(f); /* was only read */
    return text;
}

static int load_file(struct config *c, const char *option, struct cim_error *err)
{
    char *text = slurp(c->config);
    int r;

    if (!text && !option && errno == ENOENT) {
        free(c->config);
        c->config = NULL;
        return 0;
    }
    if (!text)
        return cim_fail(err, -errno, "%s: %s", c->config, strerror(errno));
    r = config_parse(c, c->config, text, err);
    free(text);
    return r;
}

/* ---- Options ---- */

static const struct {
    const char *option;
    enum config_action action;
    const char *help;
} actions[] = {
    {"--check", CONFIG_CHECK, "read the configuration, say whether it is good, end"},
    {"--defaults", CONFIG_DEFAULTS, "print a configuration file with every key and its default"},
    {"--version", CONFIG_VERSION, "print the version"},
    {"--help", CONFIG_HELP, "print this"},
};

static bool take_action(const char *arg, enum config_action *action)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (strcmp(arg, actions[i].option) == 0) {
            *action = actions[i].action;
            return true;
        }
    return false;
}

static int set_option(struct level *l, const char *arg, struct cim_error *err)
{
    const char *eq = strchr(arg, '=');

    if (strncmp(arg, "--", 2) != 0)
        return cim_fail(err, -EINVAL, "%.64s: options are written --key=value, see cimstreamd --help", arg);
    if (!eq)
        return cim_fail(err, -EINVAL, "%.64s: unknown, or its value is missing: --key=value", arg);
    return set_named(l, "option", arg + 2, (size_t)(eq - arg) - 2, eq + 1, err);
}

/* The last --config, NULL if there is none. */
static const char *file_option(int argc, char *const *argv)
{
    const char *name = NULL;

    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "--config=", strlen("--config=")) == 0)
            name = argv[i] + strlen("--config=");
    return name;
}

static int check_together(const struct config *c, struct cim_error *err)
{
    if (c->max_context_timeout < c->context_timeout)
        return cim_fail(err, -EINVAL, "max_context_timeout is shorter than context_timeout");
    if (c->max_threads < c->run_slots)
        return cim_fail(err, -EINVAL, "max_threads is less than run_slots");
    return 0;
}

int config_load(struct config *c, int argc, char *const *argv, enum config_action *ret_action, struct cim_error *err)
{
    const char *name = file_option(argc, argv);
    enum config_action action = CONFIG_RUN;
    struct level options = {.config = c};
    char *file;
    int r = set_defaults(c, err);

    for (int i = 1; i < argc && r == 0; i++)
        if (take_action(argv[i], &action) && action >= CONFIG_HELP) {
            *ret_action = action;
            return 0;
        }
    if (r == 0 && name && !(file = strdup(name)))
        r = -ENOMEM;
    if (r == 0 && name) {
        free(c->config);
        c->config = file;
    }
    if (r == 0)
        r = load_file(c, name, err);
    for (int i = 1; i < argc && r == 0; i++)
        if (!take_action(argv[i], &action))
            r = set_option(&options, argv[i], err);
    if (r == 0)
        r = check_together(c, err);
    if (r == 0)
        *ret_action = action;
    return r;
}

void config_init(struct config *c)
{
    *c = (struct config){0};
}

void config_fini(struct config *c)
{
    for (size_t i = 0; i < N_KEYS; i++)
        config_value_clear(c, &keys[i]);
    config_init(c);
}

/* ---- Texts from the table ---- */

void config_help(struct buf *out)
{
    buf_puts(out, "Usage: cimstreamd [--key=value]...\n\n");
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        buf_printf(out, "  %-24s%s\n", actions[i].option, actions[i].help);
    buf_puts(out, "\nKeys of the configuration file, each also an option:\n\n");
    for (size_t i = 0; i < N_KEYS; i++) {
        buf_printf(out, "  --%s=%s\n      %s", keys[i].name, keys[i].value, keys[i].help);
        if (config_value_expected(&keys[i])[0]) {
            buf_puts(out, "; ");
            buf_puts(out, config_value_expected(&keys[i]));
        }
        buf_char(out, '\n');
    }
}

void config_defaults(struct buf *out)
{
    buf_puts(out,
             "# cimstreamd reads this file at start. Every key is here with its default; each is also an option --key=value.\n"
             "# Sizes take K, M, G; times take ms, s, m, h.\n");
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].name, "config") != 0)
            buf_printf(out, "\n# %s\n#%s =%s%s\n", keys[i].help, keys[i].name, keys[i].value[0] ? " " : "",
                       keys[i].value);
}
