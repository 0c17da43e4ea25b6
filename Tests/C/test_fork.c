/* A child process may call everything with everything it inherited, and its parent notices nothing. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "raw_server.h"
#include "text.h"

static const int64_t child_ms_max = 20000;

/* Runs the body in a child, whose exit status tells how it went; fails if it hangs. */
static void in_child(int (*body)(void *), void *context)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(body(context));
    }
    assert_return_code(child, errno);
    int64_t until = clock_ms() + child_ms_max;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (clock_ms() > until) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            fail_msg("the child hangs");
        }
        sleep_ms(2);
    }
    if (status != 0) fail_msg("the child ended with %x", status);
}

static int child_cancels(void *id)
{
    kcase_result *result = kcase_cancel(test.client, id, NULL);
    int32_t outcome = kcase_result_outcome(result);
    kcase_result_free(result);
    return outcome == KCASE_CANCELED ? 0 : 1;
}

static int child_cancels_and_frees(void *id)
{
    int failed = child_cancels(id);
    kcase_client_free(test.client);
    return failed;
}

static int child_frees(void *unused)
{
    (void)unused;
    kcase_client_interrupt(test.client);
    kcase_client_free(test.client);
    return 0;
}

static void parent_and_child_cancel_with_one_client(void **state)
{
    (void)state;
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
    in_child(child_cancels, CASE("02"));
    assert_true(sandbox_ledger(&test.box, CASE("02")).canceled);
    expect_cancel(CASE("03"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    in_child(child_cancels_and_frees, CASE("04"));
    expect_cancel(CASE("05"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
}

static void a_client_that_was_never_used_can_be_used_by_the_child_first(void **state)
{
    (void)state;
    in_child(child_cancels, CASE("01"));
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
}

static void a_child_mints_a_token_of_its_own_or_uses_its_parents(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    in_child(child_cancels, CASE("01"));
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
    in_child(child_cancels, CASE("03"));
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 3);
}

static int child_reads_result(void *result)
{
    bool is_whole = kcase_result_outcome(result) == KCASE_REFUSED && kcase_result_json(result)[0] == '{';
    kcase_result_free(result);
    return is_whole ? 0 : 1;
}

static void a_child_reads_and_frees_an_inherited_result(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel(test.client, CASE_UNABLE, NULL);
    in_child(child_reads_result, result);
    expect_well_formed(result);
    kcase_result_free(result);
}

static int child_forks(void *unused)
{
    (void)unused;
    int failed = child_cancels(CASE("02"));
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(child_cancels(CASE("03")));
    int status = 1;
    waitpid(grandchild, &status, 0);
    return failed + status;
}

static void a_grandchild_may_too(void **state)
{
    (void)state;
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
    in_child(child_forks, NULL);
    expect_cancel(CASE("04"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
}

/* --- While other threads are in the middle of calls ----------------------------------------------- */

static void *cancel_in_parent(void *result)
{
    *(kcase_result **)result = kcase_cancel(test.client, CASE("01"), NULL);
    return NULL;
}

static void a_fork_during_a_call_disturbs_neither(void **state)
{
    (void)state;
    use_client(", \"max_connections\": 1");
    sandbox_fault(
        &test.box, "{\"kind\": \"slow\", \"delay_ms\": 500, \"on\": \"cancel\","
                  " \"case_id\": \"" CASE("01") "\"}");
    kcase_result *result = NULL;
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_in_parent, &result);
    while (sandbox_totals(&test.box).requests == 0) sleep_ms(1);
    in_child(child_cancels, CASE("02")); /* the one connection is in use, but not in the child */
    pthread_join(thread, NULL);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
}

static void a_fork_during_a_mint_does_not_leave_the_child_waiting(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 500, \"on\": \"auth\", \"times\": 1}");
    kcase_result *result = NULL;
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_in_parent, &result);
    while (sandbox_totals(&test.box).requests == 0) sleep_ms(1);
    in_child(child_cancels, CASE("02"));
    pthread_join(thread, NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
}

/* --- Seen from the server ------------------------------------------------------------------------- */

static void accept_all(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
}

static void the_parents_connection_is_neither_used_nor_closed(void **state)
{
    (void)state;
    raw_server *server = raw_start(accept_all, NULL);
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port(server), "");
    assert_int_equal(child_cancels("parent"), 0);
    in_child(child_cancels_and_frees, "child");
    in_child(child_frees, NULL);
    assert_true(raw_wait_for_closed(server, 1)); /* the child's own */
    assert_int_equal(child_cancels("parent-again"), 0);
    assert_int_equal(raw_request_count(server), 3);
    assert_int_equal(raw_connection_count(server), 2);
    assert_int_equal(raw_connection_of(server, 0), 0);
    assert_int_equal(raw_connection_of(server, 1), 1);
    assert_int_equal(raw_connection_of(server, 2), 0);
    assert_int_equal(raw_closed_count(server), 1);
    kcase_client_free(test.client);
    test.client = NULL;
    raw_stop(server);
}

/* --- Batches -------------------------------------------------------------------------------------- */

static int child_finds_it_closed(void *its_batch)
{
    kcase_batch *batch = its_batch;
    kcase_batch_interrupt(batch);
    int failed = 0;
    failed += kcase_batch_pending(batch) != 0;
    failed += kcase_batch_next(batch, 0) != NULL || kcase_batch_next(batch, -1) != NULL;
    failed += kcase_batch_add(batch, "child", NULL) != KCASE_BATCH_CLOSED;
    failed += kcase_batch_add(batch, "", NULL) != KCASE_BATCH_CLOSED;
    failed += kcase_batch_fd(batch) != -1;
    failed += !text_equal(kcase_batch_stats(batch), "{}");
    return failed;
}

static int child_finds_it_closed_and_frees_it(void *its_batch)
{
    int failed = child_finds_it_closed(its_batch);
    kcase_batch_free(its_batch);
    return failed;
}

static int child_frees_the_client_first(void *its_batch)
{
    kcase_client_free(test.client);
    return child_finds_it_closed_and_frees_it(its_batch);
}

static void a_batch_is_the_parents_alone(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    raw_server *server = raw_start(gate_handler, &held);
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port(server), ", \"max_connections\": 4");
    kcase_batch *batch = batch_of(test.client, NULL);
    in_child(child_finds_it_closed_and_frees_it, batch);
    int descriptor = kcase_batch_fd(batch);
    batch_add_cases(batch, 1, 20);
    batch_add(batch, "", NULL);
    kcase_result_free(batch_fetch(batch)); /* the invalid one */
    int64_t until = clock_ms() + 4000;
    while (raw_request_count(server) < 4 && clock_ms() < until) assert_null(kcase_batch_next(batch, 5));
    in_child(child_finds_it_closed, batch);
    in_child(child_finds_it_closed_and_frees_it, batch);
    in_child(child_frees_the_client_first, batch);
    assert_int_equal(kcase_batch_pending(batch), 20);
    assert_null(kcase_batch_next(batch, 50)); /* not interrupted */
    assert_int_equal(raw_closed_count(server), 0);
    gate_open(&held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
    assert_int_equal(kcase_batch_fd(batch), descriptor);
    assert_int_equal(raw_request_count(server), 20);
    assert_int_equal(raw_connection_count(server), 4);
    batch_check_stats(batch);
    kcase_batch_free(batch);
    kcase_client_free(test.client);
    test.client = NULL;
    raw_stop(server);
}

static int child_runs_a_batch(void *its_batch)
{
    kcase_batch *own = kcase_batch_new(test.client, NULL, NULL);
    if (own == NULL || kcase_batch_fd(own) < 0) return 1;
    int failed = child_finds_it_closed(its_batch);
    static const char *const ids[] = {CASE("02"), CASE("03"), CASE("04")};
    for (int index = 0; index < 3; index++) failed += kcase_batch_add(own, ids[index], NULL) != 1;
    for (int index = 0; index < 3; index++) {
        kcase_result *result = kcase_batch_next(own, -1);
        failed += kcase_result_outcome(result) != KCASE_CANCELED;
        kcase_result_free(result);
    }
    kcase_batch_free(own);
    return failed;
}

static void a_child_may_have_batches_of_its_own(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_batch *batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    in_child(child_runs_a_batch, batch);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
    batch_add(batch, CASE("05"), NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
    kcase_batch_free(batch);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 5);
}

static int child_takes(void *rest)
{
    kcase_result *result = NULL;
    int failed = child_finds_it_closed_and_frees_it(rest);
    kcase_batch *own = rest;
    failed += kcase_cancel_take(test.client, CASE("02"), NULL, -1, &own, &result) != KCASE_CANCELED;
    failed += own != NULL;
    kcase_result_free(result);
    return failed;
}

static void a_cancel_that_goes_on_is_the_parents_alone(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 400, \"on\": \"cancel\","
                            " \"case_id\": \"" CASE("01") "\"}");
    kcase_batch *rest = NULL;
    kcase_result *result = NULL;
    assert_int_equal(
        kcase_cancel_take(test.client, CASE("01"), NULL, 50, &rest, &result), KCASE_PENDING);
    in_child(child_takes, rest);
    assert_int_equal(batch_fetch_all(rest, KCASE_CANCELED), 1);
    kcase_batch_free(rest);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 2);
}

