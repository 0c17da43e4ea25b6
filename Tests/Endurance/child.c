#include "child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

enum { child_seconds_max = 10 };

void must_cancel(kcase_client *client, const char *case_id)
{
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    if (kcase_result_outcome(result) != KCASE_CANCELED) give_up(case_id, kcase_result_json(result));
    kcase_result_free(result);
}

kcase_client *make_client(const char *base_url, const char *ca_file)
{
    char config[1024];
    char authorities[512] = "";
    kcase_result *error = NULL;
    if (ca_file != NULL) snprintf(authorities, sizeof authorities, ", \"ca_file\": \"%s\"", ca_file);
    snprintf(config, sizeof config, "{\"base_url\": \"%s\", \"token\": \"t\"%s}", base_url, authorities);
    kcase_client *client = kcase_client_new(config, &error);
    if (client == NULL) give_up("kcase_client_new", kcase_result_message(error));
    return client;
}

static _Noreturn void be_the_child(kcase_client *client, const char *case_id)
{
    signal(SIGALRM, SIG_DFL);
    alarm(child_seconds_max);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    int is_canceled = kcase_result_outcome(result) == KCASE_CANCELED;
    if (!is_canceled) dprintf(STDERR_FILENO, "in the child: %s\n", kcase_result_json(result));
    kcase_result_free(result);
    kcase_client_free(client);
    _exit(is_canceled ? 0 : 1);
}

void cancel_in_child(kcase_client *client, const char *case_id)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) be_the_child(client, case_id);
    if (child < 0 || waitpid(child, &status, 0) != child) give_up(case_id, "no child");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) give_up(case_id, "the child hangs");
    if (status != 0) give_up(case_id, "the child failed");
}
