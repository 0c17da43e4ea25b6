/* A journal: what was to be canceled, and what came of it, whatever becomes of the process or the disk. */
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batches.h"
#include "fixture.h"
#include "interrupts.h"
#include "text.h"

static char folder[sizeof "/tmp/kcase-journal-XXXXXX"];
static char *journal;

static int journal_setup(void **state)
{
    strcpy(folder, "/tmp/kcase-journal-XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    journal = text_format("%s/a journal", folder);
    return test_setup(state);
}

static int journal_teardown(void **state)
{
    static const char *const endings[] = {"", "-journal", "-lock"};
    int done = test_teardown(state);
    for (size_t index = 0; index < sizeof endings / sizeof *endings; index++) {
        char *path = text_format("%s%s", journal, endings[index]);
        unlink(path);
        free(path);
    }
    free(journal);
    return rmdir(folder) == 0 ? done : -1;
}

#define with_a_journal(test) cmocka_unit_test_setup_teardown(test, journal_setup, journal_teardown)

static char *configuration(const char *more) { return text_format(", \"journal\": \"%s\"%s", journal, more); }

static void use_journal(void)
{
    char *more = configuration("");
    use_client(more);
    free(more);
}

static void expect_no_client(const char *path, const char *word)
{
    char *config = text_format("{\"base_url\": \"http://127.0.0.1:%d\", " STATIC_TOKEN ", \"journal\": \"%s\"}",
        test.box.port, path);
    kcase_result *error = NULL;
    assert_null(kcase_client_new(config, &error));
    expect_claim(error, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(error), word)) fail_msg("%s", kcase_result_message(error));
    kcase_result_free(error);
    free(config);
}

/* A member of the n-th record, the oldest being 0. */
static void expect_record(int place, const char *name, const char *text)
{
    char *path = text_format("records.%d.%s", place, name);
    kcase_result *history = kcase_history(journal, NULL);
    expect_claim(history, .outcome = KCASE_OK, .evidence = "journal", .attempts = "");
    expect_member(history, path, text);
    kcase_result_free(history);
    free(path);
}

static void expect_records(int count)
{
    kcase_result *history = kcase_history(journal, NULL);
    json_t *json = json_loads(kcase_result_json(history), 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "records")), count);
    json_decref(json);
    kcase_result_free(history);
}

static kcase_result *cancel(const char *case_id, const char *options)
{
    ledger_row before = sandbox_ledger(&test.box, case_id);
    kcase_result *result = kcase_cancel(test.client, case_id, options);
    expect_well_formed(result);
    expect_truth(result, before);
    return result;
}

static void expect_journaled(const char *case_id, const char *options, int32_t outcome)
{
    kcase_result *result = cancel(case_id, options);
    assert_int_equal(kcase_result_outcome(result), outcome);
    expect_member(result, "journaled", "true");
    expect_member(result, "journal_error", "null");
    kcase_result_free(result);
}

static void expect_not_sent(const char *case_id, const char *words)
{
    kcase_result *result = cancel(case_id, NULL);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "journal", .retriable = true, .attempts = "");
    if (!text_has(kcase_result_message(result), words)) fail_msg("%s", kcase_result_message(result));
    kcase_result_free(result);
}

/* --- What is kept ---------------------------------------------------------------------------------- */

static void a_cancel_is_kept(void **state)
{
    (void)state;
    use_journal();
    expect_journaled(CASE_CANCELABLE, "{\"tag\": \"row 7\", \"intent_key\": \"job 1\"}", KCASE_CANCELED);
    expect_journaled(CASE_UNABLE, NULL, KCASE_REFUSED);
    expect_records(2);
    expect_record(0, "case_id", "\"" CASE_CANCELABLE "\"");
    expect_record(0, "tag", "\"row 7\"");
    expect_record(0, "intent_key", "\"job 1\"");
    expect_record(0, "state", "\"finished\"");
    expect_record(0, "outcome", "\"canceled\"");
    expect_record(0, "epoch", "1");
    expect_record(0, "result.evidence", "\"response\"");
    expect_record(0, "result.attempts.0.request", "\"cancel\"");
    expect_record(1, "outcome", "\"refused\"");
    kcase_result *found = kcase_history(journal, "{\"tag\": \"row 7\", \"outcome\": \"canceled\"}");
    expect_member(found, "records.0.case_id", "\"" CASE_CANCELABLE "\"");
    expect_member(found, "records.1", "absent");
    kcase_result_free(found);
}

