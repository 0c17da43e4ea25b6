/* The shared table, run from C: each row of cases.json is a statement, and one more for hosts whose texts
 * have a length and who ask for members as texts. See README.md. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "fixture.h"

/* --- A row ---------------------------------------------------------------------------------------- */

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void add_faults(const json_t *faults)
{
    if (json_array_size(faults) == 0) return;
    char *rules = json_dumps(faults, JSON_COMPACT);
    sandbox_fault(&test.box, rules);
    free(rules);
}

/* The row's configuration over the one that every row has. */
static char *configuration(const json_t *row)
{
    char *base_url = text_format("http://127.0.0.1:%d", test.box.port);
    json_t *config = json_pack("{s:s, s:s}", "base_url", base_url, "token", SANDBOX_TOKEN);
    json_object_update(config, json_object_get(row, "config"));
    char *text = json_dumps(config, JSON_COMPACT);
    json_decref(config);
    free(base_url);
    return text;
}

static char *case_id(const json_t *row)
{
    const json_t *value = json_object_get(row, "case");
    if (json_is_string(value)) return text_format("%s", json_string_value(value));
    return text_format(CASE("%02d"), (int)json_integer_value(value));
}

/* As a host does it whose texts are fields of a fixed length. */
static kcase_result *cancel_by_length(kcase_client *client, const char *id, const char *options)
{
    char *filled = text_format("%s   ", id);
    int32_t options_bytes = options == NULL ? 0 : (int32_t)strlen(options);
    kcase_result *result = kcase_cancel_n(client, filled, (int32_t)strlen(filled), options, options_bytes);
    free(filled);
    return result;
}

/* A claim about a fixture is compared with the ledger. */
static kcase_result *cancel(
    kcase_client *client, const json_t *row, const char *id, const char *options, bool by_length)
{
    bool is_fixture = json_is_integer(json_object_get(row, "case"));
    ledger_row before = {0};
    if (is_fixture) before = sandbox_ledger(&test.box, id);
    kcase_result *result =
        by_length ? cancel_by_length(client, id, options) : kcase_cancel(client, id, options);
    if (is_fixture && kcase_result_outcome(result) != KCASE_INVALID) expect_truth(result, before);
    return result;
}

static kcase_result *call(kcase_client *client, const json_t *row, bool by_length)
{
    const char *operation = text_at(row, "operation");
    if (text_equal(operation, "check")) return kcase_check(client);
    char *id = case_id(row);
    char *options = json_dumps(json_object_get(row, "options"), JSON_COMPACT); /* NULL for null */
    kcase_result *result = NULL;
    if (text_equal(operation, "cancel")) {
        result = cancel(client, row, id, options, by_length);
    } else if (text_equal(operation, "status")) {
        result = kcase_status(client, id, options);
    } else {
        fail_msg("no such operation: %s", operation);
    }
    free(options);
    free(id);
    return result;
}

static int32_t outcome_named(const char *name)
{
    for (int32_t outcome = KCASE_OK; outcome <= KCASE_INVALID; outcome++) {
        if (text_equal(kcase_outcome_name(outcome), name)) return outcome;
    }
    fail_msg("no such outcome: %s", name);
    return -1;
}

static void check(const kcase_result *result, const json_t *expected)
{
    /* Also whether the result is well-formed and keeps its secrets. */
    expect_claim(result, .outcome = outcome_named(text_at(expected, "outcome")),
        .status = (int32_t)json_integer_value(json_object_get(expected, "http_status")),
        .reason = text_at(expected, "reason"), .evidence = text_at(expected, "evidence"),
        .retriable = json_is_true(json_object_get(expected, "retriable")));
    assert_int_equal(
        kcase_result_is_settled(result), json_is_true(json_object_get(expected, "settled")) ? 1 : 0);
}

static void check_texts(const kcase_result *result, const json_t *expected)
{
    static const char *const members[] = {"outcome", "reason", "evidence"};
    for (size_t index = 0; index < sizeof members / sizeof members[0]; index++) {
        const char *text = text_at(expected, members[index]);
        assert_string_equal(kcase_result_text(result, members[index]), text == NULL ? "" : text);
    }
    const char *settled = json_is_true(json_object_get(expected, "settled")) ? "true" : "false";
    assert_string_equal(kcase_result_text(result, "settled"), settled);
}

static void run_row(const json_t *row, bool by_length)
{
    sandbox_reset(&test.box);
    add_faults(json_object_get(row, "faults"));
    char *config = configuration(row);
    kcase_result *result = NULL;
    kcase_client *client = kcase_client_new(config, &result);
    free(config);
    if (client != NULL) result = call(client, row, by_length);
    check(result, json_object_get(row, "expect"));
    if (by_length) check_texts(result, json_object_get(row, "expect"));
    kcase_result_free(result);
    kcase_client_free(client);
}

static void a_row(void **state) { run_row(*state, false); }
static void a_row_by_length(void **state) { run_row(*state, true); }

/* --- The table ------------------------------------------------------------------------------------ */

static bool occurs(const json_t *table, const char *outcome, const char *kind)
{
    size_t index;
    const json_t *row;
    json_array_foreach(table, index, row)
    {
        if (text_equal(text_at(json_object_get(row, "expect"), "outcome"), outcome)) return true;
        size_t place;
        const json_t *fault;
        json_array_foreach(json_object_get(row, "faults"), place, fault)
        {
            if (text_equal(text_at(fault, "kind"), kind)) return true;
        }
    }
    return false;
}

static void every_outcome_and_every_fault_occurs(void **state)
{
    static const char *const kinds[] = {"answer", "status", "empty", "html", "message_array", "revoke",
        "at_work", "lag", "blemish", "stale_read", "reset_before", "reset_during", "close_before", "truncate",
        "garbage", "hang", "slow", "oversize"};
    const json_t *table = *state;
    for (int32_t outcome = KCASE_OK; outcome <= KCASE_INVALID; outcome++) {
        const char *name = kcase_outcome_name(outcome);
        if (text_equal(name, "unrecognized") || occurs(table, name, "")) continue;
        fail_msg("no row expects %s", name);
    }
    for (size_t index = 0; index < sizeof kinds / sizeof kinds[0]; index++) {
        if (!occurs(table, "", kinds[index])) fail_msg("no row has the fault %s", kinds[index]);
    }
}

int main(int count, char **arguments)
{
    const char *path = count > 1 ? arguments[1] : "cases.json";
    json_error_t error;
    json_t *table = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_array(table)) {
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        return 1;
    }
    size_t rows = json_array_size(table);
    struct CMUnitTest *statements = calloc(2 * rows + 1, sizeof *statements);
    if (statements == NULL) return 1;
    for (size_t index = 0; index < rows; index++) {
        json_t *row = json_array_get(table, index);
        const char *name = text_at(row, "name");
        statements[index] = (struct CMUnitTest){.name = name, .test_func = a_row, .initial_state = row};
        statements[rows + index] =
            (struct CMUnitTest){.name = name, .test_func = a_row_by_length, .initial_state = row};
    }
    statements[2 * rows] = (struct CMUnitTest){.name = "every outcome and every fault occurs",
        .test_func = every_outcome_and_every_fault_occurs,
        .initial_state = table};
    cmocka_set_test_filter(getenv("KCASE_TESTS"));
    int failed = _cmocka_run_group_tests("table", statements, 2 * rows + 1, suite_setup, suite_teardown);
    free(statements);
    json_decref(table);
    return failed;
}
