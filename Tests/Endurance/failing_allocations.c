#include "failing_allocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

/* glibc's own, under the names that stay when a program defines the others. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void *memalign(size_t alignment, size_t size);

static atomic_long counted;
static atomic_long first_to_fail;
static atomic_bool later_fail;

void allocations_fail(long number, bool and_later)
{
    counted = 0;
    later_fail = and_later;
    first_to_fail = number;
}

long allocations_stop(void)
{
    first_to_fail = 0;
    return counted;
}

static bool is_to_fail(void)
{
    long number = ++counted;
    long first = first_to_fail;
    if (first == 0 || number < first || (number > first && !later_fail)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) { return is_to_fail() ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size) { return is_to_fail() ? NULL : __libc_calloc(count, size); }

void *realloc(void *memory, size_t size) { return is_to_fail() ? NULL : __libc_realloc(memory, size); }

void *memalign(size_t alignment, size_t size)
{
    return is_to_fail() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **address, size_t alignment, size_t size)
{
    void *memory = memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *address = memory;
    return 0;
}
