/* Each answer that the service gives to a cancel request, and the claim that it leads to. Every claim is
 * held against the sandbox's ledger. */
#include <stdlib.h>
#include <time.h>

#include "fixture.h"
#include "text.h"

/* The next cancel request is answered so, instead of being carried out. */
static void answer_cancel(const char *more)
{
    char *rule = text_format("{\"on\": \"cancel\", \"times\": 1, %s}", more);
    sandbox_fault(&test.box, rule);
    free(rule);
}

/* Every cancel request is answered so. */
static void answer_cancels(const char *more)
{
    char *rule = text_format("{\"on\": \"cancel\", %s}", more);
    sandbox_fault(&test.box, rule);
    free(rule);
}

/* --- Accepted ------------------------------------------------------------------------------------- */

static void an_accepted_request_cancels(void **state)
{
    (void)state;
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
}

static void an_acceptance_may_have_any_body_that_says_nothing_else(void **state)
{
    (void)state;
    static const char *const bodies[] = {"", "{}", "[]", "null", "true", "Done.", "  ",
        "{\\\"message\\\": \\\"Case canceled.\\\", \\\"statusCode\\\": 200, \\\"error\\\": null}"};
    static const int32_t statuses[] = {200, 201};
    for (size_t index = 0; index < 2 * sizeof bodies / sizeof bodies[0]; index++) {
        int32_t status = statuses[index % 2];
        sandbox_reset(&test.box);
        char *rule =
            text_format("\"kind\": \"status\", \"effect\": \"before\", \"status\": %d, \"body\": \"%s\"",
                status, bodies[index / 2]);
        char *attempts = text_format("cancel %d", status);
        answer_cancel(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = status, .evidence = "response",
            .attempts = attempts);
        free(rule);
        free(attempts);
    }
    answer_cancel("\"kind\": \"empty\", \"status\": 204, \"effect\": \"before\"");
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 204, .evidence = "response",
        .attempts = "cancel 204");
}

/* Answers with the status of a success: of somebody between, or of a service that says in the body that it
 * is none. */
static const char *const contradictions[] = {
    "\"kind\": \"html\", \"status\": 200",
    "\"kind\": \"status\", \"status\": 200, \"body\": \"{\\\"cases\\\": \"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"login_page\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"block_page\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"maintenance_page\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"index_page\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"error_message\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"success_false\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"ok_false\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"error_text\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"status_code\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"xml_fault\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"json_false\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"gzip\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"gzip_unmarked\"",
    "\"kind\": \"answer\", \"status\": 200, \"form\": \"case_not_canceled\"",
};

static void a_success_that_says_otherwise_is_read_back(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof contradictions / sizeof contradictions[0]; index++) {
        sandbox_reset(&test.box);
        char *rule = text_format("\"effect\": \"before\", %s", contradictions[index]);
        answer_cancel(rule);
        free(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "read_back",
            .attempts = "cancel 200, read 200");
    }
}

static void a_success_that_says_otherwise_and_was_none_is_unknown(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof contradictions / sizeof contradictions[0]; index++) {
        answer_cancel(contradictions[index]);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 200, .reason = "contradictory",
            .retriable = true, .attempts = "cancel 200, read 200, read 200");
    }
}

static void what_a_success_says_otherwise_is_told(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"answer\", \"form\": \"error_message\"");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    if (!text_has(kcase_result_message(result), "Task timed out")) {
        fail_msg("%s", kcase_result_message(result));
    }
    kcase_result_free(result);
}

static void a_202_is_read_back_since_the_work_is_not_done(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"empty\", \"status\": 202, \"effect\": true");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 202, .evidence = "read_back",
        .attempts = "cancel 202, read 200");
}

static void a_202_that_never_takes_effect_is_unknown(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"empty\", \"status\": 202");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 202, .reason = "unconfirmed",
        .retriable = true, .attempts = "cancel 202, read 200, read 200");
}

/* --- Not let in ----------------------------------------------------------------------------------- */

static void a_wrong_token_is_denied(void **state)
{
    (void)state;
    use_client_with("\"token\": \"" CANARY "\"", "");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_DENIED, .status = 401, .reason = "unauthorized",
        .evidence = "response", .attempts = "cancel 401");
}

