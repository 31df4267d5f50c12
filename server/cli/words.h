/* Words of the command line: objects (PATH, or CLASS KEY=VALUE...) and values (NAME=VALUE, NAME=[A,B], NAME:=null).
 * Pure functions; what they give lives in the arena or borrows from the words. Any thread.
 */
#ifndef SERVER_CLI_WORDS_H
#define SERVER_CLI_WORDS_H

#include "cim/model/path.h"

/* A property or parameter that is sent: the texts of its items, one if it is no array. */
struct assignment {
    struct text name;
    bool is_null, is_array;
    const struct text *items;
    uint32_t n_items;
    bool is_reference; /* the items are paths; found out by classes_bind */
};

enum { WORDS_MAX_ITEMS = 4096, WORDS_MAX_ASSIGNMENTS = 1024 };

/* The words as assignments; a name that comes again appends to the array that it thereby is. 0, -ENOMEM, or
 * CIM_ERR_INVALID_PARAMETER with a sentence. */
int words_assignments(struct arena *a, int n, char *const *words, struct assignment **ret, uint32_t *ret_n,
                      struct cim_error *err);

/* One object: a path, or a class and its keys. with_keys false allows a class alone. Same results. */
int words_path(struct arena *a, int n, char *const *words, bool with_keys, struct cim_path *ret, struct cim_error *err);

/* A name of a property, parameter or method as DSP0004 has it; what is none must not become an element. */
bool words_name(struct text t);

/* The text as a path to an instance: true if it reads like one, which other text can, too. */
bool words_like_path(struct arena *a, struct text t, struct cim_path *ret);

#endif
