/* kcase_batch_fd: a batch in a loop of the host's own. The descriptor is readable when there is something to
 * do, and then only: no wake-up is lost, and none is for nothing. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "gate.h"
#include "interrupts.h"
#include "raw_server.h"
#include "text.h"

/* A loop that gets no result for so long hangs. */
static const int64_t loop_ms_max = 20000;

/* How long after a request its connection's own timers may still run (libcurl's, 200 ms). */
static const int64_t quiet_ms = 400;

/* --- Waiting ------------------------------------------------------------------------------------- */

/* Whether the descriptor is readable within so many milliseconds. */
typedef bool (*waiter)(int descriptor, int64_t timeout_ms);

static bool wait_by_poll(int descriptor, int64_t timeout_ms)
{
    struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
    int count = poll(&waiting, 1, (int)timeout_ms);
    assert_true(count >= 0 || errno == EINTR);
    if (count > 0) assert_int_equal(waiting.revents, POLLIN);
    return count > 0;
}

static bool wait_by_select(int descriptor, int64_t timeout_ms)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(descriptor, &readable);
    struct timeval time = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    int count = select(descriptor + 1, &readable, NULL, NULL, &time);
    assert_true(count >= 0 || errno == EINTR);
    return count > 0;
}

/* Made for the one descriptor, and kept over many waits, as loops do. */
static int epoll_of_all = -1;

static bool wait_by_epoll(int descriptor, int64_t timeout_ms)
{
    if (epoll_of_all < 0) {
        epoll_of_all = epoll_create1(EPOLL_CLOEXEC);
        struct epoll_event interest = {.events = EPOLLIN, .data.fd = descriptor};
        assert_return_code(epoll_ctl(epoll_of_all, EPOLL_CTL_ADD, descriptor, &interest), errno);
    }
    struct epoll_event found;
    int count = epoll_wait(epoll_of_all, &found, 1, (int)timeout_ms);
    assert_true(count >= 0 || errno == EINTR);
    if (count > 0) assert_int_equal(found.events, EPOLLIN);
    return count > 0;
}

static const waiter waiters[] = {wait_by_poll, wait_by_select, wait_by_epoll};
enum { waiters_count = sizeof waiters / sizeof waiters[0] };

static bool is_readable(void) { return wait_by_poll(kcase_batch_fd(batch), 0); }

/* --- The loop ------------------------------------------------------------------------------------- */

typedef struct {
    long fetched;
    long outcomes[64];
    long wake_ups;
} loop_count;

/* Calls next(0) until there is nothing left. */
static void fetch_all_there_is(loop_count *so_far)
{
    kcase_result *result;
    while ((result = kcase_batch_next(batch, 0)) != NULL) {
        expect_well_formed(result);
        so_far->fetched++;
        so_far->outcomes[kcase_result_outcome(result)]++;
        kcase_result_free(result);
    }
}

/* Runs a loop until nothing is pending, with nothing but the descriptor to wake it. */
static loop_count run_loop(waiter wait)
{
    loop_count so_far = {.fetched = 0};
    int descriptor = kcase_batch_fd(batch);
    assert_true(descriptor >= 0);
    int64_t until = clock_ms() + loop_ms_max;
    while (kcase_batch_pending(batch) > 0) {
        int64_t left = until - clock_ms();
        if (left <= 0 || !wait(descriptor, left)) {
            if (left > 0 && errno == EINTR) continue;
            fail_msg("nothing wakes the loop: %s", kcase_batch_stats(batch));
        }
        so_far.wake_ups++;
        fetch_all_there_is(&so_far);
    }
    assert_int_equal(kcase_batch_fd(batch), descriptor);
    return so_far;
}

/* Does what there is to do, as a loop would, until the time is over; how often it was woken. */
static long turn_for(int64_t time_ms)
{
    loop_count so_far = {.wake_ups = 0};
    int64_t until = clock_ms() + time_ms, left;
    while ((left = until - clock_ms()) > 0) {
        if (!wait_by_poll(kcase_batch_fd(batch), left)) continue;
        so_far.wake_ups++;
        fetch_all_there_is(&so_far);
    }
    return so_far.wake_ups;
}