static void a_token_that_the_server_repeats_is_not_told(void **state)
{
    (void)state;
    use_client_with("\"token\": \"" CANARY "\"", "");
    answer_cancel("\"kind\": \"status\", \"status\": 403, \"body\": \"{\\\"statusCode\\\": 403,"
                  " \\\"message\\\": \\\"bad token " CANARY "!\\\", \\\"error\\\": \\\"" CANARY "\\\"}\"");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "cancel 403");
    /* In a form that is not the service's, in which the words of others are quoted. */
    answer_cancels("\"kind\": \"status\", \"status\": 403, \"body\": \"{"
                   "\\\"message\\\": \\\"bad token " CANARY "!\\\", \\\"error\\\": \\\"" CANARY "\\\"}\"");
    sandbox_fault(&test.box, "{\"kind\": \"answer\", \"form\": \"block_page\", \"on\": \"read\"}");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 403, .reason = "blocked",
        .evidence = "response", .retriable = true,
        .attempts = "cancel 403, cancel 403, read 403, read 403");
}

static void a_pair_of_keys_mints_a_token_once(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "authenticate 200, cancel 200");
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
}

static void a_revoked_token_is_minted_again_once(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "authenticate 200, cancel 200");
    sandbox_revoke_tokens(&test.box);
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 401, authenticate 200, cancel 200");
}

static void a_revoked_token_costs_no_attempt(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_result_free(kcase_check(test.client));
    sandbox_revoke_tokens(&test.box);
    expect_cancel_with("{\"max_attempts\": 1}", CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200,
        .evidence = "response", .attempts = "cancel 401, authenticate 200, cancel 200");
}

static void a_revoked_token_is_minted_again_for_a_reading_too(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    answer_cancel("\"kind\": \"status\", \"status\": 500, \"effect\": true");
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 401, \"on\": \"read\", \"times\": 1}");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 500, .evidence = "read_back",
        .attempts = "authenticate 200, cancel 500, read 401, authenticate 200, read 200");
}

static void a_fresh_token_that_is_not_accepted_either_is_denied(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    answer_cancels("\"kind\": \"status\", \"status\": 401");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_DENIED, .status = 401, .reason = "unauthorized",
        .evidence = "response", .attempts = "authenticate 200, cancel 401, authenticate 200, cancel 401");
}

static void a_token_that_was_revoked_behind_a_403_is_minted_again(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_result_free(kcase_check(test.client));
    answer_cancel("\"kind\": \"revoke\", \"status\": 403, \"tokens\": \"minted\"");
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 403, authenticate 200, cancel 200");
}

static void a_403_mints_a_token_once_in_some_minutes(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    expect_cancel(CASE_OF_OTHERS, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "authenticate 200, cancel 403, authenticate 200, cancel 403");
    expect_cancel(CASE_OF_OTHERS, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "cancel 403");
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 2);
}

static void a_page_in_front_of_the_service_blocks_and_denies_nothing(void **state)
{
    (void)state;
    static const char *const pages[] = {"\"form\": \"block_page\"", "\"form\": \"gateway_message\"",
        "\"form\": \"plain_text\"", "\"form\": \"login_page\""};
    static const int32_t statuses[] = {401, 403};
    for (size_t index = 0; index < 2 * sizeof pages / sizeof pages[0]; index++) {
        int32_t status = statuses[index % 2];
        char *rule = text_format("\"kind\": \"answer\", \"status\": %d, %s", status, pages[index / 2]);
        char *twice = text_format("cancel %d, cancel %d, read 200, read 200", status, status);
        char *once = text_format("cancel %d, cancel 200", status);
        sandbox_reset(&test.box);
        answer_cancels(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = status, .reason = "blocked",
            .evidence = "read_back", .retriable = true, .attempts = twice);
        sandbox_clear_faults(&test.box);
        answer_cancel(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = once);
        free(rule);
        free(twice);
        free(once);
    }
}

static void a_wrong_pair_of_keys_is_denied(void **state)
{
    (void)state;
    use_client_with("\"api_key\": \"" CANARY "\", \"client_access_token\": \"" CANARY "\"", "");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_DENIED, .status = 403, .reason = "credentials",
        .evidence = "response", .attempts = "authenticate 403");
}

