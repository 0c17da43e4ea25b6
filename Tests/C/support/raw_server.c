#include "raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "text.h"

enum { connections_max = 256, requests_max = 4096 };
static const int64_t wait_ms_max = 10000;

struct raw_peer {
    raw_server *server;
    int descriptor; /* -1: ended */
    int number;
    text_buffer received;
};

struct raw_server {
    raw_handler handler;
    void *context;
    int listener;
    int port;
    int stop;
    pthread_t thread;
    raw_peer peers[connections_max]; /* the thread's alone */
    pthread_mutex_t lock;
    int connection_count;
    int closed_count;
    int request_count;
    raw_request requests[requests_max];
};

static void need(bool is_so)
{
    if (!is_so) abort();
}

static int listen_somewhere(int *port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    need(listener >= 0 && bind(listener, (struct sockaddr *)&address, length) == 0);
    need(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    return listener;
}

int raw_port_of_nobody(void)
{
    int port;
    close(listen_somewhere(&port));
    return port;
}

/* --- The thread ----------------------------------------------------------------------------------- */

static void welcome(raw_server *server)
{
    int descriptor = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    pthread_mutex_lock(&server->lock);
    int number = server->connection_count++;
    pthread_mutex_unlock(&server->lock);
    need(number < connections_max);
    server->peers[number] = (raw_peer){.server = server, .descriptor = descriptor, .number = number};
}

/* How many bytes the first request has; 0 if it is not whole yet. */
static size_t whole_request(const text_buffer *received)
{
    const char *end = received->bytes == NULL ? NULL : strstr(received->bytes, "\r\n\r\n");
    if (end == NULL) return 0;
    size_t head = (size_t)(end - received->bytes) + 4;
    const char *length = strcasestr(received->bytes, "\r\ncontent-length:");
    size_t body = length == NULL || length > end ? 0 : strtoul(length + 17, NULL, 10);
    return received->count >= head + body ? head + body : 0;
}

static void keep(raw_server *server, raw_peer *peer, char *text, raw_request *request)
{
    pthread_mutex_lock(&server->lock);
    need(server->request_count < requests_max);
    *request = (raw_request){.number = server->request_count, .connection = peer->number, .text = text};
    server->requests[server->request_count++] = *request;
    pthread_mutex_unlock(&server->lock);
}

static void serve(raw_server *server, raw_peer *peer)
{
    size_t count;
    while (peer->descriptor >= 0 && (count = whole_request(&peer->received)) > 0) {
        char *text = strndup(peer->received.bytes, count);
        need(text != NULL);
        peer->received.count -= count;
        memmove(peer->received.bytes, peer->received.bytes + count, peer->received.count + 1);
        raw_request request;
        keep(server, peer, text, &request);
        server->handler(peer, &request, server->context);
    }
}

static void end_connection(raw_peer *peer)
{
    if (peer->descriptor >= 0) close(peer->descriptor);
    peer->descriptor = -1;
    text_free(&peer->received);
}

static void receive(raw_server *server, raw_peer *peer)
{
    char piece[65536];
    ssize_t got = recv(peer->descriptor, piece, sizeof piece, 0);
    if (got > 0) {
        text_append(&peer->received, piece, (size_t)got);
        serve(server, peer);
        return;
    }
    end_connection(peer);
    pthread_mutex_lock(&server->lock);
    server->closed_count++;
    pthread_mutex_unlock(&server->lock);
}

static void *run(void *argument)
{
    raw_server *server = argument;
    while (true) {
        struct pollfd waiting[connections_max + 2] = {
            {.fd = server->stop, .events = POLLIN}, {.fd = server->listener, .events = POLLIN}};
        int count = server->connection_count;
        for (int index = 0; index < count; index++) {
            waiting[index + 2] = (struct pollfd){.fd = server->peers[index].descriptor, .events = POLLIN};
        }
        if (poll(waiting, (nfds_t)count + 2, -1) <= 0) continue;
        if (waiting[0].revents != 0) return NULL;
        if (waiting[1].revents != 0) welcome(server);
        for (int index = 0; index < count; index++) {
            if (waiting[index + 2].revents != 0) receive(server, &server->peers[index]);
        }
    }
}

raw_server *raw_start(raw_handler handler, void *context)
{
    raw_server *server = calloc(1, sizeof *server);
    need(server != NULL);
    server->handler = handler;
    server->context = context;
    server->listener = listen_somewhere(&server->port);
    need(listen(server->listener, 64) == 0);
    server->stop = eventfd(0, EFD_CLOEXEC);
    pthread_mutex_init(&server->lock, NULL);
    need(pthread_create(&server->thread, NULL, run, server) == 0);
    return server;
}

void raw_stop(raw_server *server)
{
    uint64_t one = 1;
    need(write(server->stop, &one, sizeof one) == sizeof one);
    pthread_join(server->thread, NULL);
    for (int index = 0; index < server->connection_count; index++) end_connection(&server->peers[index]);
    for (int index = 0; index < server->request_count; index++) free(server->requests[index].text);
    if (server->listener >= 0) close(server->listener);
    close(server->stop);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int raw_port(const raw_server *server) { return server->port; }

/* --- For handlers --------------------------------------------------------------------------------- */

void raw_send(raw_peer *peer, const void *bytes, size_t count)
{
    const char *rest = bytes;
    while (count > 0 && peer->descriptor >= 0) {
        ssize_t sent = send(peer->descriptor, rest, count, MSG_NOSIGNAL);
        if (sent <= 0) return; /* the client has gone */
        rest += sent;
        count -= (size_t)sent;
    }
}

void raw_say(raw_peer *peer, const char *text) { raw_send(peer, text, strlen(text)); }

void raw_answer(raw_peer *peer, int status, const char *headers, const char *body)
{
    char *text = text_format("HTTP/1.1 %d Whatever\r\nContent-Type: application/json\r\n"
                             "%sContent-Length: %zu\r\n\r\n%s",
        status, headers, strlen(body), body);
    raw_say(peer, text);
    free(text);
}

void raw_hang_up(raw_peer *peer) { end_connection(peer); }

void raw_reset(raw_peer *peer)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(peer->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    end_connection(peer);
}

void raw_stop_listening(raw_peer *peer)
{
    close(peer->server->listener);
    peer->server->listener = -1;
}

/* --- What was seen -------------------------------------------------------------------------------- */

static int locked(raw_server *server, const int *number)
{
    pthread_mutex_lock(&server->lock);
    int value = *number;
    pthread_mutex_unlock(&server->lock);
    return value;
}

int raw_request_count(raw_server *server) { return locked(server, &server->request_count); }
int raw_connection_count(raw_server *server) { return locked(server, &server->connection_count); }
int raw_closed_count(raw_server *server) { return locked(server, &server->closed_count); }

int raw_count(raw_server *server, const char *beginning)
{
    int count = 0;
    int all = raw_request_count(server);
    for (int index = 0; index < all; index++) {
        if (strncmp(server->requests[index].text, beginning, strlen(beginning)) == 0) count++;
    }
    return count;
}

const char *raw_text(raw_server *server, int number)
{
    return number < raw_request_count(server) ? server->requests[number].text : "";
}

int raw_connection_of(raw_server *server, int number)
{
    return number < raw_request_count(server) ? server->requests[number].connection : -1;
}

static bool wait_for(raw_server *server, const int *number, int count)
{
    int64_t until = clock_ms() + wait_ms_max;
    while (locked(server, number) < count) {
        if (clock_ms() > until) return false;
        sleep_ms(1);
    }
    return true;
}

bool raw_wait_for_requests(raw_server *server, int count)
{
    return wait_for(server, &server->request_count, count);
}

bool raw_wait_for_closed(raw_server *server, int count)
{
    return wait_for(server, &server->closed_count, count);
}

char *raw_case(const char *case_id, bool is_canceled)
{
    return text_format("{\"cases\": [{\"id\": \"%s\", \"caseStatus\": \"Pending\", "
                       "\"secondaryCaseStatusId\": \"%s\", \"secondaryStatus\": \"%s\"}]}",
        case_id,
        is_canceled ? "4155584b-708c-4108-86a8-8f3321b9b17c" : "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea",
        is_canceled ? "Canceled" : "Waiting for Authorization");
}
