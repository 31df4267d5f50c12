/* The hot path: everything here runs once a property. */
#include "server/proto/wsxml.h"

#include "server/proto/escape.h"
#include "server/proto/number.h"
#include "server/proto/wsxml_impl.h"

/* Runs are short; a copy in fixed steps beats a call of memcpy. Reads and writes up to WSXML_SLACK bytes too far. */
static inline char *put_run(char *out, const char *run, uint32_t n)
{
    memcpy(out, run, WSXML_SLACK);
    if (__builtin_expect(n > WSXML_SLACK, 0)) {
        memcpy(out + WSXML_SLACK, run + WSXML_SLACK, WSXML_SLACK);
        if (n > 2 * WSXML_SLACK)
            memcpy(out + 2 * WSXML_SLACK, run + 2 * WSXML_SLACK, n - 2 * WSXML_SLACK);
    }
    return out + n;
}

static inline char *put_boolean(char *out, bool b)
{
    memcpy(out, b ? "true\0\0\0" : "false\0\0", 8);
    return out + 5 - b;
}

static inline char *put_datetime(char *out, const struct cim_datetime *d, const struct wsxml_plan *p,
                                 const struct cim_value *v)
{
    if (d->interval || d->digits < 20)
        return wsxml_put_value(p, WRITE_DATETIME, v, 0, out);
    memcpy(out, "<cim:Datetime>", 14);
    out = number_datetime(out + 14, d);
    memcpy(out, "</cim:Datetime>", 15);
    return out + 15;
}

/* Takes the opening tag back: no item, no element */
static char *put_array(const struct wsxml_plan *p, const struct wsxml_op *op, const struct cim_value *v, char *out)
{
    const char *close = op->after;

    out -= op->open_len;
    for (uint32_t i = 0; i < v->len; i++) {
        if (value_is_null(&v->items[i]) || v->items[i].type != v->type) {
            out = put_run(out, op->nil_item, op->nil_item_len);
            continue;
        }
        out = put_run(out, op->open, op->open_len);
        out = wsxml_put_value(p, op->item_writer, &v->items[i], 0, out);
        out = put_run(out, close, op->close_len);
    }
    return put_run(out, close + op->close_len, op->after_len - op->close_len);
}

/* An embedded instance that the provider gave as text */
static char *put_embedded_text(const struct wsxml_op *op, const struct cim_value *v, char *out)
{
    *out = '>';
    out = escape_text(out + 1, v->str, v->len);
    return put_run(out, op->after, op->after_len);
}

static inline bool is_embedded_text(const struct wsxml_op *op, const struct cim_value *v)
{
    return op->writer == WRITE_EMBEDDED && v->type == CIM_STRING && v->flags == CIM_VALUE_SET;
}

static char *put_other(const struct wsxml_op *op, const struct cim_value *v, char *out)
{
    if (is_embedded_text(op, v))
        return put_embedded_text(op, v, out);
    return put_run(out - op->open_len, op->nil, op->nil_len);
}

char *wsxml_encode(const struct wsxml_plan *p, const struct cim_instance *i, char *out)
{
    const struct wsxml_op *end = p->ops + p->n_ops;

    out = put_run(out, p->pool, p->head_len);
    for (const struct wsxml_op *op = p->ops; op < end; op++) {
        const struct cim_value *v = &i->values[op->index];

        if (__builtin_expect(wsxml_tag(v) != op->tag, 0)) {
            out = put_other(op, v, out);
            continue;
        }
        switch (op->writer) {
        case WRITE_UNSIGNED:
            out = number_u64(out, v->uint);
            break;
        case WRITE_SIGNED:
            out = number_s64(out, v->sint);
            break;
        case WRITE_STRING:
            out = escape_text(out, v->str, v->len);
            break;
        case WRITE_BOOLEAN:
            out = put_boolean(out, v->boolean);
            break;
        case WRITE_DATETIME:
            out = put_datetime(out, v->datetime, p, v);
            break;
        case WRITE_OCTETS:
            out = wsxml_put_octets(v, out);
            break;
        case WRITE_ARRAY:
            out = put_array(p, op, v, out);
            continue;
        default:
            out = wsxml_put_value(p, op->writer, v, 0, out);
        }
        out = put_run(out, op->after, op->after_len);
    }
    return out;
}

static size_t array_bound(const struct wsxml_plan *p, const struct wsxml_op *op, const struct cim_value *v)
{
    size_t each = op->open_len + op->close_len + op->nil_item_len, sum = (size_t)v->len * each;

    if (op->writer == WRITE_OCTETS)
        return wsxml_octets_bound(v);
    for (uint32_t i = 0; i < v->len; i++)
        sum += wsxml_value_bound(p, op->item_writer, &v->items[i], 0);
    return sum;
}

static size_t variable_bound(const struct wsxml_plan *p, const struct wsxml_op *op, const struct cim_value *v)
{
    if (is_embedded_text(op, v))
        return 1 + (size_t)v->len * ESCAPE_TEXT_MAX;
    if (wsxml_tag(v) != op->tag)
        return 0;
    return value_is_array(v) ? array_bound(p, op, v) : wsxml_value_bound(p, op->writer, v, 0);
}

size_t wsxml_bound(const struct wsxml_plan *p, const struct cim_instance *i)
{
    size_t sum = p->fixed, text = 0;

    for (uint16_t k = 0; k < p->n_strings; k++) {
        const struct cim_value *v = &i->values[p->strings[k]];

        text += v->flags & CIM_VALUE_SET ? v->len : 0; /* the flag is looked at because a NULL may have any len */
    }
    for (uint16_t k = 0; k < p->n_variable; k++) {
        const struct wsxml_op *op = &p->ops[p->variable[k]];

        sum += variable_bound(p, op, &i->values[op->index]);
    }
    return sum + text * ESCAPE_TEXT_MAX;
}
