/* A table for people. The first page chooses: the class, the keys that tell instances apart and properties that people
 * look for, as far as they fit and have values; columns and widths stay. A cell that is too wide is cut on a terminal
 * and pushes the rest elsewhere. Paths alone are lines without a heading. */
#include "server/cli/writer.h"

#include <stdlib.h>

enum {
    MAX_COLUMNS = 64,
    MAX_CANDIDATES = 512,
    MAX_CELL = 1 << 20,
    WIDEST = 40,
    GAP = 2,
    LONGEST_NAME = 128,
    FEW = 4,    /* columns: there is room for what nobody looks for */
    ENOUGH = 7, /* columns that the table chooses itself */
};

struct column {
    char name[LONGEST_NAME]; /* outlives the page */
    unsigned width;
};

struct table {
    struct column columns[MAX_COLUMNS];
    unsigned n;
    bool paths;
};

/* ---- What could be a column */

struct candidate {
    struct text name;
    unsigned rank; /* the order of the columns: keys before what people look for */
    uint64_t filled;
};

struct choice {
    struct writer *w;
    struct candidate all[MAX_CANDIDATES];
    unsigned n;
    uint64_t rows;
    const struct xml_element *items;
};

static const char *const wanted[] = {
    "Name",         "ElementName", "Caption",           "InstanceID", "DeviceID", "Status", "State",
    "EnabledState", "HealthState", "OperationalStatus", "Version",    "Started",  "Size",   "Root",
};

enum { RANK_KEY = 0, RANK_WANTED = 1, RANK_OTHER = 100, RANK_SCOPE = 101 };

static unsigned rank_of(const struct class_info *info, struct text name)
{
    const struct class_feature *f = classes_feature(info, name);

    if (f && f->is_key && !writer_is_scope(name))
        return RANK_KEY;
    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        if (text_ieqs(name, wanted[i]))
            return RANK_WANTED + i;
    return writer_is_scope(name) ? RANK_SCOPE : RANK_OTHER;
}

static void consider(struct choice *c, const struct class_info *info, struct field f)
{
    struct text t;
    unsigned i = 0;

    if (content_of(f.first, &t) == CONTENT_NULL || f.first->name.n >= LONGEST_NAME)
        return;
    while (i < c->n && !text_ieq(c->all[i].name, f.first->name))
        i++;
    if (i == c->n) {
        if (c->n == MAX_CANDIDATES)
            return;
        c->all[c->n++] = (struct candidate){.name = f.first->name, .rank = rank_of(info, f.first->name)};
    }
    c->all[i].filled++;
}

static void collect(struct choice *c)
{
    const struct xml_element *e = c->items;

    for (uint64_t i = 0; i < c->rows; i++, e = e->next) {
        struct field f = {0};
        struct item item;

        item_read(e, &item);
        while (item.object && field_next(item.object, &f))
            consider(c, writer_info(c->w, &item), f);
    }
}

/* Stable: what a class has first comes first */
static void sort(struct choice *c)
{
    for (unsigned i = 1; i < c->n; i++) {
        const struct candidate x = c->all[i];
        unsigned k = i;

        for (; k && c->all[k - 1].rank > x.rank; k--)
            c->all[k] = c->all[k - 1];
        c->all[k] = x;
    }
}

/* ---- Cells */

/* Into b; an empty name is the class. */
static void put_cell(struct writer *w, struct buf *b, const struct xml_element *e, const char *name)
{
    struct item item;
    struct field f;

    item_read(e, &item);
    if (!name[0]) {
        buf_text(b, item.class_name);
        return;
    }
    f = field_find(item.object, text_of(name));
    if (f.first)
        writer_put_line(w, b, classes_feature(writer_info(w, &item), f.first->name), f);
    arena_reset(&w->arena);
}

/* Characters; what a terminal shows wide counts as one. */
static unsigned width_of(struct text t)
{
    unsigned n = 0;

    for (size_t i = 0; i < t.n; i++)
        n += ((unsigned char)t.s[i] & 0xc0) != 0x80;
    return n;
}

static struct text head_of(struct text t, unsigned width)
{
    size_t i = 0;

    while (i < t.n && (width || ((unsigned char)t.s[i] & 0xc0) == 0x80))
        width -= ((unsigned char)t.s[i++] & 0xc0) != 0x80;
    return (struct text){t.s, i};
}

static unsigned widest(struct choice *c, const char *name)
{
    const struct xml_element *e = c->items;
    unsigned found = name[0] ? width_of(text_of(name)) : 5;
    struct buf cell;

    buf_init(&cell, MAX_CELL);
    for (uint64_t i = 0; i < c->rows; i++, e = e->next) {
        unsigned width;

        buf_reset(&cell);
        put_cell(c->w, &cell, e, name);
        width = width_of(buf_view(&cell));
        if (width > found)
            found = width;
    }
    buf_fini(&cell);
    return found < WIDEST ? found : WIDEST;
}

/* Two columns with the same text in every row: one is enough. */
static bool repeats(struct choice *c, const char *name, const char *other)
{
    const struct xml_element *e = c->items;
    struct buf a, b;
    bool same = true;

    buf_init(&a, MAX_CELL);
    buf_init(&b, MAX_CELL);
    for (uint64_t i = 0; i < c->rows && same; i++, e = e->next) {
        buf_reset(&a);
        buf_reset(&b);
        put_cell(c->w, &a, e, name);
        put_cell(c->w, &b, e, other);
        same = text_eq(buf_view(&a), buf_view(&b));
    }
    buf_fini(&a);
    buf_fini(&b);
    return same;
}

