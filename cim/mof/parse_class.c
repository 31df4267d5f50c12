/* Classes: qualifiers, properties, references, methods. */
#include "cim/mof/parser.h"

/* ---- qualifiers ---- */

static const struct {
    const char *name;
    uint8_t set, clear;
} flavors[] = {
    {"enableoverride", FLAVOR_OVERRIDABLE, 0}, {"disableoverride", 0, FLAVOR_OVERRIDABLE},
    {"tosubclass", FLAVOR_TOSUBCLASS, 0},      {"restricted", 0, FLAVOR_TOSUBCLASS},
    {"notosubclass", 0, FLAVOR_TOSUBCLASS},    {"nottosubclass", 0, FLAVOR_TOSUBCLASS},
    {"toinstance", FLAVOR_TOINSTANCE, 0},      {"notoinstance", 0, FLAVOR_TOINSTANCE},
    {"nottoinstance", 0, FLAVOR_TOINSTANCE},   {"translatable", FLAVOR_TRANSLATABLE, 0},
    {"amended", FLAVOR_TRANSLATABLE, 0},
};

bool mof_parse_flavor(struct mof_parser *p, uint8_t *set, uint8_t *clear)
{
    for (size_t i = 0; i < sizeof(flavors) / sizeof(flavors[0]); i++)
        if (mof_at_word(p, flavors[i].name)) {
            if ((*set & flavors[i].clear) || (*clear & flavors[i].set))
                return mof_fail(p, &p->token, "flavor contradicts the one before it");
            *set |= flavors[i].set;
            *clear |= flavors[i].clear;
            mof_advance(p);
            return true;
        }
    return mof_fail_expected(p, "a flavor");
}

static bool parse_qualifier_value(struct mof_parser *p, struct decl_qualifier *d)
{
    if (p->token.kind == '{') {
        d->has_value = true;
        return mof_parse_list(p, &d->value);
    }
    if (!mof_accept(p, '('))
        return true;
    d->has_value = true;
    return mof_parse_value(p, &d->value) && mof_expect(p, ')', "behind the qualifier's value");
}

static bool parse_qualifier(struct mof_parser *p, struct decl_qualifier ***tail)
{
    struct decl_qualifier *d = mof_unit_alloc(p->unit, sizeof(*d));

    if (!d)
        return false;
    d->place = mof_place(p, &p->token);
    if (!mof_expect_name(p, "a qualifier's name", &d->name) || !parse_qualifier_value(p, d))
        return false;
    if (mof_accept(p, ':'))
        do {
            if (!mof_parse_flavor(p, &d->flavors_set, &d->flavors_clear))
                return false;
        } while (p->token.kind == MOF_NAME);
    **tail = d;
    *tail = &d->next;
    return true;
}

bool mof_parse_qualifiers(struct mof_parser *p, struct decl_qualifier **ret)
{
    struct decl_qualifier *first = NULL, **tail = &first;

    if (!mof_accept(p, '['))
        return true;
    do {
        if (!parse_qualifier(p, &tail))
            return false;
    } while (mof_accept(p, ','));
    if (!mof_accept(p, ']'))
        return mof_fail_expected(p, "`,` or `]` behind a qualifier");
    *ret = first;
    return true;
}

/* ---- types ---- */

enum cim_type mof_data_type(struct text name)
{
    const enum cim_type t = type_of(name);

    return t >= CIM_BOOLEAN && t <= CIM_DATETIME ? t : CIM_TYPE_NONE;
}

bool mof_parse_array(struct mof_parser *p, bool *ret_is_array, uint32_t *ret_size)
{
    const struct mof_token size = p->token;

    if (!mof_accept(p, '['))
        return true;
    *ret_is_array = true;
    if (mof_accept(p, ']'))
        return true;
    if (p->token.kind != MOF_VALUE || p->token.value.type != CIM_UINT64)
        return mof_fail_expected(p, "a size or `]`");
    if (p->token.value.uint == 0 || p->token.value.uint > UINT32_MAX)
        return mof_fail(p, &size, "an array's size is 1 to 4294967295");
    *ret_size = (uint32_t)p->token.value.uint;
    mof_advance(p);
    return mof_expect(p, ']', "behind the array's size");
}

static struct decl_qualifier *find_qualifier(struct decl_qualifier *q, const char *name)
{
    while (q && !text_ieqs(q->name, name))
        q = q->next;
    return q;
}

/* WMI's types `object` and `object:Class` are a string with one of the qualifiers for embedded objects. */
static bool parse_object_type(struct mof_parser *p, const struct mof_token *at, struct decl_property *d)
{
    const bool typed = mof_accept(p, ':');
    struct decl_qualifier *q;
    struct text class_name;

    d->type = CIM_STRING;
    if (typed && !mof_expect_name(p, "a class name", &class_name))
        return false;
    if (find_qualifier(d->qualifiers, typed ? "EmbeddedInstance" : "EmbeddedObject"))
        return true;
    q = mof_unit_alloc(p->unit, sizeof(*q));
    if (!q)
        return false;
    q->name = typed ? TEXT("EmbeddedInstance") : TEXT("EmbeddedObject");
    q->has_value = true;
    q->value = typed ? value_string(class_name) : value_boolean(true);
    q->place = mof_place(p, at);
    q->next = d->qualifiers;
    d->qualifiers = q;
    return true;
}

