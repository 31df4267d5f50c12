#include "server/run/config_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/base/text.h"

struct suffix {
    const char *word;
    uint64_t factor;
};

/* From large to small; the last stands for a number without any. */
static const struct suffix sizes[] = {{"G", 1ull << 30}, {"M", 1ull << 20}, {"K", 1ull << 10}, {"", 1}};
static const struct suffix times[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {"", 1000}};
static const struct suffix counts[] = {{"", 1}};

static const struct suffix *suffixes(enum config_type type, size_t *ret_n)
{
    switch (type) {
    case CONFIG_SIZE:
        *ret_n = sizeof(sizes) / sizeof(sizes[0]);
        return sizes;
    case CONFIG_TIME:
        *ret_n = sizeof(times) / sizeof(times[0]);
        return times;
    default:
        *ret_n = sizeof(counts) / sizeof(counts[0]);
        return counts;
    }
}

/* Digits, for sizes and times maybe a fraction, maybe a suffix. */
static bool parse_number(enum config_type type, const char *s, uint64_t *ret)
{
    static const uint64_t most = UINT64_MAX / (1ull << 31); /* no factor overflows */
    size_t whole = strspn(s, "0123456789"), fraction = 0, n;
    const struct suffix *list = suffixes(type, &n);
    uint64_t value, scale = 1, part = 0;

    if (!whole || !text_to_u64((struct text){s, whole}, &value) || value > most)
        return false;
    s += whole;
    if (*s == '.' && type != CONFIG_COUNT) {
        fraction = strspn(++s, "0123456789");
        if (!fraction || fraction > 6 || !text_to_u64((struct text){s, fraction}, &part))
            return false;
        s += fraction;
    }
    for (size_t i = 0; i < fraction; i++)
        scale *= 10;
    while (*s == ' ')
        s++;
    for (size_t i = 0; i < n; i++)
        if (text_ieqs(text_of(s), list[i].word)) {
            *ret = value * list[i].factor + part * list[i].factor / scale;
            return true;
        }
    return false;
}

static void format_number(enum config_type type, uint64_t value, char *out, size_t size)
{
    size_t n;
    const struct suffix *list = suffixes(type, &n);
    size_t i = 0;

    while (i < n - 1 && (value < list[i].factor || value % list[i].factor != 0))
        i++;
    (void)snprintf(out, size, "%llu%s", (unsigned long long)(value / list[i].factor), list[i].word);
}

const char *config_value_expected(const struct config_key *key)
{
    static _Thread_local char text[160];
    char low[32], high[32];
    const char *what = key->type == CONFIG_SIZE ? "size" : key->type == CONFIG_TIME ? "time" : "number";

    switch (key->type) {
    case CONFIG_TEXT:
    case CONFIG_LIST:
        return "";
    case CONFIG_CHOICE:
        (void)snprintf(text, sizeof(text), "one of: %s", key->choices);
        break;
    default:
        format_number(key->type, key->min, low, sizeof(low));
        format_number(key->type, key->max, high, sizeof(high));
        (void)snprintf(text, sizeof(text), "a %s from %s to %s", what, low, high);
    }
    return text;
}

static bool parse_choice(const char *words, const char *value, uint64_t *ret)
{
    size_t n = strlen(value), at = 0;

    if (!n || strchr(value, ' '))
        return false;
    for (const char *w = words; *w; at++) {
        size_t len = strcspn(w, " ");

        if (len == n && memcmp(w, value, n) == 0) {
            *ret = at;
            return true;
        }
        w += len + (w[len] == ' ');
    }
    return false;
}

static int list_add(struct config_list *l, const char *value)
{
    char **items = realloc(l->items, (l->n + 2) * sizeof(*items));

    if (!items)
        return -ENOMEM;
    l->items = items;
    items[l->n] = strdup(value);
    if (!items[l->n])
        return -ENOMEM;
    items[++l->n] = NULL;
    return 0;
}

static int set_text(char **field, const char *value)
{
    char *copy = strdup(value);

    if (!copy)
        return -ENOMEM;
    free(*field);
    *field = copy;
    return 0;
}

int config_value_set(struct config *c, const struct config_key *key, const char *where, const char *value,
                     struct cim_error *err)
{
    void *field = (char *)c + key->field;
    uint64_t number;
    bool good;

    if ((key->type == CONFIG_TEXT || key->type == CONFIG_LIST) && !value[0])
        return cim_fail(err, -EINVAL, "%s: %s is empty", where, key->name);
    if (key->type == CONFIG_TEXT)
        return set_text(field, value);
    if (key->type == CONFIG_LIST)
        return list_add(field, value);
    if (key->type == CONFIG_CHOICE)
        good = parse_choice(key->choices, value, &number);
    else
        good = parse_number(key->type, value, &number) && number >= key->min && number <= key->max;
    if (!good)
        return cim_fail(err, -EINVAL, "%s: %s = %.40s: expected %s", where, key->name, value,
                        config_value_expected(key));
    *(uint64_t *)field = number;
    return 0;
}

void config_value_clear(struct config *c, const struct config_key *key)
{
    void *field = (char *)c + key->field;

    if (key->type == CONFIG_TEXT) {
        char **text = field;

        free(*text);
        *text = NULL;
    } else if (key->type == CONFIG_LIST) {
        struct config_list *l = field;

        for (size_t i = 0; i < l->n; i++)
            free(l->items[i]);
        free(l->items);
        *l = (struct config_list){0};
    } else {
        *(uint64_t *)field = 0;
    }
}