static void *fetch_one(void *batch) { return kcase_batch_next(batch, -1); }

static void a_fork_while_a_batch_is_worked_on_disturbs_neither(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 400, \"on\": \"cancel\","
                            " \"case_id\": \"" CASE("01") "\"}");
    kcase_batch *batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    pthread_t thread;
    pthread_create(&thread, NULL, fetch_one, batch);
    while (sandbox_totals(&test.box).requests == 0) sleep_ms(1);
    in_child(child_runs_a_batch, batch);
    void *result;
    pthread_join(thread, &result);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
    kcase_batch_free(batch);
}

static void accept_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
    raw_hang_up(peer);
}

/* The child has every socket of the batch, too, and keeps them open. */
static void a_child_that_lives_on_does_not_keep_a_loop_busy(void **state)
{
    (void)state;
    raw_server *server = raw_start(accept_and_go, NULL);
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port(server), ", \"max_connections\": 4");
    kcase_batch *batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 4);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 4);
    sleep_ms(50); /* every connection has ended by now */
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) pause();
    }
    batch_add_cases(batch, 11, 4);
    long canceled = batch_fetch_all(batch, KCASE_CANCELED);
    struct pollfd waiting = {.fd = kcase_batch_fd(batch), .events = POLLIN};
    int wake_ups = 0;
    for (int64_t until = clock_ms() + 300; clock_ms() < until;) {
        if (poll(&waiting, 1, 50) == 0) continue;
        wake_ups++;
        kcase_result_free(kcase_batch_next(batch, 0));
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    kcase_batch_free(batch);
    kcase_client_free(test.client);
    test.client = NULL;
    raw_stop(server);
    assert_int_equal(canceled, 4);
    assert_in_range(wake_ups, 0, 12);
}

