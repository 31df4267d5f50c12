#include "server/cli/options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cim/base/text.h"

enum { MAX_ROWS = 32, HELP_COLUMN = 28, LONG_HELP = 70 };

#define AT(member) offsetof(struct options, member)

static const char *const outputs[] = {"table", "list", "json", "jsonl", "xml", NULL};

const struct option_row option_rows[] = {
    {"url", 0, OPTION_TEXT, "URL", "CIMSTREAM_URL", "where the server is (http://127.0.0.1:5985/wsman)",
     OPTIONS_CONNECTION, AT(url), NULL},
    {"user", 'u', OPTION_TEXT, "NAME", "CIMSTREAM_USER", "who asks (the user of this session, if there is a password)",
     OPTIONS_CONNECTION, AT(user), NULL},
    {"password-file", 0, OPTION_TEXT, "FILE", "CIMSTREAM_PASSWORD_FILE",
     "its first line is the password; else CIMSTREAM_PASSWORD, else the terminal is asked", OPTIONS_CONNECTION,
     AT(password_file), NULL},
    {"cacert", 0, OPTION_TEXT, "FILE", "CIMSTREAM_CACERT", "certificates (PEM) that are trusted for https",
     OPTIONS_CONNECTION, AT(cacert), NULL},
    {"insecure", 'k', OPTION_FLAG, NULL, NULL, "take any certificate for https", OPTIONS_CONNECTION, AT(insecure), NULL},
    {"timeout", 0, OPTION_NUMBER, "SECONDS", "CIMSTREAM_TIMEOUT", "the longest that one request may take",
     OPTIONS_CONNECTION, AT(timeout), NULL},
    {"namespace", 'n', OPTION_TEXT, "NS", "CIMSTREAM_NAMESPACE", "the namespace (root/cimv2)", OPTIONS_NAMESPACE,
     AT(namespace), NULL},
    {"output", 'o', OPTION_CHOICE, "FORMAT", NULL, "table, list, json, jsonl (an object a line) or xml", OPTIONS_OUTPUT,
     AT(output), outputs},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, "nothing but results and errors", OPTIONS_QUIET, AT(quiet), NULL},
    {"shallow", 0, OPTION_FLAG, NULL, NULL, "instances of exactly this class", OPTIONS_DEPTH, AT(shallow), NULL},
    {"base", 0, OPTION_FLAG, NULL, NULL, "all instances, with the properties of this class alone", OPTIONS_DEPTH,
     AT(base), NULL},
    {"keys", 0, OPTION_FLAG, NULL, NULL, "paths instead of instances", OPTIONS_KEYS, AT(keys), NULL},
    {"select", 's', OPTION_TEXT, "A,B", NULL, "these properties alone", OPTIONS_SELECT, AT(select), NULL},
    {"where", 'w', OPTION_TEXT, "CONDITION", NULL, "those for which this is true, in WQL: \"Size > 1000\"",
     OPTIONS_WHERE, AT(where), NULL},
    {"limit", 'l', OPTION_NUMBER, "N", NULL, "not more than so many", OPTIONS_LIMIT, AT(limit), NULL},
    {"cql", 0, OPTION_FLAG, NULL, NULL, "the query is CQL, not WQL", OPTIONS_CQL, AT(cql), NULL},
    {"assoc-class", 0, OPTION_TEXT, "CLASS", NULL, "over associations of this class", OPTIONS_ASSOCIATORS,
     AT(assoc_class), NULL},
    {"result-class", 0, OPTION_TEXT, "CLASS", NULL, "results of this class", OPTIONS_REFERENCES | OPTIONS_ASSOCIATORS,
     AT(result_class), NULL},
    {"role", 0, OPTION_TEXT, "NAME", NULL, "PATH is this end of the association",
     OPTIONS_REFERENCES | OPTIONS_ASSOCIATORS, AT(role), NULL},
    {"result-role", 0, OPTION_TEXT, "NAME", NULL, "results are this end of the association", OPTIONS_ASSOCIATORS,
     AT(result_role), NULL},
    {"delete", 0, OPTION_FLAG, NULL, NULL, "delete the user", OPTIONS_DELETE, AT(erase), NULL},
    {"help", 'h', OPTION_FLAG, NULL, NULL, "this text", OPTIONS_ALL, AT(help), NULL},
    {.name = NULL},
};