/* Looks again and again over so much time, without doing anything, and fails once it is readable. */
static void expect_quiet_for(int64_t time_ms)
{
    int64_t until = clock_ms() + time_ms;
    for (int look = 0; clock_ms() < until; look++) {
        if (is_readable()) fail_msg("readable at look %d: %s", look, kcase_batch_stats(batch));
        sleep_ms(2);
    }
}

static int64_t cpu_ms(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* --- The descriptor ------------------------------------------------------------------------------- */

static void it_stays_the_same_for_the_batchs_life(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    int descriptor = kcase_batch_fd(batch);
    assert_true(descriptor >= 0);
    batch_add_cases(batch, 1, 20);
    assert_int_equal(kcase_batch_fd(batch), descriptor);
    assert_int_equal(batch_fetch_all(batch, KCASE_CANCELED), 20);
    assert_int_equal(kcase_batch_fd(batch), descriptor);
    kcase_batch_interrupt(batch);
    kcase_result_free(kcase_batch_next(batch, 0));
    assert_int_equal(kcase_batch_fd(batch), descriptor);
}

static void it_is_closed_on_exec_and_with_the_batch(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    int descriptor = kcase_batch_fd(batch);
    assert_true(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    kcase_batch *other = batch_of(test.client, NULL);
    assert_int_not_equal(kcase_batch_fd(other), descriptor);
    kcase_batch_free(other);
    kcase_batch_free(batch);
    batch = NULL;
    assert_int_equal(fcntl(descriptor, F_GETFD), -1);
}

static void batches_leave_no_descriptors_behind(void **state)
{
    (void)state;
    int before = count_descriptors();
    for (int round = 0; round < 20; round++) {
        batch = batch_of(test.client, NULL);
        batch_add_cases(batch, 1 + 10 * round, 10);
        assert_int_equal(run_loop(wait_by_poll).fetched, 10);
        kcase_batch_free(batch);
        batch = NULL;
        assert_int_equal(count_descriptors(), before);
    }
}

static void for_want_of_a_descriptor_it_is_none_for_now(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 1);
    int count = use_up_descriptors();
    int none = kcase_batch_fd(batch);
    give_back_descriptors(count);
    assert_int_equal(none, -1);
    assert_true(kcase_batch_fd(batch) >= 0);
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 1);
}

static void once_it_is_there_it_works_without_any_other(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    assert_true(kcase_batch_fd(batch) >= 0);
    assert_null(kcase_batch_next(batch, 0));
    int count = use_up_descriptors();
    batch_add(batch, "", NULL);
    bool is_heard = is_readable();
    give_back_descriptors(count);
    assert_true(is_heard);
}

/* --- When there is something to do ----------------------------------------------------------------- */

static void an_empty_batch_is_quiet(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(100);
    kcase_batch_interrupt(batch);
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(100);
}

static void a_case_that_is_added_wakes(void **state)
{
    (void)state;
    for (int index = 0; index < waiters_count; index++) {
        static const char *const ids[] = {CASE_CANCELABLE, ""};
        for (int right = 0; right < 2; right++) {
            batch = batch_of(test.client, NULL);
            int descriptor = kcase_batch_fd(batch);
            assert_null(kcase_batch_next(batch, 0));
            assert_false(waiters[index](descriptor, 0));
            batch_add(batch, ids[right], NULL);
            assert_true(waiters[index](descriptor, 0));
            assert_int_equal(run_loop(waiters[index]).fetched, 1);
            if (epoll_of_all >= 0) close(epoll_of_all);
            epoll_of_all = -1;
            kcase_batch_free(batch);
            batch = NULL;
        }
    }
}

static void a_case_that_was_added_before_it_was_asked_for_wakes(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 1);
    assert_true(is_readable());
    assert_int_equal(run_loop(wait_by_poll).fetched, 1);
}

static void a_result_that_is_left_keeps_it_readable(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    for (int number = 0; number < 3; number++) batch_add(batch, "", NULL);
    for (int number = 0; number < 3; number++) {
        for (int look = 0; look < 10; look++) assert_true(is_readable());
        kcase_result_free(kcase_batch_next(batch, 0));
    }
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(50);
}

