/* The rate of requests, and what a server does to it that asks for less. */
#include <pthread.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

/* How long it takes, at least, to begin so many requests at so many a second: what an idle client may begin
 * at once (a twentieth of a second's) and the first are free, and clocks tick in milliseconds. */
static int64_t least_ms(int requests, int rate)
{
    return (int64_t)(requests - 1 - rate / 20) * 1000 / rate - 20;
}

static void a_rate_is_kept(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 40");
    batch = batch_of(test.client, NULL);
    assert_int_equal(batch_number(batch, "rate_limit"), 40);
    batch_add_cases(batch, 1, 40);
    int64_t start = clock_ms();
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 40);
    assert_in_range(clock_ms() - start, least_ms(40, 40), 10000);
}

static void a_rate_counts_requests_of_every_kind(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, ", \"rate_per_second\": 40");
    batch = batch_of(test.client, NULL);
    /* and each is read back */
    static const char *const ids[] = {CASE("06"), CASE("07"), CASE("08"), CASE("09")};
    for (int number = 0; number < 13; number++) batch_add(batch, ids[number % 4], NULL);
    int64_t start = clock_ms();
    assert_int_equal(batch_fetch_all(batch, KCASE_REFUSED), 13);
    assert_in_range(clock_ms() - start, least_ms(27, 40), 10000);
    assert_int_equal(sandbox_totals(&test.box).requests, 27);
}

static void a_rate_is_shared_by_all_of_the_client(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 50");
    batch = batch_of(test.client, NULL);
    kcase_batch *other = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    batch_add_cases(other, 101, 20);
    int64_t start = clock_ms();
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_twenty, NULL);
    long canceled = 0;
    while (kcase_batch_pending(batch) + kcase_batch_pending(other) > 0) {
        kcase_batch *const both[] = {batch, other};
        for (int index = 0; index < 2; index++) {
            kcase_result *result = kcase_batch_next(both[index], 5);
            if (result == NULL) continue;
            canceled += kcase_result_outcome(result) == KCASE_CANCELED;
            kcase_result_free(result);
        }
    }
    void *alone;
    pthread_join(thread, &alone);
    int64_t time = clock_ms() - start;
    kcase_batch_free(other);
    assert_int_equal(canceled, 40);
    assert_int_equal((long)alone, 20);
    assert_in_range(time, least_ms(60, 50), 15000);
}

static void without_a_rate_there_is_no_limit(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
    assert_int_equal(batch_number(batch, "rate_limit"), -1);
    assert_int_equal(batch_number(batch, "slowdowns"), 0);
}

static void a_server_that_asks_for_less_gets_less_and_later_more(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 5");
    sandbox_fault(&test.box, "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 429, \"times\": 1,"
                            " \"retry_after\": \"0\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 12);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(batch_number(batch, "slowdowns"), 1);
    assert_in_range(batch_number(batch, "rate_limit"), 1, 4);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 11);
    assert_int_equal(batch_number(batch, "rate_limit"), 5);
    assert_int_equal(batch_number(batch, "slowdowns"), 1);
    assert_int_equal(batch_number(batch, "retries"), 1);
}

static void a_client_without_a_rate_gets_one_when_the_server_asks_for_less(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 503, \"times\": 1,"
                            " \"retry_after\": \"0\"}");
    batch = batch_of(test.client, "{\"max_in_flight\": 1}");
    batch_add_cases(batch, 1, 8);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(batch_number(batch, "slowdowns"), 1);
    long limit = batch_number(batch, "rate_limit");
    assert_in_range(limit, 1, 1000);
    /* the pace is the whole client's */
    kcase_batch *other = batch_of(test.client, NULL);
    long others = batch_number(other, "rate_limit");
    kcase_batch_free(other);
    assert_int_equal(others, limit);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 7);
    assert_true(batch_number(batch, "rate_limit") > limit); /* it took more than a second */
}

static void a_server_that_answers_ever_later_gets_less(void **state)
{
    (void)state;
    use_client(", \"max_connections\": 4");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 60);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 60);
    long slowdowns = batch_number(batch, "slowdowns");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 700, \"on\": \"cancel\"}");
    batch_add_cases(batch, 61, 8);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 8);
    assert_true(batch_number(batch, "slowdowns") > slowdowns);
    assert_true(batch_number(batch, "rate_limit") > 0);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_rate_is_kept),
        in_a_batch(a_rate_counts_requests_of_every_kind),
        in_a_batch(a_rate_is_shared_by_all_of_the_client),
        in_a_batch(without_a_rate_there_is_no_limit),
        in_a_batch(a_server_that_asks_for_less_gets_less_and_later_more),
        in_a_batch(a_client_without_a_rate_gets_one_when_the_server_asks_for_less),
        in_a_batch(a_server_that_answers_ever_later_gets_less),
    };
    return run_statements("batch_pace", statements, batch_suite_setup, suite_teardown);
}
