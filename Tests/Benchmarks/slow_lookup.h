/* A lookup of host names that takes long and then finds nothing. It takes the place of the C library's
 * in the whole process. */
#ifndef KCASE_BENCH_SLOW_LOOKUP_H
#define KCASE_BENCH_SLOW_LOOKUP_H

/* How many lookups have begun so far. */
long slow_lookups_begun(void);

#endif
