/* Interrupts: from another thread, from a signal handler, and over and over again. */
#ifndef KCASE_TEST_INTERRUPTS_H
#define KCASE_TEST_INTERRUPTS_H

#include <kcase.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>

/* Interrupts what the running test has. Async-signal-safe, as the functions that it calls. */
typedef void (*interrupter)(void);

void interrupt_client(void);
void interrupt_batch(void);
/* For a signal that is to be nothing but a signal. */
void interrupt_nothing(void);

/* When the last interrupt was made that one of these made. */
extern volatile int64_t interrupted_ms;

/* Interrupts on a thread of its own, so much later. */
pthread_t interrupt_on_thread(interrupter how, int64_t delay_ms);

/* Interrupts in a signal handler of this process, so much later; `flags` are sigaction's. */
void interrupt_on_signal(interrupter how, int64_t delay_ms, int flags);
/* How many signals have been handled since. */
extern volatile sig_atomic_t signals_handled;
/* As interrupt_on_signal, again and again in such intervals until there is an end to it. */
void interrupt_on_each_signal(interrupter how, int64_t interval_ms);
void end_signals(void);

/* Interrupts every millisecond on a thread of its own until there is an end to it. */
void begin_interrupts(interrupter how);
void end_interrupts(void);

#endif