static void a_batch_is_kept(void **state)
{
    (void)state;
    use_journal();
    kcase_batch *batch = batch_of(test.client, NULL);
    batch_add(batch, CASE("01"), NULL);
    batch_add(batch, CASE("02"), NULL);
    batch_add(batch, CASE("03"), NULL);
    for (int count = 0; count < 3; count++) {
        kcase_result *result = batch_fetch(batch);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        expect_member(result, "journaled", "true");
        kcase_result_free(result);
    }
    kcase_batch_free(batch);
    expect_records(3);
    expect_record(2, "state", "\"finished\"");
}

static void the_trail_is_held_against_a_head(void **state)
{
    (void)state;
    use_journal();
    expect_journaled(CASE_CANCELABLE, NULL, KCASE_CANCELED);
    kcase_result *head = kcase_journal_head(journal);
    expect_claim(head, .outcome = KCASE_OK, .evidence = "journal", .attempts = "");
    expect_member(head, "head.count", "2");
    char *kept = claim_member(head, "head");
    kcase_result_free(head);
    expect_journaled(CASE("02"), NULL, KCASE_CANCELED);

    kcase_result *found = kcase_journal_verify(journal, kept);
    expect_claim(found, .outcome = KCASE_OK, .evidence = "journal", .attempts = "");
    expect_member(found, "verification.expected_head", "\"matches\"");
    kcase_result_free(found);

    char *digit = strstr(kept, "\"hash\"") + strlen("\"hash\":\"");
    *digit = *digit == '0' ? '1' : '0';
    found = kcase_journal_verify(journal, kept);
    expect_claim(found, .outcome = KCASE_FAILED, .reason = "journal", .evidence = "journal", .attempts = "");
    expect_member(found, "verification.findings.0.what", "\"rewritten\"");
    kcase_result_free(found);
    free(kept);

    kcase_result *pruned = kcase_journal_prune(journal, "{\"before\": \"2100-01-01\"}");
    expect_member(pruned, "pruned", "4");
    kcase_result_free(pruned);
    expect_records(0);
}

/* --- The same wish --------------------------------------------------------------------------------- */

static void a_key_belongs_to_one_case(void **state)
{
    (void)state;
    use_journal();
    expect_journaled(CASE("01"), "{\"intent_key\": \"job 1\"}", KCASE_CANCELED);
    kcase_result *result = cancel(CASE("02"), "{\"intent_key\": \"job 1\"}");
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    expect_member(result, "journaled", "null");
    kcase_result_free(result);
    expect_records(1);
    expect_journaled(CASE("01"), "{\"use_journal\": true}", KCASE_ALREADY_CANCELED);
    assert_int_equal(sandbox_totals(&test.box).requests, 1);
}

static void *cancel_slowly(void *outcome)
{
    char *more = configuration("");
    kcase_client *client = client_on_port(test.box.port, more);
    kcase_result *result = kcase_cancel(client, CASE_CANCELABLE, NULL);
    *(int32_t *)outcome = kcase_result_outcome(result);
    kcase_result_free(result);
    kcase_client_free(client);
    free(more);
    return NULL;
}

