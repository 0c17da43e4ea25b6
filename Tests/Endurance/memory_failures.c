/*
 * Fails the allocations of a call one by one, each in a process of its own: first it alone, then it and all
 * that follow. Whatever the library then says is held against what the service did.
 *
 *     memory_failures STEP                  over HTTP, every STEP-th allocation
 *     memory_failures STEP BASE_URL CA_FILE over HTTPS, to a server that accepts every cancel
 *
 * Prints a line for each kind of call, and ends with status 1 if any process was killed, any claim was wrong,
 * good input was invalid, a request or a text was made in part, a journal does not say what happened, or a
 * client was of no use afterwards.
 */
#include <kcase.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failing_allocations.h"
#include "journals.h"
#include "process.h"
#include "raw_server.h"
#include "text.h"

#define CASE_OF(digit) "e074241e-36e8-444b-bf55-9f2a2b4c000" digit
#define CASE CASE_OF("1")
#define LATER_CASE CASE_OF("4")
#define TOKEN "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJrY2FzZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
#define GIVEN "\"token\": \"" TOKEN "\""
#define PAIR "\"api_key\": \"key-of-the-partner-0123456789\", " \
    "\"client_access_token\": \"secret-of-the-group-0123456789\""
#define OPTIONS "{\"tag\": \"longer than what jansson begins with\", \"timeout_ms\": 4000}"
/* A message of the service, signed. */
#define MESSAGE "{\"type\":\"case.updated\",\"data\":{\"id\":\"" CASE "\",\"caseStatus\":\"Pending\"}}"
#define HEADERS \
    "{\"webhook-id\": \"msg_1\", \"webhook-timestamp\": \"1767225600\", " \
    "\"webhook-signature\": \"v1,ylV1edMfNmH11cs2u4Mz3UThHxmnjRFrJ03+6pyxTVc=\"}"
#define SECRETS "{\"signing_secrets\": [\"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"]}"
#define SERVICES "[\"service-one\", \"service-two\"]"
#define FOUND_BY "{\"api_tracking_code\": \"code-of-the-host-1\"}"
#define REFUSAL \
    "{\"statusCode\": 422, \"message\": \"Unable to cancel case.\", \"error\": \"Unprocessable Entity\"}"
#define MISSING "{\"statusCode\": 404, \"message\": \"Case not found.\", \"error\": \"Not Found\"}"

/* A server keeps what it saw, within bounds: after so many trials there is a new one. */
enum { trials_of_server = 40, known_max = 32, seconds_max = 20, complaints_max = 20, nothing = -1 };

typedef enum {
    call_cancel,
    call_status,
    call_new,
    call_json,
    call_batch,
    call_list,
    call_webhook,
    call_await,
    call_found,
    call_services,
    call_take,
    call_resume
} call_kind;

typedef struct {
    const char *name;
    call_kind call;
    const char *credentials;
    int cancel_status;
    const char *cancel_body;
    bool is_canceled; /* as it reads */
    bool is_for_tls;
    bool has_journal;
    bool changes; /* reads as canceled once a cancel came */
} scenario;

static const scenario scenarios[] = {
    {"a cancel that is accepted", call_cancel, GIVEN, 200, "{}", .is_canceled = true, .is_for_tls = true},
    {"a cancel with a minted token", call_cancel, PAIR, 200, "{}", .is_canceled = true},
    {"a cancel of what is canceled", call_cancel, GIVEN, 422, REFUSAL, .is_canceled = true},
    {"a cancel that is refused", call_cancel, GIVEN, 422, REFUSAL, .is_canceled = false},
    {"a cancel answered with 404, of a case that reads", call_cancel, GIVEN, 404, MISSING,
        .is_canceled = false},
    {"a cancel with a journal", call_cancel, GIVEN, 200, "{}", .is_canceled = true, .has_journal = true},
    {"a cancel in slices", call_take, GIVEN, 200, "{}", .is_canceled = true},
    {"a reading", call_status, GIVEN, 200, "{}", .is_canceled = true},
    {"a case that is awaited", call_await, GIVEN, 200, "{}", .is_canceled = true},
    {"a client that is made", call_new, GIVEN, 200, "{}", .is_canceled = true, .is_for_tls = true},
    {"a client with a journal", call_new, GIVEN, 200, "{}", .is_canceled = true, .has_journal = true},
    {"a result's JSON", call_json, GIVEN, 200, "{}", .is_canceled = true},
    {"a batch of three", call_batch, GIVEN, 200, "{}", .is_canceled = true},
    {"a list", call_list, GIVEN, 200, "{}", .is_canceled = true},
    {"a cancel of a case that is found", call_found, GIVEN, 200, "{}", .changes = true},
    {"a cancel of two services", call_services, GIVEN, 200, "{}", .changes = true},
    {"an intent that is taken up again", call_resume, GIVEN, 200, "{}", .is_canceled = true,
        .has_journal = true},
    {"a webhook's message", call_webhook, GIVEN, 200, "{}", .is_canceled = true},
};

