/* A machine without libcurl or jansson: the message says so, and nothing else is blamed. The program runs
 * itself once more with a dlopen that does not find one of them. */
#include <dlfcn.h>
#include <kcase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

static const char hidden[] = "KCASE_TEST_HIDDEN_LIBRARY";

/* Comes before libc's, for the library too. */
void *dlopen(const char *file, int flags)
{
    void *(*next)(const char *, int);
    void *found = dlsym(RTLD_NEXT, "dlopen");
    memcpy(&next, &found, sizeof next);
    const char *name = getenv(hidden);
    return name != NULL && file != NULL && strcmp(name, file) == 0 ? NULL : next(file, flags);
}

static int told(const char *name)
{
    kcase_result *error = NULL;
    kcase_client *client =
        kcase_client_new("{\"base_url\": \"http://127.0.0.1:9\", \"token\": \"t\"}", &error);
    int is_told = client == NULL && kcase_result_outcome(error) == KCASE_INVALID &&
                  strstr(kcase_result_message(error), name) != NULL;
    if (client == NULL && !is_told) fprintf(stderr, "%s\n", kcase_result_message(error));
    kcase_client_free(client);
    kcase_result_free(error);
    return is_told;
}

static void expect_told(const char *name)
{
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        setenv(hidden, name, 1);
        execl("/proc/self/exe", "missing_libraries", (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void without_libcurl(void **state)
{
    (void)state;
    expect_told("libcurl.so.4");
}

static void without_jansson(void **state)
{
    (void)state;
    expect_told("libjansson.so.4");
}

static void with_both_a_client_is_made(void **state)
{
    (void)state;
    assert_false(told("libcurl.so.4"));
}

int main(void)
{
    const char *name = getenv(hidden);
    if (name != NULL) return told(name) ? 0 : 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_libcurl),
        cmocka_unit_test(without_jansson),
        cmocka_unit_test(with_both_a_client_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
