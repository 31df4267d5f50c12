/* The command line tool: a table of sub-commands. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cim/base/version.h"
#include "server/cli/commands.h"

struct command {
    const char *name; /* one word or two */
    const char *usage;
    const char *summary; /* one line */
    const char *details; /* lines for --help */
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"mof check", "[--namespace NS] [--quiet] FILE...", "compile MOF files and say what is wrong with them",
     "All FILEs are compiled as one unit. A FILE that is a directory stands for the *.mof files in it.\n"
     "Problems go to standard error as file:line:column.\n\n"
     "  --namespace NS  where declarations go before any #pragma namespace (root/cimv2)\n"
     "  --quiet         say nothing when all is well\n",
     cmd_mof_check},
    {"passwd", "[--delete] FILE USER", "set or delete a user's password in a users file",
     "The password is read from standard input, without echo when that is a terminal.\n", cmd_passwd},
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_overview(FILE *to)
{
    fputs("usage: cimstream COMMAND [ARGUMENT...]\n"
          "       cimstream COMMAND --help\n"
          "       cimstream --version\n\n",
          to);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(to, "  %-12s %s\n", commands[i].name, commands[i].summary);
    fputs("\nExit status: 0 success, 1 failure, 2 wrong usage.\n", to);
}

static void print_usage(FILE *to, const struct command *c)
{
    fprintf(to, "usage: cimstream %s %s\n", c->name, c->usage);
}

static void print_help(const struct command *c)
{
    print_usage(stdout, c);
    printf("\n%c%s.\n%s", toupper((unsigned char)c->summary[0]), c->summary + 1, c->details);
}

/* How many words of argv are the command's name; 0 if they are not. */
static int match(const struct command *c, int argc, char **argv)
{
    const char *space = strchr(c->name, ' ');
    const size_t first = space ? (size_t)(space - c->name) : strlen(c->name);

    if (argc < 1 || strlen(argv[0]) != first || memcmp(argv[0], c->name, first) != 0)
        return 0;
    if (!space)
        return 1;
    return argc > 1 && strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

static int run(const struct command *c, int argc, char **argv)
{
    static char program[64];
    int status;

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0) {
            print_help(c);
            return CLI_OK;
        }
    (void)snprintf(program, sizeof(program), "cimstream %s", c->name);
    argv[0] = program; /* as getopt's messages begin */
    status = c->run(argc, argv);
    if (status == CLI_USAGE)
        print_usage(stderr, c);
    return status;
}

static int is_word(int argc, char **argv, const char *word, const char *other)
{
    return argc > 1 && (strcmp(argv[1], word) == 0 || strcmp(argv[1], other) == 0);
}

/* Standard output may be full or closed: then nothing was a success. */
static int finish(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("cimstream: standard output");
        return CLI_FAILED;
    }
    return status;
}

int main(int argc, char **argv)
{
    if (is_word(argc, argv, "--help", "help")) {
        print_overview(stdout);
        return finish(CLI_OK);
    }
    if (is_word(argc, argv, "--version", "version")) {
        puts("cimstream " CIMSTREAM_VERSION);
        return finish(CLI_OK);
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        const int words = match(&commands[i], argc - 1, argv + 1);

        if (words)
            return finish(run(&commands[i], argc - words, argv + words));
    }
    if (argc > 1)
        fprintf(stderr, "cimstream: there is no command `%s`\n", argv[1]);
    print_overview(stderr);
    return CLI_USAGE;
}
