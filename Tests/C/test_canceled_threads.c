/* pthread_cancel on a thread inside a call: the call does its work, the client and the batch are as usable as
 * before, and the thread ends when the call has returned. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

/* Never answers the first requests, so many as the context says. */
static void answer_after(raw_peer *peer, const raw_request *request, void *silent)
{
    if (request->number >= *(int *)silent) raw_answer(peer, 200, "", "{}");
}

/* How the thread may be canceled, and how far it came. */
typedef struct {
    int type;
    int state_after;
    bool has_returned;
} cancelable;

static void note_return(cancelable *it)
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &it->state_after);
    it->has_returned = true;
    pthread_setcancelstate(it->state_after, NULL);
    pthread_testcancel();
}

static void *cancel_case(void *argument)
{
    cancelable *it = argument;
    pthread_setcanceltype(it->type, NULL);
    kcase_result *result = kcase_cancel(test.client, CASE("01"), "{\"timeout_ms\": 700}");
    note_return(it);
    kcase_result_free(result);
    return NULL;
}

static void *fetch(void *argument)
{
    cancelable *it = argument;
    pthread_setcanceltype(it->type, NULL);
    kcase_result_free(kcase_batch_next(batch, 700));
    note_return(it);
    return NULL;
}

/* Runs it on a thread, and cancels that in the middle. */
static void cancel_inside(void *(*call)(void *), int type)
{
    cancelable it = {.type = type, .state_after = PTHREAD_CANCEL_ENABLE};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, call, &it), 0);
    sleep_ms(200);
    assert_int_equal(pthread_cancel(thread), 0);
    void *end;
    pthread_join(thread, &end);
    assert_ptr_equal(end, PTHREAD_CANCELED);
    /* A cancellation that may come at any time comes as the call returns. */
    assert_true(it.has_returned || type == PTHREAD_CANCEL_ASYNCHRONOUS);
    assert_int_equal(it.state_after, PTHREAD_CANCEL_ENABLE);
}

static void expect_slots_to_stay(int type)
{
    int silent = 2;
    use_raw_server(answer_after, &silent, ", \"max_connections\": 1");
    /* The request, and the reading of what came of it. */
    cancel_inside(cancel_case, type);
    int64_t start = clock_ms();
    kcase_result *result = kcase_cancel(test.client, CASE("02"), "{\"timeout_ms\": 5000}");
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    assert_true(clock_ms() - start < 2000);
    kcase_result_free(result);
}

static void a_connection_is_not_lost(void **state)
{
    (void)state;
    expect_slots_to_stay(PTHREAD_CANCEL_DEFERRED);
}

static void nor_by_a_cancellation_at_any_time(void **state)
{
    (void)state;
    expect_slots_to_stay(PTHREAD_CANCEL_ASYNCHRONOUS);
}

static void expect_batch_to_go_on(int type)
{
    int silent = 1;
    use_raw_server(answer_after, &silent, "");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), "{\"timeout_ms\": 1500}");
    cancel_inside(fetch, type);
    batch_add(batch, CASE("02"), NULL);
    kcase_result *result = kcase_batch_next(batch, 1000);
    assert_non_null(result);
    assert_string_equal(kcase_result_case_id(result), CASE("02"));
    kcase_result_free(result);
}

static void the_next_caller_of_a_batch_does_not_wait_for_ever(void **state)
{
    (void)state;
    expect_batch_to_go_on(PTHREAD_CANCEL_DEFERRED);
}

static void nor_after_a_cancellation_at_any_time(void **state)
{
    (void)state;
    expect_batch_to_go_on(PTHREAD_CANCEL_ASYNCHRONOUS);
}

static void *use_while_not_cancelable(void *argument)
{
    (void)argument;
    int before, after;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    kcase_result_free(kcase_cancel(test.client, CASE("01"), NULL));
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &after);
    return after == PTHREAD_CANCEL_DISABLE ? test.client : NULL;
}

static void a_thread_that_is_not_to_be_canceled_stays_so(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, use_while_not_cancelable, NULL), 0);
    pthread_cancel(thread);
    void *end;
    pthread_join(thread, &end);
    assert_ptr_equal(end, test.client);
}

int main(void)
{
    /* A lost lock shows as a call that never returns. */
    alarm(60);
    const struct CMUnitTest statements[] = {
        in_a_batch(a_connection_is_not_lost),
        in_a_batch(nor_by_a_cancellation_at_any_time),
        in_a_batch(the_next_caller_of_a_batch_does_not_wait_for_ever),
        in_a_batch(nor_after_a_cancellation_at_any_time),
        in_a_batch(a_thread_that_is_not_to_be_canceled_stays_so),
    };
    return run_statements("canceled_threads", statements, batch_suite_setup, suite_teardown);
}
