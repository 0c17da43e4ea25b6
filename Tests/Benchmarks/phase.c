#include "phase.h"

#include <stdio.h>
#include <string.h>

#include "silent_server.h"
#include "slow_lookup.h"

#define HALF_AN_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"half\":"
#define BUSY "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 20\r\nContent-Length: 2\r\n\r\n{}"

static void lead(char *members, size_t room, const char *scheme, int port, const char *more)
{
    snprintf(members, room, "\"base_url\": \"%s://127.0.0.1:%d\"%s", scheme, port, more);
}

static void open_lookup(char *members, size_t room)
{
    snprintf(members, room, "\"base_url\": \"https://nowhere.test\"");
}

static void open_connect(char *members, size_t room)
{
    lead(members, room, "http", port_that_does_not_answer(), "");
}

static void open_handshake(char *members, size_t room)
{
    lead(members, room, "https", silent_server(NULL), "");
}

static void open_answer(char *members, size_t room)
{
    lead(members, room, "http", silent_server(NULL), "");
}

static void open_receive(char *members, size_t room)
{
    lead(members, room, "http", silent_server(HALF_AN_ANSWER), "");
}

/* Long waits for a call that has the time; a call that has less is given short ones. */
static void open_back_off(char *members, size_t room)
{
    lead(members, room, "http", port_that_refuses(), ", \"max_attempts\": 20");
}

static void open_retry_after(char *members, size_t room)
{
    lead(members, room, "http", silent_server(BUSY), "");
}

static void open_queue(char *members, size_t room)
{
    lead(members, room, "http", silent_server(NULL), "");
}

static const phase phases[] = {
    {"lookup", KCASE_NOT_SENT, BY_A_NEW_CLIENT, open_lookup, slow_lookups_begun},
    {"connect", KCASE_NOT_SENT, BY_A_NEW_CLIENT, open_connect, NULL},
    /* The first one of a connection's place reads the certificates of the authorities. */
    {"first handshake", KCASE_NOT_SENT, BY_A_LONELY_CLIENT, open_handshake, silent_server_heard},
    {"handshake", KCASE_NOT_SENT, BY_A_USED_CLIENT, open_handshake, silent_server_heard},
    {"answer", KCASE_UNKNOWN, BY_A_NEW_CLIENT, open_answer, silent_server_heard},
    {"receive", KCASE_UNKNOWN, BY_A_NEW_CLIENT, open_receive, silent_server_heard},
    {"back-off", KCASE_NOT_SENT, BY_A_NEW_CLIENT, open_back_off, NULL},
    {"retry-after", KCASE_UNKNOWN, BY_A_NEW_CLIENT, open_retry_after, silent_server_heard},
    {"queue", KCASE_NOT_SENT, BY_A_QUEUE, open_queue, NULL},
    {"same case", KCASE_NOT_SENT, BY_THE_SAME_CASE, open_queue, NULL},
};

enum { phase_count = sizeof phases / sizeof phases[0] };

const phase *phase_named(const char *name)
{
    for (int index = 0; index < phase_count; index++) {
        if (strcmp(phases[index].name, name) == 0) return &phases[index];
    }
    return NULL;
}

void print_phases(void)
{
    for (int index = 0; index < phase_count; index++) printf("%s\n", phases[index].name);
}
