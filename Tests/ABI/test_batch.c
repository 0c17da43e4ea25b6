/* Batches: many cases side by side. Each result comes once and claims what a single call would; and what
 * the header says of options, bounds, pace, interrupts and statistics. */
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "support/batches.h"
#include "support/stage.h"
#include "support/gate.h"
#include "support/raw_server.h"
#include "support/text.h"
#include "support/world.h"

enum { cases_max = 400 };

/* How late something may come on a machine that has more to do. */
static const int64_t late_ms_max = 300;

/* Works on the batch until the server has got so many requests. */
static void work_until_requests(int count)
{
    int64_t until = clock_ms() + 4000;
    while (raw_request_count(server) < count) {
        assert_true(clock_ms() < until);
        assert_null(kcase_batch_next(batch, 5));
    }
}

/* --- Results -------------------------------------------------------------------------------------- */

static void every_case_has_one_result_with_its_tag(void **state)
{
    (void)state;
    enum { count = 200 };
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, count);
    assert_int_equal(kcase_batch_pending(batch), count);
    int seen[count + 1] = {0};
    for (int number = 1; number <= count; number++) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        int tag = tag_of(result);
        assert_in_range(tag, 1, count);
        seen[tag]++;
        char *id = sandbox_case(tag);
        assert_string_equal(kcase_result_case_id(result), id);
        free(id);
        kcase_result_free(result);
        assert_int_equal(kcase_batch_pending(batch), count - number);
    }
    for (int number = 1; number <= count; number++) assert_int_equal(seen[number], 1);
    assert_null(kcase_batch_next(batch, -1));
    ledger_totals totals = sandbox_totals(&the.box);
    assert_int_equal(totals.cancels_applied, count);
    assert_int_equal(totals.requests, count);
}

static void results_come_in_the_order_in_which_they_are_found_out(void **state)
{
    (void)state;
    sandbox_spoil(&the.box,
        "[{\"kind\": \"slow\", \"delay_ms\": 900, \"case_id\": \"" CASE("01") "\"},"
        " {\"kind\": \"slow\", \"delay_ms\": 450, \"case_id\": \"" CASE("02") "\"}]");
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE("01"), "{\"tag\": \"3\"}");
    batch_add(batch, CASE("02"), "{\"tag\": \"2\"}");
    batch_add(batch, CASE("03"), "{\"tag\": \"1\"}");
    for (int place = 1; place <= 3; place++) {
        kcase_result *result = batch_fetch(batch);
        assert_int_equal(tag_of(result), place);
        kcase_result_free(result);
    }
}

static void a_slow_case_does_not_hold_up_the_others(void **state)
{
    (void)state;
    sandbox_spoil(&the.box,
        "{\"kind\": \"hang\", \"on\": \"cancel\", \"case_id\": \"" CASE("01") "\"}");
    batch = batch_of(the.client, "{\"max_in_flight\": 2}");
    batch_add(batch, CASE("01"), "{\"tag\": \"0\"}");
    batch_add_cases(batch, 1, 50);
    int64_t start = clock_ms();
    for (int number = 0; number < 50; number++) {
        kcase_result *result = batch_fetch(batch);
        assert_int_not_equal(tag_of(result), 0);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        kcase_result_free(result);
    }
    assert_in_range(clock_ms() - start, 0, 3000);
    assert_int_equal(kcase_batch_pending(batch), 1);
    assert_int_equal(batch_number(batch, "in_flight"), 1);
}

static void the_loop_of_the_header_cancels_all(void **state)
{
    (void)state;
    size_t count = 300, next = 0, fetched = 0, pending_most = 0;
    batch = batch_of(the.client, "{\"max_pending\": 16}");
    for (;;) {
        while (next < count) {
            char *id = sandbox_case((int)next + 1);
            int32_t taken = kcase_batch_add(batch, id, NULL);
            free(id);
            if (taken != KCASE_BATCH_ADDED) break;
            next++;
        }
        size_t pending = (size_t)kcase_batch_pending(batch);
        if (pending > pending_most) pending_most = pending;
        if (pending == 0) break;
        kcase_result *result = kcase_batch_next(batch, -1);
        if (result == NULL) continue;
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        fetched++;
        kcase_result_free(result);
    }
    assert_int_equal(fetched, count);
    assert_int_equal(pending_most, 16);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, count);
}

static void one_id_may_be_added_more_than_once(void **state)
{
    (void)state;
    batch = batch_of(the.client, "{\"max_in_flight\": 1}");
    for (int time = 0; time < 3; time++) batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result *first = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(first), KCASE_CANCELED);
    kcase_result_free(first);
    assert_int_equal(batch_fetch_all(batch, KCASE_ALREADY_CANCELED), 2);
    assert_int_equal(sandbox_ledger(&the.box, CASE_CANCELABLE).cancels_applied, 1);
}

static void cases_may_be_added_at_any_time(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    assert_null(kcase_batch_next(batch, 0));
    for (int round = 0; round < 3; round++) {
        batch_add_cases(batch, 1 + 20 * round, 10);
        assert_null(kcase_batch_next(NULL, 0));
        kcase_result_free(kcase_batch_next(batch, 0));
        batch_add_cases(batch, 11 + 20 * round, 10);
        kcase_result_free(kcase_batch_next(batch, -1));
    }
    long left = (long)kcase_batch_pending(batch);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), left);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, 60);
}

static void adding_sends_nothing(void **state)
{
    (void)state;
    meet(accept_all, NULL, "");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 20);
    sleep_ms(50);
    assert_int_equal(raw_connection_count(server), 0);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
}

static void input_is_not_kept(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    char id[] = CASE_CANCELABLE, options[] = "{\"tag\": \"7\"}";
    batch_add(batch, id, options);
    memset(id, 'x', sizeof id - 1);
    memset(options, 'x', sizeof options - 1);
    kcase_result *result = batch_fetch(batch);
    assert_string_equal(kcase_result_case_id(result), CASE_CANCELABLE);
    assert_int_equal(tag_of(result), 7);
    kcase_result_free(result);
}

static void results_outlive_batch_and_client(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result *result = batch_fetch(batch);
    kcase_batch_free(batch);
    batch = NULL;
    world_done(state);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
}

/* --- Bounds of what is pending -------------------------------------------------------------------- */

