/* One client, many threads. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

enum { threads = 16, cancels_of_each = 50, cases = threads * cancels_of_each };

typedef struct {
    pthread_t thread;
    int number;
    long sent;
    long outcomes[64];
} worker;

/* Cancels its share of the cases: those from number * cancels_of_each + 1 on. */
static void *cancel_share(void *argument)
{
    worker *one = argument;
    for (int index = 1; index <= cancels_of_each; index++) {
        char *id = sandbox_case(one->number * cancels_of_each + index);
        kcase_result *result = kcase_cancel(test.client, id, NULL);
        one->outcomes[kcase_result_outcome(result)]++;
        one->sent += claim_sent(result, "cancel");
        kcase_result_free(result);
        free(id);
    }
    return NULL;
}

/* All workers at once; the sums of what they found. */
static worker all_at_once(void)
{
    static worker workers[threads];
    memset(workers, 0, sizeof workers);
    worker sum = {.sent = 0};
    for (int index = 0; index < threads; index++) {
        workers[index].number = index;
        pthread_create(&workers[index].thread, NULL, cancel_share, &workers[index]);
    }
    for (int index = 0; index < threads; index++) {
        pthread_join(workers[index].thread, NULL);
        sum.sent += workers[index].sent;
        for (int number = 0; number < 64; number++) sum.outcomes[number] += workers[index].outcomes[number];
    }
    return sum;
}

static void all_cases_are_canceled_once(void **state)
{
    (void)state;
    use_client(", \"max_connections\": 4");
    worker sum = all_at_once();
    ledger_totals totals = sandbox_totals(&test.box);
    assert_int_equal(sum.outcomes[KCASE_CANCELED], cases);
    assert_int_equal(sum.sent, cases);
    assert_int_equal(totals.cancel_requests, cases);
    assert_int_equal(totals.cancels_applied, cases);
    assert_int_equal(totals.requests, cases);
}

static void a_token_is_minted_once_for_all(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, ", \"max_connections\": 16");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 200, \"on\": \"auth\"}");
    worker sum = all_at_once();
    assert_int_equal(sum.outcomes[KCASE_CANCELED], cases);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, cases);
}

static void a_revoked_token_is_minted_again_once_for_all(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, ", \"max_connections\": 16");
    kcase_result_free(kcase_check(test.client));
    sandbox_revoke_tokens(&test.box);
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 200, \"on\": \"auth\"}");
    worker sum = all_at_once();
    assert_int_equal(sum.outcomes[KCASE_CANCELED], cases);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 2);
}

static void a_failed_mint_is_told_to_all_who_waited(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, ", \"max_connections\": 16");
    sandbox_fault(&test.box, "{\"kind\": \"status\", \"status\": 403, \"on\": \"auth\"}");
    worker sum = all_at_once();
    assert_int_equal(sum.outcomes[KCASE_DENIED], cases);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 0);
}

static void faults_among_many_threads_are_told_right(void **state)
{
    (void)state;
    /* the sandbox draws with its own seed: 7 */
    use_client(", \"max_connections\": 4");
    sandbox_fault(&test.box,
        "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7, \"effect\": true},"
        " {\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7},"
        " {\"kind\": \"close_before\", \"on\": \"any\", \"rate\": 0.1, \"seed\": 7}]");
    worker sum = all_at_once();
    ledger_totals totals = sandbox_totals(&test.box);
    assert_int_equal(sum.sent, totals.cancel_requests);
    assert_true(sum.sent > cases);
    assert_true(sum.outcomes[KCASE_CANCELED] <= totals.cancels_applied);
    assert_true(totals.cancels_applied <= sum.outcomes[KCASE_CANCELED] + sum.outcomes[KCASE_UNKNOWN]);
    assert_int_equal(sum.outcomes[KCASE_CANCELED] + sum.outcomes[KCASE_UNKNOWN] + sum.outcomes[KCASE_FAILED],
        cases);
}

/* --- One case, canceled by several at once ---------------------------------------------------------- */

typedef struct {
    const char *case_id;
    const char *options;
    kcase_result *result;
} call;

static void *cancel_one(void *argument)
{
    call *one = argument;
    one->result = kcase_cancel(test.client, one->case_id, one->options);
    return NULL;
}

/* The first call, and 100 ms later the second; its time is returned. */
static int64_t one_after_the_other(call *first, call *second)
{
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_one, first);
    sleep_ms(100);
    int64_t begin = clock_ms();
    cancel_one(second);
    int64_t time = clock_ms() - begin;
    pthread_join(thread, NULL);
    expect_well_formed(first->result);
    expect_well_formed(second->result);
    return time;
}

static void a_case_is_canceled_by_one_call_at_a_time(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 400, \"on\": \"cancel\"}");
    call first = {.case_id = CASE_CANCELABLE}, second = first;
    assert_in_range(one_after_the_other(&first, &second), 200, 2000);
    expect_claim(first.result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    expect_claim(second.result, .outcome = KCASE_ALREADY_CANCELED, .status = 0, .evidence = "response",
        .attempts = "");
    assert_int_equal(sandbox_ledger(&test.box, CASE_CANCELABLE).cancel_requests, 1);
    kcase_result_free(first.result);
    kcase_result_free(second.result);
}

static void accept_slowly(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    sleep_ms(400);
    raw_answer(peer, 200, "", "{}");
}

