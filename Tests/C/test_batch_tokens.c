/* Batches of a client with a pair of keys: when a token is minted, and for whom. */
#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

static void a_token_is_minted_once_for_the_whole_batch(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"auth\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 100);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 100);
    ledger_totals totals = sandbox_totals(&test.box);
    assert_int_equal(totals.auth_requests, 1);
    assert_int_equal(totals.cancel_requests, 100);
    assert_int_equal(batch_number(batch, "requests"), 101);
    assert_int_equal(batch_number(batch, "retries"), 0);
}

static void a_failed_mint_is_told_to_all_who_waited(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 403, \"on\": \"auth\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 8);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_DENIED, .status = ANY_STATUS, .reason = "credentials",
            .evidence = "response");
        kcase_result_free(result);
    }
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
}

static void without_a_token_nothing_is_sent(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 503, \"on\": \"auth\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_NOT_SENT), 20);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
    batch_check_stats(batch);
}

static void a_mint_that_fails_once_is_tried_again(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 500, \"on\": \"auth\", \"times\": 1}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 2);
}

static void a_revoked_token_is_minted_again_once(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 10);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 10);
    sandbox_revoke_tokens(&test.box);
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"auth\"}");
    batch_add_cases(batch, 11, 60);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 60);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 2);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 70);
}

static void a_token_that_a_batch_was_about_to_get_does_not_hold_up_a_single_call(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 50, \"on\": \"auth\"}");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    assert_null(kcase_batch_next(batch, 0)); /* the token is asked for */
    sleep_ms(100);
    kcase_result *result = kcase_cancel(test.client, CASE("02"), "{\"timeout_ms\": 2000}");
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

static void a_token_that_a_batch_was_about_to_get_does_not_hold_up_another(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 50, \"on\": \"auth\"}");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    assert_null(kcase_batch_next(batch, 0)); /* the token is asked for */
    sleep_ms(100);
    kcase_batch *other = batch_of(test.client, NULL);
    batch_add(other, CASE("02"), "{\"timeout_ms\": 2000}");
    long canceled = batch_fetch_all(other, KCASE_CANCELED);
    kcase_batch_free(other);
    assert_int_equal(canceled, 1);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

static void a_batch_that_is_freed_while_it_mints_leaves_the_token_to_others(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"auth\", \"times\": 1}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 3);
    assert_null(kcase_batch_next(batch, 50));
    kcase_batch_free(batch);
    batch = NULL;
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "authenticate 200, cancel 200");
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_token_is_minted_once_for_the_whole_batch),
        in_a_batch(a_failed_mint_is_told_to_all_who_waited),
        in_a_batch(without_a_token_nothing_is_sent),
        in_a_batch(a_mint_that_fails_once_is_tried_again),
        in_a_batch(a_revoked_token_is_minted_again_once),
        in_a_batch(a_token_that_a_batch_was_about_to_get_does_not_hold_up_a_single_call),
        in_a_batch(a_token_that_a_batch_was_about_to_get_does_not_hold_up_another),
        in_a_batch(a_batch_that_is_freed_while_it_mints_leaves_the_token_to_others),
    };
    return run_statements("batch_tokens", statements, batch_suite_setup, suite_teardown);
}
