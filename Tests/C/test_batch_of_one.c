/* Batches of one: they work on the client's own connections, leave them to the next, and keep to
 * max_connections. */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "raw_server.h"
#include "text.h"

static const char one[] = "{\"max_in_flight\": 1}";

/* Cancels a case by a batch of one, in slices, as a host does that looks after its signals. */
static void cancel_in_slices(const char *case_id)
{
    kcase_batch *alone = batch_of(test.client, one);
    batch_add(alone, case_id, NULL);
    kcase_result *result = NULL;
    while (kcase_batch_take(alone, 50, &result) == KCASE_BATCH_NONE) {
        assert_int_equal(kcase_batch_pending(alone), 1);
    }
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    kcase_batch_free(alone);
}

static void expect_single_cancel(int32_t outcome)
{
    kcase_result *result = kcase_cancel(test.client, CASE("77"), "{\"timeout_ms\": 2000}");
    assert_int_equal(kcase_result_outcome(result), outcome);
    kcase_result_free(result);
}

static void a_thousand_of_them_make_one_connection(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    for (int number = 1; number <= 1000; number++) {
        char *id = sandbox_case(number);
        cancel_in_slices(id);
        free(id);
    }
    assert_int_equal(raw_request_count(server), 1000);
    assert_int_equal(raw_connection_count(server), 1);
}

static void single_calls_use_the_same_connection(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    for (int round = 0; round < 3; round++) {
        expect_single_cancel(KCASE_CANCELED);
        cancel_in_slices(CASE("01"));
        kcase_result_free(kcase_check(test.client));
    }
    assert_int_equal(raw_request_count(server), 9);
    assert_int_equal(raw_connection_count(server), 1);
}

static void many_cases_go_one_after_another(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    batch = batch_of(test.client, one);
    batch_add_cases(batch, 1, 50);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 50);
    assert_int_equal(raw_connection_count(server), 1);
    assert_int_equal(batch_number(batch, "connections"), 1);
    batch_check_stats(batch);
}

static void they_keep_to_the_clients_number_of_connections(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(gate_handler, &held, ", \"max_connections\": 2");
    kcase_batch *batches[4];
    for (int index = 0; index < 4; index++) {
        batches[index] = batch_of(test.client, one);
        char *id = sandbox_case(index + 1);
        batch_add(batches[index], id, NULL);
        free(id);
        assert_null(kcase_batch_next(batches[index], 60));
    }
    assert_true(raw_wait_for_requests(server, 2));
    assert_int_equal(raw_connection_count(server), 2);
    gate_open(&held);
    for (int index = 0; index < 4; index++) {
        assert_int_equal(batch_fetch_all(batches[index], KCASE_CANCELED), 1);
        kcase_batch_free(batches[index]);
    }
    assert_int_equal(raw_request_count(server), 4);
    assert_int_equal(raw_connection_count(server), 2);
}

/* --- Waiting for a connection ---------------------------------------------------------------------- */

/* The client's only connection is taken by a batch of one that the server never answers. */
static kcase_batch *take_only_connection(gate *held)
{
    use_raw_server(gate_handler, held, ", \"max_connections\": 1");
    kcase_batch *taker = batch_of(test.client, one);
    batch_add(taker, "taker", NULL);
    while (raw_request_count(server) == 0) assert_null(kcase_batch_next(taker, 5));
    return taker;
}

static void expect_not_sent(kcase_result *result, const char *reason)
{
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = reason, .retriable = true, .attempts = "");
    kcase_result_free(result);
}

static void a_case_waits_no_longer_than_its_time(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    kcase_batch *taker = take_only_connection(&held);
    batch = batch_of(test.client, one);
    batch_add(batch, "a", "{\"timeout_ms\": 80}");
    batch_add(batch, "b", "{\"timeout_ms\": 90}");
    /* Without a limit: nobody else ends the wait. */
    kcase_result *first = kcase_batch_next(batch, -1);
    expect_member(first, "case_id", "\"a\"");
    expect_not_sent(first, "deadline");
    expect_not_sent(kcase_batch_next(batch, -1), "deadline");
    assert_int_equal(raw_request_count(server), 1);
    gate_open(&held);
    assert_int_equal(batch_fetch_all(taker, KCASE_CANCELED), 1);
    kcase_batch_free(taker);
}

static void *fetch_forever(void *result)
{
    return *(kcase_result **)result = kcase_batch_next(batch, -1);
}

static void expect_end_of_wait(
    void (*end)(kcase_batch *taker, gate *held), int32_t outcome, const char *reason)
{
    static gate gates[4];
    static size_t used;
    assert_true(used < sizeof gates / sizeof gates[0]);
    gate *held = &gates[used++];
    *held = (gate)CLOSED_GATE;
    kcase_batch *taker = take_only_connection(held);
    batch = batch_of(test.client, one);
    batch_add(batch, "a", NULL);
    kcase_result *result = NULL;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fetch_forever, &result), 0);
    sleep_ms(100);
    end(taker, held);
    int64_t start = clock_ms();
    pthread_join(thread, NULL);
    assert_in_range(clock_ms() - start, 0, 2000);
    assert_int_equal(kcase_result_outcome(result), outcome);
    if (outcome == KCASE_NOT_SENT) expect_not_sent(result, reason);
    else kcase_result_free(result);
    gate_open(held);
    kcase_batch_free(taker);
}

