#include "server/cli/session.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

enum { MAX_REQUEST = 16 << 20, MAX_WORDS = 64 << 20, MAX_TREE = 512 << 20 };

static const char soap[] = "application/soap+xml;charset=UTF-8";

static int say(const char *sentence)
{
    (void)fprintf(stderr, "cimstream: %s\n", sentence);
    return CLI_FAILED;
}

/* ---- Classes */

static const struct xml_element *ask_class(void *user, struct text class_name)
{
    struct session *s = user;
    struct answer answer;
    unsigned status;

    buf_reset(&s->class_request);
    arena_reset(&s->class_arena);
    request_class(&s->class_request, session_message(s), class_name);
    if (!buf_ok(&s->class_request) ||
        connection_post(s->connection, NULL, soap, buf_view(&s->class_request), &s->class_reply, &status) != CLI_OK)
        return NULL;
    if (answer_read(&s->class_arena, buf_view(&s->class_reply), &answer, NULL) != 0 || answer.is_fault)
        return NULL;
    return answer.content;
}

/* ---- Life */

static int session_init(struct session *s, const struct options *o)
{
    *s = (struct session){.options = o};
    s->message = (struct message){.id = s->id, .timeout = o->timeout, .namespace = text_of(o->namespace)};
    xml_global_init();
    arena_init(&s->arena, MAX_WORDS);
    arena_init(&s->reply_arena, MAX_TREE);
    arena_init(&s->class_arena, MAX_TREE);
    buf_init(&s->request, MAX_REQUEST);
    buf_init(&s->reply, CONNECTION_MAX_REPLY);
    buf_init(&s->class_request, MAX_REQUEST);
    buf_init(&s->class_reply, CONNECTION_MAX_REPLY);
    classes_init(&s->classes, ask_class, s);
    return connection_open(&s->connection, o);
}

static void session_fini(struct session *s)
{
    s->connection = connection_close(s->connection);
    classes_fini(&s->classes);
    buf_fini(&s->class_reply);
    buf_fini(&s->class_request);
    buf_fini(&s->reply);
    buf_fini(&s->request);
    arena_fini(&s->class_arena);
    arena_fini(&s->reply_arena);
    arena_fini(&s->arena);
    xml_global_fini();
}

int session_run(const struct options *o, int argc, char **argv, int (*run)(struct session *s, int argc, char **argv))
{
    struct session s;
    int r = session_init(&s, o);

    if (r == CLI_OK)
        r = run(&s, argc, argv);
    session_fini(&s);
    return r;
}

int session_words(int r, const struct cim_error *err)
{
    if (r == 0)
        return CLI_OK;
    (void)say(r < 0 ? "out of memory" : err->message);
    return r < 0 ? CLI_FAILED : CLI_USAGE;
}

void session_use_namespace(struct session *s, struct text namespace)
{
    if (namespace.n)
        s->message.namespace = namespace;
}

/* ---- Asking */

const struct message *session_message(struct session *s)
{
    uint8_t r[16] = {0};

    while (getrandom(r, sizeof(r), 0) < 0 && errno == EINTR)
        continue; /* no other failure is known of so few bytes */
    r[6] = (r[6] & 0x0f) | 0x40;
    r[8] = (r[8] & 0x3f) | 0x80;
    (void)snprintf(s->id, sizeof(s->id), "uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
    s->message.to = connection_url(s->connection);
    return &s->message;
}

static int bad_answer(const struct session *s, unsigned status, const struct cim_error *err)
{
    if (status != 200 && status != 400 && status != 500)
        (void)fprintf(stderr, "cimstream: %s: HTTP status %u\n", connection_url(s->connection), status);
    else
        (void)fprintf(stderr, "cimstream: %s: HTTP status %u, and this is no answer of WS-Management: %s\n",
                      connection_url(s->connection), status, err->message);
    return CLI_FAILED;
}

int session_exchange(struct session *s)
{
    struct cim_error err = {0};
    unsigned status = 0;
    int r;

    if (!buf_ok(&s->request))
        return say("the request is too large");
    r = connection_post(s->connection, NULL, soap, buf_view(&s->request), &s->reply, &status);
    buf_reset(&s->request);
    if (r != CLI_OK)
        return r;
    arena_reset(&s->reply_arena);
    r = answer_read(&s->reply_arena, buf_view(&s->reply), &s->answer, &err);
    if (r < 0)
        return say("the answer is larger than this client takes");
    return r ? bad_answer(s, status, &err) : CLI_OK;
}

static void say_text(const char *before, struct text t, const char *after)
{
    if (t.n)
        (void)fprintf(stderr, "%s%.*s%s", before, (int)t.n, t.s, after);
}

int session_fault(const struct session *s)
{
    const struct answer *a = &s->answer;
    const bool named = a->provider.n != 0;

    (void)fprintf(stderr, "cimstream: %.*s (%.*s", (int)a->reason.n, a->reason.s, (int)a->code.n, a->code.s);
    say_text("/", a->detail, "");
    if (a->cim_status)
        (void)fprintf(stderr, ", CIM status %" PRId64, a->cim_status);
    say_text(named ? ", provider " : "", a->provider, "");
    (void)fputs(")\n", stderr);
    /* with a detail it is about the object: a property that cannot be written */
    return text_eq(a->code, TEXT("AccessDenied")) && !a->detail.n ? CLI_DENIED : CLI_FAILED;
}

int session_ask(struct session *s)
{
    const int r = session_exchange(s);

    return r == CLI_OK && s->answer.is_fault ? session_fault(s) : r;
}

/* ---- References */

static bool any_like_path(struct session *s, const struct cim_path *p, const struct assignment *values, uint32_t n)
{
    struct cim_path found;

    for (uint32_t i = 0; i < p->n_keys; i++)
        if (p->keys[i].value.type == CIM_STRING && words_like_path(&s->arena, value_text(&p->keys[i].value), &found))
            return true;
    for (uint32_t i = 0; i < n; i++)
        if (values[i].n_items && words_like_path(&s->arena, values[i].items[0], &found))
            return true;
    return false;
}

bool session_bind(struct session *s, struct cim_path *p, const char *method, struct assignment *values, uint32_t n)
{
    const struct class_info *class;

    if (!any_like_path(s, p, values, n))
        return true;
    class = classes_find(&s->classes, p->class_name);
    classes_bind_values(&s->arena, method ? classes_method(class, text_of(method)) : class, values, n);
    return classes_bind_path(&s->arena, class, p);
}
