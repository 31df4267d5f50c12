/* Values, and instances, which are lists of them. */
#include <string.h>

#include "cim/model/path.h"
#include "cim/mof/parser.h"

static bool out_of_memory(struct mof_parser *p)
{
    p->unit->no_memory = true;
    return false;
}

static bool parse_joined_string(struct mof_parser *p, const struct mof_token *first, struct text *ret)
{
    struct buf *b = &p->unit->scratch;
    struct mof_token t = *first;
    const char *error;

    buf_reset(b);
    for (;;) {
        error = mof_string_decode(b, &t);
        if (error)
            return mof_fail(p, &t, "%s", error);
        if (p->token.kind != MOF_STRING)
            break;
        t = p->token;
        mof_advance(p);
    }
    if (!buf_ok(b))
        return out_of_memory(p);
    ret->n = b->len;
    ret->s = arena_strndup(&p->unit->arena, b->data, b->len);
    return ret->s || out_of_memory(p);
}

bool mof_parse_string(struct mof_parser *p, struct text *ret)
{
    const struct mof_token first = p->token;

    if (first.kind != MOF_STRING)
        return mof_fail_expected(p, "a string");
    mof_advance(p);
    if (first.escaped || p->token.kind == MOF_STRING)
        return parse_joined_string(p, &first, ret);
    *ret = first.text;
    return true;
}

static bool scalar_string(struct mof_parser *p, struct cim_value *ret)
{
    struct text t;

    if (!mof_parse_string(p, &t))
        return false;
    *ret = value_string(t);
    return true;
}

static bool scalar_value(struct mof_parser *p, struct cim_value *ret)
{
    *ret = p->token.value;
    mof_advance(p);
    return true;
}

/* An alias stands as a reference to a path whose class is the alias with its `$`: no class is called so. */
static bool scalar_alias(struct mof_parser *p, struct cim_value *ret)
{
    struct cim_path *path = mof_unit_alloc(p->unit, sizeof(*path));

    if (!path)
        return false;
    path->class_name = (struct text){p->token.text.s - 1, p->token.text.n + 1};
    *ret = value_null(CIM_REFERENCE, false);
    ret->flags |= CIM_VALUE_SET;
    ret->path = path;
    mof_advance(p);
    return true;
}

static bool parse_instance_body(struct mof_parser *p, struct decl_instance *d);

/* WMI's embedded instance without quotes. It is kept as the text that DSP0004 would have in a string. */
static bool embedded_instance(struct mof_parser *p, struct cim_value *ret)
{
    struct decl_instance ignored = {0};
    const char *start = p->token.text.s, *end;
    bool good;
    char *text;

    if (p->nesting == MOF_MAX_NESTING)
        return mof_fail(p, &p->token, "instances are nested deeper than %d", MOF_MAX_NESTING);
    mof_advance(p);
    p->nesting++;
    good = parse_instance_body(p, &ignored);
    p->nesting--;
    if (!good)
        return false;
    if (p->token.kind != '}')
        return mof_fail_expected(p, "`}` behind the instance");
    end = p->token.text.s + 1;
    mof_advance(p);
    text = mof_unit_alloc(p->unit, (size_t)(end - start) + 2);
    if (!text)
        return false;
    memcpy(text, start, (size_t)(end - start));
    text[end - start] = ';';
    *ret = value_string((struct text){text, (size_t)(end - start) + 1});
    return true;
}

static bool scalar_word(struct mof_parser *p, struct cim_value *ret)
{
    if (mof_accept_word(p, "null")) {
        *ret = value_null(CIM_TYPE_NONE, false);
        return true;
    }
    if (mof_at_word(p, "true") || mof_at_word(p, "false")) {
        *ret = value_boolean(mof_at_word(p, "true"));
        mof_advance(p);
        return true;
    }
    return mof_at_word(p, "instance") ? embedded_instance(p, ret) : mof_fail_expected(p, "a value");
}

