#include "server/proto/fragment.h"

#include <errno.h>
#include <string.h>

#include "server/proto/wscim.h"
#include "server/proto/wsman_impl.h"

/* ---- The path */

struct reader {
    struct text rest;
    const struct cim_class *class; /* what the next name is looked up in; NULL: nothing can follow */
    struct fragment *ret;
    struct wsman_fault *f;
};

#define PATH_FAIL(r, ...) wsman_fail((r)->f, WSMAN_CANNOT_PROCESS_FILTER, NULL, __VA_ARGS__)

static bool is_name_byte(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 0x80 || u == '_' || u == '-' || u == '.' || (u >= '0' && u <= '9') ||
           ((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
}

static bool take(struct reader *r, char c)
{
    if (r->rest.n == 0 || r->rest.s[0] != c)
        return false;
    r->rest = (struct text){r->rest.s + 1, r->rest.n - 1};
    return true;
}

static struct text take_local_name(struct reader *r)
{
    size_t n = 0;
    struct text name;

    while (n < r->rest.n && is_name_byte(r->rest.s[n]))
        n++;
    name = (struct text){r->rest.s, n};
    r->rest = (struct text){r->rest.s + n, r->rest.n - n};
    return name;
}

/* A prefix is taken with it and says nothing: names of properties are in one namespace. */
static struct text take_name(struct reader *r)
{
    struct text name = take_local_name(r);

    return name.n && take(r, ':') ? take_local_name(r) : name;
}

static bool take_word(struct reader *r, const char *word)
{
    size_t n = strlen(word);

    if (r->rest.n < n || memcmp(r->rest.s, word, n) != 0)
        return false;
    r->rest = (struct text){r->rest.s + n, r->rest.n - n};
    return true;
}

static int read_index(struct reader *r, struct fragment_step *step)
{
    uint64_t n = 0;
    bool digits = false;

    for (; r->rest.n && r->rest.s[0] >= '0' && r->rest.s[0] <= '9'; digits = true) {
        n = n * 10 + (uint64_t)(r->rest.s[0] - '0');
        if (n > UINT32_MAX)
            return PATH_FAIL(r, "an index is too large");
        (void)take(r, r->rest.s[0]);
    }
    step->index = (uint32_t)n;
    return digits && n ? 0 : PATH_FAIL(r, "an index is a number from 1");
}

static int read_condition(struct reader *r, struct fragment_step *step)
{
    char quote;
    const char *end;

    step->where = take_name(r);
    if (step->where.n == 0 || !take(r, '=') || r->rest.n < 2 || (r->rest.s[0] != '"' && r->rest.s[0] != '\''))
        return PATH_FAIL(r, "a condition is [n] or [name=\"value\"]");
    quote = r->rest.s[0];
    (void)take(r, quote);
    end = memchr(r->rest.s, quote, r->rest.n);
    if (!end)
        return PATH_FAIL(r, "a text has no end");
    step->equals = (struct text){r->rest.s, (size_t)(end - r->rest.s)};
    r->rest = (struct text){end + 1, r->rest.n - step->equals.n - 1};
    return 0;
}

static int read_predicate(struct reader *r, struct fragment_step *step)
{
    bool number;
    int status;

    if (!take(r, '['))
        return 0;
    number = r->rest.n && r->rest.s[0] >= '0' && r->rest.s[0] <= '9';
    status = number ? read_index(r, step) : read_condition(r, step);
    if (status)
        return status;
    if (!take(r, ']'))
        return PATH_FAIL(r, "a ] is missing");
    if (number && !step->property->is_array && step->index > 1)
        return PATH_FAIL(r, "%s is no array", step->property->name.s);
    if (!number && property_value_type(step->property) != CIM_INSTANCE)
        return PATH_FAIL(r, "%s holds no properties to compare", step->property->name.s);
    return 0;
}

static int read_step(struct reader *r)
{
    struct text name = take_name(r);
    const struct cim_property *p = r->class && name.n ? class_property(r->class, name) : NULL;
    struct fragment_step *step = &r->ret->steps[r->ret->n_steps];

    if (name.n == 0)
        return PATH_FAIL(r, "the path of a fragment is made of names, [n], [name=\"value\"] and text()");
    if (!p || !text_eq(p->name, name))
        return PATH_FAIL(r, "%s has no %.*s", r->class ? r->class->name.s : "the value",
                         (int)(name.n > 128 ? 128 : name.n), name.s);
    if (r->ret->n_steps == FRAGMENT_MAX_STEPS)
        return PATH_FAIL(r, "the path of a fragment has more than %d steps", FRAGMENT_MAX_STEPS);
    *step = (struct fragment_step){.property = p};
    r->ret->n_steps++;
    r->class = p->ref_class && property_value_type(p) == CIM_INSTANCE
                   ? schema_class(r->class->schema, text_of(p->ref_class))
                   : NULL;
    return read_predicate(r, step);
}

/* An absolute path begins with the element of the instance, which is also what stands for itself: /CLASS, or CLASS alone. */
static bool take_root(struct reader *r)
{
    struct reader ahead = *r;
    bool absolute = take(&ahead, '/');
    struct text name = take_name(&ahead);
    bool is_class = text_eq(name, r->ret->class->name);

    if (!is_class || (!absolute && class_property(r->ret->class, name)))
        return !absolute;
    *r = ahead;
    return true;
}

static int read_steps(struct reader *r)
{
    bool first = r->rest.n && r->rest.s[0] != '/';

    while (r->rest.n && !r->ret->is_text) {
        int status = 0;

        if (!first && !take(r, '/'))
            return PATH_FAIL(r, "a / is expected before %.*s", (int)(r->rest.n > 32 ? 32 : r->rest.n), r->rest.s);
        if (r->ret->n_steps && take_word(r, "text()"))
            r->ret->is_text = true;
        else
            status = read_step(r);
        if (status)
            return status;
        first = false;
    }
    return r->rest.n ? PATH_FAIL(r, "nothing can follow text()") : 0;
}

int fragment_parse(struct arena *a, struct text path, const struct cim_class *c, struct fragment *ret,
                   struct wsman_fault *ret_fault)
{
    struct reader r = {.rest = path, .class = c, .ret = ret, .f = ret_fault};

    (void)a;
    *ret = (struct fragment){.class = c};
    if (path.n == 0)
        return PATH_FAIL(&r, "the path of the fragment is empty");
    if (!take_root(&r))
        return PATH_FAIL(&r, "an absolute path begins with /%s", c->name.s);
    return read_steps(&r);
}

/* ---- Put */

struct change {
    struct arena *arena;
    const struct fragment *fragment;
    const struct xml_element *content; /* wsman:XmlFragment */
    struct wsman_fault *f;
    struct buf *text; /* for conditions */
};

static int bad_fragment(const struct change *c, const char *why)
{
    return wsman_fail(c->f, WSXF_INVALID_REPRESENTATION, "InvalidFragment", "%s", why);
}

static int bad_values(const struct change *c, const char *why)
{
    return wsman_fail(c->f, WSXF_INVALID_REPRESENTATION, "InvalidValues", "%s", why);
}

/* Bare text for text(), else elements of the property and nothing else: a text would be an array without items. */
static bool is_content_of(const struct change *c, const struct cim_property *p)
{
    if (c->fragment->is_text)
        return property_value_type(p) != CIM_INSTANCE;
    for (const struct xml_element *e = c->content->children; e; e = e->next)
        if (!text_ieq(e->name, p->name))
            return false;
    return text_trim(c->content->text).n == 0;
}

/* The new value of one scalar: bare text, or the one element of its name. */
static int new_scalar(const struct change *c, const struct cim_class *class, const struct cim_property *p,
                      struct cim_value *ret)
{
    const struct xml_element *e = c->fragment->is_text ? c->content : c->content->children;
    struct cim_error err = {0};
    int r;

    if (!is_content_of(c, p) || !e || (!c->fragment->is_text && e->next))
        return bad_fragment(c, "wsman:XmlFragment must hold what the path leads to, and that alone");
    r = wscim_scalar(c->arena, class, p, e, ret, &err);
    return r > 0 ? bad_values(c, err.message) : r;
}

static int new_array(const struct change *c, const struct cim_class *class, const struct cim_property *p,
                     struct cim_value *ret)
{
    struct cim_error err = {0};
    int r;

    if (c->fragment->is_text)
        return bad_fragment(c, "text() stands for one value, not for an array");
    if (!is_content_of(c, p))
        return bad_fragment(c, "wsman:XmlFragment must hold the items of the array, and them alone");
    if (!c->content->children) {
        *ret = value_array(property_value_type(p), NULL, 0);
        return 0;
    }
    r = wscim_property(c->arena, class, p, c->content, ret, &err);
    return r > 0 ? bad_values(c, err.message) : r;
}

/* Which item of an array the step means; the one behind the last may be added. False: none. */
static bool find_item(const struct change *c, const struct fragment_step *s, const struct cim_value *array,
                      uint32_t *ret)
{
    uint32_t n = value_is_null(array) ? 0 : array->len;

    if (s->index) {
        *ret = s->index - 1;
        return s->index <= n + 1;
    }
    for (*ret = 0; *ret < n && s->where.n; (*ret)++)
        if (fragment_condition_holds(s, &array->items[*ret], c->text))
            return true;
    return false;
}

static int change_step(const struct change *c, uint32_t at, struct cim_instance *i);

/* What stands at the end of the step: the new value, or the embedded instance with something in it changed. */
static int change_value(const struct change *c, uint32_t at, const struct cim_class *class,
                        const struct cim_property *p, struct cim_value *v)
{
    struct cim_instance *inner;
    int r;

    if (at + 1 == c->fragment->n_steps)
        return new_scalar(c, class, p, v);
    if (value_is_null(v))
        return bad_fragment(c, "the path leads through a value that is NULL");
    inner = instance_copy(c->arena, v->instance);
    r = inner ? change_step(c, at + 1, inner) : -ENOMEM;
    v->instance = inner;
    return r;
}

static int change_item(const struct change *c, uint32_t at, const struct cim_class *class, const struct cim_property *p,
                       struct cim_value *v)
{
    const struct fragment_step *s = &c->fragment->steps[at];
    enum cim_type type = property_value_type(p);
    uint32_t n = value_is_null(v) ? 0 : v->len, k;
    struct cim_value *items;

    if (!find_item(c, s, v, &k))
        return bad_fragment(c, "the path leads to no item of the array");
    items = arena_alloc(c->arena, (n + 1) * sizeof(*items));
    if (!items)
        return -ENOMEM;
    for (uint32_t j = 0; j < n; j++)
        items[j] = v->items[j];
    if (k == n)
        items[n++] = value_null(type, false);
    *v = value_array(type, items, n);
    return change_value(c, at, class, p, &items[k]);
}

/* The property is that of the instance's own class, which may have overridden it. */
static int change_step(const struct change *c, uint32_t at, struct cim_instance *i)
{
    const struct fragment_step *s = &c->fragment->steps[at];
    const struct cim_property *p = class_property(i->class, s->property->name);
    struct cim_value *v = p ? &i->values[p->index] : NULL;

    if (!v)
        return bad_fragment(c, "the path does not fit the instance");
    if (!p->is_array && s->where.n && !fragment_condition_holds(s, v, c->text))
        return bad_fragment(c, "the condition of the path does not hold");
    if (!p->is_array)
        return change_value(c, at, i->class, p, v);
    if (s->index || s->where.n)
        return change_item(c, at, i->class, p, v);
    if (at + 1 < c->fragment->n_steps)
        return bad_fragment(c, "the path leads through an array: which item is meant?");
    return new_array(c, i->class, p, v);
}

int fragment_apply(struct arena *a, const struct fragment *f, const struct wsman_request *q, struct cim_instance *i,
                   bool *given, struct wsman_fault *ret_fault)
{
    struct buf text;
    const struct change c = {.arena = a, .fragment = f, .content = q->content, .f = ret_fault, .text = &text};
    int r;

    if (!xml_is(q->content, XML_NS_WSMAN, "XmlFragment"))
        return bad_fragment(&c, "the body must be wsman:XmlFragment");
    if (f->n_steps == 0)
        return bad_fragment(&c, "the path names the whole instance: put it without wsman:FragmentTransfer");
    given[f->steps[0].property->index] = true;
    buf_init(&text, FRAGMENT_MAX_TEXT);
    r = change_step(&c, 0, i);
    if (!buf_ok(&text))
        r = -ENOMEM;
    buf_fini(&text);
    return r;
}
