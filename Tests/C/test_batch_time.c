/* Batches: waits, timeouts of cases, and when their time begins. */
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "raw_server.h"
#include "text.h"

static void with_nothing_pending_there_is_no_wait(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    int64_t start = clock_ms();
    assert_null(kcase_batch_next(batch, 0));
    assert_null(kcase_batch_next(batch, 60000));
    assert_null(kcase_batch_next(batch, -1));
    batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result_free(batch_fetch(batch));
    assert_null(kcase_batch_next(batch, 60000));
    assert_null(kcase_batch_next(batch, -1));
    assert_in_range(clock_ms() - start, 0, 5000);
}

static void a_wait_for_a_result_ends_in_time(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 3);
    static const int32_t waits[] = {0, 1, 60, 250};
    for (int index = 0; index < 4; index++) {
        int64_t start = clock_ms();
        assert_null(kcase_batch_next(batch, waits[index]));
        assert_in_range(clock_ms() - start, waits[index], waits[index] + late_ms_max);
    }
    assert_int_equal(kcase_batch_pending(batch), 3);
}

static void a_case_without_an_answer_ends_at_its_timeout(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\"}");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), "{\"timeout_ms\": 400, \"tag\": \"1\"}");
    batch_add(batch, CASE("02"), "{\"timeout_ms\": 800, \"tag\": \"2\"}");
    int64_t start = clock_ms();
    for (int number = 1; number <= 2; number++) {
        kcase_result *result = kcase_batch_next(batch, -1);
        assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
        assert_int_equal(tag_of(result), number);
        /* what cannot end within the time is not begun */
        assert_in_range(clock_ms() - start, number * 400 - 100, number * 400 + late_ms_max);
        kcase_result_free(result);
    }
}

static void a_timeout_begins_with_the_cases_turn(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 200, \"on\": \"cancel\"}");
    batch = batch_of(test.client, "{\"max_in_flight\": 1}");
    int64_t start = clock_ms();
    for (int number = 1; number <= 6; number++) {
        char *id = sandbox_case(number);
        batch_add(batch, id, "{\"timeout_ms\": 900, \"max_attempts\": 1}");
        free(id);
    }
    sleep_ms(300); /* before anything is worked on, no time passes either */
    for (int number = 1; number <= 6; number++) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        char *elapsed = claim_member(result, "elapsed_ms");
        assert_in_range(atol(elapsed), 199, 900);
        free(elapsed);
        kcase_result_free(result);
    }
    assert_in_range(clock_ms() - start, 1400, 10000);
}

static void a_timeout_does_not_run_while_a_case_waits_for_a_connection(void **state)
{
    (void)state;
    /* Many have their turn at once where all wait for one token; then two at a time have a connection. */
    use_client_with(KEY_PAIR, ", \"max_connections\": 2");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 100, \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    for (int number = 1; number <= 40; number++) {
        char *id = sandbox_case(number);
        batch_add(batch, id, "{\"timeout_ms\": 1000}");
        free(id);
    }
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 40);
}

/* Asks for a wait once; accepts what comes then. */
static void ask_for_a_wait_once(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    bool is_first = request->number == 0;
    raw_answer(peer, is_first ? 429 : 200, is_first ? "Retry-After: 1\r\n" : "", "{}");
}

static void a_call_without_a_wait_does_all_that_can_be_done(void **state)
{
    (void)state;
    use_raw_server(ask_for_a_wait_once, NULL, "");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    work_until_requests(1);
    assert_null(kcase_batch_next(batch, 500)); /* until the answer is there */
    sleep_ms(1300); /* 1 s and up to a quarter more */
    kcase_result *result = kcase_batch_next(batch, 0);
    assert_true(raw_wait_for_requests(server, 2));
    if (result == NULL) result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(with_nothing_pending_there_is_no_wait),
        in_a_batch(a_wait_for_a_result_ends_in_time),
        in_a_batch(a_case_without_an_answer_ends_at_its_timeout),
        in_a_batch(a_timeout_begins_with_the_cases_turn),
        in_a_batch(a_timeout_does_not_run_while_a_case_waits_for_a_connection),
        in_a_batch(a_call_without_a_wait_does_all_that_can_be_done),
    };
    return run_statements("batch_time", statements, batch_suite_setup, suite_teardown);
}
