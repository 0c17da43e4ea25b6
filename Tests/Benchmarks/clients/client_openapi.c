/* The C client that openapi-generator makes from the contract. It opens a connection for each call. */
#include <stdlib.h>
#include <string.h>

#include "api/DefaultAPI.h"
#include "cost.h"
#include "client.h"

static apiClient_t *client;
static sslConfig_t *trusted;

static void open(const char *base_url, const char *authority)
{
    apiClient_setupGlobalEnv();
    if (authority != NULL) trusted = sslConfig_create(NULL, NULL, authority, 0);
    client = apiClient_create_with_base_path(base_url, trusted);
    client->accessToken = malloc(sizeof TOKEN);
    if (client->accessToken == NULL) fail("malloc", "no memory");
    memcpy(client->accessToken, TOKEN, sizeof TOKEN);
}

static void cancel(const char *case_id)
{
    char text[case_id_room]; /* the client takes text that it may change */
    strncpy(text, case_id, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    DefaultAPI_postCaseIdCaseIdCancel(client, text);
    if (client->response_code < 200 || client->response_code > 299) {
        fail_by_status(case_id, client->response_code);
    }
}

static void close(void)
{
    apiClient_free(client);
    if (trusted != NULL) sslConfig_free(trusted);
    apiClient_unsetupGlobalEnv();
}

const struct measured_client measured = {"openapi", open, cancel, close};
