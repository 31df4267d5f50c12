/* The sub-commands of `cimstream`. Each gets the words behind its name (argv[0] is the name) and returns an exit
 * code; the program prints the usage line behind CLI_USAGE and answers --help itself.
 */
#ifndef SERVER_CLI_COMMANDS_H
#define SERVER_CLI_COMMANDS_H

enum cli_exit { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

int cmd_mof_check(int argc, char **argv); /* mof_check.c */
int cmd_passwd(int argc, char **argv);    /* passwd.c */

#endif
