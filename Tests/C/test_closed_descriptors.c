/* A host that closes descriptors which are not its own, as a daemon does that closes all of them: calls end
 * soon and work again, nothing spins, and files that the host opens under the same numbers stay its own. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "fixture.h"
#include "hosts.h"
#include "raw_server.h"
#include "text.h"

static void answer(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    /* A request for this case is never answered. */
    if (strstr(request->text, CASE("99")) != NULL) return;
    raw_answer(peer, 200, "", "{}");
}

typedef struct {
    const char *base_url;
    bool opens_files;
} host;

static void close_all(void)
{
    for (int number = 3; number < 256; number++) close(number);
}

/* --- The host's own ------------------------------------------------------------------------------- */

enum { own_max = 60 };

static struct {
    int number;
    struct stat status;
} own[own_max];
static int own_count;

/* Files, both ends of pairs, and events: each kind that the library has, too. */
static int open_some(void)
{
    own_count = 0;
    while (own_count + 5 <= own_max) {
        int pair[2];
        own[own_count++].number = open("/tmp", O_TMPFILE | O_RDWR, 0600);
        own[own_count++].number = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        own[own_count++].number = epoll_create1(EPOLL_CLOEXEC);
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) return -1;
        own[own_count++].number = pair[0];
        own[own_count++].number = pair[1];
    }
    for (int index = 0; index < own_count; index++) {
        if (own[index].number < 3 || fstat(own[index].number, &own[index].status) != 0) return -1;
    }
    return 0;
}

/* Whether all are open, the same, and hold nothing that the host has not written. */
static bool are_untouched(void)
{
    for (int index = 0; index < own_count; index++) {
        struct stat now;
        const struct stat *then = &own[index].status;
        if (fstat(own[index].number, &now) != 0) return false;
        if (now.st_ino != then->st_ino || now.st_dev != then->st_dev) return false;
        if (S_ISREG(now.st_mode) && now.st_size != 0) return false;
        char byte;
        if (S_ISSOCK(now.st_mode) && recv(own[index].number, &byte, 1, MSG_DONTWAIT) >= 0) return false;
        uint64_t count;
        if (index % 5 == 1 && read(own[index].number, &count, sizeof count) == sizeof count) return false;
        if (index % 5 == 2) {
            /* An epoll that waits for nothing has no event, and nothing is in it. */
            struct epoll_event event;
            if (epoll_wait(own[index].number, &event, 1, 0) != 0) return false;
        }
    }
    return true;
}

static int close_between_calls(void *argument)
{
    const host *it = argument;
    kcase_client *client = client_of(it->base_url, STATIC_TOKEN, "");
    for (int time = 0; time < 3; time++) {
        HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
        int64_t start = clock_ms(), cpu = host_cpu_ms();
        close_all();
        if (it->opens_files) HOST_NEEDS(open_some() == 0);
        kcase_client_interrupt(client);
        HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
        HOST_NEEDS(clock_ms() - start < 1500);
        HOST_NEEDS(host_cpu_ms() - cpu < 500);
        HOST_NEEDS(!it->opens_files || are_untouched());
    }
    kcase_client_free(client);
    HOST_NEEDS(!it->opens_files || are_untouched());
    return 0;
}

static int close_before_the_end(void *argument)
{
    const host *it = argument;
    kcase_client *client = client_of(it->base_url, STATIC_TOKEN, "");
    HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
    kcase_batch *batch = kcase_batch_new(client, NULL, NULL);
    HOST_NEEDS(kcase_batch_fd(batch) > 2);
    kcase_batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result_free(kcase_batch_next(batch, 3000));
    close_all();
    HOST_NEEDS(open_some() == 0);
    /* A client that is made now has descriptors that the other had. */
    kcase_client *other = client_of(it->base_url, STATIC_TOKEN, "");
    HOST_NEEDS(host_cancel(other, NULL) == KCASE_CANCELED);
    kcase_batch_interrupt(batch);
    kcase_batch_free(batch);
    kcase_client_free(client);
    HOST_NEEDS(are_untouched());
    HOST_NEEDS(host_cancel(other, NULL) == KCASE_CANCELED);
    kcase_client_free(other);
    HOST_NEEDS(are_untouched());
    return 0;
}

/* The numbers of one client become another's. */
static int close_and_make_another(void *argument)
{
    const host *it = argument;
    kcase_client *client = client_of(it->base_url, STATIC_TOKEN, "");
    HOST_NEEDS(host_cancel(client, NULL) == KCASE_CANCELED);
    close_all();
    kcase_client *other = client_of(it->base_url, STATIC_TOKEN, "");
    HOST_NEEDS(host_cancel(other, NULL) == KCASE_CANCELED);
    int before = fcntl(3, F_GETFD);
    kcase_client_free(client);
    HOST_NEEDS(before != -1 && fcntl(3, F_GETFD) == before);
    HOST_NEEDS(host_cancel(other, NULL) == KCASE_CANCELED);
    kcase_client_free(other);
    return 0;
}

