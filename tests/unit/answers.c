#include "tests/unit/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/fragment.h"
#include "server/proto/wsman_model.h"
#include "tests/unit/given.h"

/* The base class of everything is what winrm's requests name. */
void answers_init(void)
{
    static const char base[] = "[Abstract] class CIM_ManagedElement { [Key] string Name; };\n";
    char text[8192];
    FILE *f = fopen("tests/golden/model.mof", "r");
    size_t n = sizeof(base) - 1;

    assert_non_null(f);
    memcpy(text, base, n);
    n += fread(text + n, 1, sizeof(text) - n, f);
    assert_true(n < sizeof(text));
    text[n] = '\0';
    assert_int_equal(fclose(f), 0);
    given_classes(text);
}

static struct cim_value part(const char *name)
{
    struct cim_instance *i = given_instance("T_Part");

    given_set(i, "Name", given_string(name));
    given_set(i, "Since", given_datetime("00000001000000.000000:000"));
    return given_embedded(i);
}

static struct cim_instance *disk(void)
{
    struct cim_value codes[] = {value_uint(CIM_UINT8, 1), value_null(CIM_UINT8, false), value_uint(CIM_UINT8, 255)};
    struct cim_value parts[] = {part("one"), part("t<o")};
    struct cim_instance *i = given_instance("T_Disk");

    given_set(i, "Name", given_string("a & b"));
    given_set(i, "Slot", value_uint(CIM_UINT16, 2));
    given_set(i, "On", value_boolean(true));
    given_set(i, "Offset", value_sint(CIM_SINT64, INT64_MIN));
    given_set(i, "Load", value_real(CIM_REAL32, 0.5));
    given_set(i, "Letter", value_char16(0xE4));
    given_set(i, "Started", given_datetime("20240229235959.500000+060"));
    given_set(i, "Codes", value_array(CIM_UINT8, codes, 3));
    given_set(i, "Empty", value_array(CIM_STRING, NULL, 0));
    given_set(i, "Address", given_octets("\0\0\0\7abc", 7));
    given_set(i, "Parts", value_array(CIM_INSTANCE, parts, 2));
    return i;
}

static struct wsxml_style style_of(const struct wsman_request *q)
{
    return (struct wsxml_style){.items = q->items,
                                .namespace = q->target.namespace.n ? q->target.namespace : TEXT("root/cimv2"),
                                .wmi_uri = q->target.wmi_uri,
                                .omit_null = q->exclude_nil,
                                .precise_arrays = q->precise_arrays,
                                .location = q->show_extensions};
}

struct reply {
    struct buf *b;
    const struct wsman_request *q;
    const struct cim_class *class;
    struct wsxml_style style;
    struct wsman_fault fault;
};

/* All return 0, or 1 with the fault */
static int put_fragment(struct reply *r, struct cim_instance *i)
{
    bool given[32] = {false};
    struct fragment f;

    if (fragment_parse(given_arena(), r->q->fragment, i->class, &f, &r->fault))
        return 1;
    if (r->q->action == WSMAN_GET)
        wsman_encode_get_fragment(r->b, r->q, &f, &r->style, i);
    else if (fragment_apply(given_arena(), &f, r->q, i, given, &r->fault))
        return 1;
    else
        wsman_encode_put(r->b, r->q, &f, &r->style, i);
    return 0;
}

static int get(struct reply *r)
{
    struct cim_path path;

    if (r->q->target.metadata) {
        wsman_encode_class(r->b, r->q, r->class);
        return 0;
    }
    if (wsman_bind_path(given_arena(), &r->q->target, r->class, &path, &r->fault))
        return 1;
    if (r->q->has_fragment)
        return put_fragment(r, disk());
    wsman_encode_get(r->b, r->q, &r->style, disk());
    return 0;
}

