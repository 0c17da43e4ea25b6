/* kcase_await, alone and in batches: a case is read until it is seen in a state. */
#include <pthread.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "raw_server.h"
#include "text.h"

static kcase_result *await(const char *case_id, const char *until, const char *more)
{
    char *options = text_format("{\"until\": \"%s\"%s}", until, more);
    kcase_result *result = kcase_await(test.client, case_id, options);
    free(options);
    expect_well_formed(result);
    return result;
}

static void expect_await(const char *case_id, const char *until, int32_t outcome)
{
    kcase_result *result = await(case_id, until, ", \"timeout_ms\": 300");
    if (kcase_result_outcome(result) != outcome) {
        fail_msg("%s until %s: %s", case_id, until, kcase_result_json(result));
    }
    kcase_result_free(result);
}

/* A client that rests longer than those of the other tests. */
static void use_patient_client(const char *more)
{
    kcase_client_free(test.client);
    char *config = text_format(
        "{\"base_url\": \"http://127.0.0.1:%d\", %s%s}", test.box.port, STATIC_TOKEN, more);
    test.client = kcase_client_new(config, NULL);
    free(config);
    assert_non_null(test.client);
}

static void a_state_that_is_there_ends_it_at_once(void **state)
{
    (void)state;
    /* 06 began processing, 07 is complete, 09 placed, 14 canceled. */
    expect_await(CASE("14"), "canceled", KCASE_OK);
    expect_await(CASE("14"), "finished", KCASE_OK);
    expect_await(CASE("06"), "started", KCASE_OK);
    expect_await(CASE("07"), "started", KCASE_OK);
    expect_await(CASE("07"), "finished", KCASE_OK);
    expect_await(CASE("09"), "finished", KCASE_OK);
    assert_int_equal(sandbox_totals(&test.box).requests, 6);
}

static void a_state_that_does_not_come_is_unknown(void **state)
{
    (void)state;
    expect_await(CASE("01"), "canceled", KCASE_UNKNOWN);
    expect_await(CASE("01"), "started", KCASE_UNKNOWN);
    expect_await(CASE("06"), "finished", KCASE_UNKNOWN);
    kcase_result *result = await(CASE("01"), "canceled", ", \"timeout_ms\": 400");
    expect_member(result, "reason", "\"deadline\"");
    expect_member(result, "case.canceled", "false");
    assert_true(claim_sent(result, "read") >= 2);
    kcase_result_free(result);
}

static void a_canceled_case_will_not_start(void **state)
{
    (void)state;
    kcase_result *result = await(CASE("14"), "started", "");
    expect_claim(result, .outcome = KCASE_ALREADY_CANCELED, .status = 200, .evidence = "read_back",
        .attempts = "read 200");
    kcase_result_free(result);
}

static void what_is_not_there_is_not_awaited(void **state)
{
    (void)state;
    expect_await(CASE_UNHEARD_OF, "canceled", KCASE_DENIED); /* as kcase_status: the sandbox says 403 */
    expect_await(CASE_OF_OTHERS, "canceled", KCASE_DENIED);
}

/* Cancels a case a little later. */
static void *cancel_later(void *case_id)
{
    sleep_ms(250);
    kcase_result_free(kcase_cancel(test.client, case_id, NULL));
    return NULL;
}

static void it_goes_on_until_the_state_is_seen(void **state)
{
    (void)state;
    use_patient_client(", \"backoff_base_ms\": 40, \"backoff_max_ms\": 60");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, CASE("01")), 0);
    kcase_result *result = await(CASE("01"), "canceled", "");
    pthread_join(thread, NULL);
    expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response");
    expect_member(result, "case.canceled", "true");
    assert_true(claim_sent(result, "read") >= 3);
    kcase_result_free(result);
}

static void what_passes_does_not_end_it(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 503, \"on\": \"read\", \"times\": 12}");
    kcase_result *result = await(CASE("14"), "canceled", "");
    expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response");
    assert_int_equal(claim_sent(result, "read"), 13);
    kcase_result_free(result);
}