static void a_full_batch_takes_no_case_until_a_result_is_fetched(void **state)
{
    (void)state;
    batch = batch_of(the.client, "{\"max_pending\": 3}");
    batch_add_cases(batch, 1, 3);
    char *fourth = sandbox_case(4);
    assert_int_equal(kcase_batch_add(batch, fourth, NULL), KCASE_BATCH_FULL);
    assert_int_equal(kcase_batch_add(batch, "", NULL), KCASE_BATCH_FULL); /* be it right or wrong */
    assert_int_equal(kcase_batch_pending(batch), 3);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(kcase_batch_pending(batch), 2);
    batch_add(batch, fourth, NULL);
    assert_int_equal(kcase_batch_add(batch, fourth, NULL), KCASE_BATCH_FULL);
    free(fourth);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 3);
    batch_check_stats(batch);
}

static void what_is_finished_and_not_fetched_is_pending(void **state)
{
    (void)state;
    batch = batch_of(the.client, "{\"max_pending\": 20}");
    batch_add_cases(batch, 1, 5);
    for (int number = 0; number < 15; number++) batch_add(batch, "", NULL); /* ready at once */
    assert_int_equal(batch_number(batch, "ready"), 15);
    assert_int_equal(kcase_batch_pending(batch), 20);
    assert_int_equal(kcase_batch_add(batch, CASE_CANCELABLE, NULL), KCASE_BATCH_FULL);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(kcase_batch_pending(batch), 19);
    batch_add(batch, CASE_CANCELABLE, NULL);
    assert_int_equal(kcase_batch_add(batch, CASE_CANCELABLE, NULL), KCASE_BATCH_FULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 6);
}

static void one_may_be_pending(void **state)
{
    (void)state;
    batch = batch_of(the.client, "{\"max_pending\": 1}");
    for (int number = 1; number <= 5; number++) {
        batch_add_cases(batch, number, 1);
        assert_int_equal(kcase_batch_add(batch, CASE_CANCELABLE, NULL), KCASE_BATCH_FULL);
        kcase_result_free(batch_fetch(batch));
    }
}

static void a_thousand_and_24_are_pending_by_default(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    for (int number = 0; number < 1024; number++) batch_add(batch, "", NULL);
    assert_int_equal(kcase_batch_add(batch, "", NULL), KCASE_BATCH_FULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_INVALID), 1024);
}

/* --- NULL and bad input --------------------------------------------------------------------------- */

static void no_batch_is_closed_and_empty(void **state)
{
    (void)state;
    assert_int_equal(kcase_batch_add(NULL, CASE_CANCELABLE, NULL), KCASE_BATCH_CLOSED);
    assert_int_equal(kcase_batch_add(NULL, NULL, "{"), KCASE_BATCH_CLOSED);
    assert_null(kcase_batch_next(NULL, 0));
    assert_null(kcase_batch_next(NULL, -1));
    assert_int_equal(kcase_batch_pending(NULL), 0);
    assert_int_equal(kcase_batch_fd(NULL), -1);
    assert_string_equal(kcase_batch_stats(NULL), "{}");
    kcase_batch_interrupt(NULL);
    kcase_batch_free(NULL);
}

static void wrong_input_is_taken_and_invalid(void **state)
{
    (void)state;
    static const struct {
        const char *id, *options, *words;
        int tag;
    } inputs[] = {
        {NULL, "{\"tag\": \"1\"}", "NULL", 1},
        {"", "{\"tag\": \"2\"}", "empty", 2},
        {"a/b", "{\"tag\": \"3\"}", "case_id", 3},
        {"..", "{\"tag\": \"4\"}", "..", 4},
        {"\xFF", "{\"tag\": \"5\"}", "UTF-8", 5},
        {CASE_CANCELABLE, "{\"tag\": \"6\", \"tags\": 1}", "tags", -1},
        {CASE_CANCELABLE, "{\"tag\": \"7\", \"timeout_ms\": 0}", "timeout_ms", -1},
        {CASE_CANCELABLE, "{\"tag\": 8}", "tag", -1},
        {CASE_CANCELABLE, "{", "options", -1},
        {CASE_CANCELABLE, "", "options", -1},
        {CASE_CANCELABLE, "[]", "options", -1},
        {CASE_CANCELABLE, "{\"max_in_flight\": 1}", "max_in_flight", -1},
    };
    enum { count = sizeof inputs / sizeof inputs[0] };
    batch = batch_of(the.client, NULL);
    for (int index = 0; index < count; index++) batch_add(batch, inputs[index].id, inputs[index].options);
    assert_int_equal(kcase_batch_pending(batch), count);
    for (int index = 0; index < count; index++) {
        kcase_result *result = kcase_batch_next(batch, 0); /* they are there at once, and in order */
        expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
        if (!text_has(kcase_result_message(result), inputs[index].words)) {
            fail_msg("\"%s\" is not in: %s", inputs[index].words, kcase_result_message(result));
        }
        assert_int_equal(tag_of(result), inputs[index].tag);
        kcase_result *alone = kcase_cancel(the.client, inputs[index].id, inputs[index].options);
        assert_string_equal(kcase_result_message(result), kcase_result_message(alone));
        assert_string_equal(kcase_result_case_id(result), kcase_result_case_id(alone));
        kcase_result_free(alone);
        kcase_result_free(result);
    }
    assert_int_equal(sandbox_totals(&the.box).requests, 0);
}

static void wrong_input_does_not_harm_the_rest(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    for (int round = 0; round < 10; round++) {
        batch_add_cases(batch, 1 + round * 5, 5);
        batch_add(batch, "a/b", NULL);
    }
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 50);
    batch_check_stats(batch);
}

/* No batch, and an error that has the word; without a place for the error, too. */
static void expect_no_batch(kcase_client *client, const char *options, const char *word)
{
    kcase_result *error = NULL;
    assert_null(kcase_batch_new(client, options, &error));
    expect_claim(error, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(error), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(error));
    }
    kcase_result_free(error);
    assert_null(kcase_batch_new(client, options, NULL));
}

static void a_batch_needs_a_client_and_options_that_are_known(void **state)
{
    (void)state;
    expect_no_batch(NULL, NULL, "client");
    expect_no_batch(NULL, "{}", "client");
    expect_no_batch(the.client, "", "options");
    expect_no_batch(the.client, "{", "options");
    expect_no_batch(the.client, "[]", "options");
    expect_no_batch(the.client, "{\"max_inflight\": 1}", "max_inflight");
    expect_no_batch(the.client, "{\"timeout_ms\": 1000}", "timeout_ms");
    expect_no_batch(the.client, "{\"max_pending\": 1, \"max_pending\": 1}", "max_pending");
    expect_no_batch(the.client, "{\"max_pending\": \"1\"}", "max_pending");
    expect_no_batch(the.client, "{\"max_in_flight\": 1.5}", "max_in_flight");
    expect_no_batch(the.client, "{\"http2\": 1}", "http2");
    expect_no_batch(the.client, "{\"http2\": \"true\"}", "http2");
    char *spaces = text_repeat(" ", 65536);
    char *options = text_format("{}%s", spaces);
    expect_no_batch(the.client, options, "65536");
    free(options);
    free(spaces);
}

