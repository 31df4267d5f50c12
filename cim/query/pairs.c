/* Selector filters: name and value pairs, all of which must be equal (MS-WSMV 3.1.4.1.13). */
#include <errno.h>
#include <string.h>

#include "cim/query/query.h"

static int check_pair(const struct query_pair *pairs, uint32_t i, struct cim_error *err)
{
    const struct text name = text_head(pairs[i].name, 60), value = pairs[i].value;

    if (name.n == 0)
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query: a selector has no name");
    if (!text_is_utf8(name) || !text_is_utf8(value))
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query is not UTF-8");
    if (value.n && (memchr(value.s, '"', value.n) || memchr(value.s, '\'', value.n)))
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query: the value of selector %.*s contains a quote", (int)name.n,
                        name.s);
    for (uint32_t k = 0; k < i; k++)
        if (text_ieq(pairs[k].name, pairs[i].name))
            return cim_fail(err, CIM_ERR_INVALID_QUERY, "query: selector %.*s is given twice", (int)name.n, name.s);
    return 0;
}

/* ---- the same in WQL, for providers that read it ---- */

static void print_value(struct buf *b, struct text value)
{
    buf_char(b, '"');
    for (size_t i = 0; i < value.n; i++) {
        if (value.s[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, value.s[i]);
    }
    buf_char(b, '"');
}

static size_t printed_size(struct text class_name, const struct query_pair *pairs, uint32_t n)
{
    size_t total = class_name.n;

    for (uint32_t i = 0; i < n && total <= QUERY_MAX_TEXT; i++)
        total += pairs[i].name.n + 2 * pairs[i].value.n;
    return total;
}

static int print_query(struct arena *a, struct text class_name, const struct query_pair *pairs, uint32_t n,
                       struct text *ret)
{
    struct buf b;
    char *copy;

    buf_init(&b, QUERY_MAX_TEXT + QUERY_MAX_PAIRS * 16);
    buf_puts(&b, "SELECT * FROM ");
    buf_text(&b, class_name);
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(&b, i ? " AND " : " WHERE ");
        buf_text(&b, pairs[i].name);
        buf_char(&b, '=');
        print_value(&b, pairs[i].value);
    }
    copy = buf_ok(&b) ? arena_strndup(a, b.data, b.len) : NULL;
    *ret = (struct text){copy, b.len};
    buf_fini(&b);
    return copy ? 0 : -ENOMEM;
}

/* ---- the tree ---- */

static const struct query_node *chain_tests(struct query_node *tests, struct query_node *ands, uint32_t n)
{
    for (uint32_t i = 0; i + 1 < n; i++) {
        const bool last = i + 2 == n;

        ands[i] = (struct query_node){.op = QUERY_AND, .left = &tests[i], .right = last ? &tests[i + 1] : &ands[i + 1]};
    }
    return n == 0 ? NULL : n == 1 ? tests : ands;
}

static int make_tree(struct arena *a, const struct query_pair *pairs, uint32_t n, const struct query_node **ret)
{
    struct query_node *tests = arena_zalloc(a, n * sizeof(*tests)), *ands = arena_zalloc(a, n * sizeof(*ands));

    if (!tests || !ands)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        struct text *name = arena_alloc(a, sizeof(*name));
        char *name_copy = arena_strndup(a, pairs[i].name.s, pairs[i].name.n);
        char *value = arena_strndup(a, pairs[i].value.s, pairs[i].value.n);

        if (!name || !name_copy || !value)
            return -ENOMEM;
        *name = (struct text){name_copy, pairs[i].name.n};
        tests[i].op = QUERY_EQ;
        tests[i].chain = (struct query_chain){.names = name, .n = 1, .hash = text_ihash(*name)};
        tests[i].constant = value_string((struct text){value, pairs[i].value.n});
    }
    *ret = chain_tests(tests, ands, n);
    return 0;
}

int query_from_pairs(struct arena *a, struct text class_name, const struct query_pair *pairs, uint32_t n,
                     struct query *ret, struct cim_error *err)
{
    struct query q = {.language = QUERY_SELECTORS};
    int r = 0;

    if (n > QUERY_MAX_PAIRS || printed_size(class_name, pairs, n) > QUERY_MAX_TEXT)
        return cim_fail(err, CIM_ERR_INVALID_QUERY, "query: more than %d selectors or %d bytes", QUERY_MAX_PAIRS,
                        QUERY_MAX_TEXT);
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = check_pair(pairs, i, err);
    if (r == 0)
        r = print_query(a, class_name, pairs, n, &q.text);
    if (r == 0)
        r = make_tree(a, pairs, n, &q.where);
    if (r)
        return r;
    q.class_name = (struct text){arena_strndup(a, class_name.s, class_name.n), class_name.n};
    if (!q.class_name.s)
        return -ENOMEM;
    *ret = q;
    return 0;
}
