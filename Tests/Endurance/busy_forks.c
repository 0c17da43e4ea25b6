/*
 * Forks at any moment while two other threads are in the middle of calls. The child cancels with the client
 * that the parent has, and frees it. In turn it cancels a case of its own and those that the threads may just
 * then be canceling: in the child nobody else is, so it must not wait.
 *
 *     busy_forks kept|fresh ROUNDS BASE_URL [CA_FILE]
 *
 *   kept    the threads cancel with that very client, a case each, over connections that are kept
 *   fresh   they make a client for each cancel, and a connection
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "process.h"

/* Long enough that a fork meets every part of a call. */
enum { pause_us_max = 3000 };

static const char *base_url;
static const char *ca_file;
static kcase_client *client;
static atomic_bool is_over;
static atomic_long calls;

/* The cases of the threads: one client cancels a case once at a time. */
static char *const thread_cases[] = {"case-of-a-thread", "case-of-the-other"};

static void *keep_canceling(void *case_id)
{
    while (!atomic_load(&is_over)) {
        must_cancel(client, case_id);
        atomic_fetch_add(&calls, 1);
    }
    return NULL;
}

static void *keep_making_clients(void *case_id)
{
    while (!atomic_load(&is_over)) {
        kcase_client *own = make_client(base_url, ca_file);
        must_cancel(own, case_id);
        kcase_client_free(own);
        atomic_fetch_add(&calls, 1);
    }
    return NULL;
}

static const char *case_of_child(long round) { return round % 3 == 2 ? "child" : thread_cases[round % 3]; }

int main(int argc, char **argv)
{
    pthread_t threads[2];
    if (argc != 4 && argc != 5) give_up("usage", "busy_forks kept|fresh ROUNDS BASE_URL [CA_FILE]");
    void *(*work)(void *) = strcmp(argv[1], "fresh") == 0 ? keep_making_clients : keep_canceling;
    long rounds = parse_count(argv[2], 1);
    base_url = argv[3];
    ca_file = argc == 5 ? argv[4] : NULL;
    client = make_client(base_url, ca_file);
    must_cancel(client, "first");
    for (int index = 0; index < 2; index++) {
        if (pthread_create(&threads[index], NULL, work, thread_cases[index]) != 0) {
            give_up("busy_forks", "no thread");
        }
    }
    for (long round = 0; round < rounds; round++) {
        usleep((useconds_t)(rand() % pause_us_max));
        cancel_in_child(client, case_of_child(round));
    }
    atomic_store(&is_over, true);
    for (int index = 0; index < 2; index++) pthread_join(threads[index], NULL);
    kcase_client_free(client);
    printf("{\"forks\": %ld, \"calls\": %ld}\n", rounds, atomic_load(&calls));
    return 0;
}
