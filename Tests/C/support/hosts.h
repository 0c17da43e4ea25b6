/* Hosts that are children of the test: each has its own descriptors and its own end. */
#ifndef KCASE_TEST_HOSTS_H
#define KCASE_TEST_HOSTS_H

#include <kcase.h>
#include <stdbool.h>
#include <stdint.h>

/* Fails unless the host, run in a child of this process, gives 0. A child that takes 30 s hangs. */
#define expect_host(host, context) host_run_and_check((host), (context), __FILE__, __LINE__)
typedef int (*host_function)(void *context);
void host_run_and_check(host_function host, void *context, const char *file, int line);

/* Where a host finds something wrong: its line becomes the child's exit status, which the test prints. */
#define HOST_NEEDS(condition) \
    do {                      \
        if (!(condition)) return host_failed(#condition, __LINE__); \
    } while (0)
int host_failed(const char *what, int line);

/* One cancel by the client; its outcome. */
int32_t host_cancel(kcase_client *client, const char *options);

/* How much CPU time this process has used. */
int64_t host_cpu_ms(void);

#endif
