#include "server/cli/commands.h"

/* What every command that speaks to a server takes. */
enum {
    CLIENT = OPTIONS_CONNECTION | OPTIONS_NAMESPACE,
    MANY = CLIENT | OPTIONS_OUTPUT | OPTIONS_LIMIT | OPTIONS_QUIET
};

#define PATHS                                                                                \
    "An object is named by its PATH, as WMI or WBEM URIs spell it:\n"                        \
    "  'Linux_UnixProcess.Handle=\"1\",...' '/root/cimv2:Linux_FileSystem.Name=\"/\",...'\n" \
    "or by its class and its keys as words:  CLASS KEY=VALUE...\n"

#define VALUES                                                                                    \
    "VALUE is taken as it is, but [A,B] is an array; so is a NAME that comes twice. NAME:=null\n" \
    "is no value, NAME:=\"TEXT\" is text whatever it looks like (\\ before \" and \\).\n"

const struct command commands[] = {
    {"enum", "CLASS", "list the instances of a class and of all that derive from it",
     "Rows are printed as they come, whatever their number. A table shows what tells instances apart and what\n"
     "fits; -o list shows every property.\n",
     MANY | OPTIONS_DEPTH | OPTIONS_KEYS | OPTIONS_SELECT | OPTIONS_WHERE, 1, 1, cmd_enum},
    {"query", "QUERY", "list what a query finds", "For example 'SELECT Name FROM CIM_Process WHERE Handle = \"1\"'.\n",
     MANY | OPTIONS_CQL, 1, 1, cmd_query},
    {"associators", "PATH", "list what is associated with an object", PATHS,
     MANY | OPTIONS_ASSOCIATORS | OPTIONS_SELECT, 1, -1, cmd_associators},
    {"references", "PATH", "list the associations of an object", PATHS, MANY | OPTIONS_REFERENCES | OPTIONS_SELECT, 1,
     -1, cmd_references},
    {"get", "PATH", "show one instance", PATHS, CLIENT | OPTIONS_OUTPUT, 1, -1, cmd_get},
    {"put", "PATH NAME=VALUE...", "change properties of an instance",
     "The others keep their values. PATH is a single word here. Prints the instance as it is then.\n" VALUES,
     CLIENT | OPTIONS_OUTPUT, 2, -1, cmd_put},
    {"create", "CLASS NAME=VALUE...", "create an instance", "Prints the path of the new instance.\n" VALUES, CLIENT, 1,
     -1, cmd_create},
    {"delete", "PATH...", "delete instances", "Each PATH is a single word, as enum --keys prints them.\n", CLIENT, 1,
     -1, cmd_delete},
    {"invoke", "PATH|CLASS METHOD [NAME=VALUE...]", "call a method",
     "Prints ReturnValue and the other parameters that come out. The exit status says whether the call was made,\n"
     "not what ReturnValue is. PATH is a single word here; CLASS alone calls a static method.\n" VALUES,
     CLIENT | OPTIONS_OUTPUT, 2, -1, cmd_invoke},
    {"identify", "", "ask a server what it is", "", OPTIONS_CONNECTION | OPTIONS_OUTPUT, 0, 0, cmd_identify},
    {"mof load", "FILE...", "put MOF files into the server's repository",
     "All FILEs are one unit: it is taken as a whole or not at all. Problems go to standard error as\n"
     "file:line:column. What a file would include is to be given as a FILE before it.\n",
     CLIENT | OPTIONS_QUIET, 1, -1, cmd_mof_load},
    {"mof check", "FILE...", "compile MOF files and say what is wrong with them",
     "All FILEs are compiled as one unit, no server is asked. A FILE that is a directory stands for the *.mof\n"
     "files in it. Problems go to standard error as file:line:column. --namespace says where declarations go\n"
     "before any #pragma namespace.\n",
     OPTIONS_NAMESPACE | OPTIONS_QUIET, 1, -1, cmd_mof_check},
    {"passwd", "FILE USER", "set or delete a user's password in a users file",
     "The password is read from standard input, without echo when that is a terminal.\n", OPTIONS_DELETE, 2, 2,
     cmd_passwd},
    {"completion", "bash", "print completion for a shell",
     "Type  . <(cimstream completion bash)  or put it into /etc/bash_completion.d.\n", 0, 1, 1, cmd_completion},
    {"manual", "", "print the manual page", "Type  cimstream manual | man -l -  to read it.\n", 0, 0, 0, cmd_manual},
};

const size_t n_commands = sizeof(commands) / sizeof(commands[0]);

const char exit_statuses[] =
    "0 success; 1 failure: the server's answer is a fault, or a list is not complete; 2 wrong usage;\n"
    "3 no connection, or no TLS; 4 user or password are not accepted, or may not do that.\n";
