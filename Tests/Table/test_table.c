/* The shared table, run from C: each row of cases.json is a statement, and one more for hosts whose texts
 * have a length and who ask for members as texts. See README.md. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "fixture.h"
#include "text.h"

/* --- A row ---------------------------------------------------------------------------------------- */

static void add_faults(const json_t *faults)
{
    if (json_array_size(faults) == 0) return;
    char *rules = json_dumps(faults, JSON_COMPACT);
    sandbox_fault(&test.box, rules);
    free(rules);
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

/* Whether a value is as expected: of an object the members that are given, of an array each item. */
static bool is_as_said(const json_t *value, const json_t *expected)
{
    if (json_is_object(expected)) {
        const char *key;
        json_t *member;
        json_object_foreach((json_t *)expected, key, member)
        {
            if (!is_as_said(json_object_get(value, key), member)) return false;
        }
        return json_is_object(value);
    }
    if (!json_is_array(expected)) return json_equal(value, expected);
    for (size_t index = 0; index < json_array_size(expected); index++) {
        if (!is_as_said(json_array_get(value, index), json_array_get(expected, index))) return false;
    }
    return json_is_array(value) && json_array_size(value) == json_array_size(expected);
}

/* What else the result's JSON says. */
static void check_json(const kcase_result *result, const json_t *expected)
{
    if (expected == NULL) return;
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    bool is_so = is_as_said(json, expected);
    json_decref(json);
    if (!is_so) fail_msg("%s", kcase_result_json(result));
}

static void run_row(const json_t *row, call_form form)
{
    sandbox_reset(&test.box);
    add_faults(json_object_get(row, "faults"));
    kcase_result *result = call(row, form);
    check(result, json_object_get(row, "expect"));
    check_texts(result, json_object_get(row, "expect"));
    check_json(result, json_object_get(row, "says"));
    kcase_result_free(result);
}

static void a_row(void **state) { run_row(*state, BY_TEXT); }
static void a_row_by_length(void **state) { run_row(*state, BY_LENGTH); }

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
        "at_work", "lag", "blemish", "partial", "stale_read", "reset_before", "reset_during", "close_before",
        "truncate", "garbage", "hang", "slow", "oversize"};
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
    size_t made = 0;
    for (size_t index = 0; index < 2 * rows; index++) {
        json_t *row = json_array_get(table, index % rows);
        call_form form = index < rows ? BY_TEXT : BY_LENGTH;
        if (!call_has_form(row, form)) continue;
        statements[made++] = (struct CMUnitTest){.name = text_at(row, "name"),
            .test_func = form == BY_TEXT ? a_row : a_row_by_length,
            .initial_state = row};
    }
    statements[made++] = (struct CMUnitTest){.name = "every outcome and every fault occurs",
        .test_func = every_outcome_and_every_fault_occurs,
        .initial_state = table};
    cmocka_set_test_filter(getenv("KCASE_TESTS"));
    int failed = _cmocka_run_group_tests("table", statements, made, suite_setup, suite_teardown);
    free(statements);
    json_decref(table);
    return failed;
}
