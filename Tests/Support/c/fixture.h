/* A sandbox and a client of it: made anew for each test, so that each begins with untouched cases. */
#ifndef KCASE_TEST_FIXTURE_H
#define KCASE_TEST_FIXTURE_H

#include <kcase.h>

#include "claim.h"
#include "cmocka_all.h"
#include "sandbox.h"

typedef struct {
    sandbox box;
    kcase_client *client;
} fixture;

/* The one that the running test has. */
extern fixture test;

/* A group's set-up and tear-down: one sandbox for all its tests. */
int suite_setup(void **state);
int suite_teardown(void **state);

/* A test's: the sandbox as at the start, and a client that shows a static token, sends a cancel at most
 * twice and waits a millisecond in between, and 20 ms between two readings. */
int test_setup(void **state);
int test_teardown(void **state);

#define statement(test) cmocka_unit_test_setup_teardown(test, test_setup, test_teardown)

/* Makes the client anew: with more members of the configuration, each with a comma before it; and with
 * other credentials. */
void use_client(const char *more);
void use_client_with(const char *credentials, const char *more);

#define STATIC_TOKEN "\"token\": \"" SANDBOX_TOKEN "\""
#define KEY_PAIR \
    "\"api_key\": \"" SANDBOX_API_KEY "\", \"client_access_token\": \"" SANDBOX_CLIENT_ACCESS_TOKEN "\""

/* A client of any address. */
kcase_client *client_of(const char *base_url, const char *credentials, const char *more);
kcase_client *client_on_port(int port, const char *more);

/* Cancels and fails unless the result claims just this and nothing but the truth: the ledger has seen
 * each cancel request that the result lists as sent and no other, and agrees with the claim. */
#define expect_cancel(case_id, ...) expect_cancel_with(NULL, case_id, __VA_ARGS__)
#define expect_cancel_with(options, case_id, ...) \
    cancel_and_check((options), (case_id), &(claim){__VA_ARGS__}, __FILE__, __LINE__)
void cancel_and_check(
    const char *options, const char *case_id, const claim *expected, const char *file, int line);

/* Holds a result against the ledger; for tests that call for themselves. `before` is the case's row
 * before the call. */
#define expect_truth(result, before) truth_check((result), (before), __FILE__, __LINE__)
void truth_check(const kcase_result *result, ledger_row before, const char *file, int line);

#endif
