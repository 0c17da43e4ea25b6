/* Memory for Swift's own objects where the system has none left.
 *
 * Embedded Swift asks posix_memalign for every object, string and array, and ends the process where it gets
 * nothing: there is no way to be told. So the library is linked with --wrap=posix_memalign --wrap=free, and
 * where libc has no memory, these functions take it from a reserve: enough to end what is under way in order.
 * The reserve is never touched before, so it costs addresses and no memory.
 *
 * It is made of parts. A part hands out one piece behind the other, and begins anew when all have come back.
 * One word tells all about it, so it needs no lock: any thread and any signal handler may come between. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define PARTS 16
#define PART_BYTES ((size_t)65536)
#define ALIGNMENT_MAX ((size_t)4096)
/* Pieces of a part, in the word's upper half; the lower half is how many bytes of it are taken. */
#define ONE_PIECE ((uint64_t)1 << 32)

static unsigned char memory[PARTS][PART_BYTES] __attribute__((aligned(4096)));
static uint64_t words[PARTS];
/* All pieces of all parts: without any, free need not look further. */
static uint32_t pieces;

extern int __real_posix_memalign(void **address, size_t alignment, size_t count);
extern void __real_free(void *address);

int __wrap_posix_memalign(void **address, size_t alignment, size_t count);
void __wrap_free(void *address);
int kc_memory_is_lacking(void);

static void *take_from(size_t part, size_t alignment, size_t count)
{
    uint64_t word = __atomic_load_n(&words[part], __ATOMIC_RELAXED);
    while (1) {
        size_t taken = (size_t)(word & (ONE_PIECE - 1));
        size_t start = (taken + alignment - 1) & ~(alignment - 1);
        uint64_t next = (word - taken + ONE_PIECE) | (uint64_t)(start + count);
        if (start > PART_BYTES || count > PART_BYTES - start) return NULL;
        if (__atomic_compare_exchange_n(&words[part], &word, next, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            return memory[part] + start;
        }
    }
}

static void give_back_to(size_t part)
{
    uint64_t word = __atomic_load_n(&words[part], __ATOMIC_RELAXED);
    uint64_t next;
    do {
        next = word - ONE_PIECE;
        if (next < ONE_PIECE) next = 0;
    } while (!__atomic_compare_exchange_n(&words[part], &word, next, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static void *take(size_t alignment, size_t count)
{
    size_t part;
    /* One byte at least, so that the piece is inside its part. */
    if (count == 0) count = 1;
    if (alignment == 0 || alignment > ALIGNMENT_MAX || (alignment & (alignment - 1)) != 0) return NULL;
    __atomic_add_fetch(&pieces, 1, __ATOMIC_RELAXED);
    for (part = 0; part < PARTS; part++) {
        void *found = take_from(part, alignment, count);
        if (found != NULL) return found;
    }
    __atomic_sub_fetch(&pieces, 1, __ATOMIC_RELAXED);
    return NULL;
}

int __wrap_posix_memalign(void **address, size_t alignment, size_t count)
{
    void *found;
    int error = __real_posix_memalign(address, alignment, count);
    if (error != ENOMEM) return error;
    found = take(alignment, count);
    if (found == NULL) return ENOMEM;
    *address = found;
    return 0;
}

void __wrap_free(void *address)
{
    uintptr_t place = (uintptr_t)address - (uintptr_t)memory;
    if (place >= sizeof memory) {
        __real_free(address);
        return;
    }
    give_back_to(place / PART_BYTES);
    __atomic_sub_fetch(&pieces, 1, __ATOMIC_RELAXED);
}

/* Whether memory was lacking not long ago, since what was taken has not all come back, and still is. */
int kc_memory_is_lacking(void)
{
    void *probe = NULL;
    if (__atomic_load_n(&pieces, __ATOMIC_RELAXED) == 0) return 0;
    if (__real_posix_memalign(&probe, sizeof(void *), PART_BYTES) != 0) return 1;
    __real_free(probe);
    return 0;
}
