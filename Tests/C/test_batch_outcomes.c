/* A case in a batch has the result that a single call would have, whatever the server answers. */
#include <jansson.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "raw_server.h"
#include "text.h"

/* A result's JSON without what differs from run to run. In memory from malloc. */
static char *essence(const kcase_result *result)
{
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    json_object_del(json, "elapsed_ms");
    json_object_del(json_object_get(json, "case"), "modStamp");
    size_t index;
    json_t *attempt;
    json_array_foreach(json_object_get(json, "attempts"), index, attempt)
    {
        json_object_del(attempt, "at");
        json_object_del(attempt, "duration_ms");
        json_object_del(attempt, "request_ids");
    }
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    return text;
}

/* The case alone, and then in a batch; each with a fresh sandbox that has the same faults. */
static void expect_as_alone(const char *id, const char *options, const char *rules)
{
    char *texts[2];
    for (int round = 0; round < 2; round++) {
        sandbox_reset(&test.box);
        if (rules != NULL) sandbox_fault(&test.box, rules);
        use_client("");
        ledger_row before = sandbox_ledger(&test.box, id);
        kcase_result *result;
        if (round == 0) {
            result = kcase_cancel(test.client, id, options);
        } else {
            batch = batch_of(test.client, NULL);
            batch_add(batch, id, options);
            result = batch_fetch(batch);
            assert_int_equal(batch_number(batch, "fetched"), 1);
            kcase_batch_free(batch);
            batch = NULL;
        }
        expect_well_formed(result);
        expect_truth(result, before);
        texts[round] = essence(result);
        kcase_result_free(result);
    }
    if (!text_equal(texts[0], texts[1])) fail_msg("alone: %s\nin a batch: %s", texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

static void each_state_of_a_case_has_the_result_of_a_single_call(void **state)
{
    (void)state;
    static const char *const ids[] = {CASE("01"), CASE("02"), CASE("03"), CASE("04"), CASE("05"), CASE("06"),
        CASE("07"), CASE("08"), CASE("09"), CASE("10"), CASE("11"), CASE("12"), CASE("13"), CASE("14"),
        CASE_OF_OTHERS, CASE_UNHEARD_OF};
    static const char *const options[] = {NULL, "{\"confirm\": \"always\", \"personal_data\": true}",
        "{\"confirm\": \"never\", \"max_attempts\": 1, \"tag\": \"t\"}"};
    for (size_t set = 0; set < sizeof options / sizeof options[0]; set++) {
        for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
            expect_as_alone(ids[index], options[set], NULL);
        }
    }
}

static void each_answer_has_the_result_of_a_single_call(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "{\"on\": \"cancel\", \"kind\": \"empty\", \"status\": 202, \"effect\": true}",
        "{\"on\": \"cancel\", \"kind\": \"empty\", \"status\": 202}",
        "{\"on\": \"cancel\", \"kind\": \"empty\", \"status\": 204, \"effect\": true}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 307, \"location\": \"http://127.0.0.1:1/\"}",
        "{\"on\": \"cancel\", \"kind\": \"message_array\", \"status\": 400}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 401}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 403}",
        "{\"on\": \"cancel\", \"kind\": \"empty\", \"status\": 404}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 409}",
        "{\"on\": \"cancel\", \"kind\": \"html\", \"status\": 422}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 429, \"times\": 1}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 429}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 429, \"retry_after\": \"31536000\"}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 500}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 500, \"effect\": true}",
        "{\"on\": \"cancel\", \"kind\": \"html\", \"status\": 502, \"times\": 1}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 503, \"retry_after\": \"0\", \"times\": 1,"
        " \"effect\": true}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 504}",
        "{\"on\": \"cancel\", \"kind\": \"garbage\"}",
        "{\"on\": \"cancel\", \"kind\": \"truncate\", \"status\": 200, \"effect\": true}",
        "{\"on\": \"cancel\", \"kind\": \"oversize\", \"effect\": true}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 409, \"times\": 1}",
        "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 422}",
        "{\"on\": \"cancel\", \"kind\": \"empty\", \"status\": 423}",
        "{\"on\": \"cancel\", \"kind\": \"answer\", \"form\": \"login_page\"}",
        "{\"on\": \"cancel\", \"kind\": \"answer\", \"form\": \"status_code\", \"effect\": \"before\"}",
        "{\"on\": \"cancel\", \"kind\": \"answer\", \"form\": \"router_json\"}",
        "{\"on\": \"any\", \"kind\": \"answer\", \"form\": \"default_backend\"}",
        "{\"on\": \"any\", \"kind\": \"empty\", \"status\": 404}",
        "{\"on\": \"cancel\", \"kind\": \"answer\", \"form\": \"block_page\"}",
        "{\"on\": \"any\", \"kind\": \"answer\", \"form\": \"block_page\"}",
        "{\"on\": \"cancel\", \"kind\": \"answer\", \"status\": 524, \"form\": \"gateway_page\"}",
    };
    for (size_t index = 0; index < sizeof rules / sizeof rules[0]; index++) {
        expect_as_alone(CASE_CANCELABLE, "{\"timeout_ms\": 8000}", rules[index]);
    }
}