/* --- Batches of one -------------------------------------------------------------------------------- */

static int use_inherited_batch(void *inherited)
{
    kcase_result *result = inherited;
    if (kcase_batch_take(inherited, -1, &result) != KCASE_BATCH_CLOSED || result != NULL) return 1;
    kcase_batch_free(inherited);
    result = kcase_cancel(test.client, CASE("77"), "{\"timeout_ms\": 5000}");
    return kcase_result_outcome(result) == KCASE_CANCELED ? 0 : 2;
}

static void a_child_leaves_the_connection_of_a_batch_of_one_alone(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    raw_server *server = raw_start(gate_handler, &held);
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port(server), ", \"max_connections\": 1");
    kcase_batch *batch = batch_of(test.client, "{\"max_in_flight\": 1}");
    batch_add(batch, "a", NULL);
    while (raw_request_count(server) == 0) assert_null(kcase_batch_next(batch, 5));
    /* The answer to the parent's request is on its connection while the child works. */
    gate_open(&held);
    in_child(use_inherited_batch, batch);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
    kcase_result *result = kcase_cancel(test.client, "b", NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    assert_int_equal(raw_connection_count(server), 2);
    kcase_batch_free(batch);
    kcase_client_free(test.client);
    test.client = NULL;
    raw_stop(server);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(parent_and_child_cancel_with_one_client),
        statement(a_client_that_was_never_used_can_be_used_by_the_child_first),
        statement(a_child_mints_a_token_of_its_own_or_uses_its_parents),
        statement(a_child_reads_and_frees_an_inherited_result),
        statement(a_grandchild_may_too),
        statement(a_fork_during_a_call_disturbs_neither),
        statement(a_fork_during_a_mint_does_not_leave_the_child_waiting),
        statement(the_parents_connection_is_neither_used_nor_closed),
        statement(a_batch_is_the_parents_alone),
        statement(a_child_may_have_batches_of_its_own),
        statement(a_cancel_that_goes_on_is_the_parents_alone),
        statement(a_fork_while_a_batch_is_worked_on_disturbs_neither),
        statement(a_child_that_lives_on_does_not_keep_a_loop_busy),
        statement(a_child_leaves_the_connection_of_a_batch_of_one_alone),
    };
    return run_statements("fork", statements, suite_setup, suite_teardown);
}
