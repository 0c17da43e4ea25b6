/* What goes over the wire: every byte of a request, one request for each attempt that a result lists, and
 * answers in strange shapes. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

#define ID "e074241e-36e8-444b-bf55-bb4dad6d3f3d"

/* A server, and a client of it. */
static raw_server *server;
static kcase_client *client;

static void use_raw_server(raw_handler handler, void *context, const char *more)
{
    server = raw_start(handler, context);
    client = client_on_port(raw_port(server), more);
}

static int part(void **state)
{
    (void)state;
    kcase_client_free(client);
    if (server != NULL) raw_stop(server);
    client = NULL;
    server = NULL;
    return 0;
}

static void accept_all(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
}

/* --- Requests, byte by byte ----------------------------------------------------------------------- */

static void a_cancel_request_is_this(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    kcase_result_free(kcase_cancel(client, ID, NULL));
    char *expected = text_format("POST /case/id/" ID "/cancel HTTP/1.1\r\n"
                                 "Host: 127.0.0.1:%d\r\n"
                                 "User-Agent: kcase/" KCASE_VERSION "\r\n"
                                 "Authorization: Bearer " SANDBOX_TOKEN "\r\n"
                                 "Accept: application/json\r\n"
                                 "Content-Length: 0\r\n\r\n",
        raw_port(server));
    assert_string_equal(raw_text(server, 0), expected);
    free(expected);
    assert_int_equal(raw_request_count(server), 1);
}

static void a_user_agent_is_appended(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, ", \"user_agent\": \"payroll/7 (test)\"");
    kcase_result_free(kcase_cancel(client, ID, NULL));
    static const char line[] = "\r\nUser-Agent: kcase/" KCASE_VERSION " payroll/7 (test)\r\n";
    assert_true(text_has(raw_text(server, 0), line));
}

static void a_base_address_may_have_a_path(void **state)
{
    (void)state;
    server = raw_start(accept_all, NULL);
    char *address = text_format("http://127.0.0.1:%d/behind/a%%20gateway/", raw_port(server));
    client = client_of(address, STATIC_TOKEN, "");
    free(address);
    kcase_result_free(kcase_cancel(client, ID, NULL));
    assert_int_equal(raw_count(server, "POST /behind/a%20gateway/case/id/" ID "/cancel HTTP/1.1\r\n"), 1);
}

static void fail_and_show_not_canceled(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    static const char refusal[] = "{\"statusCode\": 422, \"message\": \"No.\"}";
    char *body = raw_case(ID, false);
    bool is_cancel = strncmp(request->text, "POST", 4) == 0;
    raw_answer(peer, is_cancel ? 422 : 200, "", is_cancel ? refusal : body);
    free(body);
}

static void a_reading_is_a_get_without_a_body(void **state)
{
    (void)state;
    use_raw_server(fail_and_show_not_canceled, NULL, "");
    kcase_result *result = kcase_cancel(client, ID, NULL);
    expect_claim(result, .outcome = KCASE_REFUSED, .status = 422, .reason = "other",
        .evidence = "read_back", .attempts = "cancel 422, read 200, read 200");
    kcase_result_free(result);
    char *expected = text_format("GET /case/id/" ID " HTTP/1.1\r\n"
                                 "Host: 127.0.0.1:%d\r\n"
                                 "User-Agent: kcase/" KCASE_VERSION "\r\n"
                                 "Authorization: Bearer " SANDBOX_TOKEN "\r\n"
                                 "Accept: application/json\r\n"
                                 "Cache-Control: no-cache\r\n\r\n",
        raw_port(server));
    assert_string_equal(raw_text(server, 1), expected);
    free(expected);
    /* and a POST after it is one again */
    kcase_result_free(kcase_cancel(client, ID, NULL));
    assert_string_equal(raw_text(server, 3), raw_text(server, 0));
}

static void mint_and_accept(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    bool is_mint = text_has(request->text, "/auth/api ");
    raw_answer(peer, 200, "", is_mint ? "{\"token\": \"m1nt3d.t0k3n\"}" : "{}");
}

