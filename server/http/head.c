#include "server/http/head.h"

#include <microhttpd.h>
#include <string.h>
#include <strings.h>

enum field { HOST, LENGTH, TRANSFER, CODING, EXPECT, AUTHORIZATION, IDENTIFY, N_FIELDS };

static const struct text names[N_FIELDS] = {
    [HOST] = TEXT("Host"),
    [LENGTH] = TEXT("Content-Length"),
    [TRANSFER] = TEXT("Transfer-Encoding"),
    [CODING] = TEXT("Content-Encoding"),
    [EXPECT] = TEXT("Expect"),
    [AUTHORIZATION] = TEXT("Authorization"),
    [IDENTIFY] = TEXT("WSMANIDENTIFY"),
};

struct fields {
    struct text first[N_FIELDS];
    unsigned count[N_FIELDS];
    bool odd; /* a name with a blank in it or behind it, which others may take for another name */
};

/* MHD_KeyValueIteratorN */
static enum MHD_Result take_field(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_n,
                                  const char *value, size_t value_n)
{
    struct fields *f = arg;

    (void)kind;
    f->odd = f->odd || memchr(name, ' ', name_n) || memchr(name, '\t', name_n);
    for (size_t i = 0; i < N_FIELDS; i++)
        if (text_ieq((struct text){name, name_n}, names[i])) {
            if (f->count[i]++ == 0)
                f->first[i] = text_trim((struct text){value ? value : "", value_n});
            break;
        }
    return MHD_YES;
}

/* The codings that a body may have. */
static bool known_coding(const struct fields *f, bool *ret_packed)
{
    struct text c = f->first[CODING];

    *ret_packed = f->count[CODING] == 1 && (text_ieq(c, TEXT("gzip")) || text_ieq(c, TEXT("x-gzip")));
    return *ret_packed || f->count[CODING] == 0 ||
           (f->count[CODING] == 1 && (c.n == 0 || text_ieq(c, TEXT("identity"))));
}

/* Two lengths, or a length and chunks, are how one request is smuggled behind another. */
static bool known_framing(const struct fields *f, bool old, enum canned *ret_why)
{
    *ret_why = CANNED_400;
    if (f->odd || f->count[HOST] > 1 || (f->count[HOST] == 0 && !old))
        return false;
    if (f->count[LENGTH] > 1 || (f->count[TRANSFER] && (f->count[LENGTH] || old)))
        return false;
    *ret_why = CANNED_501;
    return f->count[TRANSFER] == 0 || (f->count[TRANSFER] == 1 && text_ieq(f->first[TRANSFER], TEXT("chunked")));
}

enum head_outcome head_read(struct exchange *x, struct head *ret_head, enum canned *ret_why)
{
    bool old = strcmp(x->version, MHD_HTTP_VERSION_1_0) == 0;
    struct fields f = {0};
    struct head h = {0};
    enum head_outcome outcome = HEAD_GOOD;
    bool known;

    (void)MHD_get_connection_values_n(x->conn->mhd, MHD_HEADER_KIND, take_field, &f); /* how many does not matter */
    h.authorization = f.first[AUTHORIZATION];
    h.marked = text_ieq(f.first[IDENTIFY], TEXT("unauthenticated"));
    if (f.count[TRANSFER])
        h.length = UINT64_MAX;
    else if (f.count[LENGTH] && !text_to_u64(f.first[LENGTH], &h.length))
        h.length = 0; /* the library has refused it already */
    known = known_coding(&f, &h.packed);
    h.waits = !old && h.length && f.count[EXPECT];
    if (!known_framing(&f, old, ret_why)) {
        outcome = HEAD_BROKEN;
    } else if (!old && f.count[EXPECT] && !text_ieq(f.first[EXPECT], TEXT("100-continue"))) {
        *ret_why = CANNED_417;
        outcome = HEAD_REFUSED;
    } else if (!known) {
        *ret_why = CANNED_415;
        outcome = HEAD_REFUSED;
    }
    *ret_head = h;
    return outcome;
}

const char *head_path(const char *sent)
{
    static const struct text schemes[] = {{"http://", 7}, {"https://", 8}};

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strncasecmp(sent, schemes[i].s, schemes[i].n) == 0) {
            const char *path = strchr(sent + schemes[i].n, '/');

            return path ? path : "/";
        }
    return sent;
}
