#include <microhttpd.h>
#include <string.h>

#include "server/http/conn.h"

static const struct {
    unsigned status;
    const char *text, *header, *value;
} texts[CANNED_N] = {
    [CANNED_400] = {400, "The request cannot be understood.\n", NULL, NULL},
    [CANNED_401] = {401, "Log in with a user name and a password.\n", "WWW-Authenticate", "Basic realm=\"cimstream\""},
    [CANNED_404] = {404, "There is nothing here.\n", NULL, NULL},
    [CANNED_413] = {413, "The request is larger than the server takes.\n", NULL, NULL},
    [CANNED_415] = {415, "Bodies are taken as they are, or as gzip.\n", "Accept-Encoding", "gzip"},
    [CANNED_417] = {417, "Nothing but 100-continue can be expected.\n", NULL, NULL},
    [CANNED_500] = {500, "The server could not make an answer.\n", NULL, NULL},
    [CANNED_501] = {501, "Bodies come with a length, or chunked.\n", NULL, NULL},
    [CANNED_503] = {503, "The server is busy.\n", "Retry-After", "1"},
};

/* The text is static. */
static struct MHD_Response *make(const char *text, const char *header, const char *value)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);

    if (r && MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8") == MHD_YES &&
        (!header || MHD_add_response_header(r, header, value) == MHD_YES))
        return r;
    if (r)
        MHD_destroy_response(r);
    return NULL;
}

bool canned_init(struct MHD_Response *ret[CANNED_N])
{
    for (size_t i = 0; i < CANNED_N; i++) {
        ret[i] = make(texts[i].text, texts[i].header, texts[i].value);
        if (!ret[i])
            return false;
    }
    return true;
}

void canned_fini(struct MHD_Response *canned[CANNED_N])
{
    for (size_t i = 0; i < CANNED_N; i++) {
        if (canned[i])
            MHD_destroy_response(canned[i]);
        canned[i] = NULL;
    }
}

unsigned canned_status(enum canned which)
{
    return texts[which].status;
}

struct MHD_Response *canned_405(const char *allow)
{
    return make("This method is not served here.\n", "Allow", allow);
}