/* ---- Reading */

static void *member(struct options *o, const struct option_row *row)
{
    return (char *)o + row->offset;
}

static bool set_choice(struct options *o, const struct option_row *row, const char *value)
{
    for (uint64_t i = 0; row->choices[i]; i++)
        if (strcmp(row->choices[i], value) == 0) {
            *(uint64_t *)member(o, row) = i + 1;
            return true;
        }
    return false;
}

static bool set(struct options *o, const struct option_row *row, const char *value)
{
    uint64_t n;

    if (row->kind == OPTION_FLAG) {
        *(bool *)member(o, row) = true;
    } else if (row->kind == OPTION_TEXT) {
        *(const char **)member(o, row) = value;
    } else if (row->kind == OPTION_CHOICE) {
        return set_choice(o, row, value);
    } else {
        if (!text_to_u64(text_of(value), &n) || n == 0)
            return false;
        *(uint64_t *)member(o, row) = n;
    }
    return true;
}

static bool take(struct options *o, const struct option_row *row, const char *value, const char *program)
{
    if (set(o, row, value))
        return true;
    (void)fprintf(stderr, "%s: --%s %s: expected %s\n", program, row->name, value,
                  row->kind == OPTION_CHOICE ? row->help : "a number from 1");
    return false;
}

static bool read_environment(struct options *o, unsigned groups, const char *program)
{
    for (const struct option_row *row = option_rows; row->name; row++) {
        const char *value = row->variable && row->groups & groups ? getenv(row->variable) : NULL;

        if (value && *value && !take(o, row, value, program))
            return false;
    }
    return true;
}

/* The rows of the groups for getopt_long; each comes back as its index + 256, or as its letter. */
static void describe(unsigned groups, struct option *longs, char *letters)
{
    for (int i = 0; option_rows[i].name; i++) {
        const struct option_row *row = &option_rows[i];

        if (!(row->groups & groups))
            continue;
        *longs++ = (struct option){row->name, row->argument ? required_argument : no_argument, NULL, 256 + i};
        if (row->letter)
            *letters++ = row->letter;
        if (row->letter && row->argument)
            *letters++ = ':';
    }
    *longs = (struct option){0};
    *letters = '\0';
}

static const struct option_row *row_of(int found)
{
    const struct option_row *row = option_rows;

    if (found >= 256)
        return &option_rows[found - 256];
    while (row->name && row->letter != found)
        row++;
    return row;
}

bool options_parse(struct options *ret, unsigned groups, int argc, char **argv, int *ret_first)
{
    struct option longs[MAX_ROWS + 1];
    char letters[2 * MAX_ROWS + 1];
    int found;

    _Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= MAX_ROWS, "room for every row");
    groups |= OPTIONS_ALL;
    *ret = (struct options){0};
    if (!read_environment(ret, groups, argv[0]))
        return false;
    describe(groups, longs, letters);
    optind = 1;
    while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct option_row *row = row_of(found);

        if (!row->name || !take(ret, row, optarg, argv[0]))
            return false; /* getopt has said it, or take has */
    }
    *ret_first = optind;
    return true;
}

/* ---- Printing */

static void print_row(FILE *to, const struct option_row *row)
{
    char letter[8] = "";
    int n;

    if (row->letter)
        (void)snprintf(letter, sizeof(letter), "-%c, ", row->letter);
    n = fprintf(to, "  %s--%s%s%s", letter, row->name, row->argument ? " " : "", row->argument ? row->argument : "");
    (void)fprintf(to, "%*s%s", n < HELP_COLUMN - 1 ? HELP_COLUMN - n : 2, "", row->help);
    if (row->variable)
        (void)fprintf(to, "%s%*s[%s]", strlen(row->help) > LONG_HELP ? "\n" : " ",
                      strlen(row->help) > LONG_HELP ? HELP_COLUMN : 0, "", row->variable);
    (void)fputc('\n', to);
}

void options_print(FILE *to, unsigned groups)
{
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->groups & (groups | OPTIONS_ALL))
            print_row(to, row);
}