static void while_an_answer_is_awaited_it_is_quiet(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(gate_handler, &held, "");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 20);
    assert_in_range(turn_for(quiet_ms), 1, 60);
    assert_true(raw_wait_for_requests(server, 8));
    int64_t used = cpu_ms();
    assert_in_range(turn_for(800), 0, 2);
    assert_in_range(cpu_ms() - used, 0, 40);
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(300);
    gate_open(&held);
    assert_true(wait_by_poll(kcase_batch_fd(batch), late_ms_max)); /* data */
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 20);
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(100);
}

static void the_end_of_a_wait_wakes(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"on\": \"cancel\", \"kind\": \"status\", \"status\": 429, \"times\": 1,"
                            " \"retry_after\": \"1\"}");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    int64_t start = clock_ms();
    turn_for(quiet_ms);
    expect_quiet_for(400);
    loop_count found = run_loop(wait_by_poll);
    assert_in_range(clock_ms() - start, 1000, 1250 + 2 * late_ms_max);
    assert_int_equal(found.outcomes[KCASE_CANCELED], 1);
    assert_in_range(found.wake_ups, 1, 12);
}

static void the_end_of_a_deadline_wakes(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\"}");
    for (int index = 0; index < waiters_count; index++) {
        batch = batch_of(test.client, NULL);
        batch_add(batch, CASE_CANCELABLE, "{\"timeout_ms\": 500}");
        int64_t start = clock_ms();
        loop_count found = run_loop(waiters[index]);
        /* what cannot end within the time is not begun */
        assert_in_range(clock_ms() - start, 400, 500 + late_ms_max);
        assert_int_equal(found.outcomes[KCASE_UNKNOWN], 1);
        assert_in_range(found.wake_ups, 1, 30);
        if (epoll_of_all >= 0) close(epoll_of_all);
        epoll_of_all = -1;
        kcase_batch_free(batch);
        batch = NULL;
    }
}

static void the_end_of_a_backoff_wakes(void **state)
{
    (void)state;
    char *config = text_format("{\"base_url\": \"http://127.0.0.1:%d\", \"token\": \"t\","
                               " \"max_attempts\": 5, \"backoff_base_ms\": 100, \"backoff_max_ms\": 200}",
        raw_port_of_nobody());
    kcase_client_free(test.client);
    test.client = kcase_client_new(config, NULL);
    free(config);
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 5);
    loop_count found = run_loop(wait_by_poll);
    assert_int_equal(found.outcomes[KCASE_NOT_SENT], 5);
    assert_in_range(found.wake_ups, 1, 5 * 5 * 8);
}

static void a_turn_at_the_clients_pace_wakes(void **state)
{
    (void)state;
    use_client(", \"rate_per_second\": 25");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 25);
    loop_count found = run_loop(wait_by_poll);
    assert_int_equal(found.outcomes[KCASE_CANCELED], 25);
    assert_in_range(found.wake_ups, 20, 25 * 8);
}

/* --- Woken by others ------------------------------------------------------------------------------ */

static void an_interrupt_wakes(void **state)
{
    (void)state;
    static const interrupter interrupters[] = {interrupt_batch, interrupt_client};
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    for (int index = 0; index < 2; index++) {
        batch = batch_of(test.client, "{\"max_in_flight\": 4}");
        batch_add_cases(batch, 1, 10);
        turn_for(quiet_ms);
        pthread_t thread = interrupt_on_thread(interrupters[index], 150);
        bool is_woken = wait_by_poll(kcase_batch_fd(batch), 5000);
        int64_t woken_ms = clock_ms();
        pthread_join(thread, NULL);
        assert_true(is_woken);
        assert_in_range(woken_ms - interrupted_ms, 0, late_ms_max);
        loop_count found = {.fetched = 0};
        fetch_all_there_is(&found);
        assert_int_equal(found.outcomes[KCASE_UNKNOWN], 4);
        assert_int_equal(found.outcomes[KCASE_NOT_SENT], 6);
        expect_quiet_for(50);
        kcase_batch_free(batch);
        batch = NULL;
    }
}

