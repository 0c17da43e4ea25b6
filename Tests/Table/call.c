#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "text.h"

const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool is_operation(const json_t *row, const char *name)
{
    return text_equal(text_at(row, "operation"), name);
}

bool call_has_form(const json_t *row, call_form form)
{
    return form == BY_TEXT || is_operation(row, "cancel");
}

/* A member as JSON, in memory from malloc; NULL for null and where there is none. */
static char *json_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : json_dumps(value, JSON_COMPACT);
}

/* The row's configuration over the one that every row has. */
static char *configuration(const json_t *row)
{
    char *base_url = text_format("http://127.0.0.1:%d", test.box.port);
    json_t *config = json_pack("{s:s, s:s}", "base_url", base_url, "token", SANDBOX_TOKEN);
    json_object_update(config, json_object_get(row, "config"));
    char *text = json_dumps(config, JSON_COMPACT);
    json_decref(config);
    free(base_url);
    return text;
}

static char *case_id(const json_t *row)
{
    const json_t *value = json_object_get(row, "case");
    if (json_is_string(value)) return text_format("%s", json_string_value(value));
    return text_format(CASE("%02d"), (int)json_integer_value(value));
}

/* --- Cancels of a case ---------------------------------------------------------------------------- */

/* As a host does it whose texts are fields of a fixed length. */
static kcase_result *cancel_by_length(kcase_client *client, const char *id, const char *options)
{
    char *filled = text_format("%s   ", id);
    int32_t options_bytes = options == NULL ? 0 : (int32_t)strlen(options);
    kcase_result *result = kcase_cancel_n(client, filled, (int32_t)strlen(filled), options, options_bytes);
    free(filled);
    return result;
}

/* A claim about a fixture is compared with the ledger. */
static kcase_result *cancel(
    kcase_client *client, const json_t *row, const char *id, const char *options, call_form form)
{
    bool is_fixture = json_is_integer(json_object_get(row, "case"));
    ledger_row before = {0};
    if (is_fixture) before = sandbox_ledger(&test.box, id);
    kcase_result *result =
        form == BY_LENGTH ? cancel_by_length(client, id, options) : kcase_cancel(client, id, options);
    if (is_fixture && kcase_result_outcome(result) != KCASE_INVALID) expect_truth(result, before);
    return result;
}

/* --- Parts of a case ------------------------------------------------------------------------------ */

static bool claims_canceled(const char *outcome)
{
    return text_equal(outcome, "canceled") || text_equal(outcome, "already_canceled");
}

/* Each claim about a service is compared with the service. */
static void expect_services_truth(const kcase_result *result, const char *id)
{
    json_t *json = json_loads(kcase_result_json(result), 0, NULL);
    size_t index;
    const json_t *service;
    json_array_foreach(json_object_get(json, "services"), index, service)
    {
        const char *outcome = text_at(service, "outcome");
        if (text_equal(outcome, "unknown") || text_equal(outcome, "not_found")) continue;
        bool is_canceled = sandbox_service(&test.box, id, text_at(service, "id")).canceled;
        if (claims_canceled(outcome) == is_canceled) continue;
        fail_msg("%s is %s", text_at(service, "id"), is_canceled ? "canceled" : "not canceled");
    }
    json_decref(json);
}

static kcase_result *cancel_services(
    kcase_client *client, const json_t *row, const char *id, const char *options)
{
    char *services = json_at(row, "services");
    kcase_result *result = kcase_cancel_services(client, id, services, options);
    free(services);
    expect_services_truth(result, id);
    return result;
}

static kcase_result *cancel_search(
    kcase_client *client, const json_t *row, const char *id, const char *options)
{
    const json_t *search = json_object_get(row, "search");
    char *data_id = text_format("%s.%s", id, json_string_value(json_array_get(search, 0)));
    kcase_result *result =
        kcase_cancel_search(client, data_id, json_string_value(json_array_get(search, 1)), options);
    free(data_id);
    return result;
}

/* --- Lists and webhooks --------------------------------------------------------------------------- */

static kcase_result *find(kcase_client *client, const json_t *row, const char *options)
{
    char *filter = json_at(row, "filter");
    kcase_result *result = is_operation(row, "list") ? kcase_list(client, filter)
                                                     : kcase_cancel_found(client, filter, options);
    free(filter);
    return result;
}

static kcase_result *parse_webhook(const json_t *row)
{
    const json_t *message = json_object_get(row, "message");
    const char *body = text_at(message, "body");
    char *headers = json_at(message, "headers");
    char *secrets = json_at(message, "secrets");
    char *options = json_at(row, "options");
    kcase_result *result = kcase_webhook_parse(body, (int32_t)strlen(body), headers, secrets, options);
    free(headers);
    free(secrets);
    free(options);
    return result;
}

/* --- Any of them ---------------------------------------------------------------------------------- */

static kcase_result *call_with(kcase_client *client, const json_t *row, call_form form)
{
    if (is_operation(row, "check")) return kcase_check(client);
    char *id = case_id(row);
    char *options = json_at(row, "options");
    kcase_result *result = NULL;
    if (is_operation(row, "cancel")) {
        result = cancel(client, row, id, options, form);
    } else if (is_operation(row, "status")) {
        result = kcase_status(client, id, options);
    } else if (is_operation(row, "await")) {
        result = kcase_await(client, id, options);
    } else if (is_operation(row, "cancel_services")) {
        result = cancel_services(client, row, id, options);
    } else if (is_operation(row, "cancel_search")) {
        result = cancel_search(client, row, id, options);
    } else if (is_operation(row, "list") || is_operation(row, "cancel_found")) {
        result = find(client, row, options);
    } else {
        fail_msg("no such operation: %s", text_at(row, "operation"));
    }
    free(options);
    free(id);
    return result;
}

kcase_result *call(const json_t *row, call_form form)
{
    if (is_operation(row, "webhook_parse")) return parse_webhook(row);
    char *config = configuration(row);
    kcase_result *result = NULL;
    kcase_client *client = kcase_client_new(config, &result);
    free(config);
    if (client != NULL) result = call_with(client, row, form);
    kcase_client_free(client);
    return result;
}
