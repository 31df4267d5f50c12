/* The users file: lines `name:$scrypt$…`, comments begin with '#'. Read at start, and again when it has changed.
 * Any thread. */
#ifndef SERVER_AUTH_USERS_H
#define SERVER_AUTH_USERS_H

#include "cim/base/status.h"
#include "cim/base/text.h"

struct password_hash;
struct users;

enum { USERS_FILE_MAX = 4 << 20 };

/* A missing file is an empty one, with a warning: it may come later. A bad line is -EINVAL, the error names
 * file:line. */
struct users *users_new(const char *path, struct cim_error *err);
struct users *users_free(struct users *u);

/* Reads the file again if its time, size or inode changed; force does it in any case. A bad file is logged once
 * and leaves the old users. */
void users_refresh(struct users *u, bool force);

/* Grows with every change: what was decided under an older number is to be decided anew. Never 0. */
uint64_t users_generation(const struct users *u);

/* Copies the user's hash; false if there is none of this name. */
bool users_find(struct users *u, struct text name, struct password_hash *ret);

/* One line without its line feed: 0, 1 for a blank one or a comment, -EINVAL. name points into line. */
int users_parse_line(struct text line, struct text *ret_name, struct password_hash *ret_hash);

#endif
