/* Items of answers as text for people or programs. A writer gets whole pages, so that a table can see the first before
 * it chooses its columns; what it makes is in out, which the caller prints and empties after each page. One writer a
 * file: table.c, list.c, json.c, markup.c. Main thread.
 */
#ifndef SERVER_CLI_WRITER_H
#define SERVER_CLI_WRITER_H

#include "server/cli/answer.h"
#include "server/cli/classes.h"
#include "server/cli/options.h"

enum { WRITER_MAX_PAGE = 256 << 20 };

struct writer {
    struct buf out;
    struct arena arena;            /* emptied for each item */
    struct classes *classes;       /* types; NULL = everything is text */
    const struct class_info *info; /* of an object without a class; NULL = nothing is known */
    bool anonymous;                /* the objects are of no class: parameters, what a server is */
    bool brief;                    /* paths are for people */
    bool single;                   /* there will be one item, not a list */
    struct text select[64];        /* columns that were asked for, in this order */
    unsigned n_select;
    unsigned width; /* of the terminal in columns; 0 = none */
    bool begun;
    struct table *table; /* table.c's */
    const struct writer_kind *kind;
};

/* page: the first n of items, which are there. */
struct writer_kind {
    void (*page)(struct writer *w, const struct xml_element *items, uint64_t n);
    void (*end)(struct writer *w);
};

extern const struct writer_kind table_writer, list_writer, json_writer, jsonl_writer, markup_writer;

/* select: "A,B" or NULL. */
void writer_init(struct writer *w, enum output output, const char *select, struct classes *classes);
void writer_fini(struct writer *w);

/* What is known of the item's class; NULL without. */
const struct class_info *writer_info(const struct writer *w, const struct item *item);

/* One value or an object as JSON: numbers and booleans as the class says, everything else as text. */
void json_put_field(struct writer *w, struct buf *b, const struct class_feature *f, struct field field);

/* Keys that say of which class something is and in which system it stands: the same for all of a kind. */
bool writer_is_scope(struct text key);

/* A path as text, w->brief without namespace and scope; out of memory fails the buffer. */
void writer_put_path(struct writer *w, struct buf *b, const struct xml_element *epr);

/* The values of a property on one line for people: text as it is, arrays in brackets, objects as JSON. Control
 * characters, which a terminal would obey, become escapes. */
void writer_put_line(struct writer *w, struct buf *b, const struct class_feature *f, struct field field);

#endif
