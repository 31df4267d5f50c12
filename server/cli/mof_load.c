/* cimstream mof load: MOF files into the repository of a server, as one unit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server/cli/mof_lines.h"
#include "server/cli/session.h"

/* What the text is called on its way. */
static const char source[] = "load.mof";

static int fail(const char *file, const char *why)
{
    (void)fprintf(stderr, "%s: error: cannot read: %s\n", file, why);
    return CLI_FAILED;
}

static int read_all(FILE *f, struct buf *b, const char *file)
{
    char bytes[65536];
    size_t n;

    while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
        buf_put(b, bytes, n);
    if (ferror(f))
        return fail(file, strerror(errno));
    if (!buf_ok(b))
        return fail(file, "too large");
    return text_is_utf8(buf_view(b)) ? CLI_OK : fail(file, "not UTF-8");
}

static int add_file(struct mof_lines *l, const char *file)
{
    FILE *f = fopen(file, "re");
    struct buf b;
    int r;

    if (!f)
        return fail(file, strerror(errno));
    buf_init(&b, MOF_LINES_MAX_TEXT);
    r = read_all(f, &b, file);
    if (r == CLI_OK && !mof_lines_add(l, file, buf_view(&b)))
        r = fail(file, "too many files");
    buf_fini(&b);
    (void)fclose(f); /* was only read */
    return r;
}

/* In a query of a URL */
static void put_escaped(struct buf *b, const char *s)
{
    for (; *s; s++) {
        const unsigned char c = (unsigned char)*s, letter = c | 0x20;

        if ((letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || strchr("-._~/", c))
            buf_char(b, (char)c);
        else
            buf_printf(b, "%%%02X", c);
    }
}

static int say(const struct session *s, const struct mof_lines *l, unsigned status)
{
    struct buf said;

    buf_init(&said, CONNECTION_MAX_REPLY);
    mof_lines_translate(l, source, buf_view(&s->reply), &said);
    if (status == 200 && !s->options->quiet)
        (void)fputs(buf_cstr(&said), stdout); /* the end of the program looks at it */
    else if (status == 404 && !said.len)
        (void)fprintf(stderr, "cimstream: %s: this server does not take MOF\n", connection_url(s->connection));
    else if (status != 200)
        (void)fputs(buf_cstr(&said), stderr);
    buf_fini(&said);
    return status == 200 ? CLI_OK : CLI_FAILED;
}

static int send_all(struct session *s, const struct mof_lines *l)
{
    struct buf where;
    unsigned status = 0;
    int r;

    if (!buf_ok(&l->text))
        return fail("all files", "too large");
    buf_init(&where, PATH_MAX_TEXT);
    buf_puts(&where, "/mof?namespace=");
    put_escaped(&where, l->namespace);
    buf_printf(&where, "&name=%s", source);
    r = connection_post(s->connection, buf_cstr(&where), "text/plain;charset=UTF-8", buf_view(&l->text), &s->reply,
                        &status);
    buf_fini(&where);
    return r == CLI_OK ? say(s, l, status) : r;
}

static int run(struct session *s, int argc, char **argv)
{
    struct mof_lines *l = malloc(sizeof(*l));
    int r = l ? CLI_OK : session_words(-ENOMEM, NULL);

    if (!l)
        return r;
    mof_lines_init(l, s->options->namespace ? s->options->namespace : "root/cimv2");
    for (int i = 0; i < argc && r == CLI_OK; i++)
        r = add_file(l, argv[i]);
    if (r == CLI_OK)
        r = send_all(s, l);
    mof_lines_fini(l);
    free(l);
    return r;
}

int cmd_mof_load(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run);
}