static void options_have_the_ranges_that_the_header_names(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int most;
    } options[] = {{"max_in_flight", 1024}, {"max_pending", 1000000}};
    for (int index = 0; index < 2; index++) {
        const int numbers[] = {1, options[index].most, -1, 0, options[index].most + 1};
        for (int number = 0; number < 5; number++) {
            char *text = text_format("{\"%s\": %d}", options[index].key, numbers[number]);
            if (number < 2) kcase_batch_free(batch_of(the.client, text));
            else expect_no_batch(the.client, text, options[index].key);
            free(text);
        }
    }
    static const char *const fine[] = {
        "{}", "{\"http2\": false}", "{\"http2\": true, \"max_pending\": null}"};
    for (int index = 0; index < 3; index++) kcase_batch_free(batch_of(the.client, fine[index]));
}

static void an_error_is_unset_on_success(void **state)
{
    (void)state;
    kcase_result *error = (kcase_result *)&error;
    batch = kcase_batch_new(the.client, NULL, &error);
    assert_non_null(batch);
    assert_null(error);
}

static void for_want_of_descriptors_there_is_no_batch(void **state)
{
    (void)state;
    int count = use_up_descriptors();
    kcase_result *error = NULL;
    kcase_batch *none = kcase_batch_new(the.client, NULL, &error);
    give_back_descriptors(count);
    assert_null(none);
    expect_well_formed(error);
    assert_int_equal(kcase_result_outcome(error), KCASE_NOT_SENT);
    kcase_result_free(error);
    /* and that is over with the want */
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

/* --- Time ----------------------------------------------------------------------------------------- */

static void with_nothing_pending_there_is_no_wait(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    int64_t start = clock_ms();
    assert_null(kcase_batch_next(batch, 0));
    assert_null(kcase_batch_next(batch, 60000));
    assert_null(kcase_batch_next(batch, -1));
    batch_add(batch, CASE_CANCELABLE, NULL);
    kcase_result_free(batch_fetch(batch));
    assert_null(kcase_batch_next(batch, 60000));
    assert_null(kcase_batch_next(batch, -1));
    assert_in_range(clock_ms() - start, 0, 5000);
}

static void a_wait_for_a_result_ends_in_time(void **state)
{
    (void)state;
    sandbox_spoil(&the.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 3);
    static const int32_t waits[] = {0, 1, 60, 250};
    for (int index = 0; index < 4; index++) {
        int64_t start = clock_ms();
        assert_null(kcase_batch_next(batch, waits[index]));
        assert_in_range(clock_ms() - start, waits[index], waits[index] + late_ms_max);
    }
    assert_int_equal(kcase_batch_pending(batch), 3);
}

static void a_case_without_an_answer_ends_at_its_timeout(void **state)
{
    (void)state;
    sandbox_spoil(&the.box, "{\"kind\": \"hang\"}");
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE("01"), "{\"timeout_ms\": 400, \"tag\": \"1\"}");
    batch_add(batch, CASE("02"), "{\"timeout_ms\": 800, \"tag\": \"2\"}");
    int64_t start = clock_ms();
    for (int number = 1; number <= 2; number++) {
        kcase_result *result = kcase_batch_next(batch, -1);
        assert_int_equal(kcase_result_outcome(result), KCASE_UNKNOWN);
        assert_int_equal(tag_of(result), number);
        /* what cannot end within the time is not begun */
        assert_in_range(clock_ms() - start, number * 400 - 100, number * 400 + late_ms_max);
        kcase_result_free(result);
    }
}

static void a_timeout_begins_with_the_cases_turn(void **state)
{
    (void)state;
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 200, \"on\": \"cancel\"}");
    batch = batch_of(the.client, "{\"max_in_flight\": 1}");
    int64_t start = clock_ms();
    for (int number = 1; number <= 6; number++) {
        char *id = sandbox_case(number);
        batch_add(batch, id, "{\"timeout_ms\": 900, \"max_attempts\": 1}");
        free(id);
    }
    sleep_ms(300); /* before anything is worked on, no time passes either */
    for (int number = 1; number <= 6; number++) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        char *elapsed = claim_member(result, "elapsed_ms");
        assert_in_range(atol(elapsed), 199, 900);
        free(elapsed);
        kcase_result_free(result);
    }
    assert_in_range(clock_ms() - start, 1400, 10000);
}

static void a_timeout_does_not_run_while_a_case_waits_for_a_connection(void **state)
{
    (void)state;
    /* Many have their turn at once where all wait for one token; then two at a time have a connection. */
    use_client_with(KEY_PAIR, ", \"max_connections\": 2");
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 100, \"on\": \"cancel\"}");
    batch = batch_of(the.client, NULL);
    for (int number = 1; number <= 40; number++) {
        char *id = sandbox_case(number);
        batch_add(batch, id, "{\"timeout_ms\": 1000}");
        free(id);
    }
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 40);
}

/* Asks for a wait once; accepts what comes then. */
static void ask_for_a_wait_once(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    bool is_first = request->number == 0;
    raw_answer(peer, is_first ? 429 : 200, is_first ? "Retry-After: 1\r\n" : "", "{}");
}

static void a_call_without_a_wait_does_all_that_can_be_done(void **state)
{
    (void)state;
    meet(ask_for_a_wait_once, NULL, "");
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    work_until_requests(1);
    assert_null(kcase_batch_next(batch, 50));
    sleep_ms(1300); /* 1 s and up to a quarter more */
    kcase_result *result = kcase_batch_next(batch, 0);
    sleep_ms(50);
    assert_int_equal(raw_request_count(server), 2);
    if (result == NULL) result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
}

/* --- The same care as for a single call ------------------------------------------------------------ */

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

