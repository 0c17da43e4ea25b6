/* Lists: cases that are found by what the host knows of them; a list that did not come whole finds nobody. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

static void fault(const char *rest)
{
    char *rule = text_format("{\"on\": \"list\", %s}", rest);
    sandbox_fault(&test.box, rule);
    free(rule);
}

/* The numbers at the ends of the ids that were found, in the order of the list: "02 01". */
static char *numbers_of(const kcase_result *result)
{
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    text_buffer text = {0};
    text_add(&text, "");
    size_t index;
    const json_t *one;
    json_array_foreach(json_object_get(json, "cases"), index, one)
    {
        const char *id = json_string_value(json_object_get(one, "id"));
        if (index > 0) text_add(&text, " ");
        text_add(&text, id + strlen(id) - 2);
    }
    json_decref(json);
    return text.bytes;
}

static void expect_found(const char *filter, const char *numbers)
{
    kcase_result *result = kcase_list(test.client, filter);
    expect_claim(
        result, .outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "list 200");
    char *found = numbers_of(result);
    if (strcmp(found, numbers) != 0) fail_msg("%s: found \"%s\", expected \"%s\"", filter, found, numbers);
    free(found);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
    kcase_result_free(result);
}

/* --- What is found -------------------------------------------------------------------------------- */

static void a_case_is_found_by_what_the_host_knows(void **state)
{
    (void)state;
    expect_found("{\"api_tracking_code\": \"sandbox-000000000003\"}", "03");
    expect_found("{\"api_tracking_code\": \"Sandbox-000000000003\"}", "");
    expect_found("{\"api_tracking_code\": \"sandbox-00000000000\"}", "");
    expect_found("{\"candidate_email\": \"Candidate+000000000003@EXAMPLE.com\"}", "03");
    expect_found("{\"candidate_email\": \"candidate@example.com\"}", "");
    expect_found("{\"invitation_email\": \"candidate+000000000014@example.com\"}", "14");
    expect_found("{\"api_tracking_user\": \"recruiter-1\"}", "");
    expect_found("{\"api_tracking_user\": \"recruiter-0\", \"case_status\": \"Blocked\"}", "05 04");
}

static void cases_are_found_by_their_state(void **state)
{
    (void)state;
    expect_found("{\"case_status\": \"Pending\"}", "06 03 02 01");
    expect_found("{\"case_status\": \"Complete\", \"secondary_status\": \"Consider\"}", "13 08");
    expect_found("{\"secondary_status\": \"Canceled\"}", "14");
    expect_found("{\"secondary_status\": \"none\"}", "12 11 10 09 07 06");
    expect_found("{\"result\": \"Placed\"}", "09");
    expect_found("{\"result\": \"Adverse Action\"}", "12");
    expect_found("{\"cancelable\": \"likely\"}", "05 04 03 02 01");
}

static void cases_are_found_by_when_they_were_ordered(void **state)
{
    (void)state;
    expect_found("{\"ordered_before\": \"2026-01-05T09:03:00Z\"}", "02 01");
    expect_found("{\"ordered_after\": \"2026-01-05T09:13:00.000+00:00\"}", "14 13");
    expect_found("{\"ordered_after\": \"2026-01-05T10:13:00+01:00\", \"ordered_before\":"
                 " \"2026-01-05T09:14:00Z\"}", "13");
    expect_found("{\"ordered_after\": \"2026-01-06\"}", "");
    expect_found("{\"ordered_before\": \"2026-01-05\"}", "");
}

static void archived_cases_are_found_on_request(void **state)
{
    (void)state;
    expect_found("{\"api_tracking_code\": \"sandbox-000000000016\"}", "");
    expect_found("{\"api_tracking_code\": \"sandbox-000000000016\", \"archived\": true}", "16");
}

