/* What a test of batches works with: a batch, and perhaps a raw server. */
#ifndef KCASE_TEST_BATCH_FIXTURE_H
#define KCASE_TEST_BATCH_FIXTURE_H

#include <kcase.h>

#include "raw_server.h"

/* What the running test has; freed after it. */
extern kcase_batch *batch;
extern raw_server *server;

/* A group's set-up: a sandbox with so many cases. */
enum { cases_max = 400 };
int batch_suite_setup(void **state);

/* Before and after each test. */
int batch_setup(void **state);
int batch_teardown(void **state);

#define in_a_batch(test) cmocka_unit_test_setup_teardown(test, batch_setup, batch_teardown)

/* How late something may come on a machine that has more to do. */
enum { late_ms_max = 1000 };

/* From now on, the client is one of a raw server; `more` are further members of its configuration. */
void use_raw_server(raw_handler handler, void *context, const char *more);

/* A handler that answers 200 to everything. */
void accept_all(raw_peer *peer, const raw_request *request, void *context);

/* Works on the batch until the raw server has got so many requests. */
void work_until_requests(int count);

/* Makes a batch of ten cases: two are with the sandbox, which never answers, and the rest wait. */
void make_unanswered_batch(void);

/* A thread's: cancels twenty of the cases, the 201st and on, by single calls; how many were canceled. */
void *cancel_twenty(void *unused);

#endif
