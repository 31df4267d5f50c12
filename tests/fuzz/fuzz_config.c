/* A configuration file: it is taken, or refused with a sentence. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server/run/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    struct cim_error err = {0};
    struct config c;
    int r;

    config_init(&c);
    r = text ? config_parse(&c, "fuzz", text, &err) : 0;
    assert(r == 0 || r == -ENOMEM || err.message[0]);
    config_fini(&c);
    free(text);
    return 0;
}
