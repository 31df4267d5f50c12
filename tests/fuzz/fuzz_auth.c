/* An Authorization header, or a line of the users file: what is taken is within its bounds, and a hash is written as it was read. */
#include <assert.h>
#include <string.h>

#include "server/auth/basic.h"
#include "server/auth/password.h"
#include "server/auth/users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = {(const char *)data, size}, name;
    struct password_hash hash = {0}, again = {0};
    struct basic basic;
    struct buf b;

    if (basic_decode(t, &basic)) {
        assert(strlen(basic.name) == basic.name_n && strlen(basic.password) == basic.password_n);
        assert(basic_name_ok((struct text){basic.name, basic.name_n}) && basic.password_n);
    }
    if (users_parse_line(t, &name, &hash) == 0) {
        assert(basic_name_ok(name));
        buf_init(&b, PASSWORD_TEXT_MAX);
        password_format(&hash, &b);
        assert(password_parse(buf_view(&b), &again) && memcmp(&hash, &again, sizeof(hash)) == 0);
        buf_fini(&b);
    }
    return 0;
}
