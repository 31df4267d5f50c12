/* What the server's classes say of types and keys, which answers do not: a class is asked for once and kept. The cache
 * owns what it gives. Main thread.
 */
#ifndef SERVER_CLI_CLASSES_H
#define SERVER_CLI_CLASSES_H

#include "cim/base/arena.h"
#include "cim/base/status.h"
#include "cim/model/value.h"
#include "server/cli/words.h"

struct xml_element;

struct class_feature {
    struct text name;
    enum cim_type type;
    bool is_array, is_key;
};

/* A class and its properties, or a method and its parameters (ReturnValue among them). */
struct class_info {
    struct text name;
    const struct class_feature *features;
    uint32_t n_features;
    const struct class_info *methods; /* of a class; linked by next */
    const struct class_info *next;
};

/* Asks the server; returns the CLASS element, NULL if it does not say. The tree need not live longer than the call that
 * asked. */
typedef const struct xml_element *(*classes_ask)(void *user, struct text class_name);

struct classes {
    struct arena arena;
    struct class_info *known; /* newest first; those without features are not known to the server either */
    classes_ask ask;
    void *user;
};

void classes_init(struct classes *c, classes_ask ask, void *user);
void classes_fini(struct classes *c);

/* NULL: nothing is known of it. */
const struct class_info *classes_find(struct classes *c, struct text class_name);

/* An element CLASS (DSP0201). False when memory is out or it is something else. */
bool classes_read(struct arena *a, const struct xml_element *e, struct class_info *ret);

/* NULL if there is none; info may be NULL. */
const struct class_feature *classes_feature(const struct class_info *info, struct text name);
const struct class_info *classes_method(const struct class_info *info, struct text name);

/* Text that reads like a path becomes a reference unless info says that it is something else. False: memory is out. */
bool classes_bind_path(struct arena *a, const struct class_info *info, struct cim_path *p);
void classes_bind_values(struct arena *a, const struct class_info *info, struct assignment *values, uint32_t n);

#endif
