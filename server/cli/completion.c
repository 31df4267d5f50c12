/* cimstream completion bash: a function for bash, made from the tables of commands and options. */
#include <string.h>

#include "server/cli/commands.h"

static void print_options(unsigned groups)
{
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->groups & (groups | OPTIONS_ALL))
            printf(" --%s", row->name);
}

static void print_first_words(void)
{
    const char *before = "";

    for (size_t i = 0; i < n_commands; i++) {
        const size_t n = strcspn(commands[i].name, " ");

        if (strncmp(before, commands[i].name, n) != 0 || before[n] != ' ')
            printf(" %.*s", (int)n, commands[i].name);
        before = commands[i].name;
    }
}

/* Commands of two words: what may follow the first. */
static void print_second_words(void)
{
    for (size_t i = 0; i < n_commands; i++) {
        const char *space = strchr(commands[i].name, ' ');

        if (space)
            printf("        '%.*s ') words+=' %s' ;;&\n", (int)(space - commands[i].name), commands[i].name, space + 1);
    }
}

/* Options whose argument is one of a few words, and those whose argument is a file. */
static void print_arguments(void)
{
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (row->choices) {
            printf("        --%s%s%c) words='", row->name, row->letter ? "|-" : "", row->letter ? row->letter : ' ');
            for (const char *const *c = row->choices; *c; c++)
                printf("%s%s", c == row->choices ? "" : " ", *c);
            puts("' ;;");
        } else if (row->argument && strcmp(row->argument, "FILE") == 0) {
            printf("        --%s) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", row->name);
        } else if (row->argument) {
            printf("        --%s) return ;;\n", row->name);
        }
    }
}

static void print_commands(void)
{
    for (size_t i = 0; i < n_commands; i++) {
        const char *space = strchr(commands[i].name, ' ');

        printf("        '%s%s'*) words='", commands[i].name, space ? "" : " ");
        print_options(commands[i].options);
        printf("'%s ;;\n", strstr(commands[i].words, "FILE") ? "; files=1" : "");
    }
}

int cmd_completion(const struct options *o, int argc, char **argv)
{
    (void)o, (void)argc;
    if (strcmp(argv[0], "bash") != 0)
        return CLI_USAGE;
    printf("# bash completion of cimstream, made by `cimstream completion bash`\n"
           "_cimstream()\n{\n"
           "    local word=$2 before=$3 words='' files=''\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W '--help --version");
    print_first_words();
    printf("' -- \"$word\"))\n        return\n    fi\n    case $before in\n");
    print_arguments();
    printf("    esac\n    [ -n \"$words\" ] || case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    print_commands();
    printf("    esac\n    [ \"$COMP_CWORD\" -ne 2 ] || case \"${COMP_WORDS[1]} \" in\n");
    print_second_words();
    printf("    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "    [ -z \"$files\" ] || [ \"${word:0:1}\" = - ] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
           "}\ncomplete -F _cimstream cimstream\n");
    return CLI_OK;
}
