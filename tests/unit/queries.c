#include "tests/unit/queries.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* ---- queries as text ---- */

static void show_chain(struct buf *b, const struct query_chain *c)
{
    for (uint32_t i = 0; i < c->n; i++) {
        const struct query_step *step = c->steps ? &c->steps[i] : NULL;

        buf_puts(b, i ? "." : "");
        buf_text(b, step ? step->scope : (struct text){"", 0});
        buf_puts(b, step && step->scope.n ? "::" : "");
        buf_text(b, c->names[i]);
        if (step && step->item != QUERY_NO_ITEM)
            buf_printf(b, "[%u]", (unsigned)step->item);
    }
}

static void show_constant(struct buf *b, const struct cim_value *v)
{
    static const char letters[CIM_TYPE_COUNT] = {[CIM_UINT64] = 'u', [CIM_SINT64] = 's', [CIM_REAL64] = 'r'};

    if (letters[v->type])
        buf_char(b, letters[v->type]);
    buf_puts(b, v->type == CIM_STRING ? "<" : "");
    value_print(b, v);
    buf_puts(b, v->type == CIM_STRING ? ">" : "");
}

static void show_node(struct buf *b, const struct query_node *n)
{
    static const char *const words[] = {
        [QUERY_AND] = "&",         [QUERY_OR] = "|",
        [QUERY_NOT] = "!",         [QUERY_EQ] = "=",
        [QUERY_NE] = "<>",         [QUERY_LT] = "<",
        [QUERY_LE] = "<=",         [QUERY_GT] = ">",
        [QUERY_GE] = ">=",         [QUERY_LIKE] = " like ",
        [QUERY_REGEX] = " regex ", [QUERY_ISA] = " isa ",
        [QUERY_IS_NULL] = " null", [QUERY_IS_NOT_NULL] = " not null",
    };

    if (n->op > QUERY_NOT) {
        buf_puts(b, n->upper ? "^" : "");
        show_chain(b, &n->chain);
        buf_puts(b, words[n->op]);
        if (n->other)
            show_chain(b, n->other);
        buf_puts(b, n->symbol ? "#" : "");
        if (!n->other || n->symbol)
            show_constant(b, &n->constant);
        return;
    }
    buf_puts(b, words[n->op]);
    buf_char(b, '(');
    show_node(b, n->left);
    if (n->op != QUERY_NOT) {
        buf_puts(b, ", ");
        show_node(b, n->right);
    }
    buf_char(b, ')');
}

/* "a, b of Class: tree", "Class!" where it is exact */
void queries_show(struct buf *b, const struct query *q)
{
    for (uint32_t i = 0; i < q->n_select; i++) {
        buf_puts(b, i ? ", " : "");
        show_chain(b, &q->select[i]);
    }
    buf_puts(b, q->n_select ? " of " : "");
    buf_text(b, q->class_name);
    buf_puts(b, q->exact_class ? "!" : "");
    if (q->where) {
        buf_puts(b, ": ");
        show_node(b, q->where);
    }
}

/* ---- texts ---- */

void queries_check_good(query_parser_fn parse, const struct query_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct cim_error error = {0};
        struct query q;
        struct arena a;
        struct buf b;

        arena_init(&a, 1 << 20);
        buf_init(&b, 100000);
        (void)parse(&a, text_of(cases[i].source), &q, &error); /* a failure is seen by its message */
        assert_string_equal(error.message, "");
        queries_show(&b, &q);
        assert_string_equal(buf_cstr(&b), cases[i].shown);
        assert_string_equal(q.text.s, cases[i].source);
        assert_int_equal(q.fold_case, q.language == QUERY_WQL);
        buf_fini(&b);
        arena_fini(&a);
    }
}

int queries_status(query_parser_fn parse, const char *source, struct cim_error *ret_error)
{
    struct query q;
    struct arena a;
    int r;

    *ret_error = (struct cim_error){0};
    arena_init(&a, 1 << 24);
    r = parse(&a, text_of(source), &q, ret_error);
    arena_fini(&a);
    return r;
}

