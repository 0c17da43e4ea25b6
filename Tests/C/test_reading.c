/* Reading a case, checking the service, and what a call can be told: when to read back, a tag, how long,
 * how often, and whether to name people. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

static void fault(const char *on, const char *rest)
{
    char *rule = text_format("{\"on\": \"%s\", %s}", on, rest);
    sandbox_fault(&test.box, rule);
    free(rule);
}

#define expect_reading(case_id, ...)                                           \
    do {                                                                      \
        kcase_result *reading = kcase_status(test.client, (case_id), NULL);    \
        expect_claim(reading, __VA_ARGS__);                                   \
        assert_string_equal(kcase_result_case_id(reading), (case_id));        \
        assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);        \
        kcase_result_free(reading);                                           \
    } while (0)

#define expect_probe(...)                                                     \
    do {                                                                      \
        kcase_result *checked = kcase_check(test.client);                      \
        expect_claim(checked, __VA_ARGS__);                                   \
        assert_string_equal(kcase_result_case_id(checked), "");               \
        assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);        \
        kcase_result_free(checked);                                           \
    } while (0)

/* --- kcase_status --------------------------------------------------------------------------------- */

static void a_case_can_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *case_id, *is_canceled, *status, *secondary;
    } cases[] = {
        {CASE("01"), "false", "\"Pending\"", "\"Waiting for Authorization\""},
        {CASE("13"), "false", "\"Complete\"", "\"Consider\""},
        {CASE("14"), "true", "\"Complete\"", "\"Canceled\""},
    };
    for (size_t index = 0; index < sizeof cases / sizeof cases[0]; index++) {
        kcase_result *result = kcase_status(test.client, cases[index].case_id, NULL);
        expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response",
            .attempts = "read 200");
        char *id = text_format("\"%s\"", cases[index].case_id);
        expect_member(result, "case.id", id);
        expect_member(result, "case.canceled", cases[index].is_canceled);
        expect_member(result, "case.caseStatus", cases[index].status);
        expect_member(result, "case.secondaryStatus", cases[index].secondary);
        free(id);
        kcase_result_free(result);
    }
}

static void a_reading_sees_a_cancel(void **state)
{
    (void)state;
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
    kcase_result *result = kcase_status(test.client, CASE_CANCELABLE, NULL);
    expect_member(result, "case.canceled", "true");
    kcase_result_free(result);
}

static void a_case_that_may_not_be_read_is_denied(void **state)
{
    (void)state;
    expect_reading(CASE_OF_OTHERS, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "read 403");
    /* the service does not tell an unknown id from another's */
    expect_reading(CASE_UNHEARD_OF, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
        .evidence = "response", .attempts = "read 403");
    fault("read", "\"kind\": \"status\", \"status\": 401");
    expect_reading(CASE_CANCELABLE, .outcome = KCASE_DENIED, .status = 401, .reason = "unauthorized",
        .evidence = "response", .attempts = "read 401");
}

static void a_case_that_is_none_is_not_found(void **state)
{
    (void)state;
    fault("read", "\"kind\": \"status\", \"status\": 404, \"times\": 1");
    expect_reading(CASE_UNHEARD_OF, .outcome = KCASE_NOT_FOUND, .status = 404, .evidence = "response",
        .attempts = "read 404, check 200");
    fault("read", "\"kind\": \"status\", \"status\": 200, \"body\": \"{\\\"cases\\\": []}\"");
    expect_reading(CASE_UNHEARD_OF, .outcome = KCASE_NOT_FOUND, .status = 200, .evidence = "response",
        .attempts = "read 200");
}

static void a_404_that_is_not_the_services_finds_nothing_out(void **state)
{
    (void)state;
    static const char *const forms[] = {"router_json", "router_page", "default_backend"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        sandbox_reset(&test.box);
        char *form = text_format("\"kind\": \"answer\", \"form\": \"%s\"", forms[index]);
        fault("read", form);
        free(form);
        expect_reading(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 404, .reason = "not_the_service",
            .evidence = "response", .retriable = true, .attempts = "read 404");
    }
    sandbox_reset(&test.box);
    fault("any", "\"kind\": \"empty\", \"status\": 404");
    expect_reading(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 404, .reason = "not_the_service",
        .evidence = "response", .retriable = true, .attempts = "read 404, check 404");
}

