/* Ending calls: from another thread and from a signal handler, in every phase. Each call returns at once,
 * with what is known, and the client goes on. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "interrupts.h"
#include "raw_server.h"
#include "text.h"

/* How late a call may return after an interrupt, on a machine that has more to do. */
static const int64_t late_ms_max = 1000; /* of a busy machine */

/* How long a call is under way before it is interrupted: longer than libcurl's own timers run after a
 * connection was made (200 ms), which could end the sleep instead of us. */
static const int64_t quiet_ms = 400;

/* --- One call, and somebody who ends it ----------------------------------------------------------- */

typedef struct {
    kcase_client *client;
    const char *options;
    kcase_result *result;
    int64_t returned_ms;
    const char *case_id; /* NULL: CASE_CANCELABLE */
} call;

static void *run_cancel(void *argument)
{
    call *one = argument;
    const char *id = one->case_id != NULL ? one->case_id : CASE_CANCELABLE;
    one->result = kcase_cancel(one->client, id, one->options);
    one->returned_ms = clock_ms();
    return NULL;
}

/* Waits until the sandbox has got so many requests. */
static void wait_for_requests(long count)
{
    for (int wait = 0; sandbox_totals(&test.box).requests < count; wait++) {
        if (wait > 10000) fail_msg("the request did not arrive");
        sleep_ms(1);
    }
}

/* Cancels on a thread, and interrupts once so many requests have arrived and a bit later. */
static kcase_result *interrupt_after(long requests)
{
    call one = {.client = test.client};
    pthread_t thread;
    pthread_create(&thread, NULL, run_cancel, &one);
    wait_for_requests(requests);
    sleep_ms(quiet_ms);
    int64_t interrupted_ms = clock_ms();
    kcase_client_interrupt(test.client);
    assert_in_range(clock_ms() - interrupted_ms, 0, late_ms_max);
    pthread_join(thread, NULL);
    if (one.returned_ms < interrupted_ms) fail_msg("ended by itself: %s", kcase_result_json(one.result));
    assert_in_range(one.returned_ms - interrupted_ms, 0, late_ms_max);
    return one.result;
}

static void expect_usable(void)
{
    sandbox_clear_faults(&test.box);
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
}

static void while_an_answer_is_awaited_it_becomes_unknown(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    kcase_result *result = interrupt_after(1);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .reason = "interrupted", .retriable = true,
        .attempts = "cancel lost");
    kcase_result_free(result);
    expect_usable();
}

static void while_a_server_is_left_alone_it_stays_unread_and_unknown(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "{\"kind\": \"status\", \"status\": 429, \"retry_after\": \"20\", \"on\": \"cancel\"}");
    kcase_result *result = interrupt_after(1);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 429, .reason = "interrupted",
        .retriable = true, .attempts = "cancel 429");
    kcase_result_free(result);
    expect_usable();
}

static void while_it_waits_to_connect_again_nothing_was_sent(void **state)
{
    (void)state;
    /* Waits of up to 15 s; twenty of them, since a random wait may be a millisecond. */
    char *config = text_format("{\"base_url\": \"http://127.0.0.1:%d\", \"token\": \"t\","
                               " \"max_attempts\": 20, \"timeout_ms\": 20000,"
                               " \"backoff_base_ms\": 15000, \"backoff_max_ms\": 15000}",
        raw_port_of_nobody());
    kcase_client *client = kcase_client_new(config, NULL);
    free(config);
    call one = {.client = client};
    pthread_t thread;
    pthread_create(&thread, NULL, run_cancel, &one);
    sleep_ms(quiet_ms);
    int64_t interrupted_ms = clock_ms();
    kcase_client_interrupt(client);
    pthread_join(thread, NULL);
    assert_in_range(one.returned_ms - interrupted_ms, 0, late_ms_max);
    expect_well_formed(one.result);
    assert_int_equal(kcase_result_outcome(one.result), KCASE_NOT_SENT);
    expect_member(one.result, "reason", "\"interrupted\"");
    kcase_result_free(one.result);
    kcase_client_free(client);
}

static void while_it_reads_back_the_doubt_stays(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"effect\": true},"
                            " {\"kind\": \"hang\", \"on\": \"read\"}]");
    kcase_result *result = interrupt_after(2);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 500, .reason = "interrupted",
        .retriable = true, .attempts = "cancel 500, read lost");
    kcase_result_free(result);
    expect_usable();
}

static void while_a_token_is_minted_nothing_was_sent(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"auth\"}");
    kcase_result *result = interrupt_after(1);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "interrupted", .retriable = true,
        .attempts = "authenticate lost");
    kcase_result_free(result);
    expect_usable();
}

