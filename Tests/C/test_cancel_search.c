/* kcase_cancel_search: no reading shows what became of a search, so its answers alone must do. */
#include <stdlib.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

#define DATA(digits) CASE(digits) ".service-employment"

static kcase_result *cancel(const char *case_data_id, const char *search_id, const char *options)
{
    kcase_result *result = kcase_cancel_search(test.client, case_data_id, search_id, options);
    expect_well_formed(result);
    return result;
}

static void a_search_is_canceled(void **state)
{
    (void)state;
    kcase_result *result = cancel(DATA("01"), "search-1", "{\"tag\": \"x\"}");
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel_search 200");
    assert_string_equal(kcase_result_case_id(result), DATA("01"));
    expect_member(result, "search_id", "\"search-1\"");
    expect_member(result, "tag", "\"x\"");
    assert_string_equal(kcase_result_message(result), "The search is canceled.");
    kcase_result_free(result);
    assert_true(sandbox_search_canceled(&test.box, DATA("01"), "search-1"));
    assert_false(sandbox_search_canceled(&test.box, DATA("01"), "search-2"));
}

static void the_other_success_counts_too(void **state)
{
    (void)state;
    kcase_result_free(cancel(DATA("01"), "search-1", NULL));
    kcase_result *again = cancel(DATA("01"), "search-1", NULL);
    expect_claim(again, .outcome = KCASE_CANCELED, .status = 204, .evidence = "response",
        .attempts = "cancel_search 204");
    kcase_result_free(again);
}

static void what_is_not_there(void **state)
{
    (void)state;
    kcase_result *search = cancel(DATA("01"), "search-9", NULL);
    expect_claim(search, .outcome = KCASE_NOT_FOUND, .status = 404, .evidence = "response",
        .attempts = "cancel_search 404, check 200");
    kcase_result_free(search);
    kcase_result *others = cancel(DATA("15"), "search-1", NULL);
    assert_int_equal(kcase_result_outcome(others), KCASE_DENIED);
    kcase_result_free(others);
}

/* With a fault, and what is claimed then. */
static void expect_after(const char *rule, int32_t outcome)
{
    sandbox_reset(&test.box);
    use_client("");
    sandbox_fault(&test.box, rule);
    kcase_result *result = cancel(DATA("01"), "search-1", "{\"timeout_ms\": 3000}");
    if (kcase_result_outcome(result) != outcome) fail_msg("%s: %s", rule, kcase_result_json(result));
    kcase_result_free(result);
}

#define ON_SEARCH "\"on\": \"cancel_search\""

static void each_documented_answer(void **state)
{
    (void)state;
    expect_after("{\"kind\": \"status\", \"status\": 400, " ON_SEARCH "}", KCASE_FAILED);
    expect_after("{\"kind\": \"status\", \"status\": 401, " ON_SEARCH "}", KCASE_DENIED);
    expect_after("{\"kind\": \"status\", \"status\": 403, " ON_SEARCH "}", KCASE_DENIED);
    expect_after("{\"kind\": \"status\", \"status\": 404, " ON_SEARCH "}", KCASE_NOT_FOUND);
    expect_after("{\"kind\": \"status\", \"status\": 422, " ON_SEARCH "}", KCASE_REFUSED);
    expect_after("{\"kind\": \"status\", \"status\": 500, " ON_SEARCH "}", KCASE_UNKNOWN);
}

static void what_would_have_to_be_read_is_unknown(void **state)
{
    (void)state;
    expect_after("{\"kind\": \"reset_before\", \"effect\": \"before\", " ON_SEARCH "}", KCASE_UNKNOWN);
    expect_after("{\"kind\": \"empty\", \"status\": 504, " ON_SEARCH "}", KCASE_UNKNOWN);
    expect_after("{\"kind\": \"empty\", \"status\": 202, " ON_SEARCH "}", KCASE_UNKNOWN);
    expect_after("{\"kind\": \"answer\", \"form\": \"login_page\", " ON_SEARCH "}", KCASE_UNKNOWN);
    expect_after("{\"kind\": \"answer\", \"form\": \"block_page\", " ON_SEARCH "}", KCASE_FAILED);
    expect_after("{\"kind\": \"answer\", \"form\": \"router_page\", " ON_SEARCH "}", KCASE_FAILED);
    /* Lost once, accepted the second time. */
    expect_after("{\"kind\": \"close_before\", \"times\": 1, " ON_SEARCH "}", KCASE_CANCELED);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *case_data_id, *search_id, *options, *word;
    } given[] = {
        {NULL, "s", NULL, "case_data_id: must not be NULL"},
        {"d", NULL, NULL, "search_id: must not be NULL"},
        {"", "s", NULL, "case_data_id: must not be empty"},
        {"d", "", NULL, "search_id: must not be empty"},
        {"a/b", "s", NULL, "case_data_id: "},
        {"d", "..", NULL, "search_id: "},
        {"d", "a b", NULL, "search_id: "},
        {"d", "s", "{\"confirmed\": true}", "confirm"},
    };
    for (size_t index = 0; index < sizeof given / sizeof given[0]; index++) {
        kcase_result *result =
            cancel(given[index].case_data_id, given[index].search_id, given[index].options);
        expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
        if (!text_has(kcase_result_message(result), given[index].word)) {
            fail_msg("%s", kcase_result_message(result));
        }
        kcase_result_free(result);
    }
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(a_search_is_canceled),
        statement(the_other_success_counts_too),
        statement(what_is_not_there),
        statement(each_documented_answer),
        statement(what_would_have_to_be_read_is_unknown),
        statement(bad_input_is_refused),
    };
    return run_statements("cancel_search", statements, suite_setup, suite_teardown);
}