static void an_interrupt_from_a_signal_handler_wakes(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"hang\", \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 3);
    turn_for(quiet_ms);
    interrupt_on_signal(interrupt_batch, 100, SA_RESTART);
    int64_t start = clock_ms();
    bool is_woken = false;
    while (!is_woken && clock_ms() - start < 5000) is_woken = wait_by_poll(kcase_batch_fd(batch), 5000);
    assert_true(is_woken);
    assert_in_range(clock_ms() - start, 99, 100 + late_ms_max);
    loop_count found = {.fetched = 0};
    fetch_all_there_is(&found);
    assert_int_equal(found.fetched, 3);
}

static void *check_the_service(void *unused)
{
    (void)unused;
    kcase_result_free(kcase_check(test.client));
    return NULL;
}

static void a_token_that_another_thread_got_wakes(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 800, \"on\": \"auth\"}");
    pthread_t thread;
    pthread_create(&thread, NULL, check_the_service, NULL);
    while (sandbox_totals(&test.box).auth_requests == 0) sleep_ms(1);
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 10);
    turn_for(100);
    expect_quiet_for(200);
    loop_count found = run_loop(wait_by_poll);
    pthread_join(thread, NULL);
    assert_int_equal(found.outcomes[KCASE_CANCELED], 10);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
}

/* Turns two batches in one loop of epoll until both are empty. */
static long run_both(kcase_batch *const both[2])
{
    int loop = epoll_create1(EPOLL_CLOEXEC);
    for (uint32_t index = 0; index < 2; index++) {
        struct epoll_event interest = {.events = EPOLLIN, .data.u32 = index};
        assert_return_code(epoll_ctl(loop, EPOLL_CTL_ADD, kcase_batch_fd(both[index]), &interest), errno);
    }
    long canceled = 0;
    int64_t until = clock_ms() + loop_ms_max;
    while (kcase_batch_pending(both[0]) + kcase_batch_pending(both[1]) > 0) {
        struct epoll_event found[2];
        int count = epoll_wait(loop, found, 2, (int)(until - clock_ms()));
        assert_true(count > 0);
        for (int index = 0; index < count; index++) {
            kcase_result *result;
            while ((result = kcase_batch_next(both[found[index].data.u32], 0)) != NULL) {
                canceled += kcase_result_outcome(result) == KCASE_CANCELED;
                kcase_result_free(result);
            }
        }
    }
    close(loop);
    return canceled;
}

static void two_batches_turn_in_one_loop(void **state)
{
    (void)state;
    use_client_with(KEY_PAIR, "");
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 100, \"on\": \"auth\"}");
    kcase_batch *const both[] = {batch_of(test.client, NULL), batch_of(test.client, NULL)};
    batch_add_cases(both[0], 1, 50);
    batch_add_cases(both[1], 101, 50);
    long canceled = run_both(both);
    kcase_batch_free(both[0]);
    kcase_batch_free(both[1]);
    assert_int_equal(canceled, 100);
    assert_int_equal(sandbox_totals(&test.box).auth_requests, 1);
}

/* --- Kept connections ----------------------------------------------------------------------------- */

static raw_peer *last_peer;

static void accept_and_note_the_peer(raw_peer *peer, const raw_request *request, void *context)
{
    accept_all(peer, request, context);
    last_peer = peer;
}

static void accept_and_go(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    raw_answer(peer, 200, "", "{}");
    raw_hang_up(peer);
}

static void accept_and_go_after_the_sixth(raw_peer *peer, const raw_request *request, void *context)
{
    accept_all(peer, request, context);
    if (request->number != 5) return;
    sleep_ms(100);
    raw_hang_up(peer);
}

/* The batch, which has nothing to do, hears of what its connections do once at most, and goes on with the
 * next cases. */
static void expect_rest_and_a_new_start(void)
{
    int64_t used = cpu_ms();
    assert_in_range(turn_for(300), 0, 12);
    assert_in_range(cpu_ms() - used, 0, 40);
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(100);
    batch_add_cases(batch, 100, 5);
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 5);
}

static void a_connection_that_the_server_closes_does_not_make_it_spin(void **state)
{
    (void)state;
    use_raw_server(accept_and_go, NULL, ", \"max_connections\": 6");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 6);
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 6);
    expect_rest_and_a_new_start();
}

