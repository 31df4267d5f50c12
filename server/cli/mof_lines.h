/* Several MOF files as one text, and back: which line of which file a line of the text is. The compiler of the server
 * sees one source; people are told their own files. Main thread.
 */
#ifndef SERVER_CLI_MOF_LINES_H
#define SERVER_CLI_MOF_LINES_H

#include "cim/base/buf.h"

enum { MOF_LINES_MAX_TEXT = 64 << 20, MOF_LINES_MAX_FILES = 4096 };

struct mof_lines {
    struct buf text;
    const char *namespace;
    uint32_t lines; /* so far */
    unsigned n;
    struct {
        const char *name; /* borrowed */
        uint32_t first;   /* line of the text that is the file's first, from 1 */
    } files[MOF_LINES_MAX_FILES];
};

/* namespace: where each file begins, whatever the one before it said. Borrowed. */
void mof_lines_init(struct mof_lines *l, const char *namespace);
void mof_lines_fini(struct mof_lines *l);

/* False: too many files; too much text fails the buffer. */
bool mof_lines_add(struct mof_lines *l, const char *name, struct text content);

/* Appends what the compiler says, each "SOURCE:LINE:" replaced by the file and its line. */
void mof_lines_translate(const struct mof_lines *l, const char *source, struct text said, struct buf *ret);

#endif
