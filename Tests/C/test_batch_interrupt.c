/* Batches that are interrupted: from another thread, from a signal handler, between calls. */
#include <pthread.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "interrupts.h"
#include "text.h"

/* How long a batch is worked on before it is interrupted: longer than libcurl's own timers run after a
 * connection was made (200 ms), which could end the sleep instead of us. */
static const int64_t quiet_ms = 400;

/* Fetches the ten results, which are there without a wait. */
static void expect_all_interrupted(kcase_result *first)
{
    int unknown = 0, not_sent = 0, seen[11] = {0};
    for (int number = 1; number <= 10; number++) {
        kcase_result *result = number == 1 ? first : kcase_batch_next(batch, 0);
        assert_non_null(result);
        expect_well_formed(result);
        expect_member(result, "reason", "\"interrupted\"");
        bool is_sent = claim_sent(result, "cancel") > 0;
        assert_int_equal(kcase_result_outcome(result), is_sent ? KCASE_UNKNOWN : KCASE_NOT_SENT);
        unknown += is_sent;
        not_sent += !is_sent;
        assert_in_range(tag_of(result), 1, 10);
        seen[tag_of(result)]++;
        kcase_result_free(result);
    }
    for (int number = 1; number <= 10; number++) assert_int_equal(seen[number], 1);
    assert_int_equal(unknown, 2);
    assert_int_equal(not_sent, 8);
    assert_int_equal(kcase_batch_pending(batch), 0);
    assert_null(kcase_batch_next(batch, -1));
    batch_check_stats(batch);
}

/* Cases that are added after an interrupt are as any others. */
static void expect_goes_on(void)
{
    sandbox_clear_faults(&test.box);
    batch_add_cases(batch, 20, 10);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        kcase_result_free(result);
    }
}

static void interrupt_from_a_thread(interrupter how)
{
    make_unanswered_batch();
    pthread_t thread = interrupt_on_thread(how, quiet_ms);
    kcase_result *first = kcase_batch_next(batch, -1);
    int64_t returned_ms = clock_ms();
    pthread_join(thread, NULL);
    assert_in_range(returned_ms - interrupted_ms, 0, late_ms_max);
    expect_all_interrupted(first);
    expect_goes_on();
}

static void another_thread_ends_the_batch(void **state)
{
    (void)state;
    interrupt_from_a_thread(interrupt_batch);
}

static void another_thread_ends_the_clients_batches(void **state)
{
    (void)state;
    interrupt_from_a_thread(interrupt_client);
}

static void interrupt_from_a_signal_handler(interrupter how)
{
    make_unanswered_batch();
    interrupt_on_signal(how, quiet_ms, 0);
    kcase_result *first = kcase_batch_next(batch, -1);
    assert_in_range(clock_ms() - interrupted_ms, 0, late_ms_max);
    expect_all_interrupted(first);
    expect_goes_on();
}

static void a_signal_handler_ends_the_batch(void **state)
{
    (void)state;
    interrupt_from_a_signal_handler(interrupt_batch);
}

static void a_signal_handler_ends_the_clients_batches(void **state)
{
    (void)state;
    interrupt_from_a_signal_handler(interrupt_client);
}

static void a_signal_alone_ends_no_wait(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 600, \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    interrupt_on_each_signal(interrupt_nothing, 50);
    int64_t start = clock_ms();
    kcase_result *none = kcase_batch_next(batch, 300);
    int64_t time = clock_ms() - start;
    kcase_result *result = kcase_batch_next(batch, -1);
    end_signals();
    assert_null(none);
    assert_in_range(time, 300, 300 + late_ms_max);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
}

static void an_interrupt_between_calls_is_not_lost(void **state)
{
    (void)state;
    make_unanswered_batch();
    assert_null(kcase_batch_next(batch, 100));
    kcase_batch_interrupt(batch);
    batch_add_cases(batch, 20, 1); /* later, and not affected */
    for (int number = 0; number < 10; number++) {
        kcase_result *result = kcase_batch_next(batch, 0);
        assert_non_null(result);
        expect_member(result, "reason", "\"interrupted\"");
        kcase_result_free(result);
    }
    sandbox_clear_faults(&test.box);
    sandbox_reset(&test.box);
    kcase_batch_interrupt(batch);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(kcase_batch_pending(batch), 0);
    expect_goes_on();
}

static void results_that_are_there_are_not_changed_by_an_interrupt(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_UNABLE, NULL);
    batch_add(batch, "", NULL); /* ready at once */
    kcase_batch_interrupt(batch);
    kcase_result *result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_INVALID);
    kcase_result_free(result);
    result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_NOT_SENT);
    kcase_result_free(result);
}

static void an_interrupt_ends_no_other_batch_and_no_single_call(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 200, \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    kcase_batch *other = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 4);
    batch_add_cases(other, 11, 4);
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_twenty, NULL);
    assert_null(kcase_batch_next(batch, 50));
    assert_null(kcase_batch_next(other, 50));
    for (int time = 0; time < 100; time++) kcase_batch_interrupt(batch);
    long canceled = batch_fetch_all(other, KCASE_CANCELED);
    kcase_batch_free(other);
    assert_int_equal(canceled, 4);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_member(result, "reason", "\"interrupted\"");
        kcase_result_free(result);
    }
    sandbox_clear_faults(&test.box);
    void *alone;
    pthread_join(thread, &alone);
    assert_int_equal((long)alone, 20);
}

static void interrupts_may_race_with_everything(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    begin_interrupts(interrupt_batch);
    int fetched = 0;
    for (int number = 0; number < 300; number++) {
        batch_add(batch, CASE_UNABLE, NULL);
        kcase_result *result = kcase_batch_next(batch, number % 3);
        if (result == NULL) continue;
        expect_well_formed(result);
        kcase_result_free(result);
        fetched++;
    }
    end_interrupts();
    while (kcase_batch_pending(batch) > 0) {
        kcase_result_free(batch_fetch(batch));
        fetched++;
    }
    assert_int_equal(fetched, 300);
    batch_check_stats(batch);
    expect_goes_on();
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(another_thread_ends_the_batch),
        in_a_batch(another_thread_ends_the_clients_batches),
        in_a_batch(a_signal_handler_ends_the_batch),
        in_a_batch(a_signal_handler_ends_the_clients_batches),
        in_a_batch(a_signal_alone_ends_no_wait),
        in_a_batch(an_interrupt_between_calls_is_not_lost),
        in_a_batch(results_that_are_there_are_not_changed_by_an_interrupt),
        in_a_batch(an_interrupt_ends_no_other_batch_and_no_single_call),
        in_a_batch(interrupts_may_race_with_everything),
    };
    return run_statements("batch_interrupt", statements, batch_suite_setup, suite_teardown);
}
