/* OptionSet (DSP0226 section 6.4, MS-WSMV 2.2.4.24): what is asked of the service, and what is for providers. */
#include <string.h>

#include "server/proto/wsman_impl.h"

/* Microsoft's prefix may stand before its options; it is matched as text, as their servers do. */
static struct text without_prefix(struct text name, const char *prefix)
{
    size_t n = strlen(prefix);

    if (name.n > n && text_ieqs((struct text){name.s, n}, prefix))
        return (struct text){name.s + n, name.n - n};
    return name;
}

static bool begins(struct text name, const char *prefix)
{
    return without_prefix(name, prefix).n < name.n;
}

/* Without a value it is set by being there. */
static bool is_on(struct text value)
{
    return value.n == 0 || xml_true(value);
}

static bool is_boolean(struct text value)
{
    struct text t = text_trim(value);

    return is_on(t) || text_ieqs(t, "false") || text_ieqs(t, "0");
}

/* The service's own; false: not one of them. */
static bool set_own(struct wsman_request *q, struct text name, struct text value)
{
    const struct {
        const char *name;
        bool *flag;
    } own[] = {
        {"ExcludeNilProperties", &q->exclude_nil},
        {"ShowExtensions", &q->show_extensions},
        {"UsePreciseArrays", &q->precise_arrays},
    };

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (text_ieqs(without_prefix(name, "msftwinrm:"), own[i].name)) {
            *own[i].flag = is_on(value);
            return true;
        }
    return false;
}

/* Those of class metadata (DSP0227 section 15), and those that clients send as a matter of course. */
static bool is_known(struct text name)
{
    static const char *const known[] = {"IncludeQualifiers", "IncludeClassOrigin", "IncludeInheritedElements",
                                        "IncludeInheritanceHierarchy"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (text_ieqs(name, known[i]))
            return true;
    return begins(name, "__MI_") || begins(name, "msftwinrm:") || begins(name, "wmi:") || begins(name, "wmiarray:");
}

static void read_option(struct decode *d, struct wsman_option *list, const struct xml_element *e)
{
    struct text name = text_trim(xml_attribute(e, XML_NS_NONE, "Name")), value = text_trim(e->text);
    bool must = xml_true(xml_attribute(e, XML_NS_NONE, "MustComply"));

    if (name.n == 0) {
        (void)DECODE_FAIL(d, WSMAN_INVALID_OPTIONS, "InvalidName", "an option has no Name");
        return;
    }
    if (set_own(d->q, name, value)) {
        if (must && !is_boolean(value))
            (void)DECODE_FAIL(d, WSMAN_INVALID_OPTIONS, "InvalidValue", "option %.*s is true or false",
                              name.n > 128 ? 128 : (int)name.n, name.s);
        return;
    }
    if (must && !is_known(name))
        (void)DECODE_FAIL(d, WSMAN_INVALID_OPTIONS, "NotSupported", "option %.*s is not supported",
                          name.n > 128 ? 128 : (int)name.n, name.s);
    list[d->q->n_options++] = (struct wsman_option){.name = without_prefix(without_prefix(name, "wmi:"), "wmiarray:"),
                                                    .value = e->text,
                                                    .type = xml_attribute(e, XML_NS_NONE, "Type")};
}

void options_read(struct decode *d, const struct xml_element *set)
{
    struct wsman_option *list;
    unsigned n = 0;

    for (const struct xml_element *e = set->children; e && n <= WSMAN_MAX_OPTIONS; e = e->next)
        n++;
    if (n > WSMAN_MAX_OPTIONS) {
        (void)DECODE_FAIL(d, WSMAN_ENCODING_LIMIT, "OptionLimit", "more than 256 options");
        return;
    }
    list = arena_alloc(d->arena, (n + 1) * sizeof(*list));
    d->no_memory |= !list;
    d->q->options = list;
    for (const struct xml_element *e = set->children; e && list; e = e->next)
        if (xml_is(e, XML_NS_WSMAN, "Option"))
            read_option(d, list, e);
        else
            (void)DECODE_FAIL(d, WSMAN_SCHEMA_VALIDATION_ERROR, NULL,
                              "wsman:OptionSet holds something that is no wsman:Option");
}
