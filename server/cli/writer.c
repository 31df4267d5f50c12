#include "server/cli/writer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MAX_ITEM = 64 << 20 };

static const struct writer_kind *const kinds[] = {
    [OUTPUT_TABLE] = &table_writer, [OUTPUT_LIST] = &list_writer,  [OUTPUT_JSON] = &json_writer,
    [OUTPUT_JSONL] = &jsonl_writer, [OUTPUT_XML] = &markup_writer,
};

static unsigned terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    uint64_t n;

    if (!isatty(STDOUT_FILENO))
        return 0;
    if (columns && text_to_u64(text_of(columns), &n) && n > 0 && n < 10000)
        return (unsigned)n;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void split(struct writer *w, const char *select)
{
    const unsigned room = sizeof(w->select) / sizeof(w->select[0]);

    while (select && *select && w->n_select < room) {
        const size_t n = strcspn(select, ",");
        const struct text name = text_trim((struct text){select, n});

        if (name.n)
            w->select[w->n_select++] = name;
        select += n + (select[n] == ',');
    }
}

void writer_init(struct writer *w, enum output output, const char *select, struct classes *classes)
{
    *w = (struct writer){.classes = classes, .kind = kinds[output], .width = terminal_width()};
    buf_init(&w->out, WRITER_MAX_PAGE);
    arena_init(&w->arena, MAX_ITEM);
    split(w, select);
}

void writer_fini(struct writer *w)
{
    buf_fini(&w->out);
    arena_fini(&w->arena);
}

const struct class_info *writer_info(const struct writer *w, const struct item *item)
{
    if (w->anonymous)
        return w->info;
    return !w->classes ? NULL : classes_find(w->classes, item->class_name);
}

/* ---- Text */

static bool ends_in(struct text t, struct text end)
{
    return t.n >= end.n && text_ieq((struct text){t.s + t.n - end.n, end.n}, end);
}

bool writer_is_scope(struct text key)
{
    static const char *const scopes[] = {"SystemName", "CSName", "OSName"};

    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
        if (text_ieqs(key, scopes[i]))
            return true;
    return ends_in(key, TEXT("CreationClassName"));
}

/* The keys are the writer's own, in its arena. */
static void leave_out_scope(struct cim_path *p)
{
    struct cim_key *keys = (struct cim_key *)p->keys;
    uint32_t n = 0;

    for (uint32_t i = 0; i < p->n_keys; i++)
        if (!writer_is_scope(keys[i].name))
            keys[n++] = keys[i];
    if (n)
        p->n_keys = n;
}

void writer_put_path(struct writer *w, struct buf *b, const struct xml_element *epr)
{
    struct cim_path p;

    if (!epr_path(&w->arena, epr, &p)) {
        b->failed = true;
        return;
    }
    if (w->brief)
        leave_out_scope(&p);
    path_print(b, &p, w->brief ? PATH_WMI_RELATIVE : PATH_WBEM_URI);
}

static void put_visible(struct buf *b, struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        const unsigned char c = (unsigned char)t.s[i];
        const bool c1 = c == 0xc2 && i + 1 < t.n && (unsigned char)t.s[i + 1] < 0xa0;

        if (c == '\n')
            buf_puts(b, "\\n");
        else if (c < 0x20 || c == 0x7f)
            buf_printf(b, "\\x%02x", c);
        else if (c1)
            buf_printf(b, "\\x%02x", (unsigned char)t.s[++i]);
        else
            buf_char(b, (char)c);
    }
}

static void put_json(struct writer *w, struct buf *b, const struct class_feature *f, struct field field)
{
    struct buf json;

    buf_init(&json, MAX_ITEM);
    json_put_field(w, &json, f, field);
    put_visible(b, buf_view(&json));
    b->failed |= json.failed;
    buf_fini(&json);
}

static void put_scalar(struct writer *w, struct buf *b, const struct class_feature *f, const struct xml_element *e)
{
    struct text t;
    const enum content content = content_of(e, &t);

    if (content == CONTENT_TEXT)
        put_visible(b, t);
    else if (content == CONTENT_REFERENCE)
        writer_put_path(w, b, e);
    else if (content == CONTENT_OBJECT)
        put_json(w, b, f, (struct field){e, 1});
}

void writer_put_line(struct writer *w, struct buf *b, const struct class_feature *f, struct field field)
{
    const bool is_array = field.n > 1 || (f && f->is_array);
    struct text t;

    if (field.n == 1 && content_of(field.first, &t) == CONTENT_NULL)
        return;
    if (is_array)
        buf_char(b, '[');
    for (uint32_t i = 0; i < field.n; i++, field.first = field.first->next) {
        if (i)
            buf_puts(b, ", ");
        put_scalar(w, b, f, field.first);
    }
    if (is_array)
        buf_char(b, ']');
}