bool mof_parse_scalar(struct mof_parser *p, struct cim_value *ret)
{
    static const struct {
        int kind;
        bool (*parse)(struct mof_parser *p, struct cim_value *ret);
    } forms[] = {{MOF_STRING, scalar_string},
                 {MOF_VALUE, scalar_value},
                 {MOF_NAME, scalar_word},
                 {MOF_ALIAS, scalar_alias}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (p->token.kind == forms[i].kind)
            return forms[i].parse(p, ret);
    return mof_fail_expected(p, "a value");
}

static bool parse_items(struct mof_parser *p)
{
    struct cim_value item;

    do {
        if (!mof_parse_scalar(p, &item))
            return false;
        buf_put(&p->unit->items, &item, sizeof(item));
    } while (mof_accept(p, ','));
    if (p->token.kind != '}')
        return mof_fail_expected(p, "`,` or `}` behind an item");
    return true;
}

static enum cim_type type_of_items(const struct cim_value *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!value_is_null(&items[i]))
            return items[i].type;
    return CIM_TYPE_NONE;
}

/* Items gather on the unit's stack above those of an enclosing list. */
bool mof_parse_list(struct mof_parser *p, struct cim_value *ret)
{
    struct buf *stack = &p->unit->items;
    const size_t start = stack->len;
    struct cim_value *items;
    size_t bytes;
    bool good;

    if (!mof_expect(p, '{', "before the list"))
        return false;
    good = p->token.kind == '}' || parse_items(p);
    bytes = stack->len - start;
    stack->len = start;
    if (!good)
        return false;
    if (!buf_ok(stack))
        return out_of_memory(p);
    mof_advance(p);
    items = arena_alloc(&p->unit->arena, bytes);
    if (!items)
        return out_of_memory(p);
    if (bytes)
        memcpy(items, stack->data + start, bytes);
    *ret = value_array(type_of_items(items, bytes / sizeof(*items)), items, (uint32_t)(bytes / sizeof(*items)));
    return true;
}

bool mof_parse_value(struct mof_parser *p, struct cim_value *ret)
{
    return p->token.kind == '{' ? mof_parse_list(p, ret) : mof_parse_scalar(p, ret);
}

/* ---- instances ---- */

static bool parse_assignment(struct mof_parser *p, struct decl_property ***tail)
{
    struct decl_property *d = mof_unit_alloc(p->unit, sizeof(*d));

    if (!d || !mof_parse_qualifiers(p, &d->qualifiers))
        return false;
    d->place = mof_place(p, &p->token);
    if (!mof_expect_name(p, "a property's name", &d->name) || !mof_expect(p, '=', "behind the property's name") ||
        !mof_parse_value(p, &d->value) || !mof_expect(p, ';', "behind the property's value"))
        return false;
    d->has_value = true;
    d->is_array = value_is_array(&d->value);
    **tail = d;
    *tail = &d->next;
    return true;
}

/* From `of` to before the closing brace. Problems within a property do not end it. */
static bool parse_instance_body(struct mof_parser *p, struct decl_instance *d)
{
    struct decl_property **tail = &d->properties;
    unsigned braces;

    if (!mof_accept_word(p, "of"))
        return mof_fail_expected(p, "`of` behind `instance`");
    d->place = mof_place(p, &p->token);
    if (!mof_expect_name(p, "a class name", &d->class_name))
        return false;
    if (mof_accept_word(p, "as")) {
        d->alias = p->token.text;
        if (!mof_accept(p, MOF_ALIAS))
            return mof_fail_expected(p, "an alias such as `$Name`");
    }
    if (!mof_expect(p, '{', "before the properties"))
        return false;
    braces = p->braces;
    while (p->token.kind != '}' && p->token.kind != MOF_END && !mof_unit_stopped(p->unit))
        if (!parse_assignment(p, &tail))
            mof_recover(p, braces);
    return !mof_unit_stopped(p->unit);
}

bool mof_parse_instance(struct mof_parser *p, struct decl_qualifier *qualifiers)
{
    struct decl_instance *d = mof_unit_alloc(p->unit, sizeof(*d));

    (void)qualifiers; /* instances carry none */
    if (!d || !parse_instance_body(p, d))
        return false;
    if (!mof_expect(p, '}', "behind the instance") || !mof_expect(p, ';', "behind the instance"))
        return false;
    return mof_unit_add_instance(p->unit, d);
}