void queries_check_bad(query_parser_fn parse, const struct query_case *cases, size_t n, int status)
{
    for (size_t i = 0; i < n; i++) {
        struct cim_error error;
        const int r = queries_status(parse, cases[i].source, &error);

        assert_string_equal(error.message, cases[i].shown);
        assert_int_equal(r, status);
        assert_int_equal(error.status, status);
    }
}

void queries_check_full_arena(query_parser_fn parse, const char *source)
{
    struct query q;
    struct arena a;
    size_t max = 0;
    int r;

    do {
        arena_init(&a, max++);
        r = parse(&a, text_of(source), &q, NULL);
        arena_fini(&a);
        assert_true(r == 0 || r == -ENOMEM);
    } while (r);
}

/* ---- instances ---- */

void queries_world_init(struct query_world *w, const char *source)
{
    const struct decl_instance *d;
    size_t n = 0;

    *w = (struct query_world){0};
    arena_init(&w->arena, 1 << 20);
    mofs_compile(&w->mofs, source);
    assert_string_equal(buf_cstr(&w->mofs.problems), "");
    for (d = mof_unit_instances(w->mofs.unit); d; d = d->next) {
        struct cim_instance *i = NULL;

        assert_int_equal(mof_unit_instance(w->mofs.unit, d, w->mofs.schema, &w->arena, &i), 0);
        w->instances[n++] = i;
    }
}

void queries_world_fini(struct query_world *w)
{
    mofs_fini(&w->mofs);
    arena_fini(&w->arena);
}

int queries_bind(const struct query_world *w, query_parser_fn parse, const char *class_name, const char *source,
                 struct arena *a, struct query *ret, struct cim_error *err)
{
    struct query q;
    int r = parse(a, text_of(source), &q, err);

    return r ? r : query_bind(a, &q, mofs_class(&w->mofs, class_name), ret, err);
}

/* The format with where for its only %s */
static void insert(struct buf *b, const char *format, const char *where)
{
    const char *place = strstr(format, "%s");

    assert_non_null(place);
    buf_put(b, format, (size_t)(place - format));
    buf_puts(b, where);
    buf_puts(b, place + 2);
}

static bool matches(const struct query_world *w, query_parser_fn parse, const char *class_name, const char *format,
                    const char *where, const struct cim_instance *i)
{
    struct cim_error error = {0};
    struct arena a;
    struct query q;
    struct buf b;
    bool result;

    arena_init(&a, 1 << 20);
    buf_init(&b, 10000);
    insert(&b, format, where);
    (void)queries_bind(w, parse, class_name, buf_cstr(&b), &a, &q, &error); /* a failure is seen by its message */
    if (error.message[0])
        fail_msg("%s: %s", buf_cstr(&b), error.message);
    result = query_matches(&q, i);
    buf_fini(&b);
    arena_fini(&a);
    return result;
}

void queries_check_truth(const struct query_world *w, query_parser_fn parse, const char *class_name, const char *yes,
                         const char *no, const struct query_truth *cases, size_t n, const struct cim_instance *i)
{
    for (size_t k = 0; k < n; k++) {
        const bool holds = matches(w, parse, class_name, yes, cases[k].where, i);
        const bool fails = matches(w, parse, class_name, no, cases[k].where, i);
        const char truth = holds == fails ? '?' : holds ? 'y' : 'n';

        if (truth != cases[k].truth)
            fail_msg("%c %s, expected %c", truth, cases[k].where, cases[k].truth);
    }
}

void queries_check_unbound(const struct query_world *w, query_parser_fn parse, const char *class_name,
                           const struct query_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct cim_error error = {0};
        struct arena a;
        struct query q;
        int r;

        arena_init(&a, 1 << 20);
        r = queries_bind(w, parse, class_name, cases[i].source, &a, &q, &error);
        assert_string_equal(error.message, cases[i].shown);
        assert_int_equal(r, CIM_ERR_INVALID_QUERY);
        arena_fini(&a);
    }
}
