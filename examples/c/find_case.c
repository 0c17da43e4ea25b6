/*
 * find_case - lists cases by what you know of them; one line for each.
 *
 *     cc -std=c99 find_case.c -lkcase -o find_case
 *     ./find_case config.json '{"api_tracking_code": "REQ-2041"}'
 *
 * The configuration comes from a file, and the filter from the command line (docs/lists.md). The exit code is
 * 0 if the list was read to its end, whatever was found; 1 if not; 2 for wrong input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <kcase.h>
#include <stdio.h>

/* Says why and frees the result. */
static int give_up(kcase_result *result)
{
    int is_input = kcase_result_outcome(result) == KCASE_INVALID;
    fprintf(stderr, "%s: %s\n", kcase_outcome_name(kcase_result_outcome(result)),
        kcase_result_message(result));
    kcase_result_free(result);
    return is_input ? 2 : 1;
}

static void print_case(const kcase_result *result)
{
    const char *secondary = kcase_result_text(result, "case.secondaryStatus");
    printf("%s  %s%s%s  ordered %s\n", kcase_result_case_id(result),
        kcase_result_text(result, "case.caseStatus"), *secondary != '\0' ? ", " : "", secondary,
        kcase_result_text(result, "case.orderedStamp"));
}

int main(int count, char **arguments)
{
    kcase_result *result = NULL;
    if (count != 3) {
        fprintf(stderr, "usage: find_case CONFIG_FILE FILTER\n");
        return 2;
    }
    kcase_client *client = kcase_client_open(arguments[1], &result);
    if (client == NULL) return give_up(result);
    kcase_listing *listing = kcase_listing_new(client, arguments[2], &result);
    kcase_client_free(client);
    if (listing == NULL) return give_up(result);

    long found = 0;
    while (kcase_listing_next(listing, -1, &result) == KCASE_LISTING_CASE) {
        print_case(result);
        kcase_result_free(result);
        found++;
    }
    kcase_listing_free(listing);
    /* What was printed is true in any case; only a list that came to its end leaves nothing out. */
    if (kcase_result_outcome(result) != KCASE_OK) return give_up(result);
    printf("%ld of %s cases\n", found, kcase_result_text(result, "listing.seen"));
    kcase_result_free(result);
    return 0;
}