/* The case alone, and then in a batch; each in a fresh world that is spoilt in the same way. */
static void expect_as_alone(const char *id, const char *options, const char *rules)
{
    char *texts[2];
    for (int round = 0; round < 2; round++) {
        sandbox_reset(&the.box);
        if (rules != NULL) sandbox_spoil(&the.box, rules);
        use_client("");
        ledger_row before = sandbox_ledger(&the.box, id);
        kcase_result *result;
        if (round == 0) {
            result = kcase_cancel(the.client, id, options);
        } else {
            batch = batch_of(the.client, NULL);
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
    for (size_t way = 0; way < sizeof options / sizeof options[0]; way++) {
        for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
            expect_as_alone(ids[index], options[way], NULL);
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
    sandbox_spoil(&the.box,
        "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7, \"effect\": true},"
        " {\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7},"
        " {\"kind\": \"close_before\", \"on\": \"any\", \"rate\": 0.1, \"seed\": 7}]");
    batch = batch_of(the.client, NULL);
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
    assert_int_equal(sent, sandbox_totals(&the.box).cancel_requests);
    assert_true(sent > count && read > 0);
    assert_int_equal(batch_number(batch, "requests"), listed);
    assert_int_equal(batch_number(batch, "retries"), sent - count);
    assert_int_equal(batch_number(batch, "readings"), read);
    batch_check_stats(batch);
}

static void nobody_there_is_not_sent(void **state)
{
    (void)state;
    kcase_client_free(the.client);
    the.client = client_on_port(raw_port_of_nobody(), "");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_NOT_SENT), 20);
    batch_check_stats(batch);
}

/* Answers a stray second time, in the same breath; later cancels are forbidden. */
static void accept_twice_and_then_forbid(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    if (request->number > 0) return raw_answer(peer, 403, "", "{}");
    raw_say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void an_answer_too_many_is_not_taken_for_anothers(void **state)
{
    (void)state;
    meet(accept_twice_and_then_forbid, NULL, ", \"max_connections\": 1");
    batch = batch_of(the.client, NULL);
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
    raw_answer(peer, request->number == 0 ? 200 : 403, "", "{}");
}

static void a_stray_answer_on_a_kept_connection_is_not_taken_for_anothers(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        meet(accept_first_and_then_forbid, NULL, ", \"max_connections\": 1");
        batch = batch_of(the.client, NULL);
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

/* --- Connections ---------------------------------------------------------------------------------- */

/* So many of the cases are with the server while it answers none, and over so many connections. */
static void expect_in_flight(const char *client_more, const char *options, int count)
{
    /* one for each call: the server may be at it when the call is over */
    static gate gates[8];
    static size_t used;
    assert_true(used < sizeof gates / sizeof gates[0]);
    gate *held = &gates[used++];
    *held = (gate)CLOSED_GATE;
    meet(gate_handler, held, client_more);
    batch = batch_of(the.client, options);
    batch_add_cases(batch, 1, 40);
    work_until_requests(count);
    assert_null(kcase_batch_next(batch, 150));
    assert_int_equal(raw_request_count(server), count);
    assert_int_equal(raw_connection_count(server), count);
    gate_open(held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 40);
    assert_int_equal(raw_request_count(server), 40);
    /* kept and used again */
    assert_int_equal(raw_connection_count(server), count);
    assert_int_equal(batch_number(batch, "connections"), count);
    assert_int_equal(raw_closed_count(server), 0);
    kcase_batch_free(batch);
    batch = NULL;
    assert_true(raw_wait_for_closed(server, count));
    raw_stop(server);
    server = NULL;
}

static void cases_in_flight_are_bounded(void **state)
{
    (void)state;
    expect_in_flight(", \"max_connections\": 16", "{\"max_in_flight\": 3}", 3);
    expect_in_flight(", \"max_connections\": 16", "{\"max_in_flight\": 1}", 1);
}

static void connections_are_bounded(void **state)
{
    (void)state;
    expect_in_flight(", \"max_connections\": 2", NULL, 2);
    expect_in_flight("", NULL, 8); /* by default */
    expect_in_flight(", \"max_connections\": 30", "{\"max_in_flight\": 1024, \"http2\": false}", 30);
}

static void connections_are_the_batchs_own(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    meet(gate_handler, &held, ", \"max_connections\": 1");
    batch = batch_of(the.client, NULL);
    kcase_batch *other = batch_of(the.client, NULL);
    batch_add(batch, "a", NULL);
    batch_add(other, "b", NULL);
    work_until_requests(1);
    assert_null(kcase_batch_next(other, 50));
    assert_true(raw_wait_for_requests(server, 2));
    gate_open(&held);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
    assert_int_equal(batch_fetch_all(other, KCASE_CANCELED), 1);
    kcase_result *alone = kcase_cancel(the.client, "c", NULL);
    assert_int_equal(kcase_result_outcome(alone), KCASE_CANCELED);
    kcase_result_free(alone);
    assert_int_equal(raw_connection_count(server), 3);
    kcase_batch_free(other);
}

static void accept_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "Connection: close\r\n", "{}");
    raw_hang_up(peer);
}

static void connections_that_end_cost_no_claim(void **state)
{
    (void)state;
    meet(accept_and_go, NULL, ", \"max_connections\": 4");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 60);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        kcase_result_free(result);
    }
    assert_int_equal(raw_request_count(server), 60);
}

/* --- Tokens --------------------------------------------------------------------------------------- */

static void a_token_is_minted_once_for_the_whole_batch(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"auth\"}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 100);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 100);
    ledger_totals totals = sandbox_totals(&the.box);
    assert_int_equal(totals.auth_requests, 1);
    assert_int_equal(totals.cancel_requests, 100);
    assert_int_equal(batch_number(batch, "requests"), 101);
    assert_int_equal(batch_number(batch, "retries"), 0);
}

static void a_failed_mint_is_told_to_all_who_waited(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"status\", \"status\": 403, \"on\": \"auth\"}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 8);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_DENIED, .status = ANY_STATUS, .reason = "credentials",
            .evidence = "response");
        kcase_result_free(result);
    }
    assert_int_equal(sandbox_totals(&the.box).cancel_requests, 0);
    assert_int_equal(sandbox_totals(&the.box).auth_requests, 1);
}

static void without_a_token_nothing_is_sent(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"status\", \"status\": 503, \"on\": \"auth\"}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_NOT_SENT), 20);
    assert_int_equal(sandbox_totals(&the.box).cancel_requests, 0);
    batch_check_stats(batch);
}

static void a_mint_that_fails_once_is_tried_again(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"status\", \"status\": 500, \"on\": \"auth\", \"times\": 1}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
    assert_int_equal(sandbox_totals(&the.box).auth_requests, 2);
}

