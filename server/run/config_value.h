/* Values of configuration keys: text to a field of struct config and back to words. Pure but for memory; any thread. */
#ifndef SERVER_RUN_CONFIG_VALUE_H
#define SERVER_RUN_CONFIG_VALUE_H

#include "server/run/config.h"

/* Checks the value and stores it; a list grows by one. where begins the message: "file:12". */
int config_value_set(struct config *c, const struct config_key *key, const char *where, const char *value,
                     struct cim_error *err);

/* Frees what the field owns and zeroes it. */
void config_value_clear(struct config *c, const struct config_key *key);

/* "a size from 4K to 64M"; "" for texts. Valid until the next call of this thread. */
const char *config_value_expected(const struct config_key *key);

#endif
