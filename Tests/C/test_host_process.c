/* The host's process: one that opens the library, uses it and closes it is as it was before. The library
 * is opened at run time, so that there is a before. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <kcase.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "raw_server.h"
#include "sandbox.h"
#include "text.h"

extern char **environ;

static sandbox box;
static void *library;

/* A function of the opened library, with its type. */
#define OF_LIBRARY(name) ((__typeof__(&name))symbol(#name))

static void *symbol(const char *name)
{
    void *address = dlsym(library, name);
    if (address == NULL) fail_msg("%s is missing", name);
    return address;
}

/* --- What a host would notice --------------------------------------------------------------------- */

static void add_file_lines(text_buffer *all, const char *path, const char *const beginnings[])
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        for (size_t index = 0; beginnings[index] != NULL; index++) {
            if (strncmp(line, beginnings[index], strlen(beginnings[index])) == 0) text_add(all, line);
        }
    }
    fclose(file);
}

static void add_signal_handlers(text_buffer *all)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0) continue;
        char *line = text_format("signal %d: %p %x\n", number, (void *)action.sa_handler, action.sa_flags);
        text_add(all, line);
        free(line);
    }
}

static void add_limits(text_buffer *all)
{
    for (int number = 0; number < RLIMIT_NLIMITS; number++) {
        struct rlimit limit;
        getrlimit((__rlimit_resource_t)number, &limit);
        char *line = text_format("limit %d: %lu %lu\n", number, limit.rlim_cur, limit.rlim_max);
        text_add(all, line);
        free(line);
    }
}

/* Everything about this process that the library must leave as it was. */
static char *state_of_process(void)
{
    text_buffer all = {0};
    static const char *const lines[] = {"SigBlk:", "SigIgn:", "SigCgt:", "SigPnd:", "ShdPnd:", "Umask:",
        "Threads:", "NoNewPrivs:", "Uid:", "Gid:", NULL};
    add_file_lines(&all, "/proc/self/status", lines);
    add_signal_handlers(&all);
    add_limits(&all);
    char directory[4096];
    text_add(&all, getcwd(directory, sizeof directory));
    for (char **variable = environ; *variable != NULL; variable++) {
        text_add(&all, "\n");
        text_add(&all, *variable);
    }
    char *rest = text_format("\nlocale %s\nrounding %d\nexceptions %d\n", setlocale(LC_ALL, NULL),
        fegetround(), fegetexcept());
    text_add(&all, rest);
    free(rest);
    return all.bytes;
}

/* The descriptors that are open, in order, and the number of them. */
static int descriptors(int *list, int most)
{
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    int count = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        int number = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || number == dirfd(directory)) continue;
        if (list != NULL && count < most) list[count] = number;
        count++;
    }
    closedir(directory);
    return count;
}

static int descriptor_count(void) { return descriptors(NULL, 0); }

/* --- One use of the library ----------------------------------------------------------------------- */

static kcase_client *new_client(const char *more)
{
    char *config = text_format("{\"base_url\": \"http://127.0.0.1:%d\", \"token\": \"" SANDBOX_TOKEN
                               "\", \"max_attempts\": 2, \"backoff_base_ms\": 1, \"backoff_max_ms\": 1%s}",
        box.port, more);
    kcase_result *error = NULL;
    kcase_client *client = OF_LIBRARY(kcase_client_new)(config, &error);
    if (client == NULL) fail_msg("%s", OF_LIBRARY(kcase_result_message)(error));
    free(config);
    return client;
}

static int32_t cancel(kcase_client *client, const char *case_id)
{
    kcase_result *result = OF_LIBRARY(kcase_cancel)(client, case_id, NULL);
    int32_t outcome = OF_LIBRARY(kcase_result_outcome)(result);
    assert_true(OF_LIBRARY(kcase_result_json)(result)[0] == '{');
    OF_LIBRARY(kcase_result_free)(result);
    return outcome;
}

/* Everything that can go right or wrong, once. */
static void use_library(void)
{
    kcase_result *error = NULL;
    assert_null(OF_LIBRARY(kcase_client_new)("{\"oops\": 1}", &error));
    OF_LIBRARY(kcase_result_free)(error);
    assert_non_null(OF_LIBRARY(kcase_build_info)());
    kcase_client *client = new_client("");
    assert_int_equal(cancel(client, CASE("01")), KCASE_CANCELED);
    assert_int_equal(cancel(client, CASE_UNABLE), KCASE_REFUSED);
    assert_int_equal(cancel(client, CASE_UNHEARD_OF), KCASE_NOT_FOUND);
    assert_int_equal(cancel(client, "a/b"), KCASE_INVALID);
    static const char *const troubles[] = {
        "reset_before", "reset_during", "close_before", "truncate", "garbage", "oversize"};
    for (size_t index = 0; index < sizeof troubles / sizeof troubles[0]; index++) {
        char *rule = text_format("{\"kind\": \"%s\", \"times\": 1}", troubles[index]);
        sandbox_fault(&box, rule);
        free(rule);
        cancel(client, CASE("02"));
    }
    OF_LIBRARY(kcase_client_interrupt)(client);
    OF_LIBRARY(kcase_client_free)(client);
}

