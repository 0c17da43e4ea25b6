#include "batch_fixture.h"

#include <stdlib.h>

#include "batches.h"
#include "cmocka_all.h"
#include "fixture.h"
#include "text.h"

kcase_batch *batch;
raw_server *server;

int batch_suite_setup(void **state)
{
    (void)state;
    char *count = text_format("%d", cases_max);
    test.box = sandbox_start((const char *const[]){"--cases", count, NULL});
    free(count);
    return 0;
}

int batch_setup(void **state)
{
    batch = NULL;
    server = NULL;
    return test_setup(state);
}

int batch_teardown(void **state)
{
    kcase_batch_free(batch);
    int failed = test_teardown(state);
    if (server != NULL) raw_stop(server);
    return failed;
}

void use_raw_server(raw_handler handler, void *context, const char *more)
{
    server = raw_start(handler, context);
    kcase_client_free(test.client);
    test.client = client_on_port(raw_port(server), more);
}

void accept_all(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
}

void work_until_requests(int count)
{
    int64_t until = clock_ms() + 4000;
    while (raw_request_count(server) < count) {
        assert_true(clock_ms() < until);
        assert_null(kcase_batch_next(batch, 5));
    }
}

void make_unanswered_batch(void)
{
    use_client(", \"max_connections\": 2");
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 10);
}

void *cancel_twenty(void *unused)
{
    (void)unused;
    long canceled = 0;
    for (int number = 1; number <= 20; number++) {
        char *id = sandbox_case(200 + number);
        kcase_result *result = kcase_cancel(test.client, id, NULL);
        canceled += kcase_result_outcome(result) == KCASE_CANCELED;
        kcase_result_free(result);
        free(id);
    }
    return (void *)canceled;
}
