/* A fragment of an instance: each step leads to the items of a property that its condition chooses, the last one's
 * are written. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/proto/escape.h"
#include "server/proto/fragment.h"

struct encode {
    struct buf *out;
    const struct fragment *fragment;
    const struct wsxml_style *style;
    struct buf text; /* for conditions */
};

/* Compared as it stands in the XML */
static bool has_text(const struct cim_property *p, const struct cim_value *v, struct text equals, struct buf *text)
{
    struct text both;
    size_t n;

    text->len = 0;
    wsxml_put_text(text, p, v);
    n = text->len;
    escape_put_text(text, equals);
    both = buf_view(text);
    return buf_ok(text) && text_eq((struct text){both.s, n}, (struct text){both.s + n, both.n - n});
}

/* Octets are an array that is one element */
static bool is_one_element(const struct cim_property *p, const struct cim_value *v)
{
    return !value_is_array(v) || (p->type == CIM_UINT8 && p->flags & FEATURE_OCTETSTRING);
}

bool fragment_condition_holds(const struct fragment_step *s, const struct cim_value *v, struct buf *text)
{
    const struct cim_instance *i = v->type == CIM_INSTANCE && !value_is_null(v) ? v->instance : NULL;
    const struct cim_property *p = i ? class_property(i->class, s->where) : NULL;
    const struct cim_value *part = p ? &i->values[p->index] : NULL;
    bool found = false;

    if (!part || value_is_null(part))
        return false;
    if (is_one_element(p, part))
        return has_text(p, part, s->equals, text);
    for (uint32_t k = 0; k < part->len && !found; k++)
        found = !value_is_null(&part->items[k]) && has_text(p, &part->items[k], s->equals, text);
    return found;
}

/* place: of the item, from 1 */
static bool is_chosen(struct encode *e, const struct fragment_step *s, const struct cim_value *item, uint32_t place)
{
    return (s->index == 0 || s->index == place) && (s->where.n == 0 || fragment_condition_holds(s, item, &e->text));
}

/* ---- The end of a path */

/* The elements of the property as if it had this value */
static void put_elements(struct encode *e, const struct cim_instance *owner, const struct cim_property *p,
                         const struct cim_value *v)
{
    struct wsxml_style style = *e->style;
    struct cim_value *values = malloc(owner->class->n_properties * sizeof(*values));

    if (!values) {
        e->out->failed = true;
        return;
    }
    memcpy(values, owner->values, owner->class->n_properties * sizeof(*values));
    values[p->index] = *v;
    style.items = WSXML_PROPERTIES;
    style.names = &p->name;
    style.n_names = 1;
    wsxml_put(e->out, &style, &(struct cim_instance){owner->class, values});
    free(values);
}

static void put_value(struct encode *e, const struct cim_instance *owner, const struct cim_property *p,
                      const struct cim_value *v)
{
    if (e->fragment->is_text)
        wsxml_put_text(e->out, p, v);
    else
        put_elements(e, owner, p, v);
}

static void put_chosen_items(struct encode *e, const struct fragment_step *s, const struct cim_instance *owner,
                             const struct cim_property *p, const struct cim_value *v)
{
    struct cim_value *items = malloc((size_t)v->len * sizeof(*items) + 1), chosen;
    uint32_t n = 0;

    if (!items) {
        e->out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < v->len; i++)
        if (is_chosen(e, s, &v->items[i], i + 1))
            items[n++] = v->items[i];
    chosen = value_array(v->type, items, n);
    if (n)
        put_value(e, owner, p, &chosen);
    free(items);
}

static void put_if_chosen(struct encode *e, const struct fragment_step *s, const struct cim_instance *owner,
                          const struct cim_property *p, const struct cim_value *v)
{
    if (is_chosen(e, s, v, 1))
        put_value(e, owner, p, v);
}

static void put_last(struct encode *e, const struct fragment_step *s, const struct cim_instance *owner,
                     const struct cim_property *p, const struct cim_value *v)
{
    if (s->index == 0 && s->where.n == 0)
        put_value(e, owner, p, v);
    else if (is_one_element(p, v))
        put_if_chosen(e, s, owner, p, v);
    else if (!value_is_null(v))
        put_chosen_items(e, s, owner, p, v);
}

/* ---- The way there */

static void walk(struct encode *e, uint32_t step, const struct cim_instance *owner);

static void go_in(struct encode *e, uint32_t step, const struct cim_value *v, uint32_t place)
{
    if (v->type == CIM_INSTANCE && !value_is_null(v) && is_chosen(e, &e->fragment->steps[step], v, place))
        walk(e, step + 1, v->instance);
}

/* What is embedded may be of a class derived from that of the path, so properties are found by name */
static void walk(struct encode *e, uint32_t step, const struct cim_instance *owner)
{
    const struct fragment_step *s = &e->fragment->steps[step];
    const struct cim_property *p = class_property(owner->class, s->property->name);
    const struct cim_value *v = p ? &owner->values[p->index] : NULL;

    if (!v)
        return;
    if (step + 1 == e->fragment->n_steps) {
        put_last(e, s, owner, p, v);
        return;
    }
    if (!value_is_array(v)) {
        go_in(e, step, v, 1);
        return;
    }
    for (uint32_t i = 0; i < (value_is_null(v) ? 0 : v->len); i++)
        go_in(e, step, &v->items[i], i + 1);
}

void fragment_encode(struct buf *b, const struct fragment *f, const struct wsxml_style *style,
                     const struct cim_instance *i)
{
    struct encode e = {.out = b, .fragment = f, .style = style};
    struct wsxml_style whole = *style;

    assert(f->n_steps <= FRAGMENT_MAX_STEPS);
    whole.items = WSXML_OBJECT;
    buf_init(&e.text, FRAGMENT_MAX_TEXT);
    if (f->n_steps)
        walk(&e, 0, i);
    else if (!f->is_text) /* an instance has elements alone */
        wsxml_put(b, &whole, i);
    b->failed |= e.text.failed;
    buf_fini(&e.text);
}