static int open_sandbox(void **state)
{
    (void)state;
    box = sandbox_start(NULL);
    /* What would make a Swift runtime take the host's crash signals. */
    setenv("SWIFT_BACKTRACE", "enable=yes,color=no", 1);
    setenv("SWIFT_ROOT", "/usr", 1);
    return 0;
}

static int close_sandbox(void **state)
{
    (void)state;
    sandbox_stop(&box);
    return 0;
}

/* --- Statements: the first one opens the library -------------------------------------------------- */

static void the_process_is_as_before(void **state)
{
    (void)state;
    assert_null(dlopen(getenv("KCASE_LIBRARY"), RTLD_NOW | RTLD_NOLOAD));
    char *before = state_of_process();
    int descriptors_before = descriptor_count();
    library = dlopen(getenv("KCASE_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) fail_msg("%s", dlerror());
    char *opened = state_of_process();
    assert_string_equal(opened, before);
    use_library();
    char *used = state_of_process();
    assert_string_equal(used, before);
    assert_int_equal(descriptor_count(), descriptors_before);
    free(before);
    free(opened);
    free(used);
}

static void closing_the_library_does_no_harm(void **state)
{
    (void)state;
    for (int number = 0; number < 100; number++) {
        void *again = dlopen(getenv("KCASE_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
        assert_ptr_equal(again, library);
        dlclose(again);
    }
    dlclose(library);
    library = dlopen(getenv("KCASE_LIBRARY"), RTLD_NOW | RTLD_NOLOAD); /* it stays: it may have users */
    assert_non_null(library);
    sandbox_reset(&box);
    use_library();
}

static void nothing_is_printed(void **state)
{
    (void)state;
    sandbox_reset(&box);
    int ends[2];
    fflush(NULL);
    int kept[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    assert_return_code(pipe(ends), errno);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    use_library();
    fflush(NULL);
    dup2(kept[0], STDOUT_FILENO);
    dup2(kept[1], STDERR_FILENO);
    close(ends[1]);
    close(kept[0]);
    close(kept[1]);
    char printed[4096];
    ssize_t count = read(ends[0], printed, sizeof printed - 1);
    close(ends[0]);
    assert_return_code(count, errno);
    printed[count] = '\0';
    assert_string_equal(printed, "");
}

static void it_works_without_standard_descriptors(void **state)
{
    (void)state;
    sandbox_reset(&box);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        for (int number = 0; number < 3; number++) close(number);
        _exit(cancel(new_client(""), CASE("01")) == KCASE_CANCELED ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Is told the descriptors before; looks at those that came. */
static void connections_are_not_inherited_by_programs(void **state)
{
    (void)state;
    sandbox_reset(&box);
    int before[64];
    int before_count = descriptors(before, 64);
    kcase_client *client = new_client("");
    assert_int_equal(cancel(client, CASE("01")), KCASE_CANCELED);
    int now[64];
    int now_count = descriptors(now, 64);
    int connections = 0;
    for (int index = 0; index < now_count && index < 64; index++) {
        bool is_new = true;
        for (int old = 0; old < before_count; old++) is_new = is_new && before[old] != now[index];
        if (!is_new) continue;
        int domain = 0;
        socklen_t length = sizeof domain;
        getsockopt(now[index], SOL_SOCKET, SO_DOMAIN, &domain, &length);
        if (domain == AF_INET) connections++;
        int flags = fcntl(now[index], F_GETFD);
        if (domain == AF_INET && (flags & FD_CLOEXEC) == 0) fail_msg("%d is inherited", now[index]);
    }
    assert_int_equal(connections, 1);
    OF_LIBRARY(kcase_client_free)(client);
}

static void clients_give_their_descriptors_back(void **state)
{
    (void)state;
    sandbox_reset(&box);
    int before = descriptor_count();
    for (int number = 0; number < 50; number++) {
        kcase_client *client = new_client("");
        cancel(client, CASE("01"));
        OF_LIBRARY(kcase_client_free)(client);
    }
    assert_int_equal(descriptor_count(), before);
}

/* --- While a call is under way -------------------------------------------------------------------- */

typedef struct {
    kcase_client *client;
    int threads;
} count_of_threads;

static void *count_and_interrupt(void *argument)
{
    count_of_threads *count = argument;
    for (int wait = 0; wait < 10000 && sandbox_totals(&box).cancel_requests == 0; wait++) sleep_ms(1);
    DIR *directory = opendir("/proc/self/task");
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] != '.') count->threads++;
    }
    closedir(directory);
    OF_LIBRARY(kcase_client_interrupt)(count->client);
    return NULL;
}

static void a_call_runs_on_its_own_thread_alone(void **state)
{
    (void)state;
    sandbox_reset(&box);
    sandbox_fault(&box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    count_of_threads count = {.client = new_client(""), .threads = 0};
    pthread_t other;
    pthread_create(&other, NULL, count_and_interrupt, &count);
    cancel(count.client, CASE("01"));
    pthread_join(other, NULL);
    assert_int_equal(count.threads, 2); /* this one, and the one that counted */
    OF_LIBRARY(kcase_client_free)(count.client);
}

static void *cancel_here(void *argument)
{
    int32_t *outcome = argument;
    kcase_client *client = new_client("");
    *outcome = cancel(client, CASE("01"));
    OF_LIBRARY(kcase_client_free)(client);
    return NULL;
}

static void a_small_stack_is_enough(void **state)
{
    (void)state;
    sandbox_reset(&box);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 64 * 1024), 0);
    pthread_t thread;
    int32_t outcome = -1;
    assert_int_equal(pthread_create(&thread, &attributes, cancel_here, &outcome), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    assert_int_equal(outcome, KCASE_CANCELED);
}

static void a_peer_that_goes_away_does_not_end_the_host(void **state)
{
    (void)state;
    sandbox_reset(&box);
    struct sigaction usual = {.sa_handler = SIG_DFL}, previous;
    sigaction(SIGPIPE, &usual, &previous);
    use_library();
    sigset_t pending, blocked;
    sigpending(&pending);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    sigaction(SIGPIPE, &previous, NULL);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    assert_int_equal(sigismember(&blocked, SIGPIPE), 0);
}

static void a_signal_that_the_host_blocks_stays_blocked_and_pending(void **state)
{
    (void)state;
    sandbox_reset(&box);
    sigset_t pipe_only, previous, pending, blocked;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &previous);
    pthread_kill(pthread_self(), SIGPIPE);
    use_library();
    sigpending(&pending);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    assert_int_equal(sigismember(&pending, SIGPIPE), 1);
    assert_int_equal(sigismember(&blocked, SIGPIPE), 1);
    struct timespec no_time = {0, 0};
    sigtimedwait(&pipe_only, NULL, &no_time);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
}

/* --- The environment ------------------------------------------------------------------------------ */

static const char *const proxies[] = {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY",
    "ALL_PROXY"};

static void set_proxies(const char *value)
{
    for (size_t index = 0; index < sizeof proxies / sizeof proxies[0]; index++) {
        if (value == NULL) unsetenv(proxies[index]);
        else setenv(proxies[index], value, 1);
    }
}

static void proxies_of_the_environment_are_obeyed_only_when_asked(void **state)
{
    (void)state;
    sandbox_reset(&box);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    char *nobody = text_format("http://127.0.0.1:%d", raw_port_of_nobody());
    set_proxies(nobody);
    kcase_client *direct = new_client("");
    int32_t without = cancel(direct, CASE("01"));
    char *config = text_format("{\"base_url\": \"https://127.0.0.1:%d\", \"token\": \"t\","
                               " \"max_attempts\": 1, \"proxy\": \"environment\"}",
        box.port);
    kcase_client *through = OF_LIBRARY(kcase_client_new)(config, NULL);
    kcase_result *result = OF_LIBRARY(kcase_cancel)(through, CASE("02"), NULL);
    set_proxies(NULL);
    assert_int_equal(without, KCASE_CANCELED);
    assert_int_equal(OF_LIBRARY(kcase_result_outcome)(result), KCASE_NOT_SENT);
    /* It is the proxy that it did not reach. */
    const char *message = OF_LIBRARY(kcase_result_message)(result);
    char *port = text_format(" port %s ", strrchr(nobody, ':') + 1);
    if (!text_has(message, port)) fail_msg("%s", message);
    free(port);
    free(config);
    OF_LIBRARY(kcase_result_free)(result);
    OF_LIBRARY(kcase_client_free)(direct);
    OF_LIBRARY(kcase_client_free)(through);
    free(nobody);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        cmocka_unit_test(the_process_is_as_before),
        cmocka_unit_test(closing_the_library_does_no_harm),
        cmocka_unit_test(nothing_is_printed),
        cmocka_unit_test(it_works_without_standard_descriptors),
        cmocka_unit_test(connections_are_not_inherited_by_programs),
        cmocka_unit_test(clients_give_their_descriptors_back),
        cmocka_unit_test(a_call_runs_on_its_own_thread_alone),
        cmocka_unit_test(a_small_stack_is_enough),
        cmocka_unit_test(a_peer_that_goes_away_does_not_end_the_host),
        cmocka_unit_test(a_signal_that_the_host_blocks_stays_blocked_and_pending),
        cmocka_unit_test(proxies_of_the_environment_are_obeyed_only_when_asked),
    };
    return run_statements("host_process", statements, open_sandbox, close_sandbox);
}
