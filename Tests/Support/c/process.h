/* What this process holds at the moment. */
#ifndef KCASE_TEST_PROCESS_H
#define KCASE_TEST_PROCESS_H

typedef struct {
    long resident_kb;
    long descriptors;
    long threads;
} holdings;

holdings process_holdings(void);

/* Prints both as one JSON object, with how often something was done in between. */
void print_growth(long count, holdings before, holdings after);

/* Ends the program with status 1. */
_Noreturn void give_up(const char *what, const char *why);

/* A number of at least `least`; otherwise gives up. */
long parse_count(const char *text, long least);

#endif
