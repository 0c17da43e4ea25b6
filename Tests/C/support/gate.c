#include "gate.h"

#include <stdlib.h>

static void accept_one(raw_peer *peer) { raw_answer(peer, 200, "", "{}"); }

void gate_handler(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    gate *it = context;
    pthread_mutex_lock(&it->lock);
    if (it->is_open) {
        accept_one(peer);
    } else {
        if (it->held_count == gate_held_max) abort();
        it->held[it->held_count++] = peer;
    }
    pthread_mutex_unlock(&it->lock);
}

void gate_open(gate *it)
{
    pthread_mutex_lock(&it->lock);
    it->is_open = true;
    for (int index = 0; index < it->held_count; index++) accept_one(it->held[index]);
    it->held_count = 0;
    pthread_mutex_unlock(&it->lock);
}
