#include "cim/core/hint.h"

#include "cim/model/path.h"

enum { HINT_MAX_TEXT = 1 << 20 };

void hint_init(struct query *q, const struct cim_class *c)
{
    *q = (struct query){.text = TEXT(""), .class_name = c->name};
}

bool hint_equal(struct query *q, struct arena *a, const struct cim_property *p, const struct cim_value *v)
{
    struct query_node *test = arena_zalloc(a, sizeof(*test)), *both = arena_zalloc(a, sizeof(*both));

    if (!test || !both)
        return false;
    test->op = QUERY_EQ;
    test->chain = (struct query_chain){
        .names = &p->name, .n = 1, .hash = p->hash, .index = p->index, .type = (uint8_t)property_value_type(p)};
    test->constant = *v;
    *both = (struct query_node){.op = QUERY_AND, .left = test, .right = q->where};
    q->where = q->where ? both : test;
    return true;
}

static void put_quoted(struct buf *b, struct text t)
{
    buf_char(b, '"');
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == '"' || t.s[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, t.s[i]);
    }
    buf_char(b, '"');
}

static void put_constant(struct buf *b, const struct cim_value *v)
{
    struct buf text;

    if (type_is_numeric(v->type) || v->type == CIM_BOOLEAN) {
        value_print(b, v);
        return;
    }
    buf_init(&text, HINT_MAX_TEXT);
    if (v->type == CIM_REFERENCE)
        path_print(&text, v->path, PATH_WMI);
    else
        value_print(&text, v);
    put_quoted(b, buf_view(&text));
    b->failed |= !buf_ok(&text);
    buf_fini(&text);
}

static void put_test(struct buf *b, const struct query_node *test)
{
    buf_text(b, test->chain.names[0]);
    buf_puts(b, " = ");
    put_constant(b, &test->constant);
}

bool hint_finish(struct query *q, struct arena *a)
{
    struct buf b;
    char *text = NULL;

    buf_init(&b, HINT_MAX_TEXT);
    buf_puts(&b, "SELECT * FROM ");
    buf_text(&b, q->class_name);
    for (const struct query_node *n = q->where; n; n = n->op == QUERY_AND ? n->right : NULL) {
        buf_puts(&b, n == q->where ? " WHERE " : " AND ");
        put_test(&b, n->op == QUERY_AND ? n->left : n);
    }
    if (buf_ok(&b))
        text = arena_strndup(a, buf_view(&b).s, buf_view(&b).n);
    if (text)
        q->text = (struct text){text, b.len};
    buf_fini(&b);
    return text != NULL;
}
