#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/xml.h"
#include "tests/unit/messages.h"

#define SET MESSAGES_SET
#define PAIR MESSAGES_PAIR
#define EPR MESSAGES_EPR
#define DMTF MESSAGES_DMTF
#define METADATA "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/"
#define WRAPPED(content) "<a:EndpointReference>" content "</a:EndpointReference>"
#define HOLDING(name, content) "<w:Selector Name='" name "'>" content "</w:Selector>"

static struct arena arena;
static struct wsman_request q;
static struct wsman_fault f;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 22);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static int decode(const char *uri, const char *header)
{
    arena_reset(&arena);
    return messages_decode(&arena, MESSAGES_WXF "Get", uri, header, "", &q, &f);
}

static const struct wsman_epr *accept(const char *uri, const char *header)
{
    if (decode(uri, header))
        fail_msg("%s: %s", header, f.reason);
    return &q.target;
}

static void assert_text(struct text t, const char *want)
{
    if (!text_eq(t, text_of(want)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)t.n, t.s, want);
}

static void plain_selectors_are_kept_as_they_are(void **state)
{
    const struct wsman_epr *e = accept(DMTF "C", SET(PAIR(" A ", " 1 ") "<!-- -->\n" PAIR("__CIMNamespace", " root\\a ")
                                                         PAIR("B", "&lt;") PAIR("C", "")));

    (void)state;
    assert_int_equal(e->n_selectors, 3);
    assert_text(e->selectors[0].name, "A");
    assert_text(e->selectors[0].value, " 1 ");
    assert_text(e->selectors[1].value, "<");
    assert_text(e->selectors[2].value, "");
    assert_text(e->namespace, "root/a");
    assert_null(e->selectors[0].epr);
    assert_int_equal(accept(DMTF "C", "<w:SelectorSet/>")->n_selectors, 0);
}

static void endpoint_references_are_read_in_both_spellings(void **state)
{
    static const char *const forms[] = {
        SET(HOLDING("R", EPR("D", PAIR("__cimnamespace", "root/b") PAIR("K", "1")))),
        SET(HOLDING("R", "\n " WRAPPED(EPR("D", PAIR("K", "1") PAIR("__cimnamespace", "root/b"))) " \n")),
        SET(HOLDING("R", "<a:ReferenceProperties><w:ResourceURI> " DMTF "D </w:ResourceURI><w:SelectorSet>" PAIR("K", "1")
                             PAIR("__cimnamespace", "root/b") "</w:SelectorSet></a:ReferenceProperties>")),
        SET(HOLDING("R",
                    "<a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/b/D</w:ResourceURI>"
                    "<w:SelectorSet>" PAIR("K", "1") "</w:SelectorSet></a:ReferenceParameters>")),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        const struct wsman_epr *e = accept(DMTF "C", forms[i]), *inner = e->selectors[0].epr;

        assert_int_equal(e->n_selectors, 1);
        assert_non_null(inner);
        assert_text(inner->class_name, "D");
        assert_text(inner->namespace, "root/b");
        assert_int_equal(inner->n_selectors, 1);
        assert_text(inner->selectors[0].value, "1");
        assert_text(e->selectors[0].value, "");
    }
    assert_int_equal(accept(DMTF "C", SET(HOLDING("R", "<a:ReferenceParameters><w:ResourceURI>" DMTF
                                                       "D</w:ResourceURI></a:ReferenceParameters>")))
                         ->selectors[0]
                         .epr->n_selectors,
                     0);
}

/* An endpoint reference in one in one ... */
static int nest(unsigned depth)
{
    struct buf b;
    int r;

    buf_init(&b, 1 << 16);
    buf_puts(&b, "<w:SelectorSet>");
    for (unsigned i = 0; i < depth; i++)
        buf_puts(&b,
                 "<w:Selector Name='R'><a:ReferenceParameters><w:ResourceURI>" DMTF "D</w:ResourceURI><w:SelectorSet>");
    buf_puts(&b, PAIR("K", "1"));
    for (unsigned i = 0; i < depth; i++)
        buf_puts(&b, "</w:SelectorSet></a:ReferenceParameters></w:Selector>");
    buf_puts(&b, "</w:SelectorSet>");
    r = decode(DMTF "C", buf_cstr(&b));
    buf_fini(&b);
    return r;
}

static void references_nest_four_deep_and_no_deeper(void **state)
{
    const struct wsman_epr *e = &q.target;

    (void)state;
    assert_int_equal(nest(4), 0);
    for (unsigned i = 0; i < 4; i++)
        e = e->selectors[0].epr;
    assert_text(e->selectors[0].value, "1");
    assert_int_equal(nest(5), 1);
    assert_int_equal(f.type, WSMAN_ENCODING_LIMIT);
    assert_string_equal(f.detail, "SelectorLimit");
}

static int many(unsigned n, bool with_namespace)
{
    struct buf b;
    int r;

    buf_init(&b, 1 << 16);
    buf_printf(&b, "<w:SelectorSet>%s", with_namespace ? PAIR("__cimnamespace", "root/a") : "");
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, PAIR("K%u", "1"), i);
    buf_puts(&b, "</w:SelectorSet>");
    r = decode(DMTF "C", buf_cstr(&b));
    buf_fini(&b);
    return r;
}

