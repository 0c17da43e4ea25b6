/* kcase_cancel_services: each service has a claim of its own, held against what really happened to it. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

/* The sandbox's services: these are pending, and what a cancel of the others comes to is in its README. */
#define EMPLOYMENT "service-employment"
#define EDUCATION "service-education"
#define COUNTY "service-county-criminal"
#define TRACE "service-ssn-trace"
#define DONE "service-drug-5-panel"
#define CANCELED "service-mvr"
#define UNRECORDED "service-license"

#define LIST(...) "[" __VA_ARGS__ "]"
#define ID(name) "\"" name "\""

static kcase_result *cancel(const char *case_id, const char *ids, const char *options)
{
    kcase_result *result = kcase_cancel_services(test.client, case_id, ids, options);
    expect_well_formed(result);
    return result;
}

/* What is claimed of a service, as the result's JSON has it. */
static char *claim_of(const kcase_result *result, const char *service_id)
{
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    char *outcome = NULL;
    size_t index;
    const json_t *service;
    json_array_foreach(json_object_get(json, "services"), index, service) {
        if (strcmp(json_string_value(json_object_get(service, "id")), service_id) != 0) continue;
        outcome = strdup(json_string_value(json_object_get(service, "outcome")));
    }
    json_decref(json);
    if (outcome == NULL) fail_msg("no claim about %s: %s", service_id, kcase_result_json(result));
    return outcome;
}

#define expect_service(result, service_id, outcome) \
    check_service((result), (service_id), (outcome), __FILE__, __LINE__)

static void check_service(
    const kcase_result *result, const char *service_id, const char *expected, const char *file, int line)
{
    char *outcome = claim_of(result, service_id);
    bool is_so = strcmp(outcome, expected) == 0;
    if (!is_so) {
        fprintf(stderr, "%s is %s, expected %s\nin %s\n", service_id, outcome, expected,
            kcase_result_json(result));
    }
    free(outcome);
    if (!is_so) _fail(file, line);
    bool is_canceled = sandbox_service(&test.box, kcase_result_case_id(result), service_id).canceled;
    if (strcmp(expected, "canceled") == 0 || strcmp(expected, "already_canceled") == 0) {
        assert_true(is_canceled);
    } else if (strcmp(expected, "unknown") != 0) {
        assert_false(is_canceled);
    }
}

/* --- One service ---------------------------------------------------------------------------------- */

static void one_that_is_pending_is_canceled(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT)), NULL);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "read_services 200, cancel_services 200");
    expect_service(result, EMPLOYMENT, "canceled");
    expect_member(result, "case", "null");
    assert_string_equal(kcase_result_message(result), "The service is canceled.");
    kcase_result_free(result);
    assert_false(sandbox_ledger(&test.box, CASE("01")).canceled);
    assert_false(sandbox_service(&test.box, CASE("01"), EDUCATION).canceled);
}

static void one_that_is_canceled_already_is_not_asked_for(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(CANCELED)), NULL);
    expect_claim(result, .outcome = KCASE_ALREADY_CANCELED, .status = 200, .evidence = "read_back",
        .attempts = "read_services 200");
    expect_service(result, CANCELED, "already_canceled");
    kcase_result_free(result);
    assert_int_equal(sandbox_service(&test.box, CASE("01"), CANCELED).cancel_requests, 0);
}

static void one_that_is_done_is_refused(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(DONE)), NULL);
    expect_claim(result, .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
        .evidence = "read_back",
        .attempts = "read_services 200, cancel_services 422, read_services 200, read_services 200");
    assert_string_equal(kcase_result_message(result), "Service cannot be canceled.");
    expect_service(result, DONE, "refused");
    kcase_result_free(result);
}

static void the_other_documented_refusal_is_told(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(TRACE)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_REFUSED);
    assert_true(text_has(kcase_result_message(result), "SSN Trace is required when County"));
    kcase_result_free(result);
}

static void one_without_a_record_rests_on_the_answer(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(UNRECORDED)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    expect_member(result, "evidence", "\"response\"");
    kcase_result_free(result);
    kcase_result *always = cancel(CASE("02"), LIST(ID(UNRECORDED)), "{\"confirm\": \"always\"}");
    assert_int_equal(kcase_result_outcome(always), KCASE_UNKNOWN);
    kcase_result_free(always);
}