static void the_letter_case_of_an_id_makes_no_other_case(void **state)
{
    (void)state;
    raw_server *server = raw_start(accept_slowly, NULL);
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port(server), "");
    call first = {.case_id = "e074241e-36e8-444b-bf55-bb4dad6d3f3d"};
    call second = {.case_id = "E074241E-36E8-444B-BF55-BB4DAD6D3F3D"};
    one_after_the_other(&first, &second);
    assert_int_equal(kcase_result_outcome(first.result), KCASE_CANCELED);
    assert_int_equal(kcase_result_outcome(second.result), KCASE_ALREADY_CANCELED);
    assert_string_equal(kcase_result_case_id(second.result), second.case_id);
    assert_int_equal(raw_request_count(server), 1);
    kcase_result_free(first.result);
    kcase_result_free(second.result);
    raw_stop(server);
}

static void what_one_call_read_back_the_other_need_not(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"effect\": \"before\"},"
        " {\"kind\": \"slow\", \"delay_ms\": 400, \"on\": \"read\"}]");
    call first = {.case_id = CASE_CANCELABLE}, second = first;
    one_after_the_other(&first, &second);
    expect_claim(first.result, .outcome = KCASE_CANCELED, .status = 0, .evidence = "read_back",
        .attempts = "cancel lost, read 200");
    expect_claim(second.result, .outcome = KCASE_ALREADY_CANCELED, .status = 0, .evidence = "read_back",
        .attempts = "");
    kcase_result_free(first.result);
    kcase_result_free(second.result);
}

static void a_call_whose_forerunner_found_nothing_goes_on_by_itself(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 400, \"on\": \"cancel\", \"times\": 1}");
    call first = {.case_id = CASE_ALREADY_STARTED}, second = first;
    one_after_the_other(&first, &second);
    for (int index = 0; index < 2; index++) {
        kcase_result *result = index == 0 ? first.result : second.result;
        expect_claim(result, .outcome = KCASE_REFUSED, .status = 422, .reason = "already_started",
            .evidence = "read_back", .attempts = "cancel 422, read 200");
        kcase_result_free(result);
    }
}

static void a_call_waits_for_another_half_of_its_time_at_most(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 800, \"on\": \"cancel\", \"times\": 1}");
    call first = {.case_id = CASE_CANCELABLE}, second = {CASE_CANCELABLE, "{\"timeout_ms\": 400}", NULL};
    assert_in_range(one_after_the_other(&first, &second), 200, 400);
    expect_claim(second.result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(first.result);
    kcase_result_free(second.result);
}

/* --- A result is read by many --------------------------------------------------------------------- */

enum { readers = 8 };

typedef struct {
    pthread_barrier_t *start;
    const kcase_result *result;
    const char *json;
    const char *message;
    char *copy;
} reader;

static void *read_result(void *argument)
{
    reader *one = argument;
    pthread_barrier_wait(one->start);
    one->json = kcase_result_json(one->result);
    one->copy = strdup(one->json);
    one->message = kcase_result_message(one->result);
    return NULL;
}

static void a_result_reads_the_same_for_all(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        kcase_result *result = kcase_cancel(test.client, CASE_UNABLE, NULL);
        pthread_barrier_t start;
        pthread_barrier_init(&start, NULL, readers);
        pthread_t all[readers];
        reader seen[readers];
        for (int index = 0; index < readers; index++) {
            seen[index] = (reader){.start = &start, .result = result};
            pthread_create(&all[index], NULL, read_result, &seen[index]);
        }
        for (int index = 0; index < readers; index++) pthread_join(all[index], NULL);
        for (int index = 0; index < readers; index++) {
            assert_ptr_equal(seen[index].json, seen[0].json);
            assert_ptr_equal(seen[index].message, seen[0].message);
            assert_string_equal(seen[index].copy, kcase_result_json(result));
            free(seen[index].copy);
        }
        pthread_barrier_destroy(&start);
        kcase_result_free(result);
    }
}

static void *read_build_info(void *unused)
{
    (void)unused;
    return (void *)kcase_build_info();
}

static void the_build_is_told_the_same_to_all(void **state)
{
    (void)state;
    pthread_t all[readers];
    for (int index = 0; index < readers; index++) pthread_create(&all[index], NULL, read_build_info, NULL);
    void *texts[readers];
    for (int index = 0; index < readers; index++) pthread_join(all[index], &texts[index]);
    for (int index = 0; index < readers; index++) assert_ptr_equal(texts[index], texts[0]);
}

static int open_with_many_cases(void **state)
{
    (void)state;
    test.box = sandbox_start((const char *const[]){"--cases", "800", NULL});
    return 0;
}

int main(void)
{
    _Static_assert(cases == 800, "the sandbox is told so");
    const struct CMUnitTest statements[] = {
        statement(the_build_is_told_the_same_to_all),
        statement(all_cases_are_canceled_once),
        statement(a_token_is_minted_once_for_all),
        statement(a_revoked_token_is_minted_again_once_for_all),
        statement(a_failed_mint_is_told_to_all_who_waited),
        statement(faults_among_many_threads_are_told_right),
        statement(a_case_is_canceled_by_one_call_at_a_time),
        statement(the_letter_case_of_an_id_makes_no_other_case),
        statement(what_one_call_read_back_the_other_need_not),
        statement(a_call_whose_forerunner_found_nothing_goes_on_by_itself),
        statement(a_call_waits_for_another_half_of_its_time_at_most),
        statement(a_result_reads_the_same_for_all),
    };
    return run_statements("threads", statements, open_with_many_cases, suite_teardown);
}
