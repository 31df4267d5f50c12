/* The database of the repository: what was written is there, also after a kill; what is damaged is refused. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "cim/core/store.h"
#include "tests/unit/scratch.h"

#include <cmocka.h>

static struct scratch scratch;
static struct store *store;

static struct store *open_store(void)
{
    struct cim_error err = {0};
    struct store *s = store_open(scratch.path, &err);

    if (!s)
        print_error("%s\n", err.message);
    return s;
}

static int set_up(void **state)
{
    (void)state;
    scratch_init(&scratch, "repository.db");
    store = open_store();
    return store == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    store = store_close(store);
    scratch_fini(&scratch);
    return 0;
}

static struct store_key key(const char *text)
{
    return (struct store_key){"root/cimv2", TEXT("C"), TEXT("F"), text_of(text)};
}

static int insert(const char *text, const char *data)
{
    const struct store_key k = key(text);
    int r;

    store_lock(store);
    r = store_insert(store, &k, text_of(data), NULL);
    store_unlock(store);
    return r;
}

static int update(const char *text, const char *data)
{
    const struct store_key k = key(text);
    int r;

    store_lock(store);
    r = store_update(store, &k, text_of(data), NULL);
    store_unlock(store);
    return r;
}

static int delete (const char *text)
{
    const struct store_key k = key(text);
    int r;

    store_lock(store);
    r = store_delete(store, &k, NULL);
    store_unlock(store);
    return r;
}

/* The rows of a scan, with a blank behind each. */
static const char *rows(struct store_scan scan)
{
    static char text[1000];
    struct text data;
    size_t n = 0;
    int r;

    text[0] = '\0';
    while ((r = store_next(store, &scan, &data, NULL)) == 0)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s ", (int)data.n, data.s);
    assert_int_equal(r, CIM_ERR_NOT_FOUND);
    store_scan_fini(&scan);
    return text;
}

static const char *all(void)
{
    return rows((struct store_scan){.of = {.namespace = "root/cimv2", .class = TEXT("C")}});
}

static const char *one(const char *text, bool fold)
{
    return rows((struct store_scan){.of = key(text), .fold = fold});
}

static void rows_are_there_after_a_restart(void **state)
{
    (void)state;
    assert_int_equal(insert("a", "one"), 0);
    assert_int_equal(insert("b", "two"), 0);
    assert_int_equal(update("b", "second"), 0);
    assert_int_equal(insert("c", "three"), 0);
    assert_int_equal(delete ("a"), 0);
    store = store_close(store);
    store = open_store();
    assert_string_equal(all(), "second three ");
    assert_string_equal(one("b", false), "second ");
    assert_string_equal(one("a", false), "");
}

static void a_key_is_unique_in_its_family(void **state)
{
    struct store_key k = key("a");

    (void)state;
    assert_int_equal(insert("a", "one"), 0);
    assert_int_equal(insert("a", "two"), CIM_ERR_ALREADY_EXISTS);
    assert_int_equal(update("b", "two"), CIM_ERR_NOT_FOUND);
    assert_int_equal(delete ("b"), CIM_ERR_NOT_FOUND);
    store_lock(store);
    k.class = TEXT("Other");
    assert_int_equal(store_insert(store, &k, TEXT("x"), NULL), CIM_ERR_ALREADY_EXISTS);
    assert_int_equal(store_update(store, &k, TEXT("x"), NULL), CIM_ERR_NOT_FOUND);
    k.namespace = "ROOT/CIMV2";
    k.family = TEXT("f");
    assert_int_equal(store_insert(store, &k, TEXT("x"), NULL), CIM_ERR_ALREADY_EXISTS);
    k.namespace = "root/other";
    assert_int_equal(store_insert(store, &k, TEXT("x"), NULL), 0);
    store_unlock(store);
    assert_string_equal(all(), "one ");
}

static void keys_differ_in_case_and_can_be_asked_without(void **state)
{
    (void)state;
    assert_int_equal(insert("key", "small"), 0);
    assert_int_equal(insert("KEY", "large"), 0);
    assert_string_equal(one("key", false), "small ");
    assert_string_equal(one("Key", false), "");
    assert_string_equal(one("Key", true), "small large ");
}