/* `uint32`, `Class ref`, and where allow_void says so `void` */
static bool parse_type(struct mof_parser *p, struct decl_property *d, bool allow_void)
{
    const struct mof_token first = p->token;

    if (first.kind != MOF_NAME)
        return mof_fail_expected(p, "a type");
    mof_advance(p);
    d->type = mof_data_type(first.text);
    if (d->type != CIM_TYPE_NONE)
        return true;
    if (mof_accept_word(p, "ref")) {
        d->type = CIM_REFERENCE;
        d->ref_class = first.text;
        return true;
    }
    if (text_ieqs(first.text, "object"))
        return parse_object_type(p, &first, d);
    if (allow_void && text_ieqs(first.text, "void"))
        return true;
    return mof_fail(p, &first, "`%.*s` is no type; a reference is written `%.*s ref Name`", (int)first.text.n,
                    first.text.s, (int)first.text.n, first.text.s);
}

/* ---- features ---- */

struct class_lists {
    struct decl_property **properties_tail;
    struct decl_method **methods_tail;
};

static bool parse_parameter(struct mof_parser *p, struct decl_property ***tail)
{
    struct decl_property *d = mof_unit_alloc(p->unit, sizeof(*d));

    if (!d || !mof_parse_qualifiers(p, &d->qualifiers) || !parse_type(p, d, false))
        return false;
    d->place = mof_place(p, &p->token);
    if (!mof_expect_name(p, "a parameter's name", &d->name) || !mof_parse_array(p, &d->is_array, &d->array_size))
        return false;
    d->has_value = mof_accept(p, '=');
    if (d->has_value && !mof_parse_value(p, &d->value))
        return false;
    **tail = d;
    *tail = &d->next;
    return true;
}

/* Behind the opening parenthesis; head holds what stood before it. */
static bool parse_method(struct mof_parser *p, const struct decl_property *head, struct class_lists *lists)
{
    struct decl_method *d = mof_unit_alloc(p->unit, sizeof(*d));
    struct decl_property **tail;

    if (!d)
        return false;
    *d = (struct decl_method){.name = head->name,
                              .type = head->type,
                              .qualifiers = head->qualifiers,
                              .place = head->place};
    if (head->type == CIM_REFERENCE)
        return mof_unit_fail(p->unit, &head->place, "a method cannot return a reference");
    tail = &d->parameters;
    if (p->token.kind != ')')
        do {
            if (!parse_parameter(p, &tail))
                return false;
        } while (mof_accept(p, ','));
    if (!mof_accept(p, ')'))
        return mof_fail_expected(p, "`,` or `)` behind a parameter");
    if (!mof_expect(p, ';', "behind the method"))
        return false;
    *lists->methods_tail = d;
    lists->methods_tail = &d->next;
    return true;
}

static bool parse_property(struct mof_parser *p, struct decl_property *d, struct class_lists *lists)
{
    if (d->type == CIM_TYPE_NONE)
        return mof_unit_fail(p->unit, &d->place, "only a method is void");
    if (!mof_parse_array(p, &d->is_array, &d->array_size))
        return false;
    if (d->is_array && d->type == CIM_REFERENCE)
        return mof_unit_fail(p->unit, &d->place, "a reference in a class cannot be an array");
    d->has_value = mof_accept(p, '=');
    if (d->has_value && !mof_parse_value(p, &d->value))
        return false;
    if (!mof_expect(p, ';', "behind the property"))
        return false;
    *lists->properties_tail = d;
    lists->properties_tail = &d->next;
    return true;
}

static bool parse_feature(struct mof_parser *p, struct class_lists *lists)
{
    struct decl_property *d = mof_unit_alloc(p->unit, sizeof(*d));

    if (!d || !mof_parse_qualifiers(p, &d->qualifiers) || !parse_type(p, d, true))
        return false;
    d->place = mof_place(p, &p->token);
    if (!mof_expect_name(p, "a property's or method's name", &d->name))
        return false;
    return mof_accept(p, '(') ? parse_method(p, d, lists) : parse_property(p, d, lists);
}

static bool parse_class_head(struct mof_parser *p, struct decl_class *d)
{
    d->place = mof_place(p, &p->token);
    if (!mof_expect_name(p, "a class name", &d->name))
        return false;
    if (mof_accept_word(p, "as")) {
        d->alias = p->token.text;
        if (!mof_accept(p, MOF_ALIAS))
            return mof_fail_expected(p, "an alias such as `$Name`");
    }
    if (mof_accept(p, ':') && !mof_expect_name(p, "the superclass' name", &d->superclass))
        return false;
    return mof_expect(p, '{', "before the features of the class");
}

bool mof_parse_class(struct mof_parser *p, struct decl_qualifier *qualifiers)
{
    struct decl_class *d = mof_unit_alloc(p->unit, sizeof(*d));
    struct class_lists lists;
    unsigned braces;

    if (!d)
        return false;
    d->qualifiers = qualifiers;
    lists.properties_tail = &d->properties;
    lists.methods_tail = &d->methods;
    if (!parse_class_head(p, d))
        return false;
    braces = p->braces;
    while (p->token.kind != '}' && p->token.kind != MOF_END && !mof_unit_stopped(p->unit))
        if (!parse_feature(p, &lists))
            mof_recover(p, braces);
    if (mof_unit_stopped(p->unit))
        return false;
    if (!mof_expect(p, '}', "behind the class") || !mof_expect(p, ';', "behind the class"))
        return false;
    return mof_unit_add_class(p->unit, d);
}
