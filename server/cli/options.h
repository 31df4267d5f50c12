/* Options of all commands, from one table: what getopt reads, what --help says, what completion offers and what the
 * manual lists cannot differ. Texts are borrowed from the command line and the environment. Main thread.
 */
#ifndef SERVER_CLI_OPTIONS_H
#define SERVER_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Which options a command takes: a set of these. */
enum option_group {
    OPTIONS_CONNECTION = 1,
    OPTIONS_NAMESPACE = 2,
    OPTIONS_OUTPUT = 4,
    OPTIONS_DEPTH = 8,
    OPTIONS_KEYS = 16,
    OPTIONS_SELECT = 32,
    OPTIONS_WHERE = 64,
    OPTIONS_LIMIT = 128,
    OPTIONS_CQL = 256,
    OPTIONS_REFERENCES = 512,
    OPTIONS_ASSOCIATORS = 1024,
    OPTIONS_QUIET = 2048,
    OPTIONS_DELETE = 4096,
    OPTIONS_ALL = 8192, /* every command takes them, its set need not say so */
};

enum output { OUTPUT_DEFAULT, OUTPUT_TABLE, OUTPUT_LIST, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_XML };

/* NULL, 0 or false: not given. */
struct options {
    const char *url, *user, *password_file, *cacert, *namespace;
    const char *select, *where, *assoc_class, *result_class, *role, *result_role;
    uint64_t timeout; /* seconds */
    uint64_t limit;
    uint64_t output; /* enum output */
    bool insecure, shallow, base, keys, cql, quiet, erase, help;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_CHOICE };

struct option_row {
    const char *name;
    char letter; /* 0 without */
    enum option_kind kind;
    const char *argument; /* NULL of flags */
    const char *variable; /* of the environment, says what the option does where it is not given; or NULL */
    const char *help;
    unsigned groups;            /* commands that take one of them have the option */
    size_t offset;              /* in struct options */
    const char *const *choices; /* NULL-ended, in the order of the enum that begins with "not given" */
};

extern const struct option_row option_rows[]; /* ends with a NULL name */

/* Reads argv (whose first word stands at the start of messages) and, for what is not there, the environment.
 * *ret_first is the first word that is no option; the words are permuted. False: a message was written. */
bool options_parse(struct options *ret, unsigned groups, int argc, char **argv, int *ret_first);

/* "  -o, --output FORMAT", a line a row, and its help beside or below. */
void options_print(FILE *to, unsigned groups);

#endif
