#include "tests/unit/requests.h"

#include <inttypes.h>

#include "server/proto/xml.h"

static void put(struct buf *b, const char *name, struct text value)
{
    if (value.n)
        buf_printf(b, "%s: %.*s\n", name, (int)value.n, value.s);
}

static void put_number(struct buf *b, const char *name, int64_t value, int64_t usual)
{
    if (value != usual)
        buf_printf(b, "%s: %" PRId64 "\n", name, value);
}

static void put_selectors(struct buf *b, const char *name, const struct wsman_selector *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        buf_printf(b, "%s: %.*s = ", name, (int)list[i].name.n, list[i].name.s);
        if (list[i].epr) {
            buf_printf(b, "EPR of %.*s\n", (int)list[i].epr->class_name.n, list[i].epr->class_name.s);
            put_selectors(b, "selector of the EPR", list[i].epr->selectors, list[i].epr->n_selectors);
        } else {
            buf_printf(b, "%.*s\n", (int)list[i].value.n, list[i].value.s);
        }
    }
}

static void show_target(struct buf *b, const struct wsman_epr *e)
{
    put(b, "class", e->class_name);
    put(b, "namespace", e->namespace);
    put_number(b, "WMI form", e->wmi_uri, 0);
    put_number(b, "metadata", e->metadata, 0);
    put_selectors(b, "selector", e->selectors, e->n_selectors);
}

static void show_filter(struct buf *b, const struct wsman_filter *f)
{
    static const char *const dialects[] = {"", "WQL", "CQL", "XPath", "selectors", "association"};
    const struct wsman_association *a = f->association;

    put(b, "dialect", text_of(dialects[f->dialect]));
    put(b, "filter", f->text);
    put_selectors(b, "filter", f->selectors, f->n_selectors);
    if (!a)
        return;
    put(b, "object", a->object.class_name);
    put_selectors(b, "selector of the object", a->object.selectors, a->object.n_selectors);
    put_number(b, "references", a->references, 0);
    put(b, "association class", a->association_class);
    put(b, "result class", a->result_class);
    put(b, "role", a->role);
    put(b, "result role", a->result_role);
    for (uint32_t i = 0; i < a->n_properties; i++)
        put(b, "property", a->properties[i]);
}

static void show_enumeration(struct buf *b, const struct wsman_request *q)
{
    static const char *const items[] = {"object", "EPR", "object and EPR"};
    static const char *const modes[] = {"include", "exclude", "none"};

    put_number(b, "optimize", q->optimize, 0);
    put_number(b, "elements", (int64_t)q->max_elements, 1);
    put_number(b, "expires", q->expires_ms, -1);
    put_number(b, "expires at", q->expires_at, 0);
    put_number(b, "time", q->max_time_ms, -1);
    put_number(b, "characters", (int64_t)q->max_characters, 0);
    put(b, "context", q->context);
    if (q->items)
        buf_printf(b, "items: %s\n", items[q->items]);
    if (q->polymorphism)
        buf_printf(b, "polymorphism: %s\n", modes[q->polymorphism]);
    show_filter(b, &q->filter);
}

static void show_options(struct buf *b, const struct wsman_request *q)
{
    put_number(b, "exclude nil", q->exclude_nil, 0);
    put_number(b, "precise arrays", q->precise_arrays, 0);
    put_number(b, "extensions", q->show_extensions, 0);
    for (uint32_t i = 0; i < q->n_options; i++)
        buf_printf(b, "option: %.*s = %.*s\n", (int)q->options[i].name.n, q->options[i].name.s,
                   (int)q->options[i].value.n, q->options[i].value.s);
}

void requests_show(struct buf *b, const struct wsman_request *q, const struct wsman_fault *f)
{
    static const char *const actions[] = {
        [WSMAN_NONE] = "none",     [WSMAN_IDENTIFY] = "Identify", [WSMAN_ENUMERATE] = "Enumerate",
        [WSMAN_PULL] = "Pull",     [WSMAN_RELEASE] = "Release",   [WSMAN_GET] = "Get",
        [WSMAN_PUT] = "Put",       [WSMAN_CREATE] = "Create",     [WSMAN_DELETE] = "Delete",
        [WSMAN_INVOKE] = "Invoke", [WSMAN_OTHER] = "other",
    };

    buf_printf(b, "action: %s\n", actions[q->action]);
    put(b, "method", q->method);
    put(b, "message", q->message_id);
    show_target(b, &q->target);
    put(b, "fragment", q->has_fragment ? q->fragment : (struct text){0});
    put(b, "body", q->content ? q->content->name : (struct text){0});
    put(b, "reply headers", q->reply_headers);
    put_number(b, "envelope", (int64_t)q->max_envelope, 0);
    put_number(b, "timeout", q->operation_timeout_ms, -1);
    put_number(b, "count wanted", q->total_items_estimate, 0);
    put_number(b, "EPR wanted", q->request_epr, 0);
    show_options(b, q);
    show_enumeration(b, q);
    if (f->type)
        buf_printf(b, "fault: %s\n", f->reason);
}
