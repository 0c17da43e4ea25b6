/* A bare socket, written to and read from, in the clear: what the kernel alone costs. It looks at the status
 * and believes everything else. */
#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cost.h"
#include "client.h"

enum { answer_bytes_max = 4096, timeout_seconds = 30 };

static int connection;
static int port;

static void open_socket(const char *base_url, const char *authority)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval timeout = {timeout_seconds, 0};
    int yes = 1;
    (void)authority;
    if (sscanf(base_url, "http://127.0.0.1:%d", &port) != 1) fail(base_url, "not in the clear on 127.0.0.1");
    address.sin_port = htons((unsigned short)port);
    connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0) {
        fail(base_url, "no connection");
    }
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

/* The server's answers have no body, so an empty line ends them. */
static long receive_status(const char *case_id)
{
    char answer[answer_bytes_max];
    size_t bytes = 0;
    for (;;) {
        ssize_t more = recv(connection, answer + bytes, sizeof answer - 1 - bytes, 0);
        if (more <= 0) fail(case_id, "no whole answer");
        bytes += (size_t)more;
        answer[bytes] = '\0';
        if (bytes >= 4 && memcmp(answer + bytes - 4, "\r\n\r\n", 4) == 0) break;
    }
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? strtol(answer + 9, NULL, 10) : 0;
}

static void cancel(const char *case_id)
{
    char request[512];
    long status;
    int length = snprintf(request, sizeof request,
                          "POST /case/id/%s/cancel HTTP/1.1\r\n"
                          "Host: 127.0.0.1:%d\r\n"
                          "User-Agent: kcase/1.2.0\r\n"
                          "Authorization: Bearer " TOKEN "\r\n"
                          "Accept: application/json\r\n"
                          "Content-Length: 0\r\n\r\n",
                          case_id, port);
    if (length < 0 || (size_t)length >= sizeof request) fail(case_id, "the request is too long");
    if (send(connection, request, (size_t)length, MSG_NOSIGNAL) != length) fail(case_id, "not sent");
    status = receive_status(case_id);
    if (status < 200 || status > 299) fail_by_status(case_id, status);
}

static void close_socket(void) { close(connection); }

const struct measured_client measured = {"socket", open_socket, cancel, close_socket};
