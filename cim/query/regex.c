/* A pattern becomes a tree and the tree a set of states, of which all that are alive walk over the text at once
 * (Thompson). */
#include "cim/query/regex.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "cim/query/like.h"

enum kind { CHARACTER, ANY, SET, SEQUENCE, ALTERNATIVE, STAR, PLUS, OPTIONAL, NOTHING };

/* ---- the tree ---- */

struct element {
    enum kind kind;
    uint32_t character;
    struct text set;                    /* between the brackets */
    const struct element *left, *right; /* repetitions have left alone; sequences are lists to the right */
};

struct compiler {
    struct arena *arena;
    struct text pattern;
    size_t at;
    unsigned n, depth;
    struct cim_error *err;
    int status;
};

static bool fail(struct compiler *c, const char *what)
{
    if (c->status == 0)
        c->status = cim_fail(c->err, CIM_ERR_INVALID_QUERY, "query: the pattern behind LIKE, character %zu: %s",
                             c->at + 1, what);
    return false;
}

static char at(const struct compiler *c)
{
    return c->at < c->pattern.n ? c->pattern.s[c->at] : '\0';
}

static bool is_end(const struct compiler *c)
{
    return c->at == c->pattern.n;
}

static struct element *element(struct compiler *c, enum kind kind)
{
    struct element *e = NULL;

    if (++c->n > REGEX_MAX_ELEMENTS) {
        fail(c, "it is too long");
    } else {
        e = arena_zalloc(c->arena, sizeof(*e));
        if (!e)
            c->status = -ENOMEM;
        else
            e->kind = kind;
    }
    return e;
}

static struct element *alternatives(struct compiler *c);

static struct element *group(struct compiler *c)
{
    struct element *e;

    if (c->depth == REGEX_MAX_DEPTH) {
        fail(c, "groups are nested too deep");
        return NULL;
    }
    c->at++;
    c->depth++;
    e = alternatives(c);
    c->depth--;
    if (e && at(c) != ')') {
        fail(c, "expected `)`");
        return NULL;
    }
    c->at++;
    return e;
}

/* A `]` that comes first belongs to the set. */
static struct element *set(struct compiler *c)
{
    const size_t first = c->at + 1, least = first + (first < c->pattern.n && c->pattern.s[first] == '^') + 1;
    const char *start = c->pattern.s + first,
               *end = least < c->pattern.n ? memchr(c->pattern.s + least, ']', c->pattern.n - least) : NULL;
    struct element *e;

    if (!end) {
        fail(c, "the set has no closing bracket");
        return NULL;
    }
    e = element(c, SET);
    if (e)
        e->set = (struct text){start, (size_t)(end - start)};
    c->at = (size_t)(end - c->pattern.s) + 1;
    return e;
}

static struct element *character(struct compiler *c)
{
    const char *p = c->pattern.s + c->at;
    struct element *e = element(c, CHARACTER);

    if (e)
        e->character = like_character(&p, c->pattern.s + c->pattern.n);
    c->at = (size_t)(p - c->pattern.s);
    return e;
}

static struct element *atom(struct compiler *c)
{
    switch (at(c)) {
    case '(':
        return group(c);
    case '[':
        return set(c);
    case '.':
        c->at++;
        return element(c, ANY);
    case '\\':
        c->at++;
        if (!is_end(c))
            return character(c);
        fail(c, "a backslash protects nothing");
        return NULL;
    case '*':
    case '+':
    case '?':
        fail(c, "there is nothing to repeat");
        return NULL;
    case ')':
        fail(c, "there is no `(` before it");
        return NULL;
    case '{':
    case '}':
    case '^':
    case '$':
        fail(c, "the character has no meaning here; a backslash makes it ordinary");
        return NULL;
    default:
        return character(c);
    }
}

static struct element *repeated(struct compiler *c)
{
    static const char marks[] = "*+?";
    struct element *e = atom(c), *outer;
    const char *mark;

    while (e && !is_end(c) && (mark = strchr(marks, at(c))) && *mark) {
        outer = element(c, (enum kind)(STAR + (mark - marks)));
        if (outer)
            outer->left = e;
        c->at++;
        e = outer;
    }
    return e;
}

static bool is_branch_end(const struct compiler *c)
{
    return is_end(c) || at(c) == '|' || (at(c) == ')' && c->depth > 0);
}

/* The whole text must fit anyway; inside of groups the marks would mean something else. */
static void skip_mark(struct compiler *c, char mark, bool here)
{
    if (c->depth == 0 && here && at(c) == mark)
        c->at++;
}

static struct element *branch(struct compiler *c)
{
    struct element *first = NULL, *last = NULL;