static void a_connection_that_the_server_closes_later_does_not_either(void **state)
{
    (void)state;
    use_raw_server(accept_and_go_after_the_sixth, NULL, ", \"max_connections\": 1");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 6);
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 6);
    expect_rest_and_a_new_start();
}

static void an_unsolicited_answer_does_not_make_it_spin(void **state)
{
    (void)state;
    use_raw_server(accept_and_note_the_peer, NULL, ", \"max_connections\": 1");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 6);
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 6);
    turn_for(50);
    raw_answer(last_peer, 422, "", "{}");
    expect_rest_and_a_new_start();
}

static void a_closed_connection_does_not_make_it_spin_while_others_are_in_flight(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "[{\"kind\": \"hang\", \"on\": \"cancel\", \"case_id\": \"" CASE("01") "\"},"
                            " {\"kind\": \"close_before\", \"case_id\": \"" CASE("02") "\"}]");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 6);
    batch_add(batch, CASE("01"), NULL);
    batch_add(batch, CASE("02"), NULL);
    turn_for(quiet_ms);
    int64_t used = cpu_ms();
    assert_in_range(turn_for(600), 0, 4);
    assert_in_range(cpu_ms() - used, 0, 40);
    assert_int_equal(kcase_batch_pending(batch), 1);
}

/* --- Whole batches -------------------------------------------------------------------------------- */

static void every_loop_brings_a_batch_to_its_end(void **state)
{
    (void)state;
    for (int index = 0; index < waiters_count; index++) {
        sandbox_reset(&test.box);
        use_client("");
        batch = batch_of(test.client, NULL);
        batch_add_cases(batch, 1, 150);
        loop_count found = run_loop(waiters[index]);
        assert_int_equal(found.outcomes[KCASE_CANCELED], 150);
        assert_int_equal(sandbox_totals(&test.box).cancels_applied, 150);
        assert_in_range(found.wake_ups, 1, 150 * 4);
        if (epoll_of_all >= 0) close(epoll_of_all);
        epoll_of_all = -1;
        kcase_batch_free(batch);
        batch = NULL;
    }
}

static void trouble_on_the_way_is_brought_to_its_end(void **state)
{
    (void)state;
    sandbox_fault(&test.box,
        "[{\"kind\": \"reset_before\", \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7, \"effect\": true},"
        " {\"kind\": \"status\", \"status\": 500, \"on\": \"cancel\", \"rate\": 0.1, \"seed\": 7},"
        " {\"kind\": \"slow\", \"delay_ms\": 50, \"on\": \"any\", \"rate\": 0.1, \"seed\": 7},"
        " {\"kind\": \"close_before\", \"on\": \"any\", \"rate\": 0.1, \"seed\": 7}]");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 150);
    loop_count found = run_loop(wait_by_poll);
    assert_int_equal(found.fetched, 150);
    assert_in_range(found.wake_ups, 1, 12 * batch_number(batch, "requests"));
    batch_check_stats(batch);
}

static void cases_may_be_added_in_the_loop(void **state)
{
    (void)state;
    enum { count = 200 };
    batch = batch_of(test.client, "{\"max_pending\": 10}");
    int descriptor = kcase_batch_fd(batch);
    int next = 1, fetched = 0;
    while (next <= count || kcase_batch_pending(batch) > 0) {
        char *id = sandbox_case(next);
        if (next <= count && kcase_batch_add(batch, id, NULL) == KCASE_BATCH_ADDED) next++;
        free(id);
        if (next <= count && kcase_batch_pending(batch) < 10) continue;
        assert_true(wait_by_poll(descriptor, 10000));
        kcase_result *result;
        while ((result = kcase_batch_next(batch, 0)) != NULL) {
            fetched++;
            kcase_result_free(result);
        }
    }
    assert_int_equal(fetched, count);
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, count);
}

static void one_result_for_each_wake_up_is_enough(void **state)
{
    (void)state;
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 100);
    int fetched = 0;
    for (int wake_ups = 0; kcase_batch_pending(batch) > 0; wake_ups++) {
        assert_in_range(wake_ups, 0, 1000);
        assert_true(wait_by_poll(kcase_batch_fd(batch), 10000));
        kcase_result *result = kcase_batch_next(batch, 0);
        fetched += result != NULL;
        kcase_result_free(result);
    }
    assert_int_equal(fetched, 100);
}