/* What a process found out, told by way of shared memory. */
typedef struct {
    long allocations;
    int32_t outcome; /* `nothing` before there is one */
    bool is_retriable;
    bool is_half; /* a text that is neither whole nor "{}" */
    int not_sent_count;
    int missing_count; /* results of a batch that did not come */
    bool is_made;      /* there is a client, in the end */
    bool is_journaled; /* the result says so */
    journal_record record;
    int32_t later; /* of the call after it, with memory */
    char text[8192];
} report;

typedef struct {
    const scenario *of;
    bool learns; /* requests are taken for whole */
    atomic_bool has_canceled; /* in this trial */
    char *known[known_max];
    int known_count;
    int unknown_count;
} service;

typedef struct {
    long trials, killed, wrong, invalid, half, dead, unmade, same;
} sums;

static const char *const batch_cases[] = {CASE, CASE_OF("2"), CASE_OF("3")};
enum { batch_size = sizeof batch_cases / sizeof *batch_cases };

static report *shared;
static const char *other_url;
static const char *other_authorities;
/* The service answers nothing: what is asked for stays unfinished. */
static atomic_bool is_silent;

/* --- The service ---------------------------------------------------------------------------------- */

static bool is_known(const service *it, const char *text)
{
    for (int index = 0; index < it->known_count; index++) {
        if (strcmp(it->known[index], text) == 0) return true;
    }
    return false;
}

/* The cases and the two services, canceled or not. */
static char *state_of(const char *case_id, bool is_canceled)
{
    return text_format(
        "{\"cases\": [{\"id\": \"%s\", \"caseStatus\": \"Pending\", \"secondaryCaseStatusId\": \"%s\", "
        "\"secondaryStatus\": \"%s\", \"apiTrackingCode\": \"code-of-the-host-1\"}]}",
        case_id,
        is_canceled ? "4155584b-708c-4108-86a8-8f3321b9b17c" : "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea",
        is_canceled ? "Canceled" : "Waiting for Authorization");
}

static char *services_of(bool is_canceled)
{
    const char *state = is_canceled
        ? "\"statusId\": \"3d726502-d2e2-4d10-859b-8a218f22086d\", \"status\": \"canceled\""
        : "\"statusId\": \"3d726502-d2e2-4d10-859b-8a218f220860\", \"status\": \"pending\"";
    return text_format("{\"data\": [{\"serviceId\": \"service-one\", %s}, "
                       "{\"serviceId\": \"service-two\", %s}]}", state, state);
}

static void answer(raw_peer *peer, const raw_request *request, void *context)
{
    if (is_silent) return;
    service *it = context;
    bool is_canceled = it->of->is_canceled || (it->of->changes && it->has_canceled);
    bool is_whole = is_known(it, request->text);
    if (!is_whole && it->learns && it->known_count < known_max) {
        it->known[it->known_count++] = strdup(request->text);
        is_whole = true;
    }
    if (!is_whole) {
        fprintf(stderr, "sent in part: %s\n", request->text);
        it->unknown_count++;
        raw_answer(peer, 401, "", "{\"statusCode\": 401, \"message\": \"Unauthorized\"}");
    } else if (strncmp(request->text, "POST /auth/api ", 15) == 0) {
        raw_answer(peer, 200, "", "{\"token\": \"" TOKEN "\"}");
    } else if (strncmp(request->text, "POST ", 5) == 0) {
        it->has_canceled = true;
        raw_answer(peer, it->of->cancel_status, "", it->of->cancel_body);
    } else if (text_has(request->text, "GET /case/list ")) {
        char *body = state_of(CASE, is_canceled);
        raw_answer(peer, 200, "", body);
        free(body);
    } else if (text_has(request->text, "/data/")) {
        char *body = services_of(is_canceled);
        raw_answer(peer, 200, "", body);
        free(body);
    } else if (text_has(request->text, "GET /case/id/")) {
        char id[] = CASE;
        memcpy(id, request->text + strlen("GET /case/id/"), sizeof id - 1);
        char *body = state_of(id, is_canceled);
        raw_answer(peer, 200, "", body);
        free(body);
    } else {
        raw_answer(peer, 200, "", "[]");
    }
}

