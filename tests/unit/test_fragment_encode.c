#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/fragment.h"
#include "tests/unit/given.h"

#define URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define P(class) " xmlns:p=\"" URI class "\""

static const char classes[] =
    "class Part { string Name; uint16 Codes[]; datetime When; [EmbeddedInstance(\"Part\")] string Parts[]; };"
    "class MorePart : Part { string More; };"
    "class Whole { [Key] string Id; string Lines[]; uint32 Count; [OctetString] uint8 Octets[]; [EmbeddedInstance(\"Part\")] string One;"
    " [EmbeddedInstance(\"Part\")] string Parts[]; datetime When; string Empty[]; };"
    "class MoreWhole : Whole { string More; };";

static struct cim_instance *whole;

static struct cim_instance *part(const char *class, const char *name)
{
    struct cim_instance *i = given_instance(class);

    given_set(i, "Name", given_string(name));
    return i;
}

static int set_up(void **state)
{
    struct cim_value lines[] = {given_string("a<"), value_null(CIM_STRING, false), given_string("c")};
    struct cim_value codes[] = {value_uint(CIM_UINT16, 7), value_uint(CIM_UINT16, 8)}, parts[3], nested[1];
    struct cim_instance *one, *two;

    (void)state;
    given_classes(classes);
    one = part("MorePart", "one");
    two = part("Part", "t\"&o");
    nested[0] = given_embedded(part("Part", "deep"));
    given_set(one, "When", given_datetime("20240102030405.000000+000"));
    given_set(one, "Parts", value_array(CIM_INSTANCE, nested, 1));
    given_set(two, "Codes", value_array(CIM_UINT16, codes, 2));
    parts[0] = given_embedded(one);
    parts[1] = value_null(CIM_INSTANCE, false);
    parts[2] = given_embedded(two);
    whole = given_instance("MoreWhole");
    given_set(whole, "Id", given_string("i"));
    given_set(whole, "Lines", value_array(CIM_STRING, lines, 3));
    given_set(whole, "Octets", given_octets("ab", 2));
    given_set(whole, "One", given_embedded(one));
    given_set(whole, "Parts", value_array(CIM_INSTANCE, parts, 3));
    given_set(whole, "When", given_datetime("00000001020304.000000:000"));
    given_set(whole, "Empty", value_array(CIM_STRING, NULL, 0));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    given_fini();
    return 0;
}

struct step {
    const char *name;
    uint32_t index;
    const char *where, *equals;
};

/* A path as the parser would understand it */
static struct fragment fragment(const struct step *steps, bool is_text)
{
    struct fragment f = {.class = given_class("Whole"), .is_text = is_text};

    for (; steps[f.n_steps].name; f.n_steps++) {
        const struct step *s = &steps[f.n_steps];
        const struct cim_property *p = class_property(given_class(f.n_steps ? "Part" : "Whole"), text_of(s->name));

        assert_non_null(p);
        f.steps[f.n_steps] = (struct fragment_step){p, s->index, text_of(s->where), text_of(s->equals)};
    }
    return f;
}

struct expected {
    struct step steps[4];
    bool is_text;
    const char *want;
};

static void check(const struct expected *cases, size_t n)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test")};

    for (size_t i = 0; i < n; i++) {
        const struct fragment f = fragment(cases[i].steps, cases[i].is_text);
        struct buf b;

        buf_init(&b, 10000);
        fragment_encode(&b, &f, &style, whole);
        assert_string_equal(buf_cstr(&b), cases[i].want);
        assert_true(buf_ok(&b));
        buf_fini(&b);
    }
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof(*(cases)))
#define LINE(text) "<p:Lines" P("MoreWhole") ">" text "</p:Lines>"
#define NO_LINE "<p:Lines" P("MoreWhole") " xsi:nil=\"true\"/>"

static void property_is_its_elements_in_the_namespace_of_the_instance(void **state)
{
    static const struct expected cases[] = {
        {{{"Id", 0, 0, 0}}, false, "<p:Id" P("MoreWhole") ">i</p:Id>"},
        {{{"Count", 0, 0, 0}}, false, "<p:Count" P("MoreWhole") " xsi:nil=\"true\"/>"},
        {{{"Lines", 0, 0, 0}}, false, LINE("a&lt;") NO_LINE LINE("c")},
        {{{"When", 0, 0, 0}}, false, "<p:When" P("MoreWhole") "><cim:Interval>P1DT2H3M4S</cim:Interval></p:When>"},
        {{{"Empty", 0, 0, 0}}, false, ""},
    };

    (void)state;
    CHECK(cases);
}

static void index_chooses_one_element(void **state)
{
    static const struct expected cases[] = {
        {{{"Lines", 1, 0, 0}}, false, LINE("a&lt;")},
        {{{"Lines", 2, 0, 0}}, false, NO_LINE},
        {{{"Lines", 3, 0, 0}}, false, LINE("c")},
        {{{"Lines", 4, 0, 0}}, false, ""},
        {{{"Id", 1, 0, 0}}, false, "<p:Id" P("MoreWhole") ">i</p:Id>"},
        {{{"Id", 2, 0, 0}}, false, ""},
        {{{"Empty", 1, 0, 0}}, false, ""},
        {{{"Octets", 1, 0, 0}}, false, "<p:Octets" P("MoreWhole") " xsi:type=\"cim:cimBase64Binary\">YWI=</p:Octets>"},
        {{{"Octets", 2, 0, 0}}, false, ""},
    };

    (void)state;
    CHECK(cases);
}

