/* What a test of batches plays on: a batch, and perhaps a raw server. */
#ifndef KCASE_TEST_STAGE_H
#define KCASE_TEST_STAGE_H

#include <kcase.h>

#include "raw_server.h"

/* What the running test has; freed after it. */
extern kcase_batch *batch;
extern raw_server *server;

/* Before and after each test. */
int stage_set(void **state);
int stage_clear(void **state);

/* From now on, the client is one of a raw server; `more` are further members of its configuration. */
void meet(raw_handler handler, void *context, const char *more);

/* A handler that answers 200 to everything. */
void accept_all(raw_peer *peer, const raw_request *request, void *context);

#endif
