/* What the statistics of a batch count, and that they tell no secret. */
#include <jansson.h>
#include <stdlib.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "raw_server.h"
#include "text.h"

static void statistics_add_up_at_every_moment(void **state)
{
    (void)state;
    batch = batch_of(test.client, "{\"max_in_flight\": 4}");
    batch_check_stats(batch);
    assert_int_equal(batch_number(batch, "added"), 0);
    assert_int_equal(batch_number(batch, "elapsed_ms"), 0);
    assert_int_equal(batch_number(batch, "connections"), 0);
    assert_true(text_has(kcase_batch_stats(batch), "\"outcomes\":{}"));
    batch_add_cases(batch, 1, 60);
    batch_check_stats(batch);
    assert_int_equal(batch_number(batch, "waiting"), 60);
    assert_int_equal(batch_number(batch, "eta_ms"), -1);
    batch_add(batch, "", NULL);
    batch_add(batch, CASE_UNABLE, NULL);
    batch_check_stats(batch);
    assert_int_equal(batch_number(batch, "ready"), 1);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result_free(kcase_batch_next(batch, 0));
        batch_check_stats(batch);
        assert_in_range(batch_number(batch, "in_flight"), 0, 4);
    }
    assert_int_equal(batch_number(batch, "added"), 62);
    assert_int_equal(batch_number(batch, "fetched"), 62);
    assert_int_equal(batch_number(batch, "requests"), 63);
    assert_int_equal(batch_number(batch, "readings"), 2);
    assert_int_equal(batch_number(batch, "eta_ms"), 0);
    assert_true(batch_number(batch, "cases_per_second") > 0);
    json_t *stats = json_loads(kcase_batch_stats(batch), 0, NULL);
    char *outcomes = json_dumps(json_object_get(stats, "outcomes"), JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(outcomes, "{\"canceled\":60,\"invalid\":1,\"refused\":1}");
    free(outcomes);
    json_decref(stats);
}

static void statistics_of_cases_that_are_under_way(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(gate_handler, &held, "");
    batch = batch_of(test.client, "{\"max_in_flight\": 3}");
    batch_add_cases(batch, 1, 10);
    work_until_requests(3);
    batch_check_stats(batch);
    assert_int_equal(batch_number(batch, "in_flight"), 3);
    assert_int_equal(batch_number(batch, "waiting"), 7);
    assert_int_equal(batch_number(batch, "connections"), 3);
    gate_open(&held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 10);
}

static void requests_are_counted_when_they_begin(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(gate_handler, &held, "");
    batch = batch_of(test.client, "{\"max_in_flight\": 3}");
    batch_add_cases(batch, 1, 10);
    work_until_requests(3);
    long requests = batch_number(batch, "requests");
    gate_open(&held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 10);
    assert_int_equal(requests, 3);
}

static void the_version_of_http_is_known_with_the_first_answer(void **state)
{
    (void)state;
    static const char *const options[] = {NULL, "{\"http2\": true}", "{\"http2\": false}"};
    for (int index = 0; index < 3; index++) {
        kcase_batch_free(batch);
        batch = batch_of(test.client, options[index]);
        batch_add(batch, CASE_CANCELABLE, NULL);
        assert_true(text_has(kcase_batch_stats(batch), "\"http_version\":null"));
        kcase_result_free(batch_fetch(batch));
        if (!text_has(kcase_batch_stats(batch), "\"http_version\":\"1.1\"")) {
            fail_msg("%s", kcase_batch_stats(batch));
        }
    }
}

static void statistics_last_until_they_are_asked_for_again(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    const char *stats = kcase_batch_stats(batch);
    char *copy = text_format("%s", stats);
    batch_add_cases(batch, 1, 10);
    while (kcase_batch_pending(batch) > 0) kcase_result_free(batch_fetch(batch));
    assert_string_equal(stats, copy);
    free(copy);
}

static void expect_no_secret(const char *text)
{
    static const char *const secrets[] = {
        SANDBOX_TOKEN, SANDBOX_API_KEY, SANDBOX_CLIENT_ACCESS_TOKEN, CANARY, "Bearer "};
    for (size_t index = 0; index < sizeof secrets / sizeof secrets[0]; index++) {
        if (text_has(text, secrets[index])) fail_msg("a secret is told: %s", text);
    }
}

/* Mints a token and tells it again, in a refusal of every cancel. */
static void tell_the_secret(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    bool is_mint = text_has(request->text, "/auth/api ");
    if (is_mint) return raw_answer(peer, 200, "", "{\"token\": \"" CANARY "\"}");
    raw_answer(peer, 403, "X-Request-Id: " CANARY "\r\n",
        "{\"statusCode\": 403, \"message\": \"bad token " CANARY ", key " SANDBOX_API_KEY "\","
        " \"error\": \"" CANARY "\"}");
}

static void no_secret_is_told(void **state)
{
    (void)state;
    server = raw_start(tell_the_secret, NULL);
    char *address = text_format("http://127.0.0.1:%d", raw_port(server));
    kcase_client_free(test.client);
    test.client = client_of(address, KEY_PAIR, "");
    free(address);
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        assert_int_equal(kcase_result_outcome(result), KCASE_DENIED);
        expect_no_secret(kcase_result_json(result));
        expect_no_secret(kcase_batch_stats(batch));
        kcase_result_free(result);
    }
    expect_no_secret(kcase_batch_stats(batch));
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(statistics_add_up_at_every_moment),
        in_a_batch(statistics_of_cases_that_are_under_way),
        in_a_batch(requests_are_counted_when_they_begin),
        in_a_batch(the_version_of_http_is_known_with_the_first_answer),
        in_a_batch(statistics_last_until_they_are_asked_for_again),
        in_a_batch(no_secret_is_told),
    };
    return run_statements("batch_statistics", statements, batch_suite_setup, suite_teardown);
}
