/* kcase_cancel_take and its kin: a call that comes back before it is over, and loses nothing. */
#include <pthread.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "interrupts.h"
#include "text.h"

/* What a pointer holds that was never written. */
static kcase_result *const no_result = (kcase_result *)&batch;
static kcase_batch *const no_batch = (kcase_batch *)&batch;

/* Begins a cancel that is not over in so many milliseconds; `batch` is the rest. */
static void begin_cancel(const char *case_id, const char *options, int32_t wait_ms)
{
    kcase_result *result = no_result;
    batch = no_batch;
    assert_int_equal(
        kcase_cancel_take(test.client, case_id, options, wait_ms, &batch, &result), KCASE_PENDING);
    assert_null(result);
    assert_int_equal(kcase_batch_pending(batch), 1);
}

/* Works on the rest in slices. */
static kcase_result *end_cancel(void)
{
    kcase_result *result = NULL;
    for (int slice = 0; slice < 400; slice++) {
        if (kcase_batch_take(batch, 50, &result) == KCASE_BATCH_TAKEN) break;
        assert_int_equal(kcase_batch_pending(batch), 1);
    }
    assert_non_null(result);
    batch_check_stats(batch);
    return result;
}

#define expect_end(...)                                \
    do {                                               \
        kcase_result *ended = end_cancel();            \
        expect_claim(ended, __VA_ARGS__);              \
        kcase_result_free(ended);                      \
    } while (0)

/* Cancels a case, which is over within the time; its outcome. */
static int32_t cancel_at_once(const char *case_id)
{
    kcase_result *result = no_result;
    kcase_batch *rest = no_batch;
    int32_t outcome = kcase_cancel_take(test.client, case_id, NULL, 5000, &rest, &result);
    assert_null(rest);
    assert_int_equal(kcase_result_outcome(result), outcome);
    kcase_result_free(result);
    return outcome;
}

/* --- Over at once ---------------------------------------------------------------------------------- */

static void a_cancel_that_is_over_in_time_has_no_rest(void **state)
{
    (void)state;
    kcase_result *result = no_result;
    kcase_batch *rest = no_batch;
    assert_int_equal(
        kcase_cancel_take(test.client, CASE_CANCELABLE, "{\"tag\": \"7\"}", 5000, &rest, &result),
        KCASE_CANCELED);
    assert_null(rest);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    assert_int_equal(tag_of(result), 7);
    kcase_result_free(result);
}

static void it_makes_the_claims_of_kcase_cancel(void **state)
{
    (void)state;
    static const char *const ids[] = {CASE("02"), CASE_ALREADY_STARTED, CASE_UNABLE, CASE_CANCELED,
        CASE_OF_OTHERS, CASE_UNHEARD_OF, "a b", ""};
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        sandbox_reset(&test.box);
        kcase_result *alone = kcase_cancel(test.client, ids[index], NULL);
        sandbox_reset(&test.box);
        kcase_result *taken = no_result;
        kcase_batch *rest = no_batch;
        assert_int_equal(kcase_cancel_take(test.client, ids[index], NULL, 5000, &rest, &taken),
            kcase_result_outcome(alone));
        assert_null(rest);
        expect_well_formed(taken);
        assert_int_equal(kcase_result_http_status(taken), kcase_result_http_status(alone));
        assert_int_equal(kcase_result_is_settled(taken), kcase_result_is_settled(alone));
        assert_string_equal(kcase_result_message(taken), kcase_result_message(alone));
        assert_string_equal(kcase_result_case_id(taken), kcase_result_case_id(alone));
        kcase_result_free(taken);
        kcase_result_free(alone);
    }
}

static void all_use_the_connections_of_the_client(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    for (int number = 1; number <= 100; number++) {
        char *id = sandbox_case(number);
        assert_int_equal(cancel_at_once(id), KCASE_CANCELED);
        kcase_result_free(kcase_cancel(test.client, id, NULL));
        free(id);
    }
    assert_int_equal(raw_request_count(server), 200);
    assert_int_equal(raw_connection_count(server), 1);
}

static void without_a_place_for_the_rest_or_a_limit_it_waits_for_the_end(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"cancel\"}");
    kcase_result *result = no_result;
    assert_int_equal(kcase_cancel_take(test.client, CASE("02"), NULL, 1, NULL, &result), KCASE_CANCELED);
    kcase_result_free(result);
    kcase_batch *rest = no_batch;
    assert_int_equal(kcase_cancel_take(test.client, CASE("03"), NULL, -1, &rest, &result), KCASE_CANCELED);
    assert_null(rest);
    kcase_result_free(result);
}

