/* A result's members as texts. That each is what the JSON says is looked at for every result of every test:
 * see Tests/Support/c/members.c. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "text.h"

static void members_of_a_canceled_case(void **state)
{
    (void)state;
    static const char options[] = "{\"tag\": \"line 7 \\\"\xC3\xA9\\\"\"}";
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, options);
    expect_claim(result, .outcome = KCASE_ALREADY_CANCELED, .status = 422, .evidence = "read_back",
        .attempts = "cancel 422, read 200");
    static const char *const texts[][2] = {{"outcome", "already_canceled"}, {"settled", "true"},
        {"retriable", "false"}, {"http_status", "422"}, {"reason", ""}, {"evidence", "read_back"},
        {"environment", "custom"}, {"tag", "line 7 \"\xC3\xA9\""}, {"case_id", CASE_CANCELED},
        {"attempts", "2"}, {"attempts.0.request", "cancel"}, {"attempts.1.http_status", "200"},
        {"attempts.1.sent", "true"}, {"attempts.0.error", "Unable to cancel case."},
        {"case.canceled", "true"}, {"case.secondaryStatus", "Canceled"}, {"attempts.0.request_ids", "{}"}};
    for (size_t index = 0; index < sizeof texts / sizeof texts[0]; index++) {
        assert_string_equal(kcase_result_text(result, texts[index][0]), texts[index][1]);
    }
    assert_string_equal(kcase_result_text(result, "message"), kcase_result_message(result));
    kcase_result_free(result);
}

static void what_is_not_there_is_empty(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    static const char *const names[] = {"", ".", "reasons", "evidence.", ".evidence", "Evidence",
        "evidence.x", "attempts.", "attempts.1", "attempts.00", "attempts.-1", "attempts.+0", "attempts.0x0",
        "attempts.x",
        "attempts.0.", "attempts.0.request.x", "attempts.0..request", "attempts.9999999999999999999999",
        "attempts.0.request_ids.none", "elapsed_ms.0", "settled.true", "\xFF", "reason "};
    char field[4];
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        assert_string_equal(kcase_result_text(result, names[index]), "");
        assert_int_equal(kcase_result_copy(result, names[index], field, 4), -1);
        assert_memory_equal(field, "    ", 4);
    }
    char *longest = text_repeat("a.", 100000);
    assert_string_equal(kcase_result_text(result, longest), "");
    assert_int_equal(kcase_result_copy(result, longest, field, 4), -1);
    free(longest);
    /* In a null there is nothing, and that is no mistake. */
    assert_string_equal(kcase_result_text(result, "case.caseStatus"), "");
    assert_int_equal(kcase_result_copy(result, "case.caseStatus", field, 4), 0);
    kcase_result_free(result);
}

static void null_is_empty(void **state)
{
    (void)state;
    char field[4] = "####";
    assert_string_equal(kcase_result_text(NULL, "reason"), "");
    assert_string_equal(kcase_result_text(NULL, NULL), "");
    assert_int_equal(kcase_result_copy(NULL, "reason", field, 4), 0);
    assert_memory_equal(field, "    ", 4);
    kcase_result *result = kcase_cancel(test.client, NULL, NULL);
    assert_string_equal(kcase_result_text(result, NULL), "");
    memcpy(field, "####", 4);
    assert_int_equal(kcase_result_copy(result, NULL, field, 4), -1);
    assert_memory_equal(field, "    ", 4);
    assert_int_equal(kcase_result_copy(result, "reason", NULL, 4), 5);
    memcpy(field, "####", 4);
    assert_int_equal(kcase_result_copy(result, "reason", field, 0), 5);
    assert_int_equal(kcase_result_copy(result, "reason", field, -1), 5);
    assert_memory_equal(field, "####", 4);
    kcase_result_free(result);
}