static void without_a_token_nothing_is_sent(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 503, \"on\": \"auth\"}");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_NOT_SENT, .status = 503, .reason = "authentication",
        .retriable = true, .attempts = "authenticate 503, authenticate 503");
}

static void a_case_of_others_is_denied(void **state)
{
    (void)state;
    expect_cancel(CASE_OF_OTHERS, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "cancel 403");
}

static void a_404_for_a_case_that_can_be_read_is_not_believed(void **state)
{
    (void)state;
    answer_cancels("\"kind\": \"empty\", \"status\": 404");
    expect_cancel(CASE_CANCELED, .outcome = KCASE_ALREADY_CANCELED, .status = 404, .evidence = "read_back",
        .attempts = "cancel 404, read 200");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 404, .reason = "rejected",
        .evidence = "read_back", .attempts = "cancel 404, read 200, read 200");
    sandbox_clear_faults(&test.box);
    answer_cancels("\"kind\": \"answer\", \"form\": \"router_json\"");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 404, .reason = "not_the_service",
        .evidence = "read_back", .retriable = true, .attempts = "cancel 404, read 200, read 200");
}

static void an_address_that_answers_404_to_everything_is_not_the_service(void **state)
{
    (void)state;
    static const char *const forms[] = {"empty", "router_json", "router_page", "default_backend", "own"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        /* An empty body and the service's own words are asked about once more. */
        bool is_like_the_service = text_equal(forms[index], "empty") || text_equal(forms[index], "own");
        char *rule = text_format(
            "{\"on\": \"any\", \"kind\": \"answer\", \"status\": 404, \"form\": \"%s\"}", forms[index]);
        sandbox_reset(&test.box);
        sandbox_fault(&test.box, rule);
        free(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 404, .reason = "not_the_service",
            .evidence = "response", .retriable = true,
            .attempts = is_like_the_service ? "cancel 404, read 404, check 404" : "cancel 404, read 404");
    }
}

static void a_case_that_is_none_is_not_found(void **state)
{
    (void)state;
    expect_cancel(CASE_UNHEARD_OF, .outcome = KCASE_NOT_FOUND, .status = 404, .evidence = "read_back",
        .attempts = "cancel 404, read 403");
}

/* --- Refused -------------------------------------------------------------------------------------- */

static void a_started_case_is_refused(void **state)
{
    (void)state;
    static const char *const ids[] = {CASE("06"), CASE("07"), CASE("08"), CASE("09")};
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        expect_cancel(ids[index], .outcome = KCASE_REFUSED, .status = 422, .reason = "already_started",
            .evidence = "read_back", .attempts = "cancel 422, read 200");
    }
}

static void a_case_that_the_server_is_unable_to_cancel_is_refused(void **state)
{
    (void)state;
    static const char *const ids[] = {CASE("10"), CASE("11"), CASE("12"), CASE("13")};
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        expect_cancel(ids[index], .outcome = KCASE_REFUSED, .status = 422, .reason = "unable",
            .evidence = "read_back", .attempts = "cancel 422, read 200, read 200");
    }
}

static void a_refusal_is_read_twice_a_settle_time_apart(void **state)
{
    (void)state;
    use_client(", \"settle_ms\": 300");
    int64_t begin = clock_ms();
    expect_cancel(CASE_UNABLE, .outcome = KCASE_REFUSED, .status = 422, .reason = "unable",
        .evidence = "read_back", .attempts = "cancel 422, read 200, read 200");
    assert_in_range(clock_ms() - begin, 300, 2000);
    begin = clock_ms();
    expect_cancel_with("{\"timeout_ms\": 250}", CASE_UNABLE, .outcome = KCASE_UNKNOWN, .status = 422,
        .reason = "rejected", .retriable = true, .attempts = "cancel 422, read 200");
    assert_in_range(clock_ms() - begin, 0, 1250);
}

static void a_reading_that_lags_is_waited_for(void **state)
{
    (void)state;
    use_client(", \"settle_ms\": 400");
    sandbox_fault(&test.box, "{\"on\": \"read\", \"kind\": \"lag\", \"lag_ms\": 200}");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_ALREADY_CANCELED, .status = 422, .evidence = "read_back",
        .attempts = "cancel 422, read 200, read 200");
}

