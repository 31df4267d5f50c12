#include "server/proto/wscim.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/mof/mof.h"
#include "tests/unit/given.h"

#define URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

static const char classes[] =
    "class Part { string Name; uint16 Codes[]; };"
    "class MorePart : Part { string More; };"
    "class Whole { [Key] string Id; boolean B; uint8 U8; sint8 S8; uint16 U16; sint16 S16; uint32 U32; sint32 S32; uint64 U64; sint64 S64;"
    " real32 R32; real64 R64; char16 C; datetime T; string Lines[]; [OctetString] uint8 Octets[];"
    " [EmbeddedInstance(\"Part\")] string One; [EmbeddedInstance(\"Part\")] string Parts[]; };"
    "[Association] class Link { [Key] Whole REF Left; [Key] Whole REF Right; };";

static int set_up(void **state)
{
    (void)state;
    given_classes(classes);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    given_fini();
    return 0;
}

static int read_into(struct arena *a, const char *content, struct cim_instance **ret, bool *given,
                     struct cim_error *err, const char *class)
{
    const struct xml_element *root;
    struct cim_error syntax = {0};
    struct buf b;
    int r;

    buf_init(&b, 1 << 16);
    buf_printf(&b,
               "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:cim='http://schemas.dmtf.org/wbem/wscim/1/common'"
               " xmlns:wsa='http://schemas.xmlsoap.org/ws/2004/08/addressing'"
               " xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' xmlns:m='" URI "MorePart' xmlns:p='" URI
               "Part'>%s</a>",
               content);
    r = xml_parse(given_arena(), buf_view(&b), &root, &syntax);
    if (r)
        fail_msg("%s: %s", content, syntax.message);
    *ret = instance_new(given_arena(), given_class(class));
    assert_non_null(*ret);
    r = wscim_properties(a, root, *ret, given, err);
    buf_fini(&b);
    return r;
}

