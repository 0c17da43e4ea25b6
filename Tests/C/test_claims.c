/* Histories in which it is easy to say something wrong. For each: what really happened, by the ledger, and
 * what the library may say of it. */
#include <stdlib.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

/* The row once nothing is under way any more: the slowest cancel of these tests acts within a second. */
static ledger_row in_the_end(const char *case_id)
{
    sleep_ms(1200);
    return sandbox_ledger(&test.box, case_id);
}

/* The case is canceled, so nothing may say that it is not, or sound like the last word on a failure. */
static void expect_not_denied_canceled(kcase_result *result)
{
    expect_well_formed(result);
    int32_t outcome = kcase_result_outcome(result);
    if (outcome == KCASE_REFUSED || outcome == KCASE_FAILED || outcome == KCASE_NOT_SENT) {
        fail_msg("the case is canceled, but: %s", kcase_result_json(result));
    }
    if (text_has(kcase_result_message(result), "not canceled")) {
        fail_msg("the case is canceled, but: %s", kcase_result_json(result));
    }
    kcase_result_free(result);
}

/* --- The case was canceled before; the answer alone does not show it ------------------------------ */

static void a_refusal_that_cannot_be_read_back_does_not_say_not_canceled(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 503, \"on\": \"read\"}");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, NULL);
    assert_true(sandbox_ledger(&test.box, CASE_CANCELED).canceled);
    expect_not_denied_canceled(result);
}

static void a_refusal_whose_reading_takes_too_long_does_not_say_not_canceled(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"read\"}");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, "{\"timeout_ms\": 200}");
    expect_not_denied_canceled(result);
}

static void a_busy_server_that_cannot_be_read_back_does_not_say_not_canceled(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"status\", \"status\": 429, \"on\": \"cancel\"},"
                            " {\"kind\": \"status\", \"status\": 503, \"on\": \"read\"}]");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, NULL);
    expect_not_denied_canceled(result);
}

static void a_rejected_request_that_cannot_be_read_back_does_not_say_not_canceled(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"empty\", \"status\": 400, \"on\": \"cancel\"},"
                            " {\"kind\": \"status\", \"status\": 503, \"on\": \"read\"}]");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, NULL);
    expect_not_denied_canceled(result);
}

static void a_refusal_whose_reading_is_forbidden_rests_on_the_answer(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 403, \"on\": \"read\"}");
    expect_cancel(CASE_CANCELED, .outcome = KCASE_REFUSED, .status = 422, .reason = "unable",
        .evidence = "response", .attempts = "cancel 422, read 403");
}

/* --- A first request still works while a second is answered --------------------------------------- */

/* The first cancel takes effect after 700 ms; its answer is waited for 400 ms; the second one is answered
 * at once, with the rule. */
static kcase_result *cancel_while_one_is_at_work(const char *answer_to_the_second)
{
    char *rules = text_format(
        "[{\"kind\": \"slow\", \"delay_ms\": 700, \"on\": \"cancel\", \"times\": 1},"
        " {\"kind\": \"status\", \"on\": \"cancel\", %s}]",
        answer_to_the_second);
    sandbox_fault(&test.box, rules);
    free(rules);
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, "{\"timeout_ms\": 800}");
    assert_int_equal(claim_sent(result, "cancel"), 2);
    assert_true(in_the_end(CASE_CANCELABLE).canceled);
    return result;
}

static void a_conflict_with_our_own_request_is_no_refusal(void **state)
{
    (void)state;
    expect_not_denied_canceled(cancel_while_one_is_at_work("\"status\": 409"));
}

static void a_refusal_while_our_own_request_is_at_work_is_not_the_last_word(void **state)
{
    (void)state;
    expect_not_denied_canceled(cancel_while_one_is_at_work("\"status\": 422"));
}

static void a_busy_server_while_our_own_request_is_at_work_has_not_failed(void **state)
{
    (void)state;
    expect_not_denied_canceled(cancel_while_one_is_at_work("\"status\": 429"));
}