static void the_pair_of_keys_goes_nowhere_but_to_the_mint(void **state)
{
    (void)state;
    server = raw_start(mint_and_accept, NULL);
    char *address = text_format("http://127.0.0.1:%d", raw_port(server));
    client = client_of(address, "\"api_key\": \"k\\\"ey\", \"client_access_token\": \"s\\u00fc\"", "");
    free(address);
    kcase_result *result = kcase_cancel(client, ID, NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    assert_false(text_has(kcase_result_json(result), "m1nt3d"));
    kcase_result_free(result);
    assert_int_equal(raw_request_count(server), 2);
    const char *mint = raw_text(server, 0);
    assert_int_equal(raw_count(server, "POST /auth/api HTTP/1.1\r\n"), 1);
    assert_true(text_has(mint, "\r\nContent-Type: application/json\r\n"));
    assert_true(text_has(mint, "\r\n\r\n{\"apiKey\":\"k\\\"ey\",\"clientAccessToken\":\"s\xC3\xBC\"}"));
    assert_false(text_has(mint, "Authorization"));
    assert_false(text_has(mint, "Expect"));
    assert_true(text_has(raw_text(server, 1), "\r\nAuthorization: Bearer m1nt3d.t0k3n\r\n"));
    assert_false(text_has(raw_text(server, 1), "apiKey"));
}

/* --- Ids in an address ---------------------------------------------------------------------------- */

static void an_id_is_one_percent_encoded_segment(void **state)
{
    (void)state;
    static const struct {
        const char *id, *segment;
    } cases[] = {
        {"...", "..."},
        {"a.b_c~d-e", "a.b_c~d-e"},
        {"\xF0\x9F\x99\x82", "%f0%9f%99%82"},
        {"\xC3\xA9", "%c3%a9"},
        {"e\xCC\x81", "e%cc%81"},
        {"a&b=c+d:e@f!$*^", "a%26b%3dc%2bd%3ae%40f%21%24%2a%5e"},
    };
    use_raw_server(accept_all, NULL, "");
    for (size_t index = 0; index < sizeof cases / sizeof cases[0]; index++) {
        kcase_result *result = kcase_cancel(client, cases[index].id, NULL);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        assert_string_equal(kcase_result_case_id(result), cases[index].id);
        kcase_result_free(result);
        char *line = text_format("POST /case/id/%s/cancel HTTP/1.1\r\n", cases[index].segment);
        assert_memory_equal(raw_text(server, (int)index), line, strlen(line));
        free(line);
    }
}

static void the_longest_id_has_256_bytes(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    char *id = text_repeat("\xF0\x9F\x99\x82", 64);
    char *segment = text_repeat("%f0%9f%99%82", 64);
    char *line = text_format("POST /case/id/%s/cancel HTTP/1.1\r\n", segment);
    kcase_result *result = kcase_cancel(client, id, NULL);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    assert_string_equal(kcase_result_case_id(result), id);
    assert_int_equal(raw_count(server, line), 1);
    kcase_result_free(result);
    free(line);
    free(segment);
    free(id);
}

/* --- One request for each attempt ----------------------------------------------------------------- */

typedef enum { with_fin, with_rst } ending;

typedef struct {
    ending how;
    bool is_carried_out;
    bool is_canceled;
} hang_up;

/* Answers the first request on each connection, and hangs up on the next cancel that comes over the same
 * one, after having read it completely. */
static void hang_up_on_reuse(raw_peer *peer, const raw_request *request, void *context)
{
    static int last_connection = -1;
    hang_up *plan = context;
    bool is_cancel = strncmp(request->text, "POST", 4) == 0;
    bool is_reused = request->number > 0 && request->connection == last_connection;
    last_connection = request->connection;
    if (is_cancel && is_reused) {
        plan->is_canceled = plan->is_carried_out;
        if (plan->how == with_fin) raw_hang_up(peer);
        else raw_reset(peer);
        return;
    }
    char *body = raw_case(ID, plan->is_canceled);
    raw_answer(peer, 200, "", is_cancel ? "{}" : body);
    free(body);
}

/* A cancel over a kept-alive connection that dies once the request has arrived. */
static void cancel_over_a_dying_connection(hang_up plan, const claim *expected)
{
    use_raw_server(hang_up_on_reuse, &plan, "");
    kcase_result *first = kcase_cancel(client, "another", NULL);
    assert_int_equal(kcase_result_outcome(first), KCASE_CANCELED);
    kcase_result *second = kcase_cancel(client, ID, NULL);
    claim_check(second, expected, __FILE__, __LINE__);
    assert_int_equal(raw_connection_of(server, 1), raw_connection_of(server, 0));
    long cancels = claim_sent(second, "cancel"), reads = claim_sent(second, "read");
    assert_int_equal(raw_count(server, "POST /case/id/" ID "/cancel"), cancels);
    assert_int_equal(raw_count(server, "GET /case/id/" ID " "), reads);
    assert_int_equal(raw_request_count(server), 1 + cancels + reads);
    kcase_result_free(first);
    kcase_result_free(second);
}

static const claim read_back_as_canceled = {.outcome = KCASE_CANCELED, .status = 0,
    .evidence = "read_back", .attempts = "cancel lost, read 200"};
static const claim sent_again = {.outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
    .retriable = true, .attempts = "cancel lost, read 200, cancel lost, read 200, read 200"};

static void a_request_is_not_replayed_after_a_fin(void **state)
{
    (void)state;
    cancel_over_a_dying_connection((hang_up){with_fin, true, false}, &read_back_as_canceled);
}

static void a_request_is_not_replayed_after_a_reset(void **state)
{
    (void)state;
    cancel_over_a_dying_connection((hang_up){with_rst, true, false}, &read_back_as_canceled);
}

static void every_attempt_over_dying_connections_is_listed(void **state)
{
    (void)state;
    cancel_over_a_dying_connection((hang_up){with_fin, false, false}, &sent_again);
}

static void every_attempt_over_reset_connections_is_listed(void **state)
{
    (void)state;
    cancel_over_a_dying_connection((hang_up){with_rst, false, false}, &sent_again);
}

static void accept_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
    raw_hang_up(peer);
}

