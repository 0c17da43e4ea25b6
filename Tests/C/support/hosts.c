#include "hosts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "sandbox.h"
#include "text.h"

/* Where the child says what is wrong, whatever it does to its descriptors: memory that both have. */
typedef struct {
    char what[400];
    int line;
} complaint;

static complaint *shared;

int host_failed(const char *what, int line)
{
    snprintf(shared->what, sizeof shared->what, "%s", what);
    shared->line = line;
    return 1;
}

void host_run_and_check(host_function host, void *context, const char *file, int line)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        _exit(host(context));
    }
    int status = -1;
    while (waitpid(child, &status, 0) == -1 && errno == EINTR) {
    }
    complaint found = *shared;
    munmap(shared, sizeof *shared);
    if (status == 0) return;
    print_error("the host ended with %x; line %d: %s\n", status, found.line, found.what);
    _fail(file, line);
}

int32_t host_cancel(kcase_client *client, const char *options)
{
    kcase_result *result = kcase_cancel(client, CASE_CANCELABLE, options);
    int32_t outcome = kcase_result_outcome(result);
    kcase_result_free(result);
    return outcome;
}

int64_t host_cpu_ms(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}
