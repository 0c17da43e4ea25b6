/*
 * Cancels cases one after another with one client, and says what the process held after the first thousand
 * and at the end.
 *
 *     soak BASE_URL COUNT
 */
#include <kcase.h>
#include <stdio.h>

#include "process.h"

enum { warm_up = 1000 };

static void cancel_cases(kcase_client *client, long first, long last)
{
    char id[64];
    for (long number = first; number < last; number++) {
        snprintf(id, sizeof id, "e074241e-36e8-444b-bf55-%012lx", (unsigned long)number);
        kcase_result *result = kcase_cancel(client, id, NULL);
        if (kcase_result_outcome(result) != KCASE_CANCELED) give_up("soak", kcase_result_json(result));
        kcase_result_free(result);
    }
}

int main(int argc, char **argv)
{
    char config[512];
    kcase_result *error = NULL;
    if (argc != 3) give_up("usage", "soak BASE_URL COUNT");
    long count = parse_count(argv[2], warm_up + 1);
    snprintf(config, sizeof config, "{\"base_url\": \"%s\", \"token\": \"t\"}", argv[1]);
    kcase_client *client = kcase_client_new(config, &error);
    if (client == NULL) give_up("soak", kcase_result_message(error));
    cancel_cases(client, 0, warm_up);
    process_holdings(); /* So that reading them the second time adds nothing. */
    holdings before = process_holdings();
    cancel_cases(client, warm_up, count);
    print_growth(count, before, process_holdings());
    kcase_client_free(client);
    return 0;
}
