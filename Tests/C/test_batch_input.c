/* Batches: NULL, wrong case ids and wrong options. */
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

static void no_batch_is_closed_and_empty(void **state)
{
    (void)state;
    assert_int_equal(kcase_batch_add(NULL, CASE_CANCELABLE, NULL), KCASE_BATCH_CLOSED);
    assert_int_equal(kcase_batch_add(NULL, NULL, "{"), KCASE_BATCH_CLOSED);
    assert_null(kcase_batch_next(NULL, 0));
    assert_null(kcase_batch_next(NULL, -1));
    assert_int_equal(kcase_batch_pending(NULL), 0);
    assert_int_equal(kcase_batch_fd(NULL), -1);
    assert_string_equal(kcase_batch_stats(NULL), "{}");
    kcase_batch_interrupt(NULL);
    kcase_batch_free(NULL);
}

static void wrong_input_is_taken_and_invalid(void **state)
{
    (void)state;
    static const struct {
        const char *id, *options, *words;
        int tag;
    } inputs[] = {
        {NULL, "{\"tag\": \"1\"}", "NULL", 1},
        {"", "{\"tag\": \"2\"}", "empty", 2},
        {"a/b", "{\"tag\": \"3\"}", "case_id", 3},
        {"..", "{\"tag\": \"4\"}", "..", 4},
        {"\xFF", "{\"tag\": \"5\"}", "UTF-8", 5},
        {CASE_CANCELABLE, "{\"tag\": \"6\", \"tags\": 1}", "tags", -1},
        {CASE_CANCELABLE, "{\"tag\": \"7\", \"timeout_ms\": 0}", "timeout_ms", -1},
        {CASE_CANCELABLE, "{\"tag\": 8}", "tag", -1},
        {CASE_CANCELABLE, "{", "options", -1},
        {CASE_CANCELABLE, " x", "options", -1},
        {CASE_CANCELABLE, "[]", "options", -1},
        {CASE_CANCELABLE, "{\"max_in_flight\": 1}", "max_in_flight", -1},
    };
    enum { count = sizeof inputs / sizeof inputs[0] };
    batch = batch_of(test.client, NULL);
    for (int index = 0; index < count; index++) batch_add(batch, inputs[index].id, inputs[index].options);
    assert_int_equal(kcase_batch_pending(batch), count);
    for (int index = 0; index < count; index++) {
        kcase_result *result = kcase_batch_next(batch, 0); /* they are there at once, and in order */
        expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
        if (!text_has(kcase_result_message(result), inputs[index].words)) {
            fail_msg("\"%s\" is not in: %s", inputs[index].words, kcase_result_message(result));
        }
        assert_int_equal(tag_of(result), inputs[index].tag);
        kcase_result *alone = kcase_cancel(test.client, inputs[index].id, inputs[index].options);
        assert_string_equal(kcase_result_message(result), kcase_result_message(alone));
        assert_string_equal(kcase_result_case_id(result), kcase_result_case_id(alone));
        kcase_result_free(alone);
        kcase_result_free(result);
    }
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

static void wrong_input_does_not_harm_the_rest(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    for (int round = 0; round < 10; round++) {
        batch_add_cases(batch, 1 + round * 5, 5);
        batch_add(batch, "a/b", NULL);
    }
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 50);
    batch_check_stats(batch);
}

/* No batch, and an error that has the word; without a place for the error, too. */
static void expect_no_batch(kcase_client *client, const char *options, const char *word)
{
    kcase_result *error = NULL;
    assert_null(kcase_batch_new(client, options, &error));
    expect_claim(error, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(error), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(error));
    }
    kcase_result_free(error);
    assert_null(kcase_batch_new(client, options, NULL));
}

static void a_batch_needs_a_client_and_options_that_are_known(void **state)
{
    (void)state;
    expect_no_batch(NULL, NULL, "client");
    expect_no_batch(NULL, "{}", "client");
    expect_no_batch(test.client, "\"\"", "options");
    expect_no_batch(test.client, "{", "options");
    expect_no_batch(test.client, "[]", "options");
    expect_no_batch(test.client, "{\"max_inflight\": 1}", "max_inflight");
    expect_no_batch(test.client, "{\"timeout_ms\": 1000}", "timeout_ms");
    expect_no_batch(test.client, "{\"max_pending\": 1, \"max_pending\": 1}", "max_pending");
    expect_no_batch(test.client, "{\"max_pending\": \"1\"}", "max_pending");
    expect_no_batch(test.client, "{\"max_in_flight\": 1.5}", "max_in_flight");
    expect_no_batch(test.client, "{\"http2\": 1}", "http2");
    expect_no_batch(test.client, "{\"http2\": \"true\"}", "http2");
    char *spaces = text_repeat(" ", 65536);
    char *options = text_format("{}%s", spaces);
    expect_no_batch(test.client, options, "65536");
    free(options);
    free(spaces);
}

static void options_have_the_ranges_that_the_header_names(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int most;
    } options[] = {{"max_in_flight", 1024}, {"max_pending", 1000000}};
    for (int index = 0; index < 2; index++) {
        const int numbers[] = {1, options[index].most, -1, 0, options[index].most + 1};
        for (int number = 0; number < 5; number++) {
            char *text = text_format("{\"%s\": %d}", options[index].key, numbers[number]);
            if (number < 2) kcase_batch_free(batch_of(test.client, text));
            else expect_no_batch(test.client, text, options[index].key);
            free(text);
        }
    }
    static const char *const fine[] = {
        "", " \n", "{}", "{\"http2\": false}", "{\"http2\": true, \"max_pending\": null}"};
    for (int index = 0; index < 5; index++) kcase_batch_free(batch_of(test.client, fine[index]));
}

static void an_error_is_unset_on_success(void **state)
{
    (void)state;
    kcase_result *error = (kcase_result *)&error;
    batch = kcase_batch_new(test.client, NULL, &error);
    assert_non_null(batch);
    assert_null(error);
}

static void for_want_of_descriptors_there_is_no_batch(void **state)
{
    (void)state;
    int count = use_up_descriptors();
    kcase_result *error = NULL;
    kcase_batch *none = kcase_batch_new(test.client, NULL, &error);
    give_back_descriptors(count);
    assert_null(none);
    expect_well_formed(error);
    assert_int_equal(kcase_result_outcome(error), KCASE_NOT_SENT);
    kcase_result_free(error);
    /* and that is over with the want */
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(no_batch_is_closed_and_empty),
        in_a_batch(wrong_input_is_taken_and_invalid),
        in_a_batch(wrong_input_does_not_harm_the_rest),
        in_a_batch(a_batch_needs_a_client_and_options_that_are_known),
        in_a_batch(options_have_the_ranges_that_the_header_names),
        in_a_batch(an_error_is_unset_on_success),
        in_a_batch(for_want_of_descriptors_there_is_no_batch),
    };
    return run_statements("batch_input", statements, batch_suite_setup, suite_teardown);
}
