#include "server/http/mof_service.h"

#include <errno.h>

enum { ANSWER_MAX = 1 << 20 };

static const char plain_text[] = "text/plain; charset=utf-8";

static void keep_line(void *user, const char *line)
{
    buf_puts(user, line);
    buf_char(user, '\n');
}

/* A parameter as NUL-ended text; its default if it is not there, NULL when memory is out. */
static const char *parameter(struct exchange *x, const char *name, const char *otherwise)
{
    const struct text t = exchange_query(x, name);

    return t.n ? arena_strndup(exchange_arena(x), t.s, t.n) : otherwise;
}

static const struct {
    int outcome;
    unsigned status;
} statuses[] = {
    {CIM_ERR_INVALID_NAMESPACE, 404},
    {-ENOSPC, 507},
    {-ENOMEM, 503},
    {-EIO, 500},
};

static unsigned status_of(int outcome)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (statuses[i].outcome == outcome)
            return statuses[i].status;
    return 400;
}

void mof_handle(struct exchange *x, void *service)
{
    const struct mof_service *s = service;
    const char *namespace = parameter(x, "namespace", CORE_DEFAULT_NAMESPACE), *name = parameter(x, "name", "mof");
    struct repository_loaded loaded;
    struct cim_error err = {0};
    struct buf answer;
    int r = -ENOMEM;

    buf_init(&answer, ANSWER_MAX);
    if (namespace && name)
        r = repository_load_mof(s->repository, s->core, namespace, name, exchange_body(x), keep_line, &answer, &loaded,
                                &err);
    if (r == 0)
        buf_printf(&answer, "%u classes, %u qualifiers, %u instances\n", loaded.classes, loaded.qualifiers,
                   loaded.instances);
    else if (answer.len == 0)
        keep_line(&answer, err.message[0] ? err.message : "out of memory");
    exchange_reply(x, r ? status_of(r) : 200, plain_text, &answer);
}
