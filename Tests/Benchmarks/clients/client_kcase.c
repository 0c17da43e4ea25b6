/* kcase_cancel: the outcome is looked at and the result freed. With READ_JSON, the result's JSON is read;
 * with READ_TEXT, its reason, evidence and tag. */
#include <string.h>

#include "open_kcase.h"
#include "client.h"

enum { connections = 8 }; /* the library's default */

static kcase_client *client;

static void open(const char *base_url, const char *authority)
{
    client = open_kcase_client(base_url, authority, connections);
}

static void cancel(const char *case_id)
{
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    must_be_canceled(result);
#ifdef READ_JSON
    static volatile size_t json_bytes;
    json_bytes += strlen(kcase_result_json(result));
#endif
#ifdef READ_TEXT
    static volatile size_t text_bytes;
    text_bytes += strlen(kcase_result_text(result, "reason"));
    text_bytes += strlen(kcase_result_text(result, "evidence"));
    text_bytes += strlen(kcase_result_text(result, "tag"));
#endif
    kcase_result_free(result);
}

static void close(void) { kcase_client_free(client); }

#if defined(READ_JSON)
const struct measured_client measured = {"kcase_json", open, cancel, close};
#elif defined(READ_TEXT)
const struct measured_client measured = {"kcase_text", open, cancel, close};
#else
const struct measured_client measured = {"kcase", open, cancel, close};
#endif
