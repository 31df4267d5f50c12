#include "server/cli/connection.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cim/base/version.h"
#include "server/cli/commands.h"
#include "server/cli/interrupt.h"
#include "server/cli/prompt.h"

enum {
    CONNECT_SECONDS = 10,
    GRACE_SECONDS = 10, /* the server's own answer about a time-out comes first */
    MAX_PASSWORD = 1024,
};

struct connection {
    CURL *curl;
    char *url;
    char user[256];
    bool has_password;
    struct buf *reply;
    char sentence[CURL_ERROR_SIZE];
};

static int fail(int status, const char *what, const char *why)
{
    (void)fprintf(stderr, "cimstream: %s: %s\n", what, why);
    return status;
}

/* ---- The URL */

/* What DSP0226 says where a URL is silent: the port, and the path that everybody uses. */
static bool complete(CURLU *u)
{
    char *scheme = NULL, *port = NULL, *path = NULL;
    bool good = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    if (good && curl_url_get(u, CURLUPART_PORT, &port, 0) != CURLUE_OK)
        good = curl_url_set(u, CURLUPART_PORT, strcmp(scheme, "https") == 0 ? "5986" : "5985", 0) == CURLUE_OK;
    if (good && (curl_url_get(u, CURLUPART_PATH, &path, 0) != CURLUE_OK || strcmp(path, "/") == 0))
        good = curl_url_set(u, CURLUPART_PATH, "/wsman", 0) == CURLUE_OK;
    curl_free(scheme);
    curl_free(port);
    curl_free(path);
    return good;
}

static int read_url(struct connection *c, const char *url)
{
    CURLU *u = curl_url();
    const bool good = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK && complete(u) &&
                      curl_url_get(u, CURLUPART_URL, &c->url, 0) == CURLUE_OK;

    curl_url_cleanup(u);
    return good ? CLI_OK : fail(CLI_USAGE, url, "is no URL like http://HOST:5985/wsman or https://HOST:5986/wsman");
}

/* ---- Who asks */

static int read_password_file(const char *file, char *password, size_t size)
{
    FILE *f = fopen(file, "re");
    int r = CLI_OK;

    if (!f)
        return fail(CLI_FAILED, file, strerror(errno));
    if (!prompt_line(f, password, size))
        r = fail(CLI_FAILED, file, "holds no password");
    (void)fclose(f); /* was only read */
    return r;
}

/* An empty password: there is none */
static int find_password(const struct options *o, char *password, size_t size)
{
    const char *variable = getenv("CIMSTREAM_PASSWORD");
    char question[320];

    password[0] = '\0';
    if (o->password_file)
        return read_password_file(o->password_file, password, size);
    if (variable && *variable)
        return (size_t)snprintf(password, size, "%s", variable) < size
                   ? CLI_OK
                   : fail(CLI_FAILED, "CIMSTREAM_PASSWORD", "is too long");
    if (!o->user || !isatty(STDIN_FILENO))
        return CLI_OK;
    (void)snprintf(question, sizeof(question), "Password of %.256s: ", o->user);
    return prompt_password(question, password, size)
               ? CLI_OK
               : fail(CLI_FAILED, "terminal", "no password, or one that is too long");
}

static int log_in(struct connection *c, const struct options *o)
{
    const char *user = o->user ? o->user : getenv("USER");
    char password[MAX_PASSWORD];
    int r = find_password(o, password, sizeof(password));

    c->has_password = r == CLI_OK && password[0];
    if (c->has_password) {
        (void)snprintf(c->user, sizeof(c->user), "%s", user ? user : "");
        curl_easy_setopt(c->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(c->curl, CURLOPT_USERNAME, c->user);
        curl_easy_setopt(c->curl, CURLOPT_PASSWORD, password); /* copied */
    }
    explicit_bzero(password, sizeof(password));
    return r;
}

/* ---- Sending */

static size_t take(char *data, size_t one, size_t n, void *user)
{
    struct connection *c = user;

    buf_put(c->reply, data, one * n);
    return buf_ok(c->reply) ? one * n : 0;
}

static int watch(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)user, (void)a, (void)b, (void)c, (void)d;
    return interrupt_stops();
}

