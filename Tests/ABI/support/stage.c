#include "stage.h"

#include "cmocka_all.h"
#include "world.h"

kcase_batch *batch;
raw_server *server;

int stage_set(void **state)
{
    batch = NULL;
    server = NULL;
    return world_fresh(state);
}

int stage_clear(void **state)
{
    kcase_batch_free(batch);
    int failed = world_done(state);
    if (server != NULL) raw_stop(server);
    return failed;
}

void meet(raw_handler handler, void *context, const char *more)
{
    server = raw_start(handler, context);
    kcase_client_free(the.client);
    the.client = client_on_port(raw_port(server), more);
}

void accept_all(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
}
