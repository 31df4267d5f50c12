/* A folder for the files of one test. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

enum { SCRATCH_PATH = 256 };

struct scratch {
    char folder[SCRATCH_PATH - 64];
    char path[SCRATCH_PATH]; /* of a file in it, for scratch_init's name */
};

void scratch_init(struct scratch *s, const char *name);
void scratch_fini(struct scratch *s); /* removes it with all that is in it */

#endif