static void a_lost_answer_is_read_back(void **state)
{
    (void)state;
    static const char *const kinds[] = {"reset_before", "reset_during", "close_before", "truncate"};
    for (int index = 0; index < 4; index++) {
        char *rule = text_format(
            "{\"kind\": \"%s\", \"on\": \"cancel\", \"effect\": true, \"times\": 1}", kinds[index]);
        expect_as_alone(CASE_CANCELABLE, NULL, rule);
        free(rule);
    }
    expect_as_alone(CASE_CANCELABLE, NULL, "{\"kind\": \"reset_before\", \"on\": \"cancel\"}");
    expect_as_alone(CASE_CANCELABLE, NULL,
        "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"effect\": true},"
        " {\"kind\": \"empty\", \"status\": 503, \"on\": \"read\"}]");
}

static void among_many_faults_no_claim_is_wrong(void **state)
{
    (void)state;
    enum { count = 300 };
    sandbox_fault(&test.box,
        "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7, \"effect\": true},"
        " {\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7},"
        " {\"kind\": \"close_before\", \"on\": \"any\", \"rate\": 0.1, \"seed\": 7}]");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, count);
    long sent = 0, read = 0, listed = 0;
    for (int number = 0; number < count; number++) {
        kcase_result *result = batch_fetch(batch);
        expect_truth(result, ((ledger_row){.cancel_requests = 0, .cancels_applied = 0,
            .reads = 0})); /* all new; sees the requests of each, one by one */
        sent += claim_sent(result, "cancel");
        read += claim_sent(result, "read");
        char *attempts = claim_member(result, "attempts");
        json_t *list = json_loads(attempts, 0, NULL);
        listed += (long)json_array_size(list);
        json_decref(list);
        free(attempts);
        kcase_result_free(result);
    }
    assert_int_equal(sent, sandbox_totals(&test.box).cancel_requests);
    assert_true(sent > count && read > 0);
    assert_int_equal(batch_number(batch, "requests"), listed);
    assert_int_equal(batch_number(batch, "retries"), sent - count);
    assert_int_equal(batch_number(batch, "readings"), read);
    batch_check_stats(batch);
}

static void a_case_that_is_added_more_than_once_is_canceled_once(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    for (int count = 0; count < 10; count++) batch_add(batch, CASE_CANCELABLE, NULL);
    long outcomes[KCASE_INVALID + 1] = {0};
    for (int count = 0; count < 10; count++) {
        kcase_result *result = batch_fetch(batch);
        outcomes[kcase_result_outcome(result)]++;
        kcase_result_free(result);
    }
    assert_int_equal(outcomes[KCASE_CANCELED], 1);
    assert_int_equal(outcomes[KCASE_ALREADY_CANCELED], 9);
    assert_int_equal(sandbox_ledger(&test.box, CASE_CANCELABLE).cancel_requests, 1);
}

static void nobody_there_is_not_sent(void **state)
{
    (void)state;
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port_of_nobody(), "");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_NOT_SENT), 20);
    batch_check_stats(batch);
}

#define FORBIDDEN "{\"statusCode\": 403, \"message\": \"Forbidden\"}"

/* Sends a second, unsolicited answer behind the first; later cancels are forbidden. */
static void accept_twice_and_then_forbid(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    if (request->number > 0) return raw_answer(peer, 403, "", FORBIDDEN);
    raw_say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void an_answer_too_many_is_not_taken_for_anothers(void **state)
{
    (void)state;
    use_raw_server(accept_twice_and_then_forbid, NULL, ", \"max_connections\": 1");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    for (int number = 1; number <= 20; number++) {
        kcase_result *result = batch_fetch(batch);
        bool is_first = tag_of(result) == 1;
        assert_int_equal(kcase_result_outcome(result), is_first ? KCASE_CANCELED : KCASE_DENIED);
        kcase_result_free(result);
    }
    assert_int_equal(raw_request_count(server), 20);
}

static raw_peer *first_peer;

static void accept_first_and_then_forbid(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    if (request->number == 0) first_peer = peer;
    if (request->number == 0) return raw_answer(peer, 200, "", "{}");
    raw_answer(peer, 403, "", FORBIDDEN);
}

static void an_unsolicited_answer_on_a_kept_connection_is_not_taken_for_anothers(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        use_raw_server(accept_first_and_then_forbid, NULL, ", \"max_connections\": 1");
        batch = batch_of(test.client, NULL);
        batch_add(batch, "first", NULL);
        kcase_result *result = batch_fetch(batch);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        kcase_result_free(result);
        raw_answer(first_peer, 200, "", "{}");
        sleep_ms(50);
        if (round == 1) assert_null(kcase_batch_next(batch, 20)); /* be it noticed before or not */
        batch_add(batch, "second", NULL);
        result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_DENIED, .status = 403, .reason = "forbidden",
            .evidence = "response", .attempts = "cancel 403");
        kcase_result_free(result);
        assert_int_equal(raw_connection_of(server, 1), 1);
        kcase_batch_free(batch);
        raw_stop(server);
        server = NULL;
        batch = NULL;
    }
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(each_state_of_a_case_has_the_result_of_a_single_call),
        in_a_batch(each_answer_has_the_result_of_a_single_call),
        in_a_batch(a_lost_answer_is_read_back),
        in_a_batch(among_many_faults_no_claim_is_wrong),
        in_a_batch(a_case_that_is_added_more_than_once_is_canceled_once),
        in_a_batch(nobody_there_is_not_sent),
        in_a_batch(an_answer_too_many_is_not_taken_for_anothers),
        in_a_batch(an_unsolicited_answer_on_a_kept_connection_is_not_taken_for_anothers),
    };
    return run_statements("batch_outcomes", statements, batch_suite_setup, suite_teardown);
}
