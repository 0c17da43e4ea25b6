/*
 * Cancels cases side by side by libcurl's multi interface and an epoll of the program's own, which costs
 * least where connections are many.
 *
 *     batch_multi_socket BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]
 *
 * Prints one JSON object. A cancel that is not answered with success ends the program.
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "cost.h"
#include "transfers.h"

enum { cancels_max = 10000000, side_by_side_max = 1024, wait_ms_max = 1000, events_max = 64 };

static int epoll;
static double timer_due_us; /* negative: none */

/* libcurl says which sockets it waits for. A socket that is watched already carries a mark. */
static int watch(CURL *easy, curl_socket_t socket, int what, void *multi, void *is_watched)
{
    struct epoll_event event = {0};
    (void)easy;
    event.data.fd = socket;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, socket, NULL); /* it may be closed already */
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (epoll_ctl(epoll, is_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) != 0) return -1;
    if (!is_watched) curl_multi_assign(multi, socket, &epoll);
    return 0;
}

static int set_timer(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi;
    (void)context;
    timer_due_us = timeout_ms < 0 ? -1 : wall_us() + (double)timeout_ms * 1e3;
    return 0;
}

static int wait_ms(void)
{
    double left_ms;
    if (timer_due_us < 0) return wait_ms_max;
    left_ms = (timer_due_us - wall_us()) / 1e3;
    if (left_ms <= 0) return 0;
    return left_ms < wait_ms_max ? (int)left_ms + 1 : wait_ms_max;
}

static int what_happened(unsigned events)
{
    return (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
           (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
}

static void act_on_timer(CURLM *multi)
{
    int running;
    if (timer_due_us < 0 || wall_us() < timer_due_us) return;
    timer_due_us = -1;
    must_multi(curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running));
}

static void run(CURLM *multi)
{
    struct epoll_event events[events_max];
    int running;
    transfers_start();
    while (transfers_left() > 0) {
        int index;
        int count = epoll_wait(epoll, events, events_max, wait_ms());
        if (count < 0 && errno != EINTR) fail("epoll_wait", "failed");
        for (index = 0; index < count; index++) {
            must_multi(curl_multi_socket_action(multi, events[index].data.fd,
                                                what_happened(events[index].events), &running));
        }
        act_on_timer(multi);
        transfers_turn_over();
    }
}

static CURLM *open_multi(const char *base_url, const char *authority, long count, long side_by_side)
{
    CURLM *multi = transfers_open(base_url, authority, count, side_by_side);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1", "failed");
    must_multi(curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch));
    must_multi(curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, multi));
    must_multi(curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer));
    return multi;
}

int main(int argc, char **argv)
{
    long count = argc >= 4 ? parse_count(argv[2], cancels_max) : 0;
    long side_by_side = argc >= 4 ? parse_count(argv[3], side_by_side_max) : 0;
    struct cost before;
    CURLM *multi;
    if (count == 0 || side_by_side == 0 || argc > 5) {
        fprintf(stderr, "usage: batch_multi_socket BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]\n");
        return 2;
    }
    before = spent();
    multi = open_multi(argv[1], argc == 5 ? argv[4] : NULL, count, side_by_side);
    run(multi);
    printf("{");
    print_cost_of_each("multi_socket", difference(spent(), before), count, count);
    printf("}\n");
    transfers_close();
    close(epoll);
    return 0;
}
