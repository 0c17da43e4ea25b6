/* Standard input, output and error are the host's, also while they are closed: no descriptor of the library
 * takes their numbers, so that nothing that the host writes to them gets to a server. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "fixture.h"
#include "hosts.h"
#include "raw_server.h"
#include "text.h"

static atomic_int strange_requests;

/* Every third answer ends its connection, so that the next request needs another. */
static void answer(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    bool is_request = strncmp(request->text, "POST /case/", 11) == 0 ||
                      strncmp(request->text, "GET /case/", 10) == 0 ||
                      strncmp(request->text, "GET /package/", 13) == 0;
    if (!is_request) strange_requests++;
    raw_answer(peer, 200, "", strncmp(request->text, "GET /package/", 13) == 0 ? "[]" : "{}");
    if (request->number % 3 == 2) raw_hang_up(peer);
}

typedef struct {
    const char *base_url;
    int closed; /* a bit for each of 0, 1 and 2 */
    bool closes_first;
} host;

static void close_standard(const host *it)
{
    for (int number = 0; number < 3; number++) {
        if (it->closed >> number & 1) close(number);
    }
}

/* What a daemon does that does not know that it has no standard error. */
static void log_everywhere(const host *it)
{
    for (int number = 0; number < 3; number++) {
        if (it->closed >> number & 1 && write(number, "a line of the log\r\n\r\n", 21) == 21) continue;
    }
}

/* Whether a number that the host has closed is something that can hear or say anything. */
static bool is_taken(const host *it)
{
    for (int number = 0; number < 3; number++) {
        char path[40], target[200] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", number);
        if (!(it->closed >> number & 1) || readlink(path, target, sizeof target - 1) <= 0) continue;
        if (strcmp(target, "/dev/null") != 0) return true;
    }
    return false;
}

static bool is_any_open(const host *it)
{
    for (int number = 0; number < 3; number++) {
        if (it->closed >> number & 1 && fcntl(number, F_GETFD) != -1) return true;
    }
    return false;
}

typedef struct {
    const host *it;
    atomic_bool is_over;
    bool was_taken;
} watch;

static void *look_all_the_time(void *argument)
{
    watch *looking = argument;
    while (!looking->is_over) {
        if (is_taken(looking->it)) looking->was_taken = true;
        log_everywhere(looking->it);
        usleep(20);
    }
    return NULL;
}

static int use_client_without(void *argument)
{
    const host *it = argument;
    if (it->closes_first) close_standard(it);
    kcase_client *client = client_of(it->base_url, STATIC_TOKEN, "");
    kcase_result_free(kcase_check(client));
    close_standard(it);
    watch looking = {.it = it};
    pthread_t thread;
    HOST_NEEDS(pthread_create(&thread, NULL, look_all_the_time, &looking) == 0);
    for (int number = 0; number < 8; number++) {
        HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
        log_everywhere(it);
    }
    kcase_batch *batch = kcase_batch_new(client, NULL, NULL);
    for (int number = 0; number < 8; number++) {
        char *id = text_format("case-%d", number);
        HOST_NEEDS(kcase_batch_add(batch, id, NULL) == KCASE_BATCH_ADDED);
        free(id);
    }
    HOST_NEEDS(kcase_batch_fd(batch) > 2);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = kcase_batch_next(batch, 5000);
        HOST_NEEDS(kcase_result_outcome(result) == KCASE_CANCELED);
        kcase_result_free(result);
    }
    looking.is_over = true;
    pthread_join(thread, NULL);
    HOST_NEEDS(!looking.was_taken);
    HOST_NEEDS(!is_any_open(it));
    kcase_batch_free(batch);
    kcase_client_free(client);
    HOST_NEEDS(!is_any_open(it));
    return 0;
}

static void expect_nothing_but_requests(const char *name, bool closes_first)
{
    for (int closed = 0; closed < 8; closed++) {
        strange_requests = 0;
        raw_server *server = raw_start(answer, NULL);
        char *base_url = text_format("http://%s:%d", name, raw_port(server));
        expect_host(use_client_without, (&(host){base_url, closed, closes_first}));
        free(base_url);
        assert_true(raw_request_count(server) >= 17);
        raw_stop(server);
        assert_int_equal(strange_requests, 0);
    }
}

static void closed_before_the_client_is_made(void **state)
{
    (void)state;
    expect_nothing_but_requests("127.0.0.1", true);
}

static void closed_after_the_first_call(void **state)
{
    (void)state;
    expect_nothing_but_requests("127.0.0.1", false);
}

static void closed_while_names_are_looked_up(void **state)
{
    (void)state;
    expect_nothing_but_requests("localhost", true);
}

/* The host opens its log under the number again, as daemons do: it is the host's. */
static int open_log_again(void *argument)
{
    const host *it = argument;
    close_standard(it);
    kcase_client *client = client_of(it->base_url, STATIC_TOKEN, "");
    HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
    int log = open("/dev/null", O_RDWR);
    HOST_NEEDS(log == 2);
    for (int number = 0; number < 4; number++) HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
    HOST_NEEDS(fcntl(log, F_GETFD) != -1);
    kcase_client_free(client);
    HOST_NEEDS(fcntl(log, F_GETFD) != -1);
    return 0;
}

static void a_number_that_the_host_opens_again_stays_open(void **state)
{
    (void)state;
    raw_server *server = raw_start(answer, NULL);
    char *base_url = text_format("http://127.0.0.1:%d", raw_port(server));
    expect_host(open_log_again, (&(host){base_url, 4, true}));
    free(base_url);
    raw_stop(server);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        cmocka_unit_test(closed_before_the_client_is_made),
        cmocka_unit_test(closed_after_the_first_call),
        cmocka_unit_test(closed_while_names_are_looked_up),
        cmocka_unit_test(a_number_that_the_host_opens_again_stays_open),
    };
    return run_statements("standard_descriptors", statements, NULL, NULL);
}