    skip_mark(c, '^', true);
    while (!is_branch_end(c)) {
        struct element *item, *e;
        const bool ends = c->at + 1 == c->pattern.n || c->pattern.s[c->at + 1] == '|';

        skip_mark(c, '$', ends);
        if (is_branch_end(c))
            break;
        item = repeated(c);
        e = item ? element(c, SEQUENCE) : NULL;
        if (!e)
            return NULL;
        e->left = item;
        if (last)
            last->right = e;
        else
            first = e;
        last = e;
    }
    return first ? first : element(c, NOTHING);
}

static struct element *alternatives(struct compiler *c)
{
    struct element *e = branch(c);

    while (e && at(c) == '|') {
        struct element *outer = element(c, ALTERNATIVE);

        c->at++;
        if (!outer)
            return NULL;
        outer->left = e;
        outer->right = branch(c);
        e = outer->right ? outer : NULL;
    }
    return e;
}

/* ---- the states ---- */

enum { END = 0, MAX_STATES = REGEX_MAX_ELEMENTS + 1 };

struct state {
    enum { MATCH, ONE, SPLIT } kind;
    const struct element *element; /* ONE */
    uint16_t next, other;          /* other of a SPLIT */
};

struct query_regex {
    uint16_t start, n;
    struct state states[]; /* one for the end and at most one for each element */
};

static uint16_t new_state(struct query_regex *r, struct state s)
{
    r->states[r->n] = s;
    return r->n++;
}

/* The state where e begins if next is what follows it. */
static uint16_t build(struct query_regex *r, const struct element *e, uint16_t next)
{
    uint16_t s;

    switch (e->kind) {
    case NOTHING:
        return next;
    case SEQUENCE:
        return build(r, e->left, e->right ? build(r, e->right, next) : next);
    case ALTERNATIVE:
        s = build(r, e->left, next);
        return new_state(r, (struct state){SPLIT, NULL, s, build(r, e->right, next)});
    case OPTIONAL:
        return new_state(r, (struct state){SPLIT, NULL, build(r, e->left, next), next});
    case STAR:
    case PLUS:
        s = new_state(r, (struct state){SPLIT, NULL, END, next});
        r->states[s].next = build(r, e->left, s);
        return e->kind == STAR ? s : r->states[s].next;
    default:
        return new_state(r, (struct state){ONE, e, next, END});
    }
}

int regex_compile(struct arena *a, struct text pattern, const struct query_regex **ret, struct cim_error *err)
{
    struct compiler c = {.arena = a, .pattern = pattern, .err = err};
    const struct element *e = alternatives(&c);
    struct query_regex *r;

    if (c.status)
        return c.status;
    assert(is_end(&c));
    r = arena_alloc(a, sizeof(*r) + (c.n + 1) * sizeof(r->states[0]));
    if (!r)
        return -ENOMEM;
    r->n = 0;
    (void)new_state(r, (struct state){MATCH, NULL, END, END});
    r->start = build(r, e, END);
    *ret = r;
    return 0;
}

/* ---- matching ---- */

struct alive {
    uint16_t states[MAX_STATES];
    bool present[MAX_STATES];
    unsigned n;
};

/* The states that a character is compared in; SPLIT is passed through. */
static void add(const struct query_regex *r, struct alive *l, uint16_t s)
{
    while (!l->present[s]) {
        l->present[s] = true;
        if (r->states[s].kind != SPLIT) {
            l->states[l->n++] = s;
            return;
        }
        add(r, l, r->states[s].other);
        s = r->states[s].next;
    }
}

static bool in_set(struct text t, uint32_t c)
{
    const bool negated = t.s[0] == '^';
    const char *p = t.s + negated, *end = t.s + t.n;
    bool found = false;

    while (p < end && !found) {
        const uint32_t low = like_character(&p, end);
        uint32_t high = low;

        if (end - p >= 2 && *p == '-') {
            p++;
            high = like_character(&p, end);
        }
        found = c >= low && c <= high;
    }
    return found != negated;
}

static bool fits(const struct element *e, uint32_t c)
{
    return e->kind == ANY || (e->kind == SET ? in_set(e->set, c) : e->character == c);
}

static void clear(struct alive *l, unsigned n)
{
    l->n = 0;
    memset(l->present, 0, n * sizeof(l->present[0]));
}

bool regex_match(const struct query_regex *r, struct text t)
{
    struct alive lists[2], *now = &lists[0], *then = &lists[1], *swap;
    const char *p = t.s, *end = t.s + t.n;

    clear(now, r->n);
    add(r, now, r->start);
    while (p < end && now->n) {
        const uint32_t c = like_character(&p, end);

        clear(then, r->n);
        for (unsigned i = 0; i < now->n; i++) {
            const struct state *s = &r->states[now->states[i]];

            if (s->kind == ONE && fits(s->element, c))
                add(r, then, s->next);
        }
        swap = now;
        now = then;
        then = swap;
    }
    return p == end && now->present[END];
}
