/* A host that has functions of its own under the names that the library calls in libcurl and jansson: another
 * JSON library's json_object_get, a libcurl that is part of the program. They must not meet. The functions
 * are made when this is built, from the names in the library: impostors.c. */
#include <dlfcn.h>
#include <kcase.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "raw_server.h"
#include "text.h"

#define CASE_ID "00000000-0000-4000-8000-000000000001"

void impostor_called(const char *name);

static atomic_int calls;
static const char *called = "";

void impostor_called(const char *name)
{
    called = name;
    calls++;
}

static void expect_no_call(void)
{
    if (calls > 0) fail_msg("%d calls came to the host, the last to its %s", calls, called);
}

/* A case that is canceled by the second request. */
static void answer(raw_peer *peer, const raw_request *request, void *context)
{
    (void)context;
    if (strstr(request->text, "/auth/api") != NULL) {
        raw_answer(peer, 200, "", "{\"id\": \"i\", \"username\": \"u\", \"token\": \"minted.jwt.token\"}");
    } else if (strncmp(request->text, "GET /package", 12) == 0) {
        raw_answer(peer, 200, "", "[]");
    } else if (strncmp(request->text, "GET", 3) == 0) {
        char *body = raw_case(CASE_ID, true);
        raw_answer(peer, 200, "", body);
        free(body);
    } else if (request->number % 3 == 0) {
        raw_answer(peer, 503, "Retry-After: 0\r\n", "{\"message\": \"later\", \"statusCode\": 503}");
    } else {
        raw_answer(peer, 200, "", "{}");
    }
}

typedef struct {
    raw_server *server;
    kcase_client *client;
} host;

static host open_host(const char *credentials)
{
    host it = {.server = raw_start(answer, NULL)};
    char *config = text_format("{\"base_url\": \"http://localhost:%d\", %s, \"backoff_base_ms\": 1}",
        raw_port(it.server), credentials);
    kcase_result *error = NULL;
    it.client = kcase_client_new(config, &error);
    if (it.client == NULL) fail_msg("%s", kcase_result_message(error));
    free(config);
    return it;
}

static void close_host(host it)
{
    kcase_client_free(it.client);
    raw_stop(it.server);
    expect_no_call();
}

static void calls_do_not_meet_them(void **state)
{
    (void)state;
    host it = open_host("\"api_key\": \"5e0c6a7e-0000-4000-8000-00000000a911\","
                        " \"client_access_token\": \"5e0c6a7e-0000-4000-8000-0000000c11e7\"");
    for (int number = 0; number < 4; number++) {
        kcase_result *result = kcase_cancel(it.client, CASE_ID, "{\"confirm\": \"always\", \"tag\": \"t\"}");
        if (kcase_result_outcome(result) != KCASE_CANCELED) fail_msg("%s", kcase_result_json(result));
        assert_non_null(strstr(kcase_result_json(result), "\"tag\":\"t\""));
        kcase_result_free(result);
    }
    kcase_result *result = kcase_check(it.client);
    assert_int_equal(kcase_result_outcome(result), KCASE_OK);
    kcase_result_free(result);
    assert_non_null(strstr(kcase_build_info(), "\"curl\":\""));
    close_host(it);
}

static void a_batch_does_not_meet_them(void **state)
{
    (void)state;
    host it = open_host("\"token\": \"t\"");
    kcase_batch *batch = kcase_batch_new(it.client, "{\"max_in_flight\": 4}", NULL);
    assert_non_null(batch);
    for (int number = 0; number < 20; number++) {
        char id[16];
        snprintf(id, sizeof id, "case-%d", number);
        assert_int_equal(kcase_batch_add(batch, id, NULL), KCASE_BATCH_ADDED);
    }
    while (kcase_batch_pending(batch) > 0) {
        kcase_result *result = kcase_batch_next(batch, 5000);
        assert_int_equal(kcase_result_outcome(result), KCASE_CANCELED);
        kcase_result_free(result);
    }
    assert_non_null(strstr(kcase_batch_stats(batch), "\"added\":20"));
    kcase_batch_free(batch);
    close_host(it);
}

static void what_is_wrong_is_told_as_ever(void **state)
{
    (void)state;
    kcase_result *error = NULL;
    assert_null(kcase_client_new("{\"tokn\": 1}", &error));
    assert_non_null(strstr(kcase_result_message(error), "did you mean \"token\""));
    kcase_result_free(error);
    expect_no_call();
}

static void the_functions_are_found_as_the_host_has_them(void **state)
{
    (void)state;
    static const char *const names[] = {"json_object_iter", "json_loadb", "curl_easy_init", "curl_url_set"};
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        void *(*own)(void) = (void *(*)(void))dlsym(RTLD_DEFAULT, names[index]);
        assert_non_null(own);
        calls = 0;
        own();
        assert_int_equal(calls, 1);
    }
    calls = 0;
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        cmocka_unit_test(the_functions_are_found_as_the_host_has_them),
        cmocka_unit_test(calls_do_not_meet_them),
        cmocka_unit_test(a_batch_does_not_meet_them),
        cmocka_unit_test(what_is_wrong_is_told_as_ever),
    };
    return run_statements("host_names", statements, NULL, NULL);
}
