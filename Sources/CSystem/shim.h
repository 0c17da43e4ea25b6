/* libc for the core, where a call is a macro, needs errno, or wants care that C can give it better. */
#ifndef KCASE_CSYSTEM_SHIM_H
#define KCASE_CSYSTEM_SHIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* Nanoseconds on the clock that no one can set. */
static inline int64_t kc_clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Milliseconds since 1970-01-01T00:00:00Z. */
static inline int64_t kc_clock_realtime_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline int32_t kc_getpid(void) { return (int32_t)getpid(); }

static inline int32_t kc_errno(void) { return errno; }
static inline void kc_set_errno(int32_t value) { errno = value; }

/* Fills memory with numbers that are hard to guess; where there are none, with the time. */
static inline void kc_getrandom(void *memory, size_t count)
{
    unsigned char *bytes = (unsigned char *)memory;
    size_t done = 0;
    while (done < count) {
        long got = syscall(SYS_getrandom, bytes + done, count - done, 0);
        if (got > 0) {
            done += (size_t)got;
        } else if (errno != EINTR) {
            break;
        }
    }
    for (; done < count; done++) bytes[done] = (unsigned char)(kc_clock_monotonic_ns() >> (done % 8));
}

/* The first place of the pattern in the text, or NULL. (libc declares memmem only to those who define
 * _GNU_SOURCE, and a module must see libc as other modules do.) */
static inline const void *kc_memmem(const void *text, size_t count, const void *pattern, size_t length)
{
    extern void *memmem(const void *, size_t, const void *, size_t);
    return memmem(text, count, pattern, length);
}

/* Overwrites memory in a way that the compiler may not leave out. */
static inline void kc_wipe(void *memory, size_t count)
{
    if (count == 0) return;
    memset(memory, 0, count);
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

/* 0 if the bytes are the same. It takes as long wherever they differ. */
static inline int kc_differences(const void *one, const void *other, size_t count)
{
    const volatile unsigned char *left = (const volatile unsigned char *)one;
    const volatile unsigned char *right = (const volatile unsigned char *)other;
    unsigned char found = 0;
    size_t place;
    for (place = 0; place < count; place++) found = (unsigned char)(found | (left[place] ^ right[place]));
    return found;
}

/* Sleeps while *word is expected: until woken, timed out, or interrupted by a signal; all alike, since
 * the caller looks at its condition again. */
static inline void kc_futex_wait(const void *word, uint32_t expected, int64_t timeout_ms)
{
    struct timespec timeout;
    timeout.tv_sec = (time_t)(timeout_ms / 1000);
    timeout.tv_nsec = (long)(timeout_ms % 1000) * 1000000;
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &timeout, NULL, 0);
}

