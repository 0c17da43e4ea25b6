#include "silent_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_long heard;
static int listener;
static const char *said;

static void need(int is_done, const char *what)
{
    if (is_done) return;
    perror(what);
    exit(2);
}

/* A socket on a free port. */
static int bound_socket(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    need(made >= 0 && bind(made, (struct sockaddr *)address, sizeof *address) == 0, "bind");
    need(getsockname(made, (struct sockaddr *)address, &size) == 0, "getsockname");
    return made;
}

static void watch(int epoll, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    need(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
}

static void hear(int connection)
{
    char piece[16384];
    ssize_t count = recv(connection, piece, sizeof piece, 0);
    if (count <= 0) {
        close(connection);
        return;
    }
    if (said != NULL) send(connection, said, strlen(said), MSG_NOSIGNAL);
    atomic_fetch_add(&heard, 1);
}

static void *serve(void *unused)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    (void)unused;
    need(epoll >= 0, "epoll_create1");
    watch(epoll, listener);
    for (;;) {
        struct epoll_event event;
        if (epoll_wait(epoll, &event, 1, -1) != 1) return NULL;
        if (event.data.fd == listener) {
            int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            if (connection >= 0) watch(epoll, connection);
        } else {
            hear(event.data.fd);
        }
    }
}

int silent_server(const char *reply)
{
    struct sockaddr_in address;
    pthread_t thread;
    said = reply;
    listener = bound_socket(&address);
    need(listen(listener, 128) == 0, "listen");
    need(pthread_create(&thread, NULL, serve, NULL) == 0, "pthread_create");
    return ntohs(address.sin_port);
}

long silent_server_heard(void) { return atomic_load(&heard); }

int port_that_does_not_answer(void)
{
    struct sockaddr_in address;
    need(listen(bound_socket(&address), 0) == 0, "listen");
    /* Nobody accepts: the first ones fill the queue, and the system ignores all that come later. */
    for (int number = 0; number < 4; number++) {
        int filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        need(filler >= 0, "socket");
        connect(filler, (struct sockaddr *)&address, sizeof address);
    }
    usleep(20000);
    return ntohs(address.sin_port);
}

int port_that_refuses(void)
{
    struct sockaddr_in address;
    bound_socket(&address); /* bound, so that nobody else gets it; not listening */
    return ntohs(address.sin_port);
}
