#include "open_kcase.h"

#include <stdio.h>

#include "cost.h"

kcase_client *open_kcase_client(const char *base_url, const char *authority, int connections)
{
    char config[2048];
    char trust[1024] = "";
    kcase_result *error = NULL;
    kcase_client *client;
    if (authority != NULL) snprintf(trust, sizeof trust, ", \"ca_file\": \"%s\"", authority);
    snprintf(config, sizeof config, "{\"base_url\": \"%s\", \"token\": \"%s\", \"max_connections\": %d%s}",
             base_url, TOKEN, connections, trust);
    client = kcase_client_new(config, &error);
    if (client == NULL) fail("kcase_client_new", kcase_result_message(error));
    return client;
}

void must_be_canceled(const kcase_result *result)
{
    if (kcase_result_outcome(result) != KCASE_CANCELED) {
        fail(kcase_result_case_id(result), kcase_result_message(result));
    }
}
