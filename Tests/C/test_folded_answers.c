/* An answer whose first header line goes on where there is nothing before it, over kept connections: libcurl
 * before 8.1.2 joins it to a line of the answer before, whose memory is freed. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

enum { calls_max = 200 };

/* Every second answer is folded; line lengths vary, so that freed memory is used for something else. */
static void fold_every_second(raw_peer *peer, const raw_request *request, void *before)
{
    char *fold = text_repeat("A", (size_t)(request->number % 200));
    char *ids = text_repeat("B", (size_t)(request->number % 50));
    char *text = text_format("%sHTTP/1.1 404 Whatever\r\n%s%s%sX-Request-Id: %s\r\nContent-Length: 0\r\n\r\n",
        request->number % 2 == 1 ? (const char *)before : "", request->number % 2 == 1 ? " folded: " : "",
        request->number % 2 == 1 ? fold : "", request->number % 2 == 1 ? "\r\n" : "", ids);
    raw_say(peer, text);
    free(text);
    free(ids);
    free(fold);
}

static void expect_to_survive(const char *before, const char *more, int calls)
{
    use_raw_server(fold_every_second, (void *)before, more);
    for (int number = 0; number < calls; number++) {
        kcase_result *result = kcase_status(test.client, CASE("01"), "{\"timeout_ms\": 2000}");
        /* A folded answer is none; the one that follows it says that there is no such case. */
        int32_t outcome = kcase_result_outcome(result);
        if (outcome != KCASE_NOT_FOUND && outcome != KCASE_FAILED && outcome != KCASE_UNKNOWN) {
            fail_msg("%s", kcase_result_json(result));
        }
        kcase_result_free(result);
    }
    assert_true(raw_request_count(server) >= calls);
}

static void an_answer(void **state)
{
    (void)state;
    expect_to_survive("", "", calls_max);
}

static void an_answer_after_an_answer_before_the_answer(void **state)
{
    (void)state;
    expect_to_survive("HTTP/1.1 103 Early Hints\r\n\r\n", "", 100);
}

static void fold_by_tab(raw_peer *peer, const raw_request *request, void *unused)
{
    (void)unused;
    raw_say(peer, request->number % 2 == 0
                      ? "HTTP/1.1 404 Whatever\r\nX-One: 1\r\nContent-Length: 0\r\n\r\n"
                      : "HTTP/1.1 404 Whatever\r\n\tfolded\r\nContent-Length: 0\r\n\r\n");
}

static void an_answer_in_a_batch(void **state)
{
    (void)state;
    use_raw_server(fold_by_tab, NULL, ", \"max_connections\": 2");
    batch = batch_of(test.client, NULL);
    for (int number = 0; number < 60; number++) batch_add(batch, CASE("01"), NULL);
    while (kcase_batch_pending(batch) > 0) kcase_result_free(batch_fetch(batch));
}

static void an_answer_of_a_proxy(void **state)
{
    (void)state;
    server = raw_start(fold_every_second, "");
    char *more = text_format(", \"proxy\": \"http://127.0.0.1:%d\"", raw_port(server));
    kcase_client_free(test.client);
    test.client = client_of("https://127.0.0.1:1", STATIC_TOKEN, more);
    free(more);
    for (int number = 0; number < calls_max / 2; number++) {
        kcase_result *result = kcase_status(test.client, CASE("01"), "{\"timeout_ms\": 2000}");
        char *reason = claim_member(result, "reason");
        if (!text_equal(reason, "\"proxy\"")) fail_msg("%s", kcase_result_json(result));
        free(reason);
        kcase_result_free(result);
    }
    assert_true(raw_count(server, "CONNECT") >= calls_max / 2);
}

/* Header lines that go on where there is something before them are HTTP's, if an old one's. */
static void fold_second_line(raw_peer *peer, const raw_request *request, void *unused)
{
    (void)request;
    (void)unused;
    raw_say(peer, "HTTP/1.1 200 Whatever\r\nX-One: 1\r\n  and more\r\nContent-Length: 2\r\n\r\n{}");
}

static void a_line_that_goes_on_after_another_is_an_answer(void **state)
{
    (void)state;
    use_raw_server(fold_second_line, NULL, "");
    for (int number = 0; number < 5; number++) {
        kcase_result *result = kcase_cancel(test.client, CASE("01"), NULL);
        expect_claim(result, KCASE_CANCELED, .status = 200, .evidence = "response", .attempts = "cancel 200");
        kcase_result_free(result);
    }
}

int main(void)
{
    /* What is freed is overwritten, so that no use of it goes well. */
    mallopt(M_PERTURB, 0xA5);
    const struct CMUnitTest statements[] = {
        in_a_batch(an_answer),
        in_a_batch(an_answer_after_an_answer_before_the_answer),
        in_a_batch(an_answer_in_a_batch),
        in_a_batch(an_answer_of_a_proxy),
        in_a_batch(a_line_that_goes_on_after_another_is_an_answer),
    };
    return run_statements("folded_answers", statements, batch_suite_setup, suite_teardown);
}