static void a_result_has_as_many_cases_as_it_may_hold(void **state)
{
    (void)state;
    kcase_result *result = kcase_list(test.client, "{\"limit\": 2}");
    expect_member(result, "listing", "{\"found\":14,\"seen\":14,\"truncated\":true}");
    expect_member(result, "cases.1.canceled", "false");
    expect_member(result, "cases.2", "absent");
    kcase_result_free(result);
    result = kcase_list(test.client, NULL);
    expect_member(result, "listing", "{\"found\":14,\"seen\":14,\"truncated\":false}");
    kcase_result_free(result);
}

static void people_are_named_on_request(void **state)
{
    (void)state;
    kcase_result *result = kcase_list(test.client, "{\"limit\": 1}");
    assert_false(text_has(kcase_result_json(result), "example.com"));
    assert_false(text_has(kcase_result_json(result), "recruiter"));
    kcase_result_free(result);
    result = kcase_list(test.client, "{\"limit\": 1, \"personal_data\": true}");
    expect_member(result, "cases.0.candidateEmail", "\"candidate+000000000014@example.com\"");
    kcase_result_free(result);
}

/* --- A list that is none -------------------------------------------------------------------------- */

static void expect_list(const char *rule, int32_t outcome, const char *reason, bool retriable)
{
    fault(rule);
    kcase_result *result =
        kcase_list(test.client, "{\"api_tracking_code\": \"sandbox-000000000001\", \"max_attempts\": 1}");
    const char *evidence = outcome == KCASE_UNKNOWN || outcome == KCASE_NOT_SENT ? NULL : "response";
    expect_claim(result, .outcome = outcome, .reason = reason, .evidence = evidence,
        .retriable = retriable, .status = ANY_STATUS);
    expect_member(result, "cases", "absent");
    kcase_result_free(result);
    sandbox_clear_faults(&test.box);
}

static void a_list_that_is_not_whole_finds_nobody(void **state)
{
    (void)state;
    expect_list("\"kind\": \"truncate\"", KCASE_UNKNOWN, "answer_lost", true);
    expect_list("\"kind\": \"reset_during\"", KCASE_UNKNOWN, "answer_lost", true);
    expect_list("\"kind\": \"close_before\"", KCASE_UNKNOWN, "answer_lost", true);
    static const char *const bodies[] = {"{\\\"cases\\\":[", "{\\\"cases\\\":[]", "{\\\"cases\\\":[{}",
        "{\\\"cases\\\":[{}]", "{\\\"cases\\\":[{}]}", "{\\\"cases\\\":[7]}", "{\\\"cases\\\":[{}],}",
        "{\\\"cases\\\":[]}{}",
        "{\\\"c\\\\u0061ses\\\":[{\\\"id\\\":\\\"a\\\"}]}", "{\\\"cases\\\":[{\\\"apiTrackingCode\\\":7}]}"};
    for (size_t index = 0; index < sizeof bodies / sizeof bodies[0]; index++) {
        char *rule = text_format("\"kind\": \"status\", \"status\": 200, \"body\": \"%s\"", bodies[index]);
        bool is_clear = index == 4;
        if (!is_clear) expect_list(rule, KCASE_UNKNOWN, "unreadable", true);
        free(rule);
    }
}

static void what_is_no_list_of_the_services_is_not_believed(void **state)
{
    (void)state;
    static const char *const forms[] = {"login_page", "index_page", "maintenance_page", "success_false",
        "error_text", "status_code", "json_false", "xml_fault", "gzip", "gzip_unmarked", "empty"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        char *rule = text_format("\"kind\": \"answer\", \"status\": 200, \"form\": \"%s\"", forms[index]);
        expect_list(rule, KCASE_FAILED, "not_the_service", true);
        free(rule);
    }
    expect_list("\"kind\": \"status\", \"status\": 200, \"body\": \"[]\"", KCASE_FAILED, "not_the_service",
        true);
    expect_list("\"kind\": \"status\", \"status\": 200, \"body\": \"{\\\"data\\\":[]}\"", KCASE_FAILED,
        "not_the_service", true);
    expect_list("\"kind\": \"answer\", \"status\": 404, \"form\": \"router_json\"", KCASE_FAILED,
        "not_the_service", true);
    expect_list("\"kind\": \"answer\", \"form\": \"block_page\"", KCASE_FAILED, "blocked", true);
    expect_list("\"kind\": \"blemish\", \"form\": \"age\"", KCASE_FAILED, "not_the_service", true);
}

