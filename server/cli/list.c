/* `Name = value` lines, an empty line between instances; a path is a line. */
#include "server/cli/writer.h"

static void put_object(struct writer *w, const struct item *item)
{
    const struct class_info *info = writer_info(w, item);
    struct field f = {0};

    if (w->begun)
        buf_char(&w->out, '\n');
    if (item->class_name.n && !w->anonymous)
        buf_printf(&w->out, "$class = %.*s\n", (int)item->class_name.n, item->class_name.s);
    while (field_next(item->object, &f)) {
        buf_text(&w->out, f.first->name);
        buf_puts(&w->out, " = ");
        writer_put_line(w, &w->out, classes_feature(info, f.first->name), f);
        buf_char(&w->out, '\n');
    }
}

static void put_page(struct writer *w, const struct xml_element *items, uint64_t n)
{
    for (; n; items = items->next, n--) {
        struct item item;

        item_read(items, &item);
        if (item.object) {
            put_object(w, &item);
        } else {
            writer_put_path(w, &w->out, item.epr);
            buf_char(&w->out, '\n');
        }
        w->begun = true;
        arena_reset(&w->arena);
    }
}

static void put_end(struct writer *w)
{
    (void)w; /* every line has its end */
}

const struct writer_kind list_writer = {put_page, put_end};
