/* Instances as bytes: every type there and back, classes that change, bytes that are wrong. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cim/core/record.h"
#include "tests/unit/mofs.h"

#include <cmocka.h>

static const char classes[] =
    "class E { uint32 N; string S; };"
    "class F : E { boolean More; };"
    "class C { [Key] string Id; boolean B; uint8 U8; sint8 S8; uint16 U16; sint16 S16; uint32 U32; sint32 S32;"
    " uint64 U64; sint64 S64; real32 R32; real64 R64; char16 Ch; datetime D; datetime Span; string T = \"def\";"
    " boolean Bs[]; uint8 U8s[]; sint64 S64s[]; real64 R64s[]; char16 Chs[]; datetime Ds[]; string Ts[];"
    " [EmbeddedInstance(\"E\")] string Em; [EmbeddedInstance(\"E\")] string Ems[]; };"
    "[Association] class A { [Key] C ref Left; [Key] C ref Right; };";

/* One property of C or A and its value as MOF writes it. */
static const struct {
    const char *class, *name, *value;
} rows[] = {
    {"C", "B", "TRUE"},
    {"C", "B", "FALSE"},
    {"C", "U8", "255"},
    {"C", "S8", "-128"},
    {"C", "U16", "65535"},
    {"C", "S16", "-32768"},
    {"C", "U32", "4294967295"},
    {"C", "S32", "-2147483648"},
    {"C", "U64", "18446744073709551615"},
    {"C", "U64", "0"},
    {"C", "S64", "-9223372036854775808"},
    {"C", "S64", "9223372036854775807"},
    {"C", "R32", "1.5"},
    {"C", "R64", "-1.25E300"},
    {"C", "Ch", "'\\x20AC'"},
    {"C", "D", "\"20240229123456.123456+060\""},
    {"C", "D", "\"2024022912****.******-720\""},
    {"C", "Span", "\"00000001020304.000005:000\""},
    {"C", "T", "\"\""},
    {"C", "T", "\"a \\\"b\\\" \\n\""},
    {"C", "T", "NULL"},
    {"C", "Bs", "{TRUE, FALSE}"},
    {"C", "U8s", "{}"},
    {"C", "U8s", "{0, 255}"},
    {"C", "S64s", "{-1, 0, 1}"},
    {"C", "R64s", "{0.5, -0.5}"},
    {"C", "Chs", "{'a', 'b'}"},
    {"C", "Ds", "{\"20240229123456.123456+060\"}"},
    {"C", "Ts", "{\"x\", NULL, \"\"}"},
    {"C", "Em", "\"instance of F { N = 3; S = \\\"in\\\"; More = TRUE; };\""},
    {"C", "Ems", "{\"instance of E { N = 1; };\", \"instance of F { N = 2; };\"}"},
    {"A", "Left", "\"//h/root/x:C.Id=\\\"1\\\"\""},
    {"A", "Right", "\"C.Id=\\\"a\\\\\\\"b\\\"\""},
};

static void init(struct arena *a, struct buf *b)
{
    arena_init(a, 16 << 20);
    buf_init(b, 16 << 20);
}

/* The only instance of the unit. */
static struct cim_instance *declared(const struct mofs *m, struct arena *a)
{
    struct cim_instance *i = NULL;

    assert_int_equal(mof_unit_instance(m->unit, mof_unit_instances(m->unit), m->schema, a, &i), 0);
    return i;
}

static void compile(struct mofs *m, const char *mof, const char *more)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_puts(&b, mof);
    buf_puts(&b, more);
    mofs_compile(m, buf_cstr(&b));
    if (m->problems.len)
        print_error("%s", buf_cstr(&m->problems));
    assert_int_equal(m->status, 0);
    buf_fini(&b);
}

static void there_and_back(const char *class, const char *name, const char *value)
{
    char text[512];
    struct cim_instance *i, *again;
    struct mofs m;
    struct arena a;
    struct buf b;

    (void)snprintf(text, sizeof(text), "instance of %s { %s %s = %s; };", class,
                   class[0] == 'C'
                       ? "Id = \"1\";"
                       : (strcmp(name, "Left") ? "Left = \"C.Id=\\\"0\\\"\";" : "Right = \"C.Id=\\\"0\\\"\";"),
                   name, value);
    init(&a, &b);
    compile(&m, classes, text);
    i = declared(&m, &a);
    record_write(&b, i);
    assert_true(buf_ok(&b));
    again = instance_new(&a, i->class);
    assert_int_equal(record_read(&a, m.schema, buf_view(&b), again), 0);
    if (!instance_equal(i, again))
        fail_msg("%s.%s = %s", class, name, value);
    for (size_t n = 0; n < b.len; n++) /* every piece of it is refused */
        assert_int_equal(record_read(&a, m.schema, (struct text){b.data, n}, again), -EBADMSG);
    mofs_fini(&m);
    buf_fini(&b);
    arena_fini(&a);
}

static void values_of_every_type_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        there_and_back(rows[i].class, rows[i].name, rows[i].value);
}

static void numbers_that_mof_cannot_write_come_back(void **state)
{
    const double reals[] = {INFINITY, -INFINITY, NAN, -0.0};
    struct mofs m;
    struct arena a;
    struct buf b;

    (void)state;
    init(&a, &b);
    compile(&m, classes, "");
    for (size_t k = 0; k < sizeof(reals) / sizeof(reals[0]); k++) {
        struct cim_instance *i = instance_new(&a, mofs_class(&m, "C")), *again = instance_new(&a, i->class);
        const uint16_t at = class_property(i->class, TEXT("R64"))->index;

        i->values[at] = value_real(CIM_REAL64, reals[k]);
        buf_reset(&b);
        record_write(&b, i);
        assert_int_equal(record_read(&a, m.schema, buf_view(&b), again), 0);
        assert_memory_equal(&again->values[at].real, &reals[k], sizeof(double));
    }
    mofs_fini(&m);
    buf_fini(&b);
    arena_fini(&a);
}

