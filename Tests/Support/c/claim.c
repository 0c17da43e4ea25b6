#include "claim.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "members.h"
#include "sandbox.h"
#include "text.h"

/* Where a statement failed, and about which result. */
typedef struct {
    const kcase_result *result;
    const char *file;
    int line;
} place;

static void must(bool is_so, const place *where, const char *rule)
{
    if (is_so) return;
    fprintf(stderr, "%s\nin %s\n", rule, kcase_result_json(where->result));
    _fail(where->file, where->line);
}

/* As must(), for one of the values of a claim. */
static void must_be(bool is_so, const place *where, const char *what, const char *found, const char *expected)
{
    if (is_so) return;
    fprintf(stderr, "%s is \"%s\", expected \"%s\"\nin %s\n", what, found == NULL ? "null" : found,
        expected == NULL ? "null" : expected, kcase_result_json(where->result));
    _fail(where->file, where->line);
}

static const char *string_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* --- Attempts ------------------------------------------------------------------------------------- */

static char *attempts_as_text(const json_t *attempts)
{
    text_buffer text = {0};
    text_add(&text, "");
    size_t index;
    const json_t *attempt;
    json_array_foreach(attempts, index, attempt)
    {
        if (index > 0) text_add(&text, ", ");
        const char *name = string_at(attempt, "request");
        text_add(&text, name == NULL ? "nameless" : name);
        long status = (long)json_integer_value(json_object_get(attempt, "http_status"));
        bool sent = json_is_true(json_object_get(attempt, "sent"));
        char *outcome = status > 0 ? text_format(" %ld", status) : text_format(sent ? " lost" : " unsent");
        text_add(&text, outcome);
        free(outcome);
    }
    return text.bytes;
}

static void check_attempt(const json_t *attempt, const place *where)
{
    static const char *const keys[] = {
        "request", "at", "duration_ms", "sent", "http_status", "error", "request_ids"};
    const size_t keys_count = sizeof keys / sizeof keys[0];
    must(json_object_size(attempt) == keys_count, where, "an attempt has just the documented members");
    for (size_t index = 0; index < keys_count; index++) {
        must(json_object_get(attempt, keys[index]) != NULL, where, keys[index]);
    }
    const char *at = string_at(attempt, "at");
    must(at != NULL && strlen(at) == 24 && at[10] == 'T' && at[23] == 'Z', where, "at is a moment in UTC");
    must(json_integer_value(json_object_get(attempt, "duration_ms")) >= 0, where, "time does not run back");
    must(json_is_boolean(json_object_get(attempt, "sent")), where, "sent is true or false");
    must(json_is_object(json_object_get(attempt, "request_ids")), where, "request_ids is an object");
    const json_t *status = json_object_get(attempt, "http_status");
    must(json_is_null(status) || json_integer_value(status) >= 100, where, "a status is one, or null");
    must(json_is_null(status) || json_is_true(json_object_get(attempt, "sent")), where,
        "what was answered was sent");
    must(!json_is_null(status) || string_at(attempt, "error") != NULL, where,
        "an attempt without an answer says why");
}

/* --- What holds for every result ------------------------------------------------------------------ */

/* Whether a cancel request was made for it. */
static bool is_cancel(const json_t *json)
{
    size_t index;
    const json_t *attempt;
    json_array_foreach(json_object_get(json, "attempts"), index, attempt) {
        const char *name = string_at(attempt, "request");
        if (name != NULL && strncmp(name, "cancel", strlen("cancel")) == 0) return true;
    }
    return false;
}

/* Whether a list was looked through. */
static bool is_search(const json_t *json)
{
    return text_equal(string_at(json_array_get(json_object_get(json, "attempts"), 0), "request"), "list");
}

/* Whether calling again finds the same, as the header says. */
static bool is_settled(const json_t *json, const kcase_result *result)
{
    int32_t status = kcase_result_http_status(result);
    bool is_read_back = text_equal(string_at(json, "evidence"), "read_back");
    switch (kcase_result_outcome(result)) {
    case KCASE_OK:
    case KCASE_ALREADY_CANCELED:
    case KCASE_INVALID:
        return true;
    case KCASE_NOT_FOUND:
        return is_read_back || !(is_cancel(json) || is_search(json));
    case KCASE_CANCELED:
        return is_read_back || status == 200 || status == 201 || status == 204;
    case KCASE_REFUSED:
        return is_read_back && status == 422 && text_equal(string_at(json, "reason"), "already_started");
    default:
        return false;
    }
}

