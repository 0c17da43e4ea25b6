/* Batches and single calls on several threads. */
#include <pthread.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

static void a_batch_and_single_calls_go_on_at_once(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 150);
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_twenty, NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 150);
    void *alone;
    pthread_join(thread, &alone);
    assert_int_equal((long)alone, 20);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 170);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 170);
}

static void *fetch_all_of(void *its_batch) { return (void *)batch_fetch_all(its_batch, KCASE_CANCELED); }

static void two_batches_of_a_client_on_two_threads(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_batch *other = batch_of(test.client, NULL);
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 100);
    batch_add_cases(other, 101, 100);
    pthread_t thread;
    pthread_create(&thread, NULL, fetch_all_of, other);
    long canceled = batch_fetch_all(batch, KCASE_CANCELED);
    void *others;
    pthread_join(thread, &others);
    kcase_batch_free(other);
    assert_int_equal(canceled, 100);
    assert_int_equal((long)others, 100);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 200);
}

static void *add_and_fetch(void *first)
{
    long fetched = 0;
    for (int number = 0; number < 50; number++) {
        char *id = sandbox_case((int)(long)first + number);
        if (kcase_batch_add(batch, id, NULL) != KCASE_BATCH_ADDED) abort();
        free(id);
        kcase_result *result = kcase_batch_next(batch, number % 2);
        if (result == NULL) continue;
        fetched++;
        kcase_result_free(result);
        if (kcase_batch_pending(batch) < 0 || kcase_batch_fd(batch) < 0) abort();
    }
    return (void *)fetched;
}

static void many_threads_may_use_one_batch_in_turn(void **state)
{
    (void)state;
    enum { threads = 6 };
    batch = batch_of(test.client, NULL);
    pthread_t all[threads];
    for (long index = 0; index < threads; index++) {
        pthread_create(&all[index], NULL, add_and_fetch, (void *)(1 + 50 * index));
    }
    long fetched = 0;
    for (int index = 0; index < threads; index++) {
        void *count;
        pthread_join(all[index], &count);
        fetched += (long)count;
    }
    long left = (long)kcase_batch_pending(batch);
    assert_int_equal(fetched + left, 50 * threads);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), left);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 50 * threads);
    batch_check_stats(batch);
}

static void *count_pending(void *moment)
{
    int64_t pending = kcase_batch_pending(batch);
    *(int64_t *)moment = clock_ms();
    return (void *)(long)pending;
}

static void a_call_waits_until_the_one_before_has_returned(void **state)
{
    (void)state;
    make_unanswered_batch();
    int64_t counted_ms = 0;
    int64_t start = clock_ms();
    pthread_t thread;
    assert_null(kcase_batch_next(batch, 50));
    pthread_create(&thread, NULL, count_pending, &counted_ms);
    assert_null(kcase_batch_next(batch, 300));
    void *pending;
    pthread_join(thread, &pending);
    assert_int_equal((long)pending, 10);
    assert_true(counted_ms >= start);
    batch_check_stats(batch);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_batch_and_single_calls_go_on_at_once),
        in_a_batch(two_batches_of_a_client_on_two_threads),
        in_a_batch(many_threads_may_use_one_batch_in_turn),
        in_a_batch(a_call_waits_until_the_one_before_has_returned),
    };
    return run_statements("batch_threads", statements, batch_suite_setup, suite_teardown);
}