/* --- In a process of its own ----------------------------------------------------------------------- */

static void note(kcase_result *result)
{
    shared->outcome = kcase_result_outcome(result);
    shared->is_retriable = kcase_result_is_retriable(result) != 0;
    snprintf(shared->text, sizeof shared->text, "%s", kcase_result_json(result));
    shared->is_journaled = text_has(shared->text, "\"journaled\":true");
    kcase_result_free(result);
}

/* The first result that is not as it would be with memory, or the last. */
static kcase_result *first_odd_of(kcase_client *client)
{
    kcase_result *found = NULL;
    kcase_result *error = NULL;
    kcase_batch *batch = kcase_batch_new(client, NULL, &error);
    if (batch == NULL) return error;
    for (int index = 0; index < batch_size; index++) {
        if (kcase_batch_add(batch, batch_cases[index], NULL) == KCASE_BATCH_ADDED) shared->missing_count++;
    }
    for (kcase_result *result; (result = kcase_batch_next(batch, 10000)) != NULL; shared->missing_count--) {
        if (kcase_result_outcome(result) == KCASE_NOT_SENT) shared->not_sent_count++;
        if (found != NULL && kcase_result_outcome(found) != KCASE_CANCELED) {
            kcase_result_free(result);
        } else {
            kcase_result_free(found);
            found = result;
        }
    }
    kcase_batch_free(batch);
    return found;
}

/* Of a cancel that is left at once, and goes on in a batch; NULL if there is no result. */
static kcase_result *taken(kcase_client *client)
{
    kcase_batch *rest = NULL;
    kcase_result *found = NULL;
    if (kcase_cancel_take(client, CASE, NULL, 0, &rest, &found) == KCASE_PENDING) {
        kcase_batch_take(rest, 10000, &found);
        kcase_batch_free(rest);
    }
    return found;
}

/* Of the one intent that was left; NULL if there is no result. */
static kcase_result *resumed(kcase_client *client)
{
    kcase_result *error = NULL;
    kcase_batch *batch = kcase_resume(client, NULL, &error);
    if (batch == NULL) return error;
    kcase_result *found = kcase_batch_next(batch, 10000);
    kcase_batch_free(batch);
    return found;
}

static void judge_text(const kcase_result *result, const char *text)
{
    const char *whole = kcase_result_json(result);
    bool is_none = strcmp(text, "{}") == 0;
    shared->is_half = strcmp(whole, "{}") == 0 || (!is_none && strcmp(text, whole) != 0);
}

static void make_client(const char *config, long number, bool and_later, kcase_client **client)
{
    kcase_result *error = NULL;
    allocations_fail(number, and_later);
    *client = kcase_client_new(config, &error);
    shared->allocations = allocations_stop();
    shared->outcome = KCASE_OK;
    if (*client != NULL) return;
    note(error);
    *client = kcase_client_new(config, NULL);
}

