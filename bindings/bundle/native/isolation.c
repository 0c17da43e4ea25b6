/* Keeps the C libraries inside the bundle from changing the host's process. These definitions are linked
 * before the static libraries, and so replace theirs and glibc's for the bundle alone. None of them is
 * exported. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>

/* OpenSSL would clean up when the process ends. A host's own handlers and threads may still call the library
 * then, and the system reclaims the memory anyway. */
int atexit(void (*handler)(void))
{
    (void)handler;
    return 0;
}

/* Signal handlers belong to the host. (OpenSSL on aarch64 would replace the one of SIGILL for a moment, which
 * is not needed.) */
int sigaction(int number, const struct sigaction *action, struct sigaction *previous)
{
    (void)number, (void)action, (void)previous;
    return 0;
}

int sigprocmask(int how, const sigset_t *mask, sigset_t *previous)
{
    (void)how, (void)mask, (void)previous;
    return 0;
}

/* The variables of OpenSSL (SSL_CERT_FILE, OPENSSL_CONF and others) configure programs, not a library inside
 * one. */
char *ossl_safe_getenv(const char *name)
{
    (void)name;
    return NULL;
}

/* The oldest glibc that is supported does not have it; without it OpenSSL calls the kernel itself. */
int getentropy(void *buffer, size_t length)
{
    (void)buffer, (void)length;
    errno = ENOSYS;
    return -1;
}

/* Defined as in later versions of glibc: the symbol that x86-64 would bind to exists for very old programs
 * only. */
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);
    static char library;
    return __register_atfork(prepare, parent, child, &library);
}
