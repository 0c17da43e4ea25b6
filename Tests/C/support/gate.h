/* A gate in a raw server: requests are held before it, unanswered, until it is opened. */
#ifndef KCASE_TEST_GATE_H
#define KCASE_TEST_GATE_H

#include <pthread.h>

#include "raw_server.h"

enum { gate_held_max = 256 };

typedef struct {
    pthread_mutex_t lock;
    raw_peer *held[gate_held_max];
    int held_count;
    bool is_open;
} gate;

#define CLOSED_GATE {.lock = PTHREAD_MUTEX_INITIALIZER}

/* Answers a request with 200 once the gate, which is the context, is open. */
void gate_handler(raw_peer *peer, const raw_request *request, void *gate);

/* Answers all that are held, and from now on every request at once. */
void gate_open(gate *it);

#endif
