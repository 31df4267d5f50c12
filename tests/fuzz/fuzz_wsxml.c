/* Whatever bytes a provider puts into a string, its instance is well-formed XML and no longer than announced. The
 * first byte chooses the form. */
#include <libxml/parser.h>
#include <stdlib.h>

#include "server/proto/wsxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct cim_property properties[] = {
    {.name = {"Key", 3}, .type = CIM_STRING, .index = 0},
    {.name = {"List", 4}, .type = CIM_STRING, .is_array = true, .index = 1},
    {.name = {"Char", 4}, .type = CIM_CHAR16, .index = 2},
    {.name = {"Embedded", 8}, .type = CIM_STRING, .flags = FEATURE_EMBEDDED_OBJECT, .index = 3},
};
static const uint16_t keys[] = {0};
static const struct cim_class class = {
    .name = {"C", 1}, .properties = properties, .n_properties = 4, .n_keys = 1, .keys = keys};

static void check(const char *fragment, size_t n)
{
    struct buf b;
    xmlDoc *doc;

    buf_init(&b, 1 << 26);
    buf_puts(&b, "<a xmlns:xsi='urn:1' xmlns:wsa='urn:2' xmlns:wsman='urn:3'>");
    buf_put(&b, fragment, n);
    buf_puts(&b, "</a>");
    doc = xmlReadMemory(b.data, (int)b.len, NULL, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    if (!doc)
        abort();
    xmlFreeDoc(doc);
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = {size ? (const char *)data + 1 : "", size ? size - 1 : 0};
    struct wsxml_style style = {.items = size ? data[0] % 3 : 0,
                                .namespace = {t.s, t.n % 64},
                                .wmi_uri = size && data[0] & 4};
    struct cim_value half = value_string((struct text){t.s, t.n / 2});
    struct cim_value values[] = {value_string(t), value_array(CIM_STRING, &half, 1),
                                 value_char16((uint16_t)(size * 257)), half};
    struct cim_instance i = {&class, values};
    struct wsxml_plan *p = wsxml_plan_new(&class, &class, &style);
    size_t bound = p ? wsxml_bound(p, &i) : 0;
    char *out = malloc(bound), *end = p && out ? wsxml_encode(p, &i, out) : out;

    if ((size_t)(end - out) > bound)
        abort();
    if (p && out)
        check(out, (size_t)(end - out));
    free(out);
    wsxml_plan_free(p);
    return 0;
}
