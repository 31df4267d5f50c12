/* Any message that decodes, taken on to what needs the classes: paths, instances, parameters, selections, fragments, and
 * what the encoders make of them, which is well-formed XML. The classes are fixed.
 */
#include <libxml/parser.h>
#include <stdlib.h>

#include "cim/mof/mof.h"
#include "server/proto/fragment.h"
#include "server/proto/wsman_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mof[] =
    "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);"
    "Qualifier In : boolean = true, Scope(parameter), Flavor(DisableOverride);"
    "Qualifier Out : boolean = false, Scope(parameter), Flavor(DisableOverride);"
    "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride);"
    "Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);"
    "class T_Part { string Name; datetime Since; uint8 Octets[]; };"
    "class T_Device { [Key] string Name; uint16 Slot; boolean On; sint64 Offset; real32 Load; char16 Letter; datetime Started;"
    " uint8 Codes[]; string Texts[]; [EmbeddedInstance(\"T_Part\")] string Part; [EmbeddedInstance(\"T_Part\")] string Parts[];"
    " uint32 Reset([In, Out] string Mode, [In, Out] T_Device REF Device, [In, Out] uint16 Steps[],"
    " [In, Out, EmbeddedInstance(\"T_Part\")] string Part); };"
    "class T_Disk : T_Device { uint64 Size; };"
    "[Association] class T_Link { [Key] T_Device REF Left; [Key] T_Device REF Right; };";

static const struct cim_schema *schema;

static void make_schema(void)
{
    struct mof_unit *u = mof_unit_new("root/cimv2", NULL, NULL);

    if (!u || mof_unit_text(u, "fuzz", text_of(mof)) != 0 ||
        mof_unit_resolve(u, "root/cimv2", NULL, false, &schema) != 0)
        abort();
    mof_unit_free(u);
}

static void check(struct buf *b)
{
    xmlDoc *doc;

    if (!buf_ok(b) || b->len == 0)
        return;
    doc = xmlReadMemory(b->data, (int)b->len, NULL, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    if (!doc)
        abort();
    xmlFreeDoc(doc);
}

struct input {
    struct arena *a;
    const struct wsman_request *q;
    const struct cim_class *class;
    struct wsman_fault f;
    struct buf b;
    struct wsxml_style style;
};

static void set(struct input *in, struct cim_instance *i, const char *name, struct cim_value v)
{
    struct cim_error err;

    if (class_property(i->class, text_of(name)))
        (void)instance_set(i, in->a, text_of(name), &v, &err);
}

/* Something for paths to lead to and for items to show. */
static struct cim_instance *filled(struct input *in)
{
    struct cim_instance *i = instance_new(in->a, in->class),
                        *part = instance_new(in->a, schema_class(schema, TEXT("T_Part")));
    struct cim_value name = value_string(TEXT("a & b")), items[2] = {name, value_null(CIM_STRING, false)},
                     v = {.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = part}, parts[2] = {v, v};

    if (!i || !part)
        return NULL;
    set(in, part, "Name", name);
    set(in, i, "Name", name);
    set(in, i, "Slot", value_uint(CIM_UINT16, 7));
    set(in, i, "Texts", value_array(CIM_STRING, items, 2));
    set(in, i, "Part", v);
    set(in, i, "Parts", value_array(CIM_INSTANCE, parts, 2));
    return i;
}

static void enumeration(struct input *in)
{
    struct wsman_page page = {.context = "c", .expires_ms = 60000, .with_items = true, .total = 1};
    struct wsman_selection s;
    struct cim_instance *i;

    if (wsman_select(in->a, in->q, schema, &s, &in->f) != 0)
        return;
    in->class = s.class ? s.class : in->class;
    in->style.items = in->q->items;
    in->style.names = s.names;
    in->style.n_names = s.n_names;
    i = filled(in);
    wsman_encode_page_head(&in->b, in->q, &page);
    if (i)
        wsxml_put(&in->b, &in->style, i);
    wsman_encode_page_tail(&in->b, in->q, &page, true, NULL);
}

static void fragments(struct input *in, struct cim_instance *i)
{
    bool given[32] = {false};
    struct fragment f;

    if (!in->q->has_fragment || fragment_parse(in->a, in->q->fragment, i->class, &f, &in->f) != 0)
        return;
    if (in->q->content)
        (void)fragment_apply(in->a, &f, in->q, i, given, &in->f);
    if (in->q->action == WSMAN_PUT)
        wsman_encode_put(&in->b, in->q, &f, &in->style, i);
    else
        wsman_encode_get_fragment(&in->b, in->q, &f, &in->style, i);
}

static void whole(struct input *in)
{
    struct cim_instance *i;
    bool *given;

    if (wsman_decode_instance(in->a, in->q, in->class, &i, &given, &in->f) != 0)
        return;
    if (in->q->action == WSMAN_PUT)
        wsman_encode_put(&in->b, in->q, NULL, &in->style, i);
    else if (in->q->action == WSMAN_CREATE)
        wsman_encode_create(&in->b, in->q, &in->style, i);
    else
        wsman_encode_get(&in->b, in->q, &in->style, i);
}

static void transfer(struct input *in)
{
    struct cim_instance *i = filled(in);
    struct cim_path path;

    (void)wsman_bind_path(in->a, &in->q->target, in->class, &path, &in->f);
    if (in->q->has_fragment && i)
        fragments(in, i);
    else if (in->q->content)
        whole(in);
}

static void invoke(struct input *in)
{
    const struct cim_method *m = class_method(in->class, in->q->method);
    struct cim_instance *i;

    m = m ? m : class_method(in->class, TEXT("Reset"));
    if (m && wsman_decode_parameters(in->a, in->q, m, &i, &in->f) == 0)
        wsman_encode_invoke(&in->b, in->q, &in->style, i);
}

static void play(struct input *in)
{
    in->class = schema_class(schema, in->q->target.class_name);
    in->class = in->class ? in->class : schema_class(schema, TEXT("T_Device"));
    if (in->q->action == WSMAN_ENUMERATE)
        enumeration(in);
    else if (in->q->action == WSMAN_INVOKE)
        invoke(in);
    else
        transfer(in);
    if (in->f.type && in->b.len == 0)
        wsman_encode_fault(&in->b, in->q, &in->f);
    check(&in->b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wsman_request q = {.reply_id = "uuid:1"};
    struct input in = {.q = &q, .style = {.namespace = {"root/cimv2", 10}}};
    struct arena a;

    if (!schema)
        make_schema();
    arena_init(&a, 1 << 22);
    buf_init(&in.b, 1 << 22);
    in.a = &a;
    if (wsman_decode(&a, (struct text){(const char *)data, size}, WSMAN_UTF8, &q, &in.f) == 0 &&
        q.action != WSMAN_IDENTIFY)
        play(&in);
    buf_fini(&in.b);
    arena_fini(&a);
    return 0;
}
