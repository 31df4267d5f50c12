#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/base/status.h"
#include "cim/base/text.h"

static void first_failure_is_kept(void **state)
{
    struct cim_error err = {0};

    (void)state;
    assert_int_equal(cim_fail(&err, CIM_ERR_NOT_FOUND, "no %s", "path"), CIM_ERR_NOT_FOUND);
    assert_int_equal(cim_fail(&err, CIM_ERR_FAILED, "later"), CIM_ERR_FAILED);
    assert_int_equal(cim_fail(NULL, CIM_ERR_FAILED, "nobody listens"), CIM_ERR_FAILED);
    assert_int_equal(err.status, CIM_ERR_NOT_FOUND);
    assert_string_equal(err.message, "no path");
}

static void long_sentence_ends_with_a_whole_character(void **state)
{
    (void)state;
    for (int lead = 250; lead < 260; lead++) {
        struct cim_error err = {0};

        (void)cim_fail(&err, CIM_ERR_FAILED, "%*s\xE2\x82\xAC\xE2\x82\xAC", lead, "");
        assert_true(strlen(err.message) > 250 - 1 && strlen(err.message) < sizeof(err.message));
        assert_true(text_is_utf8(text_of(err.message)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_failure_is_kept),
        cmocka_unit_test(long_sentence_ends_with_a_whole_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
