/* tests/golden/wsman: NAME.xml is a request, NAME.txt what is read from it, NAME.reply.xml the fault or the answer that it
 * gets from the fixed instances of answers.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/proto/wsman.h"
#include "server/proto/xml.h"
#include "tests/unit/answers.h"
#include "tests/unit/given.h"
#include "tests/unit/golden.h"
#include "tests/unit/requests.h"

static void check(const char *stem, struct text content)
{
    struct wsman_request q = {.reply_id = "uuid:00000000-0000-0000-0000-000000000000", .machine = "host"};
    struct wsman_fault f;
    struct arena a;
    struct buf b;
    size_t n = strlen(stem);
    int r;

    if (n > 6 && strcmp(stem + n - 6, ".reply") == 0)
        return;
    arena_init(&a, 1 << 20);
    r = wsman_decode(&a, content, WSMAN_UTF8, &q, &f);
    assert_int_equal(r, f.type != WSMAN_FAULT_NONE);
    buf_init(&b, 1 << 20);
    requests_show(&b, &q, &f);
    golden_check(stem, ".txt", buf_view(&b));
    buf_reset(&b);
    if (r)
        wsman_encode_fault(&b, &q, &f);
    else
        answer(&b, &q);
    golden_check(stem, ".reply.xml", buf_view(&b));
    buf_fini(&b);
    arena_fini(&a);
}

static void requests_are_read_and_answered_as_ever(void **state)
{
    (void)state;
    golden_each("tests/golden/wsman", ".xml", check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests_are_read_and_answered_as_ever)};
    int failed;

    xml_global_init();
    answers_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    given_fini();
    xml_global_fini();
    return failed;
}
