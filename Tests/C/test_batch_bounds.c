/* How many cases may be pending in a batch, and what an add says beyond that. */
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"

static void a_full_batch_takes_no_case_until_a_result_is_fetched(void **state)
{
    (void)state;
    batch = batch_of(test.client, "{\"max_pending\": 3}");
    batch_add_cases(batch, 1, 3);
    char *fourth = sandbox_case(4);
    assert_int_equal(kcase_batch_add(batch, fourth, NULL), KCASE_BATCH_FULL);
    assert_int_equal(kcase_batch_add(batch, "", NULL), KCASE_BATCH_FULL); /* be it right or wrong */
    assert_int_equal(kcase_batch_pending(batch), 3);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(kcase_batch_pending(batch), 2);
    batch_add(batch, fourth, NULL);
    assert_int_equal(kcase_batch_add(batch, fourth, NULL), KCASE_BATCH_FULL);
    free(fourth);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 3);
    batch_check_stats(batch);
}

static void what_is_finished_and_not_fetched_is_pending(void **state)
{
    (void)state;
    batch = batch_of(test.client, "{\"max_pending\": 20}");
    batch_add_cases(batch, 1, 5);
    for (int number = 0; number < 15; number++) batch_add(batch, "", NULL); /* ready at once */
    assert_int_equal(batch_number(batch, "ready"), 15);
    assert_int_equal(kcase_batch_pending(batch), 20);
    assert_int_equal(kcase_batch_add(batch, CASE_CANCELABLE, NULL), KCASE_BATCH_FULL);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(kcase_batch_pending(batch), 19);
    batch_add(batch, CASE_CANCELABLE, NULL);
    assert_int_equal(kcase_batch_add(batch, CASE_CANCELABLE, NULL), KCASE_BATCH_FULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 6);
}

static void one_may_be_pending(void **state)
{
    (void)state;
    batch = batch_of(test.client, "{\"max_pending\": 1}");
    for (int number = 1; number <= 5; number++) {
        batch_add_cases(batch, number, 1);
        assert_int_equal(kcase_batch_add(batch, CASE_CANCELABLE, NULL), KCASE_BATCH_FULL);
        kcase_result_free(batch_fetch(batch));
    }
}

static void a_thousand_and_24_are_pending_by_default(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    for (int number = 0; number < 1024; number++) batch_add(batch, "", NULL);
    assert_int_equal(kcase_batch_add(batch, "", NULL), KCASE_BATCH_FULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_INVALID), 1024);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_full_batch_takes_no_case_until_a_result_is_fetched),
        in_a_batch(what_is_finished_and_not_fetched_is_pending),
        in_a_batch(one_may_be_pending),
        in_a_batch(a_thousand_and_24_are_pending_by_default),
    };
    return run_statements("batch_bounds", statements, batch_suite_setup, suite_teardown);
}
