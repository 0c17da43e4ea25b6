/* Takes the place of the process's allocator, counts what is asked of it, and says no when told to. */
#ifndef KCASE_TEST_FAILING_ALLOCATIONS_H
#define KCASE_TEST_FAILING_ALLOCATIONS_H

#include <stdbool.h>

/* From now on the number-th allocation fails, counted from 1, and if `and_later` all that follow; 0: none. */
void allocations_fail(long number, bool and_later);

/* None fails any more. How many there were since. */
long allocations_stop(void);

#endif
