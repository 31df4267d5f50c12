#include "server/cli/classes.h"

#include <string.h>

#include "server/proto/xml.h"

enum { MAX_MEMORY = 64 << 20 };

/* ---- Reading */

static const struct {
    const char *element;
    bool is_array, is_reference;
} kinds[] = {
    {"PROPERTY", false, false},         {"PROPERTY.ARRAY", true, false},  {"PROPERTY.REFERENCE", false, true},
    {"PARAMETER", false, false},        {"PARAMETER.ARRAY", true, false}, {"PARAMETER.REFERENCE", false, true},
    {"PARAMETER.REFARRAY", true, true},
};

static struct text attribute(const struct xml_element *e, const char *name)
{
    return xml_attribute(e, XML_NS_NONE, name);
}

static bool copy(struct arena *a, struct text t, struct text *ret)
{
    *ret = (struct text){arena_strndup(a, t.s, t.n), t.n};
    return ret->s;
}

static bool is_key(const struct xml_element *property)
{
    for (const struct xml_element *q = property->children; q; q = q->next)
        if (xml_is(q, XML_NS_NONE, "QUALIFIER") && text_ieqs(attribute(q, "NAME"), "Key"))
            return q->children && xml_true(q->children->text);
    return false;
}

/* False: the element is something else. The name is not copied yet. */
static bool read_feature(const struct xml_element *e, struct class_feature *ret)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (xml_is(e, XML_NS_NONE, kinds[i].element)) {
            *ret = (struct class_feature){.name = attribute(e, "NAME"),
                                          .type = kinds[i].is_reference ? CIM_REFERENCE : type_of(attribute(e, "TYPE")),
                                          .is_array = kinds[i].is_array,
                                          .is_key = is_key(e)};
            return true;
        }
    return false;
}

static uint32_t count(const struct xml_element *e)
{
    uint32_t n = 0;

    for (const struct xml_element *c = e->children; c; c = c->next)
        n++;
    return n;
}

/* more: room for features beside those of the children */
static struct class_feature *read_features(struct arena *a, const struct xml_element *e, uint32_t more,
                                           struct class_info *ret)
{
    struct class_feature *list = arena_alloc(a, (count(e) + more) * sizeof(*list));
    uint32_t n = 0;

    if (!list || !copy(a, attribute(e, "NAME"), &ret->name))
        return NULL;
    for (const struct xml_element *c = e->children; c; c = c->next) {
        if (!read_feature(c, &list[n]))
            continue;
        if (!copy(a, list[n].name, &list[n].name))
            return NULL;
        n++;
    }
    ret->features = list;
    ret->n_features = n;
    return list;
}

static bool read_method(struct arena *a, const struct xml_element *e, struct class_info *ret)
{
    struct class_feature *list = read_features(a, e, 1, ret);

    if (list)
        list[ret->n_features++] =
            (struct class_feature){.name = TEXT("ReturnValue"), .type = type_of(attribute(e, "TYPE"))};
    return list;
}

bool classes_read(struct arena *a, const struct xml_element *e, struct class_info *ret)
{
    *ret = (struct class_info){0};
    if (!xml_is(e, XML_NS_NONE, "CLASS") || !read_features(a, e, 0, ret))
        return false;
    for (const struct xml_element *c = e->children; c; c = c->next) {
        struct class_info *m = xml_is(c, XML_NS_NONE, "METHOD") ? arena_zalloc(a, sizeof(*m)) : NULL;

        if (!m)
            continue;
        if (!read_method(a, c, m))
            return false;
        m->next = ret->methods;
        ret->methods = m;
    }
    return true;
}

/* ---- The cache */

void classes_init(struct classes *c, classes_ask ask, void *user)
{
    *c = (struct classes){.ask = ask, .user = user};
    arena_init(&c->arena, MAX_MEMORY);
}

void classes_fini(struct classes *c)
{
    arena_fini(&c->arena);
}

static struct class_info *learn(struct classes *c, struct text class_name)
{
    struct class_info *info = arena_zalloc(&c->arena, sizeof(*info));
    const struct xml_element *e;

    if (!info)
        return NULL;
    e = c->ask(c->user, class_name);
    if (!e || !classes_read(&c->arena, e, info))
        *info = (struct class_info){0};
    if (!copy(&c->arena, class_name, &info->name))
        return NULL;
    info->next = c->known;
    return c->known = info;
}

const struct class_info *classes_find(struct classes *c, struct text class_name)
{
    const struct class_info *info = c->known;

    if (!class_name.n)
        return NULL;
    while (info && !text_ieq(info->name, class_name))
        info = info->next;
    if (!info)
        info = learn(c, class_name);
    return info && info->features ? info : NULL;
}

const struct class_feature *classes_feature(const struct class_info *info, struct text name)
{
    for (uint32_t i = 0; info && i < info->n_features; i++)
        if (text_ieq(info->features[i].name, name))
            return &info->features[i];
    return NULL;
}

const struct class_info *classes_method(const struct class_info *info, struct text name)
{
    const struct class_info *m = info ? info->methods : NULL;

    while (m && !text_ieq(m->name, name))
        m = m->next;
    return m;
}

/* ---- Binding */

static bool may_be_reference(const struct class_info *info, struct text name)
{
    const struct class_feature *f = classes_feature(info, name);

    return !f || f->type == CIM_REFERENCE;
}

bool classes_bind_path(struct arena *a, const struct class_info *info, struct cim_path *p)
{
    struct cim_key *keys = arena_alloc(a, p->n_keys * sizeof(*keys));

    if (!keys)
        return false;
    for (uint32_t i = 0; i < p->n_keys; i++) {
        struct cim_path *inner;

        keys[i] = p->keys[i];
        if (keys[i].value.type != CIM_STRING || !may_be_reference(info, keys[i].name))
            continue;
        inner = arena_alloc(a, sizeof(*inner));
        if (!inner)
            return false;
        if (words_like_path(a, value_text(&keys[i].value), inner))
            keys[i].value = (struct cim_value){.type = CIM_REFERENCE, .flags = CIM_VALUE_SET, .path = inner};
    }
    p->keys = keys;
    return true;
}

void classes_bind_values(struct arena *a, const struct class_info *info, struct assignment *values, uint32_t n)
{
    struct cim_path p;

    for (uint32_t i = 0; i < n; i++) {
        struct assignment *x = &values[i];
        uint32_t like = 0;

        for (uint32_t k = 0; k < x->n_items; k++)
            like += words_like_path(a, x->items[k], &p);
        x->is_reference = x->n_items && like == x->n_items && may_be_reference(info, x->name);
    }
}