static void a_copy_is_cut_between_characters(void **state)
{
    (void)state;
    /* characters of one, two, three and four bytes */
#define TAG "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82"
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, "{\"tag\": \"" TAG "\"}");
    static const int kept[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (int room = 1; room < 12; room++) {
        char field[12];
        memset(field, '#', sizeof field);
        assert_int_equal(kcase_result_copy(result, "tag", field, room), 10);
        assert_memory_equal(field, TAG, (size_t)kept[room]);
        for (int place = kept[room]; place < 12; place++) {
            assert_int_equal(field[place], place < room ? ' ' : '#');
        }
    }
    kcase_result_free(result);
}

/* --- Threads --------------------------------------------------------------------------------------- */

enum { readers = 8, rounds = 30 };
static const char *const shared_members[] = {"tag", "elapsed_ms", "attempts.0.request", "attempts.1.at",
    "case", "case.caseStatus", "http_status", "attempts.0"};
enum { shared_count = sizeof shared_members / sizeof shared_members[0] };

typedef struct {
    const kcase_result *result;
    pthread_barrier_t *start;
    const char *seen[shared_count];
} reader;

static void *read_members(void *context)
{
    reader *own = context;
    pthread_barrier_wait(own->start);
    for (int index = 0; index < shared_count; index++) {
        own->seen[index] = kcase_result_text(own->result, shared_members[index]);
    }
    return NULL;
}

static void threads_are_given_the_same_texts(void **state)
{
    (void)state;
    for (int round = 0; round < rounds; round++) {
        kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, "{\"tag\": \"shared\"}");
        pthread_barrier_t start;
        pthread_barrier_init(&start, NULL, readers);
        pthread_t threads[readers];
        reader own[readers];
        for (int index = 0; index < readers; index++) {
            own[index] = (reader){.result = result, .start = &start};
            pthread_create(&threads[index], NULL, read_members, &own[index]);
        }
        for (int index = 0; index < readers; index++) pthread_join(threads[index], NULL);
        pthread_barrier_destroy(&start);
        for (int index = 1; index < readers; index++) {
            for (int member = 0; member < shared_count; member++) {
                assert_ptr_equal(own[index].seen[member], own[0].seen[member]);
            }
        }
        assert_string_equal(own[0].seen[0], "shared");
        expect_well_formed(result);
        kcase_result_free(result);
    }
}

static void a_time_that_is_asked_for_is_told(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "{\"kind\": \"status\", \"status\": 429, \"retry_after\": 90, \"on\": \"cancel\"}");
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_FAILED, .status = 429, .reason = "busy", .evidence = "read_back",
        .retriable = true, .attempts = "cancel 429, read 200, read 200");
    assert_string_equal(kcase_result_text(result, "retry_after_ms"), "90000");
    kcase_result_free(result);
    sandbox_clear_faults(&test.box);
    result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    assert_string_equal(kcase_result_text(result, "retry_after_ms"), "");
    kcase_result_free(result);
}

static void outcomes_are_listed(void **state)
{
    (void)state;
    static const int32_t outcomes[] = {KCASE_OK, KCASE_CANCELED, KCASE_ALREADY_CANCELED, KCASE_REFUSED,
        KCASE_NOT_FOUND, KCASE_DENIED, KCASE_FAILED, KCASE_NOT_SENT, KCASE_UNKNOWN, KCASE_INVALID};
    enum { count = sizeof outcomes / sizeof outcomes[0] };
    for (int32_t index = 0; index < count; index++) {
        assert_int_equal(kcase_outcome_at(index), outcomes[index]);
        assert_string_not_equal(kcase_outcome_name(kcase_outcome_at(index)), "unrecognized");
    }
    static const int32_t beyond[] = {-1, count, count + 1, INT32_MIN, INT32_MAX};
    for (int index = 0; index < 5; index++) assert_int_equal(kcase_outcome_at(beyond[index]), -1);
    assert_string_equal(kcase_outcome_name(-1), "unrecognized");
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(members_of_a_canceled_case),
        statement(what_is_not_there_is_empty),
        statement(null_is_empty),
        statement(a_copy_is_cut_between_characters),
        statement(threads_are_given_the_same_texts),
        statement(a_time_that_is_asked_for_is_told),
        statement(outcomes_are_listed),
    };
    return run_statements("result_text", statements, suite_setup, suite_teardown);
}