static void errors_of_the_service_are_told_as_such(void **state)
{
    (void)state;
    expect_list("\"kind\": \"status\", \"status\": 500", KCASE_FAILED, "server_error", true);
    expect_list("\"kind\": \"status\", \"status\": 429", KCASE_FAILED, "busy", true);
    expect_list("\"kind\": \"answer\", \"status\": 403, \"form\": \"own\"", KCASE_DENIED, "forbidden", false);
}

static void a_case_that_cannot_be_read_may_be_the_one(void **state)
{
    (void)state;
    fault("\"kind\": \"status\", \"status\": 200, \"body\": \"{\\\"cases\\\":[{\\\"id\\\":\\\"a\\\","
          "\\\"apiTrackingCode\\\":\\\"x\\\\ud800\\\",\\\"caseStatus\\\":\\\"Pending\\\"}]}\"");
    kcase_result *result = kcase_list(test.client, "{\"api_tracking_code\": \"x\"}");
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 200, .reason = "unreadable", .retriable = true,
        .attempts = "list 200");
    kcase_result_free(result);
    /* What is not asked for may be in any state. */
    result = kcase_list(test.client, "{\"candidate_email\": \"a@example.com\"}");
    expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "list 200");
    kcase_result_free(result);
}

static void a_list_is_as_long_as_is_allowed(void **state)
{
    (void)state;
    kcase_result *result = kcase_list(test.client, "{\"max_response_bytes\": 1024, \"max_attempts\": 1}");
    expect_claim(result, .outcome = KCASE_UNKNOWN, .reason = "answer_lost", .retriable = true,
        .attempts = "list lost");
    assert_true(text_has(kcase_result_message(result), "max_response_bytes"));
    kcase_result_free(result);
    /* What other calls take of an answer does not count. */
    use_client(", \"max_response_bytes\": 1024");
    expect_found("{\"api_tracking_code\": \"sandbox-000000000003\"}", "03");
}

static void a_rejected_token_is_replaced(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_result_free(kcase_check(test.client));
    sandbox_revoke_tokens(&test.box);
    kcase_result *result = kcase_list(test.client, "{\"limit\": 1}");
    expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response",
        .attempts = "list 403, authenticate 200, list 200");
    expect_member(result, "listing", "{\"found\":14,\"seen\":14,\"truncated\":true}");
    kcase_result_free(result);
}

/* --- Input ---------------------------------------------------------------------------------------- */

static void expect_refused(const char *filter, const char *word)
{
    kcase_result *result = kcase_list(test.client, filter);
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(result), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(result));
    }
    kcase_result_free(result);
    kcase_result *error = NULL;
    assert_null(kcase_listing_new(test.client, filter, &error));
    expect_claim(error, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    kcase_result_free(error);
}

static void a_criterion_without_a_value_is_refused(void **state)
{
    (void)state;
    static const char *const keys[] = {"api_tracking_code", "api_tracking_user", "candidate_email",
        "invitation_email", "case_status", "secondary_status", "result", "ordered_before", "ordered_after",
        "cancelable"};
    static const char *const values[] = {"null", "\"\"", "\" \"", "\"\xC2\xA0\"", "\"\xE2\x80\x8B\"",
        "\"\\u3000\"", "7", "[]", "true"};
    for (size_t key = 0; key < sizeof keys / sizeof keys[0]; key++) {
        for (size_t value = 0; value < sizeof values / sizeof values[0]; value++) {
            char *filter = text_format("{\"%s\": %s}", keys[key], values[value]);
            expect_refused(filter, keys[key]);
            free(filter);
        }
    }
}