static void who_comes_second_hears_what_the_first_found(void **state)
{
    (void)state;
    int32_t first = KCASE_UNKNOWN;
    pthread_t thread;
    use_journal();
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"on\": \"cancel\", \"delay_ms\": 300, \"times\": 1}");
    assert_int_equal(pthread_create(&thread, NULL, cancel_slowly, &first), 0);
    while (sandbox_totals(&test.box).cancel_requests == 0) sleep_ms(5);
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, NULL);
    expect_claim(result, .outcome = KCASE_ALREADY_CANCELED, .evidence = "journal", .attempts = "");
    kcase_result_free(result);
    pthread_join(thread, NULL);
    assert_int_equal(first, KCASE_CANCELED);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 1);
    expect_records(1);
}

/* --- What is left ---------------------------------------------------------------------------------- */

/* A process that is killed as its request hangs. */
static void leave_an_intent(const char *effect)
{
    char *rule =
        text_format("{\"kind\": \"hang\", \"on\": \"cancel\", \"times\": 1, \"effect\": \"%s\"}", effect);
    sandbox_fault(&test.box, rule);
    free(rule);
    pid_t child = fork();
    if (child == 0) {
        use_journal();
        kcase_result_free(kcase_cancel(test.client, CASE_CANCELABLE, "{\"tag\": \"left\"}"));
        _exit(1);
    }
    while (sandbox_totals(&test.box).cancel_requests == 0) sleep_ms(5);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    expect_record(0, "state", "\"unfinished\"");
}

static void expect_resumed(const char *options, int32_t outcome, const char *evidence)
{
    kcase_result *error = NULL;
    kcase_batch *batch = kcase_resume(test.client, options, &error);
    if (batch == NULL) fail_msg("%s", kcase_result_message(error));
    kcase_result *result = batch_fetch(batch);
    expect_claim(result, .outcome = outcome, .status = ANY_STATUS, .evidence = evidence);
    expect_member(result, "tag", "\"left\"");
    kcase_result_free(result);
    assert_null(kcase_batch_next(batch, -1));
    kcase_batch_free(batch);
}

static void what_is_left_is_finished(void **state)
{
    (void)state;
    leave_an_intent("none");
    use_journal();
    expect_resumed("{\"mode\": \"verify\"}", KCASE_OK, "response");
    expect_record(0, "state", "\"unfinished\"");
    expect_resumed(NULL, KCASE_CANCELED, "response");
    expect_record(0, "state", "\"finished\"");
    expect_record(0, "epoch", "3");
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 1);
}

static void what_took_effect_is_read_back(void **state)
{
    (void)state;
    leave_an_intent("before");
    use_journal();
    expect_resumed(NULL, KCASE_ALREADY_CANCELED, "read_back");
    expect_record(0, "outcome", "\"already_canceled\"");
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 1);
}

/* --- What cannot be written ------------------------------------------------------------------------ */

