/* Object paths as text. */
#include <string.h>

#include "cim/model/path.h"

/* level: how many quoted strings the text stands in; each doubles the backslashes of the one around it. */

static void put_char(struct buf *b, char c, unsigned level)
{
    if (c == '"' || c == '\\')
        for (unsigned i = 1; i < 1u << level; i++)
            buf_char(b, '\\');
    buf_char(b, c);
}

static void put_text(struct buf *b, struct text t, unsigned level)
{
    size_t start = 0;

    for (size_t i = 0; i < t.n; i++)
        if (t.s[i] == '"' || t.s[i] == '\\') {
            buf_put(b, t.s + start, i - start);
            put_char(b, t.s[i], level);
            start = i + 1;
        }
    buf_put(b, t.s + start, t.n - start);
}

/* Host, namespace, class or key: lower case in the canonical form, '\' between the parts of a namespace in WMI's */
static void put_name(struct buf *b, struct text t, enum path_form form, unsigned level)
{
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];

        if (form == PATH_CANONICAL && c >= 'A' && c <= 'Z')
            c |= 0x20;
        else if (form == PATH_WMI && c == '/')
            c = '\\';
        put_char(b, c, level);
    }
}

static void put_prefix(struct buf *b, const struct cim_path *p, enum path_form form, unsigned level)
{
    char slash = form == PATH_WMI ? '\\' : '/';

    if (form == PATH_WMI_RELATIVE || (p->host.n == 0 && p->namespace.n == 0))
        return;
    if (p->host.n || form == PATH_WMI) {
        put_char(b, slash, level);
        put_char(b, slash, level);
        put_name(b, p->host.n ? p->host : TEXT("."), form, level);
    }
    put_char(b, slash, level);
    put_name(b, p->namespace, form, level);
    if (p->class_name.n)
        buf_char(b, ':');
}

static void put_quoted(struct buf *b, struct text t, unsigned level)
{
    put_char(b, '"', level);
    put_text(b, t, level + 1);
    put_char(b, '"', level);
}

static void put_datetime(struct buf *b, const struct cim_datetime *d, enum path_form form, unsigned level)
{
    char text[DATETIME_TEXT + 1];
    struct cim_datetime utc = *d;

    if (form == PATH_CANONICAL && d->digits >= 12) /* equal moments are spelled alike; days are not the same everywhere */
        utc.utc_offset = 0;
    datetime_print(&utc, text);
    put_quoted(b, text_of(text), level);
}

static void put_char16(struct buf *b, const struct cim_value *v, unsigned level)
{
    put_char(b, '\'', level);
    if (v->char16 == '\'' || v->char16 == '\\') {
        put_char(b, '\\', level);
        put_char(b, (char)v->char16, level);
    } else if (v->char16 == '"') {
        put_char(b, '"', level);
    } else {
        value_print(b, v);
    }
    put_char(b, '\'', level);
}

static void put_path(struct buf *b, const struct cim_path *p, enum path_form form, unsigned level);

static void put_value(struct buf *b, const struct cim_value *v, enum path_form form, unsigned level)
{
    if (value_is_null(v) || value_is_array(v))
        return;
    if (v->type == CIM_STRING) {
        put_quoted(b, value_text(v), level);
    } else if (v->type == CIM_DATETIME) {
        put_datetime(b, v->datetime, form, level);
    } else if (v->type == CIM_CHAR16) {
        put_char16(b, v, level);
    } else if (v->type == CIM_BOOLEAN) {
        buf_puts(b, v->boolean ? "TRUE" : "FALSE");
    } else if (v->type == CIM_REFERENCE) {
        put_char(b, '"', level);
        put_path(b, v->path, form == PATH_WMI_RELATIVE ? PATH_WMI : form, level + 1);
        put_char(b, '"', level);
    } else {
        value_print(b, v);
    }
}

/* The order of the keys: as they are, or by name in the canonical form. */
static void sort_keys(const struct cim_path *p, enum path_form form, const struct cim_key **order)
{
    for (uint32_t i = 0; i < p->n_keys; i++) {
        uint32_t k = i;

        for (; form == PATH_CANONICAL && k > 0 && text_icmp(p->keys[i].name, order[k - 1]->name) < 0; k--)
            order[k] = order[k - 1];
        order[k] = &p->keys[i];
    }
}

static void put_path(struct buf *b, const struct cim_path *p, enum path_form form, unsigned level)
{
    const struct cim_key *order[PATH_MAX_KEYS];

    if (level >= PATH_MAX_DEPTH || p->n_keys > PATH_MAX_KEYS) {
        b->failed = true;
        return;
    }
    put_prefix(b, p, form, level);
    put_name(b, p->class_name, form, level);
    if (p->is_singleton)
        buf_puts(b, "=@");
    sort_keys(p, form, order);
    for (uint32_t i = 0; i < p->n_keys; i++) {
        if (order[i]->name.n)
            buf_char(b, i ? ',' : '.');
        put_name(b, order[i]->name, form, level);
        buf_char(b, '=');
        put_value(b, &order[i]->value, form, level);
    }
}

void path_print(struct buf *b, const struct cim_path *p, enum path_form form)
{
    put_path(b, p, form, 0);
}
