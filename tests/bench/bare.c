/* The ceilings of `make bench`: the bare HTTP library, epoll, one thread, no model behind it.
 *
 *   GET /ready?n=N     N ready blocks of one instance's size, copied into the library's reader buffer
 *   GET /hand?n=N      N instances of the synthetic class, written by a hand-made loop straight into that buffer
 *   any /small?n=N     N ready bytes with Content-Length: the small answer
 *
 * Prints its port. Ends with standard input. */
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 64 << 10, INSTANCE_MAX = 2048 };

struct stream {
    unsigned long long n, left;
    size_t (*write)(char *out, unsigned long long k);
};

static char *ready;
static size_t ready_n;

static char *put_text(char *out, const char *s, size_t n)
{
    memcpy(out, s, n);
    return out + n;
}

#define PUT(out, literal) put_text(out, literal, sizeof(literal) - 1)

static char *put_number(char *out, unsigned long long v)
{
    char digits[20];
    size_t at = sizeof(digits);

    do
        digits[--at] = (char)('0' + v % 10);
    while (v /= 10);
    return put_text(out, digits + at, sizeof(digits) - at);
}

/* The same bytes as the synthetic provider's instances have in WS-Man form. */
static size_t write_by_hand(char *out, unsigned long long k)
{
    char *start = out, name[12];

    for (size_t at = sizeof(name), rest = k; at > 0; rest /= 10)
        name[--at] = (char)('0' + rest % 10);
    out =
        PUT(out,
            "<p:Synthetic_Left5 xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Synthetic_Left5\"><p:Name>");
    out = put_text(out, name, sizeof(name));
    out = PUT(out, "</p:Name><p:TextA>synthetic</p:TextA><p:TextB>");
    out = put_text(out, name, 8);
    out = PUT(out, "</p:TextB><p:TextC>a text of some length</p:TextC><p:NumberA>");
    out = put_number(out, k & 0xFFFF);
    out = PUT(out, "</p:NumberA><p:NumberB>");
    out = put_number(out, k * 7 & 0xFFFFFFFF);
    out = PUT(out, "</p:NumberB><p:NumberC>");
    out = put_number(out, k * 1000003);
    out = PUT(out, "</p:NumberC><p:NumberD>");
    out = put_number(out, k);
    out = PUT(out, "</p:NumberD><p:NumberE>-");
    out = put_number(out, k & 0xFFF);
    out = PUT(out, "</p:NumberE><p:State>");
    out = put_number(out, k % 10);
    out = PUT(out, "</p:State><p:Flag>");
    out = k & 1 ? PUT(out, "true") : PUT(out, "false");
    out = PUT(out, "</p:Flag><p:Stamp><cim:Datetime>2023-11-14T22:13:20.");
    out = put_number(out, 100000 + k % 900000);
    out = PUT(out, "Z</cim:Datetime></p:Stamp></p:Synthetic_Left5>");
    return (size_t)(out - start);
}

static size_t write_ready(char *out, unsigned long long k)
{
    (void)k;
    memcpy(out, ready, ready_n);
    return ready_n;
}

static ssize_t read_stream(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct stream *s = cls;
    size_t n = 0;

    (void)pos;
    if (s->left == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    while (s->left && max - n >= INSTANCE_MAX)
        n += s->write(buf + n, s->n - s->left--);
    return (ssize_t)n;
}

static enum MHD_Result reply_stream(struct MHD_Connection *c, unsigned long long n,
                                    size_t (*writer)(char *, unsigned long long))
{
    struct stream *s = malloc(sizeof(*s));
    struct MHD_Response *r;
    enum MHD_Result result;

    *s = (struct stream){n, n, writer};
    r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, s, free);
    result = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result reply_small(struct MHD_Connection *c, unsigned long long n)
{
    static char bytes[BLOCK];
    struct MHD_Response *r;
    enum MHD_Result result;

    r = MHD_create_response_from_buffer(n < sizeof(bytes) ? n : sizeof(bytes), bytes, MHD_RESPMEM_PERSISTENT);
    (void)MHD_add_response_header(r, "Content-Type", "application/soap+xml;charset=UTF-8");
    result = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *body, size_t *n_body, void **state)
{
    const char *text = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "n");
    unsigned long long n = text ? strtoull(text, NULL, 10) : 0;
    static int seen;

    (void)cls;
    (void)method;
    (void)version;
    (void)body;
    if (!*state || *n_body) {
        *state = &seen;
        *n_body = 0;
        return MHD_YES;
    }
    if (strcmp(url, "/ready") == 0)
        return reply_stream(c, n, write_ready);
    if (strcmp(url, "/hand") == 0)
        return reply_stream(c, n, write_by_hand);
    return reply_small(c, n);
}

int main(void)
{
    char sample[INSTANCE_MAX];
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const union MHD_DaemonInfo *info;
    struct MHD_Daemon *d;

    ready_n = write_by_hand(sample, 123456);
    ready = sample;
    d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR, &any,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(2 * BLOCK), MHD_OPTION_END);
    if (!d)
        return 1;
    info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
    printf("%u\n", (unsigned)info->port);
    fflush(stdout);
    while (read(STDIN_FILENO, sample, sizeof(sample)) > 0)
        ;
    MHD_stop_daemon(d);
    return 0;
}
