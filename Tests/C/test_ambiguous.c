/* Answers that leave a doubt, and answers that never came: the case is read back, and the claim is what
 * was read, or unknown. Each fault comes with the cancel carried out, and without. */
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

#define ONCE "\"times\": 1, "
#define CARRIED_OUT "\"effect\": true, "

static void fault_cancel(const char *how, const char *kind)
{
    char *rule = text_format("{\"on\": \"cancel\", %s\"kind\": %s}", how, kind);
    sandbox_fault(&test.box, rule);
    free(rule);
}

static void fault_reads(const char *kind)
{
    char *rule = text_format("{\"on\": \"read\", \"kind\": %s}", kind);
    sandbox_fault(&test.box, rule);
    free(rule);
}

/* --- The server says that it failed --------------------------------------------------------------- */

static const char *const status_of[] = {"500", "502", "503", "504", "408", "501", "599"};
#define STATUS_COUNT (sizeof status_of / sizeof status_of[0])

static void an_error_that_passes_is_tried_again(void **state)
{
    (void)state;
    for (size_t index = 0; index < STATUS_COUNT; index++) {
        sandbox_reset(&test.box);
        char *kind = text_format("\"empty\", \"status\": %s", status_of[index]);
        char *attempts = text_format("cancel %s, read 200, cancel 200", status_of[index]);
        fault_cancel(ONCE, kind);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = attempts);
        free(kind);
        free(attempts);
    }
}

static void an_error_of_a_server_that_did_it_is_seen_through(void **state)
{
    (void)state;
    for (size_t index = 0; index < STATUS_COUNT; index++) {
        sandbox_reset(&test.box);
        char *kind = text_format("\"html\", \"status\": %s", status_of[index]);
        char *attempts = text_format("cancel %s, read 200", status_of[index]);
        fault_cancel(CARRIED_OUT, kind);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = atoi(status_of[index]),
            .evidence = "read_back", .attempts = attempts);
        free(kind);
        free(attempts);
    }
}

static void a_server_that_stays_in_error_has_failed(void **state)
{
    (void)state;
    static const int32_t statuses[] = {500, 501, 503, 599};
    for (size_t index = 0; index < sizeof statuses / sizeof statuses[0]; index++) {
        sandbox_reset(&test.box);
        char *kind = text_format("\"status\", \"status\": %d", statuses[index]);
        char *attempts = text_format(
            "cancel %d, read 200, cancel %d, read 200, read 200", statuses[index], statuses[index]);
        fault_cancel("", kind);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_FAILED, .status = statuses[index],
            .reason = "server_error", .evidence = "read_back", .retriable = true, .attempts = attempts);
        free(kind);
        free(attempts);
    }
}

static void a_gateway_that_gave_up_leaves_it_unknown(void **state)
{
    (void)state;
    /* What a gateway says of the service, or of its own: the service may be at work for a while yet. */
    static const int32_t statuses[] = {502, 504, 408, 460, 499, 500, 503, 520, 524, 599};
    for (size_t index = 0; index < sizeof statuses / sizeof statuses[0]; index++) {
        sandbox_reset(&test.box);
        char *kind = text_format("\"html\", \"status\": %d", statuses[index]);
        char *attempts = text_format(
            "cancel %d, read 200, cancel %d, read 200, read 200", statuses[index], statuses[index]);
        fault_cancel("", kind);
        kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
        expect_claim(result, .outcome = KCASE_UNKNOWN, .status = statuses[index],
            .reason = statuses[index] < 500 && statuses[index] != 408 ? "rejected" : "server_error",
            .retriable = true, .attempts = attempts);
        expect_member(result, "case.canceled", "false");
        kcase_result_free(result);
        free(kind);
        free(attempts);
    }
}

static void an_error_that_cannot_be_read_back_leaves_it_unknown(void **state)
{
    (void)state;
    fault_cancel("", "\"status\", \"status\": 500");
    fault_reads("\"status\", \"status\": 500");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 500, .reason = "server_error",
        .retriable = true, .attempts = "cancel 500, read 500, cancel 500, read 500, read 500");
}

/* --- No answer, or half of one -------------------------------------------------------------------- */

static const char *const losses[] = {
    "\"reset_before\"",
    "\"reset_during\"",
    "\"reset_during\", \"status\": 422",
    "\"close_before\"",
    "\"truncate\"",
    "\"truncate\", \"status\": 404",
    "\"garbage\"",
    "\"oversize\", \"body_bytes\": 100000",
    "\"oversize\", \"body_bytes\": 100000, \"status\": 403",
};
#define LOSS_COUNT (sizeof losses / sizeof losses[0])
#define SMALL_ANSWERS ", \"max_response_bytes\": 16384"

static void a_lost_answer_to_a_request_that_took_effect_is_read_back(void **state)
{
    (void)state;
    use_client(SMALL_ANSWERS);
    for (size_t index = 0; index < LOSS_COUNT; index++) {
        sandbox_reset(&test.box);
        fault_cancel(CARRIED_OUT, losses[index]);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 0,
            .evidence = "read_back", .attempts = "cancel lost, read 200");
    }
}

static void a_lost_answer_to_a_request_without_effect_is_sent_again(void **state)
{
    (void)state;
    use_client(SMALL_ANSWERS);
    for (size_t index = 0; index < LOSS_COUNT; index++) {
        sandbox_reset(&test.box);
        fault_cancel(ONCE, losses[index]);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel lost, read 200, cancel 200");
    }
}