static void a_rejection_while_our_own_request_is_at_work_has_not_failed(void **state)
{
    (void)state;
    expect_not_denied_canceled(cancel_while_one_is_at_work("\"status\": 400"));
}

static void an_error_while_our_own_request_is_at_work_is_unknown(void **state)
{
    (void)state;
    expect_not_denied_canceled(cancel_while_one_is_at_work("\"status\": 500"));
}

static void a_404_while_our_own_request_is_at_work_is_not_the_last_word(void **state)
{
    (void)state;
    kcase_result *result = cancel_while_one_is_at_work("\"status\": 404");
    if (kcase_result_outcome(result) == KCASE_NOT_FOUND) fail_msg("%s", kcase_result_json(result));
    expect_not_denied_canceled(result);
}

/* --- A request goes on being worked on after a gateway's answer ------------------------------------- */

static void a_page_of_a_gateway_while_the_service_works_on_is_no_failure(void **state)
{
    (void)state;
    static const char *const answers[] = {"\"status\": 500, \"form\": \"gateway_page\"",
        "\"status\": 503, \"form\": \"maintenance_page\"", "\"status\": 524, \"form\": \"gateway_page\"",
        "\"status\": 499, \"form\": \"empty\"", "\"status\": 504, \"form\": \"gateway_timeout\"",
        "\"status\": 503, \"form\": \"plain_text\", \"retry_after\": \"0\""};
    for (size_t index = 0; index < sizeof answers / sizeof answers[0]; index++) {
        sandbox_reset(&test.box);
        char *rule = text_format("{\"kind\": \"answer\", \"on\": \"cancel\", \"effect\": \"later\", "
                                 "\"effect_ms\": 300, \"meanwhile\": 409, %s}",
            answers[index]);
        sandbox_fault(&test.box, rule);
        free(rule);
        kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
        sleep_ms(400);
        assert_true(sandbox_ledger(&test.box, CASE_CANCELABLE).canceled);
        expect_not_denied_canceled(result);
    }
}

/* A first call was answered by a gateway; a second one, as advised, finds the service still at work. */
static void a_refusal_while_an_earlier_call_is_at_work_is_not_the_last_word(void **state)
{
    (void)state;
    static const int meanwhile[] = {409, 422};
    for (size_t index = 0; index < sizeof meanwhile / sizeof meanwhile[0]; index++) {
        sandbox_reset(&test.box);
        char *rule = text_format(
            "{\"kind\": \"answer\", \"on\": \"cancel\", \"status\": 504, \"form\": \"empty\", \"times\": 1,"
            " \"effect\": \"later\", \"effect_ms\": 500, \"meanwhile\": %d}",
            meanwhile[index]);
        sandbox_fault(&test.box, rule);
        free(rule);
        expect_cancel_with("{\"max_attempts\": 1}", CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 504,
            .reason = "server_error", .retriable = true, .attempts = "cancel 504, read 200, read 200");
        kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
        expect_well_formed(result);
        assert_int_equal(kcase_result_outcome(result), KCASE_REFUSED);
        assert_int_equal(kcase_result_http_status(result), meanwhile[index]);
        assert_int_equal(kcase_result_is_settled(result), 0);
        kcase_result_free(result);
        sleep_ms(600);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_ALREADY_CANCELED, .status = 422,
            .evidence = "read_back", .attempts = "cancel 422, read 200");
    }
}

/* --- Half answers and stale readings -------------------------------------------------------------- */

static void half_of_an_acceptance_is_no_acceptance(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"truncate\", \"status\": 200, \"on\": \"cancel\"},"
                            " {\"kind\": \"reset_before\", \"on\": \"read\"}]");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    assert_false(sandbox_ledger(&test.box, CASE_CANCELABLE).canceled);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
        .retriable = true);
    kcase_result_free(result);
}

static void half_of_a_reading_is_no_reading(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"reset_before\", \"on\": \"cancel\"},"
                            " {\"kind\": \"truncate\", \"on\": \"read\"}]");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, NULL);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
        .retriable = true);
    kcase_result_free(result);
}