static void fetch_result(kcase_batch *taker, gate *held)
{
    gate_open(held);
    assert_int_equal(batch_fetch_all(taker, KCASE_CANCELED), 1);
}

static void interrupt_taker(kcase_batch *taker, gate *held)
{
    gate_open(held);
    kcase_batch_interrupt(taker);
    kcase_result_free(kcase_batch_next(taker, -1));
}

static void interrupt_batch(kcase_batch *taker, gate *held)
{
    (void)taker;
    (void)held;
    kcase_batch_interrupt(batch);
}

static void interrupt_client(kcase_batch *taker, gate *held)
{
    (void)taker;
    (void)held;
    kcase_client_interrupt(test.client);
}

static void a_connection_that_is_given_back_ends_the_wait(void **state)
{
    (void)state;
    expect_end_of_wait(fetch_result, KCASE_CANCELED, NULL);
}

static void so_does_one_whose_case_was_interrupted(void **state)
{
    (void)state;
    expect_end_of_wait(interrupt_taker, KCASE_CANCELED, NULL);
}

static void an_interrupt_ends_the_wait(void **state)
{
    (void)state;
    expect_end_of_wait(interrupt_batch, KCASE_NOT_SENT, "interrupted");
}

static void an_interrupt_of_the_client_ends_it_too(void **state)
{
    (void)state;
    expect_end_of_wait(interrupt_client, KCASE_NOT_SENT, "interrupted");
}

static void a_batch_that_is_freed_in_the_middle_gives_it_back(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    kcase_batch *taker = take_only_connection(&held);
    gate_open(&held);
    kcase_batch_free(taker);
    expect_single_cancel(KCASE_CANCELED);
    cancel_in_slices("a");
}

static void a_batch_without_work_has_none(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, ", \"max_connections\": 1");
    batch = batch_of(test.client, one);
    batch_add(batch, "a", NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
    expect_single_cancel(KCASE_CANCELED);
    assert_int_equal(raw_connection_count(server), 1);
    batch_add(batch, "b", NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

/* --- Descriptors ----------------------------------------------------------------------------------- */

static bool is_readable(int descriptor, int time_ms)
{
    struct pollfd one_descriptor = {.fd = descriptor, .events = POLLIN};
    return poll(&one_descriptor, 1, time_ms) == 1;
}

static kcase_result *fetch_when_readable(int descriptor)
{
    kcase_result *result = NULL;
    for (int round = 0; result == NULL && round < 100; round++) {
        if (is_readable(descriptor, 2000)) result = kcase_batch_next(batch, 0);
    }
    return result;
}

static void with_a_descriptor_it_has_a_connection_of_its_own(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, ", \"max_connections\": 1");
    expect_single_cancel(KCASE_CANCELED);
    batch = batch_of(test.client, one);
    int descriptor = kcase_batch_fd(batch);
    assert_true(descriptor >= 0);
    assert_false(is_readable(descriptor, 0));
    for (int number = 1; number <= 3; number++) {
        batch_add_cases(batch, number, 1);
        kcase_result *result = fetch_when_readable(descriptor);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        kcase_result_free(result);
        assert_int_equal(kcase_batch_fd(batch), descriptor);
    }
    assert_int_equal(raw_connection_count(server), 2);
}

static void a_descriptor_may_be_asked_for_in_the_middle(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    batch = take_only_connection(&held);
    int descriptor = kcase_batch_fd(batch);
    assert_true(descriptor >= 0);
    gate_open(&held);
    /* The client makes another in place of the one that is the batch's now. */
    expect_single_cancel(KCASE_CANCELED);
    kcase_result *result = fetch_when_readable(descriptor);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    batch_add(batch, "b", NULL);
    result = fetch_when_readable(descriptor);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    assert_int_equal(raw_connection_count(server), 2);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_thousand_of_them_make_one_connection),
        in_a_batch(single_calls_use_the_same_connection),
        in_a_batch(many_cases_go_one_after_another),
        in_a_batch(they_keep_to_the_clients_number_of_connections),
        in_a_batch(a_case_waits_no_longer_than_its_time),
        in_a_batch(a_connection_that_is_given_back_ends_the_wait),
        in_a_batch(so_does_one_whose_case_was_interrupted),
        in_a_batch(an_interrupt_ends_the_wait),
        in_a_batch(an_interrupt_of_the_client_ends_it_too),
        in_a_batch(a_batch_that_is_freed_in_the_middle_gives_it_back),
        in_a_batch(a_batch_without_work_has_none),
        in_a_batch(with_a_descriptor_it_has_a_connection_of_its_own),
        in_a_batch(a_descriptor_may_be_asked_for_in_the_middle),
    };
    return run_statements("batch_of_one", statements, batch_suite_setup, suite_teardown);
}