static void a_refusal_in_the_servers_words(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel(test.client, CASE_ALREADY_STARTED, NULL);
    assert_string_equal(kcase_result_message(result), "Cannot cancel a case that has already started.");
    expect_member(result, "error", "\"Unprocessable Entity\"");
    expect_member(result, "case.canceled", "false");
    kcase_result_free(result);
    result = kcase_cancel(test.client, CASE_UNABLE, NULL);
    assert_string_equal(kcase_result_message(result), "Unable to cancel case.");
    kcase_result_free(result);
}

static void a_refusal_in_other_words_has_reason_other(void **state)
{
    (void)state;
    static const char *const messages[] = {"\\\"Service cannot be canceled.\\\"",
        /* Documented sentences count whole. */
        "\\\"Cannot cancel a case that has already started, or was it archived?\\\"",
        "[\\\"Unable to cancel case.\\\", \\\"It is locked.\\\"]"};
    for (size_t index = 0; index < sizeof messages / sizeof messages[0]; index++) {
        char *rule = text_format("\"kind\": \"status\", \"status\": 422, "
                                 "\"body\": \"{\\\"statusCode\\\": 422, \\\"message\\\": %s}\"",
            messages[index]);
        answer_cancel(rule);
        free(rule);
        expect_cancel(CASE("01"), .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
            .evidence = "read_back", .attempts = "cancel 422, read 200, read 200");
    }
}

static void a_refusal_in_a_form_that_is_not_the_services_has_failed(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "\"kind\": \"html\", \"status\": 422",
        "\"kind\": \"empty\", \"status\": 422",
        "\"kind\": \"html\", \"status\": 409",
        "\"kind\": \"empty\", \"status\": 409",
        "\"kind\": \"status\", \"status\": 422, \"body\": "
        "\"{\\\"message\\\": \\\"Unable to cancel case.\\\"}\"",
    };
    static const int32_t statuses[] = {422, 422, 409, 409, 422};
    for (size_t index = 0; index < sizeof answers / sizeof answers[0]; index++) {
        char *attempts = text_format("cancel %d, read 200, read 200", statuses[index]);
        answer_cancel(answers[index]);
        expect_cancel(CASE("02"), .outcome = KCASE_FAILED, .status = statuses[index],
            .reason = "not_the_service", .evidence = "read_back", .retriable = true, .attempts = attempts);
        free(attempts);
    }
}

static void a_conflict_that_passes_is_none(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"status\", \"status\": 409");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 409, cancel 200");
}

static void a_conflict_that_stays_is_a_refusal_for_now(void **state)
{
    (void)state;
    answer_cancels("\"kind\": \"status\", \"status\": 409");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_REFUSED, .status = 409, .reason = "other",
        .evidence = "read_back", .retriable = true,
        .attempts = "cancel 409, cancel 409, read 200, read 200");
}

static void a_canceled_case_is_already_canceled(void **state)
{
    (void)state;
    expect_cancel(CASE_CANCELED, .outcome = KCASE_ALREADY_CANCELED, .status = 422,
        .evidence = "read_back", .attempts = "cancel 422, read 200");
    answer_cancels("\"kind\": \"status\", \"status\": 409");
    expect_cancel(CASE_CANCELED, .outcome = KCASE_ALREADY_CANCELED, .status = 409,
        .evidence = "read_back", .attempts = "cancel 409, cancel 409, read 200");
}

static void a_case_is_canceled_once_and_then_already_canceled(void **state)
{
    (void)state;
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_ALREADY_CANCELED, .status = 422,
        .evidence = "read_back", .attempts = "cancel 422, read 200");
}

/* --- Not liked ------------------------------------------------------------------------------------ */

static void a_request_that_is_rejected_has_failed(void **state)
{
    (void)state;
    static const int32_t statuses[] = {400, 405, 410, 418, 451};
    for (size_t index = 0; index < sizeof statuses / sizeof statuses[0]; index++) {
        char *rule = text_format("\"kind\": \"empty\", \"status\": %d", statuses[index]);
        char *attempts = text_format("cancel %d, read 200, read 200", statuses[index]);
        answer_cancel(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = statuses[index],
            .reason = "rejected", .evidence = "read_back", .attempts = attempts);
        free(rule);
        free(attempts);
    }
}