static void a_scan_meets_every_row_once_whatever_others_write(void **state)
{
    enum { N = 2000 };
    struct store_scan scan = {.of = {.namespace = "root/cimv2", .class = TEXT("c")}};
    static bool seen[N];
    char text[32];
    struct text data;
    int n = 0;

    (void)state;
    store_lock(store);
    assert_int_equal(store_begin(store, NULL), 0);
    for (int i = 0; i < N; i++) {
        struct store_key k = key(text);

        (void)snprintf(text, sizeof(text), "%d", i);
        k.key = text_of(text);
        assert_int_equal(store_insert(store, &k, text_of(text), NULL), 0);
    }
    assert_int_equal(store_commit(store, NULL), 0);
    store_unlock(store);
    while (store_next(store, &scan, &data, NULL) == 0) {
        int i;

        (void)snprintf(text, sizeof(text), "%.*s", (int)data.n, data.s);
        i = (int)strtol(text, NULL, 10);
        assert_false(seen[i]);
        seen[i] = true;
        if (n++ % 100 == 0) /* between two rows the file is free */
            assert_int_equal(update(text, text), 0);
    }
    assert_int_equal(n, N);
    store_scan_fini(&scan);
}

static void what_is_rolled_back_was_never_there(void **state)
{
    const struct store_key a = key("a"), b = key("b");

    (void)state;
    store_lock(store);
    assert_int_equal(store_begin(store, NULL), 0);
    assert_int_equal(store_insert(store, &a, TEXT("one"), NULL), 0);
    assert_int_equal(store_declare(store, "root/cimv2", STORE_CLASS, "C", TEXT("class C {};"), NULL), 0);
    store_rollback(store);
    assert_int_equal(store_insert(store, &b, TEXT("two"), NULL), 0);
    store_unlock(store);
    assert_string_equal(all(), "two ");
}

static int print_declaration(void *user, const char *namespace, struct text mof)
{
    buf_printf(user, "%s %.*s|", namespace, (int)mof.n, mof.s);
    return 0;
}

static int print_count(void *user, const char *namespace, const char *class, uint64_t n)
{
    buf_printf(user, "%s %s %u|", namespace, class, (unsigned)n);
    return 0;
}

static void declarations_and_counts_are_listed(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    store_lock(store);
    assert_int_equal(store_declare(store, "root/x", STORE_CLASS, "C", TEXT("c1"), NULL), 0);
    assert_int_equal(store_declare(store, "root/cimv2", STORE_CLASS, "D", TEXT("d"), NULL), 0);
    assert_int_equal(store_declare(store, "root/cimv2", STORE_QUALIFIER, "Q", TEXT("q"), NULL), 0);
    assert_int_equal(store_declare(store, "ROOT/x", STORE_CLASS, "c", TEXT("c2"), NULL), 0);
    store_unlock(store);
    assert_int_equal(insert("a", "1"), 0);
    assert_int_equal(insert("b", "2"), 0);
    assert_int_equal(store_each_declaration(store, print_declaration, &b, NULL), 0);
    assert_int_equal(store_each_count(store, print_count, &b, NULL), 0);
    assert_string_equal(buf_cstr(&b), "root/cimv2 q|root/cimv2 d|ROOT/x c2|root/cimv2 C 2|");
    buf_fini(&b);
}

/* ---- Files that are not what they should be */

static void refused(const char *what)
{
    struct cim_error err = {0};

    store = store_open(scratch.path, &err);
    if (store || !strstr(err.message, what))
        fail_msg("%s instead of %s", store ? "opened" : err.message, what);
}

static void a_second_process_is_refused(void **state)
{
    struct cim_error err = {0};

    (void)state;
    assert_null(store_open(scratch.path, &err));
    assert_non_null(strstr(err.message, "another process"));
}

static void a_place_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    store = store_close(store);
    (void)snprintf(scratch.path, sizeof(scratch.path), "%s/none/repository.db", scratch.folder);
    refused("No such file or directory");
    (void)snprintf(scratch.path, sizeof(scratch.path), "%s/folder", scratch.folder);
    assert_int_equal(mkdir(scratch.path, 0700), 0);
    refused("Is a directory");
    assert_int_equal(rmdir(scratch.path), 0);
}

