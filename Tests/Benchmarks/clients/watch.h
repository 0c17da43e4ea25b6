/* What a process holds, looked at while it works. */
#ifndef KCASE_BENCH_WATCH_H
#define KCASE_BENCH_WATCH_H

enum { samples_max = 100 };

/* Ready to look `samples_max` times, evenly over `count` steps. */
void watch_begin(long count);

/* To be called after each step; looks where it is time. */
void watch_step(long done);

/* Prints the member "samples": [[steps done, resident KB, open descriptors], ...]. */
void watch_print(void);

#endif
