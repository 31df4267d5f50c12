/* cimstream manual: the page for man(1), made from the tables of commands and options. */
#include <ctype.h>

#include "cim/base/version.h"
#include "server/cli/commands.h"

/* Text as troff shows it: a hyphen is one that can be pasted, a line does not begin with a request. */
static void put(const char *s)
{
    for (char before = '\n'; *s; before = *s++) {
        if (before == '\n' && (*s == '.' || *s == '\''))
            fputs("\\&", stdout);
        if (*s == '-')
            fputs("\\-", stdout);
        else if (*s == '\\')
            fputs("\\e", stdout);
        else if (*s == '\'')
            fputs("\\(aq", stdout);
        else
            putchar(*s);
    }
}

static void put_command(const struct command *c)
{
    printf(".TP\n.B ");
    put(c->name);
    printf("\n");
    if (c->words[0]) {
        printf(".I ");
        put(c->words);
        printf("\n.br\n");
    }
    printf("%c", toupper((unsigned char)c->summary[0]));
    put(c->summary + 1);
    printf(".\n");
    if (c->details[0]) {
        printf(".sp\n");
        put(c->details);
    }
    printf(".sp\nOptions:");
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->groups & c->options) {
            printf(" ");
            put("--");
            put(row->name);
        }
    printf("\n");
}

static void put_option(const struct option_row *row)
{
    printf(".TP\n.B ");
    if (row->letter)
        printf("\\-%c, ", row->letter);
    put("--");
    put(row->name);
    if (row->argument) {
        printf(" ");
        put(row->argument);
    }
    printf("\n");
    put(row->help);
    if (row->variable)
        printf(" (variable %s)", row->variable);
    printf("\n");
}

int cmd_manual(const struct options *o, int argc, char **argv)
{
    (void)o, (void)argc, (void)argv;
    printf(".TH CIMSTREAM 1 \"\" \"cimstream " CIMSTREAM_VERSION "\"\n"
           ".SH NAME\ncimstream \\- ask WS\\-Management servers, and check and load MOF\n"
           ".SH SYNOPSIS\n.B cimstream\n.I COMMAND\n[OPTION...] [WORD...]\n"
           ".SH DESCRIPTION\nCommands that speak to a server speak to the one on this host unless told otherwise. Lists are\n"
           "printed as they come, in constant memory; what ends one early is released at the server.\n"
           ".SH COMMANDS\n");
    for (size_t i = 0; i < n_commands; i++)
        put_command(&commands[i]);
    printf(".SH OPTIONS\n");
    for (const struct option_row *row = option_rows; row->name; row++)
        put_option(row);
    printf(".SH EXIT STATUS\n");
    put(exit_statuses);
    printf(".SH ENVIRONMENT\nThe variables named with the options stand for them where they are not given, and\n"
           ".B CIMSTREAM_PASSWORD\nholds the password.\n"
           ".SH EXAMPLES\n.nf\n"
           "cimstream enum CIM_OperatingSystem\n"
           "cimstream enum CIM_FileSystem \\-\\-select Name,AvailableSpace \\-\\-where \\(aqAvailableSpace < 1000000000\\(aq\n"
           "cimstream enum CIM_Process \\-o jsonl | jq \\-r .Name\n"
           "cimstream enum CIM_Foo \\-\\-keys | xargs \\-d \\(aq\\en\\(aq cimstream delete\n.fi\n");
    return CLI_OK;
}
