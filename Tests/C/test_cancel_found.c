/* Finding a case and canceling it in one call: never another one than was meant, and never one of several. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

#define CODE(digits) "{\"api_tracking_code\": \"sandbox-0000000000" digits "\"}"

static void fault(const char *on, const char *rest)
{
    char *rule = text_format("{\"on\": \"%s\", %s}", on, rest);
    sandbox_fault(&test.box, rule);
    free(rule);
}

#define expect_outcome(filter, options, ...)                                        \
    do {                                                                            \
        kcase_result *result = kcase_cancel_found(test.client, (filter), (options)); \
        expect_claim(result, __VA_ARGS__);                                          \
        kcase_result_free(result);                                                  \
    } while (0)

static void expect_canceled(const char *case_id, bool is_canceled)
{
    assert_int_equal(sandbox_ledger(&test.box, case_id).canceled, is_canceled);
}

/* --- One case -------------------------------------------------------------------------------------- */

static void the_case_that_was_found_is_canceled(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel_found(test.client, CODE("01"), "{\"tag\": \"row 7\"}");
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "list 200, read 200, cancel 200");
    assert_string_equal(kcase_result_case_id(result), CASE("01"));
    expect_member(result, "tag", "\"row 7\"");
    expect_member(result, "cases.0.id", "\"" CASE("01") "\"");
    expect_member(result, "cases.0.outcome", "\"canceled\"");
    expect_member(result, "cases.1", "absent");
    kcase_result_free(result);
    expect_canceled(CASE("01"), true);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 1);
    expect_outcome(CODE("01"), NULL, .outcome = KCASE_ALREADY_CANCELED, .status = 200,
        .evidence = "read_back", .attempts = "list 200, read 200");
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 1);
}

static void an_address_finds_it_too(void **state)
{
    (void)state;
    expect_outcome("{\"candidate_email\": \"CANDIDATE+000000000002@example.com\"}", NULL,
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "list 200, read 200, cancel 200");
    expect_canceled(CASE("02"), true);
}

static void what_the_service_refuses_is_told(void **state)
{
    (void)state;
    expect_outcome(CODE("07"), NULL, .outcome = KCASE_REFUSED, .reason = "already_started",
        .status = 422, .evidence = "read_back",
        .attempts = "list 200, read 200, cancel 422, read 200");
}

static void nobody_is_found(void **state)
{
    (void)state;
    expect_outcome("{\"candidate_email\": \"nobody@example.com\"}", NULL, .outcome = KCASE_NOT_FOUND,
        .status = 200, .evidence = "response", .attempts = "list 200");
    /* Of another group, and archived. */
    expect_outcome(CODE("15"), NULL, .outcome = KCASE_NOT_FOUND, .status = 200, .evidence = "response",
        .attempts = "list 200");
    expect_outcome(CODE("16"), NULL, .outcome = KCASE_NOT_FOUND, .status = 200, .evidence = "response",
        .attempts = "list 200");
    expect_outcome("{\"api_tracking_code\": \"sandbox-000000000016\", \"archived\": true}", NULL,
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "list 200, read 200, cancel 200");
}

static void a_lost_answer_is_read_back(void **state)
{
    (void)state;
    fault("cancel", "\"kind\": \"reset_before\", \"effect\": \"before\", \"times\": 1");
    expect_outcome(CODE("01"), NULL, .outcome = KCASE_CANCELED, .evidence = "read_back",
        .attempts = "list 200, read 200, cancel lost, read 200");
}

/* --- A list that is none --------------------------------------------------------------------------- */

static void a_list_that_is_not_whole_cancels_nobody(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        int32_t outcome;
        const char *reason;
    } cases[] = {{"\"kind\": \"truncate\"", KCASE_NOT_SENT, "answer_lost"},
        {"\"kind\": \"reset_during\"", KCASE_NOT_SENT, "answer_lost"},
        {"\"kind\": \"status\", \"status\": 200, \"body\": \"{\\\"cases\\\":[\"", KCASE_NOT_SENT,
            "unreadable"},
        {"\"kind\": \"answer\", \"form\": \"login_page\"", KCASE_FAILED, "not_the_service"},
        {"\"kind\": \"answer\", \"form\": \"block_page\"", KCASE_FAILED, "blocked"},
        {"\"kind\": \"status\", \"status\": 500", KCASE_FAILED, "server_error"},
        {"\"kind\": \"answer\", \"status\": 403, \"form\": \"own\"", KCASE_DENIED, "forbidden"}};
    for (size_t index = 0; index < sizeof cases / sizeof cases[0]; index++) {
        fault("list", cases[index].rule);
        expect_outcome(CODE("01"), "{\"max_attempts\": 1}", .outcome = cases[index].outcome,
            .reason = cases[index].reason, .status = ANY_STATUS,
            .evidence = cases[index].outcome == KCASE_NOT_SENT ? NULL : "response",
            .retriable = cases[index].outcome != KCASE_DENIED);
        sandbox_clear_faults(&test.box);
    }
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
}

/* --- Not the same case any more -------------------------------------------------------------------- */

/* What the readings by id say; the list always has the case. */
typedef struct {
    const char *code;
    int readings;
    int readings_with_code;
} changing_case;

static void answer_with_code(raw_peer *peer, const raw_request *request, void *context)
{
    changing_case *now = context;
    if (strncmp(request->text, "POST", 4) == 0) {
        raw_hang_up(peer);
        return;
    }
    bool is_list = text_has(request->text, "GET /case/list ");
    const char *code = is_list || now->readings++ < now->readings_with_code ? "mine" : now->code;
    char *body = text_format("{\"cases\":[{\"id\":\"c-1\",\"caseStatus\":\"Pending\",%s%s%s}]}",
        code == NULL ? "" : "\"apiTrackingCode\":\"", code == NULL ? "\"a\":0" : code,
        code == NULL ? "" : "\"");
    raw_answer(peer, 200, "", body);
    free(body);
}

