/* Trace headers: they go with each request about a case, with no other, and nothing shows what they were. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

#define ID "e074241e-36e8-444b-bf55-bb4dad6d3f3d"
#define PARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
#define HEADERS(parent) "\"headers\": {\"TraceParent\": \"" parent "\", \"x-request-id\": \"mine 1\"}"
#define OPTIONS "{" HEADERS(PARENT) "}"
#define LINES "\r\ntraceparent: " PARENT "\r\nx-request-id: mine 1\r\n"

static raw_server *server;
static kcase_client *client;

static void use_raw_server(raw_handler handler, const char *credentials)
{
    server = raw_start(handler, NULL);
    char *address = text_format("http://127.0.0.1:%d", raw_port(server));
    client = client_of(address, credentials, "");
    free(address);
}

static int part(void **state)
{
    (void)state;
    kcase_client_free(client);
    raw_stop(server);
    return 0;
}

/* A cancel is refused once, so that it is read back; ids are given back as they came. */
static void answer_each(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    static const char echo[] = "X-Request-Id: mine 1\r\nX-Amzn-RequestId: theirs\r\n";
    if (text_has(request->text, "/auth/api ")) {
        raw_answer(peer, 200, echo, "{\"token\": \"m1nt3d.t0k3n\"}");
    } else if (strncmp(request->text, "GET /case/list", 14) == 0) {
        raw_answer(peer, 200, echo, "{\"cases\": []}");
    } else if (strncmp(request->text, "POST", 4) == 0) {
        raw_answer(peer, 422, echo, "{\"statusCode\": 422, \"message\": \"No.\"}");
    } else {
        char *body = raw_case(ID, true);
        raw_answer(peer, 200, echo, body);
        free(body);
    }
}

static void expect_lines_from(int first)
{
    int count = raw_request_count(server);
    assert_true(count > first);
    for (int number = first; number < count; number++) assert_true(text_has(raw_text(server, number), LINES));
}

static void expect_unseen(kcase_result *result)
{
    expect_well_formed(result);
    assert_false(text_has(kcase_result_json(result), PARENT));
    assert_false(text_has(kcase_result_json(result), "mine 1"));
    kcase_result_free(result);
}

static void they_go_with_each_request_about_the_case_and_not_with_the_mint(void **state)
{
    (void)state;
    use_raw_server(answer_each, "\"api_key\": \"key\", \"client_access_token\": \"secret\"");
    kcase_result *result = kcase_cancel(client, ID, OPTIONS);
    expect_member(result, "attempts.1.request_ids", "{\"x-amzn-requestid\":\"theirs\"}");
    expect_unseen(result);
    assert_true(raw_request_count(server) >= 3);
    assert_true(text_has(raw_text(server, 0), "POST /auth/api "));
    assert_false(text_has(raw_text(server, 0), "traceparent"));
    assert_false(text_has(raw_text(server, 0), "mine 1"));
    assert_true(text_has(raw_text(server, 1), "/cancel HTTP/1.1\r\n"));
    assert_true(text_has(raw_text(server, 2), "GET /case/id/"));
    assert_true(text_has(raw_text(server, 1), "\r\nAuthorization: Bearer m1nt3d.t0k3n\r\n"));
    expect_lines_from(1);
}

static void they_are_this_call_s_and_no_other_s(void **state)
{
    (void)state;
    use_raw_server(answer_each, STATIC_TOKEN);
    kcase_result_free(kcase_status(client, ID, NULL));
    kcase_result_free(kcase_status(client, ID, OPTIONS));
    kcase_result_free(kcase_status(client, ID, "{" HEADERS("other") "}"));
    kcase_result_free(kcase_status(client, ID, "{\"headers\": {}}"));
    assert_int_equal(raw_request_count(server), 4);
    assert_int_equal(raw_connection_count(server), 1);
    assert_true(text_has(raw_text(server, 1), LINES));
    assert_true(text_has(raw_text(server, 2), "\r\ntraceparent: other\r\n"));
    assert_false(text_has(raw_text(server, 2), PARENT));
    assert_string_equal(raw_text(server, 3), raw_text(server, 0));
    assert_false(text_has(raw_text(server, 0), "traceparent"));
}

