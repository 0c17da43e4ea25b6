/* Batches: many cases side by side. Each result comes once, with the tag of its case. */
#include <stdlib.h>
#include <string.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "raw_server.h"
#include "text.h"

static void every_case_has_one_result_with_its_tag(void **state)
{
    (void)state;
    enum { count = 200 };
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, count);
    assert_int_equal(kcase_batch_pending(batch), count);
    int seen[count + 1] = {0};
    for (int number = 1; number <= count; number++) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        int tag = tag_of(result);
        assert_in_range(tag, 1, count);
        seen[tag]++;
        char *id = sandbox_case(tag);
        assert_string_equal(kcase_result_case_id(result), id);
        free(id);
        kcase_result_free(result);
        assert_int_equal(kcase_batch_pending(batch), count - number);
    }
    for (int number = 1; number <= count; number++) assert_int_equal(seen[number], 1);
    assert_null(kcase_batch_next(batch, -1));
    ledger_totals totals = sandbox_totals(&test.box);
    assert_int_equal(totals.cancels_applied, count);
    assert_int_equal(totals.requests, count);
}

static void results_come_in_the_order_in_which_they_are_found_out(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "[{\"kind\": \"slow\", \"delay_ms\": 900, \"case_id\": \"" CASE("01") "\"},"
        " {\"kind\": \"slow\", \"delay_ms\": 450, \"case_id\": \"" CASE("02") "\"}]");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), "{\"tag\": \"3\"}");
    batch_add(batch, CASE("02"), "{\"tag\": \"2\"}");
    batch_add(batch, CASE("03"), "{\"tag\": \"1\"}");
    for (int place = 1; place <= 3; place++) {
        kcase_result *result = batch_fetch(batch);
        assert_int_equal(tag_of(result), place);
        kcase_result_free(result);
    }
}

static void a_slow_case_does_not_hold_up_the_others(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "{\"kind\": \"hang\", \"on\": \"cancel\", \"case_id\": \"" CASE("01") "\"}");
    batch = batch_of(test.client, "{\"max_in_flight\": 2}");
    batch_add(batch, CASE("01"), "{\"tag\": \"0\"}");
    batch_add_cases(batch, 1, 50);
    int64_t start = clock_ms();
    for (int number = 0; number < 50; number++) {
        kcase_result *result = batch_fetch(batch);
        assert_int_not_equal(tag_of(result), 0);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        kcase_result_free(result);
    }
    assert_in_range(clock_ms() - start, 0, 3000);
    assert_int_equal(kcase_batch_pending(batch), 1);
    assert_int_equal(batch_number(batch, "in_flight"), 1);
}

static void the_loop_of_the_header_cancels_all(void **state)
{
    (void)state;
    size_t count = 300, next = 0, fetched = 0, pending_most = 0;
    batch = batch_of(test.client, "{\"max_pending\": 16}");
    for (;;) {
        while (next < count) {
            char *id = sandbox_case((int)next + 1);
            int32_t taken = kcase_batch_add(batch, id, NULL);
            free(id);
            if (taken != KCASE_BATCH_ADDED) break;
            next++;
        }
        size_t pending = (size_t)kcase_batch_pending(batch);
        if (pending > pending_most) pending_most = pending;
        if (pending == 0) break;
        kcase_result *result = kcase_batch_next(batch, -1);
        if (result == NULL) continue;
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        fetched++;
        kcase_result_free(result);
    }
    assert_int_equal(fetched, count);
    assert_int_equal(pending_most, 16);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, count);
}

static void one_id_may_be_added_more_than_once(void **state)
{
    (void)state;
    batch = batch_of(test.client, "{\"max_in_flight\": 1}");
    for (int time = 0; time < 3; time++) batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result *first = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(first), KCASE_CANCELED);
    kcase_result_free(first);
    assert_int_equal(batch_fetch_all(batch, KCASE_ALREADY_CANCELED), 2);
    assert_int_equal(sandbox_ledger(&test.box, CASE_CANCELABLE).cancels_applied, 1);
}

static void cases_may_be_added_at_any_time(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    assert_null(kcase_batch_next(batch, 0));
    for (int round = 0; round < 3; round++) {
        batch_add_cases(batch, 1 + 20 * round, 10);
        assert_null(kcase_batch_next(NULL, 0));
        kcase_result_free(kcase_batch_next(batch, 0));
        batch_add_cases(batch, 11 + 20 * round, 10);
        kcase_result_free(kcase_batch_next(batch, -1));
    }
    long left = (long)kcase_batch_pending(batch);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), left);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 60);
}

static void adding_sends_nothing(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    sleep_ms(50);
    assert_int_equal(raw_connection_count(server), 0);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
}

static void input_is_not_kept(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    char id[] = CASE_CANCELABLE, options[] = "{\"tag\": \"7\"}";
    batch_add(batch, id, options);
    memset(id, 'x', sizeof id - 1);
    memset(options, 'x', sizeof options - 1);
    kcase_result *result = batch_fetch(batch);
    assert_string_equal(kcase_result_case_id(result), CASE_CANCELABLE);
    assert_int_equal(tag_of(result), 7);
    kcase_result_free(result);
}

static void results_outlive_batch_and_client(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result *result = batch_fetch(batch);
    kcase_batch_free(batch);
    batch = NULL;
    test_teardown(state);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(every_case_has_one_result_with_its_tag),
        in_a_batch(results_come_in_the_order_in_which_they_are_found_out),
        in_a_batch(a_slow_case_does_not_hold_up_the_others),
        in_a_batch(the_loop_of_the_header_cancels_all),
        in_a_batch(one_id_may_be_added_more_than_once),
        in_a_batch(cases_may_be_added_at_any_time),
        in_a_batch(adding_sends_nothing),
        in_a_batch(input_is_not_kept),
        in_a_batch(results_outlive_batch_and_client),
    };
    return run_statements("batch_results", statements, batch_suite_setup, suite_teardown);
}