static void a_revoked_token_is_minted_again_once(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 10);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 10);
    sandbox_revoke_tokens(&the.box);
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 150, \"on\": \"auth\"}");
    batch_add_cases(batch, 11, 60);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 60);
    assert_int_equal(sandbox_totals(&the.box).auth_requests, 2);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, 70);
}

static void a_token_that_a_batch_was_about_to_get_does_not_hold_up_a_single_call(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 50, \"on\": \"auth\"}");
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    assert_null(kcase_batch_next(batch, 0)); /* the token is asked for */
    sleep_ms(100);
    kcase_result *result = kcase_cancel(the.client, CASE("02"), "{\"timeout_ms\": 2000}");
    assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
    kcase_result_free(result);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

static void a_token_that_a_batch_was_about_to_get_does_not_hold_up_another(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 50, \"on\": \"auth\"}");
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    assert_null(kcase_batch_next(batch, 0)); /* the token is asked for */
    sleep_ms(100);
    kcase_batch *other = batch_of(the.client, NULL);
    batch_add(other, CASE("02"), "{\"timeout_ms\": 2000}");
    long canceled = batch_fetch_all(other, KCASE_CANCELED);
    kcase_batch_free(other);
    assert_int_equal(canceled, 1);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 1);
}

static void a_batch_that_is_freed_while_it_mints_leaves_the_token_to_others(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "{\"kind\": \"hang\", \"on\": \"auth\", \"times\": 1}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 3);
    assert_null(kcase_batch_next(batch, 50));
    kcase_batch_free(batch);
    batch = NULL;
    expect_cancel(CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "authenticate 200, cancel 200");
}

/* --- Pace ----------------------------------------------------------------------------------------- */

/* How long it takes, at least, to begin so many requests at so many a second: what an idle client may begin
 * at once (a twentieth of a second's) and the first are free, and clocks tick in milliseconds. */
static int64_t least_ms(int requests, int rate)
{
    return (int64_t)(requests - 1 - rate / 20) * 1000 / rate - 20;
}

static void a_rate_is_kept(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 40");
    batch = batch_of(the.client, NULL);
    assert_int_equal(batch_number(batch, "rate_limit"), 40);
    batch_add_cases(batch, 1, 40);
    int64_t start = clock_ms();
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 40);
    assert_in_range(clock_ms() - start, least_ms(40, 40), 10000);
}

static void a_rate_counts_requests_of_every_kind(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, ", \"rate_per_second\": 40");
    batch = batch_of(the.client, NULL);
    /* and each is read back */
    for (int number = 0; number < 13; number++) batch_add(batch, CASE_UNABLE, NULL);
    int64_t start = clock_ms();
    assert_int_equal(batch_fetch_all(batch, KCASE_REFUSED), 13);
    assert_in_range(clock_ms() - start, least_ms(27, 40), 10000);
    assert_int_equal(sandbox_totals(&the.box).requests, 27);
}

static void *cancel_twenty(void *unused)
{
    (void)unused;
    long canceled = 0;
    for (int number = 1; number <= 20; number++) {
        char *id = sandbox_case(200 + number);
        kcase_result *result = kcase_cancel(the.client, id, NULL);
        canceled += kcase_result_outcome(result) == KCASE_CANCELED;
        kcase_result_free(result);
        free(id);
    }
    return (void *)canceled;
}

static void a_rate_is_shared_by_all_of_the_client(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 50");
    batch = batch_of(the.client, NULL);
    kcase_batch *other = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 20);
    batch_add_cases(other, 101, 20);
    int64_t start = clock_ms();
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_twenty, NULL);
    long canceled = 0;
    while (kcase_batch_pending(batch) + kcase_batch_pending(other) > 0) {
        kcase_batch *const both[] = {batch, other};
        for (int index = 0; index < 2; index++) {
            kcase_result *result = kcase_batch_next(both[index], 5);
            if (result == NULL) continue;
            canceled += kcase_result_outcome(result) == KCASE_CANCELED;
            kcase_result_free(result);
        }
    }
    void *alone;
    pthread_join(thread, &alone);
    int64_t time = clock_ms() - start;
    kcase_batch_free(other);
    assert_int_equal(canceled, 40);
    assert_int_equal((long)alone, 20);
    assert_in_range(time, least_ms(60, 50), 15000);
}

static void without_a_rate_there_is_no_limit(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
    assert_int_equal(batch_number(batch, "rate_limit"), -1);
    assert_int_equal(batch_number(batch, "slowdowns"), 0);
}

static void a_server_that_asks_for_less_gets_less_and_later_more(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 5");
    sandbox_spoil(&the.box, "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 429, \"times\": 1,"
                            " \"retry_after\": \"0\"}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 12);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(batch_number(batch, "slowdowns"), 1);
    assert_in_range(batch_number(batch, "rate_limit"), 1, 4);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 11);
    assert_int_equal(batch_number(batch, "rate_limit"), 5);
    assert_int_equal(batch_number(batch, "slowdowns"), 1);
    assert_int_equal(batch_number(batch, "retries"), 1);
}

static void a_client_without_a_rate_gets_one_when_the_server_asks_for_less(void **state)
{
    (void)state;
    sandbox_spoil(&the.box, "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 503, \"times\": 1,"
                            " \"retry_after\": \"0\"}");
    batch = batch_of(the.client, "{\"max_in_flight\": 1}");
    batch_add_cases(batch, 1, 8);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(batch_number(batch, "slowdowns"), 1);
    long limit = batch_number(batch, "rate_limit");
    assert_in_range(limit, 1, 1000);
    /* the pace is the whole client's */
    kcase_batch *other = batch_of(the.client, NULL);
    long others = batch_number(other, "rate_limit");
    kcase_batch_free(other);
    assert_int_equal(others, limit);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 7);
    assert_true(batch_number(batch, "rate_limit") > limit); /* it took more than a second */
}

static void a_server_that_answers_ever_later_gets_less(void **state)
{
    (void)state;
    use_client(", \"max_connections\": 4");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 60);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 60);
    long slowdowns = batch_number(batch, "slowdowns");
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 700, \"on\": \"cancel\"}");
    batch_add_cases(batch, 61, 8);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 8);
    assert_true(batch_number(batch, "slowdowns") > slowdowns);
    assert_true(batch_number(batch, "rate_limit") > 0);
}

/* --- Interrupts ----------------------------------------------------------------------------------- */