static void a_connection_that_died_while_idle_costs_nothing(void **state)
{
    (void)state;
    use_raw_server(accept_and_go, NULL, "");
    for (int number = 0; number < 3; number++) {
        kcase_result *result = kcase_cancel(client, ID, NULL);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        kcase_result_free(result);
        sleep_ms(200);
    }
    assert_int_equal(raw_request_count(server), 3);
}

static void cancels_share_a_kept_connection(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    for (int number = 0; number < 100; number++) kcase_result_free(kcase_cancel(client, ID, NULL));
    assert_int_equal(raw_request_count(server), 100);
    assert_int_equal(raw_connection_count(server), 1);
}

static void a_client_closes_what_it_kept(void **state)
{
    (void)state;
    use_raw_server(accept_all, NULL, "");
    kcase_result_free(kcase_cancel(client, ID, NULL));
    assert_int_equal(raw_closed_count(server), 0);
    kcase_client_free(client);
    client = NULL;
    assert_true(raw_wait_for_closed(server, 1));
}

/* --- Answers in strange shapes -------------------------------------------------------------------- */

/* Sends the bytes that the test prepared, in answer to a cancel; a reading finds the case not canceled. */
static void say_that(raw_peer *peer, const raw_request *request, void *context)
{
    const text_buffer *answer = context;
    if (strncmp(request->text, "POST", 4) == 0) return raw_send(peer, answer->bytes, answer->count);
    char *body = raw_case(ID, false);
    raw_answer(peer, 200, "", body);
    free(body);
}

