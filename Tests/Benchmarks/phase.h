/* The phases of a call in which it can be kept waiting, and how to keep it there. */
#ifndef KCASE_BENCH_PHASE_H
#define KCASE_BENCH_PHASE_H

#include <kcase.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    BY_A_NEW_CLIENT,
    /* By a client that has been in this phase before. */
    BY_A_USED_CLIENT,
    /* By a new client, and one at a time: the call needs the processor, and would wait for that. */
    BY_A_LONELY_CLIENT,
    /* By a client whose only connection another call holds: no request is begun. */
    BY_A_QUEUE,
    /* By a client that is canceling the same case already: the same. */
    BY_THE_SAME_CASE,
} phase_kind;

typedef struct {
    const char *name;
    /* What a call that ends in this phase must claim. */
    int32_t outcome;
    phase_kind kind;
    /* Makes the other side, and writes the members of a client's configuration that lead into the phase. */
    void (*open)(char *members, size_t room);
    /* How many calls have got so far that the next thing they do is to wait; NULL: cannot be seen. */
    long (*reached)(void);
} phase;

/* NULL if there is no phase of this name. */
const phase *phase_named(const char *name);

/* The names of all, a line each. */
void print_phases(void);

#endif
