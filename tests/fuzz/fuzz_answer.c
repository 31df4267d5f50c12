/* Whatever a server answers, each format prints it or says that it cannot; the first byte chooses. */
#include "server/cli/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The answer itself stands for what the server says of a class. */
static const struct xml_element *ask(void *user, struct text class_name)
{
    (void)class_name;
    return user;
}

static void print(const struct answer_page *page, const struct xml_element *content, unsigned choice)
{
    struct classes classes;
    struct writer w;
    uint64_t n = 0;

    for (const struct xml_element *e = page->items; e; e = e->next)
        n++;
    classes_init(&classes, ask, (void *)content);
    writer_init(&w, OUTPUT_TABLE + choice % 5, choice & 64 ? "Name,Id" : NULL, choice & 128 ? NULL : &classes);
    w.width = choice & 32 ? 20 : 0;
    if (n)
        w.kind->page(&w, page->items, n);
    w.kind->end(&w);
    writer_fini(&w);
    classes_fini(&classes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct answer answer;
    struct answer_page page;
    struct cim_error err = {0};

    if (size < 1)
        return 0;
    arena_init(&a, 1 << 26);
    if (answer_read(&a, (struct text){(const char *)data + 1, size - 1}, &answer, &err) == 0) {
        if (!answer_page(&answer, &page))
            page = (struct answer_page){.items = answer.content};
        print(&page, answer.content, data[0]);
    }
    arena_fini(&a);
    return 0;
}
