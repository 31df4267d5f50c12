#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/xml.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 26);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const struct xml_element *parse(const char *s)
{
    const struct xml_element *root = NULL;
    struct cim_error err = {0};

    if (xml_parse(&arena, text_of(s), &root, &err))
        fail_msg("%s: %s", s, err.message);
    return root;
}

static void assert_text(struct text t, const char *want)
{
    assert_int_equal(t.n, strlen(want));
    assert_memory_equal(t.s, want, t.n);
}

static void refuse(struct text t, int result, const char *want)
{
    const struct xml_element *root = NULL;
    struct cim_error err = {0};

    assert_int_equal(xml_parse(&arena, t, &root, &err), result);
    assert_null(root);
    if (strncmp(err.message, want, strlen(want)) != 0)
        fail_msg("\"%s\" is not \"%s\"", err.message, want);
}

static void tree_is_that_of_the_document(void **state)
{
    const struct xml_element *
        root =
           parse("<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><a><b x='1' y=\"2\"/>t1<c>t2<![CDATA[<&>]]></c>&lt;t3</a>\n"),
       *b, *c;

    (void)state;
    assert_text(root->name, "a");
    assert_text(root->text, "t1<t3");
    assert_null(root->parent);
    b = root->children;
    assert_text(b->name, "b");
    assert_int_equal(b->n_attributes, 2);
    assert_text(xml_attribute(b, XML_NS_NONE, "x"), "1");
    assert_text(xml_attribute(b, XML_NS_NONE, "y"), "2");
    assert_null(xml_attribute(b, XML_NS_NONE, "z").s);
    c = b->next;
    assert_ptr_equal(c->parent, root);
    assert_text(c->text, "t2<&>");
    assert_null(c->next);
    assert_ptr_equal(xml_child(root, XML_NS_NONE, "c"), c);
    assert_null(xml_child(root, XML_NS_NONE, "d"));
}

static void names_match_by_namespace_and_not_by_prefix(void **state)
{
    const struct xml_element *root =
        parse("<x:Envelope xmlns:x='http://www.w3.org/2003/05/soap-envelope' xmlns='urn:other' x:mustUnderstand='1' mustUnderstand='0' "
              "xml:lang='de'><a/><b xmlns=''/><To xmlns='http://schemas.xmlsoap.org/ws/2004/08/addressing'/></x:Envelope>");

    (void)state;
    assert_true(xml_is(root, XML_NS_SOAP, "Envelope"));
    assert_false(xml_is(root, XML_NS_WSA, "Envelope"));
    assert_text(xml_attribute(root, XML_NS_SOAP, "mustUnderstand"), "1");
    assert_text(xml_attribute(root, XML_NS_NONE, "mustUnderstand"), "0");
    assert_text(xml_attribute(root, XML_NS_XML, "lang"), "de");
    assert_true(xml_is(root->children, XML_NS_OTHER, "a"));
    assert_text(root->children->uri, "urn:other");
    assert_true(xml_is(root->children->next, XML_NS_NONE, "b"));
    assert_true(xml_is(root->children->next->next, XML_NS_WSA, "To"));
}

static void nil_is_found_under_both_schema_namespaces(void **state)
{
    (void)state;
    assert_text(xml_xsi(parse("<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='true'/>"), "nil"), "true");
    assert_text(xml_xsi(parse("<a xmlns:x='http://www.w3.org/2001/XMLSchema' x:nil='true'/>"), "nil"), "true");
    assert_null(xml_xsi(parse("<a nil='true'/>"), "nil").s);
}

