/* JSON (RFC 8259): numbers and booleans where the class says so, text otherwise; an array of objects or, for jsonl, an
 * object a line. "$class" names the class; a path alone is a string. */
#include "server/cli/writer.h"

#include <string.h>

/* ---- Scalars */

static void put_string(struct buf *b, struct text t)
{
    buf_char(b, '"');
    for (size_t i = 0; i < t.n; i++) {
        const unsigned char c = (unsigned char)t.s[i];

        if (c == '"' || c == '\\') {
            buf_char(b, '\\');
            buf_char(b, (char)c);
        } else if (c == '\n') {
            buf_puts(b, "\\n");
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(b, "\\u%04x", c);
        } else {
            buf_char(b, (char)c);
        }
    }
    buf_char(b, '"');
}

static size_t digits(struct text t, size_t from)
{
    size_t n = 0;

    while (from + n < t.n && t.s[from + n] >= '0' && t.s[from + n] <= '9')
        n++;
    return n;
}

/* The grammar of JSON's numbers, which those of XML are but for leading zeros, signs, and INF and NaN. */
static bool is_number(struct text t)
{
    size_t at = t.n && t.s[0] == '-', n = digits(t, at);

    if (n == 0 || (n > 1 && t.s[at] == '0'))
        return false;
    at += n;
    if (at < t.n && t.s[at] == '.') {
        n = digits(t, at + 1);
        if (n == 0)
            return false;
        at += n + 1;
    }
    if (at < t.n && (t.s[at] | 0x20) == 'e') {
        at++;
        at += at < t.n && (t.s[at] == '-' || t.s[at] == '+');
        n = digits(t, at);
        if (n == 0)
            return false;
        at += n;
    }
    return at == t.n;
}

static void put_text(struct buf *b, const struct class_feature *f, struct text t)
{
    const struct text trimmed = text_trim(t);

    if (f && type_is_numeric(f->type) && is_number(trimmed))
        buf_text(b, trimmed);
    else if (f && f->type == CIM_BOOLEAN && trimmed.n)
        buf_puts(b, xml_true(trimmed) ? "true" : "false");
    else
        put_string(b, t);
}

static void put_path(struct writer *w, struct buf *b, const struct xml_element *epr)
{
    struct buf text;

    buf_init(&text, PATH_MAX_TEXT * 2);
    writer_put_path(w, &text, epr);
    put_string(b, buf_view(&text));
    b->failed |= text.failed;
    buf_fini(&text);
}

/* ---- Objects: not deeper than XML_MAX_DEPTH */

static void put_object(struct writer *w, struct buf *b, struct text class_name, const struct class_info *info,
                       const struct xml_element *object);

static void put_value(struct writer *w, struct buf *b, const struct class_feature *f, const struct xml_element *e)
{
    struct text t, class_name;

    switch (content_of(e, &t)) {
    case CONTENT_NULL:
        buf_puts(b, "null");
        break;
    case CONTENT_TEXT:
        put_text(b, f, t);
        break;
    case CONTENT_REFERENCE:
        put_path(w, b, e);
        break;
    case CONTENT_OBJECT:
        class_name = content_class(e);
        put_object(w, b, class_name, w->classes ? classes_find(w->classes, class_name) : NULL, e);
        break;
    }
}

void json_put_field(struct writer *w, struct buf *b, const struct class_feature *f, struct field field)
{
    const bool is_null = field.n == 1 && xml_true(xml_xsi(field.first, "nil"));
    const bool is_array = !is_null && (field.n > 1 || (f && f->is_array));

    if (is_array)
        buf_char(b, '[');
    for (uint32_t i = 0; i < field.n; i++, field.first = field.first->next) {
        if (i)
            buf_char(b, ',');
        put_value(w, b, f, field.first);
    }
    if (is_array)
        buf_char(b, ']');
}

static void put_object(struct writer *w, struct buf *b, struct text class_name, const struct class_info *info,
                       const struct xml_element *object)
{
    const char *separator = "";
    struct field f = {0};

    buf_char(b, '{');
    if (class_name.n) {
        buf_puts(b, "\"$class\":");
        put_string(b, class_name);
        separator = ",";
    }
    while (field_next(object, &f)) {
        buf_puts(b, separator);
        put_string(b, f.first->name);
        buf_char(b, ':');
        json_put_field(w, b, classes_feature(info, f.first->name), f);
        separator = ",";
    }
    buf_char(b, '}');
}

static void put_item(struct writer *w, const struct xml_element *e)
{
    struct item item;

    item_read(e, &item);
    if (item.object)
        put_object(w, &w->out, w->anonymous ? TEXT("") : item.class_name, writer_info(w, &item), item.object);
    else
        put_path(w, &w->out, item.epr);
    arena_reset(&w->arena);
}

/* ---- The two writers */

static void put_page(struct writer *w, const struct xml_element *items, uint64_t n)
{
    for (; n; items = items->next, n--) {
        if (!w->single)
            buf_puts(&w->out, w->begun ? ",\n" : "[\n");
        w->begun = true;
        put_item(w, items);
    }
}

static void put_end(struct writer *w)
{
    if (!w->single)
        buf_puts(&w->out, w->begun ? "\n]" : "[]");
    buf_char(&w->out, '\n');
}

static void put_lines(struct writer *w, const struct xml_element *items, uint64_t n)
{
    for (; n; items = items->next, n--) {
        put_item(w, items);
        buf_char(&w->out, '\n');
    }
}

static void end_lines(struct writer *w)
{
    (void)w; /* every line has its end */
}

const struct writer_kind json_writer = {put_page, put_end}, jsonl_writer = {put_lines, end_lines};