static void there_are_at_most_64_selectors_and_a_namespace(void **state)
{
    (void)state;
    assert_int_equal(many(64, true), 0);
    assert_int_equal(q.target.n_selectors, 64);
    assert_text(q.target.selectors[63].name, "K63");
    assert_int_equal(many(65, false), 1);
    assert_int_equal(f.type, WSMAN_ENCODING_LIMIT);
    assert_string_equal(f.detail, "SelectorLimit");
}

static void class_metadata_is_named_by_the_uri_or_a_selector(void **state)
{
    static const struct {
        const char *uri, *header, *class;
    } cases[] = {
        {METADATA "C", "", "C"},
        {METADATA "*", "", "*"},
        {METADATA "*", SET(PAIR("classname", " C ")), "C"},
        {METADATA "C", SET(PAIR("ClassName", "c") PAIR("__cimnamespace", "root/a")), "c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct wsman_epr *e = accept(cases[i].uri, cases[i].header);

        assert_true(e->metadata);
        assert_text(e->class_name, cases[i].class);
        assert_int_equal(e->n_selectors, 0);
    }
    assert_int_equal(accept(DMTF "C", SET(PAIR("ClassName", "D")))->n_selectors, 1); /* a key as any other */
}

static void each_wrong_set_has_its_fault(void **state)
{
    static const struct {
        const char *uri, *header;
        int type;
        const char *detail;
    } cases[] = {
        {DMTF "C", SET("<w:Selector>1</w:Selector>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {DMTF "C", SET("<w:Selector Name=' '>1</w:Selector>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {DMTF "C", SET("<x:Selector Name='A'>1</x:Selector>"), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {DMTF "C", SET(PAIR("A", "1") PAIR("a", "1")), WSMAN_INVALID_SELECTORS, "DuplicateSelectors"},
        {DMTF "C", SET(PAIR("__cimnamespace", "a") PAIR("__CIMNAMESPACE", "a")), WSMAN_INVALID_SELECTORS,
         "DuplicateSelectors"},
        {DMTF "C", SET(PAIR("__cimnamespace", "a b")), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {DMTF "C", SET(PAIR("__cimnamespace", "")), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {DMTF "C", SET(HOLDING("R", "<x:y/>")), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {DMTF "C", SET(HOLDING("R", "<a:Address>x</a:Address>")), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {DMTF "C", SET(HOLDING("R", "<a:ReferenceParameters/>")), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {DMTF "C",
         SET(HOLDING("R", "<a:ReferenceParameters><w:ResourceURI>urn:x</w:ResourceURI></a:ReferenceParameters>")),
         WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {DMTF "C", SET(HOLDING("R", EPR("D", PAIR("K", "1") PAIR("k", "2")))), WSMAN_INVALID_SELECTORS,
         "DuplicateSelectors"},
        {DMTF "C", SET(HOLDING("R", EPR("D", "<x:y/>"))), WSMAN_SCHEMA_VALIDATION_ERROR, NULL},
        {METADATA "*", SET(PAIR("ClassName", " ")), WSMAN_INVALID_SELECTORS, "InvalidValue"},
        {METADATA "*", SET(PAIR("ClassName", "C") PAIR("ClassName", "D")), WSMAN_INVALID_SELECTORS,
         "UnexpectedSelectors"},
        {METADATA "C", SET(PAIR("ClassName", "D")), WSMAN_INVALID_SELECTORS, "UnexpectedSelectors"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (decode(cases[i].uri, cases[i].header) != 1 || f.type != cases[i].type || !f.detail != !cases[i].detail ||
            (f.detail && strcmp(f.detail, cases[i].detail)) || !*f.reason)
            fail_msg("%s: fault %d %s, %s", cases[i].header, f.type, f.detail ? f.detail : "", f.reason);
}

static void a_long_uri_in_a_reference_is_refused(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 16);
    buf_puts(&b, "<w:SelectorSet><w:Selector Name='R'><a:ReferenceParameters><w:ResourceURI>" DMTF);
    for (unsigned i = 0; i < WSMAN_MAX_URI; i++)
        buf_char(&b, 'a');
    buf_puts(&b, "</w:ResourceURI></a:ReferenceParameters></w:Selector></w:SelectorSet>");
    assert_int_equal(decode(DMTF "C", buf_cstr(&b)), 1);
    assert_int_equal(f.type, WSMAN_ENCODING_LIMIT);
    assert_string_equal(f.detail, "URILimitExceeded");
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_selectors_are_kept_as_they_are),
        cmocka_unit_test(endpoint_references_are_read_in_both_spellings),
        cmocka_unit_test(references_nest_four_deep_and_no_deeper),
        cmocka_unit_test(there_are_at_most_64_selectors_and_a_namespace),
        cmocka_unit_test(class_metadata_is_named_by_the_uri_or_a_selector),
        cmocka_unit_test(each_wrong_set_has_its_fault),
        cmocka_unit_test(a_long_uri_in_a_reference_is_refused),
    };
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, set_up, tear_down);
    xml_global_fini();
    return failed;
}