static void call(const scenario *it, kcase_client *client, long number, bool and_later)
{
    kcase_result *result = it->call == call_json ? kcase_cancel(client, CASE, NULL) : NULL;
    const char *text = NULL;
    allocations_fail(number, and_later);
    switch (it->call) {
    case call_status: result = kcase_status(client, CASE, OPTIONS); break;
    case call_batch: result = first_odd_of(client); break;
    case call_list: result = kcase_list(client, NULL); break;
    case call_await:
        result = kcase_await(client, CASE, "{\"until\": \"canceled\", \"timeout_ms\": 50}");
        break;
    case call_found: result = kcase_cancel_found(client, FOUND_BY, NULL); break;
    case call_services: result = kcase_cancel_services(client, CASE, SERVICES, NULL); break;
    case call_take: result = taken(client); break;
    case call_resume: result = resumed(client); break;
    case call_webhook:
        result = kcase_webhook_parse(
            MESSAGE, (int32_t)strlen(MESSAGE), HEADERS, SECRETS, "{\"received_at\": 1767225600}");
        break;
    case call_json: text = kcase_result_json(result); break;
    default: result = kcase_cancel(client, CASE, NULL); break;
    }
    shared->allocations = allocations_stop();
    if (text != NULL) judge_text(result, text);
    bool is_of_one = it->call == call_cancel || it->call == call_found || it->call == call_services ||
                     it->call == call_take;
    if (is_of_one && kcase_result_outcome(result) == KCASE_NOT_SENT) shared->not_sent_count = 1;
    if (result != NULL) note(result);
    bool has_text = strcmp(shared->text, "{}") != 0;
    if (it->call == call_services && has_text && shared->outcome != KCASE_NOT_SENT &&
        !text_has(shared->text, "\"services\":[{\"id\":\"service-one\"")) {
        shared->is_half = true;
    }
    const char *part = it->call == call_webhook ? "\"event\":{\"id\":\"msg_1\"" : CASE;
    if (shared->outcome == KCASE_OK && !text_has(shared->text, part)) shared->is_half = true;
}

static _Noreturn void be_the_child(const scenario *it, const char *config, long number, bool and_later)
{
    kcase_client *client = NULL;
    alarm(seconds_max);
    if (it->call == call_new) {
        make_client(config, number, and_later, &client);
    } else {
        client = kcase_client_new(config, NULL);
        if (client != NULL) call(it, client, number, and_later);
    }
    shared->is_made = client != NULL;
    kcase_result *later = kcase_cancel(client, LATER_CASE, NULL);
    shared->later = kcase_result_outcome(later);
    if (it->has_journal) shared->record = journal_read(CASE);
    if (number == 0) {
        /* Every request there is, for the service to know. */
        for (int index = 0; index < batch_size; index++) {
            kcase_result_free(kcase_status(client, batch_cases[index], NULL));
        }
        kcase_result_free(kcase_status(client, LATER_CASE, NULL));
        kcase_result_free(kcase_check(client));
        kcase_result_free(kcase_cancel(client, CASE, NULL));
    }
    kcase_result_free(later);
    kcase_client_free(client);
    _exit(0);
}

/* Whether it lived. */
static bool run(const scenario *it, const char *config, long number, bool and_later)
{
    int status = 0;
    if (it->has_journal) journal_remove();
    is_silent = true;
    if (it->call == call_resume) journal_leave_unfinished(config, CASE);
    is_silent = false;
    *shared = (report){.outcome = nothing, .later = nothing};
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) be_the_child(it, config, number, and_later);
    if (child < 0 || waitpid(child, &status, 0) != child) give_up(it->name, "no child");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* --- Judgment -------------------------------------------------------------------------------------- */

static void complain(const scenario *it, long number, bool and_later, const char *what)
{
    static int complaints;
    if (++complaints > complaints_max) return;
    fprintf(stderr, "%s, allocation %ld%s: %s: %s\n", it->name, number, and_later ? " and later" : "", what,
        shared->text);
}

/* How many requests have come that cancel each case. */
static void count_cancels(raw_server *server, int counts[batch_size])
{
    for (int index = 0; index < batch_size; index++) {
        char *beginning = text_format("POST /case/id/%s/", batch_cases[index]);
        counts[index] = raw_count(server, beginning);
        free(beginning);
    }
}

/* Of how many cases one came since. */
static int cases_canceled(raw_server *server, const int before[batch_size])
{
    int count = 0;
    int now[batch_size];
    count_cancels(server, now);
    for (int index = 0; index < batch_size; index++) count += now[index] > before[index] ? 1 : 0;
    return count;
}

/* Whether it says what is true, if less than with memory. */
static bool is_true(const scenario *it, int canceled)
{
    int cases = it->call == call_batch ? batch_size : 1;
    if (shared->missing_count != 0 || canceled > cases - shared->not_sent_count) return false;
    switch (shared->outcome) {
    case KCASE_UNKNOWN: return true;
    case KCASE_ALREADY_CANCELED: return it->is_canceled;
    case KCASE_CANCELED: return it->is_canceled || (it->changes && canceled > 0);
    default: return shared->outcome == KCASE_NOT_SENT && shared->is_retriable;
    }
}

/* Whether the journal says what happened: no cancel without its intent, and what is said to be written is
 * there. */