static int close_under_a_batch(void *argument)
{
    const host *it = argument;
    kcase_client *client = client_of(it->base_url, STATIC_TOKEN, "");
    kcase_batch *batch = kcase_batch_new(client, NULL, NULL);
    for (int number = 0; number < 20; number++) {
        /* The second of each case waits for the first. */
        char *id = text_format("case-%d", number / 2);
        kcase_batch_add(batch, id, NULL);
        free(id);
    }
    kcase_result_free(kcase_batch_next(batch, 3000));
    int64_t start = clock_ms(), cpu = host_cpu_ms();
    close_all();
    if (it->opens_files) HOST_NEEDS(open_some() == 0);
    int results = 1;
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = kcase_batch_next(batch, 3000);
        HOST_NEEDS(result != NULL);
        int32_t outcome = kcase_result_outcome(result);
        HOST_NEEDS(outcome == KCASE_CANCELED || outcome == KCASE_ALREADY_CANCELED ||
                   kcase_result_is_retriable(result));
        kcase_result_free(result);
        results++;
    }
    HOST_NEEDS(results == 20);
    kcase_batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result *result = kcase_batch_next(batch, 3000);
    HOST_NEEDS(kcase_result_outcome(result) == KCASE_CANCELED);
    kcase_result_free(result);
    HOST_NEEDS(clock_ms() - start < 4000);
    HOST_NEEDS(host_cpu_ms() - cpu < 800);
    HOST_NEEDS(kcase_batch_fd(batch) > 2);
    kcase_batch_free(batch);
    kcase_client_free(client);
    HOST_NEEDS(!it->opens_files || are_untouched());
    return 0;
}

typedef struct {
    kcase_client *client;
    int32_t outcome;
    bool is_retriable;
    int64_t ended_ms;
} hanging_call;

static void *hang(void *argument)
{
    hanging_call *call = argument;
    kcase_result *result = kcase_cancel(call->client, CASE("99"), "{\"timeout_ms\": 1500}");
    call->outcome = kcase_result_outcome(result);
    call->is_retriable = kcase_result_is_retriable(result);
    call->ended_ms = clock_ms();
    kcase_result_free(result);
    return NULL;
}

static int close_during_a_call(void *argument)
{
    const host *it = argument;
    hanging_call call = {.client = client_of(it->base_url, STATIC_TOKEN, "")};
    pthread_t thread;
    HOST_NEEDS(pthread_create(&thread, NULL, hang, &call) == 0);
    sleep_ms(300);
    int64_t start = clock_ms(), cpu = host_cpu_ms();
    close_all();
    if (it->opens_files) HOST_NEEDS(open_some() == 0);
    pthread_join(thread, NULL);
    HOST_NEEDS(call.ended_ms - start < 2000);
    HOST_NEEDS(call.outcome == KCASE_UNKNOWN && call.is_retriable);
    HOST_NEEDS(host_cpu_ms() - cpu < 400);
    HOST_NEEDS(host_cancel(call.client, NULL) == KCASE_CANCELED);
    kcase_client_free(call.client);
    HOST_NEEDS(!it->opens_files || are_untouched());
    return 0;
}

static void expect_of_both(host_function function)
{
    raw_server *server = raw_start(answer, NULL);
    char *base_url = text_format("http://127.0.0.1:%d", raw_port(server));
    for (int opens = 0; opens < 2; opens++) {
        expect_host(function, (&(host){.base_url = base_url, .opens_files = opens == 1}));
    }
    free(base_url);
    raw_stop(server);
}

static void between_calls(void **state)
{
    (void)state;
    expect_of_both(close_between_calls);
}

static void before_client_and_batch_are_freed(void **state)
{
    (void)state;
    expect_of_both(close_before_the_end);
}

static void and_another_client_is_made(void **state)
{
    (void)state;
    expect_of_both(close_and_make_another);
}

static void under_a_batch(void **state)
{
    (void)state;
    expect_of_both(close_under_a_batch);
}

static void during_a_call(void **state)
{
    (void)state;
    expect_of_both(close_during_a_call);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        cmocka_unit_test(between_calls),
        cmocka_unit_test(before_client_and_batch_are_freed),
        cmocka_unit_test(and_another_client_is_made),
        cmocka_unit_test(under_a_batch),
        cmocka_unit_test(during_a_call),
    };
    return run_statements("closed_descriptors", statements, NULL, NULL);
}