static void text_stands_without_elements(void **state)
{
    static const struct expected cases[] = {
        {{{"Id", 0, 0, 0}}, true, "i"},
        {{{"Count", 0, 0, 0}}, true, ""},
        {{{"Lines", 0, 0, 0}}, true, "a&lt;c"},
        {{{"Lines", 1, 0, 0}}, true, "a&lt;"},
        {{{"Lines", 2, 0, 0}}, true, ""},
        {{{"When", 0, 0, 0}}, true, "P1DT2H3M4S"},
        {{{"Octets", 0, 0, 0}}, true, "YWI="},
        {{{"Octets", 1, 0, 0}}, true, "YWI="},
        {{{"One", 0, 0, 0}}, true, ""},
        {{{"Parts", 0, 0, 0}, {"Name", 0, 0, 0}}, true, "onet\"&amp;o"},
        {{{"Parts", 3, 0, 0}, {"Codes", 2, 0, 0}}, true, "8"},
    };

    (void)state;
    CHECK(cases);
}

static void steps_lead_into_embedded_instances(void **state)
{
    static const struct expected cases[] = {
        {{{"One", 0, 0, 0}, {"Name", 0, 0, 0}}, false, "<p:Name" P("MorePart") ">one</p:Name>"},
        {{{"Parts", 3, 0, 0}, {"Name", 0, 0, 0}}, false, "<p:Name" P("Part") ">t\"&amp;o</p:Name>"},
        {{{"Parts", 2, 0, 0}, {"Name", 0, 0, 0}}, false, ""},
        {{{"Parts", 0, 0, 0}, {"Codes", 1, 0, 0}}, false, "<p:Codes" P("Part") ">7</p:Codes>"},
        {{{"Parts", 1, 0, 0}, {"Parts", 1, 0, 0}, {"Name", 0, 0, 0}}, false, "<p:Name" P("Part") ">deep</p:Name>"},
        {{{"Id", 0, 0, 0}, {"Name", 0, 0, 0}}, false, ""},
    };

    (void)state;
    CHECK(cases);
}

#define WHOLE_PART(class, rest) \
    "<p:Parts" P("MoreWhole") " xmlns:q=\"" URI class "\" xsi:type=\"q:" class "_Type\">" rest "</p:Parts>"
#define TWO                                                                                                           \
    WHOLE_PART("Part", "<q:Name>t\"&amp;o</q:Name><q:Codes>7</q:Codes><q:Codes>8</q:Codes><q:When xsi:nil=\"true\"/>" \
                       "<q:Parts xsi:nil=\"true\"/>")

static void condition_chooses_embedded_instances(void **state)
{
    static const struct expected cases[] = {
        {{{"Parts", 0, "Name", "t\"&o"}}, false, TWO},
        {{{"Parts", 0, "Codes", "8"}}, false, TWO},
        {{{"Parts", 3, "Codes", "8"}}, false, TWO},
        {{{"Parts", 1, "Codes", "8"}}, false, ""},
        {{{"Parts", 0, "Name", "none"}}, false, ""},
        {{{"Parts", 0, "Nothing", "x"}}, false, ""},
        {{{"Parts", 0, "Parts", "x"}}, false, ""},
        {{{"Lines", 0, "Name", "c"}}, false, ""},
        {{{"Parts", 0, "When", "2024-01-02T03:04:05Z"}, {"Name", 0, 0, 0}}, true, "one"},
        {{{"One", 0, "Name", "one"}, {"Name", 0, 0, 0}}, true, "one"},
        {{{"One", 0, "Name", "two"}, {"Name", 0, 0, 0}}, true, ""},
    };

    (void)state;
    CHECK(cases);
}

static void null_is_left_out_and_arrays_are_marked_as_the_style_says(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .omit_null = true, .precise_arrays = true};
    const struct step count[] = {{"Count", 0, 0, 0}, {0}}, codes[] = {{"One", 0, 0, 0}, {"Codes", 0, 0, 0}, {0}};
    const struct fragment a = fragment(count, false), b = fragment(codes, false);
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    fragment_encode(&out, &a, &style, whole);
    assert_int_equal(out.len, 0);
    fragment_encode(&out, &b, &style, whole);
    assert_string_equal(buf_cstr(&out),
                        "<p:Codes" P("MorePart") " xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\""
                                                 " xsi:nil=\"true\" m:IsNullArray=\"true\"/>");
    buf_fini(&out);
}

static void path_of_no_steps_is_the_whole_instance(void **state)
{
    const struct wsxml_style style = {.namespace = TEXT("root/test"), .items = WSXML_EPR};
    const struct fragment f = {.class = given_class("Part")}, text = {.class = given_class("Part"), .is_text = true};
    const struct cim_instance *i = given_instance("Part");
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    fragment_encode(&b, &f, &style, i);
    assert_string_equal(buf_cstr(&b),
                        "<p:Part" P("Part") "><p:Name xsi:nil=\"true\"/><p:Codes xsi:nil=\"true\"/>"
                                            "<p:When xsi:nil=\"true\"/><p:Parts xsi:nil=\"true\"/></p:Part>");
    buf_reset(&b);
    fragment_encode(&b, &text, &style, i);
    assert_int_equal(b.len, 0);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(property_is_its_elements_in_the_namespace_of_the_instance),
        cmocka_unit_test(index_chooses_one_element),
        cmocka_unit_test(text_stands_without_elements),
        cmocka_unit_test(steps_lead_into_embedded_instances),
        cmocka_unit_test(condition_chooses_embedded_instances),
        cmocka_unit_test(null_is_left_out_and_arrays_are_marked_as_the_style_says),
        cmocka_unit_test(path_of_no_steps_is_the_whole_instance),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