static kcase_result *cancel_answered_with(text_buffer *answer, const char *more)
{
    use_raw_server(say_that, answer, more);
    kcase_result *result = kcase_cancel(client, ID, NULL);
    expect_well_formed(result);
    assert_int_equal(raw_count(server, "POST "), claim_sent(result, "cancel"));
    return result;
}

/* The server says it no more: its thread may still have been at it when the client had heard enough. */
static void forget(text_buffer *answer)
{
    part(NULL);
    text_free(answer);
}

static void expect_lost(text_buffer *answer, const char *more)
{
    kcase_result *result = cancel_answered_with(answer, more);
    expect_claim(result, .outcome = KCASE_UNKNOWN, .status = 0, .reason = "answer_lost",
        .retriable = true, .attempts = "cancel lost, read 200, cancel lost, read 200, read 200");
    kcase_result_free(result);
    forget(answer);
}

static void expect_accepted(text_buffer *answer, int32_t status)
{
    char *attempts = text_format("cancel %d", status);
    kcase_result *result = cancel_answered_with(answer, "");
    expect_claim(result, .outcome = KCASE_CANCELED, .status = status, .evidence = "response",
        .attempts = attempts);
    kcase_result_free(result);
    free(attempts);
    forget(answer);
}

static void a_flood_of_headers_is_no_answer(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 200 OK\r\n");
    char *lines = text_repeat("X-Flood: 0123456789012345678901234567890123456789\r\n", 20000);
    text_add(&answer, lines);
    text_add(&answer, "Content-Length: 0\r\n\r\n");
    free(lines);
    expect_lost(&answer, "");
}

static void a_header_of_a_megabyte_is_no_answer(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 200 OK\r\nX-Long: ");
    char *value = text_repeat("x", 1 << 20);
    text_add(&answer, value);
    text_add(&answer, "\r\nContent-Length: 0\r\n\r\n");
    free(value);
    expect_lost(&answer, "");
}

static void a_hundred_headers_are_fine(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 200 OK\r\n");
    char *lines = text_repeat("X-Many: value\r\n", 100);
    text_add(&answer, lines);
    text_add(&answer, "Content-Length: 0\r\n\r\n");
    free(lines);
    expect_accepted(&answer, 200);
}

static void an_answer_to_continue_is_not_the_answer(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                      "HTTP/1.1 204 No Content\r\n\r\n");
    expect_accepted(&answer, 204);
}

static void only_the_first_answer_counts(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n"
                      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    kcase_result *result = cancel_answered_with(&answer, "");
    assert_int_not_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    forget(&answer);
}

static void a_body_in_chunks_is_read(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "1b\r\n{\"statusCode\":422,\"message\"\r\n1\r\n:\r\n7\r\n\"Nope.\"\r\n1\r\n}\r\n"
                      "0\r\n\r\n");
    kcase_result *result = cancel_answered_with(&answer, "");
    assert_int_equal(kcase_result_outcome(result), KCASE_REFUSED);
    assert_string_equal(kcase_result_message(result), "Nope.");
    kcase_result_free(result);
    forget(&answer);
}

static void a_body_of_the_most_bytes_is_an_answer_and_one_more_is_none(void **state)
{
    (void)state;
    static const int sizes[] = {1024, 1025};
    for (int index = 0; index < 2; index++) {
        char *body = text_repeat("x", (size_t)sizes[index]);
        char *head = text_format("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", sizes[index]);
        text_buffer answer = {0};
        text_add(&answer, head);
        text_add(&answer, body);
        kcase_result *result = cancel_answered_with(&answer, ", \"max_response_bytes\": 1024");
        assert_int_equal(kcase_result_outcome(result), index == 0 ? KCASE_CANCELED : KCASE_UNKNOWN);
        if (index == 1) assert_true(text_has(kcase_result_json(result), "max_response_bytes"));
        kcase_result_free(result);
        forget(&answer);
        free(head);
        free(body);
    }
}

