/* The configuration: one table row a key. A key is a line `key = value` of the file and an option `--key=value`;
 * options win. The help text, the default file and the checks come from the table. Filled once by the main thread
 * before others start, read only afterwards.
 */
#ifndef SERVER_RUN_CONFIG_H
#define SERVER_RUN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cim/base/buf.h"
#include "cim/base/status.h"

/* Values of a key that may be given several times, in the order given; NULL-ended, items NULL when there are none. */
struct config_list {
    char **items;
    size_t n;
};

enum config_partial { PARTIAL_FAULT, PARTIAL_OMIT };
enum config_anonymous { ANONYMOUS_NEVER, ANONYMOUS_HEADER, ANONYMOUS_ALWAYS };

/* Numbers are counts unless a unit is said. All texts are owned. */
struct config {
    char *config;                  /* the file; NULL when none was read */
    struct config_list listen;     /* address:port, IPv6 in brackets */
    struct config_list namespaces; /* beside root/cimv2 and root/interop */
    char *users, *schema_dir, *provider_dir, *state_dir;
    uint64_t log_level; /* enum log_level */
    uint64_t io_threads, run_slots, max_threads, max_connections;
    uint64_t max_request;  /* bytes */
    uint64_t idle_timeout; /* ms, like all times */
    uint64_t stall_timeout, stop_timeout;
    uint64_t max_contexts, context_timeout, max_context_timeout;
    uint64_t provider_timeout, operation_timeout;
    uint64_t stream_memory; /* bytes */
    uint64_t parallel_providers;
    uint64_t partial;            /* enum config_partial */
    uint64_t gzip;               /* 0 or 1 */
    uint64_t anonymous_identify; /* enum config_anonymous */
};

enum config_type { CONFIG_TEXT, CONFIG_LIST, CONFIG_COUNT, CONFIG_SIZE, CONFIG_TIME, CONFIG_CHOICE };

struct config_key {
    const char *name;
    enum config_type type;
    size_t field;        /* offset in struct config */
    const char *value;   /* default as one would write it; "" is none */
    uint64_t min, max;   /* of numbers; bytes, ms */
    const char *choices; /* of CONFIG_CHOICE: words with blanks between, the first is 0 */
    const char *help;    /* one line */
};

const struct config_key *config_keys(size_t *ret_n);

enum config_action { CONFIG_RUN, CONFIG_CHECK, CONFIG_HELP, CONFIG_VERSION, CONFIG_DEFAULTS };

/* Defaults, then the file, then the options. The error names file:line or the option, and what was expected; c is
 * to be freed in any case. */
int config_load(struct config *c, int argc, char *const *argv, enum config_action *ret_action, struct cim_error *err);

/* As above from the text of a file; name is for messages. */
int config_parse(struct config *c, const char *name, const char *text, struct cim_error *err);

void config_init(struct config *c); /* everything zero; config_load does it by itself */
void config_fini(struct config *c);

/* What `--help` prints, and the commented file with every default. */
void config_help(struct buf *out);
void config_defaults(struct buf *out);

#endif