/* ---- Choosing */

static void add(struct choice *c, struct table *t, struct text name)
{
    struct column *x = &t->columns[t->n];

    if (t->n == MAX_COLUMNS || name.n >= LONGEST_NAME)
        return;
    for (size_t i = 0; i < name.n; i++)
        x->name[i] = name.s[i];
    x->name[name.n] = '\0';
    x->width = widest(c, x->name);
    t->n++;
}

static bool fits(const struct choice *c, const struct table *t)
{
    unsigned used = 0;

    for (unsigned i = 0; i < t->n; i++)
        used += t->columns[i].width + GAP;
    return !c->w->width || t->n <= 2 || used <= c->w->width + GAP;
}

static void add_if_useful(struct choice *c, struct table *t, struct text name)
{
    if (t->n == ENOUGH)
        return;
    add(c, t, name);
    for (unsigned i = 1; i + 1 < t->n; i++)
        if (repeats(c, t->columns[t->n - 1].name, t->columns[i].name)) {
            t->n--;
            return;
        }
    if (!fits(c, t))
        t->n--;
}

/* Those that at least one row in `share` has. What is a column already repeats itself. */
static void add_candidates(struct choice *c, struct table *t, unsigned below_rank, uint64_t share)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->all[i].rank < below_rank && c->all[i].filled * share >= c->rows)
            add_if_useful(c, t, c->all[i].name);
}

static void choose(struct writer *w, const struct xml_element *items, uint64_t n)
{
    struct choice *c = calloc(1, sizeof(*c));
    struct table *t = w->table;

    if (!c) {
        w->out.failed = true;
        return;
    }
    *c = (struct choice){.w = w, .items = items, .rows = n};
    for (unsigned i = 0; i < w->n_select; i++)
        add(c, t, w->select[i]);
    if (!w->n_select) {
        collect(c);
        sort(c);
        add(c, t, TEXT("")); /* the class */
        add_candidates(c, t, RANK_OTHER, 4);
        if (t->n < FEW)
            add_candidates(c, t, RANK_OTHER + 1, 4);
        if (t->n == 1)
            add_candidates(c, t, RANK_OTHER + 1, c->rows);
    }
    free(c);
}

/* ---- Printing */

static void put_padded(struct writer *w, struct text cell, unsigned column)
{
    const struct table *t = w->table;
    unsigned width = t->columns[column].width, n = width_of(cell);
    const bool last = column + 1 == t->n;

    if (last && w->width) /* all that is left of the line */
        for (unsigned i = width = 0; i < column; i++)
            width += t->columns[i].width + GAP;
    if (last && w->width)
        width = width < w->width ? w->width - width : 1;
    if (w->width && n > width) {
        buf_text(&w->out, head_of(cell, width - 1));
        buf_puts(&w->out, "…");
        n = width;
    } else {
        buf_text(&w->out, cell);
    }
    if (!last)
        buf_printf(&w->out, "%*s", (int)(n < width ? width - n : 0) + GAP, "");
}

/* Without the blanks that stand for empty cells. */
static void end_line(struct writer *w)
{
    while (buf_ok(&w->out) && w->out.len && w->out.data[w->out.len - 1] == ' ')
        w->out.len--;
    buf_char(&w->out, '\n');
}

static void put_heading(struct writer *w)
{
    for (unsigned i = 0; i < w->table->n; i++)
        put_padded(w, w->table->columns[i].name[0] ? text_of(w->table->columns[i].name) : TEXT("Class"), i);
    end_line(w);
}

static void put_row(struct writer *w, const struct xml_element *e)
{
    struct buf cell;

    buf_init(&cell, MAX_CELL);
    for (unsigned i = 0; i < w->table->n; i++) {
        buf_reset(&cell);
        put_cell(w, &cell, e, w->table->columns[i].name);
        put_padded(w, buf_view(&cell), i);
    }
    end_line(w);
    buf_fini(&cell);
}

static void put_path(struct writer *w, const struct item *item)
{
    writer_put_path(w, &w->out, item->epr);
    buf_char(&w->out, '\n');
    arena_reset(&w->arena);
}

static void begin(struct writer *w, const struct xml_element *items, uint64_t n)
{
    struct item first;

    w->begun = true;
    w->table = calloc(1, sizeof(*w->table));
    if (!w->table) {
        w->out.failed = true;
        return;
    }
    item_read(items, &first);
    w->table->paths = !first.object;
    w->brief = !w->table->paths;
    if (w->table->paths)
        return;
    choose(w, items, n);
    put_heading(w);
}

static void put_page(struct writer *w, const struct xml_element *items, uint64_t n)
{
    if (!w->begun && n)
        begin(w, items, n);
    for (; n && w->table; items = items->next, n--) {
        struct item item;

        item_read(items, &item);
        if (item.object && !w->table->paths)
            put_row(w, items);
        else if (item.epr)
            put_path(w, &item);
    }
}

static void put_end(struct writer *w)
{
    free(w->table);
    w->table = NULL;
}

const struct writer_kind table_writer = {put_page, put_end};
