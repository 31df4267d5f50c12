/* Whatever bytes a provider puts into a string, its instance is well-formed XML and no longer than announced, whole, in
 * parts and as bare text. The first byte chooses the form. */
#include <libxml/parser.h>
#include <stdlib.h>

#include "server/proto/wsxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct cim_property properties[] = {
    {.name = {"Key", 3}, .type = CIM_STRING, .index = 0},
    {.name = {"List", 4}, .type = CIM_STRING, .is_array = true, .index = 1},
    {.name = {"Char", 4}, .type = CIM_CHAR16, .index = 2},
    {.name = {"Embedded", 8}, .type = CIM_STRING, .flags = FEATURE_EMBEDDED_OBJECT, .index = 3},
    {.name = {"Null", 4}, .type = CIM_STRING, .is_array = true, .index = 4},
    {.name = {"Inner", 5}, .type = CIM_STRING, .flags = FEATURE_EMBEDDED_OBJECT, .index = 5},
};
static const uint16_t keys[] = {0};
static const struct cim_class class = {
    .name = {"C", 1}, .properties = properties, .n_properties = 6, .n_keys = 1, .keys = keys};

static void check(const char *fragment, size_t n)
{
    struct buf b;
    xmlDoc *doc;

    buf_init(&b, 1 << 26);
    buf_puts(&b, "<a xmlns:xsi='urn:1' xmlns:wsa='urn:2' xmlns:wsman='urn:3' xmlns:cim='urn:4'>");
    buf_put(&b, fragment, n);
    buf_puts(&b, "</a>");
    doc = xmlReadMemory(b.data, (int)b.len, NULL, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    if (!doc)
        abort();
    xmlFreeDoc(doc);
    buf_fini(&b);
}

static void check_text(const struct cim_value *v, const struct cim_property *p)
{
    struct buf b;

    buf_init(&b, 1 << 26);
    wsxml_put_text(&b, p, v);
    check(buf_view(&b).s, b.len);
    buf_fini(&b);
}

static void check_instance(const struct wsxml_style *style, const struct cim_instance *i)
{
    struct wsxml_plan *p = wsxml_plan_new(&class, &class, style);
    size_t bound = p ? wsxml_bound(p, i) : 0;
    char *out = malloc(bound), *end = p && out ? wsxml_encode(p, i, out) : out;

    if ((size_t)(end - out) > bound)
        abort();
    if (p && out)
        check(out, (size_t)(end - out));
    free(out);
    wsxml_plan_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct text names[] = {{"embedded", 8}, {"KEY", 3}, {"Null", 4}, {"Nothing", 7}};
    struct text t = {size ? (const char *)data + 1 : "", size ? size - 1 : 0};
    unsigned form = size ? data[0] : 0;
    struct wsxml_style style = {.items = form % (WSXML_PROPERTIES + 1),
                                .namespace = {t.s, t.n % 64},
                                .uri = {t.s, form & 64 ? t.n % 256 : 0},
                                .wmi_uri = form & 4,
                                .omit_null = form & 8,
                                .precise_arrays = form & 16,
                                .location = form & 32,
                                .names = form & 128 ? names : NULL,
                                .n_names = 4};
    struct cim_value half = value_string((struct text){t.s, t.n / 2}), none = value_null(CIM_STRING, true);
    struct cim_value inner_values[] = {half, none, value_char16((uint16_t)form), half, none, half};
    struct cim_instance inner = {&class, inner_values};
    struct cim_value embedded = {.type = CIM_INSTANCE, .flags = CIM_VALUE_SET, .instance = &inner};
    struct cim_value values[] = {
        value_string(t), value_array(CIM_STRING, &half, 1), value_char16((uint16_t)(size * 257)), half, none, embedded};

    check_instance(&style, &(struct cim_instance){&class, values});
    for (unsigned i = 0; i < class.n_properties; i++)
        check_text(&values[i], &properties[i]);
    return 0;
}