static void a_rejection_that_may_pass_is_retriable(void **state)
{
    (void)state;
    static const int32_t statuses[] = {421, 423, 425};
    for (size_t index = 0; index < sizeof statuses / sizeof statuses[0]; index++) {
        char *rule = text_format("\"kind\": \"empty\", \"status\": %d", statuses[index]);
        char *attempts = text_format("cancel %d, read 200, read 200", statuses[index]);
        answer_cancel(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = statuses[index],
            .reason = "rejected", .evidence = "read_back", .retriable = true, .attempts = attempts);
        free(rule);
        free(attempts);
    }
}

static void a_list_of_messages_is_told_as_one(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"message_array\", \"status\": 400");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_FAILED, .status = 400, .reason = "rejected",
        .evidence = "read_back", .attempts = "cancel 400, read 200, read 200");
    if (!text_has(kcase_result_message(result), "; ")) fail_msg("%s", kcase_result_message(result));
    kcase_result_free(result);
}

static void a_redirect_is_not_followed(void **state)
{
    (void)state;
    static const int32_t statuses[] = {301, 302, 303, 307, 308};
    for (size_t index = 0; index < sizeof statuses / sizeof statuses[0]; index++) {
        char *rule = text_format("\"kind\": \"empty\", \"status\": %d, \"location\": "
                                 "\"http://127.0.0.1:%d/case/id/" CASE("02") "/cancel\"",
            statuses[index], test.box.port);
        char *attempts = text_format("cancel %d, read 200, read 200", statuses[index]);
        answer_cancel(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = statuses[index],
            .reason = "redirected", .evidence = "read_back", .attempts = attempts);
        free(rule);
        free(attempts);
    }
    assert_int_equal(sandbox_ledger(&test.box, CASE("02")).cancel_requests, 0);
}

/* --- Busy ----------------------------------------------------------------------------------------- */

static void a_busy_server_is_asked_again(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"status\", \"status\": 429");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 429, cancel 200");
}

static void a_server_that_stays_busy_has_failed(void **state)
{
    (void)state;
    answer_cancels("\"kind\": \"status\", \"status\": 429");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 429, .reason = "busy",
        .evidence = "read_back", .retriable = true,
        .attempts = "cancel 429, cancel 429, read 200, read 200");
}

/* Cancels while the first answer asks for a wait, and returns how long the call took. */
static int64_t wait_asked_by(int status, const char *retry_after)
{
    char *rule = text_format(
        "\"kind\": \"status\", \"status\": %d, \"retry_after\": \"%s\"", status, retry_after);
    char *attempts = text_format("cancel %d, cancel 200", status);
    answer_cancel(rule);
    int64_t begin = clock_ms();
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = attempts);
    int64_t time = clock_ms() - begin;
    free(rule);
    free(attempts);
    return time;
}

static char *http_date(int64_t seconds_from_now)
{
    time_t moment = time(NULL) + (time_t)seconds_from_now;
    struct tm parts;
    char text[64];
    gmtime_r(&moment, &parts);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text_format("%s", text);
}

static void a_wait_in_seconds_is_kept(void **state)
{
    (void)state;
    assert_in_range(wait_asked_by(429, "1"), 1000, 4000);
    sandbox_reset(&test.box);
    assert_in_range(wait_asked_by(503, "1"), 1000, 4000);
}

static void a_wait_until_a_date_is_kept(void **state)
{
    (void)state;
    char *date = http_date(2); /* 1 to 2 seconds from now: the date has whole seconds */
    assert_in_range(wait_asked_by(429, date), 950, 6000);
    free(date);
}

static void a_date_that_is_over_asks_for_no_wait(void **state)
{
    (void)state;
    char *date = http_date(-86400);
    assert_in_range(wait_asked_by(503, date), 0, 2000);
    free(date);
}

/* The wait cannot end within timeout_ms, so the call ends now. */
static void ends_now(const char *retry_after)
{
    char *rule = text_format("\"kind\": \"status\", \"status\": 429, \"retry_after\": \"%s\"", retry_after);
    answer_cancel(rule);
    free(rule);
    int64_t begin = clock_ms();
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 429, .reason = "busy",
        .evidence = "read_back", .retriable = true, .attempts = "cancel 429, read 200, read 200");
    assert_in_range(clock_ms() - begin, 0, 2000);
}

