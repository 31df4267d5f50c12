/* Finds superclasses and gives every class its place in pre-order. */
#include <errno.h>

#include "cim/model/schema_impl.h"

struct schema_node *schema_node_find(const struct schema_making *m, struct text name)
{
    uint32_t lo = 0, hi = m->n_nodes;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int d = text_icmp(name, m->nodes[mid].name);

        if (d == 0)
            return &m->nodes[mid];
        if (d < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

static void report_missing(struct schema_making *m, const struct decl_class *d, const struct schema_node *super)
{
    if (super)
        schema_problem(m, &d->place, CIM_ERR_CLASS_HAS_CHILDREN, "class %.*s cannot go: %.*s derives from it",
                       TEXT_ARGS(d->superclass), TEXT_ARGS(d->name));
    else
        schema_problem(m, &d->place, CIM_ERR_INVALID_SUPERCLASS, "superclass %.*s of class %.*s does not exist",
                       TEXT_ARGS(d->superclass), TEXT_ARGS(d->name));
}

/* Links children to their superclasses. Nodes are sorted by name and pushed from the last, so siblings come out
 * sorted. The chain of roots starts at ret_roots.
 */
static void link_nodes(struct schema_making *m, struct schema_node **ret_roots)
{
    for (uint32_t i = m->n_nodes; i-- > 0;) {
        struct schema_node *n = &m->nodes[i], **list = ret_roots;

        if (!n->decl)
            continue;
        if (n->decl->superclass.n) {
            n->super = schema_node_find(m, n->decl->superclass);
            if (!n->super || !n->super->decl) {
                report_missing(m, n->decl, n->super);
                n->super = NULL;
                continue;
            }
            list = &n->super->child;
        }
        n->sibling = *list;
        *list = n;
    }
}

/* Every walk upwards leaves its mark; one that meets its own mark has gone round. One report a cycle. */
static void report_cycles(struct schema_making *m)
{
    for (uint32_t i = 0; i < m->n_nodes; i++) {
        struct schema_node *n = &m->nodes[i];

        for (; n && n->mark == 0; n = n->super)
            n->mark = i + 1;
        if (n && n->mark == i + 1)
            schema_problem(m, &n->decl->place, CIM_ERR_INVALID_SUPERCLASS, "class %.*s derives from itself",
                           TEXT_ARGS(n->name));
    }
}

/* The node behind n in pre-order; the descendants of those that are left behind end at count. */
static struct schema_node *next_node(struct schema_making *m, struct schema_node *n, uint32_t count, uint32_t *depth)
{
    if (n->child && *depth == SCHEMA_MAX_DEPTH)
        schema_problem(m, &n->child->decl->place, CIM_ERR_INVALID_SUPERCLASS, "class %.*s has more than %u ancestors",
                       TEXT_ARGS(n->child->name), *depth);
    else if (n->child) {
        ++*depth;
        return n->child;
    }
    for (; n; n = n->super, --*depth) {
        n->class->end = count;
        if (n->sibling)
            return n->sibling;
    }
    return NULL;
}

int schema_tree_build(struct schema_making *m)
{
    struct schema_node *roots = NULL;
    uint32_t count = 0, depth = 0;

    m->schema->classes = arena_zalloc(&m->schema->arena, m->n_nodes * sizeof(*m->schema->classes));
    m->order = arena_alloc(m->scratch, m->n_nodes * sizeof(*m->order));
    if (!m->schema->classes || !m->order)
        return -ENOMEM;
    link_nodes(m, &roots);
    report_cycles(m);
    for (struct schema_node *n = roots; n; n = next_node(m, n, count, &depth)) {
        n->class = &m->schema->classes[count];
        n->class->index = count;
        n->class->depth = (uint16_t)depth;
        m->order[count++] = n;
    }
    m->schema->n_classes = count;
    return 0;
}