typedef void (*interrupter)(void);

static void interrupt_batch(void) { kcase_batch_interrupt(batch); }
static void interrupt_client(void) { kcase_client_interrupt(the.client); }

static interrupter interrupt_now;
static int64_t interrupted_ms;

static void *interrupt_soon(void *unused)
{
    (void)unused;
    sleep_ms(400); /* longer than libcurl's own timers run after a connection was made */
    interrupted_ms = clock_ms();
    interrupt_now();
    return NULL;
}

/* Of ten cases two are with the server, and the rest wait. */
static void batch_before_a_hanging_server(void)
{
    use_client(", \"max_connections\": 2");
    sandbox_spoil(&the.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 10);
}

/* Fetches the ten results, which are there without a wait. */
static void expect_all_interrupted(kcase_result *first)
{
    int unknown = 0, not_sent = 0, seen[11] = {0};
    for (int number = 1; number <= 10; number++) {
        kcase_result *result = number == 1 ? first : kcase_batch_next(batch, 0);
        assert_non_null(result);
        expect_well_formed(result);
        expect_member(result, "reason", "\"interrupted\"");
        bool is_sent = claim_sent(result, "cancel") > 0;
        assert_int_equal(kcase_result_outcome(result), is_sent ? KCASE_UNKNOWN : KCASE_NOT_SENT);
        unknown += is_sent;
        not_sent += !is_sent;
        assert_in_range(tag_of(result), 1, 10);
        seen[tag_of(result)]++;
        kcase_result_free(result);
    }
    for (int number = 1; number <= 10; number++) assert_int_equal(seen[number], 1);
    assert_int_equal(unknown, 2);
    assert_int_equal(not_sent, 8);
    assert_int_equal(kcase_batch_pending(batch), 0);
    assert_null(kcase_batch_next(batch, -1));
    batch_check_stats(batch);
}

/* Cases that are added after an interrupt are as any others. */
static void expect_goes_on(void)
{
    sandbox_heal(&the.box);
    batch_add_cases(batch, 20, 10);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
            .attempts = "cancel 200");
        kcase_result_free(result);
    }
}

static void interrupt_from_a_thread(interrupter how)
{
    batch_before_a_hanging_server();
    interrupt_now = how;
    pthread_t thread;
    pthread_create(&thread, NULL, interrupt_soon, NULL);
    kcase_result *first = kcase_batch_next(batch, -1);
    int64_t returned_ms = clock_ms();
    pthread_join(thread, NULL);
    assert_in_range(returned_ms - interrupted_ms, 0, late_ms_max);
    expect_all_interrupted(first);
    expect_goes_on();
}

static void another_thread_ends_the_batch(void **state)
{
    (void)state;
    interrupt_from_a_thread(interrupt_batch);
}

static void another_thread_ends_the_clients_batches(void **state)
{
    (void)state;
    interrupt_from_a_thread(interrupt_client);
}

static void interrupt_on_signal(int number)
{
    (void)number;
    interrupted_ms = clock_ms();
    interrupt_now();
}

static void interrupt_from_a_signal_handler(interrupter how)
{
    batch_before_a_hanging_server();
    interrupt_now = how;
    struct sigaction action = {.sa_handler = interrupt_on_signal};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {.it_value = {.tv_sec = 0, .tv_usec = 400000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    kcase_result *first = kcase_batch_next(batch, -1);
    assert_in_range(clock_ms() - interrupted_ms, 0, late_ms_max);
    expect_all_interrupted(first);
    expect_goes_on();
}

static void a_signal_handler_ends_the_batch(void **state)
{
    (void)state;
    interrupt_from_a_signal_handler(interrupt_batch);
}

static void a_signal_handler_ends_the_clients_batches(void **state)
{
    (void)state;
    interrupt_from_a_signal_handler(interrupt_client);
}

static void ignore_signal(int number) { (void)number; }

static void a_signal_alone_ends_no_wait(void **state)
{
    (void)state;
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 600, \"on\": \"cancel\"}");
    struct sigaction action = {.sa_handler = ignore_signal};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {{.tv_sec = 0, .tv_usec = 50000}, {.tv_sec = 0, .tv_usec = 50000}};
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    int64_t start = clock_ms();
    kcase_result *early = kcase_batch_next(batch, 300);
    int64_t time = clock_ms() - start;
    kcase_result *result = kcase_batch_next(batch, -1);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    assert_null(early);
    assert_in_range(time, 300, 300 + late_ms_max);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response",
        .attempts = "cancel 200");
    kcase_result_free(result);
}

static void an_interrupt_between_calls_is_not_lost(void **state)
{
    (void)state;
    batch_before_a_hanging_server();
    assert_null(kcase_batch_next(batch, 100));
    kcase_batch_interrupt(batch);
    batch_add_cases(batch, 20, 1); /* later, and not affected */
    for (int number = 0; number < 10; number++) {
        kcase_result *result = kcase_batch_next(batch, 0);
        assert_non_null(result);
        expect_member(result, "reason", "\"interrupted\"");
        kcase_result_free(result);
    }
    sandbox_heal(&the.box);
    sandbox_reset(&the.box);
    kcase_batch_interrupt(batch);
    kcase_result_free(batch_fetch(batch));
    assert_int_equal(kcase_batch_pending(batch), 0);
    expect_goes_on();
}

static void results_that_are_there_are_not_changed_by_an_interrupt(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    batch_add(batch, CASE_UNABLE, NULL);
    batch_add(batch, "", NULL); /* ready at once */
    kcase_batch_interrupt(batch);
    kcase_result *result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_INVALID);
    kcase_result_free(result);
    result = batch_fetch(batch);
    assert_int_equal(kcase_result_outcome(result), KCASE_NOT_SENT);
    kcase_result_free(result);
}

static void an_interrupt_ends_no_other_batch_and_no_single_call(void **state)
{
    (void)state;
    sandbox_spoil(&the.box, "{\"kind\": \"slow\", \"delay_ms\": 200, \"on\": \"cancel\"}");
    batch = batch_of(the.client, NULL);
    kcase_batch *other = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 4);
    batch_add_cases(other, 11, 4);
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_twenty, NULL);
    assert_null(kcase_batch_next(batch, 50));
    assert_null(kcase_batch_next(other, 50));
    for (int time = 0; time < 100; time++) kcase_batch_interrupt(batch);
    long canceled = batch_fetch_all(other, KCASE_CANCELED);
    kcase_batch_free(other);
    assert_int_equal(canceled, 4);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        expect_member(result, "reason", "\"interrupted\"");
        kcase_result_free(result);
    }
    sandbox_heal(&the.box);
    void *alone;
    pthread_join(thread, &alone);
    assert_int_equal((long)alone, 20);
}