static void a_stale_reading_after_a_lost_answer_is_not_believed(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"effect\": true},"
                            " {\"kind\": \"stale_read\"}]");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    assert_true(sandbox_ledger(&test.box, CASE_CANCELABLE).canceled);
    expect_not_denied_canceled(result);
}

/* What a reading says when the answer to the cancel is lost, and what may be claimed from it. */
typedef struct {
    const char *reading;
    int32_t outcome;
} reading_claim;

static void lose_cancel_and_read(raw_peer *peer, const raw_request *request, void *context)
{
    if (text_has(request->text, "/cancel ")) {
        raw_reset(peer);
    } else {
        raw_answer(peer, 200, "", ((reading_claim *)context)->reading);
    }
}

#define CANCELED_ID "4155584b-708c-4108-86a8-8f3321b9b17c"
#define OTHER_ID "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea"

static void only_a_case_that_reads_canceled_is_canceled(void **state)
{
    (void)state;
    static const reading_claim readings[] = {
        {"{\"cases\": [{\"id\": \"a\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}", KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"A\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}", KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"b\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}", KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"b\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"},"
         " {\"id\": \"a\", \"secondaryCaseStatusId\": \"" OTHER_ID "\"}]}",
            KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"secondaryStatus\": \"Canceled\"}]}", KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"adverseActionStatusName\": \"Cancel\"}]}", KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"caseStatusId\": \"" CANCELED_ID "\"}]}", KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"},"
         " {\"id\": \"a\", \"secondaryCaseStatusId\": \"" OTHER_ID "\"}]}",
            KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"",
            KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"secondaryCaseStatusId\": \"" OTHER_ID "\","
         " \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}",
            KCASE_UNKNOWN},
        {"{\"cases\": []}", KCASE_UNKNOWN},
        {"{\"cases\": {}}", KCASE_UNKNOWN},
        {"[]", KCASE_UNKNOWN},
        {"null", KCASE_UNKNOWN},
        {"", KCASE_UNKNOWN},
        {"Canceled " CANCELED_ID, KCASE_UNKNOWN},
        {"{\"cases\": [{\"id\": \"a\", \"secondaryCaseStatusId\": 4155584}]}", KCASE_UNKNOWN},
        {"{\"cases\": [null, 1, \"a\", [\"a\"], {\"id\": null}, {\"id\": {}}]}", KCASE_UNKNOWN},
        /* Spellings that do not matter, and what is odd beside what decides. */
        {"{\"cases\": [{\"id\": \" A \","
         " \"secondaryCaseStatusId\": \"4155584B-708C-4108-86A8-8F3321B9B17C\"}]}",
            KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"a\", \"caseSecondaryStatusId\": \"" CANCELED_ID "\"}]}", KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"a\", \"caseSecondaryStatusId\": \"" CANCELED_ID "\","
         " \"secondaryCaseStatusId\": \"" OTHER_ID "\"}]}",
            KCASE_UNKNOWN},
        {"\xEF\xBB\xBF{\"cases\": [{\"id\": \"a\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}",
            KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"a\", \"packageName\": \"\\ud83d\", \"archived\": 1e400,"
         " \"groupName\": \"\\u0000\xE9\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}",
            KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"b\", \"x\": {\"y\": 1, \"y\": 2}},"
         " {\"id\": \"a\", \"secondaryCaseStatusId\": \"" CANCELED_ID "\"}]}",
            KCASE_CANCELED},
        {"{\"cases\": [{\"id\": \"a\", \"caseStatus\": \"Complete\", \"secondaryStatus\": \"Cancelled\"}]}",
            KCASE_UNKNOWN},
    };
    for (size_t index = 0; index < sizeof readings / sizeof readings[0]; index++) {
        reading_claim reading = readings[index];
        raw_server *server = raw_start(lose_cancel_and_read, &reading);
        kcase_client *client = client_on_port(raw_port(server), "");
        kcase_result *result = kcase_cancel(client, "a", NULL);
        expect_well_formed(result);
        if (kcase_result_outcome(result) != reading.outcome) {
            fail_msg("%s\nwas read from %s", kcase_result_json(result), reading.reading);
        }
        kcase_result_free(result);
        kcase_client_free(client);
        raw_stop(server);
    }
}