static void a_filter_is_checked(void **state)
{
    (void)state;
    expect_refused("{\"api_tracking_cod\": \"x\"}", "api_tracking_code");
    expect_refused("{\"case_status\": \"pending\"}", "Pending");
    expect_refused("{\"secondary_status\": \"Cancelled\"}", "Canceled");
    expect_refused("{\"cancelable\": \"yes\"}", "likely");
    expect_refused("{\"ordered_before\": \"5.1.2026\"}", "ordered_before");
    expect_refused("{\"ordered_before\": \"2026-02-29\"}", "ordered_before");
    expect_refused("{\"limit\": 0}", "limit");
    expect_refused("{\"limit\": 10001}", "limit");
    expect_refused("[]", "filter");
    expect_refused("{", "filter");
    kcase_result *result = kcase_list(NULL, NULL);
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    kcase_result_free(result);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

/* --- One after another ----------------------------------------------------------------------------- */

/* Takes all cases; how many there were, and the last result. */
static long take_all(kcase_listing *listing, int32_t timeout_ms, kcase_result **last)
{
    long count = 0;
    for (;;) {
        int32_t found = kcase_listing_next(listing, timeout_ms, last);
        if (found == KCASE_LISTING_OVER) return count;
        if (found == KCASE_LISTING_NONE) {
            assert_null(*last);
            usleep(1000);
            continue;
        }
        expect_claim(*last, .outcome = KCASE_OK, .evidence = "response", .attempts = "");
        expect_member(*last, "case.canceled", "false");
        assert_true(strlen(kcase_result_case_id(*last)) == 36);
        kcase_result_free(*last);
        count++;
    }
}

static void a_listing_hands_out_each_case_once(void **state)
{
    (void)state;
    static const int32_t timeouts_ms[] = {-1, 0, 1, 1000};
    for (size_t index = 0; index < 4; index++) {
        kcase_listing *listing = kcase_listing_new(test.client, "{\"cancelable\": \"likely\"}", NULL);
        kcase_result *last = NULL;
        assert_int_equal(take_all(listing, timeouts_ms[index], &last), 5);
        expect_claim(
            last, .outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "list 200");
        expect_member(last, "listing", "{\"found\":5,\"seen\":14,\"truncated\":false}");
        expect_member(last, "cases", "absent");
        kcase_result_free(last);
        assert_int_equal(kcase_listing_next(listing, -1, &last), KCASE_LISTING_OVER);
        assert_null(last);
        kcase_listing_free(listing);
    }
}

static void a_listing_goes_on_where_nobody_waits(void **state)
{
    (void)state;
    /* libcurl looks by itself every 200 ms at best. A busy machine may take as long now and then. */
    for (int count = 0; count < 20; count++) {
        kcase_listing *listing = kcase_listing_new(test.client, "{\"cancelable\": \"likely\"}", NULL);
        kcase_result *last = NULL;
        int64_t start = clock_ms();
        assert_int_equal(take_all(listing, 0, &last), 5);
        kcase_result_free(last);
        kcase_listing_free(listing);
        if (clock_ms() - start < 150) return;
    }
    fail_msg("it goes on by the clock only");
}

static void a_listing_that_is_cut_short_says_so(void **state)
{
    (void)state;
    fault("\"kind\": \"truncate\"");
    kcase_listing *listing = kcase_listing_new(test.client, "{\"secondary_status\": \"none\"}", NULL);
    kcase_result *last = NULL;
    long count = take_all(listing, -1, &last);
    assert_true(count > 0 && count < 6);
    expect_claim(
        last, .outcome = KCASE_UNKNOWN, .reason = "answer_lost", .retriable = true, .attempts = "list lost");
    kcase_result_free(last);
    kcase_listing_free(listing);
}

static void a_listing_can_be_left_and_interrupted(void **state)
{
    (void)state;
    kcase_listing *listing = kcase_listing_new(test.client, NULL, NULL);
    kcase_result *result = NULL;
    assert_int_equal(kcase_listing_next(listing, -1, &result), KCASE_LISTING_CASE);
    kcase_result_free(result);
    kcase_listing_free(listing);
    listing = kcase_listing_new(test.client, NULL, NULL);
    kcase_client_interrupt(test.client);
    assert_int_equal(kcase_listing_next(listing, -1, &result), KCASE_LISTING_OVER);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "interrupted", .retriable = true);
    kcase_result_free(result);
    kcase_listing_free(listing);
    kcase_listing_free(kcase_listing_new(test.client, NULL, NULL));
    kcase_listing_free(NULL);
    assert_int_equal(kcase_listing_next(NULL, 0, &result), KCASE_LISTING_OVER);
    assert_null(result);
}