static void configure(struct connection *c, const struct options *o)
{
    CURL *e = c->curl;

    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_PROXY, ""); /* passwords do not go to whom the environment names */
    curl_easy_setopt(e, CURLOPT_USERAGENT, "cimstream/" CIMSTREAM_VERSION);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->sentence);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
    if (o->timeout)
        curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)(o->timeout < 1000000 ? o->timeout : 1000000) + GRACE_SECONDS);
    if (o->cacert)
        curl_easy_setopt(e, CURLOPT_CAINFO, o->cacert);
    if (o->insecure) {
        curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

int connection_open(struct connection **ret, const struct options *o)
{
    struct connection *c = calloc(1, sizeof(*c));
    int r;

    interrupt_catch();
    if (!c || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(c->curl = curl_easy_init())) {
        free(c);
        return fail(CLI_FAILED, "libcurl", "cannot be started");
    }
    configure(c, o);
    r = read_url(c, o->url ? o->url : "http://127.0.0.1:5985/wsman");
    if (r == CLI_OK)
        r = log_in(c, o);
    if (r != CLI_OK)
        c = connection_close(c);
    *ret = c;
    return r;
}

struct connection *connection_close(struct connection *c)
{
    if (!c)
        return NULL;
    curl_easy_cleanup(c->curl);
    curl_free(c->url);
    curl_global_cleanup();
    free(c);
    return NULL;
}

const char *connection_url(const struct connection *c)
{
    return c->url;
}

/* NULL when memory is out */
static char *other_url(const struct connection *c, const char *other)
{
    CURLU *u = curl_url();
    char *ret = NULL;

    if (u && curl_url_set(u, CURLUPART_URL, c->url, 0) == CURLUE_OK &&
        curl_url_set(u, CURLUPART_URL, other, 0) == CURLUE_OK)
        (void)curl_url_get(u, CURLUPART_URL, &ret, 0); /* NULL if it fails */
    curl_url_cleanup(u);
    return ret;
}

static int explain(const struct connection *c, CURLcode code)
{
    const char *why = c->sentence[0] ? c->sentence : curl_easy_strerror(code);

    if (code == CURLE_ABORTED_BY_CALLBACK)
        return CLI_FAILED; /* the signal says it */
    if (code == CURLE_WRITE_ERROR)
        return fail(CLI_FAILED, c->url, "the answer is larger than this client takes");
    if (code == CURLE_COULDNT_CONNECT)
        (void)fprintf(stderr, "cimstream: %s: is cimstreamd running there?\n", c->url);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        (void)fputs("cimstream: the certificate is not trusted: --cacert FILE names one that is, --insecure takes any\n",
                    stderr);
    return fail(CLI_UNREACHABLE, c->url, why);
}

static int denied(const struct connection *c, unsigned status)
{
    char why[400];

    if (status == 403)
        return fail(CLI_DENIED, c->url, "this user may not do that");
    if (!c->has_password)
        return fail(CLI_DENIED, c->url, "asks for a user and a password: --user NAME --password-file FILE");
    (void)snprintf(why, sizeof(why), "does not accept user `%s` with this password", c->user);
    return fail(CLI_DENIED, c->url, why);
}

static CURLcode perform(struct connection *c, const char *url, const char *content_type, struct text body)
{
    char type[128];
    struct curl_slist *first, *headers;
    CURLcode code = CURLE_OUT_OF_MEMORY;

    (void)snprintf(type, sizeof(type), "Content-Type: %s", content_type);
    first = curl_slist_append(NULL, type);
    headers = first ? curl_slist_append(first, "Expect:") : NULL; /* what is small needs no leave to be sent */
    if (headers) {
        curl_easy_setopt(c->curl, CURLOPT_URL, url);
        curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body.s);
        c->sentence[0] = '\0';
        code = curl_easy_perform(c->curl);
    }
    curl_slist_free_all(first);
    return code;
}

int connection_post(struct connection *c, const char *other, const char *content_type, struct text body,
                    struct buf *reply, unsigned *ret_status)
{
    char *url = other ? other_url(c, other) : NULL;
    CURLcode code;
    long status = 0;

    if (other && !url)
        return fail(CLI_FAILED, other, "out of memory");
    buf_reset(reply);
    c->reply = reply;
    code = perform(c, url ? url : c->url, content_type, body);
    curl_free(url);
    if (code != CURLE_OK)
        return explain(c, code);
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 401 || status == 403)
        return denied(c, (unsigned)status);
    *ret_status = (unsigned)status;
    return CLI_OK;
}
