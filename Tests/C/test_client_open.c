/* Configurations from files. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batches.h"
#include "fixture.h"
#include "text.h"

static char folder[] = "/tmp/kcase-open-XXXXXX";

static int open_setup(void **state)
{
    return mkdtemp(folder) == NULL || suite_setup(state) != 0 ? -1 : 0;
}

static int open_teardown(void **state)
{
    rmdir(folder);
    return suite_teardown(state);
}

static char *path_of(const char *name) { return text_format("%s/%s", folder, name); }

static char *write_file(const char *content, size_t count)
{
    char *path = path_of("config.json");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void expect_no_client(const char *path, const char *word)
{
    kcase_result *error = NULL;
    int before = count_descriptors();
    assert_null(kcase_client_open(path, &error));
    expect_claim(error, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(error), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(error));
    }
    assert_false(text_has(kcase_result_json(error), folder));
    kcase_result_free(error);
    assert_null(kcase_client_open(path, NULL));
    assert_int_equal(count_descriptors(), before);
}

static void expect_no_client_of(const char *content, const char *word)
{
    char *path = write_file(content, strlen(content));
    expect_no_client(path, word);
    unlink(path);
    free(path);
}

static void a_client_is_made_of_a_file(void **state)
{
    (void)state;
    char *content = text_format(
        "{\n  \"base_url\": \"http://127.0.0.1:%d\",\n  " STATIC_TOKEN "\n}\n", test.box.port);
    char *path = write_file(content, strlen(content));
    char *link = path_of("link");
    assert_int_equal(symlink(path, link), 0);
    const char *const paths[] = {path, link};
    for (int index = 0; index < 2; index++) {
        sandbox_reset(&test.box);
        kcase_result *error = (kcase_result *)&error;
        kcase_client *client = kcase_client_open(paths[index], &error);
        assert_non_null(client);
        assert_null(error);
        kcase_result *result = kcase_cancel(client, CASE_CANCELABLE, NULL);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
        kcase_result_free(result);
        kcase_client_free(client);
    }
    unlink(link);
    unlink(path);
    free(link);
    free(path);
    free(content);
}

static void what_is_no_regular_file_is_refused(void **state)
{
    (void)state;
    expect_no_client(NULL, "path: must not be NULL");
    expect_no_client("", "path: there is no such file");
    expect_no_client("/nowhere/config.json", "path: there is no such file");
    expect_no_client(folder, "path: is a folder");
    expect_no_client("/dev/zero", "path: is no regular file");
    char *path = path_of("fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_no_client(path, "path: is no regular file");
    unlink(path);
    free(path);
    char *long_path = text_repeat("x/", 5000);
    expect_no_client(long_path, "path: there is no such file");
    free(long_path);
}

static void a_file_that_may_not_be_read_is_refused(void **state)
{
    (void)state;
    char *path = write_file("{}", 2);
    assert_int_equal(chmod(path, 0), 0);
    /* To root nothing is forbidden. */
    uid_t user = geteuid();
    if (user == 0) assert_int_equal(seteuid(65534), 0);
    expect_no_client(path, "path: this process may not read the file");
    assert_int_equal(seteuid(user), 0);
    unlink(path);
    free(path);
}

static void what_is_in_it_is_checked_as_ever(void **state)
{
    (void)state;
    expect_no_client_of("", "path: the file is empty");
    expect_no_client_of("\n\n", "config: ");
    expect_no_client_of("{\"token\": \"" CANARY "\"}", "environment");
    expect_no_client_of("{\n\"environment\": \"stage\",\n\"tokn\": \"" CANARY "\"}", "token");
    expect_no_client_of("{\n\"environment\": \"stage\",\noops}", "config: line 3");
    expect_no_client_of("\xEF\xBB\xBF{}", "byte-order mark");
    expect_no_client_of("\xFF\xFE{", "UTF-16");
    static const char cut[] = "{\"environment\": \"stage\", \"token\": \"" CANARY "\"}\0{";
    char *path = write_file(cut, sizeof cut - 1);
    expect_no_client(path, "config: ");
    unlink(path);
    free(path);
}

static void a_file_has_a_megabyte_at_most(void **state)
{
    (void)state;
    enum { most = 1 << 20 };
    char *blanks = text_repeat(" ", most);
    char *content = text_format(
        "{\"base_url\": \"http://127.0.0.1:1\", " STATIC_TOKEN "}%s", blanks);
    char *path = write_file(content, most);
    kcase_client *client = kcase_client_open(path, NULL);
    assert_non_null(client);
    kcase_client_free(client);
    free(path);
    path = write_file(content, most + 1);
    expect_no_client(path, "path: the file cannot be read, or is larger than 1 MiB");
    unlink(path);
    free(path);
    free(content);
    free(blanks);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(a_client_is_made_of_a_file),
        statement(what_is_no_regular_file_is_refused),
        statement(a_file_that_may_not_be_read_is_refused),
        statement(what_is_in_it_is_checked_as_ever),
        statement(a_file_has_a_megabyte_at_most),
    };
    return run_statements("client_open", statements, open_setup, open_teardown);
}