static volatile int stop_racing;

static void *interrupt_all_the_time(void *unused)
{
    (void)unused;
    while (!stop_racing) {
        kcase_batch_interrupt(batch);
        sleep_ms(1);
    }
    return NULL;
}

static void interrupts_may_race_with_everything(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    stop_racing = 0;
    pthread_t racer;
    pthread_create(&racer, NULL, interrupt_all_the_time, NULL);
    int fetched = 0;
    for (int number = 0; number < 300; number++) {
        batch_add(batch, CASE_UNABLE, NULL);
        kcase_result *result = kcase_batch_next(batch, number % 3);
        if (result == NULL) continue;
        expect_well_formed(result);
        kcase_result_free(result);
        fetched++;
    }
    stop_racing = 1;
    pthread_join(racer, NULL);
    while (kcase_batch_pending(batch) > 0) {
        kcase_result_free(batch_fetch(batch));
        fetched++;
    }
    assert_int_equal(fetched, 300);
    batch_check_stats(batch);
    expect_goes_on();
}

/* --- Threads -------------------------------------------------------------------------------------- */

static void a_batch_and_single_calls_go_on_at_once(void **state)
{
    (void)state;
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 150);
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_twenty, NULL);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 150);
    void *alone;
    pthread_join(thread, &alone);
    assert_int_equal((long)alone, 20);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, 170);
    assert_int_equal(sandbox_totals(&the.box).cancel_requests, 170);
}

static void *fetch_all_of(void *its_batch) { return (void *)batch_fetch_all(its_batch, KCASE_CANCELED); }

static void two_batches_of_a_client_on_two_threads(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    kcase_batch *other = batch_of(the.client, NULL);
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 100);
    batch_add_cases(other, 101, 100);
    pthread_t thread;
    pthread_create(&thread, NULL, fetch_all_of, other);
    long canceled = batch_fetch_all(batch, KCASE_CANCELED);
    void *others;
    pthread_join(thread, &others);
    kcase_batch_free(other);
    assert_int_equal(canceled, 100);
    assert_int_equal((long)others, 100);
    assert_int_equal(sandbox_totals(&the.box).auth_requests, 1);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, 200);
}

static void *add_and_fetch(void *first)
{
    long fetched = 0;
    for (int number = 0; number < 50; number++) {
        char *id = sandbox_case((int)(long)first + number);
        if (kcase_batch_add(batch, id, NULL) != KCASE_BATCH_ADDED) abort();
        free(id);
        kcase_result *result = kcase_batch_next(batch, number % 2);
        if (result == NULL) continue;
        fetched++;
        kcase_result_free(result);
        if (kcase_batch_pending(batch) < 0 || kcase_batch_fd(batch) < 0) abort();
    }
    return (void *)fetched;
}

static void many_threads_may_use_one_batch_in_turn(void **state)
{
    (void)state;
    enum { threads = 6 };
    batch = batch_of(the.client, NULL);
    pthread_t all[threads];
    for (long index = 0; index < threads; index++) {
        pthread_create(&all[index], NULL, add_and_fetch, (void *)(1 + 50 * index));
    }
    long fetched = 0;
    for (int index = 0; index < threads; index++) {
        void *count;
        pthread_join(all[index], &count);
        fetched += (long)count;
    }
    long left = (long)kcase_batch_pending(batch);
    assert_int_equal(fetched + left, 50 * threads);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), left);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, 50 * threads);
    batch_check_stats(batch);
}

static void *count_pending(void *moment)
{
    int64_t pending = kcase_batch_pending(batch);
    *(int64_t *)moment = clock_ms();
    return (void *)(long)pending;
}

static void a_call_waits_until_the_one_before_has_returned(void **state)
{
    (void)state;
    batch_before_a_hanging_server();
    int64_t counted_ms = 0;
    int64_t start = clock_ms();
    pthread_t thread;
    assert_null(kcase_batch_next(batch, 50));
    pthread_create(&thread, NULL, count_pending, &counted_ms);
    assert_null(kcase_batch_next(batch, 300));
    void *pending;
    pthread_join(thread, &pending);
    assert_int_equal((long)pending, 10);
    assert_true(counted_ms >= start);
    batch_check_stats(batch);
}

/* --- The end -------------------------------------------------------------------------------------- */

static void a_batch_may_be_freed_in_the_midst_of_it(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    meet(gate_handler, &held, "");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 30);
    work_until_requests(8);
    int64_t start = clock_ms();
    kcase_batch_free(batch);
    batch = NULL;
    assert_in_range(clock_ms() - start, 0, late_ms_max);
    assert_true(raw_wait_for_closed(server, 8));
    assert_int_equal(raw_request_count(server), 8);
    gate_open(&held);
}

static void a_batch_may_be_freed_in_every_phase(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_spoil(&the.box, "[{\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"rate\": 0.3},"
                            " {\"kind\": \"slow\", \"delay_ms\": 10, \"on\": \"read\"}]");
    int before = count_descriptors();
    for (int round = 0; round < 40; round++) {
        if (round % 10 == 0) sandbox_revoke_tokens(&the.box);
        kcase_batch *one = batch_of(the.client, NULL);
        if (round % 2 == 0) assert_true(kcase_batch_fd(one) >= 0);
        batch_add_cases(one, 1 + round, 20);
        if (round % 5 == 0) batch_add(one, "", NULL);
        for (int time = 0; time < round % 8; time++) kcase_result_free(kcase_batch_next(one, time));
        if (round % 3 == 0) kcase_batch_interrupt(one);
        kcase_batch_free(one);
    }
    assert_int_equal(count_descriptors(), before);
}

static void a_client_may_be_freed_before_its_batch(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    batch = batch_of(the.client, NULL);
    batch_add_cases(batch, 1, 30);
    kcase_result_free(batch_fetch(batch));
    kcase_client_free(the.client);
    the.client = NULL;
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 29);
    batch_add_cases(batch, 101, 30);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 30);
}

/* --- Statistics ----------------------------------------------------------------------------------- */

