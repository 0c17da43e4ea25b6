/* Batches that are freed with cases in flight, and clients that are freed before their batch. */
#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "raw_server.h"
#include "text.h"

static void a_batch_may_be_freed_in_the_midst_of_it(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(gate_handler, &held, "");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 30);
    work_until_requests(8);
    int64_t start = clock_ms();
    kcase_batch_free(batch);
    batch = NULL;
    assert_in_range(clock_ms() - start, 0, late_ms_max);
    assert_true(raw_wait_for_closed(server, 8));
    assert_int_equal(raw_request_count(server), 8);
    gate_open(&held);
}

static void a_batch_may_be_freed_in_every_phase(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "[{\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"rate\": 0.3},"
                            " {\"kind\": \"slow\", \"delay_ms\": 10, \"on\": \"read\"}]");
    int before = count_descriptors();
    for (int round = 0; round < 40; round++) {
        if (round % 10 == 0) sandbox_revoke_tokens(&test.box);
        kcase_batch *one = batch_of(test.client, NULL);
        if (round % 2 == 0) assert_true(kcase_batch_fd(one) >= 0);
        batch_add_cases(one, 1 + round, 20);
        if (round % 5 == 0) batch_add(one, "", NULL);
        for (int time = 0; time < round % 8; time++) kcase_result_free(kcase_batch_next(one, time));
        if (round % 3 == 0) kcase_batch_interrupt(one);
        kcase_batch_free(one);
    }
    assert_int_equal(count_descriptors(), before);
}

static void a_client_may_be_freed_before_its_batch(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 30);
    kcase_result_free(batch_fetch(batch));
    kcase_client_free(test.client);
    test.client = NULL;
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 29);
    batch_add_cases(batch, 101, 30);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 30);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_batch_may_be_freed_in_the_midst_of_it),
        in_a_batch(a_batch_may_be_freed_in_every_phase),
        in_a_batch(a_client_may_be_freed_before_its_batch),
    };
    return run_statements("batch_free", statements, batch_suite_setup, suite_teardown);
}
