/* The text of an object path, in either spelling (mof digest, section 7). */
#include <errno.h>
#include <string.h>

#include "cim/model/path.h"

/* Works in its own copy of the text: what is unescaped stays where it was. */
struct parser {
    struct arena *arena;
    char *start, *cur, *end;
    struct cim_error *err;
    bool no_class; /* the text is the path of a namespace */
};

static int bad(const struct parser *p, const char *what)
{
    return cim_fail(p->err, CIM_ERR_INVALID_PARAMETER, "object path, character %zu: %s",
                    (size_t)(p->cur - p->start) + 1, what);
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool at(const struct parser *p, char c)
{
    return p->cur < p->end && *p->cur == c;
}

static void skip_blanks(struct parser *p)
{
    while (at(p, ' ') || at(p, '\t'))
        p->cur++;
}

/* A name as CIM has it; empty if there is none here. */
static struct text take_name(struct parser *p)
{
    char *s = p->cur;

    if (p->cur < p->end && is_digit(*p->cur))
        return (struct text){s, 0};
    while (p->cur < p->end &&
           (is_letter(*p->cur) || is_digit(*p->cur) || *p->cur == '_' || (unsigned char)*p->cur >= 0x80))
        p->cur++;
    return (struct text){s, (size_t)(p->cur - s)};
}

/* "https:" before "//" says nothing that is needed here. */
static void skip_scheme(struct parser *p)
{
    char *s = p->cur;

    while (s < p->end && is_letter(*s))
        s++;
    if (s > p->cur && p->end - s >= 3 && s[0] == ':' && is_slash(s[1]) && is_slash(s[2]))
        p->cur = s + 1;
}

/* Leaves cur at the separator behind the host. */
static int parse_host(struct parser *p, struct cim_path *ret)
{
    char *s = p->cur + 2;

    if (p->end - p->cur < 2 || !is_slash(p->cur[0]) || !is_slash(p->cur[1]))
        return 0;
    for (p->cur = s; p->cur < p->end && !is_slash(*p->cur); p->cur++)
        if (memchr("\"'=,;?#<>", *p->cur, 9) || (unsigned char)*p->cur <= ' ')
            return bad(p, "this cannot be part of a host name");
    ret->host = (struct text){s, (size_t)(p->cur - s)};
    if (p->cur == p->end)
        return bad(p, "a namespace must follow the host");
    if (text_eq(ret->host, TEXT(".")))
        ret->host = (struct text){0};
    return 0;
}

static int take_namespace(struct parser *p, char *end, struct cim_path *ret)
{
    struct text t = {p->cur, (size_t)(end - p->cur)};
    int r;

    if (t.n && is_slash(t.s[0]))
        t = (struct text){t.s + 1, t.n - 1};
    if (t.n == 0 && end < p->end) { /* ":Class" and "/:Class": not given */
        p->cur = end;
        return 0;
    }
    r = namespace_normalise(p->arena, t, &ret->namespace, NULL);
    if (r > 0)
        return bad(p, "no namespace name");
    p->cur = end;
    return r;
}

/* A namespace ends at a colon that stands before any '=' and quote. Without a colon there is one only if there is
 * a slash, and it is all. */
static int parse_namespace(struct parser *p, struct cim_path *ret)
{
    bool slash = false;
    char *s = p->cur;
    int r;

    while (s < p->end && !memchr(":='\"", *s, 4))
        slash |= is_slash(*s++);
    if (s < p->end && *s == ':') {
        r = take_namespace(p, s, ret);
        p->cur++;
        return r;
    }
    p->no_class = slash;
    return slash ? take_namespace(p, p->end, ret) : 0;
}

/* Behind the opening quote; a backslash protects itself and quotes, before anything else it is just a backslash. */
static int take_quoted(struct parser *p, char quote, struct text *ret)
{
    char *to = p->cur;

    ret->s = to;
    for (; p->cur < p->end && *p->cur != quote; p->cur++) {
        if (*p->cur == '\\' && p->end - p->cur > 1 && memchr("\\\"'", p->cur[1], 3))
            p->cur++;
        *to++ = *p->cur;
    }
    if (p->cur == p->end)
        return bad(p, "a quote is missing");
    p->cur++;
    ret->n = (size_t)(to - ret->s);
    return 0;
}

static int take_bare(struct parser *p, struct cim_value *ret)
{
    char *s = p->cur;
    struct text t;
    enum cim_type type;

    while (p->cur < p->end && *p->cur != ',')
        p->cur++;
    t = text_trim((struct text){s, (size_t)(p->cur - s)});
    if (text_ieqs(t, "true") || text_ieqs(t, "false")) {
        *ret = value_boolean(t.n == 4);
        return 0;
    }
    type = memchr(t.s, '-', t.n) == t.s ? CIM_SINT64 : CIM_UINT64;
    if (!memchr(t.s, 'x', t.n) && !memchr(t.s, 'X', t.n) &&
        (memchr(t.s, '.', t.n) || memchr(t.s, 'e', t.n) || memchr(t.s, 'E', t.n)))
        type = CIM_REAL64;
    if (t.n == 0 || is_letter(t.s[0]) || value_parse(p->arena, type, t, ret, NULL)) {
        p->cur = s;
        return bad(p, "neither quoted text nor a number nor TRUE or FALSE");
    }
    return 0;
}

static int take_value(struct parser *p, struct cim_value *ret)
{
    char quote = p->cur < p->end ? *p->cur : '\0';
    struct text t;
    int r;

    if (quote != '"' && quote != '\'')
        return take_bare(p, ret);
    p->cur++;
    r = take_quoted(p, quote, &t);
    if (r)
        return r;
    if (quote == '"' || value_parse(p->arena, CIM_CHAR16, t, ret, NULL))
        *ret = value_string(t);
    skip_blanks(p);
    return p->cur == p->end || *p->cur == ',' ? 0 : bad(p, "a comma or the end is expected");
}

static int take_key(struct parser *p, const struct cim_key *keys, uint32_t n, struct cim_key *ret)
{
    skip_blanks(p);
    ret->name = take_name(p);
    if (ret->name.n == 0)
        return bad(p, "the name of a key is expected");
    for (uint32_t i = 0; i < n; i++)
        if (text_ieq(keys[i].name, ret->name))
            return bad(p, "this key is given twice");
    skip_blanks(p);
    if (!at(p, '='))
        return bad(p, "'=' is expected");
    p->cur++;
    skip_blanks(p);
    return take_value(p, &ret->value);
}

static int keep_keys(struct parser *p, const struct cim_key *keys, uint32_t n, struct cim_path *ret)
{
    struct cim_key *copy = arena_alloc(p->arena, n * sizeof(*copy));

    if (!copy)
        return -ENOMEM;
    memcpy(copy, keys, n * sizeof(*copy));
    ret->keys = copy;
    ret->n_keys = n;
    return 0;
}

static int parse_keys(struct parser *p, struct cim_path *ret)
{
    struct cim_key keys[PATH_MAX_KEYS];
    uint32_t n = 0;

    do {
        int r;

        if (n == PATH_MAX_KEYS)
            return bad(p, "too many keys");
        p->cur++; /* the point or the comma */
        r = take_key(p, keys, n, &keys[n]);
        if (r)
            return r;
        n++;
    } while (p->cur < p->end);
    return keep_keys(p, keys, n, ret);
}

/* Class=@ or Class=value */
static int parse_unnamed(struct parser *p, struct cim_path *ret)
{
    struct cim_key key = {.name = {"", 0}};
    int r;

    p->cur++;
    if (p->end - p->cur == 1 && *p->cur == '@') {
        ret->is_singleton = true;
        return 0;
    }
    r = take_value(p, &key.value);
    if (r)
        return r;
    return p->cur == p->end ? keep_keys(p, &key, 1, ret) : bad(p, "more than one key: they must be named");
}

static int parse_class(struct parser *p, struct cim_path *ret)
{
    ret->class_name = take_name(p);
    if (ret->class_name.n == 0)
        return bad(p, "the name of a class is expected");
    if (p->cur == p->end)
        return 0;
    if (*p->cur == '.')
        return parse_keys(p, ret);
    return *p->cur == '=' ? parse_unnamed(p, ret) : bad(p, "'.' or '=' is expected behind the class");
}

int path_parse(struct arena *a, struct text t, struct cim_path *ret, struct cim_error *err)
{
    struct cim_path path = {0};
    struct parser p = {.arena = a, .err = err};
    int r;

    if (t.n > PATH_MAX_TEXT)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "an object path has at most %d characters", PATH_MAX_TEXT);
    p.start = p.cur = arena_strndup(a, t.s, t.n);
    if (!p.start)
        return -ENOMEM;
    p.end = p.start + t.n;
    skip_scheme(&p);
    r = parse_host(&p, &path);
    if (r == 0)
        r = parse_namespace(&p, &path);
    if (r == 0 && !p.no_class)
        r = parse_class(&p, &path);
    if (r == 0)
        *ret = path;
    return r;
}