static void bad_input_is_a_result(void **state)
{
    (void)state;
    static const struct {
        const char *case_id, *options;
    } inputs[] = {{NULL, NULL}, {"", NULL}, {"a/b", NULL}, {"\xff", NULL}, {CASE_CANCELABLE, "{"},
        {CASE_CANCELABLE, "{\"timeout\": 1}"}, {CASE_CANCELABLE, "{\"timeout_ms\": 0}"}};
    int32_t (*const calls[])(kcase_client *, const char *, const char *, int32_t, kcase_batch **,
        kcase_result **) = {kcase_cancel_take, kcase_status_take, kcase_await_take};
    for (size_t call = 0; call < sizeof calls / sizeof calls[0]; call++) {
        for (size_t index = 0; index < sizeof inputs / sizeof inputs[0]; index++) {
            kcase_result *result = no_result;
            kcase_batch *rest = no_batch;
            assert_int_equal(calls[call](test.client, inputs[index].case_id, inputs[index].options, 50,
                                 &rest, &result),
                KCASE_INVALID);
            assert_null(rest);
            assert_int_equal(kcase_result_outcome(result), KCASE_INVALID);
            kcase_result_free(result);
        }
        kcase_result *result = no_result;
        kcase_batch *rest = no_batch;
        assert_int_equal(calls[call](NULL, CASE_CANCELABLE, NULL, 50, &rest, &result), KCASE_INVALID);
        assert_null(rest);
        assert_true(text_has(kcase_result_message(result), "client"));
        kcase_result_free(result);
        rest = no_batch;
        assert_int_equal(
            calls[call](test.client, CASE_CANCELABLE, NULL, 50, &rest, NULL), KCASE_INVALID);
        assert_null(rest);
        assert_int_equal(calls[call](NULL, NULL, NULL, 50, NULL, NULL), KCASE_INVALID);
    }
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

/* --- Not over at once: whatever it waits for, it goes on in a batch --------------------------------- */

static void an_answer_that_comes_later_is_waited_for(void **state)
{
    (void)state;
    static gate gates[] = {CLOSED_GATE, CLOSED_GATE}; /* a server may be at one when all is over */
    for (int index = 0; index < 2; index++) {
        if (server != NULL) raw_stop(server);
        use_raw_server(gate_handler, &gates[index], "");
        begin_cancel("a", "{\"tag\": \"3\"}", index * 60);
        work_until_requests(1);
        gate_open(&gates[index]);
        kcase_result *result = end_cancel();
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        assert_int_equal(tag_of(result), 3);
        kcase_result_free(result);
        /* Its connection is the client's again. */
        assert_int_equal(cancel_at_once("b"), KCASE_CANCELED);
        assert_int_equal(raw_connection_count(server), 1);
        assert_int_equal(raw_request_count(server), 2);
        kcase_batch_free(batch);
        batch = NULL;
    }
}

/* Asks to be called again in a second, the first time; then answers with success. */
static void busy_at_first(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    if (request->number == 0) raw_answer(peer, 429, "Retry-After: 1\r\n", "{\"statusCode\": 429}");
    else raw_answer(peer, 200, "", "{}");
}

static void between_two_requests_it_keeps_no_connection(void **state)
{
    (void)state;
    use_raw_server(busy_at_first, NULL, ", \"max_connections\": 1");
    begin_cancel("a", NULL, 100);
    assert_int_equal(cancel_at_once("b"), KCASE_CANCELED);
    expect_end(.outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 429, cancel 200");
    assert_int_equal(raw_connection_count(server), 1);
}

static void it_waits_for_its_turn(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, ", \"rate_per_second\": 2");
    assert_int_equal(cancel_at_once("a"), KCASE_CANCELED);
    begin_cancel("b", NULL, 20);
    assert_int_equal(raw_request_count(server), 1);
    expect_end(
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response", .attempts = "cancel 200");
}

static void it_waits_for_a_connection(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, ", \"max_connections\": 1");
    begin_cancel("a", NULL, 50);
    kcase_batch *first = batch;
    begin_cancel("b", NULL, 50);
    assert_int_equal(raw_request_count(server), 1);
    gate_open(&held);
    assert_int_equal(batch_fetch_all(first, KCASE_CANCELED), 1);
    kcase_batch_free(first);
    expect_end(
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response", .attempts = "cancel 200");
    assert_int_equal(raw_connection_count(server), 1);
}

static void it_waits_for_who_cancels_the_same_case(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, "");
    begin_cancel("a", NULL, 50);
    kcase_batch *first = batch;
    begin_cancel("A", NULL, 50);
    assert_int_equal(raw_request_count(server), 1);
    gate_open(&held);
    assert_int_equal(batch_fetch_all(first, KCASE_CANCELED), 1);
    kcase_batch_free(first);
    expect_end(.outcome = KCASE_ALREADY_CANCELED, .evidence = "response", .attempts = "");
    assert_int_equal(raw_request_count(server), 1);
}

static void it_mints_a_token(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"auth\"}");
    begin_cancel(CASE("01"), NULL, 50);
    kcase_batch *first = batch;
    /* Another that waits for the same token, while nobody works on the one that mints it. */
    begin_cancel(CASE("02"), NULL, 20);
    assert_int_equal(batch_fetch_all(first, KCASE_CANCELED), 1);
    kcase_batch_free(first);
    expect_end(
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response", .attempts = "cancel 200");
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
}

static void a_token_that_it_was_about_to_get_does_not_hold_up_a_single_call(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 50, \"on\": \"auth\"}");
    begin_cancel(CASE("01"), NULL, 0); /* the token is asked for */
    kcase_result *result = kcase_cancel(test.client, CASE("02"), "{\"timeout_ms\": 4000}");
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    expect_end(.outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
}

static void *cancel_second(void *unused)
{
    (void)unused;
    return kcase_cancel(test.client, CASE("02"), "{\"timeout_ms\": 8000}");
}

static void nor_one_that_waited_for_it_before(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 400, \"on\": \"auth\", \"times\": 1}");
    pthread_t thread;
    kcase_result *minted = no_result;
    batch = NULL;
    assert_int_equal(pthread_create(&thread, NULL, cancel_second, NULL), 0);
    sleep_ms(30);
    /* Whichever of the two mints, the other ends without it. */
    int32_t outcome = kcase_cancel_take(test.client, CASE("01"), NULL, 200, &batch, &minted);
    void *result;
    pthread_join(thread, &result);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    if (outcome == KCASE_PENDING) minted = end_cancel();
    assert_int_equal(kcase_result_outcome(minted), KCASE_CANCELED);
    kcase_result_free(minted);
}

