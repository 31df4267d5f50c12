/* XML: the items as they came, each with the declarations that it needs, in a wsen:Items of their own. */
#include "server/cli/writer.h"

#define ITEMS "<wsen:Items xmlns:wsen=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\">\n"

static void put_page(struct writer *w, const struct xml_element *items, uint64_t n)
{
    if (!w->begun)
        buf_puts(&w->out, w->single ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                    : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" ITEMS);
    w->begun = true;
    for (; n; items = items->next, n--) {
        xml_serialise(&w->out, items);
        buf_char(&w->out, '\n');
    }
}

static void put_end(struct writer *w)
{
    if (!w->begun)
        put_page(w, NULL, 0);
    if (!w->single)
        buf_puts(&w->out, "</wsen:Items>\n");
}

const struct writer_kind markup_writer = {put_page, put_end};