static void check_members(const json_t *json, const place *where)
{
    static const char *const keys[] = {"case_id", "outcome", "settled", "retriable", "http_status", "reason",
        "message", "error", "evidence", "environment", "tag", "elapsed_ms",
        "retry_after_ms", "attempts", "case", "journaled", "journal_error"};
    /* Of some calls only. */
    static const char *const more[] = {"cases", "listing", "event", "services", "search_id", "records",
        "next", "head", "verification", "pruned"};
    const size_t keys_count = sizeof keys / sizeof keys[0];
    size_t count = keys_count;
    for (size_t index = 0; index < sizeof more / sizeof more[0]; index++) {
        if (json_object_get(json, more[index]) != NULL) count++;
    }
    must(json_object_size(json) == count, where, "a result has just the documented members");
    for (size_t index = 0; index < keys_count; index++) {
        must(json_object_get(json, keys[index]) != NULL, where, keys[index]);
    }
    must(json_integer_value(json_object_get(json, "elapsed_ms")) >= 0, where, "time does not run back");
    const json_t *retry_after = json_object_get(json, "retry_after_ms");
    must(json_is_null(retry_after) || json_is_true(json_object_get(json, "retriable")), where,
        "a time is named for what may succeed then");
    must(json_is_null(retry_after) || json_integer_value(retry_after) >= 0, where, "a time is not negative");
    const json_t *attempts = json_object_get(json, "attempts");
    must(json_is_array(attempts), where, "attempts is an array");
    size_t index;
    const json_t *attempt;
    json_array_foreach(attempts, index, attempt) check_attempt(attempt, where);
}

static void check_accessors(const json_t *json, const place *where)
{
    const kcase_result *result = where->result;
    const char *id = string_at(json, "case_id");
    must(text_equal(kcase_result_case_id(result), id == NULL ? "" : id), where, "case_id, by both ways");
    must(text_equal(kcase_outcome_name(kcase_result_outcome(result)), string_at(json, "outcome")), where,
        "outcome, by both ways");
    must(text_equal(kcase_result_message(result), string_at(json, "message")), where,
        "message, by both ways");
    must(kcase_result_message(result)[0] != '\0', where, "there is always something to say");
    must(kcase_result_http_status(result) == json_integer_value(json_object_get(json, "http_status")), where,
        "http_status, by both ways");
    must(kcase_result_is_settled(result) == (json_is_true(json_object_get(json, "settled")) ? 1 : 0), where,
        "settled, by both ways");
    must(kcase_result_is_retriable(result) == (json_is_true(json_object_get(json, "retriable")) ? 1 : 0),
        where, "retriable, by both ways");
}

static void check_texts(const json_t *json, const place *where)
{
    char *wrong = wrong_member_text(where->result, json);
    must_be(wrong == NULL, where, "the member whose text differs from the JSON", wrong, NULL);
    free(wrong);
}

static void check_sense(const json_t *json, const place *where)
{
    int32_t outcome = kcase_result_outcome(where->result);
    bool settled = is_settled(json, where->result);
    must(kcase_result_is_settled(where->result) == (settled ? 1 : 0), where,
        "settled is what the header says of this claim");
    must(!settled || kcase_result_is_retriable(where->result) == 0, where,
        "what is settled need not be repeated");
    must(outcome != KCASE_CANCELED || kcase_result_is_retriable(where->result) == 0, where,
        "what is canceled need not be repeated");
    const char *evidence = string_at(json, "evidence");
    bool rests_on_nothing =
        outcome == KCASE_UNKNOWN || outcome == KCASE_NOT_SENT || outcome == KCASE_INVALID;
    must(text_equal(evidence, "none") == rests_on_nothing, where, "evidence fits the outcome");
    const json_t *attempts = json_object_get(json, "attempts");
    const json_t *last = json_array_get(attempts, json_array_size(attempts) - 1);
    /* Another call of the client may have read it, while this one waited. */
    bool is_anothers = outcome == KCASE_ALREADY_CANCELED && last == NULL;
    const char *last_name = string_at(last, "request");
    bool was_read = text_equal(last_name, "read") || text_equal(last_name, "read_services");
    must(!text_equal(evidence, "read_back") || is_anothers || was_read, where,
        "what was read back was read last");
    must(outcome != KCASE_INVALID || json_array_size(attempts) == 0, where, "bad input sends nothing");
    must(outcome != KCASE_NOT_SENT || claim_sent(where->result, "cancel") == 0, where,
        "not_sent sent no cancel request");
}

