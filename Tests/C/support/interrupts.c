#include "interrupts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>

#include "batch_fixture.h"
#include "fixture.h"
#include "text.h"

volatile int64_t interrupted_ms;
volatile sig_atomic_t signals_handled;

void interrupt_client(void) { kcase_client_interrupt(test.client); }
void interrupt_batch(void) { kcase_batch_interrupt(batch); }
void interrupt_nothing(void) {}

/* --- From another thread -------------------------------------------------------------------------- */

typedef struct {
    interrupter how;
    int64_t delay_ms;
} plan;

static void *follow(void *argument)
{
    plan its_plan = *(plan *)argument;
    free(argument);
    sleep_ms(its_plan.delay_ms);
    interrupted_ms = clock_ms();
    its_plan.how();
    return NULL;
}

pthread_t interrupt_on_thread(interrupter how, int64_t delay_ms)
{
    plan *its_plan = malloc(sizeof *its_plan);
    assert_non_null(its_plan);
    *its_plan = (plan){.how = how, .delay_ms = delay_ms};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, follow, its_plan), 0);
    return thread;
}

/* --- From a signal handler ------------------------------------------------------------------------ */

static interrupter interrupt_of_handler;

static void handle_signal(int number)
{
    (void)number;
    interrupted_ms = clock_ms();
    signals_handled++;
    interrupt_of_handler();
}

static struct timeval time_of(int64_t milliseconds)
{
    return (struct timeval){.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
}

static void handle_signals(interrupter how, int64_t delay_ms, int64_t interval_ms, int flags)
{
    struct sigaction action = {.sa_handler = handle_signal, .sa_flags = flags};
    struct itimerval timer = {.it_value = time_of(delay_ms), .it_interval = time_of(interval_ms)};
    interrupt_of_handler = how;
    signals_handled = 0;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

void interrupt_on_signal(interrupter how, int64_t delay_ms, int flags)
{
    handle_signals(how, delay_ms, 0, flags);
}

void interrupt_on_each_signal(interrupter how, int64_t interval_ms)
{
    handle_signals(how, interval_ms, interval_ms, 0);
}

void end_signals(void) { setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL); }

/* --- Over and over again -------------------------------------------------------------------------- */

static volatile bool is_interrupting;
static interrupter interrupt_of_thread;
static pthread_t interrupting_thread;

static void *interrupt_all_the_time(void *unused)
{
    while (is_interrupting) {
        interrupt_of_thread();
        sleep_ms(1);
    }
    return unused;
}

void begin_interrupts(interrupter how)
{
    is_interrupting = true;
    interrupt_of_thread = how;
    assert_int_equal(pthread_create(&interrupting_thread, NULL, interrupt_all_the_time, NULL), 0);
}

void end_interrupts(void)
{
    is_interrupting = false;
    pthread_join(interrupting_thread, NULL);
}
