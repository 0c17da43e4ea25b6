/*
 * Cancels cases one after another by one client, and says what a cancel costs.
 *
 *     PROGRAM BASE_URL COUNT [AUTHORITY]    after some cancels to warm up
 *     PROGRAM BASE_URL first [AUTHORITY]    one cancel; when it was answered, and the CPU time until then
 *
 * Prints one JSON object. A cancel that is not answered with success ends the program with status 1: then
 * there is nothing to compare.
 */
#include <stdio.h>
#include <string.h>

#include "cost.h"
#include "client.h"

enum { warm_up_cancels = 50, cancels_max = 10000000 };

static void cancel_cases(long first, long count)
{
    char case_id[case_id_room];
    long number;
    for (number = first; number < first + count; number++) {
        write_case_id(case_id, number);
        measured.cancel(case_id);
    }
}

static void measure_each(long count)
{
    struct cost before;
    struct cost after;
    cancel_cases(0, warm_up_cancels);
    before = spent();
    cancel_cases(warm_up_cancels, count);
    after = spent();
    printf("{");
    print_cost_of_each(measured.name, difference(after, before), count, count + warm_up_cancels);
    printf("}\n");
}

static void measure_first(void)
{
    struct cost now;
    cancel_cases(0, 1);
    now = spent();
    printf("{\"mode\": \"%s\", \"answered_at_us\": %.0f, \"cpu_us\": %.0f}\n", measured.name, now.wall,
           now.user + now.system);
}

int main(int argc, char **argv)
{
    int is_first = argc >= 3 && strcmp(argv[2], "first") == 0;
    long count = argc >= 3 && !is_first ? parse_count(argv[2], cancels_max) : 0;
    if (argc < 3 || argc > 4 || (!is_first && count == 0)) {
        fprintf(stderr, "usage: %s BASE_URL COUNT|first [AUTHORITY]\n", argv[0]);
        return 2;
    }
    measured.open(argv[1], argc == 4 ? argv[3] : NULL);
    if (is_first) {
        measure_first();
    } else {
        measure_each(count);
    }
    measured.close();
    return 0;
}