static void cases_that_are_not_there(void **state)
{
    (void)state;
    kcase_result *unheard = cancel(CASE_UNHEARD_OF, LIST(ID(EMPLOYMENT)), NULL);
    expect_claim(unheard, .outcome = KCASE_NOT_FOUND, .status = 404, .evidence = "read_back",
        .attempts = "read_services 403, cancel_services 404, read_services 403");
    kcase_result_free(unheard);
    kcase_result *others = cancel(CASE_OF_OTHERS, LIST(ID(EMPLOYMENT)), NULL);
    assert_int_equal(kcase_result_outcome(others), KCASE_DENIED);
    kcase_result_free(others);
}

static void tokens_are_minted_and_replaced(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_result_free(kcase_check(test.client));
    sandbox_revoke_tokens(&test.box);
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
}

static void a_wrong_token_is_denied(void **state)
{
    (void)state;
    use_client_with("\"token\": \"wrong\"", "");
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT)), NULL);
    expect_claim(result, .outcome = KCASE_DENIED, .status = 401, .reason = "unauthorized",
        .evidence = "response", .attempts = "read_services 403, cancel_services 401");
    kcase_result_free(result);
}

/* --- Several -------------------------------------------------------------------------------------- */

static void several_are_read_back_each(void **state)
{
    (void)state;
    kcase_result *result =
        cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(CANCELED) "," ID(EDUCATION)), NULL);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "read_back",
        .attempts = "read_services 200, cancel_services 200, read_services 200");
    expect_service(result, EMPLOYMENT, "canceled");
    expect_service(result, EDUCATION, "canceled");
    expect_service(result, CANCELED, "already_canceled");
    kcase_result_free(result);
    assert_int_equal(sandbox_service(&test.box, CASE("01"), CANCELED).cancels_applied, 0);
}

static void a_list_that_is_refused_in_part(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(DONE)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_REFUSED);
    expect_service(result, EMPLOYMENT, "canceled");
    expect_service(result, DONE, "refused");
    assert_true(text_has(kcase_result_message(result), "1 canceled, 1 refused"));
    kcase_result_free(result);
}

static void what_was_not_seen_open_may_have_been_canceled_by_a_refused_list(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "{\"on\": \"read_services\", \"kind\": \"status\", \"status\": 500, \"times\": 1}");
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(DONE)), NULL);
    expect_claim(result, .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
        .evidence = "read_back",
        .attempts = "read_services 500, cancel_services 422, read_services 200, read_services 200");
    expect_service(result, EMPLOYMENT, "canceled");
    expect_service(result, DONE, "refused");
    kcase_result_free(result);
}

static void a_list_that_is_accepted_and_done_in_part(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"partial\", \"count\": 1}");
    kcase_result *result =
        cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(EDUCATION)), "{\"timeout_ms\": 2000}");
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
    expect_service(result, EMPLOYMENT, "canceled");
    expect_service(result, EDUCATION, "unknown");
    kcase_result_free(result);
}

static void one_that_no_reading_shows_is_unknown_among_several(void **state)
{
    (void)state;
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(UNRECORDED)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
    expect_service(result, EMPLOYMENT, "canceled");
    expect_service(result, UNRECORDED, "unknown");
    kcase_result_free(result);
}

static void without_readings_several_are_unknown(void **state)
{
    (void)state;
    kcase_result *result =
        cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(EDUCATION)), "{\"confirm\": \"never\"}");
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 200, .reason = "unconfirmed",
        .retriable = true, .attempts = "cancel_services 200");
    kcase_result_free(result);
    kcase_result *one = cancel(CASE("02"), LIST(ID(EMPLOYMENT)), "{\"confirm\": \"never\"}");
    expect_claim(one, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel_services 200");
    kcase_result_free(one);
}