static void a_reading_that_is_turned_away_is_blocked(void **state)
{
    (void)state;
    fault("read", "\"kind\": \"answer\", \"form\": \"block_page\"");
    expect_reading(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 403, .reason = "blocked",
        .evidence = "response", .retriable = true, .attempts = "read 403, read 403");
}

static void a_reading_with_something_odd_in_it_is_read(void **state)
{
    (void)state;
    static const char *const forms[] = {"byte_order_mark", "half_emoji", "nul", "latin1",
        "number_out_of_range", "duplicate_key", "upper_case_id", "other_name", "blank_id", "gzip"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        char *form = text_format("\"times\": 2, \"kind\": \"blemish\", \"form\": \"%s\"", forms[index]);
        fault("read", form);
        free(form);
        for (int is_canceled = 0; is_canceled < 2; is_canceled++) {
            kcase_result *result =
                kcase_status(test.client, is_canceled ? CASE_CANCELED : CASE_CANCELABLE, NULL);
            expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response",
                .attempts = "read 200");
            expect_member(result, "case.canceled", is_canceled ? "true" : "false");
            kcase_result_free(result);
        }
    }
}

static void a_reading_that_leaves_the_state_open_is_unknown(void **state)
{
    (void)state;
    static const char *const forms[] = {"word_only", "age", "twice", "twice_differing"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        sandbox_reset(&test.box);
        char *form = text_format("\"kind\": \"blemish\", \"form\": \"%s\"", forms[index]);
        fault("read", form);
        free(form);
        expect_reading(CASE_CANCELED, .outcome = KCASE_UNKNOWN, .status = 200, .reason = "unreadable",
            .retriable = true, .attempts = "read 200, read 200");
    }
}

static void a_reading_is_tried_again(void **state)
{
    (void)state;
    static const char *const troubles[] = {"\"kind\": \"status\", \"status\": 500",
        "\"kind\": \"status\", \"status\": 429", "\"kind\": \"reset_before\"", "\"kind\": \"truncate\"",
        "\"kind\": \"garbage\"", "\"kind\": \"html\", \"status\": 200"};
    static const char *const attempts[] = {"read 500, read 200", "read 429, read 200",
        "read lost, read 200", "read lost, read 200", "read lost, read 200", "read 200, read 200"};
    for (size_t index = 0; index < sizeof troubles / sizeof troubles[0]; index++) {
        char *rule = text_format("\"times\": 1, %s", troubles[index]);
        fault("read", rule);
        free(rule);
        expect_reading(CASE_CANCELABLE, .outcome = KCASE_OK, .status = 200, .evidence = "response",
            .attempts = attempts[index]);
    }
}

static void a_state_that_cannot_be_read_is_unknown(void **state)
{
    (void)state;
    fault("read", "\"kind\": \"status\", \"status\": 500");
    expect_reading(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 500, .reason = "server_error",
        .retriable = true, .attempts = "read 500, read 500");
    sandbox_clear_faults(&test.box);
    fault("read", "\"kind\": \"garbage\"");
    expect_reading(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .reason = "answer_lost", .retriable = true,
        .attempts = "read lost, read lost");
    sandbox_clear_faults(&test.box);
    fault("read", "\"kind\": \"html\", \"status\": 200");
    expect_reading(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 200, .reason = "unreadable",
        .retriable = true, .attempts = "read 200, read 200");
}

static void a_state_that_could_not_be_asked_for_is_not_sent(void **state)
{
    (void)state;
    kcase_client *client = client_on_port(raw_port_of_nobody(), "");
    kcase_result *result = kcase_status(client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "connect", .retriable = true,
        .attempts = "read unsent, read unsent");
    kcase_result_free(result);
    kcase_client_free(client);
}

/* --- kcase_check ---------------------------------------------------------------------------------- */

static void a_service_that_lets_us_in_is_ok(void **state)
{
    (void)state;
    expect_probe(.outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "check 200");
    use_client_with(KEY_PAIR, "");
    expect_probe(.outcome = KCASE_OK, .status = 200, .evidence = "response",
        .attempts = "authenticate 200, check 200");
    assert_int_equal(sandbox_totals(&test.box).requests, 3);
}