static void another_database_is_refused(void **state)
{
    sqlite3 *db;

    (void)state;
    (void)snprintf(scratch.path, sizeof(scratch.path), "%s/other.db", scratch.folder);
    assert_int_equal(sqlite3_open(scratch.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    store = store_close(store);
    refused("not a repository");
}

static void a_later_format_is_refused(void **state)
{
    sqlite3 *db;

    (void)state;
    store = store_close(store);
    assert_int_equal(sqlite3_open(scratch.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    refused("format 2");
}

static void fill(void)
{
    char text[64];

    for (int i = 0; i < 500; i++) {
        (void)snprintf(text, sizeof(text), "%d-%050d", i, i);
        assert_int_equal(insert(text, text), 0);
    }
}

static void write_at(off_t at, const void *data, size_t n)
{
    int fd = open(scratch.path, O_WRONLY);

    assert_true(fd >= 0 && pwrite(fd, data, n, at) == (ssize_t)n);
    (void)close(fd);
}

static void a_torn_file_is_refused(void **state)
{
    struct stat st;

    (void)state;
    fill();
    store = store_close(store);
    assert_int_equal(stat(scratch.path, &st), 0);
    assert_int_equal(truncate(scratch.path, st.st_size / 2), 0);
    refused("damaged");
    assert_int_equal(truncate(scratch.path, 10), 0);
    refused("damaged");
}

static void a_page_of_nonsense_is_refused(void **state)
{
    char nonsense[4096];
    struct stat st;

    (void)state;
    fill();
    store = store_close(store);
    memset(nonsense, 0xA5, sizeof(nonsense));
    assert_int_equal(stat(scratch.path, &st), 0);
    write_at(st.st_size / 2 / 4096 * 4096, nonsense, sizeof(nonsense));
    refused("damaged");
    write_at(0, nonsense, sizeof(nonsense));
    refused("damaged");
}

/* ---- Trouble while it runs */

static void a_disk_that_takes_no_more_is_an_error_and_no_more(void **state)
{
    static char large[1 << 20];
    struct rlimit before, limit;
    const struct store_key k = key("large");
    struct cim_error err = {0};
    int r;

    (void)state;
    assert_int_equal(insert("a", "one"), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = sizeof(large) / 2;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    memset(large, 'x', sizeof(large));
    store_lock(store);
    r = store_insert(store, &k, (struct text){large, sizeof(large)}, &err);
    store_unlock(store);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(r == -EIO || r == -ENOSPC);
    assert_true(err.message[0] != '\0');
    assert_string_equal(one("large", false), "");
    assert_int_equal(insert("b", "two"), 0);
    assert_string_equal(all(), "one two ");
}

/* Says every number whose row is in, until it is killed. */
static void write_until_killed(int tell)
{
    char text[32];

    store = open_store();
    for (uint32_t i = 0; store; i++) {
        (void)snprintf(text, sizeof(text), "%u", i);
        if (insert(text, text) != 0 || (i && update("0", text) != 0) || write(tell, &i, sizeof(i)) != sizeof(i))
            break;
    }
    _exit(1);
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    enum { KILLS = 5 };

    (void)state;
    store = store_close(store);
    for (uint32_t kill_at = 1; kill_at < 1 << KILLS; kill_at *= 2) {
        uint32_t last = 0;
        char text[32];
        int ends[2], status;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            write_until_killed(ends[1]);
        (void)close(ends[1]);
        while (last < kill_at && read(ends[0], &last, sizeof(last)) == sizeof(last))
            ;
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        while (read(ends[0], &last, sizeof(last)) == sizeof(last))
            ;
        (void)close(ends[0]);
        store = open_store();
        assert_non_null(store);
        for (uint32_t i = 1; i <= last; i++) {
            char row[34];

            (void)snprintf(text, sizeof(text), "%u", i);
            (void)snprintf(row, sizeof(row), "%s ", text);
            assert_string_equal(one(text, false), row);
        }
        assert_true(strtoul(one("0", false), NULL, 10) >= last);
        store = store_close(store);
        assert_int_equal(unlink(scratch.path), 0);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(rows_are_there_after_a_restart),
        CASE(a_key_is_unique_in_its_family),
        CASE(keys_differ_in_case_and_can_be_asked_without),
        CASE(a_scan_meets_every_row_once_whatever_others_write),
        CASE(what_is_rolled_back_was_never_there),
        CASE(declarations_and_counts_are_listed),
        CASE(a_second_process_is_refused),
        CASE(a_place_that_cannot_be_written_is_named),
        CASE(another_database_is_refused),
        CASE(a_later_format_is_refused),
        CASE(a_torn_file_is_refused),
        CASE(a_page_of_nonsense_is_refused),
        CASE(a_disk_that_takes_no_more_is_an_error_and_no_more),
        CASE(what_was_acknowledged_survives_a_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