static void what_was_canceled_meanwhile_is_not_asked_for_again(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "{\"kind\": \"partial\", \"count\": 1, \"status\": 504, \"times\": 1}");
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(EDUCATION)), NULL);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "read_back",
        .attempts = "read_services 200, cancel_services 504, read_services 200, cancel_services 200, "
                    "read_services 200");
    kcase_result_free(result);
    assert_int_equal(sandbox_service(&test.box, CASE("01"), EMPLOYMENT).cancels_applied, 1);
    assert_int_equal(sandbox_service(&test.box, CASE("01"), EDUCATION).cancels_applied, 1);
}

/* --- Trouble --------------------------------------------------------------------------------------- */

/* A fault before the first of the cancel's answers, and what is claimed then; perhaps after a while. */
static void expect_after(const char *rule, int32_t outcome, const char *claim)
{
    sandbox_reset(&test.box);
    use_client("");
    sandbox_fault(&test.box, rule);
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT)), "{\"timeout_ms\": 3000}");
    if (kcase_result_outcome(result) != outcome) fail_msg("%s: %s", rule, kcase_result_json(result));
    expect_service(result, EMPLOYMENT, claim);
    kcase_result_free(result);
}

#define ON_CANCEL "\"on\": \"cancel_services\""

static void lost_answers_are_read_back(void **state)
{
    (void)state;
    expect_after("{\"kind\": \"reset_before\", \"effect\": \"before\", \"times\": 1, " ON_CANCEL "}",
        KCASE_CANCELED, "canceled");
    expect_after("{\"kind\": \"close_before\", \"times\": 1, " ON_CANCEL "}", KCASE_CANCELED, "canceled");
    expect_after("[{\"kind\": \"reset_before\", \"effect\": \"before\", " ON_CANCEL "},"
                 " {\"kind\": \"empty\", \"status\": 503, \"on\": \"read_services\"}]",
        KCASE_UNKNOWN, "unknown");
}

static void errors_of_the_service_are_read_back(void **state)
{
    (void)state;
    expect_after("{\"kind\": \"status\", \"status\": 500, " ON_CANCEL "}", KCASE_FAILED, "failed");
    expect_after("{\"kind\": \"status\", \"status\": 500, \"effect\": \"before\", " ON_CANCEL "}",
        KCASE_CANCELED, "canceled");
    expect_after("{\"kind\": \"answer\", \"status\": 504, \"form\": \"gateway_timeout\", " ON_CANCEL "}",
        KCASE_UNKNOWN, "unknown");
}

static void answers_of_others_claim_nothing(void **state)
{
    (void)state;
    expect_after("{\"kind\": \"answer\", \"form\": \"login_page\", " ON_CANCEL "}", KCASE_UNKNOWN, "unknown");
    expect_after("{\"kind\": \"answer\", \"form\": \"block_page\", " ON_CANCEL "}", KCASE_FAILED, "failed");
    expect_after("{\"kind\": \"answer\", \"form\": \"router_json\", " ON_CANCEL "}", KCASE_FAILED, "failed");
    expect_after("{\"kind\": \"answer\", \"form\": \"login_page\", \"effect\": \"before\", " ON_CANCEL "}",
        KCASE_CANCELED, "canceled");
}

static void work_that_goes_on_is_not_denied(void **state)
{
    (void)state;
    expect_after("{\"kind\": \"answer\", \"status\": 524, \"form\": \"gateway_page\", \"effect\": \"later\","
                 " \"effect_ms\": 700, \"times\": 2, " ON_CANCEL "}",
        KCASE_UNKNOWN, "unknown");
}

