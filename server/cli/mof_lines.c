#include "server/cli/mof_lines.h"

#include <string.h>

void mof_lines_init(struct mof_lines *l, const char *namespace)
{
    *l = (struct mof_lines){.namespace = namespace};
    buf_init(&l->text, MOF_LINES_MAX_TEXT);
}

void mof_lines_fini(struct mof_lines *l)
{
    buf_fini(&l->text);
}

static void put(struct mof_lines *l, struct text t)
{
    for (const char *s = t.s, *end = t.s + t.n; s < end && (s = memchr(s, '\n', (size_t)(end - s))); s++)
        l->lines++;
    buf_text(&l->text, t);
}

static struct text without_mark(struct text t)
{
    return t.n >= 3 && memcmp(t.s, "\xEF\xBB\xBF", 3) == 0 ? (struct text){t.s + 3, t.n - 3} : t;
}

bool mof_lines_add(struct mof_lines *l, const char *name, struct text content)
{
    if (l->n == MOF_LINES_MAX_FILES)
        return false;
    if (l->n) { /* the file before may have chosen another */
        put(l, TEXT("#pragma namespace (\""));
        put(l, text_of(l->namespace));
        put(l, TEXT("\")\n"));
    }
    l->files[l->n].name = name;
    l->files[l->n++].first = l->lines + 1;
    content = without_mark(content);
    put(l, content);
    if (content.n && content.s[content.n - 1] != '\n')
        put(l, TEXT("\n"));
    return true;
}

static void put_place(const struct mof_lines *l, uint64_t line, struct buf *ret)
{
    unsigned i = l->n;

    while (i > 1 && l->files[i - 1].first > line)
        i--;
    buf_puts(ret, l->files[i - 1].name);
    buf_char(ret, ':');
    buf_u64(ret, line - l->files[i - 1].first + 1);
}

/* A line of what was said, with its end. */
static void translate(const struct mof_lines *l, struct text source, struct text said, struct buf *ret)
{
    uint64_t line = 0;
    size_t n = source.n + 1, digits = 0;

    if (l->n && said.n > n && text_eq((struct text){said.s, source.n}, source) && said.s[source.n] == ':') {
        while (n + digits < said.n && said.s[n + digits] >= '0' && said.s[n + digits] <= '9')
            digits++;
        if (text_to_u64((struct text){said.s + n, digits}, &line) && line) {
            put_place(l, line, ret);
            said = (struct text){said.s + n + digits, said.n - n - digits};
        }
    }
    buf_text(ret, said);
}

void mof_lines_translate(const struct mof_lines *l, const char *source, struct text said, struct buf *ret)
{
    while (said.n) {
        const char *end = memchr(said.s, '\n', said.n);
        const size_t n = end ? (size_t)(end - said.s) + 1 : said.n;

        translate(l, text_of(source), (struct text){said.s, n}, ret);
        said = (struct text){said.s + n, said.n - n};
    }
}