static void a_wait_beyond_the_deadline_is_not_begun(void **state)
{
    (void)state;
    ends_now("31536000");
    ends_now("99999999999999999999999999");
    char *date = http_date(31536000);
    ends_now(date);
    free(date);
}

static void a_wait_that_cannot_be_read_is_none(void **state)
{
    (void)state;
    assert_in_range(wait_asked_by(429, "soon"), 0, 2000);
    sandbox_reset(&test.box);
    assert_in_range(wait_asked_by(429, "-5"), 0, 2000);
}

static void an_unavailable_server_that_names_a_time_is_not_read_back_before_it(void **state)
{
    (void)state;
    answer_cancels("\"kind\": \"status\", \"status\": 503, \"retry_after\": \"0\"");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 503, .reason = "busy",
        .evidence = "read_back", .retriable = true,
        .attempts = "cancel 503, cancel 503, read 200, read 200");
}

static void an_unavailable_server_that_did_it_all_the_same_has_canceled(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"status\", \"status\": 503, \"retry_after\": \"0\", \"effect\": true");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 422, .evidence = "read_back",
        .attempts = "cancel 503, cancel 422, read 200");
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(an_accepted_request_cancels),
        statement(an_acceptance_may_have_any_body_that_says_nothing_else),
        statement(a_success_that_says_otherwise_is_read_back),
        statement(a_success_that_says_otherwise_and_was_none_is_unknown),
        statement(what_a_success_says_otherwise_is_told),
        statement(a_202_is_read_back_since_the_work_is_not_done),
        statement(a_202_that_never_takes_effect_is_unknown),
        statement(a_wrong_token_is_denied),
        statement(a_token_that_the_server_repeats_is_not_told),
        statement(a_pair_of_keys_mints_a_token_once),
        statement(a_revoked_token_is_minted_again_once),
        statement(a_revoked_token_costs_no_attempt),
        statement(a_revoked_token_is_minted_again_for_a_reading_too),
        statement(a_fresh_token_that_is_not_accepted_either_is_denied),
        statement(a_token_that_was_revoked_behind_a_403_is_minted_again),
        statement(a_403_mints_a_token_once_in_some_minutes),
        statement(a_page_in_front_of_the_service_blocks_and_denies_nothing),
        statement(a_wrong_pair_of_keys_is_denied),
        statement(without_a_token_nothing_is_sent),
        statement(a_case_of_others_is_denied),
        statement(a_case_that_is_none_is_not_found),
        statement(a_404_for_a_case_that_can_be_read_is_not_believed),
        statement(an_address_that_answers_404_to_everything_is_not_the_service),
        statement(a_started_case_is_refused),
        statement(a_case_that_the_server_is_unable_to_cancel_is_refused),
        statement(a_refusal_is_read_twice_a_settle_time_apart),
        statement(a_reading_that_lags_is_waited_for),
        statement(a_refusal_in_the_servers_words),
        statement(a_refusal_in_other_words_has_reason_other),
        statement(a_refusal_in_a_form_that_is_not_the_services_has_failed),
        statement(a_conflict_that_passes_is_none),
        statement(a_conflict_that_stays_is_a_refusal_for_now),
        statement(a_canceled_case_is_already_canceled),
        statement(a_case_is_canceled_once_and_then_already_canceled),
        statement(a_request_that_is_rejected_has_failed),
        statement(a_rejection_that_may_pass_is_retriable),
        statement(a_list_of_messages_is_told_as_one),
        statement(a_redirect_is_not_followed),
        statement(a_busy_server_is_asked_again),
        statement(a_server_that_stays_busy_has_failed),
        statement(a_wait_in_seconds_is_kept),
        statement(a_wait_until_a_date_is_kept),
        statement(a_date_that_is_over_asks_for_no_wait),
        statement(a_wait_beyond_the_deadline_is_not_begun),
        statement(a_wait_that_cannot_be_read_is_none),
        statement(an_unavailable_server_that_names_a_time_is_not_read_back_before_it),
        statement(an_unavailable_server_that_did_it_all_the_same_has_canceled),
    };
    return run_statements("outcomes", statements, suite_setup, suite_teardown);
}