static void expect_other_case(const char *code, int readings_with_code, int32_t outcome, int cancels)
{
    changing_case now = {code, 0, readings_with_code};
    raw_server *server = raw_start(answer_with_code, &now);
    kcase_client *client = client_on_port(raw_port(server), "");
    kcase_result *result = kcase_cancel_found(
        client, "{\"api_tracking_code\": \"mine\"}", "{\"max_attempts\": 1}");
    assert_int_equal(kcase_result_outcome(result), outcome);
    expect_well_formed(result);
    assert_int_equal(raw_count(server, "POST"), cancels);
    kcase_result_free(result);
    kcase_client_free(client);
    raw_stop(server);
}

static void a_case_that_does_not_show_the_same_is_not_canceled(void **state)
{
    (void)state;
    expect_other_case("another", 0, KCASE_NOT_SENT, 0);
    expect_other_case(NULL, 0, KCASE_NOT_SENT, 0);
    /* After the request it is too late for that, but not for a claim. */
    expect_other_case("another", 1, KCASE_UNKNOWN, 1);
}

/* --- Several --------------------------------------------------------------------------------------- */

static void several_are_not_canceled_unasked(void **state)
{
    (void)state;
    kcase_result *result =
        kcase_cancel_found(test.client, "{\"api_tracking_user\": \"recruiter-0\"}", NULL);
    expect_claim(result, .outcome = KCASE_REFUSED, .reason = "ambiguous", .status = 200,
        .evidence = "response", .attempts = "list 200");
    assert_true(text_has(kcase_result_message(result), "14 cases"));
    expect_member(result, "cases.13.id", "\"" CASE("01") "\"");
    expect_member(result, "cases.13.canceled", "false");
    expect_member(result, "cases.14", "absent");
    kcase_result_free(result);
    expect_outcome("{\"api_tracking_user\": \"recruiter-0\", \"all\": true, \"expected\": 13}", NULL,
        .outcome = KCASE_REFUSED, .reason = "ambiguous", .status = 200, .evidence = "response",
        .attempts = "list 200");
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
}

static void all_that_are_expected_are_canceled(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel_found(
        test.client, "{\"api_tracking_user\": \"recruiter-0\", \"all\": true, \"expected\": 14}", NULL);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .reason = "partial");
    assert_true(text_has(kcase_result_message(result), "5 of 14 cases were canceled, and 1 were before"));
    expect_member(result, "cases.13.outcome", "\"canceled\"");
    expect_member(result, "cases.0.outcome", "\"already_canceled\"");
    expect_member(result, "cases.7.reason", "\"already_started\"");
    assert_string_equal(kcase_result_case_id(result), "");
    kcase_result_free(result);
    for (int number = 1; number <= 5; number++) {
        char *id = text_format(CASE("%02d"), number);
        expect_canceled(id, true);
        free(id);
    }
}

static void all_can_be_one(void **state)
{
    (void)state;
    expect_outcome("{\"api_tracking_code\": \"sandbox-000000000003\", \"all\": true, \"expected\": 1}", NULL,
        .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "list 200, read 200, cancel 200");
}

/* --- Input ----------------------------------------------------------------------------------------- */

static void expect_refused(const char *filter, const char *options, const char *word)
{
    kcase_result *result = kcase_cancel_found(test.client, filter, options);
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(result), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(result));
    }
    kcase_result_free(result);
}

static void just_one_criterion_finds(void **state)
{
    (void)state;
    expect_refused(NULL, NULL, "filter");
    expect_refused("{}", NULL, "just one");
    expect_refused("{\"archived\": true}", NULL, "just one");
    expect_refused("{\"api_tracking_code\": \"a\", \"candidate_email\": \"b\"}", NULL, "just one");
    expect_refused("{\"api_tracking_code\": null}", NULL, "null");
    expect_refused("{\"api_tracking_code\": null, \"candidate_email\": \"b\"}", NULL, "null");
    expect_refused("{\"api_tracking_code\": \" \"}", NULL, "blank");
    expect_refused("{\"case_status\": \"Pending\"}", NULL, "unknown key");
    expect_refused("{\"api_tracking_code\": \"a\", \"all\": true}", NULL, "expected");
    expect_refused("{\"api_tracking_code\": \"a\", \"expected\": 2}", NULL, "all");
    expect_refused("{\"api_tracking_code\": \"a\", \"all\": true, \"expected\": 0}", NULL, "expected");
    expect_refused("{\"api_tracking_code\": \"a\", \"all\": true, \"expected\": 1001}", NULL, "expected");
    expect_refused("{\"api_tracking_code\": \"a\"}", "{\"timeout_ms\": 0}", "timeout_ms");
    kcase_result *result = kcase_cancel_found(NULL, CODE("01"), NULL);
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    kcase_result_free(result);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(the_case_that_was_found_is_canceled),
        statement(an_address_finds_it_too),
        statement(what_the_service_refuses_is_told),
        statement(nobody_is_found),
        statement(a_lost_answer_is_read_back),
        statement(a_list_that_is_not_whole_cancels_nobody),
        statement(a_case_that_does_not_show_the_same_is_not_canceled),
        statement(several_are_not_canceled_unasked),
        statement(all_that_are_expected_are_canceled),
        statement(all_can_be_one),
        statement(just_one_criterion_finds),
    };
    return run_statements("cancel_found", statements, suite_setup, suite_teardown);
}
