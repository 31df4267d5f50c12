/* Commands about one instance: get, put, create, delete, invoke; and identify. */
#include <errno.h>
#include <string.h>

#include "server/cli/output.h"
#include "server/cli/session.h"
#include "server/cli/writer.h"

/* What the words of a command name. */
struct subject {
    struct cim_path path;
    struct assignment *values;
    uint32_t n_values;
    const char *method; /* invoke */
};

/* The first n_path words are the object, the others are values; with_keys: it must be an instance. */
static int read_subject(struct session *s, int argc, char **argv, int n_path, bool with_keys, struct subject *ret)
{
    struct cim_error err = {0};
    int r = words_path(&s->arena, n_path, argv, with_keys, &ret->path, &err);

    if (r == 0)
        r = words_assignments(&s->arena, argc - n_path, argv + n_path, &ret->values, &ret->n_values, &err);
    if (r)
        return session_words(r, &err);
    session_use_namespace(s, ret->path.namespace);
    return session_bind(s, &ret->path, ret->method, ret->values, ret->n_values) ? CLI_OK : session_words(-ENOMEM, NULL);
}

/* ---- Printing */

/* The content of the answer: all of it, whatever the format. info: of what is of no class. */
static int print_answer(struct session *s, bool anonymous, const struct class_info *info)
{
    const struct options *o = s->options;
    struct writer w;
    int r;

    if (!s->answer.content)
        return CLI_OK;
    writer_init(&w, o->output ? o->output : OUTPUT_LIST, NULL, &s->classes);
    w.single = true;
    w.anonymous = anonymous;
    w.info = info;
    w.kind->page(&w, s->answer.content, 1);
    w.kind->end(&w);
    r = output_put(&w.out) ? CLI_OK : CLI_FAILED;
    writer_fini(&w);
    return r;
}

/* ---- The commands */

static int run_get(struct session *s, int argc, char **argv)
{
    struct subject x = {0};
    int r = read_subject(s, argc, argv, argc, false, &x);

    if (r != CLI_OK)
        return r;
    request_get(&s->request, session_message(s), &x.path);
    r = session_ask(s);
    return r == CLI_OK ? print_answer(s, false, NULL) : r;
}

static int run_put(struct session *s, int argc, char **argv)
{
    struct subject x = {0};
    int r = read_subject(s, argc, argv, 1, false, &x);

    if (r != CLI_OK)
        return r;
    request_put(&s->request, session_message(s), &x.path, x.values, x.n_values);
    r = session_ask(s);
    return r == CLI_OK ? print_answer(s, false, NULL) : r;
}

static int print_path(struct session *s)
{
    const struct xml_element *e = s->answer.content;
    struct cim_path p;
    struct buf text;

    if (!e || !epr_path(&s->reply_arena, e, &p)) {
        (void)fputs("cimstream: it was created, but the answer does not say as what\n", stderr);
        return CLI_FAILED;
    }
    buf_init(&text, PATH_MAX_TEXT);
    path_print(&text, &p, PATH_WBEM_URI);
    (void)puts(buf_cstr(&text)); /* the end of the program looks at standard output */
    buf_fini(&text);
    return CLI_OK;
}

static int run_create(struct session *s, int argc, char **argv)
{
    struct subject x = {0};
    int r = read_subject(s, argc, argv, 1, false, &x);

    if (r != CLI_OK)
        return r;
    if (x.path.n_keys)
        return CLI_USAGE;
    request_create(&s->request, session_message(s), x.path.class_name, x.values, x.n_values);
    r = session_ask(s);
    return r == CLI_OK ? print_path(s) : r;
}

/* Goes on behind a fault: the other objects are there, too. */
static int run_delete(struct session *s, int argc, char **argv)
{
    const struct text namespace = s->message.namespace;
    int worst = CLI_OK;

    for (int i = 0; i < argc; i++) {
        struct subject x = {0};
        int r;

        s->message.namespace = namespace;
        r = read_subject(s, 1, argv + i, 1, true, &x);
        if (r == CLI_OK) {
            request_delete(&s->request, session_message(s), &x.path);
            r = session_ask(s);
        }
        if (r != CLI_OK)
            (void)fprintf(stderr, "cimstream: not deleted: %s\n", argv[i]);
        worst = r > worst ? r : worst;
        if (r == CLI_UNREACHABLE)
            break;
    }
    return worst;
}

static int run_invoke(struct session *s, int argc, char **argv)
{
    struct subject x = {.method = argv[1]};
    char *words[WORDS_MAX_ASSIGNMENTS + 1];
    int r;

    if (!words_name(text_of(x.method)) || argc - 1 > WORDS_MAX_ASSIGNMENTS)
        return CLI_USAGE;
    words[0] = argv[0];
    memcpy(words + 1, argv + 2, (size_t)(argc - 2) * sizeof(*words));
    r = read_subject(s, argc - 1, words, 1, false, &x);
    if (r != CLI_OK)
        return r;
    request_invoke(&s->request, session_message(s), &x.path, x.method, x.values, x.n_values);
    r = session_ask(s);
    if (r != CLI_OK)
        return r;
    return print_answer(s, true, classes_method(classes_find(&s->classes, x.path.class_name), text_of(x.method)));
}

static int run_identify(struct session *s, int argc, char **argv)
{
    int r;

    (void)argc, (void)argv;
    request_identify(&s->request);
    (void)session_message(s); /* the message has no header, the session its URL */
    r = session_ask(s);
    return r == CLI_OK ? print_answer(s, true, NULL) : r;
}

int cmd_get(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_get);
}

int cmd_put(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_put);
}

int cmd_create(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_create);
}

int cmd_delete(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_delete);
}

int cmd_invoke(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_invoke);
}

int cmd_identify(const struct options *o, int argc, char **argv)
{
    return session_run(o, argc, argv, run_identify);
}