static void an_interrupt_ends_it(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    batch = batch_of(test.client, NULL);
    assert_int_equal(
        kcase_batch_add_await(batch, "a", "{\"until\": \"started\"}"), KCASE_BATCH_ADDED);
    assert_null(kcase_batch_next(batch, 50));
    kcase_batch_interrupt(batch);
    kcase_result *result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
    expect_member(result, "reason", "\"interrupted\"");
    kcase_result_free(result);
}

static void without_a_service_nothing_was_sent(void **state)
{
    (void)state;
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port_of_nobody(), "");
    expect_await(CASE("01"), "canceled", KCASE_NOT_SENT);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    static const char *const options[] = {NULL, "{}", "{\"until\": null}", "{\"until\": \"placed\"}",
        "{\"until\": 1}", "{\"untill\": \"canceled\"}", "{\"until\": \"canceled\", \"timeout_ms\": 0}"};
    batch = batch_of(test.client, NULL);
    for (size_t index = 0; index < sizeof options / sizeof options[0]; index++) {
        kcase_result *result = kcase_await(test.client, CASE("01"), options[index]);
        expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
        kcase_result_free(result);
        assert_int_equal(kcase_batch_add_await(batch, CASE("01"), options[index]), KCASE_BATCH_ADDED);
    }
    assert_int_equal(batch_fetch_all(batch, KCASE_INVALID), sizeof options / sizeof options[0]);
    kcase_result *without_client = kcase_await(NULL, CASE("01"), "{\"until\": \"canceled\"}");
    assert_int_equal(kcase_result_outcome(without_client), KCASE_INVALID);
    kcase_result_free(without_client);
    assert_int_equal(kcase_batch_add_await(NULL, "a", NULL), KCASE_BATCH_CLOSED);
    kcase_result *other = kcase_cancel(test.client, CASE("01"), "{\"until\": \"canceled\"}");
    assert_int_equal(kcase_result_outcome(other), KCASE_INVALID);
    kcase_result_free(other);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

static void many_are_awaited_beside_their_cancels(void **state)
{
    (void)state;
    enum { count = 20 };
    use_patient_client(", \"backoff_base_ms\": 100, \"backoff_max_ms\": 400");
    batch = batch_of(test.client, "{\"max_in_flight\": 200}");
    for (int number = 1; number <= count; number++) {
        char *id = sandbox_case(number);
        assert_int_equal(
            kcase_batch_add_await(batch, id, "{\"until\": \"canceled\", \"tag\": \"1\"}"), KCASE_BATCH_ADDED);
        free(id);
    }
    assert_null(kcase_batch_next(batch, 50));
    batch_add_cases(batch, 1, count);
    long seen = 0;
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        seen += kcase_result_outcome(result) == KCASE_OK;
        kcase_result_free(result);
    }
    assert_int_equal(seen, count);
}

static void between_two_readings_it_holds_no_connection(void **state)
{
    (void)state;
    use_patient_client(", \"max_connections\": 1, \"backoff_base_ms\": 2000");
    batch = batch_of(test.client, "{\"max_in_flight\": 1}");
    assert_int_equal(
        kcase_batch_add_await(batch, CASE("01"), "{\"until\": \"canceled\"}"), KCASE_BATCH_ADDED);
    assert_null(kcase_batch_next(batch, 400));
    kcase_result *other = kcase_cancel(test.client, CASE("02"), "{\"timeout_ms\": 1000}");
    assert_int_equal(kcase_result_outcome(other), KCASE_CANCELED);
    kcase_result_free(other);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_state_that_is_there_ends_it_at_once),
        in_a_batch(a_state_that_does_not_come_is_unknown),
        in_a_batch(a_canceled_case_will_not_start),
        in_a_batch(what_is_not_there_is_not_awaited),
        in_a_batch(it_goes_on_until_the_state_is_seen),
        in_a_batch(what_passes_does_not_end_it),
        in_a_batch(an_interrupt_ends_it),
        in_a_batch(without_a_service_nothing_was_sent),
        in_a_batch(bad_input_is_refused),
        in_a_batch(many_are_awaited_beside_their_cancels),
        in_a_batch(between_two_readings_it_holds_no_connection),
    };
    return run_statements("await", statements, batch_suite_setup, suite_teardown);
}
