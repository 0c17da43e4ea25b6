/*
 * Cancels cases side by side by libcurl's multi interface, as its manual shows: perform, then
 * poll.
 *
 *     batch_multi BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]
 *
 * Prints one JSON object. A cancel that is not answered with success ends the program.
 */
#include <stdio.h>

#include "cost.h"
#include "transfers.h"

enum { cancels_max = 10000000, side_by_side_max = 1024, poll_ms_max = 1000 };

static void run(CURLM *multi)
{
    int running;
    transfers_start();
    for (;;) {
        must_multi(curl_multi_perform(multi, &running));
        transfers_turn_over();
        if (transfers_left() == 0) break;
        must_multi(curl_multi_poll(multi, NULL, 0, poll_ms_max, NULL));
    }
}

int main(int argc, char **argv)
{
    long count = argc >= 4 ? parse_count(argv[2], cancels_max) : 0;
    long side_by_side = argc >= 4 ? parse_count(argv[3], side_by_side_max) : 0;
    struct cost before;
    CURLM *multi;
    if (count == 0 || side_by_side == 0 || argc > 5) {
        fprintf(stderr, "usage: batch_multi BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]\n");
        return 2;
    }
    before = spent();
    multi = transfers_open(argv[1], argc == 5 ? argv[4] : NULL, count, side_by_side);
    run(multi);
    printf("{");
    print_cost_of_each("multi", difference(spent(), before), count, count);
    printf("}\n");
    transfers_close();
    return 0;
}