static void no_more_than_the_file_has(void **state)
{
    (void)state;
    struct rlimit before, limit;
    struct stat about;
    use_journal();
    expect_journaled(CASE("01"), NULL, KCASE_CANCELED);
    assert_int_equal(stat(journal, &about), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    kcase_result *result = kcase_cancel(test.client, CASE("02"), NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "journal", .retriable = true, .attempts = "");
    kcase_result_free(result);
    assert_int_equal(sandbox_totals(&test.box).cancel_requests, 1);
    /* Such a failure is taken for the disk's: this process does not go on with that file. Others do. */
    expect_not_sent(CASE("02"), "journal");
    pid_t child = fork();
    if (child == 0) {
        kcase_cancel(test.client, CASE("02"), NULL);
        for (;;) pause();
    }
    while (sandbox_totals(&test.box).cancels_applied < 2) sleep_ms(5);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_file_that_may_not_be_written(void **state)
{
    (void)state;
    use_journal();
    use_client("");
    /* To root, files may always be written. */
    bool is_root = geteuid() == 0;
    static const char *const endings[] = {"-journal", "-lock"};
    for (size_t index = 0; index < sizeof endings / sizeof *endings; index++) {
        char *path = text_format("%s%s", journal, endings[index]);
        assert_int_equal(chmod(path, 0666), 0);
        free(path);
    }
    assert_int_equal(chmod(journal, 0444), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    if (is_root) assert_int_equal(seteuid(65534), 0);
    expect_no_client(journal, "may not be written");
    if (is_root) assert_int_equal(seteuid(0), 0);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

static void a_place_that_is_none(void **state)
{
    (void)state;
    char *nowhere = text_format("%s/nowhere/journal", folder);
    expect_no_client(nowhere, "folder does not exist");
    expect_no_client(folder, "regular file");
    kcase_result *history = kcase_history(nowhere, NULL);
    expect_claim(history, .outcome = KCASE_FAILED, .reason = "journal", .retriable = true,
        .evidence = "journal", .attempts = "");
    kcase_result_free(history);
    free(nowhere);
}

/* --- Whom it waits for ----------------------------------------------------------------------------- */

static void a_wait_for_others_heeds_deadlines_and_interrupts(void **state)
{
    (void)state;
    int told[2];
    char byte;
    use_journal();
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
        /* As a process that is stopped in the middle of a transaction. */
        char *path = text_format("%s-lock", journal);
        FILE *file = fopen(path, "r+");
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
        if (file == NULL || fcntl(fileno(file), F_SETLK, &lock) != 0) _exit(1);
        if (write(told[1], "x", 1) != 1) _exit(1);
        for (;;) pause();
    }
    assert_int_equal(read(told[0], &byte, 1), 1);
    kcase_result *result = cancel(CASE("01"), "{\"timeout_ms\": 100}");
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "journal", .retriable = true, .attempts = "");
    kcase_result_free(result);
    pthread_t thread = interrupt_on_thread(interrupt_client, 100);
    result = cancel(CASE("01"), "{\"timeout_ms\": 3600000}");
    expect_claim(result, .outcome = KCASE_NOT_SENT, .reason = "interrupted", .retriable = true,
                 .attempts = "");
    kcase_result_free(result);
    pthread_join(thread, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(told[0]);
    close(told[1]);
    expect_journaled(CASE("01"), NULL, KCASE_CANCELED);
}

/* --- Input ----------------------------------------------------------------------------------------- */

static void expect_invalid(kcase_result *result, const char *word)
{
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(result), word)) fail_msg("%s", kcase_result_message(result));
    kcase_result_free(result);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    kcase_result *error = NULL;
    expect_invalid(kcase_history(NULL, NULL), "journal: must not be NULL");
    expect_invalid(kcase_history("", NULL), "journal");
    expect_invalid(kcase_history(journal, "{\"tags\": \"x\"}"), "tag");
    expect_invalid(kcase_journal_head(NULL), "journal: must not be NULL");
    expect_invalid(kcase_journal_verify(journal, "{\"count\": -1}"), "count");
    expect_invalid(kcase_journal_prune(journal, NULL), "before: is required");
    assert_null(kcase_resume(NULL, NULL, &error));
    expect_invalid(error, "client");
    assert_null(kcase_resume(test.client, NULL, &error));
    expect_invalid(error, "no journal");
    assert_null(kcase_resume(test.client, NULL, NULL));
    expect_invalid(kcase_cancel(test.client, CASE("01"), "{\"intent_key\": \"x\"}"), "no journal");
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        with_a_journal(a_cancel_is_kept),
        with_a_journal(a_batch_is_kept),
        with_a_journal(the_trail_is_held_against_a_head),
        with_a_journal(a_key_belongs_to_one_case),
        with_a_journal(who_comes_second_hears_what_the_first_found),
        with_a_journal(what_is_left_is_finished),
        with_a_journal(what_took_effect_is_read_back),
        with_a_journal(no_more_than_the_file_has),
        with_a_journal(a_file_that_may_not_be_written),
        with_a_journal(a_place_that_is_none),
        with_a_journal(a_wait_for_others_heeds_deadlines_and_interrupts),
        with_a_journal(bad_input_is_refused),
    };
    return run_statements("journal", statements, suite_setup, suite_teardown);
}
