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

static void fragments(struct input *in, struct cim_instance *i)
{
    bool given[32] = {false};
    struct fragment f;

    if (!in->q->has_fragment || fragment_parse(in->a, in->q->fragment, i->class, &f, &in->f) != 0)
        return;
    if (in->q->content)
        (void)fragment_apply(in->a, &f, in->q, i, given, &in->f);
    wsman_encode_get_fragment(&in->b, in->q, &f, &in->style, i);
}

static void transfer(struct input *in)
{
    struct cim_instance *i = instance_new(in->a, in->class);
    struct cim_path path;
    bool *given;

    (void)wsman_bind_path(in->a, &in->q->target, in->class, &path, &in->f);
    if (in->q->has_fragment && i)
        fragments(in, i);
    else if (in->q->content && wsman_decode_instance(in->a, in->q, in->class, &i, &given, &in->f) == 0)
        wsman_encode_get(&in->b, in->q, &in->style, i);
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
    struct wsman_selection s;

    in->class = schema_class(schema, in->q->target.class_name);
    in->class = in->class ? in->class : schema_class(schema, TEXT("T_Device"));
    if (in->q->action == WSMAN_ENUMERATE)
        (void)wsman_select(in->a, in->q, schema, &s, &in->f);
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