/* What is sent is laid over what is there */
static int put(struct reply *r)
{
    struct cim_instance *sent, *i = disk();
    bool *given;

    if (r->q->has_fragment)
        return put_fragment(r, i);
    if (wsman_decode_instance(given_arena(), r->q, r->class, &sent, &given, &r->fault))
        return 1;
    for (uint16_t k = 0; k < sent->class->n_properties; k++)
        if (given[k])
            i->values[k] = sent->values[k];
    wsman_encode_put(r->b, r->q, NULL, &r->style, i);
    return 0;
}

static int create(struct reply *r)
{
    struct cim_instance *sent;
    bool *given;

    if (wsman_decode_instance(given_arena(), r->q, r->class, &sent, &given, &r->fault))
        return 1;
    wsman_encode_create(r->b, r->q, &r->style, sent);
    return 0;
}

static int delete (struct reply *r)
{
    struct cim_path path;

    if (wsman_bind_path(given_arena(), &r->q->target, r->class, &path, &r->fault))
        return 1;
    wsman_encode_delete(r->b, r->q);
    return 0;
}

/* What came in goes out, everything else but Nothing has a value */
static int invoke(struct reply *r)
{
    static const struct cim_key keys[] = {
        {{"Name", 4}, {.type = CIM_STRING, .flags = CIM_VALUE_SET, .len = 1, .str = "n"}}};
    static const struct cim_path path = {.class_name = {"T_Device", 8}, .keys = keys, .n_keys = 1};
    const struct cim_method *m = class_method(r->class, r->q->method);
    struct cim_value steps[] = {value_uint(CIM_UINT16, 1), value_uint(CIM_UINT16, 2)};
    struct cim_instance *in, *out;
    const struct cim_value *mode;

    if (!m)
        return wsman_fail(&r->fault, WSA_ACTION_NOT_SUPPORTED, NULL, "there is no such method");
    if (wsman_decode_parameters(given_arena(), r->q, m, &in, &r->fault))
        return 1;
    out = instance_new(given_arena(), m->output);
    mode = instance_get(in, TEXT("Mode"));
    given_set(out, "ReturnValue", value_uint(CIM_UINT32, 0));
    if (mode) {
        given_set(out, "Mode", *mode);
        given_set(out, "Device", given_reference(&path));
        given_set(out, "Steps", value_array(CIM_UINT16, steps, 2));
        given_set(out, "Part", part("p"));
    }
    wsman_encode_invoke(r->b, r->q, &r->style, out);
    return 0;
}

/* One instance is all that there is */
static int enumerate(struct reply *r)
{
    const struct wsman_page page = {.context = "", .expires_ms = -1, .with_items = true, .total = 1};
    struct wsman_selection s;

    if (wsman_select(given_arena(), r->q, given_class("T_Device")->schema, &s, &r->fault))
        return 1;
    r->style.names = s.names;
    r->style.n_names = s.n_names;
    wsman_encode_page_head(r->b, r->q, &page);
    wsxml_put(r->b, &r->style, disk());
    wsman_encode_page_tail(r->b, r->q, &page, true, NULL);
    return 0;
}

static int (*const kinds[])(struct reply *r) = {
    [WSMAN_ENUMERATE] = enumerate, [WSMAN_GET] = get,       [WSMAN_PUT] = put,
    [WSMAN_CREATE] = create,       [WSMAN_DELETE] = delete, [WSMAN_INVOKE] = invoke,
};

void answer(struct buf *b, const struct wsman_request *q)
{
    struct reply r = {.b = b, .q = q, .style = style_of(q)};

    if (q->action >= sizeof(kinds) / sizeof(*kinds) || !kinds[q->action] ||
        (q->action == WSMAN_ENUMERATE && !q->optimize))
        return;
    r.class = schema_class(given_class("T_Device")->schema, q->target.class_name);
    if (!r.class && q->action != WSMAN_ENUMERATE)
        wsman_fail(&r.fault, WSA_DESTINATION_UNREACHABLE, "InvalidResourceURI", "there is no such class");
    if (r.fault.type || kinds[q->action](&r))
        wsman_encode_fault(b, q, &r.fault);
}