static void a_service_that_does_not_let_us_in_denies(void **state)
{
    (void)state;
    use_client_with("\"token\": \"" CANARY "\"", "");
    expect_probe(.outcome = KCASE_DENIED, .status = 403, .reason = "forbidden", .evidence = "response",
        .attempts = "check 403");
    fault("check", "\"kind\": \"status\", \"status\": 401");
    expect_probe(.outcome = KCASE_DENIED, .status = 401, .reason = "unauthorized", .evidence = "response",
        .attempts = "check 401");
    use_client_with("\"api_key\": \"" CANARY "\", \"client_access_token\": \"" CANARY "\"", "");
    expect_probe(.outcome = KCASE_DENIED, .status = 403, .reason = "credentials", .evidence = "response",
        .attempts = "authenticate 403");
}

static void a_page_is_not_the_service(void **state)
{
    (void)state;
    static const char *const forms[] = {"login_page", "index_page", "success_false", "status_code",
        "json_false", "plain_text", "gzip_unmarked"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        sandbox_reset(&test.box);
        char *form = text_format("\"kind\": \"answer\", \"status\": 200, \"form\": \"%s\"", forms[index]);
        fault("check", form);
        free(form);
        expect_probe(.outcome = KCASE_FAILED, .status = 200, .reason = "not_the_service",
            .evidence = "response", .retriable = true, .attempts = "check 200, check 200");
    }
    sandbox_reset(&test.box);
    fault("check", "\"kind\": \"answer\", \"form\": \"router_json\"");
    expect_probe(.outcome = KCASE_FAILED, .status = 404, .reason = "not_the_service", .evidence = "response",
        .retriable = true, .attempts = "check 404");
    sandbox_reset(&test.box);
    fault("check", "\"kind\": \"answer\", \"form\": \"block_page\"");
    expect_probe(.outcome = KCASE_FAILED, .status = 403, .reason = "blocked", .evidence = "response",
        .retriable = true, .attempts = "check 403, check 403");
}

static void a_service_in_error_has_failed(void **state)
{
    (void)state;
    fault("check", "\"kind\": \"status\", \"status\": 503");
    expect_probe(.outcome = KCASE_FAILED, .status = 503, .reason = "server_error", .evidence = "response",
        .retriable = true, .attempts = "check 503, check 503");
}

static void a_service_that_cannot_mint_answers_with_an_error(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    fault("auth", "\"kind\": \"status\", \"status\": 500");
    kcase_result *result = kcase_check(test.client);
    assert_int_equal(kcase_result_outcome(result), KCASE_FAILED);
    assert_int_equal(kcase_result_http_status(result), 500);
    kcase_result_free(result);
}

static void a_service_without_an_answer_is_unknown(void **state)
{
    (void)state;
    fault("check", "\"kind\": \"close_before\"");
    expect_probe(.outcome = KCASE_UNKNOWN, .reason = "answer_lost", .retriable = true,
        .attempts = "check lost, check lost");
}

static void a_service_that_cannot_be_reached_is_not_sent(void **state)
{
    (void)state;
    kcase_client *client = client_on_port(raw_port_of_nobody(), "");
    kcase_result *result = kcase_check(client);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "connect", .retriable = true,
        .attempts = "check unsent, check unsent");
    kcase_result_free(result);
    kcase_client_free(client);
}

/* --- When to read back ---------------------------------------------------------------------------- */

static void confirm_always_reads_back_an_acceptance(void **state)
{
    (void)state;
    expect_cancel_with("{\"confirm\": \"always\"}", CASE("01"), .outcome = KCASE_CANCELED,
        .status = 200, .evidence = "read_back", .attempts = "cancel 200, read 200");
    use_client(", \"confirm\": \"always\"");
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "read_back",
        .attempts = "cancel 200, read 200");
    expect_cancel_with("{\"confirm\": \"ambiguous\"}", CASE("03"), .outcome = KCASE_CANCELED, .status = 200,
        .evidence = "response", .attempts = "cancel 200");
}

static void confirm_always_does_not_believe_an_acceptance_alone(void **state)
{
    (void)state;
    fault("cancel", "\"kind\": \"empty\", \"status\": 200");
    expect_cancel_with("{\"confirm\": \"always\"}", CASE("01"), .outcome = KCASE_UNKNOWN,
        .status = 200, .reason = "unconfirmed", .retriable = true,
        .attempts = "cancel 200, read 200, read 200");
}

static void confirm_never_still_asks_who_answers_a_404(void **state)
{
    (void)state;
    use_client(", \"confirm\": \"never\"");
    expect_cancel(CASE_UNHEARD_OF, .outcome = KCASE_NOT_FOUND, .status = 404, .evidence = "response",
        .attempts = "cancel 404, check 200");
    fault("any", "\"kind\": \"empty\", \"status\": 404");
    expect_cancel(CASE_UNHEARD_OF, .outcome = KCASE_FAILED, .status = 404, .reason = "not_the_service",
        .evidence = "response", .retriable = true, .attempts = "cancel 404, check 404");
}

