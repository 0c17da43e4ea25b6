/* A client or a batch that is made, or used, while the process has no descriptors left: nothing is sent, the
 * call may be made again, and once there are descriptors it works. */
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

static void expect_not_sent_for_now(kcase_result *result)
{
    expect_well_formed(result);
    if (kcase_result_outcome(result) != KCASE_NOT_SENT || !kcase_result_is_retriable(result)) {
        fail_msg("%s", kcase_result_json(result));
    }
    kcase_result_free(result);
}

static void expect_canceled(kcase_client *client, const char *case_id)
{
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    if (kcase_result_outcome(result) != KCASE_CANCELED) fail_msg("%s", kcase_result_json(result));
    kcase_result_free(result);
}

/* With so many left. */
static void make_and_use_with(int left)
{
    int count = use_up_descriptors();
    char *base_url = text_format("http://127.0.0.1:%d", test.box.port);
    char *config = text_format("{\"base_url\": \"%s\", %s, \"max_attempts\": 1}", base_url, STATIC_TOKEN);
    for (int number = 0; number < left; number++) give_back_one(&count);
    kcase_client *client = kcase_client_new(config, NULL);
    kcase_result *result = client == NULL ? NULL : kcase_cancel(client, CASE("01"), NULL);
    give_back_descriptors(count);
    free(config);
    free(base_url);
    /* It may not be made at all; but it is not dead for life. */
    if (client == NULL) return;
    if (kcase_result_outcome(result) == KCASE_CANCELED) kcase_result_free(result);
    else expect_not_sent_for_now(result);
    expect_canceled(client, CASE("02"));
    kcase_client_interrupt(client);
    expect_canceled(client, CASE("03"));
    kcase_client_free(client);
}

static void a_client_that_was_made_without_them(void **state)
{
    (void)state;
    for (int left = 0; left < 8; left++) {
        sandbox_reset(&test.box);
        make_and_use_with(left);
    }
}

static void a_client_that_is_used_without_them(void **state)
{
    (void)state;
    for (int left = 0; left < 6; left++) {
        sandbox_reset(&test.box);
        use_client(", \"max_connections\": 1");
        int count = use_up_descriptors();
        for (int number = 0; number < left; number++) give_back_one(&count);
        kcase_result *result = kcase_cancel(test.client, CASE("01"), "{\"timeout_ms\": 2000}");
        give_back_descriptors(count);
        if (kcase_result_outcome(result) == KCASE_CANCELED) kcase_result_free(result);
        else expect_not_sent_for_now(result);
        expect_canceled(test.client, CASE("02"));
    }
}

static void a_batch_that_is_made_without_them(void **state)
{
    (void)state;
    for (int left = 0; left < 6; left++) {
        sandbox_reset(&test.box);
        use_client("");
        int count = use_up_descriptors();
        for (int number = 0; number < left; number++) give_back_one(&count);
        kcase_result *error = NULL;
        batch = kcase_batch_new(test.client, NULL, &error);
        kcase_result *result = NULL;
        if (batch != NULL) {
            batch_add(batch, CASE("01"), "{\"timeout_ms\": 2000}");
            (void)kcase_batch_fd(batch);
            result = kcase_batch_next(batch, 4000);
        }
        give_back_descriptors(count);
        if (batch == NULL) {
            expect_not_sent_for_now(error);
            batch = batch_of(test.client, NULL);
        } else {
            assert_non_null(result);
            if (kcase_result_outcome(result) == KCASE_CANCELED) kcase_result_free(result);
            else expect_not_sent_for_now(result);
        }
        batch_add(batch, CASE("02"), NULL);
        assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
        assert_true(kcase_batch_fd(batch) > 2);
        kcase_batch_free(batch);
        batch = NULL;
    }
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_client_that_was_made_without_them),
        in_a_batch(a_client_that_is_used_without_them),
        in_a_batch(a_batch_that_is_made_without_them),
    };
    return run_statements("scarce_descriptors", statements, batch_suite_setup, suite_teardown);
}
