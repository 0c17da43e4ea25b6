/*
 * Keeps calls waiting in one phase, and says how soon they return.
 *
 *     latency phases                           prints the names of the phases
 *     latency PHASE interrupt|signal|deadline COUNT
 *
 *   interrupt   from kcase_client_interrupt, on another thread, to the call's return
 *   signal      the same from a signal handler, which ran on the call's own thread
 *   deadline    from the end of the call's timeout_ms to its return; negative where it gave up before
 *
 * Prints one JSON object, the times in microseconds; "wrong" counts the calls whose result does not claim
 * what it must, and "first_wrong" is the first of these results.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "phase.h"
#include "silent_server.h"

enum { count_max = 100000, side_by_side = 4, time_ms_min = 50, time_ms_max = 200, wait_ms_max = 5000 };

/* A call is left in its phase for so long, at random, before it is interrupted. Timers of libcurl's own
 * come later, so none of them ends the call's sleep instead of the interrupt. */
enum { delay_us_min = 15000, delay_us_max = 30000 };

/* Enough for a call to be interrupted, not to wait for. */
#define PATIENT                                             \
    "\"timeout_ms\": 60000, \"connect_timeout_ms\": 60000," \
    " \"backoff_base_ms\": 20000, \"backoff_max_ms\": 20000"
#define HURRIED                                             \
    "\"timeout_ms\": 60000, \"connect_timeout_ms\": 60000," \
    " \"backoff_base_ms\": 10, \"backoff_max_ms\": 40"

#define ONCE_BRIEFLY "{\"timeout_ms\": 100, \"max_attempts\": 1}"

static const phase *the;
static char config[1024];
static kcase_client *client; /* the one that is interrupted */
static long *times_us;
static pthread_mutex_t wrong_lock = PTHREAD_MUTEX_INITIALIZER;
static long wrong;
static char *first_wrong;

static long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void fail(const char *what)
{
    fprintf(stderr, "latency: %s: %s\n", the->name, what);
    exit(2);
}

static kcase_client *open_client(void)
{
    kcase_result *error = NULL;
    kcase_client *made = kcase_client_new(config, &error);
    if (made == NULL) fail(kcase_result_message(error));
    if (the->kind == BY_A_USED_CLIENT) kcase_result_free(kcase_cancel(made, "case", ONCE_BRIEFLY));
    return made;
}

/* Whether the call waits for another call of the client. */
static bool is_held_up(void) { return the->kind == BY_A_QUEUE || the->kind == BY_THE_SAME_CASE; }

/* --- Claims --------------------------------------------------------------------------------------- */

/* `reason`: NULL if it is not looked at. */
static bool is_right(const kcase_result *result, const char *reason)
{
    const char *json = kcase_result_json(result);
    char member[64];
    snprintf(member, sizeof member, "\"reason\":\"%s\"", reason != NULL ? reason : "");
    bool has_attempt = strstr(json, "\"request\":") != NULL;
    bool was_sent = strstr(json, "\"sent\":true") != NULL;
    return kcase_result_outcome(result) == the->outcome && has_attempt == !is_held_up() &&
           was_sent == (the->outcome == KCASE_UNKNOWN) && (reason == NULL || strstr(json, member) != NULL);
}

static void check(kcase_result *result, const char *reason)
{
    if (!is_right(result, reason)) {
        pthread_mutex_lock(&wrong_lock);
        if (wrong++ == 0) first_wrong = strdup(kcase_result_json(result));
        pthread_mutex_unlock(&wrong_lock);
    }
    kcase_result_free(result);
}

/* --- A call on a thread of its own ---------------------------------------------------------------- */

/* The case of a call that others wait for. */
static const char *const held_case = "case-of-the-holder";

/* One client cancels a case once at a time, so as a rule each call has a case of its own. */
typedef struct {
    const char *case_id;
    pthread_t thread;
    atomic_bool is_begun;
    long returned_us;
    kcase_result *result;
} call;

static void *run(void *argument)
{
    call *one = argument;
    atomic_store(&one->is_begun, true);
    one->result = kcase_cancel(client, one->case_id, NULL);
    one->returned_us = now_us();
    return NULL;
}

static void start(call *one)
{
    atomic_store(&one->is_begun, false);
    if (pthread_create(&one->thread, NULL, run, one) != 0) fail("no thread");
    while (!atomic_load(&one->is_begun)) usleep(100);
}

static void wait_until_reached(long (*reached)(void), long count)
{
    long end_us = now_us() + wait_ms_max * 1000L;
    while (reached() < count) {
        if (now_us() > end_us) fail("a call did not get there");
        usleep(200);
    }
}

/* A call that keeps the client's only connection. */
static void hold_the_connection(call *holder)
{
    long heard = silent_server_heard();
    start(holder);
    wait_until_reached(silent_server_heard, heard + 1);
}

static void let_go(call *holder)
{
    pthread_join(holder->thread, NULL);
    kcase_result_free(holder->result);
}

/* --- Interrupts ----------------------------------------------------------------------------------- */

static void interrupt_directly(pthread_t thread)
{
    (void)thread;
    kcase_client_interrupt(client);
}

