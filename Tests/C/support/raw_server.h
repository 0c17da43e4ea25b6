/* A server without manners, on a thread of its own: it hands each request to the test as it came, and
 * answers with whatever bytes the test likes. Keeps what it saw. */
#ifndef KCASE_TEST_RAW_SERVER_H
#define KCASE_TEST_RAW_SERVER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct raw_server raw_server;
typedef struct raw_peer raw_peer;

typedef struct {
    int number;     /* of all requests, from 0 */
    int connection; /* which connection it came over, from 0 */
    char *text;     /* head and body, every byte */
} raw_request;

/* Answers one request, on the server's thread. */
typedef void (*raw_handler)(raw_peer *peer, const raw_request *request, void *context);

raw_server *raw_start(raw_handler handler, void *context);
/* Ends the thread, closes everything and frees what was seen. */
void raw_stop(raw_server *server);

int raw_port(const raw_server *server);
/* A port of the loopback address where nobody listens. */
int raw_port_of_nobody(void);

/* --- For handlers --- */

void raw_send(raw_peer *peer, const void *bytes, size_t count);
void raw_say(raw_peer *peer, const char *text);
/* A whole answer: the status line, other header lines (each with CR LF, or ""), and a JSON body. */
void raw_answer(raw_peer *peer, int status, const char *headers, const char *body);
/* Ends the connection: with FIN, or with RST. */
void raw_hang_up(raw_peer *peer);
void raw_reset(raw_peer *peer);
/* Stops listening: later connections are refused, those that are open stay. */
void raw_stop_listening(raw_peer *peer);

/* --- What was seen --- */

int raw_request_count(raw_server *server);
/* Requests whose text begins so. */
int raw_count(raw_server *server, const char *beginning);
int raw_connection_count(raw_server *server);
/* Connections that the client has closed. */
int raw_closed_count(raw_server *server);
/* The request's text; valid until raw_stop(). */
const char *raw_text(raw_server *server, int number);
int raw_connection_of(raw_server *server, int number);
/* Waits until so many requests have come, or connections were closed; false after 10 s. */
bool raw_wait_for_requests(raw_server *server, int count);
bool raw_wait_for_closed(raw_server *server, int count);

/* The body of a reading of a case, canceled or not. In memory from malloc. */
char *raw_case(const char *case_id, bool is_canceled);

#endif
