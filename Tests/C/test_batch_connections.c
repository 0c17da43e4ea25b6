/* How many cases of a batch are in flight, and over how many connections. */
#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "raw_server.h"

/* So many of the cases are with the server while it answers none, and over so many connections. */
static void expect_in_flight(const char *client_more, const char *options, int count)
{
    /* one for each call: the server may be at it when the call is over */
    static gate gates[8];
    static size_t used;
    assert_true(used < sizeof gates / sizeof gates[0]);
    gate *held = &gates[used++];
    *held = (gate)CLOSED_GATE;
    use_raw_server(gate_handler, held, client_more);
    batch = batch_of(test.client, options);
    batch_add_cases(batch, 1, 40);
    work_until_requests(count);
    assert_null(kcase_batch_next(batch, 150));
    assert_int_equal(raw_request_count(server), count);
    assert_int_equal(raw_connection_count(server), count);
    gate_open(held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 40);
    assert_int_equal(raw_request_count(server), 40);
    /* kept and used again */
    assert_int_equal(raw_connection_count(server), count);
    assert_int_equal(batch_number(batch, "connections"), count);
    assert_int_equal(raw_closed_count(server), 0);
    kcase_batch_free(batch);
    batch = NULL;
    /* The connection of a batch of one is the client's. */
    if (count == 1) {
        kcase_client_free(test.client);
        test.client = NULL;
    }
    assert_true(raw_wait_for_closed(server, count));
    raw_stop(server);
    server = NULL;
}

static void cases_in_flight_are_bounded(void **state)
{
    (void)state;
    expect_in_flight(", \"max_connections\": 16", "{\"max_in_flight\": 3}", 3);
    expect_in_flight(", \"max_connections\": 16", "{\"max_in_flight\": 1}", 1);
}

static void connections_are_bounded(void **state)
{
    (void)state;
    expect_in_flight(", \"max_connections\": 2", NULL, 2);
    expect_in_flight("", NULL, 8); /* by default */
    expect_in_flight(", \"max_connections\": 30", "{\"max_in_flight\": 1024, \"http2\": false}", 30);
}

static void connections_are_the_batchs_own(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(gate_handler, &held, ", \"max_connections\": 1");
    batch = batch_of(test.client, NULL);
    kcase_batch *other = batch_of(test.client, NULL);
    batch_add(batch, "a", NULL);
    batch_add(other, "b", NULL);
    work_until_requests(1);
    assert_null(kcase_batch_next(other, 50));
    assert_true(raw_wait_for_requests(server, 2));
    gate_open(&held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
    assert_int_equal(batch_fetch_all(other, KCASE_CANCELED), 1);
    kcase_result *alone = kcase_cancel(test.client, "c", NULL);
    assert_int_equal(kcase_result_outcome(alone), KCASE_CANCELED);
    kcase_result_free(alone);
    assert_int_equal(raw_connection_count(server), 3);
    kcase_batch_free(other);
}

static void accept_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "Connection: close\r\n", "{}");
    raw_hang_up(peer);
}

static void connections_that_end_cost_no_claim(void **state)
{
    (void)state;
    use_raw_server(accept_and_go, NULL, ", \"max_connections\": 4");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 60);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        kcase_result_free(result);
    }
    assert_int_equal(raw_request_count(server), 60);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(cases_in_flight_are_bounded),
        in_a_batch(connections_are_bounded),
        in_a_batch(connections_are_the_batchs_own),
        in_a_batch(connections_that_end_cost_no_claim),
    };
    return run_statements("batch_connections", statements, batch_suite_setup, suite_teardown);
}
