/* Ten thousand cancels in a row cost no memory and no descriptors. */
#include <stdlib.h>

#include "fixture.h"
#include "process.h"
#include "text.h"

enum { cancels = 10000, warm_up = 1000, growth_kb_max = 1024 };

static void expect_no_growth(holdings before, holdings after)
{
    long growth_kb = after.resident_kb - before.resident_kb;
    if (growth_kb > growth_kb_max) fail_msg("%ld KB more", growth_kb);
}

/* Cancels case after case; each result is looked at and freed. */
static void cancel_cases(int first, int last)
{
    for (int number = first; number <= last; number++) {
        char *id = sandbox_case(number);
        kcase_result *result = kcase_cancel(test.client, id, NULL);
        if (kcase_result_outcome(result) != KCASE_CANCELED || kcase_result_json(result)[0] != '{') {
            fail_msg("%s", kcase_result_json(result));
        }
        kcase_result_free(result);
        free(id);
    }
}

static void cancels_cost_no_memory_and_no_descriptors(void **state)
{
    (void)state;
    cancel_cases(1, warm_up);
    holdings before = process_holdings();
    cancel_cases(warm_up + 1, cancels);
    holdings after = process_holdings();
    expect_no_growth(before, after);
    assert_int_equal(after.descriptors, before.descriptors);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, cancels);
    assert_int_equal(sandbox_totals(&test.box).requests, cancels);
}

/* What goes wrong is thrown away as completely as what goes right. */
static void failures_cost_no_memory_and_no_descriptors(void **state)
{
    (void)state;
    static const char *const faults[] = {"reset_before", "truncate", "garbage", "html", "message_array"};
    holdings before = {0};
    for (int round = 0; round < 300; round++) {
        if (round == 100) before = process_holdings();
        char *rule = text_format("{\"kind\": \"%s\", \"times\": 1}", faults[round % 5]);
        sandbox_fault(&test.box, rule);
        free(rule);
        kcase_result *result = kcase_cancel(test.client, CASE_UNABLE, NULL);
        expect_well_formed(result);
        kcase_result_free(result);
        kcase_result_free(kcase_cancel(test.client, "a/b", NULL));
        kcase_result *error = NULL;
        assert_null(kcase_client_new("{\"oops\": 1}", &error));
        kcase_result_free(error);
        sandbox_clear_faults(&test.box);
    }
    holdings after = process_holdings();
    expect_no_growth(before, after);
    assert_in_range(after.descriptors, 0, before.descriptors + 1); /* a kept connection may have been lost */
}

static int open_with_many_cases(void **state)
{
    (void)state;
    test.box = sandbox_start((const char *const[]){"--cases", "10000", NULL});
    return 0;
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(cancels_cost_no_memory_and_no_descriptors),
        statement(failures_cost_no_memory_and_no_descriptors),
    };
    return run_statements("endurance", statements, open_with_many_cases, suite_teardown);
}