static void its_time_is_counted_from_the_beginning(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, "");
    begin_cancel("a", "{\"timeout_ms\": 600, \"max_attempts\": 1}", 0);
    work_until_requests(1);
    sleep_ms(600);
    kcase_result *result = NULL;
    assert_int_equal(kcase_batch_take(batch, 0, &result), KCASE_BATCH_TAKEN);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .reason = "deadline", .retriable = true,
        .attempts = "cancel lost");
    kcase_result_free(result);
    gate_open(&held);
}

static void more_cases_may_join_the_rest(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, "");
    begin_cancel("a", NULL, 20);
    batch_add_cases(batch, 1, 3);
    gate_open(&held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 4);
    assert_int_equal(batch_number(batch, "requests"), 4);
    batch_check_stats(batch);
    assert_int_equal(raw_connection_count(server), 1);
}

/* --- Its end ---------------------------------------------------------------------------------------- */

static void an_interrupt_ends_the_rest(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, "");
    void (*const interrupters[])(void) = {interrupt_batch, interrupt_client};
    kcase_client_interrupt(test.client); /* concerns nobody */
    for (int index = 0; index < 2; index++) {
        begin_cancel("a", NULL, 50);
        work_until_requests(index + 1);
        interrupters[index]();
        expect_end(.outcome = KCASE_UNKNOWN, .reason = "interrupted", .retriable = true,
            .attempts = "cancel lost");
        kcase_batch_free(batch);
        batch = NULL;
    }
    gate_open(&held);
}

static void interrupt_unanswered(raw_peer *peer, const raw_request *request, void *context)
{
    (void)peer;
    (void)request;
    (void)context;
    kcase_client_interrupt(test.client);
}

static void an_interrupt_of_the_client_ends_the_call_itself(void **state)
{
    (void)state;
    use_raw_server(interrupt_unanswered, NULL, "");
    kcase_result *result = no_result;
    assert_int_equal(
        kcase_cancel_take(test.client, "a", NULL, 10000, &batch, &result), KCASE_UNKNOWN);
    assert_null(batch);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .reason = "interrupted", .retriable = true,
        .attempts = "cancel lost");
    kcase_result_free(result);
}

static void a_rest_may_be_freed_in_the_middle(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, ", \"max_connections\": 1");
    begin_cancel("a", NULL, 50);
    gate_open(&held);
    kcase_batch_free(batch);
    batch = NULL;
    assert_int_equal(cancel_at_once("a"), KCASE_CANCELED);
}

static void the_client_may_be_freed_before_the_rest(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, "");
    begin_cancel("a", NULL, 50);
    kcase_client_free(test.client);
    test.client = NULL;
    gate_open(&held);
    expect_end(
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response", .attempts = "cancel 200");
}