/* A long list, and a host that takes its time: what waits to be taken is bounded. */
enum { long_list = 20000 };

static void send_long_list(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_say(peer, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"cases\":[");
    for (int number = 0; number < long_list; number++) {
        char *element = text_format(
            "%s{\"id\":\"00000000-0000-4000-8000-%012d\",\"caseStatus\":\"Pending\",\"pad\":\"%0200d\"}",
            number > 0 ? "," : "", number, 0);
        raw_say(peer, element);
        free(element);
    }
    raw_say(peer, "]}");
    raw_hang_up(peer);
}

static long resident_kilobytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2) abort();
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void a_listing_needs_no_more_memory_for_a_longer_list(void **state)
{
    (void)state;
    raw_server *server = raw_start(send_long_list, NULL);
    kcase_client *client = client_on_port(raw_port(server), ", \"timeout_ms\": 30000");
    kcase_listing *listing = kcase_listing_new(client, NULL, NULL);
    kcase_result *result = NULL;
    long before = 0;
    long last = -1;
    while (kcase_listing_next(listing, -1, &result) == KCASE_LISTING_CASE) {
        long number = atol(kcase_result_case_id(result) + 24);
        assert_int_equal(number, last + 1);
        last = number;
        kcase_result_free(result);
        if (number == 1000) before = resident_kilobytes();
        if (number == 10000) usleep(100000);
        if (number > 1000 && number % 1000 == 0) assert_true(resident_kilobytes() - before < 4096);
    }
    assert_int_equal(last, long_list - 1);
    expect_claim(result, .outcome = KCASE_OK, .status = 200, .evidence = "response", .attempts = "list 200");
    kcase_result_free(result);
    kcase_listing_free(listing);
    kcase_client_free(client);
    raw_stop(server);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(a_case_is_found_by_what_the_host_knows),
        statement(cases_are_found_by_their_state),
        statement(cases_are_found_by_when_they_were_ordered),
        statement(archived_cases_are_found_on_request),
        statement(a_result_has_as_many_cases_as_it_may_hold),
        statement(people_are_named_on_request),
        statement(a_list_that_is_not_whole_finds_nobody),
        statement(what_is_no_list_of_the_services_is_not_believed),
        statement(errors_of_the_service_are_told_as_such),
        statement(a_case_that_cannot_be_read_may_be_the_one),
        statement(a_list_is_as_long_as_is_allowed),
        statement(a_rejected_token_is_replaced),
        statement(a_criterion_without_a_value_is_refused),
        statement(a_filter_is_checked),
        statement(a_listing_hands_out_each_case_once),
        statement(a_listing_goes_on_where_nobody_waits),
        statement(a_listing_that_is_cut_short_says_so),
        statement(a_listing_can_be_left_and_interrupted),
        statement(a_listing_needs_no_more_memory_for_a_longer_list),
    };
    return run_statements("list", statements, suite_setup, suite_teardown);
}
