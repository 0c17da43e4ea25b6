/* Ten thousand cancels in a row cost no memory and no descriptors. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/text.h"
#include "support/world.h"

enum { cancels = 10000, warm_up = 1000 };

static long resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;
    if (file == NULL || fscanf(file, "%ld %ld", &all, &resident) != 2) fail_msg("no /proc/self/statm");
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static int descriptor_count(void)
{
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    int count = 0;
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

/* Cancels case after case; each result is looked at and freed. */
static void cancel_cases(int first, int last)
{
    for (int number = first; number <= last; number++) {
        char *id = sandbox_case(number);
        kcase_result *result = kcase_cancel(the.client, id, NULL);
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
    long resident = resident_bytes();
    int descriptors = descriptor_count();
    cancel_cases(warm_up + 1, cancels);
    long growth = resident_bytes() - resident;
    if (growth > 1024 * 1024) fail_msg("%ld bytes more", growth);
    assert_int_equal(descriptor_count(), descriptors);
    assert_int_equal(sandbox_totals(&the.box).cancels_applied, cancels);
    assert_int_equal(sandbox_totals(&the.box).requests, cancels);
}

/* What goes wrong is thrown away as completely as what goes right. */
static void failures_cost_no_memory_and_no_descriptors(void **state)
{
    (void)state;
    static const char *const troubles[] = {"reset_before", "truncate", "garbage", "html", "message_array"};
    long resident = 0;
    int descriptors = 0;
    for (int round = 0; round < 300; round++) {
        if (round == 100) {
            resident = resident_bytes();
            descriptors = descriptor_count();
        }
        char *rule = text_format("{\"kind\": \"%s\", \"times\": 1}", troubles[round % 5]);
        sandbox_spoil(&the.box, rule);
        free(rule);
        kcase_result *result = kcase_cancel(the.client, CASE_UNABLE, NULL);
        expect_well_formed(result);
        kcase_result_free(result);
        kcase_result_free(kcase_cancel(the.client, "a/b", NULL));
        kcase_result *error = NULL;
        assert_null(kcase_client_new("{\"oops\": 1}", &error));
        kcase_result_free(error);
        sandbox_heal(&the.box);
    }
    long growth = resident_bytes() - resident;
    if (growth > 1024 * 1024) fail_msg("%ld bytes more", growth);
    assert_in_range(descriptor_count(), 0, descriptors + 1); /* a kept connection may have been lost */
}

static int open_with_many_cases(void **state)
{
    (void)state;
    the.box = sandbox_start((const char *const[]){"--cases", "10000", NULL});
    return 0;
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        statement(cancels_cost_no_memory_and_no_descriptors),
        statement(failures_cost_no_memory_and_no_descriptors),
    };
    return run_statements("endurance", statements, open_with_many_cases, world_close);
}