static void a_descriptor_may_be_asked_for_in_the_rest(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE;
    use_raw_server(gate_handler, &held, ", \"max_connections\": 1");
    begin_cancel("a", NULL, 50);
    assert_true(kcase_batch_fd(batch) >= 0);
    gate_open(&held);
    assert_int_equal(cancel_at_once("b"), KCASE_CANCELED);
    expect_end(
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response", .attempts = "cancel 200");
}

/* --- What may happen to the host -------------------------------------------------------------------- */

typedef struct {
    int type;
    kcase_batch *rest;
    kcase_result *result;
} taker;

static void *take_once(void *argument)
{
    taker *it = argument;
    pthread_setcanceltype(it->type, NULL);
    kcase_cancel_take(test.client, "a", NULL, 5000, &it->rest, &it->result);
    pthread_testcancel();
    return NULL;
}

static void answer_late(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    sleep_ms(150);
    raw_answer(peer, 200, "", "{}");
}

static void a_thread_that_is_canceled_meanwhile_loses_nothing(void **state)
{
    (void)state;
    static const int types[] = {PTHREAD_CANCEL_DEFERRED, PTHREAD_CANCEL_ASYNCHRONOUS};
    for (int index = 0; index < 2; index++) {
        if (server != NULL) raw_stop(server);
        use_raw_server(answer_late, NULL, "");
        taker it = {types[index], no_batch, no_result};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, take_once, &it), 0);
        assert_true(raw_wait_for_requests(server, 1));
        assert_int_equal(pthread_cancel(thread), 0);
        void *end;
        pthread_join(thread, &end);
        assert_ptr_equal(end, PTHREAD_CANCELED);
        assert_null(it.rest);
        assert_int_equal(kcase_result_outcome(it.result), KCASE_CANCELED);
        kcase_result_free(it.result);
    }
}

/* --- Readings --------------------------------------------------------------------------------------- */

static void a_reading_may_be_left_and_taken_up(void **state)
{
    (void)state;
    kcase_result *result = no_result;
    assert_int_equal(
        kcase_status_take(test.client, CASE_CANCELED, NULL, 5000, &batch, &result), KCASE_OK);
    assert_null(batch);
    expect_claim(
        result, .outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "read 200");
    expect_member(result, "case.canceled", "true");
    kcase_result_free(result);
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"read\"}");
    assert_int_equal(
        kcase_status_take(test.client, CASE("01"), NULL, 20, &batch, &result), KCASE_PENDING);
    assert_null(result);
    expect_end(.outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "read 200");
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
}

static void so_may_a_case_that_is_awaited(void **state)
{
    (void)state;
    kcase_result *result = no_result;
    const char *options = "{\"until\": \"canceled\", \"timeout_ms\": 8000}";
    assert_int_equal(
        kcase_await_take(test.client, CASE_CANCELED, options, 5000, &batch, &result), KCASE_OK);
    assert_null(batch);
    kcase_result_free(result);
    assert_int_equal(
        kcase_await_take(test.client, CASE("01"), options, 30, &batch, &result), KCASE_PENDING);
    assert_int_equal(cancel_at_once(CASE("01")), KCASE_CANCELED);
    result = end_cancel();
    assert_int_equal(kcase_result_outcome(result), KCASE_OK);
    kcase_result_free(result);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_cancel_that_is_over_in_time_has_no_rest),
        in_a_batch(it_makes_the_claims_of_kcase_cancel),
        in_a_batch(all_use_the_connections_of_the_client),
        in_a_batch(without_a_place_for_the_rest_or_a_limit_it_waits_for_the_end),
        in_a_batch(bad_input_is_a_result),
        in_a_batch(an_answer_that_comes_later_is_waited_for),
        in_a_batch(between_two_requests_it_keeps_no_connection),
        in_a_batch(it_waits_for_its_turn),
        in_a_batch(it_waits_for_a_connection),
        in_a_batch(it_waits_for_who_cancels_the_same_case),
        in_a_batch(it_mints_a_token),
        in_a_batch(a_token_that_it_was_about_to_get_does_not_hold_up_a_single_call),
        in_a_batch(nor_one_that_waited_for_it_before),
        in_a_batch(its_time_is_counted_from_the_beginning),
        in_a_batch(more_cases_may_join_the_rest),
        in_a_batch(an_interrupt_ends_the_rest),
        in_a_batch(an_interrupt_of_the_client_ends_the_call_itself),
        in_a_batch(a_rest_may_be_freed_in_the_middle),
        in_a_batch(the_client_may_be_freed_before_the_rest),
        in_a_batch(a_descriptor_may_be_asked_for_in_the_rest),
        in_a_batch(a_thread_that_is_canceled_meanwhile_loses_nothing),
        in_a_batch(a_reading_may_be_left_and_taken_up),
        in_a_batch(so_may_a_case_that_is_awaited),
    };
    return run_statements("take", statements, batch_suite_setup, suite_teardown);
}