static void confirm_never_goes_by_the_answer_alone(void **state)
{
    (void)state;
    use_client(", \"confirm\": \"never\"");
    expect_cancel(CASE_CANCELED, .outcome = KCASE_REFUSED, .status = 422, .reason = "unable",
        .evidence = "response", .attempts = "cancel 422");
    fault("cancel", "\"kind\": \"status\", \"status\": 429");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 429, .reason = "busy",
        .evidence = "response", .retriable = true, .attempts = "cancel 429, cancel 429");
}

static void confirm_never_reads_nothing_back(void **state)
{
    (void)state;
    use_client(", \"confirm\": \"never\"");
    expect_cancel(CASE("01"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    fault("cancel", "\"kind\": \"empty\", \"status\": 202, \"effect\": true, \"times\": 1");
    /* Not settled: see claim.c. */
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 202, .evidence = "response",
        .attempts = "cancel 202");
    fault("cancel", "\"kind\": \"answer\", \"form\": \"login_page\", \"times\": 1");
    expect_cancel(CASE("03"), .outcome = KCASE_UNKNOWN, .status = 200, .reason = "contradictory",
        .retriable = true, .attempts = "cancel 200");
    fault("cancel", "\"kind\": \"reset_before\"");
    expect_cancel(CASE("03"), .outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
        .retriable = true, .attempts = "cancel lost, cancel lost");
    sandbox_clear_faults(&test.box);
    fault("cancel", "\"kind\": \"status\", \"status\": 500");
    expect_cancel(CASE("04"), .outcome = KCASE_UNKNOWN, .status = 500, .reason = "server_error",
        .retriable = true, .attempts = "cancel 500, cancel 500");
}

/* --- How often and how long ----------------------------------------------------------------------- */

static void max_attempts_counts_cancel_requests(void **state)
{
    (void)state;
    fault("cancel", "\"kind\": \"status\", \"status\": 429");
    expect_cancel_with("{\"max_attempts\": 1}", CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 429,
        .reason = "busy", .evidence = "read_back", .retriable = true,
        .attempts = "cancel 429, read 200, read 200");
    expect_cancel_with("{\"max_attempts\": 4}", CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = 429,
        .reason = "busy", .evidence = "read_back", .retriable = true,
        .attempts = "cancel 429, cancel 429, cancel 429, cancel 429, read 200, read 200");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, "{\"max_attempts\": 20}");
    assert_int_equal(claim_sent(result, "cancel"), 20);
    kcase_result_free(result);
}

static void timeout_ms_is_kept(void **state)
{
    (void)state;
    fault("any", "\"kind\": \"hang\"");
    static const int64_t times[] = {1, 50, 300};
    for (size_t index = 0; index < sizeof times / sizeof times[0]; index++) {
        char *options = text_format("{\"timeout_ms\": %d}", (int)times[index]);
        int64_t begin = clock_ms();
        kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, options);
        assert_in_range(clock_ms() - begin, 0, times[index] + 1000);
        expect_well_formed(result);
        int32_t outcome = kcase_result_outcome(result);
        bool was_sent = claim_sent(result, "cancel") > 0;
        assert_int_equal(outcome, was_sent ? KCASE_UNKNOWN : KCASE_NOT_SENT);
        kcase_result_free(result);
        begin = clock_ms();
        result = kcase_status(test.client, CASE_CANCELABLE, options);
        assert_in_range(clock_ms() - begin, 0, times[index] + 1000);
        kcase_result_free(result);
        free(options);
    }
}

static void a_request_gets_half_of_the_time(void **state)
{
    (void)state;
    fault("cancel", "\"kind\": \"hang\", \"effect\": true");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, "{\"timeout_ms\": 600}");
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 0, .evidence = "read_back",
        .attempts = "cancel lost, read 200");
    char *time = claim_member(result, "attempts.0.duration_ms");
    assert_in_range(atol(time), 290, 400);
    free(time);
    kcase_result_free(result);
}

/* --- What is handed back -------------------------------------------------------------------------- */