/* Wakes every thread that sleeps on the word. Safe in a signal handler. */
static inline void kc_futex_wake_all(const void *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

/* Whether a text is an IPv4 address in dotted decimal form. */
static inline int kc_inet_pton_is_ipv4(const char *text)
{
    struct in_addr address;
    return inet_pton(AF_INET, text, &address) == 1;
}

/* Bytes that wait to be read from a socket, or that its peer has not read yet; -1 if there is no telling. */
static inline int kc_ioctl_unread_bytes(int descriptor)
{
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

static inline int kc_ioctl_unsent_bytes(int descriptor)
{
    int count = 0;
    return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}

/* Whether a program that the process starts would inherit the descriptor. */
static inline int kc_fcntl_is_inheritable(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFD);
    return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

static inline void kc_fcntl_close_on_exec(int descriptor) { (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

/* Linux's numbers for what libc declares only to those who define _GNU_SOURCE. */
#define KC_F_SETSIG 10
#define KC_F_GETSIG 11
/* What marks an open file as the library's: the signal that it would send if it were asked to send any, which
 * it is not. A file that somebody opens under the same number later does not have it. */
#define KC_MARK 47

static inline void kc_fcntl_mark(int descriptor) { (void)fcntl(descriptor, KC_F_SETSIG, KC_MARK); }

static inline int kc_fcntl_is_marked(int descriptor) { return fcntl(descriptor, KC_F_GETSIG) == KC_MARK; }

/* Whether it is open, and not the library's. */
static inline int kc_fcntl_is_foreign(int descriptor)
{
    int mark = fcntl(descriptor, KC_F_GETSIG);
    return mark >= 0 && mark != KC_MARK;
}

/* The same file under a number above those of standard input, output and error; or -1. */
static inline int kc_fcntl_lift(int descriptor)
{
    int lifted;
    if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
    lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(descriptor);
    return lifted;
}

/* Whether standard input, output or error is closed. */
static inline int kc_poll_is_standard_closed(void)
{
    struct pollfd standard[3];
    int number;
    for (number = 0; number <= STDERR_FILENO; number++) {
        standard[number].fd = number;
        standard[number].events = 0;
        standard[number].revents = 0;
    }
    if (poll(standard, 3, 0) <= 0) return 0;
    for (number = 0; number <= STDERR_FILENO; number++) {
        if (standard[number].revents & POLLNVAL) return 1;
    }
    return 0;
}

/* Something that nobody hears, under the lowest number that is free; or -1. */
static inline int kc_open_placeholder(void)
{
    int descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    return descriptor >= 0 ? descriptor : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* The descriptor that the next open would get, or -1. */
static inline int kc_eventfd_next_descriptor(void)
{
    int descriptor = eventfd(0, EFD_CLOEXEC);
    if (descriptor >= 0) close(descriptor);
    return descriptor;
}

/* Whether a handful of descriptors, as many as a connection takes, cannot be had. */
static inline int kc_eventfd_is_lacking(void)
{
    int descriptors[4];
    int count = 0;
    int is_lacking = 0;
    while (count < 4 && (descriptors[count] = eventfd(0, EFD_CLOEXEC)) >= 0) count++;
    if (count < 4) is_lacking = errno == EMFILE || errno == ENFILE;
    while (count > 0) close(descriptors[--count]);
    return is_lacking;
}

/* Whether so much memory can be had at once. */
static inline int kc_malloc_can_give(size_t count)
{
    void *memory = malloc(count);
    int can_give;
    /* A compiler may leave out a pair of malloc and free that nothing comes of. */
    __asm__ __volatile__("" : "+r"(memory) : : "memory");
    can_give = memory != NULL;
    free(memory);
    return can_give;
}

/* reserve.c; only in the library as it is released. */
extern int kc_memory_is_lacking(void) __attribute__((weak));

static inline int kc_is_memory_lacking(void)
{
    return kc_memory_is_lacking != NULL && kc_memory_is_lacking();
}

/* A socket that a program started by the host does not inherit. */
static inline int kc_socket(int family, int type, int protocol)
{
    return socket(family, type | SOCK_CLOEXEC, protocol);
}

static inline int kc_close(int descriptor) { return close(descriptor); }

/* Holds off the cancellation of the calling thread; returns what to restore. No system call. */
static inline int kc_cancellation_hold(void)
{
    int previous = PTHREAD_CANCEL_ENABLE;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &previous);
    return previous;
}

static inline void kc_cancellation_restore(int previous)
{
    int ours;
    (void)pthread_setcancelstate(previous, &ours);
}

/* The port of a socket's own end; 0 if it has none. */
static inline int kc_getsockname_port(int descriptor)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

/* A descriptor that every write makes readable anew; or -1. */
static inline int kc_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/* Safe in a signal handler, but for errno. */
static inline void kc_eventfd_write(int descriptor)
{
    uint64_t one = 1;
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

/* Makes an eventfd, or a timerfd that has expired, unreadable. */
static inline void kc_eventfd_read(int descriptor)
{
    uint64_t count;
    ssize_t taken = read(descriptor, &count, sizeof count);
    (void)taken;
}

/* What an epoll waits for. */
static const uint32_t KC_EPOLL_READABLE = EPOLLIN;
static const uint32_t KC_EPOLL_WRITABLE = EPOLLOUT;
/* Each write anew, and not for as long as the eventfd is unread. */
static const uint32_t KC_EPOLL_EACH_WRITE = (uint32_t)EPOLLIN | (uint32_t)EPOLLET;

/* An epoll; or -1. */
static inline int kc_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

/* Waits for the events of a descriptor, whether the epoll knows it already or not. */
static inline int kc_epoll_ctl_set(int epoll, int descriptor, uint32_t events, int is_known)
{
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.fd = descriptor;
    if (epoll_ctl(epoll, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
    if (errno != ENOENT && errno != EEXIST) return -1;
    return epoll_ctl(epoll, is_known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

static inline void kc_epoll_ctl_delete(int epoll, int descriptor)
{
    (void)epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

typedef struct {
    int descriptor;
    uint32_t events;
} kc_epoll_event;

#define KC_EPOLL_EVENTS_MAX 64

/* Waits for at most so long; returns how many events there are, 0 when a signal came between, and -1 where
 * there is no epoll any more. */
static inline int kc_epoll_wait(int epoll, kc_epoll_event *events, int timeout_ms)
{
    struct epoll_event found[KC_EPOLL_EVENTS_MAX];
    int index;
    int count = epoll_wait(epoll, found, KC_EPOLL_EVENTS_MAX, timeout_ms);
    for (index = 0; index < count; index++) {
        events[index].descriptor = found[index].data.fd;
        events[index].events = found[index].events;
    }
    return count >= 0 ? count : errno == EINTR ? 0 : -1;
}

/* A timer that makes its descriptor readable; or -1. */
static inline int kc_timerfd_create(void)
{
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

/* From a moment of the clock on, in milliseconds; never, if it is negative. */
static inline void kc_timerfd_settime(int timer, int64_t moment_ms)
{
    struct itimerspec setting;
    memset(&setting, 0, sizeof setting);
    if (moment_ms >= 0) {
        setting.it_value.tv_sec = (time_t)(moment_ms / 1000);
        setting.it_value.tv_nsec = (long)(moment_ms % 1000) * 1000000;
        /* Nothing at all would mean never. */
        if (moment_ms == 0) setting.it_value.tv_nsec = 1;
    }
    (void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, NULL);
}

/* A word that a child of the process finds zero, however it was made; NULL on kernels before 4.14. */
static inline uint64_t *kc_mmap_wiped_on_fork(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return NULL;
    if (madvise(page, size, MADV_WIPEONFORK) == 0) return (uint64_t *)page;
    munmap(page, size);
    return NULL;
}

/* A gate that many threads may be inside of, and that is locked for a fork. */
typedef struct {
    pthread_rwlock_t lock;
    int is_locked;
} kc_gate;

/* Who wants to lock it goes before those who come later. */
static inline void kc_gate_init(kc_gate *gate)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&gate->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    gate->is_locked = 0;
}

static inline void kc_gate_enter(kc_gate *gate) { pthread_rwlock_rdlock(&gate->lock); }
static inline void kc_gate_leave(kc_gate *gate) { pthread_rwlock_unlock(&gate->lock); }

/* Waits a second at most: a signal handler that forks may have interrupted a thread inside. */
static inline void kc_gate_lock(kc_gate *gate)
{
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 1;
    if (pthread_rwlock_timedwrlock(&gate->lock, &limit) == 0) gate->is_locked = 1;
}

static inline void kc_gate_unlock(kc_gate *gate)
{
    if (!gate->is_locked) return;
    gate->is_locked = 0;
    pthread_rwlock_unlock(&gate->lock);
}

/* Whether nothing more will come over a socket: its stream has ended, or it is in error. */
static inline int kc_recv_has_ended(int descriptor)
{
    char byte;
    ssize_t count = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

/* Waits until something has come over a TLS 1.3 connection, for so long at most. Whether it is an alert, or
 * the end: an alert's record is shorter than any other can be, though it is encrypted. */
static inline int kc_poll_tls_alert(int descriptor, int timeout_ms)
{
    enum { alert = 21, alert_length = 19 };
    unsigned char head[5];
    struct pollfd awaited;
    ssize_t count;
    awaited.fd = descriptor;
    awaited.events = POLLIN;
    awaited.revents = 0;
    if (poll(&awaited, 1, timeout_ms) <= 0) return 0;
    count = recv(descriptor, head, sizeof head, MSG_PEEK | MSG_DONTWAIT);
    if (count < (ssize_t)sizeof head) {
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    }
    return head[0] == alert || head[3] * 256 + head[4] <= alert_length;
}

/* Ends a connection, and leaves its descriptor. */
static inline void kc_shutdown(int descriptor) { (void)shutdown(descriptor, SHUT_RDWR); }

/* Ends a TCP connection at once, what waits to be read included, and leaves its descriptor. After a mere
 * shutdown, what the peer sends on is still received. */
static inline void kc_disconnect(int descriptor)
{
    struct sockaddr nobody;
    memset(&nobody, 0, sizeof nobody);
    nobody.sa_family = AF_UNSPEC;
    (void)connect(descriptor, &nobody, sizeof nobody);
}

/* The same descriptor at a place above those of standard input, output and error; or -1. */
static inline int kc_above_standard(int descriptor)
{
    int moved;
    if (descriptor < 0 || descriptor > 2) return descriptor;
    moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    close(descriptor);
    return moved;
}

/* A file for reading. Opening one that is no regular file, a FIFO say, does not wait for anybody. */
static inline int kc_open_to_read(const char *path)
{
    return kc_above_standard(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

static inline int kc_fstat_is_regular(int descriptor)
{
    struct stat about;
    return fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

static inline int kc_fstat_is_folder(int descriptor)
{
    struct stat about;
    return fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Up to so many bytes: fewer at the end of the file only; -1 for an error. */
static inline int64_t kc_read_all(int descriptor, void *memory, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t got = read(descriptor, (char *)memory + done, count - done);
        if (got == 0) break;
        if (got > 0) done += (size_t)got;
        else if (errno != EINTR) return -1;
    }
    return (int64_t)done;
}

/* A socket that listens on this machine's own address, at a port of the kernel's choice, and where that is.
 * -1: there are no descriptors, or no such address. */
static inline int kc_listen_on_loopback(struct sockaddr *address)
{
    struct sockaddr_in place;
    socklen_t size = sizeof place;
    int listener = kc_above_standard(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (listener < 0) return -1;
    memset(&place, 0, sizeof place);
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 1) == 0 &&
        getsockname(listener, (struct sockaddr *)&place, &size) == 0) {
        memcpy(address, &place, sizeof place);
        return listener;
    }
    close(listener);
    return -1;
}

/* Takes a connection, if there is one, and ends it without a word; what the other side writes is kept until
 * it is closed. -1: there is none. */
static inline int kc_accept_and_end(int listener)
{
    int accepted = kc_above_standard(accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (accepted >= 0) (void)shutdown(accepted, SHUT_WR);
    return accepted;
}

/* Holds back SIGPIPE from the calling thread while the network is written to: a peer that goes away must
 * not end the host. Nothing is installed; the thread's mask is as before once the guard has been left. */
typedef struct {
    sigset_t previous;
    int active;
} kc_sigpipe_guard;

static inline void kc_sigpipe_enter(kc_sigpipe_guard *guard)
{
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    guard->active = pthread_sigmask(SIG_BLOCK, &pipe_only, &guard->previous) == 0 &&
                    !sigismember(&guard->previous, SIGPIPE);
}

static inline void kc_sigpipe_leave(kc_sigpipe_guard *guard)
{
    static const struct timespec no_time = {0, 0};
    sigset_t pipe_only;
    if (!guard->active) return; /* the host had it blocked itself: nothing to give back */
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    while (sigtimedwait(&pipe_only, NULL, &no_time) == -1 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &guard->previous, NULL);
}

#endif
