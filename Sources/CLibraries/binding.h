/* How a function of another library is called by a handle of one's own: a function of its name, hidden, that
 * jumps to what dlsym found. Included once by each file that has such functions; <dlfcn.h> comes first. */
#ifndef KCASE_BINDING_H
#define KCASE_BINDING_H

#include <dlfcn.h>
#include <stddef.h>

#if defined(__x86_64__)
#define JUMP(name) "jmp *kc_address_of_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(name)                                 \
    "adrp x16, kc_address_of_" #name "\n"          \
    "ldr x16, [x16, :lo12:kc_address_of_" #name "]\n" \
    "br x16\n"
#endif

#ifdef JUMP

/* Stands for what is not there: its answer is the one for a lack of memory, or nothing. */
static void *nothing(void) { return NULL; }

#define FUNCTION(name)                                                                       \
    __attribute__((visibility("hidden"))) void *kc_address_of_##name = (void *)nothing;      \
    __asm__(".pushsection .text." #name ",\"ax\"\n"                                          \
            ".globl " #name "\n.hidden " #name "\n.type " #name ", %function\n" #name ":\n"   \
            JUMP(name) ".popsection\n");

typedef struct {
    const char *name;
    void **address;
} entry;

#define ENTRY(name) {#name, &kc_address_of_##name},

static void bind(void *library, const entry *entries, size_t count)
{
    size_t index;
    for (index = 0; library != NULL && index < count; index++) {
        void *found = dlsym(library, entries[index].name);
        if (found != NULL) *entries[index].address = found;
    }
}

/* Opens a library unless that was done; whether it is there. What could not be opened, for lack of memory or
 * descriptors, say, is tried again. Threads that come at once bind the same functions. */
static int open_once(int *is_open, const char *name, const entry *entries, size_t count)
{
    void *library;
    if (__atomic_load_n(is_open, __ATOMIC_ACQUIRE)) return 1;
    library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 0;
    bind(library, entries, count);
    __atomic_store_n(is_open, 1, __ATOMIC_RELEASE);
    return 1;
}

#endif

#endif