static void a_tag_is_handed_back(void **state)
{
    (void)state;
    static const char options[] = "{\"tag\": \"row 7 \\u00fc\\ud83d\\ude42\"}";
    kcase_result *result = kcase_cancel(test.client, CASE_UNABLE, options);
    expect_well_formed(result);
    expect_member(result, "tag", "\"row 7 \xC3\xBC\xF0\x9F\x99\x82\"");
    kcase_result_free(result);
    result = kcase_status(test.client, CASE_UNABLE, "{\"tag\": \"t\"}");
    expect_member(result, "tag", "\"t\"");
    kcase_result_free(result);
    result = kcase_cancel(test.client, CASE_UNABLE, NULL);
    expect_member(result, "tag", "null");
    kcase_result_free(result);
}

static bool names_people(const kcase_result *result)
{
    const char *text = kcase_result_json(result);
    return text_has(text, "Sample") || text_has(text, "\"Candidate\"") || text_has(text, "@example.com") ||
           text_has(text, "candidateEmail") || text_has(text, "GivenName");
}

static void nobody_is_named_unless_asked(void **state)
{
    (void)state;
    static const char *const quiet[] = {NULL, "{}", "{\"personal_data\": false}"};
    for (size_t index = 0; index < sizeof quiet / sizeof quiet[0]; index++) {
        kcase_result *result = kcase_status(test.client, CASE_CANCELED, quiet[index]);
        assert_int_equal(kcase_result_outcome(result), KCASE_OK);
        assert_false(names_people(result));
        kcase_result_free(result);
        result = kcase_cancel(test.client, CASE_CANCELED, quiet[index]);
        assert_int_equal(kcase_result_outcome(result), KCASE_ALREADY_CANCELED);
        assert_false(names_people(result));
        kcase_result_free(result);
    }
}

static void people_are_named_when_asked(void **state)
{
    (void)state;
    kcase_result *result = kcase_status(test.client, CASE_CANCELED, "{\"personal_data\": true}");
    expect_well_formed(result);
    expect_member(result, "case.candidateGivenName", "\"Sample\"");
    expect_member(result, "case.candidateFamilyName", "\"Candidate\"");
    expect_member(result, "case.candidateEmail", "\"candidate+000000000014@example.com\"");
    kcase_result_free(result);
    result = kcase_cancel(test.client, CASE_CANCELED, "{\"personal_data\": true}");
    expect_member(result, "case.candidateGivenName", "\"Sample\"");
    kcase_result_free(result);
}

static void a_result_outlives_its_client(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel(test.client, CASE_UNABLE, NULL);
    kcase_client_free(test.client);
    test.client = NULL;
    expect_claim(result, .outcome = KCASE_REFUSED, .status = 422, .reason = "unable",
        .evidence = "read_back", .attempts = "cancel 422, read 200, read 200");
    kcase_result_free(result);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(a_case_can_be_read),
        statement(a_reading_sees_a_cancel),
        statement(a_case_that_may_not_be_read_is_denied),
        statement(a_case_that_is_none_is_not_found),
        statement(a_404_that_is_not_the_services_finds_nothing_out),
        statement(a_reading_that_is_turned_away_is_blocked),
        statement(a_reading_with_something_odd_in_it_is_read),
        statement(a_reading_that_leaves_the_state_open_is_unknown),
        statement(a_reading_is_tried_again),
        statement(a_state_that_cannot_be_read_is_unknown),
        statement(a_state_that_could_not_be_asked_for_is_not_sent),
        statement(a_service_that_lets_us_in_is_ok),
        statement(a_service_that_does_not_let_us_in_denies),
        statement(a_page_is_not_the_service),
        statement(a_service_in_error_has_failed),
        statement(a_service_that_cannot_mint_answers_with_an_error),
        statement(a_service_without_an_answer_is_unknown),
        statement(a_service_that_cannot_be_reached_is_not_sent),
        statement(confirm_always_reads_back_an_acceptance),
        statement(confirm_always_does_not_believe_an_acceptance_alone),
        statement(confirm_never_still_asks_who_answers_a_404),
        statement(confirm_never_goes_by_the_answer_alone),
        statement(confirm_never_reads_nothing_back),
        statement(max_attempts_counts_cancel_requests),
        statement(timeout_ms_is_kept),
        statement(a_request_gets_half_of_the_time),
        statement(a_tag_is_handed_back),
        statement(nobody_is_named_unless_asked),
        statement(people_are_named_when_asked),
        statement(a_result_outlives_its_client),
    };
    return run_statements("reading", statements, suite_setup, suite_teardown);
}
