/* Commands that list: enum, query, associators, references. The server gives pages, each is printed and forgotten, so
 * that memory does not grow with the list. Whatever ends it early releases what the server holds. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "server/cli/interrupt.h"
#include "server/cli/output.h"
#include "server/cli/session.h"
#include "server/cli/writer.h"

/* The first page is small, so that the first rows come soon; a table sees it before it chooses its columns. */
enum { FIRST_PAGE = 50, NEXT_PAGES = 1000, MAX_CONTEXT = 1024, MAX_QUERY = 65536 };

struct list {
    struct session *session;
    const struct request_list *request;
    struct writer *writer;
    uint64_t printed, left; /* left: until the limit */
    char context[MAX_CONTEXT];
    struct text open; /* context that the server holds, n 0 = none */
    bool shows_progress, missed;
};

/* ---- Progress */

static void show_progress(const struct list *l)
{
    if (l->shows_progress)
        (void)fprintf(stderr, "\r%" PRIu64 " instances…", l->printed);
}

static void hide_progress(const struct list *l)
{
    if (l->shows_progress)
        (void)fputs("\r\033[K", stderr);
}

/* ---- Pages */

static uint64_t count(const struct xml_element *items, uint64_t most)
{
    uint64_t n = 0;

    for (; items && n < most; items = items->next)
        n++;
    return n;
}

static bool keep_context(struct list *l, struct text context)
{
    if (context.n > sizeof(l->context))
        return false;
    memcpy(l->context, context.s, context.n);
    l->open = (struct text){l->context, context.n};
    return true;
}

/* One answer: CLI_OK, and l->open says whether there is more. */
static int take_page(struct list *l)
{
    struct answer_page page;
    uint64_t n;

    l->open.n = 0;
    if (!answer_page(&l->session->answer, &page) || !keep_context(l, page.end ? TEXT("") : page.context)) {
        (void)fputs("cimstream: the answer is no page of a list\n", stderr);
        return CLI_FAILED;
    }
    if (page.missed.n) {
        hide_progress(l);
        (void)fprintf(stderr, "cimstream: %.*s\n", (int)page.missed.n, page.missed.s);
        l->missed = true;
    }
    n = count(page.items, l->left);
    if (n)
        l->writer->kind->page(l->writer, page.items, n);
    l->printed += n;
    l->left -= n;
    return output_put(&l->writer->out) ? CLI_OK : CLI_FAILED;
}

static void release(struct list *l)
{
    struct session *s = l->session;

    if (!l->open.n)
        return;
    interrupt_hold();
    buf_reset(&s->request);
    request_release(&s->request, session_message(s), l->request, l->open);
    (void)session_exchange(s); /* a fault: it was gone already */
}

static int pages(struct list *l)
{
    struct session *s = l->session;
    uint64_t most = FIRST_PAGE;
    int r;

    request_enumerate(&s->request, session_message(s), l->request, most < l->left ? most : l->left);
    while ((r = session_exchange(s)) == CLI_OK) {
        hide_progress(l);
        if (s->answer.is_fault) {
            l->open.n = 0;
            return session_fault(s);
        }
        r = take_page(l);
        if (r != CLI_OK || !l->open.n || !l->left || interrupt_pending())
            break;
        show_progress(l);
        most = NEXT_PAGES;
        request_pull(&s->request, session_message(s), l->request, l->open, most < l->left ? most : l->left);
    }
    hide_progress(l);
    return r;
}

static int run_list(struct session *s, const struct request_list *request)
{
    const struct options *o = s->options;
    struct writer w;
    struct list l = {.session = s, .request = request, .writer = &w, .left = o->limit ? o->limit : UINT64_MAX};
    int r;

    writer_init(&w, o->output ? o->output : OUTPUT_TABLE, o->select, &s->classes);
    l.shows_progress = !o->quiet && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    r = pages(&l);
    w.kind->end(&w);
    if (!interrupt_pending())
        r = output_put(&w.out) ? r : CLI_FAILED;
    if (r != CLI_UNREACHABLE)
        release(&l);
    writer_fini(&w);
    if (interrupt_pending())
        return CLI_FAILED;
    if (r != CLI_OK && l.printed)
        (void)fprintf(stderr, "cimstream: the list is not complete: %" PRIu64 " instances were printed\n", l.printed);
    if (r == CLI_OK && !l.printed && !o->quiet && isatty(STDOUT_FILENO))
        (void)fputs("cimstream: no instances\n", stderr);
    return r == CLI_OK && l.missed ? CLI_FAILED : r;
}

/* ---- The commands */

/* SELECT A,B FROM CLASS WHERE ... */
static void put_query(struct buf *b, const struct options *o, struct text class_name)
{
    buf_printf(b, "SELECT %s FROM ", o->select ? o->select : "*");
    buf_text(b, class_name);
    if (o->where)
        buf_printf(b, " WHERE %s", o->where);
}

static int run_enum(struct session *s, int argc, char **argv)
{
    const struct options *o = s->options;
    struct request_list list = {.paths = o->keys,
                                .depth = o->shallow ? REQUEST_SHALLOW
                                         : o->base  ? REQUEST_BASE
                                                    : REQUEST_DEEP};
    struct cim_error err = {0};
    struct cim_path p;
    struct buf query;
    int r = session_words(words_path(&s->arena, argc, argv, false, &p, &err), &err);

    if (r == CLI_OK && (p.n_keys || p.is_singleton || (o->shallow && o->base)))
        return CLI_USAGE;
    if (r != CLI_OK)
        return r;
    session_use_namespace(s, p.namespace);
    list.class_name = p.class_name;
    buf_init(&query, MAX_QUERY);
    if (o->where || o->select) {
        put_query(&query, o, p.class_name);
        list.dialect = REQUEST_WQL;
        list.query = buf_view(&query);
    }
    r = run_list(s, &list);
    buf_fini(&query);
    return r;
}

static int run_query(struct session *s, int argc, char **argv)
{
    const struct request_list list = {.class_name = TEXT("*"),
                                      .dialect = s->options->cql ? REQUEST_CQL : REQUEST_WQL,
                                      .query = text_of(argv[argc - 1])};

    return run_list(s, &list);
}

static int run_association(struct session *s, int argc, char **argv, bool references)
{
    const struct options *o = s->options;
    struct request_association association = {.references = references,
                                              .association_class = o->assoc_class,
                                              .result_class = o->result_class,
                                              .role = o->role,
                                              .result_role = o->result_role};
    const struct request_list list = {.class_name = TEXT("*"),
                                      .dialect = REQUEST_ASSOCIATION,
                                      .association = &association};
    struct cim_error err = {0};
    struct cim_path p;
    struct writer names; /* for the names alone */
    int r = session_words(words_path(&s->arena, argc, argv, true, &p, &err), &err);

    if (r != CLI_OK)
        return r;
    session_use_namespace(s, p.namespace);
    if (!session_bind(s, &p, NULL, NULL, 0))
        return session_words(-ENOMEM, NULL);
    writer_init(&names, OUTPUT_TABLE, o->select, NULL);
    association.object = &p;
    association.properties = names.select;
    association.n_properties = names.n_select;
    r = run_list(s, &list);
    writer_fini(&names);
    return r;
}

static int run_associators(struct session *s, int argc, char **argv)
{
    return run_association(s, argc, argv, false);
}

static int run_references(struct session *s, int argc, char **argv)
{
    return run_association(s, argc, argv, true);
}

int cmd_enum(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_enum);
}

int cmd_query(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_query);
}

int cmd_associators(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_associators);
}

int cmd_references(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_references);
}
