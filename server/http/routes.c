#include "server/http/routes.h"

#include <assert.h>
#include <string.h>

static bool path_is(const struct route *row, struct text path)
{
    struct text want = text_of(row->path);

    if (path.n < want.n || memcmp(path.s, want.s, want.n) != 0)
        return false;
    if (path.n == want.n || (path.n == want.n + 1 && path.s[want.n] == '/'))
        return true;
    return row->below && path.s[want.n] == '/';
}

/* Whether a word of a list with ", " between. Methods are case-sensitive. */
static bool has_method(const char *methods, struct text method)
{
    for (const char *w = methods; *w;) {
        size_t n = strcspn(w, ",");

        if (n == method.n && memcmp(w, method.s, n) == 0)
            return true;
        w += n;
        w += strspn(w, ", ");
    }
    return false;
}

void routes_add(struct routes *r, const struct route *row)
{
    assert(r->n < ROUTES_MAX);
    assert(row->path && row->path[0] == '/' && row->methods && row->handler);
    for (size_t i = 0; i < r->n; i++)
        assert(strcmp(r->rows[i].path, row->path) != 0);
    r->rows[r->n++] = *row;
}

enum route_outcome routes_find(const struct routes *r, struct text method, struct text path,
                               const struct route **ret_row)
{
    for (size_t i = 0; i < r->n; i++) {
        if (!path_is(&r->rows[i], path))
            continue;
        *ret_row = &r->rows[i];
        return has_method(r->rows[i].methods, method) ? ROUTE_FOUND : ROUTE_NO_METHOD;
    }
    return ROUTE_NO_PATH;
}