static void on_signal(int number)
{
    (void)number;
    kcase_client_interrupt(client);
}

static void interrupt_by_signal(pthread_t thread) { pthread_kill(thread, SIGUSR1); }

static long interrupt_once(void (*interrupt)(pthread_t))
{
    call holder = {.case_id = held_case};
    call one = {.case_id = the->kind == BY_THE_SAME_CASE ? held_case : "case"};
    client = open_client();
    if (is_held_up()) hold_the_connection(&holder);
    long reached = the->reached != NULL ? the->reached() : 0;
    start(&one);
    if (the->reached != NULL) wait_until_reached(the->reached, reached + 1);
    usleep((useconds_t)(delay_us_min + rand() % (delay_us_max - delay_us_min)));
    long began_us = now_us();
    interrupt(one.thread);
    pthread_join(one.thread, NULL);
    if (is_held_up()) let_go(&holder);
    if (one.returned_us < began_us) fail(kcase_result_json(one.result)); /* it ended by itself */
    check(one.result, "interrupted");
    kcase_client_free(client);
    return one.returned_us - began_us;
}

static void measure_interrupts(long count, void (*interrupt)(pthread_t))
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    for (long index = 0; index < count; index++) times_us[index] = interrupt_once(interrupt);
}

/* --- Deadlines ------------------------------------------------------------------------------------ */

static atomic_long next_index;

static void *run_out_of_time(void *count)
{
    char options[64];
    char case_id[64];
    for (;;) {
        long index = atomic_fetch_add(&next_index, 1);
        if (index >= *(long *)count) return NULL;
        /* Every length in turn. */
        long limit_ms = time_ms_min + index * 67 % (time_ms_max - time_ms_min + 1);
        snprintf(options, sizeof options, "{\"timeout_ms\": %ld}", limit_ms);
        if (the->kind == BY_THE_SAME_CASE) snprintf(case_id, sizeof case_id, "%s", held_case);
        else snprintf(case_id, sizeof case_id, "case-%ld", index);
        kcase_client *own = is_held_up() ? client : open_client();
        long began_us = now_us();
        kcase_result *result = kcase_cancel(own, case_id, options);
        times_us[index] = now_us() - began_us - limit_ms * 1000;
        check(result, NULL);
        if (own != client) kcase_client_free(own);
    }
}

static void measure_deadlines(long count)
{
    pthread_t threads[side_by_side];
    int thread_count = the->kind == BY_A_LONELY_CLIENT ? 1 : side_by_side;
    call holder = {.case_id = held_case};
    client = is_held_up() ? open_client() : NULL;
    if (is_held_up()) hold_the_connection(&holder);
    for (int index = 0; index < thread_count; index++) {
        if (pthread_create(&threads[index], NULL, run_out_of_time, &count) != 0) fail("no thread");
    }
    for (int index = 0; index < thread_count; index++) pthread_join(threads[index], NULL);
    kcase_client_interrupt(client);
    if (is_held_up()) let_go(&holder);
    kcase_client_free(client);
}

/* --- Figures -------------------------------------------------------------------------------------- */

static int compare(const void *one, const void *other)
{
    long left = *(const long *)one;
    long right = *(const long *)other;
    return (left > right) - (left < right);
}

static long percentile(long count, long percent) { return times_us[(count * percent + 99) / 100 - 1]; }

static void report(const char *mode, long count)
{
    qsort(times_us, (size_t)count, sizeof *times_us, compare);
    printf("{\"phase\": \"%s\", \"mode\": \"%s\", \"count\": %ld, \"p50_us\": %ld, \"p99_us\": %ld, "
           "\"max_us\": %ld, \"wrong\": %ld, \"first_wrong\": %s}\n",
        the->name, mode, count, percentile(count, 50), percentile(count, 99), times_us[count - 1], wrong,
        first_wrong != NULL ? first_wrong : "null");
}

static void configure(bool is_hurried)
{
    char members[256];
    the->open(members, sizeof members);
    snprintf(config, sizeof config, "{%s, %s, \"token\": \"t\", \"max_connections\": 1}", members,
        is_hurried ? HURRIED : PATIENT);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "phases") == 0) {
        print_phases();
        return 0;
    }
    long count = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    bool is_deadline = argc == 4 && strcmp(argv[2], "deadline") == 0;
    bool is_signal = argc == 4 && strcmp(argv[2], "signal") == 0;
    bool is_interrupt = argc == 4 && strcmp(argv[2], "interrupt") == 0;
    the = argc == 4 ? phase_named(argv[1]) : NULL;
    if (the == NULL || count < 1 || count > count_max || !(is_deadline || is_signal || is_interrupt)) {
        fprintf(stderr, "usage: latency phases | latency PHASE interrupt|signal|deadline COUNT\n");
        return 2;
    }
    times_us = calloc((size_t)count, sizeof *times_us);
    if (times_us == NULL) fail("no memory");
    configure(is_deadline);
    if (is_deadline) measure_deadlines(count);
    else measure_interrupts(count, is_signal ? interrupt_by_signal : interrupt_directly);
    report(argv[2], count);
    return 0;
}