static void check_discretion(const place *where)
{
    static const char *const secrets[] = {
        SANDBOX_TOKEN, SANDBOX_API_KEY, SANDBOX_CLIENT_ACCESS_TOKEN, CANARY, "Bearer "};
    const char *text = kcase_result_json(where->result);
    for (size_t index = 0; index < sizeof secrets / sizeof secrets[0]; index++) {
        must(!text_has(text, secrets[index]), where, "no secret is told");
        must(!text_has(kcase_result_message(where->result), secrets[index]), where, "no secret is told");
    }
}

static json_t *parse(const place *where)
{
    json_t *json = json_loads(kcase_result_json(where->result), JSON_REJECT_DUPLICATES, NULL);
    must(json_is_object(json), where, "a result is a JSON object");
    return json;
}

static void check_claim(const json_t *json, const claim *expected, const place *where)
{
    const kcase_result *result = where->result;
    const char *name = kcase_outcome_name(kcase_result_outcome(result));
    must_be(kcase_result_outcome(result) == expected->outcome, where, "outcome", name,
        kcase_outcome_name(expected->outcome));
    const char *reason = string_at(json, "reason");
    must_be(text_equal(reason, expected->reason), where, "reason", reason, expected->reason);
    const char *evidence = string_at(json, "evidence");
    const char *grounds = expected->evidence == NULL ? "none" : expected->evidence;
    must_be(text_equal(evidence, grounds), where, "evidence", evidence, grounds);
    bool retriable = kcase_result_is_retriable(result) == 1;
    must_be(retriable == expected->retriable, where, "retriable", retriable ? "true" : "false",
        expected->retriable ? "true" : "false");
    if (expected->attempts != NULL) {
        char *attempts = attempts_as_text(json_object_get(json, "attempts"));
        must_be(text_equal(attempts, expected->attempts), where, "attempts", attempts, expected->attempts);
        free(attempts);
    }
    if (expected->status == ANY_STATUS) return;
    char *found = text_format("%d", kcase_result_http_status(result));
    char *wanted = text_format("%d", expected->status);
    must_be(text_equal(found, wanted), where, "http_status", found, wanted);
    free(found);
    free(wanted);
}

void claim_check(const kcase_result *result, const claim *expected, const char *file, int line)
{
    place where = {result, file, line};
    must(result != NULL, &where, "a call returns a result, always");
    json_t *json = parse(&where);
    if (expected != NULL) check_claim(json, expected, &where);
    check_members(json, &where);
    check_accessors(json, &where);
    check_texts(json, &where);
    check_sense(json, &where);
    check_discretion(&where);
    json_decref(json);
}

long claim_sent(const kcase_result *result, const char *request)
{
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    long count = 0;
    size_t index;
    const json_t *attempt;
    json_array_foreach(json_object_get(json, "attempts"), index, attempt)
    {
        bool is_it = text_equal(string_at(attempt, "request"), request);
        if (is_it && json_is_true(json_object_get(attempt, "sent"))) count++;
    }
    json_decref(json);
    return count;
}

char *claim_member(const kcase_result *result, const char *path)
{
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    const json_t *value = json;
    char *keys = text_format("%s", path);
    char *rest = NULL;
    for (char *key = strtok_r(keys, ".", &rest); key != NULL; key = strtok_r(NULL, ".", &rest)) {
        value = json_is_array(value) ? json_array_get(value, (size_t)atol(key)) : json_object_get(value, key);
    }
    free(keys);
    char *text = value == NULL ? text_format("absent")
                               : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    json_decref(json);
    return text;
}

void claim_check_member(
    const kcase_result *result, const char *path, const char *text, const char *file, int line)
{
    place where = {result, file, line};
    char *found = claim_member(result, path);
    must_be(text_equal(found, text), &where, path, found, text);
    free(found);
}