static void what_does_not_belong_into_a_message_is_refused_where_it_stands(void **state)
{
    static const struct {
        struct text in;
        int result;
        const char *want;
    } cases[] = {
        {TEXT(""), XML_MALFORMED, "the document is empty"},
        {TEXT("\xEF\xBB\xBF"), XML_MALFORMED, "the document is empty"},
        {TEXT(" "), XML_MALFORMED, "line 1"},
        {TEXT("text"), XML_MALFORMED, "line 1, column"},
        {TEXT("<a>"), XML_MALFORMED, "line 1, column"},
        {TEXT("<a>\n<b></a>"), XML_MALFORMED, "line 2, column 8: Opening and ending tag mismatch: b line 2 and a"},
        {TEXT("<a/><b/>"), XML_MALFORMED, "line 1, column 5: Extra content at the end of the document"},
        {TEXT("<a b='1' b='2'/>"), XML_MALFORMED, "line 1"},
        {TEXT("<x:a/>"), XML_MALFORMED, "line 1"},
        {TEXT("<a>&b;</a>"), XML_MALFORMED, "line 1, column 7: Entity 'b' not defined"},
        {TEXT("<a>&#1;</a>"), XML_MALFORMED, "line 1"},
        {TEXT("<a>\xC0\x80</a>"), XML_MALFORMED, "line 1"},
        {TEXT("<a>\xFF</a>"), XML_MALFORMED, "line 1"},
        {TEXT("<a>\1</a>"), XML_MALFORMED, "line 1"},
        {TEXT("<a>\n\0</a>"), XML_MALFORMED, "line 2, column 1: NUL byte"},
        {TEXT("<a/>\0"), XML_MALFORMED, "line 1, column 5: NUL byte"},
        {TEXT("<!DOCTYPE a><a/>"), XML_MALFORMED, "line 1, column 1: document type declarations are not allowed"},
        {TEXT("<?xml version='1.0'?>\n <!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), XML_MALFORMED,
         "line 2, column 2: document type declarations are not allowed"},
        {TEXT("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), XML_MALFORMED, "line 1, column 1: document type"},
        {TEXT("<a><!ENTITY b 'c'></a>"), XML_MALFORMED, "line 1, column 4: document type declarations"},
        {TEXT("<a><?php echo ?></a>"), XML_MALFORMED, "line 1, column 4: processing instructions are not allowed"},
        {TEXT("<a/><?b?>"), XML_MALFORMED, "line 1, column 5: processing instructions are not allowed"},
        {TEXT("<?xml-stylesheet href='x'?><a/>"), XML_MALFORMED,
         "line 1, column 1: processing instructions are not allowed"},
        {TEXT("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"), XML_ENCODING,
         "line 1, column 31: the encoding is not UTF-8"},
        {TEXT("<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>"), XML_ENCODING, "line 1"},
        {TEXT("<a"), XML_MALFORMED, "line 1"},
        {TEXT("<a b='"), XML_MALFORMED, "line 1"},
        {TEXT("<!-- "), XML_MALFORMED, "line 1"},
        {TEXT("<a><![CDATA[ "), XML_MALFORMED, "line 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        refuse(cases[i].in, cases[i].result, cases[i].want);
}

static void markup_in_comments_text_and_attributes_is_none(void **state)
{
    (void)state;
    assert_text(parse("<a><!-- <!DOCTYPE x> <?y?> --><![CDATA[<!DOCTYPE x><?y?>]]></a>")->text, "<!DOCTYPE x><?y?>");
    assert_text(xml_attribute(parse("<a b='>' c=\"'>\"/>"), XML_NS_NONE, "c"), "'>");
    assert_text(parse("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><a>x</a>")->text, "x");
    assert_text(parse("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>x</a>")->text, "x"); /* turned into UTF-8 before */
}

/* head, n times each with # replaced by a number, tail */
static void build(struct buf *b, const char *head, const char *each, unsigned n, const char *tail)
{
    buf_init(b, 1 << 24);
    buf_puts(b, head);
    for (unsigned i = 0; i < n; i++)
        for (const char *c = each; *c; c++)
            if (*c == '#')
                buf_u64(b, i);
            else
                buf_char(b, *c);
    buf_puts(b, tail);
}

static void limits_hold_to_the_element(void **state)
{
    static const struct {
        const char *head, *each, *tail;
        unsigned most;
        const char *want;
    } cases[] = {
        {"<a ", "b#='1' ", "/>", XML_MAX_ATTRIBUTES, "line 1, column 1: an element with more than 64 attributes"},
        {"<a ", "xmlns:b#='urn:1' ", "/>", XML_MAX_ATTRIBUTES,
         "line 1, column 1: an element with more than 64 attributes"},
        {"<a>", "<b i='#'/>", "</a>", XML_MAX_ELEMENTS - 1, "line 1, column"},
    };
    const struct xml_element *root;
    struct cim_error err = {0};
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        build(&b, cases[i].head, cases[i].each, cases[i].most, cases[i].tail);
        assert_int_equal(xml_parse(&arena, buf_view(&b), &root, &err), 0);
        buf_fini(&b);
        arena_reset(&arena);
        build(&b, cases[i].head, cases[i].each, cases[i].most + 1, cases[i].tail);
        refuse(buf_view(&b), XML_MALFORMED, cases[i].want);
        buf_fini(&b);
    }
}

static void nesting_ends_at_its_limit(void **state)
{
    const struct xml_element *root;
    struct cim_error err = {0};
    struct buf b;

    (void)state;
    build(&b, "", "<a b#=''>", XML_MAX_DEPTH, "");
    for (unsigned i = 0; i < XML_MAX_DEPTH; i++)
        buf_puts(&b, "</a>");
    assert_int_equal(xml_parse(&arena, buf_view(&b), &root, &err), 0);
    buf_fini(&b);
    build(&b, "", "<a b#=''>", 100000, "");
    refuse(buf_view(&b), XML_MALFORMED, "line 1, column");
    buf_fini(&b);
}

static void names_end_at_their_limit(void **state)
{
    struct buf b;

    (void)state;
    build(&b, "<", "a", XML_MAX_NAME_BYTES + 1, "/>");
    refuse(buf_view(&b), XML_MALFORMED, "line 1, column");
    buf_fini(&b);
    build(&b, "<e ", "a", XML_MAX_NAME_BYTES + 1, "='its value' b='and another'/>");
    refuse(buf_view(&b), XML_MALFORMED, "line 1, column");
    buf_fini(&b);
}

/* Time and memory must not go with the square */
static void many_pieces_of_text_are_joined(void **state)
{
    const struct xml_element *root;
    struct cim_error err = {0};
    struct buf b;

    (void)state;
    build(&b, "<a>", "<b/>&amp;x", 90000, "</a>");
    assert_int_equal(xml_parse(&arena, buf_view(&b), &root, &err), 0);
    assert_int_equal(root->text.n, 180000);
    buf_fini(&b);
}

static void out_of_memory_is_said_at_every_step(void **state)
{
    static const char in[] = "<a xmlns:b='urn:b' b:c='d'><b:e>text</b:e>text&amp;text<f/>text</a>";
    const struct xml_element *root;
    struct cim_error err = {0};
    int r = -ENOMEM;

    (void)state;
    for (size_t max = 0; r == -ENOMEM; max += 16) {
        struct arena small;

        arena_init(&small, max);
        r = xml_parse(&small, text_of(in), &root, &err);
        arena_fini(&small);
        assert_true(max < 10000);
    }
    assert_int_equal(r, 0);
}

static void serialised_text_means_the_same(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"<a/>", "<a xmlns=\"\"></a>"},
        {"<p:a xmlns:p='urn:p'>x&amp;&lt;</p:a>", "<p:a xmlns:p=\"urn:p\">x&amp;&lt;</p:a>"},
        {"<a xmlns='urn:d' xmlns:q='urn:q' q:x='1&quot;' q:y='2' z='3' xml:lang='en'/>",
         "<a xmlns=\"urn:d\" xmlns:q=\"urn:q\" q:x=\"1&quot;\" q:y=\"2\" z=\"3\" xml:lang=\"en\"></a>"},
        {"<p:a xmlns:p='urn:p' p:x='1'><p:b/><c>t</c></p:a>",
         "<p:a xmlns:p=\"urn:p\" p:x=\"1\"><p:b xmlns:p=\"urn:p\"></p:b><c xmlns=\"\">t</c></p:a>"},
    };
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        buf_init(&b, 10000);
        xml_serialise(&b, parse(cases[i].in));
        assert_string_equal(buf_cstr(&b), cases[i].out);
        (void)parse(buf_cstr(&b));
        buf_fini(&b);
    }
}

static void booleans_are_read_in_any_case(void **state)
{
    (void)state;
    assert_true(xml_true(TEXT(" TRUE\n")));
    assert_true(xml_true(TEXT("1")));
    assert_false(xml_true(TEXT("0")));
    assert_false(xml_true(TEXT("")));
    assert_false(xml_true(TEXT("yes")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tree_is_that_of_the_document, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_match_by_namespace_and_not_by_prefix, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nil_is_found_under_both_schema_namespaces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_belong_into_a_message_is_refused_where_it_stands, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(markup_in_comments_text_and_attributes_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_hold_to_the_element, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nesting_ends_at_its_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_end_at_their_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_pieces_of_text_are_joined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(out_of_memory_is_said_at_every_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(serialised_text_means_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(booleans_are_read_in_any_case, set_up, tear_down),
    };
    int failed;

    xml_global_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    xml_global_fini();
    return failed;
}
