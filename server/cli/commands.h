/* The sub-commands of `cimstream`, from one table: dispatch, help, completion and the manual go by it. A command gets
 * its options and the words that are none. The program prints the usage line behind CLI_USAGE and answers --help
 * itself. Main thread.
 */
#ifndef SERVER_CLI_COMMANDS_H
#define SERVER_CLI_COMMANDS_H

#include <stddef.h>

#include "server/cli/options.h"

enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,      /* the server answered a fault, or something here failed */
    CLI_USAGE = 2,       /* the command line is wrong */
    CLI_UNREACHABLE = 3, /* no connection, or TLS did not come about */
    CLI_DENIED = 4,      /* the server does not accept user and password */
};

struct command {
    const char *name; /* one word or two */
    const char *words;
    const char *summary; /* one line, no full stop */
    const char *details; /* lines for --help, or "" */
    unsigned options;    /* set of enum option_group */
    int min, max;        /* number of words, max -1 = any */
    int (*run)(const struct options *o, int argc, char **argv);
};

extern const struct command commands[];
extern const size_t n_commands;
extern const char exit_statuses[]; /* lines for people */

int cmd_enum(const struct options *o, int argc, char **argv);        /* enumerate.c */
int cmd_query(const struct options *o, int argc, char **argv);       /* enumerate.c */
int cmd_associators(const struct options *o, int argc, char **argv); /* enumerate.c */
int cmd_references(const struct options *o, int argc, char **argv);  /* enumerate.c */
int cmd_get(const struct options *o, int argc, char **argv);         /* transfer.c */
int cmd_put(const struct options *o, int argc, char **argv);         /* transfer.c */
int cmd_create(const struct options *o, int argc, char **argv);      /* transfer.c */
int cmd_delete(const struct options *o, int argc, char **argv);      /* transfer.c */
int cmd_invoke(const struct options *o, int argc, char **argv);      /* transfer.c */
int cmd_identify(const struct options *o, int argc, char **argv);    /* transfer.c */
int cmd_mof_load(const struct options *o, int argc, char **argv);    /* mof_load.c */
int cmd_mof_check(const struct options *o, int argc, char **argv);   /* mof_check.c */
int cmd_passwd(const struct options *o, int argc, char **argv);      /* passwd.c */
int cmd_completion(const struct options *o, int argc, char **argv);  /* completion.c */
int cmd_manual(const struct options *o, int argc, char **argv);      /* manual.c */

#endif