static void readings_that_lag_mislead_nobody(void **state)
{
    (void)state;
    use_client(", \"settle_ms\": 300");
    sandbox_fault(&test.box,
        "[{\"kind\": \"lag\", \"lag_ms\": 250, \"on\": \"read_services\"},"
        " {\"kind\": \"status\", \"status\": 422, \"effect\": \"before\", " ON_CANCEL "}]");
    kcase_result *result = cancel(CASE("01"), LIST(ID(EMPLOYMENT) "," ID(EDUCATION)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    expect_service(result, EMPLOYMENT, "canceled");
    kcase_result_free(result);
}

static void nobody_there_means_not_sent(void **state)
{
    (void)state;
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port_of_nobody(), "");
    kcase_result *result = kcase_cancel_services(test.client, CASE("01"), LIST(ID(EMPLOYMENT)), NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_NOT_SENT);
    expect_service(result, EMPLOYMENT, "not_sent");
    kcase_result_free(result);
}

/* --- Input ----------------------------------------------------------------------------------------- */

static void expect_invalid(const char *ids, const char *options, const char *word)
{
    kcase_result *result = cancel(CASE("01"), ids, options);
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(result), word)) fail_msg("%s", kcase_result_message(result));
    kcase_result_free(result);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    expect_invalid(NULL, NULL, "service_ids: must not be NULL");
    expect_invalid("", NULL, "service_ids");
    expect_invalid("[]", NULL, "1 to 64");
    expect_invalid("{}", NULL, "service_ids: must be an array");
    expect_invalid("\"a\"", NULL, "service_ids");
    expect_invalid("[1]", NULL, "1 to 64 strings");
    expect_invalid("[\"a\", null]", NULL, "strings");
    expect_invalid("[\"a\", \"b\", \"A\"]", NULL, "service_ids[2]: is given twice, as service_ids[0] too");
    expect_invalid("[\"a b\"]", NULL, "service_ids[0]: ");
    expect_invalid("[\"a\", \"../b\"]", NULL, "service_ids[1]: ");
    expect_invalid("[\"a\\u0000b\"]", NULL, "service_ids");
    expect_invalid("[\"a\"", NULL, "service_ids: ");
    expect_invalid(LIST(ID("a")), "{\"service_type_id\": \"a/b\"}", "service_type_id: ");
    expect_invalid(LIST(ID("a")), "{\"service_type\": \"a\"}", "did you mean \"service_type_id\"");
    text_buffer many = {0};
    for (int number = 0; number < 65; number++) {
        char *id = text_format("%s\"s%d\"", number == 0 ? "[" : ",", number);
        text_add(&many, id);
        free(id);
    }
    text_add(&many, "]");
    expect_invalid(many.bytes, NULL, "1 to 64");
    free(many.bytes);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

static void another_type_of_services_is_read_where_it_is(void **state)
{
    (void)state;
    kcase_result *result = cancel(
        CASE("01"), LIST(ID(EMPLOYMENT)), "{\"service_type_id\": \"service-type-idv\"}");
    /* There is nothing to be read of that type, so the answer is all there is. */
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "read_services 200, cancel_services 200");
    kcase_result_free(result);
}

static void sixty_four_go_in_one_request(void **state)
{
    (void)state;
    text_buffer many = {0};
    for (int number = 0; number < 64; number++) {
        char *id = text_format("%s\"s%d\"", number == 0 ? "[" : ",", number);
        text_add(&many, id);
        free(id);
    }
    text_add(&many, "]");
    kcase_result *result = cancel(CASE("01"), many.bytes, NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN); /* unheard of, and so never shown */
    free(many.bytes);
    kcase_result_free(result);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(one_that_is_pending_is_canceled),
        statement(one_that_is_canceled_already_is_not_asked_for),
        statement(one_that_is_done_is_refused),
        statement(the_other_documented_refusal_is_told),
        statement(one_without_a_record_rests_on_the_answer),
        statement(cases_that_are_not_there),
        statement(tokens_are_minted_and_replaced),
        statement(a_wrong_token_is_denied),
        statement(several_are_read_back_each),
        statement(a_list_that_is_refused_in_part),
        statement(what_was_not_seen_open_may_have_been_canceled_by_a_refused_list),
        statement(a_list_that_is_accepted_and_done_in_part),
        statement(one_that_no_reading_shows_is_unknown_among_several),
        statement(without_readings_several_are_unknown),
        statement(what_was_canceled_meanwhile_is_not_asked_for_again),
        statement(lost_answers_are_read_back),
        statement(errors_of_the_service_are_read_back),
        statement(answers_of_others_claim_nothing),
        statement(work_that_goes_on_is_not_denied),
        statement(readings_that_lag_mislead_nobody),
        statement(nobody_there_means_not_sent),
        statement(bad_input_is_refused),
        statement(another_type_of_services_is_read_where_it_is),
        statement(sixty_four_go_in_one_request),
    };
    return run_statements("cancel_services", statements, suite_setup, suite_teardown);
}
