/* kcase_batch_take: the result is in the host's memory before anything can keep the host from it. */
#include <pthread.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

/* What a pointer holds that was never written. */
static kcase_result *const untouched = (kcase_result *)&batch;

static void every_result_is_taken_once(void **state)
{
    (void)state;
    enum { count = 40 };
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, count);
    bool seen[count + 1] = {false};
    for (int number = 1; number <= count; number++) {
        kcase_result *result = untouched;
        assert_int_equal(kcase_batch_take(batch, -1, &result), KCASE_BATCH_TAKEN);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        assert_false(seen[tag_of(result)]);
        seen[tag_of(result)] = true;
        kcase_result_free(result);
    }
    batch_check_stats(batch);
    kcase_result *result = untouched;
    assert_int_equal(kcase_batch_take(batch, -1, &result), KCASE_BATCH_NONE);
    assert_null(result);
}

static void where_none_comes_in_time_there_is_none(void **state)
{
    (void)state;
    make_unanswered_batch();
    kcase_result *result = untouched;
    assert_int_equal(kcase_batch_take(batch, 0, &result), KCASE_BATCH_NONE);
    assert_null(result);
    result = untouched;
    assert_int_equal(kcase_batch_take(batch, 50, &result), KCASE_BATCH_NONE);
    assert_null(result);
    assert_int_equal(kcase_batch_pending(batch), 10);
}

static void without_a_batch_none_will_come(void **state)
{
    (void)state;
    kcase_result *result = untouched;
    assert_int_equal(kcase_batch_take(NULL, -1, &result), KCASE_BATCH_CLOSED);
    assert_null(result);
    assert_int_equal(kcase_batch_take(NULL, -1, NULL), KCASE_BATCH_CLOSED);
}

static void without_a_place_for_it_the_result_stays(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    assert_int_equal(kcase_batch_take(batch, -1, NULL), KCASE_BATCH_CLOSED);
    assert_int_equal(kcase_batch_pending(batch), 1);
    kcase_result *result = NULL;
    assert_int_equal(kcase_batch_take(batch, -1, &result), KCASE_BATCH_TAKEN);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
}

/* A thread that takes, and the place where it wants the result. */
typedef struct {
    int type;
    kcase_result *result;
} taker;

static void *take_forever(void *argument)
{
    taker *it = argument;
    pthread_setcanceltype(it->type, NULL);
    while (kcase_batch_take(batch, -1, &it->result) == KCASE_BATCH_NONE) pthread_testcancel();
    pthread_testcancel();
    /* Where it is canceled too late, it ends like this; the result is there all the same. */
    return NULL;
}

static void answer_late(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    sleep_ms(150);
    raw_answer(peer, 200, "", "{}");
}

static void expect_nothing_lost(int type)
{
    use_raw_server(answer_late, NULL, "");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    taker it = {.type = type};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, take_forever, &it), 0);
    assert_true(raw_wait_for_requests(server, 1));
    assert_int_equal(pthread_cancel(thread), 0);
    void *end;
    pthread_join(thread, &end);
    assert_ptr_equal(end, PTHREAD_CANCELED);
    assert_non_null(it.result);
    assert_int_equal(kcase_result_outcome(it.result), KCASE_CANCELED);
    assert_int_equal(kcase_batch_pending(batch), 0);
    kcase_result_free(it.result);
}

static void a_thread_that_is_canceled_meanwhile_loses_nothing(void **state)
{
    (void)state;
    expect_nothing_lost(PTHREAD_CANCEL_DEFERRED);
}

static void nor_does_one_that_may_be_canceled_at_any_instruction(void **state)
{
    (void)state;
    expect_nothing_lost(PTHREAD_CANCEL_ASYNCHRONOUS);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(every_result_is_taken_once),
        in_a_batch(where_none_comes_in_time_there_is_none),
        in_a_batch(without_a_batch_none_will_come),
        in_a_batch(without_a_place_for_it_the_result_stays),
        in_a_batch(a_thread_that_is_canceled_meanwhile_loses_nothing),
        in_a_batch(nor_does_one_that_may_be_canceled_at_any_instruction),
    };
    return run_statements("batch_take", statements, batch_suite_setup, suite_teardown);
}
