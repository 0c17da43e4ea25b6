#include "batches.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "claim.h"
#include "cmocka_all.h"
#include "process.h"
#include "sandbox.h"
#include "text.h"

static const int32_t fetch_ms_max = 20000;

kcase_batch *batch_of(kcase_client *client, const char *options)
{
    kcase_result *error = NULL;
    kcase_batch *batch = kcase_batch_new(client, options, &error);
    if (batch == NULL) fail_msg("no batch: %s", kcase_result_message(error));
    assert_null(error);
    return batch;
}

void batch_add(kcase_batch *batch, const char *case_id, const char *options)
{
    assert_int_equal(kcase_batch_add(batch, case_id, options), KCASE_BATCH_ADDED);
}

void batch_add_cases(kcase_batch *batch, int first, int count)
{
    for (int number = first; number < first + count; number++) {
        char *id = sandbox_case(number);
        char *options = text_format("{\"tag\": \"%d\"}", number);
        batch_add(batch, id, options);
        free(options);
        free(id);
    }
}

kcase_result *batch_fetch(kcase_batch *batch)
{
    kcase_result *result = kcase_batch_next(batch, fetch_ms_max);
    if (result == NULL) fail_msg("no result came: %s", kcase_batch_stats(batch));
    expect_well_formed(result);
    return result;
}

long batch_fetch_all(kcase_batch *batch, int32_t outcome)
{
    long count = 0;
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = batch_fetch(batch);
        count += kcase_result_outcome(result) == outcome;
        kcase_result_free(result);
    }
    assert_null(kcase_batch_next(batch, -1));
    return count;
}

/* --- Statistics ----------------------------------------------------------------------------------- */

static json_t *stats_of(kcase_batch *batch)
{
    json_t *stats = json_loads(kcase_batch_stats(batch), JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(stats)) fail_msg("no statistics: %s", kcase_batch_stats(batch));
    return stats;
}

static long number_at(const json_t *stats, const char *key)
{
    const json_t *value = json_object_get(stats, key);
    if (json_is_null(value)) return -1;
    if (!json_is_number(value)) fail_msg("the statistics have no number \"%s\"", key);
    return (long)json_number_value(value);
}

long batch_number(kcase_batch *batch, const char *key)
{
    json_t *stats = stats_of(batch);
    long number = number_at(stats, key);
    json_decref(stats);
    return number;
}

static bool is_outcome(const char *name)
{
    for (int32_t outcome = KCASE_OK; outcome <= KCASE_INVALID; outcome++) {
        if (text_equal(kcase_outcome_name(outcome), name)) return true;
    }
    return false;
}

void batch_check_stats(kcase_batch *batch)
{
    static const char *const keys[] = {"added", "waiting", "in_flight", "ready", "fetched", "outcomes",
        "requests", "retries", "readings", "slowdowns", "connections", "http_version", "rate_limit",
        "cases_per_second", "elapsed_ms", "eta_ms"};
    const size_t keys_count = sizeof keys / sizeof keys[0];
    json_t *stats = stats_of(batch);
    assert_int_equal(json_object_size(stats), keys_count);
    for (size_t index = 0; index < keys_count; index++) {
        if (json_object_get(stats, keys[index]) == NULL) fail_msg("no \"%s\"", keys[index]);
        if (index != 5 && index != 11) assert_true(number_at(stats, keys[index]) >= -1);
    }
    const char *version = json_string_value(json_object_get(stats, "http_version"));
    assert_true(version == NULL || text_equal(version, "2") || text_equal(version, "1.1"));
    long ready = number_at(stats, "ready"), fetched = number_at(stats, "fetched");
    long unfinished = number_at(stats, "waiting") + number_at(stats, "in_flight");
    assert_int_equal(number_at(stats, "added"), unfinished + ready + fetched);
    long found = 0;
    const char *name;
    json_t *count;
    json_object_foreach(json_object_get(stats, "outcomes"), name, count)
    {
        if (!is_outcome(name) || json_integer_value(count) < 1) fail_msg("%s", kcase_batch_stats(batch));
        found += (long)json_integer_value(count);
    }
    assert_int_equal(found, ready + fetched);
    json_decref(stats);
    assert_int_equal(kcase_batch_pending(batch), unfinished + ready);
}

int tag_of(const kcase_result *result)
{
    char *tag = claim_member(result, "tag");
    int number = tag[0] == '"' ? atoi(tag + 1) : -1;
    free(tag);
    return number;
}

/* --- Descriptors ---------------------------------------------------------------------------------- */

enum { used_up_max = 64 };
static int used_up[used_up_max];
static struct rlimit limit_before;

int use_up_descriptors(void)
{
    getrlimit(RLIMIT_NOFILE, &limit_before);
    struct rlimit few = limit_before;
    few.rlim_cur = 48;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int count = 0;
    while (count < used_up_max && (used_up[count] = dup(STDERR_FILENO)) >= 0) count++;
    return count;
}

void give_back_descriptors(int count)
{
    while (count > 0) close(used_up[--count]);
    setrlimit(RLIMIT_NOFILE, &limit_before);
}

void give_back_one(int *count)
{
    if (*count > 0) close(used_up[--*count]);
}

int count_descriptors(void) { return (int)process_holdings().descriptors; }