/* --- The number that goes with a claim: the last cancel request's ------------------------------------ */

static void a_status_is_the_cancel_requests_and_not_a_readings(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"effect\": true}");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 500, .evidence = "read_back",
        .attempts = "cancel 500, read 200");
}

static void a_status_is_the_last_requests_and_none_if_its_answer_was_lost(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"status\", \"status\": 503, \"on\": \"cancel\", \"times\": 1},"
                            " {\"kind\": \"close_before\", \"on\": \"cancel\"}]");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
        .retriable = true, .attempts = "cancel 503, read 200, cancel lost, read 200, read 200");
}

static void be_busy_once_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_stop_listening(peer);
    raw_answer(peer, 429, "Connection: close\r\n", "{\"message\": \"Later.\"}");
    raw_hang_up(peer);
}

static void a_server_that_was_busy_and_is_gone_leaves_it_unknown(void **state)
{
    (void)state;
    raw_server *server = raw_start(be_busy_once_and_go, NULL);
    kcase_client *client = client_on_port(raw_port(server), "");
    kcase_result *result = kcase_cancel(client, "a", NULL);
    expect_well_formed(result);
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
    assert_int_equal(claim_sent(result, "cancel"), 1);
    kcase_result_free(result);
    kcase_client_free(client);
    raw_stop(server);
}

static void refuse_for_now_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_stop_listening(peer);
    raw_answer(peer, 409, "Connection: close\r\n", "{\"statusCode\": 409, \"message\": \"Later.\"}");
    raw_hang_up(peer);
}

static void a_conflict_of_a_server_that_is_gone_is_a_refusal_for_now(void **state)
{
    (void)state;
    raw_server *server = raw_start(refuse_for_now_and_go, NULL);
    kcase_client *client = client_on_port(raw_port(server), ", \"confirm\": \"never\"");
    kcase_result *result = kcase_cancel(client, "a", NULL);
    expect_claim(result, .outcome = KCASE_REFUSED, .status = 0, .reason = "other", .evidence = "response",
        .retriable = true, .attempts = "cancel 409, cancel unsent");
    kcase_result_free(result);
    kcase_client_free(client);
    raw_stop(server);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(a_refusal_that_cannot_be_read_back_does_not_say_not_canceled),
        statement(a_refusal_whose_reading_takes_too_long_does_not_say_not_canceled),
        statement(a_busy_server_that_cannot_be_read_back_does_not_say_not_canceled),
        statement(a_rejected_request_that_cannot_be_read_back_does_not_say_not_canceled),
        statement(a_refusal_whose_reading_is_forbidden_rests_on_the_answer),
        statement(a_conflict_with_our_own_request_is_no_refusal),
        statement(a_refusal_while_our_own_request_is_at_work_is_not_the_last_word),
        statement(a_busy_server_while_our_own_request_is_at_work_has_not_failed),
        statement(a_rejection_while_our_own_request_is_at_work_has_not_failed),
        statement(an_error_while_our_own_request_is_at_work_is_unknown),
        statement(a_404_while_our_own_request_is_at_work_is_not_the_last_word),
        statement(a_page_of_a_gateway_while_the_service_works_on_is_no_failure),
        statement(a_refusal_while_an_earlier_call_is_at_work_is_not_the_last_word),
        statement(half_of_an_acceptance_is_no_acceptance),
        statement(half_of_a_reading_is_no_reading),
        statement(a_stale_reading_after_a_lost_answer_is_not_believed),
        statement(only_a_case_that_reads_canceled_is_canceled),
        statement(a_status_is_the_cancel_requests_and_not_a_readings),
        statement(a_status_is_the_last_requests_and_none_if_its_answer_was_lost),
        statement(a_server_that_was_busy_and_is_gone_leaves_it_unknown),
        statement(a_conflict_of_a_server_that_is_gone_is_a_refusal_for_now),
    };
    return run_statements("claims", statements, suite_setup, suite_teardown);
}