static void loops_and_waits_may_take_turns(void **state)
{
    (void)state;
    sandbox_fault(&test.box, "{\"kind\": \"slow\", \"delay_ms\": 20, \"on\": \"cancel\"}");
    batch = batch_of(test.client, NULL);
    batch_add_cases(batch, 1, 60);
    for (int number = 0; kcase_batch_pending(batch) > 0; number++) {
        if (number % 2 == 0) assert_true(wait_by_poll(kcase_batch_fd(batch), 10000));
        kcase_result_free(kcase_batch_next(batch, number % 3 == 0 ? 5 : 0));
    }
    assert_int_equal(sandbox_totals(&test.box).cancels_applied, 60);
    assert_null(kcase_batch_next(batch, 0));
    expect_quiet_for(50);
}

/* Asks for a wait once; holds what comes then. */
static void ask_for_a_wait_and_hold(raw_peer *peer, const raw_request *request, void *context)
{
    if (request->number == 0) return raw_answer(peer, 429, "Retry-After: 1\r\n", "{}");
    gate_handler(peer, request, context);
}

static void one_call_does_all_that_can_be_done(void **state)
{
    (void)state;
    static gate held = CLOSED_GATE; /* the server may be at it when the test is over */
    use_raw_server(ask_for_a_wait_and_hold, &held, "");
    batch = batch_of(test.client, NULL);
    batch_add(batch, CASE_CANCELABLE, NULL);
    turn_for(quiet_ms);
    assert_int_equal(raw_request_count(server), 1);
    assert_true(wait_by_poll(kcase_batch_fd(batch), 5000)); /* the wait is over */
    assert_null(kcase_batch_next(batch, 0));
    bool is_readable_again = is_readable();
    assert_true(raw_wait_for_requests(server, 2));
    assert_false(is_readable_again);
    gate_open(&held);
    assert_int_equal(run_loop(wait_by_poll).outcomes[KCASE_CANCELED], 1);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(it_stays_the_same_for_the_batchs_life),
        in_a_batch(it_is_closed_on_exec_and_with_the_batch),
        in_a_batch(batches_leave_no_descriptors_behind),
        in_a_batch(for_want_of_a_descriptor_it_is_none_for_now),
        in_a_batch(once_it_is_there_it_works_without_any_other),
        in_a_batch(an_empty_batch_is_quiet),
        in_a_batch(a_case_that_is_added_wakes),
        in_a_batch(a_case_that_was_added_before_it_was_asked_for_wakes),
        in_a_batch(a_result_that_is_left_keeps_it_readable),
        in_a_batch(while_an_answer_is_awaited_it_is_quiet),
        in_a_batch(the_end_of_a_wait_wakes),
        in_a_batch(the_end_of_a_deadline_wakes),
        in_a_batch(the_end_of_a_backoff_wakes),
        in_a_batch(a_turn_at_the_clients_pace_wakes),
        in_a_batch(an_interrupt_wakes),
        in_a_batch(an_interrupt_from_a_signal_handler_wakes),
        in_a_batch(a_token_that_another_thread_got_wakes),
        in_a_batch(two_batches_turn_in_one_loop),
        in_a_batch(a_connection_that_the_server_closes_does_not_make_it_spin),
        in_a_batch(a_connection_that_the_server_closes_later_does_not_either),
        in_a_batch(an_unsolicited_answer_does_not_make_it_spin),
        in_a_batch(a_closed_connection_does_not_make_it_spin_while_others_are_in_flight),
        in_a_batch(every_loop_brings_a_batch_to_its_end),
        in_a_batch(trouble_on_the_way_is_brought_to_its_end),
        in_a_batch(cases_may_be_added_in_the_loop),
        in_a_batch(one_result_for_each_wake_up_is_enough),
        in_a_batch(loops_and_waits_may_take_turns),
        in_a_batch(one_call_does_all_that_can_be_done),
    };
    return run_statements("batch_loop", statements, batch_suite_setup, suite_teardown);
}
