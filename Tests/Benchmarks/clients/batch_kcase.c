/*
 * Cancels cases side by side by a batch of kcase, as its header shows.
 *
 *     batch_kcase BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]
 *
 * Prints one JSON object. Where the environment has WATCH, it says what the process held in between, which
 * costs time.
 * A case that is not canceled ends the program.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cost.h"
#include "open_kcase.h"
#include "watch.h"

enum { cancels_max = 10000000, side_by_side_max = 256 };

static kcase_batch *open_batch(kcase_client *client, long side_by_side)
{
    char options[64];
    kcase_result *error = NULL;
    kcase_batch *batch;
    snprintf(options, sizeof options, "{\"max_in_flight\": %ld}", side_by_side);
    batch = kcase_batch_new(client, options, &error);
    if (batch == NULL) fail("kcase_batch_new", kcase_result_message(error));
    return batch;
}

/* The number of the first case that is not in the batch yet. */
static long fill(kcase_batch *batch, long next, long count)
{
    char case_id[case_id_room];
    for (; next < count; next++) {
        write_case_id(case_id, next);
        if (kcase_batch_add(batch, case_id, NULL) != KCASE_BATCH_ADDED) break;
    }
    return next;
}

static void run(kcase_batch *batch, long count, int is_watched)
{
    long next = 0;
    long done = 0;
    for (;;) {
        kcase_result *result;
        next = fill(batch, next, count);
        if (kcase_batch_pending(batch) == 0) break;
        result = kcase_batch_next(batch, -1);
        if (result == NULL) continue;
        must_be_canceled(result);
        kcase_result_free(result);
        done++;
        if (is_watched) watch_step(done);
    }
    if (done != count) fail("kcase_batch_next", "a result is missing");
}

int main(int argc, char **argv)
{
    long count = argc >= 4 ? parse_count(argv[2], cancels_max) : 0;
    long side_by_side = argc >= 4 ? parse_count(argv[3], side_by_side_max) : 0;
    int is_watched = getenv("WATCH") != NULL;
    struct cost before;
    kcase_client *client;
    kcase_batch *batch;
    if (count == 0 || side_by_side == 0 || argc > 5) {
        fprintf(stderr, "usage: batch_kcase BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]\n");
        return 2;
    }
    watch_begin(count);
    before = spent();
    client = open_kcase_client(argv[1], argc == 5 ? argv[4] : NULL, (int)side_by_side);
    batch = open_batch(client, side_by_side);
    run(batch, count, is_watched);
    printf("{");
    print_cost_of_each("kcase", difference(spent(), before), count, count);
    printf(", \"stats\": %s, ", kcase_batch_stats(batch));
    watch_print();
    printf("}\n");
    kcase_batch_free(batch);
    kcase_client_free(client);
    return 0;
}
