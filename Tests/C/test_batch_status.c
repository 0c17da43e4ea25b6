/* Readings in a batch, beside cancels: each makes the claims of kcase_status. */
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "raw_server.h"
#include "text.h"

static void batch_add_reading(const char *case_id, const char *options)
{
    assert_int_equal(kcase_batch_add_status(batch, case_id, options), KCASE_BATCH_ADDED);
}

static void a_reading_tells_the_state_of_its_case(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_reading(CASE_CANCELABLE, "{\"tag\": \"1\"}");
    batch_add_reading(CASE_CANCELED, "{\"tag\": \"2\"}");
    for (int count = 0; count < 2; count++) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response",
            .attempts = "read 200");
        expect_member(result, "case.canceled", tag_of(result) == 2 ? "true" : "false");
        kcase_result_free(result);
    }
    assert_int_equal(batch_number(batch, "readings"), 2);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
}

static void what_kcase_status_finds_a_reading_finds(void **state)
{
    (void)state;
    static const char *const ids[] = {
        CASE_CANCELABLE, CASE_ALREADY_STARTED, CASE_CANCELED, CASE_OF_OTHERS, CASE_UNHEARD_OF, "a b", ""};
    batch = batch_of(test.client, NULL);
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        kcase_result *alone = kcase_status(test.client, ids[index], NULL);
        batch_add_reading(ids[index], NULL);
        kcase_result *beside = batch_fetch(batch);
        assert_int_equal(kcase_result_outcome(beside), kcase_result_outcome(alone));
        assert_int_equal(kcase_result_http_status(beside), kcase_result_http_status(alone));
        assert_int_equal(kcase_result_is_settled(beside), kcase_result_is_settled(alone));
        assert_string_equal(kcase_result_message(beside), kcase_result_message(alone));
        assert_string_equal(kcase_result_case_id(beside), kcase_result_case_id(alone));
        kcase_result_free(beside);
        kcase_result_free(alone);
    }
}

static void cancels_and_readings_go_side_by_side(void **state)
{
    (void)state;
    enum { count = 100 };
    batch = batch_of(test.client, NULL);
    for (int number = 1; number <= count; number++) {
        char *id = sandbox_case(number);
        if (number % 2 == 0) batch_add_reading(id, "{\"tag\": \"0\"}");
        else batch_add(batch, id, "{\"tag\": \"1\"}");
        free(id);
    }
    for (int number = 1; number <= count; number++) {
        kcase_result *result = batch_fetch(batch);
        assert_int_equal(kcase_result_outcome(result), tag_of(result) == 1 ? KCASE_CANCELED : KCASE_OK);
        kcase_result_free(result);
    }
    batch_check_stats(batch);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, count / 2);
}

/* Only cancels of one case wait for each other. */
static void a_reading_does_not_wait_for_a_cancel_of_its_case(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, "{\"tag\": \"1\"}");
    batch_add_reading(CASE_CANCELABLE, "{\"tag\": \"2\"}");
    kcase_result *result = batch_fetch(batch);
    assert_int_equal(tag_of(result), 2);
    assert_int_equal(kcase_result_outcome(result), KCASE_OK);
    kcase_result_free(result);
    assert_int_equal(kcase_batch_pending(batch), 1);
}

static void bad_input_has_a_result_of_its_own(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_reading(NULL, "{\"tag\": \"1\"}");
    batch_add_reading(CASE_CANCELABLE, "{\"settle\": 1}");
    assert_int_equal(batch_fetch_all(batch, KCASE_INVALID), 2);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
    assert_int_equal(kcase_batch_add_status(NULL, CASE_CANCELABLE, NULL), KCASE_BATCH_CLOSED);
}

static void personal_data_comes_if_asked_for(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_reading(CASE_CANCELABLE, NULL);
    kcase_result *without = batch_fetch(batch);
    expect_member(without, "case.candidateEmail", "absent");
    kcase_result_free(without);
    batch_add_reading(CASE_CANCELABLE, "{\"personal_data\": true}");
    kcase_result *with = batch_fetch(batch);
    char *name = claim_member(with, "case.candidateGivenName");
    assert_string_not_equal(name, "absent");
    free(name);
    kcase_result_free(with);
}

static void a_full_batch_takes_no_reading(void **state)
{
    (void)state;
    batch = batch_of(test.client, "{\"max_pending\": 1}");
    batch_add_reading(CASE_CANCELABLE, NULL);
    assert_int_equal(kcase_batch_add_status(batch, CASE_CANCELED, NULL), KCASE_BATCH_FULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_OK), 1);
    batch_add_reading(CASE_CANCELED, NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_OK), 1);
}

static void an_interrupt_ends_readings_too(void **state)
{
    (void)state;
    use_client(", \"max_connections\": 2");
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"read\"}");
    batch = batch_of(test.client, NULL);
    for (int count = 0; count < 5; count++) batch_add_reading(CASE_CANCELABLE, NULL);
    assert_null(kcase_batch_next(batch, 100));
    kcase_batch_interrupt(batch);
    int sent = 0;
    for (int count = 0; count < 5; count++) {
        kcase_result *result = batch_fetch(batch);
        bool wasSent = claim_sent(result, "read") == 1;
        sent += wasSent;
        assert_int_equal(kcase_result_outcome(result), wasSent ? KCASE_UNKNOWN : KCASE_NOT_SENT);
        expect_member(result, "reason", "\"interrupted\"");
        kcase_result_free(result);
    }
    assert_int_equal(sent, 2);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_reading_tells_the_state_of_its_case),
        in_a_batch(what_kcase_status_finds_a_reading_finds),
        in_a_batch(cancels_and_readings_go_side_by_side),
        in_a_batch(a_reading_does_not_wait_for_a_cancel_of_its_case),
        in_a_batch(bad_input_has_a_result_of_its_own),
        in_a_batch(personal_data_comes_if_asked_for),
        in_a_batch(a_full_batch_takes_no_reading),
        in_a_batch(an_interrupt_ends_readings_too),
    };
    return run_statements("batch_status", statements, batch_suite_setup, suite_teardown);
}
