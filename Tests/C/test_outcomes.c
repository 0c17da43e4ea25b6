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

static void no_body_of_an_acceptance_matters(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "\"kind\": \"empty\", \"status\": 200", "\"kind\": \"status\", \"status\": 200, \"body\": \"{}\"",
        "\"kind\": \"html\", \"status\": 200", "\"kind\": \"message_array\", \"status\": 200",
        "\"kind\": \"status\", \"status\": 200, \"body\": \"{\\\"cases\\\": \"",
        "\"kind\": \"empty\", \"status\": 201", "\"kind\": \"empty\", \"status\": 204"};
    static const char *const ids[] = {
        CASE("01"), CASE("02"), CASE("03"), CASE("04"), CASE("05"), CASE("01"), CASE("02")};
    static const int32_t statuses[] = {200, 200, 200, 200, 200, 201, 204};
    for (size_t index = 0; index < sizeof bodies / sizeof bodies[0]; index++) {
        if (index == 5) sandbox_reset(&test.box);
        char *rule = text_format("\"effect\": true, %s", bodies[index]);
        answer_cancel(rule);
        free(rule);
        char *attempts = text_format("cancel %d", statuses[index]);
        expect_cancel(ids[index], .outcome = KCASE_CANCELED, .status = statuses[index],
            .evidence = "response", .attempts = attempts);
        free(attempts);
    }
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
    answer_cancel("\"kind\": \"status\", \"status\": 403, \"body\": \"{\\\"message\\\": \\\"bad token " CANARY
                  "!\\\", \\\"error\\\": \\\"" CANARY "\\\"}\"");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "cancel 403");
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
        .evidence = "read_back", .attempts = "cancel 404, read 200");
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
            .evidence = "read_back", .attempts = "cancel 422, read 200");
    }
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
    answer_cancel("\"kind\": \"status\", \"status\": 422, "
                  "\"body\": \"{\\\"message\\\": \\\"Service cannot be canceled.\\\"}\"");
    expect_cancel(CASE("01"), .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
        .evidence = "read_back", .attempts = "cancel 422, read 200");
    answer_cancel("\"kind\": \"html\", \"status\": 422");
    expect_cancel(CASE("02"), .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
        .evidence = "read_back", .attempts = "cancel 422, read 200");
    answer_cancel("\"kind\": \"empty\", \"status\": 422");
    expect_cancel(CASE("03"), .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
        .evidence = "read_back", .attempts = "cancel 422, read 200");
}

static void a_conflict_is_a_refusal(void **state)
{
    (void)state;
    answer_cancel("\"kind\": \"status\", \"status\": 409");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_REFUSED, .status = 409, .reason = "other",
        .evidence = "read_back", .attempts = "cancel 409, read 200");
}

static void a_canceled_case_is_already_canceled(void **state)
{
    (void)state;
    expect_cancel(CASE_CANCELED, .outcome = KCASE_ALREADY_CANCELED, .status = 422,
        .evidence = "read_back", .attempts = "cancel 422, read 200");
    answer_cancel("\"kind\": \"status\", \"status\": 409");
    expect_cancel(CASE_CANCELED, .outcome = KCASE_ALREADY_CANCELED, .status = 409,
        .evidence = "read_back", .attempts = "cancel 409, read 200");
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
        char *attempts = text_format("cancel %d, read 200", statuses[index]);
        answer_cancel(rule);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = statuses[index],
            .reason = "rejected", .evidence = "read_back", .attempts = attempts);
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
        .evidence = "read_back", .attempts = "cancel 400, read 200");
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
        .evidence = "read_back", .retriable = true, .attempts = "cancel 429, cancel 429, read 200");
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
        .evidence = "read_back", .retriable = true, .attempts = "cancel 429, read 200");
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
        statement(no_body_of_an_acceptance_matters),
        statement(a_202_is_read_back_since_the_work_is_not_done),
        statement(a_202_that_never_takes_effect_is_unknown),
        statement(a_wrong_token_is_denied),
        statement(a_token_that_the_server_repeats_is_not_told),
        statement(a_pair_of_keys_mints_a_token_once),
        statement(a_revoked_token_is_minted_again_once),
        statement(a_revoked_token_costs_no_attempt),
        statement(a_revoked_token_is_minted_again_for_a_reading_too),
        statement(a_fresh_token_that_is_not_accepted_either_is_denied),
        statement(a_wrong_pair_of_keys_is_denied),
        statement(without_a_token_nothing_is_sent),
        statement(a_case_of_others_is_denied),
        statement(a_case_that_is_none_is_not_found),
        statement(a_404_for_a_case_that_can_be_read_is_not_believed),
        statement(a_started_case_is_refused),
        statement(a_case_that_the_server_is_unable_to_cancel_is_refused),
        statement(a_refusal_in_the_servers_words),
        statement(a_refusal_in_other_words_has_reason_other),
        statement(a_conflict_is_a_refusal),
        statement(a_canceled_case_is_already_canceled),
        statement(a_case_is_canceled_once_and_then_already_canceled),
        statement(a_request_that_is_rejected_has_failed),
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