static void null_and_the_empty_array_differ(void **state)
{
    struct mofs m;
    struct arena a;
    struct buf b;
    struct cim_instance *i, *again;

    (void)state;
    init(&a, &b);
    compile(&m, classes, "instance of C { Id = \"1\"; Ts = {}; };");
    i = declared(&m, &a);
    record_write(&b, i);
    again = instance_new(&a, i->class);
    assert_int_equal(record_read(&a, m.schema, buf_view(&b), again), 0);
    assert_false(value_is_null(instance_get(again, TEXT("Ts"))));
    assert_int_equal(instance_get(again, TEXT("Ts"))->len, 0);
    assert_true(value_is_null(instance_get(again, TEXT("U8s"))));
    mofs_fini(&m);
    buf_fini(&b);
    arena_fini(&a);
}

/* What is read into another class than was written. */
static void reread(const char *before, const char *instance, const char *after, const char *expected)
{
    struct mofs old, new;
    struct arena a;
    struct buf b;
    struct cim_instance *i, *again;

    init(&a, &b);
    compile(&old, before, instance);
    i = declared(&old, &a);
    record_write(&b, i);
    compile(&new, after, expected);
    again = instance_new(&a, mofs_class(&new, i->class->name.s));
    assert_int_equal(record_read(&a, new.schema, buf_view(&b), again), 0);
    if (!instance_equal(again, declared(&new, &a))) {
        buf_reset(&b);
        mof_write_instance(&b, again);
        fail_msg("%s", buf_cstr(&b));
    }
    mofs_fini(&old);
    mofs_fini(&new);
    buf_fini(&b);
    arena_fini(&a);
}

static void classes_may_change_under_what_was_written(void **state)
{
    (void)state;
    reread("class C { [Key] string K; uint32 Gone; string Stays; };",
           "instance of C { K = \"1\"; Gone = 5; Stays = \"s\"; };",
           "class C { string New = \"n\"; [Key] string k; string STAYS; };",
           "instance of C { K = \"1\"; New = \"n\"; Stays = \"s\"; };");
    /* wider, text of a number, a shape that does not fit */
    reread("class C { [Key] string K; uint8 A; uint32 B; string D; };",
           "instance of C { K = \"1\"; A = 5; B = 6; D = \"x\"; };",
           "class C { [Key] string K; uint64 A; sint16 B; string D[]; };",
           "instance of C { K = \"1\"; A = 5; B = 6; };");
    /* a default that came later is not what was NULL on purpose before a default */
    reread("class C { [Key] string K; string D = \"d\"; };", "instance of C { K = \"1\"; D = NULL; };",
           "class C { [Key] string K; string D = \"e\"; };", "instance of C { K = \"1\"; D = NULL; };");
    /* the class of an embedded instance is gone */
    reread("class E { uint8 N; }; class C { [Key] string K; [EmbeddedObject] string O; [EmbeddedObject] string P[]; };",
           "instance of C { K = \"1\"; O = \"instance of E { N = 1; };\"; };",
           "class C { [Key] string K; [EmbeddedObject] string O; [EmbeddedObject] string P[]; };",
           "instance of C { K = \"1\"; };");
}

static void instances_nested_too_deep_are_not_written(void **state)
{
    struct mofs m;
    struct arena a;
    struct buf b;
    struct cim_instance *inner = NULL;

    (void)state;
    init(&a, &b);
    compile(&m, "class C { [EmbeddedObject] string O; };", "");
    for (int depth = 0; depth <= RECORD_MAX_DEPTH + 1; depth++) {
        struct cim_instance *i = instance_new(&a, mofs_class(&m, "C")), *again = instance_new(&a, i->class);

        if (inner) {
            i->values[0].flags |= CIM_VALUE_SET;
            i->values[0].instance = inner;
        }
        buf_reset(&b);
        record_write(&b, i);
        assert_int_equal(buf_ok(&b), depth <= RECORD_MAX_DEPTH);
        if (buf_ok(&b))
            assert_int_equal(record_read(&a, m.schema, buf_view(&b), again), 0);
        inner = i;
    }
    mofs_fini(&m);
    buf_fini(&b);
    arena_fini(&a);
}

static void memory_that_is_out_is_said(void **state)
{
    struct mofs m;
    struct arena a, small;
    struct buf b;
    struct cim_instance *i;
    int r = -ENOMEM;

    (void)state;
    init(&a, &b);
    compile(&m, classes,
            "instance of C { Id = \"1\"; Ts = {\"x\", \"y\"}; Em = \"instance of E { S = \\\"in\\\"; };\"; "
            "D = \"20240229123456.123456+060\"; };");
    i = declared(&m, &a);
    record_write(&b, i);
    for (size_t room = 0; r; room += 64) {
        struct cim_instance *again = instance_new(&a, i->class);

        arena_init(&small, room);
        r = record_read(&small, m.schema, buf_view(&b), again);
        assert_true(r == 0 || r == -ENOMEM);
        arena_fini(&small);
    }
    mofs_fini(&m);
    buf_fini(&b);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_type_come_back),
        cmocka_unit_test(numbers_that_mof_cannot_write_come_back),
        cmocka_unit_test(null_and_the_empty_array_differ),
        cmocka_unit_test(classes_may_change_under_what_was_written),
        cmocka_unit_test(instances_nested_too_deep_are_not_written),
        cmocka_unit_test(memory_that_is_out_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