static void answers_that_are_always_lost_leave_it_unknown(void **state)
{
    (void)state;
    use_client(SMALL_ANSWERS);
    for (size_t index = 0; index < LOSS_COUNT; index++) {
        sandbox_reset(&test.box);
        fault_cancel("", losses[index]);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 0,
            .reason = "answer_lost", .retriable = true,
            .attempts = "cancel lost, read 200, cancel lost, read 200, read 200");
    }
}

static void answers_and_readings_that_are_lost_leave_it_unknown(void **state)
{
    (void)state;
    use_client(SMALL_ANSWERS);
    for (size_t index = 0; index < LOSS_COUNT; index++) {
        sandbox_reset(&test.box);
        fault_cancel(CARRIED_OUT, losses[index]);
        fault_reads(losses[index]);
        expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 0,
            .reason = "answer_lost", .retriable = true,
            .attempts = "cancel lost, read lost, cancel lost, read lost, read lost");
    }
}

static void a_refusal_after_a_lost_answer_may_be_our_own_doing(void **state)
{
    (void)state;
    fault_cancel(ONCE CARRIED_OUT, "\"reset_before\"");
    sandbox_fault(&test.box, "{\"on\": \"read\", \"kind\": \"reset_before\", \"times\": 1}");
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 422, .evidence = "read_back",
        .attempts = "cancel lost, read lost, cancel 422, read 200");
}

static void silence_is_ended_in_time_and_read_back(void **state)
{
    (void)state;
    use_client(", \"timeout_ms\": 1000");
    fault_cancel(ONCE CARRIED_OUT, "\"hang\"");
    int64_t begin = clock_ms();
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_CANCELED, .status = 0, .evidence = "read_back",
        .attempts = "cancel lost, read 200");
    assert_in_range(clock_ms() - begin, 490, 2000);
}

static void silence_without_effect_is_unknown(void **state)
{
    (void)state;
    use_client(", \"timeout_ms\": 600");
    fault_cancel("", "\"hang\"");
    int64_t begin = clock_ms();
    expect_cancel(CASE_CANCELABLE, .outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
        .retriable = true, .attempts = "cancel lost, read 200, cancel lost, read 200, read 200");
    assert_in_range(clock_ms() - begin, 290, 1600);
}

static void a_deadline_after_the_request_leaves_it_unknown(void **state)
{
    (void)state;
    use_client(", \"timeout_ms\": 400");
    fault_cancel(CARRIED_OUT, "\"hang\"");
    fault_reads("\"hang\"");
    int64_t begin = clock_ms();
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    assert_in_range(clock_ms() - begin, 200, 1400);
    expect_well_formed(result);
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
    assert_int_equal(kcase_result_is_retriable(result), 1);
    kcase_result_free(result);
}

/* --- Nothing left this machine -------------------------------------------------------------------- */

static void a_server_that_is_not_there_gets_nothing(void **state)
{
    (void)state;
    int port = raw_port_of_nobody();
    kcase_client *client = client_on_port(port, "");
    kcase_result *result = kcase_cancel(client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "connect", .retriable = true,
        .attempts = "cancel unsent, cancel unsent");
    kcase_result_free(result);
    kcase_client_free(client);
}

static void a_server_that_speaks_no_tls_gets_nothing(void **state)
{
    (void)state;
    char *address = text_format("https://127.0.0.1:%d", test.box.port);
    kcase_client *client = client_of(address, STATIC_TOKEN, ", \"connect_timeout_ms\": 200");
    kcase_result *result = kcase_cancel(client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "connect", .retriable = true,
        .attempts = "cancel unsent, cancel unsent");
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
    kcase_result_free(result);
    kcase_client_free(client);
    free(address);
}

static void a_name_that_is_none_gets_nothing(void **state)
{
    (void)state;
    /* A label of more than 63 bytes: the resolver knows without asking anybody. */
    char *label = text_repeat("n", 70);
    char *address = text_format("https://%s.invalid", label);
    kcase_client *client = client_of(address, STATIC_TOKEN, "");
    kcase_result *result = kcase_cancel(client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "name_lookup", .retriable = true,
        .attempts = "cancel unsent, cancel unsent");
    kcase_result_free(result);
    kcase_client_free(client);
    free(address);
    free(label);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(an_error_that_passes_is_tried_again),
        statement(an_error_of_a_server_that_did_it_is_seen_through),
        statement(a_server_that_stays_in_error_has_failed),
        statement(a_gateway_that_gave_up_leaves_it_unknown),
        statement(an_error_that_cannot_be_read_back_leaves_it_unknown),
        statement(a_lost_answer_to_a_request_that_took_effect_is_read_back),
        statement(a_lost_answer_to_a_request_without_effect_is_sent_again),
        statement(answers_that_are_always_lost_leave_it_unknown),
        statement(answers_and_readings_that_are_lost_leave_it_unknown),
        statement(a_refusal_after_a_lost_answer_may_be_our_own_doing),
        statement(silence_is_ended_in_time_and_read_back),
        statement(silence_without_effect_is_unknown),
        statement(a_deadline_after_the_request_leaves_it_unknown),
        statement(a_server_that_is_not_there_gets_nothing),
        statement(a_server_that_speaks_no_tls_gets_nothing),
        statement(a_name_that_is_none_gets_nothing),
    };
    return run_statements("ambiguous", statements, suite_setup, suite_teardown);
}
