/* The command line tool: finds the command in the table, reads its options, runs it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cim/base/version.h"
#include "server/cli/commands.h"
#include "server/cli/interrupt.h"
#include "server/cli/output.h"

static void print_overview(FILE *to)
{
    (void)fputs("usage: cimstream COMMAND [OPTION...] [WORD...]\n"
                "       cimstream COMMAND --help\n"
                "       cimstream --version\n\n",
                to);
    for (size_t i = 0; i < n_commands; i++)
        (void)fprintf(to, "  %-12s %s\n", commands[i].name, commands[i].summary);
    (void)fprintf(to, "\nExit status: %s", exit_statuses);
}

static void print_usage(FILE *to, const struct command *c)
{
    (void)fprintf(to, "usage: cimstream %s [OPTION...]%s%s\n", c->name, c->words[0] ? " " : "", c->words);
}

static void print_help(const struct command *c)
{
    print_usage(stdout, c);
    printf("\n%c%s.\n%s\n", toupper((unsigned char)c->summary[0]), c->summary + 1, c->details);
    options_print(stdout, c->options);
    printf("\nExit status: %s", exit_statuses);
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

/* argv[0] is the last word of the command's name. */
static int run(const struct command *c, int argc, char **argv)
{
    static char program[64];
    struct options o;
    int status = CLI_USAGE, first, n;

    (void)snprintf(program, sizeof(program), "cimstream %s", c->name);
    argv[0] = program; /* as getopt's messages begin */
    if (options_parse(&o, c->options, argc, argv, &first)) {
        if (o.help) {
            print_help(c);
            return CLI_OK;
        }
        n = argc - first;
        if (n >= c->min && (n <= c->max || c->max < 0))
            status = c->run(&o, n, argv + first);
    }
    if (status == CLI_USAGE)
        print_usage(stderr, c);
    return status;
}

static int is_word(int argc, char **argv, const char *word, const char *other)
{
    return argc > 1 && (strcmp(argv[1], word) == 0 || strcmp(argv[1], other) == 0);
}

static int finish(int status)
{
    if (!output_flush())
        status = CLI_FAILED;
    interrupt_obey();
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
    for (size_t i = 0; i < n_commands; i++) {
        const int words = match(&commands[i], argc - 1, argv + 1);

        if (words)
            return finish(run(&commands[i], argc - words, argv + words));
    }
    if (argc > 1)
        (void)fprintf(stderr, "cimstream: there is no command `%s`\n", argv[1]);
    print_overview(stderr);
    return CLI_USAGE;
}
