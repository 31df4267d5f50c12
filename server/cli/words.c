#include "server/cli/words.h"

#include <errno.h>
#include <string.h>

struct list {
    struct arena *arena;
    struct text *items;
    uint32_t n, room;
};

static int push(struct list *l, struct text t, struct cim_error *err)
{
    if (l->n == WORDS_MAX_ITEMS)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "an array of more than %d items", WORDS_MAX_ITEMS);
    if (l->n == l->room) {
        const uint32_t room = l->room ? 2 * l->room : 4;
        struct text *items = arena_alloc(l->arena, room * sizeof(*items));

        if (!items)
            return -ENOMEM;
        if (l->n)
            memcpy(items, l->items, l->n * sizeof(*items));
        l->items = items;
        l->room = room;
    }
    l->items[l->n++] = t;
    return 0;
}

/* "TEXT" with \ before " and \; *at stands on the opening quote, then behind the closing one. */
static int take_quoted(struct arena *a, const char **at, struct text *ret, struct cim_error *err)
{
    char *out = arena_alloc(a, strlen(*at));
    size_t n = 0;
    const char *s = *at + 1;

    if (!out)
        return -ENOMEM;
    while (*s && *s != '"') {
        s += *s == '\\' && s[1];
        out[n++] = *s++;
    }
    if (!*s)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "a closing quote is missing: %s", *at);
    *at = s + 1;
    *ret = (struct text){out, n};
    return 0;
}

static int take_item(struct list *l, const char **at, struct cim_error *err)
{
    struct text t;
    int r;

    *at += strspn(*at, " ");
    if (**at != '"') {
        t = text_trim((struct text){*at, strcspn(*at, ",]")});
        *at += strcspn(*at, ",]");
        return push(l, t, err);
    }
    r = take_quoted(l->arena, at, &t, err);
    *at += strspn(*at, " ");
    return r ? r : push(l, t, err);
}

/* [A,"B",C] to the end of the word */
static int take_array(struct list *l, const char *word, struct cim_error *err)
{
    const char *at = word;
    int r;

    do {
        at++;
        r = take_item(l, &at, err);
    } while (r == 0 && *at == ',');
    if (r == 0 && (at[0] != ']' || at[1]))
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "an array ends with `]`: %s", word);
    return r;
}

/* What stands behind the sign. */
static int take_value(struct assignment *x, struct list *l, bool typed, const char *value, struct cim_error *err)
{
    const size_t n = strlen(value);
    struct text t = {value, n};
    int r;

    if (strcmp(value, "[]") == 0)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "%.*s: WS-Management cannot say that an array is empty",
                        (int)x->name.n, x->name.s);
    if (n > 1 && value[0] == '[' && value[n - 1] == ']') {
        x->is_array = true;
        return take_array(l, value, err);
    }
    if (typed && strcmp(value, "null") == 0) {
        x->is_null = true;
        return 0;
    }
    if (typed && value[0] == '"') {
        const char *at = value;

        r = take_quoted(l->arena, &at, &t, err);
        if (r == 0 && *at)
            r = cim_fail(err, CIM_ERR_INVALID_PARAMETER, "text behind the closing quote: %s", value);
        if (r)
            return r;
    }
    return push(l, t, err);
}

bool words_name(struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        const unsigned char c = (unsigned char)t.s[i], letter = c | 0x20;

        if (c < 0x80 && c != '_' && !(letter >= 'a' && letter <= 'z') && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return t.n > 0 && text_is_utf8(t);
}

static struct assignment *find(struct assignment *all, uint32_t n, struct text name)
{
    for (uint32_t i = 0; i < n; i++)
        if (text_ieq(all[i].name, name))
            return &all[i];
    return NULL;
}

static int take_word(struct arena *a, const char *word, struct assignment *all, uint32_t *n, struct cim_error *err)
{
    const char *sign = strchr(word, '=');
    const bool typed = sign && sign > word && sign[-1] == ':';
    const struct text name = {word, sign ? (size_t)(sign - word) - typed : 0};
    struct assignment *x = find(all, *n, name);
    struct list l = {.arena = a};
    int r;

    if (!words_name(name))
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "expected NAME=VALUE, found: %s", word);
    if (!x) {
        x = &all[(*n)++];
        x->name = name;
    } else {
        x->is_array = true;
        l.items = (struct text *)x->items; /* of a list like this one */
        l.n = l.room = x->n_items;
    }
    r = take_value(x, &l, typed, sign + 1, err);
    x->items = l.items;
    x->n_items = l.n;
    if (r == 0 && x->is_null && x->is_array)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "%.*s is given twice", (int)name.n, name.s);
    return r;
}

int words_assignments(struct arena *a, int n, char *const *words, struct assignment **ret, uint32_t *ret_n,
                      struct cim_error *err)
{
    struct assignment *all;
    uint32_t found = 0;

    if (n > WORDS_MAX_ASSIGNMENTS)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "more than %d values", WORDS_MAX_ASSIGNMENTS);
    all = arena_zalloc(a, (size_t)(n + 1) * sizeof(*all));
    if (!all)
        return -ENOMEM;
    for (int i = 0; i < n; i++) {
        const int r = take_word(a, words[i], all, &found, err);

        if (r)
            return r;
    }
    *ret = all;
    *ret_n = found;
    return 0;
}

/* ---- Objects */

static int take_keys(struct arena *a, int n, char *const *words, struct cim_path *p, struct cim_error *err)
{
    struct assignment *all;
    struct cim_key *keys;
    uint32_t found;
    int r = words_assignments(a, n, words, &all, &found, err);

    if (r)
        return r;
    keys = arena_zalloc(a, found * sizeof(*keys));
    if (!keys)
        return -ENOMEM;
    for (uint32_t i = 0; i < found; i++) {
        if (all[i].n_items != 1)
            return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "key %.*s needs one value", (int)all[i].name.n,
                            all[i].name.s);
        keys[i] = (struct cim_key){all[i].name, value_string(all[i].items[0])};
    }
    p->keys = keys;
    p->n_keys = found;
    return 0;
}

int words_path(struct arena *a, int n, char *const *words, bool with_keys, struct cim_path *ret, struct cim_error *err)
{
    int r = path_parse(a, text_of(words[0]), ret, err);

    if (r)
        return r;
    if (!ret->class_name.n)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "`%s` names a namespace, not a class or an instance", words[0]);
    if (n > 1 && (ret->n_keys || ret->is_singleton))
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "`%s` has its keys, what is `%s`?", words[0], words[1]);
    if (n > 1 && (r = take_keys(a, n - 1, words + 1, ret, err)))
        return r;
    if (ret->n_keys && ret->keys[0].name.n == 0)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "`%s` does not name its key: CLASS.KEY=\"VALUE\"", words[0]);
    if (with_keys && !ret->n_keys && !ret->is_singleton)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "`%s` has no keys: CLASS.KEY=\"VALUE\" or CLASS KEY=VALUE",
                        words[0]);
    return 0;
}

bool words_like_path(struct arena *a, struct text t, struct cim_path *ret)
{
    return path_parse(a, t, ret, NULL) == 0 && ret->n_keys && ret->keys[0].name.n;
}