static void every_call_of_the_client_ends(void **state)
{
    (void)state;
    /* One client cancels a case once at a time. */
    static const char *const ids[] = {"case-1", "case-2", "case-3", "case-4", "case-5", "case-6"};
    enum { calls = sizeof ids / sizeof ids[0] };
    use_client(", \"max_connections\": 2");
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    call all[calls];
    pthread_t threads[calls];
    for (int index = 0; index < calls; index++) {
        all[index] = (call){.client = test.client, .case_id = ids[index]};
        pthread_create(&threads[index], NULL, run_cancel, &all[index]);
    }
    wait_for_requests(2);
    sleep_ms(quiet_ms);
    int64_t interrupted_ms = clock_ms();
    kcase_client_interrupt(test.client);
    int unknown = 0, not_sent = 0;
    for (int index = 0; index < calls; index++) {
        pthread_join(threads[index], NULL);
        assert_in_range(all[index].returned_ms - interrupted_ms, 0, late_ms_max);
        unknown += kcase_result_outcome(all[index].result) == KCASE_UNKNOWN;
        not_sent += kcase_result_outcome(all[index].result) == KCASE_NOT_SENT;
        expect_member(all[index].result, "reason", "\"interrupted\"");
        kcase_result_free(all[index].result);
    }
    assert_int_equal(unknown, 2); /* two had a connection; the others waited for one */
    assert_int_equal(not_sent, calls - 2);
    expect_usable();
}

static void another_client_is_not_interrupted(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 300, \"on\": \"cancel\"}");
    kcase_client *other = client_on_port(test.box.port, "");
    call one = {.client = other};
    pthread_t thread;
    pthread_create(&thread, NULL, run_cancel, &one);
    wait_for_requests(1);
    kcase_client_interrupt(test.client);
    pthread_join(thread, NULL);
    assert_int_equal(kcase_result_outcome(one.result), KCASE_CANCELED);
    kcase_result_free(one.result);
    kcase_client_free(other);
}

static void a_later_call_is_not_interrupted(void **state)
{
    (void)state;
    for (int number = 0; number < 1000; number++) kcase_client_interrupt(test.client);
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_client_interrupt(test.client);
    kcase_client_interrupt(test.client);
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
}

/* --- From a signal handler ------------------------------------------------------------------------ */

static void a_signal_handler_ends_a_silence(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    interrupt_on_signal(interrupt_client, quiet_ms, 0);
    int64_t begin = clock_ms();
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    assert_in_range(clock_ms() - begin, quiet_ms - 1, quiet_ms + late_ms_max);
    assert_int_equal(signals_handled, 1);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .reason = "interrupted", .retriable = true,
        .attempts = "cancel lost");
    kcase_result_free(result);
    expect_usable();
}

static void a_signal_handler_ends_a_wait(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "{\"kind\": \"status\", \"status\": 503, \"retry_after\": \"20\", \"on\": \"cancel\"}");
    interrupt_on_signal(interrupt_client, quiet_ms, 0);
    int64_t begin = clock_ms();
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    assert_in_range(clock_ms() - begin, quiet_ms - 1, quiet_ms + late_ms_max);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 503, .reason = "interrupted",
        .retriable = true, .attempts = "cancel 503");
    kcase_result_free(result);
    expect_usable();
}

static void a_signal_alone_ends_nothing(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 800, \"on\": \"cancel\"}");
    kcase_client *waiting = test.client;
    test.client = NULL;
    interrupt_on_signal(interrupt_client, quiet_ms, 0); /* interrupts NULL */
    kcase_result *result = kcase_cancel(waiting, CASE_CANCELABLE, NULL);
    test.client = waiting;
    assert_int_equal(signals_handled, 1);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
}

/* --- Races ---------------------------------------------------------------------------------------- */

static void interrupts_may_race_with_everything(void **state)
{
    (void)state;
    begin_interrupts(interrupt_client);
    int canceled = 0;
    long sent = 0;
    for (int number = 0; number < 300; number++) {
        kcase_result *result = kcase_cancel(test.client, CASE_UNABLE, NULL);
        expect_well_formed(result);
        canceled += kcase_result_outcome(result) == KCASE_CANCELED;
        sent += claim_sent(result, "cancel");
        kcase_result_free(result);
    }
    end_interrupts();
    assert_int_equal(canceled, 0);
    /* a request that was cut off may not have arrived: at most as many as are listed */
    assert_in_range(sandbox_ledger(&test.box, CASE_UNABLE).cancel_requests, 1, sent);
    expect_usable();
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(while_an_answer_is_awaited_it_becomes_unknown),
        statement(while_a_server_is_left_alone_it_stays_unread_and_unknown),
        statement(while_it_waits_to_connect_again_nothing_was_sent),
        statement(while_it_reads_back_the_doubt_stays),
        statement(while_a_token_is_minted_nothing_was_sent),
        statement(every_call_of_the_client_ends),
        statement(another_client_is_not_interrupted),
        statement(a_later_call_is_not_interrupted),
        statement(a_signal_handler_ends_a_silence),
        statement(a_signal_handler_ends_a_wait),
        statement(a_signal_alone_ends_nothing),
        statement(interrupts_may_race_with_everything),
    };
    return run_statements("interrupt", statements, suite_setup, suite_teardown);
}