static void each_form_of_a_value_is_read(void **state)
{
    static const struct {
        const char *content, *want; /* part of the instance as MOF; "" = nothing but defaults */
    } cases[] = {
        {"<Id>a &lt; b </Id>", "Id = \"a < b \";"},
        {"<id>a</id>", "Id = \"a\";"},
        {"<Id/>", "Id = \"\";"},
        {"<Id xsi:nil='true'/>", ""},
        {"<B>TRUE</B>", "B = TRUE;"},
        {"<B> 0 </B>", "B = FALSE;"},
        {"<U8>255</U8><S8>-128</S8>", "U8 = 255; S8 = -128;"},
        {"<U16>65535</U16><S16>-32768</S16>", "U16 = 65535; S16 = -32768;"},
        {"<U32>4294967295</U32><S32>-2147483648</S32>", "U32 = 4294967295; S32 = -2147483648;"},
        {"<U64>18446744073709551615</U64>", "U64 = 18446744073709551615;"},
        {"<S64>-9223372036854775808</S64>", "S64 = -9223372036854775808;"},
        {"<R32>0.5</R32><R64>-1e300</R64>", "R32 = 0.5; R64 = -1.0e+300;"},
        {"<C>x</C>", "C = 'x';"},
        {"<T>20260102030405.000000+060</T>", "T = \"20260102030405.000000+060\";"},
        {"<T>2026-01-02T03:04:05+01:00</T>", "T = \"20260102030405.000000+060\";"},
        {"<T><cim:Datetime>2026-01-02T03:04:05Z</cim:Datetime></T>", "T = \"20260102030405.000000+000\";"},
        {"<T><cim:Interval>P1DT2H</cim:Interval></T>", "T = \"00000001020000.000000:000\";"},
        {"<T><cim:Date>2026-01-02</cim:Date></T>", "T = \"20260102******.******+000\";"},
        {"<T><cim:CIM_DateTime>2026010203****.******+000</cim:CIM_DateTime></T>", "T = \"2026010203****.******+000\";"},
        {"<Lines>a</Lines><Lines/><Lines>c</Lines>", "Lines = {\"a\", \"\", \"c\"};"},
        {"<Lines>a</Lines><Lines xsi:nil='1'/>", "Lines = {\"a\", NULL};"},
        {"<Lines xsi:nil='true'/>", ""},
        {"<Octets>1</Octets><Octets>2</Octets>", "Octets = {1, 2};"},
        {"<Octets xsi:type='cim:cimBase64Binary'>YWI=</Octets>", "Octets = {97, 98};"},
        {"<cim:Location><w:x/></cim:Location>", ""},
        {"<One><Name>n</Name></One>", "instance of Part {"},
        {"<One xsi:type='m:MorePart_Type'><More>m</More></One>", "instance of MorePart {"},
        {"<One><m:More>m</m:More></One>", "instance of MorePart {"},
        {"<One/>", "instance of Part {"},
        {"<Parts><p:Name>a</p:Name></Parts><Parts xsi:nil='true'/>", "NULL};"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct cim_error err = {0};
        struct cim_instance *found;
        struct buf b;
        int r = read_into(given_arena(), cases[i].content, &found, NULL, &err, "Whole");

        if (r)
            fail_msg("%s: %d, %s", cases[i].content, r, err.message);
        buf_init(&b, 1 << 16);
        mof_write_instance(&b, found);
        for (char *c = b.data; c < b.data + b.len; c++)
            *c = *c == '\n' ? ' ' : *c;
        while (strstr(buf_cstr(&b), "  "))
            memmove(strstr(b.data, "  "), strstr(b.data, "  ") + 1, strlen(strstr(b.data, "  ")));
        if (!strstr(b.data, cases[i].want) || (!*cases[i].want && strchr(b.data, '=')))
            fail_msg("%s: %s", cases[i].content, b.data);
        buf_fini(&b);
    }
}

static void each_mistake_is_named(void **state)
{
    static const struct {
        const char *content;
        int status;
        const char *part; /* of the sentence */
    } cases[] = {
        {"<Color>red</Color>", CIM_ERR_NO_SUCH_PROPERTY, "Whole has no Color"},
        {"<U8>256</U8>", CIM_ERR_INVALID_PARAMETER, "U8"},
        {"<U8>x</U8>", CIM_ERR_TYPE_MISMATCH, "U8"},
        {"<U8>1</U8><U8>2</U8>", CIM_ERR_TYPE_MISMATCH, "U8: given twice"},
        {"<B>maybe</B>", CIM_ERR_TYPE_MISMATCH, "B"},
        {"<Id><x/></Id>", CIM_ERR_TYPE_MISMATCH, "Id: elements"},
        {"<T>yesterday</T>", CIM_ERR_TYPE_MISMATCH, "T"},
        {"<T><cim:Date>2026</cim:Date></T>", CIM_ERR_TYPE_MISMATCH, "T: this is no date"},
        {"<Lines>a</Lines><Lines><x/></Lines>", CIM_ERR_TYPE_MISMATCH, "Lines"},
        {"<Octets xsi:type='cim:cimBase64Binary'>?</Octets>", CIM_ERR_TYPE_MISMATCH, "Octets: this is no base64"},
        {"<One>text</One>", CIM_ERR_TYPE_MISMATCH, "One: Part is elements, not text"},
        {"<One><Color/></One>", CIM_ERR_NO_SUCH_PROPERTY, "Part has no Color"},
        {"<One><Codes>x</Codes></One>", CIM_ERR_TYPE_MISMATCH, "Codes"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct cim_error err = {0};
        struct cim_instance *found;
        int r = read_into(given_arena(), cases[i].content, &found, NULL, &err, "Whole");

        if (r != cases[i].status || !strstr(err.message, cases[i].part))
            fail_msg("%s: %d, %s", cases[i].content, r, err.message);
    }
}

static void references_come_as_eprs_and_as_text(void **state)
{
#define EPR                                                                                                           \
    "<wsa:Address>x</wsa:Address><wsa:ReferenceParameters><w:ResourceURI>" URI "Whole</w:ResourceURI><w:SelectorSet>" \
    "<w:Selector Name='id'>a</w:Selector></w:SelectorSet></wsa:ReferenceParameters>"
    static const char *const forms[] = {
        "<Left>" EPR "</Left>",
        "<Left><wsa:EndpointReference>" EPR "</wsa:EndpointReference></Left>",
        "<Left>Whole.Id=\"a\"</Left>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        struct cim_error err = {0};
        struct cim_instance *found;
        const struct cim_value *left;

        assert_int_equal(read_into(given_arena(), forms[i], &found, NULL, &err, "Link"), 0);
        left = instance_get(found, TEXT("Left"));
        assert_int_equal(left->path->n_keys, 1);
        assert_true(text_eq(value_text(&left->path->keys[0].value), TEXT("a")));
    }
}

static void what_was_given_is_told(void **state)
{
    struct cim_error err = {0};
    struct cim_instance *found;
    bool given[32] = {false};

    (void)state;
    assert_int_equal(read_into(given_arena(), "<Id>a</Id><Lines xsi:nil='true'/>", &found, given, &err, "Whole"), 0);
    for (uint16_t i = 0; i < found->class->n_properties; i++) {
        const char *name = found->class->properties[i].name.s;

        assert_int_equal(given[i], strcmp(name, "Id") == 0 || strcmp(name, "Lines") == 0);
    }
}

static void full_arena_is_said(void **state)
{
    unsigned failed = 0;

    (void)state;
    for (size_t room = 0; room < 4096; room += 16) {
        struct cim_error err = {0};
        struct cim_instance *found;
        struct arena a;
        int r;

        arena_init(&a, room);
        r = read_into(&a, "<One><Name>n</Name><Codes>1</Codes><Codes>2</Codes></One><Lines>a</Lines>", &found, NULL,
                      &err, "Whole");
        assert_true(r == 0 || r == -ENOMEM);
        failed += r != 0;
        arena_fini(&a);
    }
    assert_true(failed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_a_value_is_read),
        cmocka_unit_test(each_mistake_is_named),
        cmocka_unit_test(references_come_as_eprs_and_as_text),
        cmocka_unit_test(what_was_given_is_told),
        cmocka_unit_test(full_arena_is_said),
    };

    xml_global_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