static void each_operation_takes_them(void **state)
{
    (void)state;
    use_raw_server(answer_each, STATIC_TOKEN);
    expect_unseen(kcase_status(client, ID, OPTIONS));
    expect_unseen(kcase_await(client, ID, "{\"until\": \"canceled\", " HEADERS(PARENT) "}"));
    expect_unseen(kcase_list(client, OPTIONS));
    expect_unseen(kcase_cancel_found(client, "{\"api_tracking_code\": \"x\"}", OPTIONS));
    static const char brief[] = "{\"timeout_ms\": 500, " HEADERS(PARENT) "}";
    expect_unseen(kcase_cancel_search(client, ID, "s-1", brief));
    expect_unseen(kcase_cancel_services(client, ID, "[\"v-1\"]", brief));
    assert_int_equal(raw_count(server, "GET /case/list"), 2);
    assert_true(raw_request_count(server) >= 6);
    expect_lines_from(0);
}

static void each_case_of_a_batch_has_its_own(void **state)
{
    (void)state;
    use_raw_server(answer_each, STATIC_TOKEN);
    kcase_batch *batch = kcase_batch_new(client, "{\"max_in_flight\": 1}", NULL);
    assert_non_null(batch);
    assert_int_equal(kcase_batch_add_status(batch, ID, OPTIONS), KCASE_BATCH_ADDED);
    assert_int_equal(kcase_batch_add_status(batch, ID, NULL), KCASE_BATCH_ADDED);
    for (int number = 0; number < 2; number++) {
        kcase_result *result = kcase_batch_next(batch, 10000);
        assert_int_equal(kcase_result_outcome(result), KCASE_OK);
        kcase_result_free(result);
    }
    kcase_batch_free(batch);
    assert_int_equal(raw_request_count(server), 2);
    assert_true(text_has(raw_text(server, 0), LINES));
    assert_false(text_has(raw_text(server, 1), "traceparent"));
}

static void what_is_not_valid_is_sent_nowhere(void **state)
{
    (void)state;
    use_raw_server(answer_each, STATIC_TOKEN);
    static const char *const refused[] = {
        "{\"tracestate\": \"s3cret\\r\\nHost: evil\"}", "{\"tracestate\": \"s3cret\\n\"}",
        "{\"tracestate\": \" s3cret\"}", "{\"tracestate\": 7}", "{\"tracestate\": null}",
        "{\"tracestate\": \"\"}", "{\"s3cret\": \"x\"}", "{\"authorization\": \"s3cret\"}",
        "{\"tracestate\\r\\nhost\": \"s3cret\"}", "{\"tracestate\": \"s3cret\", \"TRACESTATE\": \"b\"}",
        "[]", "\"s3cret\""};
    for (size_t index = 0; index < sizeof refused / sizeof refused[0]; index++) {
        char *options = text_format("{\"headers\": %s}", refused[index]);
        kcase_result *results[] = {kcase_cancel(client, ID, options), kcase_list(client, options)};
        for (int number = 0; number < 2; number++) {
            expect_well_formed(results[number]);
            if (kcase_result_outcome(results[number]) != KCASE_INVALID) fail_msg("%s", options);
            assert_true(strncmp(kcase_result_message(results[number]), "headers: ", 9) == 0);
            assert_false(text_has(kcase_result_json(results[number]), "s3cret"));
            kcase_result_free(results[number]);
        }
        free(options);
    }
    assert_int_equal(raw_request_count(server), 0);
}

#define traced(test) cmocka_unit_test_teardown(test, part)

int main(void)
{
    const struct CMUnitTest statements[] = {
        traced(they_go_with_each_request_about_the_case_and_not_with_the_mint),
        traced(they_are_this_call_s_and_no_other_s),
        traced(each_operation_takes_them),
        traced(each_case_of_a_batch_has_its_own),
        traced(what_is_not_valid_is_sent_nowhere),
    };
    return run_statements("trace headers", statements, NULL, NULL);
}