static void statistics_add_up_at_every_moment(void **state)
{
    (void)state;
    batch = batch_of(the.client, "{\"max_in_flight\": 4}");
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
    assert_int_equal(batch_number(batch, "requests"), 62);
    assert_int_equal(batch_number(batch, "readings"), 1);
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
    meet(gate_handler, &held, "");
    batch = batch_of(the.client, "{\"max_in_flight\": 3}");
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
    meet(gate_handler, &held, "");
    batch = batch_of(the.client, "{\"max_in_flight\": 3}");
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
        batch = batch_of(the.client, options[index]);
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
    batch = batch_of(the.client, NULL);
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
        "{\"message\": \"bad token " CANARY ", key " SANDBOX_API_KEY "\", \"error\": \"" CANARY "\"}");
}

static void no_secret_is_told(void **state)
{
    (void)state;
    server = raw_start(tell_the_secret, NULL);
    char *address = text_format("http://127.0.0.1:%d", raw_port(server));
    kcase_client_free(the.client);
    the.client = client_of(address, KEY_PAIR, "");
    free(address);
    batch = batch_of(the.client, NULL);
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

static int open_with_cases(void **state)
{
    (void)state;
    the.box = sandbox_start((const char *const[]){"--cases", "400", NULL});
    return 0;
}

#define in_a_batch(test) cmocka_unit_test_setup_teardown(test, stage_set, stage_clear)

int main(void)
{
    _Static_assert(cases_max == 400, "the sandbox is told so");
    const struct CMUnitTest statements[] = {
        in_a_batch(every_case_has_one_result_with_its_tag),
        in_a_batch(results_come_in_the_order_in_which_they_are_found_out),
        in_a_batch(a_slow_case_does_not_hold_up_the_others),
        in_a_batch(the_loop_of_the_header_cancels_all),
        in_a_batch(one_id_may_be_added_more_than_once),
        in_a_batch(cases_may_be_added_at_any_time),
        in_a_batch(adding_sends_nothing),
        in_a_batch(input_is_not_kept),
        in_a_batch(results_outlive_batch_and_client),
        in_a_batch(a_full_batch_takes_no_case_until_a_result_is_fetched),
        in_a_batch(what_is_finished_and_not_fetched_is_pending),
        in_a_batch(one_may_be_pending),
        in_a_batch(a_thousand_and_24_are_pending_by_default),
        in_a_batch(no_batch_is_closed_and_empty),
        in_a_batch(wrong_input_is_taken_and_invalid),
        in_a_batch(wrong_input_does_not_harm_the_rest),
        in_a_batch(a_batch_needs_a_client_and_options_that_are_known),
        in_a_batch(options_have_the_ranges_that_the_header_names),
        in_a_batch(an_error_is_unset_on_success),
        in_a_batch(for_want_of_descriptors_there_is_no_batch),
        in_a_batch(with_nothing_pending_there_is_no_wait),
        in_a_batch(a_wait_for_a_result_ends_in_time),
        in_a_batch(a_case_without_an_answer_ends_at_its_timeout),
        in_a_batch(a_timeout_begins_with_the_cases_turn),
        in_a_batch(a_timeout_does_not_run_while_a_case_waits_for_a_connection),
        in_a_batch(a_call_without_a_wait_does_all_that_can_be_done),
        in_a_batch(each_state_of_a_case_has_the_result_of_a_single_call),
        in_a_batch(each_answer_has_the_result_of_a_single_call),
        in_a_batch(a_lost_answer_is_read_back),
        in_a_batch(among_many_faults_no_claim_is_wrong),
        in_a_batch(nobody_there_is_not_sent),
        in_a_batch(an_answer_too_many_is_not_taken_for_anothers),
        in_a_batch(a_stray_answer_on_a_kept_connection_is_not_taken_for_anothers),
        in_a_batch(cases_in_flight_are_bounded),
        in_a_batch(connections_are_bounded),
        in_a_batch(connections_are_the_batchs_own),
        in_a_batch(connections_that_end_cost_no_claim),
        in_a_batch(a_token_is_minted_once_for_the_whole_batch),
        in_a_batch(a_failed_mint_is_told_to_all_who_waited),
        in_a_batch(without_a_token_nothing_is_sent),
        in_a_batch(a_mint_that_fails_once_is_tried_again),
        in_a_batch(a_revoked_token_is_minted_again_once),
        in_a_batch(a_token_that_a_batch_was_about_to_get_does_not_hold_up_a_single_call),
        in_a_batch(a_token_that_a_batch_was_about_to_get_does_not_hold_up_another),
        in_a_batch(a_batch_that_is_freed_while_it_mints_leaves_the_token_to_others),
        in_a_batch(a_rate_is_kept),
        in_a_batch(a_rate_counts_requests_of_every_kind),
        in_a_batch(a_rate_is_shared_by_all_of_the_client),
        in_a_batch(without_a_rate_there_is_no_limit),
        in_a_batch(a_server_that_asks_for_less_gets_less_and_later_more),
        in_a_batch(a_client_without_a_rate_gets_one_when_the_server_asks_for_less),
        in_a_batch(a_server_that_answers_ever_later_gets_less),
        in_a_batch(another_thread_ends_the_batch),
        in_a_batch(another_thread_ends_the_clients_batches),
        in_a_batch(a_signal_handler_ends_the_batch),
        in_a_batch(a_signal_handler_ends_the_clients_batches),
        in_a_batch(a_signal_alone_ends_no_wait),
        in_a_batch(an_interrupt_between_calls_is_not_lost),
        in_a_batch(results_that_are_there_are_not_changed_by_an_interrupt),
        in_a_batch(an_interrupt_ends_no_other_batch_and_no_single_call),
        in_a_batch(interrupts_may_race_with_everything),
        in_a_batch(a_batch_and_single_calls_go_on_at_once),
        in_a_batch(two_batches_of_a_client_on_two_threads),
        in_a_batch(many_threads_may_use_one_batch_in_turn),
        in_a_batch(a_call_waits_until_the_one_before_has_returned),
        in_a_batch(a_batch_may_be_freed_in_the_midst_of_it),
        in_a_batch(a_batch_may_be_freed_in_every_phase),
        in_a_batch(a_client_may_be_freed_before_its_batch),
        in_a_batch(statistics_add_up_at_every_moment),
        in_a_batch(statistics_of_cases_that_are_under_way),
        in_a_batch(requests_are_counted_when_they_begin),
        in_a_batch(the_version_of_http_is_known_with_the_first_answer),
        in_a_batch(statistics_last_until_they_are_asked_for_again),
        in_a_batch(no_secret_is_told),
    };
    return run_statements("batch", statements, open_with_cases, world_close);
}
