#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "text.h"

fixture test;

int suite_setup(void **state)
{
    (void)state;
    test.box = sandbox_start(NULL);
    return 0;
}

int suite_teardown(void **state)
{
    (void)state;
    sandbox_stop(&test.box);
    return 0;
}

int test_setup(void **state)
{
    (void)state;
    sandbox_reset(&test.box);
    use_client("");
    return 0;
}

int test_teardown(void **state)
{
    (void)state;
    kcase_client_free(test.client);
    test.client = NULL;
    return 0;
}

kcase_client *client_of(const char *base_url, const char *credentials, const char *more)
{
    const char *settle = text_has(more, "settle_ms") ? "" : ", \"settle_ms\": 20";
    char *config = text_format(
        "{\"base_url\": \"%s\", %s%s%s, \"max_attempts\": 2, \"backoff_base_ms\": 1, \"backoff_max_ms\": 1}",
        base_url, credentials, more, settle);
    kcase_result *error = NULL;
    kcase_client *client = kcase_client_new(config, &error);
    free(config);
    if (client == NULL) fail_msg("no client: %s", kcase_result_message(error));
    return client;
}

kcase_client *client_on_port(int port, const char *more)
{
    char *base_url = text_format("http://127.0.0.1:%d", port);
    kcase_client *client = client_of(base_url, STATIC_TOKEN, more);
    free(base_url);
    return client;
}

void use_client_with(const char *credentials, const char *more)
{
    kcase_client_free(test.client);
    char *base_url = text_format("http://127.0.0.1:%d", test.box.port);
    test.client = client_of(base_url, credentials, more);
    free(base_url);
}

void use_client(const char *more) { use_client_with(STATIC_TOKEN, more); }

static void must(bool is_so, const kcase_result *result, const char *rule, const char *file, int line)
{
    if (is_so) return;
    fprintf(stderr, "the ledger disagrees: %s\nin %s\n", rule, kcase_result_json(result));
    _fail(file, line);
}

static bool is_read_back(const kcase_result *result)
{
    char *evidence = claim_member(result, "evidence");
    bool is_it = text_equal(evidence, "\"read_back\"");
    free(evidence);
    return is_it;
}

void truth_check(const kcase_result *result, ledger_row before, const char *file, int line)
{
    ledger_row after = sandbox_ledger(&test.box, kcase_result_case_id(result));
    must(after.cancel_requests - before.cancel_requests == claim_sent(result, "cancel"), result,
        "each cancel request that was sent is listed, and no other", file, line);
    must(after.reads - before.reads == claim_sent(result, "read"), result,
        "each reading that was sent is listed, and no other", file, line);
    switch (kcase_result_outcome(result)) {
    case KCASE_CANCELED:
        must(after.canceled, result, "canceled is canceled", file, line);
        break;
    case KCASE_ALREADY_CANCELED:
        must(after.canceled && after.cancels_applied == before.cancels_applied, result,
            "already_canceled was canceled before", file, line);
        break;
    case KCASE_REFUSED:
    case KCASE_FAILED:
        must(after.cancels_applied == before.cancels_applied, result,
            "no request of a call that was refused or failed canceled the case", file, line);
        must(after.cancels_at_work <= before.cancels_at_work, result,
            "no request of a call that was refused or failed is still at work", file, line);
        must(!after.canceled || !is_read_back(result), result,
            "what was read as not canceled is not canceled", file, line);
        break;
    case KCASE_NOT_SENT:
    case KCASE_INVALID:
        must(after.cancel_requests == before.cancel_requests, result, "nothing was sent", file, line);
        break;
    case KCASE_NOT_FOUND:
        must(!after.known, result, "not_found is no case", file, line);
        break;
    default:
        break; /* denied and unknown claim nothing of the case */
    }
}

void cancel_and_check(
    const char *options, const char *case_id, const claim *expected, const char *file, int line)
{
    ledger_row before = sandbox_ledger(&test.box, case_id);
    kcase_result *result = kcase_cancel(test.client, case_id, options);
    claim_check(result, expected, file, line);
    truth_check(result, before, file, line);
    kcase_result_free(result);
}