static bool is_journal_true(const scenario *it, int canceled)
{
    const journal_record *record = &shared->record;
    if (!it->has_journal || it->call == call_new) return true;
    if (!record->is_intact) return false;
    if ((canceled > 0 || it->call == call_resume) && !record->has_intent) return false;
    if (!shared->is_journaled) return true;
    return record->has_intent && text_has(shared->text, record->outcome) && *record->outcome != '\0';
}

static void judge(const scenario *it, long number, bool and_later, bool lived, const report *without,
    int canceled, sums *count)
{
    count->trials++;
    const char *what = NULL;
    if (!lived) count->killed++, what = "killed";
    else if (shared->outcome == KCASE_INVALID) count->invalid++, what = "invalid";
    else if (shared->is_half) count->half++, what = "half a text";
    else if (!is_journal_true(it, canceled)) count->wrong++, what = "a wrong journal";
    else if (shared->outcome == without->outcome && shared->missing_count == 0) count->same++;
    else if (!is_true(it, canceled)) count->wrong++, what = "a wrong claim";
    /* OpenSSL that lacked memory as it started may be lost for the process: then no client is made
     * (docs/limits.md). */
    if (what == NULL && !shared->is_made && other_url != NULL) count->unmade++;
    else if (what == NULL && shared->later != without->later) count->dead++, what = "of no use afterwards";
    if (what != NULL) complain(it, number, and_later, what);
}

/* --- Trials ---------------------------------------------------------------------------------------- */

static char *config_of(const scenario *it, const raw_server *server)
{
    char *url = other_url != NULL ? text_format("%s\", \"ca_file\": \"%s", other_url, other_authorities)
                                  : text_format("http://127.0.0.1:%d", raw_port(server));
    char *journal = it->has_journal ? text_format("\"journal\": \"%s\", ", journal_path()) : strdup("");
    char *config = text_format("{\"base_url\": \"%s\", %s, %s\"backoff_base_ms\": 1, \"backoff_max_ms\": 2, "
                               "\"settle_ms\": 1, \"timeout_ms\": 5000}", url, it->credentials, journal);
    free(journal);
    free(url);
    return config;
}

/* Some trials against one server; the number of the next allocation, or 0 when there is none. */
static long try_some(const scenario *it, long number, long step, bool and_later, sums *count)
{
    service there = {.of = it, .learns = true};
    raw_server *server = raw_start(answer, &there);
    char *config = config_of(it, server);
    if (!run(it, config, 0, false) || shared->outcome == nothing) give_up(it->name, "fails with memory");
    report without = *shared;
    there.learns = false;
    for (int trial = 0; trial < trials_of_server && number <= without.allocations; trial++, number += step) {
        int before[batch_size];
        count_cancels(server, before);
        there.has_canceled = false;
        bool lived = run(it, config, number, and_later);
        judge(it, number, and_later, lived, &without, cases_canceled(server, before), count);
    }
    count->half += there.unknown_count;
    raw_stop(server);
    free(config);
    for (int index = 0; index < there.known_count; index++) free(there.known[index]);
    return number <= without.allocations ? number : 0;
}

static bool try_all(const scenario *it, long step)
{
    sums count = {0};
    for (int mode = 0; mode < 2; mode++) {
        for (long number = 1; number != 0;) number = try_some(it, number, step, mode == 1, &count);
    }
    bool is_good = count.killed + count.wrong + count.invalid + count.half + count.dead == 0;
    printf("%s: %ld failed allocations: %ld killed, %ld wrong claims, %ld invalid, %ld in part, ", it->name,
        count.trials, count.killed, count.wrong, count.invalid, count.half);
    printf("%ld of no use later, %ld not made later; %ld as with memory\n", count.dead, count.unmade,
        count.same);
    return is_good;
}

int main(int argc, char **argv)
{
    bool are_good = true;
    if (argc != 2 && argc != 4) give_up("usage", "memory_failures STEP [BASE_URL CA_FILE]");
    long step = parse_count(argv[1], 1);
    if (argc == 4) other_url = argv[2], other_authorities = argv[3];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) give_up("memory_failures", "no shared memory");
    for (size_t index = 0; index < sizeof scenarios / sizeof *scenarios; index++) {
        bool is_meant = other_url == NULL || scenarios[index].is_for_tls;
        if (is_meant) are_good = try_all(&scenarios[index], step) && are_good;
    }
    journal_remove_all();
    return are_good ? 0 : 1;
}