static void a_body_that_is_cut_short_is_no_answer(void **state)
{
    (void)state;
    text_buffer answer = {0};
    text_add(&answer, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345");
    kcase_result *result;
    use_raw_server(say_that, &answer, ", \"timeout_ms\": 300");
    result = kcase_cancel(client, ID, NULL);
    expect_well_formed(result);
    assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
    kcase_result_free(result);
    forget(&answer);
}

/* A refusal with this body. */
static char *refusal(const char *body)
{
    return text_format("HTTP/1.1 422 Unprocessable Entity\r\nContent-Type: application/json\r\n"
                       "X-Request-Id: abc-123\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(body), body);
}

static void say_it_byte_by_byte(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    for (const char *byte = context; *byte != '\0'; byte++) {
        raw_send(peer, byte, 1);
        sleep_ms(1);
    }
}

static void an_answer_may_come_byte_by_byte(void **state)
{
    (void)state;
    char *answer = refusal("{\"message\": \"Slowly, \\u00fcber...\"}");
    use_raw_server(say_it_byte_by_byte, answer, "");
    kcase_result *result = kcase_cancel(client, ID, "{\"confirm\": \"never\"}");
    expect_well_formed(result);
    expect_member(result, "attempts.0.http_status", "422");
    expect_member(result, "attempts.0.error", "\"Slowly, \xC3\xBC" "ber...\"");
    expect_member(result, "attempts.0.request_ids", "{\"x-request-id\":\"abc-123\"}");
    assert_int_equal(raw_request_count(server), 1);
    kcase_result_free(result);
    part(NULL);
    free(answer);
}

static void words_of_the_server_are_fit_for_a_log_line(void **state)
{
    (void)state;
    char *text = refusal("{\"message\": \"one\\ntwo\\u001b[31m\\tthree\\r\\u007f\"}");
    text_buffer answer = {0};
    text_add(&answer, text);
    kcase_result *result = cancel_answered_with(&answer, "");
    for (const char *byte = kcase_result_message(result); *byte != '\0'; byte++) {
        assert_false((unsigned char)*byte < 0x20 || *byte == 0x7F);
    }
    assert_true(text_has(kcase_result_message(result), "one two"));
    kcase_result_free(result);
    forget(&answer);
    free(text);
}

#define on_the_wire(test) cmocka_unit_test_teardown(test, part)

int main(void)
{
    const struct CMUnitTest statements[] = {
        on_the_wire(a_cancel_request_is_this),
        on_the_wire(a_user_agent_is_appended),
        on_the_wire(a_base_address_may_have_a_path),
        on_the_wire(a_reading_is_a_get_without_a_body),
        on_the_wire(the_pair_of_keys_goes_nowhere_but_to_the_mint),
        on_the_wire(an_id_is_one_percent_encoded_segment),
        on_the_wire(the_longest_id_has_256_bytes),
        on_the_wire(a_request_is_not_replayed_after_a_fin),
        on_the_wire(a_request_is_not_replayed_after_a_reset),
        on_the_wire(every_attempt_over_dying_connections_is_listed),
        on_the_wire(every_attempt_over_reset_connections_is_listed),
        on_the_wire(a_connection_that_died_while_idle_costs_nothing),
        on_the_wire(cancels_share_a_kept_connection),
        on_the_wire(a_client_closes_what_it_kept),
        on_the_wire(a_flood_of_headers_is_no_answer),
        on_the_wire(a_header_of_a_megabyte_is_no_answer),
        on_the_wire(a_hundred_headers_are_fine),
        on_the_wire(an_answer_to_continue_is_not_the_answer),
        on_the_wire(only_the_first_answer_counts),
        on_the_wire(a_body_in_chunks_is_read),
        on_the_wire(a_body_of_the_most_bytes_is_an_answer_and_one_more_is_none),
        on_the_wire(a_body_that_is_cut_short_is_no_answer),
        on_the_wire(an_answer_may_come_byte_by_byte),
        on_the_wire(words_of_the_server_are_fit_for_a_log_line),
    };
    return run_statements("wire", statements, NULL, NULL);
}
